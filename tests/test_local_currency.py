"""Shared currency names, by the examples beside them."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

import pytest

from transforms.local_currency import local_currency, shared_names

RULES = tomllib.loads((files("transforms") / "rules" / "en" / "currencies_local.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", RULES["example"], ids=lambda example: example["quote"])
def test_example(example: dict[str, Any]) -> None:
    assert local_currency(example["quote"], example["unit"], example.get("country")) == example["becomes"]


def test_every_name_is_read_in_each_of_its_countries() -> None:
    for name, codes in shared_names().items():
        for country, code in codes.items():
            assert local_currency(f"7,000 {name}", "XXX", country) == code
            assert local_currency(f"7,000 {name}s", "XXX", country) == code


def test_codes_are_iso_4217() -> None:
    pycountry = pytest.importorskip("pycountry")
    known = {currency.alpha_3 for currency in pycountry.currencies}
    assert {code for codes in shared_names().values() for code in codes.values()} <= known
