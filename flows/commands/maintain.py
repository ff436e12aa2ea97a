"""`newstally maintain`: upkeep of the lake."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from flows import terminal
from flows.options import LakeFolder

PANEL = "Look after the lake"


def command(
    lake: LakeFolder = None,
    retention_days: Annotated[
        float | None, typer.Option(help="Keep versions for time travel so long; else the setting.", min=0)
    ] = None,
) -> None:
    """Merge small files, let old versions go, remove what crashes left; safe beside readers and writers."""
    from flows.lakes import open_lake
    from flows.settings import load_settings
    from transforms.version import EXTRACTOR_VERSION, rules_hash
    from warehouse.maintain import maintain
    from warehouse.runs import new_run

    run = new_run("maintain", [], EXTRACTOR_VERSION, rules_hash())
    with open_lake(load_settings(lake=lake)) as opened, opened.running(run):
        done = maintain(opened, retention_days=retention_days)
    if terminal.output.json:
        terminal.write_json(asdict(done))
    else:
        terminal.say(
            f"{done.files_before:,} data files before, {done.files_after:,} now; {done.snapshots_expired:,} versions "
            f"of the lake and {done.versions_removed:,} published ones let go; {done.files_removed:,} old files, "
            f"{done.orphans_removed:,} of dead writers and {done.batches_removed:,} forgotten batches removed"
        )
