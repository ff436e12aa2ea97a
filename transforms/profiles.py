"""Profiles: what a data set takes a vague wording to be, as rows of the profiles table.

>>> next(row["value"] for row in profile_rows() if (row["profile"], row["value_text"]) == ("ccc", "dozens"))
24.0

The words are in rules/en/profiles.toml; `plain` is the contract itself and comes from vague.toml.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from transforms.number_rules import load_number_rules

PLAIN_SOURCE = "the smallest number the words can mean"
PLAIN_HEADS = ("a couple", "a few", "a handful", "several")  # "a few hundred"
PLAIN_PLURALS = ("tens", "hundreds")  # "hundreds of thousands"
PLAIN_SCALES = ("dozen", "hundred", "thousand", "million", "billion")
ProfileRow = dict[str, str | float | None]


@cache
def profile_rows(language: str = "en") -> tuple[ProfileRow, ...]:
    """Every profile's wordings: profile, value_text, value, low, high, source; ordered by the first two."""
    listed = tomllib.loads((files("transforms") / "rules" / language / "profiles.toml").read_text(encoding="utf-8"))
    rows = [profile_row("plain", words, value, None, PLAIN_SOURCE) for words, value in plain_words(language).items()]
    for name, profile in listed.items():
        if isinstance(profile, dict):
            for words, code in profile["words"].items():
                low, high = code if isinstance(code, list) else (code, code)
                rows.append(profile_row(name, words, float(low), float(high), profile["source"]))
    return tuple(sorted(rows, key=lambda row: (str(row["profile"]), str(row["value_text"]))))


def profile_row(name: str, words: str, low: float, high: float | None, source: str) -> ProfileRow:
    """The value is the middle of two bounds, and the lower one where the upper is open."""
    value = low if high is None else (low + high) / 2
    return {"profile": name, "value_text": words, "value": value, "low": low, "high": high, "source": source}


def plain_words(language: str) -> dict[str, float]:
    """The contract's value of every vague wording, "several" to "hundreds of millions"."""
    rules = load_number_rules(language)
    values = {f"a {word}" if word in rules.vague_with_article else word: value for word, value in rules.vague.items()}
    single = dict(values)
    for scale in PLAIN_SCALES:
        factor = rules.scales[scale]
        values |= {f"{head} {scale}": single[head] * factor for head in PLAIN_HEADS}
        if factor > 100:
            values |= {f"{head} of {scale}s": single[head] * factor for head in PLAIN_PLURALS}
    return values
