"""`newstally status`: what is in the lake and what went on in it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from flows import terminal
from flows.options import LakeFolder
from flows.progress import spoken_bytes

PANEL = "Look after the lake"


def command(lake: LakeFolder = None) -> None:
    """Show the lake's tables, its last runs, what is published, and what waits in quarantine."""
    from flows.lakes import open_lake
    from flows.settings import load_settings
    from warehouse.query import status

    with open_lake(load_settings(lake=lake)) as opened:
        found = status(opened)
    if terminal.output.json:
        terminal.write_json(asdict(found) | {"root": str(found.root)})
        return
    terminal.write(f"{found.root}: {spoken_bytes(found.data_bytes)} in {found.data_files:,} files")
    terminal.write_table(("table", "rows"), found.rows.items(), right=("rows",))
    terminal.write(f"stories: {found.stories:,} (near-identical articles count once)")
    if found.version is None:
        terminal.write("published: nothing yet: run newstally publish")
    else:
        late = "" if found.is_published else "; the lake has newer rows: run newstally publish"
        terminal.write(f"published: version {found.version}, {moment(found.published_at)}{late}")
    waiting = f"{found.quarantine_open:,} open" + (": newstally quarantine list" if found.quarantine_open else "")
    terminal.write(f"quarantine: {waiting}")
    if found.writer:
        terminal.write(f"writing now: {terminal.one_line(found.writer)}")
    if found.runs:
        terminal.write("")
        terminal.write_table(
            RUN_COLUMNS, [run_row(run) for run in found.runs[:10]], right=RUN_COLUMNS[3:], fold=("from",)
        )


RUN_COLUMNS = ("run", "kind", "state", "seconds", "read", "new", "again", "figures", "left out", "from")


def run_row(run: dict[str, Any]) -> tuple[Any, ...]:
    """One run on one line."""
    import json

    seconds = None if run["seconds"] is None else f"{run['seconds']:.1f}"
    counts = (
        run[name] for name in ("documents_read", "articles_new", "articles_seen_again", "figures_new", "quarantined")
    )
    sources = terminal.one_line(", ".join(json.loads(run["source"])), 60)
    return (run["run_id"], run["kind"], run["state"], seconds, *counts, sources)


def moment(value: datetime | None) -> str:
    """A time as one would write it; UTC."""
    return "" if value is None else f"{value:%Y-%m-%d %H:%M} UTC"
