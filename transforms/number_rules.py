"""The words of numbers.toml, vague.toml, units.toml and currencies.toml, compiled for reading.

>>> load_number_rules("en").vague["dozens"]
24.0
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

NumberFile = dict[str, Any]
CARDINAL_KINDS = ((1, 10, "unit"), (10, 20, "teen"), (20, 100, "tens"))


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRules:
    """What the scanner looks up; made once by `load_number_rules`."""

    hit: re.Pattern[str]  # a digit, or a separator and the number word behind it
    word: re.Pattern[str]
    digit_signs: frozenset[str]
    tokens: dict[str, tuple[str, float]]  # word -> kind and value, see numerals.Token
    cardinals: dict[str, float]
    scales: dict[str, float]  # singular
    letters: dict[str, float]
    denominators: dict[str, float]
    vague: dict[str, float]
    vague_plurals: frozenset[str]
    vague_with_article: frozenset[str]
    vague_step: re.Pattern[str]
    upon: re.Pattern[str]
    article: re.Pattern[str]
    before: dict[str, list[tuple[tuple[str, ...], str]]]  # last word of a qualifier -> whole qualifiers, longest first
    adverbs: list[tuple[str, ...]]
    after: re.Pattern[str]
    after_relation: dict[str, str]
    units: dict[str, tuple[str, str]]  # word -> kind, unit
    square: frozenset[str]
    ton_words: frozenset[str]
    metre_words: frozenset[str]
    percent: frozenset[str]
    signs: dict[str, str]
    prefixes: dict[str, str]
    money_left: re.Pattern[str]
    money_left_words: frozenset[str]
    money_left_all: dict[str, str]
    codes: dict[str, str]
    money_words: dict[str, str]
    money_doubtful: dict[str, str]
    nationalities: dict[str, dict[str, str]]
    names: frozenset[str]
    names_lower: frozenset[str]
    streets: frozenset[str]
    stretch: frozenset[str]  # "seven straight months"
    address: re.Pattern[str]  # the street behind a house number
    never: dict[str, list[tuple[str, int]]]  # number word -> phrases and where the word stands in them
    glued: frozenset[str]
    months: dict[str, int]
    clock: frozenset[str]
    year_words: frozenset[str]
    change: frozenset[str]
    words: dict[str, frozenset[str]]  # the lists of numbers.toml, [words]
    near: dict[str, re.Pattern[str]]  # [near]: what stands in the same clause
    glued_units: dict[str, str]  # "5W": in their own case
    money_singular: dict[str, str]  # irregular plurals: "kroner"


def read_rules(language: str, name: str) -> NumberFile:
    return tomllib.loads((files("transforms") / "rules" / language / name).read_text(encoding="utf-8"))


def any_of(words: object) -> str:
    """Words as an alternation by first letter: quick to turn down, whatever the case."""
    by_first: dict[str, list[str]] = {}
    for word in sorted(set(words), reverse=True):  # type: ignore[call-overload]
        by_first.setdefault(word[0], []).append("".join(either_case(c) for c in word[1:]))
    return "|".join(f"{either_case(first)}(?:{'|'.join(rest)})" for first, rest in by_first.items())


def either_case(char: str) -> str:
    return f"[{char}{char.upper()}]" if char != char.upper() else re.escape(char)


def literal(words: object) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))  # type: ignore[call-overload]


def scale_tokens(scales: dict[str, float]) -> dict[str, tuple[str, float]]:
    known: dict[str, tuple[str, float]] = {}
    for word, value in scales.items():
        kind = "hundred" if value == 100 else "dozen" if value == 12 else "scale"
        known[word] = (kind, value)
        if len(word) > 2:
            known[word + "s"] = (kind, value)
    known["dzs"] = known["dozs"] = ("dozen", 12.0)
    return known


def number_tokens(words: NumberFile, vague: dict[str, float]) -> dict[str, tuple[str, float]]:
    known: dict[str, tuple[str, float]] = {"point": ("point", 0.0)}
    for word, value in words["numerals"].items():
        kind = next((kind for low, high, kind in CARDINAL_KINDS if low <= value < high), "zero")
        known[word] = (kind, float(value))
    known |= scale_tokens(words["scales"])
    for word, value in words["denominators"].items():
        kind = "half" if word == "half" else "fraction"
        known[word] = (kind, float(value))
        known["halves" if word == "half" else word + "s"] = (kind, float(value))
    known["firsts"] = ("fraction", 1.0)
    known |= dict.fromkeys(words["ordinals"]["words"], ("ordinal", 0.0))
    known |= {word: ("vague", value) for word, value in vague.items() if word not in known}
    return known


def qualifiers_by_last(groups: dict[str, list[str]]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    by_last: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for relation in ("over", "under", "approx", "equal"):
        for phrase in groups[relation]:
            words = tuple(phrase.split())
            by_last.setdefault(words[-1], []).append((words, "exact" if relation == "equal" else relation))
    return {last: sorted(found, key=lambda entry: -len(entry[0])) for last, found in by_last.items()}


def never_by_word(phrases: list[str], tokens: dict[str, tuple[str, float]]) -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for phrase in phrases:
        for match in re.finditer("[A-Za-z]+", phrase):
            if match.group().lower() in tokens:
                found.setdefault(match.group().lower(), []).append((phrase, match.start()))
    return found


def money_codes(currencies: NumberFile) -> dict[str, str]:
    synonyms = {"RMB": "CNY", "CNH": "CNY", "BTC": "XBT", "STG": "GBP"}
    return {code: synonyms.get(code, code) for code in currencies["codes"]["list"].split()}


@cache
def load_number_rules(language: str = "en") -> NumberRules:
    """The packaged rules of a language; KeyError or tomllib.TOMLDecodeError names a broken file."""
    words, vague_file = read_rules(language, "numbers.toml"), read_rules(language, "vague.toml")
    units, currencies = read_rules(language, "units.toml"), read_rules(language, "currencies.toml")
    vague = {word.removeprefix("a "): float(value) for word, value in vague_file["words"].items()}
    tokens = number_tokens(words, vague)
    scales = {word: float(value) for word, value in words["scales"].items()}
    blank = r"[ \t\u00a0\u202f]*\n?[ \t\u00a0\u202f]*"
    heads = [
        word for word in tokens if word not in ("doz", "dz", "dzs", "dozs", "mio", "mn", "bn", "tn", "lac", "lacs")
    ]
    vulgar = "½¼¾⅓⅔⅛⅜⅝⅞⅕⅖⅗⅘⅙⅚"
    codes = money_codes(currencies)
    abbreviations = currencies["abbreviations"] | codes
    prefixes = {key.replace("_", "."): code for key, code in currencies["prefixes"].items()}
    signs = currencies["signs"]
    lower_codes = currencies["codes"]["lower"].split()
    spaced = currencies["codes"]["spaced"].split()
    unit_words = {word: ("duration", unit) for unit, group in units["duration"].items() for word in group}
    unit_words |= {word: ("measurement", unit) for unit, group in units["measurement"].items() for word in group}
    after = {phrase: relation for relation, phrases in words["after"].items() for phrase in phrases}
    after_words = [phrase for phrase in after if phrase != "+"]
    return NumberRules(
        hit=re.compile(rf"[^A-Za-z](?:(?<=[0-9{vulgar}])|(?:{any_of(heads)})(?![A-Za-z]))"),
        word=re.compile("[A-Za-z]{1,14}"),
        digit_signs=frozenset("0123456789" + vulgar),
        tokens=tokens,
        cardinals={word: float(value) for word, value in words["numerals"].items()},
        scales=scales,
        letters={word: float(value) for word, value in words["letters"].items()},
        denominators={word: float(value) for word, value in words["denominators"].items()},
        vague=vague,
        vague_plurals=frozenset(
            word for word in vague if word.removesuffix("s") in scales or word in ("tens", "scores")
        ),
        vague_with_article=frozenset({"couple", "few", "handful"}),
        vague_step=re.compile(rf"{blank}-?(?P<of>of\s(?:an? )?)?(?P<word>[A-Za-z]{{3,11}})(?![A-Za-z])", re.I),
        upon=re.compile(rf"{blank}(?:up)?(?:on|and){blank}(?P<word>[A-Za-z]{{4,11}})(?![A-Za-z])", re.I),
        article=re.compile(r"(?<![A-Za-z])(?P<a>[Aa][Nn]?)[ \n\u00a0-]$"),
        before=qualifiers_by_last(words["qualifiers"]),
        adverbs=sorted((tuple(a.split()) for a in words["qualifiers"]["adverbs"]), key=len, reverse=True),
        after=re.compile(rf"(?:{blank}|-)(?P<after>\+|(?:{literal(after_words)})(?![A-Za-z]))", re.I),
        after_relation=after,
        units=unit_words,
        square=frozenset(units["areas"]["words"]),
        ton_words=frozenset(units["areas"]["tons"]),
        metre_words=frozenset(units["metres"]["after"]),
        percent=frozenset(units["percent"]["words"]),
        signs=signs,
        prefixes=prefixes,
        money_left=re.compile(
            rf"(?:(?<![A-Za-z])(?:(?P<glued>{literal([*prefixes, *codes, *lower_codes])})\.?|(?P<spaced>{literal(spaced)})\.? ))?"
            rf"(?P<sign>{literal(signs)})[ \u00a0\n]?$"
            rf"|\$(?P<inner>{literal(prefixes)}) ?$"
            rf"|(?<![A-Za-z$])(?P<code>{literal([*(a for a in abbreviations if len(a) > 1), *lower_codes])})(?:\.?[ \u00a0\n]?|[.=] ?)$"
            rf"|(?<![A-Za-z$])(?P<letter>{literal(a for a in abbreviations if len(a) == 1)})=?$"
        ),
        money_left_words=frozenset([*(a for a in abbreviations if len(a) > 1), *lower_codes]),
        money_left_all=abbreviations
        | {code: codes[code.upper()] for code in lower_codes}
        | {p: prefixes.get(p) or prefixes[p.upper()] for p in (*prefixes, *spaced)},
        codes=abbreviations,
        money_words=currencies["words"],
        money_doubtful=currencies["ambiguous"],
        nationalities=currencies["nationalities"],
        names=frozenset(words["names"]["before"].split()),
        names_lower=frozenset(words["names"]["lower_too"]),
        streets=frozenset(words["names"]["streets"]),
        stretch=frozenset(units["stretch"]["words"]),
        address=re.compile(
            rf" (?:[NSEW]\.? )?(?:(?:[A-Z][\w'’.]{{1,20}}|[0-9]{{1,3}}(?:st|nd|rd|th)) ){{0,3}}(?:{literal(word.capitalize() for word in words['names']['streets'])})(?![a-z])"
            rf"| (?:{literal(words['names']['streets_first'])}) [A-Z]"
        ),
        never=never_by_word(words["names"]["never"], tokens),
        glued=frozenset(words["names"]["glued_before"]),
        months=words["dates"]["months"],
        clock=frozenset(words["dates"]["clock"]),
        year_words=frozenset(words["dates"]["before_years"]),
        change=frozenset(words["range"]["change"].split()),
        words={name: frozenset(listed.split()) for name, listed in words["words"].items()},
        near={
            name: re.compile(rf"(?i)\b(?:{listed.replace(' ', '|').replace('_', ' ')})\b")
            for name, listed in words["near"].items()
        },
        glued_units=units["glued"],
        money_singular=currencies["plurals"],
    )
