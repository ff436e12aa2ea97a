"""Rows of the tables `articles`, `figures`, `mentions` and `measures`, column by column as the contracts have them.

What only the lake knows (articles: revision, valid_from, valid_to, story_id) is left to it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from transforms.ids import figure_id, mention_id, stable_id
from transforms.measures import load_measures
from transforms.values import Article, Extraction, Figure, Mention, Timex
from transforms.version import EXTRACTOR_VERSION, rules_hash

Row = dict[str, Any]
OF_FIGURE = (
    "measure", "value", "low", "high", "relation", "kind", "unit", "of_total", "date_start", "date_end",
    "date_precision", "date_source", "place", "country", "place_precision", "latitude", "longitude",
    "attribution", "status", "qualifier", "value_text", "quote", "quote_start", "quote_end",
)  # fmt: skip
OF_MENTION = (
    "kind",
    "quote",
    "quote_start",
    "quote_end",
    "entity",
    "title",
    "role",
    "country",
    "place_precision",
    "latitude",
    "longitude",
    "confidence",
)
OF_TIMEX = ("quote", "quote_start", "quote_end", "timex_type", "timex_value", "timex_mod", "date_start", "date_end")
ONLY_NAMES = ("entity_id", "entity", "title", "role", "country", "place_precision", "latitude", "longitude")
ONLY_TIMES = ("timex_type", "timex_value", "timex_mod", "date_start", "date_end")


def article_rows(article: Article, extraction: Extraction, run_id: str) -> dict[str, list[Row]]:
    """The rows of one article by table, figures and mentions in text order."""
    made = {"extractor_version": EXTRACTOR_VERSION, "rules_hash": rules_hash(), "run_id": run_id}
    names = [name_row(article, mention, extraction.sentences) for mention in extraction.mentions]
    times = [time_row(article, timex, extraction.sentences) for timex in extraction.timexes]
    mentions = sorted([*names, *times], key=lambda row: (row["quote_start"], row["quote_end"], row["kind"]))
    return {
        "articles": [article_row(article) | made],
        "figures": [figure_row(article, figure) | made for figure in extraction.figures],
        "mentions": [row | made for row in mentions],
    }


def measure_rows() -> list[Row]:
    """The table measures: one row a rule file."""
    return [asdict(measure) for measure in load_measures().measures.values()]


def article_row(article: Article) -> Row:
    return {
        "article_id": article.article_id,
        "document_id": article.document_id,
        "published": article.published,
        "title": article.title,
        "authors": list(article.authors),
        "outlet": article.outlet,
        "url": article.url,
        "external_id": article.external_id,
        "path": article.path,
        "language": article.language,
        "text": article.text,
        "text_length": len(article.text),
        "evidence": json.dumps(article.evidence, ensure_ascii=False, sort_keys=True),
        "cuts": json.dumps([{"rule": cut.rule, "text": cut.text} for cut in article.cuts], ensure_ascii=False),
    }


def figure_row(article: Article, figure: Figure) -> Row:
    return {
        "figure_id": figure_id(article.article_id, figure.quote_start, figure.quote_end),
        "article_id": article.article_id,
        "published": article.published,
        **{name: getattr(figure, name) for name in OF_FIGURE},
        "sentence": article.text[figure.sentence_start : figure.sentence_end],
        "sentence_start": figure.sentence_start,
        "sentence_end": figure.sentence_end,
        "rules": list(figure.rules),
    }


def name_row(article: Article, mention: Mention, sentences: Sequence[tuple[int, int]]) -> Row:
    return {
        **mention_key(article, mention.kind, mention.quote_start, mention.quote_end, sentences),
        **{name: getattr(mention, name) for name in OF_MENTION},
        "entity_id": stable_id("entity", article.article_id, mention.kind, mention.entity),
        **dict.fromkeys(ONLY_TIMES),
        "rules": [mention.rule],
    }


def time_row(article: Article, timex: Timex, sentences: Sequence[tuple[int, int]]) -> Row:
    return {
        **mention_key(article, "DATE", timex.quote_start, timex.quote_end, sentences),
        **dict.fromkeys(ONLY_NAMES),
        **{name: getattr(timex, name) for name in OF_TIMEX},
        "kind": "DATE",
        "confidence": 1.0,
        "rules": [timex.rule],
    }


def mention_key(article: Article, kind: str, start: int, end: int, sentences: Sequence[tuple[int, int]]) -> Row:
    return {
        "mention_id": mention_id(article.article_id, kind, start, end),
        "article_id": article.article_id,
        "published": article.published,
        "sentence_start": sentence_start(sentences, start),
    }


def sentence_start(sentences: Sequence[tuple[int, int]], offset: int) -> int:
    """Start of the sentence that holds an offset; the offset itself where none does."""
    low, high = 0, len(sentences)
    while low < high:
        middle = (low + high) // 2
        if sentences[middle][1] <= offset:
            low = middle + 1
        else:
            high = middle
    return min(sentences[low][0], offset) if low < len(sentences) else offset
