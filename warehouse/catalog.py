"""newstally.duckdb: views over one published version, for the DuckDB shell, BI tools and `newstally sql`.

The views name the folder of the version by its full path (a view cannot find itself), so that a query sees one
version of every table. The file is built beside and replaced in one step; a session that has it open keeps the
version that it began with. After a move of the folder: `rebuild_catalog`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import duckdb

from schemas.contracts import TABLES, load_contract
from schemas.dictionary import comment_statements
from warehouse.errors import LakeMissing, from_duckdb_error, from_os_error
from warehouse.manifest import newest_manifest, read_manifest, version_folder
from warehouse.marts import current_marts
from warehouse.storage import Layout, literal
from warehouse.tables import listing, names_of
from warehouse.views import create_views

HISTORY_SQL = Path(__file__).parent / "sql" / "history"

HISTORY_MEANS = {
    "articles_history": "One row per article text that a newer revision replaced (or an undo closed).",
    "figures_history": "One row per figure that a revision or a newer extractor replaced.",
}

CLOSING_MEANS = {
    "valid_to": "UTC time at which the row stopped being current.",
    "closed_by": "The run that closed the row: runs.run_id.",
}


def build_catalog(layout: Layout, folder: Path) -> None:
    """Write newstally.duckdb with views on that version, and put it in place of the old one."""
    temporary = layout.root / f"newstally.duckdb.{os.getpid()}.tmp"
    temporary.unlink(missing_ok=True)
    try:
        con = duckdb.connect(str(temporary), config={"autoinstall_known_extensions": "false"})
        try:
            con.execute("BEGIN")
            for table in (*TABLES, *HISTORY_MEANS):
                con.execute(view_statement(table, folder))
            marts = current_marts(read_manifest(folder))
            for mart in marts:
                con.execute(view_statement(mart, folder))
            for table in (*TABLES, *marts):
                withheld = set(load_contract(table).names) - set(published_names(table, folder))
                for statement in comment_statements(load_contract(table)):
                    if not any(f'."{name}" IS' in statement for name in withheld):
                        con.execute(statement)
            for table, means in HISTORY_MEANS.items():
                con.execute(f"COMMENT ON VIEW {table} IS {literal(means)}")
                for name, told in CLOSING_MEANS.items():
                    con.execute(f"COMMENT ON COLUMN {table}.{name} IS {literal(told)}")
            con.execute(
                "CREATE VIEW publication AS SELECT version, snapshot, published_at, schema_version "
                f"FROM read_json({literal(glob_safe(folder / 'manifest.json'))}, columns = {{version: 'INTEGER', "
                "snapshot: 'BIGINT', published_at: 'TIMESTAMPTZ', schema_version: 'INTEGER'})"
            )
            for path in sorted(HISTORY_SQL.glob("*.sql")):
                sql = path.read_text(encoding="utf-8").rstrip().rstrip(";")
                con.execute(f"CREATE VIEW {path.stem} AS\n{sql}")
                means = sql.splitlines()[0].removeprefix("--").strip()
                con.execute(f"COMMENT ON VIEW {path.stem} IS {literal(means)}")
            create_views(con, marts)
            con.execute("COMMIT")
            con.execute("CHECKPOINT")
        finally:
            con.close()
        temporary.replace(layout.database)
    except duckdb.Error as error:
        temporary.unlink(missing_ok=True)
        raise from_duckdb_error(error, f"{layout.database}: the views cannot be written") from None
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise from_os_error(error, f"{layout.database}: the views cannot be written") from None


def rebuild_catalog(root: Path | str) -> Path:
    """Point newstally.duckdb at the newest published version, wherever the folder is now."""
    layout = Layout(Path(root))
    manifest = newest_manifest(layout)
    if manifest is None:
        raise LakeMissing(f"{layout.published}: nothing is published there: run newstally publish")
    folder = version_folder(layout, manifest.version)
    point_current(layout, folder)
    build_catalog(layout, folder)
    return layout.database


def view_statement(table: str, folder: Path) -> str:
    """CREATE VIEW over the files of one table."""
    names = published_names(table, folder)
    pattern = f"{glob_safe((folder / table).resolve())}/**/*.parquet"
    return (
        f"CREATE VIEW {table} AS SELECT {listing(names)} "
        f"FROM read_parquet({literal(pattern)}, hive_partitioning = false)"
    )


def published_names(table: str, folder: Path) -> list[str]:
    """Columns of a table in that version."""
    columns = read_manifest(folder).columns
    return list(columns[table]) if table in columns else names_of(table)


def point_current(layout: Layout, folder: Path) -> None:
    """Let `published/current` name that version, in one step."""
    if layout.current.is_symlink() and str(layout.current.readlink()) == folder.name:
        return
    temporary = layout.published / f".current.{os.getpid()}.tmp"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(folder.name)
    temporary.replace(layout.current)


def glob_safe(path: Path) -> str:
    """A path in which DuckDB's patterns stand for themselves.

    >>> glob_safe(Path("/a[1]/b"))
    '/a[[]1]/b'
    """
    return re.sub(r"([*?\[])", r"[\1]", str(path.resolve()))
