"""The words of time expressions: which parts of a text can hold one, and what each word there is.

>>> from transforms.hits import find_hits
>>> words = DateWords(find_hits("In March 12 people may march, on May 5."))
>>> tokens, letters = words.with_neighbours(*words.read(words.batches()[0]))
>>> [(token.word, token.name) for token in tokens][1:4]
[('in', 'IN'), ('march', 'MONTH'), ('12', 'NUM')]

Only the surroundings of words that can make a date are cut into tokens (`windows`). A token has the class
that its word has in `rules/en/dates.toml` or its digits have by their form; where a word has other uses
("may", "second", "fall", four digits) its neighbours decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import accumulate, compress
from operator import sub

from transforms.date_lexicon import LETTERS, Token, century_of, load_lexicon, lowered
from transforms.hits import Hits

REACH = 20  # characters by which a window may grow to the next white space

DATED = ("NUM", "ORD", "FOUR", "CARD", "SPELLEDYEAR", "SHORTYEAR")
SPELLED = ("CARD", "ORD", "DECADE")
GAP, BREAK, END = "", "\n\n", "\n"  # pieces that stand for the text between two windows, and for none
BATCH = 64  # windows whose tokens are held at a time: those of a long text would leave the cache of the processor
LONGEST_NUMBER = 16  # tokens of a number in words


NEW_TOKEN = partial(tuple.__new__, Token)  # from its fields: the named constructor costs twice as much
NOTHING = Token("BREAK", "", -1, -1)  # stands for the neighbour at the border of a window


class DateWords:
    """The words of one text, as far as they can belong to a time expression."""

    def __init__(self, hits: Hits) -> None:
        self.text = hits.text
        self.lower = lowered(hits.text)
        self.blanked = hits.text.replace("\n", " ")
        self.triggers = hits.triggers
        self.lexicon = load_lexicon()
        self.near = self.lexicon.near.__getitem__  # the words of a set that decide about their neighbour

    def upper(self, token: Token) -> bool:
        """Whether the token begins with a capital."""
        return token.start >= 0 and self.text[token.start].isupper()

    # -- windows and tokens ------------------------------------------------------------------------------------

    def windows(self) -> Iterator[tuple[int, int]]:
        """The surroundings of all triggers, joined where they touch, cut at white space; none overlap."""
        begin = end = -1
        done = 0
        for first, last, left, right in self.triggers:
            if begin < 0:
                begin = max(first - left, 0)
            elif first - left > end:
                start, stop = self.cut(begin, end)
                yield start if start > done else done, stop
                begin, done = first - left, stop
            if last - 1 + right > end:
                end = last - 1 + right
        if begin >= 0:
            start, stop = self.cut(begin, end)
            yield max(start, done), stop

    def cut(self, start: int, end: int) -> tuple[int, int]:
        """The window moved to word borders, by at most `REACH` characters."""
        text = self.blanked
        if start > 0 and not text[start - 1].isspace():
            start = text.rfind(" ", max(start - REACH, 0), start) + 1 or max(start - REACH, 0)
        if end < len(text):
            space = text.find(" ", end, end + REACH)
            return start, space if space >= 0 else min(end + REACH, len(text))
        return start, len(text)

    def batches(self) -> list[list[tuple[int, int]]]:
        """The windows, some at a time."""
        windows = list(self.windows())
        return [windows[first : first + BATCH] for first in range(0, len(windows), BATCH)]

    def read(self, windows: Sequence[tuple[int, int]]) -> tuple[list[Token], list[str]]:
        """Words, numerals and signs of the windows as they are on their own, and the letters of their classes.

        Beside each window stands a gap.
        """
        pieces: list[str] = []
        gaps: list[tuple[int, int]] = []  # index among the pieces, and length
        done = 0
        for start, end in [*windows, (len(self.text), len(self.text))]:
            gaps.append((len(pieces), start - done))
            pieces.append(BREAK if self.text.startswith(BREAK, done) else END if done == len(self.text) else GAP)
            pieces += self.lexicon.piece.findall(self.text, start, end)
            done = end
        lengths = list(map(len, pieces))
        for index, length in gaps:
            lengths[index] = length
        # column by column, so that the letters come along
        names, words, values, keys, widths, letters, kept = zip(
            *map(self.lexicon.pieces.__getitem__, pieces), strict=True
        )
        ends = list(accumulate(lengths))
        tokens = map(NEW_TOKEN, zip(names, words, map(sub, ends, widths), ends, values, keys, strict=True))
        return list(compress(tokens, kept)), list(compress(letters, kept))

    def with_neighbours(self, tokens: list[Token], letters: list[str]) -> tuple[list[Token], str]:
        """The tokens as their neighbours decide them, and their letters; neighbours to the left are decided first."""
        text = "".join(letters)
        for found in UNCLEAR.finditer(text):
            index = found.start()
            tokens[index] = self.in_context(tokens[index])
            letters[index] = LETTERS[tokens[index][0]]
        numbers = [found.start() for found in CARD.finditer(text)]
        if any(number_end(tokens, index) > index + 1 for index in numbers):  # most are of one word
            tokens = self.with_numbers(tokens, numbers)
            letters = [LETTERS[token[0]] for token in tokens]
        for found in OPEN.finditer("".join(letters)):
            index = found.start()
            token = tokens[index]
            if token[1] in self.lexicon.sure or (found[1] and self.text[token[2]].isupper()):
                continue  # most of them: "Aug. 13"
            tokens[index] = self.decided(tokens, index)
            letters[index] = LETTERS[tokens[index][0]]
        return tokens, "".join(letters)

    def in_context(self, token: Token) -> Token:
        """A token of digits by what is beside it: "4.22" is a day after "on", "1.2.2010" none in "v1.2.2010"."""
        if token.word.count(".") == 1 and not self.lower.startswith("on", token.start - 3):
            return Token("BIG", token.word, token.start, token.end)
        match = self.lexicon.token.match(self.text, token.start)
        piece = self.lexicon.pieces.read(match) if match else self.lexicon.pieces[","]
        return Token(piece.name, token.word, token.start, token.end, piece.value)

    # -- numbers in words ----------------------------------------------------------------------------------------

    def with_numbers(self, tokens: list[Token], starts: Sequence[int]) -> list[Token]:
        """The tokens with each number in words as one: "twenty-second", "two thousand and eighteen"."""
        joined: list[Token] = []
        done = 0
        for index in starts:
            if index < done:
                continue
            stop = number_end(tokens, index)
            run = tokens[index:stop]
            joined += tokens[done:index]
            after_month = bool(joined) and joined[-1].name == "MONTH"
            joined.extend(day_and_year(run) if after_month and day_and_year(run) else (self.number(run),))
            done = stop
        return joined + tokens[done:]

    def number(self, run: Sequence[Token]) -> Token:
        """A run of number words as one token; from 1100 to 2100 it can be a year."""
        first, last = run[0], run[-1]
        value = number_words([token.value for token in run if token.name in SPELLED])
        name = last.name if last.name in ("ORD", "DECADE") else "CARD"
        if name == "CARD" and len(run) > 1 and 1100 <= value <= 2100:
            name = "SPELLEDYEAR"
        return Token(name, self.lower[first.start : last.end], first.start, last.end, value)

    # -- words with other uses -------------------------------------------------------------------------------------

    def decided(self, tokens: list[Token], i: int) -> Token:
        """One token with its class as its neighbours decide it."""
        token = tokens[i]
        name = DECISIONS[token.name](self, token, Around(tokens, i))
        return token if name == token.name else Token(name, token.word, token.start, token.end, value_of(name, token))

    def class_of_month(self, token: Token, around: Around) -> str:
        """Whether a month's name is the month: not "may strike", "Theresa May", "April Smith", "a march"."""
        before, after, dated = around.before, around.after, around.next_dated
        with_number = dated.name in DATED or (after.name in ("DASH", "UNTIL") and dated.name == "MONTH")  # "Jan-Mar"
        of_day = before.name == "OF" and around.two.name in ("NUM", "ORD", "UNIT")
        numbered = with_number or of_day or before.name in ("NUM", "ORD")
        leading = before.name in ("LAST", "NEXT", "THIS", "EARLY", "MID", "LATE", "SINCE", "UNTIL", "BETWEEN", "FROM")
        named = after.name == "WORD" and after.start == token.end + 1 and self.text[after.start : after.end].istitle()
        if token.word not in self.near("months_unclear"):
            if not self.upper(token):
                return "MONTH" if numbered or token.word != "august" else "WORD"
            if named and token.word in self.near("months_forenames"):
                linked = before.name in ("IN", "ON", "OF", "THE") or (
                    before.word == "and" and around.two.name == "MONTH"
                )
                return "MONTH" if leading or numbered or linked else "WORD"
            return "MONTH"
        if not self.upper(token):
            if token.word in self.near("months_verbs"):
                return "MONTH" if before.name == "ORD" or (of_day and around.two.name == "ORD") else "WORD"
            after_year = before.name == "YEAR" or (before.name == "COMMA" and around.two.name == "YEAR")
            return "MONTH" if numbered or leading or after_year else "WORD"
        linked = leading or before.name in ("IN", "ON", "OF", "DASH", "THAN", "AGO", "LATER", "EARLIER")
        if before.word in ("and", ","):
            linked = around.two.name in ("MONTH", "YEAR", "NUM")
        if token.word in self.near("months_verbs") and before.word in ("for", "over", "at"):
            linked = False
        if after.name == "WORD" and after.start == token.end + 1 and self.upper(after):
            linked = linked and before.name == "IN"
        return "MONTH" if numbered or linked else "WORD"

    def class_of_weekday(self, token: Token, around: Around) -> str:
        """Whether a weekday's name is the day: not "Sunday Times", "sat down", "the Sun"."""
        if token.word.endswith("day"):
            title = around.after.word in self.near("not_weekday") and self.upper(around.after)
            title = title or (around.before.word in self.near("named_weekday") and self.upper(around.before))
            return "WORD" if title else "WDAY"
        dated = around.next_dated
        beside = dated.name == "MONTH" or (dated.name in ("NUM", "ORD", "FULL") and dated is not around.after)
        leading = around.before.word in self.near("weekday_after") and token.word not in self.near("weekdays_unclear")
        return "WDAY" if self.upper(token) and (beside or leading) else "WORD"

    def class_of_season(self, token: Token, around: Around) -> str:
        """Whether a season's word is the season: not "a fall in prices", "spring up", "Summer Olympics"."""
        before, after = around.before, around.after
        if after.name in ("FOUR", "SHORTYEAR"):
            return "SEASON"
        if after.name == "WORD" and after.start == token.end + 1 and self.upper(after):
            return "WORD"
        if before.name == "DASH":
            return "SEASON" if around.two.name in ("MID", "EARLY", "LATE") else "WORD"
        if before.word in self.near("season_after"):
            return "WORD" if token.word == "fall" and after.word in self.near("after_fall") else "SEASON"
        if token.word == "fall":
            inner = before.name == "THE" and around.two.word in self.near("season_soft")
            followed = after.word in self.near("after_fall")
            return "SEASON" if (inner or before.word == "in") and not followed else "WORD"
        return "SEASON" if before.word in self.near("season_soft") else "WORD"

    def class_of_digits(self, token: Token, around: Around) -> str:
        """Whether four digits are a year: "in 2018", "the 1973 building", not "1018 people", "$2000"."""
        before, after, value = around.before, around.after, token.value
        if before.end == token.start and before.name in ("FISCAL", "QH"):
            return "YEAR"  # "FY2017", "3Q2016"
        if self.is_other_number(token, around):
            return "BIG"
        recent = 1900 <= value <= 2030
        tight = after.name == "WORD" and after.start - token.end == 1
        measured = tight and after.word in self.near("measures")
        counted = measured or (
            tight and after.word.endswith("s") and not self.upper(after) and after.word not in self.near("year_nouns")
        )
        if before.name == "SINCE" and counted and value < CLOCKS:
            return "BIG"
        if before.name in ("MONTH", "SEASON", "FISCAL", "SINCE") or before.word == "year":
            return "YEAR"
        if before.name in ("DASH", "UNTIL", "AND") and self.is_later_year(token):
            return "YEAR"
        if before.word in self.near("year_after"):
            if counted:
                return "YEAR" if recent and not measured and before.word in self.near("year_within") else "BIG"
            words = "any_year_after" if value >= CLOCKS else "old_year_after"  # "until 1430": a time of the day
            return "YEAR" if recent or before.word in self.near(words) else "BIG"
        if before.word in self.near("determiners"):
            return "YEAR" if recent and not measured and not (counted and before.word == "a") else "BIG"
        return "YEAR" if recent and not counted else "BIG"

    def is_other_number(self, token: Token, around: Around) -> bool:
        """Whether signs or words around four digits make them something else: money, a range, "flight 1973"."""
        text, before, after = self.text, around.before, around.after
        previous = text[token.start - 1] if token.start else " "
        following = text[token.end : token.end + 1]
        if previous in "$£€¥#+./:,=_@" or previous.isalpha() or (following and following in "%$€£°_=@"):
            return True
        joined_before = previous == "-" and text[max(token.start - 2, 0)].isdigit()
        joined_after = following == "-" and text[token.end + 1 : token.end + 2].isdigit()
        if joined_before and not self.is_later_year(token):
            return True
        if joined_after and not TWO_YEARS.match(text, token.start):
            return True
        if after.start - token.end == 1 and (after.name == "UNITS" or after.word == "year"):
            return True
        return before.word in self.near("number_of") or before.name in ("MORE", "LESS", "THAN")

    def is_later_year(self, token: Token) -> bool:
        """Whether the digits of an earlier year stand right before: "2000-2050", "from 1990 to 2040"."""
        match = EARLIER_YEAR.search(self.text, max(token.start - 14, 0), token.start)
        return match is not None and 0 < token.value - int(match[1]) <= 100

    def class_of_spelled_year(self, token: Token, around: Around) -> str:
        """Whether a number in words is a year: "in nineteen ninety nine", not "in two thousand cases"."""
        before, after = around.before, around.after
        if after.word in self.near("measures") or after.word.endswith("s"):
            return "CARD"
        if before.name in ("MONTH", "COMMA", "SINCE") or (before.name == "FROM" and after.name == "UNTIL"):
            return "YEAR"
        if before.name in ("CARD", "ORD", "NUM") and around.two.name == "MONTH":
            return "YEAR"
        if token.word.endswith("thousand"):
            return "YEAR" if before.word in ("in", "until", "till") else "CARD"
        return "YEAR" if before.word in ("in", "until", "till", "of", "by", "year") else "CARD"

    def class_of_short_year(self, token: Token, around: Around) -> str:
        """Whether an apostrophe and two digits are a year: "summer of '58"."""
        return "YEAR" if around.before.name in BEFORE_SHORT_YEAR else "WORD"

    def class_of_decade(self, token: Token, around: Around) -> str:
        """Whether "nineties", "80s" are the decade, not an age or a temperature."""
        if token.value >= 100:
            return "DECADE"
        leading = [t for t in around.tokens[max(around.index - 3, 0) : around.index] if t.name not in PARTS_OF_DECADE]
        if leading and leading[-1].word in self.near("his"):
            return "WORD"  # "in his mid-20s"
        after_the = around.before.word in ("the", "early", "late", "mid", "-")
        after_the = after_the or (around.before.word == "and" and around.two.name == "DECADE")
        return "DECADE" if after_the or (around.before.word == "in" and token.word[0].isdigit()) else "WORD"

    def class_of_next(self, token: Token, around: Around) -> str:
        """Whether "following" is "next", not "after": "the following Monday", "following Monday's drop"."""
        return "NEXT" if token.word != "following" or around.before.name == "THE" else "WORD"

    def class_of_now(self, token: Token, around: Around) -> str:
        """Whether "now" is a time, not a part of "now known as"."""
        return "WORD" if around.after.word in ("known", "defunct") else "NOW"


class Around:
    """The neighbours of a token; `NOTHING` where the window ends."""

    __slots__ = ("after", "before", "index", "tokens")

    def __init__(self, tokens: Sequence[Token], index: int) -> None:
        self.tokens = tokens
        self.index = index
        self.before = tokens[index - 1] if index else NOTHING
        self.after = tokens[index + 1] if index + 1 < len(tokens) else NOTHING

    @property
    def two(self) -> Token:
        """The token before the one before."""
        return self.tokens[self.index - 2] if self.index > 1 else NOTHING

    @property
    def next_dated(self) -> Token:
        """The next token that is not a sign, "the" or "of"."""
        for token in self.tokens[self.index + 1 : self.index + 4]:
            if token[0] not in BETWEEN_PARTS:
                return token
        return NOTHING


BEFORE_SHORT_YEAR = ("MONTH", "SEASON", "NUM", "DASH", "IN", "OF", "SINCE", "UNTIL", "QH", "FISCAL")
BETWEEN_PARTS = ("DOT", "COMMA", "SLASH", "DASH", "THE", "OF")
PARTS_OF_DECADE = ("EARLY", "MID", "LATE", "DASH")
EARLIER_YEAR = re.compile(r"(?<![\d,.$£€])((?:1[5-9]|20)\d\d)\s?(?:-|–|to|and|or)\s?$")
CLOCKS = 1500  # four digits below it are more often a time of the day, or a count, than a year of the news
TWO_YEARS = re.compile(r"(?:1\d|20)\d\d-(?:\d\d|(?:1\d|20)\d\d)(?!\d)")
DECISIONS = {
    "MONTH": DateWords.class_of_month,
    "WDAY": DateWords.class_of_weekday,
    "SEASON": DateWords.class_of_season,
    "FOUR": DateWords.class_of_digits,
    "SPELLEDYEAR": DateWords.class_of_spelled_year,
    "SHORTYEAR": DateWords.class_of_short_year,
    "DECADE": DateWords.class_of_decade,
    "NEXT": DateWords.class_of_next,
    "NOW": DateWords.class_of_now,
}
OPEN = re.compile(  # a class that neighbours decide about; group 1: a month with a number after it
    "({MONTH})(?={DOT}?[{dated}])|[{decisions}]".format(
        **LETTERS,
        dated="".join(LETTERS[name] for name in DATED),
        decisions="".join(LETTERS[name] for name in DECISIONS),
    )
)
UNCLEAR, CARD = re.compile(LETTERS["UNCLEAR"]), re.compile(LETTERS["CARD"])


def value_of(name: str, token: Token) -> int:
    """The value that a token keeps in its new class: a year of two digits gets its century, a plain word none."""
    if token.name == "SHORTYEAR" and name == "YEAR":
        return century_of(token.value)
    return 0 if name == "WORD" else token.value


def number_end(tokens: Sequence[Token], index: int) -> int:
    """The index after a run of number words; "and" belongs to it after hundred and thousand, a hyphen if tight."""
    stop = index + 1
    limit = min(len(tokens), index + LONGEST_NUMBER)
    while stop < limit:
        token, last = tokens[stop], tokens[stop - 1]
        if token.name in SPELLED and token.word.isalpha():
            if token.name != "CARD":
                return stop if last.value % 10 else stop + 1
            stop += 1
            continue
        follows = stop + 1 < limit and tokens[stop + 1].name in SPELLED and tokens[stop + 1].word.isalpha()
        tight = token.name == "DASH" and follows and tokens[stop + 1].start - last.end == token.end - token.start
        if not follows or not (tight or (token.word == "and" and last.value in (100, 1000))):
            return stop
        stop += 1
    return stop


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


def day_and_year(run: Sequence[Token]) -> tuple[Token, ...]:
    """A run of number words after a month that is a day and a year: "twenty one two thousand and eighteen"."""
    numbers = [token for token in run if token.name == "CARD"]
    for cut in (1, 2):
        head, tail = numbers[:cut], numbers[cut:]
        day, year = (number_words([token.value for token in part]) for part in (head, tail))
        if len(tail) > 1 and 1 <= day <= 31 and 1100 <= year <= 2100:
            return (
                Token("CARD", "", head[0].start, head[-1].end, day),
                Token("SPELLEDYEAR", "", tail[0].start, run[-1].end, year),
            )
    return ()
