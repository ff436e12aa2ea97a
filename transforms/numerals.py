"""Numerals: digits and number words in a text, before anyone asks what they count.

>>> from transforms.number_rules import load_number_rules
>>> rules = load_number_rules("en")
>>> from transforms.hits import find_hits
>>> hits = find_hits("two million, 1,250 or two-and-a-half thousand")
>>> [(n.value, n.rule) for n in read_numerals(hits, rules)]
[(2000000.0, 'numbers.words'), (1250.0, 'numbers.digits'), (2500.0, 'numbers.fraction')]

hits.py finds digits and number words. Most numerals are simple and end where a word follows that is no number ("350
people", "seven men", "40 mln dlrs"); from any other the reader goes on word by word, forty at most, so that the work is
linear in the length of the text. number_words.py computes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from operator import methodcaller

from transforms.hits import Hits
from transforms.number_rules import FOLLOWING_WORD, NumberRules
from transforms.number_words import DOZEN, HUNDRED, SCALES, SMALL, Token, cardinal, fraction_after

LONGEST = 40  # words of one numeral
# what may stand between two words of one numeral: a blank, a line break, a hyphen, "and", "a", "of a"
SPACED_DASH = re.compile(r"\s[-–—]\s")
STEP = re.compile(
    r"(?P<gap>-|[ \t\u00a0\u202f]{0,4}\n?[ \t\u00a0\u202f]{0,8}(?:- )?)"
    r"(?P<link>and[ \n-]{1,3}(?:an?[ \n-])?|of[ \n]an?[ \n]|an?[ \n-])?"
    r"(?P<word>[A-Za-z]{1,14}|[0-9]{1,15}(?:\.[0-9]{1,9})?(?![0-9,.]))",
    re.IGNORECASE,
)
SCALE_NEXT = r" ?%| (?:per ?cent|pct|million|billion|trillion|mln|bln|bn)\b"
DIGITS = re.compile(
    r"(?P<whole>[0-9]{1,3}[ -](?=[0-9]/[0-9]))?(?P<over>[0-9]{1,2})[/⁄](?P<under>[0-9]{1,3})(?![0-9/⁄]|[.,][0-9])"
    r"|(?P<grouped>[0-9]{1,3}(?:,[0-9]{3}){1,9}(?:\.[0-9]{1,12})?)(?![0-9]|,[0-9]{3}(?![0-9]))"
    r"|(?P<indian>[0-9]{1,2}(?:,[0-9]{2}){1,5},[0-9]{3}(?:\.[0-9]{1,4})?)(?![0-9,])"  # 1,50,000
    r"|(?P<quoted>[0-9]{1,3}(?:(?P<mark>['’\u00a0\u2009\u202f])[0-9]{3})(?:(?P=mark)[0-9]{3}){0,4}"
    r"(?:[.,][0-9]{1,4})?)(?![0-9])"
    r"|(?P<spaced>[0-9]{1,3}(?: [0-9]{3}){2,5}(?:\.[0-9]{1,4})?|[1-9][0-9]{0,2} [0-9]00)(?! ?[0-9])"
    r"|(?P<dotted>[0-9]{1,3}(?:\.[0-9]{3}){2,5}(?:,[0-9]{1,2})?)(?![0-9.])"
    rf"|(?P<comma>[0-9]{{1,2}},[0-9]{{1,2}}(?={SCALE_NEXT}))"  # "3,5 million"
    r"|(?P<plain>[0-9]{1,24}(?:\.[0-9]{1,16})?)"
)
WORD_NEXT = re.compile("[a-z]{1,14}")
FOLLOWING = re.compile(FOLLOWING_WORD)
COUNTING = frozenset({"unit", "teen", "tens"})
START = methodcaller("start")
CLOSING = frozenset(".,;:)\"'!?%/")
SEPARATORS = re.compile("[,'’ \u00a0\u2009\u202f]")
VULGAR = {
    "½": 1 / 2, "¼": 1 / 4, "¾": 3 / 4, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 1 / 8, "⅜": 3 / 8, "⅝": 5 / 8, "⅞": 7 / 8,
    "⅕": 1 / 5, "⅖": 2 / 5, "⅗": 3 / 5, "⅘": 4 / 5, "⅙": 1 / 6, "⅚": 5 / 6,
}  # fmt: skip
HALVING = {2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20, 25, 32, 40, 50, 64, 100, 128}  # "3/4"; "9/11" is a day
POWER = re.compile(r"[eE]([+-]?[0-9]{1,3})(?![0-9A-Za-z])|\^([+-]{0,2}[0-9]{1,3})(?![0-9])")
# "1.770 kilometres", "4.500 people": a decimal fraction of that length would not end in zero
THOUSANDS = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{2}0 (?P<word>[a-z]{3,20})")


@dataclass(slots=True)
class Numeral:
    """A numeral as it stands: `head` times `scale` is its value ("10" and 1e6 in "10 million")."""

    start: int
    end: int
    value: float
    style: str  # digits, words, vague, fraction; none: an ordinal or a date, read over
    rule: str
    head: float
    scale: float = 1.0
    plain: bool = False  # digits without separator or decimals: may be a year or a day
    vague: str | None = None  # "several hundred"
    following: str = ""  # the word behind, in small letters, where a blank and such a word follow at a glance


def read_numerals(hits: Hits, rules: NumberRules) -> Iterator[Numeral]:
    """Every numeral of a text, left to right, none overlapping."""
    text, small = hits.padded, hits.small
    read_over = 0
    for match in sorted(hits.numerals, key=START):
        start = match.start()
        if start < read_over:
            continue
        if match.string is not small:
            numeral = read_word(text, small, start + 1, match.end(), rules)
        elif match.lastindex:
            following, end = match[2] or "", match.end(1)
            numeral = read_simple(text, start, end, following, rules)
            if following in rules.go_on if following else small[end] not in CLOSING:
                numeral = with_scale_word(text, small, numeral, rules)
        else:
            numeral = read_digits(text, start, rules)
            numeral.following = following_word(small, numeral.end)
            numeral = with_scale_word(text, small, numeral, rules)
        if numeral is not None:
            read_over = numeral.end
            if numeral.style != "none":
                yield numeral


def following_word(small: str, end: int) -> str:
    """The word behind a blank; nothing where it is no whole word of plain letters: "U.S", "café"."""
    match = FOLLOWING.match(small, end)
    return match[1] if match else ""


def ends_numeral(small: str, end: int, following: str, rules: NumberRules) -> bool:
    """Whether it is plain at a glance that no word of the same numeral follows."""
    if following:
        return following not in rules.go_on
    if small[end] in " \n-":
        match = WORD_NEXT.match(small, end + 1)
        return match is not None and match.group() not in rules.go_on
    return small[end] in CLOSING


def with_scale_behind(small: str, numeral: Numeral, following: str, rules: NumberRules) -> Numeral | None:
    """The numeral with the scale word that ends it, "40 mln" before "dlrs"; None if none does, or more may follow."""
    scale = rules.large.get(following)
    if scale is None or not numeral.value:
        return None
    end = numeral.end + 1 + len(following)
    behind = following_word(small, end)
    if not ends_numeral(small, end, behind, rules):
        return None
    rule = "numbers.scaled" if numeral.style == "digits" else numeral.rule
    head = numeral.value
    return Numeral(numeral.start, end, head * scale, "words", rule, head, scale, False, None, behind)


def skipped(start: int, end: int, rule: str) -> Numeral:
    """What is read as a whole and is no number: "twenty-first", "9/11"."""
    return Numeral(start, end, 0.0, "none", rule, 0.0)


# --- digits ---


def read_simple(text: str, start: int, end: int, following: str, rules: NumberRules) -> Numeral:
    """Digits without separators, which nothing divides: "350", ".25", "1.770 kilometres"."""
    digits = text[start:end]
    value, plain = float(digits), "." not in digits
    if not plain:
        thousands = THOUSANDS.match(text, start)
        if thousands and thousands["word"] not in rules.words["after_decimals"]:
            value = float(digits.replace(".", ""))
    elif text[start - 1] == "." and not text[start - 2].isalnum():
        start, value, plain = start - 1, float("." + digits), False
    return Numeral(start, end, value, "digits", "numbers.digits", value, 1.0, plain, None, following)


def read_digits(text: str, start: int, rules: NumberRules) -> Numeral:
    """Digits with their separators, and the scale words or fractions behind them."""
    if text[start] in VULGAR:
        value = VULGAR[text[start]]
        return Numeral(start, start + 1, value, "fraction", "numbers.fraction", value)
    match = DIGITS.match(text, start)
    assert match is not None  # a digit stands there
    form = match.lastgroup
    if form == "plain":
        return read_plain(text, match, rules)
    if form == "under":
        return read_ratio(match)
    value = separated(match.group(), form or "")
    return Numeral(start, match.end(), value, "digits", "numbers.digits", value)


def read_plain(text: str, match: re.Match[str], rules: NumberRules) -> Numeral:
    """Digits without separators and what belongs to them: "2½", "12e-1", and "350" in a list of numbers."""
    numeral = read_simple(text, match.start(), match.end(), "", rules)
    start, end, value, plain = numeral.start, numeral.end, numeral.value, numeral.plain
    if text[end] in VULGAR:
        value, plain, end = value + VULGAR[text[end]], False, end + 1
    elif text[end] in "eE^":
        power = POWER.match(text, end)
        if power:
            value, plain, end = raised(value, power), False, power.end()
    return Numeral(start, end, value, "digits", "numbers.digits", value, 1.0, plain)


def raised(value: float, power: re.Match[str]) -> float:
    """As in "12e-1" and "1.1^23"; out of range stays as it was."""
    exponent, tower = power.groups()
    try:
        if exponent is not None:
            return float(f"{value}e{exponent}")
        return float(value ** int(tower.replace("--", "+").replace("+-", "-").lstrip("+")))
    except (OverflowError, ZeroDivisionError, ValueError):
        return value


def read_ratio(match: re.Match[str]) -> Numeral:
    """As in "3/4", "10 1/2", "11-1/2"; other quotients are dates."""
    over, under = float(match["over"]), float(match["under"])
    start, end = match.span()
    if not over < under or under not in HALVING:
        return skipped(start, end, "numbers.date")
    part = over / under
    if match["whole"] is None:
        return Numeral(start, end, part, "fraction", "numbers.fraction", part)
    value = float(match["whole"][:-1]) + part
    return Numeral(start, end, value, "digits", "numbers.fraction", value)


def separated(digits: str, form: str) -> float:
    """The value of digits in groups: "1,234.5", "1'234", "1.234.567,8", "3,5"."""
    if form == "comma":
        return float(digits.replace(",", "."))
    if form == "dotted":
        return float(digits.replace(".", "").replace(",", "."))
    if form in ("quoted", "mark"):
        head, _, tail = digits.rpartition(",")
        digits = f"{head}.{tail}" if head else digits
    return float(SEPARATORS.sub("", digits))


def with_scale_word(text: str, small: str, numeral: Numeral, rules: NumberRules) -> Numeral:
    """Digits that stand alone or with one scale word, "350 people", "40 mln dlrs"; what is longer is read by words."""
    end, following = numeral.end, numeral.following
    if (not following and small.startswith(" -", end)) or ends_numeral(small, end, following, rules):
        return numeral
    scaled = with_scale_behind(small, numeral, following, rules) if following and numeral.style == "digits" else None
    return scaled or with_words(text, numeral, rules)


def with_words(text: str, numeral: Numeral, rules: NumberRules) -> Numeral:
    """Digits with the scale words behind them: "1.2 million", "3 hundred and one", "5 and a half million"."""
    following = text[numeral.end]
    if numeral.style == "none" or not (following in " -\n\u00a0\u202f" or following.isalpha()):
        return numeral
    if following == " " and text[numeral.end + 1] not in rules.scale_initials and text[numeral.end + 1] not in " \n-":
        return numeral
    step = STEP.match(text, numeral.end)
    if step is None or (step["word"][0].isupper() and "\n" in step["gap"]) or SPACED_DASH.search(step["gap"]):
        return numeral  # "LIMA, March 8 - Hundreds of people"
    word, link = step["word"].lower(), step["link"]
    known = rules.tokens.get(word)
    if known is None:
        return numeral
    if link is None:
        goes_on = known[0] in SCALES and bool(step["gap"] or len(word) > 2)  # "10bn" is read with the units
    else:
        mixed = known[0] in ("fraction", "half") or (word in rules.cardinals and "a" not in link[3:])
        goes_on = mixed and link[:3].lower() == "and"
    digits = Token("digits", numeral.value, numeral.start, numeral.end, "", "")
    run = read_run(text, run_tokens(text, digits, rules), rules) if goes_on else None
    return run if run and run.end > numeral.end else numeral


# --- words ---


def read_word(text: str, small: str, start: int, end: int, rules: NumberRules) -> Numeral | None:
    """The numeral that begins with the number word from `start` to `end`, if one does."""
    word = small[start:end]
    kind, value = rules.tokens[word]
    if kind == "ordinal":
        return skipped(start, end, "numbers.ordinal")
    following = following_word(small, end)
    alone = ends_numeral(small, end, following, rules)
    if kind in COUNTING:
        numeral = Numeral(start, end, value, "words", "numbers.words", value, 1.0, False, None, following)
        simple = numeral if alone else with_scale_behind(small, numeral, following, rules)
        if simple is not None:
            return simple
    first = Token(kind, value, start, end, "", word)
    if word in rules.vague:
        return read_vague(text, first, rules)
    return read_run(text, [first] if alone else run_tokens(text, first, rules), rules)


def read_words(text: str, small: str, start: int, rules: NumberRules) -> Numeral | None:
    """The numeral in words that begins at `start`, if one does."""
    match = WORD_NEXT.match(small, start)
    known = match is not None and match.group() in rules.tokens
    return read_word(text, small, start, match.end(), rules) if match and known else None


def read_run(text: str, tokens: list[Token], rules: NumberRules) -> Numeral | None:
    """The first whole numeral of the words."""
    first = tokens[0]
    if first.kind in ("fraction", "half"):
        return read_fraction_first(text, tokens, rules)
    if first.kind == "point" and (len(tokens) < 2 or tokens[1].kind not in ("unit", "zero", "teen", "tens")):
        return skipped(first.start, first.end, "numbers.point")
    return read_cardinal(text, tokens, rules)


def run_tokens(text: str, first: Token, rules: NumberRules) -> list[Token]:
    """The first number word, or the digits, and the number words behind."""
    tokens = [first]
    pointed = False  # "one two three four" are four numbers, "nine point one two three four" is one
    while len(tokens) < LONGEST:
        step = STEP.match(text, tokens[-1].end)
        if step is None or (
            step["word"][0].isupper() and "\n" in step["gap"] and not text[tokens[-1].end - 1].isupper()
        ):
            break  # a line ends with "2005" and the next begins with "Thousands"
        word = step["word"].lower()
        known = rules.tokens.get(word)
        if known is None:
            if not word[0].isdigit():
                break
            known = ("digits", float(word))
        link = " ".join((step["link"] or "").replace("-", " ").lower().split())
        tokens.append(Token(*known, *step.span("word"), link or step["gap"].strip(" \t\n\u00a0\u202f"), word))
        pointed = pointed or known[0] == "point"
        if all(token.kind in ("fraction", "half") for token in tokens[-2:]):
            break
        if len(tokens) > 3 and not pointed and all(token.kind in SMALL for token in tokens[-4:]):
            break
    for token in tokens:
        token.link = "" if token.link == "-" and text[token.start - 1] == " " else token.link  # "ninety - five"
    return tokens


def article_start(text: str, start: int, rules: NumberRules) -> int:
    """Where the "a" of "a dozen" begins; `start` if there is none."""
    article = rules.article.search(text, max(0, start - 4), start)
    return article.start("a") if article else start


def read_vague(text: str, first: Token, rules: NumberRules) -> Numeral:
    """As in "dozens", "several hundred thousand", "tens of thousands", "a couple of dozen", "dozens upon dozens"."""
    start, end, words, value = first.start, first.end, first.word, rules.vague[first.word]
    if first.word in rules.vague_with_article:
        start, words = article_start(text, start, rules), "a " + first.word
    plural = first.word in rules.vague_plurals
    for _ in range(2):
        step = rules.vague_step.match(text, end)
        word = step["word"].lower().removesuffix("s") if step else ""
        scale = rules.scales.get(word)
        if step is None or scale is None or first.word == "scores":
            break
        if plural and not step["of"] and not (first.word == "dozens" and scale == DOZEN):
            break
        value, end = 20 * scale if first.word == "tens" else value * scale, step.end()
        words += f" of {word}s" if plural else f" {word}"  # one wording for the profiles: "a few hundred"
        if plural or scale != HUNDRED:
            break
    upon = rules.upon.match(text, end)
    if upon and upon["word"].lower() == first.word:
        end = upon.end()
    return Numeral(start, end, value, "vague", "numbers.vague", value, 1.0, False, words)


def read_fraction_first(text: str, tokens: list[Token], rules: NumberRules) -> Numeral | None:
    """As in "half a million", "a quarter", "half", "quarter million", "half-dozen"."""
    first, rest = tokens[0], tokens[1:]
    value, start = 1 / first.value, article_start(text, first.start, rules)
    if rest and rest[0].kind in SCALES and rest[0].link in ("", "-", "a", "of a"):
        scale = rest[0].value
        return Numeral(start, rest[0].end, value * scale, "words", "numbers.scaled", value, scale)
    if first.word.endswith("s"):
        return None  # "thirds" alone
    return Numeral(start, first.end, value, "fraction", "numbers.fraction", value)


def read_cardinal(text: str, tokens: list[Token], rules: NumberRules) -> Numeral:
    """A cardinal, with the fraction that may follow: "one hundred and three and two thirds"."""
    first = tokens[0]
    whole = cardinal(tokens)
    last, start = tokens[whole.size - 1], first.start
    if first.kind in SCALES:
        start = article_start(text, start, rules)
    if whole.size < len(tokens):
        year_end = year_in_words(tokens, whole.value, whole.size)
        if year_end:
            return skipped(start, year_end, "dates.year")
        fraction = fraction_after(tokens, whole)
        if fraction is not None:
            return with_scale(tokens, start, *fraction)
        ordinal_end = ordinal_after(tokens, whole.size)
        if ordinal_end:
            return skipped(start, ordinal_end, "numbers.ordinal")
    style = "digits" if whole.size == 1 and first.kind == "digits" else "words"
    rule = "numbers.scaled" if first.kind == "digits" else "numbers.words"
    return Numeral(start, last.end, whole.value, style, rule, whole.head, whole.scale)


def with_scale(tokens: list[Token], start: int, value: float, size: int, style: str) -> Numeral:
    """A fraction, with the scale that may follow: "two thirds of a million"."""
    scale = tokens[size] if size < len(tokens) else None
    if style == "fraction" and scale and scale.kind in SCALES and scale.link in ("", "of a", "-"):
        return Numeral(start, scale.end, value * scale.value, "words", "numbers.scaled", value, scale.value)
    return Numeral(start, tokens[size - 1].end, value, style, "numbers.fraction", value)


def year_in_words(tokens: list[Token], value: float, size: int) -> int:
    """Where "nineteen eighty-four" ends; 0 if it is no year."""
    following = tokens[size]
    if size != 1 or not 17 <= value <= 20 or following.kind not in ("teen", "tens") or following.link:
        return 0
    if tokens[-1].kind == "fraction":
        return 0
    unit = tokens[size + 1] if size + 1 < len(tokens) and tokens[size + 1].link == "-" else following
    return unit.end


def ordinal_after(tokens: list[Token], size: int) -> int:
    """Where the ordinal ends that the cardinal turns out to be, "twenty-first", "one hundred and fifth"; else 0."""
    following, last = tokens[size], tokens[size - 1]
    named = following.kind == "fraction" and last.kind in ("tens", "hundred", "scale") and following.word[:4] != "quar"
    if following.kind != "ordinal" and not (named and following.link in ("", "-")):
        return 0
    spoken = last.kind in ("hundred", "scale") and following.word not in ("first", "second", "third")
    joined = following.link in ("-", "and") or (spoken and tokens[0].kind != "digits")
    return following.end if joined else 0
