"""`newstally explain`: why a figure is what it is, from its words to its row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows import terminal
from flows.options import LakeFolder, Published, Title, overrides_of
from transforms.values import Article

if TYPE_CHECKING:
    from transforms.explain import Node

PANEL = "Ask"


def command(
    what: Annotated[str, typer.Argument(help="A figure_id or article_id of the lake, or a sentence to try.")],
    lake: LakeFolder = None,
    published: Published = None,
    title: Title = None,
) -> None:
    """Print, for each figure, the tree from words to row: which rule took what."""
    if re.fullmatch(r"[0-9a-f]{16}", what):
        explained = from_lake(what, lake)
    else:
        explained = from_text(what, overrides_of(published=published, title=title))
    if terminal.output.json:
        terminal.write_json([asdict(node) for node in explained])
        return
    for node in explained:
        write_tree(node)
    if not explained:
        terminal.write("no figures in it")


def from_lake(identity: str, lake: str | None) -> list[Node]:
    """The trees of the figure of that id, or of the article's; UserError where nothing published bears it."""
    from flows.settings import load_settings
    from transforms.explain import explain_article
    from transforms.version import rules_hash
    from warehouse.query import published_database, query

    rows: list[dict[str, Any]] = query(
        published_database(load_settings(lake=lake).lake),
        "SELECT articles.*, figures.quote_start, figures.figure_id, figures.sentence, figures.rules_hash AS made_by "
        "FROM figures INNER JOIN articles USING (article_id) "
        "WHERE figure_id = $id OR article_id = $id ORDER BY quote_start",
        {"id": identity},
    ).to_pylist()
    if not rows:
        raise terminal.UserError(f"{identity}: neither a figure nor an article with figures is published under this id")
    first = rows[0]
    terminal.write(" · ".join(terminal.one_line(first[name], 120) for name in HEADING if first[name]))
    if first["made_by"] != rules_hash():
        terminal.say("The row was made by other rules than today's, which explain it here: see newstally reextract.")
    if first["figure_id"] != identity:
        return explain_article(stored_article(first))
    terminal.write(terminal.one_line(first["sentence"]))
    return explain_article(stored_article(first), first["quote_start"])


HEADING = ("title", "outlet", "published", "url", "path")


def stored_article(row: dict[str, Any]) -> Article:
    """An article as the lake holds it."""
    same = ("article_id", "document_id", "text", "title", "published", "outlet", "url", "language")
    return Article(**{name: row[name] for name in same})


def from_text(text: str, overrides: dict[str, str]) -> list[Node]:
    """The trees of the figures that a text gives now."""
    from flows.batches import described_article
    from transforms.documents import RawDocument
    from transforms.explain import explain_article

    return explain_article(described_article(RawDocument(content=text), {"language": "en", **overrides}))


def write_tree(root: Node) -> None:
    """One figure as a tree of lines."""
    terminal.write(node_line(root))
    for line in branch_lines(root.children, ""):
        terminal.write(line)
    terminal.write("")


def branch_lines(children: Sequence[Node], indent: str) -> list[str]:
    """The lines below a node, drawn as a tree."""
    lines = []
    for node in children:
        is_last = node is children[-1]
        lines.append(f"{indent}{'└─' if is_last else '├─'} {node_line(node)}")
        lines += branch_lines(node.children, indent + ("   " if is_last else "│  "))
    return lines


def node_line(node: Node) -> str:
    """A node in one line: what, from which words, by which rule."""
    words = f'  "{terminal.one_line(node.words, 60)}"' if node.words else ""
    rule = f"  [{node.rule}]" if node.rule else ""
    return f"{node.name}: {terminal.one_line(node.value)}{words}{rule}"
