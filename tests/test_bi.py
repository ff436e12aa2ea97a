"""The published files and the database, read by the tools that analysts have."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from schemas.contracts import load_contract
from warehouse.query import published_database, query

TABLES = ("articles", "figures", "mentions")

SPARK_TYPES = {
    "string": "string",
    "int32": "int",
    "int64": "bigint",
    "double": "double",
    "bool": "boolean",
    "date": "date",
    "timestamp": "timestamp",
    "list<string>": "array<string>",
}


def rows_of(lake: Path, table: str) -> int:
    counted = query(published_database(lake), f"SELECT count(*) AS n FROM {table}")
    return int(counted.column("n")[0].as_py())


@pytest.mark.parametrize("table", TABLES)
def test_pyarrow_pandas_and_polars_read_the_folder_alike(sample_lake: Path, table: str) -> None:
    import pandas as pd

    polars = pytest.importorskip("polars")
    folder = sample_lake / "published" / "current" / table
    wanted = rows_of(sample_lake, table)
    assert wanted > 0
    assert ds.dataset(folder, format="parquet", partitioning="hive").count_rows() == wanted
    assert len(pd.read_parquet(folder)) == wanted
    assert polars.read_parquet(f"{folder}/**/*.parquet", hive_partitioning=True).height == wanted


@pytest.mark.parametrize("table", TABLES)
def test_types_are_plain(sample_lake: Path, table: str) -> None:
    folder = sample_lake / "published" / "current" / table
    schema = ds.dataset(folder, format="parquet").schema
    assert not any(pa.types.is_dictionary(field.type) for field in schema)
    for column in load_contract(table).columns:
        found = schema.field(column.name).type
        if column.type == "date":
            assert found == pa.date32()
        if column.type == "timestamp":
            assert found == pa.timestamp("us", tz="UTC")


def test_spark(sample_lake: Path) -> None:
    """Types, counts and folders as Spark takes them; without pyspark and Java it is left out."""
    sql = pytest.importorskip("pyspark.sql")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    builder = sql.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    local = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
    session = builder.config(map=local).config("spark.sql.session.timeZone", "UTC").getOrCreate()
    try:
        for table in (*TABLES, "fact_links", "fact_groups"):
            frame = session.read.parquet(str((sample_lake / "published" / "current" / table).resolve()))
            types = dict(frame.dtypes)
            assert frame.count() == rows_of(sample_lake, table) > 0
            for column in load_contract(table).columns:
                assert types[column.name] == SPARK_TYPES[column.type], (table, column.name)
            if table in TABLES:
                years = query(published_database(sample_lake), f"SELECT DISTINCT year(published) AS y FROM {table}")
                assert {row.year for row in frame.select("year").distinct().collect()} == set(
                    years.column("y").to_pylist()
                )
    finally:
        session.stop()


def test_sqlalchemy(sample_lake: Path) -> None:
    sqlalchemy = pytest.importorskip("sqlalchemy")
    pytest.importorskip("duckdb_engine")
    import pandas as pd

    address = f"duckdb:///{published_database(sample_lake).resolve()}"
    engine = sqlalchemy.create_engine(address, connect_args={"read_only": True})
    try:
        names = set(sqlalchemy.inspect(engine).get_view_names())
        assert {"figures", "facts", "arrests", "timeline"} <= names
        frame = pd.read_sql("SELECT measure, sum(value) AS total FROM figures_asserted GROUP BY 1", engine)
        assert set(frame["measure"]) >= {"arrests", "deaths"}
    finally:
        engine.dispose()


def test_adbc(sample_lake: Path, tmp_path: Path) -> None:
    dbapi: Any = pytest.importorskip("adbc_driver_duckdb.dbapi")
    # the driver opens for writing, which shuts everybody else out: a copy of the views reads the same files
    copy = shutil.copy(published_database(sample_lake), tmp_path / "newstally.duckdb")
    with dbapi.connect(str(copy)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT figure_id, value FROM figures ORDER BY figure_id")
        table = cursor.fetch_arrow_table()
    assert table.num_rows == rows_of(sample_lake, "figures")


def test_every_view_answers(sample_lake: Path) -> None:
    from warehouse.views import view_files

    for path in view_files():
        query(published_database(sample_lake), f"SELECT * FROM {path.stem}")


def test_quotes_are_slices_in_sql(sample_lake: Path) -> None:
    sql = """
        SELECT count(*) AS wrong FROM figures INNER JOIN articles USING (article_id)
        WHERE substr(text, quote_start + 1, quote_end - quote_start) <> quote
           OR substr(text, sentence_start + 1, sentence_end - sentence_start) <> sentence"""
    assert query(published_database(sample_lake), sql).column("wrong")[0].as_py() == 0
