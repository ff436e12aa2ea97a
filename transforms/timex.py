"""Time expressions: the phrases of a text that say when, how long and how often, and what they mean.

>>> from transforms.hits import find_hits
>>> text = "Police held 40 on Dec. 10, 2005, and 12 last week."
>>> [found] = all_phrases([Reader(find_hits(text), date(2005, 12, 20))])
>>> [text[phrase.start : phrase.end] for phrase in found]
['Dec. 10, 2005', 'last week']

The words get classes (`date_words.py`), the classes are matched (`date_grammar.py`), a rule gives each match its
meaning (`timex_days.py`, `timex_units.py`, `timex_lengths.py`), and neighbours that belong together are joined here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from transforms import calendar_math as cal
from transforms.calendar_math import When
from transforms.date_grammar import GRAMMAR, RULES
from transforms.date_lexicon import Token
from transforms.hits import Hits
from transforms.timex_base import Phrase, moved
from transforms.timex_days import DayRules
from transforms.timex_lengths import LengthRules
from transforms.timex_units import UnitRules

JOIN = re.compile(r"\s*(?:(?P<both>and)|(?P<dash>[-–—])|to|until|till|til|through|thru)\s*(?:the\s)?\s*", re.I)
OPENING = re.compile(r"\b(?P<word>from|between)\s+(?:the\s+)?$", re.I)
LONGEST_GAP = 16
PORTION = 256  # windows

BARE = ("month_day", "month_slash_day", "month_past", "month_future", "month_nearest")  # their year is a guess
DATED = ("month_day_year", "month_year", "full_numeric")
WRITTEN_DAYS = (
    "month_day",
    "month_slash_day",
    "month_day_year",
    "full_numeric",
    "month_day_lent",
    "month_slash_day_lent",
)
WEEKDAYS = ("weekday_past", "weekday_future")
YEAR_TOLD = ("relative_month", "month_year", "month_day_year", "month_of_year")  # a year told with its month
QUARTERS = ("quarter_year", "quarter_latest")
COMPARED = ("quarter_year_ago", "units_later", "unit_beside", "units_ago", "that_unit")  # told for comparison only


class Reader(DayRules, UnitRules, LengthRules):
    """Reads one text; a date that refers to an earlier one ("two days later") follows the date told last."""

    def __init__(self, hits: Hits, published: date | None, blocked: Sequence[tuple[int, int]] = ()) -> None:
        super().__init__(hits, published)
        self.blocked = joined_spans(blocked)
        self.found: list[Phrase] = []

    def take(self, tokens: list[Token], letters: str) -> None:
        """Add the phrases of the next tokens to those found, each joined with the one before where they belong so."""
        found = self.found
        for phrase in self.single_phrases(tokens, letters):
            near = found and phrase.start - found[-1].end <= LONGEST_GAP
            if near and found[-1].kind == phrase.kind == "DATE":
                found.extend(self.paired(found.pop(), phrase))
            else:
                found.append(phrase)

    def single_phrases(self, tokens: list[Token], letters: str) -> Iterator[Phrase]:
        """The phrases before neighbours are joined: at each place the first rule that applies."""
        self.tokens, self.taken = tokens, 0
        match = GRAMMAR.best(letters, 0)
        while match is not None:
            rule, start, end = match
            self.at, self.to, self.void = start, end, False
            phrase = METHODS[rule](self, tokens[start:end])
            if phrase is None and not self.void and (other := GRAMMAR.other(letters, match)) is not None:
                match = other
                continue
            if phrase is not None:
                self.taken = self.to
                if not self.blocked or not self.is_blocked(phrase.start, phrase.end):
                    self.remember(phrase)
                    yield phrase
            match = GRAMMAR.best(letters, self.to if phrase is not None or self.void else start + 1)

    def is_blocked(self, start: int, end: int) -> bool:
        """Whether the span overlaps a name."""
        at = bisect_left(self.blocked, (end, -1)) - 1
        return at >= 0 and self.blocked[at][1] > start

    def remember(self, phrase: Phrase) -> None:
        """Keep what later phrases may refer to."""
        _, end, kind, when, rule, _ = phrase
        start = when.start
        if start is None:
            return
        if rule in YEAR_TOLD and (
            rule == "relative_month" or (self.published is not None and start.year < self.published.year - 1)
        ):
            self.told[start.month] = self.told[0] = (start.year, end)
        if rule in QUARTERS and when.precision == "quarter":
            self.quarter, self.quarter_end = when, end
        if kind in ("DATE", "TIME") and rule not in COMPARED:
            self.anchor = when
            self.last_day = start if when.precision == "day" else self.last_day

    # -- neighbours ------------------------------------------------------------------------------------------------

    def paired(self, first: Phrase, second: Phrase) -> list[Phrase]:
        """Two neighbours, with what one lends the other; one phrase where they are the ends of a range of days.

        TimeML marks the ends of a range apart ("from 2004 to 2009"); a range of days is one expression here, as its
        ends are rarely dates of their own ("from Feb. 1 to 5").
        """
        join = JOIN.fullmatch(self.text, first.end, second.start)
        if join is None:
            return [first, second]
        left = OPENING.search(self.text, max(first.start - LONGEST_GAP, 0), first.start)
        listed = join["both"] is not None and (left is None or left["word"].lower() != "between")
        if join["both"] and left is None and "month_year" not in (first.rule, second.rule):
            return [first, second]
        first, second = lend(first, second)
        whole = self.range_of(first, second)
        if listed or whole is None or first.mod or second.mod:
            return [first, second]
        written = first.rule in WRITTEN_DAYS and second.rule in WRITTEN_DAYS
        if left is None and ((join["dash"] and not written) or first.when.precision != second.when.precision):
            return [first, second]
        return [Phrase(first.start if left is None else left.start(), second.end, "DATE", whole, "range_of_days")]

    def range_of(self, first: Phrase, second: Phrase) -> When | None:
        """The days from one date to another, of which one at least is a day; "now" is the publication date."""
        end = second.when
        if end.value == "PRESENT_REF" and self.published is not None:
            end = cal.day(self.published)
        if "day" not in (first.when.precision, end.precision):
            return None
        whole = cal.interval(first.when.start, end.end)
        return whole if whole.start is not None else None


def all_phrases(readers: Sequence[Reader]) -> list[list[Phrase]]:
    """Every time expression of each text, left to right, none overlapping.

    Each step is taken for some windows of all texts before the next: its code then stays in the processor's cache,
    which saves a tenth of the time. They are few enough that their tokens stay there too.
    """
    batches = [(reader, some) for reader in readers for some in reader.words.batches()]
    for some in portions(batches):
        read = [reader.words.read(windows) for reader, windows in some]
        classed = [reader.words.with_neighbours(*tokens) for (reader, _), tokens in zip(some, read, strict=True)]
        for (reader, _), (tokens, letters) in zip(some, classed, strict=True):
            reader.take(tokens, letters)
    return [reader.found for reader in readers]


def portions(batches: Sequence[Batch]) -> Iterator[list[Batch]]:
    """The batches in portions of some windows, or one."""
    some: list[Batch] = []
    size = 0
    for batch in batches:
        some.append(batch)
        size += len(batch[1])
        if size >= PORTION:
            yield some
            some, size = [], 0
    if some:
        yield some


def lend(first: Phrase, second: Phrase) -> tuple[Phrase, Phrase]:
    """The year that one of a pair has and the other lacks: "Nov. 20 to Dec. 11, 1987", "July and August 2019"."""
    a, b = first.when.start, second.when.start
    if a is None or b is None:
        return first, second
    if first.rule in BARE and second.rule in DATED:
        made = [in_year(first.when, year) for year in (b.year, b.year - 1)]
        when = next((when for when in made if when.start is not None and when.start <= b), first.when)
        return first._replace(when=when, rule=f"{first.rule}_lent"), second
    if second.rule in BARE and first.rule in (*DATED, *BARE):
        made = [in_year(second.when, year) for year in (a.year, a.year + 1)]
        when = next((when for when in made if when.start is not None and when.start >= a), second.when)
        return first, second._replace(when=when, rule=f"{second.rule}_lent")
    if first.rule == second.rule and first.rule in WEEKDAYS and b < a:
        if first.rule == "weekday_future":
            return first, second._replace(when=cal.day(moved(b, 7)))
        return first._replace(when=cal.day(moved(a, -7))), second
    days_between = (b.weekday() - a.weekday()) % 7
    if second.rule in WEEKDAYS and first.when.precision == "day" and first.rule != second.rule:
        return first, second._replace(when=cal.day(moved(a, days_between)))  # "from next Monday until Friday"
    if first.rule in WEEKDAYS and second.rule == "weekday_of_week":
        return first._replace(when=cal.day(moved(b, -days_between))), second
    return first, second


def in_year(when: When, year: int) -> When:
    """The same month or day of another year."""
    if when.start is None:
        return when
    return (
        cal.day_of(year, when.start.month, when.start.day)
        if when.precision == "day"
        else cal.month(year, when.start.month)
    )


def joined_spans(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, overlapping ones joined."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


Batch = tuple[Reader, list[tuple[int, int]]]  # some windows of a text
METHODS: list[Callable[[Reader, list[Token]], Phrase | None]] = [getattr(Reader, f"read_{rule}") for rule, _ in RULES]
