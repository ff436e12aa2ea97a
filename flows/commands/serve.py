"""`newstally serve`: the flows by schedule on this machine."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from flows import terminal
from flows.options import LakeFolder

PANEL = "Look after the lake"


def command(
    lake: LakeFolder = None,
    inbox: Annotated[str | None, typer.Option(help="Folder to ingest; else the setting.")] = None,
    every: Annotated[
        float | None, typer.Option(help="Minutes between two looks at the inbox; else the setting.")
    ] = None,
) -> None:
    """Ingest the inbox every few minutes, publish hourly and check daily, until Ctrl-C.

    For a Prefect server and workers of your own, deploy prefect.yaml instead: the flows are the same.
    """
    from flows.lakes import open_lake
    from flows.serving import serve_until_interrupted
    from flows.settings import PREFIX, load_settings

    settings = load_settings(lake=lake, inbox=inbox, ingest_every_minutes=every)
    if every is not None and every <= 0:
        raise terminal.UserError(f"--every {every:g}: more than 0 minutes", terminal.USAGE)
    for name in ("inbox", "lake", "ingest_every_minutes"):  # the runs are processes of their own
        os.environ[PREFIX + name.upper()] = str(getattr(settings, name))
    open_lake(settings, create=True).close()
    serve_until_interrupted()
