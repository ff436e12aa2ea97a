"""Revisions of a document, and the figures that each of them closed and opened.

Newsrooms change tolls after publication; `revisions(lake, "https://example.org/news/1")` shows when and how.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from warehouse.catalog import HISTORY_SQL
from warehouse.errors import WarehouseError
from warehouse.lake import Lake
from warehouse.tables import listing, names_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisions:
    """One document over time."""

    document_id: str
    revisions: list[dict[str, Any]]  # oldest first, without their texts
    changes: pa.Table  # rows of figure_changes


def revisions(lake: Lake, identity: str) -> list[Revisions]:
    """Documents that the identity names: document_id, article_id, URL, external id or path."""
    found = lake.sql(
        " UNION ".join(
            f"SELECT document_id FROM lake.{table} WHERE $it IN (document_id, article_id) "
            "OR url = $it OR external_id = $it OR path = $it"
            for table in ("articles", "articles_history")
        )
        + " ORDER BY ALL",
        {"it": identity},
    ).fetchall()
    if not found:
        raise WarehouseError(f"no document {identity!r}: give its URL, id, path, document_id or article_id")
    return [one_document(lake, row[0]) for row in found]


def one_document(lake: Lake, document_id: str) -> Revisions:
    """The revisions of one document and the changes of its figures."""
    columns = listing(
        [
            "article_id",
            "revision",
            "valid_from",
            "valid_to",
            "published",
            "title",
            "url",
            "path",
            "text_length",
            "run_id",
        ]
    )
    rows = lake.arrow(
        " UNION ALL BY NAME ".join(
            f"SELECT {columns} FROM lake.{table} WHERE document_id = $document"
            for table in ("articles", "articles_history")
        )
        + " ORDER BY revision, valid_to NULLS LAST",
        {"document": document_id},
    ).to_pylist()
    ids = [row["article_id"] for row in rows]
    return Revisions(document_id=document_id, revisions=rows, changes=figure_changes(lake, document_id, ids))


def figure_changes(lake: Lake, document_id: str, ids: list[str]) -> pa.Table:
    """Rows of the view figure_changes for one document, over the lake as it is now."""
    sql = (HISTORY_SQL / "figure_changes.sql").read_text(encoding="utf-8").rstrip().rstrip(";")
    with lake.guard:
        for table in ("articles", "articles_history", "figures", "figures_history"):
            key = "document_id" if table.startswith("articles") else "article_id"
            lake.con.register("_ids", pa.table({"one": pa.array([document_id, *ids])}))
            lake.sql(
                f"CREATE OR REPLACE TEMP TABLE _{table} AS SELECT {listing(names_of(table))} FROM lake.{table} "
                f"WHERE {key} IN (SELECT one FROM _ids)"
            )
            lake.con.unregister("_ids")
        heads = ", ".join(
            f"{table} AS (FROM temp._{table})"
            for table in ("articles", "articles_history", "figures", "figures_history")
        )
        body = sql[sql.index("with revisions as") :].replace("with revisions as", f"WITH {heads}, revisions as", 1)
        changes = lake.arrow(f"SELECT * FROM ({body}) ORDER BY revision, change, quote_start")
        for table in ("articles", "articles_history", "figures", "figures_history"):
            lake.sql(f"DROP TABLE temp._{table}")
    return changes
