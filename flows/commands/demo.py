"""`newstally demo`: the sample articles from text to a table of figures."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import Annotated

import typer

from flows import terminal
from flows.commands.ingest import ingest

PANEL = "Tables from text"

SHOWN = """
SELECT f.*, a.title FROM figures f JOIN articles a USING (article_id) JOIN measures m USING (measure)
WHERE m.is_core AND f.status = 'asserted' AND f.kind = 'count' AND f.date_start IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY f.article_id ORDER BY f.quote_start) <= 1
ORDER BY a.published NULLS LAST, f.article_id, f.quote_start
"""


def command(
    lake: Annotated[str, typer.Option("--lake", help="Folder for the lake of the demonstration.")] = "demo-lake",
) -> None:
    """Ingest the sample articles that come with newstally, publish, and show figures with their sentences."""
    from flows.settings import load_settings
    from flows.showing import write_figures
    from warehouse.query import published_database, query

    settings = load_settings(lake=lake)
    terminal.say("Reading the sample articles …")
    with as_file(files("flows") / "samples" / "articles") as folder:
        tally = ingest(settings, [str(folder)], {}, {}, publish=True)
    database = published_database(lake)
    rows = query(database, SHOWN).to_pylist()
    totals = query(
        database, "SELECT count(*) AS figures, count(DISTINCT article_id) AS articles FROM figures"
    ).to_pylist()[0]
    if terminal.output.json:
        terminal.write_json({"run": tally, "figures": rows})
        return
    write_figures(rows, around=60)
    terminal.write(f"{len(rows)} of {totals['figures']} figures in {totals['articles']} articles. Where to look next:")
    for line in next_steps(lake):
        terminal.write(f"  {line}")


def next_steps(lake: str) -> list[str]:
    """Commands worth trying."""
    return [
        f'newstally sql --lake {lake} "select date_start, place, value, sentence from arrests order by value desc"',
        f"newstally shell --lake {lake}          the DuckDB shell: .tables lists tables and views",
        f"newstally status --lake {lake}         what is in the lake",
        'newstally explain "Over 7,000 people were arrested in Minsk last week." --published 2020-08-17',
        "newstally ingest YOUR-FOLDER                your own articles, into ./lake",
    ]
