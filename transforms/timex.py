"""The grammar of time expressions: from text to words of a class, from classes to phrases.

>>> text = "Police held 40 on Dec. 10, 2005, and 12 last week."
>>> [text[phrase.start:phrase.end] for phrase in Reader(text, date(2005, 12, 20)).phrases()]
['Dec. 10, 2005', 'last week']

Only the surroundings of words that can make a date are looked at (`Lexicon.trigger`). Each token there becomes
one letter, the letter of its class, so that a rule is a short pattern over letters, written with the names
of the classes: `MONTH DOT? DAY COMMA? YEAR`. What a phrase means is computed by the method of that name.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import NamedTuple

from transforms import calendar_math as cal
from transforms.calendar_math import NOWHEN, When

BEFORE, AFTER = 30, 20  # characters to the left and right of a trigger that can belong to its phrase
REACH = 20  # characters by which a window may grow to the next white space
CLASSES = (
    "MONTH WDAY WDAYS YEAR NUM BIG CARD ORD UNIT UNITS QH SEASON PART DEICT NOW RECENT SOON LAST NEXT THIS THAT A THE OF "
    "IN ON AGO EARLY MID LATE BEGIN END COMMA DASH SLASH DOT UNTIL AND BETWEEN FROM FEW DECADE HOLIDAY FULL YM YEARS MD CLOCK "
    "LATER EARLIER EVERY FISCAL SINCE OVERNIGHT ADVERB STARTING HALF FUTURE LESS MORE THAN WITHIN REST WORD BREAK"
).split()
LETTERS = {name: chr(0x100 + index) for index, name in enumerate(CLASSES)}
LETTERS["SHORTYEAR"] = LETTERS["WORD"]
MACROS = {
    "DAY": "(NUM|ORD|CARD)",
    "REL": "(LAST|NEXT|THIS|THAT)",
    "COUNT": "(NUM|BIG|CARD|FEW|A FEW OF?|A|HALF)",
    "UN": "(UNIT|UNITS)",
    "TO": "(UNTIL|DASH)",
    "WD": "(WDAY DOT? COMMA? THE?)?",
}

# In order of preference where several rules match at one place.
RULES: tuple[tuple[str, str], ...] = (
    # ranges inside one month or between two days are one expression
    ("range_days", "(FROM|BETWEEN)? FULL TO FULL"),
    ("range_month_days", "(FROM|BETWEEN)? MONTH DOT? (FROM|BETWEEN)? DAY TO DAY (COMMA? YEAR)?"),
    ("range_month_days", "(BETWEEN MONTH DOT?|MONTH DOT? BETWEEN) DAY AND DAY (COMMA? YEAR)?"),
    ("range_month_days", "(FROM|BETWEEN)? DAY (TO|AND) THE? DAY OF? DOT? MONTH (DOT? COMMA? OF? YEAR)?"),
    ("range_month_days", "(FROM|BETWEEN) DAY (TO|AND) MONTH DAY (COMMA? YEAR)?"),
    ("range_days_of_unit", "(FROM|BETWEEN) DAY (TO|AND) DAY (IN|OF)? REL UNIT"),
    # days with their month
    ("month_day_year", "WD MONTH DOT? (DASH|SLASH)? THE? DAY DOT? COMMA? (DASH|SLASH|OF)? YEAR"),
    ("month_day_year", "WD THE? DAY (DOT|OF|DASH|SLASH)? MONTH DOT? COMMA? (DASH|SLASH|OF)? YEAR"),
    ("month_day_year", "YEAR (DASH|SLASH|DOT|COMMA)? MONTH DOT? (DASH|SLASH)? (NUM|ORD)"),
    ("full_numeric", "WD FULL"),
    ("nth_weekday", "THE? (ORD|LAST) WDAY (OF|IN) (REL UNIT|MONTH (COMMA? OF? YEAR)?)"),
    ("nth_week", "THE? (ORD|LAST) UNIT (OF|IN) (REL UNIT|MONTH (COMMA? OF? YEAR)?|YEAR)"),
    ("week_of_day", "THE? UNIT (OF|STARTING|BEGIN) THE? (MONTH DOT? DAY (COMMA? YEAR)?|THE? DAY OF? MONTH|ORD)"),
    ("span_starting", "COUNT UN STARTING (FROM|ON)? (MONTH DOT? DAY|DEICT|REL WDAY|WDAY)"),
    ("month_of_year", "MONTH DOT? COMMA? (OF|IN)? (THE? REL UNIT)"),
    ("day_of_unit", "THE? (ORD|NUM) OF REL UNIT"),
    ("month_day_of_year", "WD MONTH DOT? THE? DAY COMMA? OF? (LAST|NEXT) UNIT"),
    ("month_day_of_year", "WD THE? (ORD|NUM) OF? MONTH COMMA? OF? (LAST|NEXT) UNIT"),
    ("month_day", "WD MONTH DOT? (DASH|SLASH)? THE? DAY"),
    ("month_day", "WD THE? (ORD|NUM) (DOT|OF|DASH|SLASH)? MONTH"),
    ("month_year", "MONTH DOT? COMMA? (OF|DASH|SLASH)? YEAR"),
    ("month_year", "YEAR COMMA? MONTH"),
    ("year_month", "YM"),
    ("years_joined", "YEARS"),
    ("month_slash_day", "MD"),
    # weekdays
    ("weekday_of_week", "WDAY (OF|IN)? THE? REL UNIT"),
    ("weekday_of_week", "REL UNIT WDAY"),
    ("weekdays_from", "COUNT WDAY (LATER|AGO)"),
    ("weekdays_from", "COUNT (WDAY|WDAYS) (FROM NOW|LATER|AGO)"),
    ("weekday_ordinal", "WDAY COMMA? THE ORD"),
    ("nth_weekday", "THE? ORD WDAY"),
    ("relative_weekday", "THE? REL WDAY PART?"),
    ("weekday_part", "WDAY PART"),
    ("weekday", "WDAY"),
    # quarters and halves
    ("quarter", "THE? (ORD|LAST|NEXT|THIS) DASH? (UNIT|HALF) (OF|IN)? (THE? FISCAL? (YEAR|REL FISCAL? UNIT))"),
    ("quarter", "FISCAL? YEAR COMMA? THE? ORD DASH? (UNIT|HALF)"),
    ("quarter", "REL UNIT (ORD|LAST) DASH? (UNIT|HALF)"),
    ("quarter", "YEAR QH"),
    ("quarter", "QH (OF)? YEAR?"),
    ("quarter_bare", "THE? ORD DASH? (UNIT|HALF)"),
    ("half_of_unit", "THE? (ORD|LAST) HALF OF (YEAR|MONTH|REL UNIT)"),
    # counts of units, from here or from a date
    ("units_ago", "(MORE THAN|LESS THAN)? COUNT DASH? UN ((AND|COMMA)? COUNT UN)? AGO"),
    ("units_from", "(MORE THAN|LESS THAN)? COUNT UN (LATER|EARLIER|FROM) (NOW|DEICT|WDAY)"),
    ("units_ahead", "COUNT UN IN THE FUTURE"),
    ("units_later", "COUNT UN (LATER|EARLIER)"),
    ("last_units", "THE? (LAST|NEXT) COUNT DASH? (UN|WDAYS) (AND A HALF|AND COUNT UN)?"),
    ("last_units", "THE? LAST UN AND A HALF"),
    ("within_units", "WITHIN THE? NEXT? COUNT UN (AND? COUNT UN)? (AND? COUNT UN)?"),
    ("unit_after_next", "THE? UNIT LATER THE? NEXT"),
    ("unit_after_next", "THE? UNIT EARLIER THE? LAST"),
    ("day_beside", "THE? UNIT (LATER|EARLIER) DEICT"),
    ("rest_of_unit", "THE? REST OF (THE|REL) UNIT"),
    ("part_of_unit", "(EARLIER|LATER) (IN|ON)? (THE|REL) UNIT"),
    ("first_units", "THE? (ORD|LAST) COUNT UNITS (OF (YEAR|MONTH (COMMA? OF? YEAR)?|(THE|REL) FISCAL? UNIT))?"),
    ("unit_start", "THE? (BEGIN|MID) OF THE UNIT"),
    ("unit_end", "(UNIT|REL UNIT) DASH? END YEAR?"),
    ("unit_end", "THE? END OF (THE|REL) UNIT"),
    ("relative_unit", "THE? REL UNIT"),
    ("week_number", "UNIT NUM"),
    ("year_numbered", "UNIT (BIG|CARD)"),
    ("year_named", "THE? FISCAL (UNIT)? YEAR"),
    ("the_day_before", "THE UNIT (EARLIER|LATER)"),
    ("weekend", "THE UNIT"),
    ("month_of_year", "THE? REL MONTH"),
    ("season_of_year", "THE? SEASON OF? THE? REL UNIT"),
    ("relative_season", "THE? REL SEASON"),
    ("season_year", "THE? SEASON COMMA? OF? YEAR"),
    ("season", "THE? SEASON"),
    ("decade", "THE? DECADE"),
    ("century", "THE? ORD DASH? UNIT"),
    ("holiday", "HOLIDAY (COMMA? YEAR)?"),
    ("deictic_part", "DEICT PART?"),
    ("this_part", "(THIS|LAST|THAT) PART"),
    ("overnight", "OVERNIGHT"),
    ("month", "MONTH"),
    ("year", "YEAR"),
    ("day_of_month", "THE (ORD|NUM)"),
    ("earlier", "EARLIER"),
    ("present", "NOW"),
    ("past_reference", "RECENT"),
    ("future_reference", "SOON"),
    ("set_every", "EVERY COUNT? (UN|WDAY|PART|MONTH)"),
    ("set_plural", "WDAYS"),
    ("set_adverb", "ADVERB"),
    ("clock", "CLOCK"),
    ("duration_half", "HALF A UN"),
    ("duration_fraction", "(NUM DASH?)? NUM SLASH NUM DASH? UN"),
    ("duration_fraction", "(NUM DASH?)? MD DASH? UN"),
    ("duration", "COUNT DASH? UN (AND A HALF)?"),
)


def pattern_of(rule: str) -> str:
    """A rule written with class names as a pattern over class letters."""
    for _ in range(2):
        rule = re.sub(r"[A-Z]+", lambda word: MACROS.get(word[0], word[0]), rule)
    rule = re.sub(r"[A-Z]+", lambda word: LETTERS[word[0]], rule)
    return rule.replace(" ", "").replace("(", "(?:")


class Token(NamedTuple):
    """A word, numeral or sign with its class."""

    name: str  # of the class
    word: str  # lower case
    start: int
    end: int
    value: int  # month number, day, count …; 0 where it has none
    key: str = ""  # unit, season code, part of day


def beginnings(rule: str) -> frozenset[str]:
    """The first two letters of every phrase that the rule matches; one where the phrase has only one."""
    pattern = pattern_of(rule)

    def sequence(at: int) -> tuple[set[str], int]:
        """What the text from `at` to the closing bracket can begin with, and where it ends."""
        found: set[str] = set()
        branch = {""}
        while at < len(pattern) and pattern[at] != ")":
            if pattern[at] == "|":
                found, branch, at = found | branch, {""}, at + 1
                continue
            if pattern[at] == "(":
                item, at = sequence(at + 3)
            else:
                item = {pattern[at]}
            at += 1
            if at < len(pattern) and pattern[at] == "?":
                item, at = item | {""}, at + 1
            branch = {(head + tail)[:2] for head in branch for tail in item}
        return found | branch, at

    return frozenset(sequence(0)[0])


def starter_of(starts: Sequence[frozenset[str]]) -> str:
    """A pattern for the letters with which a phrase starts, if the letter after them can go on."""
    following: dict[str, set[str]] = {}
    for start in {start for rule in starts for start in rule}:
        following.setdefault(start[0], set()).add(start[1:])
    alone = "".join(sorted(letter for letter, rest in following.items() if "" in rest))
    pairs = [f"{letter}(?=[{''.join(sorted(rest))}])" for letter, rest in sorted(following.items()) if "" not in rest]
    return "|".join([f"[{alone}]", *pairs])


@dataclass(frozen=True, slots=True)
class Phrase:
    """A time expression that was read: what kind it is, where and when."""

    start: int
    end: int
    kind: str  # DATE, TIME, DURATION, SET
    when: When
    rule: str
    mod: str | None = None


@dataclass(frozen=True)
class Lexicon:
    """The packaged words of a language, made ready."""

    trigger: re.Pattern[str]
    token: re.Pattern[str]
    words: dict[str, tuple[str, int, str]]
    holidays: dict[str, str]
    near: dict[str, frozenset[str]]
    future: frozenset[str]
    past: frozenset[str]
    starter: re.Pattern[str]  # the classes with which a phrase can start
    grammar: dict[str, re.Pattern[str]]  # letter -> the rules that can start with it


def trie(words: Sequence[str]) -> str:
    """One pattern that matches any of the words, with common beginnings joined."""
    branches: dict[str, list[str]] = {}
    for word in words:
        if word:
            branches.setdefault(word[0], []).append(word[1:])
    if not branches:
        return ""
    body = "|".join(re.escape(first) + trie(rest) for first, rest in sorted(branches.items()))
    optional = "" in words
    return f"(?:{body})" + ("?" if optional else "") if optional or len(branches) > 1 else body


DIGIT_TRIGGER = re.compile(
    r"""\d+(?:
        (?<=\d{4})(?<=[12]\d{3})(?!,\d)                                # 1987, not 1987,500
      | [-/.]\d{1,2}[-/.,]\d                                           # 24/11/13
      | (?:st|nd|rd|th|['’]?s)\b | :\d\d | \ ?[ap]\.?m\b             # 27th, 1970s, 18:40, 5 p.m.
      | /\d (?: (?<=[a-z\ ]\ \d/\d) | (?<=[a-z\ ]\ \d\d/\d) )             # on 4/22
      | (?: (?<=the\ \d) | (?<=the\ \d\d) ) (?=\s?[.,;!?]|\s*$)        # for the 27.
      | \.\d\d (?: (?<=on\ \d\.\d\d) | (?<=on\ \d\d\.\d\d) ) (?=[.?!]?\s*$)  # on 4.22
    )""",
    re.X,
)
TOKENS = r"""[ \t]*(?:
    (?P<HOLIDAY>(?=[A-Z])(?:HOLIDAYS)\b)
  | (?P<QH>[QH][1-4]\b|[1-4][QH]\b)
  | (?P<WORD>[^\W\d_]+)
  | (?P<BREAK>\n\s*\n)
  | (?=[\d'’])(?:
      (?P<FULL>(?<![\d.,/$£€-])(?:\d{4}(?P<s1>[-/.])\d{1,2}(?P=s1)\d{1,2}|\d{1,2}(?P<s2>[-/.])\d{1,2}(?:(?P=s2)|,)(?:\d{4}|\d\d))(?!\d|[-/.,]\d))
    | (?P<YEARS>(?<![\d.,/$£€-])(?:1[5-9]|20)\d\d(?:[-–/]\d\d|/\d)(?!\d|[-–/.,]\d))
    | (?P<YM>(?<![\d.,/$£€-])(?:(?:1[5-9]|20)\d\d(?:\ ?/\ ?|\ ?-)(?:0?[1-9]|1[0-2])|(?:0?[1-9]|1[0-2])(?:/|\ ?-)(?:19|20)\d\d)(?!\d|[-/.,]\d))
    | (?P<CLOCK>(?<![\d:.+−-])\d{1,2}(?:[:.]\d\d)?\ ?(?i:[ap](?:\.m\.|m\b))|(?<![\d:.+−-])\d{1,2}:\d\d(?::\d\d)?(?![\d:]))
    | (?P<MD>(?<![\d.,/$£€-])\d{1,2}/\d{1,2}(?!\d|[-/.,]\d)|(?<=on\ )\d\d?\.\d\d?(?=\s*[.?!]?\s*$))
    | (?P<DECADE>(?:1\d|20)\d0['’]?s\b|['’]?[1-9]0['’]?s\b)
    | (?P<ORD>\d{1,2}\ ?(?:st|nd|rd|th)\b)
    | (?P<SHORTYEAR>['’]\d\d\b)
    | (?P<NUM>\d+(?:[.,]\d+)*)
    | (?P<SKIP>['’](?:s\b)?)
    )
  | (?P<SIGN>[^\w\s]))
"""
SIGNS = {",": "COMMA", ".": "DOT", "/": "SLASH", "-": "DASH", "–": "DASH", "—": "DASH", "‑": "DASH"}
SIMPLE = {
    "last": "LAST", "next": "NEXT", "this": "THIS", "that": "THAT", "early": "EARLY", "mid": "MID", "late": "LATE",
    "begin": "BEGIN", "end": "END", "later": "LATER", "earlier": "EARLIER", "ago": "AGO", "every": "EVERY", "few": "FEW",
    "now": "NOW", "recent": "RECENT", "soon": "SOON", "between": "BETWEEN", "from": "FROM", "until": "UNTIL", "and": "AND",
    "since": "SINCE", "in": "IN", "on": "ON", "of": "OF", "the": "THE", "a": "A", "fiscal": "FISCAL", "within": "WITHIN",
    "rest": "REST", "starting": "STARTING", "future": "FUTURE", "less": "LESS", "more": "MORE", "than": "THAN",
    "overnight": "OVERNIGHT", "adverb": "ADVERB",
}  # fmt: skip
STARTS = {"MONTH", "WDAY", "WDAYS", "UNIT", "UNITS", "SEASON", "PART", "DEICT", "NOW", "RECENT", "SOON", "OVERNIGHT"}
STARTS |= {"ADVERB", "HALF", "DECADE"}
SPELLED = ("hundred", "earlier", "nineteen", "eighteen", "seventeen", "thousand")  # begin or end a year in words


@cache
def load_lexicon(language: str = "en") -> Lexicon:
    """The packaged rules of the language: words as data, compiled once."""
    path = resources.files("transforms") / "rules" / language / "dates.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    words: dict[str, tuple[str, int, str]] = {}
    for word, value in data["cardinals"].items():
        words[word] = ("CARD", value, "")
    for word, value in data["ordinals"].items():
        words[word] = ("ORD", value, "")
    for word, value in data["decades"].items():
        words[word] = ("DECADE", value, "")
    for name, entries in data["classes"].items():
        for word in entries:
            words[word] = (SIMPLE[name], 0, "")
    for unit, entries in data["units"].items():
        for word in entries:
            plural = word.endswith("s") or word == "centuries"
            words[word] = ("HALF" if unit == "half" else "UNITS" if plural else "UNIT", 0, unit)
    for code, entries in data["seasons"].items():
        words.update(dict.fromkeys(entries, ("SEASON", 0, code)))
    for code, entries in data["parts"].items():
        words.update(dict.fromkeys(entries, ("PART", 0, code)))
    for word, value in data["deictic"].items():
        words[word] = ("DEICT", value, "")
    for number, entries in data["months"].items():
        words.update({word: ("MONTH", int(number), "") for word in entries})
    for number, entries in data["weekdays"].items():
        words.update({word: ("WDAY", int(number), "") for word in entries})
        words[entries[0] + "s"] = ("WDAYS", int(number), "")
    holidays = data["holidays"]
    triggers = [word for word, entry in words.items() if entry[0] in STARTS]
    triggers += [*SPELLED, "thousands", *(name.split()[0].split("'")[0] for name in holidays)]
    triggers += [f"{letter}{number}" for letter in "qh" for number in "1234"]
    trigger = re.compile(rf"(?<![a-z])(?:{trie(triggers)})(?![a-z])")
    names = "|".join(re.escape(name.title().replace("'S", "'s")).replace("'", "['’]") for name in holidays)
    token = re.compile(TOKENS.replace("HOLIDAYS", names), re.X)
    starts = [beginnings(rule) for _, rule in RULES]
    grammar = {}
    for letter in dict.fromkeys(LETTERS.values()):
        indexes = [i for i, rule in enumerate(starts) if any(start[0] == letter for start in rule)]
        if indexes:
            grammar[letter] = re.compile("|".join(f"(?P<r{i}>{pattern_of(RULES[i][1])})" for i in indexes))
    return Lexicon(
        trigger=trigger,
        token=token,
        words=words,
        holidays=holidays,
        near={name: frozenset(entries) for name, entries in data["near"].items()},
        future=frozenset(data["tense"]["future"]),
        past=frozenset(data["tense"]["past"]),
        starter=re.compile(starter_of(starts)),
        grammar=grammar,
    )


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    shift = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * shift) // 451
    month, day = divmod(h + shift - 7 * m + 114, 31)
    return date(year, month, day + 1)


def number_words(values: Sequence[int]) -> int:
    """A run of number words: [20, 2] is 22, [1, 1000, 7, 100] is 1700, [19, 90, 9] is the year 1999.

    Two numbers of two digits after another are a year; any other run that is no number is 0.
    """
    total = current = 0
    for index, value in enumerate(values):
        if value == 100:
            current = max(current, 1) * 100
        elif value == 1000:
            total, current = total + max(current, 1) * 1000, 0
        elif current % 100 == 0 or (current % 100 >= 20 and current % 10 == 0 and value < 10):
            current += value
        else:
            rest = number_words(values[index:])
            return current * 100 + rest if not total and 10 <= current <= 99 and 10 <= rest <= 99 else 0
    return total + current


class Reader:
    """Reads one text; dates that refer to earlier ones ("two days later") follow the last date read."""

    def __init__(
        self, text: str, published: date | None, blocked: Sequence[tuple[int, int]] = (), language: str = "en"
    ) -> None:
        self.text = text
        self.published = published
        self.lexicon = load_lexicon(language)
        self.blocked = sorted(blocked)
        lower = text.lower()
        self.lower = (
            lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
        )
        self.anchor: When | None = None
        self.quarter: When | None = None
        self.quarter_end = 0
        self.tokens: list[Token] = []
        self.at = 0  # index of the first token of the phrase being read
        self.to = 0  # index after its last
        self.void = False  # the tokens at hand are no date, nor is a part of them: "Feb 30"
        self.told: dict[int, tuple[int, int]] = {}  # month -> year last told with it, and where

    def near(self, name: str) -> frozenset[str]:
        """A set of words that decide about their neighbour."""
        return self.lexicon.near[name]

    # -- from text to phrases ------------------------------------------------------------------------------------

    def phrases(self) -> list[Phrase]:
        """Every time expression, left to right, none overlapping."""
        found: list[Phrase] = []
        for start, end in self.windows():
            self.tokens = self.classes(self.tokenize(start, end))
            for phrase in self.read_window():
                found.extend(self.paired(found.pop() if found else None, phrase))
        return found

    def paired(self, first: Phrase | None, second: Phrase) -> list[Phrase]:
        """Two neighbours, with what one lends the other; one phrase where they are the ends of a range of days."""
        if first is None:
            return [second]
        gap = self.text[first.end : second.start]
        if len(gap) > 16 or first.kind != "DATE" or second.kind != "DATE" or not (join := JOIN.fullmatch(gap)):
            return [first, second]
        left = OPENING.search(self.text, max(first.start - 16, 0), first.start)
        if join["both"] and left is None and first.rule != "dates.month_year" and second.rule != "dates.month_year":
            return [first, second]
        first, second = self.lend(first, second)
        ends = (first.when, second.when)
        if join["both"] and (left is None or left["word"].lower() != "between"):
            return [first, second]
        now = second.when.value == "PRESENT_REF" and self.published is not None and ends[0].precision == "day"
        if now and self.published is not None:
            ends = (first.when, cal.day(self.published))
        if "day" not in (ends[0].precision, ends[1].precision):
            return [first, second]
        both_days = ends[0].precision == ends[1].precision == "day"
        if left is None and (
            not both_days or (gap.strip() in "-–—" and not (first.rule in DAYS_WRITTEN and second.rule in DAYS_WRITTEN))
        ):
            return [first, second]
        whole = cal.interval(ends[0].start, ends[1].end)
        if whole.start is None or first.mod or second.mod:
            return [first, second]
        start = left.start() if left is not None else first.start
        phrase = Phrase(start, second.end, "DATE", whole, "dates.range_of_days")
        return [phrase]

    def lend(self, first: Phrase, second: Phrase) -> tuple[Phrase, Phrase]:
        """The year that one end of a pair has and the other lacks: "Nov. 20 to Dec. 11, 1987", "July and August 2019"."""
        bare = (
            "dates.month_day",
            "dates.month_slash_day",
            "dates.month_past",
            "dates.month_future",
            "dates.month_nearest",
        )
        a, b = first.when, second.when
        dated = ("dates.month_day_year", "dates.month_year", "dates.full_numeric")
        if first.rule in bare and second.rule in dated and b.start is not None:
            month, day = (int(part) for part in (a.value[5:7], a.value[8:10] or 0))
            make = [cal.day_of(y, month, day) if day else cal.month(y, month) for y in (b.start.year, b.start.year - 1)]
            when = next((w for w in make if w.start is not None and w.start <= b.start), a)
            return replace(first, when=when, rule=f"{first.rule}_lent"), second
        lenders = (*dated, *bare)
        if second.rule in bare and first.rule in lenders and a.start is not None:
            month, day = (int(part) for part in (b.value[5:7], b.value[8:10] or 0))
            make = [cal.day_of(y, month, day) if day else cal.month(y, month) for y in (a.start.year, a.start.year + 1)]
            when = next((w for w in make if w.start is not None and w.start >= a.start), b)
            return first, replace(second, when=when, rule=f"{second.rule}_lent")
        if first.rule.startswith("dates.weekday_") and second.rule.startswith("dates.weekday_") and a.start and b.start:
            if b.start < a.start and first.rule == second.rule:
                step = 7 if first.rule == "dates.weekday_future" else -7
                if step > 0:
                    return first, replace(second, when=cal.day(moved(b.start, 7)))
                return replace(first, when=cal.day(moved(a.start, -7))), second
        return first, second

    def windows(self) -> Iterator[tuple[int, int]]:
        """The surroundings of all triggers, joined where they touch, cut at white space."""
        begin = end = -1
        hits = [hit.span() for hit in self.lexicon.trigger.finditer(self.lower)]
        hits += [hit.span() for hit in DIGIT_TRIGGER.finditer(self.lower)]
        hits.sort()
        for first, last in hits:
            left, right = first - BEFORE, last + AFTER
            if begin < 0:
                begin = max(left, 0)
            elif left > end:
                yield self.cut(begin, end)
                begin = left
            end = max(end, right)
        if begin >= 0:
            yield self.cut(begin, end)

    def cut(self, start: int, end: int) -> tuple[int, int]:
        """The window moved to word borders, by at most `REACH` characters."""
        text, size = self.text, len(self.text)
        limit = max(start - REACH, 0)
        while start > limit and not text[start - 1].isspace():
            start -= 1
        end = min(end, size)
        limit = min(end + REACH, size)
        while end < limit and not text[end].isspace():
            end += 1
        return start, end

    def tokenize(self, start: int, end: int) -> list[Token]:
        """Words, numerals and signs of the window with the class that each has on its own."""
        tokens: list[Token] = []
        words = self.lexicon.words
        lower = self.lower
        token = Token._make
        for match in self.lexicon.token.finditer(self.text, start, end):
            kind = match.lastgroup or "WORD"
            begin, stop = match.span(kind)
            word = lower[begin:stop]
            if kind == "WORD":
                name, value, key = words.get(word, PLAIN)
                tokens.append(token((name, word, begin, stop, value, key)))
            elif kind == "NUM":
                plain = word.isdigit() and len(word) <= 4
                value = int(word) if plain else 0
                tokens.append(Token("NUM" if plain and 0 < value <= 31 else "BIG", word, begin, stop, value))
            elif kind == "SIGN":
                tokens.append(Token(SIGNS.get(word, "WORD"), word, begin, stop, 0))
            elif kind == "ORD":
                tokens.append(Token("ORD", word, begin, stop, int(re.sub(r"\D", "", word))))
            elif kind == "DECADE":
                digits = int(re.sub(r"\D", "", word))
                tokens.append(Token("DECADE", word, begin, stop, digits))
            elif kind == "SHORTYEAR":
                tokens.append(Token("SHORTYEAR", word, begin, stop, int(word[1:])))
            elif kind != "SKIP":
                tokens.append(Token(kind, word, begin, stop, 0))
        return tokens

    def classes(self, tokens: list[Token]) -> list[Token]:
        """The tokens with their classes decided by their neighbours: "May", "second", "1,018 people"."""
        joined: list[Token] = []
        index = 0
        while index < len(tokens):
            token = tokens[index]
            if token.name == "CARD":
                stop = self.number_run(tokens, index)
                run = tokens[index:stop]
                values = [t.value for t in run if t.name in ("CARD", "ORD", "DECADE")]
                value = number_words(values)
                if joined and joined[-1].name == "MONTH" and (parts := day_and_year(run)) is not None:
                    joined.extend(parts)
                    index = stop
                    continue
                last = run[-1]
                name = "ORD" if last.name == "ORD" else "DECADE" if last.name == "DECADE" else "CARD"
                if name == "CARD" and len(run) > 1 and 1100 <= value < 2100:
                    name = "YEAR"
                joined.append(Token(name, self.lower[token.start : last.end], token.start, last.end, value))
                index = stop
            else:
                joined.append(token)
                index += 1
        return [self.decided(joined, i) if t.name in UNDECIDED else t for i, t in enumerate(joined)]

    def number_run(self, tokens: list[Token], index: int) -> int:
        """The index after a run of number words, "two thousand and eighteen", "twenty-second"."""
        stop = index + 1
        while stop < min(len(tokens), index + 16):
            name = tokens[stop].name
            if name in ("CARD", "ORD", "DECADE") and tokens[stop].word.isalpha():
                if name != "CARD" and tokens[stop - 1].value % 10:
                    break
                stop += 1
                if name != "CARD":
                    break
            elif (
                (name == "DASH" or (tokens[stop].word == "and" and tokens[stop - 1].value in (100, 1000)))
                and stop + 1 < len(tokens)
                and tokens[stop + 1].name in ("CARD", "ORD", "DECADE")
                and tokens[stop + 1].word.isalpha()
                and (
                    name != "DASH"
                    or tokens[stop].end - tokens[stop].start == tokens[stop + 1].start - tokens[stop - 1].end
                )
            ):
                stop += 1
            else:
                break
        return stop

    def decided(self, tokens: list[Token], i: int) -> Token:
        """One token with its class as its neighbours decide it."""
        token = tokens[i]
        name = token.name
        before = tokens[i - 1] if i else None
        after = tokens[i + 1] if i + 1 < len(tokens) else None
        keep = True
        if name == "MONTH":
            keep = self.is_month(tokens, i)
        elif name == "WDAY":
            keep = self.is_weekday(tokens, i)
        elif name == "BIG" and token.value >= 1000:
            return Token("YEAR", *self.parts(token)) if self.is_year(token, before, after) else token
        elif name == "YEAR":
            round_number = token.word.endswith("thousand")
            leading = (
                ("in", "since", "until", "till")
                if round_number
                else ("in", "since", "until", "till", "of", "by", "year")
            )
            dated = before is not None and (before.word in leading or before.name in ("MONTH", "COMMA"))
            dated = dated or (
                before is not None and before.word == "from" and after is not None and after.name == "UNTIL"
            )
            dated = dated or (
                before is not None and i > 1 and before.name in ("CARD", "ORD", "NUM") and tokens[i - 2].name == "MONTH"
            )
            keep = dated and not (
                after is not None and (after.word in self.near("measures") or after.word.endswith("s"))
            )
        elif name == "SHORTYEAR":
            near = before is not None and (
                before.name in ("MONTH", "SEASON", "NUM", "DASH", "IN", "SINCE", "UNTIL", "DOT")
            )
            century = 1900 if token.value > 29 else 2000
            return Token("YEAR" if near else "WORD", token.word, token.start, token.end, century + token.value)
        elif name == "SEASON":
            keep = self.is_season(token, before, after, tokens[i - 2] if i > 1 else None)
        elif name == "NEXT":
            keep = token.word != "following" or (before is not None and before.name == "THE")
        elif name == "NOW":
            keep = not (after is not None and after.word in ("known", "defunct"))
        elif name == "DECADE" and token.value < 100 and token.word[0].isalpha():
            keep = before is not None and before.word in ("the", "early", "late", "mid", "-", "nineteen")
        elif name == "DECADE" and token.value < 100:
            keep = before is not None and before.word in ("the", "early", "late", "mid", "-", "in")
        return token if keep else Token("WORD", token.word, token.start, token.end, 0)

    @staticmethod
    def parts(token: Token) -> tuple[str, int, int, int, str]:
        return token.word, token.start, token.end, token.value, token.key

    def is_month(self, tokens: list[Token], i: int) -> bool:
        """Whether a month's name is the month: not "may strike", "Theresa May", "April Smith", "a march"."""
        token = tokens[i]
        before = tokens[i - 1] if i else None
        j = i + 1
        while j < len(tokens) and tokens[j].name in ("DOT", "COMMA", "SLASH", "DASH", "THE", "OF") and j < i + 3:
            j += 1
        after = tokens[j] if j < len(tokens) else None
        upper = self.text[token.start].isupper()
        dated = (after is not None and after.name in ("NUM", "ORD", "YEAR", "CARD", "SHORTYEAR")) and (
            after.name != "BIG" or after.value >= 1000
        )
        dated = dated or (after is not None and after.name == "BIG" and 1000 <= after.value < 2100)
        ordinal = before is not None and (
            before.name in ("NUM", "ORD")
            or (before.word == "of" and i > 1 and tokens[i - 2].name in ("NUM", "ORD", "UNIT"))
        )
        leading = before is not None and before.name in (
            "LAST", "NEXT", "THIS", "EARLY", "MID", "LATE", "SINCE", "UNTIL", "BETWEEN", "FROM",
        )  # fmt: skip
        if token.word in ("may", "march", "mar", "jan", "dec") or (len(token.word) < 4 and token.word != "may"):
            if not upper:
                if token.word in ("may", "march", "mar"):
                    return ordinal and before is not None and before.name == "ORD"
                yeared = before is not None and (
                    before.name == "BIG" or (before.name == "COMMA" and i > 1 and tokens[i - 2].name == "BIG")
                )
                return dated or ordinal or leading or (yeared and token.word != "may")
            soft = before is not None and before.name in (
                "IN",
                "ON",
                "OF",
                "AND",
                "DASH",
                "THAN",
                "AGO",
                "LATER",
                "EARLIER",
            )
            if before is not None and before.word == "and":
                soft = i > 1 and tokens[i - 2].name in ("MONTH", "YEAR", "NUM", "BIG")
            if token.word in ("may", "march") and before is not None and before.word in ("for", "over", "at"):
                soft = False
            if (
                after is not None
                and after.start == token.end + 1
                and after.name == "WORD"
                and self.text[after.start].isupper()
            ):
                soft = soft and before is not None and before.name == "IN"
            return dated or ordinal or leading or soft
        if not upper:
            return token.word != "august" or dated or ordinal
        following = tokens[i + 1] if i + 1 < len(tokens) else None
        named = (
            following is not None
            and following.name == "WORD"
            and following.start == token.end + 1
            and self.text[following.start].isupper()
            and self.text[following.start : following.end].istitle()
        )
        if named and token.word in ("april", "june", "august"):
            return leading or ordinal or (before is not None and before.name in ("IN", "ON", "OF", "THE", "AND"))
        return True

    def is_weekday(self, tokens: list[Token], i: int) -> bool:
        """Whether a weekday's name is the day: not "Sunday Times", "sat down", "the Sun"."""
        token = tokens[i]
        after = tokens[i + 1] if i + 1 < len(tokens) else None
        if token.word.endswith("day"):
            name_next = (
                after is not None and after.word in self.near("not_weekday") and self.text[after.start].isupper()
            )
            return not name_next
        j = i + 1
        while j < len(tokens) and tokens[j].name in ("DOT", "COMMA", "THE") and j < i + 3:
            j += 1
        dated = j < len(tokens) and tokens[j].name in ("MONTH", "NUM", "ORD", "FULL")
        before = tokens[i - 1] if i else None
        upper = self.text[token.start].isupper()
        return upper and (
            (dated and (j > i + 1 or tokens[j].name == "MONTH"))
            or (
                before is not None
                and before.word in ("on", "last", "next", "until", "this", "since")
                and token.word not in ("sun", "sat", "wed")
            )
        )

    def is_season(self, token: Token, before: Token | None, after: Token | None, two: Token | None) -> bool:
        """Whether a season's word is the season: not "a fall in prices", "spring up", "Summer Olympics"."""
        dated = after is not None and after.name == "YEAR"
        if (
            after is not None
            and after.name == "WORD"
            and self.text[after.start].isupper()
            and after.start == token.end + 1
        ):
            return False
        if before is not None and before.word == "-":
            return self.text[max(before.start - 5, 0) : before.start].lower().endswith(("mid", "early", "late"))
        leading = before is not None and before.word in self.near("season_after")
        if token.word == "fall":
            if dated:
                return True
            if after is not None and after.word in self.near("after_fall"):
                return False
            inner = (
                before is not None
                and before.word == "the"
                and two is not None
                and two.word in ("in", "by", "during", "until", "since", "for")
            )
            return leading or inner or (before is not None and before.word == "in")
        if token.word == "spring":
            return (
                dated or leading or (before is not None and before.word in ("in", "the", "by", "during", "of", "every"))
            )
        return dated or leading or (before is not None and before.word in self.near("season_soft"))

    def is_year(self, token: Token, before: Token | None, after: Token | None) -> bool:
        """Whether four digits are a year: "in 2018", "the 1973 building", not "1018 people", "$2000"."""
        value = token.value
        if not 1000 <= value <= 2100 or len(token.word) != 4:
            return False
        text = self.text
        previous = text[token.start - 1] if token.start else " "
        following = text[token.end : token.end + 1]
        if previous in "$£€¥#+./:,=_@" or (following in "%$€£°_=@" and following) or previous.isalpha():
            return False
        if (
            following == "-"
            and text[token.end + 1 : token.end + 2].isdigit()
            and not YEARS_JOINED.match(text, token.start)
        ):
            return False
        lexicon = self.lexicon
        if after is not None and after.start - token.end == 1 and (after.name == "UNITS" or after.word == "year"):
            return False
        counted = (
            after is not None
            and after.name == "WORD"
            and after.start - token.end == 1
            and (
                after.word in self.near("measures")
                or (after.word.endswith("s") and after.word.islower() and after.word not in self.near("year_before"))
            )
        )
        del lexicon
        recent = 1900 <= value <= 2030
        if before is None:
            return recent and not counted
        if before.word in self.near("number_of") or before.name in ("MORE", "LESS", "THAN"):
            return False
        if before.name in ("MONTH", "SEASON", "FISCAL") or before.word in ("since", "year", "'"):
            return True
        if before.name in ("DASH", "UNTIL", "AND") and self.is_year_before(token):
            return True
        if before.name in ("NUM", "ORD", "DOT", "COMMA", "DASH", "SLASH", "OF", "QH", "UNIT", "HOLIDAY"):
            return recent and not counted
        if before.word in self.near("year_after"):
            if counted:
                return (
                    recent
                    and before.word in ("in", "during", "throughout")
                    and after is not None
                    and after.word not in self.near("measures")
                )
            return recent or before.word in ("in", "since", "until", "by", "before", "after", "early", "late", "from")
        if before.word in ("the", "a", "this", "its", "his", "their", "her"):
            return (
                recent
                and (not counted or before.word != "a")
                and not (counted and after is not None and after.word in self.near("measures"))
            )
        return recent and not counted

    def is_year_before(self, token: Token) -> bool:
        """Whether four digits of a year stand right before, joined: "2000-2050", "from 1990 to 2040"."""
        match = YEAR_JOINED_BEFORE.search(self.text, max(token.start - 14, 0), token.start)
        return match is not None and 0 < token.value - int(match[1]) <= 100

    # -- from classes to phrases -----------------------------------------------------------------------------------

    def read_window(self) -> Iterator[Phrase]:
        """The phrases of one window, leftmost first, in the order of the rules."""
        tokens, lexicon = self.tokens, self.lexicon
        letters = "".join([LETTERS[t[0]] for t in tokens])
        position = 0
        while start := lexicon.starter.search(letters, position):
            match = lexicon.grammar[start[0]].match(letters, start.start())
            if match is None:
                position = start.end()
                continue
            index = int((match.lastgroup or "r0")[1:])
            phrase = None
            while True:
                self.at, self.to = match.span()
                phrase = self.read(RULES[index][0])
                if phrase is not None or self.void:
                    break
                index, other = self.next_rule(letters, match.start(), index + 1)
                if other is None:
                    break
                match = other
            if phrase is None:
                position = self.to if self.void else match.start() + 1
                self.void = False
                continue
            position = self.to
            if not self.is_blocked(phrase.start, phrase.end):
                self.remember(phrase)
                yield phrase

    def next_rule(self, letters: str, start: int, index: int) -> tuple[int, re.Match[str] | None]:
        """The next rule that also matches at the same place."""
        singles = single_rules()
        while index < len(singles):
            if match := singles[index].match(letters, start):
                return index, match
            index += 1
        return index, None

    def is_blocked(self, start: int, end: int) -> bool:
        """Whether the span overlaps a name."""
        at = bisect_left(self.blocked, (end, -1))
        return any(stop > start for _, stop in self.blocked[max(at - 3, 0) : at])

    def remember(self, phrase: Phrase) -> None:
        """Keep what later phrases may refer to."""
        if phrase.when.start is None:
            return
        start = phrase.when.start
        if (
            phrase.rule in TOLD_MONTHS
            and self.published is not None
            and (phrase.rule == "dates.relative_month" or start.year < self.published.year - 1)
        ):
            self.told[phrase.when.start.month] = (phrase.when.start.year, phrase.end)
        if phrase.when.precision == "quarter" and phrase.rule in ("dates.quarter_year", "dates.quarter_latest"):
            self.quarter, self.quarter_end = phrase.when, phrase.end
        if phrase.kind in ("DATE", "TIME") and phrase.rule not in COMPARED:
            self.anchor = phrase.when

    def read(self, rule: str) -> Phrase | None:
        """The phrase that the rule makes of the tokens `at` to `to`, or None where it does not apply."""
        seg = self.tokens[self.at : self.to]
        method: Callable[[list[Token]], Phrase | None] = getattr(self, f"read_{rule}")
        return method(seg)

    def phrase(self, when: When, rule: str, kind: str = "DATE", mod: str | None = None, trim: int = 0) -> Phrase | None:
        """The tokens at hand as a phrase, with a modifier before them ("early", "the end of")."""
        if not when.value:
            return None
        tokens = self.tokens
        first = self.at + trim
        if mod is None and kind != "DURATION" and kind != "SET":
            first, mod = self.modified(first)
        if mod is not None and when.precision == "week" and when.start is not None and "in_unit" not in rule:
            first_day, last_day = WEEK_PARTS[mod] if mod in WEEK_PARTS else (0, 6)
            when = replace(
                when, start=moved(when.start, first_day), end=moved(when.start, last_day), precision="interval"
            )
        return Phrase(tokens[first].start, tokens[self.to - 1].end, kind, when, f"dates.{rule}", mod)

    def modified(self, first: int) -> tuple[int, str | None]:
        """Where a modifier before the phrase begins, and which."""
        tokens = self.tokens
        i = first - 1
        if i >= 0 and tokens[i].name == "THE" and i > 0 and tokens[i - 1].name == "OF":
            i -= 1
        if i >= 1 and tokens[i].name == "DASH" and tokens[i - 1].name in MODS:
            return i - 1, MODS[tokens[i - 1].name]
        if i >= 1 and (
            (tokens[i].name == "OF" and tokens[i - 1].name in MODS)
            or (tokens[i].word == "in" and tokens[i - 1].name in ("EARLY", "LATE"))
        ):
            start = i - 1
            if start and tokens[start - 1].name == "THE":
                start -= 1
            return start, MODS[tokens[i - 1].name]
        bare_end = i >= 0 and tokens[i].name == "END" and tokens[first].name in ("MONTH", "YEAR")
        if i >= 0 and (tokens[i].name in ("EARLY", "MID", "LATE") or bare_end):
            return i, MODS[tokens[i].name]
        return first, None

    # -- what the words mean: days with their month ------------------------------------------------------------------

    @staticmethod
    def first(seg: Sequence[Token], *names: str) -> Token | None:
        """The first token of one of the classes."""
        return next((t for t in seg if t.name in names), None)

    @staticmethod
    def value(seg: Sequence[Token], *names: str) -> int:
        """The value of the first token of one of the classes; 0 where there is none."""
        return next((t.value for t in seg if t.name in names), 0)

    def nearest(self, month: int, day: int) -> When:
        """A month and day in the year nearest to publication, the past weighing more (FIELD: 94 % of 171)."""
        published = self.published
        if published is None:
            return When(f"XXXX-{month:02d}-{day:02d}", None, None, None)
        choices = [cal.day_of(published.year + shift, month, day) for shift in (-1, 0, 1)]
        days = [choice for choice in choices if choice.start is not None]
        if not days:  # February 29: the leap year nearest
            days = [
                c for shift in range(-4, 5) if (c := cal.day_of(published.year + shift, month, day)).start is not None
            ]

        def distance(when: When) -> float:
            gap = (when.start - published).days if when.start and published else 0
            return gap * 1.25 if gap > 0 else -gap

        return min(days, key=distance, default=NOWHEN)

    @staticmethod
    def sentence_ends(seg: Sequence[Token]) -> bool:
        """Whether a full stop after a month's full name ends the sentence: "in March. 12 people", not "Sept. 12"."""
        return any(
            a.name == "MONTH" and b.name == "DOT" and (len(a.word) > 4 or a.word in ("may", "june", "july"))
            for a, b in zip(seg, seg[1:], strict=False)
        )

    def read_month_day_year(self, seg: list[Token]) -> Phrase | None:
        """A full date: "Tuesday, December 4, 2012", "4 Dec 2012", "2012-dec-4"."""
        day = self.value([t for t in seg if t.name != "YEAR"], "NUM", "ORD", "CARD")
        when = cal.day_of(self.value(seg, "YEAR"), self.value(seg, "MONTH"), day)
        return self.phrase(when, "month_day_year")

    def read_full_numeric(self, seg: list[Token]) -> Phrase | None:
        """A full date in digits: "24/11/13", "2012-12-04", "13.5.2015"."""
        token = self.first(seg, "FULL")
        return self.phrase(numeric_day(token.word, self.published) if token else NOWHEN, "full_numeric")

    def read_month_day(self, seg: list[Token]) -> Phrase | None:
        """A day without its year: "Aug. 13", "13 August", "Monday, August 13"."""
        month, token = self.value(seg, "MONTH"), self.first(seg, "NUM", "ORD", "CARD")
        if self.sentence_ends(seg) and self.to < len(self.tokens):
            return None
        if token is None or not 1 <= token.value <= cal.DAYS_IN[month]:
            self.void = token is not None and 28 < token.value <= 31
            return None
        after = self.tokens[self.to] if self.to < len(self.tokens) else None
        before = self.tokens[self.at - 1] if self.at else None
        if token is seg[-1] and token.name != "ORD" and after is not None and seg[0].name == "MONTH":
            tight = after.start - token.end <= 1
            counted = (
                after.name == "WORD"
                and tight
                and (after.word in self.near("measures") or (after.word.endswith("s") and after.word.islower()))
            )
            if counted and before is not None and before.name == "IN" and self.text[after.start].islower():
                return None  # "in March 12 people died"
            if after.word in ("%", "pct", "percent") or (
                token.name == "CARD" and after.name in ("WORD", "UNITS", "UNIT")
            ):
                return None
        if token is seg[0] and token.name == "NUM" and before is not None and before.name == "MONTH":
            return None
        return self.phrase(self.nearest(month, token.value), "month_day")

    def read_month_day_of_year(self, seg: list[Token]) -> Phrase | None:
        """A day with its year told by reference: "July 13 last year"."""
        if seg[-1].key != "year":
            self.to -= 2
            while self.tokens[self.to - 1].name in ("COMMA", "OF"):
                self.to -= 1
            return self.read_month_day(self.tokens[self.at : self.to])
        month, day = self.value(seg, "MONTH"), self.value(seg, "NUM", "ORD", "CARD")
        whole = self.related(self.first(seg, "LAST", "NEXT", "THIS", "THAT"), "year")
        if whole.start is None:
            return self.phrase(When(f"XXXX-{month:02d}-{day:02d}", None, None, None), "month_day")
        return self.phrase(cal.day_of(whole.start.year, month, day), "month_day_of_year")

    def read_month_slash_day(self, seg: list[Token]) -> Phrase | None:
        """A day in digits after a preposition: "on 4/22"; not a fraction."""
        first, second = (int(part) for part in re.split("[/.]", seg[0].word))
        before = self.tokens[self.at - 1].word if self.at else ""
        if (first, second) == (9, 11):
            return (
                self.phrase(cal.day_of(2001, 9, 11), "september_11")
                if before in ("the", "of", "after", "since", "")
                else None
            )
        two = self.tokens[self.at - 2].name if self.at > 1 else ""
        if before not in ("on", "by", "until", "from", "since", "before", "after", "between") and not (
            before in ("to", "and") and two == "MD"
        ):
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
        month, year = self.value(seg, "MONTH"), self.value(seg, "YEAR")
        days = [t for t in seg if t.name in ("NUM", "ORD", "CARD")]
        if len(days) < 2 or not 1 <= days[0].value < days[1].value <= cal.DAYS_IN[month]:
            return None
        if seg[0].name in ("NUM", "ORD", "CARD") and any(t.name == "AND" for t in seg) and days[0].name == "CARD":
            return None
        ends = [cal.day_of(year, month, d.value) if year else self.nearest(month, d.value) for d in days[:2]]
        if ends[0].start is None and not year:
            value = "/".join(end.value for end in ends)
            return self.phrase(When(value, None, None, None), "range_month_days")
        if ends[1].start and ends[0].start and ends[0].start.year != ends[1].start.year:
            ends[0] = cal.day_of(ends[1].start.year, month, days[0].value)
        return self.phrase(cal.interval(ends[0].start, ends[1].start), "range_month_days")

    def read_range_days_of_unit(self, seg: list[Token]) -> Phrase | None:
        """Two days of a month told by reference: "from 4 to 22 this month"."""
        unit = seg[-1]
        days = [t.value for t in seg if t.name in ("NUM", "ORD", "CARD")]
        whole = self.related(self.first(seg, "LAST", "NEXT", "THIS", "THAT"), "month")
        if unit.key != "month" or whole.start is None:
            return None
        year, month = whole.start.year, whole.start.month
        return self.phrase(
            cal.interval(cal.day_of(year, month, days[0]).start, cal.day_of(year, month, days[1]).start),
            "range_days_of_unit",
        )

    def read_day_of_unit(self, seg: list[Token]) -> Phrase | None:
        """A day of a month told by reference: "the 20th of next month"."""
        whole = self.related(self.first(seg, "LAST", "NEXT", "THIS", "THAT"), "month")
        if seg[-1].key != "month" or whole.start is None:
            return None
        return self.phrase(
            cal.day_of(whole.start.year, whole.start.month, self.value(seg, "ORD", "NUM")), "day_of_unit"
        )

    def read_month_year(self, seg: list[Token]) -> Phrase | None:
        """A month with its year: "August 2020", "2016 November"."""
        return self.phrase(cal.month(self.value(seg, "YEAR"), self.value(seg, "MONTH")), "month_year")

    def read_year_month(self, seg: list[Token]) -> Phrase | None:
        """A month in digits, "2016-11"; "2009-10" is two years, as newspapers write seasons."""
        first, second = (part.strip() for part in re.split("[-/]", seg[0].word))
        year, month = (first, second) if len(first) == 4 else (second, first)
        return self.phrase(cal.month(int(year), int(month)), "year_month")

    def read_years_joined(self, seg: list[Token]) -> Phrase | None:
        """Two years joined as newspapers write them: "1957-58", "the 2012/13 season"; "2016-11" is a month."""
        first, last = int(seg[0].word[:4]), int(seg[0].word[5:])
        if len(seg[0].word) == 6:  # "1986/7"
            last += first % 100 // 10 * 10
        if (
            last > first % 100
            and (last > 12 or last == first % 100 + 1)
            and (seg[0].word[4] != "/" or last == first % 100 + 1)
        ):
            end = first // 100 * 100 + last
        elif first % 100 == 99 and last == 0:
            end = first + 1
        elif 1 <= last <= 12 and seg[0].word[4] != "–":
            return self.phrase(cal.month(first, last), "year_month")
        else:
            return None
        return self.phrase(cal.interval(cal.year(first).start, cal.year(end).end), "years_joined")

    def read_month_of_year(self, seg: list[Token]) -> Phrase | None:
        """A month with its year told by reference: "June last year", "last June", "this June"."""
        month, relative, unit = (
            self.value(seg, "MONTH"),
            self.first(seg, "LAST", "NEXT", "THIS", "THAT"),
            self.first(seg, "UNIT"),
        )
        if self.sentence_ends(seg):
            return None
        if unit is not None:
            if unit.key != "year":
                self.to -= 2 if seg[-2].name != "THE" else 3
                return self.read_month([t for t in seg if t.name == "MONTH"])
            whole = self.related(relative, "year")
            if whole.start is None:
                return self.phrase(When(f"XXXX-{month:02d}", None, None, None), "month_of_year")
            return self.phrase(cal.month(whole.start.year, month), "month_of_year")
        published = self.published
        if published is None or relative is None:
            return self.phrase(When(f"XXXX-{month:02d}", None, None, None), "relative_month")
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
            return self.phrase(When(f"XXXX-{month:02d}", None, None, None), "month")
        if month in self.told and seg[0].start - self.told[month][1] < 600:
            return self.phrase(cal.month(self.told[month][0], month), "month_told")
        tense = self.month_tense()
        ahead = (month - published.month) % 12
        if tense == "future":
            gap = ahead if ahead < 10 else ahead - 12
        elif tense == "past":
            gap = ahead if ahead in (0, 1, 2) else ahead - 12
        else:
            gap = ahead if ahead < 6 else ahead - 12
        index = published.year * 12 + published.month - 1 + gap
        return self.phrase(cal.month(index // 12, index % 12 + 1), f"month_{tense or 'nearest'}")

    def month_tense(self) -> str | None:
        """The tense for a bare month: contract months lie ahead; "by June" does not take its tense from "said"."""
        after = self.tokens[self.to] if self.to < len(self.tokens) else None
        if after is not None and after.word in self.near("forward"):
            return "future"
        before = self.tokens[self.at - 1].word if self.at else ""
        tense = self.tense()
        if tense == "past" and before in ("by", "until", "from", "before", "as"):
            return None
        return tense

    def read_day_of_month(self, seg: list[Token]) -> Phrase | None:
        """A day number on its own: "on the 30th"."""
        token, before = seg[-1], self.tokens[self.at - 1] if self.at else None
        after = self.tokens[self.to] if self.to < len(self.tokens) else None
        if not 1 <= token.value <= 31 or before is None:
            return None
        if before.word not in ("on", "until", "by", "since", "from", "for", "of", "to", "through"):
            return None
        if after is not None and after.name not in ("DOT", "COMMA", "BREAK") and after.word not in ("(", ")"):
            return None
        if not token.word[0].isdigit() and before.word not in ("on", "for", "until"):
            return None
        published = self.published
        if published is None:
            return self.phrase(When(f"XXXX-XX-{token.value:02d}", None, None, None), "day_of_month")
        start = published.replace(day=1)
        choices = [cal.day_of(m.year, m.month, token.value) for n in (-1, 0, 1) if (m := cal.shift(start, "month", n))]
        days = [c.start for c in choices if c.start]
        tense = self.tense()
        kept = [
            d for d in days if (d <= published if tense == "past" else d >= published if tense == "future" else True)
        ]
        best = min(kept or days, key=lambda d: abs((d - published).days), default=None)
        return self.phrase(cal.day(best) if best else NOWHEN, "day_of_month")

    # -- weekdays --------------------------------------------------------------------------------------------------

    def weekday(self, number: int, tense: str | None) -> When:
        """The latest such day on or before publication; the next one where its own verb is future."""
        published = self.published
        if published is None:
            return When(f"XXXX-WXX-{number}", None, None, None)
        back = (published.isoweekday() - number) % 7
        return cal.day(moved(published, -back if tense != "future" or back == 0 else 7 - back))

    def read_weekday(self, seg: list[Token]) -> Phrase | None:
        """A weekday on its own."""
        tense = self.tense()
        return self.phrase(self.weekday(seg[0].value, tense), "weekday_future" if tense == "future" else "weekday_past")

    def read_weekday_part(self, seg: list[Token]) -> Phrase | None:
        """A weekday with its part: "Friday morning"."""
        tense = self.tense()
        when = self.weekday(seg[0].value, tense)
        return self.phrase(part_of(when, seg[1].key), "weekday_part", "TIME")

    def read_relative_weekday(self, seg: list[Token]) -> Phrase | None:
        """ "last Friday" is the latest before publication, "next Friday" next week's, "this Friday" this week's."""
        token = self.first(seg, "LAST", "NEXT", "THIS", "THAT")
        number = self.value(seg, "WDAY")
        part = self.first(seg, "PART")
        published = self.published
        if token is None:
            return None
        if published is None:
            when = When(f"XXXX-WXX-{number}", None, None, None)
        elif token.name == "LAST":
            when = cal.day(moved(published, -((published.isoweekday() - number - 1) % 7 + 1)))
        elif token.word == "following" and self.anchor is not None and self.anchor.start is not None:
            when = cal.day(moved(self.anchor.start, (number - self.anchor.start.isoweekday() - 1) % 7 + 1))
        elif token.name == "NEXT":
            when = cal.day(moved(published, 7 - published.isoweekday() + number))
        elif token.name == "THAT":
            when = self.weekday(number, "past")
        else:
            when = cal.day(moved(published, number - published.isoweekday()))
        return self.phrase(part_of(when, part.key) if part else when, "relative_weekday", "TIME" if part else "DATE")

    def read_weekday_of_week(self, seg: list[Token]) -> Phrase | None:
        """A weekday of a week told by reference: "Friday last week", "last week Sunday"."""
        unit = self.first(seg, "UNIT")
        if unit is None or unit.key != "week":
            if seg[0].name == "WDAY":
                self.to = self.at + 1
                return self.read_weekday(seg[:1])
            return None
        whole = self.related(self.first(seg, "LAST", "NEXT", "THIS", "THAT"), "week")
        number = self.value(seg, "WDAY")
        if whole.start is None:
            return self.phrase(When(f"XXXX-WXX-{number}", None, None, None), "weekday_of_week")
        return self.phrase(cal.day(moved(whole.start, number - 1)), "weekday_of_week")

    def read_weekday_ordinal(self, seg: list[Token]) -> Phrase | None:
        """A weekday with the day of the month: "Friday the 13th"; the month nearest in which both hold."""
        published, number, day = self.published, seg[0].value, seg[-1].value
        if seg[-1].word.isalpha() and (
            len(seg) > 3 or (self.to < len(self.tokens) and self.tokens[self.to].name == "WORD")
        ):
            return None  # "On Tuesday, the first girl"
        if published is None:
            return self.phrase(When(f"XXXX-XX-{day:02d}", None, None, None), "weekday_ordinal")
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
        count, number = count_of(seg), self.value(seg, "WDAY", "WDAYS")
        published = self.published
        if published is None or not count:
            return None
        if any(t.name == "AGO" for t in seg):
            day = moved(published, -((published.isoweekday() - number - 1) % 7 + 1) - 7 * int(count - 1))
        else:
            day = moved(published, (number - published.isoweekday() - 1) % 7 + 1 + 7 * int(count - 1))
        return self.phrase(cal.day(day), "weekdays_from")

    def read_nth_weekday(self, seg: list[Token]) -> Phrase | None:
        """A weekday counted in its month: "the second Monday of next month", "the last Friday in May 1987"."""
        number = self.value(seg, "WDAY")
        order = (
            5 if seg[0].name == "LAST" or (seg[0].name == "THE" and seg[1].name == "LAST") else self.value(seg, "ORD")
        )
        head = next(i for i, t in enumerate(seg) if t.name == "WDAY")
        rest = seg[head + 1 :]
        if self.value(rest, "MONTH"):
            year, month = self.value(rest, "YEAR"), self.value(rest, "MONTH")
            whole = cal.month(year, month) if year else self.month_near(month)
        elif rest:
            unit = self.first(rest, "UNIT")
            if unit is None or unit.key != "month":
                return None
            whole = self.related(self.first(rest, "LAST", "NEXT", "THIS", "THAT"), "month")
        else:
            whole = cal.unit_of(self.published, "month") if self.published else NOWHEN
        if whole.start is None or whole.end is None or not 1 <= order <= 5:
            return None
        day = moved(whole.start, (number - whole.start.isoweekday()) % 7 + 7 * (order - 1))
        if day > whole.end and seg[head - 1].name == "LAST":
            day = moved(day, -7)
        self.void = day > whole.end
        return self.phrase(cal.day(day) if day <= whole.end else NOWHEN, "nth_weekday")

    def month_near(self, number: int) -> When:
        """The month of that number nearest to publication."""
        if self.published is None:
            return NOWHEN
        ahead = (number - self.published.month) % 12
        index = self.published.year * 12 + self.published.month - 1 + (ahead if ahead < 6 else ahead - 12)
        return cal.month(index // 12, index % 12 + 1)

    # -- quarters, seasons, years ------------------------------------------------------------------------------------

    def read_quarter(self, seg: list[Token]) -> Phrase | None:
        """A quarter or half with its year: "the third quarter of 1986", "Q1 2016", "first half of last year"."""
        token = self.first(seg, "QH")
        year = self.value(seg, "YEAR")
        if token is not None:
            kind, number = token.word.strip("1234"), int(token.word.strip("qh"))
            if not 1 <= number <= (4 if kind == "q" else 2):
                return None
            if not year:
                return self.phrase(self.latest_quarter(number, "quarter" if kind == "q" else "half"), "quarter_latest")
            return self.phrase(cal.quarter(year, number) if kind == "q" else cal.half(year, number), "quarter_year")
        kinds = [t for t in seg if t.name in ("UNIT", "HALF") and t.key in ("quarter", "half")]
        if not kinds:
            return None
        kind = kinds[0].key
        number = self.value(seg, "ORD")
        if not number:
            if seg[0].name == "LAST" or (len(seg) > 1 and seg[1].name == "LAST"):
                number = 4 if kind == "quarter" else 2
            else:
                return None
        if not year:
            relative = [t for t in seg if t.name in ("LAST", "NEXT", "THIS", "THAT")]
            units = [t for t in seg if t.name == "UNIT" and t.key == "year"]
            whole = self.related(relative[-1] if relative else None, "year") if units else NOWHEN
            if whole.start is None:
                return None
            year = whole.start.year
        if number > (4 if kind == "quarter" else 2):
            return None
        return self.phrase(cal.quarter(year, number) if kind == "quarter" else cal.half(year, number), "quarter_year")

    def latest_quarter(self, number: int, kind: str) -> When:
        """The latest completed quarter (half) of that number; the next to end where the verb is future."""
        published = self.published
        if published is None:
            return When(f"XXXX-{'Q' if kind == 'quarter' else 'H'}{number}", None, None, None)
        make = cal.quarter if kind == "quarter" else cal.half
        choices = [make(published.year + shift, number) for shift in (-1, 0, 1)]
        if self.tense() == "future":
            return next((c for c in choices if c.end and c.end >= published), NOWHEN)
        if (current := choices[1]).start and current.end and current.start <= published <= current.end:
            late = (current.end - published).days < (25 if kind == "quarter" else 50)
            return current if late else choices[0]
        return next((c for c in reversed(choices) if c.end and c.end < published), NOWHEN)

    def read_quarter_bare(self, seg: list[Token]) -> Phrase | None:
        """A quarter without its year: the latest completed one."""
        kind, number = seg[-1].key, self.value(seg, "ORD")
        if kind not in ("quarter", "half") or not 1 <= number <= (4 if kind == "quarter" else 2):
            return None
        if kind == "half" and self.quarter is None and not self.financial():
            return None  # of a match
        return self.phrase(self.latest_quarter(number, kind), "quarter_latest")

    def financial(self) -> bool:
        """Whether the surroundings speak of business: there halves are of a year."""
        start, end = self.tokens[self.at].start, self.tokens[self.to - 1].end
        words = WORDS.findall(self.lower[max(start - 200, 0) : end + 200])
        return not self.near("finance").isdisjoint(words)

    def read_half_of_unit(self, seg: list[Token]) -> Phrase | None:
        """Half of a month: "the first half of May"; of a year it is a quarter rule."""
        return None

    def read_relative_season(self, seg: list[Token]) -> Phrase | None:
        """ "last summer": the latest that is over; "next spring", "this winter"."""
        token, code = self.first(seg, "LAST", "NEXT", "THIS", "THAT"), seg[-1].key
        published = self.published
        if token is None or published is None:
            return self.phrase(When(f"XXXX-{code}", None, None, None), "relative_season")
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

    def read_season_of_year(self, seg: list[Token]) -> Phrase | None:
        """A season of a year told by reference: "the spring of next year"."""
        season = self.first(seg, "SEASON")
        whole = self.related(self.first(seg, "LAST", "NEXT", "THIS", "THAT"), "year")
        if season is None or seg[-1].key != "year" or whole.start is None:
            return None
        return self.phrase(cal.season(whole.start.year, season.key), "season_of_year")

    def season_near(self, code: str) -> When:
        """The season that holds the publication day, else the one nearest to it."""
        published = self.published
        if published is None:
            return When(f"XXXX-{code}", None, None, None)
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

    def read_season_year(self, seg: list[Token]) -> Phrase | None:
        """A season with its year: "the summer of 1987"."""
        token = self.first(seg, "SEASON")
        return self.phrase(cal.season(self.value(seg, "YEAR"), token.key) if token else NOWHEN, "season_year")

    def read_season(self, seg: list[Token]) -> Phrase | None:
        """A season on its own."""
        return self.phrase(self.season_near(seg[-1].key), "season_nearest")

    def read_decade(self, seg: list[Token]) -> Phrase | None:
        """A decade: "the 1970s", "the '70s", "the nineties"."""
        value = seg[-1].value
        if value < 100:
            if self.published is None and value < 30:
                return None
            value += (
                2000 if value in (0, 10) or (value == 20 and self.published and self.published.year > 2015) else 1900
            )
        return self.phrase(cal.decade(value), "decade")

    def read_century(self, seg: list[Token]) -> Phrase | None:
        """A century: "the 19th century" is 1800 to 1899."""
        number = self.value(seg, "ORD")
        if (
            seg[-1].key != "century"
            or self.text[seg[-1].end : seg[-1].end + 4].strip(" -") == "Fox"
            or not 2 <= number <= 30
        ):
            return None
        return self.phrase(cal.century((number - 1) * 100), "century")

    def read_year(self, seg: list[Token]) -> Phrase | None:
        """A year: "2018"."""
        return self.phrase(cal.year(seg[0].value), "year")

    def read_year_named(self, seg: list[Token]) -> Phrase | None:
        """A fiscal year, mapped to the calendar year of its name: "fiscal 1990"."""
        return self.phrase(cal.year(self.value(seg, "YEAR")), "fiscal_year")

    def read_holiday(self, seg: list[Token]) -> Phrase | None:
        """A feast with a date in the calendar: "May Day", "Christmas Eve 1989"."""
        name = seg[0].word.replace("’", "'")
        entry, year = self.lexicon.holidays[name], self.value(seg, "YEAR")
        if entry.startswith("easter"):
            days = int(entry.removeprefix("easter"))
            if not year and self.published is None:
                return None
            years = [year] if year else [self.published.year + s for s in (-1, 0, 1)] if self.published else []
            dates = [moved(easter(y), days) for y in years if 1 < y < 9999]
            published = self.published or dates[0]
            return self.phrase(cal.day(min(dates, key=lambda d: abs((d - published).days))), "holiday")
        month, day = (int(part) for part in entry.split("-"))
        return self.phrase(cal.day_of(year, month, day) if year else self.nearest(month, day), "holiday")

    # -- units: this week, last year, two months ago --------------------------------------------------------------------

    def reference(self, token: Token | None) -> date | None:
        """The day that a relative word counts from: "previous" and "that" the last date told, "last" publication."""
        anchored = token is not None and token.word in ("previous", "preceding", "prior", "following", "that", "same")
        if anchored and self.anchor is not None and self.anchor.start is not None:
            return self.anchor.start
        return self.published

    def related(self, token: Token | None, unit: str) -> When:
        """The week, month, … before, after or at the day that the relative word counts from."""
        day = self.reference(token)
        if day is None or token is None:
            return When(UNKNOWN.get(unit, ""), None, None, None)
        count = {"LAST": -1, "NEXT": 1}.get(token.name, 0)
        return cal.shifted_unit(day, unit, count)

    def read_relative_unit(self, seg: list[Token]) -> Phrase | None:
        """ "last week", "this year", "the following month", "that day"."""
        token, unit = self.first(seg, "LAST", "NEXT", "THIS", "THAT"), seg[-1].key
        if token is None:
            return None
        if token.word == "that" and unit in ("half", "hour", "minute"):
            return None
        if unit == "minute":
            return None
        if unit == "hour":
            return self.phrase(
                When("PAST_REF" if token.name == "LAST" else "FUTURE_REF", None, None, None), "relative_hour", "TIME"
            )
        if unit == "weekend":
            return self.phrase(self.weekend(token), "weekend")
        if (
            unit == "quarter"
            and token.name == "LAST"
            and token.word in ("latest", "previous", "prior")
            and self.quarter
        ):
            return self.phrase(self.quarter, "quarter_told")
        if token.word == "past" and unit != "day" and self.at and self.tokens[self.at - 1].name == "IN":
            when = self.span_before(unit, 1)
            return self.phrase(when, "last_units", "DURATION")
        when = self.related(token, unit)
        name = {"LAST": "last", "NEXT": "next", "THIS": "this", "THAT": "that"}[token.name]
        return self.phrase(when, "this_unit_ahead" if name == "this" and self.tense() == "future" else f"{name}_unit")

    def weekend(self, token: Token | None) -> When:
        """The weekend meant: the previous one in a report, this week's where the verb is future or missing."""
        published = self.published
        if published is None:
            return When("XXXX-WXX-WE", None, None, None)
        if token is not None and token.name == "NEXT":
            return cal.weekend(moved(published, 7 if token.word == "next" else 0))
        begun = published.isoweekday() >= 6
        if token is not None and token.name == "LAST":
            return cal.weekend(moved(published, -7))
        tense = self.tense()
        if begun or tense == "future" or (tense is None and token is not None):
            return cal.weekend(published)
        return cal.weekend(moved(published, -7))

    def read_weekend(self, seg: list[Token]) -> Phrase | None:
        """ "the weekend", "the day", "the quarter": the one told about."""
        unit = seg[-1].key
        after = self.tokens[self.to] if self.to < len(self.tokens) else None
        if unit == "weekend":
            return self.phrase(self.weekend(None), "weekend")
        if after is not None and after.word in ("ended", "ending", "starting", "beginning", "to", "from", "through"):
            return None
        if unit == "quarter" and self.quarter is not None:
            return self.phrase(self.quarter, "quarter_told")
        if after is not None and after.word in (
            "of",
            "when",
            "that",
            "after",
            "before",
            "he",
            "she",
            "they",
            "it",
            "in",
            "to",
        ):
            return None
        if (
            unit == "week"
            or (unit == "day" and after is not None and after.name in ("DOT", "COMMA", "BREAK"))
            or (unit == "day" and after is None)
        ):
            return self.phrase(
                cal.unit_of(self.published, unit) if self.published else When("PRESENT_REF", None, None, None),
                "the_unit",
            )
        return None

    def quarter_near(self, seg: Sequence[Token]) -> bool:
        """Whether the quarter told last is still the one under discussion."""
        return seg[0].start - self.quarter_end < 400

    def read_units_ago(self, seg: list[Token]) -> Phrase | None:
        """ "four years ago" is that year, "two days ago" that day: as fine as its unit."""
        units = [t for t in seg if t.name in ("UNIT", "UNITS")]
        unit = units[-1].key
        few = self.first(seg, "FEW")
        if unit in ("hour", "minute", "half"):
            return self.phrase(When("PAST_REF", None, None, None), "units_ago", "TIME")
        if few is not None and unit != "day":
            return self.phrase(When("PAST_REF", None, None, None), "few_units_ago")
        if self.published is None:
            return self.phrase(When("PAST_REF", None, None, None), "units_ago")
        if (
            len(units) == 1
            and unit == "year"
            and count_of(seg) == 1
            and self.quarter is not None
            and self.quarter_near(seg)
        ):
            return self.phrase(
                cal.shifted_unit(self.quarter.start, "year", 0) if False else year_before(self.quarter),
                "quarter_year_ago",
            )
        day: date | None = self.published
        for part in clauses(seg):
            day = cal.shift(day, part[1], -int(part[0])) if day else None
        if day is None:
            return None
        mod = (
            "APPROX"
            if few
            else "BEFORE"
            if any(t.name == "MORE" for t in seg)
            else "AFTER"
            if any(t.name == "LESS" for t in seg)
            else None
        )
        return self.phrase(cal.unit_of(day, unit if len(units) == 1 else "day"), "units_ago", mod=mod)

    def read_units_from(self, seg: list[Token]) -> Phrase | None:
        """ "two days after today", "three weeks from now"."""
        units = [t for t in seg if t.name in ("UNIT", "UNITS")]
        anchor = seg[-1]
        day = self.published
        if day is None:
            return self.phrase(When("FUTURE_REF", None, None, None), "units_from")
        if anchor.name == "DEICT":
            day = moved(day, anchor.value)
        elif anchor.name == "WDAY":
            day = self.weekday(anchor.value, self.tense()).start or day
        sign = -1 if any(t.name == "EARLIER" for t in seg) else 1
        end = cal.shift(day, units[0].key, sign * int(count_of(seg)))
        if end is None:
            return None
        if any(t.name == "LESS" for t in seg):
            return self.phrase(cal.interval(min(day, end), max(day, end)), "units_from")
        return self.phrase(
            cal.day(end) if units[0].key in ("day", "week") else cal.unit_of(end, units[0].key), "units_from"
        )

    def read_units_ahead(self, seg: list[Token]) -> Phrase | None:
        """ "two days hence": the days up to then."""
        unit = self.first(seg, "UNIT", "UNITS")
        if self.published is None or unit is None:
            return None
        end = cal.shift(self.published, unit.key, int(count_of(seg)))
        return self.phrase(cal.interval(moved(self.published, 1), end), "units_ahead")

    def read_units_later(self, seg: list[Token]) -> Phrase | None:
        """ "two days later", "a year earlier": counted from the date last told, as fine as the unit."""
        unit = self.first(seg, "UNIT", "UNITS")
        earlier = any(t.name == "EARLIER" for t in seg)
        if unit is None or unit.key in ("hour", "minute"):
            return self.read_duration(seg[:-1]) if self.shrink(1) else None
        if (
            seg[-1].word in ("after", "before", "previously")
            and self.to < len(self.tokens)
            and self.tokens[self.to].name not in ("DOT", "COMMA", "BREAK")
        ):
            return self.read_duration(seg[:-1]) if self.shrink(1) else None
        if self.first(seg, "FEW"):
            return self.phrase(When("PAST_REF" if earlier else "FUTURE_REF", None, None, None), "few_units_later")
        if earlier and unit.key == "year" and count_of(seg) == 1 and self.quarter and self.quarter_near(seg):
            return self.phrase(year_before(self.quarter), "quarter_year_ago")
        base = self.anchor.start if self.anchor is not None and self.anchor.start is not None else self.published
        if base is None:
            return self.phrase(When("PAST_REF" if earlier else "FUTURE_REF", None, None, None), "units_later")
        day = cal.shift(base, unit.key, (-1 if earlier else 1) * int(count_of(seg)))
        return self.phrase(
            cal.unit_of(day, unit.key if unit.key != "week" else "week") if day else NOWHEN, "units_later"
        )

    def shrink(self, count: int) -> bool:
        """Leave the last tokens out of the phrase."""
        self.to -= count
        return self.to > self.at

    def span_before(self, unit: str, count: float) -> When:
        """The `count` units up to the day before publication."""
        if self.published is None:
            return When(duration_value(count, unit), None, None, None)
        start = cal.shift(self.published, unit, -int(count)) if unit not in ("hour", "minute") else None
        if start is not None and count % 1:
            half = cal.shift(start, unit, -1)
            start = moved(start, -int((start - half).days * (count % 1))) if half else start
        value = duration_value(count, unit)
        if start is None or start >= self.published:
            return When(value, None, None, None)
        return When(value, start, moved(self.published, -1), "interval")

    def read_last_units(self, seg: list[Token]) -> Phrase | None:
        """ "the past two years", "the last week and a half": the units up to publication; "the next two" after."""
        unit = self.first(seg, "UNIT", "UNITS", "WDAYS")
        if unit is None or unit.name == "WDAYS":
            return None
        halved = any(t.name == "HALF" for t in seg[1:])
        count = (count_of([t for t in seg if t.name != "HALF"]) or 1) + (0.5 if halved else 0)
        if any(t.name == "NEXT" for t in seg):
            if self.published is None or unit.key in ("hour", "minute"):
                return self.phrase(When(duration_value(count, unit.key), None, None, None), "next_units", "DURATION")
            end = cal.shift(self.published, unit.key, int(count))
            return self.phrase(
                When(duration_value(count, unit.key), moved(self.published, 1), end, "interval"),
                "next_units",
                "DURATION",
            )
        return self.phrase(self.span_before(unit.key, count), "last_units", "DURATION")

    def read_within_units(self, seg: list[Token]) -> Phrase | None:
        """ "within five days": from publication on, the day itself counted."""
        published = self.published
        parts = clauses(seg)
        self.at += 0
        if published is None or any(unit in ("hour", "minute") for _, unit in parts) or self.tense() == "past":
            self.at += 1
            return self.read_duration(seg[1:])
        day: date | None = published
        for count, unit in parts:
            day = cal.shift(day, unit, int(count)) if day else None
        return self.phrase(cal.interval(published, moved(day, -1)) if day else NOWHEN, "within_units")

    def read_unit_after_next(self, seg: list[Token]) -> Phrase | None:
        """ "the week after next", "the year before last"."""
        unit = self.first(seg, "UNIT")
        if unit is None or self.published is None:
            return None
        return self.phrase(
            cal.shifted_unit(self.published, unit.key, 2 if seg[-1].name == "NEXT" else -2), "unit_after_next"
        )

    def read_day_beside(self, seg: list[Token]) -> Phrase | None:
        """ "the day before yesterday", "the day after tomorrow"."""
        unit = self.first(seg, "UNIT")
        if unit is None or unit.key != "day" or self.published is None:
            return None
        step = -1 if any(t.name == "EARLIER" for t in seg) else 1
        return self.phrase(cal.day(moved(self.published, seg[-1].value + step)), "day_beside")

    def read_the_day_before(self, seg: list[Token]) -> Phrase | None:
        """ "the day before", "the year after": beside the date last told."""
        unit = seg[1].key
        after = self.tokens[self.to] if self.to < len(self.tokens) else None
        if (
            after is not None
            and after.name not in ("DOT", "COMMA", "BREAK", "AND", "IN")
            and after.word not in ("that",)
        ):
            return None
        base = self.anchor.start if self.anchor is not None and self.anchor.start is not None else self.published
        if base is None or unit in ("hour", "minute", "half"):
            return None
        return self.phrase(cal.shifted_unit(base, unit, -1 if seg[2].name == "EARLIER" else 1), "unit_beside")

    def read_rest_of_unit(self, seg: list[Token]) -> Phrase | None:
        """ "the rest of the week": from publication to its end."""
        token = self.first(seg, "LAST", "NEXT", "THIS", "THAT")
        if self.published is None:
            return None
        whole = self.related(token, seg[-1].key) if token else cal.unit_of(self.published, seg[-1].key)
        start = max(self.published, whole.start) if whole.start else None
        return self.phrase(cal.interval(start, whole.end), "rest_of_unit")

    def read_part_of_unit(self, seg: list[Token]) -> Phrase | None:
        """ "earlier this month": TIMEX3 keeps the whole month; the period is what was over at publication."""
        token, unit = self.first(seg, "LAST", "NEXT", "THIS", "THAT"), seg[-1].key
        if self.published is None:
            return self.phrase(When(UNKNOWN.get(unit, ""), None, None, None), "part_of_unit")
        if token is None and not any(t.name in ("IN", "ON") for t in seg):
            return None
        if unit == "day":
            return self.phrase(cal.day(self.published), "part_of_unit")
        whole = self.related(token, unit) if token else cal.unit_of(self.published, unit)
        earlier = seg[0].name == "EARLIER"
        if not earlier and token is not None and token.name != "THIS":
            return None
        return self.phrase(whole, "earlier_in_unit" if earlier else "later_in_unit", mod="START" if earlier else "END")

    def read_first_units(self, seg: list[Token]) -> Phrase | None:
        """ "the first nine months of 1986", "the last three days of May": units counted in their year or month."""
        head = next(i for i, t in enumerate(seg) if t.name == "UNITS")
        unit, count, rest = seg[head], int(count_of(seg[:head])), seg[head + 2 :]
        last = any(t.name == "LAST" for t in seg[:head])
        if (
            count < 1
            or unit.key not in ("day", "week", "month", "quarter")
            or not (last or self.value(seg, "ORD") == 1)
        ):
            return None
        if last and not rest:
            return None
        year, month, inner = self.value(rest, "YEAR"), self.value(rest, "MONTH"), self.first(rest, "UNIT")
        if month:
            whole = cal.month(year, month) if year else self.month_near(month)
        elif year:
            whole = cal.year(year)
        elif inner is not None and (relative := self.first(rest, "LAST", "NEXT", "THIS", "THAT")) is not None:
            whole = self.related(relative, inner.key)
        elif self.published is None or unit.key not in ("month", "quarter"):
            whole = NOWHEN
        else:
            whole = cal.year(self.published.year)
            reached = cal.shift(date(self.published.year, 1, 1), unit.key, count)
            if reached is not None and reached > self.published and self.tense() != "future":
                whole = cal.year(self.published.year - 1)
        value = duration_value(count, unit.key)
        if whole.start is None or whole.end is None:
            return self.phrase(When(value, None, None, None), "first_units", "DURATION")
        if last:
            start = cal.shift(moved(whole.end, 1), unit.key, -count)
            return self.phrase(When(value, start, whole.end, "interval"), "first_units", "DURATION")
        end = cal.shift(whole.start, unit.key, count)
        return self.phrase(
            When(value, whole.start, moved(end, -1), "interval") if end else NOWHEN, "first_units", "DURATION"
        )

    def read_unit_start(self, seg: list[Token]) -> Phrase | None:
        """ "the beginning of the year", "the middle of the month"."""
        if self.published is None or seg[-1].key not in ("week", "month", "quarter", "year", "decade", "century"):
            return None
        mod = "MID" if any(t.name == "MID" for t in seg) else "START"
        return self.phrase(cal.unit_of(self.published, seg[-1].key), "unit_start", mod=mod)

    def read_unit_end(self, seg: list[Token]) -> Phrase | None:
        """ "year-end", "end of last year": the last day of the year, month …"""
        unit = self.first(seg, "UNIT")
        year = self.value(seg, "YEAR")
        if year:
            return self.phrase(cal.year(year), "year_end", mod="END", trim=0)
        if unit is None or unit.key not in ("year", "month", "quarter"):
            return None
        token = self.first(seg, "LAST", "NEXT", "THIS", "THAT")
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
        by = self.at > 0 and self.tokens[self.at - 1].word in ("by", "until", "before")
        ahead = by or published.month > 4 or self.tense() == "future"
        return cal.year(published.year if ahead else published.year - 1)

    def read_week_number(self, seg: list[Token]) -> Phrase | None:
        """A numbered week: "week 10"."""
        if self.text[seg[0].start].isupper() or seg[0].key != "week" or self.published is None or seg[0].name != "UNIT":
            return None
        return self.phrase(cal.week_of(self.published.year, seg[1].value), "week_number")

    def read_year_numbered(self, seg: list[Token]) -> Phrase | None:
        """A year below 1000: "the year 247"."""
        if seg[0].key != "year" or not 32 <= seg[1].value <= 999:
            return None
        return self.phrase(cal.year(seg[1].value), "year_numbered")

    def read_nth_week(self, seg: list[Token]) -> Phrase | None:
        """A week counted in its month or year: "the second week of 2015", "the last week of May"."""
        unit = self.first(seg, "UNIT")
        head = next(i for i, t in enumerate(seg) if t.name == "UNIT")
        order, rest = self.value(seg[:head], "ORD"), seg[head + 1 :]
        last = any(t.name == "LAST" for t in seg[:head])
        if unit is None:
            return None
        year, month = self.value(rest, "YEAR"), self.value(rest, "MONTH")
        if month:
            whole = cal.month(year, month) if year else self.month_near(month)
        elif year:
            whole = cal.year(year)
        else:
            inner = self.first(rest, "UNIT")
            whole = self.related(self.first(rest, "LAST", "NEXT", "THIS", "THAT"), inner.key if inner else "year")
        if whole.start is None or whole.end is None or not (last or order):
            return None
        if unit.key == "day":
            day = whole.end if last else moved(whole.start, order - 1)
            return self.phrase(cal.day(day) if day <= whole.end else NOWHEN, "nth_day")
        if unit.key in ("quarter", "half") and whole.precision == "year":
            number = order or (4 if unit.key == "quarter" else 2)
            if number > (4 if unit.key == "quarter" else 2):
                return None
            return self.phrase(
                (cal.quarter if unit.key == "quarter" else cal.half)(whole.start.year, number), "quarter_year"
            )
        if unit.key == "month" and whole.precision == "year" and order <= 12:
            return self.phrase(cal.month(whole.start.year, order or 12), "nth_month")
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

    def read_week_of_day(self, seg: list[Token]) -> Phrase | None:
        """The week (or month) of a day: "the week of Sept. 16", "the week starting February 4"."""
        unit = self.first(seg, "UNIT")
        month = self.value(seg, "MONTH")
        day = self.value([t for t in seg if t.name != "YEAR"], "NUM", "ORD", "CARD")
        if unit is None or unit.key not in ("week", "month"):
            return None
        if month:
            year = self.value(seg, "YEAR")
            when = cal.day_of(year, month, day) if year else self.nearest(month, day)
        else:
            published = self.published
            if published is None or seg[-1].name != "ORD":
                return None
            when = cal.day_of(published.year, published.month, day)
        return self.phrase(cal.unit_of(when.start, unit.key) if when.start else NOWHEN, "week_of_day")

    def read_span_starting(self, seg: list[Token]) -> Phrase | None:
        """ "three days starting Monday", "two weeks from May 20"."""
        unit = self.first(seg, "UNIT", "UNITS")
        head = next(i for i, t in enumerate(seg) if t.name in ("STARTING",))
        rest = seg[head + 1 :]
        if self.published is None or unit is None:
            return None
        token = self.first(rest, "DEICT", "WDAY", "MONTH")
        if token is None:
            return None
        if token.name == "DEICT":
            start: date | None = moved(self.published, token.value)
        elif token.name == "MONTH":
            start = self.nearest(token.value, self.value(rest, "NUM", "ORD", "CARD")).start
        else:
            relative = self.first(rest, "LAST", "NEXT", "THIS", "THAT")
            step = 7 if relative is not None and relative.name == "NEXT" else 0
            start = (
                moved(self.published, step + token.value - self.published.isoweekday())
                if relative
                else self.weekday(token.value, "future").start
            )
        end = cal.shift(start, unit.key, int(count_of(seg[:head]))) if start else None
        return self.phrase(cal.interval(start, moved(end, -1)) if end else NOWHEN, "span_starting")

    # -- the day of publication -------------------------------------------------------------------------------------------

    def read_deictic_part(self, seg: list[Token]) -> Phrase | None:
        """ "today", "yesterday afternoon", "tonight"."""
        token, part = seg[0], self.first(seg, "PART")
        if self.published is None:
            when = When(
                "PRESENT_REF" if token.value == 0 else "PAST_REF" if token.value < 0 else "FUTURE_REF", None, None, None
            )
        else:
            when = cal.day(moved(self.published, token.value))
        if token.word == "today" and self.to < len(self.tokens) and self.tokens[self.to].name == "DASH":
            pass
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
            return self.phrase(When(f"XXXX-XX-XXT{seg[1].key}", None, None, None), "part_of_day", "TIME")
        when = cal.day(moved(base, -1 if seg[0].name == "LAST" else 0))
        return self.phrase(part_of(when, seg[1].key), "part_of_day", "TIME")

    def read_overnight(self, seg: list[Token]) -> Phrase | None:
        """ "overnight": the night before publication."""
        if self.to < len(self.tokens) and self.tokens[self.to].word in self.near("not_overnight"):
            return None
        if self.published is None:
            return self.phrase(When("XXXX-XX-XXTNI", None, None, None), "overnight", "TIME")
        return self.phrase(part_of(cal.day(moved(self.published, -1)), "NI"), "overnight", "TIME")

    def read_present(self, seg: list[Token]) -> Phrase | None:
        """ "now", "currently": no interval in TIMEX3."""
        return self.phrase(When("PRESENT_REF", None, None, None), "present")

    def read_earlier(self, seg: list[Token]) -> Phrase | None:
        """ "earlier" on its own."""
        after = self.tokens[self.to] if self.to < len(self.tokens) else None
        if seg[0].word != "earlier" or (
            after is not None and after.word in ("than", "in", "this", "on", "today", "statement")
        ):
            return None
        return self.phrase(When("PAST_REF", None, None, None), "past_reference")

    def read_past_reference(self, seg: list[Token]) -> Phrase | None:
        """ "recently"."""
        return self.phrase(When("PAST_REF", None, None, None), "past_reference")

    def read_future_reference(self, seg: list[Token]) -> Phrase | None:
        """ "soon"."""
        if self.to < len(self.tokens) and self.tokens[self.to].word in ("as", "after", "before"):
            return None
        return self.phrase(When("FUTURE_REF", None, None, None), "future_reference")

    # -- how long, how often, at what time ---------------------------------------------------------------------------------

    def read_duration(self, seg: list[Token]) -> Phrase | None:
        """How long: "four years", "48 hours", "two-week"."""
        unit = self.first(seg, "UNIT", "UNITS")
        if unit is None or unit.key == "half" or (unit.key == "weekend"):
            return None
        few = self.first(seg, "FEW")
        if AGED.match(self.text, seg[-1].end):
            return None
        lone = seg[0].name == "A" and few is None
        if lone and len(seg) == 2:
            before = self.tokens[self.at - 1].word if self.at else ""
            if unit.key == "second" or before not in (
                "for",
                "in",
                "within",
                "after",
                "over",
                "than",
                "about",
                "nearly",
                "almost",
                "half",
                "during",
                "just",
                "lasted",
            ):
                return None
        if few is not None and few.word in ("some", "many") and unit.name == "UNIT":
            return None
        halved = len(seg) > 2 and seg[-1].name == "HALF"
        count = count_of([t for t in seg if t.name != "HALF"]) + (0.5 if halved else 0)
        value = (
            f"P{'T' if unit.key in ('hour', 'minute') else ''}X{CODES[unit.key]}"
            if few
            else duration_value(count, unit.key)
        )
        return self.phrase(When(value, None, None, None), "duration", "DURATION")

    def read_duration_fraction(self, seg: list[Token]) -> Phrase | None:
        """How long, with a fraction: "3-1/2 years"."""
        numbers = [int(part) for part in re.findall(r"\d+", self.text[seg[0].start : seg[-1].start])]
        if not 2 <= len(numbers) <= 3 or not numbers[-1] or seg[-1].key not in CODES:
            return None
        count = (numbers[0] if len(numbers) == 3 else 0) + round(numbers[-2] / numbers[-1], 3)
        return self.phrase(When(duration_value(count, seg[-1].key), None, None, None), "duration", "DURATION")

    def read_duration_half(self, seg: list[Token]) -> Phrase | None:
        """ "half an hour", "half a year"."""
        return (
            self.phrase(When(duration_value(0.5, seg[-1].key), None, None, None), "duration", "DURATION")
            if seg[-1].key in CODES
            else None
        )

    def read_set_every(self, seg: list[Token]) -> Phrase | None:
        """How often: "every day", "each Sunday", "every four years"."""
        token = seg[-1]
        if token.name == "WDAY":
            value = f"XXXX-WXX-{token.value}"
        elif token.name == "MONTH":
            value = f"XXXX-{token.value:02d}"
        elif token.name == "PART":
            value = f"XXXX-XX-XXT{token.key}"
        elif token.key == "weekend":
            value = "XXXX-WXX-WE"
        else:
            value = duration_value(count_of(seg[1:-1]) or 1, token.key) if token.key in CODES else ""
        return self.phrase(When(value, None, None, None), "set", "SET")

    def read_set_plural(self, seg: list[Token]) -> Phrase | None:
        """How often: "Sundays"."""
        return self.phrase(When(f"XXXX-WXX-{seg[0].value}", None, None, None), "set", "SET")

    def read_set_adverb(self, seg: list[Token]) -> Phrase | None:
        """How often: "daily", "annually"."""
        if self.text[seg[0].start].isupper():
            return None  # "the Daily News"
        return self.phrase(When(ADVERBS[seg[0].word], None, None, None), "set", "SET")

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
        return self.phrase(When(f"XXXX-XX-XXT{hour:02d}:{minute:02d}", None, None, None), "clock", "TIME")

    # -- tense -----------------------------------------------------------------------------------------------------------

    def tense(self) -> str | None:
        """The tense of the verb that governs the phrase at hand: "past", "future" or None.

        The nearest cue to the left in the sentence decides ("will meet Monday", "said on Monday it will"); a
        phrase before its verb takes the first cue to the right ("On Friday ministers will meet").
        """
        start, end = self.tokens[self.at].start, self.tokens[self.to - 1].end
        left = SENTENCE_END.split(self.text[max(start - 140, 0) : start])[-1]
        tense = self.cue(WORDS.findall(left.lower())[-14:])
        if tense is not None:
            return tense
        right = SENTENCE_END.split(self.text[end : end + 140])[0]
        words = WORDS.findall(right.lower())[:14]
        for index in range(len(words)):
            found = self.cue(words[max(index - 3, 0) : index + 1])
            if found is not None:
                return found
        heads = WORDS.findall(left.lower())[:6]
        if "to" in heads[1:]:
            return "future"  # a headline: "Reagan to address nation Wednesday"
        return None

    def cue(self, words: list[str]) -> str | None:
        """The tense that the last cue among the words gives."""
        future, past = self.lexicon.future, self.lexicon.past
        for index in range(len(words) - 1, -1, -1):
            word = words[index]
            participle = (word.endswith("ed") and len(word) > 4) or word in past
            if word in future:
                return "future"
            if word == "to" and index and words[index - 1] in ("is", "are", "due", "set", "plans", "going"):
                return "future"
            if participle:
                if "be" in words[max(index - 2, 0) : index]:
                    continue
                before = words[index - 1] if index else ""
                if before.endswith("ly") and index > 1:
                    before = words[index - 2]
                if word.endswith("ed") and before in self.near("determiners"):
                    continue  # "a nationally televised speech"
                return "past"
        return None


MODS = {"EARLY": "START", "BEGIN": "START", "MID": "MID", "LATE": "END", "END": "END"}
DAYS_WRITTEN = ("dates.month_day", "dates.month_day_year", "dates.full_numeric", "dates.month_slash_day")
DAYS_WRITTEN += ("dates.month_day_lent", "dates.month_slash_day_lent")
COMPARED = ("dates.quarter_year_ago", "dates.units_later", "dates.unit_beside", "dates.units_ago", "dates.that_unit")
TOLD_MONTHS = ("dates.month_year", "dates.month_day_year", "dates.month_of_year", "dates.relative_month")
PLAIN = ("WORD", 0, "")
UNDECIDED = frozenset(("NEXT", "MONTH", "WDAY", "BIG", "YEAR", "SHORTYEAR", "SEASON", "NOW", "DECADE"))
WEEK_PARTS = {"START": (0, 2), "MID": (1, 4), "END": (3, 6)}  # days from Monday
UNKNOWN = {
    "day": "XXXX-XX-XX", "week": "XXXX-WXX", "weekend": "XXXX-WXX-WE", "month": "XXXX-XX", "quarter": "XXXX-QX",
    "half": "XXXX-HX", "year": "XXXX", "decade": "XXX", "century": "XX",
}  # fmt: skip
CODES = {
    "day": "D",
    "week": "W",
    "month": "M",
    "quarter": "Q",
    "year": "Y",
    "decade": "DE",
    "century": "CE",
    "hour": "H",
    "minute": "M",
}
ADVERBS = {"daily": "P1D", "weekly": "P1W", "monthly": "P1M", "quarterly": "P1Q", "yearly": "P1Y", "annually": "P1Y"}
CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d\d))?(?::\d\d)? ?([ap])?")
SENTENCE_END = re.compile(r"[.!?](?=\s+[^a-z])|[;:]\s|\n\s*\n|[“”\"]")
WORDS = re.compile(r"[a-z]+")
JOIN = re.compile(r"\s*(?:(?P<both>and)|to|until|till|through|thru|-|–|—)\s*(?:the\s)?\s*", re.I)
OPENING = re.compile(r"\b(?P<word>from|between)\s+(?:the\s+)?$", re.I)
YEAR_JOINED_BEFORE = re.compile(r"(?<![\d,.$£€])((?:1[5-9]|20)\d\d)\s?(?:-|–|to|and|or)\s?$")
AGED = re.compile(r"[\s-]*(?:old|of age)\b")
YEARS_JOINED = re.compile(r"(?:1\d|20)\d\d-(?:\d\d|(?:1\d|20)\d\d)(?!\d)")


def moved(day: date, count: int) -> date:
    """The day `count` days later, kept inside the calendar."""
    try:
        return day + timedelta(count)
    except OverflowError:
        return day


def part_of(when: When, part: str) -> When:
    """A day's morning, afternoon, evening or night."""
    return When(f"{when.value}T{part}", when.start, when.end, when.precision)


def year_before(when: When) -> When:
    """The same quarter one year earlier."""
    if when.start is None:
        return NOWHEN
    return cal.quarter(when.start.year - 1, (when.start.month + 2) // 3)


def numeric_day(word: str, published: date | None) -> When:
    """A date in digits: year first, else month first where both orders are possible ("3/7/2017" is March 7)."""
    parts = re.split(r"[-/.,]", word)
    first, second, third = (int(part) for part in parts)
    if len(parts[0]) == 4:
        return cal.day_of(first, second, third)
    if len(parts[0]) > 2 or len(parts[2]) not in (2, 4):
        return NOWHEN
    if len(parts[2]) == 2:
        turn = (published.year if published else 2030) + 10
        third += turn // 100 * 100 if third <= turn % 100 else (turn // 100 - 1) * 100
    return (
        cal.day_of(third, first, second)
        if first <= 12 and not (second > 31) and cal.day_of(third, first, second).value
        else cal.day_of(third, second, first)
    )


def duration_value(count: float, unit: str) -> str:
    """TIMEX3 duration: "P2Y", "PT48H", "P1.5W"."""
    if unit not in CODES:
        return ""
    number = f"{count:g}"
    return f"P{'T' if unit in ('hour', 'minute') else ''}{number}{CODES[unit]}"


def count_of(seg: Sequence[Token]) -> float:
    """How many units the words say: "two", "3", "a", "a few" (three), "half"."""
    for token in seg:
        if token.name in ("NUM", "BIG", "CARD"):
            return (
                float(token.word)
                if token.name == "BIG" and re.fullmatch(r"\d{1,6}(\.\d+)?", token.word)
                else float(token.value)
            )
    if any(t.name == "FEW" for t in seg):
        return 2.0 if any(t.word == "couple" for t in seg) else 3.0
    if any(t.name == "HALF" for t in seg):
        return 0.5
    return 1.0 if any(t.name == "A" for t in seg) else 0.0


def clauses(seg: Sequence[Token]) -> list[tuple[float, str]]:
    """Counts with their units: "5 years 1 month 12 days"."""
    found, begin = [], 0
    for index, token in enumerate(seg):
        if token.name in ("UNIT", "UNITS"):
            found.append((count_of(seg[begin:index]) or 1.0, token.key))
            begin = index + 1
    return found


def day_and_year(run: Sequence[Token]) -> tuple[Token, Token] | None:
    """A run of number words after a month that is a day and a year: "twenty one two thousand and eighteen"."""
    numbers = [t for t in run if t.name == "CARD"]
    for cut in (1, 2):
        head, tail = numbers[:cut], numbers[cut:]
        if len(tail) < 2:
            return None
        day, year = number_words([t.value for t in head]), number_words([t.value for t in tail])
        if 1 <= day <= 31 and 1100 <= year <= 2100:
            return (
                Token("CARD", "", head[0].start, head[-1].end, day),
                Token("YEAR", "and", tail[0].start, run[-1].end, year),
            )
    return None


@cache
def single_rules() -> tuple[re.Pattern[str], ...]:
    """Each rule as a pattern of its own, to go on where a better one does not apply."""
    return tuple(re.compile(pattern_of(rule)) for _, rule in RULES)
