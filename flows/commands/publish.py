"""`newstally publish`: what the lake holds, for readers."""

from __future__ import annotations

from typing import Annotated

import typer

from flows import terminal
from flows.options import LakeFolder
from flows.progress import spoken_bytes

PANEL = "Tables from text"


def command(
    lake: LakeFolder = None,
    fully: Annotated[bool, typer.Option("--fully", help="Write every partition anew.")] = False,
) -> None:
    """Publish the lake as plain Parquet and a DuckDB database; readers see the version before, or this one."""
    from flows.engine import call_flow
    from flows.lakes import open_lake
    from flows.settings import load_settings

    settings = load_settings(lake=lake)
    done = call_flow(
        settings, "publish", meanwhile=lambda: open_lake(settings).close(), lake=settings.lake, fully=fully
    )
    if terminal.output.json:
        terminal.write_json(done)
    elif not done["is_new"]:
        terminal.say(f"version {done['version']} is up to date: {done['folder']}")
    else:
        changed = f"{len(done['changed'])} partitions written"
        terminal.say(f"version {done['version']}: {done['folder']} ({spoken_bytes(done['bytes'])}, {changed})")
