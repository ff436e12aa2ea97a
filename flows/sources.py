"""Raw documents from files, folders, archives, standard input and object stores, one at a time.

>>> list(read_documents(["no/such/file.txt"]))[0].detail
'no/such/file.txt does not exist: check the path'

What cannot be read is a `SourceProblem` in the stream, never an exception: the rest of the run goes on.
Nothing is read whole but a document: the limits are settings, and over them a document is a problem too.

Metadata can stand beside a document: `article.txt` takes `article.json`, `article.meta.json` or `article.toml`
with the fields of a record, and a folder path `2020/08/17/` (or `2020-08-17/`) gives the publication date.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import stat
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from glob import glob, has_magic
from pathlib import Path, PurePosixPath
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
from flows.records import (
    Read,
    SourceProblem,
    printable,
    read_csv,
    read_json,
    read_json_lines,
    read_parquet,
    record_document,
    short,
    too_long,
)
from transforms.documents import GIVEN_FIELDS, RawDocument

__all__ = ["Limits", "SourceProblem", "read_documents"]

DOCUMENTS = {".txt": "text/plain", ".text": "text/plain", ".md": "text/markdown", ".markdown": "text/markdown",
             ".html": "text/html", ".htm": "text/html", ".xhtml": "text/html"}  # fmt: skip
FORMATS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".tsv": "tsv", ".parquet": "parquet",
           ".pq": "parquet", ".tar": "tar", ".tgz": "tar", ".txz": "tar", ".tbz2": "tar", ".tzst": "tar", ".zip": "zip",
           ".warc": "warc", ".wet": "warc"}  # fmt: skip
SIDECARS = (".json", ".meta.json", ".toml", ".meta.toml")
SIDECAR_MOST = 1_000_000
SPOOL = 8_000_000  # bytes of an archive member kept in memory where a format needs to seek
SEEN_MOST = 100_000  # ids remembered a file
LEAD = 300  # characters of the text remembered with each
SAME_STORY = 0.25  # share of longer words: of 20,000 pairs of unrelated wire leads 0.9 percent reach it, median 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file to read: as the user knows it, and relative to the folder named at ingest."""

    shown: str
    relative: str
    local: Path | None = None
    remote: Any = None  # (filesystem, path) of fsspec
    inside: bool = False  # found by walking: links are not followed


def read_documents(
    paths: Sequence[str | Path], limits: Limits | None = None, fields: Mapping[str, str] | None = None
) -> Iterator[Read]:
    """Every document and every problem of files, folders, globs, fsspec addresses and "-", in a stable order."""
    limits, fields = limits or Limits(), fields or {}
    for path in paths:
        for source in list_sources(str(path)):
            if isinstance(source, SourceProblem):
                yield source
            else:
                yield from read_source(source, limits, fields)


def read_source(source: Source, limits: Limits, fields: Mapping[str, str]) -> Iterator[Read]:
    """The documents of one file; whatever goes wrong with it is one problem more."""
    beside = Beside(source)
    reader = Reader(source, limits, fields)
    try:
        stream, size = open_source(source)
    except Exception as error:  # closed standard input, a path that is none, whatever an object store raises
        yield reader.problem(None, error)
        return
    with stream:
        budget, repeats = Budget(size, limits), Repeats()
        try:
            for found in reader.read(stream, source.relative, None, budget, 0):
                if isinstance(found, RawDocument):
                    yield repeats.problem(found, source.shown) or beside.described(found)
                else:
                    yield found
        except Exception as error:  # a dozen libraries read here: none of their errors may end the run
            yield reader.problem(None, error)


# --- Which files ------------------------------------------------------------------------------------------------


def list_sources(path: str) -> Iterator[Source | SourceProblem]:
    """The files behind one argument: sorted, so that two runs read in one order."""
    if path == "-":
        yield Source(shown="-", relative="-")
    elif re.match(r"file://", path):
        yield from list_local(path.removeprefix("file://"))
    elif re.match(r"[a-z][a-z0-9+.-]+://", path) or "::" in path:
        yield from list_remote(path)
    else:
        yield from list_local(path)


def list_local(path: str) -> Iterator[Source | SourceProblem]:
    """A file, a folder's files, or the matches of a glob."""
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError) as error:
        if has_magic(path):
            yield from list_glob(path)
        else:
            yield path_problem(path, error)
        return
    if stat.S_ISDIR(mode):
        yield from walk(path, "")
    else:
        yield Source(shown=printable(path), relative=printable(Path(path).name), local=Path(path))


def list_glob(pattern: str) -> Iterator[Source | SourceProblem]:
    """Files that match; folders that match are walked."""
    found = sorted(glob(pattern, recursive=True))  # noqa: PTH207  # Path.glob takes no absolute pattern
    if not found:
        yield SourceProblem(
            path=printable(pattern), position=None, reason="path.no_match", content=None,
            detail=f"nothing matches {printable(pattern)}: check the pattern",
        )  # fmt: skip
    fixed = [part for part in Path(pattern).parts if not has_magic(part)]
    base = Path(*fixed[: next((i for i, part in enumerate(Path(pattern).parts) if has_magic(part)), len(fixed))])
    for path in found:
        if Path(path).is_dir():
            if "**" not in pattern:
                yield from walk(path, printable(os.path.relpath(path, base)) + "/")
        elif not Path(path).is_symlink() and not is_sidecar(path):
            yield Source(
                shown=printable(path), relative=printable(os.path.relpath(path, base)), local=Path(path), inside=True
            )


def walk(folder: str, prefix: str) -> Iterator[Source | SourceProblem]:
    """The documents below a folder; hidden files, sidecars and links are left out, links that lead out are told."""
    root = os.path.realpath(folder)
    waiting = [(folder, prefix)]
    while waiting:
        place, before = waiting.pop()
        try:
            with os.scandir(place) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield path_problem(place, error)
            continue
        names = {entry.name for entry in found}
        folders = []
        for entry in found:
            if entry.name.startswith(".") or entry.name.endswith("~"):
                continue
            relative = before + printable(entry.name)
            if entry.is_symlink():
                target = os.path.realpath(entry.path)
                if target != root and not target.startswith(root + os.sep):
                    yield SourceProblem(
                        path=printable(entry.path), position=None, reason="file.symlink", content=None,
                        detail="the link leads out of the folder and was not followed: name its target itself",
                    )  # fmt: skip
            elif entry.is_dir(follow_symlinks=False):
                folders.append((entry.path, relative + "/"))
            elif not entry.is_file(follow_symlinks=False):
                yield SourceProblem(
                    path=printable(entry.path), position=None, reason="file.special", content=None,
                    detail="a pipe, socket or device: not read",
                )  # fmt: skip
            elif not is_sidecar_among(entry.name, names):
                yield Source(shown=printable(entry.path), relative=relative, local=Path(entry.path), inside=True)
        waiting.extend(reversed(folders))


def list_remote(address: str) -> Iterator[Source | SourceProblem]:
    """The objects behind an fsspec address: one, those below a prefix, or those that match a glob."""
    try:
        import fsspec
    except ImportError:
        yield SourceProblem(
            path=address, position=None, reason="url.extra_missing", content=None,
            detail="reading from object stores needs the storage extra: pip install 'newstally[storage]'",
        )  # fmt: skip
        return
    try:
        system, path = fsspec.core.url_to_fs(address)
        if has_magic(path):
            found = [name for name in system.glob(path) if system.isfile(name)]
            base = path[: re.search(r"[*?\[]", path).start()].rpartition("/")[0]  # type: ignore[union-attr]
        elif system.isfile(path):
            found, base = [path], path.rpartition("/")[0]
        else:
            found, base = system.find(path), path.rstrip("/")
    except Exception as error:  # every file system of fsspec raises its own
        yield remote_problem(address, error)
        return
    if not found:
        yield SourceProblem(
            path=address, position=None, reason="path.missing", content=None,
            detail=f"{printable(address)} does not exist or is empty: check the address",
        )  # fmt: skip
    names = set(found)
    for name in sorted(found):
        folder, _, last = name.rpartition("/")
        siblings = (
            {other.rpartition("/")[2] for other in names if other.rpartition("/")[0] == folder}
            if last.endswith((".json", ".toml"))
            else set()
        )
        if not is_sidecar_among(last, siblings):
            yield Source(
                shown=printable(system.unstrip_protocol(name)),
                relative=printable(name.removeprefix(base).lstrip("/")),
                remote=(system, name),
            )


def remote_problem(address: str, error: Exception) -> SourceProblem:
    """The problem of an address that cannot be listed or opened."""
    missing = isinstance(error, ImportError)
    reason = "url.extra_missing" if missing else "url.unreadable"
    return SourceProblem(
        path=printable(address), position=None, reason=reason, content=None,
        detail=f"{printable(address)} cannot be read ({short(error)}): "
        + ("pip install 'newstally[storage]'" if missing else "check address, network and credentials"),
    )  # fmt: skip


def path_problem(path: str, error: Exception) -> SourceProblem:
    """The problem of a path that cannot be listed or opened."""
    reason, detail = explained(printable(path), error)
    return SourceProblem(path=printable(path), position=None, reason=reason, detail=detail, content=None)


def explained(shown: str, error: Exception) -> tuple[str, str]:
    """Reason and detail of an operating system's error."""
    code = getattr(error, "errno", None)
    if isinstance(error, SourceError):
        return error.reason, error.detail
    if isinstance(error, FileNotFoundError):
        return "path.missing", f"{shown} does not exist: check the path"
    if isinstance(error, PermissionError):
        return "file.unreadable", f"{shown} may not be read: give yourself read permission (chmod u+r)"
    if code == errno.ENAMETOOLONG:
        return "path.too_long", f"{shown[:80]}… is too long for a path: check the path"
    if code == errno.ELOOP:
        return "file.symlink", f"{shown} is a link and was not followed: name its target on the command line"
    if isinstance(error, UnicodeError) or (isinstance(error, ValueError) and "null byte" in str(error)):
        return "path.invalid", f"{shown} is no path ({short(error)}): check the path"
    return (
        "file.unreadable",
        f"{shown} cannot be read ({type(error).__name__}: {short(error)}): fetch it again",
    )


def is_sidecar(path: str) -> bool:
    """Whether the file describes a document beside it."""
    folder, name = os.path.split(path)
    if not name.endswith((".json", ".toml")):
        return False
    try:
        return is_sidecar_among(name, {entry.name for entry in Path(folder or ".").iterdir()})
    except OSError:
        return False


def is_sidecar_among(name: str, names: set[str]) -> bool:
    """Whether one of the names is the document that this file describes."""
    for ending in sorted(SIDECARS, key=len, reverse=True):
        if name.endswith(ending):
            stem = name.removesuffix(ending)
            suffixes = [""] if Path(stem).suffix.casefold() in DOCUMENTS else DOCUMENTS
            return any(
                stem + suffix + packed in names for suffix in suffixes for packed in ("", ".gz", ".xz", ".zst", ".bz2")
            )
    return False


# --- One file ---------------------------------------------------------------------------------------------------


def open_source(source: Source) -> tuple[IO[bytes], int | None]:
    """The file's bytes and how many they are, if that is known."""
    if source.remote:
        system, path = source.remote
        try:
            return cast(IO[bytes], system.open(path, "rb")), system.size(path)
        except Exception as error:  # every file system of fsspec raises its own
            raise SourceError("url.unreadable", remote_problem(source.shown, error).detail) from None
    if source.local is None:
        return io.BufferedReader(io.FileIO(os.dup(sys.stdin.fileno()), "rb"), CHUNK), None
    flags = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | (getattr(os, "O_NOFOLLOW", 0) if source.inside else 0)
    try:
        descriptor = os.open(source.local, flags)
    except FileNotFoundError:
        raise SourceError(
            "file.vanished", f"{source.shown} was there and is gone: another program moved it; the next run will see"
        ) from None
    stream = os.fdopen(descriptor, "rb", CHUNK)
    status = os.fstat(descriptor)
    return stream, status.st_size if stat.S_ISREG(status.st_mode) else None


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


# --- Repeated ids -----------------------------------------------------------------------------------------------


class Repeats:
    """Tells one id for two articles from a corrected article, within the last hundred thousand ids of a file.

    A second text under an id is a revision while it shares words of headline and lead with the first: tolls
    change, places and names stay. Where it shares nearly none, one of the two ids is wrong, and to take it
    for a revision would close the figures of an article that nobody corrected.
    """

    def __init__(self) -> None:
        self.seen: dict[str, str] = {}

    def problem(self, document: RawDocument, shown: str) -> SourceProblem | None:
        """The problem of a document whose id belongs to another article; None for any other document."""
        name = document.given.get("url") or document.given.get("id")
        if not name or not isinstance(document.content, str):
            return None
        start = f"{document.given.get('title', '')} {document.content[:LEAD]}"
        before = self.seen.setdefault(name, start)
        if len(self.seen) > SEEN_MOST:
            del self.seen[next(iter(self.seen))]
        if before == start or same_story(before, start):
            return None
        return SourceProblem(
            path=shown,
            position=document.position,
            reason="record.duplicate_id",
            detail=f"{document.position} has the id {printable(name)[:80]!r} of another article: give it its own id",
            content=json.dumps({**document.given, "text": document.content}).encode(),
        )


def same_story(one: str, other: str) -> bool:
    """Whether two leads share enough of their longer words to be versions of one text."""
    words, others = (set(re.findall(r"[^\W\d_]{4,}", text.casefold())) for text in (one, other))
    least = min(len(words), len(others))
    return least < 5 or len(words & others) >= SAME_STORY * least


# --- What stands beside a document ------------------------------------------------------------------------------


class Beside:
    """The sidecar of a file and what its folders say, read once for all of the file's documents."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.folders = folder_metadata(source.relative)

    def described(self, document: RawDocument) -> RawDocument:
        """The document with what stands beside it: a sidecar is as good as a record, folders are only hints."""
        given, name = read_sidecar(self.source) if document.position is None else ({}, "")
        if given:
            return replace(document, given=given, given_by=f"sidecar {name}", hints=self.folders)
        return replace(document, hints=self.folders) if self.folders else document


def read_sidecar(source: Source) -> tuple[dict[str, str], str]:
    """The fields of the file beside a document, and that file's name; nothing where there is none that can be read."""
    path = str(source.local) if source.local else source.remote[1] if source.remote else ""
    folder, slash, name = path.rpartition("/")
    for beside in sidecar_names(name):
        content = read_small(source, folder + slash + beside)
        record = sidecar_record(content, beside) if content else {}
        found = record_document({**record, "text": "-"}, "", None, Limits(), {}) if record else None
        if isinstance(found, RawDocument) and found.given:
            return dict(found.given), printable(beside)
    return {}, ""


def sidecar_names(name: str) -> list[str]:
    """Names under which a document's sidecar is looked for: `a.json`, `a.txt.json` for `a.txt.gz`."""
    if len(name) > 240:  # a longer one is beyond what file systems take
        return []
    stem = name
    for packed in COMPRESSIONS:
        stem = stem.removesuffix(packed)
    bases = dict.fromkeys((stem.removesuffix(PurePosixPath(stem).suffix), stem))
    return [base + ending for base in bases for ending in SIDECARS if base + ending != name]


def read_small(source: Source, path: str) -> bytes:
    """The content of a small file beside a source; nothing where it is none, or cannot be read."""
    try:
        if source.remote:
            system = source.remote[0]
            return cast(bytes, system.cat_file(path, 0, SIDECAR_MOST)) if system.isfile(path) else b""
        if not Path(path).is_file() or Path(path).is_symlink():
            return b""
        with Path(path).open("rb") as file:
            return file.read(SIDECAR_MOST)
    except (OSError, ValueError):
        return b""


def sidecar_record(content: bytes, name: str) -> dict[str, Any]:
    """The object of a JSON or TOML sidecar; empty where it is none, or a document of its own."""
    try:
        data = tomllib.loads(content.decode()) if name.endswith(".toml") else json.loads(content or b"null")
    except (ValueError, RecursionError):
        return {}
    return {str(name).casefold(): value for name, value in data.items()} if isinstance(data, dict) else {}


def folder_metadata(relative: str) -> dict[str, str]:
    """Date and outlet from the folders: `Ledger/2020/08/17/a.txt`, `2020-08-17/a.txt`, `outlet=Ledger/a.txt`.

    An outlet is named by `outlet=`, or by the one folder directly above the date folders; any other folder
    may mean anything and says nothing.
    """
    parts = PurePosixPath(relative).parts[:-1]
    found: dict[str, str] = {}
    for place, part in enumerate(parts):
        name, _, value = part.partition("=")
        if value and name.casefold() in GIVEN_FIELDS:
            found[name.casefold()] = value
        day = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})|(\d{4})(\d{2})(\d{2})", part)
        split = re.fullmatch(r"(\d{4})/(\d{2})/(\d{2})", "/".join(parts[place : place + 3]))
        match = day or split
        if match and "published" not in found:
            found["published"] = "-".join(filter(None, match.groups()))
            if place == 1 and "outlet" not in found and not re.search(r"[=\d]", parts[0]):
                found["outlet"] = parts[0]
    return found
