"""The words of numbers.toml, vague.toml, units.toml and currencies.toml, compiled for reading.

>>> load_number_rules("en").vague["dozens"]
24.0
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

NumberFile = dict[str, Any]
Kinds = dict[str, tuple[str, float]]  # word -> kind and value, see number_words.Token
Phrases = dict[str, list[tuple[tuple[str, ...], str]]]
CARDINAL_KINDS = ((1, 10, "unit"), (10, 20, "teen"), (20, 100, "tens"))
VULGAR_SIGNS = "½¼¾⅓⅔⅛⅜⅝⅞⅕⅖⅗⅘⅙⅚"
# digits that no separator, fraction or exponent follows: most digits are read by this alone
SIMPLE_DIGITS = rf"[0-9]{{0,14}}(?:\.[0-9]{{1,9}})?(?![0-9'’\u00a0\u2009\u202f/⁄eE^{VULGAR_SIGNS}]|[ ,.-][0-9])"
FOLLOWING_WORD = r" ([a-z]{1,20})(?![a-z]|\.[a-z]|[^\x00-\x7f])"  # no "U.S", no "café"
BEHIND_DIGIT = rf"(?:({SIMPLE_DIGITS})(?:{FOLLOWING_WORD})?|[0-9]{{0,23}})"
BLANK = r"[ \t\u00a0\u202f]{0,4}\n?[ \t\u00a0\u202f]{0,8}"  # bounded: long runs of blanks must not cost more


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRules:
    """What the readers look up; made once by `load_number_rules`."""

    # numerals
    heads: frozenset[str]  # words with which a numeral can begin
    digits_hit: re.Pattern[str]  # digits; with groups where nothing divides them: the digits but one, the word behind
    digits_hit_beyond_ascii: re.Pattern[str]  # and signs as "½"
    digit_signs: frozenset[str]
    tokens: Kinds
    go_on: frozenset[str]  # words with which a numeral can go on: number words, "and", "of", "a"
    large: dict[str, float]  # scales behind digits: "mln", "billions"
    cardinals: dict[str, float]
    scales: dict[str, float]  # singular
    scale_initials: frozenset[str]  # of the words that can go on with digits, "and" among them
    letters: dict[str, float]
    denominators: dict[str, float]
    vague: dict[str, float]
    vague_plurals: frozenset[str]
    vague_with_article: frozenset[str]
    vague_step: re.Pattern[str]
    upon: re.Pattern[str]
    article: re.Pattern[str]
    # qualifiers
    before: Phrases  # qualifiers of one word; also keys, without any, that only end a qualifier
    before_two: Phrases  # last two words of longer ones -> whole qualifiers, longest first
    adverbs: dict[str, list[tuple[str, ...]]]  # by their last word
    after: re.Pattern[str]
    after_relation: dict[str, str]
    after_first: frozenset[str]  # first words of such qualifiers
    after_starts: frozenset[str]  # three letters with which they can begin
    # units
    units: dict[str, tuple[str, str]]  # word -> kind, unit
    glued_units: dict[str, str]  # "5W": in their own case
    square: frozenset[str]
    ton_words: frozenset[str]
    metre_words: frozenset[str]
    percent: frozenset[str]
    stretch: frozenset[str]  # "seven straight months"
    behind: frozenset[str]  # every word behind a number with which a unit, percent or money can begin
    right: dict[str, str]  # those, and whether they are percent, money or may be a unit; "and" leads to cents
    # money
    signs: dict[str, str]
    sign_ends: frozenset[str]
    money_left: re.Pattern[str]  # what ends where the number begins
    money_left_words: frozenset[str]
    left_small: frozenset[str]  # those and "minus", in small letters
    marking: frozenset[str]  # those and the last words of qualifiers
    marking_alone: frozenset[str]  # those that do so without another word before them
    money_left_all: dict[str, str]
    codes: dict[str, str]
    money_words: dict[str, str]
    money_plain: dict[str, str]  # those that are neither codes nor other words
    money_doubtful: dict[str, str]
    money_singular: dict[str, str]  # irregular plurals: "kroner"
    nationalities: dict[str, dict[str, str]]
    # what is no figure
    names: frozenset[str]
    names_lower: frozenset[str]
    address: re.Pattern[str]  # the street behind a house number
    never: dict[str, list[tuple[str, int]]]  # number word and two letters beside it -> phrases and its place in them
    glued: frozenset[str]
    months: dict[str, int]
    clock: frozenset[str]
    decimal_clock: re.Pattern[str]  # "5.30 GMT"
    year_words: frozenset[str]
    after_no_date: frozenset[str]  # what counts, measures or qualifies the number before it
    beside_no_count: frozenset[str]  # words beside digits that can make them a day, a clock time, an age, a name
    change: frozenset[str]
    words: dict[str, frozenset[str]]  # the lists of numbers.toml, [words]
    harmed: re.Pattern[str]  # behind "one": "was hurt", "of them died"
    near: dict[str, re.Pattern[str]]  # [near]: what stands in the same clause


@cache
def load_number_rules(language: str = "en") -> NumberRules:
    """The packaged rules of a language; KeyError or tomllib.TOMLDecodeError names what is broken in them."""
    words, vague = read_rules(language, "numbers.toml"), read_rules(language, "vague.toml")
    units, currencies = read_rules(language, "units.toml"), read_rules(language, "currencies.toml")
    qualifiers, money = qualifier_rules(words), money_rules(currencies)
    numerals = numeral_rules(words, {word.removeprefix("a "): float(value) for word, value in vague["words"].items()})
    behind = words_behind(words, units, currencies)
    names = name_rules(words)
    lists = names["words"]
    money_plain = {
        word: code
        for word, code in money["money_words"].items()
        if word not in lists["currency_homonyms"] | money["left_small"] and word.upper() not in money["codes"]
    }
    right = {"and": "and"} | dict.fromkeys(behind, "unit") | dict.fromkeys(money_plain, "money")
    no_count = {"zip", "postal", "aged", "age", "ages", "of", "top", "bottom", *names["months"]}
    return NumberRules(
        behind=behind,
        beside_no_count=names["names_lower"]
        | names["clock"]
        | lists["aircraft"]
        | lists["clock_before"]
        | lists["ordered"]
        | lists["time_zones"]
        | no_count,
        after_no_date=behind
        | lists["people"]
        | lists["time_zones"]
        | numerals["tokens"].keys()
        | qualifiers["after_first"],
        marking=money["left_small"] | qualifiers["before"].keys(),
        marking_alone=money["left_small"] | {word for word, phrases in qualifiers["before"].items() if phrases},
        **numerals,
        money_plain=money_plain,
        right=right | dict.fromkeys(units["percent"]["words"], "percent"),
        **qualifiers,
        **unit_rules(units),
        **money,
        **names,
    )


def read_rules(language: str, name: str) -> NumberFile:
    return tomllib.loads((files("transforms") / "rules" / language / name).read_text(encoding="utf-8"))


def numeral_rules(words: NumberFile, vague: dict[str, float]) -> dict[str, Any]:
    tokens = number_tokens(words, vague)
    scales = {word: float(value) for word, value in words["scales"].items()}
    heads = [word for word in tokens if word not in words["never_first"]["words"]]
    step = rf"{BLANK}-?(?P<of>of\s(?:an? )?)?(?P<word>[A-Za-z]{{3,11}})(?![A-Za-z])"
    return {
        "heads": frozenset(heads),
        "digits_hit": re.compile(f"[0-9]{BEHIND_DIGIT}"),
        "digits_hit_beyond_ascii": re.compile(rf"[0-9{VULGAR_SIGNS}](?:(?<=[0-9]){BEHIND_DIGIT})?"),
        "digit_signs": frozenset("0123456789" + VULGAR_SIGNS),
        "tokens": tokens,
        "go_on": frozenset([*tokens, "and", "of", "a", "an"]),
        "large": {word: value for word, (kind, value) in tokens.items() if kind == "scale"},
        "cardinals": {word: float(value) for word, value in words["numerals"].items()},
        "scales": scales,
        "scale_initials": initials([*scales, "and", "a"]),
        "letters": {word: float(value) for word, value in words["letters"].items()},
        "denominators": {word: float(value) for word, value in words["denominators"].items()},
        "vague": vague,
        "vague_plurals": frozenset(w for w in vague if w.removesuffix("s") in scales or w in ("tens", "scores")),
        "vague_with_article": frozenset({"couple", "few", "handful"}),
        "vague_step": re.compile(step, re.IGNORECASE),
        "upon": re.compile(rf"{BLANK}(?:upon|on|and){BLANK}(?P<word>[A-Za-z]{{4,11}})(?![A-Za-z])", re.IGNORECASE),
        "article": re.compile(r"(?<![A-Za-z])(?P<a>[Aa][Nn]?)[ \n\u00a0-]$"),
    }


def number_tokens(words: NumberFile, vague: dict[str, float]) -> Kinds:
    known: Kinds = {"point": ("point", 0.0), "firsts": ("fraction", 1.0)}
    for word, value in words["numerals"].items():
        kind = next((kind for low, high, kind in CARDINAL_KINDS if low <= value < high), "zero")
        known[word] = (kind, float(value))
        if value > 2:
            known[word + "fold"] = known[word]  # "grew sixfold"; "the reason is twofold"
    for word, value in words["scales"].items():
        known[word] = ("hundred" if value == 100 else "dozen" if value == 12 else "scale", float(value))
        if len(word) > 2:
            known[word + "s"] = known[word]
    for word, value in words["denominators"].items():
        known[word] = ("half" if word == "half" else "fraction", float(value))
        known["halves" if word == "half" else word + "s"] = known[word]
    known |= dict.fromkeys(words["ordinals"]["words"], ("ordinal", 0.0))
    known |= {word: ("vague", value) for word, value in vague.items() if word not in known}
    return known


def qualifier_rules(words: NumberFile) -> dict[str, Any]:
    after = {phrase: relation for relation, phrases in words["after"].items() for phrase in phrases}
    spelled = literal(phrase for phrase in after if phrase != "+")
    adverbs: dict[str, list[tuple[str, ...]]] = {}
    for adverb in sorted((tuple(listed.split()) for listed in words["qualifiers"]["adverbs"]), key=len, reverse=True):
        adverbs.setdefault(adverb[-1], []).append(adverb)
    return {
        **qualifiers_by_end(words["qualifiers"]),
        "adverbs": adverbs,
        "after": re.compile(rf"(?:{BLANK}|-)(?P<after>\+|(?:{spelled})(?![A-Za-z]))", re.IGNORECASE),
        "after_relation": after,
        "after_first": frozenset(phrase.partition(" ")[0] for phrase in after),
        "after_starts": frozenset(phrase[:3] for phrase in after),
    }


def qualifiers_by_end(groups: dict[str, list[str]]) -> dict[str, Phrases]:
    one: Phrases = {}
    two: Phrases = {}
    for name, relation in (("over", "over"), ("under", "under"), ("approx", "approx"), ("equal", "exact")):
        for words in (tuple(phrase.split()) for phrase in groups[name]):
            single = one.setdefault(words[-1], [])
            (single if len(words) == 1 else two.setdefault(" ".join(words[-2:]), [])).append((words, relation))
    return {
        "before": one,
        "before_two": {end: sorted(found, key=lambda entry: -len(entry[0])) for end, found in two.items()},
    }


def unit_rules(units: NumberFile) -> dict[str, Any]:
    kinds = ("duration", "measurement")
    return {
        "units": {word: (kind, unit) for kind in kinds for unit, group in units[kind].items() for word in group},
        "glued_units": units["glued"],
        "square": frozenset(units["areas"]["words"]),
        "ton_words": frozenset(units["areas"]["tons"]),
        "metre_words": frozenset(units["metres"]["after"]),
        "percent": frozenset(units["percent"]["words"]),
        "stretch": frozenset(units["stretch"]["words"]),
    }


def words_behind(words: NumberFile, units: NumberFile, currencies: NumberFile) -> frozenset[str]:
    """The first words of units, currencies, percent and scales, in small letters: what else follows is no unit."""
    found = {"per", "of", "a", "an", *units["percent"]["words"], *units["stretch"]["words"]}
    found |= {"nautical", *units["areas"]["words"], *units["areas"]["tons"]}
    spelled = [word for kind in ("duration", "measurement") for group in units[kind].values() for word in group]
    found |= {*spelled, *(word.partition("-")[0] for word in spelled if "-" in word)}
    codes = [*currencies["abbreviations"], *currencies["codes"]["list"].split(), *currencies["codes"]["lower"].split()]
    found |= {*codes, *(f"M{code}" for code in codes), *currencies["signs"], *currencies["words"]}
    found |= {*currencies["ambiguous"], *currencies["nationalities"]}
    found |= {*words["words"]["first_of_two"].split(), *words["words"]["spaced_scales"].split()}
    return frozenset(word.lower() for word in found)


def money_rules(currencies: NumberFile) -> dict[str, Any]:
    codes = {code: currencies["synonyms"].get(code, code) for code in currencies["codes"]["list"].split()}
    abbreviations = currencies["abbreviations"] | codes
    prefixes = {key.replace("_", "."): code for key, code in currencies["prefixes"].items()}
    lower, spaced = currencies["codes"]["lower"].split(), currencies["codes"]["spaced"].split()
    long = [*(word for word in abbreviations if len(word) > 1), *lower]
    country = rf"(?P<glued>{literal([*prefixes, *codes, *lower])})\.?|(?P<spaced>{literal(spaced)})\.? "
    before = (
        rf"(?:(?<![A-Za-z])(?:{country}))?(?P<sign>{literal(currencies['signs'])})[ \u00a0\n]?$"
        rf"|\$(?P<inner>{literal(prefixes)}) ?$"
        rf"|(?<![A-Za-z$])(?P<code>{literal(long)})(?:\.?[ \u00a0\n]?|[.=] ?)$"
        rf"|(?<![A-Za-z$])(?P<letter>{literal(word for word in abbreviations if len(word) == 1)})=?$"
    )
    named = {word: prefixes.get(word) or prefixes[word.upper()] for word in (*prefixes, *spaced)}
    return {
        "signs": currencies["signs"],
        "sign_ends": frozenset(sign[-1] for sign in currencies["signs"]),
        "money_left": re.compile(before),
        "money_left_words": frozenset(long),
        "left_small": frozenset([*map(str.lower, long), "minus", "negative"]),
        "money_left_all": abbreviations | {code: codes[code.upper()] for code in lower} | named,
        "codes": abbreviations,
        "money_words": currencies["words"],
        "money_doubtful": currencies["ambiguous"],
        "money_singular": currencies["plurals"],
        "nationalities": currencies["nationalities"],
    }


def name_rules(words: NumberFile) -> dict[str, Any]:
    names = words["names"]
    lists = {name: frozenset(listed.split()) for name, listed in words["words"].items()}
    between = literal(lists["before_harmed"])
    harmed = rf"[ \n](?:(?:{between})[ \n]){{0,4}}(?:{literal(lists['harmed'])})(?![a-z])"
    streets = literal(word.capitalize() for word in names["streets"])
    inner = r"(?:(?:[A-Z][\w'’.]{1,20}|[0-9]{1,3}(?:st|nd|rd|th)) ){0,3}"
    first = literal(names["streets_first"])
    zones = literal(word.upper() for word in words["dates"]["clock"] if word.isalpha() and len(word) in (3, 4))
    return {
        "names": frozenset(names["before"].split()),
        "names_lower": frozenset(names["lower_too"]),
        "address": re.compile(rf" (?:[NSEW]\.? )?{inner}(?:{streets})(?![a-z])| (?:{first}) [A-Z]"),
        "never": never_by_word(names["never"], number_tokens(words, {})),
        "glued": frozenset(names["glued_before"]),
        "months": words["dates"]["months"],
        "clock": frozenset(words["dates"]["clock"]),
        "decimal_clock": re.compile(
            rf"[0-9]{{1,2}}\.[0-5][0-9](?= ?(?:[ap]\.?m|hrs|gmt|{zones}|local time|today|yesterday)\b)"
            r"|0[0-9]\.[0-5][0-9](?! ?%)"
        ),
        "year_words": frozenset(words["dates"]["before_years"]),
        "change": frozenset(words["range"]["change"].split()),
        "words": lists,
        "harmed": re.compile(harmed),
        "near": {name: near_words(listed) for name, listed in words["near"].items()},
    }


def never_by_word(phrases: list[str], tokens: Kinds) -> dict[str, list[tuple[str, int]]]:
    """Keys are the word with the two letters before it, or behind it if it begins the phrase."""
    found: dict[str, list[tuple[str, int]]] = {}
    for phrase in phrases:
        small = phrase.lower()
        for match in re.finditer("[a-z]+", small):
            start, end = match.span()
            if match.group() in tokens:
                key = small[start - 2 : end] if start else small[: end + 2]
                found.setdefault(key, []).append((phrase, start))
    return found


def near_words(listed: str) -> re.Pattern[str]:
    """One pattern of all words; an underscore stands for a blank inside one."""
    return re.compile(rf"(?i)\b(?:{listed.replace(' ', '|').replace('_', ' ')})\b")


def initials(words: Iterable[str]) -> frozenset[str]:
    """The first letters of the words, small and large."""
    return frozenset(char for word in words for char in (word[0], word[0].upper()))


def any_of(words: Iterable[str]) -> str:
    """Words as alternations letter by letter, the longest first: "ten", "two" as "t(?:en|wo)": quick to turn down."""
    by_first: dict[str, list[str]] = {}
    for word in sorted(set(words)):
        if word:
            by_first.setdefault(word[0], []).append(word[1:])
    branches = "|".join(re.escape(first) + any_of(rest) for first, rest in by_first.items())
    return f"(?:{branches})" + ("?" if "" in words else "") if branches else ""


def literal(words: Iterable[str]) -> str:
    """An alternation of the words as they are, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
