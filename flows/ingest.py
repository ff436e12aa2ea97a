"""The flow `ingest`: every new document of files and folders into the lake, batch by batch.

The flow reads and spools documents, a task a batch extracts and stages them in a worker process, and the flow
commits finished batches in the order in which they were read, a group at a time: what is committed does not
depend on how many workers there are or how large a batch is.

    newstally ingest inbox/                 this flow with a Prefect server of its own
    prefect deploy, newstally serve         this flow by schedule
"""

from __future__ import annotations

import shutil
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.tasks import exponential_backoff

from flows import batches, pool, runners
from flows.batches import Batch, BatchDone, Rejects
from flows.collector import collector_paused
from flows.inbox import Inbox
from flows.lakes import open_lake
from flows.progress import Meter, progress, spoken_bytes
from flows.publish import publish_lake
from flows.records import Read, SourceProblem
from flows.settings import Settings, load_settings
from flows.sources import read_documents
from flows.spool import read_spool, write_spool
from transforms.documents import RawDocument
from transforms.version import extractor_version, rules_hash
from warehouse.errors import from_os_error
from warehouse.lake import Lake
from warehouse.runs import COUNTS, CommitCounts, Run, new_run
from warehouse.staging import find_staged, stage

NEVER_THERE = ("path.missing", "path.no_match", "path.invalid")
"""Problems of the command line, not of a document."""

FIRST_BYTES = 250_000
"""Size of the first batches."""

EXAMPLES = 20
"""Rejected documents that a run names in full; the rest is counted and in the table quarantine."""


@dataclass(slots=True)
class Tally:
    """What a run did."""

    run_id: str
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    seconds: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)  # processor seconds
    rejected: dict[str, int] = field(default_factory=dict)  # reason -> documents and rows
    warnings: dict[str, int] = field(default_factory=dict)  # expectation -> rows kept
    examples: list[str] = field(default_factory=list)
    bytes: int = 0
    batches: int = 0
    deaths: int = 0  # workers that were replaced
    published: str | None = None

    @property
    def left_out(self) -> int:
        """Documents and rows that went to quarantine."""
        return self.counts["quarantined"]

    def add_batch(self, batch: Batch, done: BatchDone) -> None:
        """Count what a worker made of a batch."""
        self.batches += 1
        self.bytes += batch.bytes
        for into, added in (
            (self.stages, done.seconds),
            (self.rejected, done.rejected),
            (self.warnings, done.warnings),
        ):
            add_up(into, added)
        self.examples = (self.examples + done.examples)[:EXAMPLES]


def add_up(into: dict[str, Any], added: Mapping[str, Any]) -> None:
    """Add the numbers under the same names."""
    for name, number in added.items():
        into[name] = into.get(name, 0) + number


# --- The flow ---------------------------------------------------------------------------------------------------


def worth_repeating(task: Any, run: Any, state: Any) -> bool:
    """Whether a batch that failed may succeed another time: a disk may have room again, a closed pool stays closed."""
    error = state.result(raise_on_failure=False)
    return not isinstance(error, pool.PoolClosed | pool.WorkerDied)


@task(
    name="extract-batch",
    task_run_name="batch {number}",
    retries=2,
    retry_delay_seconds=exponential_backoff(backoff_factor=2),
    retry_condition_fn=worth_repeating,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def extract_batch(number: str, batch: dict[str, Any]) -> BatchDone:
    """Stage one batch: in a process of the shared pool, or in this one where there is no pool (a Dask worker)."""
    shared = pool.shared_pool()
    if shared is None:
        return batches.process_batch(batch)
    return shared.submit(batches.process_batch, batch).result()


@flow(
    name="ingest",
    flow_run_name="ingest into {lake}",
    description="Append the rows of every new document to the lake.",
    persist_result=False,
    **runners.configured(),
)
def ingest(
    paths: list[str] | None = None,
    lake: str | None = None,
    overrides: dict[str, str] | None = None,
    fields: dict[str, str] | None = None,
    workers: int | None = None,
    publish_after: bool = False,
    changed_only: bool = False,
) -> dict[str, Any]:
    """Ingest files and folders (default: the setting `inbox`) and publish if asked; returns the tally as plain values.

    `changed_only` leaves out files that an earlier run with it has read as they are now.

    Everything else comes from newstally.toml and NEWSTALLY_* where the flow runs.
    """
    settings = load_settings(lake=lake, workers=workers)
    sources = paths or [settings.inbox]
    # the pool stops what takes too long; on a cluster, Prefect does
    timeout = None if settings.task_runner == "threads" else settings.batch_timeout
    submit = extract_batch.with_options(retries=settings.batch_retries, timeout_seconds=timeout).submit
    with pool.opened_pool(settings, batches.prepare_worker), open_lake(settings, create=True) as opened:
        inbox = Inbox(opened.root / "seen.sqlite", sources, settle_seconds=settings.settle_seconds)
        names = settings.fields | (fields or {})
        documents = peeked(inbox.documents(settings.limits(), names)) if changed_only else None
        if changed_only and documents is None:
            return asdict(Tally(run_id="nothing new"))
        tally = ingest_documents(
            opened,
            settings,
            sources,
            overrides or {},
            names,
            lambda batch: submit(batch.number, batches.as_arguments(batch)),
            documents=documents,
        )
        inbox.remember()
        if publish_after:
            shared = pool.shared_pool()
            if shared is not None:
                shared.rest()  # publishing sorts, and wants the memory that they hold
            spent = time.process_time()
            tally.published = str(publish_lake(opened).folder)
            add_up(tally.stages, {"publish": time.process_time() - spent})
    leave_artifact(tally, sources)
    return asdict(tally)


def peeked(documents: Iterator[Read]) -> Iterator[Read] | None:
    """The same documents; None where there are none, so that no run is made for them."""
    first = next(documents, None)
    return None if first is None else chain([first], documents)


def leave_artifact(tally: Tally, sources: Sequence[str]) -> None:
    """A summary of the run for the Prefect user interface."""
    lines = [
        f"# Run {tally.run_id}",
        "",
        f"From {', '.join(f'`{source}`' for source in sources)}.",
        "",
        "| | |",
        "|---|---:|",
    ]
    lines += [f"| {name.replace('_', ' ')} | {count:,} |" for name, count in tally.counts.items()]
    lines += [
        f"| batches | {tally.batches:,} |",
        f"| text | {spoken_bytes(tally.bytes)} |",
        f"| seconds | {tally.seconds:.1f} |",
    ]
    for title, found in (("Left out", tally.rejected), ("Warnings", tally.warnings)):
        if found:
            lines += ["", f"## {title}", ""] + [f"- `{reason}`: {count:,}" for reason, count in sorted(found.items())]
    create_markdown_artifact(
        key="newstally-ingest", markdown="\n".join(lines), description=f"newstally run {tally.run_id}"
    )


@contextmanager
def spool_folder(lake: Lake, run: Run) -> Iterator[Path]:
    """Where the run's batches wait for their worker; hidden from whoever lists the staging area."""
    folder = lake.layout.staging / f".spool-{run.run_id}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    except OSError as error:
        raise from_os_error(error, f"{error.filename or folder}: the run cannot go on") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# --- What the flow does, without Prefect ------------------------------------------------------------------------


def ingest_documents(
    lake: Lake,
    settings: Settings,
    paths: Sequence[str],
    overrides: Mapping[str, str],
    fields: Mapping[str, str],
    begin: batches.Submit,
    *,
    kind: str = "ingest",
    documents: Iterable[RawDocument | SourceProblem] | None = None,
    replayed: Sequence[str] = (),
) -> Tally:
    """Read, extract and commit; `begin` starts a batch and gives its future.

    `documents` replaces what `paths` hold; `replayed` are the entries of the quarantine that they come from: all is
    one commit then.
    """
    run = new_run(kind, list(paths), extractor_version(settings.tagger), rules_hash(settings.tagger))
    began = time.monotonic()
    tally = Tally(run_id=run.run_id)
    reading = read_documents(paths, settings.limits(), fields) if documents is None else documents
    with (
        spool_folder(lake, run) as folder,
        progress("ingest", unit="documents", style=settings.progress) as meter,
        lake.running(run),
        lake.one_thread(),
    ):
        if documents is None:
            count_ahead(meter, paths, settings, fields)
        Ingestion(lake, settings, run, tally, begin, folder, meter, replayed).follow(reading, overrides)
        tally.seconds = time.monotonic() - began
    shared = pool.shared_pool()
    tally.deaths = shared.deaths if shared else 0
    return tally


def count_ahead(meter: Meter, paths: Sequence[str], settings: Settings, fields: Mapping[str, str]) -> None:
    """Find out how many documents there are, in a thread, so that the meter can tell the time left.

    Reading is a hundredth of the work. Standard input and remote addresses are read once only.
    """
    if not meter.is_shown or any(path == "-" or "://" in path or "::" in path for path in paths):
        return

    def count() -> None:
        found = sum(isinstance(one, RawDocument) for one in read_documents(paths, settings.limits(), fields))
        meter.expect(found)

    threading.Thread(target=count, daemon=True).start()


class Ingestion:
    """One run: batches in flight, finished ones that wait for their commit, and what was counted."""

    def __init__(
        self,
        lake: Lake,
        settings: Settings,
        run: Run,
        tally: Tally,
        begin: batches.Submit,
        folder: Path,
        meter: Meter,
        replayed: Sequence[str] = (),
    ) -> None:
        self.lake = lake
        self.settings = settings
        self.run = run
        self.tally = tally
        self.begin = begin
        self.folder = folder
        self.meter = meter
        self.in_flight: deque[tuple[Batch, Any]] = deque()
        self.finished: list[str] = []
        self.last_commit = time.monotonic()
        self.problems = 0
        self.replayed = replayed

    def follow(self, reading: Iterable[RawDocument | SourceProblem], overrides: Mapping[str, str]) -> None:
        """Every batch from reading to commit; on Ctrl-C what is finished is committed, the rest is for the next run."""
        try:
            for batch in self.spooled(reading, overrides):
                self.in_flight.append((batch, self.begin(batch)))
                while len(self.in_flight) >= self.settings.most_in_flight:
                    self.take_oldest()
                self.commit(when_due=True)
            while self.in_flight:
                self.take_oldest()
                self.commit(when_due=True)
        except KeyboardInterrupt:
            shared = pool.shared_pool()
            if shared is not None:
                shared.close()
            self.commit()
            raise
        self.commit()

    def spooled(self, reading: Iterable[RawDocument | SourceProblem], overrides: Mapping[str, str]) -> Iterator[Batch]:
        """Documents in batches by size, each written to the spool; problems are staged as they come."""
        waiting: list[RawDocument] = []
        number = size = 0
        for found in reading:
            if isinstance(found, SourceProblem):
                self.stage_problem(found)
                continue
            if waiting and (
                size + found.size > self.batch_bytes(number) or len(waiting) >= self.settings.batch_documents
            ):
                yield self.spool(number, waiting, size, overrides)
                number, waiting, size = number + 1, [], 0
            waiting.append(found)
            size += found.size
        if waiting:
            yield self.spool(number, waiting, size, overrides)

    def batch_bytes(self, number: int) -> int:
        """Size of a batch: small at first, so that every worker has something to do at once, then doubling."""
        return min(self.settings.batch_bytes, FIRST_BYTES << min(number // self.settings.worker_count, 20))

    def spool(self, number: int | str, documents: list[RawDocument], size: int, overrides: Mapping[str, str]) -> Batch:
        """A batch on disk."""
        name = number if isinstance(number, str) else f"{number:06d}"
        path = self.folder / f"{name}.arrow"
        write_spool(path, documents)
        return Batch(
            lake=str(self.lake.root),
            run_id=self.run.run_id,
            number=name,
            spool=str(path),
            documents=len(documents),
            bytes=size,
            overrides=dict(overrides),
            tagger=self.settings.tagger,
            expectations=self.settings.expectations,
        )

    def stage_problem(self, problem: SourceProblem) -> None:
        """What could not be read goes to quarantine with the next commit; a path that never was is only told."""
        rejects = Rejects(self.run.run_id)
        rejects.problem(problem)
        if problem.reason in NEVER_THERE:
            self.count_rejects(rejects)
        else:
            self.problems += 1
            self.stage_rejects(rejects, f"problem-{self.problems:06d}")

    def stage_rejects(self, rejects: Rejects, name: str, documents_read: int = 0) -> None:
        """Quarantine rows as a batch of their own."""
        identity = f"{self.run.run_id}-{name}"
        stage(self.lake.root, identity, {"quarantine": rejects.table()}, {"documents_read": documents_read})
        self.finished.append(identity)
        self.count_rejects(rejects)

    def count_rejects(self, rejects: Rejects) -> None:
        """Tell of what was rejected."""
        add_up(self.tally.rejected, rejects.reasons)
        self.tally.examples = (self.tally.examples + rejects.lines)[:EXAMPLES]

    def take_oldest(self) -> None:
        """Wait for the oldest batch; the order of commits is the order of reading."""
        batch, future = self.in_flight.popleft()
        self.take(batch, outcome_of(future))

    def take(self, batch: Batch, outcome: BatchDone | BaseException) -> None:
        """Note what became of a batch; one that cost its workers is halved until the culprit stands alone."""
        if isinstance(outcome, BatchDone):
            self.finished.append(outcome.batch_id)
            self.tally.add_batch(batch, outcome)
        elif isinstance(outcome, pool.WorkerDied):
            self.divide(batch, outcome)
        else:
            raise outcome
        if not isinstance(outcome, pool.WorkerDied):
            self.meter.advance(batch.documents)
            Path(batch.spool).unlink(missing_ok=True)

    def divide(self, batch: Batch, error: pool.WorkerDied) -> None:
        """Do the halves of a batch by themselves; a single document that kills its worker goes to quarantine."""
        documents = read_spool(Path(batch.spool))
        if len(documents) == 1:
            rejects = Rejects(self.run.run_id)
            rejects.document(
                documents[0], "worker.died", f"{error}: too large for the memory, or a bug: please report it"
            )
            self.stage_rejects(rejects, f"{batch.number}-died", documents_read=1)
            self.meter.advance(1)
        else:
            middle = len(documents) // 2
            for half, part in enumerate((documents[:middle], documents[middle:])):
                smaller = self.spool(f"{batch.number}.{half}", part, sum(raw.size for raw in part), batch.overrides)
                self.take(smaller, outcome_of(self.begin(smaller)))
        Path(batch.spool).unlink(missing_ok=True)

    def commit(self, *, when_due: bool = False) -> None:
        """Make the finished batches visible, all at once."""
        due = (
            len(self.finished) >= self.settings.commit_batches
            or time.monotonic() - self.last_commit > self.settings.commit_seconds
        )
        if not self.finished or (when_due and (self.replayed or not due)):
            return
        staged = [found for name in self.finished if (found := find_staged(self.lake.root, name)) is not None]
        began = time.process_time()
        with collector_paused():
            counts: CommitCounts = self.lake.commit(staged, self.run, replayed=self.replayed)
        add_up(self.tally.stages, {"commit": time.process_time() - began})
        add_up(self.tally.counts, asdict(counts))
        batches.give_back_memory()
        self.finished.clear()
        self.last_commit = time.monotonic()


def outcome_of(future: Any) -> BatchDone | BaseException:
    """What a future of Prefect or of the pool came to."""
    try:
        result = future.result(raise_on_failure=False) if hasattr(future, "state") else future.result()
    except Exception as error:
        return error
    return result if isinstance(result, BatchDone | BaseException) else RuntimeError(f"a batch ended as {result!r}")
