"""How counts of one article stand to one another, by the examples of tellings.toml."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from transforms.extract import extract
from transforms.tellings import KINDS, cues, find_telling
from transforms.values import Article
from transforms.words import word_lists

RULES = word_lists("tellings")


def marked(example: dict[str, Any]) -> tuple[str, list[tuple[int, int]]]:
    """The text without its brackets, and the spans that they held."""
    pieces = re.split(r"\[(.+?)\]", example["text"])
    text, spans = "", []
    for place, piece in enumerate(pieces):
        if place % 2:
            spans.append((len(text), len(text) + len(piece)))
        text += piece
    return text, spans


@pytest.mark.parametrize("example", RULES["example"], ids=lambda example: example["text"])
def test_examples(example: dict[str, Any]) -> None:
    text, spans = marked(example)
    found = [find_telling(text, 0, len(text), start, end) or "" for start, end in spans]
    assert found == example["kinds"]


def test_every_kind_is_seen_at_work_and_no_other_is_listed() -> None:
    seen = {kind for example in RULES["example"] for kind in example["kinds"]}
    assert seen == {*KINDS, ""}
    assert {name for name, value in RULES.items() if isinstance(value, dict)} == set(KINDS)
    assert all(any(cues(kind)) for kind in KINDS)


def test_figures_keep_it_as_a_rule() -> None:
    text = "A bomb killed 80 people in Jaipur on Tuesday. Ten of the dead were children."
    article = Article(article_id="a", document_id="a", text=text, title=None, published=date(2008, 5, 14))
    told = {
        figure.quote: [rule for rule in figure.rules if rule.startswith("tellings.")]
        for figure in extract(article).figures
    }
    assert told == {"80": [], "Ten": ["tellings.part"]}


def test_others_than_the_dead_are_not_besides_the_injured() -> None:
    text = "A quake killed three people and injured 40 others in Qinghai on Tuesday."
    article = Article(article_id="a", document_id="a", text=text, title=None, published=date(2008, 8, 5))
    assert not any(rule.startswith("tellings.") for figure in extract(article).figures for rule in figure.rules)
