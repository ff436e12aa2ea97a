"""Another try for what is in quarantine: what passes now goes into the tables, what fails keeps its entry."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from flows import batches
from flows.batches import Rejects, failure_line, nullable_schema
from flows.ingest import Tally, ingest_documents
from flows.records import read_json_record
from flows.settings import Settings
from flows.sources import SourceProblem, read_documents
from flows.spool import unpack
from transforms.documents import RawDocument
from transforms.version import EXTRACTOR_VERSION, rules_hash
from warehouse.lake import Lake
from warehouse.quarantine import Rejected, articles_of_rows, entries, restore_rows
from warehouse.runs import new_run


@dataclass(slots=True)
class RowsTried:
    """What became of rejected figures and mentions."""

    tried: int = 0
    back: int = 0
    outdated: int = 0  # their article has another text or newer rules, and rows of these
    failed: dict[str, int] = field(default_factory=dict)  # rule -> rows
    examples: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Replayed:
    """What became of the entries that were tried."""

    tally: Tally
    tried: int
    rows: RowsTried


def replay(lake: Lake, settings: Settings, ids: Sequence[str] | None = None) -> Replayed:
    """Try the open entries, or those named, again; what passes and what is closed becomes visible in one step."""
    chosen = entries(lake, ids)
    documents = [entry for entry in chosen if entry.level == "document"]
    tally = ingest_documents(
        lake,
        settings,
        [entry.quarantine_id for entry in documents],
        {},
        {},
        begin_here,
        kind="replay",
        documents=documents_of(documents, settings),
        replayed=[entry.quarantine_id for entry in documents],
    )
    rows = replay_rows(lake, [entry for entry in chosen if entry.level == "row"])
    return Replayed(tally=tally, tried=len(documents), rows=rows)


def replay_rows(lake: Lake, chosen: Sequence[Rejected]) -> RowsTried:
    """Check rejected figures and mentions again, as the rules are now; those that pass go into their tables."""
    done = RowsTried(tried=len(chosen))
    if not chosen:
        return done
    run = new_run("replay", [entry.quarantine_id for entry in chosen], EXTRACTOR_VERSION, rules_hash())
    rejects = Rejects(run.run_id)
    articles = articles_of_rows(lake, chosen)
    made_by = dict(
        zip(articles.column("article_id").to_pylist(), articles.column("rules_hash").to_pylist(), strict=True)
    )
    outdated: list[str] = []
    failing: list[str] = []
    fitting: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for entry in chosen:
        table = entry.table_name or ""
        try:
            row = typed_row(table, json.loads(entry.content or b""))
        except (ValueError, TypeError, pa.ArrowException) as error:
            rejects.row(table, json.loads(entry.content or b"{}"), (entry.reason,), failure_line(error))
            failing.append(entry.quarantine_id)
            continue
        if made_by.get(row.get("article_id")) != row.get("rules_hash"):
            outdated.append(entry.quarantine_id)
        else:
            fitting.setdefault(table, []).append((entry.quarantine_id, row))
    passed, tables = passing(articles, fitting, rejects)
    tried = {one for rows in fitting.values() for one, _ in rows} | set(failing)
    again = {row["quarantine_id"] for row in rejects.rows}
    passed += sorted(tried - set(passed) - again)  # a failure for another reason has an entry of its own
    with lake.running(run):
        done.back = restore_rows(
            lake, run, tables, passed=passed, outdated=outdated, failed=rejects.table() if rejects.rows else None
        )
    done.outdated, done.failed, done.examples = len(outdated), rejects.reasons, rejects.lines
    return done


def passing(
    articles: pa.Table, fitting: Mapping[str, Sequence[tuple[str, dict[str, Any]]]], rejects: Rejects
) -> tuple[list[str], dict[str, pa.Table]]:
    """Entries and rows that break no critical expectation beside their articles; the others become rejects."""
    from flows.validate import validate
    from transforms.measures import load_measures

    tables = {
        name: pa.Table.from_pylist([row for _, row in rows], schema=nullable_schema(name))
        for name, rows in fitting.items()
    }
    verdict = validate({"articles": articles, **tables}, measures=load_measures().measures) if tables else None
    passed: list[str] = []
    kept: dict[str, pa.Table] = {}
    for name, table in tables.items():
        broken = verdict.rejected.get(name, {}) if verdict else {}
        for place, (entry, row) in enumerate(fitting[name]):
            if place in broken:
                rejects.row(name, row, broken[place])
            else:
                passed.append(entry)
        kept[name] = table.filter(pa.array([place not in broken for place in range(table.num_rows)], pa.bool_()))
    return passed, kept


def typed_row(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """A row that was kept as JSON, with dates and times; ValueError, TypeError, ArrowException where it has no such."""
    schema = nullable_schema(table)
    typed = {name: value for name, value in row.items() if name in schema.names}
    for column in schema:
        value = typed.get(column.name)
        if isinstance(value, str) and pa.types.is_date(column.type):
            typed[column.name] = date.fromisoformat(value)
        elif isinstance(value, str) and pa.types.is_timestamp(column.type):
            typed[column.name] = datetime.fromisoformat(value)
    pa.Table.from_pylist([typed], schema=schema)
    return typed


def begin_here(batch: batches.Batch) -> Future[batches.BatchDone]:
    """Do a batch in this process; the future is done."""
    future: Future[batches.BatchDone] = Future()
    try:
        future.set_result(batches.process_batch(batch))
    except Exception as error:
        future.set_exception(error)
    return future


def documents_of(chosen: Sequence[Rejected], settings: Settings) -> Iterator[RawDocument | SourceProblem]:
    """The documents of the entries: from their bytes, else from the file that they name."""
    for entry in chosen:
        if entry.content is not None and entry.reason.startswith(("json.", "record.")):
            yield from read_json_record(
                entry.content, entry.path or "", entry.position or "", settings.limits(), settings.fields
            )
        elif entry.content is not None:
            yield document_of(entry)
        elif entry.path is not None:
            for found in read_documents([entry.path], settings.limits(), settings.fields):
                if entry.position is None or found.position == entry.position:
                    yield found


def document_of(entry: Rejected) -> RawDocument:
    """The document of an entry; bytes that newstally did not pack are taken as they are."""
    try:
        return unpack(entry.content or b"")
    except ValueError:
        return RawDocument(content=entry.content or b"", path=entry.path, position=entry.position)
