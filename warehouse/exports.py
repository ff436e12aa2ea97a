"""Rows in the formats of other tools: GDELT GKG, PLOVER, CCC sheets, FollowTheMoney, W3C annotations, CSV.

>>> spreadsheet_safe("=HYPERLINK(1)")
"'=HYPERLINK(1)"
>>> fips("BY"), fips("FR")
('BO', 'FR')
"""

from __future__ import annotations

import csv
import hashlib
import json
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import IO, Any

import duckdb

Row = dict[str, Any]

GKG_COUNT_TYPES = {
    "arrests": "ARREST",
    "deaths": "KILL",
    "injuries": "WOUND",
    "missing": "KIDNAP",
    "protest_size": "PROTEST",
    "displacements": "REFUGEES",
    "people_other": "AFFECT",
    "infections": "AFFECT",
}
"""GKG 2.1 codebook, V1COUNTS: the count types that our measures correspond to; others have none."""

PLOVER_EVENTS = {
    "arrests": ("COERCE", "arrest"),
    "dismissals": ("SANCTION", "withdraw"),
    "deaths": ("ASSAULT", None),
    "injuries": ("ASSAULT", None),
    "missing": ("ASSAULT", "abduct"),
    "protest_size": ("PROTEST", "demo"),
    "strike_size": ("PROTEST", "strike"),
    "security_forces": ("MOBILIZE", "police"),
    "releases": ("CONCEDE", None),
    "prosecutions": ("COERCE", "arrest"),
}
"""PLOVER event and mode of the events that our measures count the people of."""


class ExportError(ValueError):
    """There is no such format; the message lists those there are."""


def export(connection: duckdb.DuckDBPyConnection, format: str, output: IO[str]) -> int:
    """Write all current rows in a format to a text stream; returns how many lines or records.

    `connection` reads a published database; ExportError where the format is unknown.
    """
    if format not in FORMATS:
        raise ExportError(f"no export format {format!r}: there are {', '.join(sorted(FORMATS))}")
    written = 0
    if format in CSV_FORMATS:
        writer: Any = None
        for row in FORMATS[format](connection):
            if writer is None:
                writer = csv.DictWriter(output, row.keys(), lineterminator="\n")
                writer.writeheader()
            writer.writerow({name: spreadsheet_safe(value) for name, value in row.items()})
            written += 1
        return written
    for row in FORMATS[format](connection):
        output.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
        written += 1
    return written


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[Row]:
    """Rows of a query as mappings, a thousand at a time."""
    shown = connection.execute(sql)
    names = [column[0] for column in shown.description]
    while batch := shown.fetchmany(1000):
        for row in batch:
            yield dict(zip(names, row, strict=True))


@cache
def fips_codes() -> Mapping[str, str]:
    """FIPS 10-4 codes by ISO code, where they differ."""
    path = Path(__file__).parent / "fips.toml"
    codes: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))["fips"]
    return codes


def fips(country: str | None) -> str:
    """The FIPS 10-4 code of an ISO 3166-1 alpha-2 country; empty where none is given."""
    return fips_codes().get(country, country) if country else ""


def spreadsheet_safe(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: text led by = + - @ tab or CR gets a quote (OWASP)."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + value
    return value


def gkg(connection: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    """One record an article: GKG 2.1 V1COUNTS, V2.1COUNTS and V2.1AMOUNTS strings.

    A count is type#number#object#location type#name#FIPS country#ADM1#latitude#longitude#feature, with #offset in
    V2.1; an amount is value,object,offset. Offsets are those of articles.text.
    """
    articles = rows(
        connection, "SELECT article_id, url, published, outlet FROM articles ORDER BY published, article_id"
    )
    figures = grouped_figures(connection)
    for article in articles:
        counts, amounts = [], []
        for figure in figures.get(article["article_id"], []):
            kind = GKG_COUNT_TYPES.get(figure["measure"])
            if kind and figure["kind"] == "count" and figure["status"] == "asserted":
                counts.append((gkg_count(kind, figure), figure["quote_start"]))
            amounts.append(f"{figure['value']:.6g},{gkg_field(figure['unit'] or '')},{figure['quote_start']}")
        yield {
            "GKGRECORDID": article["article_id"],
            "V2.1DATE": article["published"].strftime("%Y%m%d000000") if article["published"] else "",
            "V2SOURCECOMMONNAME": article["outlet"] or "",
            "V2DOCUMENTIDENTIFIER": article["url"] or "",
            "V1COUNTS": ";".join(count for count, _ in counts),
            "V2.1COUNTS": ";".join(f"{count}#{offset}" for count, offset in counts),
            "V2.1AMOUNTS": ";".join(amounts),
        }


def gkg_count(kind: str, figure: Row) -> str:
    """One count in GKG's notation. Location types: 1 country, 4 city of the world, 5 region of the world."""
    location = {"country": "1", "region": "5", "city": "4", "point": "4"}.get(figure["place_precision"] or "", "")
    if not location and figure["country"]:
        location = "1"
    parts = [
        kind,
        f"{figure['value']:.0f}",
        gkg_field(figure["unit"] or ""),
        location,
        gkg_field(figure["place"] or ""),
        fips(figure["country"]),
        "",
        "" if figure["latitude"] is None else f"{figure['latitude']:.5g}",
        "" if figure["longitude"] is None else f"{figure['longitude']:.5g}",
        "",
    ]
    return "#".join(parts)


def gkg_field(text: str) -> str:
    """Text without the characters that GKG uses as separators."""
    return text.translate({ord(mark): " " for mark in "#;,\t\n"})


def grouped_figures(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Row]]:
    """Figures by article, in text order."""
    found: dict[str, list[Row]] = {}
    for row in rows(connection, "SELECT * FROM figures ORDER BY article_id, quote_start"):
        found.setdefault(row["article_id"], []).append(row)
    return found


def plover(connection: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    """One PLOVER event a figure that counts the people of one; denied, planned and hypothetical ones are no events."""
    measures = ", ".join(f"'{measure}'" for measure in PLOVER_EVENTS)
    sql = f"SELECT * FROM figures_asserted WHERE measure IN ({measures}) ORDER BY published, figure_id"
    for figure in rows(connection, sql):
        event, mode = PLOVER_EVENTS[figure["measure"]]
        yield {
            "id": figure["figure_id"],
            "date": text_of(figure["date_start"]),
            "end_date": text_of(figure["date_end"]),
            "event": event,
            "mode": mode,
            "context": [],
            "counts": [
                {"what": figure["measure"], "value": figure["value"], "low": figure["low"], "high": figure["high"]}
            ],
            "location": {
                "name": figure["place"],
                "country": figure["country"],
                "lat": figure["latitude"],
                "lon": figure["longitude"],
                "resolution": figure["place_precision"],
            },
            "source": figure["attribution"],
            "text": figure["sentence"],
            "publisher": figure["outlet"],
            "pub_date": text_of(figure["published"]),
            "url": figure["url"],
        }


def crowd_counts(connection: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    """One row a reported crowd in the columns of the Crowd Counting Consortium's sheets.

    Arrests and injuries are those that the same article reports of the same day and place.
    """
    sql = """
        WITH harm AS (
            SELECT article_id, country, place, date_start,
                   max(value) FILTER (measure = 'arrests') AS arrests,
                   max(value) FILTER (measure = 'injuries') AS injuries,
                   max(value) FILTER (measure = 'deaths') AS deaths
            FROM figures_asserted WHERE of_total IS NULL GROUP BY ALL)
        SELECT claims.*, harm.arrests, harm.injuries, harm.deaths
        FROM figures_asserted AS claims
        LEFT JOIN harm ON harm.article_id = claims.article_id
            AND harm.country IS NOT DISTINCT FROM claims.country
            AND harm.place IS NOT DISTINCT FROM claims.place
            AND harm.date_start IS NOT DISTINCT FROM claims.date_start
        WHERE measure IN ('protest_size', 'strike_size') AND of_total IS NULL
        ORDER BY claims.date_start, claims.figure_id"""
    for claim in rows(connection, sql):
        low = claim["low"] if claim["low"] is not None else claim["high"]
        high = claim["high"] if claim["high"] is not None else claim["low"]
        yield {
            "date": text_of(claim["date_start"]),
            "locality": claim["place"],
            "country": claim["country"],
            "type": "strike" if claim["measure"] == "strike_size" else "protest",
            "size_text": claim["quote"],
            "size_low": whole(low),
            "size_high": whole(high),
            "size_mean": None if low is None or high is None else (low + high) / 2,
            "size_cat": size_category(claim["value"]),
            "arrests": whole(claim["arrests"]),
            "arrests_any": None if claim["arrests"] is None else int(claim["arrests"] >= 1),
            "injuries_crowd": whole(claim["injuries"]),
            "participant_deaths": whole(claim["deaths"]),
            "source_1": claim["url"] or claim["outlet"] or claim["article_id"],
            "macroevent": claim["story_id"],
            "notes": claim["sentence"],
        }


def size_category(value: float) -> int:
    """Crowd Counting Consortium class: 0 unknown, 1 to 4 by order of magnitude."""
    return 0 if value < 1 else 1 if value < 100 else 2 if value < 1000 else 3 if value < 10000 else 4


def follow_the_money(connection: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    """FollowTheMoney entities: Article, Person, Organization and the Mentions between."""
    for article in rows(connection, "SELECT * FROM articles ORDER BY article_id"):
        yield ftm_entity(
            article["article_id"],
            "Article",
            title=article["title"] or article["article_id"],
            bodyText=article["text"],
            publisher=article["outlet"],
            sourceUrl=article["url"],
            publishedAt=text_of(article["published"]),
            author=list(article["authors"]),
            language="eng" if article["language"] == "en" else None,
        )
    named = "SELECT * FROM entities WHERE kind IN ('PERSON', 'ORG') ORDER BY entity_id"
    for entity in rows(connection, named):
        schema = "Person" if entity["kind"] == "PERSON" else "Organization"
        aliases = [variant["variant"] for variant in entity["variants"] if variant["variant"] != entity["entity"]]
        yield ftm_entity(entity["entity_id"], schema, name=entity["entity"], alias=aliases)
    mentions = """
        SELECT mentions.article_id, entities.entity_id, entities.entity, min(mentions.kind) AS kind
        FROM mentions
        INNER JOIN entities ON entities.kind = mentions.kind
            AND entities.entity_key = entity_key(mentions.kind, mentions.entity, mentions.country)
        WHERE mentions.kind IN ('PERSON', 'ORG') GROUP BY ALL ORDER BY ALL"""
    for mention in rows(connection, mentions):
        yield ftm_entity(
            stable_id("mention", mention["article_id"], mention["entity_id"]),
            "Mention",
            document=mention["article_id"],
            resolved=mention["entity_id"],
            name=mention["entity"],
            detectedSchema="Person" if mention["kind"] == "PERSON" else "Organization",
        )


def ftm_entity(key: str, schema: str, **properties: Any) -> Row:
    """One entity: every property is a list of strings; empty ones are left out."""
    lists = {name: value if isinstance(value, list) else [value] for name, value in properties.items() if value}
    return {"id": key, "schema": schema, "properties": {name: values for name, values in lists.items() if values}}


def web_annotations(connection: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    """One W3C Web Annotation a figure: the row as body, the span as text position and text quote selectors."""
    sql = """
        SELECT figures.*, articles.url,
               substr(articles.text, greatest(1, quote_start - 31), least(32, quote_start)) AS prefix,
               substr(articles.text, quote_end + 1, 32) AS suffix
        FROM figures INNER JOIN articles USING (article_id) ORDER BY article_id, quote_start"""
    for figure in rows(connection, sql):
        yield {
            "@context": "http://www.w3.org/ns/anno.jsonld",
            "id": f"urn:newstally:figure:{figure['figure_id']}",
            "type": "Annotation",
            "motivation": "classifying",
            "body": {
                "type": "Dataset",
                "measure": figure["measure"],
                "value": figure["value"],
                "low": figure["low"],
                "high": figure["high"],
                "unit": figure["unit"],
                "status": figure["status"],
                "date": [text_of(figure["date_start"]), text_of(figure["date_end"])],
                "place": figure["place"],
                "country": figure["country"],
                "attribution": figure["attribution"],
            },
            "target": {
                "source": figure["url"] or f"urn:newstally:article:{figure['article_id']}",
                "selector": [
                    {"type": "TextPositionSelector", "start": figure["quote_start"], "end": figure["quote_end"]},
                    {
                        "type": "TextQuoteSelector",
                        "exact": figure["quote"],
                        "prefix": figure["prefix"],
                        "suffix": figure["suffix"],
                    },
                ],
            },
        }


def figures_csv(connection: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    """Every figure with its article, flat."""
    sql = """
        SELECT figures.* EXCLUDE (rules, extractor_version, rules_hash, run_id),
               articles.title, articles.outlet, articles.url
        FROM figures INNER JOIN articles USING (article_id) ORDER BY published, article_id, quote_start"""
    yield from rows(connection, sql)


def facts_csv(connection: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    """Every fact, flat; its claims separated by blanks."""
    for fact in rows(connection, "SELECT * FROM facts ORDER BY date_start, fact_id"):
        yield {**fact, "claim_ids": " ".join(fact["claim_ids"])}


def text_of(day: Any) -> str | None:
    """A date as ISO 8601; null stays null."""
    return day.isoformat() if day is not None else None


def whole(value: float | None) -> int | None:
    """A count without its decimal point."""
    return None if value is None else round(value)


def stable_id(*parts: str) -> str:
    """A 16-digit hash of the parts."""
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()


FORMATS: Mapping[str, Callable[[duckdb.DuckDBPyConnection], Iterable[Row]]] = {
    "gkg": gkg,
    "plover": plover,
    "ccc": crowd_counts,
    "ftm": follow_the_money,
    "annotations": web_annotations,
    "csv": figures_csv,
    "facts-csv": facts_csv,
}

CSV_FORMATS = frozenset({"ccc", "csv", "facts-csv"})
