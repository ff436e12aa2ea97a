"""Numerals: the arithmetic of digits and number words, before anyone asks what they count.

>>> rules = load_number_rules("en")
>>> [(n.value, n.rule) for n in read_numerals("\\ntwo million, 1,250 or two-and-a-half thousand\\n", rules)]
[(2000000.0, 'numbers.words'), (1250.0, 'numbers.digits'), (2500.0, 'numbers.words')]
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from transforms.number_rules import NumberRules

HUNDRED = 1e2
SMALL = frozenset({"unit", "teen", "tens", "zero", "vague", "digits", "ordinal"})
THOUSAND = 1e3
BLANK = " \t\n\u00a0\u2009\u202f"
# what may stand between two words of one numeral: a blank, a line break, a hyphen, "and", "a", "of a"
STEP = re.compile(
    r"(?P<gap>-|[ \t\u00a0\u202f]{0,4}\n?[ \t\u00a0\u202f]{0,8}(?:- )?)"
    r"(?P<link>and[ -]{1,3}\n?(?:an?[ -])?|of an? |an? )?(?P<word>[A-Za-z]{1,14}|[0-9]{1,15}(?:\.[0-9]{1,9})?(?![0-9,.]))",
    re.IGNORECASE,
)
DIGITS = re.compile(
    r"(?P<whole>[0-9]{1,3}) (?=[0-9]/[0-9])(?P<over>[0-9])/(?P<under>[0-9]{1,2})(?![0-9/])"  # "10 1/2"
    r"|(?P<whole2>[0-9]{1,3})-(?P<over2>[0-9])/(?P<under2>[0-9]{1,2})(?![0-9/])"  # "11-1/2"
    r"|(?P<over3>[0-9]{1,2})[/⁄](?P<under3>[0-9]{1,3})(?![0-9/⁄]|[.,][0-9])"  # "3/4"
    r"|(?P<grouped>[0-9]{1,3}(?:,[0-9]{3}){1,9}(?:\.[0-9]{1,12})?)(?![0-9]|,[0-9]{3}(?![0-9]))"
    r"|(?P<indian>[0-9]{1,2}(?:,[0-9]{2}){1,5},[0-9]{3}(?:\.[0-9]{1,4})?)(?![0-9,])"
    r"|(?P<quoted>[0-9]{1,3}(?:(?P<mark>['’\u00a0\u2009\u202f])[0-9]{3})(?:(?P=mark)[0-9]{3}){0,4}(?:[.,][0-9]{1,4})?)(?![0-9])"
    r"|(?P<spaced>[0-9]{1,3}(?: [0-9]{3}){2,5}(?:\.[0-9]{1,4})?|[1-9][0-9]{0,2} [0-9]00)(?! ?[0-9])"
    r"|(?P<dotted>[0-9]{1,3}(?:\.[0-9]{3}){2,5}(?:,[0-9]{1,2})?)(?![0-9.])"
    r"|(?P<comma>[0-9]{1,2},[0-9]{1,2}(?= ?%| (?:per ?cent|pct|million|billion|trillion|mln|bln|bn)\b))"
    r"|(?P<plain>[0-9]{1,24}(?:\.[0-9]{1,16})?)"
)
VULGAR = {
    "½": 1 / 2,
    "¼": 1 / 4,
    "¾": 3 / 4,
    "⅓": 1 / 3,
    "⅔": 2 / 3,
    "⅛": 1 / 8,
    "⅜": 3 / 8,
    "⅝": 5 / 8,
    "⅞": 7 / 8,
    "⅕": 1 / 5,
    "⅖": 2 / 5,
    "⅗": 3 / 5,
    "⅘": 4 / 5,
    "⅙": 1 / 6,
    "⅚": 5 / 6,
}
HALVING = {2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20, 25, 32, 40, 50, 64, 100, 128}
# "1.770 kilometres", "4.500 people": a decimal fraction of that length would not end in zero
THOUSANDS = re.compile(
    r"[1-9][0-9]{0,2}\.[0-9]{2}0(?= (?!(?:per|percent|pct|million|billion|trillion|bn|mln|bln|thousand|hundred|in|to|at|and|on|of|for|from|with|vs|or|as|by|against|points?|dollars?|dlrs|euros?|yen|pounds)\b)[a-z]{3})"
)
POWER = re.compile(r"[eE]([+-]?[0-9]{1,3})(?![0-9A-Za-z])|\^([+-]{0,2}[0-9]{1,3})(?![0-9])")


@dataclass(slots=True)
class Numeral:
    """A numeral as it stands: `head` times `scale` is its value ("10" and 1e6 in "10 million")."""

    start: int
    end: int
    value: float
    style: str  # digits, words, vague, fraction
    rule: str
    head: float
    scale: float = 1.0
    plain: bool = False  # digits without separator or decimals: may be a year or a day
    vague: str | None = None  # "several hundred"


def read_numerals(text: str, rules: NumberRules) -> Iterator[Numeral]:
    """Every numeral of a text that begins and ends with a line break, left to right, none overlapping."""
    search = rules.hit.search
    hit = search(text, 0)
    while hit:
        start = hit.start()
        if text[start] in rules.digit_signs:
            numeral = read_digits(text, start, rules)
        else:
            numeral = read_words(text, start + 1, rules)
        if numeral is None:
            hit = search(text, hit.end())
            continue
        if numeral.style != "none":
            yield numeral
        hit = search(
            text, max(numeral.end - 1, start + 1) if text[numeral.end - 1] not in rules.digit_signs else numeral.end
        )


def read_digits(text: str, start: int, rules: NumberRules) -> Numeral | None:
    """Digits with their separators, and the scale words or fractions behind them."""
    if text[start] in VULGAR:
        return extended(
            text,
            Numeral(start, start + 1, VULGAR[text[start]], "fraction", "numbers.fraction", VULGAR[text[start]]),
            rules,
        )
    match = DIGITS.match(text, start)
    assert match is not None
    form, end = match.lastgroup, match.end()
    if form == "plain":
        digits = match.group()
        value, style = float(digits), "digits"
        plain = "." not in digits
        if not plain and THOUSANDS.match(text, start):
            value = float(digits.replace(".", ""))
        if text[start - 1] == "." and not text[start - 2].isalnum() and plain:
            start, value, plain = start - 1, float("." + digits), False
        if text[end] in VULGAR:
            value, plain, end = value + VULGAR[text[end]], False, end + 1
        elif text[end] in "eE^":
            power = POWER.match(text, end)
            if power:
                value, plain, end = raised(value, power), False, power.end()
        return extended(text, Numeral(start, end, value, style, "numbers.digits", value, 1.0, plain), rules)
    return extended(text, separated(match, start, end), rules)


def raised(value: float, power: re.Match[str]) -> float:
    """As in "-12e-1" and "1.1^23"; out of range stays as it was."""
    exponent, tower = power.groups()
    try:
        if exponent is not None:
            return float(f"{value}e{exponent}")
        return float(value ** int(tower.replace("--", "-").replace("+-", "-").replace("++", "+")))
    except (OverflowError, ZeroDivisionError, ValueError):
        return value


def separated(match: re.Match[str], start: int, end: int) -> Numeral:
    """The value of digits in groups, and of fractions in digits."""
    form = match.lastgroup or ""
    if form.startswith(("under", "over", "whole")):
        groups = match.groupdict()
        suffix = "" if groups["under"] else "2" if groups["under2"] else "3"
        over, under = float(groups["over" + suffix]), float(groups["under" + suffix])
        if under and over < under and under in HALVING:
            whole = float(groups["whole" + suffix]) if suffix != "3" else 0.0
            value = whole + over / under
            return Numeral(start, end, value, "digits" if suffix != "3" else "fraction", "numbers.fraction", value)
        return Numeral(start, end, 0.0, "none", "numbers.date", 0.0)
    digits = match.group()
    if form == "comma":
        value = float(digits.replace(",", "."))
    elif form == "dotted":
        value = float(digits.replace(".", "").replace(",", "."))
    else:
        if form in ("quoted", "mark"):
            head, _, tail = digits.rpartition(",")
            digits = f"{head}.{tail}" if head and len(tail) <= 2 else digits
        value = float(re.sub(r"[,'’ \u00a0\u2009\u202f]", "", digits))
    return Numeral(start, end, value, "digits", "numbers.digits", value)


def extended(text: str, numeral: Numeral, rules: NumberRules) -> Numeral:
    """Digits with the scale words behind them: "1.2 million", "3 hundred and one", "5 and a half million"."""
    letter = text[numeral.end]
    if letter not in " -\n\u00a0\u202f" and not letter.isalpha():
        return numeral
    step = STEP.match(text, numeral.end)
    if step is None:
        return numeral
    word = step["word"].lower()
    link = step["link"]
    if link is None:
        if rules.tokens.get(word, ("",))[0] in ("scale", "hundred", "dozen"):
            if not step["gap"] and len(word) < 3:
                return numeral  # "10bn": letters are read with the unit
            return read_run(text, numeral.start, rules, numeral) or numeral
        return numeral
    if link[:3].lower() == "and" and (word in rules.denominators or (word in rules.cardinals and "a" not in link[3:])):
        mixed = read_run(text, numeral.start, rules, numeral)
        return mixed or numeral
    return numeral


def read_words(text: str, start: int, rules: NumberRules) -> Numeral | None:
    """A numeral in words, from its first word."""
    return read_run(text, start, rules, None)


@dataclass(slots=True)
class Token:
    """One word of a run: what it is and how it hangs on the word before."""

    kind: str  # unit, teen, tens, zero, hundred, scale, dozen, point, fraction, ordinal, digits, vague
    value: float
    start: int
    end: int
    link: str  # "", "-", "and", "and a", "a", "of a"
    word: str


def read_run(text: str, start: int, rules: NumberRules, digits: Numeral | None) -> Numeral | None:
    """The first whole numeral of the words that begin at `start`."""
    tokens = run_tokens(text, start, rules, digits)
    if not tokens:
        return None
    first = tokens[0]
    if first.kind == "vague" or (first.kind in ("scale", "hundred", "dozen") and first.word in rules.vague_plurals):
        return read_vague(text, tokens, rules)
    if first.kind in ("fraction", "half"):
        return read_fraction_first(text, tokens, rules)
    if first.kind == "point" and (
        len(tokens) < 2 or tokens[1].kind not in ("unit", "zero", "teen", "tens") or text[start - 1] not in "\n "
    ):
        return Numeral(first.start, first.end, 0.0, "none", "numbers.point", 0.0)
    if first.kind == "ordinal":
        return Numeral(first.start, first.end, 0.0, "none", "numbers.ordinal", 0.0)
    return read_cardinal(text, tokens, rules)


def run_tokens(text: str, start: int, rules: NumberRules, digits: Numeral | None) -> list[Token]:
    """The number words from `start` on, at most forty of them: longer runs are no numerals."""
    tokens: list[Token] = []
    pointed = False  # "one two three four" are four numbers, "nine point one two three four" is one
    if digits is not None:
        tokens.append(Token("digits", digits.value, digits.start, digits.end, "", ""))
        position = digits.end
    else:
        position = start
        match = rules.word.match(text, position)
        if match is None:
            return tokens
        word = match.group().lower()
        known = rules.tokens.get(word)
        if known is None:
            return tokens
        tokens.append(Token(known[0], known[1], position, match.end(), "", word))
        position = match.end()
    while len(tokens) < 40:
        step = STEP.match(text, position)
        if step is None:
            break
        word = step["word"].lower()
        link = " ".join((step["link"] or "").replace("-", " ").lower().split())
        known = rules.tokens.get(word)
        if known is None:
            if not word[0].isdigit():
                break
            known = ("digits", float(word))
        if not link:
            link = "-" if step["gap"] == "-" else ""
        tokens.append(Token(known[0], known[1], step.start("word"), step.end("word"), link, word))
        position = step.end()
        if len(tokens) > 3 and all(t.kind in SMALL for t in tokens[-4:]) and not pointed:
            break
        pointed = pointed or known[0] == "point"
    return tokens


def read_vague(text: str, tokens: list[Token], rules: NumberRules) -> Numeral | None:
    """As in "dozens", "several hundred", "tens of thousands", "a couple of dozen"."""
    first = tokens[0]
    start, end, words, value = first.start, first.end, first.word, rules.vague[first.word]
    article = (
        rules.article.match(text, max(0, first.start - 4), first.start)
        if first.word in rules.vague_with_article
        else None
    )
    article = (
        rules.article.search(text, max(0, first.start - 4), first.start)
        if first.word in rules.vague_with_article
        else article
    )
    if article:
        start = article.start("a")
        words = "a " + words
    position = end
    while True:
        step = rules.vague_step.match(text, position)
        if step is None:
            break
        word = step["word"].lower()
        singular = word[:-1] if word.endswith("s") else word
        if singular not in rules.scales:
            break
        if first.word.endswith("s") and first.word not in (
            "tens",
            "hundreds",
            "thousands",
            "millions",
            "dozens",
            "several",
        ):
            break
        if first.word in rules.vague_plurals and step["of"] is None:
            break
        if words in ("scores",) or (first.word in ("dozens",) and singular != "dozen" and step["of"] is None):
            break
        scale = rules.scales[singular]
        if first.word == "tens":
            value = 2 * 10 * scale
        elif first.word in rules.vague_plurals:
            value = rules.vague[first.word] * scale
        else:
            value *= scale
        words = f"{words} of {word}" if step["of"] else f"{words} {word}"
        position = end = step.end()
        if scale != HUNDRED or words.count(" ") > 3:
            break
    upon = rules.upon.match(text, end)  # "dozens upon dozens", "hundreds and hundreds"
    if upon and upon["word"].lower() == first.word:
        end = upon.end()
    return Numeral(start, end, value, "vague", "numbers.vague", value, 1.0, False, words)


def read_fraction_first(text: str, tokens: list[Token], rules: NumberRules) -> Numeral | None:
    """As in "half a million", "a quarter", "half", "quarter million", "half-dozen"."""
    first = tokens[0]
    value = 1 / first.value
    start, end = first.start, first.end
    article = rules.article.search(text, max(0, start - 4), start)
    if article:
        start = article.start("a")
    rest = tokens[1:]
    if rest and rest[0].kind in ("scale", "hundred", "dozen") and rest[0].link in ("", "-", "a", "of a", "an"):
        scale = rest[0].value
        return Numeral(start, rest[0].end, value * scale, "words", "numbers.scaled", value, scale)
    if first.word.endswith("s") and first.word != "halves":
        return None  # "thirds" alone
    return Numeral(start, end, value, "fraction", "numbers.fraction", value)


def read_cardinal(text: str, tokens: list[Token], rules: NumberRules) -> Numeral | None:
    """A cardinal, with the fraction that may follow: "one hundred and three and two thirds"."""
    stop, value, scale, head = cardinal(tokens)
    last = tokens[stop - 1]
    start, end = tokens[0].start, last.end
    style = "digits" if stop == 1 and tokens[0].kind == "digits" else "words"
    rule = "numbers.words" if tokens[0].kind != "digits" else "numbers.scaled"
    if tokens[0].kind in ("hundred", "scale", "dozen"):
        article = rules.article.search(text, max(0, start - 4), start)
        if article:
            start = article.start("a")
    if stop < len(tokens):
        following = tokens[stop]
        if (
            value in (17, 18, 19, 20)
            and stop == 1
            and following.kind in ("teen", "tens")
            and following.link == ""
            and tokens[-1].kind != "fraction"
        ):
            last = tokens[stop + 1] if stop + 1 < len(tokens) and tokens[stop + 1].link == "-" else following
            return Numeral(start, last.end, 0.0, "none", "dates.year", 0.0)  # "nineteen eighty-four"
        divided = fraction_after(tokens, stop, value, scale)
        if divided is not None:
            value, stop, style = divided
            end = tokens[stop - 1].end
            rule = "numbers.fraction"
            if (
                style == "fraction"
                and stop < len(tokens)
                and tokens[stop].kind in ("scale", "hundred", "dozen")
                and tokens[stop].link in ("", "of a", "-")
            ):
                return Numeral(
                    start,
                    tokens[stop].end,
                    value * tokens[stop].value,
                    "words",
                    "numbers.scaled",
                    value,
                    tokens[stop].value,
                )
            return Numeral(start, end, value, style, rule, value)
        if following.kind == "ordinal" or (
            following.kind in ("fraction", "half")
            and following.link in ("", "-")
            and last.kind in ("tens", "hundred", "scale")
            and not following.word.endswith("f")
            and not following.word.startswith("quarter")
        ):
            spoken = (
                last.kind in ("hundred", "scale")
                and following.word not in ("first", "second", "third")
                and tokens[0].kind != "digits"
            )
            if following.link == "-" or following.link == "and" or spoken:
                return Numeral(start, following.end, 0.0, "none", "numbers.ordinal", 0.0)
    return Numeral(start, end, value, style, rule, head, scale, False)


def cardinal(tokens: list[Token]) -> tuple[int, float, float, float]:
    """How many tokens form a cardinal, its value, its last scale and the number before that scale.

    The classic two registers: `part` below the current scale, `total` above it.
    """
    total, part, last_scale = 0.0, 0.0, float("inf")
    head, scale = 0.0, 1.0
    previous = "start"
    mark: tuple[int, float, float, float, float, float, str] | None = None
    before_and = 0.0
    index = 0
    while index < len(tokens):
        token = tokens[index]
        kind, link = token.kind, token.link
        if index and link not in ("", "-", "and"):
            break
        if index and link == "and":
            if previous not in ("hundred", "scale", "dozen"):
                break
            mark = (index, total, part, last_scale, head, scale, previous)
            before_and = part
        if kind == "digits":
            if index and not (
                tokens[0].kind == "digits"
                and previous in ("hundred", "scale")
                and token.value < (HUNDRED if previous == "hundred" else last_scale)
                and (link == "and" or next_is_scale(tokens, index))
            ):
                break
            if link == "and" and token.value == 0:
                break
            part += token.value
            previous = "digits"
        elif kind == "unit":
            if previous not in ("start", "tens", "hundred", "scale", "zero"):
                break
            part += token.value
            previous = "unit"
        elif kind == "zero":
            if previous != "start" and previous != "zero":
                break
            previous = "zero"
        elif kind in ("teen", "tens"):
            if previous not in ("start", "hundred", "scale"):
                break
            part += token.value
            previous = kind
        elif kind == "hundred":
            if previous in ("hundred", "zero") or (part >= HUNDRED and previous != "digits"):
                if mark and mark[0] == index - 1:
                    return mark[0], mark[1] + mark[2], mark[5], mark[4]
                break
            head, scale = (part or 1.0), HUNDRED
            part = (part or 1.0) * HUNDRED if previous != "scale" else HUNDRED
            previous = "hundred"
        elif kind == "dozen":
            if previous in ("dozen", "zero"):
                break
            if mark and mark[0] < index and previous in ("unit", "teen", "tens"):
                part = before_and + (part - before_and) * token.value
            elif previous == "scale":
                break
            else:
                head, scale = (part or 1.0), token.value
                part = (part or 1.0) * token.value
            previous = "dozen"
        elif kind == "scale":
            if previous == "zero":
                break
            if previous == "scale":
                if token.value <= last_scale and not (
                    total and token.value > THOUSAND and last_scale >= THOUSAND and len(tokens) <= 3
                ):
                    break
                total, last_scale = total * token.value, token.value
                head, scale = total / token.value, token.value
            elif token.value < last_scale:
                head, scale = (part or 1.0), token.value
                total += (part or 1.0) * token.value
                part, last_scale = 0.0, token.value
            else:
                if mark and mark[0] == index - 1:
                    return mark[0], mark[1] + mark[2], mark[5], mark[4]
                break
            previous = "scale"
        elif kind == "point":
            decimals, stop = decimals_after(tokens, index + 1)
            if stop == index + 1 or (previous in ("start",) and index):
                break
            part += float("0." + decimals)
            index, previous = stop, "decimals"
            continue
        else:
            break
        index += 1
    if previous == "start":
        return 1, tokens[0].value, 1.0, tokens[0].value
    if previous in ("hundred", "scale", "dozen") and index and tokens[index - 1].kind in ("hundred", "scale", "dozen"):
        return index, total + part, scale, head
    return index, total + part, 1.0, total + part


def next_is_scale(tokens: list[Token], index: int) -> bool:
    return (
        index + 1 < len(tokens)
        and tokens[index + 1].kind in ("hundred", "scale")
        and tokens[index + 1].link in ("", "-")
    )


def decimals_after(tokens: list[Token], index: int) -> tuple[str, int]:
    """The digits after "point": "two three six nine", "nought three", "eleven"."""
    digits = ""
    while index < len(tokens) and tokens[index].link in ("", "-"):
        token = tokens[index]
        if token.kind in ("unit", "zero"):
            digits += str(int(token.value))
        elif token.kind == "teen" or token.kind == "tens":
            if digits.strip("0"):
                break
            value = token.value
            if token.kind == "tens" and index + 1 < len(tokens) and tokens[index + 1].kind == "unit":
                value += tokens[index + 1].value
                index += 1
            digits += str(int(value))
        else:
            break
        index += 1
    return digits, index


def fraction_after(tokens: list[Token], stop: int, value: float, scale: float) -> tuple[float, int, str] | None:
    """A fraction behind a cardinal: its value, where it stops, and "fraction" if nothing whole is left.

    "two thirds", "two and a half", "five billion and three quarters", "one hundred thirty fifths" (100/35),
    "two hundred and fifty-four hundredths" (200 and 54/100).
    """
    token = tokens[stop]
    if token.kind in ("fraction", "half") and token.link in ("and a", "and an", "and"):
        if token.link == "and" and token.word not in ("half", "quarter"):
            return None
        part = 1 / token.value
        if stop + 1 < len(tokens) and tokens[stop + 1].kind == "scale" and tokens[stop + 1].link in ("", "-", "a"):
            following = tokens[stop + 1].value
            return (value + part * following if scale > following else (value + part) * following), stop + 2, "words"
        return value + part * (scale if scale >= THOUSAND or scale == 12 else 1.0), stop + 1, "words"
    if (
        token.kind == "unit"
        and token.link == "and"
        and stop + 1 < len(tokens)
        and tokens[stop + 1].kind in ("fraction", "half")
    ):
        divisor = tokens[stop + 1]  # "two and three fifths"
        if token.value < divisor.value or divisor.value == 2:
            part = token.value / divisor.value
            if stop + 2 < len(tokens) and tokens[stop + 2].kind == "scale" and tokens[stop + 2].link in ("", "-"):
                following = tokens[stop + 2].value
                return (
                    (value + part * following if scale > following else (value + part) * following),
                    stop + 3,
                    "words",
                )
            return value + part * (scale if scale >= THOUSAND else 1.0), stop + 2, "words"
        return None
    if token.kind == "fraction" and token.link in ("", "-") and token.word != "half":
        return divided(tokens, stop, value)
    return compound_divisor(tokens, stop, value)


def compound_divisor(tokens: list[Token], stop: int, value: float) -> tuple[float, int, str] | None:
    """As in "twenty twenty fifths" is 20/25, "one one hundred and fifth" 1/105."""
    token, rest = tokens[stop], tokens[stop + 1 :]
    if (
        token.kind == "tens"
        and rest
        and token.link == ""
        and rest[0].kind == "fraction"
        and rest[0].value < 10
        and rest[0].word.endswith("s")
    ):
        return value / (token.value + rest[0].value), stop + 2, "fraction"
    if value == 1 and stop == 1 and token.link == "" and token.kind in ("unit", "hundred", "scale"):
        below = cardinal(tokens[stop:])
        end = stop + below[0]
        if (
            end < len(tokens)
            and tokens[end].kind == "fraction"
            and below[1] >= HUNDRED
            and tokens[end].link in ("", "and")
        ):
            return 1 / (below[1] + tokens[end].value), end + 1, "fraction"
    return None


def divided(tokens: list[Token], stop: int, value: float) -> tuple[float, int, str] | None:
    """The cardinal tokens before `stop` over the ordinal there."""
    token, last = tokens[stop], tokens[stop - 1]
    plural = token.word.endswith("s")
    divisor = token.value
    if tokens[0].kind == "digits" and tokens[0].value != 1 and not plural:
        return None
    split = max((i for i in range(1, stop) if tokens[i].link == "and"), default=0)
    if split and plural:
        numerator = cardinal(tokens[split:stop])[1]
        whole = cardinal(tokens[:split])
        if whole[0] == split and numerator < divisor:
            last_scale = whole[2] if whole[2] >= THOUSAND else 1.0
            if stop + 1 < len(tokens) and tokens[stop + 1].kind == "scale" and tokens[stop + 1].link in ("", "-"):
                return whole[1] + numerator / divisor * tokens[stop + 1].value, stop + 2, "words"
            part = numerator / divisor * (last_scale if divisor not in (100, 1000) else 1.0)
            return whole[1] + part, stop + 1, "words"
    if last.kind == "tens" and divisor < 10 and stop >= 2 and not (tokens[stop - 1].link == "and"):
        numerator = cardinal(tokens[: stop - 1])
        if numerator[0] == stop - 1:
            return numerator[1] / (last.value + divisor), stop + 1, "fraction"
    if not plural and value != 1:
        return None
    return value / divisor, stop + 1, "fraction"
