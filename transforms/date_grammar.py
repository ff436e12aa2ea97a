"""The grammar of time expressions: phrases as patterns over the classes of their words.

>>> from transforms.hits import find_hits
>>> words = DateWords(find_hits("in Dec. 10, 2005"))
>>> tokens, letters = words.with_neighbours(*words.read(words.batches()[0]))
>>> rule, start, end = GRAMMAR.best(letters, 0)
>>> [token.name for token in tokens[start:end]], RULES[rule][0]
(['MONTH', 'DOT', 'NUM', 'COMMA', 'YEAR'], 'month_day_year')

Each class of words (`date_words.py`) has a letter, so that a phrase is a pattern over letters, written here with
the names of the classes: `MONTH DOT? DAY COMMA? YEAR`. What a phrase means is computed by the method of the
rule's name in `timex_days.py`, `timex_units.py` and `timex_lengths.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from transforms.date_lexicon import LETTERS

MACROS = {
    "DAY": "(NUM|ORD|CARD)",
    "REL": "(LAST|NEXT|THIS|THAT)",
    "COUNT": "(NUM|BIG|CARD|A? FEW OF?|HALF A|A|HALF)",
    "UN": "(UNIT|UNITS)",
    "TO": "(UNTIL|DASH)",
    "WD": "(WDAY DOT? COMMA? THE?)?",
}

# In order of preference where several rules match at one place.
RULES = (
    # ranges inside one month or between two days are one expression
    ("range_days", "(FROM|BETWEEN)? FULL TO FULL"),
    ("range_month_days", "(FROM|BETWEEN)? MONTH DOT? (FROM|BETWEEN)? DAY TO DAY (COMMA? YEAR)?"),
    ("range_month_days", "(BETWEEN MONTH DOT?|MONTH DOT? BETWEEN) DAY AND DAY (COMMA? YEAR)?"),
    ("range_month_days", "MONTH DOT? NUM AND NUM"),
    ("range_month_days", "((FROM|BETWEEN) THE?)? DAY (TO|AND) THE? DAY OF? DOT? MONTH (DOT? COMMA? OF? YEAR)?"),
    ("range_month_days", "(FROM|BETWEEN) DAY (TO|AND) MONTH DAY (COMMA? YEAR)?"),
    ("range_days_of_unit", "(FROM|BETWEEN) DAY (TO|AND) DAY (IN|OF)? REL UNIT"),
    # days with their month
    ("month_day_year", "WD MONTH DOT? (DASH|SLASH)? THE? DAY DOT? COMMA? (DASH|SLASH|OF)? YEAR"),
    ("month_day_year", "WD THE? DAY (DOT|OF|DASH|SLASH)? MONTH DOT? COMMA? (DASH|SLASH|OF)? YEAR"),
    ("month_day_year", "YEAR (DASH|SLASH|DOT|COMMA)? MONTH DOT? (DASH|SLASH)? (NUM|ORD)"),
    ("full_numeric", "WD FULL"),
    ("nth_weekday", "THE? (ORD|LAST) WDAY (OF|IN) ((THE|REL) UNIT|MONTH (COMMA? OF? YEAR)?)"),
    ("nth_week", "THE? (ORD|LAST) UNIT (OF|IN) ((THE|REL) UNIT|MONTH (COMMA? OF? YEAR)?|YEAR)"),
    ("week_of_day", "THE? UNIT (OF|STARTING|BEGIN) THE? (MONTH DOT? DAY (COMMA? YEAR)?|THE? DAY OF? MONTH|ORD)"),
    ("span_starting", "COUNT UN STARTING (FROM|ON)? (MONTH DOT? DAY|DEICT|REL WDAY|WDAY)"),
    ("month_day", "THE? REL MONTH DOT? DAY"),
    ("month_of_year", "MONTH DOT? COMMA? (OF|IN)? (THE? REL UNIT)"),
    ("day_of_unit", "THE? (ORD|NUM) OF REL UNIT"),
    ("month_day_of_year", "WD MONTH DOT? THE? DAY COMMA? OF? (LAST|NEXT) UNIT"),
    ("month_day_of_year", "WD THE? (ORD|NUM) OF? MONTH COMMA? OF? (LAST|NEXT) UNIT"),
    ("month_day", "WD MONTH DOT? (DASH|SLASH)? THE? DAY"),
    ("month_day", "WD THE? (ORD|NUM) (DOT|OF|DASH|SLASH)? MONTH"),
    ("month_year", "REL MONTH DOT? COMMA? OF? YEAR"),
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
    ("relative_weekday", "THE? THIS? REL WDAY PART?"),
    ("weekday_part", "WDAY PART"),
    ("weekday", "WDAY"),
    # quarters and halves
    (
        "quarter",
        "THE? FISCAL? (ORD|LAST|NEXT|THIS) FISCAL? DASH? (UNIT|HALF) (OF|IN)? THE? FISCAL? (YEAR|REL FISCAL? UNIT)",
    ),
    ("quarter", "FISCAL? YEAR COMMA? THE? ORD DASH? (UNIT|HALF)"),
    ("quarter", "REL UNIT (ORD|LAST) DASH? (UNIT|HALF)"),
    ("quarter", "YEAR QH"),
    ("quarter", "QH NUM"),
    ("quarter", "QH (OF)? YEAR?"),
    ("quarter_bare", "THE? FISCAL? ORD FISCAL? DASH? (UNIT|HALF)"),
    # counts of units, from here or from a date
    ("units_ago", "(MORE THAN|LESS THAN)? COUNT DASH? UN ((AND|COMMA)? COUNT UN)? AGO"),
    ("year_ago", "THE? UNIT DASH (AGO|EARLIER) UNIT?"),
    ("units_from", "(MORE THAN|LESS THAN)? COUNT UN (LATER|EARLIER|FROM) (NOW|DEICT|WDAY)"),
    ("units_ahead", "COUNT UN IN THE FUTURE"),
    ("in_units", "IN COUNT UN"),
    ("units_later", "COUNT UN (LATER|EARLIER)"),
    ("first_units", "THE? LAST COUNT UNITS OF (YEAR|MONTH (COMMA? OF? YEAR)?|(THE|REL) FISCAL? UNIT)"),
    ("last_units", "THE? (LAST|NEXT) COUNT DASH? (UN|WDAYS) (AND A HALF|AND COUNT UN)?"),
    ("last_units", "THE? LAST UN AND A HALF"),
    ("within_units", "WITHIN THE? NEXT? COUNT UN (AND? COUNT UN)? (AND? COUNT UN)?"),
    ("unit_after_next", "THE? UNIT LATER THE? NEXT"),
    ("unit_after_next", "THE? UNIT EARLIER THE? LAST"),
    ("day_beside", "THE? UNIT (LATER|EARLIER) DEICT"),
    ("rest_of_unit", "THE? REST OF ((THE|REL) UNIT|YEAR)"),
    ("part_of_unit", "(EARLIER|LATER) (IN|ON)? (THE|REL) UNIT"),
    ("first_units", "THE? (ORD|LAST) COUNT UNITS (OF (YEAR|MONTH (COMMA? OF? YEAR)?|(THE|REL) FISCAL? UNIT))?"),
    ("unit_start", "THE? (BEGIN|MID) OF THE UNIT"),
    ("unit_end", "(UNIT|REL UNIT) DASH? END YEAR?"),
    ("unit_end", "THE? END OF (THE|REL) UNIT"),
    ("relative_unit", "THE? REL UNIT"),
    ("reference_units", "THE? (LAST|NEXT|FRESH) UNITS"),
    ("reference_units", "UNITS AGO"),
    ("the_past", "THE (LAST|FUTURE)"),
    ("week_number", "UNIT NUM"),
    ("year_numbered", "UNIT (BIG|CARD)"),
    ("year_named", "THE? FISCAL (UNIT)? YEAR"),
    ("year_named", "FISCAL NUM"),
    ("the_day_before", "THE UNIT (EARLIER|LATER)"),
    ("the_unit", "THE UNIT"),
    ("named_weekend", "THE WORD UNIT"),
    ("month_of_year", "THE? REL MONTH"),
    ("season_of_year", "THE? SEASON OF? THE? REL UNIT"),
    ("relative_season", "THE? THIS? REL SEASON"),
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
    ("set_every", "EVERY COUNT? (UN|WDAY|PART|MONTH|SEASON)"),
    ("set_often", "OFTEN A UNIT"),
    ("set_plural", "WDAYS"),
    ("set_adverb", "ADVERB"),
    ("clock", "CLOCK"),
    ("duration_half", "HALF A UN"),
    ("duration_fraction", "(NUM DASH?)? NUM SLASH NUM DASH? UN"),
    ("duration_fraction", "(NUM DASH?)? MD DASH? UN"),
    ("duration", "COUNT DASH? UN (AND A HALF)?"),
)

# Letters up to a word of no class, which only stands inside of "the long weekend".
PHRASE = re.compile("(?:{THE}{WORD})?[^{WORD}{BREAK}{GAP}]{{1,40}}".format(**LETTERS))
MOST_KNOWN = 20_000  # kept


Match = tuple[int, int, int]  # the rule's number in `RULES`, the index of the first token, the index after the last


class Known(dict[str, tuple[int, int]]):
    """Letters that can hold a phrase -> the first rule that matches at their start and how many it takes; 0: none."""

    def __init__(self, by_letter: dict[str, tuple[re.Pattern[str], list[int]]]) -> None:
        super().__init__()
        self.by_letter = by_letter

    def __missing__(self, letters: str) -> tuple[int, int]:
        pattern, indexes = self.by_letter[letters[0]]
        found = pattern.match(letters)
        answer = (indexes[(found.lastindex or 1) - 1], found.end()) if found else (0, 0)
        if len(self) >= MOST_KNOWN:
            self.clear()
        self[letters] = answer
        return answer


class Grammar:
    """The rules, compiled: at a letter only those that can start with it are tried."""

    def __init__(self, rules: Sequence[tuple[str, str]]) -> None:
        self.singles = [re.compile(pattern_of(rule)) for _, rule in rules]
        starts = [beginnings(rule) for _, rule in rules]
        self.starter = re.compile(starter_of(starts))
        self.by_letter: dict[str, tuple[re.Pattern[str], list[int]]] = {}  # with the rules of its groups
        for letter in LETTERS.values():
            indexes = [i for i, rule in enumerate(starts) if any(start[0] == letter for start in rule)]
            if indexes:
                body = "|".join(f"({pattern_of(rules[i][1])})" for i in indexes)
                self.by_letter[letter] = re.compile(body), indexes
        self.known = Known(self.by_letter)

    def best(self, letters: str, position: int) -> Match | None:
        """The leftmost match from the position, of the first rule that matches there."""
        while start := self.starter.search(letters, position):
            first = start.start()
            near = PHRASE.match(letters, first)
            index, length = self.known[near[0] if near else letters[first]]
            if length:
                return index, first, first + length
            position = first + 1
        return None

    def other(self, letters: str, match: Match) -> Match | None:
        """The match of the next rule that matches at the same place."""
        for index in self.by_letter[letters[match[1]]][1]:
            if index > match[0] and (found := self.singles[index].match(letters, match[1])):
                return index, found.start(), found.end()
        return None


def pattern_of(rule: str) -> str:
    """A rule written with class names as a pattern over class letters."""
    for _ in range(2):  # a macro may hold another
        rule = re.sub(r"[A-Z]+", lambda word: MACROS.get(word[0], word[0]), rule)
    rule = re.sub(r"[A-Z]+", lambda word: LETTERS[word[0]], rule)
    return rule.replace(" ", "").replace("(", "(?:")


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
    alike: dict[
        str, str
    ] = {}  # what can follow -> the letters that it can follow; anything after one that can be alone
    for letter, rest in sorted(following.items()):
        after = "" if "" in rest else f"(?=[{''.join(sorted(rest))}])"
        alike[after] = alike.get(after, "") + letter
    checks = "|".join(f"(?<=[{letters}]){after}" for after, letters in alike.items())
    return f"[{''.join(sorted(following))}](?:{checks})"


GRAMMAR = Grammar(RULES)
