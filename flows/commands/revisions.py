"""`newstally revisions`: how a document changed, and which figures with it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from flows import terminal
from flows.options import LakeFolder

PANEL = "Ask"


def command(
    identity: Annotated[str, typer.Argument(metavar="ID", help="URL, id, path, document_id or article_id.")],
    lake: LakeFolder = None,
) -> None:
    """Show the revisions of a document, and the figures that each of them closed and opened."""
    from flows.lakes import open_lake
    from flows.settings import load_settings
    from warehouse.revisions import revisions

    with open_lake(load_settings(lake=lake)) as opened:
        found = revisions(opened, identity)
    if terminal.output.json:
        terminal.write_json([{**asdict(one), "changes": one.changes.to_pylist()} for one in found])
        return
    for one in found:
        terminal.write(f"document {one.document_id}")
        rows = [
            (row["revision"], row["article_id"], f"{row['valid_from']:%Y-%m-%d %H:%M}", row["title"], row["run_id"])
            for row in one.revisions
        ]
        terminal.write_table(("revision", "article", "since", "title", "run"), rows, fold=("title",))
        changes = [
            (row["revision"], row["change"], row["measure"], row["quote"], row["sentence"])
            for row in one.changes.to_pylist()
        ]
        if changes:
            terminal.write_table(("revision", "figure", "measure", "quote", "sentence"), changes, fold=("sentence",))
        else:
            terminal.write("no figure changed")
