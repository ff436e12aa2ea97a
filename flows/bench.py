"""How fast, where the time goes, how much memory: one ingest and publication into a lake that is thrown away.

Stages are processor seconds: `read` (files to documents, in the flow), `spool` (documents to workers and look-up of
known articles), `normalize`, `extract`, `rows`, `validate`, `write` (staging), `commit` and `publish`. Memory is the
resident set of the whole process tree, shared pages counted once, sampled twice a second. The floor beside it is
what one processor does that only reads the files and scans their text for digits with `re`.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.settings import Settings
from flows.sources import SourceProblem, read_documents

SAMPLE_EVERY = 0.5
ARTICLES_A_DAY = 300_000
"""The world's news online in English, about (GDELT reads 100,000 to 500,000 a day)."""

DIGITS = re.compile(r"\d+")


@dataclass(slots=True)
class Memory:
    """Resident bytes and processor seconds of this process and all below it, over time."""

    samples: list[tuple[float, int]] = field(default_factory=list)
    spent: dict[int, float] = field(default_factory=dict)  # process -> seconds, as last seen
    watching: float = 0.0  # processor seconds that the sampling itself took

    @property
    def peak(self) -> int:
        """The most there ever were."""
        return max((size for _, size in self.samples), default=0)

    @property
    def peak_at(self) -> float:
        """When that was, as a share of the run's time."""
        if not self.samples:
            return 0.0
        first, last = self.samples[0][0], self.samples[-1][0]
        at, _ = max(self.samples, key=lambda sample: sample[1])
        return (at - first) / (last - first) if last > first else 0.0

    def mean(self, start: float, end: float) -> float:
        """Mean over a part of the run, given as shares of its time."""
        if not self.samples:
            return 0.0
        first, last = self.samples[0][0], self.samples[-1][0]
        span = last - first
        part = [size for at, size in self.samples if first + start * span <= at <= first + end * span]
        return sum(part) / len(part) if part else 0.0


@dataclass(slots=True)
class Result:
    """What one benchmark found; seconds of stages are processor time."""

    documents: int
    text_bytes: int
    seconds: float
    stages: dict[str, float]
    processor_seconds: float  # of all processes, Prefect's server included
    memory_peak: int
    memory_peak_at: float  # share of the run's time
    memory_first: float  # mean over the first tenth of the run, start-up included
    memory_early: float  # mean over the second tenth
    memory_late: float  # mean over the last tenth
    rows: dict[str, int]
    lake_bytes: int
    published_bytes: int
    workers: int
    batches: int
    floor_read: float  # MB of text a second and processor
    floor_scan: float

    @property
    def extraction_share(self) -> float:
        """Processor time in extraction (decoding and normalizing included) as a share of all stages."""
        total = sum(self.stages.values())
        return (self.stages.get("extract", 0.0) + self.stages.get("normalize", 0.0)) / total if total else 0.0

    @property
    def costs(self) -> list[tuple[str, int, float, float]]:
        """What a day, a year and a decade of such articles cost, by rule of three: articles, processor hours, GB."""
        hours = self.processor_seconds / max(self.documents, 1) / 3600
        gigabytes = (self.lake_bytes + self.published_bytes) / max(self.documents, 1) / 1e9
        spans = (("a day", 1), ("a year", 365), ("a decade", 3_653))
        counts = [(name, days * ARTICLES_A_DAY) for name, days in spans]
        return [(name, count, count * hours, count * gigabytes) for name, count in counts]


def bench(paths: Sequence[str], settings: Settings, *, copies: int = 1) -> Result:
    """Ingest and publish the documents, `copies` times under new ids, into a temporary lake."""
    with tempfile.TemporaryDirectory(prefix="newstally-bench-") as scratch:
        sources = list(paths) if copies == 1 else [str(write_copies(paths, settings, Path(scratch), copies))]
        floor_read, floor_scan = floors(paths, settings)
        return run(sources, settings, Path(scratch) / "lake", floor_read, floor_scan)


def run(sources: list[str], settings: Settings, lake: Path, floor_read: float, floor_scan: float) -> Result:
    """One ingest, watched."""
    from flows.engine import call_flow
    from warehouse.manifest import newest_manifest
    from warehouse.storage import Layout

    own = time.process_time()
    began = time.monotonic()
    with watched_memory() as memory:
        tally: dict[str, Any] = call_flow(
            settings,
            "ingest",
            with_pool=True,
            paths=sources,
            lake=str(lake),
            workers=settings.workers or None,
            publish_after=True,
        )
        seconds = time.monotonic() - began
    stages = dict(tally["stages"])
    stages["spool"] = stages.pop("read", 0.0)
    known = sum(stages.get(name, 0.0) for name in ("commit", "publish"))
    stages["read"] = max(0.0, time.process_time() - own - known - memory.watching)
    manifest = newest_manifest(Layout(lake))
    return Result(
        documents=tally["counts"]["documents_read"],
        text_bytes=tally["bytes"],
        seconds=seconds,
        stages=stages,
        processor_seconds=sum(memory.spent.values()) - memory.watching,
        memory_peak=memory.peak,
        memory_peak_at=memory.peak_at,
        memory_first=memory.mean(0.0, 0.1),
        memory_early=memory.mean(0.1, 0.2),
        memory_late=memory.mean(0.9, 1.0),
        rows={name: tally["counts"][f"{name}_new"] for name in ("articles", "figures", "mentions")},
        lake_bytes=folder_bytes(lake / "data"),
        published_bytes=sum(part.bytes for part in manifest.parts) if manifest else 0,
        workers=settings.worker_count,
        batches=tally["batches"],
        floor_read=floor_read,
        floor_scan=floor_scan,
    )


def write_copies(paths: Sequence[str], settings: Settings, folder: Path, copies: int) -> Path:
    """The documents as JSON Lines, repeated under new ids."""
    import zstandard

    target = folder / "copies.jsonl.zst"
    with target.open("wb") as file, zstandard.ZstdCompressor(level=1).stream_writer(file) as out:
        for copy in range(copies):
            for number, raw in enumerate(documents(paths, settings)):
                text = raw.content if isinstance(raw.content, str) else raw.content.decode("utf-8", "replace")
                identity = raw.given.get("id") or f"{raw.path}:{number}"
                record = {**raw.given, "id": f"{identity}-{copy}", "text": text}
                out.write(json.dumps(record).encode() + b"\n")
    return target


def documents(paths: Sequence[str], settings: Settings) -> Iterator[Any]:
    """What can be read."""
    for found in read_documents(paths, settings.limits(), settings.fields):
        if not isinstance(found, SourceProblem):
            yield found


def floors(paths: Sequence[str], settings: Settings) -> tuple[float, float]:
    """MB of text a second and processor: reading alone, and a bare scan for digits."""
    began = time.process_time()
    texts = [raw.content for raw in documents(paths, settings)]
    read = time.process_time() - began
    decoded = [text if isinstance(text, str) else text.decode("utf-8", "replace") for text in texts]
    size = sum(map(len, texts))
    began = time.process_time()
    for text in decoded:
        DIGITS.findall(text)
    scan = time.process_time() - began
    return size / 1e6 / max(read, 1e-9), size / 1e6 / max(scan, 1e-9)


@contextmanager
def watched_memory() -> Iterator[Memory]:
    """Sample the memory of the process tree while the block runs."""
    memory, ended = Memory(), threading.Event()

    def watch() -> None:
        while not ended.wait(SAMPLE_EVERY):
            tree = list(process_tree(os.getpid()))
            memory.samples.append((time.monotonic(), sum(map(resident_bytes, tree))))
            memory.spent |= {process: seconds for process in tree if (seconds := processor_seconds(process))}

    def watch_and_count() -> None:
        watch()
        memory.watching = time.thread_time()

    thread = threading.Thread(target=watch_and_count, daemon=True)
    thread.start()
    try:
        yield memory
    finally:
        ended.set()
        thread.join()


def process_tree(root: int) -> Iterable[int]:
    """The process and all below it; only itself where there is no /proc."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
    found = {root}
    while True:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        if not more:
            return found
        found |= more


def resident_bytes(process: int) -> int:
    """Proportional set of a process (what it shares is counted once over all who share it); 0 for one that is gone."""
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return 0


def processor_seconds(process: int) -> float:
    """User and system time of a process; 0 for one that is gone."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return 0.0


def folder_bytes(folder: Path) -> int:
    """Size of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0
