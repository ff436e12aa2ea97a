"""`newstally explain`: why a figure is what it is."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer

from flows import terminal
from flows.options import LakeFolder, Published, Title, overrides_of

PANEL = "Ask"

SHOWN = (
    "measure", "value", "low", "high", "relation", "kind", "unit", "of_total", "qualifier", "value_text",
    "date_start", "date_end", "date_precision", "date_source", "place", "country", "place_precision",
    "attribution", "status",
)  # fmt: skip


def command(
    what: Annotated[str, typer.Argument(help="A figure_id or article_id of the lake, or a sentence to try.")],
    lake: LakeFolder = None,
    published: Published = None,
    title: Title = None,
) -> None:
    """Show every column of a figure, the rules that made it, and the sentence and article that it comes from."""
    if re.fullmatch(r"[0-9a-f]{16}", what):
        explained = from_lake(what, lake)
    else:
        explained = from_text(what, overrides_of(published=published, title=title))
    if terminal.output.json:
        terminal.write_json(explained)
        return
    for figure in explained:
        write_figure(figure)
    if not explained:
        terminal.write("no figures in it")


def from_lake(identity: str, lake: str | None) -> list[dict[str, Any]]:
    """The figures of that id, or of the article of that id; UserError where nothing published bears it."""
    from flows.settings import load_settings
    from warehouse.query import published_database, query

    rows: list[dict[str, Any]] = query(
        published_database(load_settings(lake=lake).lake),
        "SELECT f.*, a.title, a.outlet, a.url, a.path, a.evidence FROM figures f JOIN articles a USING (article_id) "
        "WHERE f.figure_id = $id OR f.article_id = $id ORDER BY f.quote_start",
        {"id": identity},
    ).to_pylist()
    if not rows:
        raise terminal.UserError(f"{identity}: neither a figure nor an article with figures is published under this id")
    return rows


def from_text(text: str, overrides: dict[str, str]) -> list[dict[str, Any]]:
    """The figures that a text gives now."""
    from flows.batches import described_article
    from transforms.documents import RawDocument
    from transforms.extract import extract
    from transforms.rows import article_rows

    article = described_article(RawDocument(content=text), {"language": "en", **overrides})
    rows: list[dict[str, Any]] = article_rows(article, extract(article), "")["figures"]
    return [row | {"title": article.title, "evidence": None} for row in rows]


def write_figure(figure: dict[str, Any]) -> None:
    """One figure as a list of columns."""
    from flows.showing import marked_sentence

    terminal.console().print(marked_sentence(figure))
    source = [figure.get(name) for name in ("title", "outlet", "published", "url", "path")]
    told = " · ".join(terminal.one_line(part, 120) for part in source if part)
    if told:
        terminal.write(f"  {'from':17}{told}")
    if figure.get("evidence") and figure["evidence"] != "{}":
        terminal.write(f"  {'known by':17}{terminal.one_line(figure['evidence'], 200)}")
    for name in SHOWN:
        if figure[name] is not None:
            terminal.write(f"  {name:17}{terminal.one_line(figure[name])}")
    terminal.write(f"  {'rules':17}{', '.join(figure['rules'])}")
    terminal.write("")
