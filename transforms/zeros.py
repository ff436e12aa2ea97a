"""Zero as a figure: "no arrests were made" counts none; "no injuries were reported" counts nothing.

>>> [number.quote for number in find_zeros("No arrests were made. No injuries were reported.")]
['No']
"""

from __future__ import annotations

import re
from functools import cache

from transforms.measures import load_measures
from transforms.values import Number

UNKNOWN = re.compile(
    r"^[^.;\n]{0,60}?\b(?:reported|known|confirmed|recorded|available|immediate|clear|announced|expected|word|claimed)\b"
)
IMMEDIATE = re.compile(r"^ (?:immediate|official|confirmed|further|other|known|independent|more|new|longer)\b")


def find_zeros(text: str) -> list[Number]:
    """ "No" before what a measure counts; not where nobody knows."""
    found: list[Number] = []
    if " no " not in text and "No " not in text:
        return found
    for match in pattern().finditer(text):
        behind = text[match.end("quote") : match.end("quote") + 90]
        if UNKNOWN.match(behind) or IMMEDIATE.match(behind):
            continue
        start, end = match.span("quote")
        found.append(
            Number(
                quote=text[start:end],
                quote_start=start,
                quote_end=end,
                value=0.0,
                low=0.0,
                high=0.0,
                relation="exact",
                kind="count",
                unit=None,
                phrase_start=start,
                phrase_end=end,
                value_text=text[start:end].lower(),
                qualifier=None,
                rule="numbers.none",
            )
        )
    return found


@cache
def pattern() -> re.Pattern[str]:
    """ "no" with up to two words and a noun of the people's measures."""
    rules = load_measures()
    core = {name for name, measure in rules.measures.items() if measure.is_core}
    nouns = {
        noun
        for cues in (rules.nouns, rules.called)
        for noun, found in cues.items()
        if any(cue.measure in core and not cue.words for cue in found)
    }
    plurals = sorted(
        {noun + "s" for noun in nouns} | {noun[:-1] + "ies" for noun in nouns if noun.endswith("y")},
        key=len,
        reverse=True,
    )
    # the letter comes before the look behind it, so that the text is searched for the letter alone
    return re.compile(rf"(?P<quote>[Nn](?<!\w[Nn])o(?= (?:[a-z-]+ ){{0,2}}(?:{'|'.join(plurals)})\b))")
