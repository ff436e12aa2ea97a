"""Shares: "half of the dead" is 50 percent, "one in five voters" 20, "half an hour" is no share but a time.

A bare fraction with nothing behind that could be shared is a plain number: "the answer is two thirds".
"""

from __future__ import annotations

import re

from transforms.number_rules import NumberRules
from transforms.readings import AFTER, BLANKS, Reading, Surroundings

UNIT_AND = re.compile(r"(?<![A-Za-z])(?:(?P<article>an?)[ \n])?(?P<unit>[A-Za-z]{3,8})[ \n]and[ \n-]$", re.IGNORECASE)
ROUND = frozenset({3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 20.0, 100.0})


def read_share(text: str, reading: Reading, around: Surroundings, rules: NumberRules) -> None:
    """A fraction in words or digits: a share, a measure, a plain number, or an ordinal that is dropped."""
    numeral = reading.numeral
    quote = text[numeral.start : numeral.end].lower()
    named = quote.removeprefix("a ").removeprefix("an ")
    if not reading.bare:
        ordinal = quote in rules.denominators and quote not in ("half", "quarter")
        if ordinal and not text.startswith(" of", numeral.end):  # "their fourth day"
            reading.drop("numbers.ordinal")
    elif not quote[0].isalpha():
        if around.lower in ("of", "majority"):  # "1/4 of"; "down 1/8" is a price
            share(reading)
    elif numeral.value == 0.5 and named != quote and and_a_half(text, reading, rules):
        return
    elif around.lower in ("point", "points", "percentage"):
        return  # "a one-quarter point rise"
    elif around.hyphenated:  # "half-hearted"
        reading.drop("names.hyphen")
    elif not stands_for_share(named, quote, reading, around, rules):
        reading.drop("numbers.ordinal")
    elif around.lower or text[reading.end] not in ".,;:!?\n)" or introduced(reading, around, rules):
        share(reading)


def introduced(reading: Reading, around: Surroundings, rules: NumberRules) -> bool:
    """As in "by a third", "nearly half"."""
    return around.last in rules.words["before_share"] or reading.qualifier is not None


def stands_for_share(named: str, quote: str, reading: Reading, around: Surroundings, rules: NumberRules) -> bool:
    """As in "a third of staff", "half the workers", headline "third of staff"; not "a third man", "the first half"."""
    lower, last, article = around.lower, around.last, named != quote
    if named == "half":
        if last in rules.words["before_other_half"] or last.isdigit():
            return False
        if last in rules.words["before_half"] and lower not in ("of", "the", "its", "their"):
            return False
        whole = lower in rules.words["after_half"] or last == "other"
        return article or whole or introduced(reading, around, rules) or not around.words
    if named not in rules.denominators:
        return True  # "two thirds", "one fifth"
    if article:
        return lower == "of" or introduced(reading, around, rules) or not (lower or around.words)
    return lower == "of" and (
        not around.words or introduced(reading, around, rules) or last in ("as", "with", "after", "for", "than")
    )


def and_a_half(text: str, reading: Reading, rules: NumberRules) -> bool:
    """As in "week and a half", "an hour and a half"; "two hours and a half" is put together as a range is."""
    start = reading.numeral.start
    whole = UNIT_AND.search(text, max(0, start - 24), start)
    unit = rules.units.get(whole["unit"].lower()) if whole else None
    if whole is None or unit is None or not (whole["article"] or not whole["unit"].lower().endswith("s")):
        return False
    reading.start = reading.phrase_start = whole.start("article") if whole["article"] else whole.start("unit")
    reading.value, reading.rule = 1.5, "numbers.fraction"
    reading.set_bounds()
    return reading.measured(*unit, reading.phrase_end)


def share(reading: Reading) -> None:
    """The fraction in percent."""
    reading.value = hundredfold(reading.value)
    reading.kind, reading.unit, reading.rule = "percent", "percent", "numbers.share"
    reading.set_bounds()


def hundredfold(value: float) -> float:
    """A share in percent, to the contract's two decimals; small shares keep four digits."""
    percent = 100 * value
    return round(percent, 2) if percent >= 1 else float(f"{percent:.4g}")


def one_in(text: str, a: Reading, b: Reading, word: str, rules: NumberRules) -> Reading | None:
    """As in "one in five", "nine out of ten": a share, if something follows that is shared."""
    whole = a.value == int(a.value) and b.value == int(b.value) and a.numeral.style != "fraction"
    if not (a.bare and b.bare and whole and 0 < a.value < b.value):
        return None
    if a.dropped not in (None, "numbers.pronoun") or (b.dropped or "").startswith("dates."):
        return None
    if word == "in" and not (a.value == 1 or (a.value < 10 and b.value in ROUND)):
        return None
    a.value /= b.value
    a.end, a.phrase_end, a.dropped, a.rule = b.end, b.phrase_end, None, "numbers.fraction"
    a.numeral.plain, a.numeral.style = False, "fraction"
    a.relation = "over" if b.relation == "over" else a.relation
    follows = AFTER.match(text, b.end) if text[b.end] in BLANKS or text[b.end] == "-" else None
    alone = rules.after.fullmatch(text[b.end : b.end + 24].rstrip()) is not None  # "2 in 5 or more"
    clause_ends = text[b.end] in ",.;" and text[b.end + 1].isspace() and a.phrase_start > 2
    if (follows and not alone) or clause_ends:
        share(a)
    a.set_bounds()
    return a


def one_over(text: str, a: Reading, b: Reading) -> Reading | None:
    """As in "1 over three": a fraction, if nothing is counted behind it."""
    if not (a.bare and b.bare and 0 < a.value < b.value) or b.dropped or a.dropped not in (None, "numbers.pronoun"):
        return None
    if text[b.end] in BLANKS and AFTER.match(text, b.end):
        return None
    a.value, a.dropped, a.end, a.phrase_end, a.rule = a.value / b.value, None, b.end, b.end, "numbers.fraction"
    a.set_bounds()
    return a
