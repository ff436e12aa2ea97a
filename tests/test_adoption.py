"""Staged files that the lake takes over as they are, and published files that are links to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.lakes import Doc, add, assert_sound, docs, number, published_rows, run_of, story, tables
from warehouse import publish as publish_module
from warehouse import staging
from warehouse.adoption import adopt
from warehouse.errors import Damaged, StagingError
from warehouse.forget import forget
from warehouse.lake import Lake
from warehouse.maintain import maintain
from warehouse.publish import Publication, publish
from warehouse.query import query
from warehouse.staging import BY_MONTH, stage
from warehouse.storage import LakeSettings
from warehouse.tables import SORTED_BY
from warehouse.undo import undo


@pytest.fixture(autouse=True)
def every_month_has_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "LEAST_MONTH", 2)


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    with Lake.create_or_open(tmp_path / "lake", LakeSettings(lock_timeout=10, fsync=False)) as opened:
        yield opened


def rows_of(lake: Lake, table: str) -> pa.Table:
    names = ", ".join(name for name, _ in sorted({(name, 0) for name in lake.columns()[table]} - {("run_id", 0)}))
    return lake.arrow(f"SELECT {names} FROM lake.{table} ORDER BY ALL")


def inodes(folder: Path, table: str) -> set[int]:
    return {path.stat().st_ino for path in (folder / table).rglob("*.parquet")}


def merged_files(publication: Publication, table: str) -> list[str]:
    return sorted(path.name for path in (publication.folder / table).rglob("*.parquet"))


def test_an_adopted_batch_holds_the_rows_of_one_that_is_inserted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = [*docs(30, months=3), Doc(name="undated", text=story("undated"))]
    contents = []
    for least in (2, 1000):
        monkeypatch.setattr(staging, "LEAST_MONTH", least)
        with Lake.create_or_open(tmp_path / str(least), LakeSettings(fsync=False)) as lake:
            counts = add(lake, chosen)
            adopted = number(
                lake, "SELECT count(*) FROM __ducklake_metadata_lake.ducklake_data_file WHERE mapping_id IS NOT NULL"
            )
            assert adopted == (6 if least == 2 else 0)
            assert_sound(lake)
            found = {table: rows_of(lake, table) for table in BY_MONTH}
            contents.append((counts.figures_new, counts.mentions_new, found))
    assert contents[0] == contents[1]


def test_a_data_file_is_the_staged_file_and_staging_is_empty(lake: Lake) -> None:
    run = run_of()
    with lake.running(run):
        batch = stage(lake.root, "one", tables(docs(6, months=1), run_id=run.run_id), fsync=False)
        staged = {batch.path(table, "2020-01").stat().st_ino for table in BY_MONTH}
        assert batch.loose("figures") == 0 and not batch.path("figures").exists()
        lake.commit([batch], run)
    assert staged == inodes(lake.layout.data / "main", "figures") | inodes(lake.layout.data / "main", "mentions")
    assert not list(lake.layout.staging.iterdir())


def test_a_batch_is_inserted_where_an_article_is_known_or_another_run_staged_it(lake: Lake) -> None:
    add(lake, docs(2, months=1))
    add(lake, docs(6, months=1))
    run = run_of()
    with lake.running(run):
        lake.commit([stage(lake.root, "two", tables(docs(9, start=6, months=1), run_id="another"), fsync=False)], run)
    assert number(lake, "SELECT count(*) FROM lake.articles") == 15
    assert number(lake, f"SELECT count(DISTINCT article_id) FROM lake.figures WHERE run_id = '{run.run_id}'") == 9
    assert_sound(lake)


def test_rows_that_the_lake_has_to_look_at_are_in_no_file_of_a_month(tmp_path: Path) -> None:
    good = tables(docs(4, months=1), run_id="r")
    assert stage(tmp_path, "good", good).months["figures"]
    twice = good | {"figures": pa.concat_tables([good["figures"], good["figures"].slice(0, 1)])}
    strange = good | {"articles": good["articles"].slice(1)}
    for name, made in (("twice", twice), ("strange", strange)):
        assert "figures" not in stage(tmp_path, name, made).months
    mixed = good | {"mentions": tables(docs(4, months=1), run_id="s")["mentions"]}
    assert stage(tmp_path, "mixed", mixed).months == {}


def test_a_commit_that_fails_leaves_no_file_and_is_done_again(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_of()
    batch = stage(lake.root, "one", tables(docs(6, months=1), run_id=run.run_id), fsync=False)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(lake, "note", die)
    with pytest.raises(KeyboardInterrupt):
        lake.commit([batch], run)
    monkeypatch.undo()
    assert not inodes(lake.layout.data / "main", "figures")
    with lake.running(run):
        assert lake.commit([batch], run).articles_new == 6
    assert_sound(lake)


def test_a_writer_that_dies_between_link_and_commit_leaves_an_orphan_that_maintain_removes(lake: Lake) -> None:
    add(lake, docs(3, months=1))
    batch = stage(lake.root, "one", tables(docs(6, start=3, months=1), run_id="r"), fsync=False)
    lake.sql("BEGIN")
    adopt(lake, "figures", [(batch.path("figures", "2020-01"), "2020-01")])
    lake.sql("ROLLBACK")
    assert len(inodes(lake.layout.data / "main", "figures")) == 2
    assert maintain(lake).orphans_removed == 1
    assert len(inodes(lake.layout.data / "main", "figures")) == 1
    assert batch.path("figures", "2020-01").exists()
    assert_sound(lake)


def test_a_staged_file_that_is_damaged_or_gone_is_named(lake: Lake) -> None:
    run = run_of()
    batch = stage(lake.root, "one", tables(docs(6, months=1), run_id=run.run_id), fsync=False)
    path = batch.path("mentions", "2020-01")
    path.write_bytes(b"PAR1 torn")
    with pytest.raises(Damaged, match=f"{path.name}.*remove the folder"):
        lake.commit([batch], run)
    path.unlink()
    with pytest.raises(StagingError, match=f"{path.name}: gone"):
        lake.commit([batch], run)
    assert number(lake, "SELECT count(*) FROM lake.articles") == 0
    assert not inodes(lake.layout.data / "main", "mentions")


def test_adopted_rows_are_revised_undone_travelled_to_and_forgotten(lake: Lake) -> None:
    chosen = docs(12, months=2)
    add(lake, chosen)
    before = lake.snapshot()
    revising = run_of()
    add(lake, [replace(chosen[0], text=story("revised"))], revising)
    assert number(lake, f"SELECT count(*) FROM lake.figures_history WHERE article_id = '{chosen[0].article_id}'") > 0
    assert (
        number(lake, f"SELECT count(*) FROM lake.figures AT (VERSION => {before}) WHERE article_id = "
               f"'{chosen[0].article_id}'") > 0
    )  # fmt: skip
    undo(lake, revising.run_id, run_of("undo"))
    assert_sound(lake)
    publish(lake)
    receipt = forget(lake, run_of("forget"), ids=[chosen[1].document_id])
    assert receipt.rows_remaining == 0 and receipt.rows_removed["figures"] > 0
    assert_sound(lake)


def test_compaction_keeps_adopted_and_inserted_rows_in_their_month(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    for start, least in ((0, 2), (10, 1000), (20, 2), (30, 1000)):
        monkeypatch.setattr(staging, "LEAST_MONTH", least)
        add(lake, docs(10, start=start, months=2))
    before = rows_of(lake, "figures")
    maintain(lake, retention_days=0, grace_seconds=0)
    assert rows_of(lake, "figures") == before
    folders = {
        str(path.parent.relative_to(lake.layout.data)) for path in lake.layout.data.rglob("figures/**/*.parquet")
    }
    assert folders == {"main/figures/year=2020/month=1", "main/figures/year=2020/month=2"}
    assert len(inodes(lake.layout.data / "main", "figures")) == 2
    assert_sound(lake)


def test_a_text_longer_than_statistics_reach_is_found(lake: Lake) -> None:
    made = tables(docs(4, months=1), run_id="r")
    long = pa.array(["z" * 50_000] * made["figures"].num_rows)
    place = made["figures"].schema.get_field_index("sentence")
    made["figures"] = made["figures"].set_column(place, made["figures"].schema.field(place), long)
    run = replace(run_of(), run_id="r")
    with lake.running(run):
        lake.commit([stage(lake.root, "long", made, fsync=False)], run)
    assert number(lake, "SELECT count(*) FROM lake.figures WHERE sentence > 'zzz'") == made["figures"].num_rows
    assert number(lake, "SELECT count(*) FROM lake.figures WHERE latitude IS NULL") == made["figures"].num_rows


def test_published_files_are_the_adopted_ones_and_sorted(lake: Lake) -> None:
    add(lake, docs(12, months=2))
    first = publish(lake)
    for table in BY_MONTH:
        assert inodes(first.folder, table) == inodes(lake.layout.data / "main", table)
    add(lake, docs(8, start=12, months=1))
    second = publish(lake)
    assert inodes(first.folder, "figures") < inodes(second.folder, "figures")
    assert inodes(second.folder, "figures") == inodes(lake.layout.data / "main", "figures")
    for path in (second.folder / "figures").rglob("*.parquet"):
        table = pq.read_table(path, partitioning=None)
        keys = [(key.split()[0], "ascending") for key in SORTED_BY["figures"].split(", ")]
        assert table.sort_by(keys).equals(table)
    assert query(lake.layout.database, "SELECT count(*) AS n FROM articles").to_pylist() == [{"n": 20}]
    assert_sound(lake)


def test_what_is_published_of_adopted_rows_is_what_a_full_publication_writes(lake: Lake) -> None:
    add(lake, docs(12, months=2))
    publish(lake)
    add(lake, [*docs(8, start=12, months=1), Doc(name="alone", text=story("alone"), published=date(2021, 5, 5))])
    add(lake, [replace(docs(1)[0], text=story("revised"))])
    linked = {table: published_rows(publish(lake).folder, table) for table in BY_MONTH}
    anew = publish(lake, fully=True)
    for table in BY_MONTH:
        assert not inodes(anew.folder, table) & inodes(lake.layout.data / "main", table)
        key = table[:-1] + "_id"
        assert linked[table].sort_by(key).equals(published_rows(anew.folder, table).sort_by(key))
    assert_sound(lake)


def test_pandas_and_duckdb_read_links_beside_files_of_the_publication(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(lake, docs(6, months=1))
    monkeypatch.setattr(staging, "LEAST_MONTH", 1000)
    add(lake, docs(6, start=6, months=1))
    publication = publish(lake)
    assert merged_files(publication, "figures") == ["part-000001-0000.parquet", "part-000001.parquet"]
    frame = pd.read_parquet(publication.folder / "figures")
    assert len(frame) == publication.rows["figures"] == number(lake, "SELECT count(*) FROM lake.figures")
    pattern = f"{publication.folder}/figures/**/*.parquet"
    (kinds,) = duckdb.sql(f"SELECT count(DISTINCT typeof(rules)) FROM '{pattern}'").fetchall()
    assert kinds == (1,)


def test_what_was_merged_can_be_merged_with_larger_parts_at_once(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("FEW_ROWS", 60), ("MOST_PARTS", 1), ("MANY_ROWS", 10_000), ("MOST_LINKS", 1)):
        monkeypatch.setattr(publish_module, name, value)
    for n, size in enumerate((40, 4, 4)):  # one part of more than FEW_ROWS, and two of less
        add(lake, docs(size, start=100 * n, months=1))
    publication = publish(lake)
    assert merged_files(publication, "figures") == ["part-000001-merged-more.parquet"]
    assert_sound(lake)


def test_parts_that_pile_up_are_merged_with_their_like(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish_module, "MOST_PARTS", 2)
    monkeypatch.setattr(publish_module, "FEW_ROWS", 60)
    monkeypatch.setattr(publish_module, "MOST_LINKS", 3)
    seen = []
    for n, count in enumerate((40, 4, 4, 4, 4)):
        add(lake, docs(count, start=100 * n, months=1))
        publication = publish(lake)
        seen.append(merged_files(publication, "figures"))
        assert publication.rows["figures"] == number(lake, "SELECT count(*) FROM lake.figures")
    large = "part-000001-0000.parquet"
    assert seen[2] == [large, "part-000002-0000.parquet", "part-000003-0000.parquet"]
    assert seen[3] == [large, "part-000004-merged.parquet"]
    assert_sound(lake)


def test_a_revision_writes_its_month_anew_and_leaves_the_links_of_others(lake: Lake) -> None:
    chosen = docs(12, months=2)
    add(lake, chosen)
    first = publish(lake)
    add(lake, [replace(chosen[0], text=story("revised"))])
    second = publish(lake)
    kept = inodes(first.folder, "figures/year=2020/month=2")
    assert inodes(second.folder, "figures/year=2020/month=2") == kept
    assert not inodes(second.folder, "figures/year=2020/month=1") & inodes(first.folder, "figures/year=2020/month=1")
    ids = published_rows(second.folder, "figures").column("article_id")
    assert not pc.any(pc.equal(ids, chosen[0].article_id)).as_py()
