"""Great Expectations over the published tables, and its pages."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.validation_report import learned_bounds, validate_published, within
from tests.test_views import database

TEXT = "Police arrested 120 people in Minsk on Sunday."
ARTICLE: dict[str, Any] = {
    "article_id": "00000000000000a1",
    "document_id": "00000000000000b1",
    "story_id": "00000000000000a1",
    "revision": 1,
    "published": date(2020, 8, 17),
    "text": TEXT,
    "text_length": len(TEXT),
    "language": "en",
    "run_id": "r1",
}
FIGURE: dict[str, Any] = {
    "figure_id": "00000000000000f1",
    "article_id": "00000000000000a1",
    "published": date(2020, 8, 17),
    "measure": "arrests",
    "value": 120,
    "low": 120,
    "high": 120,
    "quote": "120",
    "quote_start": 16,
    "quote_end": 19,
    "sentence": TEXT,
    "sentence_end": len(TEXT),
    "date_start": date(2020, 8, 16),
    "date_end": date(2020, 8, 16),
    "country": "BY",
}
RUN = {"run_id": "r1", "kind": "ingest", "state": "completed"}


def report_on(figures: list[dict[str, Any]], output: Path | None = None, articles: Any = (ARTICLE,)) -> Any:
    connection = database({"articles": list(articles), "figures": figures, "runs": [RUN]})
    return validate_published(connection, output)


def test_good_tables_pass(tmp_path: Path) -> None:
    report = report_on([FIGURE], tmp_path / "docs")
    assert report.findings == []
    assert report.rows == {"articles": 1, "figures": 1, "mentions": 0, "tolls": 0, "drift": 1}
    pages = list((tmp_path / "docs").rglob("*.html"))
    assert report.page in pages and len(pages) >= 3
    front = (tmp_path / "docs" / "index.html").read_text(encoding="utf-8")
    linked = re.findall(r'<td><a href="(validations/[^"]+)">', front)
    assert len(linked) == 3 and all((tmp_path / "docs" / page).is_file() for page in linked)
    assert "all are met" in front
    for page in pages:
        assert "<script" not in page.read_text(encoding="utf-8")
        assert not re.search(r'(?:<script[^>]+src|<link[^>]+href)="https?://', page.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"quote": "121"}, "figures.quote_is_slice"),
        ({"low": 200}, "figures.low_le_value"),
        ({"country": "XX"}, "figures.country_in_iso_3166"),
        ({"date_start": date(25, 10, 13)}, "figures.date_start_plausible"),
        ({"article_id": "00000000000000a9"}, "figures.article_exists"),
        ({"measure": "arests"}, "figures.measure.known"),
    ],
)
def test_a_broken_row_is_found(change: dict[str, Any], rule: str) -> None:
    report = report_on([{**FIGURE, **change}])
    assert rule in {finding.rule for finding in report.critical}


def test_the_front_page_names_what_is_not_met(tmp_path: Path) -> None:
    report_on([{**FIGURE, "quote": "121"}], tmp_path / "docs")
    front = (tmp_path / "docs" / "index.html").read_text(encoding="utf-8")
    assert "1 not met, 1 of them critical" in front
    assert "figures.quote_is_slice" in front


def test_a_falling_toll_is_a_warning() -> None:
    later = {**ARTICLE, "article_id": "00000000000000a2", "published": date(2020, 8, 19)}
    deaths = {**FIGURE, "measure": "deaths"}
    lower = {**deaths, "figure_id": "00000000000000f2", "article_id": later["article_id"], "value": 90, "low": 90}
    report = report_on([deaths, {**lower, "high": 90}], articles=(ARTICLE, later))
    assert [(finding.rule, finding.severity, finding.rows) for finding in report.findings] == [
        ("tolls.holds", "warning", 1)
    ]


def test_bounds_are_learned_from_the_runs_before() -> None:
    assert learned_bounds([0.1, 0.2]) is None
    bounds = learned_bounds([0.1, 0.1, 0.1])
    assert bounds is not None and bounds == pytest.approx((0.0, 0.2))
    assert within(0.15, bounds) == 1 and within(0.9, bounds) == 0


def test_an_empty_lake_is_no_failure() -> None:
    report = validate_published(database({}))
    assert report.findings == [] and report.rows["articles"] == 0
