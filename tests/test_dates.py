"""Dates: first properties."""

from __future__ import annotations

from datetime import date

from transforms.dates import find_periods, find_timexes


def test_weekday_is_the_latest_before_publication() -> None:
    text = "Police arrested 40 on Sunday."
    timexes = find_timexes(text, date(2020, 8, 17))
    assert [(t.quote, t.timex_value) for t in timexes] == [("Sunday", "2020-08-16")]
    assert [p.date_start for p in find_periods(text, date(2020, 8, 17), timexes)] == [date(2020, 8, 16)]
