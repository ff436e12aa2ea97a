"""One batch from documents to staged rows: what a worker process does, on this machine or on another.

Read the spooled documents, make articles of them, leave out those that the lake holds, extract, check the rows
against the contract and the expectations, stage what passed and quarantine what did not. The batch's id is made
of its run and its number, so that a worker that does it again finds the first one's work.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import zstandard

from flows.collector import collector_paused
from flows.sources import SourceProblem
from flows.spool import bytes_of, pack, read_spool
from schemas.arrow import arrow_schema
from schemas.contracts import load_contract
from transforms.documents import DocumentRejected, RawDocument, to_article
from transforms.ids import stable_id
from transforms.language import release_model
from transforms.values import Article

if TYPE_CHECKING:
    from transforms.rows import Values

TABLES = ("articles", "figures", "mentions")
STAGES = ("read", "normalize", "extract", "rows", "validate", "write")
Made = tuple[RawDocument, Article]
"""A document and the article that it became."""

CHUNK = 100
"""Articles whose rows are Python objects at one time: with more, a worker needs memory and no less time."""

MISFITS = (pa.ArrowException, ValueError, TypeError, OverflowError)
"""What Arrow raises for a value that a column cannot hold."""

KEEP_BYTES = 20_000_000
"""The most that quarantine keeps of one document; of a longer one it keeps the pointer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a worker needs to know of a batch: paths and scalars only."""

    lake: str
    run_id: str
    number: str  # "000017": sorts; a half of a batch that killed its worker is "000017.1"
    spool: str
    documents: int
    bytes: int
    overrides: dict[str, str] = field(default_factory=dict)
    tagger: str = "builtin"
    expectations: str = "every_batch"

    @property
    def batch_id(self) -> str:
        """Its name in the staging area."""
        return f"{self.run_id}-{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchDone:
    """What a worker made of a batch; the rows themselves are staged under `batch_id`."""

    batch_id: str
    counts: dict[str, int]
    seconds: dict[str, float]  # processor time by stage
    warnings: dict[str, int] = field(default_factory=dict)  # expectation -> rows
    rejected: dict[str, int] = field(default_factory=dict)  # reason -> documents and rows
    examples: list[str] = field(default_factory=list)  # a line a rejected document, the first few


class Stopwatch:
    """Processor time of this thread by stage."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(STAGES, 0.0)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the block to a stage."""
        began = time.thread_time()
        try:
            yield
        finally:
            self.seconds[name] += time.thread_time() - began


def process_batch(batch: Batch | Mapping[str, Any]) -> BatchDone:
    """Stage the rows of a batch; a batch that is staged already is left as it is.

    What is wrong with a document or a row is data (quarantine), not an exception. Raises WarehouseError where
    the staging area cannot be written, OSError where the spool cannot be read.
    """
    from warehouse.staging import find_staged

    if not isinstance(batch, Batch):
        batch = Batch(**batch)
    staged = find_staged(batch.lake, batch.batch_id)
    if staged is not None:
        return BatchDone(batch_id=batch.batch_id, counts=dict(staged.counts), seconds=dict.fromkeys(STAGES, 0.0))
    if batch.expectations == "every_batch":
        prepare_validation()
    require_extractor(batch.tagger)
    with collector_paused():
        done = made_batch(batch)
    give_back_memory()
    return done


def give_back_memory() -> None:
    """Return freed memory to the system: between two batches a worker needs a third of its peak."""
    release_model()
    pa.default_memory_pool().release_unused()
    with contextlib.suppress(OSError, AttributeError):  # glibc alone keeps so much, and alone has the call
        ctypes.CDLL(None).malloc_trim(0)


def made_batch(batch: Batch) -> BatchDone:
    """Extract, check and stage the documents of a batch."""
    watch = Stopwatch()
    rejects = Rejects(batch.run_id)
    with watch.stage("read"):
        documents = read_spool(Path(batch.spool))
    articles = articles_of(documents, batch.overrides, rejects, watch)
    with watch.stage("read"):
        fresh, seen_again = leave_out_known(articles, batch.lake)
    tables = extracted_tables(fresh, batch, rejects, watch)
    with watch.stage("validate"):
        raws = {article.article_id: raw for raw, article in fresh}
        tables, warnings = checked(tables, raws, rejects, every=batch.expectations == "every_batch")
    counts = {
        "documents_read": len(documents),
        "articles_seen_again": seen_again,
        "warnings": sum(warnings.values()),
    }
    from warehouse.staging import stage

    with watch.stage("write"):
        stage(batch.lake, batch.batch_id, {**tables, "quarantine": rejects.table()}, counts)
    return BatchDone(
        batch_id=batch.batch_id,
        counts=counts | {name: table.num_rows for name, table in tables.items()} | {"quarantine": len(rejects.rows)},
        seconds=watch.seconds,
        warnings=warnings,
        rejected=rejects.reasons,
        examples=rejects.lines,
    )


def articles_of(
    documents: Sequence[RawDocument], overrides: Mapping[str, str], rejects: Rejects, watch: Stopwatch
) -> list[Made]:
    """An article of each document that is one, in order."""
    articles = []
    with watch.stage("normalize"):
        for raw in documents:
            try:
                articles.append((raw, described_article(raw, overrides)))
            except DocumentRejected as error:
                rejects.document(raw, error.reason, error.detail)
            except Exception as error:
                rejects.document(raw, "document.failed", failure_line(error))
    return articles


def described_article(raw: RawDocument, overrides: Mapping[str, str]) -> Article:
    """The article of a document under what the command line says of it; its `language` wins over detection."""
    said = {name: value for name, value in overrides.items() if name != "language"}
    article = to_article(raw, said)
    language = overrides.get("language")
    return replace(article, language=language) if language else article


def leave_out_known(made: Sequence[Made], lake: str) -> tuple[list[Made], int]:
    """The articles that neither the lake nor the batch itself held before, and how many were left out.

    The lake asks again when it commits: this only saves the work.
    """
    known = known_articles(lake, [article.article_id for _, article in made])
    fresh: dict[str, Made] = {}
    for raw, article in made:
        if article.article_id not in known:
            fresh.setdefault(article.article_id, (raw, article))
    return list(fresh.values()), len(made) - len(fresh)


def known_articles(lake: str, ids: Sequence[str]) -> set[str]:
    """Which of the ids the lake's index holds: no lock, no catalog."""
    from warehouse.index import Index, id_of, key_of
    from warehouse.storage import Layout

    index = Index(Layout(Path(lake)).index)
    try:
        return {id_of(key) for key in index.known([key_of(identity) for identity in ids])}
    finally:
        index.close()


def extracted_tables(made: Sequence[Made], batch: Batch, rejects: Rejects, watch: Stopwatch) -> dict[str, pa.Table]:
    """The rows of every article by table; an article that the extractor fails on is rejected whole.

    Rows become columns every few hundred articles: as Python objects they take ten times the memory.
    """
    pieces: dict[str, list[pa.Table]] = {name: [] for name in TABLES}
    for start in range(0, max(len(made), 1), CHUNK):
        rows = chunk_rows(made[start : start + CHUNK], batch, rejects, watch)
        with watch.stage("rows"):
            for name in TABLES:
                pieces[name].append(table_of_values(name, rows[name], batch.run_id, rejects, batch.tagger))
    with watch.stage("rows"):
        return {name: pa.concat_tables(tables).combine_chunks() for name, tables in pieces.items()}


def chunk_rows(made: Sequence[Made], batch: Batch, rejects: Rejects, watch: Stopwatch) -> dict[str, list[Values]]:
    """The rows of a few hundred articles, extracted together; where that fails, one by one to find the culprit."""
    from transforms.extract import extract_all
    from transforms.rows import row_values

    rows: dict[str, list[Values]] = {name: [] for name in TABLES}
    try:
        with watch.stage("extract"):
            extractions = extract_all([article for _, article in made], tagger=batch.tagger)
        with watch.stage("rows"):
            for (_, article), extraction in zip(made, extractions, strict=True):
                for name, found in row_values(article, extraction).items():
                    rows[name] += found
    except Exception as error:
        if len(made) == 1:
            rejects.document(made[0][0], "extract.failed", failure_line(error))
            return {name: [] for name in TABLES}
        alone = [chunk_rows([one], batch, rejects, watch) for one in made]
        return {name: [row for rows_of_one in alone for row in rows_of_one[name]] for name in TABLES}
    return rows


def table_of_values(
    name: str, rows: Sequence[Values], run_id: str, rejects: Rejects, tagger: str = "builtin"
) -> pa.Table:
    """The rows with the contract's columns and types, column by column; where one does not fit them, row by row."""
    from transforms.rows import COLUMNS, made_by

    columns = dict(zip(COLUMNS[name], zip(*rows, strict=True), strict=True)) if rows else {}
    made = made_by(run_id, tagger)

    def column(field: pa.Field) -> pa.Array:
        if field.name in columns:
            return pa.array(columns[field.name], type=field.type)
        return pa.repeat(pa.scalar(made.get(field.name), field.type), len(rows))

    schema = nullable_schema(name)
    try:
        return pa.table([column(field) for field in schema], schema=schema)
    except MISFITS:
        return typed_table(name, [dict(zip(COLUMNS[name], row, strict=True)) | made for row in rows], rejects)


def typed_table(name: str, rows: list[dict[str, Any]], rejects: Rejects) -> pa.Table:
    """The rows with the contract's columns and types; a row that does not fit them is rejected.

    Columns that the lake fills at commit are null, and null is allowed everywhere: the expectations judge it.
    """
    schema = nullable_schema(name)
    try:
        return pa.Table.from_pylist(rows, schema=schema)
    except MISFITS:
        return pa.Table.from_pylist(list(fitting_rows(name, rows, schema, rejects)), schema=schema)


@cache
def nullable_schema(name: str) -> pa.Schema:
    """The columns of a table, null allowed everywhere."""
    return pa.schema([field.with_nullable(True) for field in arrow_schema(load_contract(name))])


def fitting_rows(
    name: str, rows: list[dict[str, Any]], schema: pa.Schema, rejects: Rejects
) -> Iterator[dict[str, Any]]:
    """The rows that fit the schema one by one."""
    for row in rows:
        try:
            pa.Table.from_pylist([row], schema=schema)
        except MISFITS as error:
            rejects.row(name, row, (f"{name}.types",), failure_line(error))
        else:
            yield row


def checked(
    tables: dict[str, pa.Table], sources: Mapping[str, RawDocument], rejects: Rejects, every: bool = True
) -> tuple[dict[str, pa.Table], dict[str, int]]:
    """The rows that break no critical expectation, and how many rows break which warning.

    An article that breaks one is rejected as the document that it came from, with all its figures and mentions:
    replaying the document makes them again.
    """
    from flows.validate import validate
    from transforms.measures import load_measures

    if not tables["articles"].num_rows:
        return tables, {}
    verdict = validate(tables, measures=load_measures().measures, every=every)
    lost = set()
    for row, rules in sorted(verdict.rejected.get("articles", {}).items()):
        article = tables["articles"].column("article_id")[row].as_py()
        lost.add(article)
        rejects.document(sources[article], rules[0], rule_detail(rules))
    kept = {}
    for name, table in tables.items():
        broken = verdict.rejected.get(name, {})
        gone = [article in lost for article in table.column("article_id").to_pylist()] if lost else []
        for row, rules in sorted(broken.items()):
            if not (lost and gone[row]):
                rejects.row(name, table.slice(row, 1).to_pylist()[0], rules)
        keep = [row not in broken and not (lost and gone[row]) for row in range(table.num_rows)]
        kept[name] = table if all(keep) else table.filter(pa.array(keep, pa.bool_()))
    return kept, verdict.warned


def failure_line(error: BaseException) -> str:
    """An unforeseen failure on one line, with the place in our code where it came from."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}: {' '.join(str(error).split())[:300]}: please report it"


class Rejects:
    """Quarantine rows of one batch."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self.now = datetime.now(UTC)
        self.rows: list[dict[str, Any]] = []
        self.reasons: dict[str, int] = {}
        self.lines: list[str] = []

    def document(self, raw: RawDocument, reason: str, detail: str) -> None:
        """A document that is no article."""
        content = bytes_of(raw)
        self.add(
            level="document",
            path=raw.path,
            position=raw.position,
            reason=reason,
            detail=detail,
            content=pack(raw) if len(content) <= KEEP_BYTES else None,
            identity=(raw.path, raw.position, blake2b(content, digest_size=8).hexdigest()),
        )

    def problem(self, problem: SourceProblem) -> None:
        """What a reader could not make a document of; its bytes are kept as they are."""
        content = problem.content
        self.add(
            level="document",
            path=problem.path,
            position=problem.position,
            reason=problem.reason,
            detail=problem.detail,
            content=zstandard.compress(content) if content is not None and len(content) <= KEEP_BYTES else None,
            identity=(problem.path, problem.position, blake2b(content or b"", digest_size=8).hexdigest()),
        )

    def row(self, table: str, row: Mapping[str, Any], rules: Sequence[str], detail: str = "") -> None:
        """A row that breaks its contract, under the first rule that it breaks."""
        key = load_contract(table).key[0]
        self.add(
            level="row",
            table_name=table,
            article_id=row.get("article_id"),
            reason=rules[0],
            detail=detail or rule_detail(rules),
            content=json.dumps(row, default=plain_value, ensure_ascii=True).encode(),
            identity=(table, row.get(key)),
        )

    def add(self, *, level: str, reason: str, detail: str, identity: Sequence[object], **known: Any) -> None:
        """One row of the table quarantine."""
        line = " ".join(detail.split())
        self.rows.append(
            {
                "quarantine_id": stable_id("quarantine", level, reason, *identity),
                "level": level,
                "table_name": None,
                "article_id": None,
                "path": None,
                "position": None,
                "reason": reason,
                "detail": line,
                "content": None,
                "tries": 1,
                "first_seen": self.now,
                "last_seen": self.now,
                "state": "open",
                "run_id": self.run_id,
            }
            | {name: storable(value) for name, value in known.items()}
        )
        self.reasons[reason] = self.reasons.get(reason, 0) + 1
        if len(self.lines) < 20:
            place = " ".join(str(known[name]) for name in ("path", "position") if known.get(name))
            self.lines.append(f"{place or known.get('table_name')}: {reason}: {line}")

    def table(self) -> pa.Table:
        """The rows, one an id: the same failure of the same content twice in a batch is one entry."""
        once = {row["quarantine_id"]: row for row in self.rows}
        return pa.Table.from_pylist(list(once.values()), schema=arrow_schema(load_contract("quarantine")))


def storable(value: Any) -> Any:
    """A string without lone surrogates, which Arrow cannot hold: they come from file names."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def plain_value(value: object) -> object:
    """What JSON has no type for, as text."""
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def rule_detail(rules: Sequence[str]) -> str:
    """Why the rules exist, in one line."""
    from schemas.expectations import rule_named

    return "; ".join(f"{name}: {rule_named(name).why}" for name in rules)


def prepare_worker() -> None:
    """Import and load what the first batch needs, while the parent still plans."""
    require_extractor()


@cache
def prepare_validation() -> None:
    """Begin to import Great Expectations, once a process: 3 s that need not wait for the first rows.

    Not part of `prepare_worker`: at the start of a command the processors are Prefect's.
    """
    from flows.validate import import_expectations

    threading.Thread(target=import_expectations, daemon=True).start()


@cache
def require_extractor(tagger: str = "builtin") -> None:
    """RuntimeError where no article could be extracted here: then no document is to blame."""
    from transforms.extract import extract

    try:
        probe = Article(article_id="0" * 16, document_id="0" * 16, text="Two died.", title=None, published=None)
        extract(probe, tagger=tagger)
    except Exception as error:
        raise RuntimeError(f"the extractor does not work here: {failure_line(error)}") from error


def as_arguments(batch: Batch) -> dict[str, Any]:
    """The batch as plain values, for Prefect."""
    return asdict(batch)


Submit = Callable[[Batch], Any]
"""Begins a batch and gives a future whose result is BatchDone or an exception."""
