"""`newstally forget`: deletion on request, with a receipt."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from flows import terminal
from flows.options import LakeFolder

PANEL = "Look after the lake"


def command(
    lake: LakeFolder = None,
    url: Annotated[list[str] | None, typer.Option("--url", help="Address of a document; repeat for several.")] = None,
    source: Annotated[list[str] | None, typer.Option("--source", help="Every document of this outlet.")] = None,
    identity: Annotated[
        list[str] | None, typer.Option("--id", help="document_id, article_id, or the id that the input gave.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove documents and all that came from them, everywhere in the lake's folder; older versions go as well."""
    from flows.lakes import open_lake
    from flows.settings import load_settings
    from transforms.version import EXTRACTOR_VERSION, rules_hash
    from warehouse.forget import find_documents, forget
    from warehouse.runs import new_run

    wanted = (url or [], source or [], identity or [])
    if not any(wanted):
        raise terminal.UserError("name what to forget: --url, --source or --id", terminal.USAGE)
    run = new_run("forget", [], EXTRACTOR_VERSION, rules_hash())
    with open_lake(load_settings(lake=lake)) as opened:
        found = find_documents(opened, *wanted)
        if not yes:
            typer.confirm(
                f"Remove {len(found.documents):,} documents with {len(found.articles):,} revisions for good?",
                abort=True,
                err=True,
            )
        with opened.running(run):
            receipt = forget(opened, run, urls=wanted[0], sources=wanted[1], ids=wanted[2])
    if terminal.output.json:
        terminal.write_json(asdict(receipt))
    else:
        terminal.say(
            f"{len(receipt.documents):,} documents forgotten; {receipt.files_searched:,} files searched, "
            f"{receipt.rows_remaining:,} rows of them left; not reached: {receipt.not_reached}"
        )
        terminal.write(receipt.path)
    if receipt.rows_remaining:
        raise typer.Exit(terminal.ERROR)
