"""Days and months: what their phrases mean, resolved against publication."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from transforms import calendar_math as cal
from transforms.calendar_math import NOWHEN, undated
from transforms.date_lexicon import Token
from transforms.tense import tense_after
from transforms.timex_base import (
    Phrase,
    Reading,
    count_of,
    has,
    moved,
    moving_feast,
    numeric_day,
    part_of,
    relative_of,
    token_of,
    value_in,
)


class DayRules(Reading):
    """Rules for days: with their month, as weekday, counted from publication; and for months."""

    @staticmethod
    def sentence_ends(seg: Sequence[Token]) -> bool:
        """Whether a full stop after a month's full name ends the sentence: "in March. 12 people", not "Sept. 12"."""
        for a, b in pairwise(seg) if len(seg) > 2 else ():
            if b[0] == "DOT" and a[0] == "MONTH" and (len(a.word) > 4 or a.word in ("may", "june", "july")):
                return True
        return False

    def read_month_day_year(self, seg: list[Token]) -> Phrase | None:
        """A full date: "Tuesday, December 4, 2012", "4 Dec 2012", "2012-dec-4"."""
        day = value_in([t for t in seg if t.name != "YEAR"], "NUM", "ORD", "CARD")
        when = cal.day_of(value_in(seg, "YEAR"), value_in(seg, "MONTH"), day)
        return self.phrase(when, "month_day_year")

    def read_full_numeric(self, seg: list[Token]) -> Phrase | None:
        """A full date in digits: "24/11/13", "2012-12-04", "13.5.2015"."""
        token = token_of(seg, "FULL")
        return self.phrase(numeric_day(token.word, self.published) if token else NOWHEN, "full_numeric")

    def read_month_day(self, seg: list[Token]) -> Phrase | None:
        """A day without its year: "Aug. 13", "13 August", "Monday, August 13"."""
        month, token = value_in(seg, "MONTH"), token_of(seg, "NUM", "ORD", "CARD")
        if self.sentence_ends(seg) and self.after.name not in ("BREAK", "GAP"):
            return None
        if token is None or not 1 <= token.value <= cal.DAYS_IN[month]:
            self.void = token is not None and 28 < token.value <= 31
            return None
        if (month, token.value) == (9, 11) and self.after.word in self.words.near("attacks"):
            return self.phrase(cal.day_of(2001, 9, 11), "september_11")
        if token is seg[-1] and token.name != "ORD" and self.is_count(seg, token):
            return None
        if token is seg[0] and token.name == "NUM" and self.before.name == "MONTH":
            return None
        return self.phrase(self.nearest(month, token.value), "month_day")

    def is_count(self, seg: list[Token], token: Token) -> bool:
        """Whether the number after a month counts something: "in March 12 people died", "March 5 pct"."""
        after, before = self.after, self.before
        if after.word in ("%", "pct", "percent") or (token.name == "CARD" and after.name in ("WORD", "UNITS", "UNIT")):
            return True
        if after.name != "WORD" or before.name not in ("IN", "OF", "DASH") or after.start - token.end > 1:
            return False
        past = before.name == "IN" and (after.word in self.words.lexicon.past or after.word == "died")
        counted = past or self.counts(after)  # "in June 30 died", "in June 30 people", but "the storm of June 3 sank"
        return seg[0].name == "MONTH" and not self.words.upper(after) and counted

    def counts(self, token: Token) -> bool:
        """Whether a number before the word counts it: "people", "talks"."""
        return token.word in self.words.near("measures") or (token.name == "WORD" and token.word.endswith("s"))

    def read_month_day_of_year(self, seg: list[Token]) -> Phrase | None:
        """A day with its year told by reference: "July 13 last year"."""
        if seg[-1].key != "year":
            self.to -= 2
            while self.tokens[self.to - 1].name in ("COMMA", "OF"):
                self.to -= 1
            return self.read_month_day(self.tokens[self.at : self.to])
        month, day = value_in(seg, "MONTH"), value_in(seg, "NUM", "ORD", "CARD")
        whole = self.related(relative_of(seg), "year")
        if whole.start is None:
            return self.phrase(undated(f"XXXX-{month:02d}-{day:02d}"), "month_day")
        return self.phrase(cal.day_of(whole.start.year, month, day), "month_day_of_year")

    def read_month_slash_day(self, seg: list[Token]) -> Phrase | None:
        """A day in digits after a preposition: "on 4/22"; not a fraction."""
        first, second = (int(part) for part in re.split("[/.]", seg[0].word))
        two = self.tokens[self.at - 2].name if self.at > 1 else ""
        led = self.before.word in self.words.near("slash_after") or (self.before.word in ("to", "and") and two == "MD")
        if (first, second) == (9, 11) and self.before.word in ("the", "of", "after", "since", ""):
            return self.phrase(cal.day_of(2001, 9, 11), "september_11")
        if not led:
            return None
        if second in (2, 4, 8, 16, 32) and first < second and not seg[0].word.startswith("0"):
            return None
        month, day = (first, second) if first <= 12 else (second, first)
        if not (1 <= month <= 12 and 1 <= day <= cal.DAYS_IN[month]):
            return None
        return self.phrase(self.nearest(month, day), "month_slash_day")

    def read_range_days(self, seg: list[Token]) -> Phrase | None:
        """Two full dates in digits."""
        words = [t.word for t in seg if t.name == "FULL"]
        ends = [numeric_day(word, self.published) for word in words]
        return self.phrase(cal.interval(ends[0].start, ends[1].start), "range_days")

    def read_range_month_days(self, seg: list[Token]) -> Phrase | None:
        """Two days of one month: "March 3-5", "from 4 to 22 January, 1995"."""
        month, year = value_in(seg, "MONTH"), value_in(seg, "YEAR")
        days = [t for t in seg if t.name in ("NUM", "ORD", "CARD")]
        if len(days) < 2 or not 1 <= days[0].value < days[1].value <= cal.DAYS_IN[month]:
            return None
        if seg[0].name in ("NUM", "ORD", "CARD") and has(seg, "AND") and days[0].name == "CARD":
            return None
        dash = token_of(seg, "DASH")
        if (
            dash is not None
            and self.text[dash.start - 1].isspace()
            and (days[1].name == "CARD" or self.after.name == "WORD")
        ):
            return None  # "MOSCOW, March 16 - 17 people were killed"
        if seg[0].name == "MONTH" and has(seg, "AND") and not has(seg, "BETWEEN") and self.counts(self.after):
            return None  # "on July 1 and 2 people"
        ends = [cal.day_of(year, month, d.value) if year else self.nearest(month, d.value) for d in days[:2]]
        if ends[0].start is None and not year:
            value = "/".join(end.value for end in ends)
            return self.phrase(undated(value), "range_month_days")
        if ends[1].start and ends[0].start and ends[0].start.year != ends[1].start.year:
            ends[0] = cal.day_of(ends[1].start.year, month, days[0].value)
        return self.phrase(cal.interval(ends[0].start, ends[1].start), "range_month_days")

    def read_range_days_of_unit(self, seg: list[Token]) -> Phrase | None:
        """Two days of a month told by reference: "from 4 to 22 this month"."""
        unit = seg[-1]
        days = [t.value for t in seg if t.name in ("NUM", "ORD", "CARD")]
        whole = self.related(relative_of(seg), "month")
        if unit.key != "month" or whole.start is None:
            return None
        year, month = whole.start.year, whole.start.month
        return self.phrase(
            cal.interval(cal.day_of(year, month, days[0]).start, cal.day_of(year, month, days[1]).start),
            "range_days_of_unit",
        )

    def read_day_of_unit(self, seg: list[Token]) -> Phrase | None:
        """A day of a month told by reference: "the 20th of next month"."""
        whole = self.related(relative_of(seg), "month")
        if seg[-1].key != "month" or whole.start is None:
            return None
        return self.phrase(cal.day_of(whole.start.year, whole.start.month, value_in(seg, "ORD", "NUM")), "day_of_unit")

    def read_day_of_month(self, seg: list[Token]) -> Phrase | None:
        """A day number on its own: "on the 30th"."""
        token, after = seg[-1], self.after
        if not 1 <= token.value <= 31 or self.before.word not in self.words.near("day_after"):
            return None
        if after.name not in ("DOT", "COMMA", "BREAK") and after.word not in ("(", ")"):
            return None
        if token.word.isalpha() and self.before.word not in ("on", "for", "until"):
            return None
        published = self.published
        if published is None:
            return self.phrase(undated(f"XXXX-XX-{token.value:02d}"), "day_of_month")
        start = published.replace(day=1)
        choices = [cal.day_of(m.year, m.month, token.value) for n in (-1, 0, 1) if (m := cal.shift(start, "month", n))]
        days = [c.start for c in choices if c.start]
        tense = self.tense()
        kept = [d for d in days if (tense != "past" or d <= published) and (tense != "future" or d >= published)]
        best = min(kept or days, key=lambda d: abs((d - published).days), default=None)
        return self.phrase(cal.day(best) if best else NOWHEN, "day_of_month")

    def read_month_year(self, seg: list[Token]) -> Phrase | None:
        """A month with its year: "August 2020", "2016 November"."""
        return self.phrase(cal.month(value_in(seg, "YEAR"), value_in(seg, "MONTH")), "month_year")

    def read_year_month(self, seg: list[Token]) -> Phrase | None:
        """A month in digits: "2016/11", "11/2016"."""
        first, second = (part.strip() for part in re.split("[-/]", seg[0].word))
        year, month = (first, second) if len(first) == 4 else (second, first)
        return self.phrase(cal.month(int(year), int(month)), "year_month")

    def read_years_joined(self, seg: list[Token]) -> Phrase | None:
        """Two years joined as newspapers write them: "1957-58", "2012/13", "2001 - 05"; "2016-11" is a month."""
        word = seg[0].word
        first, last = int(word[:4]), int(word[5:].lstrip("-– "))
        if len(word) == 6:  # "1986/7"
            last += first % 100 // 10 * 10
        sign, following = word[4].replace(" ", "–"), last == first % 100 + 1
        if following or (last > first % 100 and (last > 12 or sign == "–") and sign != "/"):
            end = first // 100 * 100 + last
        elif first % 100 == 99 and last == 0:
            end = first + 1
        elif 1 <= last <= 12 and sign != "–":
            return self.phrase(cal.month(first, last), "year_month")
        else:
            return None
        return self.phrase(cal.interval(cal.year(first).start, cal.year(end).end), "years_joined")

    def read_month_of_year(self, seg: list[Token]) -> Phrase | None:
        """A month with its year told by reference: "June last year", "last June", "this June"."""
        month, relative, unit = value_in(seg, "MONTH"), relative_of(seg), token_of(seg, "UNIT")
        if self.sentence_ends(seg):
            return None
        if unit is not None:
            if unit.key != "year":
                self.to -= 2 if seg[-2].name != "THE" else 3
                return self.read_month([t for t in seg if t.name == "MONTH"])
            whole = self.related(relative, "year")
            if whole.start is None:
                return self.phrase(undated(f"XXXX-{month:02d}"), "month_of_year")
            return self.phrase(cal.month(whole.start.year, month), "month_of_year")
        published = self.published
        if published is None or relative is None:
            return self.phrase(undated(f"XXXX-{month:02d}"), "relative_month")
        year = published.year
        if relative.name == "LAST":  # "last April" in November is this year's, "last September" in November is not
            year -= 0 if published.month - month >= 3 else 1
        elif relative.name == "NEXT":
            year += 0 if month > published.month else 1
        return self.phrase(cal.month(year, month), "relative_month")

    def read_month(self, seg: list[Token]) -> Phrase | None:
        """A month on its own: the latest in a report of the past, the next in one of the future."""
        month = seg[0].value
        published = self.published
        if published is None:
            return self.phrase(undated(f"XXXX-{month:02d}"), "month")
        if self.story_year:
            return self.phrase(cal.month(self.story_year, month), "month_of_story")
        if month in self.told and seg[0].start - self.told[month][1] < 600:
            year = self.told[0][0]  # of the date told last: "on May 5, 2009 … on April 3, 2011 … in May"
            return self.phrase(cal.month(year, month), "month_told")
        tense = self.month_tense()
        ahead = (month - published.month) % 12
        if tense == "future":
            gap = ahead if ahead < 10 else ahead - 12
        elif tense == "past":
            begun = self.before.name == "SINCE" or (self.before.name == "FROM" and self.after.name == "UNTIL")
            gap = ahead if ahead in (0, 1, 2) and (not ahead or not begun) else ahead - 12  # "promised talks in May"
        else:
            gap = ahead if ahead < 6 else ahead - 12
        index = published.year * 12 + published.month - 1 + gap
        return self.phrase(cal.month(index // 12, index % 12 + 1), f"month_{tense or 'nearest'}")

    def month_tense(self) -> str | None:
        """The tense for a bare month: contract months lie ahead; "by June" does not take its tense from "said"."""
        if self.after.word in self.words.near("forward"):
            return "future"
        if self.before.name == "SINCE":
            return "past"
        tense = self.tense()
        if tense != "past" or self.before.word not in ("by", "until", "from", "before", "as"):
            return tense
        if tense_after(self.text, self.tokens[self.to - 1].end, self.words.lexicon) == "future":
            return "future"
        return "past" if self.before.word == "from" else None

    def read_weekday(self, seg: list[Token]) -> Phrase | None:
        """A weekday on its own."""
        owner = self.text[seg[0].end : seg[0].end + 2] in ("'s", "’s")  # "after Monday's cut"
        done = owner and self.before.word in self.words.near("done_after")
        tense = "past" if done or self.before.name == "SINCE" else self.tense()
        return self.phrase(self.weekday(seg[0].value, tense), "weekday_future" if tense == "future" else "weekday_past")

    def read_weekday_part(self, seg: list[Token]) -> Phrase | None:
        """A weekday with its part: "Friday morning"."""
        tense = self.tense()
        when = self.weekday(seg[0].value, tense)
        return self.phrase(part_of(when, seg[1].key), "weekday_part", "TIME")

    def read_relative_weekday(self, seg: list[Token]) -> Phrase | None:
        """ "last Friday" is the latest before publication, "next Friday" next week's, "this Friday" this week's."""
        relatives = [t for t in seg if t.name in ("LAST", "NEXT", "THIS", "THAT")]
        token = relatives[-1] if relatives else None  # "this past Sunday"
        number = value_in(seg, "WDAY")
        part = token_of(seg, "PART")
        published = self.published
        if token is None:
            return None
        if published is None:
            when = undated(f"XXXX-WXX-{number}")
        elif token.name == "LAST":
            when = cal.day(moved(published, -((published.isoweekday() - number - 1) % 7 + 1)))
        elif self.told_day is not None and (token.word == "following" or self.is_next_told(seg)):
            when = cal.day(moved(self.told_day, (number - self.told_day.isoweekday() - 1) % 7 + 1))
        elif token.name == "NEXT" and (token.word != "next" or len(relatives) > 1):  # "this coming Friday"
            when = cal.day(moved(published, (number - published.isoweekday() - 1) % 7 + 1))
        elif token.name == "NEXT":
            when = cal.day(moved(published, 7 - published.isoweekday() + number))
        elif token.name == "THAT":
            when = self.weekday(number, "past")
        else:
            day = moved(published, number - published.isoweekday())
            when = cal.day(moved(day, -7) if day > published and self.tense() == "past" else day)
        return self.phrase(part_of(when, part.key) if part else when, "relative_weekday", "TIME" if part else "DATE")

    def is_next_told(self, seg: list[Token]) -> bool:
        """Whether "the next Tuesday" of a report is the one after the date told last."""
        return seg[0].name == "THE" and has(seg, "NEXT") and self.anchor is not None and self.tense() == "past"

    def read_weekday_of_week(self, seg: list[Token]) -> Phrase | None:
        """A weekday of a week told by reference: "Friday last week", "last week Sunday"."""
        unit = token_of(seg, "UNIT")
        if unit is None or unit.key != "week":
            if seg[0].name == "WDAY":
                self.to = self.at + 1
                return self.read_weekday(seg[:1])
            return None
        whole = self.related(relative_of(seg), "week")
        number = value_in(seg, "WDAY")
        if whole.start is None:
            return self.phrase(undated(f"XXXX-WXX-{number}"), "weekday_of_week")
        return self.phrase(cal.day(moved(whole.start, number - 1)), "weekday_of_week")

    def read_weekday_ordinal(self, seg: list[Token]) -> Phrase | None:
        """A weekday with the day of the month: "Friday the 13th"; the month nearest in which both hold."""
        published, number, day = self.published, seg[0].value, seg[-1].value
        if seg[-1].word.isalpha() and (len(seg) > 3 or self.after.name == "WORD"):
            return None  # "On Tuesday, the first girl"
        if published is None:
            return self.phrase(undated(f"XXXX-XX-{day:02d}"), "weekday_ordinal")
        start = published.replace(day=1)
        days = []
        for shift in (0, -1, 1, -2, 2, -3, 3):
            month = cal.shift(start, "month", shift)
            when = cal.day_of(month.year, month.month, day) if month else NOWHEN
            if when.start and when.start.isoweekday() == number:
                days.append(when)
        return self.phrase(days[0] if days else NOWHEN, "weekday_ordinal")

    def read_weekdays_from(self, seg: list[Token]) -> Phrase | None:
        """Counted weekdays: "two Sundays from now", "two Mondays ago"."""
        count, number = count_of(seg), value_in(seg, "WDAY", "WDAYS")
        published = self.published
        if published is None or not count:
            return None
        if has(seg, "AGO"):
            day = moved(published, -((published.isoweekday() - number - 1) % 7 + 1) - 7 * int(count - 1))
        else:
            day = moved(published, (number - published.isoweekday() - 1) % 7 + 1 + 7 * int(count - 1))
        return self.phrase(cal.day(day), "weekdays_from")

    def read_nth_weekday(self, seg: list[Token]) -> Phrase | None:
        """A weekday counted in its month: "the second Monday of next month", "the last Friday in May 1987"."""
        number = value_in(seg, "WDAY")
        last = has(seg[:2], "LAST")
        order = 5 if last else value_in(seg, "ORD")
        head = next(i for i, t in enumerate(seg) if t.name == "WDAY")
        rest = seg[head + 1 :]
        if value_in(rest, "MONTH"):
            year, month = value_in(rest, "YEAR"), value_in(rest, "MONTH")
            whole = cal.month(year, month) if year else self.month_near(month)
        elif rest:
            unit = token_of(rest, "UNIT")
            if unit is None or unit.key != "month":
                return None
            relative = relative_of(rest)
            whole = self.related(relative, "month") if relative else self.unit_now("month")
        else:
            whole = self.unit_now("month")
        if whole.start is None or whole.end is None or not 1 <= order <= 5:
            return None
        day = moved(whole.start, (number - whole.start.isoweekday()) % 7 + 7 * (order - 1))
        if day > whole.end and last:
            day = moved(day, -7)
        self.void = day > whole.end
        return self.phrase(cal.day(day) if day <= whole.end else NOWHEN, "nth_weekday")

    def read_week_of_day(self, seg: list[Token]) -> Phrase | None:
        """The week (or month) of a day: "the week of Sept. 16", "the week starting February 4"."""
        unit = token_of(seg, "UNIT")
        month = value_in(seg, "MONTH")
        day = value_in([t for t in seg if t.name != "YEAR"], "NUM", "ORD", "CARD")
        if unit is None or unit.key not in ("week", "month"):
            return None
        if month:
            year = value_in(seg, "YEAR")
            when = cal.day_of(year, month, day) if year else self.nearest(month, day)
        else:
            published = self.published
            if published is None or seg[-1].name != "ORD":
                return None
            when = cal.day_of(published.year, published.month, day)
        return self.phrase(cal.unit_of(when.start, unit.key) if when.start else NOWHEN, "week_of_day")

    def read_holiday(self, seg: list[Token]) -> Phrase | None:
        """A feast with a date in the calendar: "May Day", "Christmas Eve 1989"."""
        name, after = seg[0].word.replace("’", "'"), self.after
        noun = after.name == "WORD" and after.start == seg[-1].end + 1 and not self.words.upper(after)
        if noun and not name.endswith(("day", "eve")) and self.before.word not in self.words.near("holiday_after"):
            return None  # "Christmas lights", but "May Day clashes"
        if self.before.word == "&":
            return None  # "Gray & Christmas", a firm
        entry, year = self.words.lexicon.holidays[name], value_in(seg, "YEAR")
        if entry[0].isdigit():
            month, day = (int(part) for part in entry.split("-"))
            return self.phrase(cal.day_of(year, month, day) if year else self.nearest(month, day), "holiday")
        if not year and self.published is None:
            return None
        near = self.published.year if self.published else year
        days = [moving_feast(entry, number) for number in ((year,) if year else (near - 1, near, near + 1))]
        told = self.published if self.published and not year else days[0]
        return self.phrase(cal.day(min(days, key=lambda day: abs((day - told).days))), "holiday")

    def read_deictic_part(self, seg: list[Token]) -> Phrase | None:
        """ "today", "yesterday afternoon", "tonight"."""
        token, part = seg[0], token_of(seg, "PART")
        if self.published is None:
            when = undated(("PRESENT_REF", "FUTURE_REF", "PAST_REF")[token.value])
        else:
            when = cal.day(moved(self.published, token.value))
        if token.word == "tonight":
            return self.phrase(part_of(when, "NI"), "deictic", "TIME")
        return self.phrase(part_of(when, part.key) if part else when, "deictic", "TIME" if part else "DATE")

    def read_this_part(self, seg: list[Token]) -> Phrase | None:
        """ "this morning", "last night", "that evening"."""
        if seg[0].name == "LAST" and seg[1].key not in ("NI", "EV"):
            return None
        if seg[0].word == "past":
            return None
        base = self.anchor.start if seg[0].name == "THAT" and self.anchor is not None else self.published
        if base is None:
            return self.phrase(undated(f"XXXX-XX-XXT{seg[1].key}"), "part_of_day", "TIME")
        when = cal.day(moved(base, -1 if seg[0].name == "LAST" else 0))
        return self.phrase(part_of(when, seg[1].key), "part_of_day", "TIME")

    def read_overnight(self, seg: list[Token]) -> Phrase | None:
        """ "overnight": the night before publication."""
        if self.after.word in self.words.near("not_overnight"):
            return None
        if self.published is None:
            return self.phrase(undated("XXXX-XX-XXTNI"), "overnight", "TIME")
        return self.phrase(part_of(cal.day(moved(self.published, -1)), "NI"), "overnight", "TIME")

    def read_day_beside(self, seg: list[Token]) -> Phrase | None:
        """ "the day before yesterday", "the day after tomorrow"."""
        unit = token_of(seg, "UNIT")
        if unit is None or unit.key != "day" or self.published is None:
            return None
        step = -1 if has(seg, "EARLIER") else 1
        return self.phrase(cal.day(moved(self.published, seg[-1].value + step)), "day_beside")
