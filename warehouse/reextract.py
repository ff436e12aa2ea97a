"""New rules, same articles: the rows of a newer extractor replace the old ones in one step.

Workers stage figures and mentions of ranges of articles (`Lake.article_batches`, `stage_rows`), as long as it takes and
in as many runs as it takes: a range that is staged is not made again. Readers see the rows of the old rules until
`switch`, which is one transaction. Articles that came or changed meanwhile keep the rules that made them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from warehouse.catalog import glob_safe
from warehouse.lake import ArticleBatch, Change, Lake, month_of
from warehouse.runs import CommitCounts, Run
from warehouse.staging import PROCESSED, StagedBatch, drop_staged, find_staged, list_staged, stage
from warehouse.storage import literal
from warehouse.tables import listing, names_of

REPLACED = ("figures", "mentions")
"""Tables that an extractor makes."""


FOLDER = "regexp_replace(filename, '/[^/]*$', '')"
"""SQL: the batch that a row was read from. A range is staged twice where articles were added to it between two runs:
then its older articles have rows in both, and one of them counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switched:
    """What a switch did."""

    articles: int
    figures_closed: int
    figures_opened: int
    mentions_closed: int
    mentions_opened: int


def pending_batches(lake: Lake, rules_hash: str, batch: int = 2000) -> list[ArticleBatch]:
    """Ranges of articles that other rules made and nobody has staged yet."""
    return [one for one in lake.article_batches(batch, rules_hash) if find_staged(lake.root, one.batch_id) is None]


def stage_rows(
    lake_root: Path | str, batch: ArticleBatch, articles: pa.Table, rows: Mapping[str, pa.Table]
) -> StagedBatch:
    """Stage the new figures and mentions of a range; `articles` tells which were read, rows or not."""
    processed = pa.table({"article_id": articles.column("article_id").cast(pa.string())})
    return stage(lake_root, batch.batch_id, {**rows, PROCESSED: processed})


def staged_batches(lake: Lake, rules_hash: str) -> list[StagedBatch]:
    """What is staged for these rules."""
    return [one for one in list_staged(lake.root) if one.batch_id.startswith(f"reextract-{rules_hash}-")]


def switch(lake: Lake, staged: Sequence[StagedBatch], run: Run) -> Switched:
    """Replace the rows of all staged articles in one transaction."""
    if not staged:
        return Switched(articles=0, figures_closed=0, figures_opened=0, mentions_closed=0, mentions_opened=0)

    def body(now: datetime) -> tuple[Switched, Change]:
        change = Change(kind="reextract", run_id=run.run_id)
        processed = file_list(staged, PROCESSED)
        lake.sql(
            "CREATE OR REPLACE TEMP TABLE _processed AS "
            f"SELECT article_id, max({FOLDER}) AS home FROM read_parquet({processed}, filename = true) "
            "SEMI JOIN (SELECT article_id FROM lake.articles "
            "WHERE rules_hash <> $hash OR extractor_version <> $version) "
            "USING (article_id) GROUP BY article_id",
            {"hash": run.rules_hash, "version": run.extractor_version},
        )
        days = lake.sql(
            "SELECT DISTINCT published FROM lake.articles SEMI JOIN _processed USING (article_id)"
        ).fetchall()
        months = [month_of(row[0]) for row in days]
        counts: dict[str, int] = {}
        for table in REPLACED:
            counts |= replace_rows(lake, table, staged, run, now)
        change.touch([*REPLACED, "articles"], months)
        change.touch([f"{table}_history" for table in REPLACED], months, only_added=True)
        row = lake.sql(
            "UPDATE lake.articles SET extractor_version = $version, rules_hash = $hash "
            "WHERE article_id IN (SELECT article_id FROM _processed)",
            {"hash": run.rules_hash, "version": run.extractor_version},
        ).fetchone()
        lake.sql("DROP TABLE _processed")
        lake.write_run(
            run,
            CommitCounts(figures_new=counts["figures_opened"], mentions_new=counts["mentions_opened"]),
        )
        return Switched(articles=int(row[0]) if row else 0, **counts), change

    switched = lake.transact(f"reextract {run.run_id}", body)
    drop_staged(staged)
    return switched


def replace_rows(lake: Lake, table: str, staged: Sequence[StagedBatch], run: Run, now: datetime) -> dict[str, int]:
    """Inside a transaction: close the rows of processed articles and insert the staged ones."""
    names = names_of(table)
    condition = "article_id IN (SELECT article_id FROM _processed)"
    closed = lake.sql(
        f"INSERT INTO lake.{table}_history ({listing([*names, 'valid_to', 'closed_by'])}) "
        f"SELECT {listing(names)}, $now, $run FROM lake.{table} WHERE {condition}",
        {"now": now, "run": run.run_id},
    ).fetchone()
    lake.sql(f"DELETE FROM lake.{table} WHERE {condition}")
    files = file_list([one for one in staged if one.rows.get(table)], table)
    if files == "[]":
        return {f"{table}_closed": int(closed[0]) if closed else 0, f"{table}_opened": 0}
    told = ["$run AS run_id" if name == "run_id" else f'"{name}"' for name in names]
    opened = lake.sql(
        f"INSERT INTO lake.{table} ({listing(names)}) "
        f"SELECT {', '.join(told)} FROM read_parquet({files}, filename = true) "
        f"WHERE (article_id, {FOLDER}) IN (SELECT article_id, home FROM _processed)",
        {"run": run.run_id},
    ).fetchone()
    return {f"{table}_closed": int(closed[0]) if closed else 0, f"{table}_opened": int(opened[0]) if opened else 0}


def file_list(staged: Sequence[StagedBatch], table: str) -> str:
    """The files of one table as a SQL list."""
    paths = [literal(glob_safe(one.folder / f"{table}.parquet")) for one in staged]
    return f"[{', '.join(paths)}]"
