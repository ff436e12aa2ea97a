"""Publication: plain Parquet that any tool reads, a folder a version, nothing ever half there.

    published/v000012/manifest.json
                      figures/year=2020/month=8/part-000009.parquet, part-000012.parquet
                      articles/…, mentions/…, articles_history/…, figures_history/…
                      runs/part-000012.parquet, measures/…, profiles/…, quarantine/…
                      fact_links/bucket=0/part-000012.parquet, …   kept views: see marts.py
    published/current -> v000012
    newstally.duckdb     views on v000012, replaced in one step

Of a partition (the month of publication) that did not change, the new version holds hard links to the files of the
one before; one that only gained rows gets parts with those: links to files that the lake adopted from a worker, which
are sorted already, and a file with the others. Parts that pile up are merged; a month in which rows changed is written
anew.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from warehouse.catalog import build_catalog, point_current
from warehouse.errors import from_duckdb_error, from_os_error
from warehouse.lake import Lake
from warehouse.lock import file_lock
from warehouse.manifest import (
    Manifest,
    Part,
    copy_to,
    link_or_copy,
    link_part,
    measured,
    newest_manifest,
    parts_by_month,
    version_folder,
    versions,
    write_manifest,
)
from warehouse.marts import MARTS, current_marts, mart_columns, publish_marts, reading
from warehouse.staging import BY_MONTH, ORDER, sync_path
from warehouse.storage import SCHEMA_VERSION, Layout, literal
from warehouse.tables import LISTS, NO_MONTH, PARTITIONED, SORTED_BY, columns_of, hive_folder, listing

PUBLISHED = tuple(name for name in PARTITIONED if name != "mentions_history")
"""Partitioned tables that readers get."""

WHOLE = (*LISTS, "runs", "quarantine")
"""Tables of one file each."""

WITHHELD = {"quarantine": ("content",)}
"""Columns that stay in the lake: rejected bytes are nobody's rows."""

REWRITING = ("maintain", "forget")
"""Kinds of commits that move rows between files."""

MOST_PARTS = 8
"""Parts of a month with few rows, before they are merged."""

FEW_ROWS = 10_000

MOST_LINKS = 64
"""Parts of a month below MANY_ROWS, before they are merged: so a row is written anew about as often as its month grows
64-fold."""

MANY_ROWS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What `publish` did."""

    version: int
    folder: Path
    snapshot: int
    rows: Mapping[str, int]
    bytes: int
    changed: tuple[str, ...]  # partitions that were written: "figures 2020-08"
    written_bytes: int
    is_new: bool  # False: nothing had changed since the version before
    seconds: float


def publish(lake: Lake, *, fully: bool = False) -> Publication:
    """Publish the newest state of the lake; readers see the version before, or this one.

    Writers go on meanwhile: the lake is read at one snapshot. `fully` writes every partition anew.
    """
    with file_lock(lake.layout.publish_lock, lake.settings.lock_timeout, "publish"):
        return publish_locked(lake, fully=fully, keep=lake.settings.keep_versions)


def publish_locked(lake: Lake, *, fully: bool, keep: int) -> Publication:
    """The same for a caller that holds the publish lock."""
    started = time.monotonic()
    layout = lake.layout
    try:
        sweep(layout)
        before = newest_manifest(layout)
        snapshot = lake.snapshot()
        if before is not None and not fully and before.snapshot == snapshot and is_whole(layout, before):
            serve(layout, before)
            return outcome(layout, before, (), 0, started, is_new=False)
        is_small = rows_since(lake, 0 if fully or before is None else before.snapshot) < MANY_ROWS
        with lake.one_thread() if is_small else contextlib.nullcontext():
            manifest, changed, written = write_version(lake, before, snapshot, fully, 1 if is_small else None)
        serve(layout, manifest)
        drop_old(layout, keep)
        return outcome(layout, manifest, changed, written, started, is_new=True)
    except OSError as error:
        raise from_os_error(error, f"{error.filename or layout.published}: not published") from None
    except duckdb.Error as error:
        raise from_duckdb_error(error, f"{layout.published}: not published") from None


def rows_since(lake: Lake, snapshot: int) -> int:
    """Rows that were written to the lake after a snapshot: below a million a second thread only costs time."""
    row = lake.sql(
        "SELECT coalesce(sum(record_count), 0) FROM __ducklake_metadata_lake.ducklake_data_file "
        f"WHERE begin_snapshot > {snapshot}"
    ).fetchone()
    return int(row[0]) if row else 0


def write_version(
    lake: Lake, before: Manifest | None, snapshot: int, fully: bool, threads: int | None
) -> tuple[Manifest, tuple[str, ...], int]:
    """Write the next version in full, then give it its name; `threads` of DuckDB, None: as the settings say."""
    layout = lake.layout
    version = highest_version(layout) + 1
    folder = version_folder(layout, version)
    temporary = folder.with_name(f"{folder.name}.tmp")
    temporary.mkdir(parents=True)
    identity = lake_id(lake)
    if before is not None and (before.schema_version != SCHEMA_VERSION or before.lake_id != identity):
        before = None
    con = lake.con.cursor()  # beside the writer's connection: both see their own version
    try:
        changes = None if fully or before is None else changed_months(lake, before.snapshot, snapshot)
        parts = []
        for table in PUBLISHED:
            files = {} if fully else adopted_files(lake, con, table, before.snapshot if before else 0, snapshot)
            parts += publish_table(con, layout, temporary, table, before, version, snapshot, changes, files)
        for table in WHOLE:
            parts.append(publish_whole(con, layout, temporary, table, before, version, snapshot))
    finally:
        con.close()
    taken_over = None if fully else before
    settings = lake.settings if threads is None else replace(lake.settings, threads=threads)
    kept, made_by = publish_marts(settings, layout, temporary, parts, taken_over, version)
    parts += kept
    manifest = Manifest(
        version=version,
        snapshot=snapshot,
        published_at=datetime.now(UTC).isoformat(timespec="seconds"),
        schema_version=SCHEMA_VERSION,
        lake_id=identity,
        columns={table: published_columns(table) for table in (*PUBLISHED, *WHOLE)}
        | {mart.name: mart_columns(mart) for mart in MARTS},
        parts=tuple(parts),
        marts=made_by,
    )
    old = set() if before is None else {(part.path, part.sha256) for part in before.parts}
    fresh = [part for part in parts if (part.path, part.sha256) not in old]
    write_manifest(temporary, manifest)
    if lake.settings.fsync:
        for part in fresh:
            sync_path(temporary / part.path)
        sync_path(temporary)
    temporary.rename(folder)
    if lake.settings.fsync:
        sync_path(layout.published)
    lost = {part.partition for part in before.parts} - {part.partition for part in parts} if before else set()
    return manifest, tuple(sorted({part.partition for part in fresh} | lost)), sum(part.bytes for part in fresh)


# ── which partitions, and how ─────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """Months of one table that changed since the version before."""

    rewritten: frozenset[str]
    added: frozenset[str]


def changed_months(lake: Lake, since: int, until: int) -> dict[str, Months] | None:
    """What the commits after `since` noted; None where a note is missing: then everything is written anew."""
    rows = lake.sql(
        "SELECT snapshot_id, commit_extra_info FROM __ducklake_metadata_lake.ducklake_snapshot_changes "
        f"WHERE snapshot_id > {since} AND snapshot_id <= {until}"
    ).fetchall()
    if len(rows) != until - since:
        return None
    rewritten: dict[str, set[str]] = {}
    added: dict[str, set[str]] = {}
    moved = False
    for _, text in rows:
        note = json.loads(text) if text else {}
        if "months" not in note:
            return None
        for table, months in note["months"].items():
            rewritten.setdefault(table, set()).update(months)
        for table, months in note["added"].items():
            added.setdefault(table, set()).update(months)
        moved = moved or note["kind"] in REWRITING
    if moved:  # DuckLake then lists rows as inserted that were only moved
        for table, months in added.items():
            rewritten.setdefault(table, set()).update(months)
    return {
        table: Months(rewritten=frozenset(rewritten.get(table, ())), added=frozenset(added.get(table, ())))
        for table in PUBLISHED
    }


def publish_table(
    con: duckdb.DuckDBPyConnection,
    layout: Layout,
    target: Path,
    table: str,
    before: Manifest | None,
    version: int,
    snapshot: int,
    changes: Mapping[str, Months] | None,
    files: Mapping[str, Files],
) -> list[Part]:
    """The files of one partitioned table; `files` has the months whose new rows may be taken from files of the lake."""
    parts: list[Part] = []
    held = parts_by_month(before, table)
    now = as_of(table, snapshot)
    if before is None or changes is None:
        for month in lake_months(con, now):
            if before is None and month in files:
                parts += settled(con, target, version, linked_parts(con, target, table, month, version, files[month]))
            else:
                parts += write_part(con, target, table, month, version, now)
    else:
        change = changes[table]
        months = sorted(set(held) | change.rewritten | change.added)
        for month in months:
            old = held.get(month, [])
            if month in change.rewritten:
                parts += write_part(con, target, table, month, version, now)
                continue
            found = [link_part(layout, target, before, part) for part in old if part.rows]
            if month in change.added and month in files:
                found += linked_parts(con, target, table, month, version, files[month])
            elif month in change.added:
                source = f"ducklake_table_insertions('lake', 'main', '{table}', {before.snapshot + 1}, {snapshot})"
                found += write_part(con, target, table, month, version, source)
            parts += settled(con, target, version, found)
    held_rows = con.execute(f"SELECT count(*) FROM {now}").fetchone()
    linking = changes is not None or (before is None and files)
    if linking and held_rows is not None and sum(part.rows for part in parts) != held_rows[0]:
        shutil.rmtree(target / table, ignore_errors=True)  # never publish what does not add up
        return publish_table(con, layout, target, table, before, version, snapshot, None, {})
    if not parts:  # a table without rows has one file without rows, so that every reader finds its columns
        empty = [part for old in held.values() for part in old if not part.rows]
        if before is not None and empty:
            return [link_part(layout, target, before, empty[0])]
        parts = write_part(con, target, table, NO_MONTH, version, now, even_empty=True)
    return parts


# ── files that the lake adopted ───────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Data files of the lake that hold all that a month gained."""

    adopted: tuple[Path, ...]  # with the columns and in the order of published files
    others: tuple[Path, ...]


def adopted_files(lake: Lake, con: duckdb.DuckDBPyConnection, table: str, since: int, until: int) -> dict[str, Files]:
    """By month, the data files that came after a snapshot, if one of them is adopted and no row of any is deleted."""
    if table not in BY_MONTH or lake.settings.data_path is not None:
        return {}
    rows = con.execute(
        "SELECT f.path, f.mapping_id IS NOT NULL, f.partial_max IS NULL AND NOT EXISTS ("
        "FROM __ducklake_metadata_lake.ducklake_delete_file AS d WHERE d.data_file_id = f.data_file_id "
        f"AND d.begin_snapshot <= {until}) "
        "FROM __ducklake_metadata_lake.ducklake_data_file AS f "
        "JOIN __ducklake_metadata_lake.ducklake_table AS t ON t.table_id = f.table_id AND t.end_snapshot IS NULL "
        f"WHERE t.table_name = {literal(table)} AND f.path_is_relative AND f.begin_snapshot > {since} "
        f"AND f.begin_snapshot <= {until} AND (f.end_snapshot IS NULL OR f.end_snapshot > {until}) "
        "ORDER BY f.data_file_id"
    ).fetchall()
    folder = lake.layout.data / "main" / table
    found: dict[str, list[tuple[Path, bool, bool]]] = {}
    for path, is_adopted, is_whole in rows:
        named = re.match(r"year=(\d+)/month=(\d+)/", path)
        month = f"{int(named[1]):04d}-{int(named[2]):02d}" if named else NO_MONTH
        found.setdefault(month, []).append((folder / path, is_adopted, is_whole))
    columns = list(published_columns(table))
    usable = {}
    for month, files in found.items():
        adopted = [path for path, is_adopted, _ in files if is_adopted and is_published_like(path, table, columns)]
        others = [path for path, _, _ in files if path not in adopted]
        if adopted and all(is_whole for _, _, is_whole in files) and all(has_columns(path, columns) for path in others):
            usable[month] = Files(adopted=tuple(adopted), others=tuple(others))
    return usable


def is_published_like(path: Path, table: str, columns: list[str]) -> bool:
    """Whether a file holds what `write_part` would write."""
    schema = pq.read_schema(path)
    return schema.names == columns and (schema.metadata or {}).get(ORDER) == SORTED_BY[table].encode()


def has_columns(path: Path, columns: list[str]) -> bool:
    """Whether a file has every column; one from before a column was added has not."""
    return set(columns) <= set(pq.read_schema(path).names)


def linked_parts(
    con: duckdb.DuckDBPyConnection, target: Path, table: str, month: str, version: int, files: Files
) -> list[Part]:
    """Links to adopted files, and one file with the rows of the others."""
    folder = f"{table}/{hive_folder(month)}"
    (target / folder).mkdir(parents=True, exist_ok=True)
    parts = []
    for number, source in enumerate(files.adopted):
        path = f"{folder}/part-{version:06d}-{number:04d}.parquet"
        link_or_copy(source, target / path)
        parts.append(measured(target, table, month, path, pq.read_metadata(source).num_rows))
    if files.others:
        parts += write_part(con, target, table, month, version, reading(map(str, files.others)))
    return parts


def settled(con: duckdb.DuckDBPyConnection, target: Path, version: int, parts: list[Part]) -> list[Part]:
    """The parts of a month, the small ones merged if there are too many."""
    for rows, most, suffix in ((FEW_ROWS, MOST_PARTS, "-merged"), (MANY_ROWS, MOST_LINKS, "-merged-more")):
        small = [part for part in parts if part.rows < rows]
        if len(small) <= most:
            continue
        table, month = small[0].table, small[0].month
        source = reading(str(target / part.path) for part in small)
        merged = write_part(con, target, table, month or NO_MONTH, version, source, suffix=suffix)
        for part in small:
            (target / part.path).unlink()
        parts = [part for part in parts if part not in small] + merged
    return parts


def write_part(
    con: duckdb.DuckDBPyConnection,
    target: Path,
    table: str,
    month: str,
    version: int,
    source: str,
    *,
    even_empty: bool = False,
    suffix: str = "",
) -> list[Part]:
    """One sorted file with the rows of a month; none where it has no rows."""
    folder = f"{table}/{hive_folder(month)}"
    path = f"{folder}/part-{version:06d}{suffix}.parquet"
    (target / folder).mkdir(parents=True, exist_ok=True)
    select = f"SELECT {listing(published_columns(table))} FROM {source} WHERE {in_month(month)}"
    rows = copy_to(con, f"{select} ORDER BY {SORTED_BY[table]}", target / path)
    if not rows and not even_empty:
        (target / path).unlink()
        with contextlib.suppress(OSError):  # parts of the version before may be in it
            (target / folder).rmdir()
        return []
    return [measured(target, table, month, path, rows)]


def publish_whole(
    con: duckdb.DuckDBPyConnection,
    layout: Layout,
    target: Path,
    table: str,
    before: Manifest | None,
    version: int,
    snapshot: int,
) -> Part:
    """A table of one file: linked where it holds the same as before."""
    (target / table).mkdir(parents=True, exist_ok=True)
    path = f"{table}/part-{version:06d}.parquet"
    source = as_of(table, snapshot)
    select = f"SELECT {listing(published_columns(table))} FROM {source} ORDER BY {SORTED_BY[table]}"
    part = measured(target, table, None, path, copy_to(con, select, target / path))
    for old in parts_by_month(before, table).get(None, []):
        if old.sha256 == part.sha256 and before is not None:
            (target / path).unlink()
            return link_part(layout, target, before, old)
    return part


def as_of(table: str, snapshot: int) -> str:
    """A table of the lake at a version, for FROM."""
    return f"lake.{table} AT (VERSION => {snapshot})"


def lake_months(con: duckdb.DuckDBPyConnection, source: str) -> list[str]:
    """Every month of which there are rows."""
    rows = con.execute(f"SELECT DISTINCT year(published), month(published) FROM {source} ORDER BY ALL").fetchall()
    return sorted(NO_MONTH if year is None else f"{year:04d}-{month:02d}" for year, month in rows)


def in_month(month: str) -> str:
    """The condition on `published`; bounds, so that DuckLake can skip files."""
    if month == NO_MONTH:
        return "published IS NULL"
    year, number = map(int, month.split("-"))
    condition = f"published >= DATE '{year:04d}-{number:02d}-01'"
    if (year, number) == (9999, 12):
        return condition
    year, number = (year + 1, 1) if number == 12 else (year, number + 1)
    return f"{condition} AND published < DATE '{year:04d}-{number:02d}-01'"


def published_columns(table: str) -> dict[str, str]:
    """Columns that readers get, with their SQL types."""
    withheld = WITHHELD.get(table, ())
    return {name: kind.removesuffix(" NOT NULL") for name, kind in columns_of(table) if name not in withheld}


# ── versions on disk ──────────────────────────────────────────────────────────


def highest_version(layout: Layout) -> int:
    return max(versions(layout), default=0)


def is_whole(layout: Layout, manifest: Manifest) -> bool:
    """Whether every file of the version is there in full, and its marts are what this code makes."""
    folder = version_folder(layout, manifest.version)
    try:
        is_there = all((folder / part.path).stat().st_size == part.bytes for part in manifest.parts)
    except OSError:
        return False
    return is_there and len(current_marts(manifest)) == len(MARTS)


def serve(layout: Layout, manifest: Manifest) -> None:
    """Make a version the one that readers get, in one step each for SQL and for globs."""
    folder = version_folder(layout, manifest.version)
    point_current(layout, folder)
    build_catalog(layout, folder)


def sweep(layout: Layout) -> None:
    """Remove what a publication that died left behind."""
    layout.published.mkdir(parents=True, exist_ok=True)
    for path in layout.published.iterdir():
        if path.name.endswith((".tmp", ".gone")):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
    for path in layout.root.glob("newstally.duckdb.*.tmp*"):
        path.unlink(missing_ok=True)


def drop_old(layout: Layout, keep: int) -> list[int]:
    """Remove versions beyond the newest `keep`; returns their numbers."""
    doomed = versions(layout)[: -max(keep, 1)]
    for version in doomed:
        folder = version_folder(layout, version)
        gone = folder.with_name(f"{folder.name}.gone")
        try:
            folder.rename(gone)
        except OSError:
            continue
        shutil.rmtree(gone, ignore_errors=True)
    return doomed


def outcome(
    layout: Layout, manifest: Manifest, changed: Iterable[str], written: int, started: float, *, is_new: bool
) -> Publication:
    """The result of `publish`."""
    rows: dict[str, int] = dict.fromkeys((*PUBLISHED, *WHOLE, *(mart.name for mart in MARTS)), 0)
    for part in manifest.parts:
        rows[part.table] += part.rows
    return Publication(
        version=manifest.version,
        folder=version_folder(layout, manifest.version),
        snapshot=manifest.snapshot,
        rows=rows,
        bytes=sum(part.bytes for part in manifest.parts),
        changed=tuple(changed),
        written_bytes=written,
        is_new=is_new,
        seconds=time.monotonic() - started,
    )


def lake_id(lake: Lake) -> str:
    """What tells one lake from another: the identity that DuckLake gave the table of articles."""
    row = lake.sql(
        "SELECT table_uuid FROM __ducklake_metadata_lake.ducklake_table "
        "WHERE table_name = 'articles' AND end_snapshot IS NULL"
    ).fetchone()
    return str(row[0]) if row else ""
