"""The lake's own tables: the contracts' tables as they are now, their history, and what the lake must remember.

A row of `articles`, `figures` and `mentions` is current; what a revision, a new extractor or an undo closes moves
to `…_history`, with the time and the run that closed it. So readers of the current tables need no filter,
and their Parquet files hold no superseded row.

>>> "closed_by VARCHAR NOT NULL" in create_statement("figures_history")
True
"""

from __future__ import annotations

from collections.abc import Iterable

from schemas.contracts import TABLES, load_contract
from warehouse.storage import identifier

DUCKDB_TYPES = {
    "string": "VARCHAR",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "double": "DOUBLE",
    "bool": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
    "binary": "BLOB",
    "list<string>": "VARCHAR[]",
    "list<variant>": "STRUCT(variant VARCHAR, mentions BIGINT)[]",
}

VERSIONED = ("articles", "figures", "mentions")
"""Tables whose rows have a history; each is partitioned by the month of `published`."""

HISTORIES = tuple(f"{name}_history" for name in VERSIONED)

PARTITIONED = VERSIONED + HISTORIES

NO_MONTH = "none"
"""Month of the articles whose publication date is unknown."""

LISTS = tuple(name for name in TABLES if name not in (*VERSIONED, "runs", "quarantine"))
"""Small tables that the code brings along (measures, profiles): replaced as a whole."""

OWN = {
    "signatures": "article_id VARCHAR NOT NULL, signature BLOB NOT NULL",
    "forgotten": (
        "document_id VARCHAR NOT NULL, article_id VARCHAR NOT NULL, "
        "forgotten_at TIMESTAMP WITH TIME ZONE NOT NULL, run_id VARCHAR NOT NULL"
    ),
}
"""Tables that are never published."""

ALL = (*TABLES, *HISTORIES, *OWN)

SORTED_BY = {
    "articles": "published, article_id",
    "articles_history": "published, article_id, valid_to",
    "figures": "date_start NULLS LAST, country NULLS LAST, article_id, quote_start, figure_id",
    "figures_history": "date_start NULLS LAST, country NULLS LAST, article_id, quote_start, figure_id, valid_to",
    "mentions": "published, country NULLS LAST, article_id, quote_start, mention_id",
    "mentions_history": "published, country NULLS LAST, article_id, quote_start, mention_id, valid_to",
    "runs": "started_at, run_id",
    "quarantine": "first_seen, quarantine_id",
    "measures": "measure",
    "profiles": "profile, value_text",
}
"""Order of the rows in published files: total, so that the same rows give the same file."""


def columns_of(table: str) -> list[tuple[str, str]]:
    """Name and SQL definition of each column."""
    if table in OWN:
        return [(part.split()[0], part.split(maxsplit=1)[1]) for part in OWN[table].split(", ")]
    base = table.removesuffix("_history")
    columns = []
    for column in load_contract(base).columns:
        closed = table == "articles_history" and column.name == "valid_to"
        optional = column.nullable and not closed
        columns.append((column.name, DUCKDB_TYPES[column.type] + ("" if optional else " NOT NULL")))
    if table in HISTORIES:
        names = [name for name, _ in columns]
        if "valid_to" not in names:
            columns.append(("valid_to", "TIMESTAMP WITH TIME ZONE NOT NULL"))
        columns.append(("closed_by", "VARCHAR NOT NULL"))
    return columns


def names_of(table: str) -> list[str]:
    """Column names in order."""
    return [name for name, _ in columns_of(table)]


def listing(names: Iterable[str], prefix: str = "") -> str:
    """Column names as SQL, each after the prefix ("a.")."""
    return ", ".join(prefix + identifier(name) for name in names)


def create_statement(table: str) -> str:
    """CREATE TABLE for the attached lake."""
    columns = ", ".join(
        f"{identifier(name) if not name.isidentifier() else name} {definition}"
        for name, definition in columns_of(table)
    )
    return f"CREATE TABLE IF NOT EXISTS lake.{table} ({columns})"


def partition_statement(table: str) -> str:
    """Partition by transforms of `published`: folders year=…/month=… that pandas and BI tools read."""
    return f"ALTER TABLE lake.{table} SET PARTITIONED BY (year(published), month(published))"


def hive_folder(month: str) -> str:
    """Folder names that BI tools prune by, and the lake's own.

    >>> hive_folder("2020-08")
    'year=2020/month=8'
    """
    if month == NO_MONTH:
        return "year=0/month=0"  # pandas cannot read the customary __HIVE_DEFAULT_PARTITION__
    year, number = map(int, month.split("-"))
    return f"year={year}/month={number}"
