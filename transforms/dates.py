"""Dates: every time expression of a text as TIMEX3, and the intervals that phrases compose of them.

>>> found = find_timexes("Police arrested 40 on Sunday.", date(2020, 8, 17))
>>> [(timex.quote, timex.timex_value) for timex in found]
[('Sunday', '2020-08-16')]
>>> find_publication_date("Riots in Salt\\nSunday, November 21, 2010\\nCalm returned …")
(datetime.date(2010, 11, 21), 'Sunday, November 21, 2010')

"Today" is the publication date, never the day of the run. Without it an expression keeps its TIMEX3
form (XXXX-08-16, XXXX-WXX-7, PRESENT_REF) and no interval, unless the text dates it in full.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from transforms.periods import find_periods
from transforms.timex import Reader
from transforms.values import Timex

__all__ = ["find_periods", "find_publication_date", "find_timexes"]

HEAD = 12  # lines in which a dateline can stand


def find_timexes(text: str, published: date | None, blocked: Sequence[tuple[int, int]] = ()) -> list[Timex]:
    """Every time expression, left to right, none overlapping.

    `blocked` are spans of names (persons, organisations) in which no date is reported ("August Wilson").
    The interval of a Timex is the plain one: "early May" is all of May with the modifier START.
    """
    return [
        Timex(
            quote=text[phrase.start : phrase.end],
            quote_start=phrase.start,
            quote_end=phrase.end,
            timex_type=phrase.kind,
            timex_value=phrase.when.value,
            timex_mod=phrase.mod,
            date_start=phrase.when.start,
            date_end=phrase.when.end,
            date_precision=phrase.when.precision if phrase.when.start else None,
            rule=phrase.rule,
        )
        for phrase in Reader(text, published, blocked).phrases()
    ]


def find_publication_date(text: str) -> tuple[date, str] | None:
    """The date that stands in the head of the text as dateline, with the words that say it; None without one.

    Taken are a full date that fills one of the first lines ("Tuesday, December 4, 2012", "24/11/13",
    "Published: 4 May 2019") and a dateline of place and full date ("ZAGREB, Dec 10 , 2005"). Two such
    dates that differ make none.
    """
    found: list[tuple[date, str]] = []
    for line in text[:2000].split("\n")[:HEAD]:
        stripped = line.strip().strip("()[]|*_").strip()
        if not 6 <= len(stripped) <= 80:
            continue
        for timex in find_timexes(stripped, None):
            full = timex.date_precision == "day" and timex.rule in ("dates.month_day_year", "dates.full_numeric")
            if full and timex.date_start and dateline(stripped[: timex.quote_start], stripped[timex.quote_end :]):
                found.append((timex.date_start, stripped))
    days = {day for day, _ in found}
    return found[0] if len(days) == 1 else None


LABEL = re.compile(r"(?:(?:published|posted|updated|date|first published|last updated|issued)(?: on| at)?:?\s*)?", re.I)
PLACE = re.compile(r"[A-Z][A-Z .'’/-]{1,40}(?:, [A-Z][\w .]{1,25})?,?\s*(?:[-–—]+\s*)?")
AFTER = re.compile(r"[\s.,|–—-]*(?:\(?[A-Z][A-Za-z/]{1,12}\)?)?[\s.,–—-]*")
TIME = re.compile(r"[\s,|–—-]*(?:at\s)?(?:\d{1,2}[:.]\d\d\s*(?:[ap]\.?m\.?)?\s*\(?[A-Z]{0,4}\)?)?[\s.]*", re.I)


def dateline(before: str, after: str) -> bool:
    """Whether what stands around a date on its line makes the line a dateline."""
    head = before.strip()
    alone = LABEL.fullmatch(head) is not None or PLACE.fullmatch(head) is not None
    return alone and (AFTER.fullmatch(after) is not None or TIME.fullmatch(after) is not None)
