"""Every view against its given and expected rows; tables that a file does not name are empty."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from schemas.arrow import arrow_schema
from schemas.contracts import TABLES, load_contract
from warehouse.views import create_views, view_files

VIEWS = {path.stem: path for path in view_files()}

FILLER: dict[str, Any] = {
    "string": "x",
    "int32": 0,
    "int64": 0,
    "double": 0.0,
    "bool": False,
    "date": date(2020, 1, 1),
    "list<string>": [],
    "list<variant>": [],
    "timestamp": 0,
}
DEFAULTS = {"kind": {"figures": "count"}, "status": {"figures": "asserted"}, "relation": {"figures": "exact"}}
MEASURES = [
    {"measure": name, "means": name, "counts": counts, "cumulative": cumulative, "is_core": counts == "people"}
    for name, counts, cumulative in [
        ("deaths", "people", True),
        ("arrests", "people", False),
        ("protest_size", "people", False),
        ("strike_size", "people", False),
        ("people_other", "people", False),
        ("cost", "other", False),
    ]
]
PROFILES = [
    {"profile": "acled", "value_text": "hundreds", "value": 100.0, "low": 100.0, "high": None, "source": "x"},
]


def filled(table: str, given: dict[str, Any]) -> dict[str, Any]:
    """A whole row from the few fields that an example names."""
    row: dict[str, Any] = {}
    for column in load_contract(table).columns:
        default = DEFAULTS.get(column.name, {}).get(table)
        if column.name in given:
            row[column.name] = given[column.name]
        elif default is not None:
            row[column.name] = default
        else:
            row[column.name] = None if column.nullable else FILLER[column.type]
    if table == "figures" and row["relation"] == "exact" and not {"low", "high"} & set(given):
        row["low"] = row["high"] = row["value"]
    if table == "articles" and "story_id" not in given:
        row["story_id"] = row["article_id"]
    unknown = set(given) - set(row)
    assert not unknown, f"{table} has no {unknown}"
    return row


def database(given: dict[str, list[dict[str, Any]]]) -> duckdb.DuckDBPyConnection:
    """A database in memory with the given rows and every view."""
    connection = duckdb.connect()
    given = {"measures": MEASURES, "profiles": PROFILES, **given}
    for table in TABLES:
        rows = [filled(table, row) for row in given.get(table, [])]
        connection.register("arrow", pa.Table.from_pylist(rows, schema=arrow_schema(load_contract(table))))
        connection.execute(f"CREATE TABLE {table} AS FROM arrow")
        connection.unregister("arrow")
    create_views(connection)
    return connection


def cases() -> list[Any]:
    """The examples of every view: given rows, expected rows; a file may hold several, each under `[[case]]`."""
    found = []
    for name, path in VIEWS.items():
        content = tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))
        for case in [content] if "given" in content else content["case"]:
            found.append(pytest.param(name, case, id=f"{name} {case.get('means', '')}".strip()))
    return found


def given_rows(case: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The rows of a case: what it says of `every` row of a table, and then of each."""
    every = case.get("every", {})
    return {table: [{**every.get(table, {}), **row} for row in rows] for table, rows in case["given"].items()}


@pytest.mark.parametrize(("name", "example"), cases())
def test_view(name: str, example: dict[str, Any]) -> None:
    connection = database(given_rows(example))
    shown = connection.execute(f"SELECT * FROM {name}")
    columns = [column[0] for column in shown.description]
    rows = [dict(zip(columns, row, strict=True)) for row in shown.fetchall()]
    if "together" in example:  # which claims are one event, those left out being none
        groups: dict[str, list[str]] = {}
        for row in rows:
            groups.setdefault(row["fact_id"], []).append(row["figure_id"])
        assert sorted(map(sorted, groups.values())) == example["together"]
        return
    assert len(rows) == len(example["expect"]), rows
    for expected in example["expect"]:
        assert any(all(row[key] == value for key, value in expected.items()) for row in rows), (expected, rows)


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_empty_lake_gives_an_empty_view(name: str) -> None:
    shown = database({}).execute(f"SELECT * FROM {name}")
    assert shown.description
    assert shown.fetchall() == []


@pytest.mark.parametrize("path", list(VIEWS.values()), ids=str)
def test_first_line_says_what_a_row_is(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("-- One row per ")


def test_figures_as_recodes_vague_words_only() -> None:
    figures = [
        {
            "figure_id": "f1",
            "article_id": "a1",
            "value": 200,
            "low": 200,
            "relation": "vague",
            "value_text": "hundreds",
        },
        {"figure_id": "f2", "article_id": "a1", "value": 7, "low": 7, "high": 7, "value_text": "7"},
    ]
    connection = database({"articles": [{"article_id": "a1"}], "figures": figures})
    rows = connection.execute("SELECT figure_id, value, profile FROM figures_as('acled') ORDER BY 1").fetchall()
    assert rows == [("f1", 100.0, "acled"), ("f2", 7.0, "plain")]
    rows = connection.execute("SELECT figure_id, value FROM figures_as('plain') ORDER BY 1").fetchall()
    assert rows == [("f1", 200.0), ("f2", 7.0)]


def test_sums_over_facts_count_nobody_twice() -> None:
    example = tomllib.loads(VIEWS["facts"].with_suffix(".toml").read_text(encoding="utf-8"))
    connection = database(example["given"])
    claimed = connection.execute("SELECT sum(value) FROM deaths").fetchone()
    counted = connection.execute("SELECT sum(recommended) FROM facts WHERE measure = 'deaths'").fetchone()
    assert claimed == (474.0,)
    assert counted == (407.0,)


def test_sums_over_facts_tell_two_events_of_a_day_apart() -> None:
    content = tomllib.loads(VIEWS["fact_links"].with_suffix(".toml").read_text(encoding="utf-8"))
    case = next(case for case in content["case"] if "nearest value" in case["means"])
    connection = database(given_rows(case))
    claimed = connection.execute("SELECT sum(value) FROM deaths").fetchone()
    counted = connection.execute("SELECT count(*), sum(recommended) FROM facts").fetchone()
    assert claimed == (55.0,)
    assert counted == (2, 21.0)  # 15 by one blast, 6 by the other, as last reported


@pytest.mark.parametrize(
    ("value", "size", "bracket"),
    [
        (None, 0, None),
        (1, 1, None),
        (99, 1, "50-99"),
        (100, 2, "100-999"),
        (9999, 3, "5000-10000"),
        (10000, 4, "5000-10000"),
    ],
)
def test_size_classes(value: float | None, size: int, bracket: str | None) -> None:
    row = database({}).execute("SELECT size_class(?), mass_mobilization_bracket(?)", [value, value]).fetchone()
    assert row == (size, bracket)
