"""One file, whatever it is: unpacked, told apart by name and content, its documents given one at a time."""

from __future__ import annotations

import io
import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import IO, Any, cast

from flows.archives import (
    CHUNK,
    COMPRESSION_MAGIC,
    COMPRESSIONS,
    MEMBER_ERRORS,
    Budget,
    Limits,
    Member,
    SourceError,
    Unpacked,
    damaged,
    peekable,
    tar_members,
    zip_members,
)
from flows.listing import Source, explained
from flows.records import (
    Read,
    SourceProblem,
    printable,
    read_csv,
    read_json,
    read_json_lines,
    read_parquet,
    short,
    too_long,
)
from flows.sidecars import DOCUMENTS
from transforms.documents import RawDocument

FORMATS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".tsv": "tsv", ".parquet": "parquet",
           ".pq": "parquet", ".tar": "tar", ".tgz": "tar", ".txz": "tar", ".tbz2": "tar", ".tzst": "tar", ".zip": "zip",
           ".warc": "warc", ".wet": "warc"}  # fmt: skip
SPOOL = 8_000_000  # bytes of an archive member kept in memory where a format needs to seek


class Reader:
    """Reads one file: unpacks what is packed, tells formats apart, goes into archives."""

    def __init__(self, source: Source, limits: Limits, fields: Mapping[str, str]) -> None:
        self.source = source
        self.shown = source.shown
        self.limits = limits
        self.fields = fields

    def read(self, stream: IO[bytes], name: str, member: str | None, budget: Budget, level: int) -> Iterator[Read]:
        """The documents of a stream that bears a name; `member` is its place within an archive."""
        buffered = peekable(stream)
        head = buffered.peek(CHUNK)
        stem, compression = without_compression(name, head)
        if compression:
            if level > self.limits.archive_depth:
                raise SourceError("archive.depth", "archives within archives, too deep: unpack it yourself")
            unpacked = io.BufferedReader(Unpacked(buffered, compression, budget), CHUNK)
            yield from self.read(unpacked, stem, member, budget, level + 1)
            return
        form = format_of(stem, head)
        for found in self.read_format(form, buffered, stem, member, budget, level):
            yield self.placed(found, member)

    def read_format(
        self, form: str, stream: IO[bytes], name: str, member: str | None, budget: Budget, level: int
    ) -> Iterator[Read]:
        """The documents of an unpacked stream of a known format."""
        if form == "jsonl":
            yield from read_json_lines(stream, name, self.limits, self.fields)
        elif form == "json":
            yield from read_json(stream, name, self.limits, self.fields)
        elif form in ("csv", "tsv"):
            yield from read_csv(stream, name, self.limits, self.fields, "\t" if form == "tsv" else None)
        elif form == "parquet":
            with seekable(stream) as file:
                yield from read_parquet(file, name, self.limits, self.fields)
        elif form == "warc":
            yield from read_warc(stream, name, self.limits)
        elif form in ("zip", "tar"):
            yield from self.read_archive(form, stream, member, budget, level)
        else:
            yield self.read_document(stream, name, form)

    def read_document(self, stream: IO[bytes], name: str, media_type: str) -> Read:
        """The whole stream as one document."""
        content = read_most(stream, self.limits.document_bytes + 1)
        if len(content) > self.limits.document_bytes:
            return too_long(name, None, self.limits.document_bytes)
        return RawDocument(content=content, media_type=media_type or None, path=name)

    def read_archive(
        self, form: str, stream: IO[bytes], member: str | None, budget: Budget, level: int
    ) -> Iterator[Read]:
        """The documents of every member."""
        if level > self.limits.archive_depth:
            raise SourceError("archive.depth", "archives within archives, too deep: unpack it yourself")
        with seekable(stream) if form == "zip" else Kept(stream) as file:
            for found in zip_members(file, budget) if form == "zip" else tar_members(file, budget):
                name = printable(found.name if isinstance(found, Member) else found[0])
                inner = f"{member}/{name}" if member else name
                if not isinstance(found, Member):
                    yield self.problem(inner, found[1])
                elif not PurePosixPath(name).name.startswith("."):
                    yield from self.read_member(found, inner, budget, level)

    def read_member(self, found: Member, inner: str, budget: Budget, level: int) -> Iterator[Read]:
        """The documents of one member; a damaged one is a problem and the next is read."""
        try:
            yield from self.read(found.stream, inner, inner, budget, level + 1)
        except SourceError as error:
            if error.reason == "archive.bomb":
                raise
            yield self.problem(inner, error)
        except MEMBER_ERRORS as error:
            yield self.problem(inner, damaged(error))

    def problem(self, member: str | None, error: Exception) -> SourceProblem:
        """The problem of this file, or of a member of it."""
        reason, detail = explained(self.shown, error)
        return SourceProblem(
            path=self.shown, position=f"member {member}" if member else None, reason=reason, detail=detail, content=None
        )

    def placed(self, found: Read, member: str | None) -> Read:
        """The document or problem with its file and its place: readers know only the innermost stream."""
        path = self.source.relative if isinstance(found, RawDocument) else self.shown
        position = found.position or ""
        if member and not position.startswith("member "):
            position = f"member {member} {position}".rstrip()
        return replace(found, path=path, position=position or None)


def without_compression(name: str, head: bytes) -> tuple[str, str | None]:
    """The name without its compression's ending and the compression; content decides, the name must not lie."""
    suffix = PurePosixPath(name).suffix.casefold()
    for magic, compression in COMPRESSION_MAGIC:
        if head.startswith(magic):
            if suffix in COMPRESSIONS:
                stem = name[: -len(suffix)]
                return stem + (".tar" if suffix.startswith(".t") else ""), compression
            return name, compression
    return name, None


def format_of(name: str, head: bytes) -> str:
    """A format's name, or the media type of a single document ("" where content is to decide)."""
    for magic, form in ((b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"PAR1", "parquet"), (b"WARC/", "warc")):
        if head.startswith(magic):
            return form
    if head[257:262] == b"ustar":
        return "tar"
    suffix = PurePosixPath(name).suffix.casefold()
    if suffix in FORMATS:
        return FORMATS[suffix]
    if suffix in DOCUMENTS:
        return DOCUMENTS[suffix]
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{") or re.match(rb"\[\s*\{", start):
        return "json" if start.startswith(b"[") or not looks_like_lines(start) else "jsonl"
    return ""


def looks_like_lines(start: bytes) -> bool:
    """Whether the first line is an object of its own, or too long to say."""
    line, _, _ = start.partition(b"\n")
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return len(line) == len(start) and len(start) > 8_000


def read_most(stream: Any, most: int) -> bytes:
    """Up to `most` bytes, however small the pieces in which they come."""
    pieces, count = [], 0
    while count < most:
        piece = stream.read(min(CHUNK * 16, most - count))
        if not piece:
            break
        pieces.append(piece)
        count += len(piece)
    return b"".join(pieces)


class Kept:
    """A stream that somebody else closes."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream

    def __enter__(self) -> IO[bytes]:
        return self.stream

    def __exit__(self, *_: object) -> None:
        return None


def seekable(stream: IO[bytes]) -> Any:
    """The stream itself where one can seek in it, else a temporary copy (in memory while it is small)."""
    try:
        if stream.seekable():
            return Kept(stream)
    except (AttributeError, OSError):
        pass
    spool = tempfile.SpooledTemporaryFile(SPOOL)  # noqa: SIM115  # the caller's `with` closes it
    while piece := stream.read(CHUNK * 16):
        spool.write(piece)
    spool.seek(0)
    return spool


class Forward:
    """A stream of which only reading is asked: fastwarc would seek in it where it can."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.place = 0

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size)
        self.place += len(data)
        return data

    def tell(self) -> int:
        return self.place

    def close(self) -> None:
        return None


def read_warc(stream: IO[bytes], path: str, limits: Limits) -> Iterator[Read]:
    """The HTML and text responses of a web archive; the crawl's date is not the publication's and is left out."""
    try:
        from fastwarc.stream_io import StreamError
        from fastwarc.warc import ArchiveIterator, WarcRecordType
    except ImportError:
        raise SourceError(
            "warc.extra_missing", "reading WARC needs the warc extra: pip install 'newstally[warc]'"
        ) from None
    kinds = WarcRecordType.response | WarcRecordType.conversion
    try:
        for number, record in enumerate(ArchiveIterator(cast(Any, Forward(stream)), record_types=kinds), 1):
            found = warc_document(record, path, f"record {number}", limits)
            if found:
                yield found
    except (StreamError, ValueError, LookupError, AttributeError) as error:
        raise SourceError("warc.invalid", f"the web archive is damaged ({short(error)}): fetch it again") from None


def warc_document(record: Any, path: str, position: str, limits: Limits) -> Read | None:
    """The document of one record; None for images, redirects and errors."""
    kind = (record.http_content_type or record.headers.get("Content-Type") or "").partition(";")[0].strip()
    if kind not in ("text/html", "application/xhtml+xml", "text/plain"):
        return None
    if record.http_headers is not None and not str(record.http_headers.status_code).startswith("2"):
        return None
    url = record.headers.get("WARC-Target-URI") or ""
    content = read_most(record.reader, limits.document_bytes + 1)
    if len(content) > limits.document_bytes:
        return too_long(path, position, limits.document_bytes)
    return RawDocument(
        content=content,
        media_type="text/plain" if kind == "text/plain" else "text/html",
        charset=record.http_charset,
        path=path,
        position=position,
        given={"url": url} if url else {},
        given_by="WARC header",
    )
