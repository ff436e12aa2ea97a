"""Rows for tests of the lake: documents of our own making, the same on every machine."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from schemas.arrow import arrow_schema
from schemas.contracts import load_contract
from warehouse.lake import Lake
from warehouse.runs import CommitCounts, Run, new_run
from warehouse.staging import stage
from warehouse.verify import verify

WORDS = (
    "dam river council strike workers plant police march square mayor ministry border storm flood harvest court"
    " judge union budget price wheat port ship train tunnel bridge school clinic fire smoke valley island coast"
    " vote ballot senate rally crowd arrest protest factory shift wage talks deal treaty envoy summit"
).split()


@dataclass(frozen=True, kw_only=True)
class Doc:
    """A document: its identity, its text, and what the source says of it."""

    name: str
    text: str
    published: date | None = None
    url: str | None = None
    outlet: str | None = None

    @property
    def document_id(self) -> str:
        return digest("document", self.name)

    @property
    def article_id(self) -> str:
        return digest("article", self.name, self.text)


def digest(*parts: object) -> str:
    """16 hexadecimal digits that stand for the parts."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:16]


def story(seed: object, words: int = 120) -> str:
    """A text that resembles no other: words of the list in an order of the seed, with numerals."""
    chance = random.Random(f"story {seed}")
    chosen = [chance.choice(WORDS) if chance.random() > 0.05 else str(chance.randint(2, 900)) for _ in range(words)]
    return f"Some {chance.randint(2, 9999)} people marched. " + " ".join(chosen) + "."


def docs(count: int, *, start: int = 0, months: int = 3, words: int = 120) -> list[Doc]:
    """Documents of several months of 2020."""
    return [
        Doc(
            name=f"doc-{n}", text=story(n, words), published=date(2020, 1 + n % months, 1 + n % 28),
            outlet=f"paper {n % 7}", url=f"https://example.org/{n}",
        )
        for n in range(start, start + count)
    ]  # fmt: skip


def tables(
    chosen: Iterable[Doc],
    *,
    version: str = "0.1.0",
    rules_hash: str = "rules0000001",
    shift: float = 0.0,
    run_id: str = "staged",
) -> dict[str, pa.Table]:
    """Articles, figures and mentions as an extractor would make them: a figure for every numeral."""
    articles: list[dict[str, Any]] = []
    figures: list[dict[str, Any]] = []
    mentions: list[dict[str, Any]] = []
    made = {"extractor_version": version, "rules_hash": rules_hash, "run_id": run_id}
    for doc in chosen:
        owner = {"article_id": doc.article_id, "published": doc.published}
        articles.append(
            owner
            | made
            | {
                "document_id": doc.document_id,
                "title": doc.text[:30],
                "authors": ["A. Author"],
                "outlet": doc.outlet,
                "url": doc.url,
                "external_id": doc.name,
                "path": f"{doc.name}.txt",
                "language": "en",
                "text": doc.text,
                "text_length": len(doc.text),
                "evidence": "{}",
                "cuts": "[]",
            }
        )
        place = 0
        for word in doc.text.split(" "):
            start, place = place, place + len(word) + 1
            quote = word.rstrip(".")
            if not quote:
                continue
            span = {"quote": quote, "quote_start": start, "quote_end": start + len(quote), "rules": ["test"]}
            if quote.isdigit():
                figures.append(
                    owner
                    | made
                    | span
                    | {
                        "figure_id": digest("figure", doc.article_id, start, rules_hash),
                        "measure": "protest_size" if start < 6 else "other",
                        "value": float(quote) + shift,
                        "relation": "exact",
                        "kind": "count",
                        "status": "asserted",
                        "value_text": quote,
                        "country": "BY" if start % 2 else "PL",
                        "sentence": doc.text,
                        "sentence_start": 0,
                        "sentence_end": len(doc.text),
                    }
                )
            elif quote == "Some":
                mentions.append(
                    owner
                    | made
                    | span
                    | {
                        "mention_id": digest("mention", doc.article_id, start, rules_hash),
                        "kind": "ORG",
                        "sentence_start": 0,
                        "confidence": 1.0,
                    }
                )
    filled = ("revision", "valid_from", "valid_to", "story_id")
    return {
        "articles": table_of("articles", articles, filled),
        "figures": table_of("figures", figures),
        "mentions": table_of("mentions", mentions),
    }


def rejected(name: str, reason: str = "decode.binary") -> pa.Table:
    """One entry for the quarantine."""
    row = {
        "quarantine_id": digest("rejected", name, reason),
        "level": "document",
        "path": f"inbox/{name}",
        "reason": reason,
        "detail": f"{name}: bytes that are no text: remove the file",
        "content": f"content of {name}".encode(),
        "tries": 1,
        "first_seen": 0,
        "last_seen": 0,
        "state": "open",
        "run_id": "staged",
    }
    return table_of("quarantine", [row])


def table_of(name: str, rows: Sequence[dict[str, Any]], without: Sequence[str] = ()) -> pa.Table:
    """Rows as a table of the contract."""
    schema = arrow_schema(load_contract(name))
    return pa.Table.from_pylist(list(rows), schema=pa.schema([f for f in schema if f.name not in without]))


def run_of(kind: str = "ingest", rules_hash: str = "rules0000001", version: str = "0.1.0") -> Run:
    """A run that starts now."""
    return new_run(kind, ["inbox/"], version, rules_hash)


def add(lake: Lake, chosen: Sequence[Doc], run: Run | None = None, **made: Any) -> CommitCounts:
    """Stage and commit documents as one batch and one run."""
    run = run or run_of()
    with lake.running(run):
        batch = stage(
            lake.root,
            f"batch-{digest(run.run_id, *(doc.article_id for doc in chosen))}",
            tables(chosen, run_id=run.run_id, **made),
        )
        return lake.commit([batch], run)


def number(lake: Lake, sql: str) -> int:
    """The one number that a query gives."""
    row = lake.sql(sql).fetchone()
    assert row is not None
    return int(row[0])


def assert_sound(lake: Lake) -> None:
    """Every rule of `verify` holds."""
    report = verify(lake)
    assert report.is_sound, report.problems


def published_rows(folder: Path, table: str) -> pa.Table:
    """Rows of a published table, read as any tool would."""
    import pyarrow.dataset as ds

    return ds.dataset(folder / table, format="parquet", partitioning="hive").to_table()
