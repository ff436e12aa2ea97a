"""What one more batch costs while the lake grows: rows and signatures made at random, so that only the lake works.

    python -m tests.stress.growth --articles 1000000 --batch 1200

The lake is filled in large commits; on the way, at each of the sizes, the same number of small batches is committed as
ingest does it, and its CPU seconds are told; at the end, what publishing one more batch costs.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from flows.batches import give_back_memory
from tests.lakes import docs, run_of, tables
from warehouse import staging
from warehouse.duplicates import PERMUTATIONS, WIDTH
from warehouse.lake import Lake
from warehouse.publish import publish
from warehouse.runs import Run
from warehouse.staging import stage
from warehouse.storage import LakeSettings

FILL = 50_000
"""Articles of a commit that only fills the lake."""

TIMES = 9
"""Batches that are measured at each size."""

SHARES = (0.0, 0.1, 0.25, 0.5, 1.0)
"""Sizes at which they are."""


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="cost of a batch while the lake grows")
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--batch", type=int, default=1200)
    parser.add_argument("--folder", type=Path, default=None)
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="newstally-growth-"))
    grow(folder, options.articles, options.batch, say=lambda line: print(json.dumps(line), flush=True))
    if options.folder is None:
        shutil.rmtree(folder, ignore_errors=True)


def grow(folder: Path, articles: int, batch: int, say: Callable[[dict[str, float]], None]) -> None:
    """Fill the lake to each of the sizes, and measure there."""
    chance = np.random.default_rng(1)
    template = tables(docs(1, months=1))
    real = staging.signature_table
    staging.signature_table = lambda table: random_signatures(chance, table)  # type: ignore[assignment]
    try:
        with Lake.create_or_open(folder, LakeSettings(fsync=False)) as lake:
            run = run_of()
            held = 0
            with lake.running(run), lake.one_thread():  # as ingest commits
                for share in SHARES:
                    while held < int(share * articles):
                        rows = min(FILL, int(share * articles) - held)
                        commit(lake, run, chance, template, rows, held / articles)
                        held += rows
                    costs = [commit(lake, run, chance, template, batch, held / articles) for _ in range(TIMES)]
                    cpu, wall = (float(np.median(found)) for found in zip(*costs, strict=True))
                    say({"articles": held, "cpu_seconds_a_batch": round(cpu, 3), "wall": round(wall, 3), **memory()})
                    held += TIMES * batch
            for what in ("all", "one batch more", "one batch more"):
                began = time.process_time()
                publication = publish(lake)
                seconds = round(time.process_time() - began, 2)
                say({f"publish {what}": seconds, "partitions": len(publication.changed), **memory()})
                more = run_of()
                with lake.running(more), lake.one_thread():
                    commit(lake, more, chance, template, batch, 0.999)
    finally:
        staging.signature_table = real


def commit(
    lake: Lake, run: Run, chance: np.random.Generator, template: dict[str, pa.Table], rows: int, place: float
) -> tuple[float, float]:
    """Commit a batch of new articles; CPU and wall seconds of that."""
    made = random_batch(chance, template, rows, place, run.run_id)
    staged = stage(lake.root, f"b-{time.monotonic_ns()}", made, fsync=False)
    del made
    wall, cpu = time.monotonic(), time.process_time()
    counts = lake.commit([staged], run)
    spent = time.process_time() - cpu, time.monotonic() - wall
    give_back_memory()
    if counts.articles_new != rows:
        raise AssertionError(counts)
    return spent


def memory() -> dict[str, float]:
    """Resident megabytes of this process: its own, and of files that it has mapped."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    found = {line.split(":")[0]: int(line.split()[1]) // 1024 for line in lines[1:]}
    return {"own_mb": found["Pss_Anon"], "mapped_mb": found["Pss_File"]}


def random_signatures(chance: np.random.Generator, articles: pa.Table) -> pa.Table:
    """Signatures that resemble no other."""
    matrix = chance.integers(0, 1 << 16, (articles.num_rows, WIDTH), dtype=np.uint16)
    matrix[:, PERMUTATIONS] = 200
    packed = pa.array([row.tobytes() for row in matrix], pa.binary())
    return pa.table({"article_id": articles.column("article_id"), "signature": packed})


def random_batch(
    chance: np.random.Generator, template: dict[str, pa.Table], rows: int, place: float, run_id: str
) -> dict[str, pa.Table]:
    """Articles of one month or its neighbour, `place` in the year, with eight figures and ten mentions each."""
    ids = [f"{value:016x}" for value in chance.integers(0, 1 << 63, rows, dtype=np.int64)]
    first = date(2020, 1, 1) + timedelta(days=int(365 * place))
    days = [first + timedelta(days=int(shift)) for shift in chance.integers(0, 4, rows)]
    made = {}
    for name, each in (("articles", 1), ("figures", 8), ("mentions", 10)):
        owners = [one for one in ids for _ in range(each)]
        table = template[name].take(pa.array([0] * len(owners)))
        columns = {
            "article_id": pa.array(owners),
            "run_id": pa.array([run_id] * len(owners)),
            "published": pa.array([day for day in days for _ in range(each)], pa.date32()),
        }
        if name == "articles":
            columns["document_id"] = pa.array([one[::-1] for one in ids])
        else:
            keys = chance.integers(0, 1 << 63, len(owners), dtype=np.int64)
            columns[f"{name[:-1]}_id"] = pa.array([f"{value:016x}" for value in keys])
        for column, values in columns.items():
            place = table.schema.get_field_index(column)
            table = table.set_column(place, table.schema.field(place), values)
        made[name] = table
    return made


if __name__ == "__main__":
    main()
