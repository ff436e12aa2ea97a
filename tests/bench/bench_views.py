"""How long each view takes on many figures: python -m tests.bench.bench_views [FIGURES …]

Rows are made up (uniform over 60 countries, four years and eight measures) and written as Parquet with their marts, as
a publication is. Each view is evaluated whole, every column of every row. Printed are the seconds of the best of three
runs, and beside them the processor time of that run, which other work on the machine disturbs less; first what the
marts cost to make.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import duckdb

from warehouse.manifest import copy_to, measured, version_folder
from warehouse.marts import publish_marts
from warehouse.storage import LakeSettings, Layout
from warehouse.views import create_views, view_files

MADE_UP = """
CREATE TABLE articles AS SELECT
    printf('%016x', i) AS article_id, printf('%016x', i) AS document_id, 1::integer AS revision,
    TIMESTAMPTZ '2024-01-01' AS valid_from, NULL::timestamptz AS valid_to,
    printf('%016x', i - i % 3) AS story_id, DATE '2020-01-01' + (i % 1460)::integer AS published,
    'Title ' || i AS title, ['A. Author'] AS authors, 'Outlet ' || i % 50 AS outlet, NULL::varchar AS url,
    NULL::varchar AS external_id, NULL::varchar AS path, 'en' AS language, 'Text of ' || i AS text,
    10::integer AS text_length, '{}' AS evidence, '[]' AS cuts, '1' AS extractor_version, 'x' AS rules_hash,
    'r1' AS run_id
FROM range($articles) AS t(i);
CREATE TABLE figures AS SELECT
    printf('%016x', i) AS figure_id, printf('%016x', (i * 7) % $articles) AS article_id,
    DATE '2020-01-01' + ((i * 7) % $articles % 1460)::integer AS published,
    ['arrests', 'deaths', 'injuries', 'protest_size', 'strike_size', 'other', 'cost', 'share'][1 + i % 8] AS measure,
    (hash(i) % 5000)::double AS value, (hash(i) % 5000)::double AS low, (hash(i) % 5000)::double AS high,
    'exact' AS relation,
    CASE WHEN i % 8 < 6 THEN 'count' WHEN i % 8 = 6 THEN 'money' ELSE 'percent' END AS kind,
    'person' AS unit, NULL::double AS of_total,
    DATE '2020-01-01' + ((i * 7) % $articles % 1460)::integer - 1 AS date_start,
    DATE '2020-01-01' + ((i * 7) % $articles % 1460)::integer - 1 AS date_end,
    'day' AS date_precision, 'clause' AS date_source,
    'Place ' || hash(i) % 400 AS place,
    printf('%s%s', chr(65 + i::integer % 6), chr(65 + i::integer % 10)) AS country,
    'city' AS place_precision, 1.0::double AS latitude, 1.0::double AS longitude,
    CASE WHEN i % 3 = 0 THEN 'source ' || i % 500 END AS attribution,
    CASE WHEN i % 20 = 0 THEN 'planned' ELSE 'asserted' END AS status, NULL::varchar AS qualifier, '1' AS value_text,
    '1' AS quote,
    0::integer AS quote_start, 1::integer AS quote_end, 'A sentence of some length, number ' || i AS sentence,
    0::integer AS sentence_start, 9::integer AS sentence_end, ['rule'] AS rules, '1' AS extractor_version,
    'x' AS rules_hash, 'r1' AS run_id
FROM range($figures) AS t(i);
CREATE TABLE mentions AS SELECT
    printf('%016x', i) AS mention_id, printf('%016x', i % $articles) AS article_id,
    DATE '2020-01-01' AS published, ['PERSON', 'ORG', 'PLACE'][1 + i % 3] AS kind, 'Name ' || hash(i) % 20000 AS quote,
    0::integer AS quote_start, 1::integer AS quote_end, (hash(i) % 3)::integer AS sentence_start, 'e' AS entity_id,
    'Name ' || hash(i) % 20000 AS entity, NULL::varchar AS title, NULL::varchar AS role, 'BY' AS country,
    NULL::varchar AS place_precision, NULL::double AS latitude, NULL::double AS longitude, NULL::varchar AS timex_type,
    NULL::varchar AS timex_value, NULL::varchar AS timex_mod, NULL::date AS date_start, NULL::date AS date_end,
    1.0::double AS confidence, ['rule'] AS rules, '1' AS extractor_version, 'x' AS rules_hash, 'r1' AS run_id
FROM range($figures) AS t(i);
CREATE TABLE measures AS SELECT
    unnest(['arrests', 'deaths', 'injuries', 'protest_size', 'strike_size', 'other', 'cost', 'share']) AS measure,
    '' AS means, unnest(['people', 'people', 'people', 'people', 'people', 'other', 'other', 'other']) AS counts,
    unnest([false, true, true, false, false, false, false, false]) AS cumulative,
    unnest([true, true, true, true, true, false, false, false]) AS is_core;
CREATE TABLE profiles AS SELECT '' AS profile, '' AS value_text, 0.0::double AS value, NULL::double AS low,
    NULL::double AS high, '' AS source LIMIT 0;
CREATE TABLE runs AS SELECT 'r1' AS run_id, 'ingest' AS kind, TIMESTAMPTZ '2024-01-01' AS started_at;
CREATE TABLE quarantine AS SELECT 'x' AS reason, 'open' AS state LIMIT 0;
"""


TABLES = ("articles", "figures", "mentions", "measures", "profiles", "runs", "quarantine")


def published(figures: int, root: Path) -> tuple[duckdb.DuckDBPyConnection, float]:
    """A database of views over made-up Parquet files, and the processor seconds that their marts took."""
    folder = version_folder(Layout(root), 1)
    parts = []
    maker = duckdb.connect()
    statements = MADE_UP.replace("$figures", str(figures)).replace("$articles", str(max(1, figures // 5)))
    maker.execute(statements)
    reader = duckdb.connect()
    for table in TABLES:
        (folder / table).mkdir(parents=True)
        path = f"{table}/part-000001.parquet"
        rows = copy_to(maker, f"FROM {table}", folder / path)
        parts.append(measured(folder, table, None, path, rows))
    maker.close()
    before = time.process_time()
    kept, _ = publish_marts(LakeSettings(), Layout(root), folder, parts, None, 1)
    spent = time.process_time() - before
    marts = {part.table for part in kept}
    for table in (*TABLES, *marts):
        pattern = f"{folder}/{table}/**/*.parquet"
        reader.execute(f"CREATE VIEW {table} AS FROM read_parquet('{pattern}', hive_partitioning = false)")
    create_views(reader, marts)
    return reader, spent


def seconds(connection: duckdb.DuckDBPyConnection, view: str) -> tuple[float, float]:
    """Wall and processor time to evaluate every column of every row, the best of three."""
    runs = []
    for _ in range(3):
        wall, processor = time.perf_counter(), time.process_time()
        connection.execute(f"SELECT bit_xor(hash(v)) FROM {view} AS v").fetchall()
        runs.append((time.perf_counter() - wall, time.process_time() - processor))
    return min(runs)


def main(sizes: list[int]) -> None:
    """Print a line a view and a column a size."""
    views = [path.stem for path in view_files()]
    taken: dict[str, list[tuple[float, float]]] = {view: [] for view in views}
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            connection, spent = published(size, Path(scratch))
            print(f"marts of {size:,} figures: {spent:.2f} s of processor time")
            for view in views:
                taken[view].append(seconds(connection, view))
            connection.close()
    print("view".ljust(20), *(f"{size:>18,}" for size in sizes))
    for view, times in sorted(taken.items(), key=lambda item: item[1][-1], reverse=True):
        print(view.ljust(20), *(f"{wall:10.3f} {processor:7.3f}" for wall, processor in times))


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10_000, 100_000, 1_000_000])
