"""Contracts, and that all that derives from them is fresh."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest

from schemas.arrow import ARROW_TYPES, SchemaMismatch, arrow_schema, check_arrow
from schemas.contracts import MARTS, TABLES, ContractError, load_contract, read_contract
from schemas.dictionary import DICTIONARY, comment_statements, dictionary_text


@pytest.mark.parametrize("table", (*TABLES, *MARTS))
def test_contract_is_complete(table: str) -> None:
    contract = load_contract(table)
    assert contract.grain.startswith("One row per ")
    assert all(column.means.endswith((".", "…")) or column.means for column in contract.columns)
    assert all(column.type in ARROW_TYPES for column in contract.columns)
    assert not any(contract.column(name).nullable for name in contract.key)
    assert len(set(contract.names)) == len(contract.names)


@pytest.mark.parametrize("table", (*TABLES, *MARTS))
def test_example_obeys_its_column(table: str) -> None:
    import re

    for column in load_contract(table).columns:
        if column.example is None:
            assert column.nullable, f"{table}.{column.name} has neither example nor null"
            continue
        if column.allowed:
            assert column.example in column.allowed
        if column.pattern:
            assert re.search(column.pattern, column.example)
        if column.minimum is not None:
            assert column.example >= column.minimum


def test_unknown_table_and_broken_contract_say_what_is_wrong() -> None:
    with pytest.raises(ContractError, match="no contract for a table 'figurs'"):
        load_contract("figurs")
    column = {"name": "a", "type": "string", "means": "x.", "nulable": True}
    with pytest.raises(ContractError, match=r"t\.toml, column 'a': .*nulable"):
        read_contract("t", {"grain": "One row per x.", "key": ["a"], "column": [column]})
    with pytest.raises(ContractError, match="key names"):
        read_contract("t", {"grain": "One row per x.", "key": ["b"], "column": []})


def test_dictionary_is_fresh() -> None:
    assert DICTIONARY.read_text(encoding="utf-8") == dictionary_text(), "run: python -m schemas.dictionary"


def test_arrow_boundary_names_the_column() -> None:
    schema = arrow_schema(load_contract("measures"))
    rows = [{"measure": "m", "means": "x", "counts": "people", "cumulative": True, "is_core": True}]
    table = pa.Table.from_pylist(rows, schema=schema)
    assert check_arrow(table, "measures").schema.equals(schema)
    with pytest.raises(SchemaMismatch, match=r"missing \['is_core'\]"):
        check_arrow(table.drop_columns(["is_core"]), "measures")
    wrong = table.set_column(3, "cumulative", pa.array(["soon"]))
    with pytest.raises(SchemaMismatch, match=r"measures\.cumulative"):
        check_arrow(wrong, "measures")


def test_comments_are_valid_sql() -> None:
    connection = duckdb.connect()
    contract = load_contract("measures")
    connection.register("arrow", pa.Table.from_pylist([], schema=arrow_schema(contract)))
    connection.execute("CREATE TABLE measures AS FROM arrow")
    for statement in comment_statements(contract, kind="TABLE"):
        connection.execute(statement)
    shown = connection.execute(
        "select comment from duckdb_columns() where table_name = 'measures' and column_name = 'means'"
    ).fetchall()
    assert shown == [("Definition.",)]
