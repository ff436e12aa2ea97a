"""Deletion on request: a document and all that came from it, everywhere in the folder, with a receipt.

Removed are the rows of every revision from current tables and history, the files of the lake that held them (and with
them every older version: time travel starts anew), staged batches, entries of the quarantine, the signatures of
near-duplicates, and every published version but the new one. What stays is the ids, so that the document does not
come back with the next run, and the receipt. Copies outside of the folder are out of reach: the receipt says so.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.errors import WarehouseError, from_duckdb_error, from_os_error
from warehouse.index import key_of
from warehouse.lake import Change, Lake
from warehouse.lock import file_lock
from warehouse.maintain import clean, compact, expire, rewrite_checksums
from warehouse.publish import publish_locked
from warehouse.quarantine import entries
from warehouse.runs import CommitCounts, Run, running
from warehouse.staging import drop_staged, list_staged
from warehouse.storage import identifier, literal
from warehouse.tables import ALL, PARTITIONED, names_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was forgotten: written to receipts/forget-<run_id>.json."""

    run_id: str
    forgotten_at: str
    urls: Sequence[str]
    sources: Sequence[str]
    ids: Sequence[str]
    documents: Sequence[str]  # document_id
    articles: Sequence[str]  # article_id of every revision
    rows_removed: dict[str, int]
    quarantine_removed: int
    staged_removed: int
    files_searched: int
    rows_remaining: int  # 0: no file of the folder holds a row of them
    published_version: int
    not_reached: str
    path: str


def forget(
    lake: Lake, run: Run, *, urls: Sequence[str] = (), sources: Sequence[str] = (), ids: Sequence[str] = ()
) -> Receipt:
    """Remove documents by URL, by outlet or by id (document_id, article_id, the input's own); WarehouseError
    where nothing answers to them."""
    if not (urls or sources or ids):
        raise WarehouseError("forget: name a --url, a --source or an --id")
    patience = lake.settings.lock_timeout
    with file_lock(lake.layout.publish_lock, patience, "forget"), lake.locked(f"forget {run.run_id}"):
        try:
            found = find_documents(lake, urls, sources, ids)
            marks = [*urls, *ids, *found.marks]
            rejected = rejected_from(lake, found.articles, marks)
            if not found.documents and not rejected:
                raise WarehouseError("forget: no document and no quarantine entry answers to that: nothing was removed")
            keys = [key_of(one) for one in found.articles]
            removed = remove(lake, run, found, rejected)
            lake.index.erase(keys)
            staged = drop_from_staging(lake, found)
            for table in ALL:
                compact(lake, table)
            expire(lake, datetime.max.replace(tzinfo=UTC), published_too=True)
            publication = publish_locked(lake, fully=False, keep=1)
            expire(lake, datetime.max.replace(tzinfo=UTC), published_too=True)
            clean(lake, datetime(9999, 1, 1, tzinfo=UTC))
            scrub_catalog(lake)
            rewrite_checksums(lake)
            files, remaining = remaining_rows(lake, found.articles)
        except duckdb.Error as error:
            raise from_duckdb_error(error, f"{lake.root}: forget stopped, run it again") from None
        except OSError as error:
            raise from_os_error(error, f"{error.filename or lake.root}: forget stopped, run it again") from None
        path = lake.layout.receipts / f"forget-{run.run_id}.json"
        receipt = Receipt(
            run_id=run.run_id,
            forgotten_at=datetime.now(UTC).isoformat(timespec="seconds"),
            urls=tuple(urls),
            sources=tuple(sources),
            ids=tuple(ids),
            documents=found.documents,
            articles=found.articles,
            rows_removed=removed,
            quarantine_removed=len(rejected),
            staged_removed=staged,
            files_searched=files,
            rows_remaining=remaining,
            published_version=publication.version,
            not_reached="raw files in the inbox, back-ups, and copies that readers made of published files",
            path=str(path),
        )
        write_receipt(path, receipt)
        return receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The documents that a request names."""

    documents: list[str]
    articles: list[str]
    marks: list[str]  # URLs and ids by which rejected bytes may name them


def find_documents(lake: Lake, urls: Sequence[str], sources: Sequence[str], ids: Sequence[str]) -> Found:
    """Every revision of the documents that any of the selectors names."""
    values = {"urls": list(urls), "sources": [one.casefold() for one in sources], "ids": list(ids)}
    condition = (
        "url IN (SELECT unnest($urls::VARCHAR[])) OR lower(outlet) IN (SELECT unnest($sources::VARCHAR[])) "
        "OR document_id IN (SELECT unnest($ids::VARCHAR[])) OR article_id IN (SELECT unnest($ids::VARCHAR[])) "
        "OR external_id IN (SELECT unnest($ids::VARCHAR[]))"
    )
    both = ("articles", "articles_history")
    documents = [
        row[0]
        for row in lake.sql(
            " UNION ".join(f"SELECT document_id FROM lake.{table} WHERE {condition}" for table in both)
            + " ORDER BY ALL",
            values,
        ).fetchall()
    ]
    rows = lake.sql(
        " UNION ".join(
            f"SELECT article_id, url, external_id FROM lake.{table} "
            "WHERE document_id IN (SELECT unnest($documents::VARCHAR[]))"
            for table in both
        )
        + " ORDER BY ALL",
        {"documents": documents},
    ).fetchall()
    marks = sorted({mark for row in rows for mark in row[1:] if mark and len(mark) >= 8})
    return Found(documents=documents, articles=sorted({row[0] for row in rows}), marks=marks)


def rejected_from(lake: Lake, articles: Sequence[str], marks: Sequence[str]) -> list[str]:
    """Entries of the quarantine that are of these articles, or whose bytes name them."""
    wanted = {mark.encode() for mark in marks if mark}
    gone = set(articles)
    found = []
    for state in ("open", "replayed", "dropped"):
        for entry in entries(lake, None, state):
            named = entry.content is not None and any(mark in entry.content for mark in wanted)
            if entry.article_id in gone or entry.path in marks or named:
                found.append(entry.quarantine_id)
    return found


def remove(lake: Lake, run: Run, found: Found, rejected: Sequence[str]) -> dict[str, int]:
    """The rows, in one transaction; returns how many of each table."""

    def body(now: datetime) -> tuple[dict[str, int], Change]:
        change = Change(kind="forget", run_id=run.run_id)
        removed = {}
        for table in PARTITIONED:
            row = lake.sql(
                f"SELECT count(*) FROM lake.{table} WHERE article_id IN (SELECT unnest(?::VARCHAR[]))",
                [found.articles],
            ).fetchone()
            removed[table] = int(row[0]) if row else 0
        placement = lake.index.place([], [key_of(one) for one in found.articles])
        homes = lake.sql(
            "SELECT article_id, document_id FROM lake.articles WHERE article_id IN (SELECT unnest($ids::VARCHAR[])) "
            "UNION SELECT article_id, document_id FROM lake.articles_history "
            "WHERE article_id IN (SELECT unnest($ids::VARCHAR[])) ORDER BY ALL",
            {"ids": found.articles},
        ).fetchall()
        lake.remove_articles(found.articles, change)
        lake.set_stories(placement.changes, change)
        change.exposed += placement.exposed
        if homes:
            rows = pa.table(
                {
                    "document_id": pa.array([row[1] for row in homes]),
                    "article_id": pa.array([row[0] for row in homes]),
                    "forgotten_at": pa.array([now] * len(homes), pa.timestamp("us", tz="UTC")),
                    "run_id": pa.array([run.run_id] * len(homes)),
                }
            )
            lake.insert("forgotten", rows, change)
        lake.sql("DELETE FROM lake.quarantine WHERE quarantine_id IN (SELECT unnest(?::VARCHAR[]))", [list(rejected)])
        lake.write_run(run, CommitCounts())
        return removed, change

    return lake.transact(f"forget {run.run_id}", body)


def drop_from_staging(lake: Lake, found: Found) -> int:
    """Remove staged batches that hold one of the documents: their other articles are staged again by the next run."""
    documents = pa.array(found.documents, pa.string())
    doomed = []
    for batch in list_staged(lake.root):
        path = batch.folder / "articles.parquet"
        if path.exists():
            held = pq.read_table(path, columns=["document_id"]).column("document_id")
            if pc.any(pc.is_in(held, value_set=documents)).as_py():
                doomed.append(batch)
                continue
        for name in ("figures", "mentions", "processed"):
            path = batch.folder / f"{name}.parquet"
            if path.exists():
                held = pq.read_table(path, columns=["article_id"]).column("article_id")
                if pc.any(pc.is_in(held, value_set=pa.array(found.articles, pa.string()))).as_py():
                    doomed.append(batch)
                    break
    drop_staged(doomed)
    alive = tuple(running(lake.layout))
    for path in lake.layout.staging.glob(".*"):  # raw text that a dead run left behind
        if not any(one in path.name for one in alive):
            shutil.rmtree(path, ignore_errors=True)
    return len(doomed)


def scrub_catalog(lake: Lake) -> None:
    """Take values of removed rows out of the catalog: DuckLake keeps the least and the greatest of each text column.

    The bounds are set anew from the rows that stay; SQLite then gives its free pages back.
    """
    for table in ALL:
        texts = [
            name
            for name, kind in lake.sql(
                "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = 'lake' AND table_name = ?",
                [table],
            ).fetchall()
            if kind == "VARCHAR" and name in names_of(table)
        ]
        if not texts:
            continue
        bounds = lake.sql(
            "SELECT " + ", ".join(f"min({identifier(name)}), max({identifier(name)})" for name in texts)
            + f" FROM lake.{table}"
        ).fetchone()  # fmt: skip
        for place, name in enumerate(texts):
            low, high = (bounds[2 * place], bounds[2 * place + 1]) if bounds else (None, None)
            lake.sql(
                "UPDATE __ducklake_metadata_lake.ducklake_table_column_stats SET "
                f"min_value = {sql_text(low)}, max_value = {sql_text(high)} "
                "WHERE table_id = (SELECT table_id FROM __ducklake_metadata_lake.ducklake_table "
                f"WHERE table_name = {literal(table)} AND end_snapshot IS NULL) "
                "AND column_id = (SELECT column_id FROM __ducklake_metadata_lake.ducklake_column "
                f"WHERE column_name = {literal(name)} AND end_snapshot IS NULL AND parent_column IS NULL "
                "AND table_id = (SELECT table_id FROM __ducklake_metadata_lake.ducklake_table "
                f"WHERE table_name = {literal(table)} AND end_snapshot IS NULL))"
            )
    if lake.settings.catalog is None:
        # in a process of its own: SQLite's locks are a process's, and this one has the file open already
        code = (
            "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], timeout=30); "
            "db.execute('VACUUM'); db.execute('PRAGMA wal_checkpoint(TRUNCATE)')"
        )
        subprocess.run([sys.executable, "-c", code, str(lake.layout.catalog)], check=False, capture_output=True)


def sql_text(value: Any) -> str:
    """A value as a SQL literal."""
    return "NULL" if value is None else literal(str(value))


def remaining_rows(lake: Lake, articles: Sequence[str]) -> tuple[int, int]:
    """Search every Parquet file of the folder; returns files and rows of these articles that are still there."""
    wanted = pa.array(articles, pa.string())
    files = rows = 0
    for folder in (lake.layout.data, lake.layout.published, lake.layout.staging):
        for path in folder.rglob("*.parquet") if folder.is_dir() else ():
            files += 1
            file = pq.ParquetFile(path)
            if "article_id" in file.schema_arrow.names and "/forgotten/" not in str(path):
                column = file.read(columns=["article_id"]).column("article_id")
                rows += pc.sum(pc.is_in(column, value_set=wanted)).as_py() or 0
    return files, rows


def write_receipt(path: Path, receipt: Receipt) -> None:
    """The receipt as JSON, one field a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(asdict(receipt), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    temporary.replace(path)
