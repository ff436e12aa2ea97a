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

from transforms.calendar_math import day_of
from transforms.hits import Hits, find_hits
from transforms.periods import find_periods
from transforms.timex import Reader, all_phrases
from transforms.timex_base import Phrase
from transforms.values import Timex

__all__ = ["find_all_timexes", "find_periods", "find_publication_date", "find_timexes", "publication_date_readings"]

Span = tuple[int, int]
HEAD = 12  # lines in which a dateline can stand


def find_timexes(text: str, published: date | None, blocked: Sequence[Span] = ()) -> list[Timex]:
    """Every time expression, left to right, none overlapping.

    `blocked` are spans of names (persons, organisations) in which no date is reported ("August Wilson").
    The interval of a Timex is the plain one: "early May" is all of May with the modifier START. But "early next week"
    is Monday to Wednesday, "the end of 2015" its last third, and "earlier this month" ends the day before publication.
    """
    return find_all_timexes([find_hits(text)], [published], [blocked])[0]


def find_all_timexes(
    hits: Sequence[Hits], published: Sequence[date | None], blocked: Sequence[Sequence[Span]]
) -> list[list[Timex]]:
    """The same for each of many texts, of which the hits are given; they are read step by step together."""
    readers = [Reader(*of_text) for of_text in zip(hits, published, blocked, strict=True)]
    phrases = all_phrases(readers)
    return [[timex_of(of.text, phrase) for phrase in found] for of, found in zip(hits, phrases, strict=True)]


def timex_of(text: str, phrase: Phrase) -> Timex:
    """The phrase as a value."""
    start, end, kind, when, rule, mod = phrase
    return Timex(  # by position: with the fields' names it takes three times as long
        text[start:end],
        start,
        end,
        kind,
        when.value,
        mod,
        when.start,
        when.end,
        when.precision if when.start else None,
        f"dates.{rule}",
    )


def find_publication_date(text: str) -> tuple[date, str] | None:
    """The date that stands in the head of the text as dateline, with the words that say it.

    None where there is none, where two differ, or where one can be read in more than one way ("24/11/13").
    """
    readings = publication_date_readings(text)
    return readings[0] if len({day for day, _ in readings}) == 1 else None


def publication_date_readings(text: str) -> list[tuple[date, str]]:
    """Every reading of the dateline: a caller that knows the year from elsewhere (an address, a path) can choose.

    Taken are a full date that fills one of the first lines ("Tuesday, December 4, 2012", "24/11/13",
    "Published: 4 May 2019") and a dateline of place and full date ("ZAGREB, Dec 10 , 2005"). A weekday that
    contradicts its date makes none.
    """
    found: list[tuple[date, str]] = []
    for line in text[:2000].split("\n")[:HEAD]:
        for piece in re.split(r"\*\*+|\|", line):
            opening = DATELINE.match(piece)
            stripped = (opening[0] if opening else piece).strip(" \t\r\xa0()[]*_#-–—")
            if not 6 <= len(stripped) <= 80 or not any(c.isdigit() for c in stripped):
                continue
            for timex in find_timexes(stripped, None):
                if timex.rule in FULL_DATES and dateline(stripped[: timex.quote_start], stripped[timex.quote_end :]):
                    found.extend((day, stripped) for day in days_meant(timex))
    return found


def days_meant(timex: Timex) -> list[date]:
    """The days that a full date can mean: one in words, up to three in digits."""
    words = WEEKDAY.match(timex.quote)
    digits = re.fullmatch(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})", timex.quote)
    if digits is None:
        days = [timex.date_start] if timex.date_start else []
    else:
        first, second, third = (int(part) for part in digits.groups())
        if len(digits[1]) == 4:
            orders = [(first, second, third)]
        elif len(digits[3]) == 4:
            orders = [(third, first, second), (third, second, first)]
        else:
            orders = [(2000 + third, first, second), (2000 + third, second, first), (2000 + first, second, third)]
        days = [day for year, month, number in orders if (day := day_of(year, month, number).start)]
    return sorted({day for day in days if words is None or day.strftime("%A").lower().startswith(words[1].lower())})


FULL_DATES = ("dates.month_day_year", "dates.full_numeric")
WEEKDAY = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)", re.I)
LABEL = re.compile(r"(?:(?:published|posted|updated|date|first published|last updated|issued)(?: on| at)?:?\s*)?", re.I)
PLACE = re.compile(
    r"(?:[A-Z][A-Z .'’/-]{1,40}(?:, [A-Z][\w .]{1,25})?|[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,2}),?\s*(?:[-–—]+\s*)?"
)
DATELINE = re.compile(  # a paragraph that begins with it: "TACLOBAN, Philippines, Sept 14, 2014 - A ferry capsized"
    r"\s*[A-Z][A-Z .'’/-]{1,40}(?:, [A-Z][\w .]{1,25})?,"
    r" [\w ]{1,14}[ .,]{1,3}[\w, ]{1,12}\d{4}(?: ?\([A-Za-z/ ]+\))? ?[-–—]"
)
AFTER = re.compile(r"[\s.,|–—-]*(?:\(?[A-Z][A-Za-z/]{1,12}\)?)?[\s.,–—-]*")
TIME = re.compile(r"[\s,|–—-]*(?:at\s)?(?:\d{1,2}[:.]\d\d\s*(?:[ap]\.?m\.?)?\s*\(?[A-Z]{0,4}\)?)?[\s.]*", re.I)


def dateline(before: str, after: str) -> bool:
    """Whether what stands around a date on its line makes the line a dateline."""
    head = before.strip()
    alone = LABEL.fullmatch(head) is not None or PLACE.fullmatch(head) is not None
    return alone and (AFTER.fullmatch(after) is not None or TIME.fullmatch(after) is not None)
