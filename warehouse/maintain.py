"""Upkeep: merge small files, apply deletes, let old versions go, remove what crashes left behind.

Safe beside readers and writers: each step takes the writer lock for itself, published files are hard links (or copies)
that no step touches, and a file that a merge replaced stays until its grace is over.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from warehouse.adoption import mend_partitions
from warehouse.checksums import append_checksums, read_checksums
from warehouse.errors import from_duckdb_error, from_os_error
from warehouse.lake import Lake
from warehouse.lock import file_lock
from warehouse.manifest import newest_manifest
from warehouse.publish import drop_old, sweep
from warehouse.runs import sweep_running
from warehouse.staging import old_entries
from warehouse.tables import ALL, PARTITIONED
from warehouse.timetravel import as_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """What `maintain` did."""

    files_before: int
    files_after: int
    snapshots_expired: int
    files_removed: int
    orphans_removed: int
    batches_removed: int
    versions_removed: int


def maintain(
    lake: Lake,
    *,
    retention_days: float | None = None,
    grace_seconds: float = 3600.0,
    now: datetime | None = None,
) -> Upkeep:
    """Run every step; `now` moves the clock for tests. A step that is killed is done by the next call."""
    layout = lake.layout
    keep = timedelta(days=lake.settings.retention_days if retention_days is None else retention_days)
    moment = now or datetime.now(UTC)
    with file_lock(layout.publish_lock, lake.settings.lock_timeout, "maintain"):
        try:
            files_before = len(lake.data_files())
            for table in ALL:
                compact(lake, table)
            expired = expire(lake, moment - keep)
            removed, orphans = clean(lake, moment - timedelta(seconds=grace_seconds))
            sweep(layout)
            dropped = drop_old(layout, lake.settings.keep_versions)
            batches = lake.clean_staging()
            for path in old_entries(layout.root / ".tmp", 86400):
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
            sweep_running(layout)
            with lake.locked("maintain"):
                lake.catch_up()
                lake.index.sweep()
                lake.record_checksums(thorough=True)
                rewrite_checksums(lake)
        except duckdb.Error as error:
            raise from_duckdb_error(error, f"{layout.root}: maintain stopped") from None
        except OSError as error:
            raise from_os_error(error, f"{error.filename or layout.root}: maintain stopped") from None
    return Upkeep(
        files_before=files_before,
        files_after=len(lake.data_files()),
        snapshots_expired=expired,
        files_removed=removed,
        orphans_removed=orphans,
        batches_removed=batches,
        versions_removed=len(dropped),
    )


def compact(lake: Lake, table: str, *, threshold: float = 0.0) -> None:
    """Apply deletes to the files of a table and merge neighbours, each in a transaction of its own."""
    for statement in (
        f"CALL ducklake_rewrite_data_files('lake', '{table}', delete_threshold => {threshold})",
        f"CALL ducklake_merge_adjacent_files('lake', '{table}')",
    ):
        with lake.locked(f"maintain {table}"):
            lake.catch_up()
            if table in PARTITIONED:
                mend_partitions(lake, table)
            lake.sql("BEGIN")
            try:
                done = lake.sql(statement).fetchall()
                if done:
                    lake.note(
                        {"kind": "maintain", "at": lake.clock().isoformat(), "run_id": None, "months": {}, "added": {}}
                    )
                lake.sql("COMMIT")
            except BaseException:
                lake.rollback()
                raise
            if done:
                lake.index.advance(lake.snapshot())
                with contextlib.suppress(OSError):
                    lake.record_checksums(thorough=True)


def expire(lake: Lake, before: datetime, *, published_too: bool = False) -> int:
    """Let go of versions older than that; never of the newest, nor of those that publish still needs to know."""
    with lake.locked("maintain: expiry"):
        newest = lake.snapshot()
        manifest = newest_manifest(lake.layout)
        limit = newest if manifest is None or published_too else min(newest, manifest.snapshot)
        rows = lake.sql(
            "SELECT s.snapshot_id, s.snapshot_time, c.commit_extra_info "
            "FROM __ducklake_metadata_lake.ducklake_snapshot AS s "
            "LEFT JOIN __ducklake_metadata_lake.ducklake_snapshot_changes AS c USING (snapshot_id) "
            f"WHERE s.snapshot_id < {limit} ORDER BY s.snapshot_id"
        ).fetchall()
        doomed = []
        for number, taken, text in rows:
            note = json.loads(text) if text else {}
            if as_time(note.get("at", taken)) < before:
                doomed.append(str(number))
        if doomed:
            lake.sql(f"CALL ducklake_expire_snapshots('lake', versions => [{', '.join(doomed)}])")
        return len(doomed)


def clean(lake: Lake, before: datetime) -> tuple[int, int]:
    """Remove files that no version needs since then, and files that no version ever had; returns how many of each.

    Under the writer lock nobody is writing, so a file that the catalog does not know is the work of a
    writer that died.
    """
    with lake.locked("maintain: clean-up"):
        stamp = before.strftime("%Y-%m-%d %H:%M:%S.%f+00")
        old = lake.sql(f"CALL ducklake_cleanup_old_files('lake', older_than => TIMESTAMPTZ '{stamp}')").fetchall()
        orphans = lake.sql("CALL ducklake_delete_orphaned_files('lake', cleanup_all => true)").fetchall()
        remove_empty_folders(lake.layout.data)
        return len(old), len(orphans)


def remove_empty_folders(folder: Path) -> None:
    """Folders of partitions whose files are gone."""
    for parent, folders, files in os.walk(folder, topdown=False):
        if not folders and not files and Path(parent) != folder:
            with contextlib.suppress(OSError):
                Path(parent).rmdir()


def rewrite_checksums(lake: Lake) -> None:
    """Keep the lines of files that are still there, in one step."""
    if lake.settings.data_path is not None:
        return
    layout = lake.layout
    held = read_checksums(layout)
    snapshot = held.pop("@snapshot", (lake.snapshot(), ""))[0]
    kept = {name: value for name, value in held.items() if (layout.data / name).exists()}
    temporary = layout.checksums.with_suffix(".tmp")
    lines = [f"{name}\t{size}\t{digest}\t.\n" for name, (size, digest) in sorted(kept.items())]
    temporary.write_text("".join(lines), encoding="utf-8")
    temporary.replace(layout.checksums)
    append_checksums(layout, [], snapshot)
