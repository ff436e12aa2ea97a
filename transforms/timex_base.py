"""What every rule of time expressions has at hand: the tokens, the words beside them, publication, tense."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from transforms import calendar_math as cal
from transforms.calendar_math import NOWHEN, When, undated
from transforms.date_lexicon import Token
from transforms.date_words import NOTHING, DateWords
from transforms.hits import Hits
from transforms.tense import tense_at

MODS = {"EARLY": "START", "BEGIN": "START", "MID": "MID", "LATE": "END", "END": "END"}
WEEK_PARTS = {"START": (0, 2), "MID": (1, 4), "END": (3, 6)}  # days from Monday
UNKNOWN = {
    "day": "XXXX-XX-XX", "week": "XXXX-WXX", "weekend": "XXXX-WXX-WE", "month": "XXXX-XX", "quarter": "XXXX-QX",
    "half": "XXXX-HX", "year": "XXXX", "decade": "XXX", "century": "XX",
}  # fmt: skip
CODES = {
    "day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y", "decade": "DE", "century": "CE", "hour": "H",
    "minute": "M",
}  # fmt: skip
LEADING = frozenset(
    ("EARLY", "MID", "LATE", "END", "OF", "THE", "DASH", "IN")
)  # can stand right before a date and modify it
CLOCK_UNITS = ("hour", "minute")
MANY_YEARS, LONG_GONE = 4, 3  # a history names four years or more, none later than three before publication
YEAR = re.compile(r"[12]\d{3}(?<=1[4-9]\d\d|20[0-4]\d)(?<![\d,.$£€-]\d{4})(?![\d,.%-]\d|\d)")
WORD = re.compile(r"[a-z]+")
FAR_AHEAD, UNSURE = 60, 1.6  # days ahead, and how many times farther the past day may be, that let the tense decide
AHEAD = 1.25  # a day ahead counts as that much farther than one gone


class Phrase(NamedTuple):
    """A time expression that was read: what kind it is, where and when."""

    start: int
    end: int
    kind: str  # DATE, TIME, DURATION, SET
    when: When
    rule: str
    mod: str | None = None


class Reading:
    """The reading of one text: the tokens of a rule's match are `tokens[at:to]`.

    A rule is a method `read_NAME(seg)` that gets those tokens and answers the phrase that they make, or None
    where they make none; it may move `at` and `to`, and sets `void` where no other rule may have them either.
    """

    def __init__(self, hits: Hits, published: date | None) -> None:
        self.text = hits.text
        self.published = published
        self.words = DateWords(hits)
        self.tokens: list[Token] = []
        self.at = self.to = 0
        self.taken = 0  # index after the last token of the phrase before
        self.void = False  # the tokens at hand are no date, nor is a part of them: "Feb 30"
        self.anchor: When | None = None  # the date told last
        self.last_day: date | None = None  # the day told last
        self.quarter: When | None = None  # the quarter told last, and where
        self.quarter_end = 0
        self.is_history: bool | None = None  # None: not looked yet
        self.told: dict[int, tuple[int, int]] = {}  # month (0: any) -> the year told with it last, and where

    @property
    def before(self) -> Token:
        """The token before the match."""
        return self.tokens[self.at - 1] if self.at else NOTHING

    @property
    def after(self) -> Token:
        """The token after the match."""
        return self.tokens[self.to] if self.to < len(self.tokens) else NOTHING

    def tense(self) -> str | None:
        """The tense of the verb that governs the match."""
        return tense_at(self.text, self.tokens[self.at].start, self.tokens[self.to - 1].end, self.words.lexicon)

    @property
    def story_year(self) -> int:
        """The year told last, where the text tells of years long gone and never of publication; else 0.

        News dates are told from publication, whatever years stand beside them; a history dates from its own.
        """
        if self.published is None or self.anchor is None or self.anchor.start is None:
            return 0
        if self.is_history is None:
            years = [int(year) for year in YEAR.findall(self.text)]
            old = len(years) >= MANY_YEARS and max(years) <= self.published.year - LONG_GONE
            self.is_history = old and self.words.near("news").isdisjoint(WORD.findall(self.words.lower))
        return self.anchor.start.year if self.is_history else 0

    @property
    def told_day(self) -> date | None:
        """The first day of the date told last; the publication date before any is told."""
        return self.anchor.start if self.anchor is not None and self.anchor.start is not None else self.published

    def phrase(self, when: When, rule: str, kind: str = "DATE", mod: str | None = None) -> Phrase | None:
        """The tokens at hand as a phrase, with a modifier before them ("early", "the end of")."""
        if not when.value:
            return None
        tokens, first = self.tokens, self.at
        if mod is None:
            if first and tokens[first - 1][0] in LEADING and kind in ("DATE", "TIME"):
                first, mod = self.modified(first)
            if mod is None:  # most of them
                return Phrase(tokens[first][2], tokens[self.to - 1][3], kind, when, rule)
        if mod in WEEK_PARTS and when.precision == "week" and when.start is not None and "in_unit" not in rule:
            days = [moved(when.start, day) for day in WEEK_PARTS[mod]]
            when = replace(when, start=days[0], end=days[1], precision="interval")
        elif mod in WEEK_PARTS and when.precision == "year" and tokens[self.at - 1].name == "OF":  # "the end of 2015"
            part = cal.thirds(when, mod)
            when = replace(when, start=part.start, end=part.end, precision="interval")
        return Phrase(tokens[first].start, tokens[self.to - 1].end, kind, when, rule, mod)

    def modified(self, first: int) -> tuple[int, str | None]:
        """Where a modifier before the token at `first` begins, and which: "early", "mid-", "the end of"."""
        tokens, end = self.tokens, first
        if end - self.taken > 1 and tokens[end - 1].name == "THE" and tokens[end - 2].name == "OF":
            end -= 1
        last = tokens[end - 1] if end > self.taken else NOTHING
        word = tokens[end - 2] if end - 1 > self.taken else NOTHING
        two_words = word.name in MODS and last.name in ("DASH", "OF")  # "mid-June", "the end of May"
        two_words = two_words or (word.name in ("EARLY", "LATE") and last.word == "in")
        bare_end = last.name == "END" and tokens[first].name in ("MONTH", "YEAR")  # "end March"
        if two_words:
            start, mod = end - 2, MODS[word.name]
        elif last.name in ("EARLY", "MID", "LATE") or bare_end:
            start, mod = end - 1, MODS[last.name]
        else:
            return first, None
        return (start - 1 if start > self.taken and tokens[start - 1].name == "THE" else start), mod

    def nearest(self, month: int, day: int) -> When:
        """A month and day in the year nearest to publication: right for 94 of 100 in news.

        A day ahead counts for more than one gone, and a report of the past has none far ahead.
        """
        published = self.published
        if published is None:
            return undated(f"XXXX-{month:02d}-{day:02d}")
        if self.story_year:
            return cal.day_of(self.story_year, month, day)
        if self.after.name in ("COMMA", "OF", "THIS"):
            tokens, this = self.tokens, self.to + (self.after.name != "THIS")
            names = [token.name for token in tokens[this : this + 2]]
            if names == ["THIS", "UNIT"] and tokens[this + 1].key == "year":
                return cal.day_of(published.year, month, day)  # "May 5 of this year"
        best, gone, ahead, unsure = nearest_days(published, month, day)
        if (ahead and self.before.name == "SINCE") or (unsure and self.tense() == "past"):
            return gone
        return best

    def month_near(self, number: int) -> When:
        """The month of that number nearest to publication."""
        if self.published is None:
            return NOWHEN
        ahead = (number - self.published.month) % 12
        index = self.published.year * 12 + self.published.month - 1 + (ahead if ahead < 6 else ahead - 12)
        return cal.month(index // 12, index % 12 + 1)

    def weekday(self, number: int, tense: str | None) -> When:
        """The latest such day on or before publication; the next one where its own verb is future."""
        published = self.published
        if published is None:
            return undated(f"XXXX-WXX-{number}")
        back = (published.isoweekday() - number) % 7
        return cal.day(moved(published, -back if tense != "future" or back == 0 else 7 - back))

    def unit_now(self, unit: str) -> When:
        """The week, month, … of publication."""
        return cal.unit_of(self.published, unit) if self.published else NOWHEN

    def reference(self, token: Token | None) -> date | None:
        """The day that a relative word counts from: for "previous" and "that" the date told last, else publication."""
        if (
            token is not None
            and token.word in self.words.near("told")
            and self.anchor is not None
            and self.anchor.start is not None
        ):
            return self.anchor.start
        return self.published

    def related(self, token: Token | None, unit: str) -> When:
        """The week, month, … before, after or at the day that the relative word counts from."""
        day = self.reference(token)
        if day is None or token is None:
            return undated(UNKNOWN.get(unit, ""))
        count = {"LAST": -1, "NEXT": 1}.get(token.name, 0)
        return cal.shifted_unit(day, unit, count)

    def span_before(self, unit: str, count: float) -> When:
        """The `count` units up to the day before publication."""
        if self.published is None:
            return undated(duration_value(count, unit))
        days = round(count / 24) if unit == "hour" else 0  # "the past 48 hours": the two days before
        start = moved(self.published, -days) if unit in CLOCK_UNITS else shifted(self.published, unit, -count)
        value = duration_value(count, unit)
        if start is None or start >= self.published:
            return undated(value)
        return When(value, start, moved(self.published, -1), "interval")


@lru_cache(4096)
def nearest_days(published: date, month: int, day: int) -> tuple[When, When, bool, bool]:
    """A month and day in the year nearest to publication, and in the latest year that is not ahead.

    Then whether the nearest lies ahead, and whether so far ahead that the one gone is as likely.
    """
    days = [when for shift in (-1, 0, 1) if (when := cal.day_of(published.year + shift, month, day)).start is not None]
    if not days:  # February 29: the leap year nearest
        years = range(published.year - 8, published.year + 9)
        days = [when for year in years if (when := cal.day_of(year, month, day)).start is not None]

    def distance(when: When) -> float:
        gap = (start_of(when) - published).days
        return gap * AHEAD if gap > 0 else -gap

    best = min(days, key=distance, default=NOWHEN)
    gone = max((when for when in days if start_of(when) <= published), key=start_of, default=best)
    ahead, back = (start_of(best) - published).days, (published - start_of(gone)).days
    return best, gone, best.start is not None and ahead > 0, ahead > FAR_AHEAD and back < UNSURE * ahead


def start_of(when: When) -> date:
    """The first day of an interval, for sorting."""
    return when.start or date.min


def token_of(seg: Sequence[Token], *names: str) -> Token | None:
    """The first token of one of the classes."""
    for token in seg:
        if token[0] in names:
            return token
    return None


def value_in(seg: Sequence[Token], *names: str) -> int:
    """The value of the first token of one of the classes; 0 where there is none."""
    for token in seg:
        if token[0] in names:
            return token.value
    return 0


def has(seg: Sequence[Token], *names: str) -> bool:
    """Whether a token is of one of the classes."""
    return token_of(seg, *names) is not None


def relative_of(seg: Sequence[Token]) -> Token | None:
    """The word that tells by reference: "last", "next", "this", "that"."""
    return token_of(seg, "LAST", "NEXT", "THIS", "THAT")


def moved(day: date, count: int) -> date:
    """The day `count` days later, kept inside the calendar."""
    try:
        return day + timedelta(count)
    except OverflowError:
        return day


def shifted(day: date, unit: str, count: float) -> date | None:
    """The day `count` units later; half a unit is counted in months or whole days."""
    if count % 1 == 0:
        return cal.shift(day, unit, int(count))
    if unit in cal.MONTHS_IN and unit != "month":
        return cal.shift(day, "month", round(count * cal.MONTHS_IN[unit]))
    whole = cal.shift(day, unit, int(count))
    half = cal.shift(whole, unit, 1 if count > 0 else -1) if whole else None
    return half_way(whole, half)


def half_way(first: date | None, second: date | None) -> date | None:
    """The day half way between two, nearer to the first."""
    if first is None or second is None:
        return None
    return moved(first, int((second - first).days / 2))


def part_of(when: When, part: str) -> When:
    """A day's morning, afternoon, evening or night."""
    return When(f"{when.value}T{part}", when.start, when.end, when.precision)


def numeric_day(word: str, published: date | None) -> When:
    """A date in digits: year first, else month first where both orders are possible ("3/7/2017" is March 7)."""
    parts = re.split(r"[-/.,]", word)
    first, second, third = (int(part) for part in parts)
    if len(parts[0]) == 4:
        return cal.day_of(first, second, third)
    if len(parts[0]) > 2 or len(parts[2]) not in (2, 4):
        return NOWHEN
    if len(parts[2]) == 2:
        turn = (published.year if published else 2030) + 10
        third += turn // 100 * 100 if third <= turn % 100 else (turn // 100 - 1) * 100
    american = cal.day_of(third, first, second)
    return american if american.value else cal.day_of(third, second, first)


def duration_value(count: float | None, unit: str) -> str:
    """TIMEX3 duration: "P2Y", "PT48H", "P1.5W", without a count "PXD"; "" where the unit has none."""
    if unit == "fortnight":
        count, unit = 2 * count if count else None, "week"
    if unit not in CODES:
        return ""
    return f"P{'T' if unit in CLOCK_UNITS else ''}{'X' if count is None else f'{count:g}'}{CODES[unit]}"


def count_of(seg: Sequence[Token]) -> float:
    """How many units the words say: "two", "3", "a", "a few" (three), "half"."""
    token = token_of(seg, "NUM", "BIG", "CARD")
    if token is not None:
        decimal = token.name == "BIG" and re.fullmatch(r"\d{1,6}(\.\d+)?", token.word)
        return float(token.word) if decimal else float(token.value)
    if has(seg, "FEW"):
        return 2.0 if any(t.word == "couple" for t in seg) else 3.0
    if has(seg, "HALF"):
        return 0.5
    return 1.0 if has(seg, "A") else 0.0


def clauses(seg: Sequence[Token]) -> list[tuple[float, str]]:
    """Counts with their units: "5 years 1 month 12 days"."""
    found, begin = [], 0
    for index, token in enumerate(seg):
        if token.name in ("UNIT", "UNITS"):
            found.append((count_of(seg[begin:index]) or 1.0, token.key))
            begin = index + 1
    return found


def year_before(when: When) -> When:
    """The same quarter one year earlier."""
    if when.start is None:
        return NOWHEN
    return cal.quarter(when.start.year - 1, (when.start.month + 2) // 3)


def moving_feast(entry: str, year: int) -> date:
    """A feast whose day moves: "easter-2", or "nth 11 4 4", the fourth Thursday of November."""
    if entry.startswith("easter"):
        return moved(easter(min(max(year, 2), 9998)), int(entry.removeprefix("easter")))
    month, order, weekday = (int(part) for part in entry.split()[1:])
    whole = cal.month(min(max(year, 1), 9999), month)
    if whole.start is None or whole.end is None:
        return date(year, month, 1)
    if order < 0:
        return moved(whole.end, -((whole.end.isoweekday() - weekday) % 7))
    return moved(whole.start, (weekday - whole.start.isoweekday()) % 7 + 7 * (order - 1))


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    shift = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * shift) // 451
    month, day = divmod(h + shift - 7 * m + 114, 31)
    return date(year, month, day + 1)
