"""Weeks, quarters, seasons, years and their relatives: "last week", "the third quarter", "the 1990s"."""

from __future__ import annotations

import re

from transforms import calendar_math as cal
from transforms.calendar_math import NOWHEN, When, undated
from transforms.date_lexicon import Token, century_of
from transforms.timex_base import UNKNOWN, Phrase, Reading, has, moved, relative_of, token_of, value_in

PARTS = {"quarter": 4, "half": 2}  # of a year
NEARLY_OVER = {"quarter": 25, "half": 50}  # days before its end from which a quarter is told as done
LINKS = frozenset(("of", "in", "when", "that", "after", "before"))  # "the quarter in which" is still the one told


class UnitRules(Reading):
    """Rules for units of the calendar longer than a day."""

    def read_year(self, seg: list[Token]) -> Phrase | None:
        """A year: "2018"."""
        return self.phrase(cal.year(seg[0].value), "year")

    def read_year_named(self, seg: list[Token]) -> Phrase | None:
        """A fiscal year, mapped to the calendar year of its name: "fiscal 1990", "FY17"."""
        number = seg[-1]
        if number.name == "NUM" and (number.start != seg[-2].end or len(number.word) != 2):
            return None
        return self.phrase(cal.year(value_in(seg, "YEAR") or century_of(number.value)), "fiscal_year")

    def read_year_numbered(self, seg: list[Token]) -> Phrase | None:
        """A year below 1000: "the year 247"; "rose year-on-year 320 percent" has none."""
        compared = self.before.name == "DASH" or self.before.word == "on"
        if compared or seg[0].key != "year" or not 32 <= seg[1].value <= 999:
            return None
        return self.phrase(cal.year(seg[1].value), "year_numbered")

    def read_decade(self, seg: list[Token]) -> Phrase | None:
        """A decade: "the 1970s", "the '70s", "the nineties"; "the 1800s" are a century."""
        value = seg[-1].value
        if value % 100 == 0 and 1000 <= value < 1900:
            return self.phrase(cal.century(value), "century")
        if value < 100:
            if self.published is None and value < 30:
                return None
            twenties = value == 20 and self.published is not None and self.published.year > 2015
            value += 2000 if value in (0, 10) or twenties else 1900
        return self.phrase(cal.decade(value), "decade")

    def read_century(self, seg: list[Token]) -> Phrase | None:
        """A century: "the 19th century" is 1800 to 1899."""
        number = value_in(seg, "ORD")
        film = self.text[seg[-1].end : seg[-1].end + 4].strip(" -") == "Fox"
        if seg[-1].key != "century" or film or not 2 <= number <= 30:
            return None
        return self.phrase(cal.century((number - 1) * 100), "century")

    def read_quarter(self, seg: list[Token]) -> Phrase | None:
        """A quarter or half with its year: "the third quarter of 1986", "Q1 2016", "first half of last year"."""
        token, year = token_of(seg, "QH"), value_in(seg, "YEAR")
        if token is not None:
            number, kind = value_of_sign(token), "quarter" if "q" in token.word else "half"
            if seg[-1].name == "NUM":  # "3Q16"
                if seg[-1].start != token.end or len(seg[-1].word) != 2:
                    return None
                year = century_of(seg[-1].value)
            if not year:
                return self.phrase(self.latest_quarter(number, kind), "quarter_latest")
            return self.phrase(part_of_year(year, number, kind), "quarter_year")
        kind = next((t.key for t in seg if t.key in ("quarter", "half")), "")
        number = value_in(seg, "ORD") or (
            PARTS.get(kind, 0) if has(seg[:4], "LAST") and not has(seg[:1], "YEAR") else 0
        )
        if not number or not kind:
            return None
        if not year and any(t.key == "year" for t in seg):
            relatives = [t for t in seg if t.name in ("LAST", "NEXT", "THIS", "THAT")]
            whole = self.related(relatives[-1] if relatives else None, "year")
            year = whole.start.year if whole.start else 0
        return self.phrase(part_of_year(year, number, kind), "quarter_year")

    def read_quarter_bare(self, seg: list[Token]) -> Phrase | None:
        """A quarter without its year: the latest completed one."""
        kind, number = seg[-1].key, value_in(seg, "ORD")
        if not 1 <= number <= PARTS.get(kind, 0):
            return None
        if kind == "half" and self.quarter is None and not self.financial():
            return None  # of a match
        return self.phrase(self.latest_quarter(number, kind), "quarter_latest")

    def financial(self) -> bool:
        """Whether the surroundings speak of business: there halves are of a year."""
        start, end = self.tokens[self.at].start, self.tokens[self.to - 1].end
        around = self.words.lower[max(start - 200, 0) : end + 200]
        return not self.words.near("finance").isdisjoint(re.findall("[a-z]+", around))

    def latest_quarter(self, number: int, kind: str) -> When:
        """The latest completed quarter (half) of that number; the next to end where the verb is future."""
        published = self.published
        if published is None:
            return undated(f"XXXX-{'Q' if kind == 'quarter' else 'H'}{number}")
        choices = [part_of_year(published.year + shift, number, kind) for shift in (-1, 0, 1)]
        if self.tense() == "future":
            return next((c for c in choices if c.end and c.end >= published), NOWHEN)
        current = choices[1]
        if current.start and current.end and current.start <= published <= current.end:
            nearly_over = (current.end - published).days < NEARLY_OVER[kind]
            return current if nearly_over else choices[0]
        return next((c for c in reversed(choices) if c.end and c.end < published), NOWHEN)

    def read_season(self, seg: list[Token]) -> Phrase | None:
        """A season on its own."""
        return self.phrase(self.season_near(seg[-1].key), "season_nearest")

    def read_season_year(self, seg: list[Token]) -> Phrase | None:
        """A season with its year: "the summer of 1987"."""
        token = token_of(seg, "SEASON")
        return self.phrase(cal.season(value_in(seg, "YEAR"), token.key) if token else NOWHEN, "season_year")

    def read_season_of_year(self, seg: list[Token]) -> Phrase | None:
        """A season of a year told by reference: "the spring of next year"."""
        season = token_of(seg, "SEASON")
        whole = self.related(relative_of(seg), "year")
        if season is None or seg[-1].key != "year" or whole.start is None:
            return None
        return self.phrase(cal.season(whole.start.year, season.key), "season_of_year")

    def read_relative_season(self, seg: list[Token]) -> Phrase | None:
        """ "last summer": the latest that is over; "next spring", "this winter"."""
        token, code = relative_of(seg[-2:]), seg[-1].key  # "this past summer"
        published = self.published
        if token is None or published is None:
            return self.phrase(undated(f"XXXX-{code}"), "relative_season")
        choices = [cal.season(published.year + shift, code) for shift in (-2, -1, 0, 1)]
        if token.name == "LAST":
            kept = [c for c in choices if c.end and c.end < published]
            return self.phrase(kept[-1] if kept else NOWHEN, "relative_season")
        if token.name == "NEXT":
            kept = [c for c in choices if c.start and c.start > published]
            return self.phrase(kept[0] if kept else NOWHEN, "relative_season")
        if code == "WI":
            return self.phrase(self.season_near(code), "relative_season")
        return self.phrase(cal.season(published.year, code), "relative_season")

    def season_near(self, code: str) -> When:
        """The season that holds the publication day, else the one nearest to it."""
        published = self.published
        if published is None:
            return undated(f"XXXX-{code}")
        choices = [cal.season(published.year + shift, code) for shift in (-1, 0, 1)]
        tense = self.tense()

        def distance(when: When) -> int:
            if when.start is None or when.end is None:
                return 10**6
            if when.start <= published <= when.end:
                return 0
            gap = (when.start - published).days if when.start > published else (published - when.end).days
            return gap + (400 if (when.start > published) != (tense == "future") and tense else 0)

        return min(choices, key=distance)

    def read_relative_unit(self, seg: list[Token]) -> Phrase | None:
        """ "last week", "this year", "the following month", "that day"."""
        token, unit = relative_of(seg), seg[-1].key
        if token is None or unit == "minute" or (token.word == "that" and unit in ("half", "hour")):
            return None
        if unit == "hour":
            return self.phrase(undated("PAST_REF" if token.name == "LAST" else "FUTURE_REF"), "relative_hour", "TIME")
        if unit == "weekend":
            return self.phrase(self.weekend(token), "weekend")
        if unit == "quarter" and token.word in ("previous", "prior", "latest") and self.quarter is not None:
            return self.phrase(self.quarter, "quarter_told")
        if token.word == "latest" and unit != "quarter":
            return None
        lately = token.word == "past" or (
            token.word == "last" and seg[0].name == "THE" and unit != "week"
        )  # "over the last year"
        if lately and unit != "day" and self.before.name == "IN":
            return self.phrase(self.span_before(unit, 1), "last_units", "DURATION")
        when = self.related(token, unit)
        if unit == "day" and token.word == "next" and seg[0].name == "THE" and self.told_day is not None:
            when = cal.day(moved(self.told_day, 1))
        ahead = token.name == "THIS" and unit != "week" and self.tense() == "future"
        return self.phrase(when, "this_unit_ahead" if ahead else f"{token.name.lower()}_unit")

    def weekend(self, token: Token | None) -> When:
        """The weekend meant: the previous one in a report, this week's where the verb is future or missing."""
        published = self.published
        if published is None:
            return undated("XXXX-WXX-WE")
        if token is not None and token.name == "NEXT":
            return cal.weekend(moved(published, 7 if token.word == "next" else 0))
        begun = published.isoweekday() >= 6
        if token is not None and token.name == "LAST":
            return cal.weekend(moved(published, -7))
        tense = self.tense()
        if begun or tense == "future" or (tense is None and token is not None):
            return cal.weekend(published)
        return cal.weekend(moved(published, -7))

    def read_the_unit(self, seg: list[Token]) -> Phrase | None:
        """ "the weekend", "the week", "the day", "the quarter": the one told about."""
        unit, after = seg[-1].key, self.after
        if unit == "weekend":
            return self.phrase(self.weekend(None if seg[0].word == "the" else seg[0]), "weekend")
        if after.word in self.words.near("open_unit") - (LINKS if unit == "quarter" else frozenset()):
            return None
        if unit == "quarter" and self.quarter is not None:
            return self.phrase(self.quarter, "quarter_told")
        if unit == "week" or (unit == "day" and after.name in ("DOT", "COMMA", "BREAK")):
            whole = cal.unit_of(self.published, unit) if self.published else undated("PRESENT_REF")
            return self.phrase(whole, "the_unit")
        return None

    def read_named_weekend(self, seg: list[Token]) -> Phrase | None:
        """ "the long weekend", "the holiday weekend"."""
        if seg[-1].key != "weekend" or seg[1].word not in self.words.near("weekend_kinds"):
            return None
        return self.phrase(self.weekend(None), "weekend")

    def read_the_day_before(self, seg: list[Token]) -> Phrase | None:
        """ "the day before", "the year after": beside the date last told."""
        unit = seg[1].key
        if self.after.name not in ("DOT", "COMMA", "BREAK", "AND", "IN") and self.after.word not in ("that", "when"):
            return None
        base = self.told_day
        if base is None or unit in ("hour", "minute", "half"):
            return None
        earlier = seg[2].name == "EARLIER"
        if unit == "week" and self.anchor is not None and self.anchor.precision == "day":  # the seven days beside it
            days = (-7, -1) if earlier else (1, 7)
            return self.phrase(cal.interval(moved(base, days[0]), moved(base, days[1])), "unit_beside")
        return self.phrase(cal.shifted_unit(base, unit, -1 if earlier else 1), "unit_beside")

    def read_rest_of_unit(self, seg: list[Token]) -> Phrase | None:
        """ "the rest of the week": from publication to its end."""
        token, year = relative_of(seg), value_in(seg, "YEAR")
        if self.published is None:
            return None
        whole = self.related(token, seg[-1].key) if token else cal.unit_of(self.published, seg[-1].key)
        whole = cal.year(year) if year else whole
        if whole.end and whole.end < self.published:
            return None  # "the rest of 1986", of a year that is over
        start = max(self.published, whole.start) if whole.start else None
        return self.phrase(cal.interval(start, whole.end), "rest_of_unit")

    def read_part_of_unit(self, seg: list[Token]) -> Phrase | None:
        """ "earlier this month": the days of it that are over; TIMEX3 keeps the whole month as value."""
        token, unit = relative_of(seg), seg[-1].key
        if self.published is None:
            return self.phrase(undated(UNKNOWN.get(unit, "")), "part_of_unit")
        if token is None and not any(t.name in ("IN", "ON") for t in seg):
            return None
        if unit == "day":
            return self.phrase(cal.day(self.published), "part_of_unit")
        whole = self.related(token, unit) if token else cal.unit_of(self.published, unit)
        earlier = seg[0].name == "EARLIER"
        if not earlier and token is not None and token.name != "THIS":
            return None
        if earlier and unit in ("week", "month") and whole.start and whole.start < self.published:
            whole = When(whole.value, whole.start, moved(self.published, -1), "interval")
        return self.phrase(whole, "earlier_in_unit" if earlier else "later_in_unit", mod="START" if earlier else "END")

    def read_unit_start(self, seg: list[Token]) -> Phrase | None:
        """ "the beginning of the year", "the middle of the month"."""
        if self.published is None or seg[-1].key not in ("week", "month", "quarter", "year", "decade", "century"):
            return None
        mod = "MID" if has(seg, "MID") else "START"
        return self.phrase(cal.unit_of(self.published, seg[-1].key), "unit_start", mod=mod)

    def read_unit_end(self, seg: list[Token]) -> Phrase | None:
        """ "year-end", "end of last year": the last day of the year, month …"""
        unit = token_of(seg, "UNIT")
        year = value_in(seg, "YEAR")
        if year:
            return self.phrase(cal.year(year), "year_end", mod="END")
        if unit is None or unit.key not in ("year", "month", "quarter"):
            return None
        token = relative_of(seg)
        if self.published is None:
            return None
        nearest = self.year_end() if unit.key == "year" else cal.unit_of(self.published, unit.key)
        whole = self.related(token, unit.key) if token else nearest
        return self.phrase(cal.day(whole.end) if whole.end else NOWHEN, "unit_end", mod="END")

    def year_end(self) -> When:
        """The year whose end is near: last year's in January to March of a report."""
        published = self.published
        if published is None:
            return NOWHEN
        by = self.before.word in ("by", "until", "before")
        ahead = by or published.month > 4 or self.tense() == "future"
        return cal.year(published.year if ahead else published.year - 1)

    def read_unit_after_next(self, seg: list[Token]) -> Phrase | None:
        """ "the week after next", "the year before last"."""
        unit = token_of(seg, "UNIT")
        if unit is None or self.published is None:
            return None
        return self.phrase(
            cal.shifted_unit(self.published, unit.key, 2 if seg[-1].name == "NEXT" else -2), "unit_after_next"
        )

    def read_week_number(self, seg: list[Token]) -> Phrase | None:
        """A numbered week: "week 10"."""
        if self.text[seg[0].start].isupper() or seg[0].key != "week" or self.published is None or seg[0].name != "UNIT":
            return None
        return self.phrase(cal.week_of(self.published.year, seg[1].value), "week_number")

    def read_nth_week(self, seg: list[Token]) -> Phrase | None:
        """A week counted in its month or year: "the second week of 2015", "the last week of May"."""
        unit = token_of(seg, "UNIT")
        head = next(i for i, t in enumerate(seg) if t.name == "UNIT")
        order, rest = value_in(seg[:head], "ORD"), seg[head + 1 :]
        last = has(seg[:head], "LAST")
        if unit is None:
            return None
        year, month = value_in(rest, "YEAR"), value_in(rest, "MONTH")
        if month:
            whole = cal.month(year, month) if year else self.month_near(month)
        elif year:
            whole = cal.year(year)
        else:
            inner, relative = token_of(rest, "UNIT"), relative_of(rest)
            if relative is None and (unit.key in PARTS or inner is None or inner.key not in ("week", "month", "year")):
                return None
            kind = inner.key if inner else "year"
            whole = self.related(relative, kind) if relative else self.unit_now(kind)
        if whole.start is None or whole.end is None or not (last or order):
            return None
        if unit.key == "day":
            day = whole.end if last else moved(whole.start, order - 1)
            return self.phrase(cal.day(day) if day <= whole.end else NOWHEN, "nth_day")
        if unit.key in PARTS and whole.precision == "year":
            return self.phrase(part_of_year(whole.start.year, order or PARTS[unit.key], unit.key), "quarter_year")
        if unit.key == "month" and whole.precision == "year" and order <= 12:
            return self.phrase(cal.month(whole.start.year, order or 12), "nth_month")
        if unit.key == "weekend" and whole.precision == "month":
            saturday = moved(whole.start, (6 - whole.start.isoweekday()) % 7 + 7 * (order - 1))
            if last:
                saturday = moved(whole.end, -((whole.end.isoweekday() - 6) % 7))
            return self.phrase(cal.weekend(saturday), "nth_week")
        if unit.key != "week":
            return None
        if last:
            week = cal.week(whole.end)
            if whole.precision == "year" and week.start and moved(week.start, 3).year != whole.start.year:
                week = cal.week(moved(week.start, -1))
            return self.phrase(week, "nth_week")
        if whole.precision == "year":
            return self.phrase(cal.week_of(whole.start.year, order), "nth_week")
        first = cal.week(whole.start)
        thursday = moved(first.start, 3) if first.start else whole.start
        return self.phrase(cal.week(moved(thursday, 7 * (order - 1 + (thursday < whole.start)))), "nth_week")

    def read_present(self, seg: list[Token]) -> Phrase | None:
        """ "now", "currently": no interval in TIMEX3."""
        return self.phrase(undated("PRESENT_REF"), "present")

    def read_past_reference(self, seg: list[Token]) -> Phrase | None:
        """ "recently"."""
        return self.phrase(undated("PAST_REF"), "past_reference")

    def read_earlier(self, seg: list[Token]) -> Phrase | None:
        """ "earlier" on its own."""
        if seg[0].word != "earlier" or self.after.word in self.words.near("earlier_before"):
            return None
        if self.after.name in ("WDAY", "DEICT"):
            return None
        return self.phrase(undated("PAST_REF"), "past_reference")

    def read_future_reference(self, seg: list[Token]) -> Phrase | None:
        """ "soon"."""
        if self.after.word in ("as", "after", "before"):
            return None
        return self.phrase(undated("FUTURE_REF"), "future_reference")


def part_of_year(year: int, number: int, kind: str) -> When:
    """The quarter or half of that number; `NOWHEN` where the year is 0 or has no such part."""
    if not year or not 1 <= number <= PARTS[kind]:
        return NOWHEN
    return cal.quarter(year, number) if kind == "quarter" else cal.half(year, number)


def value_of_sign(token: Token) -> int:
    """The number in "Q3" or "3Q"."""
    return int(token.word.strip("qh"))
