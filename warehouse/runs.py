"""Runs: who wrote what, when and with which rules, and whether it is still at it.

A run's row says "interrupted" until the run ends; a run that is alive holds a lock on `.running/<run_id>`, which
the kernel releases when it dies. So a killed run never looks alive.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from warehouse.errors import from_os_error
from warehouse.lock import is_held
from warehouse.staging import old_entries
from warehouse.storage import Layout

COUNTS = (
    "documents_read",
    "articles_new",
    "articles_revised",
    "articles_seen_again",
    "figures_new",
    "mentions_new",
    "quarantined",
    "warnings",
)
"""Columns of `runs` that count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run, as its row in `runs` begins."""

    run_id: str
    kind: str
    started_at: datetime
    source: Sequence[str]
    extractor_version: str
    rules_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitCounts:
    """What one commit did."""

    documents_read: int = 0
    articles_new: int = 0
    articles_revised: int = 0
    articles_seen_again: int = 0
    figures_new: int = 0
    mentions_new: int = 0
    quarantined: int = 0
    warnings: int = 0

    def __add__(self, other: CommitCounts) -> CommitCounts:
        return CommitCounts(**{name: getattr(self, name) + getattr(other, name) for name in COUNTS})


def new_run(kind: str, source: Sequence[str], extractor_version: str, rules_hash: str) -> Run:
    """A run that starts now, with an id that sorts by time."""
    now = datetime.now(UTC)
    return Run(
        run_id=f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}",
        kind=kind,
        started_at=now,
        source=tuple(source),
        extractor_version=extractor_version,
        rules_hash=rules_hash,
    )


def source_text(run: Run) -> str:
    """What was named at the command line, as the column `source` holds it."""
    return json.dumps(list(run.source), ensure_ascii=False)


def mark_running(layout: Layout, run_id: str) -> int:
    """Show that the run lives; returns the descriptor to give to `mark_ended`."""
    try:
        layout.running.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(layout.running / run_id, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o664)
    except OSError as error:
        raise from_os_error(error, f"{layout.running / run_id}: the run cannot be announced") from None
    fcntl.flock(descriptor, fcntl.LOCK_EX)  # free but for the moment in which someone asks for the status
    return descriptor


def mark_ended(layout: Layout, run_id: str, descriptor: int) -> None:
    """The run is over, however it ended."""
    (layout.running / run_id).unlink(missing_ok=True)
    os.close(descriptor)


def running(layout: Layout) -> list[str]:
    """Ids of the runs that live now."""
    if not layout.running.is_dir():
        return []
    return sorted(path.name for path in layout.running.iterdir() if is_held(path))


def sweep_running(layout: Layout) -> None:
    """Remove the marks of runs that died; one that was made just now may not be locked yet."""
    for path in old_entries(layout.running, 60):
        if not is_held(path):
            path.unlink(missing_ok=True)
