"""`newstally shell`: the DuckDB shell on the published database."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import typer

from flows import terminal
from flows.options import LakeFolder

PANEL = "Ask"


def command(lake: LakeFolder = None) -> None:
    """Open the DuckDB shell, read-only, with every table and view; `.tables` lists them."""
    from flows.settings import load_settings
    from warehouse.query import published_database

    database = published_database(load_settings(lake=lake).lake)
    if not database.exists():
        raise terminal.UserError(f"{database}: nothing is published there: run newstally publish, or name another lake")
    done = subprocess.run([str(duckdb_program()), "-readonly", str(database.absolute())], check=False)
    if done.returncode:
        raise typer.Exit(terminal.ERROR)


def duckdb_program() -> Path:
    """The shell of the duckdb-cli wheel, else one on the PATH; UserError where there is none."""
    beside = Path(sys.executable).parent / ("duckdb.exe" if os.name == "nt" else "duckdb")
    if beside.exists():
        return beside
    found = shutil.which("duckdb")
    if found is None:
        raise terminal.UserError("no DuckDB shell here: pip install duckdb-cli==1.5.5, or use `newstally sql`")
    return Path(found)
