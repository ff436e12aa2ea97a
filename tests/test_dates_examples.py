"""The examples beside the words of dates: each is read as it says, and every word is seen at work."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterator
from datetime import date
from importlib import resources
from typing import Any

import pytest

from transforms.dates import find_periods, find_timexes
from transforms.values import Period

RULES = tomllib.loads((resources.files("transforms") / "rules/en/dates.toml").read_text(encoding="utf-8"))
TABLES = ("months", "weekdays", "units", "seasons", "parts", "classes", "near", "tense")
KEYED = ("deictic", "holidays", "cardinals", "ordinals", "decades")


def cases() -> Iterator[dict[str, Any]]:
    """Every example, and every template with each of its words."""
    yield from RULES["example"]
    for template in RULES["template"]:
        named = template["words"]
        for word in dict.fromkeys(
            word for name in ([named] if isinstance(named, str) else named) for word in words_of(name)
        ):
            text = template["text"].replace("{}", word).replace("{Title}", string.capwords(word))
            yield template | {"text": text, "template": True}


def words_of(name: str) -> list[str]:
    """The words of a table ("months"), or of one of its entries ("near.measures")."""
    table, _, entry = name.partition(".")
    if entry:
        return list(RULES[table][entry])
    entries = RULES[table]
    return [word for key, value in entries.items() for word in (value if isinstance(value, list) else [key])]


def interval(period: Period) -> str:
    if period.date_start == period.date_end:
        return str(period.date_start)
    return f"{period.date_start}/{period.date_end}"


@pytest.mark.parametrize("case", [pytest.param(case, id=case["text"][:60]) for case in cases()])
def test_example(case: dict[str, Any]) -> None:
    text = re.sub(r"[\[\]]", "", case["text"])
    published: date | None = case.get("published")
    timexes = find_timexes(text, published)
    marks = re.findall(r"\[(.*?)\]", case["text"])
    assert len(timexes) == len(marks)
    for timex, mark in zip(timexes, marks, strict=True):  # the word of a template may lengthen the quote
        assert mark in timex.quote if "template" in case else mark == timex.quote
    if "values" in case:
        assert [timex.timex_value for timex in timexes] == case["values"]
    if "periods" in case:
        assert [interval(period) for period in find_periods(text, published, timexes)] == case["periods"]


def test_every_word_is_seen_at_work() -> None:
    used = " ".join(case["text"].lower() for case in cases()) + " ".join(RULES["near"]["news"])  # test_dates.py
    words = {word for table in (*TABLES, *KEYED) for word in words_of(table)}
    unused = sorted(
        word for word in words if not re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", used.replace("’", "'"))
    )
    assert unused == []
