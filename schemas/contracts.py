"""Table contracts: grain, key and columns, read from `schemas/tables/*.toml`.

>>> load_contract("figures").key
('figure_id',)
>>> load_contract("figures").column("low").nullable
True
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

TABLES = ("articles", "figures", "mentions", "measures", "profiles", "runs", "quarantine")
"""Every table, parents first."""

MARTS = ("fact_links", "fact_groups", "entities")
"""Views whose rows are published as files of their own."""


class ContractError(ValueError):
    """A contract file is wrong; the message names the file, the column and the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its type, meaning and what its values may be."""

    name: str
    type: str  # string, int32, int64, double, bool, date, timestamp, binary, list<string>, list<variant>
    means: str
    nullable: bool = False
    unit: str | None = None
    example: Any = None
    allowed: tuple[str, ...] | None = None
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    references: str | None = None  # a table whose key lists the allowed values


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One table: what a row is, which columns identify it, and its columns in order."""

    table: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """The column of that name; KeyError where the contract has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.table} has no column {name!r}")

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)


@cache
def load_contract(table: str) -> Contract:
    """The contract of a table; ContractError says what is wrong with its file."""
    path = files("schemas").joinpath("tables", f"{table}.toml")
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContractError(
            f"no contract for a table {table!r}: the tables are {', '.join((*TABLES, *MARTS))}"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise ContractError(f"schemas/tables/{table}.toml: {error}") from None
    return read_contract(table, raw)


def read_contract(table: str, raw: dict[str, Any]) -> Contract:
    """A contract from its parsed file."""
    columns = []
    for entry in raw.get("column", []):
        allowed = entry.get("allowed")
        try:
            columns.append(Column(**{**entry, "allowed": tuple(allowed) if allowed else None}))
        except TypeError as error:
            raise ContractError(f"{table}.toml, column {entry.get('name')!r}: {error}") from None
    contract = Contract(table=table, grain=raw["grain"], key=tuple(raw["key"]), columns=tuple(columns))
    unknown = [name for name in contract.key if name not in contract.names]
    if unknown:
        raise ContractError(f"{table}.toml: the key names {unknown}, which is no column")
    return contract
