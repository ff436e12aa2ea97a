"""Dates: what holds for any text, and the borders of the calendar."""

from __future__ import annotations

import doctest
import time
from datetime import date, timedelta
from itertools import pairwise
from types import ModuleType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.collector import collector_paused
from transforms import calendar_math as cal
from transforms import date_grammar, date_lexicon, date_words, dates, periods, tense
from transforms import timex as reader
from transforms.date_lexicon import load_lexicon
from transforms.dates import (
    find_all_timexes,
    find_periods,
    find_publication_date,
    find_timexes,
    publication_date_readings,
)
from transforms.hits import find_hits

WORDS = (
    "in on by since until from to between and the of last next this that early late mid end a two three few several "
    "May March Sept. Oct. January Monday Friday Sunday week weeks month months year years day days quarter decade "
    "weekend 2018 1999 1987-88 2009-10 24/11/13 4/22 9/11 12 31 30th first second 5 p.m. 18:40 today yesterday ago "
    "earlier later before after summer fall nineties 1970s overnight now recently half century Easter Q3 every daily "
    ". , - / ' % $ will said was"
).split()
DATES = st.dates(min_value=date(1, 1, 1), max_value=date(9999, 12, 31))
PHRASES = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)
TEXTS = st.one_of(st.text(max_size=80), PHRASES, st.tuples(PHRASES, st.text(max_size=8), PHRASES).map("".join))


LOOKS = {
    "in 1987, as in 1990 people": ["1987", "1990"],
    "1987,500 of 5000 men": [],
    "on 24/11/13.": ["24/11/1"],
    "12 men, 1,250 dlrs, 4.5 pct": [],
    "for the 27. On the 28 men": ["27"],
    "3q16 and q3, x3 and faq2": ["3q1", "q3"],
    "5 pm, 6 p.m. and 7 packs": ["5 pm", "6 p.m"],
    "27th, '90s, 18:40, on 4/22 ": ["27th", "90s", "18:40", "4/2"],
    "May5 and a1987": ["may", "987"],
    "0" * 100: [],
}


@pytest.mark.parametrize("text", LOOKS)
def test_what_is_worth_a_look_as_a_date(text: str) -> None:
    hits = find_hits(text)
    assert [hits.small[start + 1 : end] for start, end, _, _ in hits.triggers] == LOOKS[text]


@given(st.lists(st.tuples(TEXTS, st.one_of(st.none(), DATES)), max_size=5), st.integers(0, 5))
def test_many_texts_are_read_as_each_alone(texts: list[tuple[str, date | None]], place: int) -> None:
    texts.insert(place, ("On May 5, 2009, 12 met; two days later and in June 40 left. " * 200, date(2011, 3, 1)))
    alone = [find_timexes(text, published) for text, published in texts]
    together = find_all_timexes([find_hits(text) for text, _ in texts], [day for _, day in texts], [()] * len(texts))
    assert together == alone
    assert len(alone[min(place, len(texts) - 1)]) > 2 * reader.PORTION


@given(TEXTS, st.one_of(st.none(), DATES))
@example("In the first century, last century, next decade", date(1, 1, 1))
@example("next year, the next decade, since the 30th", date(9999, 12, 31))
@example("İstanbul, May 5, 2020; ǅ May", date(2020, 5, 6))
def test_what_always_holds(text: str, published: date | None) -> None:
    timexes = find_timexes(text, published)
    found = find_periods(text, published, timexes)
    for timex in timexes:
        assert timex.quote == text[timex.quote_start : timex.quote_end] != ""
        assert timex.timex_value
        assert (timex.date_start is None) == (timex.date_end is None) == (timex.date_precision is None)
        assert timex.date_start is None or timex.date_end is None or timex.date_start <= timex.date_end
    for period in found:
        assert 0 <= period.quote_start < period.quote_end <= len(text)
        assert period.date_start is None or period.date_end is None or period.date_start <= period.date_end
    for spans in ([(t.quote_start, t.quote_end) for t in timexes], [(p.quote_start, p.quote_end) for p in found]):
        assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert find_timexes(text, published) == timexes
    assert find_periods(text, published, timexes) == found


@pytest.mark.parametrize("module", [cal, date_grammar, date_lexicon, date_words, dates, periods, tense, reader])
def test_the_examples_of_the_module_hold(module: ModuleType) -> None:
    names = vars(module) | {"date": date, "DateWords": date_words.DateWords, "find_timexes": find_timexes}
    failed, tried = doctest.testmod(module, extraglobs=names)
    assert (failed, tried > 0) == (0, True)


@given(DATES)
def test_units_hold_their_day(day: date) -> None:
    for unit in ("day", "week", "weekend", "month", "quarter", "half", "season", "year", "decade", "century"):
        whole = cal.unit_of(day, unit)
        if whole.start is None or whole.end is None:
            continue  # at the ends of the calendar
        if unit != "weekend":
            assert whole.start <= day <= whole.end
        assert whole.value


@given(DATES, st.sampled_from(["week", "month", "quarter", "year"]))
def test_next_is_the_day_after_this(day: date, unit: str) -> None:
    this, following = cal.unit_of(day, unit), cal.shifted_unit(day, unit, 1)
    if this.end is not None and following.start is not None:
        assert following.start - this.end == timedelta(1)


def test_a_day_is_lost_where_the_month_is_shorter() -> None:
    assert cal.shift(date(2020, 3, 31), "month", -1) == date(2020, 2, 29)
    assert cal.shift(date(2020, 2, 29), "year", 1) == date(2021, 2, 28)
    assert cal.day_of(2021, 2, 29) == cal.NOWHEN


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (date(2018, 12, 31), "2019-W01"),  # the Monday of the new year's first week
        (date(2021, 1, 3), "2020-W53"),
        (date(2016, 1, 1), "2015-W53"),
    ],
)
def test_iso_weeks_at_the_turn_of_the_year(day: date, value: str) -> None:
    assert cal.week(day).value == value


@pytest.mark.parametrize(("mod", "first", "last"), [("START", 1, 10), ("MID", 11, 20), ("END", 21, 29)])
def test_a_third_of_a_leap_february(mod: str, first: int, last: int) -> None:
    part = cal.thirds(cal.month(2020, 2), mod)
    assert (part.start, part.end) == (date(2020, 2, first), date(2020, 2, last))


def test_thirds_of_a_year_do_not_overlap() -> None:
    parts = [cal.thirds(cal.year(2019), mod) for mod in ("START", "MID", "END")]
    assert [(p.start, p.end) for p in parts] == [
        (date(2019, 1, 1), date(2019, 4, 30)),
        (date(2019, 5, 1), date(2019, 8, 31)),
        (date(2019, 9, 1), date(2019, 12, 31)),
    ]


def test_a_sunday_article_tells_of_the_week_before() -> None:
    (timex,) = find_timexes("Thousands fled last week.", date(2009, 11, 8))
    assert (timex.date_start, timex.date_end) == (date(2009, 10, 26), date(2009, 11, 1))


def test_new_year_is_crossed_both_ways() -> None:
    early, late = date(2021, 1, 2), date(2020, 12, 30)
    assert find_timexes("He died on Dec. 30.", early)[0].timex_value == "2020-12-30"
    assert find_timexes("He dies on Jan. 2.", late)[0].timex_value == "2021-01-02"
    assert find_timexes("Last week he died.", early)[0].timex_value == "2020-W52"


def test_without_a_publication_date_nothing_is_resolved_to_today() -> None:
    timexes = find_timexes("Today, last week, on Sunday, in May and next year; since 2014 and on 5 May 2019.", None)
    dated = [timex.quote for timex in timexes if timex.date_start is not None]
    assert dated == ["2014", "5 May 2019"]


@pytest.mark.parametrize("word", sorted(load_lexicon().near["news"]))
def test_a_text_with_news_words_is_no_history(word: str) -> None:
    history = "It struck in 1893, in 1894, in 1895 and in 1896; in July it ended."
    assert find_timexes(history, date(2013, 3, 22))[-1].timex_value == "1896-07"
    timexes = find_timexes(f"{history} It was so, {word}.", date(2013, 3, 22))
    assert "2012-07" in [timex.timex_value for timex in timexes]


def test_no_date_is_reported_in_a_name() -> None:
    text = "August Wilson met May on Sunday."
    assert [t.quote for t in find_timexes("It began in August.", date(2020, 8, 17))] == ["August"]
    assert [t.quote for t in find_timexes(text, date(2020, 8, 17), blocked=[(0, 13), (25, 31)])] == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Calm returns\nSunday, November 21, 2010\nThe town was quiet.", date(2010, 11, 21)),
        ("ZAGREB, Dec 10 , 2005\n\nThousands marched.", date(2005, 12, 10)),
        ("HANOI, April 28 , 1997 (AFP)\n\nAbout 800 staged a stoppage.", date(1997, 4, 28)),
        ("Strike ends\nPublished: 4 May 2019\nWorkers returned.", date(2019, 5, 4)),
        ("Court rules\n\nIzmir, 5 December 2017\n\nA court ruled.", date(2017, 12, 5)),
        ("FERRY SINKS\n\n    TACLOBAN, Philippines, Sept 14, 2014 - A ferry sank on\nSaturday.", date(2014, 9, 14)),
        ("Talks\n\nTBILISI, 18 April 2024 - Tens of thousands of people blocked the avenue.", date(2024, 4, 18)),
        ("# March\n\n**A. Author****17 August 2020**\n\nMany marched.", date(2020, 8, 17)),
        ("Talks\nThe Treaty of Paris, 10 February 1763 - it ended the war.", None),
        ("# Title\n\n2024-11-13\n\nText.", date(2024, 11, 13)),
        ("Strike ends\nOn 4 May 2019 workers returned to the mine.", None),  # the date of the story
        ("Strike ends\n24/11/13\nWorkers returned.", None),  # two readings
        ("Strike ends\n4 May 2019\n5 May 2019\nWorkers returned.", None),
        ("Strike ends\nMonday, May 4, 2019\nWorkers returned.", None),  # it was a Saturday
        ("Workers returned to the mine.", None),
        ("", None),
    ],
)
def test_publication_date(text: str, day: date | None) -> None:
    found = find_publication_date(text)
    assert (found[0] if found else None) == day


def test_readings_of_an_unclear_dateline() -> None:
    days = [day for day, _ in publication_date_readings("Canopy\n24/11/13\nText.")]
    assert days == [date(2013, 11, 24), date(2024, 11, 13)]


@pytest.mark.parametrize(
    "unit",
    [
        "(",
        "1,",
        "1-",
        "1/1/",
        "may ",
        "hundred and ",
        "two ",
        "from May to ",
        "2000-",
        "a of ",
        "\"'“”",
        "1 month, ",
        "İ may ",
        "\n",
        "1.2.2010 ",
        "on 4.22 ",
        "3Q16 ",
        "in two weeks ",
        "M 2010\n",
    ],
)
def test_time_grows_with_length_only(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        with collector_paused():  # as in a worker: else all that the tests have made is searched again and again
            began = time.process_time()
            find_periods(text, date(2020, 8, 17), find_timexes(text, date(2020, 8, 17)))
            return time.process_time() - began

    seconds(2_000)
    short, long = min(seconds(20_000) for _ in range(3)), min(seconds(160_000) for _ in range(3))
    assert long < 8 * short * 2.5 + 0.05
