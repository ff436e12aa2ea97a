"""Lengths of time: "two years ago", "the past three weeks", "within five days", "four hours", "every Sunday"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from transforms import calendar_math as cal
from transforms.calendar_math import NOWHEN, When, undated
from transforms.date_lexicon import Token
from transforms.timex_base import (
    CLOCK_UNITS,
    CODES,
    Phrase,
    Reading,
    clauses,
    count_of,
    duration_value,
    has,
    moved,
    relative_of,
    shifted,
    token_of,
    value_in,
    year_before,
)

DAY_UNITS = ("day", "week", "fortnight")  # "two weeks ago" is a day, "two years ago" a year
ADVERBS = {"daily": "P1D", "weekly": "P1W", "monthly": "P1M", "quarterly": "P1Q", "yearly": "P1Y", "annually": "P1Y"}
SUPERLATIVE_REACH = 6  # tokens before "in two years" that can rank: "the first strike in two years"
AGED = re.compile(r"[\s-]*(?:old|of age)\b")
CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d\d))?(?::\d\d)? ?([ap])?")


class LengthRules(Reading):
    """Rules for counted units, how long and how often, and for times of day."""

    def read_units_ago(self, seg: list[Token]) -> Phrase | None:
        """ "four years ago" is that year, "two days ago" that day: as fine as its unit."""
        units = [t for t in seg if t.name in ("UNIT", "UNITS")]
        unit = units[-1].key
        few = token_of(seg, "FEW")
        if unit in ("hour", "minute", "half"):
            return self.phrase(undated("PAST_REF"), "units_ago", "TIME")
        if few is not None and unit != "day":
            return self.phrase(undated("PAST_REF"), "few_units_ago")
        if self.published is None:
            return self.phrase(undated("PAST_REF"), "units_ago")
        if unit == "year" and len(units) == 1 and count_of(seg) == 1 and self.quarter and self.quarter_near(seg):
            return self.phrase(year_before(self.quarter), "quarter_year_ago")
        day: date | None = self.published
        for count, part in clauses(seg):
            day = shifted(day, part, -count) if day else None
        if day is None:
            return None
        mod = "APPROX" if few else "BEFORE" if has(seg, "MORE") else "AFTER" if has(seg, "LESS") else None
        unit = "year" if has(seg, "HALF") and unit in ("century", "decade") else unit
        fine = len(units) > 1 or unit in DAY_UNITS
        return self.phrase(cal.unit_of(day, "day" if fine else unit), "units_ago", mod=mod)

    def read_year_ago(self, seg: list[Token]) -> Phrase | None:
        """ "the year-ago quarter", "the year-earlier period": the quarter under discussion one year before."""
        if token_of(seg, "UNIT") is None or seg[0 if seg[0].name == "UNIT" else 1].key != "year":
            return None
        if self.published is None:
            return self.phrase(undated("PAST_REF"), "units_ago")
        if self.quarter is not None and self.quarter_near(seg):
            return self.phrase(year_before(self.quarter), "quarter_year_ago")
        return self.phrase(cal.shifted_unit(self.published, "year", -1), "units_ago")

    def read_reference_units(self, seg: list[Token]) -> Phrase | None:
        """Units without a count: "recent weeks", "the coming months", "years ago"."""
        return self.phrase(undated("FUTURE_REF" if has(seg, "NEXT") else "PAST_REF"), "reference_units")

    def read_the_past(self, seg: list[Token]) -> Phrase | None:
        """ "the past", "the future"."""
        if seg[1].word not in ("past", "future") or self.after.name not in ("DOT", "COMMA", "BREAK", "IN", "AND"):
            return None
        return self.phrase(undated("PAST_REF" if seg[1].word == "past" else "FUTURE_REF"), "reference_units")

    def quarter_near(self, seg: Sequence[Token]) -> bool:
        """Whether the quarter told last is still the one under discussion."""
        return seg[0].start - self.quarter_end < 400

    def read_units_from(self, seg: list[Token]) -> Phrase | None:
        """ "two days after today", "three weeks from now"."""
        units = [t for t in seg if t.name in ("UNIT", "UNITS")]
        anchor = seg[-1]
        day = self.published
        if day is None:
            return self.phrase(undated("FUTURE_REF"), "units_from")
        if anchor.name == "DEICT":
            day = moved(day, anchor.value)
        elif anchor.name == "WDAY":
            day = self.weekday(anchor.value, self.tense()).start or day
        sign = -1 if has(seg, "EARLIER") else 1
        end = cal.shift(day, units[0].key, sign * int(count_of(seg)))
        if end is None:
            return None
        if has(seg, "LESS"):
            inner = moved(end, -sign)
            return self.phrase(cal.interval(min(day, inner), max(day, inner)), "units_from")
        return self.phrase(
            cal.day(end) if units[0].key in ("day", "week") else cal.unit_of(end, units[0].key), "units_from"
        )

    def read_units_ahead(self, seg: list[Token]) -> Phrase | None:
        """ "two days hence": the days up to then."""
        unit = token_of(seg, "UNIT", "UNITS")
        if self.published is None or unit is None:
            return None
        end = cal.shift(self.published, unit.key, int(count_of(seg)))
        return self.phrase(cal.interval(moved(self.published, 1), end), "units_ahead")

    def read_in_units(self, seg: list[Token]) -> Phrase | None:
        """ "will open in three weeks": the day; "the first in two years" and "double in ten years" are lengths."""
        unit = seg[-1]
        left = self.tokens[max(self.at - SUPERLATIVE_REACH, 0) : self.at]
        ranked = any(t.name == "ORD" or t.word.endswith("est") or t.word in self.words.near("ranked") for t in left)
        when = seg[0].word == "in" and unit.key in DAY_UNITS and not has(seg, "FEW", "HALF")
        if not when or ranked or self.published is None or self.after.name == "OF" or self.tense() != "future":
            return None
        self.at += 1
        end = shifted(self.published, unit.key, count_of(seg))
        return self.phrase(cal.day(end) if end else NOWHEN, "in_units")

    def read_units_later(self, seg: list[Token]) -> Phrase | None:
        """ "two days later", "a year earlier": counted from the date last told, as fine as the unit."""
        unit = token_of(seg, "UNIT", "UNITS")
        earlier = has(seg, "EARLIER")
        linked = seg[-1].word in ("after", "before", "previously") and self.after.name not in ("DOT", "COMMA", "BREAK")
        if unit is None or unit.key in CLOCK_UNITS or linked:  # "two days after the raid"
            self.to -= 1
            return self.read_duration(seg[:-1])
        if token_of(seg, "FEW"):
            return self.phrase(undated("PAST_REF" if earlier else "FUTURE_REF"), "few_units_later")
        if earlier and unit.key == "year" and count_of(seg) == 1 and self.quarter and self.quarter_near(seg):
            return self.phrase(year_before(self.quarter), "quarter_year_ago")
        untold = self.anchor is None and not earlier and self.tense() != "future"
        if untold:  # "Two years later it closed", with nothing told before
            self.to -= 1
            return self.read_duration(seg[:-1])
        fine = unit.key in DAY_UNITS
        told = self.anchor is not None and (not fine or not earlier or self.anchor.precision == "day")
        base = self.told_day if told else self.published
        if base is None:
            return self.phrase(undated("PAST_REF" if earlier else "FUTURE_REF"), "units_later")
        day = shifted(base, unit.key, -count_of(seg) if earlier else count_of(seg))
        return self.phrase(cal.unit_of(day, "day" if fine else unit.key) if day else NOWHEN, "units_later")

    def read_last_units(self, seg: list[Token]) -> Phrase | None:
        """ "the past two years", "the last week and a half": the units up to publication; "the next two" after."""
        unit = token_of(seg, "UNIT", "UNITS", "WDAYS")
        if unit is None or unit.name == "WDAYS":
            return None
        halved = has(seg[1:], "HALF")
        count = (count_of([t for t in seg if t.name != "HALF"]) or 1) + (0.5 if halved else 0)
        if has(seg, "LAST") and any(t.word in self.words.near("told") for t in seg) and self.anchor is not None:
            return self.phrase(self.span_told(unit.key, count), "units_before", "DURATION")
        if has(seg, "NEXT"):
            if self.published is None or unit.key in CLOCK_UNITS:
                return self.phrase(undated(duration_value(count, unit.key)), "next_units", "DURATION")
            end = cal.shift(self.published, unit.key, int(count))
            return self.phrase(
                When(duration_value(count, unit.key), moved(self.published, 1), end, "interval"),
                "next_units",
                "DURATION",
            )
        return self.phrase(self.span_before(unit.key, count), "last_units", "DURATION")

    def span_told(self, unit: str, count: float) -> When:
        """The `count` units up to the date told last: "in the previous 24 hours", of Friday's report."""
        value, end = duration_value(count, unit), self.told_day
        if unit in (*CLOCK_UNITS, "day"):
            end = self.last_day
        days = round(count / 24) if unit == "hour" else 0
        if end is None or (unit in CLOCK_UNITS and not days):
            return undated(value)
        start = moved(end, -days) if days else shifted(end, unit, -count)
        return When(value, start, end, "interval") if start is not None and start < end else undated(value)

    def read_within_units(self, seg: list[Token]) -> Phrase | None:
        """ "within five days": from publication on, the day itself counted."""
        published = self.published
        parts = clauses(seg)
        if published is None or any(unit in CLOCK_UNITS for _, unit in parts) or self.tense() == "past":
            self.at += 1
            return self.read_duration(seg[1:])
        day: date | None = published
        for count, unit in parts:
            day = cal.shift(day, unit, int(count)) if day else None
        return self.phrase(cal.interval(published, moved(day, -1)) if day else NOWHEN, "within_units")

    def read_first_units(self, seg: list[Token]) -> Phrase | None:
        """ "the first nine months of 1986", "the last three days of May": units counted in their year or month."""
        head = next(i for i, t in enumerate(seg) if t.name == "UNITS")
        unit, count, rest = seg[head], int(count_of(seg[:head])), seg[head + 2 :]
        last = has(seg[:head], "LAST")
        counted = (last and rest) or value_in(seg, "ORD") == 1
        if count < 1 or unit.key not in ("day", "week", "month", "quarter") or not counted:
            return None
        year, month, inner = value_in(rest, "YEAR"), value_in(rest, "MONTH"), token_of(rest, "UNIT")
        if month:
            whole = cal.month(year, month) if year else self.month_near(month)
        elif year:
            whole = cal.year(year)
        elif inner is not None and relative_of(rest) is not None:
            whole = self.related(relative_of(rest), inner.key)
        elif self.published is None or unit.key not in ("month", "quarter"):
            whole = NOWHEN
        else:
            whole = cal.year(self.published.year)
            reached = cal.shift(date(self.published.year, 1, 1), unit.key, count)
            if reached is not None and reached > self.published and self.tense() != "future":
                whole = cal.year(self.published.year - 1)
        value = duration_value(count, unit.key)
        if whole.start is None or whole.end is None:
            return self.phrase(undated(value), "first_units", "DURATION")
        if last:
            start = cal.shift(moved(whole.end, 1), unit.key, -count)
            return self.phrase(When(value, start, whole.end, "interval"), "first_units", "DURATION")
        end = cal.shift(whole.start, unit.key, count)
        return self.phrase(
            When(value, whole.start, moved(end, -1), "interval") if end else NOWHEN, "first_units", "DURATION"
        )

    def read_span_starting(self, seg: list[Token]) -> Phrase | None:
        """ "three days starting Monday", "two weeks from May 20"."""
        unit = token_of(seg, "UNIT", "UNITS")
        head = next(i for i, t in enumerate(seg) if t.name == "STARTING")
        rest = seg[head + 1 :]
        if self.published is None or unit is None:
            return None
        token = token_of(rest, "DEICT", "WDAY", "MONTH")
        if token is None:
            return None
        if token.name == "DEICT":
            start: date | None = moved(self.published, token.value)
        elif token.name == "MONTH":
            start = self.nearest(token.value, value_in(rest, "NUM", "ORD", "CARD")).start
        else:
            relative = relative_of(rest)
            step = 7 if relative is not None and relative.name == "NEXT" else 0
            this_week = moved(self.published, step + token.value - self.published.isoweekday())
            start = this_week if relative else self.weekday(token.value, "future").start
        end = cal.shift(start, unit.key, int(count_of(seg[:head]))) if start else None
        return self.phrase(cal.interval(start, moved(end, -1)) if end else NOWHEN, "span_starting")

    def read_duration(self, seg: list[Token]) -> Phrase | None:
        """How long: "four years", "48 hours", "two-week"."""
        unit, few = token_of(seg, "UNIT", "UNITS"), token_of(seg, "FEW")
        if unit is None or not duration_value(1, unit.key) or AGED.match(self.text, seg[-1].end):
            return None
        if seg[0].name == "A" and len(seg) == 2 and self.before.word not in self.words.near("lone_unit_after"):
            return None  # "45 dollars a month"
        if few is not None and few.word in ("some", "many") and unit.name == "UNIT":
            return None  # "some day"
        halved = len(seg) > 2 and seg[-1].name == "HALF"  # "two years and a half"
        count = count_of(seg[:-1]) + 0.5 if halved else count_of(seg)
        value = duration_value(None if few else count, unit.key)
        return self.phrase(undated(value), "duration", "DURATION")

    def read_duration_fraction(self, seg: list[Token]) -> Phrase | None:
        """How long, with a fraction: "3-1/2 years"."""
        numbers = [int(part) for part in re.findall(r"\d+", self.text[seg[0].start : seg[-1].start])]
        if not 2 <= len(numbers) <= 3 or not numbers[-1] or seg[-1].key not in CODES:
            return None
        count = (numbers[0] if len(numbers) == 3 else 0) + round(numbers[-2] / numbers[-1], 3)
        return self.phrase(undated(duration_value(count, seg[-1].key)), "duration", "DURATION")

    def read_duration_half(self, seg: list[Token]) -> Phrase | None:
        """ "half an hour", "half a year"."""
        return self.phrase(undated(duration_value(0.5, seg[-1].key)), "duration", "DURATION")

    def read_set_every(self, seg: list[Token]) -> Phrase | None:
        """How often: "every day", "each Sunday", "every four years"."""
        token = seg[-1]
        if token.name == "WDAY":
            value = f"XXXX-WXX-{token.value}"
        elif token.name == "MONTH":
            value = f"XXXX-{token.value:02d}"
        elif token.name == "PART":
            value = f"XXXX-XX-XXT{token.key}"
        elif token.name == "SEASON":
            value = token.key
        elif token.key == "weekend":
            value = "XXXX-WXX-WE"
        else:
            value = duration_value(count_of(seg[1:-1]) or 1, token.key)
        return self.phrase(undated(value), "set", "SET")

    def read_set_often(self, seg: list[Token]) -> Phrase | None:
        """How often: "once a month", "three times a week"."""
        return self.phrase(undated(duration_value(1, seg[-1].key)), "set", "SET")

    def read_set_plural(self, seg: list[Token]) -> Phrase | None:
        """How often: "Sundays"."""
        return self.phrase(undated(f"XXXX-WXX-{seg[0].value}"), "set", "SET")

    def read_set_adverb(self, seg: list[Token]) -> Phrase | None:
        """How often: "daily", "annually"."""
        if self.text[seg[0].start].isupper():
            return None  # "the Daily News"
        return self.phrase(undated(ADVERBS[seg[0].word]), "set", "SET")

    def read_clock(self, seg: list[Token]) -> Phrase | None:
        """A time of day: "5 p.m.", "18:40"; its day is the date beside it, not known here."""
        match = CLOCK.match(seg[0].word)
        if match is None:
            return None
        hour, minute = int(match[1]), int(match[2] or 0)
        if match[3]:
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if match[3] == "p" else 0)
        if hour > 24 or minute > 59:
            return None
        return self.phrase(undated(f"XXXX-XX-XXT{hour:02d}:{minute:02d}"), "clock", "TIME")
