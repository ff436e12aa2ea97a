"""Rows of the tables `articles`, `figures`, `mentions` and `measures`, column by column as the contracts have them.

What only the lake knows (articles: revision, valid_from, valid_to, story_id) is left to it.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from operator import attrgetter, itemgetter
from typing import Any

from transforms.ids import begun_id, part_id, span_id
from transforms.measures import load_measures
from transforms.values import Article, Extraction
from transforms.version import BUILTIN, extractor_version, rules_hash

Row = dict[str, Any]
Values = tuple[Any, ...]
"""A row as values alone, in the order of COLUMNS: as dicts, the rows of a batch would take twice the time."""

OF_FIGURE = (
    "measure", "value", "low", "high", "relation", "kind", "unit", "of_total", "date_start", "date_end",
    "date_precision", "date_source", "place", "country", "place_precision", "latitude", "longitude",
    "attribution", "status", "qualifier", "value_text", "quote", "quote_start", "quote_end",
)  # fmt: skip
OF_MENTION = ("title", "role", "country", "place_precision", "latitude", "longitude")
OF_TIMEX = ("timex_type", "timex_value", "timex_mod", "date_start", "date_end")

COLUMNS: dict[str, tuple[str, ...]] = {
    "articles": (
        "article_id", "document_id", "published", "title", "authors", "outlet", "url", "external_id", "path",
        "language", "text", "text_length", "evidence", "cuts",
    ),
    "figures": (
        "figure_id", "article_id", "published", *OF_FIGURE, "sentence", "sentence_start", "sentence_end", "rules",
    ),
    "mentions": (
        "mention_id", "article_id", "published", "kind", "quote", "quote_start", "quote_end", "sentence_start",
        "entity_id", "entity", *OF_MENTION, *OF_TIMEX, "confidence", "rules",
    ),
}  # fmt: skip
"""The columns that an article gives, by table; `made_by` gives the others."""

TEXT_ORDER: Callable[[Values], Any] = itemgetter(*map(COLUMNS["mentions"].index, ("quote_start", "quote_end", "kind")))
of_figure: Callable[[Any], Values] = attrgetter(*OF_FIGURE)
of_mention: Callable[[Any], Values] = attrgetter(*OF_MENTION)
of_timex: Callable[[Any], Values] = attrgetter(*OF_TIMEX)
NO_NAME: Values = (None,) * (2 + len(OF_MENTION))  # entity_id, entity and the rest
NO_TIME: Values = (None,) * len(OF_TIMEX)

as_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def article_rows(article: Article, extraction: Extraction, run_id: str, tagger: str = BUILTIN) -> dict[str, list[Row]]:
    """The rows of one article by table, figures and mentions in text order; `tagger` found the names."""
    made = made_by(run_id, tagger)
    return {
        name: [dict(zip(COLUMNS[name], values, strict=True)) | made for values in rows]
        for name, rows in row_values(article, extraction).items()
    }


def made_by(run_id: str, tagger: str = BUILTIN) -> Row:
    """What is the same in every row of a run."""
    return {"extractor_version": extractor_version(tagger), "rules_hash": rules_hash(tagger), "run_id": run_id}


def row_values(article: Article, extraction: Extraction) -> dict[str, list[Values]]:
    """The rows of one article by table as values in the order of COLUMNS, figures and mentions in text order."""
    return {
        "articles": [article_values(article)],
        "figures": list(figure_values(article, extraction)),
        "mentions": sorted([*name_values(article, extraction), *time_values(article, extraction)], key=TEXT_ORDER),
    }


def measure_rows() -> list[Row]:
    """The table measures: one row a rule file."""
    return [asdict(measure) for measure in load_measures().measures.values()]


def article_values(article: Article) -> Values:
    """The row of the table articles."""
    return (
        article.article_id,
        article.document_id,
        article.published,
        article.title,
        list(article.authors),
        article.outlet,
        article.url,
        article.external_id,
        article.path,
        article.language,
        article.text,
        len(article.text),
        as_json(article.evidence),
        as_json([{"rule": cut.rule, "text": cut.text} for cut in article.cuts]),
    )


def figure_values(article: Article, extraction: Extraction) -> Iterator[Values]:
    """The rows of the table figures; a figure is its span within its article."""
    begun = begun_id("figure", article.article_id)
    for figure in extraction.figures:
        yield (
            span_id(begun, figure.quote_start, figure.quote_end),
            article.article_id,
            article.published,
            *of_figure(figure),
            article.text[figure.sentence_start : figure.sentence_end],
            figure.sentence_start,
            figure.sentence_end,
            list(figure.rules),
        )


def name_values(article: Article, extraction: Extraction) -> Iterator[Values]:
    """The rows of the table mentions that are names; a mention is its kind and span within its article."""
    ends = [end for _, end in extraction.sentences]
    begun: dict[str, tuple[Any, Any]] = {}  # kind -> its mentions' and its entities' ids
    entities: dict[tuple[str, str], str] = {}
    for mention in extraction.mentions:
        kind, entity, start, end = mention.kind, mention.entity, mention.quote_start, mention.quote_end
        if kind not in begun:
            begun[kind] = (begun_id("mention", article.article_id, kind), begun_id("entity", article.article_id, kind))
        of_mentions, of_entities = begun[kind]
        if (kind, entity) not in entities:
            entities[kind, entity] = part_id(of_entities, entity)
        yield (
            span_id(of_mentions, start, end),
            article.article_id,
            article.published,
            kind,
            mention.quote,
            start,
            end,
            sentence_start(extraction.sentences, ends, start),
            entities[kind, entity],
            entity,
            *of_mention(mention),
            *NO_TIME,
            mention.confidence,
            [mention.rule],
        )


def time_values(article: Article, extraction: Extraction) -> Iterator[Values]:
    """The rows of the table mentions that are time expressions."""
    ends = [end for _, end in extraction.sentences]
    begun = begun_id("mention", article.article_id, "DATE")
    for timex in extraction.timexes:
        yield (
            span_id(begun, timex.quote_start, timex.quote_end),
            article.article_id,
            article.published,
            "DATE",
            timex.quote,
            timex.quote_start,
            timex.quote_end,
            sentence_start(extraction.sentences, ends, timex.quote_start),
            *NO_NAME,
            *of_timex(timex),
            1.0,
            [timex.rule],
        )


def sentence_start(sentences: Sequence[tuple[int, int]], ends: Sequence[int], offset: int) -> int:
    """Start of the sentence that holds an offset; the offset itself where none does."""
    place = bisect_right(ends, offset)
    return min(sentences[place][0], offset) if place < len(sentences) else offset
