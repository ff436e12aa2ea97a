"""What one more batch costs while the lake grows: rows and signatures made at random, so that only the lake works.

    python -m tests.stress.growth --articles 1000000 --batch 5000

Prints CPU seconds a commit at each size, and what publishing one more batch costs at the end.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from tests.lakes import docs, run_of, tables
from warehouse import staging
from warehouse.duplicates import PERMUTATIONS, WIDTH
from warehouse.lake import Lake
from warehouse.publish import publish
from warehouse.staging import stage
from warehouse.storage import LakeSettings

MONTHS = 12


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="cost of a batch while the lake grows")
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--batch", type=int, default=5000)
    parser.add_argument("--folder", type=Path, default=None)
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="newstally-growth-"))
    for line in grow(folder, options.articles, options.batch)[-2:]:
        print(json.dumps(line), flush=True)
    if options.folder is None:
        shutil.rmtree(folder, ignore_errors=True)


def grow(folder: Path, articles: int, batch: int) -> list[dict[str, float]]:
    """Commit batches until the lake has so many articles; one line of measurements every tenth."""
    chance = np.random.default_rng(1)
    template = tables(docs(1, months=1))
    real = staging.signature_table
    staging.signature_table = lambda table: random_signatures(chance, table)  # type: ignore[assignment]
    lines = []
    try:
        with Lake.create_or_open(folder, LakeSettings(fsync=False)) as lake:
            run = run_of()
            costs: list[float] = []
            walls: list[float] = []
            total = articles // batch
            with lake.running(run), lake.one_thread():  # as ingest commits
                for number in range(total):
                    made = random_batch(chance, template, batch, number, total)
                    staged = stage(folder, f"b{number}", made, fsync=False)
                    wall, cpu = time.monotonic(), time.process_time()
                    counts = lake.commit([staged], run)
                    costs.append(time.process_time() - cpu)
                    walls.append(time.monotonic() - wall)
                    if counts.articles_new != batch:
                        raise AssertionError(counts)
                    if (number + 1) % max(total // 20, 1) == 0 or number == 1:
                        recent = costs[-max(total // 20, 1) :]
                        lines.append(
                            {
                                "articles": (number + 1) * batch,
                                "cpu_seconds_per_commit": round(sum(recent) / len(recent), 3),
                                "median": round(float(np.median(recent)), 3),
                                "wall": round(float(np.median(walls[-len(recent) :])), 3),
                                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                            }
                        )
                        print(json.dumps(lines[-1]), flush=True)
            for what in ("first", "again"):
                cpu = time.process_time()
                publication = publish(lake)
                lines.append(
                    {
                        "publish": what,
                        "cpu_seconds": round(time.process_time() - cpu, 2),
                        "version": publication.version,
                    }
                )  # type: ignore[dict-item]
                made = random_batch(chance, template, batch, total, total)
                staged = stage(folder, f"b-{what}", made, fsync=False)
                more = run_of()
                with lake.running(more):
                    lake.commit([staged], more)
    finally:
        staging.signature_table = real
    return lines


def random_signatures(chance: np.random.Generator, articles: pa.Table) -> pa.Table:
    """Signatures that resemble no other."""
    matrix = chance.integers(0, 1 << 16, (articles.num_rows, WIDTH), dtype=np.uint16)
    matrix[:, PERMUTATIONS] = 200
    packed = pa.array([row.tobytes() for row in matrix], pa.binary())
    return pa.table({"article_id": articles.column("article_id"), "signature": packed})


def random_batch(
    chance: np.random.Generator, template: dict[str, pa.Table], rows: int, number: int, total: int
) -> dict[str, pa.Table]:
    """Articles of one month or its neighbour, with eight figures and ten mentions each."""
    ids = [f"{value:016x}" for value in chance.integers(0, 1 << 63, rows, dtype=np.int64)]
    first = date(2020, 1, 1) + timedelta(days=int(365 * number / total))
    days = [first + timedelta(days=int(shift)) for shift in chance.integers(0, 4, rows)]
    made = {}
    for name, each in (("articles", 1), ("figures", 8), ("mentions", 10)):
        owners = [one for one in ids for _ in range(each)]
        table = template[name].take(pa.array([0] * len(owners)))
        columns = {
            "article_id": pa.array(owners),
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
