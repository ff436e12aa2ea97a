"""SQL over what is published, and the state of a lake.

query(Path("lake/newstally.duckdb"), "SELECT measure, count(*) AS claims FROM figures GROUP BY ALL")
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from schemas.contracts import TABLES
from warehouse.errors import LakeMissing, QueryError, WarehouseError
from warehouse.lake import Lake
from warehouse.lock import is_held, lock_holder
from warehouse.manifest import newest_manifest
from warehouse.runs import running
from warehouse.storage import Layout
from warehouse.tables import HISTORIES


@dataclass(frozen=True, slots=True, kw_only=True)
class LakeStatus:
    """What is in a lake, and what goes on in it."""

    root: Path
    snapshot: int
    rows: dict[str, int]  # per table of the lake
    stories: int
    quarantine_open: int
    runs: list[dict[str, Any]]  # newest first; state "running" for those that live
    running: list[str]
    writer: str | None  # who holds the writer lock now
    version: int | None  # newest publication
    published_at: datetime | None
    is_published: bool  # whether the newest publication shows the newest commit
    data_bytes: int
    data_files: int


def query(database: Path | str, sql: str, parameters: Any = None) -> pa.Table:
    """The rows of one or more statements on the published views, as Arrow; QueryError is one line."""
    con = connect(database)
    try:
        return run_query(con, sql, parameters)
    finally:
        con.close()


def connect(database: Path | str) -> duckdb.DuckDBPyConnection:
    """A read-only connection to a published database; LakeMissing where nothing is published."""
    path = Path(database)
    if not path.exists():
        raise LakeMissing(f"{path}: nothing is published there: run newstally publish, or name another lake")
    try:
        return duckdb.connect(str(path), read_only=True, config={"autoinstall_known_extensions": "false"})
    except duckdb.Error as error:
        raise WarehouseError(f"{path}: {error}: run newstally catalog") from None


def run_query(con: duckdb.DuckDBPyConnection, sql: str, parameters: Any = None) -> pa.Table:
    """The rows of the last statement; QueryError where there is none, or it is wrong."""
    try:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET enable_progress_bar = false")
        result = con.execute(sql, parameters) if parameters is not None else con.execute(sql)
        if result is None or con.description is None:
            return pa.table({})
        return con.to_arrow_table()
    except duckdb.Error as error:
        raise QueryError(explain_error(str(error))) from None


def explain_error(text: str) -> str:
    """DuckDB's message as one line, with what helps.

    >>> explain_error("Catalog Error: Table with name figure does not exist!\\n\\nLINE 1: FROM figure")
    'Catalog Error: Table with name figure does not exist!'
    """
    if "No files found that match" in text:
        return (
            "the published version that this database names is gone: run the query again; "
            "if the lake was moved, run newstally catalog first"
        )
    return text.split("\n\nLINE ")[0]


def status(lake: Lake) -> LakeStatus:
    """The state of the lake; reads the catalog, not the data."""
    layout = lake.layout
    rows = {table: count(lake, f"lake.{table}") for table in (*TABLES, *HISTORIES)}
    alive = set(running(layout))
    runs = lake.arrow("SELECT * FROM lake.runs ORDER BY started_at DESC, run_id DESC LIMIT 20").to_pylist()
    for run in runs:
        if run["run_id"] in alive:
            run["state"] = "running"
    manifest = newest_manifest(layout)
    files = lake.sql("SELECT sum(file_count), sum(file_size_bytes) FROM ducklake_table_info('lake')").fetchone()
    return LakeStatus(
        root=layout.root,
        snapshot=lake.snapshot(),
        rows=rows,
        stories=count(lake, "(SELECT DISTINCT story_id FROM lake.articles)"),
        quarantine_open=count(lake, "lake.quarantine WHERE state = 'open'"),
        runs=runs,
        running=sorted(alive),
        writer=lock_holder(layout.writer_lock) if is_held(layout.writer_lock) else None,
        version=manifest.version if manifest else None,
        published_at=datetime.fromisoformat(manifest.published_at) if manifest else None,
        is_published=manifest is not None and manifest.snapshot == lake.snapshot(),
        data_files=int(files[0] or 0) if files else 0,
        data_bytes=int(files[1] or 0) if files else 0,
    )


def count(lake: Lake, source: str) -> int:
    """Number of rows of a table or a subquery."""
    row = lake.sql(f"SELECT count(*) FROM {source}").fetchone()
    return int(row[0]) if row else 0


def published_database(root: Path | str) -> Path:
    """The database file of a lake's folder."""
    return Layout(Path(root)).database
