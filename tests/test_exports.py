"""Exports, each read back by an independent reader where there is one."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from typing import Any

import pytest

from tests.test_views import database
from warehouse.exports import ExportError, export, fips, fips_codes, spreadsheet_safe

TEXT = "Police arrested 120 people in Minsk on Sunday, the ministry said."


@pytest.fixture
def connection() -> Any:
    figure = {
        "figure_id": "f1",
        "article_id": "a1",
        "measure": "arrests",
        "value": 120,
        "low": 120,
        "high": 120,
        "unit": "person",
        "quote": "120",
        "quote_start": 16,
        "quote_end": 19,
        "sentence": TEXT,
        "place": "Minsk",
        "country": "BY",
        "place_precision": "city",
        "latitude": 53.9,
        "longitude": 27.57,
        "date_start": date(2020, 8, 16),
        "date_end": date(2020, 8, 16),
        "attribution": "the ministry",
    }
    crowd = {**figure, "figure_id": "f2", "measure": "protest_size", "value": 3000, "low": 3000, "high": None}
    denied = {**figure, "figure_id": "f3", "value": 9000, "status": "denied"}
    article = {
        "article_id": "a1",
        "title": "=cmd|' /C calc'!A0",
        "outlet": "The Ledger",
        "url": "https://example.org/1",
        "published": date(2020, 8, 17),
        "text": TEXT,
        "language": "en",
    }
    person = {"mention_id": "m1", "article_id": "a1", "kind": "PERSON", "entity": "Yuri Karayev", "quote": "Karayev"}
    return database({"articles": [article], "figures": [figure, crowd, denied], "mentions": [person]})


def exported(connection: Any, format: str) -> str:
    output = io.StringIO()
    export(connection, format, output)
    return output.getvalue()


def test_gkg_counts_follow_the_codebook(connection: Any) -> None:
    (record,) = [json.loads(line) for line in exported(connection, "gkg").splitlines()]
    counts = [count.split("#") for count in record["V2.1COUNTS"].split(";")]
    assert {count[0] for count in counts} == {"ARREST", "PROTEST"}
    assert all(len(count) == 11 for count in counts)
    arrest = next(count for count in counts if count[0] == "ARREST")
    assert arrest[1:6] == ["120", "person", "4", "Minsk", "BO"]
    assert arrest[-1] == "16"
    assert "120,person,16" in record["V2.1AMOUNTS"].split(";")


def test_plover_leaves_out_what_did_not_happen(connection: Any) -> None:
    events = [json.loads(line) for line in exported(connection, "plover").splitlines()]
    assert [(event["event"], event["mode"]) for event in events] == [("COERCE", "arrest"), ("PROTEST", "demo")]
    assert events[0]["location"]["country"] == "BY"


def test_crowd_counts_bring_arrests_of_the_same_day_and_place(connection: Any) -> None:
    (row,) = csv.DictReader(io.StringIO(exported(connection, "ccc")))
    assert (row["size_low"], row["size_high"], row["size_cat"], row["arrests"]) == ("3000", "3000", "3", "120")


def test_follow_the_money_reads_its_entities(connection: Any) -> None:
    model = pytest.importorskip("followthemoney").model
    proxies = [model.get_proxy(json.loads(line)) for line in exported(connection, "ftm").splitlines()]
    assert [proxy.schema.name for proxy in proxies] == ["Article", "Person", "Mention"]
    assert proxies[1].caption == "Yuri Karayev"
    assert proxies[2].get("document") == [proxies[0].id]
    for proxy in proxies:
        assert proxy.schema.validate({"properties": proxy.to_dict()["properties"]}) is None


def test_annotation_selectors_find_the_quote(connection: Any) -> None:
    for line in exported(connection, "annotations").splitlines():
        position, quote = json.loads(line)["target"]["selector"]
        assert TEXT[position["start"] : position["end"]] == quote["exact"]
        assert quote["prefix"] + quote["exact"] + quote["suffix"] in TEXT


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert spreadsheet_safe(cell) == "'" + cell


def test_csv_escapes_hostile_titles(connection: Any) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(connection, "csv"))))
    assert {row["title"] for row in rows} == {"'=cmd|' /C calc'!A0"}
    assert not [cell for row in rows for cell in row.values() if re.match(r"[=+@\t\r]|-\D", cell)]


def test_every_country_has_a_fips_code_of_its_own() -> None:
    codes = fips_codes()
    assert fips("BY") == "BO" and fips("FR") == "FR" and fips(None) == ""
    assert len(set(codes.values())) == len(codes)


def test_unknown_format_names_those_there_are(connection: Any) -> None:
    with pytest.raises(ExportError, match="no export format 'xls': there are annotations, ccc"):
        exported(connection, "xls")
