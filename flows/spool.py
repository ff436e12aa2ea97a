"""Documents on their way to a worker, as files: a batch is a path and a handful of numbers, not a table.

>>> raw = RawDocument(content="Two died.", path="a.jsonl", position="line 1", given={"id": "7"})
>>> unpack(pack(raw)) == raw
True
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

import pyarrow as pa
import zstandard

from transforms.documents import RawDocument

NOTED = tuple(field.name for field in fields(RawDocument) if field.name != "content")
as_json = json.JSONEncoder(default=dict).encode  # ASCII: a lone surrogate in a field stays what it is
SPOOL_SCHEMA = pa.schema([("note", pa.string()), ("content", pa.large_binary())])


def write_spool(path: Path, documents: Iterable[RawDocument]) -> None:
    """The documents of a batch as one Arrow file that appears whole."""
    notes, contents = [], []
    for raw in documents:
        notes.append(note_of(raw))
        contents.append(bytes_of(raw))
    table = pa.table([notes, contents], schema=SPOOL_SCHEMA)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with pa.OSFile(str(temporary), "wb") as sink, pa.ipc.new_file(sink, SPOOL_SCHEMA) as writer:
        writer.write_table(table)
    temporary.replace(path)


def read_spool(path: Path) -> list[RawDocument]:
    """The documents of a batch, in order."""
    with pa.OSFile(str(path), "rb") as source:
        table = pa.ipc.open_file(source).read_all()
    return [
        document_of(note.as_py(), content.as_py())
        for note, content in zip(table.column("note"), table.column("content"), strict=True)
    ]


def pack(raw: RawDocument) -> bytes:
    """A document for the quarantine: zstd of one line of JSON (what its reader knew), then the bytes as received."""
    return zstandard.compress(note_of(raw).encode() + b"\n" + bytes_of(raw))


def unpack(content: bytes) -> RawDocument:
    """The document that `pack` kept, compressed or not; ValueError where it is none."""
    try:
        if content.startswith(zstandard.FRAME_HEADER):
            with zstandard.ZstdDecompressor().stream_reader(content) as reader:
                content = reader.read()
        note, _, body = content.partition(b"\n")
        return document_of(note.decode(), body)
    except (zstandard.ZstdError, KeyError, TypeError) as error:
        raise ValueError(f"not a document that newstally packed: {error}") from None


def note_of(raw: RawDocument) -> str:
    """All but the content, as JSON."""
    known = {name: getattr(raw, name) for name in NOTED} | {"text": isinstance(raw.content, str)}
    return as_json(known)


def bytes_of(raw: RawDocument) -> bytes:
    """The content as bytes; decoded text may hold lone surrogates."""
    return raw.content.encode("utf-8", "surrogatepass") if isinstance(raw.content, str) else raw.content


def document_of(note: str, content: bytes) -> RawDocument:
    """A document from its note and its bytes."""
    known = json.loads(note)
    text = known.pop("text")
    return RawDocument(content=content.decode("utf-8", "surrogatepass") if text else content, **known)
