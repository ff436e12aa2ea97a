"""New rules over all stored articles, without the raw files: staged range by range, then switched in one step.

A run that is stopped goes on where it was: ranges that are staged are not made again. Readers see the old rows until
the switch, and what is published until the next publication.
"""

from __future__ import annotations

import json
import shutil
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.batches import prepare_worker
from flows.collector import collector_paused
from flows.pool import Pool, opened_pool
from flows.progress import progress
from flows.settings import Settings
from schemas.arrow import arrow_schema
from schemas.contracts import load_contract
from transforms.values import Article, Cut, Extraction
from transforms.version import extractor_version, rules_hash
from warehouse.lake import ArticleBatch, Lake
from warehouse.reextract import REPLACED, Switched, pending_batches, stage_rows, staged_batches, switch
from warehouse.runs import new_run

IN_FLIGHT = 3
"""Ranges that wait or run for each worker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reextracted:
    """What a re-extraction did."""

    run_id: str
    rules_hash: str
    switched: Switched
    ranges: int
    resumed: int  # ranges that an earlier run had staged
    left: tuple[str, ...]  # articles that the extractor failed on: they keep their old rows
    seconds: float


def reextract(lake: Lake, settings: Settings) -> Reextracted:
    """Extract every article that other rules made, then switch all of them over at once."""
    began = time.monotonic()
    rules = rules_hash(settings.tagger)
    run = new_run("reextract", [f"rules {rules}"], extractor_version(settings.tagger), rules)
    pending = pending_batches(lake, rules, settings.batch_documents)
    resumed = len(staged_batches(lake, rules))
    left: list[str] = []
    with lake.running(run):
        total = sum(batch.rows for batch in pending)
        with (
            spool_folder(lake, run.run_id) as folder,
            progress("reextract", total=total, unit="articles", style=settings.progress) as meter,
            opened_pool(settings, prepare_worker) as pool,
        ):
            waiting: deque[tuple[ArticleBatch, Future[list[str]]]] = deque()
            for batch in pending:
                waiting.append((batch, begin(pool, lake, batch, folder, settings.tagger)))
                if len(waiting) >= IN_FLIGHT * settings.worker_count:
                    done, future = waiting.popleft()
                    left += future.result()
                    meter.advance(done.rows)
            while waiting:
                done, future = waiting.popleft()
                left += future.result()
                meter.advance(done.rows)
        switched = switch(lake, staged_batches(lake, rules), run)
    return Reextracted(
        run_id=run.run_id,
        rules_hash=rules,
        switched=switched,
        ranges=len(pending),
        resumed=resumed,
        left=tuple(left),
        seconds=time.monotonic() - began,
    )


def begin(pool: Pool | None, lake: Lake, batch: ArticleBatch, folder: Path, tagger: str) -> Future[list[str]]:
    """Hand a range to a worker by a file; without a pool it is done here."""
    path = folder / f"{batch.batch_id}.parquet"
    pq.write_table(lake.read_articles(batch), path, compression="zstd", compression_level=1)
    if pool is not None:
        return pool.submit(extract_range, str(lake.root), batch, str(path), tagger)
    future: Future[list[str]] = Future()
    future.set_result(extract_range(str(lake.root), batch, str(path), tagger))
    return future


def extract_range(lake_root: str, batch: ArticleBatch, path: str, tagger: str = "builtin") -> list[str]:
    """Stage the new rows of a range; returns the articles that the extractor failed on."""
    from transforms.rows import article_rows

    articles = pq.read_table(path)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in REPLACED}
    done: list[bool] = []
    with collector_paused():
        stored = [stored_article(row) for row in articles.to_pylist()]
        for article, extraction in zip(stored, extractions(stored, tagger), strict=True):
            done.append(extraction is not None)
            if extraction is not None:
                made = article_rows(article, extraction, "staged", tagger)
                for name in REPLACED:
                    rows[name] += made[name]
        tables = {
            name: pa.Table.from_pylist(found, schema=arrow_schema(load_contract(name))) for name, found in rows.items()
        }
    stage_rows(lake_root, batch, articles.filter(pa.array(done, pa.bool_())), tables)
    Path(path).unlink(missing_ok=True)
    return [article.article_id for article, fine in zip(stored, done, strict=True) if not fine]


def extractions(articles: Sequence[Article], tagger: str) -> list[Extraction | None]:
    """What each article says; None for one that the extractor fails on."""
    from transforms.extract import extract_all

    try:
        return list(extract_all(list(articles), tagger=tagger))
    except Exception:
        if len(articles) == 1:
            return [None]
        middle = len(articles) // 2
        return extractions(articles[:middle], tagger) + extractions(articles[middle:], tagger)


def stored_article(row: dict[str, Any]) -> Article:
    """An article as its row tells it."""
    return Article(
        article_id=row["article_id"],
        document_id=row["document_id"],
        text=row["text"],
        title=row["title"],
        published=row["published"],
        authors=tuple(row["authors"]),
        outlet=row["outlet"],
        url=row["url"],
        language=row["language"],
        external_id=row["external_id"],
        path=row["path"],
        evidence=json.loads(row["evidence"]),
        cuts=tuple(Cut(**cut) for cut in json.loads(row["cuts"])),
    )


@contextmanager
def spool_folder(lake: Lake, run_id: str) -> Iterator[Path]:
    """Where ranges wait for their worker."""
    folder = lake.layout.staging / f".spool-{run_id}"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
