"""Expectations: each rule catches the row that breaks it, and no other."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest

import flows.validate
from flows.derived import DERIVED, Columns, article_texts
from flows.validate import Verdict, broken, doubts, undecided, validate
from schemas.arrow import arrow_schema
from schemas.contracts import TABLES, load_contract
from schemas.expectations import COUNTRIES, rule_named, suite

TEXT = "Over 7,000 people were arrested in Minsk in the week before. Two died."
PUBLISHED = date(2020, 8, 17)


def article(**changes: Any) -> dict[str, Any]:
    row = {column.name: None for column in load_contract("articles").columns} | {
        "article_id": "a" * 16,
        "document_id": "b" * 16,
        "published": PUBLISHED,
        "authors": [],
        "language": "en",
        "text": TEXT,
        "text_length": len(TEXT),
        "evidence": "{}",
        "cuts": "[]",
        "extractor_version": "1",
        "rules_hash": "0",
        "run_id": "r",
    }
    return row | changes


def figure(number: int = 0, **changes: Any) -> dict[str, Any]:
    row = {column.name: None for column in load_contract("figures").columns} | {
        "figure_id": f"{number:016x}",
        "article_id": "a" * 16,
        "published": PUBLISHED,
        "measure": "arrests",
        "value": 7000.0,
        "low": 7000.0,
        "relation": "over",
        "kind": "count",
        "date_start": date(2020, 8, 10),
        "date_end": date(2020, 8, 16),
        "date_precision": "week",
        "country": "BY",
        "status": "asserted",
        "value_text": "7,000",
        "quote": "7,000",
        "quote_start": 5,
        "quote_end": 10,
        "sentence": TEXT[:60],
        "sentence_start": 0,
        "sentence_end": 60,
        "rules": ["numbers.digits"],
        "extractor_version": "1",
        "rules_hash": "0",
        "run_id": "r",
    }
    return row | changes


def mention(**changes: Any) -> dict[str, Any]:
    row = {column.name: None for column in load_contract("mentions").columns} | {
        "mention_id": "c" * 16,
        "article_id": "a" * 16,
        "published": PUBLISHED,
        "kind": "PLACE",
        "quote": "Minsk",
        "quote_start": 35,
        "quote_end": 40,
        "sentence_start": 0,
        "entity_id": "d" * 16,
        "entity": "Minsk",
        "country": "BY",
        "confidence": 1.0,
        "rules": [],
        "extractor_version": "1",
        "rules_hash": "0",
        "run_id": "r",
    }
    return row | changes


def table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """A table with the contract's types, nulls allowed everywhere: the rules are what is tested."""
    schema = pa.schema([field.with_nullable(True) for field in arrow_schema(load_contract(name))])
    return pa.Table.from_pylist(rows, schema=schema)


def verdict(*, articles: Any = None, figures: Any = (), mentions: Any = ()) -> Verdict:
    tables = {
        "articles": table("articles", [article()] if articles is None else articles),
        "figures": table("figures", list(figures)),
        "mentions": table("mentions", list(mentions)),
    }
    return validate(tables, measures={"arrests", "share", "deaths"})


def test_good_rows_pass() -> None:
    found = verdict(figures=[figure(1), figure(2)], mentions=[mention()])
    assert found.rejected == {}
    assert found.warned == {}
    assert found.checked == sum(len(suite(name)) for name in ("articles", "figures", "mentions"))


BAD_FIGURES: list[tuple[str, dict[str, Any]]] = [
    ("figures.low_le_value", {"low": 7001.0}),
    ("figures.value_le_high", {"high": 6999.0}),
    ("figures.value_finite", {"value": float("inf")}),
    ("figures.quote_not_empty", {"quote": "", "quote_end": 5}),
    ("figures.quote_after_sentence_start", {"sentence_start": 6, "sentence": TEXT[6:60]}),
    ("figures.quote_before_sentence_end", {"sentence_end": 8, "sentence": TEXT[:8]}),
    ("figures.quote_is_slice", {"quote": "7.000"}),
    ("figures.sentence_is_slice", {"sentence": TEXT[:59] + "!"}),
    ("figures.article_exists", {"article_id": "e" * 16}),
    ("figures.date_order", {"date_start": date(2020, 8, 16), "date_end": date(2020, 8, 15)}),
    ("figures.date_both_or_none", {"date_end": None}),
    ("figures.date_start_plausible", {"date_start": date(25, 1, 1)}),
    ("figures.date_end_plausible", {"date_end": date(2999, 1, 1)}),
    ("figures.country_in_iso_3166", {"country": "XY"}),
    ("figures.country.pattern", {"country": "Belarus"}),
    ("figures.coordinates_both_or_none", {"latitude": 53.9}),
    ("figures.latitude.range", {"latitude": 153.9, "longitude": 20.0}),
    ("figures.relation.allowed", {"relation": "roughly"}),
    ("figures.status.not_null", {"status": None}),
    ("figures.measure.known", {"measure": "unicorns"}),
    ("figures.figure_id.pattern", {"figure_id": "nonsense"}),
    ("figures.rules.not_null", {"rules": None}),
]


def test_asking_on_doubt_only_gives_the_same_verdict() -> None:
    rows = [figure(n) | changes for n, (_, changes) in enumerate(BAD_FIGURES, 1)]
    tables = {"articles": table("articles", [article()]), "figures": table("figures", [figure(99), *rows])}
    always = validate(tables, measures={"arrests", "share", "deaths"})
    assert len(always.rejected["figures"]) == len(BAD_FIGURES)
    assert validate(tables, measures={"arrests", "share", "deaths"}, every=False) == always


def test_great_expectations_is_asked_in_every_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def broken(name: str, columns: Any, rules: Any) -> dict[Any, list[int]]:
        asked.append(name)
        return {}

    monkeypatch.setattr(flows.validate, "broken", broken)
    tables = {"articles": table("articles", [article()]), "figures": table("figures", [figure(1)])}
    validate(tables, measures={"arrests"})
    assert "figures" in asked
    asked.clear()
    validate(tables, measures={"arrests"}, every=False)
    assert asked == []


@pytest.mark.parametrize(("rule", "changes"), BAD_FIGURES, ids=[rule for rule, _ in BAD_FIGURES])
def test_bad_figure_is_rejected_by_name(rule: str, changes: dict[str, Any]) -> None:
    found = verdict(figures=[figure(1), figure(2, **changes), figure(3)])
    assert set(found.rejected["figures"]) == {1}
    assert rule in found.rejected["figures"][1]
    assert rule_named(rule).severity == "critical"


def test_duplicate_key_is_rejected() -> None:
    found = verdict(figures=[figure(1), figure(2), figure(1)])
    assert found.rejected["figures"] == {0: ("figures.figure_id.unique",), 2: ("figures.figure_id.unique",)}


BAD_ARTICLES: list[tuple[str, dict[str, Any]]] = [
    ("articles.text_length_counts_text", {"text_length": 1}),
    ("articles.text_not_blank", {"text": " \n ", "text_length": 3}),
    ("articles.published_plausible", {"published": date(25, 12, 1)}),
    ("articles.language.pattern", {"language": "English"}),
]


@pytest.mark.parametrize(("rule", "changes"), BAD_ARTICLES, ids=[rule for rule, _ in BAD_ARTICLES])
def test_bad_article_is_rejected_by_name(rule: str, changes: dict[str, Any]) -> None:
    found = verdict(articles=[article(), article(article_id="f" * 16, **changes)])
    assert found.rejected["articles"] == {1: (rule,)}


BAD_MENTIONS: list[tuple[str, dict[str, Any]]] = [
    ("mentions.kind.allowed", {"kind": "EVENT"}),
    ("mentions.quote_is_slice", {"quote": "Pinsk"}),
    ("mentions.confidence.range", {"confidence": 1.5}),
    ("mentions.entity_unless_date", {"entity": None}),
]


@pytest.mark.parametrize(("rule", "changes"), BAD_MENTIONS, ids=[rule for rule, _ in BAD_MENTIONS])
def test_bad_mention_is_rejected_by_name(rule: str, changes: dict[str, Any]) -> None:
    assert rule in verdict(mentions=[mention(**changes)]).rejected["mentions"][0]


WARNED: list[tuple[str, dict[str, Any]]] = [
    ("figures.count_not_negative", {"value": -3.0, "low": None}),
    ("figures.share_within_100", {"value": 120.0, "low": 120.0, "kind": "percent", "measure": "share"}),
    ("figures.part_le_total", {"of_total": 10.0}),
    ("figures.past_before_publication", {"date_start": date(2020, 9, 1), "date_end": date(2020, 9, 1)}),
]


@pytest.mark.parametrize(("rule", "changes"), WARNED, ids=[rule for rule, _ in WARNED])
def test_warning_keeps_the_row(rule: str, changes: dict[str, Any]) -> None:
    found = verdict(figures=[figure(1), figure(2, **changes)])
    assert found.rejected == {}
    assert found.warned == {rule: 1}


def test_unknown_publication_date_is_a_warning() -> None:
    assert verdict(articles=[article(published=None)]).warned == {"articles.published_known": 1}


def test_planned_figures_may_lie_ahead() -> None:
    ahead = figure(1, status="planned", date_start=date(2020, 9, 1), date_end=date(2020, 9, 1))
    assert verdict(figures=[ahead]).warned == {}


def test_names_are_unique_and_every_contract_column_is_covered() -> None:
    for name in TABLES:
        rules = suite(name)
        assert len({rule.name for rule in rules}) == len(rules)
    columns = set(load_contract("figures").names)
    for rule in suite("figures"):
        for column in rule.columns:
            assert column in columns or column in DERIVED or column.endswith(("_day", "_year", "_known"))


def test_countries_match_pycountry() -> None:
    pycountry = pytest.importorskip("pycountry")
    assert {country.alpha_2 for country in pycountry.countries} | {"XK"} == COUNTRIES


def test_empty_tables_pass() -> None:
    assert verdict(articles=[]).rejected == {}


def test_timestamps_are_utc() -> None:
    row = article(valid_from=datetime(2020, 8, 17, tzinfo=UTC))
    assert verdict(articles=[row]).rejected == {}


def test_great_expectations_is_asked_what_arrow_cannot_see_to_hold() -> None:
    texts = article_texts(table("articles", [article()]))

    def asked(*rows: dict[str, Any]) -> set[str]:
        columns = Columns(table("figures", list(rows)), texts, frozenset({"arrests"}))
        return {rule.name for rule in undecided(suite("figures"), columns)}

    assert asked(figure(1), figure(2)) == set()
    wrong: dict[str, Any] = {"country": "by", "status": "perhaps", "quote_start": -1, "low": 7001.0}
    assert asked(figure(1), figure(1, **wrong)) == {
        "figures.figure_id.unique", "figures.country.pattern", "figures.country_in_iso_3166", "figures.status.allowed",
        "figures.quote_start.range", "figures.quote_after_sentence_start", "figures.quote_is_slice",
        "figures.low_le_value",
    }  # fmt: skip


EVERY_RULE = [
    *(("figures", rule, figure(2, **changes)) for rule, changes in (*BAD_FIGURES, *WARNED)),
    *(("articles", rule, article(article_id="f" * 16, **changes)) for rule, changes in BAD_ARTICLES),
    *(("mentions", rule, mention(mention_id="d" * 16, **changes)) for rule, changes in BAD_MENTIONS),
]
SOUND = {"figures": figure(1), "articles": article(), "mentions": mention()}


@pytest.mark.parametrize(("name", "rule", "row"), EVERY_RULE, ids=[f"{case[1]}" for case in EVERY_RULE])
def test_arrow_and_great_expectations_agree(name: str, rule: str, row: dict[str, Any]) -> None:
    """All rules of a table are asked of both: what one finds broken, in as many rows, the other does."""
    texts = article_texts(table("articles", [article()]))
    columns = Columns(table(name, [SOUND[name], row, SOUND[name] | {"run_id": None}]), texts, frozenset({"arrests"}))
    theirs = broken(name, columns, suite(name))
    assert {one.name: len(rows) for one, rows in theirs.items()} == {
        one.name: doubts(one, columns) for one in undecided(suite(name), columns)
    }
    assert rule in {one.name for one in theirs}
