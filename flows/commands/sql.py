"""`newstally sql`: a question to the published tables."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from flows import terminal
from flows.options import LakeFolder

PANEL = "Ask"

ROWS_SHOWN = 200
"""Rows of a table for a person; --csv, --json and --parquet give all."""


def command(
    sql: Annotated[str, typer.Argument(help="The SQL, in DuckDB's dialect; - : from standard input.")],
    lake: LakeFolder = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print comma-separated values.")] = False,
    parquet: Annotated[Path | None, typer.Option("--parquet", help="Write a Parquet file.", metavar="FILE")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Ask the lake as of a run, a time (UTC) or a version number.")
    ] = None,
) -> None:
    """Ask the published tables and views: figures, facts, timeline, arrests, articles …"""
    from flows.settings import load_settings
    from warehouse.query import published_database, query

    text = sys.stdin.read() if sql == "-" else sql
    settings = load_settings(lake=lake)
    if as_of is None:
        rows = query(published_database(settings.lake), text)
    else:
        from flows.lakes import lake_settings
        from warehouse.timetravel import query_as_of

        rows = query_as_of(settings.lake, lake_settings(settings), text, as_of)
    if parquet is not None:
        write_parquet(rows, parquet)
    elif csv:
        write_csv(rows)
    elif terminal.output.json:
        terminal.write_json(rows.to_pylist())
    else:
        show(rows)


def show(rows: Any) -> None:
    """The rows as a table; as a block a row where the headings alone are wider than the screen."""
    if not rows.num_columns:
        return
    from pyarrow import types

    numbers = [field.name for field in rows.schema if types.is_integer(field.type) or types.is_floating(field.type)]
    names = [terminal.one_line(name) for name in rows.column_names]
    plain_numbers = [name for name in ("year", "revision") if name in rows.column_names]
    shown = rows.slice(0, ROWS_SHOWN)
    columns = [
        [
            str(value) if name in plain_numbers and value is not None else value
            for value in shown.column(place).to_pylist()
        ]
        for place, name in enumerate(rows.column_names)
    ]
    if sum(len(name) + 3 for name in names) > terminal.console().width:
        terminal.write_records(names, zip(*columns, strict=True))
    else:
        terminal.write_table(names, zip(*columns, strict=True), right=numbers, fold=names)
    if rows.num_rows > ROWS_SHOWN:
        terminal.say(f"{rows.num_rows:,} rows; the first {ROWS_SHOWN} are shown: --csv, --json or --parquet give all")


def write_csv(rows: Any) -> None:
    """The rows as CSV on standard output; cells that a spreadsheet would run as a formula are made text."""
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(rows.column_names)
    for batch in rows.to_batches():
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            writer.writerow([safe_cell(cell) for cell in row])


def safe_cell(cell: Any) -> Any:
    """A cell without control characters; text that begins like a formula gets an apostrophe (OWASP CSV injection)."""
    if not isinstance(cell, str):
        return cell
    text = terminal.plain(cell)
    return f"'{text}" if text.lstrip()[:1] in ("=", "+", "-", "@") else text


def write_parquet(rows: Any, path: Path) -> None:
    """The rows as a Parquet file."""
    import pyarrow.parquet as pq

    pq.write_table(rows, path, compression="zstd")
    terminal.say(f"{rows.num_rows:,} rows: {path}")
