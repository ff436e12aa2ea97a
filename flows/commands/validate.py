"""`newstally validate`: Great Expectations over the published tables."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from flows import terminal
from flows.options import LakeFolder

PANEL = "Look after the lake"


def command(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Folder for the Data Docs pages.")] = None,
    lake: LakeFolder = None,
) -> None:
    """Check the published tables against every expectation; exit code 1 where a critical one is not met."""
    from flows.settings import load_settings
    from flows.validation_report import validate_published
    from warehouse.query import connect, published_database

    report = validate_published(connect(published_database(load_settings(lake=lake).lake)), output)
    if terminal.output.json:
        terminal.write_json({**asdict(report), "page": str(report.page) if report.page else None})
    else:
        rows = ", ".join(f"{count:,} {name}" for name, count in report.rows.items())
        terminal.write(f"{report.checked} expectations over {rows}: {len(report.findings)} not met")
        for finding in report.findings:
            terminal.write(f"  {finding.severity}: {finding.rule}, {finding.rows} rows ({finding.why})")
        if report.page:
            terminal.write(f"pages: {report.page}")
    if report.critical:
        raise typer.Exit(terminal.ERROR)
