"""Periods: the interval that a phrase composes of its time expressions, as the contract reads it.

>>> text, published = "500 have died since August 13.", date(2020, 8, 17)
>>> [period.rule for period in find_periods(text, published, find_timexes(text, published))]
['dates.since']

A Timex carries the plain TIMEX3 interval; here "early May" is May 1 to 10, "this year" ends with the day
of publication, and prepositions open or close an interval ("since", "until", "from … to"). Every Timex
that has an interval and is in no larger phrase is a Period too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import zip_longest

from transforms import calendar_math as cal
from transforms.calendar_math import When
from transforms.hits import find_hits
from transforms.values import Period, Timex

LONGEST_GAP, LONGEST_CLAUSE, LONGEST_CUE = 24, 160, 60
JOINS = re.compile(r"\s*(?:to|until|till|til|through|thru|-|–|—|up to|and)\s*(?:the\s+)?(?:end of\s+)?", re.I)
OPENINGS = {
    "since": "since", "starting": "since", "beginning": "since", "from": "from", "by": "by", "between": "between",
    "until": "until", "till": "until", "til": "until", "through": "until", "thru": "until",
}  # fmt: skip
VERBS = frozenset(("began", "started", "opened", "erupted", "out", "came", "took", "effect", "on", "in"))
BESIDE = frozenset(("about", "around", "least", "at", "the", "early", "late", "mid", "on", "end", "of", "last", "as"))
ENDED = re.compile(
    r"\s+(?:(?:which\s+)?end(?:ed|ing)|to|up to|through|until|from|starting|beginning)(?:\s+on)?\s+(?:the\s+)?", re.I
)
LENGTH_BEFORE = re.compile(
    r"\b(?:the\s+)?(?:fiscal\s+|financial\s+)?(week|fortnight|month|quarter|half|year|decade)\s+(?:ended|ending|to)\s+(?:on\s+)?$",
    re.I,
)
ENDS_LENGTH = ("ended", "ending", "to", "on")  # the words right before its end
LENGTH = re.compile(r"P(\d+)([DWMQY])")
UNITS = {"D": "day", "W": "week", "M": "month", "Q": "quarter", "Y": "year"}
SINCE = re.compile(
    r"\bsince\s[^.,;:()\d\n]{3,45}\s(?:began|started|opened|erupted|broke out|came|took|on|in)\s"
    r"(?:on\s|in\s|effect\s)?$",
    re.I,
)
ONWARD = re.compile(r"\s+(?:on|onwards?)\b(?!\s+(?:the|a|an|its|their|his)\b)")
POINT = re.compile(r"(?:the\s+)?(?:end|beginning|start|outset)\b", re.I)
SO_FAR_BEFORE = re.compile(r"\b(?:so|thus) far\s+(?:in\s+|during\s+)?$", re.I)
TO_DATE_AFTER = re.compile(r"[\s-]to[\s-]date\b")
PERIOD_TO = re.compile(r"(?:[,(;:]|\b(?:period|up|contract|valid|season|years?|months?))\s+to\s+(?:the\s+)?$", re.I)
NIGHT_OF = re.compile(r"\b(?:after|following|during|in|saw)\s+a\s+(?:\w+\s+)?night\s+of\b", re.I)
NOW = re.compile(r"\b(?:(?:so|thus) far(?! from)|to date|up to now|until now|as yet)\b", re.I)
LEADERS = frozenset(OPENINGS) | BESIDE | VERBS | frozenset(("to", "ended", "ending"))  # words that can lead a period
EARLIER_LATER = ("dates.earlier_in_unit", "dates.later_in_unit")
UP_TO_PUBLICATION = ("dates.overnight", "dates.last_units", "dates.this_unit")  # or from it on
CURRENT = {"now", "currently", "presently", "nowadays"}


def find_periods(
    text: str, published: date | None, timexes: Sequence[Timex], cues: Sequence[int] | None = None
) -> list[Period]:
    """The periods of a text, left to right, none overlapping; `cues` as in its hits, if they are known."""
    cues = find_hits(text).cues if cues is None else cues
    found, undated = list(composed(text, published, timexes)), list(undated_phrases(text, published, cues))
    if undated:
        found = sorted(found + undated, key=lambda period: (period.quote_start, -period.quote_end))
    periods: list[Period] = []
    end = 0
    for period in found:
        if period.quote_start >= end:
            periods.append(period)
            end = period.quote_end
    return periods


def composed(text: str, published: date | None, timexes: Sequence[Timex]) -> Iterator[Period]:
    """The periods of time expressions, two together where they are the ends of one."""
    before: Timex | None = None
    paired = False
    for timex, following in zip_longest(timexes, timexes[1:]):
        if paired:  # with the one before
            before, paired = timex, False
            continue
        made = over_days(text, before, timex) if before is not None and timex.timex_type == "DURATION" else None
        if made is None and following is not None and following.quote_start - timex.quote_end <= LONGEST_GAP:
            made = joined(text, published, timex, following)
            paired = made is not None
        if made is None:
            made = alone(text, published, timex)
        if made is not None:
            yield made
        before = timex


def undated_phrases(text: str, published: date | None, cues: Sequence[int]) -> Iterator[Period]:
    """Phrases without a time expression that mean publication: "so far", "after a night of clashes"."""
    if published is None:
        return
    for at in cues:
        if text.startswith("night", at):
            for start, end in spans_at(text, at, NIGHT_OF):
                yield period(start, end, cal.interval(cal.shift(published, "day", -1), published), "dates.night_of")
        elif text[at].islower():
            for start, end in spans_at(text, at, NOW):
                yield period(start, end, cal.day(published), "dates.so_far")


def spans_at(text: str, at: int, phrase: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Where the phrase stands around an offset."""
    for match in phrase.finditer(text, max(at - LONGEST_CUE, 0), at + LONGEST_CUE):
        if match.start() <= at < match.end():
            yield match.span()


def period(start: int, end: int, when: When, rule: str) -> Period:
    """A period of one span."""
    return Period(start, end, when.start, when.end, when.precision, rule)


def opening(text: str, start: int) -> tuple[str, int] | None:
    """The word before a time expression that opens or closes an interval, and where it stands: "since", "until"."""
    at = start
    for _ in range(3):
        end = at - 1
        if end < 0 or not text[end].isspace():
            return None
        at = word_start(text, end, start - 40)
        word = text[at:end].lower()
        if word in OPENINGS:
            return OPENINGS[word], at
        if word not in BESIDE:
            return None
    return None


def joined(text: str, published: date | None, first: Timex, second: Timex) -> Period | None:
    """Two expressions that are the ends of one interval: "from A to B", "between A and B", "A-B"."""
    gap = text[first.quote_end : second.quote_start]
    if first.timex_type == "DURATION":
        return ended(text, first, second) if ENDED.fullmatch(gap) else None
    if not JOINS.fullmatch(gap):
        return None
    left = opening(text, first.quote_start)
    word, start = left if left is not None else (None, first.quote_start)
    both = "and" in gap.lower()
    begin, end = contract(first, None), contract(second, None)
    if second.timex_value == "PRESENT_REF" and published is not None:
        end = cal.day(published)
    if both and word != "between":
        beside = begin.end is not None and end.start is not None and (end.start - begin.end).days == 1
        if not beside or begin.precision not in ("day", "year", "month") or begin.precision != end.precision:
            return None
    if begin.start is None or end.end is None:
        return None
    if begin.start > end.end:
        return None
    return period(
        start, second.quote_end, cal.interval(begin.start, end.end), "dates.from_to" if not both else "dates.between"
    )


def alone(text: str, published: date | None, timex: Timex) -> Period | None:
    """The period of one expression with the words before it."""
    first, last = timex.date_start, timex.date_end
    if first is None or last is None:
        if timex.timex_value == "PRESENT_REF" and published is not None and timex.quote.lower() in CURRENT:
            return period(timex.quote_start, timex.quote_end, cal.day(published), "dates.present")
        return None
    word = word_before(text, timex.quote_start) if timex.timex_type == "DATE" else ""
    running = published is not None and first < published <= last
    if is_plain(timex) and not running and word not in LEADERS:  # half of them
        return Period(timex.quote_start, timex.quote_end, first, last, timex.date_precision, timex.rule)
    when = contract(timex, published)
    if when.start is None or when.end is None:
        return None
    if published is not None and when.start < published <= when.end:
        so_far = SO_FAR_BEFORE.search(text, max(timex.quote_start - 20, 0), timex.quote_start)
        to_date = TO_DATE_AFTER.match(text, timex.quote_end)
        if so_far or to_date:
            start, end = so_far.start() if so_far else timex.quote_start, to_date.end() if to_date else timex.quote_end
            return period(start, end, cal.interval(when.start, published), "dates.so_far")
    led = None
    if word in LEADERS:
        led = since_or_until(text, published, timex, when)
        if led is None and word in ENDS_LENGTH:
            led = length_before(text, timex)
    return led or period(timex.quote_start, timex.quote_end, when, timex.rule)


def word_before(text: str, start: int) -> str:
    """The word right before, in lower case; "" where there is a sign or nothing."""
    end = start - 1
    if end < 1 or not text[end].isspace():
        return ""
    return text[word_start(text, end, end - 12) : end].lower()


def word_start(text: str, end: int, lowest: int) -> int:
    """Where the letters that end at `end` begin, at `lowest` or behind it."""
    word = text[max(lowest, 0) : end].rpartition(" ")[2]
    if not word or word.isalpha():
        return end - len(word)
    at = end  # a line break or a sign stands before the letters
    while text[at - 1].isalpha():
        at -= 1
    return at


def since_or_until(text: str, published: date | None, timex: Timex, when: When) -> Period | None:
    """A period that the publication date closes or opens: "since August 13", "until Friday"."""
    if published is None or when.start is None or when.end is None:
        return None
    start, end = timex.quote_start, timex.quote_end
    left = opening(text, start)
    told = "since" in text[max(start - 60, 0) : start].lower()
    clause = SINCE.search(text, max(start - 60, 0), start) if told else None  # "since the protests began on 28 April"
    if when.start <= published and ((left and left[0] == "since") or clause):
        begin = left[1] if left and left[0] == "since" else clause.start() if clause else start
        return period(begin, end, cal.interval(when.start, published), "dates.since")
    if left and left[0] == "from" and when.start <= published and ONWARD.match(text, end):
        return period(left[1], end, cal.interval(when.start, published), "dates.since")
    if left and left[0] == "by" and when.start > published:  # "could be lost by 2017"
        return period(left[1], end, cal.interval(published, when.end), "dates.by")
    if left and left[0] == "until":
        ahead = cal.interval(published, when.end)
        return period(left[1], end, ahead if ahead.start else When("", None, when.end, "interval"), "dates.until")
    if when.start > published and PERIOD_TO.search(text, max(start - 20, 0), start):
        return period(start, end, cal.interval(published, when.end), "dates.until")
    return None


def length_before(text: str, timex: Timex) -> Period | None:
    """A unit of time that ends with a date: "the year ended March 31"."""
    unit = LENGTH_BEFORE.search(text, max(timex.quote_start - 40, 0), timex.quote_start)
    if unit is None or timex.date_end is None or timex.date_end == date.max:
        return None
    begin = cal.shift(timex.date_end + timedelta(1), unit[1].lower(), -1)
    whole = cal.interval(begin, timex.date_end)
    return period(unit.start(), timex.quote_end, whole, "dates.length_ended") if whole.start else None


def over_days(text: str, told: Timex, length: Timex) -> Period | None:
    """Days that end with the day just told: "killed on Tuesday, bringing the toll to 49 over two days"."""
    counted = LENGTH.fullmatch(length.timex_value) if length.timex_type == "DURATION" else None
    if counted is None or counted[2] != "D" or not 2 <= int(counted[1]) <= 6 or told.date_start is None:
        return None
    clause = told.date_precision == "day" and length.quote_start - told.quote_end <= LONGEST_CLAUSE
    between = text[told.quote_end : length.quote_start] if clause else ""
    if not re.search(r"\bover\s+$", between) or ". " in between or "\n\n" in between:
        return None
    begin = cal.shift(told.date_start, "day", 1 - int(counted[1]))
    return period(length.quote_start, length.quote_end, cal.interval(begin, told.date_start), "dates.over_days")


def ended(text: str, length: Timex, end: Timex) -> Period | None:
    """A length of time that ends (or starts) with a date: "the three months ended Sept. 30", "a year from May 1"."""
    match = LENGTH.fullmatch(length.timex_value)
    if match is None or end.date_start is None or end.date_end is None or end.timex_type != "DATE":
        return None
    unit, count = UNITS[match[2]], int(match[1])
    if text[length.quote_end : end.quote_start].strip().lower().startswith(("from", "start", "begin")):
        after = cal.shift(end.date_start, unit, count)
        when = cal.interval(end.date_start, after - timedelta(1) if after else None)
    else:
        before = cal.shift(end.date_end + timedelta(1), unit, -count) if end.date_end < date.max else None
        when = cal.interval(before, end.date_end)
    return period(length.quote_start, end.quote_end, when, "dates.length_ended") if when.start else None


def is_plain(timex: Timex) -> bool:
    """Whether the interval is the one that the expression has on its own."""
    return timex.timex_mod is None and timex.rule not in UP_TO_PUBLICATION


def contract(timex: Timex, published: date | None) -> When:
    """The interval as ANNOTATION.md reads it: thirds for "early", "mid" and "late"; "this year" up to publication."""
    when = When(timex.timex_value, timex.date_start, timex.date_end, timex.date_precision)
    if when.start is None or when.end is None or is_plain(timex):
        return when
    if timex.rule == "dates.overnight":
        return cal.interval(when.start, published or when.end)
    if timex.rule == "dates.earlier_in_unit" and published is not None and when.start <= published:
        return cal.interval(when.start, published)
    if timex.rule == "dates.later_in_unit" and published is not None and when.start <= published <= when.end:
        return cal.interval(published, when.end)
    if timex.rule in ("dates.last_units",) and published is not None:
        return cal.interval(when.start, published)
    if timex.timex_mod in ("START", "END") and POINT.match(timex.quote):  # "at the end of 2022" is its last day
        return cal.day(when.end if timex.timex_mod == "END" else when.start)
    cut = timex.date_precision == "interval" or timex.rule in ("dates.unit_end", *EARLIER_LATER)
    if timex.timex_mod in ("START", "MID", "END") and not cut:
        return cal.thirds(when, timex.timex_mod)
    if timex.rule == "dates.this_unit" and published is not None and when.start <= published <= when.end:
        return cal.interval(when.start, published) if when.start < published else cal.day(published)
    return when
