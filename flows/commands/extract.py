"""`newstally extract`: figures and mentions of articles straight to standard output, without a lake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

import typer

from flows import terminal
from flows.collector import collector_paused
from flows.options import Author, FieldNames, Language, Outlet, Published, Title, Url, field_names, overrides_of

PANEL = "Tables from text"

REPEATED = ("article_id", "published", "extractor_version", "rules_hash", "run_id")
"""Columns of the tables that are the same in every row of an article."""

CHUNK = 200_000
"""Characters of articles that are read together: their names are tagged twice as fast."""


def command(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders, globs; - or nothing: standard input.", show_default=False),
    ] = None,
    published: Published = None,
    title: Title = None,
    author: Author = None,
    outlet: Outlet = None,
    url: Url = None,
    language: Language = None,
    field: FieldNames = None,
    format: Annotated[
        Literal["table", "jsonl"],
        typer.Option(help="table: a row a figure; jsonl: a JSON object an article, as --json prints."),
    ] = "table",
) -> None:
    """Print the figures of articles; nothing is stored."""
    from flows.settings import load_settings

    settings = load_settings()
    overrides = overrides_of(published=published, title=title, author=author, outlet=outlet, url=url, language=language)
    as_json = format == "jsonl" or terminal.output.json
    left_out = 0
    fields = settings.fields | field_names(field)
    for found in extracted(paths or ["-"], settings.limits(), fields, overrides, settings.tagger):
        if "problem" in found:
            left_out += 1
            terminal.warn(f"newstally: {found['problem']}")
        elif as_json:
            terminal.write_json(found)
            if "rejected" in found:
                terminal.warn(f"newstally: {found['rejected']}")
        elif "rejected" in found:
            left_out += 1
            terminal.warn(f"newstally: {found['rejected']}")
        else:
            write_article(found)
    if left_out:
        raise typer.Exit(terminal.LEFT_OUT)


def extracted(
    paths: list[str], limits: Any, fields: dict[str, str], overrides: dict[str, str], tagger: str
) -> Iterator[dict[str, Any]]:
    """An object an article; an object with `rejected` for a document that is none, with `problem` for one unread."""
    chunk = 0 if "-" in paths else CHUNK  # who pipes text in may wait for each answer
    waiting: list[Any] = []
    size = 0
    for found in read_articles(paths, limits, fields, overrides):
        waiting.append(found)
        size += 0 if isinstance(found, dict) else len(found.text)
        if size >= chunk:
            yield from objects(waiting, tagger)
            waiting, size = [], 0
    yield from objects(waiting, tagger)


def objects(found: Sequence[Any], tagger: str) -> list[dict[str, Any]]:
    """The object of each article, which are read together; what is an object already stays in its place."""
    from transforms.extract import extract_all

    articles = [one for one in found if not isinstance(one, dict)]
    with collector_paused():
        extractions = iter(extract_all(articles, tagger))
        return [one if isinstance(one, dict) else article_object(one, next(extractions)) for one in found]


def read_articles(paths: list[str], limits: Any, fields: dict[str, str], overrides: dict[str, str]) -> Iterator[Any]:
    """Articles, and in their places objects for what is none."""
    from flows.sources import SourceProblem, read_documents
    from transforms.documents import DocumentRejected

    for raw in read_documents(paths, limits, fields):
        if isinstance(raw, SourceProblem):
            place = f"{raw.path}, {raw.position}" if raw.position else raw.path
            yield {"problem": f"{place}: {raw.detail}"}
            continue
        try:
            article = article_of(raw, overrides)
        except DocumentRejected as error:
            place = ", ".join(part for part in (raw.path, raw.position) if part)
            nothing: dict[str, Any] = {"title": None, "published": None, "text": "", "figures": [], "mentions": []}
            yield {"id": raw.given.get("id") or place, **nothing, "rejected": f"{place}: {error.detail}"}
        else:
            yield article


def article_of(raw: Any, overrides: dict[str, str]) -> Any:
    """The article of a document under what the command line says of it."""
    from flows.batches import described_article

    return described_article(raw, overrides)


def article_object(article: Any, extraction: Any) -> dict[str, Any]:
    """What `--format jsonl` prints of an article: its rows without what every row repeats."""
    from transforms.rows import article_rows

    rows = article_rows(article, extraction, "")
    return {
        "id": article.external_id or article.path or article.article_id,
        "title": article.title,
        "published": article.published,
        "language": article.language,
        "text": article.text,
        **{
            table: [{name: value for name, value in row.items() if name not in REPEATED} for row in rows[table]]
            for table in ("figures", "mentions")
        },
    }


def write_article(found: dict[str, Any]) -> None:
    """The figures of an article as a table."""
    from flows.showing import write_figures

    known = (found["title"], found["published"] or "publication date unknown", found["language"])
    heading = " · ".join(terminal.one_line(part, 100) for part in known if part)
    if not found["figures"]:
        why = "" if found["language"] in ("en", None) else ": only English is extracted"
        terminal.write(f"{heading}: no figures{why}")
        return
    write_figures(found["figures"], title=heading)
