"""`newstally undo`: take a run back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from flows import terminal
from flows.options import LakeFolder

PANEL = "Look after the lake"


def command(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Id of the run, as newstally status shows it.")],
    lake: LakeFolder = None,
) -> None:
    """Take out what a run wrote, and put back what it replaced."""
    from flows.lakes import open_lake
    from flows.settings import load_settings
    from transforms.version import EXTRACTOR_VERSION, rules_hash
    from warehouse.runs import new_run
    from warehouse.undo import undo

    own = new_run("undo", [run], EXTRACTOR_VERSION, rules_hash())
    with open_lake(load_settings(lake=lake)) as opened, opened.running(own):
        done = undo(opened, run, own)
    if terminal.output.json:
        terminal.write_json(asdict(done))
    else:
        terminal.say(
            f"{run} undone: {done.articles_removed:,} articles and {done.figures_removed:,} figures taken out, "
            f"{done.articles_reopened:,} articles and {done.figures_reopened:,} figures put back; "
            "run `newstally publish` to show it"
        )
