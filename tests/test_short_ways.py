"""Short ways past the grammar lead where the long way leads: on every example of a measure, and every sample article.

A price in a sentence that sways nothing is not asked for its verb, "1,200 shares" not for what befell them. Whoever
teaches the grammar a new word sees here whether the short ways must know of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from tests.sample_articles import load_sample, names
from tests.test_measures import PUBLISHED, examples, read_marked
from transforms import counting, figures, parts
from transforms.extract import extract
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


def test_short_ways_lead_to_the_same_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = articles()
    short = figures_of(texts)
    yes: Any = lambda *_: True  # noqa: E731
    monkeypatch.setattr(figures, "may_sway", yes)
    monkeypatch.setattr(counting, "may_count", yes)
    monkeypatch.setattr(counting, "thing_behind", lambda *_: None)
    monkeypatch.setattr(parts, "leans", yes)
    long = figures_of(texts)
    assert len(texts) > 1_000
    for text, found in long.items():
        assert short[text] == found, text
