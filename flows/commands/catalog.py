"""`newstally catalog`: the views, after a move of the lake."""

from __future__ import annotations

from flows import terminal
from flows.options import LakeFolder

PANEL = "Look after the lake"


def command(lake: LakeFolder = None) -> None:
    """Point newstally.duckdb at the published files, wherever the lake's folder is now."""
    from flows.settings import load_settings
    from warehouse.catalog import rebuild_catalog

    path = rebuild_catalog(load_settings(lake=lake).lake)
    if terminal.output.json:
        terminal.write_json({"database": str(path)})
    else:
        terminal.say(f"{path}: the views name the folder where it is now")
