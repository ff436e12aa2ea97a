"""Writers and readers at once, on one lake, with counts that must be exact at the end.

    python -m tests.stress.load --writers 4 --readers 4 --seconds 600 [--folder DIR]

Writers ingest overlapping batches and revisions of documents; every fifth of their turns one of them publishes or
maintains. Readers query the published database, the globs under `published/current` (told to retry when a version
goes), and the lake as of its newest version. At the end every document that any writer acknowledged is there once.

Eight processes on two processors wait for their turn most of the time. What the lake itself makes a reader wait
is the rest: the time of a query in which its thread neither ran nor was ready to run (Linux counts both in
/proc/thread-self/schedstat); waiting for the disk is part of it.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.lakes import add, docs, number, run_of, tables
from warehouse.lake import Lake
from warehouse.maintain import maintain
from warehouse.publish import publish
from warehouse.query import query
from warehouse.staging import stage
from warehouse.storage import LakeSettings
from warehouse.timetravel import query_as_of
from warehouse.verify import verify

Wait = tuple[str, float, float]
"""What was asked, the seconds it took, and those in which the reader was blocked."""

SETTINGS = LakeSettings(fsync=False, keep_versions=8, lock_timeout=60, threads=1)
BATCH = 8


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="writers and readers at once")
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--folder", type=Path, default=None)
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="newstally-load-"))
    told = load(folder, options.writers, options.readers, options.seconds)
    print(json.dumps(told))
    if options.folder is None and not told["problems"]:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if told["problems"] else 0


def load(folder: Path, writers: int, readers: int, seconds: float) -> dict[str, Any]:
    """Run it; what was done and what was wrong."""
    with Lake.create_or_open(folder, SETTINGS) as lake:
        publish(lake)
    context = multiprocessing.get_context("spawn")
    results: Any = context.Queue()
    deadline = time.time() + seconds
    tasks = [context.Process(target=guarded, args=(write, folder, n, deadline, results)) for n in range(writers)]
    tasks += [context.Process(target=guarded, args=(read, folder, n, deadline, results)) for n in range(readers)]
    for task in tasks:
        task.start()
    told: list[dict[str, Any]] = [results.get(timeout=seconds + 300) for _ in tasks]
    for task in tasks:
        task.join()
    problems = [one["problem"] for one in told if one["problem"]]
    total: Counter[str] = Counter()
    waits: list[Wait] = []
    ids: set[str] = set()
    for one in told:
        total.update(one["did"])
        waits += one["waits"]
        ids |= set(one["ids"])
    problems += end_state(folder, ids)
    return {
        "writers": writers,
        "readers": readers,
        "seconds": seconds,
        "did": dict(total),
        "documents_acknowledged": len(ids),
        "slowest_query_seconds": longest((kind, took) for kind, took, _ in waits),
        "longest_blocked_seconds": longest((kind, blocked) for kind, _, blocked in waits),
        "problems": problems,
    }


def longest(waits: Iterable[tuple[str, float]]) -> dict[str, float]:
    """The longest of each kind, in seconds."""
    found: dict[str, float] = {}
    for kind, seconds in waits:
        found[kind] = max(found.get(kind, 0.0), round(seconds, 2))
    return found


def guarded(task: Any, folder: Path, number_of_task: int, deadline: float, results: Any) -> None:
    """Run a task and tell how it went."""
    did: Counter[str] = Counter()
    ids: set[str] = set()
    waits: list[Wait] = []
    problem = ""
    try:
        task(folder, number_of_task, deadline, did, ids, waits)
    except BaseException:
        problem = f"{task.__name__} {number_of_task}: {traceback.format_exc()}"
    results.put({"did": dict(did), "ids": sorted(ids), "waits": waits, "problem": problem})


def write(folder: Path, me: int, deadline: float, did: Counter[str], ids: set[str], waits: list[Wait]) -> None:
    """Ingest batches that other writers ingest as well."""
    chance = random.Random(me)
    turn = 0
    with Lake.create_or_open(folder, SETTINGS) as lake:
        while time.time() < deadline:
            turn += 1
            start = chance.randrange(0, 40 + turn * BATCH // 2)
            chosen = docs(BATCH, start=start, words=60)
            if chance.random() < 0.2:
                old = chosen[0]
                chosen[0] = replace(old, text=f"{old.text} Update of writer {me} in turn {turn}.")
            run = run_of()
            with lake.running(run):
                batch = stage(folder, f"w{me}-{turn}-{os.getpid()}", tables(chosen), fsync=False)
                counts = lake.commit([batch], run)
            ids |= {doc.document_id for doc in chosen}
            did.update(commits=1, articles_new=counts.articles_new, seen_again=counts.articles_seen_again)
            if turn % 5 == 0:
                if me % 2:
                    publish(lake)
                    did["publications"] += 1
                elif turn % 20 == 0:
                    maintain(lake, grace_seconds=30)
                    did["maintenances"] += 1


def read(folder: Path, me: int, deadline: float, did: Counter[str], ids: set[str], waits: list[Wait]) -> None:
    """Ask for the same thing of every table and compare."""
    sql = (
        "SELECT (SELECT count(*) FROM articles) AS a, (SELECT count(DISTINCT article_id) FROM figures) AS f, "
        "(SELECT count(*) FROM mentions) AS m, "
        "(SELECT count(*) FROM figures ANTI JOIN articles USING (article_id)) AS strays"
    )
    last = 0
    while time.time() < deadline:
        started, busy = time.monotonic(), scheduled()
        if me % 4 == 3:
            row = query_as_of(folder, SETTINGS, sql, "2999-01-01").to_pylist()[0]
            kind = "lake_queries"
        elif me % 4 == 2:
            try:
                row = glob_row(folder)
            except OSError:
                did["glob_retries"] += 1
                continue
            kind = "glob_queries"
        else:
            row = query(folder / "newstally.duckdb", sql).to_pylist()[0]
            kind = "published_queries"
        took = time.monotonic() - started
        waits.append((kind, took, took - (scheduled() - busy)))
        did[kind] += 1
        if not (row["a"] == row["f"] == row["m"]) or row["strays"]:
            raise AssertionError(f"a torn state: {row}")
        if me % 4 != 2 and row["a"] < last:
            raise AssertionError(f"rows vanished: {row['a']} after {last}")
        last = row["a"]


def scheduled() -> float:
    """Seconds in which this thread has run or was ready to run; 0.0 where the system does not count them."""
    try:
        ran, ready, _ = Path("/proc/thread-self/schedstat").read_text().split()
    except OSError:
        return 0.0
    return (int(ran) + int(ready)) / 1e9


def glob_row(folder: Path) -> dict[str, int]:
    """The same of the folder that `published/current` names now."""
    import pyarrow.dataset as ds

    version = (folder / "published" / "current").resolve()
    found = {
        name: ds.dataset(version / name, format="parquet").to_table(columns=["article_id"]).column("article_id")
        for name in ("articles", "figures", "mentions")
    }
    articles, figures = set(found["articles"].to_pylist()), set(found["figures"].to_pylist())
    return {
        "a": len(found["articles"]), "f": len(figures), "m": len(found["mentions"]), "strays": len(figures - articles)
    }  # fmt: skip


def end_state(folder: Path, ids: set[str]) -> list[str]:
    """What is wrong once everyone is done."""
    problems = []
    with Lake.create_or_open(folder, SETTINGS) as lake:
        add(lake, docs(2))
        ids = ids | {doc.document_id for doc in docs(2)}
        publish(lake)
        problems += verify(lake).problems
        held = {row[0] for row in lake.sql("SELECT document_id FROM lake.articles").fetchall()}
        if held != ids:
            problems.append(f"{len(ids - held)} documents lost, {len(held - ids)} of nowhere")
        if number(lake, "SELECT count(*) FROM lake.articles") != len(ids):
            problems.append("documents twice")
        new = number(lake, "SELECT sum(articles_new) FROM lake.runs")
        rows = number(
            lake, "SELECT (SELECT count(*) FROM lake.articles) + (SELECT count(*) FROM lake.articles_history)"
        )
        if new != rows:
            problems.append(f"the runs counted {new} new articles, the lake holds {rows}")
        shown = query(lake.layout.database, "SELECT count(*) AS n FROM articles").to_pylist()[0]["n"]
        if shown != len(ids):
            problems.append(f"published {shown} of {len(ids)}")
    return problems


if __name__ == "__main__":
    sys.exit(main())
