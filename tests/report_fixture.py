"""A small database for the report, with hostile text in every field that a document can set."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb

from tests.test_views import database

HOSTILE = "<script>document.title='owned'</script>"
TEXT = (
    f"{HOSTILE} Police arrested 120 people in Minsk on Sunday, the ministry said; 9,000 had marched. "
    '<img src=x onerror="document.title=1"> \u202eevil\u202c \x07\x1b[31m'
)


def report_database() -> duckdb.DuckDBPyConnection:
    """Two articles that disagree on one count of arrests."""
    start = TEXT.index("120")
    place = TEXT.index("Minsk")
    figure: dict[str, Any] = {
        "figure_id": "00000000000000f1",
        "article_id": "00000000000000a1",
        "published": date(2020, 8, 17),
        "measure": "arrests",
        "value": 120,
        "low": 120,
        "high": 120,
        "unit": HOSTILE,
        "quote": "120",
        "quote_start": start,
        "quote_end": start + 3,
        "sentence": TEXT,
        "place": "Minsk",
        "country": "BY",
        "attribution": HOSTILE,
        "date_start": date(2020, 8, 16),
        "date_end": date(2020, 8, 16),
    }
    later = {**figure, "figure_id": "00000000000000f2", "article_id": "00000000000000a2", "value": 150, "low": 150}
    crowd = {
        **figure,
        "figure_id": "00000000000000f3",
        "measure": "protest_size",
        "value": 9000,
        "country": "PL",
        "quote": "9,000",
        "quote_start": TEXT.index("9,000"),
        "quote_end": TEXT.index("9,000") + 5,
    }
    article: dict[str, Any] = {
        "article_id": "00000000000000a1",
        "title": '"><img src=x onerror=alert(1)>',
        "outlet": HOSTILE,
        "url": "javascript:alert(1)",
        "published": date(2020, 8, 17),
        "authors": [HOSTILE],
        "text": TEXT,
        "language": "en",
    }
    second = {**article, "article_id": "00000000000000a2", "url": "https://example.org/2", "title": "Second"}
    mention = {
        "mention_id": "00000000000000e1",
        "article_id": "00000000000000a1",
        "kind": "PLACE",
        "entity": "Minsk",
        "quote": "Minsk",
        "quote_start": place,
        "quote_end": place + 5,
    }
    rejected = {"quarantine_id": "00000000000000c1", "reason": HOSTILE, "detail": HOSTILE, "state": "open"}
    return database(
        {
            "articles": [article, second],
            "figures": [figure, later, crowd],
            "mentions": [mention],
            "quarantine": [rejected],
        }
    )
