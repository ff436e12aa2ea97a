"""Dates and places of figures, by the examples of `context.toml`; what always holds on any text."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from transforms.context import assign_context
from transforms.dates import find_periods, find_timexes
from transforms.names import find_names
from transforms.sentences import find_sentences
from transforms.values import Article, Context, Draft

RULES = tomllib.loads(files("transforms").joinpath("rules/en/context.toml").read_text(encoding="utf-8"))
EXAMPLES: list[dict[str, Any]] = RULES["example"]
MARK = re.compile(r"[\[{]([^\]}]+)[\]}]")  # "[40]" is the figure, "{12}" another one of the same measure
VALUES = {"one": 1.0, "two": 2.0, "three": 3.0, "six": 6.0, "hundreds": 200.0, "thousands": 2000.0}


def article_of(text: str, published: date | None) -> Article:
    return Article(article_id="a", document_id="d", text=text, title=None, published=published)


def draft_of(text: str, start: int, end: int, example: dict[str, Any]) -> Draft:
    sentences = find_sentences(text)
    index = next(i for i, (first, last) in enumerate(sentences) if first <= start < last)
    quote = text[start:end].lower().replace(",", "")
    verb = text.index(example["verb"], end) if "verb" in example else None
    return Draft(
        quote_start=start,
        quote_end=end,
        sentence=index,
        clause_start=sentences[index][0],
        clause_end=sentences[index][1],
        measure=example["measure"],
        kind="count",
        unit=None,
        value=VALUES.get(quote) or float(quote),
        status=example.get("status", "asserted"),
        verb_start=verb,
        verb_end=verb + len(example["verb"]) if verb is not None else None,
        trigger_start=None,
        trigger_end=None,
        tense=example.get("tense"),
    )


def context_of(example: dict[str, Any]) -> Context:
    """The context of the marked figure."""
    text, spans, wanted = "", [], 0
    for position, piece in enumerate(MARK.split(example["text"])):
        if position % 2:
            spans.append((len(text), len(text) + len(piece)))
            if example["text"].count("[" + piece + "]"):
                wanted = len(spans) - 1
        text += piece
    drafts = [draft_of(text, start, end, example) for start, end in spans]
    sentences = find_sentences(text)
    published = example.get("published")
    periods = find_periods(text, published, find_timexes(text, published))
    contexts = assign_context(article_of(text, published), drafts, sentences, periods, find_names(text, sentences))
    return contexts[wanted]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["text"][:60])
def test_example(example: dict[str, Any]) -> None:
    context = context_of(example)
    failures = []
    if "date" in example:
        start, _, end = example["date"].partition("/")
        wanted = (date.fromisoformat(start), date.fromisoformat(end or start))
        if (context.date_start, context.date_end) != wanted:
            failures.append(f"date {context.date_start}..{context.date_end} for {example['date']} by {context.rules}")
    for field in ("place", "country"):
        if field in example and getattr(context, field) != example[field]:
            failures.append(f"{field} {getattr(context, field)} for {example[field]} by {context.rules}")
    failures += [
        f"{field} {getattr(context, field)} for nothing" for field in example.get("open", ()) if getattr(context, field)
    ]
    if "rule" in example and example["rule"] not in context.rules:
        failures.append(f"rules {context.rules} for {example['rule']}")
    if "gap" in example:
        assert failures, f"the gap is closed, take the line out: {example['gap']}"
    else:
        assert not failures, "; ".join(failures)
