"""The lake: every accepted document once, every batch visible whole or not at all.

    lake = Lake.create_or_open(Path("lake"))
    run = new_run("ingest", ["inbox/"], extractor_version="0.1.0", rules_hash="9c1f00aa33be")
    with lake.running(run):
        staged = stage(lake.root, "batch-1", {"articles": …, "figures": …, "mentions": …})   # in any process
        lake.commit([staged], run)
    publish(lake)

Writers take turns under the writer lock; each commit is one DuckLake transaction over all tables. What is staged
and not committed is nobody's yet: the next run finds it, or makes it again.
"""

from __future__ import annotations

import contextlib
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Self, TypeVar

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.arrow import arrow_schema, check_arrow
from schemas.contracts import load_contract
from warehouse.adoption import adopt, can_adopt, disown
from warehouse.checksums import append_checksums, noted_snapshot, read_checksums
from warehouse.duplicates import SIGNATURES, day_number, is_current, signature, unpack
from warehouse.errors import (
    Damaged,
    LakeFailure,
    LakeMissing,
    StagingError,
    WarehouseError,
    from_duckdb_error,
    from_os_error,
)
from warehouse.index import Entry, Index, id_of, key_of
from warehouse.lock import advisory_lock, file_lock
from warehouse.runs import COUNTS, CommitCounts, Run, mark_ended, mark_running, source_text, sweep_running
from warehouse.staging import BY_MONTH, StagedBatch, clean_staging, drop_staged
from warehouse.storage import (
    FORMAT_VERSION,
    LakeSettings,
    Layout,
    attach_lake,
    connect,
    data_path,
    identifier,
)
from warehouse.tables import (
    ALL,
    HISTORIES,
    LISTS,
    NO_MONTH,
    PARTITIONED,
    VERSIONED,
    columns_of,
    create_statement,
    listing,
    names_of,
    partition_statement,
)

ATTEMPTS = 6  # of a transaction that meets a passing conflict

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Change:
    """What a transaction changes beyond its own SQL: noted in the commit, then in the index."""

    kind: str
    run_id: str | None = None
    months: dict[str, set[str]] = field(default_factory=dict)  # table -> months that lose or change rows
    added: dict[str, set[str]] = field(default_factory=dict)  # table -> months that only gain rows
    new: list[Entry] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)
    stories: dict[int, int] = field(default_factory=dict)
    exposed: list[int] = field(default_factory=list)

    def touch(self, tables: Iterable[str], months: Iterable[str], *, only_added: bool = False) -> None:
        """Note that rows of these months change in these tables."""
        months = set(months)
        if months:
            for table in tables:
                (self.added if only_added else self.months).setdefault(table, set()).update(months)

    def note(self, now: datetime) -> dict[str, Any]:
        """What the snapshot remembers of it."""
        return {
            "kind": self.kind,
            "run_id": self.run_id,
            "at": now.isoformat(),
            "months": {table: sorted(found) for table, found in self.months.items()},
            "added": {table: sorted(found) for table, found in self.added.items()},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleBatch:
    """A range of article ids: a task for a worker, with an id that stays the same while its articles do."""

    batch_id: str
    first: str
    last: str
    rows: int
    rules_hash: str | None


class Lake:
    """An open lake. Threads may share it; processes open it each."""

    def __init__(self, root: Path, settings: LakeSettings) -> None:
        self.root = root
        self.layout = Layout(root)
        self.settings = settings
        self.guard = threading.RLock()
        self.depth = 0
        self.checksummed: int | None = None
        self.adopted: list[Path] = []  # files of the open transaction
        self.con = connect(settings, temporary=root / ".tmp")
        self.index = Index(self.layout.index)

    @classmethod
    def create_or_open(cls, root: Path | str, settings: LakeSettings | None = None) -> Self:
        """The lake of that folder, made if there is none; WarehouseError says why it cannot be."""
        settings = settings or LakeSettings()
        layout = Layout(Path(root))
        layout.make()
        lake = cls(Path(root), settings)
        try:
            lake.attach(create=True)
            lake.settle()
        except BaseException:
            lake.close()
            raise
        return lake

    @classmethod
    def open(cls, root: Path | str, settings: LakeSettings | None = None) -> Self:
        """The lake of that folder; LakeMissing where there is none."""
        settings = settings or LakeSettings()
        layout = Layout(Path(root))
        if settings.catalog is None and not layout.catalog.exists():
            raise LakeMissing(f"{root}: no lake there: name another folder, or run newstally ingest first")
        return cls.create_or_open(root, settings)

    def close(self) -> None:
        """Let go of all files."""
        with contextlib.suppress(duckdb.Error):
            self.con.close()
        self.index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ── opening ───────────────────────────────────────────────────────────────

    def attach(self, *, create: bool) -> None:
        """Attach the catalog; create or extend the tables under the writer lock where that is needed."""
        fresh = self.settings.catalog is None and not self.layout.catalog.exists()
        if not fresh:
            attach_lake(self.con, self.layout, self.settings)
            if self.is_complete():
                return
        with self.locked("creating the lake"):
            if fresh:
                attach_lake(self.con, self.layout, self.settings)
            if not self.is_complete():
                self.create_tables()

    def is_complete(self) -> bool:
        """Whether every table is there with every column of its contract."""
        found = self.columns()
        return all(table in found and {name for name, _ in columns_of(table)} <= found[table] for table in ALL)

    def columns(self) -> dict[str, set[str]]:
        """Columns of the lake's tables as the catalog has them."""
        rows = self.sql("SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'lake'").fetchall()
        found: dict[str, set[str]] = {}
        for table, column in rows:
            found.setdefault(table, set()).add(column)
        return found

    def create_tables(self) -> None:
        """Make what is missing, in one transaction; a new column of a contract is added as null."""
        self.sql("CALL lake.set_option('parquet_compression', 'zstd')")
        self.sql("BEGIN")
        try:
            found = self.columns()
            for table in ALL:
                if table not in found:
                    self.sql(create_statement(table))
                    if table in PARTITIONED:
                        self.sql(partition_statement(table))
                    continue
                for name, definition in columns_of(table):
                    if name not in found[table]:
                        bare = definition.removesuffix(" NOT NULL")
                        self.sql(f"ALTER TABLE lake.{table} ADD COLUMN {identifier(name)} {bare}")
            self.note({"kind": "create", "format": FORMAT_VERSION})
            self.sql("COMMIT")
        except BaseException:
            self.rollback()
            raise

    def settle(self) -> None:
        """Bring the index up to the lake; where another writer is at work, that writer does it."""
        if self.index.intact() and self.index.snapshot() == self.snapshot():
            return
        with contextlib.suppress(WarehouseError), self.locked("reading the lake into the index", timeout=1.0):
            self.catch_up()

    # ── what readers ask ──────────────────────────────────────────────────────

    def known(self, article_ids: Collection[str]) -> set[str]:
        """Which of these articles the lake holds, current or closed, or was told to forget.

        Without a lock: what another writer commits at this moment is seen by `commit`.
        """
        forgotten = {row[0] for row in self.sql("SELECT article_id FROM lake.forgotten").fetchall()}
        return self.indexed(article_ids) | forgotten.intersection(article_ids)

    def indexed(self, article_ids: Iterable[str]) -> set[str]:
        """Which of these articles the index holds."""
        return {id_of(key) for key in self.index.known([key_of(one) for one in article_ids])}

    def barred(self, ids: Sequence[str], documents: Sequence[str]) -> set[str]:
        """Articles that must not come back: of documents that the lake was told to forget, whatever their text is."""
        rows = self.sql("SELECT article_id, document_id FROM lake.forgotten").fetchall()
        gone = {one for row in rows for one in row}
        return {one for one, document in zip(ids, documents, strict=True) if one in gone or document in gone}

    def snapshot(self) -> int:
        """Number of the newest version of the lake."""
        row = self.sql("SELECT max(snapshot_id) FROM __ducklake_metadata_lake.ducklake_snapshot").fetchone()
        return int(row[0]) if row and row[0] is not None else 0

    def iter_articles(self, batch: int = 2000, rules_hash: str | None = None) -> Iterator[pa.Table]:
        """Current articles in the order of their ids, about `batch` at a time, with the contract's columns.

        With `rules_hash`, only those that other rules made.
        """
        for one in self.article_batches(batch, rules_hash):
            yield self.read_articles(one)

    def article_batches(self, batch: int = 2000, rules_hash: str | None = None) -> list[ArticleBatch]:
        """The current articles (those that other rules than `rules_hash` made) in batches by ranges of ids.

        The ranges are cut at round ids, so that new articles change the batch that they fall into and no other.
        """
        where = "" if rules_hash is None else "WHERE rules_hash <> $rules_hash"
        values = None if rules_hash is None else {"rules_hash": rules_hash}
        row = self.sql(f"SELECT count(*) FROM lake.articles {where}", values).fetchone()
        total = int(row[0]) if row else 0
        digits = 0
        while total / 16**digits > batch:
            digits += 1
        rows = self.sql(
            f"SELECT left(article_id, {digits}) AS prefix, count(*), "
            "sha256(string_agg(article_id, ',' ORDER BY article_id)) "
            f"FROM lake.articles {where} GROUP BY prefix ORDER BY prefix",
            values,
        ).fetchall()
        return [
            ArticleBatch(
                batch_id=f"reextract-{rules_hash or 'all'}-{prefix or 'all'}-{digest[:12]}",
                first=prefix.ljust(16, "0"),
                last=prefix.ljust(16, "f"),
                rows=rows_found,
                rules_hash=rules_hash,
            )
            for prefix, rows_found, digest in rows
        ]

    def read_articles(self, batch: ArticleBatch) -> pa.Table:
        """The articles of a batch that are current now, with the contract's columns."""
        names = listing(load_contract("articles").names)
        where = "" if batch.rules_hash is None else "AND rules_hash <> $rules_hash"
        values = {"first": batch.first, "last": batch.last}
        if batch.rules_hash is not None:
            values["rules_hash"] = batch.rules_hash
        table = self.arrow(
            f"SELECT {names} FROM lake.articles WHERE article_id BETWEEN $first AND $last {where} ORDER BY article_id",
            values,
        )
        return check_arrow(table, "articles")

    def sql(self, statement: str, values: Any = None) -> duckdb.DuckDBPyConnection:
        """Run one statement; LakeFailure where DuckDB cannot."""
        with self.guard:
            try:
                return self.con.execute(statement, values) if values is not None else self.con.execute(statement)
            except duckdb.Error as error:
                told = from_duckdb_error(error, str(self.root), self.root)
                raise LakeFailure(str(told), str(error)) from None

    def arrow(self, statement: str, values: Any = None) -> pa.Table:
        """The result of a statement as an Arrow table."""
        with self.guard:
            return self.sql(statement, values).to_arrow_table()

    # ── runs ──────────────────────────────────────────────────────────────────

    @contextlib.contextmanager
    def running(self, run: Run) -> Iterator[Run]:
        """Announce the run, and finish it as completed, or as failed or interrupted by what is raised."""
        mark = mark_running(self.layout, run.run_id)
        try:
            try:
                yield run
            except Exception:
                with contextlib.suppress(WarehouseError):
                    self.finish_run(run, "failed")
                raise
            except BaseException:
                with contextlib.suppress(WarehouseError):
                    self.finish_run(run, "interrupted")
                raise
            self.finish_run(run, "completed")
        finally:
            mark_ended(self.layout, run.run_id, mark)

    def finish_run(self, run: Run, state: str = "completed", counts: Mapping[str, int] | None = None) -> None:
        """Write how the run ended; `counts` adds what no batch told (documents skipped before staging …)."""

        def body(now: datetime) -> tuple[None, Change]:
            self.write_run(run, CommitCounts(**dict(counts or {})), state=state, finished_at=datetime.now(UTC))
            return None, Change(kind=run.kind, run_id=run.run_id)

        self.transact(f"{run.kind} {run.run_id}", body)
        sweep_running(self.layout)

    def write_run(
        self, run: Run, added: CommitCounts, *, state: str = "interrupted", finished_at: datetime | None = None
    ) -> None:
        """The run's row with what was added, inside a transaction."""
        row = self.sql(f"SELECT {listing(COUNTS)} FROM lake.runs WHERE run_id = ?", [run.run_id]).fetchone()
        before = CommitCounts(**dict(zip(COUNTS, row, strict=True))) if row else CommitCounts()
        if row:
            self.sql("DELETE FROM lake.runs WHERE run_id = ?", [run.run_id])
        total = before + added
        seconds = None if finished_at is None else max((finished_at - run.started_at).total_seconds(), 0.0)
        values: dict[str, Any] = {
            "run_id": run.run_id,
            "kind": run.kind,
            "started_at": run.started_at,
            "finished_at": None if finished_at is None else max(finished_at, run.started_at),
            "seconds": seconds,
            "state": state,
            "source": source_text(run),
            "extractor_version": run.extractor_version,
            "rules_hash": run.rules_hash,
        } | {name: getattr(total, name) for name in COUNTS}
        names = load_contract("runs").names
        marks = ", ".join("?" * len(names))
        self.sql(f"INSERT INTO lake.runs ({listing(names)}) VALUES ({marks})", [values[name] for name in names])

    # ── writing ───────────────────────────────────────────────────────────────

    def commit(self, staged: Sequence[StagedBatch], run: Run, *, replayed: Collection[str] = ()) -> CommitCounts:
        """Make batches visible, all tables at once; their folders are removed afterwards.

        Known articles are skipped and counted as seen again. Another text of a known document is a new
        revision: the old one and its rows move to the history. Of two texts of one document in the same
        call, the later one (in the order of `staged` and of the rows) is current. `replayed` names entries of
        the quarantine that these batches come from: they are closed in the same step, unless one fails again.
        """
        incoming = read_incoming(staged, run.run_id)

        def body(now: datetime) -> tuple[CommitCounts, Change]:
            change = Change(kind=run.kind, run_id=run.run_id)
            counts = self.add_articles(incoming, run, now, change)
            self.close_quarantine(replayed, "replayed", run, now)
            counts += CommitCounts(quarantined=self.add_quarantine(incoming.quarantine, run, now))
            told = {name: sum(batch.counts.get(name, 0) for batch in staged) for name in COUNTS}
            counts += CommitCounts(**told)
            self.write_run(run, counts)
            return counts, change

        counts = self.transact(f"{run.kind} {run.run_id}", body)
        drop_staged(staged)
        return counts

    def add_articles(self, incoming: Incoming, run: Run, now: datetime, change: Change) -> CommitCounts:
        """New articles and revisions with their figures and mentions, inside a transaction."""
        ids = incoming.articles.column("article_id").to_pylist()
        documents = incoming.articles.column("document_id").to_pylist()
        days = incoming.articles.column("published").to_pylist()
        taken = self.indexed(set(ids)) | self.barred(ids, documents)
        first: dict[str, int] = {}
        for place, one in enumerate(ids):
            if one not in taken:
                first.setdefault(one, place)
        places = sorted(first.values())
        seen_again = len(ids) - len(places)
        if not places:
            return CommitCounts(articles_seen_again=seen_again)
        keys = {key_of(documents[place]): documents[place] for place in places}
        current = self.index.current(list(keys))
        revisions = self.index.last_revisions(list(keys))
        revised = 0
        entries: dict[str, tuple[int, int]] = {}  # document -> (place, revision) of the newest of this call
        closed_now: list[int] = []  # places of texts that are outdated within the call
        numbers: dict[int, int] = {}
        for place in places:
            document = documents[place]
            number = revisions.get(key_of(document), 0) + 1
            revisions[key_of(document)] = number
            numbers[place] = number
            revised += number > 1
            if document in entries:
                closed_now.append(entries[document][0])
            entries[document] = (place, number)
        old = [current[key] for key in keys if key in current]
        is_closed = set(closed_now)
        rows = incoming.signatures
        new = [
            Entry(
                key=key_of(ids[place]),
                document=key_of(documents[place]),
                published=day_number(days[place]),
                revision=numbers[place],
                current=place not in is_closed,
                story=key_of(ids[place]),
                signature=rows[place],
            )
            for place in places
        ]
        placement = self.index.place([one for one in new if one.current], [one.key for one in old])
        new = [
            Entry(
                key=one.key, document=one.document, published=one.published, revision=one.revision,
                current=one.current, story=placement.stories.get(one.key, one.story), signature=one.signature,
            )
            for one in new
        ]  # fmt: skip
        self.close_rows(old, run, now, change)
        self.set_stories(placement.changes, change)
        fresh = incoming.articles if len(places) == len(ids) else incoming.articles.take(pa.array(places))
        stamped = stamp(fresh, new, now)
        if is_closed:
            open_mask = pa.array([place not in is_closed for place in places])
            self.insert_closed("articles", stamped.filter(pc.invert(open_mask)), run, now, change)
            stamped = stamped.filter(open_mask)
        self.insert("articles", stamped, change)
        counts: dict[str, int] = {}
        batches = incoming.batch_of
        homes = {ids[place]: batches[place] for place in places}
        shut = pa.array([ids[place] for place in closed_now], pa.string())
        whole = self.taken_whole(incoming, run, [batches[place] for place in places if place not in is_closed])
        for name in BY_MONTH:
            adopted = self.adopt(name, [incoming.staged[number] for number in whole], change)
            kept = rows_of_homes(read_rows(incoming.staged, name, run.run_id, whole), homes, load_contract(name).key[0])
            counts[name] = adopted + kept.num_rows
            outdated = pc.is_in(kept.column("article_id"), value_set=shut)
            self.insert(name, kept.filter(pc.invert(outdated)), change)
            self.insert_closed(name, kept.filter(outdated), run, now, change)
        packed = [one.signature.tobytes() for one in new]
        self.insert(
            SIGNATURES,
            pa.table(
                {"article_id": pa.array([id_of(one.key) for one in new]), "signature": pa.array(packed, pa.binary())}
            ),
            change,
        )
        change.new += new
        change.exposed += placement.exposed
        return CommitCounts(
            articles_new=len(new),
            articles_revised=revised,
            articles_seen_again=seen_again,
            figures_new=counts["figures"],
            mentions_new=counts["mentions"],
        )

    def taken_whole(self, incoming: Incoming, run: Run, numbers: Sequence[int]) -> list[int]:
        """Batches whose every article is new, current and the run's own; `numbers` has the batch of each that is."""
        fresh = Counter(numbers)
        return [
            number
            for number, batch in enumerate(incoming.staged)
            if batch.run_id == run.run_id and fresh[number] == batch.rows.get("articles") and can_adopt(self.settings)
        ]

    def adopt(self, table: str, staged: Sequence[StagedBatch], change: Change) -> int:
        """Take the files of months over as they are, inside a transaction; returns their rows."""
        files = [(batch.path(table, month), month) for batch in staged for month in batch.months.get(table, ())]
        if files:
            self.adopted += adopt(self, table, files)
            change.touch([table], [month for _, month in files], only_added=True)
        return sum(sum(batch.months.get(table, {}).values()) for batch in staged)

    def remove_articles(self, ids: Sequence[str], change: Change) -> None:
        """Delete articles and all that came from them, current and closed, inside a transaction."""
        if not ids:
            return
        self.con.register("_gone", pa.table({"article_id": pa.array(ids, pa.string())}))
        try:
            for table in PARTITIONED:
                condition = "article_id IN (SELECT article_id FROM _gone)"
                days = self.sql(f"SELECT DISTINCT published FROM lake.{table} WHERE {condition}").fetchall()
                change.touch([table], [month_of(row[0]) for row in days])
                self.sql(f"DELETE FROM lake.{table} WHERE {condition}")
            self.sql(f"DELETE FROM lake.{SIGNATURES} WHERE article_id IN (SELECT article_id FROM _gone)")
        finally:
            self.con.unregister("_gone")
        change.deleted += [key_of(one) for one in ids]

    def reopen_rows(self, table: str, where: str, values: Mapping[str, Any], change: Change) -> int:
        """Move rows of the history back to the current table, inside a transaction; returns how many."""
        names = load_contract(table).names
        told = ["NULL AS valid_to" if name == "valid_to" else identifier(name) for name in names]
        days = self.sql(f"SELECT DISTINCT published FROM lake.{table}_history WHERE {where}", values).fetchall()
        row = self.sql(
            f"INSERT INTO lake.{table} ({listing(names)}) SELECT {', '.join(told)} FROM lake.{table}_history "
            f"WHERE {where}",
            values,
        ).fetchone()
        self.sql(f"DELETE FROM lake.{table}_history WHERE {where}", values)
        change.touch([table, f"{table}_history"], [month_of(day[0]) for day in days])
        return int(row[0]) if row else 0

    def close_rows(self, old: Sequence[Any], run: Run, now: datetime, change: Change) -> None:
        """Move the current rows of outdated articles to the history, inside a transaction."""
        if not old:
            return
        days = [one.published for one in old]
        self.move_to_history(VERSIONED, [id_of(one.key) for one in old], days, run, now)
        change.closed += [one.key for one in old]
        change.touch(VERSIONED, map(month_of_number, days))
        change.touch(HISTORIES, map(month_of_number, days), only_added=True)

    def move_to_history(
        self, tables: Iterable[str], ids: Sequence[str], days: Sequence[int | None], run: Run, now: datetime
    ) -> None:
        """Close the rows of these articles in these tables, inside a transaction."""
        where, values = within_days(days)
        self.con.register("_closing", pa.table({"article_id": pa.array(ids, pa.string())}))
        try:
            for table in tables:
                names = load_contract(table).names
                told = ["$now" if name == "valid_to" else identifier(name) for name in names]
                extra = [] if "valid_to" in names else ["$now"]
                target = listing([*names, *([] if "valid_to" in names else ["valid_to"]), "closed_by"])
                condition = f"article_id IN (SELECT article_id FROM _closing) AND {where}"
                self.sql(
                    f"INSERT INTO lake.{table}_history ({target}) "
                    f"SELECT {', '.join([*told, *extra, '$run'])} FROM lake.{table} WHERE {condition}",
                    {"now": now, "run": run.run_id, **values},
                )
                self.sql(f"DELETE FROM lake.{table} WHERE {condition}", values or None)
        finally:
            self.con.unregister("_closing")

    def set_stories(self, changes: Mapping[int, int], change: Change) -> None:
        """Give articles that are already there another story, inside a transaction."""
        if not changes:
            return
        ids = pa.array([id_of(key) for key in changes])
        self.con.register("_stories", pa.table({"article_id": ids, "head": pa.array(map(id_of, changes.values()))}))
        try:
            days = [
                row[0] for row in self.index.select("SELECT published FROM article WHERE key IN ({})", list(changes))
            ]
            where, values = within_days(days)
            self.sql(
                "UPDATE lake.articles SET story_id = _stories.head FROM _stories "
                f"WHERE articles.article_id = _stories.article_id AND {where}",
                values or None,
            )
        finally:
            self.con.unregister("_stories")
        change.stories |= changes
        change.touch(["articles"], map(month_of_number, days))

    def insert(self, table: str, rows: pa.Table, change: Change) -> None:
        """Append rows, inside a transaction."""
        if not rows.num_rows:
            return
        self.con.register("_rows", rows)
        try:
            names = listing(rows.column_names)
            self.sql(f"INSERT INTO lake.{table} ({names}) SELECT {names} FROM _rows")
        finally:
            self.con.unregister("_rows")
        if table in PARTITIONED:
            change.touch([table], months_of(rows.column("published")), only_added=True)

    def insert_closed(self, table: str, rows: pa.Table, run: Run, now: datetime, change: Change) -> None:
        """Append rows that were outdated before anyone saw them, inside a transaction."""
        if not rows.num_rows:
            return
        stamp_type = pa.timestamp("us", tz="UTC")
        if "valid_to" in rows.column_names:
            rows = rows.drop_columns(["valid_to"])
        rows = rows.append_column("valid_to", pa.array([now] * rows.num_rows, stamp_type))
        rows = rows.append_column("closed_by", pa.array([run.run_id] * rows.num_rows, pa.string()))
        self.insert(f"{table}_history", rows, change)

    def add_quarantine(self, rows: pa.Table, run: Run, now: datetime) -> int:
        """Rejected documents and rows: a failure that is known is tried once more, inside a transaction."""
        if not rows.num_rows:
            return 0
        merged: dict[str, dict[str, Any]] = {}
        for row in rows.to_pylist():
            merged.setdefault(row["quarantine_id"], row)
        ids = pa.table({"quarantine_id": pa.array(list(merged), pa.string())})
        self.con.register("_rejected", ids)
        try:
            known = self.sql(
                "SELECT quarantine_id, tries, first_seen, run_id, state FROM lake.quarantine "
                "WHERE quarantine_id IN (SELECT quarantine_id FROM _rejected)"
            ).fetchall()
            self.sql("DELETE FROM lake.quarantine WHERE quarantine_id IN (SELECT quarantine_id FROM _rejected)")
        finally:
            self.con.unregister("_rejected")
        before = {row[0]: row for row in known}
        for one, row in merged.items():
            row |= {"tries": 1, "first_seen": now, "last_seen": now, "state": "open", "run_id": run.run_id}
            if one in before:
                _, tries, first_seen, last_run, state = before[one]
                again = last_run != run.run_id or state == "replayed"  # not the same batch after a crash
                row |= {"tries": tries + again, "first_seen": first_seen}
        table = pa.Table.from_pylist(list(merged.values()), schema=arrow_schema(load_contract("quarantine")))
        self.insert("quarantine", table, Change(kind="quarantine"))
        return len(merged)

    def close_quarantine(self, ids: Collection[str], state: str, run: Run, now: datetime) -> None:
        """Mark entries as replayed or dropped, inside a transaction; a dropped one loses its bytes."""
        if not ids:
            return
        content = ", content = NULL" if state == "dropped" else ""
        self.sql(
            f"UPDATE lake.quarantine SET state = $state, last_seen = $now, run_id = $run{content} "
            "WHERE quarantine_id IN (SELECT unnest($ids::VARCHAR[]))",
            {"state": state, "now": now, "run": run.run_id, "ids": list(ids)},
        )

    def replace_list(self, name: str, rows: pa.Table) -> bool:
        """Give a small table (measures, profiles) another content; False where it is the same already."""
        if name not in LISTS:
            raise StagingError(f"{name} is no list that the code brings along: those are {', '.join(LISTS)}")
        rows = check_arrow(rows, name)
        order = [(key, "ascending") for key in load_contract(name).key]
        held = check_arrow(self.arrow(f"SELECT {listing(rows.column_names)} FROM lake.{name}"), name)
        if held.sort_by(order).equals(rows.sort_by(order)):
            return False

        def body(now: datetime) -> tuple[None, Change]:
            self.sql(f"DELETE FROM lake.{name}")
            change = Change(kind="list")
            self.insert(name, rows, change)
            return None, change

        self.transact(f"replacing {name}", body)
        return True

    # ── transactions ──────────────────────────────────────────────────────────

    def transact(self, holder: str, body: Callable[[datetime], tuple[T, Change]]) -> T:
        """Run `body` in one transaction under the writer lock, then bring the index up to it.

        `body` gets the time to write into rows: later than that of every commit before, even where the
        clock was set back. A passing conflict is tried again; any other error leaves the lake as it was.
        """
        with self.locked(holder):
            self.catch_up()
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    result, change = self.attempt(body)
                    break
                except LakeFailure as error:
                    if attempt == ATTEMPTS or not is_passing(error.said):
                        raise LakeFailure(f"{holder} was not committed: {error}", error.said) from None
                    time.sleep(random.random() * 0.05 * 2**attempt)
                except OSError as error:
                    raise from_os_error(error, f"{self.root}: {holder} was not committed") from None
            self.follow(change)
            return result

    def attempt(self, body: Callable[[datetime], tuple[T, Change]]) -> tuple[T, Change]:
        """One try of a transaction."""
        with self.guard:
            now = self.clock()
            self.adopted.clear()
            self.sql("BEGIN")
            try:
                result, change = body(now)
                self.note(change.note(now))
            except BaseException:
                self.rollback()
                disown(self.adopted)
                raise
            try:
                self.sql("COMMIT")
            except BaseException:
                self.rollback()  # adopted files stay for `maintain`: a catalog that went away may have committed
                raise
            return result, change

    def follow(self, change: Change) -> None:
        """After a commit: the index and the checksums; where that fails, the next writer makes it good."""
        with contextlib.suppress(WarehouseError, OSError):
            self.index.apply(
                self.snapshot(),
                new=change.new,
                closed=change.closed,
                deleted=change.deleted,
                stories=change.stories,
                exposed=change.exposed,
            )
        with contextlib.suppress(WarehouseError, OSError):
            self.record_checksums()

    def record_checksums(self, *, thorough: bool = False) -> None:
        """Note the SHA-256 of data files that have none yet; `thorough` looks at all of them, not just the newest."""
        if self.settings.data_path is not None:
            return
        if self.checksummed is None:
            self.checksummed = noted_snapshot(self.layout)
        target = self.snapshot()
        paths = self.data_files(0 if thorough else self.checksummed + 1)
        if thorough:
            held = read_checksums(self.layout)
            paths = [path for path in paths if path not in held]
        append_checksums(self.layout, paths, target)
        self.checksummed = target

    def data_files(self, since: int = 0) -> list[str]:
        """Data and delete files of the catalog below data/, of the snapshots from `since` on."""
        parts = []
        for table in ("ducklake_data_file", "ducklake_delete_file"):
            parts.append(
                "SELECT CASE WHEN f.path_is_relative THEN s.path || t.path || f.path ELSE f.path END AS path "
                f"FROM __ducklake_metadata_lake.{table} AS f "
                "JOIN __ducklake_metadata_lake.ducklake_table AS t ON t.table_id = f.table_id "
                "JOIN __ducklake_metadata_lake.ducklake_schema AS s ON s.schema_id = t.schema_id "
                f"WHERE f.begin_snapshot >= {since}"
            )
        rows = self.sql(f"SELECT DISTINCT path FROM ({' UNION ALL '.join(parts)}) ORDER BY path").fetchall()
        prefix = f"{self.layout.data.resolve()}/"
        return [row[0].removeprefix(prefix) for row in rows]

    def clock(self) -> datetime:
        """Now, or just after the last commit where the clock was set back."""
        now = datetime.now(UTC)
        row = self.sql(
            "SELECT commit_extra_info FROM __ducklake_metadata_lake.ducklake_snapshot_changes "
            "WHERE commit_extra_info LIKE '%\"at\"%' ORDER BY snapshot_id DESC LIMIT 1"
        ).fetchone()
        if row and row[0]:
            last = datetime.fromisoformat(json.loads(row[0])["at"])
            now = max(now, last + timedelta(microseconds=1))
        return now

    def note(self, extra: Mapping[str, Any]) -> None:
        """What this transaction was, kept with its snapshot."""
        self.sql(
            "CALL lake.set_commit_message('newstally', ?, extra_info => ?)",
            [str(extra.get("kind", "")), json.dumps(extra)],
        )

    def rollback(self) -> None:
        """Undo the open transaction, if there is one."""
        with contextlib.suppress(duckdb.Error), self.guard:
            self.con.execute("ROLLBACK")

    @contextlib.contextmanager
    def one_thread(self) -> Iterator[None]:
        """DuckDB with one thread meanwhile: beside busy workers, its idle threads turn in circles for half its time."""
        self.sql("SET threads = 1")
        try:
            yield
        finally:
            with contextlib.suppress(WarehouseError):
                self.sql(f"SET threads = {self.settings.threads}")

    @contextlib.contextmanager
    def locked(self, holder: str, timeout: float | None = None) -> Iterator[None]:
        """Hold the writer lock; within it, again for nothing."""
        with self.guard:
            if self.depth:
                self.depth += 1
                try:
                    yield
                finally:
                    self.depth -= 1
                return
            patience = self.settings.lock_timeout if timeout is None else timeout
            key = f"newstally {data_path(self.layout, self.settings)}"
            with (
                file_lock(self.layout.writer_lock, patience, holder),
                advisory_lock(self.settings.catalog, key, patience),
            ):
                self.depth = 1
                try:
                    yield
                finally:
                    self.depth = 0

    # ── the index after the lake ──────────────────────────────────────────────

    def catch_up(self) -> None:
        """Bring the index to the newest snapshot; under the writer lock."""
        target = self.snapshot()
        if not self.index.intact():
            self.index.begin_anew()
        reached = self.index.snapshot()
        if reached == target:
            return
        if reached is None or reached > target or not self.replay(reached, target):
            self.rebuild(target)
        self.index.sweep()

    def replay(self, reached: int, target: int) -> bool:
        """Put the articles that changed since `reached` into the index; False where that is not known any more."""
        tables = ("articles", "articles_history", SIGNATURES)
        try:
            changed = self.sql(
                " UNION ".join(
                    f"SELECT article_id FROM ducklake_table_changes('lake', 'main', '{table}', {reached + 1}, {target})"
                    for table in tables
                )
            ).fetchall()
        except LakeFailure:
            return False
        ids = [row[0] for row in changed]
        if not ids:
            self.index.advance(target)
            return True
        self.con.register("_changed", pa.table({"article_id": pa.array(ids, pa.string())}))
        try:
            entries = self.entries("WHERE a.article_id IN (SELECT article_id FROM _changed)")
        finally:
            self.con.unregister("_changed")
        found = {entry.key for entry in entries}
        gone = [key for key in map(key_of, ids) if key not in found]
        exposed = [entry.key for entry in entries if entry.current]
        self.index.apply(target, new=entries, deleted=gone, exposed=exposed)
        return True

    def rebuild(self, target: int) -> None:
        """Make the index anew from the lake."""
        first = True
        step = 50_000
        last = ""
        while True:
            entries = self.entries("WHERE a.article_id > $last ORDER BY a.article_id LIMIT $step", last=last, step=step)
            if entries or first:
                # "-1" while it is made: a rebuild that dies is started anew
                self.index.apply(-1, new=entries, anew=first)
            first = False
            if len(entries) < step:
                break
            last = id_of(entries[-1].key)
        self.index.advance(target)

    def entries(self, where: str, **values: Any) -> list[Entry]:
        """Articles of the lake as the index holds them."""
        rows = self.sql(
            "WITH a AS ("
            "SELECT article_id, document_id, published, revision, true AS is_current, story_id FROM lake.articles "
            "UNION ALL "
            "SELECT article_id, document_id, published, revision, false, story_id FROM lake.articles_history"
            ") SELECT a.article_id, a.document_id, a.published, a.revision, a.is_current, a.story_id, s.signature "
            f"FROM a JOIN lake.{SIGNATURES} AS s ON s.article_id = a.article_id {where}",
            values or None,
        ).fetchall()
        made_before = [row[0] for row in rows if not is_current(row[6])]
        again = self.signed_again(made_before) if made_before else {}
        signatures: Any = unpack([again.get(row[0], row[6]) for row in rows]) if rows else []
        return [
            Entry(
                key=key_of(row[0]),
                document=key_of(row[1]),
                published=day_number(row[2]),
                revision=row[3],
                current=row[4],
                story=key_of(row[5]),
                signature=signatures[place],
            )
            for place, row in enumerate(rows)
        ]

    def signed_again(self, ids: Sequence[str]) -> dict[str, bytes]:
        """Signatures of articles that another scheme signed, made from their texts."""
        texts = self.sql(
            "SELECT article_id, text FROM lake.articles WHERE article_id IN (SELECT unnest($ids::VARCHAR[])) UNION ALL "
            "SELECT article_id, text FROM lake.articles_history WHERE article_id IN (SELECT unnest($ids::VARCHAR[]))",
            {"ids": list(ids)},
        ).fetchall()
        return {one: signature(text).tobytes() for one, text in texts}

    def clean_staging(self) -> int:
        """Remove staged batches that nobody committed for `staging_days`; returns how many."""
        return clean_staging(self.root, self.settings.staging_days * 86400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """Several staged batches: what has to be seen of them in memory."""

    staged: Sequence[StagedBatch]
    articles: pa.Table
    batch_of: Sequence[int]  # per article: the batch it came with
    quarantine: pa.Table
    signatures: Any  # one row an article


def read_incoming(staged: Sequence[StagedBatch], run_id: str) -> Incoming:
    """Read staged batches for a run (another may have staged them); StagingError names a file that is gone."""
    batch_of: list[int] = []
    packed: list[bytes] = []
    for number, batch in enumerate(staged):
        if batch.rows.get("articles"):
            batch_of += [number] * batch.rows["articles"]
            packed += read_file(batch.path(SIGNATURES)).column("signature").to_pylist()
    return Incoming(
        staged=staged,
        articles=read_table(staged, "articles", run_id),
        batch_of=batch_of,
        quarantine=read_table(staged, "quarantine", run_id),
        signatures=unpack(packed) if packed else [],
    )


def read_table(staged: Sequence[StagedBatch], name: str, run_id: str) -> pa.Table:
    """One table of all batches, as rows of the run."""
    found = [of_run(read_file(batch.path(name)), run_id) for batch in staged if batch.rows.get(name)]
    return pa.concat_tables(found) if found else arrow_schema(load_contract(name)).empty_table()


def read_rows(staged: Sequence[StagedBatch], name: str, run_id: str, whole: Collection[int]) -> pa.Table:
    """Figures or mentions of all batches, without the files of months of those that are taken over `whole`.

    A column `_batch` tells where each row is from.
    """
    found = []
    for number, batch in enumerate(staged):
        paths = [batch.path(name)] if batch.loose(name) else []
        if number not in whole:
            paths += [batch.path(name, month) for month in batch.months.get(name, ())]
        for path in paths:
            table = of_run(read_file(path), run_id).replace_schema_metadata()
            found.append(table.append_column("_batch", pa.array([number] * table.num_rows, pa.int32())))
    return pa.concat_tables(found).combine_chunks() if found else arrow_schema(load_contract(name)).empty_table()


def of_run(table: pa.Table, run_id: str) -> pa.Table:
    """The rows with that run as their owner."""
    place = table.schema.get_field_index("run_id")
    return table.set_column(place, table.schema.field(place), pa.array([run_id] * table.num_rows, pa.string()))


def read_file(path: Path) -> pa.Table:
    """One staged file."""
    try:
        return pq.read_table(path, partitioning=None)
    except FileNotFoundError:
        raise StagingError(f"{path}: gone: another process committed or removed the batch; stage it again") from None
    except OSError as error:
        if error.errno:
            raise from_os_error(error, f"{path}: the batch cannot be read") from None
        raise Damaged(f"{path}: {error}: remove the folder and stage the batch again") from None
    except pa.ArrowInvalid as error:
        raise Damaged(f"{path}: {error}: remove the folder and stage the batch again") from None


def rows_of_homes(table: pa.Table, homes: Mapping[str, int], key: str) -> pa.Table:
    """Rows of articles that are new, from the batch that brought the article, each key once."""
    if not table.num_rows:
        return table.drop_columns(["_batch"]) if "_batch" in table.column_names else table
    kept = table.drop_columns(["_batch"])
    places = pc.index_in(table.column("article_id"), value_set=pa.array(list(homes), pa.string()))
    home = pc.take(pa.array(list(homes.values()), pa.int32()), places.combine_chunks())
    at_home = pc.fill_null(pc.equal(home, table.column("_batch").combine_chunks()), False)
    if not pc.all(at_home).as_py():
        kept = kept.filter(at_home)
    if pc.count_distinct(kept.column(key)).as_py() == kept.num_rows:
        return kept
    first: dict[str, int] = {}
    for place, one in enumerate(kept.column(key).to_pylist()):
        first.setdefault(one, place)
    return kept.take(pa.array(list(first.values()), pa.int64()))


def stamp(articles: pa.Table, entries: Sequence[Entry], now: datetime) -> pa.Table:
    """Articles with the columns that only the lake can fill."""
    count = len(entries)
    moment = pa.timestamp("us", tz="UTC")
    filled = {
        "revision": pa.array([entry.revision for entry in entries], pa.int32()),
        "valid_from": pa.array([now] * count, moment),
        "valid_to": pa.nulls(count, moment),
        "story_id": pa.array([id_of(entry.story) for entry in entries], pa.string()),
    }
    names = names_of("articles")
    return pa.table({name: filled.get(name, articles.column(name) if name not in filled else None) for name in names})


def months_of(days: pa.ChunkedArray) -> set[str]:
    """The months in a column of dates."""
    return {month_of(day) for day in pc.unique(days).to_pylist()}


def month_of(day: date | None) -> str:
    """The partition that a publication date belongs to.

    >>> month_of(date(2020, 8, 17)), month_of(None)
    ('2020-08', 'none')
    """
    return NO_MONTH if day is None else f"{day.year:04d}-{day.month:02d}"


def month_of_number(day: int | None) -> str:
    """The same for a day number of the index."""
    return month_of(None if day is None else date.fromordinal(day))


def within_days(days: Sequence[int | None]) -> tuple[str, dict[str, date]]:
    """A condition on `published` that lets DuckLake skip the files of other months."""
    known = [day for day in days if day is not None]
    unknown = len(known) < len(days)
    if not known:
        return "published IS NULL", {}
    condition = "published BETWEEN $day_first AND $day_last"
    values = {"day_first": date.fromordinal(min(known)), "day_last": date.fromordinal(max(known))}
    return (f"({condition} OR published IS NULL)" if unknown else condition), values


def is_passing(said: str) -> bool:
    """Whether a transaction may succeed when it is tried again."""
    text = said.lower()
    return any(mark in text for mark in ("database is locked", "conflict", "could not serialize", "deadlock"))
