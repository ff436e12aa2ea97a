"""`newstally reextract`: new rules over the stored articles."""

from __future__ import annotations

from dataclasses import asdict

import typer

from flows import terminal
from flows.options import LakeFolder
from flows.progress import spoken_seconds

PANEL = "Look after the lake"


def command(lake: LakeFolder = None) -> None:
    """Run this version's rules over all stored articles; readers see the old rows until it is done."""
    from flows.lakes import open_lake
    from flows.reextract import reextract
    from flows.settings import load_settings

    settings = load_settings(lake=lake)
    with open_lake(settings) as opened:
        done = reextract(opened, settings)
    if terminal.output.json:
        terminal.write_json(asdict(done))
    else:
        switched = done.switched
        again = f"; {done.resumed:,} ranges were staged by an earlier run" if done.resumed else ""
        terminal.say(
            f"{switched.articles:,} articles by rules {done.rules_hash} in {spoken_seconds(done.seconds)}: "
            f"{switched.figures_closed:,} figures replaced by {switched.figures_opened:,}{again}"
        )
        if switched.articles:
            terminal.say("run `newstally diff` to compare, `newstally publish` to show them, or "
                         f"`newstally undo {done.run_id}`")  # fmt: skip
        for article in done.left[:10]:
            terminal.warn(f"article {article}: the extractor failed on it; it keeps its rows")
    if done.left:
        raise typer.Exit(terminal.LEFT_OUT)
