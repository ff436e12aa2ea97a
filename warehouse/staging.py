"""Staged batches: Parquet files that a worker writes and nobody reads until they are committed.

    staging/<batch_id>/articles.parquet, figures.parquet, mentions.parquet, quarantine.parquet,
                       figures-2020-08.parquet, mentions-2020-08.parquet,
                       signatures.parquet, batch.json

A batch is a folder that appears whole (written under another name, then renamed) and is named by what made
it, so that a second worker with the same task finds the first one's work. `stage` needs no lake and no
DuckDB: worker processes of any machine that sees the folder may call it.

Figures and mentions of a month that has many of them are a file of their own, sorted as published files are: the
lake takes it over as it is, and so does the publication.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.arrow import arrow_schema
from schemas.contracts import load_contract
from warehouse.duplicates import SIGNATURES, signature_table
from warehouse.errors import StagingError, from_os_error
from warehouse.storage import Layout
from warehouse.tables import SORTED_BY, VERSIONED

STAGED = ("articles", "figures", "mentions", "quarantine")
"""Tables that a batch may hold."""

BY_MONTH = ("figures", "mentions")
"""Tables whose rows the lake adds nothing to."""

PROCESSED = "processed"
"""In a batch of a re-extraction: ids of the articles that were read, whether they gave rows or not."""

LEAST_MONTH = 1000
"""Rows of one table and month in a batch from which they are a file of their own; fewer would make too small a file."""

ORDER = b"newstally.order"
"""Key in the schema of a file of a month: the order of its rows."""

FILLED_BY_LAKE = {"articles": ("revision", "valid_from", "valid_to", "story_id")}
"""Columns that only the lake can know: left out by the caller, or ignored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedBatch:
    """One batch on disk, small enough to send between processes."""

    batch_id: str
    folder: Path
    rows: Mapping[str, int]  # per table
    counts: Mapping[str, int]  # what the caller counted: documents_read, warnings …
    months: Mapping[str, Mapping[str, int]] = dataclasses.field(
        default_factory=dict
    )  # table -> month with a file -> its rows
    run_id: str | None = None  # of all rows; None: of several runs, or there are no articles

    def path(self, table: str, month: str | None = None) -> Path:
        """The file with the rows of a month, or with those that are in no such file."""
        return self.folder / (f"{table}.parquet" if month is None else f"{table}-{month}.parquet")

    def loose(self, table: str) -> int:
        """Rows that are in no file of a month."""
        return self.rows.get(table, 0) - sum(self.months.get(table, {}).values())


def stage(
    lake_root: Path | str,
    batch_id: str,
    tables: Mapping[str, pa.Table],
    counts: Mapping[str, int] | None = None,
    *,
    fsync: bool = True,
) -> StagedBatch:
    """Write the tables of a batch; one that is already there under this id is returned as it is.

    `tables` holds any of articles, figures, mentions, quarantine with the columns of their contracts
    (revision, valid_from, valid_to, story_id may be missing). StagingError where a table does not fit
    its contract, WarehouseError where the disk does not take it.
    """
    found = find_staged(lake_root, batch_id)
    if found is not None:
        return found
    folder = staged_folder(lake_root, batch_id)
    unknown = [name for name in tables if name not in (*STAGED, PROCESSED)]
    if unknown:
        raise StagingError(f"batch {batch_id}: no table {unknown}: a batch holds {', '.join(STAGED)}")
    fitted = {name: fit(tables[name], name) for name in STAGED if name in tables}
    if PROCESSED in tables:
        fitted[PROCESSED] = tables[PROCESSED]
    if "articles" in fitted:
        fitted[SIGNATURES] = signature_table(fitted["articles"])
    temporary = folder.with_name(f".{batch_id}.{os.getpid()}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        write_batch(temporary, batch_id, fitted, dict(counts or {}), fsync)
        try:
            temporary.rename(folder)
        except OSError:
            found = find_staged(lake_root, batch_id)  # another worker was faster with the same task
            if found is None:
                raise
            shutil.rmtree(temporary, ignore_errors=True)
            return found
        if fsync:
            sync_path(folder.parent)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        raise from_os_error(error, f"{folder}: the batch cannot be staged") from None
    staged = find_staged(lake_root, batch_id)
    if staged is None:
        raise StagingError(f"{folder}: the batch vanished after it was written: stage it again")
    return staged


def write_batch(
    temporary: Path, batch_id: str, tables: Mapping[str, pa.Table], counts: Mapping[str, int], fsync: bool
) -> None:
    """All files of a batch into a folder that nobody looks at."""
    temporary.mkdir(parents=True)
    run_id = one_run(tables)
    months: dict[str, dict[str, int]] = {}
    for name, table in tables.items():
        rest = table
        if run_id is not None and name in BY_MONTH and is_of(table, tables["articles"], name):
            parts, rest = by_month(table, name)
            for month, part in parts.items():
                write_table(part, temporary / f"{name}-{month}.parquet", fsync)
            months[name] = {month: part.num_rows for month, part in parts.items()}
        if rest.num_rows or rest is table:
            write_table(rest, temporary / f"{name}.parquet", fsync)
    note = {
        "batch_id": batch_id,
        "rows": {name: table.num_rows for name, table in tables.items()},
        "counts": counts,
        "months": months,
        "run_id": run_id,
    }
    (temporary / "batch.json").write_text(json.dumps(note), encoding="utf-8")
    if fsync:
        sync_path(temporary / "batch.json")


def write_table(table: pa.Table, path: Path, fsync: bool) -> None:
    """One file."""
    pq.write_table(table, path, compression="zstd", compression_level=1)
    if fsync:
        sync_path(path)


def one_run(tables: Mapping[str, pa.Table]) -> str | None:
    """The run that made all rows of a batch with articles, if it is one."""
    if "articles" not in tables:
        return None
    found = {
        run for name in VERSIONED if name in tables for run in pc.unique(tables[name].column("run_id")).to_pylist()
    }
    return found.pop() if len(found) == 1 else None


def is_of(table: pa.Table, articles: pa.Table, name: str) -> bool:
    """Whether every row is of one of the articles, and no two have the same key: then the lake need not look again."""
    owners = pc.is_in(table.column("article_id"), value_set=articles.column("article_id").combine_chunks())
    keys = pc.count_distinct(table.column(load_contract(name).key[0])).as_py()
    return bool(keys == table.num_rows and pc.all(owners).as_py() is not False)


def by_month(table: pa.Table, name: str) -> tuple[dict[str, pa.Table], pa.Table]:
    """The rows of each month that has many, sorted, and all others as they are."""
    published = table.column("published").combine_chunks()
    numbers = pc.add(pc.multiply(pc.year(published), 100), pc.month(published))
    large = [
        (found["values"], found["counts"])
        for found in pc.value_counts(numbers).to_pylist()
        if found["values"] is not None and found["counts"] >= LEAST_MONTH
    ]
    order = SORTED_BY[name]
    keys = [(key.split()[0], "ascending") for key in order.split(", ")]
    parts = {}
    for number, rows in sorted(large):
        part = table if rows == table.num_rows else table.filter(pc.equal(numbers, number))
        parts[f"{number // 100:04d}-{number % 100:02d}"] = part.sort_by(keys).replace_schema_metadata(
            {ORDER: order.encode()}
        )
    if not large:
        return {}, table
    others = pc.is_in(numbers, value_set=pa.array([number for number, _ in large], numbers.type))
    return parts, table.filter(pc.invert(others))


def find_staged(lake_root: Path | str, batch_id: str) -> StagedBatch | None:
    """The batch of that id, if a worker has staged it and it is not committed yet."""
    return read_staged(staged_folder(lake_root, batch_id))


def list_staged(lake_root: Path | str) -> list[StagedBatch]:
    """Every whole batch that waits, in the order of their names."""
    folder = Layout(Path(lake_root)).staging
    if not folder.is_dir():
        return []
    paths = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    return [staged for staged in map(read_staged, paths) if staged is not None]


def read_staged(folder: Path) -> StagedBatch | None:
    """A batch from its folder; None where there is none, or it lacks its note."""
    try:
        note = json.loads((folder / "batch.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return StagedBatch(
        batch_id=note["batch_id"],
        folder=folder,
        rows=note["rows"],
        counts=note["counts"],
        months=note.get("months", {}),  # none: staged by a version that did not know of them
        run_id=note.get("run_id"),
    )


def drop_staged(staged: Sequence[StagedBatch]) -> None:
    """Remove committed batches; what cannot be removed is left to `newstally maintain`."""
    for batch in staged:
        doomed = batch.folder.with_name(f".{batch.batch_id}.{uuid.uuid4().hex[:8]}.done")
        try:
            batch.folder.rename(doomed)
        except OSError:
            continue
        shutil.rmtree(doomed, ignore_errors=True)


def clean_staging(lake_root: Path | str, older_than_seconds: float) -> int:
    """Remove batches and half-written folders that nobody touched for so long; returns how many."""
    folder = Layout(Path(lake_root)).staging
    removed = 0
    for path in old_entries(folder, older_than_seconds):
        shutil.rmtree(path, ignore_errors=True)
        removed += 1
    return removed


def old_entries(folder: Path, seconds: float) -> Iterator[Path]:
    """Entries of a folder whose last change is longer ago than that."""
    if not folder.is_dir():
        return
    limit = time.time() - seconds
    for path in sorted(folder.iterdir()):
        try:
            if path.stat().st_mtime < limit:
                yield path
        except OSError:
            continue


def staged_folder(lake_root: Path | str, batch_id: str) -> Path:
    """Where a batch of that id belongs; StagingError for an id that is no plain file name."""
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}", batch_id):
        raise StagingError(f"batch id {batch_id!r}: use up to 128 of letters, digits, '.', '_' and '-'")
    return Layout(Path(lake_root)).staging / batch_id


def fit(table: pa.Table, name: str) -> pa.Table:
    """The table with its contract's columns and types, without those that the lake fills in."""
    left_out = FILLED_BY_LAKE.get(name, ())
    schema = arrow_schema(load_contract(name))
    fields = [field for field in schema if field.name not in left_out]
    wanted = {field.name for field in fields}
    missing = [field.name for field in fields if field.name not in table.column_names]
    extra = [column for column in table.column_names if column not in wanted and column not in left_out]
    if missing or extra:
        raise StagingError(f"{name}: columns missing {missing}, not in the contract {extra}")
    columns: list[Any] = []
    for field in fields:
        column = table.column(field.name)
        if not field.nullable and column.null_count:
            raise StagingError(f"{name}.{field.name}: null in {column.null_count} rows: validate before staging")
        try:
            columns.append(column.cast(field.type))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise StagingError(f"{name}.{field.name}: {error}") from None
    return pa.table(columns, schema=pa.schema(fields))


def sync_path(path: Path) -> None:
    """Make a file or a folder survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
