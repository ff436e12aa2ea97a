"""`newstally export FORMAT`: the current rows in the formats of other tools."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows import terminal
from flows.options import LakeFolder

PANEL = "Ask"


def command(
    format: Annotated[str, typer.Argument(help="gkg, plover, ccc, ftm, annotations, csv or facts-csv.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; else standard output.")] = None,
    lake: LakeFolder = None,
) -> None:
    """Write the published rows for another tool: GDELT GKG, PLOVER, CCC, FollowTheMoney, W3C annotations, safe CSV."""
    from flows.settings import load_settings
    from warehouse.exports import FORMATS, ExportError, export
    from warehouse.query import connect, published_database

    if format not in FORMATS:
        raise terminal.UserError(f"no export format {format!r}: there are {', '.join(sorted(FORMATS))}", terminal.USAGE)
    connection = connect(published_database(load_settings(lake=lake).lake))
    try:
        if output is None:
            written = export(connection, format, sys.stdout)
        else:
            with output.open("w", encoding="utf-8", newline="") as stream:
                written = export(connection, format, stream)
    except ExportError as error:
        raise terminal.UserError(str(error)) from None
    terminal.say(f"{written} records in {format}" + (f" to {output}" if output else ""))
