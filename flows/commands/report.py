"""`newstally report`: the evidence report, a static site of what the articles say and where."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows import terminal
from flows.options import LakeFolder

PANEL = "Ask"


def command(
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write.")] = Path("report"),
    limit: Annotated[int, typer.Option(help="At most so many articles and facts get a page, the latest first.")] = 2000,
    validation: Annotated[
        bool, typer.Option(help="Validate the published tables and link the pages from the front page.")
    ] = True,
    lake: LakeFolder = None,
) -> None:
    """Write the evidence report: every fact with its claims, every figure in its article. Opens from a file."""
    from flows.settings import load_settings
    from warehouse.query import connect, published_database
    from warehouse.report.site import write_report

    connection = connect(published_database(load_settings(lake=lake).lake))
    pages = None
    if validation:
        from flows.validation_report import validate_published

        pages = output.with_name(output.name + ".validation")
        validate_published(connection, pages, root="../")
    report = write_report(connection, output, limit=limit, validation=pages)
    if terminal.output.json:
        terminal.write_json({"path": str(report.path), "articles": report.articles, "facts": report.facts})
    else:
        terminal.write(f"{report.path}: {report.articles} articles, {report.facts} facts")
    if report.articles_left_out or report.facts_left_out:
        left = f"{report.articles_left_out} articles and {report.facts_left_out} facts"
        terminal.say(f"Over --limit {limit}, {left} have no page; the totals count them.")
