"""Numbers in words and digits: "7,000", "two million", "dozens", "$8.5 million", "10 to 15".

>>> [(number.quote, number.value) for number in find_numbers("Some 7,000 of two million marched.")]
[('7,000', 7000.0), ('two million', 2000000.0)]

What a number is, and what only looks like one (dates, clock times, ordinals, scores, names), is the contract of the
figures table. Words are in rules/en/numbers.toml, vague.toml, units.toml and currencies.toml; the order is here:
numerals.py computes, units.py and qualifiers.py look to both sides, not_figures.py drops, ranges.py joins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from transforms.hits import Hits, find_hits
from transforms.not_figures import drop_if_no_figure, drop_plain_date
from transforms.number_rules import NumberRules, load_number_rules
from transforms.numerals import Numeral, read_numerals
from transforms.qualifiers import qualify, share_qualifiers
from transforms.ranges import join_ranges, share_ages, share_names, share_units
from transforms.readings import Reading
from transforms.units import read_left, read_right, read_word_right
from transforms.values import Number

Span = tuple[int, int]

URL = re.compile(r"(?:https?://|www\.)[^\s<>\"]{1,2000}|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}")
TELEPHONE = re.compile(r"\+[0-9][0-9 ().-]{7,18}[0-9]")
AREA_CODE = re.compile(r"\([0-9]{3}\) ?[0-9]{3}-[0-9]{4}")


def find_numbers(text: str, blocked: Sequence[Span] = ()) -> list[Number]:
    """Every number in the text, left to right; a range is one number.

    `blocked` are spans of the text (dates, names) in which no number is reported. The word "one" is reported with rule
    "numbers.one" where it counts a noun: whether that makes a figure depends on what happened to it. Linear in the
    length of the text.
    """
    return find_all_numbers([find_hits(text)], [blocked])[0]


def find_all_numbers(hits: Sequence[Hits], blocked: Sequence[Sequence[Span]]) -> list[list[Number]]:
    """The same for each of many texts, of which the hits are given.

    Each step is taken for all texts before the next: its code and words then stay in the processor's cache, which
    saves a sixth of the time.
    """
    rules = load_number_rules()
    numerals = [list(read_numerals(of, rules)) for of in hits]
    readings = [
        [read(of.padded, of.small, numeral, rules) for numeral in found]
        for of, found in zip(hits, numerals, strict=True)
    ]
    joined = [join(of.padded, found, rules) for of, found in zip(hits, readings, strict=True)]
    return [
        [to_number(of.padded, reading) for reading in without_blocked(found, [*spans, *addresses(of.text)])]
        for of, found, spans in zip(hits, joined, blocked, strict=True)
    ]


def join(text: str, readings: list[Reading], rules: NumberRules) -> list[Reading]:
    """The readings of a text with what neighbours make of each other: ranges, shared units, lists of ages."""
    readings = share_qualifiers(text, join_ranges(text, readings, rules))
    return share_units(text, share_ages(text, share_names(text, readings, rules), rules))


def read(text: str, small: str, numeral: Numeral, rules: NumberRules) -> Reading:
    """One numeral with its unit, currency and qualifier; dropped if it is no figure."""
    last = plain_word_before(small, numeral.start, rules)
    reading = Reading(numeral, small, last)
    if numeral.plain and drop_plain_date(text, reading, rules):
        return reading
    right = read_word_right if numeral.following else read_right
    if (last or read_left(text, reading, rules)) and right(text, reading, rules):
        qualify(text, reading, rules)
        if reading.kind == "count" or numeral.style != "digits":
            drop_if_no_figure(text, reading, rules)
    return reading


def plain_word_before(small: str, start: int, rules: NumberRules) -> str:
    """The word before a numeral if it is no currency, sign or qualifier, "the" in "the 350"; else nothing."""
    if small[start - 1] not in " \n":
        return ""
    blank = small.rfind(" ", start - 24 if start > 24 else 0, start - 1)
    word = small[blank + 1 : start - 1]
    if blank < 0 or not (word.isalpha() and word.isascii()):
        return ""
    if word not in rules.marking:
        return word
    if word in rules.marking_alone:
        return ""
    before = small[max(0, blank - 24) : blank].rpartition(" ")[2]  # "of" after "maximum", not after "loss"
    return word if before.isalpha() and f"{before} {word}" not in rules.before_two else ""


def addresses(text: str) -> list[Span]:
    """Spans of URLs, e-mail addresses and telephone numbers."""
    found = [match.span() for match in TELEPHONE.finditer(text)] if "+" in text else []
    if "(" in text:
        found += [match.span() for match in AREA_CODE.finditer(text)]
    if "://" in text or "www." in text or "@" in text:
        found += [match.span() for match in URL.finditer(text)]
    return found


def without_blocked(readings: list[Reading], blocked: Sequence[Span]) -> list[Reading]:
    """The readings that stand for figures, none of them overlapping a blocked span."""
    kept = [reading for reading in readings if reading.dropped is None]
    if not blocked:
        return kept
    spans = merged_spans(blocked)
    place, count = 0, len(spans)
    free = []
    for reading in kept:  # both run left to right
        while place < count and spans[place][1] < reading.start:
            place += 1
        if place == count or spans[place][0] >= reading.end - 1:
            free.append(reading)
    return free


def merged_spans(spans: Sequence[Span]) -> list[Span]:
    """The spans in order, overlapping ones made one."""
    ordered: list[Span] = []
    for start, end in sorted(spans):
        if ordered and start <= ordered[-1][1]:
            ordered[-1] = (ordered[-1][0], max(end, ordered[-1][1]))
        else:
            ordered.append((start, end))
    return ordered


def to_number(padded: str, reading: Reading) -> Number:
    """The reading as a value; its offsets lose the line break that pads the text."""
    start, end = reading.start, reading.end
    return Number(  # by position: with the fields' names it takes three times as long
        padded[start:end],
        start - 1,
        end - 1,
        reading.value,
        reading.low,
        reading.high,
        reading.relation,
        reading.kind,
        reading.unit,
        reading.phrase_start - 1,
        reading.phrase_end - 1,
        reading.numeral.vague or reading.small[start:end],
        reading.qualifier,
        reading.rule,
    )
