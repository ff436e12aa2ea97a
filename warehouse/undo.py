"""Undo a run: take out what it wrote, and put back what it closed.

Undoing an ingest or a replay removes its articles with all that came from them and makes the revisions before
current again; undoing a re-extraction brings the figures and mentions of the rules before back. Where a later run
built on the rows (a newer revision), that run has to be undone first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from warehouse.duplicates import day_number, unpack
from warehouse.errors import Conflict, LakeFailure, WarehouseError
from warehouse.index import Entry, key_of
from warehouse.lake import Change, Lake, month_of
from warehouse.runs import Run
from warehouse.tables import VERSIONED

UNDOABLE = ("ingest", "replay", "reextract")


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What an undo did."""

    run_id: str
    articles_removed: int
    articles_reopened: int
    figures_removed: int
    figures_reopened: int


def undo(lake: Lake, run_id: str, run: Run) -> Undone:
    """Take back the run `run_id`; `run` is the one that does it. Conflict says what stands in the way."""
    found = lake.sql("SELECT kind, state FROM lake.runs WHERE run_id = ?", [run_id]).fetchone()
    if found is None:
        raise WarehouseError(f"no run {run_id!r}: see newstally status")
    kind, state = found
    if kind not in UNDOABLE:
        raise Conflict(f"run {run_id} is a {kind}: only {', '.join(UNDOABLE)} can be undone")
    if state == "undone":
        raise Conflict(f"run {run_id} is undone already")

    def body(now: datetime) -> tuple[Undone, Change]:
        change = Change(kind="undo", run_id=run.run_id)
        step = undo_reextract if kind == "reextract" else undo_ingest
        undone = step(lake, run_id, change)
        lake.sql("UPDATE lake.runs SET state = 'undone' WHERE run_id = ?", [run_id])
        return undone, change

    return lake.transact(f"undo {run_id}", body)


def undo_ingest(lake: Lake, run_id: str, change: Change) -> Undone:
    """Inside a transaction: remove the articles of the run, reopen the revisions that it closed."""
    later = lake.sql(
        "SELECT DISTINCT closed_by FROM lake.articles_history WHERE run_id = $run AND closed_by <> $run ORDER BY ALL",
        {"run": run_id},
    ).fetchall()
    if later:
        names = ", ".join(row[0] for row in later)
        raise Conflict(f"run {run_id}: later revisions stand on its articles: undo {names} first")
    own = {"run": run_id}
    ids = [
        row[0]
        for row in lake.sql(
            "SELECT article_id FROM lake.articles WHERE run_id = $run "
            "UNION SELECT article_id FROM lake.articles_history WHERE run_id = $run ORDER BY ALL",
            own,
        ).fetchall()
    ]
    figures = counted(
        lake,
        "SELECT count(*) FROM lake.figures SEMI JOIN (SELECT unnest(?::VARCHAR[]) AS article_id) USING (article_id)",
        [ids],
    )
    back = reopened_entries(lake, run_id)
    gone = {key_of(one) for one in ids}
    lake.remove_articles(ids, change)
    placement = lake.index.place(back, gone)
    figures_back = 0
    for table in VERSIONED:
        # of a reopened article, only what the revision closed; what a re-extraction closed stays history
        count = lake.reopen_rows(table, "closed_by = $run", own, change)
        figures_back += count if table == "figures" else 0
    stories = {**placement.changes, **placement.stories}
    lake.set_stories(stories, change)
    change.new += [
        Entry(
            key=one.key, document=one.document, published=one.published, revision=one.revision, current=True,
            story=placement.stories.get(one.key, one.story), signature=one.signature,
        )
        for one in back
    ]  # fmt: skip
    change.exposed += [*placement.exposed, *(one.key for one in back)]
    lake.sql("DELETE FROM lake.quarantine WHERE run_id = $run AND tries = 1 AND state = 'open'", own)
    lake.sql("UPDATE lake.quarantine SET state = 'open' WHERE run_id = $run AND state = 'replayed'", own)
    return Undone(
        run_id=run_id,
        articles_removed=len(ids),
        articles_reopened=len(back),
        figures_removed=figures,
        figures_reopened=figures_back,
    )


def reopened_entries(lake: Lake, run_id: str) -> list[Entry]:
    """Articles that the run closed and did not itself bring."""
    rows = lake.sql(
        "SELECT a.article_id, a.document_id, a.published, a.revision, s.signature FROM lake.articles_history AS a "
        "JOIN lake.signatures AS s USING (article_id) WHERE a.closed_by = $run AND a.run_id <> $run "
        "ORDER BY a.article_id",
        {"run": run_id},
    ).fetchall()
    signatures: Any = unpack([row[4] for row in rows]) if rows else []
    return [
        Entry(
            key=key_of(row[0]), document=key_of(row[1]), published=day_number(row[2]), revision=row[3], current=True,
            story=key_of(row[0]), signature=signatures[place],
        )
        for place, row in enumerate(rows)
    ]  # fmt: skip


def undo_reextract(lake: Lake, run_id: str, change: Change) -> Undone:
    """Inside a transaction: the rows of the rules before, for the articles that are still current."""
    own = {"run": run_id}
    before = version_before(lake, run_id)
    try:
        lake.sql(
            "CREATE OR REPLACE TEMP TABLE _before AS SELECT article_id, extractor_version, rules_hash "
            f"FROM lake.articles AT (VERSION => {before})"
        )
    except LakeFailure:
        raise Conflict(
            f"run {run_id}: the lake no longer keeps the version before it (setting retention_days): "
            "run newstally reextract with the rules you want"
        ) from None
    figures = counted(lake, "SELECT count(*) FROM lake.figures WHERE run_id = ?", [run_id])
    figures_back = 0
    for table in ("figures", "mentions"):
        days = lake.sql(f"SELECT DISTINCT published FROM lake.{table} WHERE run_id = $run", own).fetchall()
        change.touch([table], months(days))
        lake.sql(f"DELETE FROM lake.{table} WHERE run_id = $run", own)
        still = "closed_by = $run AND article_id IN (SELECT article_id FROM lake.articles)"
        count = lake.reopen_rows(table, still, own, change)
        figures_back += count if table == "figures" else 0
    days = lake.sql(
        "SELECT DISTINCT published FROM lake.articles JOIN _before AS b USING (article_id) "
        "WHERE b.rules_hash <> articles.rules_hash OR b.extractor_version <> articles.extractor_version"
    ).fetchall()
    change.touch(["articles"], months(days))
    lake.sql(
        "UPDATE lake.articles SET extractor_version = b.extractor_version, rules_hash = b.rules_hash "
        "FROM _before AS b WHERE b.article_id = articles.article_id "
        "AND (b.rules_hash <> articles.rules_hash OR b.extractor_version <> articles.extractor_version)"
    )
    lake.sql("DROP TABLE _before")
    return Undone(
        run_id=run_id, articles_removed=0, articles_reopened=0, figures_removed=figures, figures_reopened=figures_back
    )


def version_before(lake: Lake, run_id: str) -> int:
    """The snapshot before the first commit of a run."""
    row = lake.sql(
        "SELECT min(snapshot_id) FROM __ducklake_metadata_lake.ducklake_snapshot_changes "
        "WHERE json_extract_string(commit_extra_info, '$.run_id') = ?",
        [run_id],
    ).fetchone()
    return -1 if row is None or row[0] is None else int(row[0]) - 1


def months(rows: list[tuple[Any, ...]]) -> list[str]:
    """Partitions of a list of dates."""
    return [month_of(row[0]) for row in rows]


def counted(lake: Lake, sql: str, values: list[Any]) -> int:
    """A number that a query gives."""
    row = lake.sql(sql, values).fetchone()
    return int(row[0]) if row else 0
