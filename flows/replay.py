"""Another try for what is in quarantine: what passes now goes into the tables, what fails keeps its entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from flows import batches
from flows.ingest import Tally, ingest_documents
from flows.records import read_json_record
from flows.settings import Settings
from flows.sources import SourceProblem, read_documents
from flows.spool import unpack
from transforms.documents import RawDocument
from warehouse.lake import Lake
from warehouse.quarantine import Rejected, entries


@dataclass(slots=True)
class Replayed:
    """What became of the entries that were tried."""

    tally: Tally
    tried: int
    rows_left: int  # figures and mentions: they come back when their article is extracted again


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
    return Replayed(tally=tally, tried=len(documents), rows_left=len(chosen) - len(documents))


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
