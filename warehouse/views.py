"""The SQL views and macros over the published tables: one a file, created in whatever order they need.

>>> "arrests" in [path.stem for path in view_files()]
True
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import duckdb

SQL = Path(__file__).parent / "sql"


def view_files() -> list[Path]:
    """The files that hold a view each, named as the view."""
    return sorted((SQL / "views").glob("*.sql"))


def macro_files() -> list[Path]:
    """The files that hold a macro each, named as the macro."""
    return sorted((SQL / "macros").glob("*.sql"))


def create_views(connection: duckdb.DuckDBPyConnection, kept: Collection[str] = ()) -> list[str]:
    """Every macro and view, in an order that their references allow; returns the views' names.

    Those that are `kept` are there already, over files of their own (see marts.py).

    A view that names another before it exists is tried again after the rest; duckdb.Error when a
    round creates nothing more.
    """
    statements = {path.stem: path.read_text(encoding="utf-8") for path in macro_files()}
    written = [path for path in view_files() if path.stem not in kept]
    for path in written:
        sql = path.read_text(encoding="utf-8").rstrip().rstrip(";")
        statements[path.stem] = f"CREATE OR REPLACE VIEW {path.stem} AS\n{sql}"
    waiting = dict(statements)
    while waiting:
        created, failure = create_what_works(connection, waiting)
        if not created:
            raise failure or duckdb.Error("no view could be created")
        for name in created:
            del waiting[name]
    for path in written:
        comment = describe(path).replace("'", "''")
        connection.execute(f"COMMENT ON VIEW {path.stem} IS '{comment}'")
    return [path.stem for path in view_files()]


def create_what_works(
    connection: duckdb.DuckDBPyConnection, waiting: dict[str, str]
) -> tuple[Sequence[str], duckdb.Error | None]:
    """The names of the statements that could be run, and the last failure among the others."""
    created = []
    failure: duckdb.Error | None = None
    for name, statement in waiting.items():
        try:
            connection.execute(statement)
        except duckdb.Error as error:
            failure = error
        else:
            created.append(name)
    return created, failure


def describe(path: Path) -> str:
    """The leading comment of an SQL file, as one text."""
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("--"):
            break
        lines.append(line[2:].strip())
    return " ".join(lines)
