"""The examples beside the rules, every cue at work, and what holds for any text."""

from __future__ import annotations

import math
import re
import tomllib
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.hits import find_hits, small_letters
from transforms.number_rules import load_number_rules, read_rules
from transforms.numbers import find_all_numbers, find_numbers
from transforms.profiles import profile_rows
from transforms.values import Number

RULES = load_number_rules("en")
FILES = ("numbers.toml", "vague.toml", "units.toml", "currencies.toml")
MARKED = re.compile(r"\[([^\]]*)\]")


def examples(name: str) -> list[tuple[str, dict[str, Any]]]:
    listed = tomllib.loads((files("transforms") / "rules" / "en" / name).read_text(encoding="utf-8"))["example"]
    return [(f"{name}, example {index}", example) for index, example in enumerate(listed, start=1)]


EXAMPLES = [example for name in FILES for example in examples(name)]


def mistakes(example: dict[str, Any]) -> list[str]:
    """What the example names and the text does not give; empty where all is well."""
    text = MARKED.sub(r"\1", example["text"])
    wanted = [match[1] for match in MARKED.finditer(example["text"])]
    found = find_numbers(text)
    wrong = [] if [n.quote for n in found] == wanted else [f"quotes {[n.quote for n in found]}, not {wanted}"]
    for number, fields in zip(found, example.get("numbers", []), strict=False):
        for field, value in fields.items():
            got = getattr(number, field)
            same = math.isclose(got, value, rel_tol=1e-9) if isinstance(got, float) else got == value
            wrong += [] if same else [f"{number.quote}: {field} {got!r}, not {value!r}"]
    return wrong


@pytest.mark.parametrize(("place", "example"), EXAMPLES, ids=[place for place, _ in EXAMPLES])
def test_example(place: str, example: dict[str, Any]) -> None:
    wrong = mistakes(example)
    if "gap" in example:
        assert wrong, f"{place}: passes now, take the line `gap` out"
    else:
        assert not wrong, f"{place}: {'; '.join(wrong)}"


@pytest.mark.parametrize("name", FILES)
def test_every_file_shows_what_it_must_not_catch(name: str) -> None:
    assert any("why" in example for _, example in examples(name))


def only(text: str) -> Number:
    found = find_numbers(text)
    assert len(found) == 1, f"{text!r}: {[n.quote for n in found]}"
    return found[0]


QUALIFIERS = [
    (phrase, "exact" if relation == "equal" else relation)
    for relation, phrases in read_rules("en", "numbers.toml")["qualifiers"].items()
    if relation != "adverbs"
    for phrase in phrases
]


@pytest.mark.parametrize(("phrase", "relation"), QUALIFIERS, ids=[phrase for phrase, _ in QUALIFIERS])
def test_every_qualifier(phrase: str, relation: str) -> None:
    number = only(f"It came to {phrase} 500 km in all.")
    assert number.relation == relation
    assert (number.low is None, number.high is None) == (relation == "under", relation == "over")
    assert number.qualifier == phrase


@pytest.mark.parametrize("adverb", read_rules("en", "numbers.toml")["qualifiers"]["adverbs"])
def test_every_adverb_belongs_to_the_phrase(adverb: str) -> None:
    assert only(f"It came to {adverb} more than 500 km in all.").qualifier == f"{adverb} more than"


BEHIND = [(p, relation) for relation, phrases in read_rules("en", "numbers.toml")["after"].items() for p in phrases]


@pytest.mark.parametrize(("phrase", "relation"), BEHIND, ids=[phrase for phrase, _ in BEHIND])
def test_every_qualifier_behind(phrase: str, relation: str) -> None:
    glue = "" if phrase == "+" else "-" if phrase in ("plus", "odd", "ish", "some") else " "
    assert only(f"The crowd was 500{glue}{phrase}.").relation == relation


@pytest.mark.parametrize("word", sorted(RULES.units))
def test_every_unit(word: str) -> None:
    kind, unit = RULES.units[word]
    sign = word.upper() if word in ("mw", "gw", "tw", "gb", "tb", "mb", "kb", "mp", "db") else word
    if word in ("st", "ha", "mt", "m", "g", "°"):  # read behind digits and a blank only
        assert only(f"They had 500 {sign} of it.").unit in (unit, None)
        return
    number = only(f"They had 500 {sign} of it.")
    assert (number.kind, number.unit, number.quote) == (kind, unit, "500")
    assert number.phrase_end > number.quote_end


@pytest.mark.parametrize("word", sorted(RULES.money_words))
def test_every_currency_word(word: str) -> None:
    number = only(f"It cost 5,500 {word}.")
    assert (number.kind, number.unit, number.quote) == ("money", RULES.money_words[word], f"5,500 {word}")


@pytest.mark.parametrize("sign", sorted(RULES.signs))
def test_every_currency_sign(sign: str) -> None:
    number = only(f"It cost {sign}5,500 in all.")
    assert (number.kind, number.unit) == ("money", RULES.signs[sign])


@pytest.mark.parametrize("code", [code for code in sorted(RULES.codes) if len(code) == 3 and code.isupper()])
def test_every_currency_code(code: str) -> None:
    before, behind, glued = only(f"It cost {code} 5,500."), only(f"It cost 5,500 {code}."), only(f"It cost {code}5.5m.")
    assert before.unit == behind.unit == glued.unit == RULES.codes[code]
    assert glued.value == 5.5e6


ADJECTIVES = [(a, noun, code) for a, nouns in RULES.nationalities.items() for noun, code in nouns.items()]


@pytest.mark.parametrize(("adjective", "noun", "code"), ADJECTIVES, ids=[f"{a} {n}" for a, n, _ in ADJECTIVES])
def test_every_national_currency(adjective: str, noun: str, code: str) -> None:
    assert only(f"It cost 5,500 {adjective} {noun}.").unit == code


@pytest.mark.parametrize("name", sorted(RULES.names - {"nos", "final", "last"}))
def test_every_name_word(name: str) -> None:
    assert not find_numbers(f"we saw {name.capitalize()} 7, and left")


@pytest.mark.parametrize("month", sorted(RULES.months))
def test_every_month(month: str) -> None:
    assert not find_numbers(f"we met on {month.capitalize()} 7, and on 8 {month.capitalize()} again")


NEVER = read_rules("en", "numbers.toml")["names"]["never"]


@pytest.mark.parametrize("phrase", NEVER)
def test_every_phrase_that_is_no_number(phrase: str) -> None:
    assert not find_numbers(f"we spoke of {phrase} again")


@pytest.mark.parametrize("word", sorted(RULES.vague))
def test_every_vague_word(word: str) -> None:
    words = f"a {word} of" if word in RULES.vague_with_article - {"few"} else "a few" if word == "few" else f"{word} of"
    number = only(f"They saw {words} people.")
    assert (number.relation, number.value, number.low, number.high) == ("vague", RULES.vague[word], number.value, None)


def english(value: int) -> str:
    """The number in words, as a schoolbook writes it."""
    small = {int(v): w for w, v in RULES.cardinals.items() if w not in ("nought", "naught", "fourty")}
    if value < 21 or (value < 100 and value % 10 == 0):
        return small[value]
    if value < 100:
        return f"{small[value - value % 10]}-{small[value % 10]}"
    for scale, name in (
        (10**12, "trillion"),
        (10**9, "billion"),
        (10**6, "million"),
        (1000, "thousand"),
        (100, "hundred"),
    ):
        if value >= scale:
            rest = value % scale
            link = "" if not rest else " and " if rest < 100 else " "
            return f"{english(value // scale)} {name}{link}{english(rest) if rest else ''}"
    raise AssertionError(value)


@given(st.integers(min_value=2, max_value=10**15 - 1))
def test_words_say_what_digits_say(value: int) -> None:
    assert only(f"They counted {english(value)} bees.").value == value
    assert only(f"They counted {value:,} bees.").value == value


@given(st.integers(2, 999), st.integers(1, 999), st.sampled_from(["people", "percent", "miles", "million people"]))
def test_ranges_have_their_ends(low: int, more: int, unit: str) -> None:
    number = only(f"Between {low:,} and {low + more:,} {unit} were lost.")
    factor = 1e6 if unit.startswith("million") else 1
    assert (number.low, number.high, number.relation) == (low * factor, (low + more) * factor, "range")
    assert number.value == (low + low + more) * factor / 2


SIGNS = (
    "a and of to or in between from $ € % percent pounds miles May 2019 7 1,000 3.5 1/2 ½ - – 5m 10k people S&P ' ( ) °"
)
WORDS = [*RULES.tokens, *SIGNS.split(), "more than", "up to", "\n"]
TEXTS = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join),
                  st.lists(st.sampled_from([*WORDS, " ", ",", "."]), max_size=40).map("".join))  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_what_holds_for_any_text(text: str) -> None:
    found = find_numbers(text)
    last = 0
    for number in found:
        assert text[number.quote_start : number.quote_end] == number.quote != ""
        assert last <= number.quote_start < number.quote_end <= len(text)
        assert 0 <= number.phrase_start <= number.quote_start
        assert number.quote_end <= number.phrase_end <= len(text)
        assert math.isfinite(number.value)
        assert number.low is None or number.low <= number.value
        assert number.high is None or number.value <= number.high
        assert number.relation in ("exact", "approx", "over", "under", "range", "vague")
        assert number.kind in ("count", "percent", "money", "duration", "measurement")
        assert (number.unit is None) == (number.kind == "count")
        last = number.quote_end
    assert found == find_numbers(text)


@given(st.lists(TEXTS, max_size=5))
def test_many_texts_are_read_as_each_alone(texts: list[str]) -> None:
    alone = [find_numbers(text, [(2, 9)]) for text in texts]
    assert find_all_numbers([find_hits(text) for text in texts], [[(2, 9)]] * len(texts)) == alone


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.lists(st.tuples(st.integers(0, 200), st.integers(1, 20)), max_size=4))
def test_blocked_spans_hold_no_number(text: str, spans: list[tuple[int, int]]) -> None:
    blocked = [(start, start + length) for start, length in spans]
    for number in find_numbers(text, blocked=blocked):
        assert all(number.quote_end <= start or end <= number.quote_start for start, end in blocked)


def test_blocked_spans_leave_the_rest() -> None:
    text = "In Studio 54 some 300 people danced."
    assert [n.quote for n in find_numbers(text, blocked=[(3, 12)])] == ["300"]


def test_profiles_recode_vague_words() -> None:
    codes = {(row["profile"], row["value_text"]): row for row in profile_rows()}
    listed = tomllib.loads((files("transforms") / "rules" / "en" / "profiles.toml").read_text(encoding="utf-8"))
    for example in listed["example"]:
        numbers = find_numbers(MARKED.sub(r"\1", example["text"]))
        for profile in {name for name, _ in codes} & set(example):
            got = [codes[profile, n.value_text]["value"] for n in numbers if (profile, n.value_text) in codes]
            assert got == example[profile], profile
    assert all(row["source"] for row in profile_rows())


@settings(deadline=None)
@given(st.sampled_from(sorted({str(row["value_text"]) for row in profile_rows()})))
def test_every_profile_wording_is_one_that_the_reader_writes(words: str) -> None:
    assert only(f"They saw {words} of them.").value_text == words


def test_plain_is_the_contract() -> None:
    for row in profile_rows():
        if row["profile"] == "plain":
            number = only(f"They saw {row['value_text']} of them.")
            assert (row["value"], row["low"], row["high"]) == (number.value, number.low, None)


def test_letters_keep_their_places_in_small_letters() -> None:
    text = "\u0130\u212a ½ Five STRASSE ß 5 Ǆ"
    small = small_letters(text)
    assert [char.isascii() for char in small] == [char.isascii() for char in text]
    assert small[5:17] == "five strasse"
