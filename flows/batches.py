"""One batch from documents to staged rows: what a worker process does, on this machine or on another.

Read the spooled documents, make articles of them, leave out those that the lake holds, extract, check the rows
against the contract and the expectations, stage what passed and quarantine what did not. The batch's id is made
of its run and its number, so that a worker that does it again finds the first one's work.
"""

from __future__ import annotations

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
from typing import Any

import pyarrow as pa

from flows.spool import bytes_of, pack, read_spool
from schemas.arrow import arrow_schema
from schemas.contracts import load_contract
from transforms.documents import DocumentRejected, RawDocument, to_article
from transforms.ids import stable_id
from transforms.values import Article

TABLES = ("articles", "figures", "mentions")
STAGES = ("read", "normalize", "extract", "rows", "validate", "write")
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
    """Processor time of this process by stage."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(STAGES, 0.0)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the block to a stage."""
        began = time.process_time()
        try:
            yield
        finally:
            self.seconds[name] += time.process_time() - began


def process_batch(batch: Batch | Mapping[str, Any]) -> BatchDone:
    """Stage the rows of a batch; a batch that is staged already is left as it is.

    What is wrong with a document or a row is data (quarantine), not an exception. Raises WarehouseError where
    the staging area cannot be written, OSError where the spool cannot be read.
    """
    if not isinstance(batch, Batch):
        batch = Batch(**batch)
    from warehouse.staging import find_staged, stage

    staged = find_staged(batch.lake, batch.batch_id)
    if staged is not None:
        return BatchDone(batch_id=batch.batch_id, counts=dict(staged.counts), seconds=dict.fromkeys(STAGES, 0.0))
    require_extractor()
    watch = Stopwatch()
    rejects = Rejects(batch.run_id)
    with watch.stage("read"):
        documents = read_spool(Path(batch.spool))
    articles = articles_of(documents, batch.overrides, rejects, watch)
    fresh, seen_again = leave_out_known(articles, batch.lake)
    rows = extracted_rows(fresh, batch.run_id, rejects, watch)
    with watch.stage("rows"):
        tables = {name: typed_table(name, rows[name], rejects) for name in TABLES}
    with watch.stage("validate"):
        tables, warnings = checked(tables, rejects)
    counts = {
        "documents_read": len(documents),
        "articles_seen_again": seen_again,
        "warnings": sum(warnings.values()),
    }
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
) -> list[Article]:
    """An article of each document that is one, in order."""
    articles = []
    with watch.stage("normalize"):
        for raw in documents:
            try:
                articles.append(described_article(raw, overrides))
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


def leave_out_known(articles: Sequence[Article], lake: str) -> tuple[list[Article], int]:
    """The articles that neither the lake nor the batch itself held before, and how many were left out.

    The lake asks again when it commits: this only saves the work.
    """
    known = known_articles(lake, [article.article_id for article in articles])
    fresh: dict[str, Article] = {}
    for article in articles:
        if article.article_id not in known:
            fresh.setdefault(article.article_id, article)
    return list(fresh.values()), len(articles) - len(fresh)


def known_articles(lake: str, ids: Sequence[str]) -> set[str]:
    """Which of the ids the lake's index holds: no lock, no catalog."""
    from warehouse.index import Index, id_of, key_of
    from warehouse.storage import Layout

    index = Index(Layout(Path(lake)).index)
    try:
        return {id_of(key) for key in index.known([key_of(identity) for identity in ids])}
    finally:
        index.close()


def extracted_rows(
    articles: Sequence[Article], run_id: str, rejects: Rejects, watch: Stopwatch
) -> dict[str, list[dict[str, Any]]]:
    """The rows of every article by table; an article that the extractor fails on is rejected whole."""
    from transforms.extract import extract
    from transforms.rows import article_rows

    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for article in articles:
        try:
            with watch.stage("extract"):
                extraction = extract(article)
            with watch.stage("rows"):
                made = article_rows(article, extraction, run_id)
        except Exception as error:
            rejects.article(article, "extract.failed", failure_line(error))
            continue
        for name in TABLES:
            rows[name] += made[name]
    return rows


def typed_table(name: str, rows: list[dict[str, Any]], rejects: Rejects) -> pa.Table:
    """The rows with the contract's columns and types; a row that does not fit them is rejected.

    Columns that the lake fills at commit are null, and null is allowed everywhere: the expectations judge it.
    """
    schema = pa.schema([field.with_nullable(True) for field in arrow_schema(load_contract(name))])
    try:
        return pa.Table.from_pylist(rows, schema=schema)
    except (pa.ArrowException, ValueError, TypeError, OverflowError):
        return pa.Table.from_pylist(list(fitting_rows(name, rows, schema, rejects)), schema=schema)


def fitting_rows(
    name: str, rows: list[dict[str, Any]], schema: pa.Schema, rejects: Rejects
) -> Iterator[dict[str, Any]]:
    """The rows that fit the schema one by one."""
    for row in rows:
        try:
            pa.Table.from_pylist([row], schema=schema)
        except (pa.ArrowException, ValueError, TypeError, OverflowError) as error:
            rejects.row(name, row, (f"{name}.types",), failure_line(error))
        else:
            yield row


def checked(tables: dict[str, pa.Table], rejects: Rejects) -> tuple[dict[str, pa.Table], dict[str, int]]:
    """The rows that break no critical expectation, and how many rows break which warning.

    With an article go its figures and mentions: none may stand without it.
    """
    from flows.validate import validate
    from transforms.measures import load_measures

    if not tables["articles"].num_rows:
        return tables, {}
    verdict = validate(tables, measures=load_measures().measures)
    rejected = {name: dict(rows) for name, rows in verdict.rejected.items()}
    lost = {tables["articles"].column("article_id")[row].as_py() for row in rejected.get("articles", {})}
    kept = {}
    for name, table in tables.items():
        broken = rejected.setdefault(name, {})
        if lost and name != "articles":
            for row, article in enumerate(table.column("article_id").to_pylist()):
                if article in lost:
                    broken.setdefault(row, (f"{name}.article_rejected",))
        for row in sorted(broken):
            rejects.row(name, table.slice(row, 1).to_pylist()[0], broken[row], "")
        keep = pa.array([row not in broken for row in range(table.num_rows)], pa.bool_())
        kept[name] = table.filter(keep) if broken else table
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

    def problem(self, path: str | None, position: str | None, reason: str, detail: str, content: bytes | None) -> None:
        """What a reader could not make a document of."""
        raw = None if content is None else RawDocument(content=content, path=path, position=position)
        self.add(
            level="document",
            path=path,
            position=position,
            reason=reason,
            detail=detail,
            content=pack(raw) if raw is not None and len(content or b"") <= KEEP_BYTES else None,
            identity=(path, position, blake2b(content or b"", digest_size=8).hexdigest()),
        )

    def article(self, article: Article, reason: str, detail: str) -> None:
        """An article that the extractor failed on; kept with what is known of it, to be tried again."""
        given = {
            "id": article.external_id,
            "published": article.published.isoformat() if article.published else None,
            "title": article.title,
            "authors": "; ".join(article.authors),
            "outlet": article.outlet,
            "url": article.url,
        }
        self.document(
            RawDocument(
                content=article.text, path=article.path, given={name: said for name, said in given.items() if said}
            ),
            reason,
            detail,
        )

    def row(self, table: str, row: Mapping[str, Any], rules: Sequence[str], detail: str) -> None:
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

    reasons = []
    for name in rules:
        if name.endswith(".article_rejected"):
            reasons.append("its article was rejected")
        else:
            reasons.append(f"{name}: {rule_named(name).why}")
    return "; ".join(reasons)


def prepare_worker() -> None:
    """Import and load what the first batch needs, while the parent still plans."""
    from flows.validate import import_expectations

    require_extractor()

    # 3 s that pass while the worker waits; a batch of known articles never needs it
    threading.Thread(target=import_expectations, daemon=True).start()


@cache
def require_extractor() -> None:
    """RuntimeError where no article could be extracted here: then no document is to blame."""
    from transforms.extract import extract

    try:
        extract(Article(article_id="0" * 16, document_id="0" * 16, text="Two people died.", title=None, published=None))
    except Exception as error:
        raise RuntimeError(f"the extractor does not work here: {failure_line(error)}") from error


def as_arguments(batch: Batch) -> dict[str, Any]:
    """The batch as plain values, for Prefect."""
    return asdict(batch)


Submit = Callable[[Batch], Any]
"""Begins a batch and gives a future whose result is BatchDone or an exception."""
