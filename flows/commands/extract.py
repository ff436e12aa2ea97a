"""`newstally extract`: figures and mentions of articles straight to standard output, without a lake."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from flows import terminal
from transforms.values import Article, Extraction

PANEL = "Tables from text"


def command(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Files and folders; - or nothing: standard input.", show_default=False)
    ] = None,
    published: Annotated[
        str | None, typer.Option(help="Publication date (YYYY-MM-DD) of documents that do not say theirs.")
    ] = None,
    format: Annotated[str, typer.Option(help="table: a row a figure; jsonl: a JSON object an article.")] = "table",
) -> None:
    """Print the figures of articles; nothing is stored."""
    default = date.fromisoformat(published) if published else None
    extract = extractor()
    for article in read_articles(paths or ["-"], default):
        found = extract(article)
        terminal.write_json(article_object(article, found))


def extractor() -> Callable[[Article], Extraction]:
    """The one pass, or the stages that exist."""
    try:
        return importlib.import_module("transforms.extract").extract  # type: ignore[no-any-return]
    except ModuleNotFoundError:
        return extract_by_stages


def extract_by_stages(article: Article) -> Extraction:
    def stage(module: str, name: str, *arguments: Any) -> Any:
        try:
            found = importlib.import_module(f"transforms.{module}")
        except ModuleNotFoundError:
            return []
        return getattr(found, name)(*arguments)

    sentences = stage("sentences", "find_sentences", article.text)
    timexes = stage("dates", "find_timexes", article.text, article.published)
    numbers = stage("numbers", "find_numbers", article.text)
    names = stage("names", "find_names", article.text, sentences)
    figures = tuple(numbers)
    return Extraction(
        figures=figures, mentions=tuple(names), timexes=tuple(timexes), periods=(), sentences=tuple(sentences)
    )


def read_articles(paths: list[str], published: date | None) -> Iterator[Article]:
    for path in paths:
        lines = sys.stdin if path == "-" else Path(path).open(encoding="utf-8")
        for number, line in enumerate(lines):
            if not line.strip():
                continue
            given = json.loads(line)
            day = given.get("published")
            yield Article(
                article_id=f"{number:016x}",
                document_id=f"{number:016x}",
                text=given["text"],
                title=given.get("title"),
                published=date.fromisoformat(day[:10]) if day else published,
                external_id=str(given["id"]),
            )


def article_object(article: Article, found: Extraction) -> dict[str, Any]:
    mentions = [asdict(mention) for mention in found.mentions]
    mentions += [{"kind": "DATE", **asdict(timex)} for timex in found.timexes]
    mentions.sort(key=lambda mention: (mention["quote_start"], mention["quote_end"]))
    return {
        "id": article.external_id or article.article_id,
        "title": article.title,
        "published": article.published,
        "text": article.text,
        "figures": [asdict(figure) for figure in found.figures],
        "mentions": mentions,
    }
