"""What two extractor versions make of the same articles: figures gained, lost and changed, with their sentences.

A version is an `extractor_version`, a `rules_hash` (or its beginning), or the id of a run. Figures are the same when
they are of one article and one span; compared are the articles that both versions read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from schemas.contracts import load_contract
from warehouse.errors import WarehouseError
from warehouse.lake import Lake
from warehouse.storage import identifier
from warehouse.tables import listing

NOT_COMPARED = {
    "figure_id", "article_id", "published", "quote", "quote_start", "quote_end", "sentence", "sentence_start",
    "sentence_end", "rules", "extractor_version", "rules_hash", "run_id",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionDiff:
    """The differences, one row each, and their number by measure."""

    rows: pa.Table  # change, measure, article_id, quote, sentence, columns, before, after
    by_measure: Mapping[str, Mapping[str, int]]  # measure -> gained, lost, changed, same
    articles: int


def diff(lake: Lake, before: str, after: str) -> VersionDiff:
    """Compare two versions; WarehouseError for one that made no row of this lake."""
    with lake.guard:
        for name, version in (("_before", before), ("_after", after)):
            select_version(lake, name, version)
        lake.sql(
            "CREATE OR REPLACE TEMP TABLE _both AS SELECT article_id FROM _before_read "
            "INTERSECT SELECT article_id FROM _after_read"
        )
        compared = [name for name in load_contract("figures").names if name not in NOT_COMPARED]
        same = " AND ".join(f"b.{identifier(name)} IS NOT DISTINCT FROM a.{identifier(name)}" for name in compared)
        lake.sql(
            "CREATE OR REPLACE TEMP TABLE _compared AS "
            "SELECT CASE WHEN b.article_id IS NULL THEN 'gained' WHEN a.article_id IS NULL THEN 'lost' "
            f"WHEN {same} THEN 'same' ELSE 'changed' END AS change, "
            "coalesce(a.measure, b.measure) AS measure, coalesce(a.article_id, b.article_id) AS article_id, "
            "coalesce(a.quote_start, b.quote_start) AS quote_start, coalesce(a.quote, b.quote) AS quote, "
            "coalesce(a.sentence, b.sentence) AS sentence, "
            f"list_filter([{', '.join(difference(name) for name in compared)}], x -> x IS NOT NULL) AS columns, "
            f"CASE WHEN b.article_id IS NOT NULL THEN to_json({{{pairs(compared, 'b')}}}) END AS before, "
            f"CASE WHEN a.article_id IS NOT NULL THEN to_json({{{pairs(compared, 'a')}}}) END AS after "
            "FROM (SELECT * FROM _before SEMI JOIN _both USING (article_id)) AS b "
            "FULL JOIN (SELECT * FROM _after SEMI JOIN _both USING (article_id)) AS a "
            "ON a.article_id = b.article_id AND a.quote_start = b.quote_start AND a.quote_end = b.quote_end"
        )
        rows = lake.arrow(
            "SELECT change, measure, article_id, quote, sentence, "
            "CASE WHEN change = 'changed' THEN columns ELSE [] END AS columns, before, after "
            "FROM _compared WHERE change <> 'same' ORDER BY measure, change, article_id, quote_start"
        )
        tally: dict[str, dict[str, int]] = {}
        for measure, change, count in lake.sql(
            "SELECT measure, change, count(*) FROM _compared GROUP BY ALL ORDER BY ALL"
        ).fetchall():
            tally.setdefault(measure, dict.fromkeys(("gained", "lost", "changed", "same"), 0))[change] = count
        articles = lake.sql("SELECT count(*) FROM _both").fetchone()
        for name in ("_before", "_before_read", "_after", "_after_read", "_both", "_compared"):
            lake.sql(f"DROP TABLE {name}")
        return VersionDiff(rows=rows, by_measure=tally, articles=int(articles[0]) if articles else 0)


def select_version(lake: Lake, name: str, version: str) -> None:
    """Tables of the version's figures (`name`) and of the articles that it read (`name`_read)."""
    columns = listing(load_contract("figures").names)
    made = "(extractor_version = $version OR starts_with(rules_hash, $version) OR run_id = $version)"
    values = {"version": version}
    # of several extractions of one article under the same version, the last
    lake.sql(
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {columns} FROM ("
        f"SELECT {columns}, TIMESTAMPTZ '9999-12-31' AS valid_to FROM lake.figures WHERE {made} "
        f"UNION ALL SELECT {columns}, valid_to FROM lake.figures_history WHERE {made}) "
        "QUALIFY rank() OVER (PARTITION BY article_id ORDER BY valid_to DESC) = 1 "
        "AND row_number() OVER (PARTITION BY article_id, quote_start, quote_end ORDER BY valid_to DESC, figure_id) = 1",
        values,
    )
    tables = ("figures", "mentions", "figures_history", "mentions_history", "articles", "articles_history")
    lake.sql(
        f"CREATE OR REPLACE TEMP TABLE {name}_read AS "
        + " UNION ".join(f"SELECT article_id FROM lake.{table} WHERE {made}" for table in tables),
        values,
    )
    found = lake.sql(f"SELECT count(*) FROM {name}_read").fetchone()
    if not found or not found[0]:
        raise WarehouseError(f"no row of this lake was made by {version!r}: newstally diff lists the versions")


def versions(lake: Lake) -> list[dict[str, object]]:
    """Every (extractor_version, rules_hash) that made figures, with the number that is current and closed."""
    found: list[dict[str, object]] = lake.arrow(
        "SELECT extractor_version, rules_hash, sum(current) AS figures_current, sum(closed) AS figures_closed FROM ("
        "SELECT extractor_version, rules_hash, 1 AS current, 0 AS closed FROM lake.figures UNION ALL "
        "SELECT extractor_version, rules_hash, 0, 1 FROM lake.figures_history) GROUP BY ALL ORDER BY ALL"
    ).to_pylist()
    return found


def difference(name: str) -> str:
    """SQL: the column's name where the two sides differ."""
    return f"CASE WHEN b.{identifier(name)} IS DISTINCT FROM a.{identifier(name)} THEN '{name}' END"


def pairs(names: list[str], side: str) -> str:
    """SQL: fields of a struct of one side."""
    return ", ".join(f"{identifier(name)}: {side}.{identifier(name)}" for name in names)
