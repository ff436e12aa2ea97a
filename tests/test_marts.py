"""Kept views: after any change of the tables they hold what their SELECT gives."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.arrow import arrow_schema
from schemas.contracts import MARTS as MART_NAMES
from schemas.contracts import load_contract
from tests.lakes import add, assert_sound, docs
from tests.test_views import MEASURES, database, filled
from warehouse import marts as marts_module
from warehouse.lake import Lake
from warehouse.manifest import Manifest, Part, measured, read_manifest, version_folder
from warehouse.marts import MARTS, check_marts, current_marts, fingerprint, mart_columns, publish_marts
from warehouse.publish import publish
from warehouse.query import query
from warehouse.storage import LakeSettings, Layout

Rows = dict[str, list[dict[str, Any]]]


class Versions:
    """Published versions without a lake: one file a table and month, linked where its rows are the same."""

    def __init__(self, root: Path) -> None:
        self.layout = Layout(root)
        self.number = 0
        self.manifest: Manifest | None = None
        self.months: dict[str, list[dict[str, Any]]] = {}

    def publish(self, rows: Rows, *, fully: bool = False) -> Path:
        """The next version; returns its folder."""
        self.number += 1
        folder = version_folder(self.layout, self.number)
        parts: list[Part] = []
        months: dict[str, list[dict[str, Any]]] = {}
        for table in ("articles", "figures", "mentions", "measures"):
            by_month: dict[str, list[dict[str, Any]]] = {}
            for row in rows.get(table, []):
                by_month.setdefault(f"{row['published']:%Y-%m}" if "published" in row else "all", []).append(row)
            for month, some in by_month.items() or {"none": []}.items():
                months[f"{table} {month}"] = some
                parts.append(self.part(folder, table, month, some))
        before = None if fully else self.manifest
        kept, prints = publish_marts(LakeSettings(), self.layout, folder, parts, before, self.number)
        self.months = months
        self.manifest = Manifest(
            version=self.number, snapshot=self.number, published_at="", schema_version=1, lake_id="",
            columns={}, parts=(*parts, *kept), marts=prints,
        )  # fmt: skip
        return folder

    def part(self, folder: Path, table: str, month: str, rows: list[dict[str, Any]]) -> Part:
        """A file with those rows, or the old one where it has the same."""
        if self.manifest is not None and self.months.get(f"{table} {month}") == rows:
            old = next(one for one in self.manifest.parts if (one.table, one.month) == (table, month))
            (folder / old.path).parent.mkdir(parents=True, exist_ok=True)
            (folder / old.path).hardlink_to(version_folder(self.layout, self.manifest.version) / old.path)
            return old
        path = f"{table}/{month}-{self.number}.parquet"
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        schema = arrow_schema(load_contract(table))
        pq.write_table(pa.Table.from_pylist([filled(table, row) for row in rows], schema=schema), folder / path)
        return measured(folder, table, month, path, len(rows))


def rows_of(folder: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a mart in a version."""
    rows: list[dict[str, Any]] = pq.ParquetDataset(folder / name, partitioning=None).read().to_pylist()
    return rows


def computed(rows: Rows, name: str) -> list[dict[str, Any]]:
    """The rows that its SELECT gives."""
    found: list[dict[str, Any]] = database(rows).execute(f"FROM {name}").to_arrow_table().to_pylist()
    return found


def ordered(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Rows in an order of their own."""
    return sorted(repr(sorted(row.items())) for row in rows)


def some_mentions(chance: random.Random, article: dict[str, Any]) -> list[dict[str, Any]]:
    """Names that the articles share, in other forms and countries, and a date, which is no entity."""
    mentions = []
    for position in range(chance.randrange(6)):
        kind, entity = chance.choice([("PERSON", "Ana Li"), ("PERSON", "Bo Li"), ("PLACE", "Georgia"), ("DATE", None)])
        mentions.append(
            {
                "mention_id": f"{article['article_id']}-{position}",
                "article_id": article["article_id"],
                "published": article["published"],
                "kind": kind,
                "entity": entity if entity is None or chance.random() < 0.7 else entity.upper(),
                "quote": chance.choice(["Li", "Georgia"]),
                "country": chance.choice(["US", "GE", None]) if kind == "PLACE" else None,
            }
        )
    return mentions


def some_article(chance: random.Random, number: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """An article of two months with figures of few places and days, so that they meet."""
    published = date(2020, 1 + chance.randrange(2), 1 + chance.randrange(6))
    article = {
        "article_id": f"a{number}",
        "story_id": f"a{number - number % 2}",
        "published": published,
    }
    figures = []
    for position in range(chance.randrange(5)):
        start = published - timedelta(days=chance.randrange(4))
        low = float(chance.randrange(1, 40))
        figures.append(
            {
                "figure_id": f"f{number}-{position}",
                "article_id": f"a{number}",
                "published": published,
                "measure": chance.choice(["deaths", "arrests", "protest_size"]),
                "country": chance.choice(["PH", "BY", "US", None]),
                "place": chance.choice([None, "Leyte", "Minsk"]),
                "value": low,
                "low": low,
                "high": chance.choice([low, None]),
                "unit": chance.choice(["person", "soldier"]),
                "date_start": start,
                "date_end": start + timedelta(days=chance.choice([0, 0, 1, 30])),
                "quote_start": position * 50,
                "sentence_start": position // 2 * 100,
                "attribution": chance.choice([None, None, "police", "organisers"]),
                "status": chance.choice(["asserted", "asserted", "planned"]),
            }
        )
    return article, figures


@pytest.fixture
def small_buckets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(marts_module, "BUCKET_ROWS", 10)
    yield


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.usefixtures("small_buckets")
def test_changes_give_what_the_select_gives(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    versions = Versions(tmp_path)
    pairs = [some_article(chance, number) for number in range(20)]
    for step in range(5):
        names = random.Random(seed + step // 2)  # every other time they stay as they are
        rows: Rows = {
            "articles": [article for article, _ in pairs],
            "figures": [figure for _, figures in pairs for figure in figures],
            "mentions": [mention for article, _ in pairs for mention in some_mentions(names, article)],
            "measures": MEASURES,
        }
        folder = versions.publish(rows)
        for mart in MARTS:
            assert ordered(rows_of(folder, mart.name)) == ordered(computed(rows, mart.name)), (step, mart.name)
        change = chance.randrange(4)
        if change == 0:  # articles come
            pairs = pairs + [some_article(chance, 100 * (step + 1) + number) for number in range(3)]
        elif change == 1:  # and go
            pairs = [pair for pair in pairs if chance.random() > 0.2]
        elif change == 2:  # a figure is read otherwise
            pairs = [
                (article, [{**f, "value": 99.0, "high": None} if chance.random() < 0.1 else f for f in figures])
                for article, figures in pairs
            ]
        else:  # an article turns out to be a copy
            pairs = [({**a, "story_id": "a0"} if chance.random() < 0.2 else a, figures) for a, figures in pairs]


def test_files_without_change_are_links_and_the_others_hold_the_change(tmp_path: Path) -> None:
    figures = [
        {
            "figure_id": f"f{n}", "article_id": f"a{n}", "measure": "deaths", "country": f"{chr(65 + n)}X", "value": 1,
            "date_start": date(1990 + n, 1, 1), "published": date(2020, 1, 1), "low": 1, "high": 1,
        }
        for n in range(26)
    ]  # fmt: skip
    articles = [{"article_id": f"a{n}", "published": date(2020, 1, 1)} for n in range(26)]
    versions = Versions(tmp_path)
    first = versions.publish({"articles": articles, "figures": figures, "measures": MEASURES})
    changed = [{**figure, "value": 2, "high": 2} if figure["country"] == "MX" else figure for figure in figures]
    second = versions.publish({"articles": articles, "figures": changed, "measures": MEASURES})
    for name in ("fact_links", "fact_groups"):
        old = {path.relative_to(first): path.stat().st_ino for path in (first / name).rglob("*.parquet")}
        new = {path.relative_to(second): path.stat().st_ino for path in (second / name).rglob("*.parquet")}
        assert len(new) == len(old) > 1
        assert len(set(new.values()) - set(old.values())) == 1  # one year was written
        assert {row["country"]: row["value" if name == "fact_links" else "most"] for row in rows_of(second, name)}[
            "MX"
        ] == 2


def test_a_change_of_the_measures_computes_all_anew(tmp_path: Path) -> None:
    figure = {
        "figure_id": "f1", "article_id": "a1", "measure": "deaths", "country": "PH", "value": 1, "low": 1, "high": 1,
        "date_start": date(2020, 1, 1), "published": date(2020, 1, 1),
    }  # fmt: skip
    rows: Rows = {
        "articles": [{"article_id": "a1", "published": date(2020, 1, 1)}],
        "figures": [figure],
        "measures": MEASURES,
    }
    versions = Versions(tmp_path)
    versions.publish(rows)
    other = [{**measure, "is_core": measure["measure"] != "deaths"} for measure in MEASURES]
    folder = versions.publish({**rows, "measures": other})
    assert rows_of(folder, "fact_links") == rows_of(folder, "fact_groups") == []


@pytest.mark.parametrize("name", MART_NAMES)
def test_contract_and_select_have_the_same_columns(name: str) -> None:
    mart = next(mart for mart in MARTS if mart.name == name)
    described = database({}).execute(f"DESCRIBE {name}").fetchall()
    assert {row[0]: row[1] for row in described} == mart_columns(mart)


def test_a_mart_of_other_code_is_a_view_until_the_next_publication(tmp_path: Path, monkeypatch: Any) -> None:
    with Lake.create_or_open(tmp_path / "lake", LakeSettings()) as lake:
        add(lake, docs(3))
        first = publish(lake)
        assert current_marts(read_manifest(first.folder)) == list(MART_NAMES)
        assert not publish(lake).is_new
        changed = tuple(replace(mart, sorted_by=f"{mart.sorted_by}, {mart.key[0]}") for mart in MARTS)
        for module in ("warehouse.marts", "warehouse.publish"):
            monkeypatch.setattr(f"{module}.MARTS", changed)
        assert current_marts(read_manifest(first.folder)) == []
        second = publish(lake)
        assert second.is_new
        assert current_marts(read_manifest(second.folder)) == list(MART_NAMES)
        assert_sound(lake)


def test_a_mart_that_is_not_what_its_select_gives_is_found(tmp_path: Path) -> None:
    chance = random.Random(1)
    pairs = [some_article(chance, number) for number in range(20)]
    versions = Versions(tmp_path)
    folder = versions.publish(
        {"articles": [a for a, _ in pairs], "figures": [f for _, some in pairs for f in some], "measures": MEASURES}
    )
    manifest = versions.manifest
    assert manifest is not None
    assert check_marts(LakeSettings(), versions.layout, manifest) == []
    path = folder / next(part.path for part in manifest.parts if part.table == "fact_links")
    path.rename(tmp_path / "kept.parquet")
    con = duckdb.connect()
    con.execute(f"COPY (SELECT * REPLACE (value + 1 AS value) FROM '{tmp_path}/kept.parquet') TO '{path}'")
    (problem,) = check_marts(LakeSettings(), versions.layout, manifest)[:1]
    assert "fact_links: not what its SELECT gives" in problem


def test_marts_are_there_for_readers(tmp_path: Path) -> None:
    with Lake.create_or_open(tmp_path / "lake", LakeSettings()) as lake:
        publication = publish(lake)
        for name in MART_NAMES:
            table = query(lake.layout.database, f"FROM {name}")
            assert table.num_rows == 0 and tuple(table.column_names) == load_contract(name).names
            assert publication.rows[name] == 0
        sql = "SELECT comment FROM duckdb_columns() WHERE table_name = 'fact_groups' AND column_name = 'recommended'"
        assert "recommended_by" in query(lake.layout.database, sql).column("comment")[0].as_py()


def test_only_the_entities_of_changed_mentions_are_counted_again(tmp_path: Path, small_buckets: None) -> None:
    mentions = [
        {
            "mention_id": f"m{n}", "article_id": f"a{n}", "published": date(2020, 1, 1), "kind": "PERSON",
            "entity": f"{chr(65 + n % 26)}na Li", "quote": "Li",
        }
        for n in range(52)
    ]  # fmt: skip
    figures = [{"figure_id": f"f{n}", "article_id": "a1", "published": date(2020, 1, 1)} for n in range(60)]
    versions = Versions(tmp_path)
    rows: Rows = {"articles": [], "figures": figures, "measures": MEASURES, "mentions": mentions}
    first = versions.publish(rows)
    later = {**mentions[0], "mention_id": "m99", "article_id": "a99", "published": date(2020, 2, 1), "quote": "Ana"}
    second = versions.publish({**rows, "mentions": [*mentions, later]})
    old = {path.stat().st_ino for path in (first / "entities").rglob("*.parquet")}
    new = {path.stat().st_ino for path in (second / "entities").rglob("*.parquet")}
    assert len(new) == len(old) > 1
    assert len(new - old) == 1  # one bucket was written
    (entity,) = [row for row in rows_of(second, "entities") if row["entity"] == "Ana Li"]
    assert entity["variants"] == [{"variant": "Li", "mentions": 2}, {"variant": "Ana", "mentions": 1}]
    assert (entity["articles"], entity["first_seen"], entity["last_seen"]) == (3, date(2020, 1, 1), date(2020, 2, 1))


def test_fingerprints_name_all_that_decides() -> None:
    part = Part(table="measures", month=None, path="", rows=1, bytes=1, sha256="a")
    links, tree, entities = MARTS
    assert fingerprint(links, [part]) != fingerprint(links, [replace(part, sha256="b")])
    assert fingerprint(links, [part]) != fingerprint(links, [part, replace(part, table="figures", rows=10**6)])
    assert len({fingerprint(mart, [part]) for mart in (links, tree, entities)}) == 3
