"""The quarantine: what was rejected, why, how often it was tried, and the bytes to try it again.

`replay` is the flow's: it takes `entries`, reads their bytes again, and commits with `replayed=ids`, so that the rows
that pass and the closing of the entry become visible in one step. What fails again keeps its entry, with one
more try.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import zstandard

from schemas.contracts import load_contract
from warehouse.errors import Damaged, WarehouseError
from warehouse.lake import Change, Lake
from warehouse.runs import Run
from warehouse.tables import listing

COLUMNS = (
    "quarantine_id, level, table_name, article_id, path, position, reason, detail, tries, first_seen, last_seen, "
    "state, run_id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """One entry with what was rejected."""

    quarantine_id: str
    level: str
    table_name: str | None
    article_id: str | None
    path: str | None
    position: str | None
    reason: str
    detail: str
    content: bytes | None  # as received (no longer compressed), or the row as JSON; None: only the path is known
    tries: int
    state: str


def list_entries(lake: Lake, state: str | None = "open", limit: int | None = None) -> list[dict[str, Any]]:
    """Entries without their bytes, newest first; `state` None: all of them."""
    where = "" if state is None else "WHERE state = $state"
    cut = "" if limit is None else f"LIMIT {int(limit)}"
    found: list[dict[str, Any]] = lake.arrow(
        f"SELECT {COLUMNS}, octet_length(content) AS stored_bytes FROM lake.quarantine {where} "
        f"ORDER BY last_seen DESC, quarantine_id {cut}",
        None if state is None else {"state": state},
    ).to_pylist()
    return found


def find_entries(lake: Lake, ids: Collection[str]) -> list[str]:
    """Full ids of the entries that these ids, or beginnings of ids, name; WarehouseError for one that names none."""
    found: list[str] = []
    for one in ids:
        rows = lake.sql(
            "SELECT quarantine_id FROM lake.quarantine WHERE starts_with(quarantine_id, ?) ORDER BY ALL", [one]
        ).fetchall()
        if not rows:
            raise WarehouseError(f"quarantine: no entry {one!r}: see newstally quarantine list")
        found += [row[0] for row in rows if row[0] not in found]
    return found


def entries(lake: Lake, ids: Collection[str] | None = None, state: str = "open") -> list[Rejected]:
    """Entries with their bytes: those named, or all of a state."""
    columns = "quarantine_id, level, table_name, article_id, path, position, reason, detail, content, tries, state"
    if ids is None:
        table = lake.arrow(
            f"SELECT {columns} FROM lake.quarantine WHERE state = ? ORDER BY first_seen, quarantine_id", [state]
        )
    else:
        table = lake.arrow(
            f"SELECT {columns} FROM lake.quarantine WHERE quarantine_id IN (SELECT unnest(?::VARCHAR[])) "
            "ORDER BY first_seen, quarantine_id",
            [find_entries(lake, ids)],
        )
    return [Rejected(**{**row, "content": unpacked(row["content"], row["quarantine_id"])}) for row in table.to_pylist()]


def articles_of_rows(lake: Lake, chosen: Sequence[Rejected]) -> pa.Table:
    """The articles of rejected rows, with the contract's columns; a text that was revised since is not among them."""
    ids = sorted({entry.article_id for entry in chosen if entry.article_id})
    return lake.arrow(
        f"SELECT {listing(load_contract('articles').names)} FROM lake.articles "
        "WHERE article_id IN (SELECT unnest($ids::VARCHAR[])) ORDER BY article_id",
        {"ids": ids},
    )


def restore_rows(
    lake: Lake,
    run: Run,
    rows: Mapping[str, pa.Table],
    *,
    passed: Sequence[str],
    outdated: Sequence[str] = (),
    failed: pa.Table | None = None,
) -> int:
    """Put rejected rows that pass now into their tables, and settle their entries, in one step; how many came back.

    `passed` are the entries of `rows`, `outdated` those whose article has another text or newer rules by now: they
    are dropped, for their article has other rows. `failed` are rows of the table quarantine: one more try each.
    A row that is there already is not added twice.
    """

    def body(now: datetime) -> tuple[int, Change]:
        change = Change(kind=run.kind, run_id=run.run_id)
        added = 0
        for table, found in rows.items():
            key = load_contract(table).key[0]
            held = lake.sql(
                f"SELECT {key} FROM lake.{table} WHERE {key} IN (SELECT unnest($ids::VARCHAR[]))",
                {"ids": found.column(key).to_pylist()},
            ).fetchall()
            there = {row[0] for row in held}
            new = found.filter(pa.array([one not in there for one in found.column(key).to_pylist()], pa.bool_()))
            lake.insert(table, new, change)
            added += new.num_rows
        lake.close_quarantine(passed, "replayed", run, now)
        lake.close_quarantine(outdated, "dropped", run, now)
        if failed is not None:
            lake.add_quarantine(failed, run, now)
        return added, change

    return lake.transact(f"{run.kind} {run.run_id}", body)


def drop_entries(lake: Lake, ids: Collection[str], run: Run) -> int:
    """Close entries for good and let go of their bytes; returns how many."""
    chosen = find_entries(lake, ids)
    close_entries(lake, chosen, "dropped", run)
    return len(chosen)


def close_entries(lake: Lake, ids: Sequence[str], state: str, run: Run) -> None:
    """Mark entries as replayed or dropped in a step of its own."""

    def body(now: datetime) -> tuple[None, Change]:
        lake.close_quarantine(ids, state, run, now)
        return None, Change(kind="quarantine", run_id=run.run_id)

    lake.transact(f"quarantine {state}", body)


def packed(content: bytes) -> bytes:
    """Bytes as the column `content` keeps them."""
    return zstandard.ZstdCompressor(level=6).compress(content)


def unpacked(content: bytes | None, quarantine_id: str) -> bytes | None:
    """The bytes again; rows are kept as plain JSON. Damaged where they cannot be read."""
    if content is None or not content.startswith(b"\x28\xb5\x2f\xfd"):
        return content
    try:
        reader = zstandard.ZstdDecompressor().decompressobj()
        data: bytes = reader.decompress(content)
        if reader.eof:
            return data
        reason = "cut off"
    except zstandard.ZstdError as error:
        reason = str(error)
    raise Damaged(f"quarantine entry {quarantine_id}: {reason}: drop it and ingest the file again")
