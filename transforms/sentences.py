"""Sentences: spans of a text that end with a full stop, a question or a line.

>>> text = "Mr. Brown left the U.S. Army on Oct. 19. He won."
>>> [text[start:end] for start, end in find_sentences(text)]
['Mr. Brown left the U.S. Army on Oct. 19.', 'He won.']

The text is normalized: a line break ends a paragraph or an item of a list, and so a sentence.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

CLOSING = "\"'”’»)\\]"
STOP = re.compile(
    rf"([.!?…][{CLOSING}]*(?: ?[\"”](?=\s|$))?)[^\S\n]+(?=\S)"
)  # a full stop, what closes with it, blanks
OPENING = re.compile(r"[\"'“”‘’(\[]")
MARKS = ".!?…"
NEXT_WORD = re.compile(r"[\"'“”‘’(\[«—–-]*\s?(\w[\w’']*)?")
LOOK_BACK = 40  # characters: no abbreviation is longer


@dataclass(frozen=True, slots=True)
class SentenceRules:
    never_last: frozenset[str]
    seldom_last: frozenset[str]
    before_numeral: frozenset[str]
    starters: frozenset[str]


def find_sentences(text: str) -> list[tuple[int, int]]:
    """Half-open spans of the sentences, left to right, without the blanks around them."""
    rules = sentence_rules()
    sentences = []
    gaps = STOP.finditer(text)  # one search for all lines, as most of a newswire have no stop inside: half the time
    gap = next(gaps, None)
    line_start = 0
    for line in text.split("\n"):
        bare = line.strip()
        start = line_start if len(bare) == len(line) else line_start + len(line) - len(line.lstrip())
        stop = start + len(bare)
        line_start += len(line) + 1
        while gap is not None and gap.start() < stop:
            if ends_sentence(text, start, gap.start() + 1, gap.end(), rules):
                sentences.append((start, gap.end(1)))
                start = gap.end()
            gap = next(gaps, None)
        if stop > start:
            sentences.append((start, stop))
    return sentences


def ends_sentence(text: str, start: int, mark_end: int, next_start: int, rules: SentenceRules) -> bool:
    """Whether the stop that ends at `mark_end` ends the sentence begun at `start`; the next word is at `next_start`."""
    following = NEXT_WORD.match(text, next_start)
    word = following.group(1) if following else None
    if word is None:
        return text[next_start] not in ",;:.!?…)]%"
    if word[0].islower():
        return False
    last = OPENING.split(text[max(start, mark_end - LOOK_BACK) : mark_end].split()[-1])[-1]
    abbreviation = last.rstrip(MARKS)
    if last != f"{abbreviation}.":
        return True
    starts = word in rules.starters
    if (
        mark_end - len(last) == start
        and (abbreviation.isdigit() or len(abbreviation) == 1)
        and abbreviation not in "IA"
    ):
        return False  # the number of an item: "1. Bread"
    if not abbreviation:
        return True  # the stop is set apart: "Japan ."
    if abbreviation in rules.never_last:
        return False
    if abbreviation in rules.before_numeral:
        return starts or (abbreviation.lower() in ("no", "nos") and not word[0].isdigit())
    if len(abbreviation) == 1 and abbreviation.isupper():
        return starts or abbreviation == "I"
    if "." in abbreviation and len(abbreviation) <= 8 and not abbreviation[0].isdigit():
        return starts or (abbreviation.lower() in ("a.m", "p.m") and text[next_start] != "(" and not clock_zone(word))
    if abbreviation in rules.seldom_last:
        return starts
    return True


def clock_zone(word: str) -> bool:
    """Words that go on after "5 p.m.": a time zone or a day."""
    return (
        word.isupper()
        or word.endswith("day")
        or word in ("Eastern", "Pacific", "Central", "Mountain", "Greenwich", "Moscow")
    )


@cache
def sentence_rules() -> SentenceRules:
    rules = tomllib.loads(files("transforms").joinpath("rules/en/sentences.toml").read_text(encoding="utf-8"))
    return SentenceRules(*(frozenset(rules[name]) for name in SentenceRules.__slots__))
