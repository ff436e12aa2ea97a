"""What must hold for any bytes, one function a part: fuzzers search for bytes for which it does not.

`python tests/fuzz/fuzz_decoding.py -max_total_time=600` runs a target under atheris (coverage-guided) where it is
installed, else under random mutations of the seeds; `tests/test_fuzz.py` runs every seed and every find of the past.
"""

from __future__ import annotations

import gzip
import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from flows.archives import Budget, Limits
from flows.listing import Source
from flows.reader import Reader
from flows.records import SourceProblem
from transforms.decoding import decode
from transforms.documents import DocumentRejected, RawDocument, to_article
from transforms.markup import fragment_to_text, looks_like, markdown_to_text, split_front_matter
from transforms.metadata import find_header, read_date
from transforms.normalize import normalize

HERE = Path(__file__).parent
FINDS = HERE / "finds"  # bytes that once broke something: {target}-{what}.bin
SECONDS_MOST = 5.0  # for inputs of at most a few thousand bytes
LIMITS = Limits(document_bytes=100_000, line_bytes=100_000, archive_bytes=2_000_000, archive_members=100)


def decoding(data: bytes) -> None:
    """Bytes are text or rejected with one line; text has no lone surrogates."""
    charsets = (None, "utf-8", "windows-1252", "utf-16", "shift_jis", "utf-7")
    try:
        text, how = decode(data[1:], charsets[data[0] % len(charsets)] if data else None)
    except DocumentRejected as error:
        assert error.detail.isprintable()
        return
    text.encode("utf-8")
    assert how.isprintable()


def normalizing(data: bytes) -> None:
    """The normal form is stable, storable and made of whole lines."""
    text = data.decode("utf-8", "surrogateescape")
    once = normalize(text)
    again = normalize(once.text)
    assert again.text == once.text, "not idempotent"
    assert again.cuts == (), "cut something twice"
    once.text.encode("utf-8")
    assert not any(line != line.strip(" ") or not line for line in once.text.split("\n")) or not once.text


def markup(data: bytes) -> None:
    """Markup becomes text without an error and without growing; metadata is read or not."""
    text = data.decode("utf-8", "replace")
    looks_like(text)
    body, fields = split_front_matter(text)
    assert len(body) <= len(text)
    assert all(fields.values())
    assert len(markdown_to_text(text)) <= 3 * len(text) + 10
    fragment_to_text(text)
    find_header(text.split("\n"))
    read_date(text)


def documents(data: bytes) -> None:
    """Any document of any kind is an article that can be stored, or rejected with one line."""
    kinds = (None, "text/plain", "text/markdown", "text/html")
    kind = kinds[data[0] % len(kinds)] if data else None
    try:
        article = to_article(
            RawDocument(content=data[1:], media_type=kind, given={"title": data[:40].decode("latin-1")})
        )
    except DocumentRejected as error:
        assert error.detail.isprintable()
        return
    assert article.text
    for value in (article.text, article.title or "", *article.authors, *article.evidence.values()):
        value.encode("utf-8")
    assert "\n" not in (article.title or "")


NAMES = (
    "a", "a.txt", "a.jsonl", "a.json", "a.csv", "a.tsv", "a.parquet", "a.zip", "a.tar", "a.warc", "a.jsonl.gz",
    "a.txt.xz", "a.csv.bz2", "a.json.zst", "a.tar.gz", "a.warc.gz", "a.html",
)  # fmt: skip


def reading(data: bytes) -> None:
    """Any file under any name gives documents and problems, never an error, and problems are told in a line."""
    name = NAMES[data[0] % len(NAMES)] if data else "a"
    source = Source(shown=name, relative=name)
    for found in read_bytes(source, data[1:]):
        if isinstance(found, SourceProblem):
            assert found.detail.isprintable()
            assert found.reason != "file.unreadable", found.detail  # the net below all readers: each has its own words
        else:
            assert found.path == name
            assert found.size <= LIMITS.line_bytes


def read_bytes(source: Source, data: bytes) -> Iterator[RawDocument | SourceProblem]:
    """What the reader of a file of these bytes gives."""
    reader = Reader(source, LIMITS, {})
    stream = io.BufferedReader(io.BytesIO(data))
    try:
        yield from reader.read(stream, source.relative, None, Budget(len(data), LIMITS), 0)
    except Exception as error:  # as read_source does
        yield reader.problem(None, error)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "decoding": decoding,
    "normalizing": normalizing,
    "markup": markup,
    "documents": documents,
    "reading": reading,
}


def run(target: str, data: bytes) -> None:
    """One input of one target, within its time."""
    began = time.process_time()
    TARGETS[target](data)
    assert time.process_time() - began < SECONDS_MOST, "too slow"


def named(name: str, content: bytes) -> bytes:
    """An input of the target `reading`: its first byte chooses the file's name."""
    return bytes([NAMES.index(name)]) + content


def seeds(target: str) -> list[bytes]:
    """Small inputs of every kind to start from, and all finds of the past."""
    text = "Over 7,000 were held – “all” of\nthem, 17 August 2020.\n\nREUTERS\n"
    record = json.dumps({"id": 1, "text": text, "date": "2020-08-17", "author": ["A"]}).encode() + b"\n"
    page = f"<html><head><meta name=author content=A></head><body><h1>T</h1><p>{text * 3}</p></body></html>".encode()
    mark = f"---\ntitle: T\n---\n# T\n**A. Author****17 August 2020**\n[l](x) *e* | a | b |\n{text}".encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.txt", text)
    some = [
        text.encode(),
        text.encode("cp1252", "replace"),
        text.encode("utf-16"),
        record * 2,
        page,
        mark,
        b"text,title\na,b\n",
    ]
    packed = [
        bytes([NAMES.index("a.jsonl.gz")]) + gzip.compress(record),
        bytes([NAMES.index("a.zip")]) + archive.getvalue(),
    ]
    finds = [path.read_bytes() for path in sorted(FINDS.glob(f"{target}-*.bin"))]
    return [b"", *some, *(bytes([number]) + one for number in range(17) for one in some[:4]), *packed, *finds]
