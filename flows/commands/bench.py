"""`newstally bench`: how fast newstally is on this machine, and where the time goes."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from flows import terminal
from flows.progress import spoken_bytes

if TYPE_CHECKING:
    from flows.bench import Result

PANEL = "Look after the lake"


def command(
    paths: Annotated[list[str], typer.Argument(help="Files and folders to ingest.", show_default=False)],
    copies: Annotated[int, typer.Option(help="Ingest everything so many times, under new ids.", min=1)] = 1,
    workers: Annotated[int | None, typer.Option(help="Processes that extract; else the setting.", min=0)] = None,
) -> None:
    """Ingest and publish into a lake that is thrown away; print speed, processor time by stage, memory, and rows."""
    from flows.bench import bench
    from flows.settings import load_settings

    result = bench(paths, load_settings(workers=workers), copies=copies)
    if terminal.output.json:
        terminal.write_json(asdict(result) | {"extraction_share": result.extraction_share})
    else:
        show(result)


def show(result: Result) -> None:
    """The result for a person."""
    megabytes = result.text_bytes / 1e6
    terminal.write(
        f"{result.documents:,} documents, {megabytes:,.1f} MB of text, {result.workers} workers, "
        f"{result.batches:,} batches: {result.seconds:,.1f} s from start to published"
    )
    rate = f"{result.documents / result.seconds:,.0f} documents a second"
    terminal.write(f"{rate}, {megabytes / result.seconds:,.2f} MB a second")
    total = sum(result.stages.values())
    rows = [
        (name, f"{spent:,.1f}", f"{100 * spent / total:.1f} %", f"{megabytes / spent:,.1f}" if spent > 0.005 else "")
        for name, spent in sorted(result.stages.items(), key=lambda item: -item[1])
    ]
    columns = ("stage", "processor seconds", "share", "MB a second")
    terminal.write_table(columns, rows, right=columns[1:])
    terminal.write(f"extraction with normalization: {100 * result.extraction_share:.1f} % of {total:,.1f} s")
    each = 1000 * result.processor_seconds / max(result.documents, 1)
    terminal.write(
        f"all processes, Prefect's server included: {result.processor_seconds:,.1f} processor seconds, "
        f"{each:,.2f} ms a document"
    )
    terminal.write(
        f"memory of all processes: at most {spoken_bytes(result.memory_peak)}; in the first tenth of the run "
        f"{spoken_bytes(result.memory_first)}, second {spoken_bytes(result.memory_early)}, "
        f"last {spoken_bytes(result.memory_late)}"
    )
    told = ", ".join(f"{count:,} {name}" for name, count in result.rows.items())
    terminal.write(
        f"rows: {told}; lake {spoken_bytes(result.lake_bytes)}, published {spoken_bytes(result.published_bytes)}"
    )
    terminal.write(
        f"floor of one processor: {result.floor_read:,.0f} MB a second to read the files, "
        f"{result.floor_scan:,.0f} MB a second to scan the text for digits"
    )
    terminal.write_table(
        ("articles like these", "articles", "processor hours", "lake and published"),
        [
            (name, f"{count:,}", f"{hours:,.2f}" if hours < 10 else f"{hours:,.0f}", f"{gigabytes:,.1f} GB")
            for name, count, hours, gigabytes in result.costs
        ],
        right=("articles", "processor hours", "lake and published"),
    )
