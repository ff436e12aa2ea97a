"""The data dictionary and the database comments, derived from the contracts.

`python -m schemas.dictionary` writes docs/data-dictionary.md anew; a test fails while it is stale.
"""

from __future__ import annotations

import json
from pathlib import Path

from schemas.contracts import MARTS, TABLES, Column, Contract, load_contract

DICTIONARY = Path(__file__).parent.parent / "docs" / "data-dictionary.md"


def dictionary_text() -> str:
    """The whole data dictionary in Markdown: a section a table, a row a column."""
    parts = [
        "# Data dictionary\n",
        "Made from `schemas/tables/*.toml` by `python -m schemas.dictionary`; change it there.\n",
    ]
    parts += [table_section(load_contract(table)) for table in (*TABLES, *MARTS)]
    return "\n".join(parts)


def table_section(contract: Contract) -> str:
    """One table: grain, key, columns."""
    lines = [
        f"## {contract.table}\n",
        f"{contract.grain} Key: {', '.join(f'`{name}`' for name in contract.key)}.\n",
        "| column | type | null | meaning | values | example |",
        "|---|---|---|---|---|---|",
    ]
    lines += [column_row(column) for column in contract.columns]
    return "\n".join(lines) + "\n"


def column_row(column: Column) -> str:
    """One column as a row of the Markdown table."""
    cells = [
        f"`{column.name}`",
        column.type,
        "yes" if column.nullable else "",
        column.means + (f" Unit: {column.unit}." if column.unit else ""),
        values_of(column),
        "" if column.example is None else f"`{example_of(column)}`",
    ]
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def values_of(column: Column) -> str:
    """What values are allowed, in words."""
    if column.allowed:
        return ", ".join(column.allowed)
    if column.references:
        return f"listed in `{column.references}`"
    if column.pattern:
        return f"`{column.pattern}`"
    if column.minimum is not None and column.maximum is not None:
        return f"{column.minimum:g} to {column.maximum:g}"
    if column.minimum is not None:
        return f"{column.minimum:g} or more"
    return ""


def example_of(column: Column) -> str:
    """The example as it would be printed."""
    return column.example if isinstance(column.example, str) else json.dumps(column.example, ensure_ascii=False)


def comment_statements(contract: Contract, relation: str | None = None, kind: str = "VIEW") -> list[str]:
    """COMMENT ON statements of a table's relation and columns, for DuckDB; kind is TABLE or VIEW."""
    name = relation or contract.table
    statements = [f"COMMENT ON {kind} {quoted(name)} IS {literal(contract.grain)}"]
    for column in contract.columns:
        means = column.means + (f" Unit: {column.unit}." if column.unit else "")
        statements.append(f"COMMENT ON COLUMN {quoted(name)}.{quoted(column.name)} IS {literal(means)}")
    return statements


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL string."""
    return "'" + text.replace("'", "''") + "'"


if __name__ == "__main__":
    DICTIONARY.parent.mkdir(exist_ok=True)
    DICTIONARY.write_text(dictionary_text(), encoding="utf-8")
