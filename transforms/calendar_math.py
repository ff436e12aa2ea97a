"""Calendar arithmetic: the TIMEX3 value and the days of a week, month, quarter, year …

>>> month(2020, 2)
When(value='2020-02', start=datetime.date(2020, 2, 1), end=datetime.date(2020, 2, 29), precision='month')
>>> shift(date(2020, 3, 31), "month", -1)
datetime.date(2020, 2, 29)

Weeks are ISO weeks, Monday to Sunday. Seasons are the meteorological ones of the northern
hemisphere; a winter belongs to the year in which it starts. Values follow TIMEX3 (TimeML 1.2.1).
Every function answers `NOWHEN` where the calendar (years 1 to 9999) has no such day.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import lru_cache

from transforms.frozen import frozen


@frozen()
class When:
    """An interval of the calendar: TIMEX3 value, first and last day, and how fine it is."""

    value: str
    start: date | None
    end: date | None
    precision: str | None


NOWHEN = When("", None, None, None)
DAYS_IN = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # at most
SEASONS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}  # the month in which it starts


def undated(value: str) -> When:
    """A TIMEX3 value that has no interval: "XXXX-08", "P3D", "PAST_REF"."""
    return When(value, None, None, None)


def day(when: date) -> When:
    """One day."""
    return When(when.isoformat(), when, when, "day")


@lru_cache(4096)
def day_of(year: int, month_number: int, day_number: int) -> When:
    """One day from its parts; `NOWHEN` for February 30."""
    try:
        return day(date(year, month_number, day_number))
    except ValueError:
        return NOWHEN


@lru_cache(4096)
def week(when: date) -> When:
    """The ISO week that holds the day: "2020-W33"."""
    monday = when - timedelta(when.weekday())
    if monday > date.max - timedelta(6):
        return NOWHEN
    number = monday.isocalendar()
    return When(f"{number[0]:04d}-W{number[1]:02d}", monday, monday + timedelta(6), "week")


def week_of(year: int, number: int) -> When:
    """An ISO week from its number."""
    try:
        return week(date.fromisocalendar(year, number, 1))
    except ValueError:
        return NOWHEN


def weekend(when: date) -> When:
    """Saturday and Sunday of the ISO week that holds the day: "2020-W33-WE"."""
    whole = week(when)
    if whole.end is None:
        return NOWHEN
    return When(f"{whole.value}-WE", whole.end - timedelta(1), whole.end, "weekend")


@lru_cache(4096)
def month(year: int, number: int) -> When:
    """A calendar month: "2020-08"."""
    if not (1 <= year <= 9999 and 1 <= number <= 12):
        return NOWHEN
    last = calendar.monthrange(year, number)[1]
    return When(f"{year:04d}-{number:02d}", date(year, number, 1), date(year, number, last), "month")


def months(year: int, first: int, count: int, value: str, precision: str) -> When:
    """`count` whole months from month `first` of the year."""
    start = month(year, first)
    after = first - 1 + count - 1
    end = month(year + after // 12, after % 12 + 1)
    if start.start is None or end.end is None:
        return NOWHEN
    return When(value, start.start, end.end, precision)


@lru_cache(4096)
def quarter(year: int, number: int) -> When:
    """A calendar quarter: "2020-Q3"."""
    return months(year, 3 * number - 2, 3, f"{year:04d}-Q{number}", "quarter")


def half(year: int, number: int) -> When:
    """Half a calendar year: "2020-H1"."""
    return months(year, 6 * number - 5, 6, f"{year:04d}-H{number}", "interval")


def season(year: int, code: str) -> When:
    """A season: "2020-SU" is June to August."""
    return months(year, SEASONS[code], 3, f"{year:04d}-{code}", "season")


@lru_cache(4096)
def year(number: int) -> When:
    """A calendar year: "2020"."""
    return months(number, 1, 12, f"{number:04d}", "year")


def decade(first: int) -> When:
    """The ten years from `first`: decade(1970) is "197"."""
    return months(first, 1, 120, f"{first // 10:03d}", "decade")


def century(first: int) -> When:
    """The hundred years from `first`, as TIMEX3 counts them: century(1900) is "19"."""
    return months(first, 1, 1200, f"{first // 100:02d}", "century")


def interval(start: date | None, end: date | None) -> When:
    """From one day to another, in order; `NOWHEN` if they are not."""
    if start is None or end is None or start > end:
        return NOWHEN
    if start == end:
        return day(start)
    return When(f"{start.isoformat()}/{end.isoformat()}", start, end, "interval")


def shift(when: date, unit: str, count: int) -> date | None:
    """The day `count` units later; the end of a shorter month where the day does not exist."""
    try:
        if unit in ("day", "night", "weekday"):
            return when + timedelta(count)
        if unit in ("week", "weekend"):
            return when + timedelta(7 * count)
        if unit == "fortnight":
            return when + timedelta(14 * count)
        number = when.year * 12 + when.month - 1 + count * MONTHS_IN[unit]
        return date(number // 12, number % 12 + 1, min(when.day, calendar.monthrange(number // 12, number % 12 + 1)[1]))
    except (ValueError, OverflowError, KeyError, calendar.IllegalMonthError):
        return None


MONTHS_IN = {"month": 1, "quarter": 3, "half": 6, "year": 12, "decade": 120, "century": 1200}


def unit_of(when: date, unit: str) -> When:
    """The day, week, month, … that holds the day."""
    if unit == "week":
        return week(when)
    if unit == "weekend":
        return weekend(when)
    if unit == "month":
        return month(when.year, when.month)
    if unit == "quarter":
        return quarter(when.year, (when.month + 2) // 3)
    if unit == "half":
        return half(when.year, 1 if when.month < 7 else 2)
    if unit == "season":
        return season_of(when)
    if unit == "year":
        return year(when.year)
    if unit == "decade":
        return decade(when.year // 10 * 10) if when.year >= 10 else NOWHEN
    if unit == "century":
        return century(when.year // 100 * 100) if when.year >= 100 else NOWHEN
    return day(when)


def season_of(when: date) -> When:
    """The season that holds the day; January and February belong to the winter before."""
    if when.month < 3:
        return season(when.year - 1, "WI")
    return season(when.year, ("SP", "SU", "FA", "WI")[(when.month - 3) // 3])


def shifted_unit(when: date, unit: str, count: int) -> When:
    """The week, month, … `count` units after the one that holds the day."""
    whole = unit_of(when, unit)
    if whole.start is None:
        return NOWHEN
    moved = shift(whole.start, unit, count)
    return unit_of(moved, unit) if moved else NOWHEN


def thirds(whole: When, mod: str) -> When:
    """Early, mid or late part of an interval; days 1–10, 11–20 and 21–end of a month (ANNOTATION.md).

    A longer interval is cut at whole months, a week at Monday–Tuesday, Wednesday–Thursday (mid) and
    Friday–Sunday; a single day is not cut.
    """
    start, end = whole.start, whole.end
    if start is None or end is None or start == end:
        return whole
    if whole.precision == "month":
        first, last = {"START": (1, 10), "MID": (11, 20), "END": (21, end.day)}[mod]
        return interval(start.replace(day=first), start.replace(day=last))
    count = (end.year - start.year) * 12 + end.month - start.month + 1
    if start.day == 1 and (end + timedelta(1)).day == 1 and count >= 3:
        third = count // 3
        skip, length = {"START": (0, third), "MID": (third, count - 2 * third), "END": (count - third, third)}[mod]
        first_day = shift(start, "month", skip)
        after = shift(start, "month", skip + length)
        return interval(first_day, after - timedelta(1) if after else end)
    length = (end - start).days + 1
    third = length // 3
    skip, length = {"START": (0, third), "MID": (third, length - third - third), "END": (length - third, third)}[mod]
    return interval(start + timedelta(skip), start + timedelta(skip + max(length, 1) - 1))
