"""`newstally verify`: re-read everything."""

from __future__ import annotations

from dataclasses import asdict

import typer

from flows import terminal
from flows.options import LakeFolder
from flows.progress import spoken_bytes

PANEL = "Look after the lake"


def command(lake: LakeFolder = None) -> None:
    """Check checksums, keys, references, quotes, counts and published files; exit code 1 where something is wrong."""
    from flows.lakes import open_lake
    from flows.settings import load_settings
    from warehouse.verify import verify

    with open_lake(load_settings(lake=lake)) as opened:
        report = verify(opened)
    if terminal.output.json:
        terminal.write_json(asdict(report))
    else:
        for problem in report.problems:
            terminal.warn(problem)
        rows = sum(report.rows.values())
        found = f"{len(report.problems):,} problems" if report.problems else "all sound"
        terminal.say(f"{report.files:,} files ({spoken_bytes(report.bytes)}), {rows:,} rows: {found}")
    if report.problems:
        raise typer.Exit(terminal.ERROR)
