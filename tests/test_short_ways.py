"""Short ways past the grammar lead where the long way leads: on every example of a measure, and every sample article.

A price in a sentence that sways nothing is not asked for its verb, "1,200 shares" not for what befell them. Whoever
teaches the grammar a new word sees here whether the short ways must know of it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.sample_articles import load_sample, names
from tests.test_measures import PUBLISHED, examples, read_marked
from transforms import counting, figures, parts
from transforms.counting import Reading
from transforms.extract import extract
from transforms.measures import load_measures
from transforms.telling_words import is_grammar, telling_words
from transforms.values import Article, Figure


def articles() -> list[Article]:
    """Every example alone, and the sample articles."""
    told = {read_marked(case.values[2])[0] for case in examples()}
    alone = [
        Article(article_id="0", document_id="0", text=text, title=None, published=PUBLISHED, language="en")
        for text in sorted(told)
    ]
    return [*alone, *(load_sample(name).article for name in names())]


def figures_of(texts: Iterable[Article]) -> dict[str, tuple[Figure, ...]]:
    return {article.text: extract(article).figures for article in texts}


def tells_of_people(_: Any, __: Any, readings: Sequence[Reading | None], ___: Any) -> bool:
    """Whether any number of a sentence counts people, or is a part of another."""
    measures = load_measures().measures
    return any(
        reading.is_people or reading.phrase.whole is not None or measures[reading.measure].counts == "people"
        for reading in readings
        if reading
    )


def test_short_ways_lead_to_the_same_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = articles()
    short = figures_of(texts)
    yes: Any = lambda *_: True  # noqa: E731
    monkeypatch.setattr(figures, "may_sway", yes)
    monkeypatch.setattr(counting, "may_count", yes)
    monkeypatch.setattr(counting, "thing_behind", lambda *_: None)
    monkeypatch.setattr(counting, "stands_bare", lambda *_: False)
    monkeypatch.setattr(parts, "leans", tells_of_people)
    long = figures_of(texts)
    assert len(texts) > 1_000
    for text, found in long.items():
        assert short[text] == found, text


NAMES = {"elided", "event", "noun", "object", "participle", "passive", "site", "subject", "thing"}  # kinds, rules
OTHERS = {"includ", "kat", "clamour"}  # a stem, classes of tokens, a rule


@pytest.mark.parametrize("module", ["counted_nouns", "counting", "cues", "governors", "predicates"])
def test_every_word_that_the_code_asks_for_is_known_to_tell(module: str) -> None:
    tree = ast.parse((Path(counting.__file__).parent / f"{module}.py").read_text(encoding="utf-8"))
    asked = {
        word
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
        for word in part.value.split()
        if len(word) > 2 and word.isalpha() and word.islower()
    }
    missing = {word for word in asked - NAMES - OTHERS if word not in telling_words() and not is_grammar(word)}
    assert not missing, f"add to written_out in constructions.toml: {sorted(missing)}"
