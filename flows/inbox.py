"""New files of a folder that is looked at again and again: what was taken in and has not changed is not read again.

A note of path, size and time of change of every file that a finished run has read stands in the lake's folder. It only
saves the reading: whether an article is new, the lake says. A file that changed less than `settle_seconds` ago is left
to the next run, for somebody may still be copying it.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from flows.archives import Limits
from flows.listing import Source, list_sources
from flows.records import Read
from flows.sources import SourceProblem, read_source

Stamp = tuple[str, int, int]  # path, bytes, time of change in nanoseconds


class Inbox:
    """The files behind some paths, without those that an earlier run has read as they are now."""

    def __init__(self, ledger: Path, paths: Sequence[str], *, settle_seconds: float = 0.0) -> None:
        self.ledger = ledger
        self.paths = paths
        self.settle_seconds = settle_seconds
        self.read: list[Stamp] = []

    def documents(self, limits: Limits, fields: Mapping[str, str]) -> Iterator[Read]:
        """Every document and problem of the files that are new or changed; a path that cannot be read is told once."""
        known = self.known()
        for path in self.paths:
            for source in list_sources(path):
                if isinstance(source, SourceProblem):
                    told = (f"{source.path}: {source.reason}", 0, 0)
                    if told not in known:
                        yield source
                        self.read.append(told)
                elif (stamp := stamp_of(source)) is None:
                    yield from read_source(source, limits, fields)
                elif stamp not in known and time.time() - stamp[2] / 1e9 >= self.settle_seconds:
                    yield from read_source(source, limits, fields)
                    self.read.append(stamp)

    def known(self) -> set[Stamp]:
        """What earlier runs have read; nothing where the note is lost or damaged."""
        with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(self.ledger, timeout=30)) as notes:
            create(notes)
            return set(notes.execute("SELECT path, bytes, changed FROM seen"))
        return set()

    def remember(self) -> None:
        """Note what was read, once the lake holds it; that this fails costs the next run some reading."""
        with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(self.ledger, timeout=30)) as notes:
            create(notes)
            with notes:
                notes.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", self.read)


def create(notes: sqlite3.Connection) -> None:
    """The table of the note."""
    notes.execute("CREATE TABLE IF NOT EXISTS seen (path TEXT PRIMARY KEY, bytes INTEGER, changed INTEGER)")


def stamp_of(source: Source) -> Stamp | None:
    """Path, size and time of change of a local file; None where there is no such thing."""
    if source.local is None:
        return None
    try:
        status = source.local.stat()
        path = os.fsencode(source.local.absolute()).decode("utf-8", "backslashreplace")
    except OSError:
        return None
    return path, status.st_size, status.st_mtime_ns
