"""Every example beside the rules of a measure, and every cue at work.

An example's text marks its figures: "Police held [20] people." Only the fields that it names are compared; a
measure that it does not name is the file's own. With `each = "verbs"` the text is read once for every cue of
that list, `{cue}` standing for it: verbs as participles, acts in the past, nouns in the plural.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from transforms.extract import extract
from transforms.grammar import SAME_PAST, load_lexicon, verb_forms
from transforms.measures import LISTS, RulesError, load_measures, measure_files, read_rules
from transforms.values import Article, Figure

FILES = measure_files()
PUBLISHED = date(2020, 8, 12)
FILLED = {
    "{p}": "their",
    "{a}": "the",
    "{n}": "serious",
    "{q}": "five years",
    "{d}": "cholera",
    "{h}": "chest pains",
} | {"{.}": ""}


def phrase_in_text(role: str, phrase: str) -> str:
    """A cue as the text of an example says it."""
    words = [FILLED.get(word, word) for word in phrase.split()]
    verb = next((i for i, word in enumerate(words) if not word.endswith("ly")), 0)
    if role in ("verbs", "passives"):
        words[verb] = form_of(words[verb], "EL")
        words = [
            form_of(word, "EL") if word in ("kill", "wound") and i > verb else word for i, word in enumerate(words)
        ]
    elif role == "acts":
        words[verb] = "were" if words[verb] == "be" else form_of(words[verb], "EV")
    elif role in ("nouns", "called", "whole"):
        words[-1] = plural(words[-1])
    return " ".join(word for word in words if word)


def form_of(base: str, letters: str) -> str:
    if base in SAME_PAST:
        return base
    forms = [form for form, (known, letter) in load_lexicon().verbs.items() if known == base and letter in letters]
    return forms[0] if forms else next(form for form, letter in verb_forms(base, {}) if letter == "E")


def plural(noun: str) -> str:
    known = {singular: form for form, singular in load_lexicon().plurals.items()}
    if noun in ("dead", "wounded", "injured", "displaced", "police"):
        return noun
    if noun in known:
        return known[noun]
    if noun in ("staff", "personnel"):
        return noun
    if noun.endswith("man"):
        return noun[:-3] + "men"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def read_marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its brackets, and the spans that they marked."""
    spans, plain, position = [], "", 0
    for match in re.finditer(r"\[([^\]]+)\]", text):
        plain += text[position : match.start()]
        spans.append((len(plain), len(plain) + len(match[1])))
        plain += match[1]
        position = match.end()
    return plain + text[position:], spans


def figures_at(text: str, published: date | None) -> list[Figure | None]:
    """The figure at each marked span; None where there is none."""
    plain, spans = read_marked(text)
    article = Article(article_id="0", document_id="0", text=plain, title=None, published=published, language="en")
    found = {(figure.quote_start, figure.quote_end): figure for figure in extract(article).figures}
    return [found.get(span) for span in spans]


def examples() -> list[Any]:
    cases = []
    for measure, content in FILES.items():
        for number, example in enumerate(content.get("example", ()), 1):
            if "each" in example:
                for phrase in content[example["each"]]:
                    if phrase in example.get("but", ()):
                        continue
                    text = example["text"].replace("{cue}", phrase_in_text(example["each"], phrase))
                    cases.append(pytest.param(measure, example, text, id=f"{measure}-{number}-{phrase}"))
            else:
                cases.append(pytest.param(measure, example, example["text"], id=f"{measure}-{number}"))
    return cases


@pytest.mark.parametrize(("measure", "example", "text"), examples())
def test_example(measure: str, example: dict[str, Any], text: str, request: pytest.FixtureRequest) -> None:
    if "gap" in example:
        request.applymarker(pytest.mark.xfail(reason=example["gap"], strict=True))
    published = example.get("published", PUBLISHED)
    found = figures_at(text, published)
    wanted = example.get("figures", [{}] * len(found))
    assert len(wanted) == len(found), f"{measure}.toml: mark the numerals, as in [120], one for each figure"
    for want, figure in zip(wanted, found, strict=True):
        if want.get("none"):
            assert figure is None, f"{text}: {figure}"
            continue
        assert figure is not None, text
        expected = {"measure": measure} | want
        got = {name: getattr(figure, name) for name in expected if name != "not"}
        assert got == {name: value for name, value in expected.items() if name != "not"}, f"{text} {figure.rules}"


@pytest.mark.parametrize("measure", FILES)
def test_every_file_shows_what_it_counts_and_what_not(measure: str) -> None:
    shown = FILES[measure].get("example", ())
    others = [
        f
        for example in shown
        for f in example.get("figures", ())
        if f.get("measure", measure) != measure or f.get("none")
    ]
    assert len(shown) > len(others), f"{measure}.toml: add an example of what it counts"
    assert others, f"{measure}.toml: add an example of what it must not catch"


@pytest.mark.parametrize("measure", FILES)
def test_every_cue_is_at_work_in_an_example(measure: str) -> None:
    content = FILES[measure]
    shown = content.get("example", ())
    each = {example["each"] for example in shown if "each" in example}
    texts = " ".join(example["text"].lower() for example in shown)
    skipped = {phrase for example in shown for phrase in example.get("but", ())}
    for role in LISTS:
        for phrase in content.get(role, ()):
            if role in each and phrase not in skipped:
                continue
            assert phrase_in_text(role, phrase) in texts, f"{measure}.toml: show {role} {phrase!r} in an example"


def test_every_measure_is_named_once_and_defined() -> None:
    rules = load_measures()
    assert set(rules.measures) == set(FILES)
    assert all(measure.means for measure in rules.measures.values())


@pytest.mark.parametrize(
    ("content", "message"),
    [({}, "add means"), ({"means": "x", "counts": "cats", "cumulative": True, "is_core": True}, "counts is 'cats'")],
)
def test_a_wrong_file_is_named_with_the_remedy(content: dict[str, Any], message: str) -> None:
    with pytest.raises(RulesError, match=f"cats.toml: {message}"):
        read_rules({"cats": content})
