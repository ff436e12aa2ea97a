"""How a count of people stands to others of its article: a part of them, besides them, older than them, or of all.

>>> text = "Ten of the dead were children. Early reports put the toll at 50."
>>> find_telling(text, 0, 30, 0, 3), find_telling(text, 31, len(text), 61, 63)
('part', 'earlier')

Facts are told apart by it (sql/views/fact_links.sql): two counts of one measure, place and day are two events, unless
one is a part of the other or stands in its place. The figure keeps it as a rule, `tellings.part`. Cues and examples:
rules/en/tellings.toml.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from transforms.words import word_lists

KINDS = ("earlier", "part", "apart", "whole")
NEAR = 60  # characters beside the numeral that are looked at
FAR = 300  # characters of the sentence, before and behind
UP_TO_THREE = r"\w+(?:\s+\w+){0,2}"


def find_telling(text: str, sentence_start: int, sentence_end: int, quote_start: int, quote_end: int) -> str | None:
    """The kind of the first cue beside the numeral or near it in its sentence; None where the text gives none."""
    before = text[max(sentence_start, quote_start - NEAR) : quote_start].lower()
    after = text[quote_end : min(sentence_end, quote_end + NEAR)].lower()
    sentence: str | None = None
    for kind in KINDS:
        behind, ahead, anywhere, rising = cues(kind)
        if (behind and behind.search(before)) or (ahead and ahead.match(after)):
            return kind
        if anywhere or rising:
            start, end = max(sentence_start, quote_start - FAR), min(sentence_end, quote_end + FAR)
            sentence = sentence or text[start:end].lower()
        if anywhere and sentence and anywhere.search(sentence):
            return kind
        if rising and sentence and FROM.search(before) and TO.search(after) and rising.search(sentence):
            return kind
    return None


FROM = re.compile(r"\bfrom\s+$")
TO = re.compile(r"\bto\s+(?:\w+\s+){0,2}$|\bto\b")


@cache
def cues(kind: str, language: str = "en") -> tuple[re.Pattern[str] | None, ...]:
    """Patterns of one kind: what ends at the numeral, begins at it, stands in its sentence; verbs of "from … to"."""
    lists = word_lists("tellings", language)[kind]
    behind = joined(lists.get("before", ()))
    ahead = joined(lists.get("after", ()))
    anywhere = joined(lists.get("sentence", ()))
    rising = joined(lists.get("from", ()))
    about = r"(?:\s+(?:about|around|nearly|almost|at|least|some|over|between|more|than|only|just|the))*"
    return (
        re.compile(rf"\b(?:{behind}){about}\s+$") if behind else None,
        re.compile(rf"\s+(?:{ahead})\b") if ahead else None,
        re.compile(rf"\b(?:{anywhere})\b") if anywhere else None,
        re.compile(rf"\b(?:{rising})\b") if rising else None,
    )


def joined(phrases: Sequence[str]) -> str:
    """Phrases as alternatives of a pattern, the longer first; "*" is one to three words."""
    longest = sorted(phrases, key=len, reverse=True)
    return "|".join(re.escape(phrase).replace(r"\ ", r"\s+").replace(r"\*", UP_TO_THREE) for phrase in longest)
