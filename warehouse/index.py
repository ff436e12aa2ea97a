"""Look-up of ids and of near-duplicates, at a cost that hardly grows with the lake.

Derived from the lake and rebuilt from it when it is lost or behind: `keys.sqlite` holds one row an article (ids as
64-bit numbers) and the number of the lake's snapshot that it reflects; `signatures.bin` the signatures in order of
arrival; `bands-….bin` sorted runs of band hashes that are merged as they grow (a log-structured merge, so that
adding a batch writes in step with the batch, not with the lake).
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from warehouse.duplicates import (
    PERMUTATIONS,
    SCHEME,
    WIDTH,
    Signature,
    alike_pairs,
    bands_of,
    components,
    head_of,
    pairs_within,
)
from warehouse.errors import WarehouseError, from_os_error, what_stops_writing

RECORD = np.dtype([("key", "<i8"), ("signature", "<u2", (WIDTH,))])
LARGEST_RUN = 4_000_000
"""Entries of a run of bands that is not merged any further: bounds the memory and time of one merge."""

FILTERED = 500_000
"""Entries of a run from which on a filter pays."""

UNFILTERED = 30
"""Searches of such a run before its filter is made: it takes 85 ms, and saves 2 ms for 1,200 articles."""

PAIRS = 20_000  # candidates that are compared at one time: 12 MB
CHUNK = 900  # SQLite's variables in one statement

Keys = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the index knows of an article."""

    key: int
    document: int
    published: int | None  # day number
    revision: int
    current: bool
    story: int
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """The current revision of a document."""

    key: int
    revision: int
    published: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """The stories of new articles, and those of old ones that change with them."""

    stories: Mapping[int, int]
    changes: Mapping[int, int]
    exposed: Sequence[int]  # articles that must now be found by themselves: give them to `apply`


def key_of(identity: str) -> int:
    """An id of 16 hexadecimal digits as a signed 64-bit number."""
    number = int(identity, 16)
    return number - (1 << 64) if number >= 1 << 63 else number


def id_of(key: int) -> str:
    """The id that a key stands for."""
    return f"{key & 0xFFFFFFFFFFFFFFFF:016x}"


class Index:
    """Ids and signatures of one lake; only the holder of the writer lock changes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.guard = threading.RLock()
        self.maps: dict[str, tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32]]] = {}
        self.filters: dict[str, npt.NDArray[np.uint8]] = {}
        self.searches: Counter[str] = Counter()  # of large runs
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.db = self.open()
        except OSError as error:
            raise from_os_error(error, f"{folder}: the index cannot be opened") from None

    def open(self) -> sqlite3.Connection:
        """Open the file; one that is damaged or of another scheme is thrown away: the lake can make it anew."""
        path = self.folder / "keys.sqlite"
        for attempt in (1, 2):
            try:
                db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
                create_tables(db)
                return db
            except sqlite3.Error as error:
                if attempt == 2 or not is_damage(error):
                    reason = what_stops_writing(self.folder)
                    if reason is not None:
                        raise from_os_error(reason, f"{path}: the index cannot be opened") from None
                    raise WarehouseError(
                        f"{path}: {error}: give this user the right to write there, or delete the folder "
                        "(it is made anew from the lake)"
                    ) from None
                for name in ("keys.sqlite", "keys.sqlite-wal", "keys.sqlite-shm"):
                    (self.folder / name).unlink(missing_ok=True)
        raise AssertionError

    def close(self) -> None:
        """Let go of the file."""
        with self.guard:
            self.maps.clear()
            self.filters.clear()
            self.db.close()

    # ── what readers ask ──────────────────────────────────────────────────────

    def snapshot(self) -> int | None:
        """The lake's snapshot that the index reflects; None: it reflects none yet."""
        return self.number("snapshot")

    def number(self, name: str) -> int | None:
        with self.guard:
            try:
                row = self.db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
            except sqlite3.Error as error:
                raise self.unreadable(error) from None
        return None if row is None else int(row[0])

    def known(self, keys: Sequence[int]) -> set[int]:
        """Which of the keys are articles of the lake, current or closed."""
        return {row[0] for row in self.select("SELECT key FROM article WHERE key IN ({})", keys)}

    def current(self, documents: Sequence[int]) -> dict[int, Current]:
        """The current revision of each of the documents that has one."""
        sql = "SELECT document, key, revision, published FROM article WHERE current = 1 AND document IN ({})"
        return {row[0]: Current(key=row[1], revision=row[2], published=row[3]) for row in self.select(sql, documents)}

    def last_revisions(self, documents: Sequence[int]) -> dict[int, int]:
        """The highest revision number of each document."""
        sql = "SELECT document, max(revision) FROM article WHERE document IN ({}) GROUP BY document"
        return {row[0]: row[1] for row in self.select(sql, documents)}

    def select(self, sql: str, values: Sequence[int]) -> Iterator[tuple[int, ...]]:
        """Rows of a statement with one list of any length."""
        rows = []
        with self.guard:
            try:
                for start in range(0, len(values), CHUNK):
                    part = list(values[start : start + CHUNK])
                    rows += self.db.execute(sql.format(",".join("?" * len(part))), part).fetchall()
            except sqlite3.Error as error:
                raise self.unreadable(error) from None
        return iter(rows)

    def unreadable(self, error: sqlite3.Error) -> WarehouseError:
        """What to do about an index that cannot be read."""
        return WarehouseError(f"{self.folder}: the index cannot be read: {error}: delete the folder, it is made anew")

    # ── near-duplicates ───────────────────────────────────────────────────────

    def place(self, new: Sequence[Entry], removed: Iterable[int]) -> Placement:
        """Find the story of each new article once the removed ones are gone.

        The result depends only on the articles that are then current, not on how they came.
        """
        gone = set(removed)
        dissolved = self.stories_of(gone)
        loose = self.members(dissolved, gone)  # members of the stories that lose one: joined anew
        loose_signatures = self.signatures(list(loose))
        published: dict[int, int | None] = dict(loose) | {entry.key: entry.published for entry in new}
        stories: dict[int, int] = {}  # existing member -> its story, for those that stay together
        edges: list[tuple[int, int]] = list(self.edges_within(loose_signatures))
        for one, other in self.edges(new):
            if other in gone:
                continue
            edges.append((one, other))
        outside = [other for _, other in edges if other not in published]
        sql = "SELECT key, story, published FROM article WHERE current = 1 AND key IN ({})"
        found = {row[0]: row for row in self.select(sql, sorted(set(outside)))}
        stories = {key: row[1] for key, row in found.items()}
        heads = sorted(set(stories.values()))
        published |= {
            row[0]: row[2] for row in self.select("SELECT key, key, published FROM article WHERE key IN ({})", heads)
        }
        joined = [(one, stories.get(other, other)) for one, other in edges if other in published or other in stories]
        nodes = [*loose, *(entry.key for entry in new), *heads]
        fresh = {entry.key for entry in new}
        result: dict[int, int] = {}
        changes: dict[int, int] = {}
        absorbed: dict[int, int] = {}  # story -> the one that it becomes a part of
        for group in components(nodes, joined):
            head = head_of(group, published)
            for node in group:
                if node in fresh:
                    result[node] = head
                elif node in loose:
                    changes[node] = head
                elif node != head:
                    absorbed[node] = head
        sql = "SELECT key, story FROM article WHERE current = 1 AND story <> key AND story IN ({})"
        changes |= {row[0]: absorbed[row[1]] for row in self.select(sql, list(absorbed))}
        changes |= {key: absorbed[key] for key in self.heads(list(absorbed))}
        before = {
            row[0]: row[1] for row in self.select("SELECT key, story FROM article WHERE key IN ({})", list(changes))
        }
        changes = {key: head for key, head in changes.items() if before.get(key) != head}
        return Placement(stories=result, changes=changes, exposed=sorted(loose))

    def stories_of(self, keys: set[int]) -> list[int]:
        """The stories that the keys belong to."""
        rows = self.select("SELECT DISTINCT story FROM article WHERE current = 1 AND key IN ({})", sorted(keys))
        return sorted({row[0] for row in rows})

    def members(self, stories: Sequence[int], without: Iterable[int]) -> dict[int, int | None]:
        """Current articles of the stories with their day numbers."""
        sql = "SELECT key, published FROM article WHERE current = 1 AND story <> key AND story IN ({})"
        found: dict[int, int | None] = {row[0]: row[1] for row in self.select(sql, stories)}
        found |= self.heads(stories)
        for key in without:
            found.pop(key, None)
        return found

    def heads(self, stories: Sequence[int]) -> dict[int, int | None]:
        """The current articles that head these stories, with their day numbers."""
        sql = "SELECT key, published FROM article WHERE current = 1 AND story = key AND key IN ({})"
        return {row[0]: row[1] for row in self.select(sql, stories)}

    def signatures(self, keys: Sequence[int]) -> dict[int, Signature]:
        """Signatures of known articles."""
        rows = list(self.select("SELECT key, ordinal FROM article WHERE key IN ({})", keys))
        if not rows:
            return {}
        records = self.records()
        return {key: np.array(records[ordinal]["signature"]) for key, ordinal in rows}

    def edges_within(self, signatures: Mapping[int, Signature]) -> Iterator[tuple[int, int]]:
        """Pairs among a few articles; equal signatures are compared once."""
        first: dict[bytes, int] = {}
        for key, one in signatures.items():
            if not one[PERMUTATIONS]:
                continue
            twin = first.setdefault(one.tobytes(), key)
            if twin != key:
                yield key, twin
        keys = list(first.values())
        if keys:
            matrix = np.stack([signatures[key] for key in keys])
            yield from ((keys[one], keys[other]) for one, other in pairs_within(matrix))

    def edges(self, new: Sequence[Entry]) -> list[tuple[int, int]]:
        """Pairs of a new article and another: one of the index, or another new one."""
        if not new:
            return []
        matrix = np.stack([entry.signature for entry in new])
        hashes = hashes_of(matrix)
        rows, ordinals = self.candidates(hashes)
        found = [(new[row].key, key) for row, key in self.checked(matrix, rows, ordinals)]
        own = np.tile(np.arange(len(new), dtype=np.uint32)[:, None], (1, hashes.shape[1]))
        within = collisions(hashes, own)
        for start in range(0, len(within), PAIRS):
            part = np.array(within[start : start + PAIRS], dtype=np.int64)
            good = part[alike_pairs(matrix[part[:, 0]], matrix[part[:, 1]])]
            found += [(new[one].key, new[other].key) for one, other in good.tolist()]
        return found

    def candidates(self, hashes: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Rows of `hashes` and ordinals of the index that share a band."""
        flat = hashes.ravel()
        owner = np.repeat(np.arange(len(hashes), dtype=np.int64), hashes.shape[1])
        keep = flat != 0
        flat, owner = flat[keep], owner[keep]
        order = np.argsort(flat, kind="stable")
        flat, owner = flat[order], owner[order]
        rows: list[npt.NDArray[np.int64]] = []
        ordinals: list[npt.NDArray[np.int64]] = []
        for name, run_hashes, run_ordinals in self.runs():
            sought, seekers = self.likely(name, run_hashes, flat, owner)
            left = np.searchsorted(run_hashes, sought, side="left")
            hit = np.flatnonzero(run_hashes[np.minimum(left, len(run_hashes) - 1)] == sought)
            if not len(hit):
                continue
            right = np.searchsorted(run_hashes, sought[hit], side="right")
            counts = right - left[hit]
            starts = np.repeat(left[hit] - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
            places = starts + np.arange(counts.sum())
            rows.append(np.repeat(seekers[hit], counts))
            ordinals.append(run_ordinals[places].astype(np.int64))
        if not rows:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        pairs = np.unique(np.concatenate(rows) << 32 | np.concatenate(ordinals))  # an ordinal has 32 bits
        return pairs >> 32, pairs & 0xFFFFFFFF

    def likely(
        self, name: str, run_hashes: npt.NDArray[np.uint64], flat: npt.NDArray[np.uint64], owner: Keys
    ) -> tuple[npt.NDArray[np.uint64], Keys]:
        """The hashes, with their owners, that may be in a run: one in nine of those that are not.

        A large run has a filter in memory, so that a batch does not touch every page of every run.
        """
        if len(run_hashes) < FILTERED:
            return flat, owner
        self.searches[name] += 1
        if self.searches[name] <= UNFILTERED:
            return flat, owner
        if name not in self.filters:
            self.filters[name] = filter_of(run_hashes)
        marked = self.filters[name]
        places = flat & np.uint64(8 * len(marked) - 1)
        bits = marked[places >> np.uint64(3)] >> (places & np.uint64(7)).astype(np.uint8)
        found = np.flatnonzero(bits & 1)
        return flat[found], owner[found]

    def checked(
        self, matrix: npt.NDArray[np.uint16], rows: npt.NDArray[np.int64], ordinals: npt.NDArray[np.int64]
    ) -> Iterator[tuple[int, int]]:
        """Row and key of the candidates that are alike and current."""
        if not len(rows):
            return
        records = self.records()
        found: list[tuple[int, int]] = []
        for start in range(0, len(rows), PAIRS):
            mine, part = rows[start : start + PAIRS], records[ordinals[start : start + PAIRS]]
            good = np.flatnonzero(alike_pairs(matrix[mine], part["signature"]))
            found += zip(mine[good].tolist(), part["key"][good].tolist(), strict=True)
        keys = sorted({key for _, key in found})
        alive = {row[0] for row in self.select("SELECT key FROM article WHERE current = 1 AND key IN ({})", keys)}
        yield from (pair for pair in found if pair[1] in alive)

    # ── what the writer changes ───────────────────────────────────────────────

    def apply(
        self,
        snapshot: int,
        *,
        new: Sequence[Entry] = (),
        closed: Sequence[int] = (),
        deleted: Sequence[int] = (),
        stories: Mapping[int, int] | None = None,
        exposed: Sequence[int] = (),
        anew: bool = False,
    ) -> None:
        """Bring the index to a snapshot of the lake; all of it, or nothing.

        `anew` forgets what it held before.
        """
        with self.guard:
            count = 0 if anew else self.number("records") or 0
            known = {} if anew else self.ordinals([entry.key for entry in new])
            added = [entry for entry in new if entry.key not in known]
            obsolete: list[str] = []
            try:
                self.append(added, count)
                self.db.execute("BEGIN IMMEDIATE")
                if anew:
                    obsolete += [row[0] for row in self.db.execute("SELECT name FROM run")]
                    self.db.execute("DELETE FROM article")
                    self.db.execute("DELETE FROM run")
                run_name, merged = self.add_bands(added, count, anew)
                obsolete += merged
                for name in merged:
                    self.db.execute("DELETE FROM run WHERE name = ?", (name,))
                if run_name is not None:
                    self.db.execute("INSERT INTO run VALUES (?, ?)", run_name)
                ordinals = known | {entry.key: count + place for place, entry in enumerate(added)}
                self.db.executemany(
                    "INSERT OR REPLACE INTO article VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [
                        (e.key, e.document, e.published, e.revision, int(e.current), e.story, ordinals[e.key])
                        for e in new
                    ],
                )
                self.db.executemany("UPDATE article SET current = 0 WHERE key = ?", [(key,) for key in closed])
                self.db.executemany("DELETE FROM article WHERE key = ?", [(key,) for key in deleted])
                self.db.executemany(
                    "UPDATE article SET story = ? WHERE key = ?",
                    [(story, key) for key, story in (stories or {}).items()],
                )
                self.expose(exposed, obsolete)
                for name, value in (("snapshot", snapshot), ("records", count + len(added))):
                    self.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))
                self.db.execute("COMMIT")
            except (sqlite3.Error, OSError) as error:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                self.maps.clear()
                if isinstance(error, OSError):
                    raise from_os_error(error, f"{self.folder}: the index cannot be written") from None
                raise WarehouseError(f"{self.folder}: the index cannot be written: {error}") from None
            self.maps.clear()  # what was mapped counts as memory of this process until it is let go
            for name in obsolete:
                self.filters.pop(name, None)
                self.searches.pop(name, None)
                (self.folder / name).unlink(missing_ok=True)

    def advance(self, snapshot: int) -> None:
        """The lake has a new snapshot in which no article changed."""
        with self.guard:
            self.db.execute("INSERT OR REPLACE INTO meta VALUES ('snapshot', ?)", (snapshot,))

    def ordinals(self, keys: Sequence[int]) -> dict[int, int]:
        """Places in signatures.bin of the articles that have one."""
        return {row[0]: row[1] for row in self.select("SELECT key, ordinal FROM article WHERE key IN ({})", keys)}

    def append(self, entries: Sequence[Entry], count: int) -> None:
        """Write the signatures behind the `count` that stand."""
        block = np.zeros(len(entries), dtype=RECORD)
        for place, entry in enumerate(entries):
            block[place] = (entry.key, entry.signature)
        path = self.folder / "signatures.bin"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o664)
        try:
            os.ftruncate(descriptor, count * RECORD.itemsize)
            data = block.tobytes()
            written = 0
            while written < len(data):
                written += os.pwrite(descriptor, data[written:], count * RECORD.itemsize + written)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def records(self) -> npt.NDArray[np.void]:
        """All signatures, in order of arrival, mapped."""
        path = self.folder / "signatures.bin"
        if not path.exists() or path.stat().st_size < RECORD.itemsize:
            return np.zeros(0, dtype=RECORD)
        return np.memmap(path, dtype=RECORD, mode="r")

    def add_bands(self, entries: Sequence[Entry], count: int, anew: bool) -> tuple[tuple[str, int] | None, list[str]]:
        """A new run of bands, merged with the smaller ones; the runs that it replaces.

        An article whose signature another current article has already is found through that one.
        """
        if not entries:
            return None, []
        matrix = np.stack([entry.signature for entry in entries])
        hashes = hashes_of(matrix)
        ordinals = np.arange(count, count + len(entries), dtype=np.uint32)
        whole = hashes[:, -1]
        _, first = np.unique(whole, return_index=True)
        lead = np.zeros(len(entries), dtype=np.bool_)
        lead[first] = True
        if not anew:
            rows, twins = self.candidates(whole[:, None])
            if len(rows):
                keys = self.records()["key"][twins]
                sql = "SELECT key FROM article WHERE current = 1 AND key IN ({})"
                alive = {row[0] for row in self.select(sql, sorted({int(key) for key in keys}))}
                lead[[int(row) for row, key in zip(rows, keys, strict=True) if int(key) in alive]] = False
        flat = hashes[lead].ravel()
        owners = np.repeat(ordinals[lead], hashes.shape[1])
        keep = flat != 0
        return self.add_run(flat[keep], owners[keep], anew)

    def add_run(
        self, flat: npt.NDArray[np.uint64], owners: npt.NDArray[np.uint32], anew: bool = False
    ) -> tuple[tuple[str, int] | None, list[str]]:
        """Write a sorted run, with those merged in that are smaller than four times it."""
        if not len(flat):
            return None, []
        merged: list[str] = []
        listed = [] if anew else self.db.execute("SELECT name, entries FROM run ORDER BY entries").fetchall()
        for name, entries in listed:
            if entries > 4 * len(flat) or entries + len(flat) > LARGEST_RUN:
                break
            run_hashes, run_ordinals = self.run(name, entries)
            flat = np.concatenate([flat, run_hashes])
            owners = np.concatenate([owners, run_ordinals])
            merged.append(name)
        order = np.argsort(flat, kind="stable")
        name = f"bands-{uuid.uuid4().hex}.bin"
        with (self.folder / name).open("wb") as file:
            flat[order].tofile(file)
            owners[order].tofile(file)
            file.flush()
            os.fsync(file.fileno())
        return (name, len(flat)), merged

    def expose(self, keys: Sequence[int], obsolete: list[str]) -> None:
        """Give articles bands of their own, for the case that the one which stood for them is gone."""
        signatures = self.signatures(keys)
        first: dict[bytes, int] = {}
        for key, one in signatures.items():
            first.setdefault(one.tobytes(), key)
        if not first:
            return
        chosen = list(first.values())
        hashes = hashes_of(np.stack([signatures[key] for key in chosen]))
        places = self.ordinals(chosen)
        owners = np.repeat(np.array([places[key] for key in chosen], dtype=np.uint32), hashes.shape[1])
        flat = hashes.ravel()
        run, merged = self.add_run(flat[flat != 0], owners[flat != 0])
        obsolete += merged
        for name in merged:
            self.db.execute("DELETE FROM run WHERE name = ?", (name,))
        if run is not None:
            self.db.execute("INSERT INTO run VALUES (?, ?)", run)

    def runs(self) -> list[tuple[str, npt.NDArray[np.uint64], npt.NDArray[np.uint32]]]:
        """Every run of bands by name, mapped."""
        with self.guard:
            listed = self.db.execute("SELECT name, entries FROM run ORDER BY entries").fetchall()
        return [(name, *self.run(name, entries)) for name, entries in listed]

    def run(self, name: str, entries: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32]]:
        """One run: sorted hashes and the ordinals beside them."""
        if name not in self.maps:
            path = self.folder / name
            hashes = np.memmap(path, dtype=np.uint64, mode="r", shape=(entries,))
            ordinals = np.memmap(path, dtype=np.uint32, mode="r", offset=8 * entries, shape=(entries,))
            self.maps[name] = (hashes, ordinals)
        return self.maps[name]

    def erase(self, keys: Sequence[int]) -> None:
        """Overwrite the signatures of these articles: nothing that came from them stays."""
        with self.guard:
            places = self.ordinals(keys)
            if not places:
                return
            descriptor = os.open(self.folder / "signatures.bin", os.O_RDWR | os.O_CLOEXEC)
            try:
                for place in places.values():
                    os.pwrite(descriptor, bytes(RECORD.itemsize), place * RECORD.itemsize)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def intact(self) -> bool:
        """Whether every file that the index names is there in full."""
        try:
            records = self.number("records") or 0
            path = self.folder / "signatures.bin"
            if records and path.stat().st_size < records * RECORD.itemsize:
                return False
            with self.guard:
                listed = self.db.execute("SELECT name, entries FROM run").fetchall()
            return all((self.folder / name).stat().st_size == 12 * entries for name, entries in listed)
        except (OSError, sqlite3.Error, WarehouseError):
            return False

    def begin_anew(self) -> None:
        """Throw the files away and start with an empty index."""
        with self.guard:
            self.close()
            for path in self.folder.iterdir():
                path.unlink(missing_ok=True)
            self.db = self.open()

    def sweep(self) -> None:
        """Remove runs that nothing names: left by a writer that died."""
        with self.guard:
            named = {row[0] for row in self.db.execute("SELECT name FROM run")}
        for path in self.folder.glob("bands-*.bin"):
            if path.name not in named:
                with contextlib.suppress(OSError):
                    path.unlink()


def create_tables(db: sqlite3.Connection) -> None:
    """The tables of keys.sqlite, where they are missing; an index of another scheme raises DatabaseError."""
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA cache_size = -32768")
    if not db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'meta'").fetchone()[0]:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("BEGIN IMMEDIATE")
        for statement in TABLES:
            db.execute(statement)
        db.execute("INSERT OR IGNORE INTO meta VALUES ('scheme', ?)", (SCHEME,))
        db.execute("COMMIT")
    found = db.execute("SELECT value FROM meta WHERE name = 'scheme'").fetchone()
    if found is None or found[0] != SCHEME:
        raise sqlite3.DatabaseError("malformed: made by another version")


TABLES = (
    "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS article (key INTEGER PRIMARY KEY, document INTEGER NOT NULL, published INTEGER, "
    "revision INTEGER NOT NULL, current INTEGER NOT NULL, story INTEGER NOT NULL, ordinal INTEGER NOT NULL)",
    "CREATE INDEX IF NOT EXISTS article_document ON article (document)",
    "CREATE INDEX IF NOT EXISTS article_story ON article (story) WHERE current = 1 AND story <> key",
    "CREATE TABLE IF NOT EXISTS run (name TEXT PRIMARY KEY, entries INTEGER NOT NULL) WITHOUT ROWID",
)
"""What keys.sqlite holds; ids are 64-bit numbers, `run` names the sorted runs of bands."""


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is at fault, not a right or a lock."""
    return any(mark in str(error) for mark in ("malformed", "not a database", "corrupt"))


def filter_of(hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint8]:
    """A bit for each value of the lowest bits of a hash, eight times as many as there are hashes: set where one has it.

    A Bloom filter of one hash function (B. Bloom, Space/time trade-offs in hash coding, 1970): the hashes are that.
    """
    size = 1 << (8 * len(hashes) - 1).bit_length()
    marked = np.zeros(size, dtype=np.bool_)
    marked[hashes & np.uint64(size - 1)] = True
    return np.packbits(marked, bitorder="little")


def hashes_of(matrix: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint64]:
    """Band hashes and, last, one hash of the whole signature; 0 where there are no words."""
    bands = bands_of(matrix)
    factors = np.arange(1, bands.shape[1] + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) | np.uint64(1)
    whole = (bands * factors[None, :]).sum(axis=1, dtype=np.uint64)
    whole ^= whole >> np.uint64(31)
    return np.concatenate([bands, whole[:, None]], axis=1)


def collisions(hashes: npt.NDArray[np.uint64], owners: npt.NDArray[np.uint32]) -> list[tuple[int, int]]:
    """Pairs of rows of one batch that share a hash, the pairs of a crowded one as a chain of neighbours.

    Rows with the same whole signature share everything: linking each to the next is enough for them. Bands
    are compared among the first of each signature only.
    """
    whole = hashes[:, -1]
    order = np.argsort(whole, kind="stable")
    ranked = whole[order]
    same = np.flatnonzero((ranked[1:] == ranked[:-1]) & (ranked[1:] != 0))
    found = {(int(order[place]), int(order[place + 1])) for place in same}
    _, first = np.unique(whole, return_index=True)
    flat, rows = hashes[first, :-1].ravel(), owners[first, :-1].ravel()
    keep = flat != 0
    flat, rows = flat[keep], rows[keep]
    order = np.argsort(flat, kind="stable")
    flat, rows = flat[order], rows[order]
    starts = np.flatnonzero(np.concatenate(([True], flat[1:] != flat[:-1])))
    ends = np.concatenate((starts[1:], [len(flat)]))
    for start, end in zip(starts[ends - starts > 1], ends[ends - starts > 1], strict=True):
        group = sorted({int(row) for row in rows[start:end]})
        found |= {(one, other) for place, one in enumerate(group) for other in group[place + 1 :]}
    return sorted(found)
