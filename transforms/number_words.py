"""The arithmetic of number words: "two million three hundred thousand and five", "five and a half", "two thirds".

A run is what stands between words that are no numerals; `cardinal` takes its first numeral, `fraction_after` what
divides it. "between three hundred and four hundred" are two numerals: the second "hundred" sends the reader back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

HUNDRED, THOUSAND, DOZEN = 1e2, 1e3, 12
DECIMAL_DIVISORS = (100, 1000)  # "fifty-four hundredths" is .54, whatever was said before
SCALES = ("hundred", "scale", "dozen")
SMALL = frozenset({"unit", "teen", "tens", "zero", "vague", "digits", "ordinal"})
MAY_FOLLOW = {  # which kinds a word may follow inside one numeral
    "unit": ("start", "tens", "hundred", "scale", "zero"),
    "teen": ("start", "hundred", "scale"),
    "tens": ("start", "hundred", "scale"),
    "zero": ("start", "zero"),
}


@dataclass(slots=True)
class Token:
    """One word of a run: what it is and how it hangs on the word before."""

    kind: str  # unit, teen, tens, zero, hundred, scale, dozen, point, fraction, half, ordinal, digits, vague
    value: float
    start: int
    end: int
    link: str  # "", "-", "and", "and a", "a", "of a"
    word: str


class Sum(NamedTuple):
    """A cardinal: how many tokens form it, its value, its last scale and the number before that scale."""

    size: int
    value: float
    scale: float
    head: float


@dataclass(slots=True)
class Register:
    """The classic two registers: `part` counts below the last scale, `total` above it."""

    total: float = 0.0
    part: float = 0.0
    last_scale: float = float("inf")
    head: float = 0.0
    scale: float = 1.0
    previous: str = "start"
    part_before_and: float = 0.0

    def take(self, token: Token, begins_with_digits: bool, scale_follows: bool) -> bool:
        """Add the token; False if it does not belong to the numeral."""
        kind = token.kind
        if kind in MAY_FOLLOW:
            taken = self.previous in MAY_FOLLOW[kind]
            self.part += token.value if taken else 0.0
        elif kind == "digits":
            taken = self.take_digits(token, begins_with_digits, scale_follows)
        elif kind == "hundred":
            taken = self.take_hundred()
        elif kind == "dozen":
            taken = self.take_dozen(token)
        elif kind == "scale":
            taken = self.take_scale(token)
        else:
            taken = False
        if taken:
            self.previous = kind
        return taken

    def take_digits(self, token: Token, begins_with_digits: bool, scale_follows: bool) -> bool:
        """Digits begin a numeral or go on with one: "4 thousand 3 hundred and 21", not "a hundred and 30 were hurt"."""
        if self.previous != "start":
            room = HUNDRED if self.previous == "hundred" else self.last_scale
            fits = self.previous in ("hundred", "scale") and 0 < token.value < room and token.value == int(token.value)
            goes_on = scale_follows or (token.link == "and" and self.previous == "hundred")
            if not (begins_with_digits and fits and goes_on):
                return False
        self.part += token.value
        return True

    def times(self, part: float) -> float:
        """How many of a scale: one of them where nothing was said before, but none in "0 million"."""
        return part if part or self.previous == "digits" else 1.0

    def take_hundred(self) -> bool:
        if self.previous in ("hundred", "zero") or (self.part >= HUNDRED and self.previous != "digits"):
            return False
        if self.previous == "scale":
            self.part = 0.0
        self.head, self.scale = self.times(self.part), HUNDRED
        self.part = self.head * HUNDRED  # "twenty-five hundred" is 2,500
        return True

    def take_dozen(self, token: Token) -> bool:
        """A dozen multiplies what was said after "and": "three hundred and two dozens" are 324."""
        if self.previous in ("dozen", "zero", "scale"):
            return False
        base = self.part_before_and if self.previous in ("unit", "teen", "tens") else 0.0
        self.head, self.scale = self.times(self.part - base), token.value
        self.part = base + self.head * token.value
        return True

    def take_scale(self, token: Token) -> bool:
        if self.previous == "zero":
            return False
        if self.previous == "scale":  # "ten thousand million"
            if token.value <= self.last_scale:
                return False
            self.head, self.scale = self.total, token.value
            self.total *= token.value
        elif token.value < self.last_scale:
            self.head, self.scale = self.times(self.part), token.value
            self.total += self.head * token.value
            self.part = 0.0
        else:
            return False
        self.last_scale = token.value
        return True

    def sum(self, size: int) -> Sum:
        value = self.total + self.part
        return Sum(size, value, self.scale, self.head) if self.previous in SCALES else Sum(size, value, 1.0, value)


def cardinal(tokens: list[Token]) -> Sum:
    """The first numeral of the run."""
    register = Register()
    before_and: tuple[int, Register] | None = None
    begins_with_digits = tokens[0].kind == "digits"
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if index and token.link not in ("", "-", "and"):
            break
        if index and token.link == "and":
            if register.previous not in SCALES:
                break
            before_and = (index, replace(register))
            register.part_before_and = register.part
        if token.kind == "point":
            decimals, stop = decimals_after(tokens, index + 1)
            if stop == index + 1 or (register.previous == "start" and index):
                break
            register.part += float("0." + decimals)
            register.previous, index = "decimals", stop
            continue
        follower = tokens[index + 1] if index + 1 < len(tokens) else None
        scale_follows = follower is not None and follower.kind in ("hundred", "scale") and follower.link in ("", "-")
        if not register.take(token, begins_with_digits, scale_follows):
            if token.kind in ("hundred", "scale") and before_and and before_and[0] == index - 1:
                index, register = before_and  # "three hundred and four hundred"
            break
        index += 1
    return register.sum(index) if index else Sum(1, tokens[0].value, 1.0, tokens[0].value)


def decimals_after(tokens: list[Token], index: int) -> tuple[str, int]:
    """The digits after "point" and where they stop: "two three six nine", "nought three", "eleven"."""
    digits = ""
    while index < len(tokens) and tokens[index].link in ("", "-"):
        token = tokens[index]
        if token.kind in ("unit", "zero"):
            digits += str(int(token.value))
        elif token.kind in ("teen", "tens") and not digits.strip("0"):
            value = token.value
            if token.kind == "tens" and index + 1 < len(tokens) and tokens[index + 1].kind == "unit":
                index += 1
                value += tokens[index].value
            digits += str(int(value))
        else:
            break
        index += 1
    return digits, index


class Divided(NamedTuple):
    """A cardinal with its fraction: the value, how many tokens, and "fraction" if nothing whole is left."""

    value: float
    size: int
    style: str


def fraction_after(tokens: list[Token], whole: Sum) -> Divided | None:
    """What divides the cardinal, or is added to it as a fraction.

    "two thirds", "two and a half", "five billion and three quarters", "one hundred thirty fifths" (100/35),
    "two hundred and fifty-four hundredths" (200 and 54/100).
    """
    token = tokens[whole.size]
    if token.kind in ("fraction", "half") and token.link.startswith("and"):
        if token.link == "and" and token.word not in ("half", "quarter"):
            return None  # "two and thirds"
        return added(tokens, whole, whole.size, 1 / token.value)
    following = tokens[whole.size + 1] if whole.size + 1 < len(tokens) else None
    if token.kind == "unit" and token.link == "and":
        if following is None or following.kind not in ("fraction", "half") or token.value >= following.value > 2:
            return None
        return added(tokens, whole, whole.size + 1, token.value / following.value)  # "two and three fifths"
    if token.kind == "fraction" and token.link in ("", "-"):
        return divided(tokens, whole)
    if token.kind == "half" and token.link in ("", "-") and whole.value == 1:
        return Divided(0.5, whole.size + 1, "fraction")  # "one-half"
    return compound_divisor(tokens, whole, following)


def added(tokens: list[Token], whole: Sum, last: int, part: float) -> Divided:
    """The whole plus a part; a scale behind multiplies both, a scale before the part alone."""
    if last + 1 < len(tokens) and tokens[last + 1].kind == "scale" and tokens[last + 1].link in ("", "-", "a"):
        scale = tokens[last + 1].value
        value = whole.value + part * scale if whole.scale > scale else (whole.value + part) * scale
        return Divided(value, last + 2, "words")  # "five and a half million", "one billion and a half million"
    shared = whole.scale if whole.scale >= THOUSAND or whole.scale == DOZEN else 1.0
    return Divided(whole.value + part * shared, last + 1, "words")  # "five billion and three quarters"


def divided(tokens: list[Token], whole: Sum) -> Divided | None:
    """The cardinal over the ordinal behind it."""
    stop = whole.size
    token, last = tokens[stop], tokens[stop - 1]
    plural = token.word.endswith("s")
    if tokens[0].kind == "digits" and tokens[0].value != 1 and not plural:
        return None
    split = max((index for index in range(1, stop) if tokens[index].link == "and"), default=0)
    if split and plural:
        over, before = cardinal(tokens[split:stop]), cardinal(tokens[:split])
        if before.size == split and over.value < token.value:
            part = over.value / token.value
            if token.value in DECIMAL_DIVISORS:
                return Divided(before.value + part, stop + 1, "words")
            return added(tokens, before, stop, part)
    if last.kind == "tens" and token.value < 10 and stop >= 2 and last.link != "and":
        over = cardinal(tokens[: stop - 1])
        if over.size == stop - 1:  # "one hundred thirty fifths" is 100/35
            return Divided(over.value / (last.value + token.value), stop + 1, "fraction")
    if not plural and whole.value != 1:
        return None
    return Divided(whole.value / token.value, stop + 1, "fraction")


def compound_divisor(tokens: list[Token], whole: Sum, following: Token | None) -> Divided | None:
    """As in "twenty twenty fifths", 20/25, and "one one hundred and fifth", 1/105."""
    stop, token = whole.size, tokens[whole.size]
    if token.link:
        return None
    if token.kind == "tens" and following and following.kind == "fraction" and following.value < 10:
        return Divided(whole.value / (token.value + following.value), stop + 2, "fraction")
    if whole.value == 1 and stop == 1 and token.kind in ("unit", "hundred", "scale"):
        below = cardinal(tokens[stop:])
        end = stop + below.size
        if end < len(tokens) and tokens[end].kind == "fraction" and below.value >= HUNDRED:
            return Divided(1 / (below.value + tokens[end].value), end + 1, "fraction")
    return None
