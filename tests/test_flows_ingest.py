"""Ingest without Prefect: what is committed, in which order, and what becomes of what is wrong."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from flows import batches
from flows.batches import Batch, BatchDone, Rejects, process_batch
from flows.ingest import Tally, ingest_documents
from flows.lakes import open_lake
from flows.pool import Pool, share
from flows.replay import begin_here, replay
from flows.settings import Settings, load_settings
from flows.spool import write_spool
from tests.command_line import SAMPLES
from tests.worker_jobs import kill_on
from transforms.documents import RawDocument
from transforms.values import Article
from warehouse.lake import Lake
from warehouse.quarantine import list_entries
from warehouse.staging import find_staged, list_staged
from warehouse.verify import verify

OWN = ("run_id", "valid_from", "valid_to", "closed_by")
"""Columns that say which run wrote a row, and when."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(lake=str(tmp_path / "lake"), workers=1, fsync=False, progress="none")


@pytest.fixture
def lake(settings: Settings) -> Iterator[Lake]:
    with open_lake(settings, create=True) as opened:
        yield opened


def take_in(lake: Lake, settings: Settings, *paths: str | Path, **options: Any) -> Tally:
    return ingest_documents(lake, settings, [str(path) for path in paths], {}, {}, begin_here, **options)


def contents(lake: Lake, table: str) -> pa.Table:
    """The rows of a table without what differs from run to run, in the order of their keys."""
    rows = lake.arrow(f"SELECT * FROM lake.{table} ORDER BY ALL")
    return rows.drop_columns([name for name in OWN if name in rows.column_names]).sort_by(rows.column_names[0])


def stories(folder: Path, count: int) -> Path:
    """JSON Lines of short articles, some repeated, some revised, one broken."""
    lines = []
    for number in range(count):
        text = f"Police arrested {number + 2} people in Minsk on Sunday. {number + 3} of them were freed the next day."
        lines.append(json.dumps({"id": f"s{number}", "published": "2020-08-17", "text": text}))
    lines.append(lines[3])
    lines.append(json.dumps({"id": "s4", "published": "2020-08-17", "text": "Police arrested 400 people in Minsk."}))
    lines.append("{broken")
    path = folder / "stories.jsonl"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_samples_once_and_never_twice(lake: Lake, settings: Settings) -> None:
    first = take_in(lake, settings, SAMPLES)
    assert first.counts["articles_new"] == first.counts["documents_read"] == 13
    assert first.counts["figures_new"] > 100
    assert first.rejected == {}
    again = take_in(lake, settings, SAMPLES)
    assert (again.counts["articles_new"], again.counts["articles_seen_again"]) == (0, 13)
    assert again.counts["figures_new"] == 0
    assert list_staged(lake.root) == []
    assert not list(lake.layout.staging.iterdir()), "spool and staging are empty after a run"


def test_rows_do_not_depend_on_workers_or_batch_size(tmp_path: Path) -> None:
    path = stories(tmp_path, 24)
    seen: dict[str, list[pa.Table]] = {}
    tables = ("articles", "figures", "mentions", "articles_history", "figures_history")
    for name, workers, documents in (("one", 1, 2000), ("small", 1, 9), ("two", 2, 6)):
        options = {"workers": workers, "batch_documents": documents, "commit_batches": 2}
        settings = load_settings(lake=str(tmp_path / name), fsync=False, progress="none", **options)
        with open_lake(settings, create=True) as lake:
            if workers == 1:
                tally = take_in(lake, settings, path, SAMPLES)
            else:
                with share(Pool(workers)) as pool:
                    begin = lambda batch: pool.submit(process_batch, batch)  # noqa: E731
                    tally = ingest_documents(lake, settings, [str(path), str(SAMPLES)], {}, {}, begin)
            assert tally.counts["articles_new"] == 24 + 1 + 13
            assert tally.counts["articles_revised"] == 1
            assert tally.counts["articles_seen_again"] == 1
            assert tally.rejected == {"json.invalid": 1}
            seen[name] = [contents(lake, table) for table in tables]
    for table, one, small, two in zip(tables, seen["one"], seen["small"], seen["two"], strict=True):
        assert one.num_rows > 0
        assert one.equals(small), table
        assert one.equals(two), table


def test_a_batch_is_staged_once(lake: Lake, settings: Settings, tmp_path: Path) -> None:
    batch = spooled(lake, tmp_path, [RawDocument(content="Two people died in Minsk.", path="a.txt")])
    first = process_batch(batch)
    staged = find_staged(lake.root, batch.batch_id)
    assert staged is not None and staged.rows["articles"] == 1
    stamp = (staged.folder / "batch.json").stat().st_mtime_ns
    second = process_batch(batch)
    assert second.counts["documents_read"] == first.counts["documents_read"] == 1
    assert (staged.folder / "batch.json").stat().st_mtime_ns == stamp


def spooled(lake: Lake, folder: Path, documents: list[RawDocument]) -> Batch:
    path = folder / "batch.arrow"
    write_spool(path, documents)
    size = sum(document.size for document in documents)
    return Batch(
        lake=str(lake.root), run_id="r1", number="000000", spool=str(path), documents=len(documents), bytes=size
    )


def with_value(rows: Any, table: str, column: str, value: object) -> Any:
    """The rows with another value in a column of the table's first."""
    from transforms.rows import COLUMNS

    first = dict(zip(COLUMNS[table], rows[table][0], strict=True)) | {column: value}
    return rows | {table: [tuple(first.values()), *rows[table][1:]]}


def test_a_value_that_no_column_can_hold_costs_its_row_and_no_other() -> None:
    from transforms.rows import article_values

    article = Article(article_id="a" * 16, document_id="b" * 16, text="Two died.", title=None, published=None)
    good = article_values(article)
    bad = with_value({"articles": [good]}, "articles", "title", "a lone \ud800")["articles"][0]
    rejects = Rejects("r1")
    table = batches.table_of_values("articles", [good, bad, good], "r1", rejects)
    assert table.num_rows == 2 and table.column("run_id").to_pylist() == ["r1", "r1"]
    assert table.column("valid_to").null_count == 2
    assert rejects.reasons == {"articles.types": 1}


def test_a_bad_row_goes_to_quarantine_and_the_rest_of_the_article_stays(
    lake: Lake, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import transforms.rows

    honest = transforms.rows.row_values

    def lying(article: Article, extraction: Any) -> Any:
        return with_value(honest(article, extraction), "figures", "low", 31.0)

    monkeypatch.setattr(transforms.rows, "row_values", lying)
    (tmp_path / "a.txt").write_text("Police arrested 30 people in Minsk on Sunday. Two of them died.")
    tally = take_in(lake, settings, tmp_path / "a.txt")
    assert tally.rejected == {"figures.low_le_value": 1}
    assert (tally.counts["articles_new"], tally.counts["figures_new"], tally.counts["quarantined"]) == (1, 1, 1)
    entry = list_entries(lake)[0]
    assert (entry["level"], entry["table_name"], entry["reason"]) == ("row", "figures", "figures.low_le_value")
    row = lake.sql("SELECT content FROM lake.quarantine").fetchall()[0][0]
    assert json.loads(row)["value"] == 30


@pytest.mark.parametrize("form", ["a line", "a file", "a member"])
def test_a_huge_document_is_set_aside_and_the_others_pass(
    lake: Lake, settings: Settings, tmp_path: Path, form: str
) -> None:
    huge = b"x" * 100_000_000
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    if form == "a line":
        before, after = (json.dumps({"id": name, "text": "Two died in Minsk."}).encode() for name in "ab")
        (inbox / "wire.jsonl").write_bytes(b"\n".join([before, b'{"text": "' + huge + b'"}', after]))
    else:
        for name in "ac":
            (inbox / f"{name}.txt").write_text(f"Two died in Minsk, says the {name} paper.")
        if form == "a file":
            (inbox / "b.txt").write_bytes(huge)
        else:
            with zipfile.ZipFile(inbox / "b.zip", "w") as archive:
                archive.writestr("huge.txt", huge)
    tally = take_in(lake, settings, inbox)
    assert tally.counts["articles_new"] == 2
    assert tally.rejected == {"document.too_long": 1}
    entry = list_entries(lake)[0]
    assert (entry["level"], entry["reason"], entry["state"]) == ("document", "document.too_long", "open")


@pytest.fixture
def unknown_measure(
    lake: Lake, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[pytest.MonkeyPatch]:
    """A lake in which one of two figures was rejected: its measure has no contract."""
    import transforms.rows

    honest = transforms.rows.row_values

    def ahead(article: Article, extraction: Any) -> Any:
        return with_value(honest(article, extraction), "figures", "measure", "invented")

    (tmp_path / "a.txt").write_text("Police arrested 30 people in Minsk on Sunday. Two of them died.")
    with monkeypatch.context() as patched:
        patched.setattr(transforms.rows, "row_values", ahead)
        tally = take_in(lake, settings, tmp_path / "a.txt")
    assert tally.rejected == {"figures.measure.known": 1}
    yield monkeypatch


def test_a_row_that_passes_now_is_replayed_into_its_table(
    lake: Lake, settings: Settings, unknown_measure: pytest.MonkeyPatch
) -> None:
    import transforms.measures

    before = replay(lake, settings).rows
    assert (before.tried, before.back, before.failed) == (1, 0, {"figures.measure.known": 1})
    assert [(row["tries"], row["state"]) for row in list_entries(lake, None)] == [(2, "open")]
    known = SimpleNamespace(measures=[*transforms.measures.load_measures().measures, "invented"])
    unknown_measure.setattr(transforms.measures, "load_measures", lambda: known)
    after = replay(lake, settings).rows
    assert (after.tried, after.back, after.failed) == (1, 1, {})
    assert lake.sql("SELECT value FROM lake.figures WHERE measure = 'invented'").fetchall() == [(30,)]
    assert [row["state"] for row in list_entries(lake, None)] == ["replayed"]
    assert replay(lake, settings).rows.tried == 0
    assert verify(lake).problems == []


def test_a_row_of_a_text_that_was_revised_is_dropped(
    lake: Lake, settings: Settings, unknown_measure: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("Police arrested 35 people in Minsk on Sunday. Two of them died.")
    take_in(lake, settings, tmp_path / "a.txt")
    done = replay(lake, settings).rows
    assert (done.tried, done.back, done.outdated) == (1, 0, 1)
    assert [row["state"] for row in list_entries(lake, None)] == ["dropped"]


def test_an_article_that_breaks_its_contract_is_replayed_as_its_document(
    lake: Lake, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import transforms.rows

    honest = transforms.rows.row_values

    def lying(article: Article, extraction: Any) -> Any:
        return with_value(honest(article, extraction), "articles", "text_length", 1)

    monkeypatch.setattr(transforms.rows, "row_values", lying)
    (tmp_path / "a.txt").write_text("Police arrested 30 people in Minsk on Sunday.")
    tally = take_in(lake, settings, tmp_path / "a.txt")
    assert tally.rejected == {"articles.text_length_counts_text": 1}
    assert tally.counts["figures_new"] == tally.counts["articles_new"] == 0
    monkeypatch.setattr(transforms.rows, "row_values", honest)
    done = replay(lake, settings)
    assert (done.tried, done.tally.counts["articles_new"], done.tally.rejected) == (1, 1, {})
    assert list_entries(lake) == []
    assert [row["state"] for row in list_entries(lake, None)] == ["replayed"]


def test_a_row_that_no_column_can_hold_is_rejected_alone(tmp_path: Path) -> None:
    rejects = Rejects("r1")
    good = {"measure": "deaths", "means": "m", "counts": "people", "cumulative": True, "is_core": True}
    table = batches.typed_table("measures", [good, good | {"cumulative": "perhaps"}], rejects)
    assert table.num_rows == 1
    assert rejects.reasons == {"measures.types": 1}


def test_an_extractor_that_fails_on_one_article_costs_that_article(
    lake: Lake, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import transforms.extract

    honest = transforms.extract.extract_all

    def failing(articles: list[Article], tagger: str = "builtin") -> Any:
        if any("unlucky" in article.text for article in articles):
            raise ZeroDivisionError("by rule")
        return honest(articles, tagger)

    (tmp_path / "a.txt").write_text("Police arrested 30 people in Minsk on Sunday.")
    (tmp_path / "b.txt").write_text("The unlucky ferry sank; 30 people died.")
    monkeypatch.setattr(transforms.extract, "extract_all", failing)
    tally = take_in(lake, settings, tmp_path / "a.txt", tmp_path / "b.txt")
    assert tally.rejected == {"extract.failed": 1}
    assert tally.counts["articles_new"] == 1
    assert "ZeroDivisionError" in tally.examples[0] and "b.txt" in tally.examples[0]
    monkeypatch.setattr(transforms.extract, "extract_all", honest)
    assert replay(lake, settings).tally.counts["articles_new"] == 1


def test_what_fails_again_keeps_its_entry_with_one_more_try(lake: Lake, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "lines.jsonl").write_text('{"id": 1, "text": "Two people died."}\n{broken\n')
    (tmp_path / "noise.txt").write_bytes(bytes(range(256)) * 8)
    tally = take_in(lake, settings, tmp_path / "lines.jsonl", tmp_path / "noise.txt")
    assert tally.counts["articles_new"] == 1
    assert set(tally.rejected) == {"json.invalid", "decode.binary"}
    done = replay(lake, settings)
    assert (done.tried, done.tally.counts["articles_new"]) == (2, 0)
    assert sorted((row["reason"], row["tries"], row["state"]) for row in list_entries(lake)) == [
        ("decode.binary", 2, "open"),
        ("json.invalid", 2, "open"),
    ]


def test_a_path_that_is_not_there_is_told_and_not_kept(lake: Lake, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Two people died.")
    tally = take_in(lake, settings, tmp_path / "a.txt", tmp_path / "gone")
    assert tally.rejected == {"path.missing": 1}
    assert list_entries(lake) == []


def test_a_document_that_kills_its_worker_is_found_and_costs_no_other(
    lake: Lake, settings: Settings, tmp_path: Path
) -> None:
    for number in range(4):
        word = "deadly" if number == 2 else "quiet"
        (tmp_path / f"{number}.txt").write_text(f"A {word} day: police arrested {number + 2} people in Minsk.")
    with share(Pool(1)) as pool:
        begin = lambda batch: pool.submit(kill_on, "deadly", batch)  # noqa: E731
        tally = ingest_documents(lake, settings, [str(path) for path in sorted(tmp_path.glob("*.txt"))], {}, {}, begin)
    assert tally.counts["articles_new"] == 3
    assert tally.rejected == {"worker.died": 1}
    assert tally.counts["documents_read"] == 4
    entry = list_entries(lake)[0]
    assert (entry["reason"], entry["path"]) == ("worker.died", "2.txt")


def test_ctrl_c_keeps_what_is_finished(lake: Lake, settings: Settings, tmp_path: Path) -> None:
    path = stories(tmp_path, 20)
    small = settings.model_copy(update={"batch_documents": 4, "commit_batches": 100})
    begun = 0

    def begin(batch: Batch) -> Future[BatchDone]:
        nonlocal begun
        begun += 1
        if begun == 5:
            raise KeyboardInterrupt
        return begin_here(batch)

    with pytest.raises(KeyboardInterrupt):
        ingest_documents(lake, small, [str(path)], {}, {}, begin)
    kept = lake.sql("SELECT count(*) FROM lake.articles").fetchall()[0][0]
    assert 0 < kept < 20
    states = lake.sql("SELECT state FROM lake.runs").fetchall()
    assert states == [("interrupted",)]
    rest = take_in(lake, settings, path)
    assert rest.counts["articles_new"] + kept == 21


def test_an_interrupted_run_leaves_no_spool(lake: Lake, settings: Settings, tmp_path: Path) -> None:
    def begin(batch: Batch) -> Future[BatchDone]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest_documents(lake, settings, [str(stories(tmp_path, 6))], {}, {}, begin)
    assert [path.name for path in lake.layout.staging.iterdir() if path.name.startswith(".spool")] == []


def test_known_articles_are_not_extracted_again(
    lake: Lake, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import transforms.extract

    (tmp_path / "a.txt").write_text("Police arrested 30 people in Minsk on Sunday.")
    take_in(lake, settings, tmp_path / "a.txt")

    def never(articles: list[Article], tagger: str = "builtin") -> Any:
        if articles:
            raise AssertionError("extracted again")
        return []

    monkeypatch.setattr(transforms.extract, "extract_all", never)
    tally = take_in(lake, settings, tmp_path / "a.txt")
    assert (tally.counts["articles_seen_again"], tally.rejected) == (1, {})
