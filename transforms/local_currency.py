"""Which peso, which rupee: a currency name that several countries share, read by the country that a figure is about.

>>> local_currency("100,000 pesos", "MXN", "PH")
'PHP'
>>> local_currency("40 Mexican pesos", "MXN", "PH")
'MXN'
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

NAME = re.compile(r"(?:^|[\s\d-])([a-z]+?)s?$")
NATIONALITY = re.compile(r"\b[A-Z][a-z]+\s+[a-z]+$")


def local_currency(quote: str, unit: str | None, country: str | None) -> str | None:
    """The ISO 4217 code of an amount: that of its country where the name alone leaves it open, else `unit`.

    `quote` is the amount as written, `unit` the code that its words gave, `country` ISO 3166-1 alpha-2.
    """
    if country is None or not quote[-1:].isalpha():
        return unit
    name = NAME.search(quote)
    codes = shared_names().get(name[1]) if name else None
    return unit if codes is None or NATIONALITY.search(quote) else codes.get(country, unit)


@cache
def shared_names() -> dict[str, dict[str, str]]:
    """Codes by country, for each name."""
    path = files("transforms") / "rules" / "en" / "currencies_local.toml"
    names: dict[str, dict[str, str]] = tomllib.loads(path.read_text(encoding="utf-8"))["names"]
    return names
