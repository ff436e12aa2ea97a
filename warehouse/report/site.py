"""Writes the evidence report: a front page, a page a fact, a page an article; no network, works from a file.

Text from articles is hostile: every value goes through a template that escapes it, addresses are linked only
where they are http or https, and each page carries a Content-Security-Policy that runs no script but its own.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import jinja2
from markupsafe import Markup

from warehouse.report.spans import Highlight, pieces

ASSETS = Path(__file__).parent / "assets"
BIDI = (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F)
CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160), *BIDI))
"""What HTML cannot hold, and marks that would reorder the page around a text."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was written and what was left out."""

    path: Path
    articles: int
    facts: int
    articles_left_out: int
    facts_left_out: int


def write_report(
    connection: duckdb.DuckDBPyConnection, folder: Path, *, limit: int = 2000, validation: Path | None = None
) -> Report:
    """Write the site into a folder, replacing an earlier one; `limit` caps the articles and facts that get a page.

    `connection` reads a published database; `validation` is a folder with the pages of a validation report: it is
    moved into the site and linked from the front page. The site is built beside the folder and moved into place when
    it is whole.
    """
    building = folder.with_name(folder.name + ".building")
    shutil.rmtree(building, ignore_errors=True)
    (building / "facts").mkdir(parents=True)
    (building / "articles").mkdir()
    if validation is not None:
        shutil.move(validation, building / "validation")
    articles = rows(connection, ARTICLES + f" LIMIT {int(limit)}")
    facts = rows(connection, FACTS + f" LIMIT {int(limit)}")
    shown = {article["article_id"] for article in articles}
    write_front(connection, building, articles, facts, "validation/index.html" if validation else None)
    write_articles(connection, building, articles, facts)
    write_facts(connection, building, facts, shown)
    replace_folder(building, folder)
    counts = connection.execute("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM facts)").fetchone()
    total_articles, total_facts = counts or (0, 0)
    return Report(
        path=folder / "index.html",
        articles=len(articles),
        facts=len(facts),
        articles_left_out=total_articles - len(articles),
        facts_left_out=total_facts - len(facts),
    )


ARTICLES = """
    SELECT articles.* EXCLUDE (cuts, evidence), count(figure_id) AS figures
    FROM articles LEFT JOIN figures USING (article_id)
    GROUP BY ALL ORDER BY articles.published DESC NULLS LAST, figures DESC, article_id"""

FACTS = "SELECT * FROM facts ORDER BY date_start DESC, recommended DESC, fact_id"


def write_front(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    articles: Sequence[Row],
    facts: Sequence[Row],
    validation: str | None,
) -> None:
    """The front page: what came in, what was found, what was rejected and why, and the course over time."""
    timeline = rows(
        connection,
        """SELECT country, day, measure, claims, least, most, median
           FROM timeline SEMI JOIN (FROM measures WHERE is_core) AS core USING (measure)
           ORDER BY day, country, measure LIMIT 50000""",
    )
    page = {
        "totals": rows(connection, TOTALS)[0],
        "measures": rows(connection, MEASURES),
        "rejected": rows(connection, REJECTED),
        "runs": rows(connection, "SELECT * FROM runs ORDER BY started_at DESC LIMIT 10"),
        "articles": articles,
        "facts": facts,
        "validation": validation,
        "timeline": json_for_page([{**row, "day": row["day"].isoformat()} for row in timeline]),
        "chart": json_for_page(chart()),
        "countries": sorted({row["country"] for row in facts}),
        "fact_measures": sorted({row["measure"] for row in facts}),
        "chart_countries": sorted({row["country"] for row in timeline}),
        "chart_measures": sorted({row["measure"] for row in timeline}),
    }
    scripts = [asset("page.js")] + ([vega_bundle(), asset("chart.js")] if timeline else [])
    write_page(folder / "index.html", "front.html", "", scripts, page)


TOTALS = """
    SELECT (SELECT count(*) FROM articles) AS articles,
           (SELECT count(DISTINCT story_id) FROM articles) AS stories,
           (SELECT count(*) FROM articles WHERE published IS NULL) AS undated,
           (SELECT count(*) FROM figures) AS figures,
           (SELECT count(*) FROM mentions) AS mentions,
           (SELECT count(*) FROM facts) AS facts,
           (SELECT count(*) FROM disagreements) AS disagreements,
           (SELECT count(*) FROM quarantine WHERE state = 'open') AS rejected,
           (SELECT min(published) FROM articles) AS first_day,
           (SELECT max(published) FROM articles) AS last_day"""

MEASURES = """
    SELECT measure, any_value(means) AS means, count(figure_id) AS figures,
           count(*) FILTER (status = 'asserted') AS asserted
    FROM measures LEFT JOIN figures USING (measure)
    GROUP BY measure HAVING figures > 0 ORDER BY figures DESC, measure"""

REJECTED = """
    SELECT reason, level, count(*) AS entries, max(tries) AS tries, any_value(detail) AS detail
    FROM quarantine WHERE state = 'open' GROUP BY reason, level ORDER BY entries DESC, reason"""


def write_articles(
    connection: duckdb.DuckDBPyConnection, folder: Path, articles: Sequence[Row], facts: Sequence[Row]
) -> None:
    """A page an article: its text with every figure, name and date marked, and the rows beside it."""
    with_page = {fact["fact_id"] for fact in facts}
    for article in articles:
        key = [article["article_id"]]
        figures = rows(
            connection,
            """SELECT figures.*, fact_id
               FROM figures LEFT JOIN (SELECT figure_id, fact_id FROM fact_claims) USING (figure_id)
               WHERE figures.article_id = ? ORDER BY quote_start""",
            key,
        )
        mentions = rows(connection, "SELECT * FROM mentions WHERE article_id = ? ORDER BY quote_start", key)
        for figure in figures:
            figure["fact_page"] = figure["fact_id"] if figure["fact_id"] in with_page else None
        highlights = [Highlight(f["quote_start"], f["quote_end"], "figure", f["figure_id"]) for f in figures]
        highlights += [
            Highlight(m["quote_start"], m["quote_end"], m["kind"].lower(), m["mention_id"]) for m in mentions
        ]
        page = {
            "article": article,
            "figures": figures,
            "mentions": mentions,
            "pieces": [top_mark(text, marks) for text, marks in pieces(article["text"], highlights)],
            "kinds": sorted({m["kind"].lower() for m in mentions}),
        }
        write_page(
            folder / "articles" / f"{article['article_id']}.html", "article.html", "../", [asset("page.js")], page
        )


def top_mark(text: str, marks: Sequence[Highlight]) -> tuple[str, Highlight | None]:
    """A piece with the one mark that is shown on it: a figure before a name or date."""
    return text, min(marks, key=lambda mark: mark.kind != "figure", default=None)


def write_facts(connection: duckdb.DuckDBPyConnection, folder: Path, facts: Sequence[Row], shown: set[str]) -> None:
    """A page a fact: the claims that were brought together, each with its sentence."""
    for fact in facts:
        claims = rows(
            connection,
            "SELECT * FROM fact_claims WHERE fact_id = ? ORDER BY published, figure_id",
            [fact["fact_id"]],
        )
        page = {"fact": fact, "claims": claims, "shown": shown}
        write_page(folder / "facts" / f"{fact['fact_id']}.html", "fact.html", "../", [asset("page.js")], page)


def chart() -> dict[str, Any]:
    """The course over time as a Vega-Lite specification: a band from least to most, a line and points at the median."""
    axis = {"format": "%b %Y", "labelOverlap": True}
    day = {"field": "day", "type": "temporal", "title": None, "axis": axis}
    color = {"field": "country", "type": "nominal", "title": "Country"}
    people = {"field": "least", "type": "quantitative", "title": "people", "scale": {"zero": True}}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": "container",
        "height": 260,
        "background": None,
        "data": {"name": "timeline"},
        "params": [{"name": "measure", "value": ""}, {"name": "country", "value": ""}],
        "transform": [{"filter": "datum.measure === measure && (country === '' || datum.country === country)"}],
        "encoding": {"x": day, "color": color},
        "layer": [
            {"mark": {"type": "area", "opacity": 0.2}, "encoding": {"y": people, "y2": {"field": "most"}}},
            {"mark": {"type": "rule", "strokeWidth": 2}, "encoding": {"y": people, "y2": {"field": "most"}}},
            {
                "mark": {"type": "point", "filled": True, "size": 50},
                "encoding": {
                    "y": {"field": "median", "type": "quantitative"},
                    "tooltip": [
                        {"field": "country", "type": "nominal"},
                        {"field": "day", "type": "temporal", "format": "%Y-%m-%d"},
                        {"field": "least", "type": "quantitative", "format": ","},
                        {"field": "median", "type": "quantitative", "format": ","},
                        {"field": "most", "type": "quantitative", "format": ","},
                        {"field": "claims", "type": "quantitative"},
                    ],
                },
            },
        ],
    }


@cache
def vega_bundle() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script that sets `vegaEmbed`; a closing tag cannot occur in it."""
    import vl_convert

    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")).replace("</script", "<\\/script")


@cache
def asset(name: str) -> str:
    """A script or style sheet of the package."""
    return (ASSETS / name).read_text(encoding="utf-8")


@cache
def templates() -> jinja2.Environment:
    """The page templates: everything that they print is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = number
    environment.filters["dates"] = dates
    environment.filters["clean"] = clean
    environment.tests["web_address"] = is_web_address
    return environment


def write_page(path: Path, template: str, root: str, scripts: Sequence[str], page: Mapping[str, Any]) -> None:
    """One page; `root` leads from it to the front page's folder."""
    style = asset("style.css")
    allowed = " ".join(f"'sha256-{digest(script)}'" for script in scripts) or "'none'"
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest(style)}'; script-src {allowed}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    html = (
        templates()
        .get_template(template)
        .render(page, root=root, policy=policy, style=Markup(style), scripts=[Markup(script) for script in scripts])
    )
    path.write_text(html, encoding="utf-8")


def digest(text: str) -> str:
    """The SHA-256 of a script or style, as a Content-Security-Policy names it."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def json_for_page(value: Any) -> Any:
    """JSON that can stand in a script element: no tag can open or close in it."""
    text = json.dumps(value, ensure_ascii=True, default=str)
    for mark in "<>&":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return Markup(text)


def number(value: float | None) -> str:
    """A value with thousands separators; a dash for none."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4g}"


def dates(row: Row) -> str:
    """The interval of a row: one day, or first to last."""
    first, last = row["date_start"], row["date_end"]
    if first is None and last is None:
        return "–"
    if last is None or first == last:
        return str(first)
    return f"{first or '…'} to {last}"


def clean(text: Any) -> str:
    """Text without control characters and without marks that reorder the line."""
    return str(text).translate(CONTROLS)


def is_web_address(text: Any) -> bool:
    """An http or https address: `javascript:` and the like are shown, never linked."""
    return isinstance(text, str) and text.lower().startswith(("https://", "http://"))


def rows(connection: duckdb.DuckDBPyConnection, sql: str, values: Sequence[Any] = ()) -> list[Row]:
    """The rows of a query as mappings."""
    shown = connection.execute(sql, list(values))
    names = [column[0] for column in shown.description]
    return [dict(zip(names, row, strict=True)) for row in shown.fetchall()]


def replace_folder(new: Path, folder: Path) -> None:
    """Put a finished folder where an older one may stand."""
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.replace(old)
    new.replace(folder)
    shutil.rmtree(old, ignore_errors=True)
