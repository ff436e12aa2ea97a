"""Publication: whole, small, and readable by anything."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from schemas.contracts import TABLES, load_contract
from tests.lakes import Doc, add, assert_sound, docs, published_rows, run_of, story
from warehouse import publish as publish_module
from warehouse.catalog import rebuild_catalog
from warehouse.checksums import file_sha256
from warehouse.errors import LakeMissing, QueryError, WarehouseError
from warehouse.lake import Lake
from warehouse.manifest import read_manifest, versions
from warehouse.publish import Publication, publish
from warehouse.query import query, status
from warehouse.storage import SCHEMA_VERSION, LakeSettings


@pytest.fixture
def lake(tmp_path: Path):
    with Lake.create_or_open(tmp_path / "lake", LakeSettings(lock_timeout=10, keep_versions=2)) as opened:
        yield opened


def parts(publication: Publication, table: str) -> dict[str, int]:
    """Path of each file of a table → inode."""
    found = (publication.folder / table).rglob("*.parquet")
    return {str(path.relative_to(publication.folder)): path.stat().st_ino for path in found}


def test_an_empty_lake_is_published_with_all_its_columns(lake: Lake) -> None:
    publication = publish(lake)
    for table in TABLES:
        names = [name for name in load_contract(table).names if (table, name) != ("quarantine", "content")]
        assert query(lake.layout.database, f"FROM {table}").column_names == names
        frame = pd.read_parquet(publication.folder / table)
        assert len(frame) == 0 and set(names) <= set(frame.columns)


def test_what_is_published_is_what_is_current(lake: Lake) -> None:
    add(lake, docs(30))
    add(lake, [replace(doc, text=story(f"new {doc.name}")) for doc in docs(5)])
    publication = publish(lake)
    assert publication.is_new and publication.rows["articles"] == 30 and publication.rows["articles_history"] == 5
    for table in ("articles", "figures", "mentions", "figures_history"):
        mine = lake.sql(f"SELECT count(*), bit_xor(hash(COLUMNS(*)::VARCHAR)) FROM lake.{table}").fetchall()
        theirs = query(
            lake.layout.database, f"SELECT count(*) AS n, bit_xor(hash(COLUMNS(*)::VARCHAR)) FROM {table}"
        ).to_pylist()
        assert list(theirs[0].values()) == list(mine[0])
    assert_sound(lake)


def test_only_changed_partitions_are_written(lake: Lake) -> None:
    add(lake, docs(30, months=3))
    first = publish(lake)
    add(lake, [Doc(name="march", text=story("march"), published=date(2020, 3, 3))])
    second = publish(lake)
    assert {one for one in second.changed if one.startswith(("articles ", "figures ", "mentions "))} == {
        "articles 2020-03", "figures 2020-03", "mentions 2020-03",
    }  # fmt: skip
    assert second.written_bytes < first.written_bytes
    before, after = parts(first, "figures"), parts(second, "figures")
    assert before.items() <= after.items()  # the same files, and one part more
    assert len(after) == len(before) + 1
    assert published_rows(second.folder, "articles").num_rows == 31


def test_a_revision_rewrites_its_month_and_leaves_no_old_row(lake: Lake) -> None:
    add(lake, docs(30, months=3))
    first = publish(lake)
    old = docs(1)[0]
    new = replace(old, text=story("revised"))
    add(lake, [new])
    second = publish(lake)
    ids = published_rows(second.folder, "figures").column("article_id").to_pylist()
    assert new.article_id in ids and old.article_id not in ids
    month = "figures/year=2020/month=1/"
    assert len([path for path in parts(second, "figures") if path.startswith(month)]) == 1
    assert {p: i for p, i in parts(first, "figures").items() if not p.startswith(month)}.items() <= parts(
        second, "figures"
    ).items()


def test_nothing_new_is_no_new_version(lake: Lake) -> None:
    add(lake, docs(3))
    first = publish(lake)
    again = publish(lake)
    assert not again.is_new and again.version == first.version and again.changed == ()


def test_parts_pile_up_to_a_limit(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish_module, "MOST_PARTS", 3)
    counts = []
    for n in range(5):
        add(lake, docs(3, start=3 * n, months=1))
        counts.append(len(parts(publish(lake), "articles")))
        assert published_rows(lake.layout.current, "articles").num_rows == 3 * (n + 1)
    assert counts == [1, 2, 3, 1, 2]


def test_rows_are_sorted_by_date_and_country(lake: Lake) -> None:
    add(lake, docs(40, months=1))
    frame = published_rows(publish(lake).folder, "figures").to_pandas()
    keys = list(zip(frame["country"], frame["article_id"], frame["quote_start"], strict=True))
    assert keys == sorted(keys)  # no test figure has a date of its own


def test_a_full_publication_does_not_depend_on_batches(tmp_path: Path) -> None:
    digests = []
    for name, size in (("one", 30), ("two", 7)):
        with Lake.create_or_open(tmp_path / name) as lake:
            run = replace(run_of(), run_id="20200817T090000-3f2a")
            for start in range(0, 30, size):
                add(lake, docs(min(size, 30 - start), start=start), run)
            manifest = read_manifest(publish(lake, fully=True).folder)
            digests.append(
                {part.partition: part.sha256 for part in manifest.parts if part.table in ("figures", "mentions")}
            )
    assert digests[0] == digests[1]


def test_the_manifest_tells_rows_bytes_checksums_and_schema(lake: Lake) -> None:
    add(lake, docs(12))
    publication = publish(lake)
    raw = json.loads((publication.folder / "manifest.json").read_text())
    assert (raw["version"], raw["schema_version"], raw["snapshot"]) == (1, SCHEMA_VERSION, lake.snapshot())
    assert raw["columns"]["figures"]["value"] == "DOUBLE"
    for part in raw["parts"]:
        path = publication.folder / part["path"]
        assert (path.stat().st_size, file_sha256(path)) == (part["bytes"], part["sha256"])
    assert sum(part["rows"] for part in raw["parts"] if part["table"] == "articles") == 12
    assert query(lake.layout.database, "SELECT version FROM publication").to_pylist() == [{"version": 1}]


def test_unknown_dates_have_a_folder_of_their_own(lake: Lake) -> None:
    add(lake, [*docs(4), replace(docs(1, start=9)[0], published=None)])
    folder = publish(lake).folder
    frame = pd.read_parquet(folder / "articles")
    assert sorted(set(frame["year"].astype(int))) == [0, 2020] and len(frame) == 5
    assert query(lake.layout.database, "SELECT count(*) AS n FROM articles WHERE published IS NULL").to_pylist() == [
        {"n": 1}
    ]


def test_old_versions_stay_for_readers_in_mid_scan_and_then_go(lake: Lake) -> None:
    add(lake, docs(3))
    first = publish(lake)
    reader = duckdb.connect(str(lake.layout.database), read_only=True)
    add(lake, docs(5))
    publish(lake)
    assert reader.execute("SELECT count(*) FROM articles").fetchall() == [(3,)]  # its session keeps its version
    reader.close()
    add(lake, docs(7))
    publish(lake)
    assert versions(lake.layout) == [2, 3] and not first.folder.exists()
    assert str(lake.layout.current.readlink()) == "v000003"


def test_readers_beside_publications_see_one_version_of_every_table(tmp_path: Path) -> None:
    root = tmp_path / "lake"
    code = textwrap.dedent(
        f"""
        import sys, time
        from warehouse.query import query
        sql = ("SELECT (SELECT count(*) FROM articles) AS a, (SELECT count(DISTINCT article_id) FROM figures) AS f, "
               "(SELECT count(*) FROM mentions) AS m, (SELECT sum(articles_new) FROM runs) AS r")
        seen = set()
        while True:
            row = query({str(root / "newstally.duckdb")!r}, sql).to_pylist()[0]
            assert row["a"] == row["f"] == row["m"] == (row["r"] or 0), row
            seen.add(row["a"])
            print(len(seen), flush=True)
            if row["a"] == 36:
                break
        """
    )
    with Lake.create_or_open(root, LakeSettings(keep_versions=4)) as lake:
        publish(lake)
        readers = [
            subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        outputs: list[tuple[str, str]] = []
        threads = [
            threading.Thread(target=lambda r=reader: outputs.append(r.communicate(timeout=120))) for reader in readers
        ]
        for thread in threads:
            thread.start()
        for n in range(12):
            add(lake, docs(3, start=3 * n, months=2))
            publish(lake)
        for thread in threads:
            thread.join()
    assert [reader.returncode for reader in readers] == [0, 0], outputs
    assert all(int(out.split()[-1]) > 1 for out, _ in outputs)


def test_a_publication_that_dies_is_swept_and_done_again(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    add(lake, docs(3))
    publish(lake)
    add(lake, docs(6))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publish_module, "serve", die)  # the version has its name, the views are the old ones
    with pytest.raises(KeyboardInterrupt):
        publish(lake)
    assert query(lake.layout.database, "SELECT count(*) AS n FROM articles").to_pylist() == [{"n": 3}]
    monkeypatch.undo()
    monkeypatch.setattr(publish_module, "write_manifest", die)
    add(lake, docs(8))
    with pytest.raises(KeyboardInterrupt):
        publish(lake)
    monkeypatch.undo()
    publish(lake)
    assert query(lake.layout.database, "SELECT count(*) AS n FROM articles").to_pylist() == [{"n": 8}]
    assert not list(lake.layout.published.glob("*.tmp"))
    assert_sound(lake)


def test_a_version_that_lost_a_file_is_replaced(lake: Lake) -> None:
    add(lake, docs(3))
    first = publish(lake)
    next(iter((first.folder / "figures").rglob("*.parquet"))).unlink()
    with pytest.raises(WarehouseError, match=r"publish --fully|catalog"):
        add(lake, docs(4))
        publish(lake)
    assert publish(lake, fully=True).rows["articles"] == 4
    assert query(lake.layout.database, "SELECT count(*) AS n FROM figures").num_rows == 1


def test_views_have_comments_for_every_column(lake: Lake) -> None:
    publish(lake)
    rows = query(
        lake.layout.database,
        "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE table_name IN ('figures', 'articles')",
    ).to_pylist()
    assert rows and all(row["comment"] for row in rows)


def test_after_a_move_the_views_are_rebuilt(tmp_path: Path) -> None:
    with Lake.create_or_open(tmp_path / "here [1]") as lake:
        add(lake, docs(3))
        publish(lake)
    (tmp_path / "here [1]").rename(tmp_path / "there [2]")
    database = tmp_path / "there [2]" / "newstally.duckdb"
    with pytest.raises(QueryError, match="run newstally catalog"):
        query(database, "FROM articles")
    rebuild_catalog(tmp_path / "there [2]")
    assert query(database, "FROM articles").num_rows == 3


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT * FROM figure", 'Did you mean "figures"'),
        ("SELEC 1", "syntax error"),
        ("INSERT INTO figures SELECT * FROM figures", "figures is not an table|read-only|Binder Error|not a"),
        ("CREATE TABLE x (a INT)", "read-only"),
    ],
)
def test_wrong_sql_is_one_line(lake: Lake, sql: str, message: str) -> None:
    publish(lake)
    with pytest.raises(QueryError, match=message) as caught:
        query(lake.layout.database, sql)
    assert "\n" not in str(caught.value)


def test_a_query_without_a_publication_says_so(tmp_path: Path) -> None:
    with pytest.raises(LakeMissing, match="run newstally publish"):
        query(tmp_path / "newstally.duckdb", "SELECT 1")
    with pytest.raises(LakeMissing, match="run newstally publish"):
        rebuild_catalog(tmp_path)


def test_status_tells_whether_readers_see_the_newest(lake: Lake) -> None:
    add(lake, docs(3))
    assert (status(lake).version, status(lake).is_published) == (None, False)
    publish(lake)
    assert (status(lake).version, status(lake).is_published) == (1, True)
    add(lake, docs(4))
    told = status(lake)
    assert not told.is_published and told.rows["articles"] == 4 and told.stories == 4 and told.data_files > 0
