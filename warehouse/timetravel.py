"""Queries on the lake as it was: after a run, at a time, or at a numbered version.

    query_as_of(Path("lake"), LakeSettings(), "SELECT count(*) FROM figures", "20200817T090000-3f2a")
    query_as_of(Path("lake"), LakeSettings(), "SELECT count(*) FROM figures", "2020-08-17T12:00")

As far back as `newstally maintain` keeps snapshots (setting retention_days).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from schemas.contracts import TABLES
from warehouse.catalog import HISTORY_SQL
from warehouse.errors import WarehouseError, from_duckdb_error
from warehouse.query import run_query
from warehouse.storage import LakeSettings, Layout, attach_lake, connect
from warehouse.tables import HISTORIES, listing, names_of
from warehouse.views import create_views


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One version of the lake that can still be read."""

    snapshot: int
    at: datetime
    kind: str
    run_id: str | None


def query_as_of(root: Path | str, settings: LakeSettings, sql: str, moment: str) -> pa.Table:
    """The rows of a query on every table and view as of a run, a time or a version."""
    layout = Layout(Path(root))
    chosen = find_snapshot(snapshots(layout, settings), moment)
    con = connect(settings, temporary=layout.root / ".tmp")
    try:
        attach_lake(con, layout, settings, snapshot=chosen.snapshot)
        for table in (*TABLES, *HISTORIES):
            con.execute(f"CREATE VIEW {table} AS SELECT {listing(names_of(table))} FROM lake.{table}")
        for path in sorted(HISTORY_SQL.glob("*.sql")):
            con.execute(f"CREATE VIEW {path.stem} AS\n{path.read_text(encoding='utf-8').rstrip().rstrip(';')}")
        create_views(con)
        return run_query(con, sql)
    except duckdb.Error as error:
        raise from_duckdb_error(error, f"{layout.root} as of {moment}") from None
    finally:
        con.close()


def snapshots(layout: Layout, settings: LakeSettings) -> list[Snapshot]:
    """Every version that can still be read, oldest first."""
    con = connect(settings)
    try:
        attach_lake(con, layout, settings, read_only=True)
        rows = con.execute(
            "SELECT s.snapshot_id, s.snapshot_time, c.commit_extra_info "
            "FROM __ducklake_metadata_lake.ducklake_snapshot AS s "
            "LEFT JOIN __ducklake_metadata_lake.ducklake_snapshot_changes AS c USING (snapshot_id) "
            "ORDER BY s.snapshot_id"
        ).fetchall()
    except duckdb.Error as error:
        raise from_duckdb_error(error, f"{layout.root}: the versions cannot be listed") from None
    finally:
        con.close()
    found = []
    for number, taken, text in rows:
        note = json.loads(text) if text else {}
        at = datetime.fromisoformat(note["at"]) if "at" in note else as_time(taken)
        found.append(Snapshot(snapshot=number, at=at, kind=note.get("kind", "create"), run_id=note.get("run_id")))
    return found


def find_snapshot(found: list[Snapshot], moment: str) -> Snapshot:
    """The last version of a run, the last one at or before a time, or the one of that number."""
    if not found:
        raise WarehouseError("the lake has no version yet: run newstally ingest first")
    of_run = [one for one in found if one.run_id == moment]
    if of_run:
        return of_run[-1]
    if moment.isdigit() and len(moment) < 8:
        numbered = [one for one in found if one.snapshot == int(moment)]
        if numbered:
            return numbered[0]
        raise WarehouseError(f"version {moment}: the lake keeps {found[0].snapshot} to {found[-1].snapshot}")
    try:
        time = as_time(datetime.fromisoformat(moment))
    except ValueError:
        raise WarehouseError(
            f"{moment!r} is no run of this lake, no time (2020-08-17T12:00, UTC) and no version number: "
            "see newstally status"
        ) from None
    earlier = [one for one in found if one.at <= time]
    if not earlier:
        raise WarehouseError(
            f"{moment}: the lake keeps versions from {found[0].at:%Y-%m-%dT%H:%M:%S} UTC on (setting retention_days)"
        )
    return earlier[-1]


def as_time(moment: datetime | str) -> datetime:
    """A time in UTC; one without a zone is UTC."""
    parsed = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
