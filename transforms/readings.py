"""A numeral in its surroundings: what the parts of numbers.py pass to each other.

Texts are padded with a line break before and two behind, so that the character on either side of a
numeral can always be looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from transforms.numerals import Numeral

DASHES = "-–—−"
BLANKS = " \n\t\u00a0\u2009\u202f"
OPENERS = "(\"'“‘[{«"
AFTER = re.compile(
    r"(?P<gap>[ \t\u00a0\u2009\u202f]{0,4}\n?[ \t\u00a0\u2009\u202f]{0,8}-?(?:- )?)[(\[{]?"
    r"(?P<word>ரூ|[^\W\d_]{1,40}(?:\.[A-Za-z](?![A-Za-z]))?|°[CFcf]?|[%$€£¥₹₽₩₪₦₱₫฿₴₺₸₡₲₵₭₮₼₾₿৳₨﷼￥])"
)
WORD = re.compile(r"[ \t\u00a0]{0,4}[-\n]?[ \t\u00a0]{0,8}([A-Za-z]+)")


@dataclass(slots=True, init=False)
class Reading:
    """A numeral with what stands around it; `dropped` names the rule that takes it for no figure."""

    numeral: Numeral
    start: int  # of the quote
    end: int
    value: float
    kind: str
    unit: str | None
    phrase_start: int
    phrase_end: int
    rule: str
    small: str  # the whole text in small letters
    last: str  # the word before it, where a blank and a word stand there that mark nothing: "the 350"
    low: float | None
    high: float | None
    relation: str
    qualifier: str | None
    dropped: str | None
    chained: bool  # glued by a dash to what stands on its left

    def __init__(self, numeral: Numeral, small: str, last: str = "") -> None:
        """A bare count of its numeral, with nothing around it read yet."""
        self.numeral, self.small, self.last = numeral, small, last
        self.start = self.phrase_start = numeral.start
        self.end = self.phrase_end = numeral.end
        self.value, self.rule = numeral.value, numeral.rule
        self.kind, self.relation, self.chained = "count", "exact", False
        self.unit = self.low = self.high = self.qualifier = self.dropped = None

    @property
    def bare(self) -> bool:
        """Whether it counts: no percent, money, measure or time."""
        return self.kind == "count"

    def measured(self, kind: str, unit: str | None, phrase_end: int) -> bool:
        """The number counts a unit; the quote stays the number alone."""
        self.kind, self.unit, self.phrase_end = kind, unit, phrase_end
        return True

    def priced(self, code: str, end: int) -> bool:
        """The number is money; the quote keeps the word."""
        self.kind, self.unit, self.rule = "money", code, "numbers.money"
        self.end = self.phrase_end = end
        return True

    def scaled(self, scale: float, end: int) -> None:
        """Letters or words behind the number multiply it."""
        self.value *= scale
        self.numeral.scale, self.numeral.plain = scale, False
        self.end = self.phrase_end = end

    def negated(self, start: int) -> None:
        self.start = self.phrase_start = start
        self.value = -self.value
        self.numeral.plain = False

    def aged(self) -> None:
        self.kind, self.unit, self.rule = "duration", "year", "numbers.age"

    def drop(self, rule: str) -> bool:
        """False, so that a step can end with it."""
        self.dropped = rule
        return False

    def set_bounds(self) -> None:
        """The contract: "over" leaves the upper end open, "under" the lower, a vague word the upper."""
        self.low = None if self.relation == "under" else self.value
        self.high = None if self.relation in ("over", "vague") else self.value


@dataclass(slots=True)
class Surroundings:
    """The words next to a numeral."""

    reading: Reading
    last: str  # the word before it in small letters, with its full stop or comma; nothing where it is glued
    bare: str  # without
    raw: str  # as written
    word: str  # behind it, as written
    lower: str
    gap: str  # between the numeral and that word

    @property
    def words(self) -> list[str]:
        """The words before it, in small letters, forty characters at most."""
        return left_words(self.reading.small, self.reading.start) if self.last else []

    @property
    def hyphenated(self) -> bool:
        return self.gap.endswith("-") and not self.gap.startswith(" ")


def surroundings(text: str, reading: Reading) -> Surroundings:
    start, end, last, lower = reading.start, reading.end, reading.last, reading.numeral.following
    if last:
        bare, raw = last, text[start - 1 - len(last) : start - 1]
    elif text[start - 1] in BLANKS:
        words = left_words(reading.small, start)[-1:]
        last = words[0].strip(OPENERS) if words else ""
        bare = last.rstrip(".,")
        raw = text[start - 1 - len(words[0]) : start - 1].lstrip(OPENERS) if words else ""
    else:
        bare = raw = ""
    if lower and end == reading.numeral.end:
        return Surroundings(reading, last, bare, raw, text[end + 1 : end + 1 + len(lower)], lower, " ")
    after = AFTER.match(text, end) if text[end] in BLANKS or text[end] == "-" else None
    gap, word = after.groups() if after else ("", "")
    return Surroundings(reading, last, bare, raw, word, word.lower(), gap)


def left_word(text: str, end: int) -> str:
    """The letters that end at `end`, twenty at most."""
    start = end
    while start > 0 and end - start < 20 and text[start - 1].isalpha():
        start -= 1
    return text[start:end]


def left_words(small: str, start: int) -> list[str]:
    """The words in the forty characters before `start` of a text in small letters."""
    return small[max(0, start - 40) : start].split()
