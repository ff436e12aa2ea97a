"""Arrow schemas that derive from the contracts.

>>> arrow_schema(load_contract("measures")).field("is_core").type
DataType(bool)
"""

from __future__ import annotations

import pyarrow as pa

from schemas.contracts import Contract, load_contract

ARROW_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "double": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "binary": pa.binary(),
    "list<string>": pa.list_(pa.string()),
    "list<variant>": pa.list_(pa.struct({"variant": pa.string(), "mentions": pa.int64()})),
}


class SchemaMismatch(ValueError):
    """A table does not have its contract's columns; the message says which."""


def arrow_schema(contract: Contract) -> pa.Schema:
    """Fields in the contract's order, with its nullability and meaning as field metadata."""
    return pa.schema(
        [
            pa.field(column.name, ARROW_TYPES[column.type], column.nullable, metadata={"means": column.means})
            for column in contract.columns
        ],
        metadata={"grain": contract.grain},
    )


def check_arrow(table: pa.Table, name: str) -> pa.Table:
    """The table cast to its contract; SchemaMismatch where a column is missing, extra or of another type."""
    schema = arrow_schema(load_contract(name))
    missing = [field.name for field in schema if field.name not in table.column_names]
    extra = [column for column in table.column_names if column not in schema.names]
    if missing or extra:
        raise SchemaMismatch(f"{name}: missing {missing}, not in the contract {extra}")
    columns = []
    for field in schema:
        try:
            columns.append(table.column(field.name).cast(field.type))
        except pa.ArrowInvalid as error:
            raise SchemaMismatch(f"{name}.{field.name}: {error}") from None
    return pa.table(columns, schema=schema)
