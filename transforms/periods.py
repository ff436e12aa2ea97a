"""Periods: the interval that a phrase composes of its time expressions, as the contract reads it.

>>> find_periods("500 have died since August 13.", date(2020, 8, 17), timexes)[0].rule
'dates.since'

A Timex carries the plain TIMEX3 interval; here "early May" is May 1 to 10, "this year" ends with the day
of publication, and prepositions open or close an interval ("since", "until", "from … to"). Every Timex
that has an interval and is in no larger phrase is a Period too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from transforms import calendar_math as cal
from transforms.calendar_math import When
from transforms.values import Period, Timex

JOINS = re.compile(r"\s*(?:to|until|till|through|thru|-|–|—|up to|and)\s*(?:the\s+)?(?:end of\s+)?", re.I)
LEFT = re.compile(
    r"(?:\b(?P<since>since|ever since|starting|beginning|dating (?:back )?(?:to|from)|as from|effective|from)"
    r"|\b(?P<until>until|till|through|thru|up to|up until|lasting until|no later than)"
    r"|\b(?P<between>between)|\b(?P<from>from))\s+(?:(?:about|around|at least|the|as early as|last|on)\s+)?$",
    re.I,
)
NOW = re.compile(r"\b(?:so far(?! from)|to date|up to now|until now|as yet)\b", re.I)
SO_FAR = ("o far", "o date", " now", "s yet")  # quick test for `NOW`
CURRENT = {"now", "currently", "presently", "nowadays"}


def find_periods(text: str, published: date | None, timexes: Sequence[Timex]) -> list[Period]:
    """The periods of a text, left to right, none overlapping."""
    periods: list[Period] = []
    index = 0
    while index < len(timexes):
        timex = timexes[index]
        following = timexes[index + 1] if index + 1 < len(timexes) else None
        pair = joined(text, timex, following) if following is not None else None
        if pair is not None:
            periods.append(pair)
            index += 2
            continue
        single = alone(text, published, timex)
        if single is not None:
            periods.append(single)
        index += 1
    if published is None or not any(cue in text for cue in SO_FAR):
        return periods
    taken = [(p.quote_start, p.quote_end) for p in periods]
    for match in NOW.finditer(text):
        if not any(s < match.end() and match.start() < e for s, e in taken):
            periods.append(period(match.start(), match.end(), cal.day(published), "dates.so_far"))
    return sorted(periods, key=lambda p: p.quote_start)


def period(start: int, end: int, when: When, rule: str) -> Period:
    """A period of one span."""
    return Period(
        quote_start=start,
        quote_end=end,
        date_start=when.start,
        date_end=when.end,
        date_precision=when.precision,
        rule=rule,
    )


def joined(text: str, first: Timex, second: Timex) -> Period | None:
    """Two expressions that are the ends of one interval: "from A to B", "between A and B", "A-B"."""
    gap = text[first.quote_end : second.quote_start]
    if len(gap) > 24 or not JOINS.fullmatch(gap):
        return None
    left = LEFT.search(text, max(first.quote_start - 40, 0), first.quote_start)
    start = first.quote_start if left is None else left.start()
    word = left.lastgroup if left is not None else None
    both = "and" in gap.lower()
    if both and word != "between":
        return None
    begin, end = contract(first, None, ""), contract(second, None, "")
    if begin.start is None or end.end is None:
        return None
    if begin.start > end.end:
        return None
    return period(
        start, second.quote_end, cal.interval(begin.start, end.end), "dates.from_to" if not both else "dates.between"
    )


def alone(text: str, published: date | None, timex: Timex) -> Period | None:
    """The period of one expression with the preposition before it."""
    if timex.timex_value == "PRESENT_REF" and published is not None and timex.quote.lower() in CURRENT:
        return period(timex.quote_start, timex.quote_end, cal.day(published), "dates.present")
    when = contract(timex, published, text[max(timex.quote_start - 60, 0) : timex.quote_start])
    if when.start is None:
        return None
    left = LEFT.search(text, max(timex.quote_start - 40, 0), timex.quote_start)
    if left is not None and timex.timex_type != "DURATION" and published is not None and when.end is not None:
        if left.lastgroup == "since" and when.start <= published and not left[0].lower().startswith("from"):
            return period(left.start(), timex.quote_end, cal.interval(when.start, published), "dates.since")
        if left.lastgroup == "until":
            begin = published if when.end >= published else None
            span = cal.interval(begin, when.end) if begin else When("", None, when.end, "interval")
            return period(left.start(), timex.quote_end, span, "dates.until")
    return period(timex.quote_start, timex.quote_end, when, timex.rule)


def contract(timex: Timex, published: date | None, before: str) -> When:
    """The interval as ANNOTATION.md reads it: thirds for "early", "mid" and "late"; "this year" up to publication."""
    when = When(timex.timex_value, timex.date_start, timex.date_end, timex.date_precision)
    if when.start is None or when.end is None:
        return when
    if timex.rule == "dates.overnight":
        return cal.interval(when.start, published or when.end)
    if timex.rule == "dates.earlier_in_unit" and published is not None and when.start <= published <= when.end:
        return cal.interval(when.start, published)
    if timex.rule == "dates.later_in_unit" and published is not None and when.start <= published <= when.end:
        return cal.interval(published, when.end)
    if timex.rule in ("dates.last_units",) and published is not None:
        return cal.interval(when.start, published)
    if timex.timex_mod in ("START", "MID", "END") and timex.rule not in (
        "dates.unit_end",
        "dates.earlier_in_unit",
        "dates.later_in_unit",
    ):
        return cal.thirds(when, timex.timex_mod)
    if timex.rule == "dates.this_unit" and published is not None and when.start <= published <= when.end:
        return cal.interval(when.start, published) if when.start < published else cal.day(published)
    return when
