"""The sample articles come out as annotated, but for the gaps that are written down."""

from __future__ import annotations

import tomllib

import pytest

from tests.sample_articles import ARTICLES, GAPS, differences, load_sample, names


def test_there_are_at_least_twelve() -> None:
    assert len(names()) >= 12
    assert {path.stem for path in ARTICLES.iterdir()} == set(names())


@pytest.mark.parametrize("name", names())
def test_metadata(name: str) -> None:
    sample = load_sample(name)
    assert sample.article.title == sample.annotation["title"]
    assert sample.article.published == sample.annotation["published"]
    assert sample.article.language == "en"
    assert set(sample.article.evidence) >= {"title", "published"}


@pytest.mark.parametrize("name", names())
def test_figures_come_out_as_annotated(name: str) -> None:
    known = tomllib.loads(GAPS.read_text(encoding="utf-8"))[name]
    found = differences(load_sample(name))
    new = {at: wrong for at, wrong in found.items() if known.get(at) != wrong}
    mended = {at: wrong for at, wrong in known.items() if found.get(at) != wrong}
    assert not new and not mended, f"new: {new}\nmended, take them out of gaps.toml: {mended}"


@pytest.mark.parametrize("name", names())
def test_what_is_no_figure_makes_no_row(name: str) -> None:
    sample = load_sample(name)
    for phrase in sample.annotation.get("never", []):
        start = sample.article.text.find(phrase)
        touching = [
            figure.quote
            for figure in sample.extraction.figures
            if start >= 0 and figure.quote_start < start + len(phrase) and start < figure.quote_end
        ]
        assert not touching, f"{phrase!r} gave {touching}"


def test_every_quote_is_its_slice() -> None:
    for name in names():
        sample = load_sample(name)
        for row in (*sample.extraction.figures, *sample.extraction.mentions, *sample.extraction.timexes):
            assert sample.article.text[row.quote_start : row.quote_end] == row.quote
