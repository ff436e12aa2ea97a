"""Files that are broken or mean harm: each is one clear line, and the documents beside it are read."""

# ruff: noqa: E501  # what goes in and what comes out stand side by side

from __future__ import annotations

import bz2
import errno
import gzip
import io
import json
import lzma
import os
import random
import re
import stat
import sys
import tarfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from flows import reader, sources
from flows.sources import Limits, SourceProblem, read_documents
from transforms.documents import DocumentRejected, RawDocument, to_article

GOOD = b"Forty people walked out of the plant in Grodno on Monday."
SMALL = Limits(document_bytes=10_000, line_bytes=20_000, archive_bytes=1_000_000, archive_members=50)


def read(*paths: Path | str, limits: Limits | None = None) -> tuple[list[RawDocument], list[SourceProblem]]:
    """Documents and problems; every problem is one line that says what and where."""
    found = list(read_documents([str(path) for path in paths], limits))
    problems = [one for one in found if isinstance(one, SourceProblem)]
    for problem in problems:
        assert problem.detail.isprintable(), problem.detail
        assert problem.path.isprintable(), problem.path
        assert 20 < len(problem.detail) < 700
        assert problem.reason.count(".") == 1
        assert ": " in problem.detail  # what was wrong: what to do
    return [one for one in found if isinstance(one, RawDocument)], problems


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A folder with one good document that every test must get back."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "good.txt").write_bytes(GOOD)
    return folder


def only_problem(inbox: Path, limits: Limits | None = None) -> SourceProblem:
    """The one problem of the inbox, whose good document was read all the same."""
    documents, problems = read(inbox, limits=limits)
    assert [document.content for document in documents if document.path == "good.txt"] == [GOOD]
    (problem,) = problems
    return problem


# --- Broken ------------------------------------------------------------------------------------------------------


def test_missing_path(inbox: Path) -> None:
    documents, (problem,) = read("no/such/folder", inbox)
    assert problem.reason == "path.missing"
    assert len(documents) == 1


def test_empty_file(inbox: Path) -> None:
    (inbox / "empty.txt").touch()
    (inbox / "empty.jsonl").touch()
    (inbox / "empty.csv").touch()
    documents, (problem,) = read(inbox)
    assert (problem.reason, Path(problem.path).name) == ("document.empty", "empty.csv")
    with pytest.raises(DocumentRejected, match="empty"):
        to_article(documents[0])


def test_broken_lines(inbox: Path) -> None:
    lines = [
        b'{"id": 1, "text": "Two died."}', b'{"id": 2, "text": "cut', b"[1, 2]", b'"text"', b"\xff\xfe\x00", b"[" * 100_000,
        b'{"id": 3}', b'{"id": 4, "text": 5}', b"1" * 5_000, b'{"id": 5, "text": "Three live."}',
    ]  # fmt: skip
    (inbox / "a.jsonl").write_bytes(b"\n".join(lines))
    documents, problems = read(inbox)
    assert [d.content for d in documents] == ["Two died.", "Three live.", GOOD]
    assert [(p.position, p.reason) for p in problems] == [
        ("line 2", "json.invalid"), ("line 3", "record.no_object"), ("line 4", "record.no_object"),
        ("line 5", "json.invalid"), ("line 6", "json.invalid"), ("line 7", "record.no_text"),
        ("line 8", "record.no_text"), ("line 9", "json.invalid"),
    ]  # fmt: skip
    assert problems[0].content == lines[1] + b"\n"


@pytest.mark.parametrize(
    "content", [b"{", b'{"a": 1', b"[", b"[1", b'[{"text": "Two died."}, {"te', b"[[[[", b"\xff[", b"nul"]
)
def test_broken_json_file(inbox: Path, content: bytes) -> None:
    (inbox / "a.json").write_bytes(content)
    documents, problems = read(inbox)
    assert [p.reason for p in problems if p.reason == "json.invalid"] == ["json.invalid"]
    assert documents[-1].content == GOOD


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "xz": lzma.compress,
    "bz2": bz2.compress,
    "zst": zstandard.ZstdCompressor().compress,
}
LINES = b"".join(
    json.dumps({"id": n, "text": f"{n} died. " + random.Random(n).randbytes(40).hex()}).encode() + b"\n"
    for n in range(5_000)
)


@pytest.mark.parametrize("kind", PACKERS)
def test_truncated_compression_gives_what_came_before(inbox: Path, kind: str) -> None:
    packed = PACKERS[kind](LINES)
    (inbox / f"a.jsonl.{kind}").write_bytes(packed[: len(packed) * 3 // 4])
    documents, problems = read(inbox)
    assert len(documents) > 1_000 or kind == "bz2"  # bz2 and its blocks of 900 KB
    assert problems[-1].reason == "archive.truncated"
    assert {p.reason for p in problems} <= {"archive.truncated", "json.invalid"}


@pytest.mark.parametrize("kind", PACKERS)
def test_damaged_compression(inbox: Path, kind: str) -> None:
    packed = bytearray(PACKERS[kind](LINES))
    packed[len(packed) // 2 : len(packed) // 2 + 50] = bytes(50)
    (inbox / f"a.jsonl.{kind}").write_bytes(packed)
    documents, problems = read(inbox)
    assert documents[-1].content == GOOD
    assert problems[-1].reason in ("archive.corrupt", "archive.truncated") or kind == "zst"
    assert len(documents) - 1 + len(problems) > 0


def test_several_members_and_padding(inbox: Path) -> None:
    (inbox / "a.jsonl.gz").write_bytes(
        gzip.compress(LINES) + gzip.compress(LINES[:0]) + gzip.compress(LINES) + bytes(2_000)
    )
    documents, problems = read(inbox)
    assert (len(documents), problems) == (10_001, [])


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.parquet", "a.tar.gz"])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_cut_archives(inbox: Path, name: str, share: float) -> None:
    content = {
        "a.zip": zipped({"a.txt": LINES}),
        "a.tar": tarred([("a.txt", LINES)]),
        "a.tar.gz": gzip.compress(tarred([("a.txt", LINES), ("b.txt", LINES)])),
        "a.parquet": parquet(),
    }[name]
    (inbox / name).write_bytes(content[: int(len(content) * share)])
    _, problems = read(inbox)
    assert problems[-1].reason in ("archive.truncated", "archive.corrupt", "parquet.invalid")


@pytest.mark.parametrize("suffix", ["gz", "xz", "zst", "zip", "tar", "parquet", "warc", "json", "csv"])
def test_names_that_lie(inbox: Path, suffix: str) -> None:
    (inbox / f"a.{suffix}").write_bytes(b"\x00\x01\x02 this is none of it \xff" * 40)
    documents, problems = read(inbox)
    assert documents[-1].content == GOOD
    for document in documents[:-1]:  # no compression's magic: a document like any other, refused as binary
        with pytest.raises(DocumentRejected):
            to_article(document)
    assert len(problems) + len(documents) >= 2 or suffix == "warc"


def test_unreadable_file(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (inbox / "secret.txt").write_bytes(GOOD)
    plain = os.open

    def refusing(path: Any, *rest: Any, **more: Any) -> int:  # the tests may run as root, who may read anything
        if str(path).endswith("secret.txt"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return plain(path, *rest, **more)

    monkeypatch.setattr(os, "open", refusing)
    problem = only_problem(inbox)
    assert problem.reason == "file.unreadable"
    assert "chmod" in problem.detail


def test_unreadable_folder(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (inbox / "closed").mkdir()
    plain = os.scandir

    def refusing(path: Any) -> Any:
        if str(path).endswith("closed"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return plain(path)

    monkeypatch.setattr(os, "scandir", refusing)
    assert only_problem(inbox).reason == "file.unreadable"


def test_file_that_vanishes_between_listing_and_reading(inbox: Path) -> None:
    (inbox / "a.txt").write_bytes(GOOD)
    (inbox / "b.txt").write_bytes(GOOD)
    stream = read_documents([str(inbox)])
    next(stream)
    (inbox / "b.txt").unlink()
    problem, good = list(stream)
    assert isinstance(problem, SourceProblem)
    assert problem.reason == "file.vanished"
    assert isinstance(good, RawDocument)


def test_error_in_the_middle_of_a_file(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (inbox / "a.txt").write_bytes(GOOD)
    plain = sources.open_source

    class Failing(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            raise OSError(errno.EIO, "Input/output error")

    def opened(source: Any) -> Any:
        return (io.BufferedReader(Failing()), 50) if source.relative == "a.txt" else plain(source)

    monkeypatch.setattr(sources, "open_source", opened)
    assert only_problem(inbox).reason == "file.unreadable"


# --- Too much ----------------------------------------------------------------------------------------------------


def test_long_line_neither_stalls_nor_fills_memory(inbox: Path) -> None:
    with (inbox / "a.jsonl").open("wb") as file:
        file.write(b'{"id": 1, "text": "Two died."}\n')
        file.write(b'{"id": 2, "text": "' + b"x" * 50_000_000 + b'"}\n')
        file.write(b'{"id": 3, "text": "Three live."}\n')
    tracemalloc.start()
    documents, (problem,) = read(inbox, limits=SMALL)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
    assert [d.content for d in documents] == ["Two died.", "Three live.", GOOD]
    assert (problem.reason, problem.position, problem.content) == ("document.too_long", "line 2", None)
    assert "document_bytes_max" in problem.detail


@pytest.mark.parametrize("name", ["a.txt", "a.json", "a.csv", "a.html", "a.md", "a"])
def test_long_document(inbox: Path, name: str) -> None:
    (inbox / name).write_bytes(b'{"text": "' * 2_000 + b"x" * 100_000)
    problem = only_problem(inbox, SMALL)
    assert problem.reason in ("document.too_long", "record.no_text")
    assert only_problem(inbox, SMALL).path.endswith(name)


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(members: list[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(pa.table({"text": ["Two died."] * 100}), buffer)
    return buffer.getvalue()


ZEROS = bytes(40_000_000)


@pytest.mark.parametrize(
    "name", ["a.jsonl.gz", "a.txt.xz", "a.txt.bz2", "a.csv.zst", "a.tar.gz", "a.zip", "a.json.gz.gz"]
)
def test_bombs(inbox: Path, name: str) -> None:
    lines = (b'{"text": "' + b"x" * 10_000 + b'"}\n') * 4_000  # harmless by line, a bomb by ratio
    content = {
        "a.jsonl.gz": lambda: gzip.compress(lines, 9),
        "a.txt.xz": lambda: lzma.compress(ZEROS),
        "a.txt.bz2": lambda: bz2.compress(ZEROS),
        "a.csv.zst": lambda: zstandard.ZstdCompressor(level=9).compress(b"text\n" + (b"x" * 10_000 + b"\n") * 4_000),
        "a.tar.gz": lambda: gzip.compress(tarred([(f"{n}.txt", ZEROS[:1_000_000]) for n in range(30)]), 9),
        "a.zip": lambda: zipped({f"{n}.txt": ZEROS[:1_000_000] for n in range(30)}),
        "a.json.gz.gz": lambda: gzip.compress(gzip.compress(ZEROS, 9), 9),
    }[name]()
    (inbox / name).write_bytes(content)
    tracemalloc.start()
    began = time.process_time()
    documents, problems = read(inbox, limits=Limits(archive_ratio=20, document_bytes=2_000_000))
    assert time.process_time() - began < 20
    assert tracemalloc.get_traced_memory()[1] < 90_000_000
    tracemalloc.stop()
    assert problems[-1].reason in ("archive.bomb", "document.too_long")
    assert documents[-1].content == GOOD


def test_many_members(inbox: Path) -> None:
    (inbox / "a.zip").write_bytes(zipped({f"{n}.txt": b"Two died." for n in range(60)}))
    documents, (problem,) = read(inbox, limits=SMALL)
    assert problem.reason == "archive.members"
    assert len(documents) == 51


def test_archives_within_archives(inbox: Path) -> None:
    content = zipped({"a.txt": b"Two died."})
    for _ in range(30):
        content = zipped({"a.zip": content})
    (inbox / "a.zip").write_bytes(content)
    assert only_problem(inbox).reason == "archive.depth"


def test_compressed_within_compressed(inbox: Path) -> None:
    content = b"Two died."
    for _ in range(30):
        content = gzip.compress(content)
    (inbox / "a.txt.gz").write_bytes(content)
    assert only_problem(inbox).reason == "archive.depth"


def test_encrypted_and_damaged_members(inbox: Path) -> None:
    content = bytearray(zipped({"a.txt": b"Two died." * 50, "b.txt": b"Three live." * 50, "c.txt": b"All ran."}))
    for at in (content.find(b"PK\x03\x04") + 6, content.find(b"PK\x01\x02") + 8):
        content[at] |= 1  # the flag of encryption, in both headers of a.txt
    place = content.find(b"b.txt") + 8
    content[place] ^= 0xFF
    (inbox / "a.zip").write_bytes(content)
    documents, problems = read(inbox)
    assert [(p.reason, p.position) for p in problems] == [
        ("archive.encrypted", "member a.txt"), ("archive.corrupt", "member b.txt"),
    ]  # fmt: skip
    assert [d.content for d in documents] == [b"All ran.", GOOD]


def test_links_and_devices_in_archives(inbox: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, kind, target in (
            ("link.txt", tarfile.SYMTYPE, "/etc/passwd"),
            ("hard.txt", tarfile.LNKTYPE, "/etc/passwd"),
            ("device", tarfile.CHRTYPE, ""),
            ("pipe", tarfile.FIFOTYPE, ""),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            archive.addfile(info)
    (inbox / "a.tar").write_bytes(buffer.getvalue())
    documents, problems = read(inbox)
    assert [d.content for d in documents] == [GOOD]
    assert [(p.reason, p.position) for p in problems] == [
        ("archive.special", "member device"), ("archive.special", "member pipe"),
    ]  # fmt: skip


# --- Names and links ---------------------------------------------------------------------------------------------

NAMES = [
    "../../etc/cron.d/x.txt",
    "/etc/passwd",
    "a\nb.txt",
    "-rf.txt",
    "\x1b[31mred.txt",
    "x" * 4_000 + ".txt",
    "w\\..\\x.txt",
    "\u202egnp.txt",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_in_archives(inbox: Path, name: str) -> None:
    before = sorted(path for path in inbox.parent.rglob("*"))
    (inbox / "a.zip").write_bytes(zipped({name: b"Two died in the fire."}))
    (inbox / "b.tar").write_bytes(tarred([(name, b"Two died in the fire.")]))
    documents, problems = read(inbox)
    assert problems == []
    assert len(documents) == 3
    for document in documents:
        assert (document.path or "").isprintable()
        assert (document.position or "").isprintable()
        assert len(document.position or "") < 1_100
        assert to_article(document).text
    assert len(sorted(inbox.parent.rglob("*"))) == len(before) + 2  # nothing was unpacked anywhere


@pytest.mark.parametrize(
    "name",
    [
        "a\nb.txt",
        "-rf.txt",
        "--help",
        "\x1b[31mred.txt",
        "a\tb.md",
        "'; drop table figures; --.txt",
        "=cmd.csv.txt",
        "~root.txt",
    ],
)
def test_names_in_folders(inbox: Path, name: str) -> None:
    (inbox / name).write_bytes(GOOD)
    documents, problems = read(inbox)
    assert (len(documents), problems) == (2, [])
    assert all((document.path or "").isprintable() for document in documents)
    again, _ = read(inbox / name)
    assert again[0].path == next(document.path for document in documents if document.path != "good.txt")


def test_name_that_is_no_utf8(inbox: Path) -> None:
    with open(os.fsencode(inbox) + b"/caf\xe9.txt", "wb") as file:  # noqa: PTH123  # a Path takes no bytes
        file.write(GOOD)
    documents, problems = read(inbox)
    assert problems == []
    (document.path for document in documents)
    assert [document.path for document in documents] == ["caf\\udce9.txt", "good.txt"]


def test_path_of_4000_characters(inbox: Path) -> None:
    documents, problems = read(inbox / ("x" * 4_000), inbox)
    assert problems[0].reason == "path.too_long"
    assert len(documents) == 1


def test_folders_too_deep_for_a_path(inbox: Path) -> None:
    here = os.getcwd()  # noqa: PTH109
    try:
        os.chdir(inbox)
        for _ in range(40):
            os.mkdir("d" * 200)  # noqa: PTH102
            os.chdir("d" * 200)
        Path("deep.txt").write_bytes(GOOD)
    finally:
        os.chdir(here)
    problem = only_problem(inbox)
    assert problem.reason == "path.too_long"


@pytest.mark.parametrize("path", ["a\x00b.txt", "\x00", "", "\ud800.txt"])
def test_paths_that_are_none(path: str) -> None:
    _, (problem,) = read(path)
    assert problem.reason in ("path.invalid", "path.missing")


def test_links_out_of_the_inbox_are_not_followed(inbox: Path) -> None:
    secret = inbox.parent / "secret"
    secret.mkdir()
    (secret / "key.txt").write_bytes(b"secret")
    (inbox / "a.txt").symlink_to(secret / "key.txt")
    (inbox / "folder").symlink_to(secret)
    (inbox / "dangling.txt").symlink_to("nowhere")
    (inbox / "inside.txt").symlink_to(inbox / "good.txt")
    (inbox / "loop").symlink_to(inbox)
    documents, problems = read(inbox)
    assert [d.content for d in documents] == [GOOD]
    assert {(Path(p.path).name, p.reason) for p in problems} == {("a.txt", "file.symlink"), ("folder", "file.symlink")}
    documents, _ = read(f"{inbox}/*.txt")
    assert [d.content for d in documents] == [GOOD]


def test_file_that_becomes_a_link_after_listing(inbox: Path) -> None:
    secret = inbox.parent / "key.txt"
    secret.write_bytes(b"secret")
    (inbox / "a.txt").write_bytes(GOOD)
    (inbox / "b.txt").write_bytes(GOOD)
    stream = read_documents([str(inbox)])
    next(stream)
    (inbox / "b.txt").unlink()
    (inbox / "b.txt").symlink_to(secret)
    problem = next(stream)
    assert isinstance(problem, SourceProblem)
    assert problem.reason == "file.symlink"


def test_sidecar_that_is_a_link_is_not_followed(inbox: Path) -> None:
    secret = inbox.parent / "secret.json"
    secret.write_text('{"title": "secret"}')
    (inbox / "good.json").symlink_to(secret)
    documents, _ = read(inbox)
    assert documents[0].given == {}


def test_pipes_do_not_hang(inbox: Path) -> None:
    os.mkfifo(inbox / "pipe.txt")
    assert only_problem(inbox).reason == "file.special"


def test_sidecar_pipe_does_not_hang(inbox: Path) -> None:
    os.mkfifo(inbox / "good.json")
    documents, _ = read(inbox)
    assert documents[0].content == GOOD
    assert stat.S_ISFIFO((inbox / "good.json").stat().st_mode)


# --- Markup ------------------------------------------------------------------------------------------------------

STORY = "<p>Forty people walked out of the plant in Grodno on Monday, the strike committee said in a statement.</p>" * 3
ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))

PAGES = {
    "billion laughs": f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY l0 "lol">{ENTITIES}]><html><body>{STORY}<p>&l9;</p></body></html>',
    "file entity": f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body>{STORY}<p>&x; is all.</p></body></html>',
    "external DTD": f'<!DOCTYPE html SYSTEM "http://127.0.0.1:9/x.dtd"><html><body>{STORY}</body></html>',
    "nested elements": f"<html><body>{STORY}{'<div>' * 100_000}",
    "nested inline": f"<html><body>{STORY}<p>{'<b>' * 50_000}x",
    "unclosed everything": "<html><body>" + "<p><a href='" * 50_000,
    "a million attributes": f"<html><body {' '.join(f'a{n}=1' for n in range(100_000))}>{STORY}",
    "one long attribute": f"<html><body><p title='{'x' * 5_000_000}'>{STORY}",
    "comments": f"<html><body>{STORY}{'<!--' * 200_000}",
    "control characters": f"<html><body>{STORY}<p>\x00\x0b&#0;&#x1f;&#xd800;&#x110000;</p>",
    "deep JSON-LD": f"<html><head><script type='application/ld+json'>{'[' * 100_000}</script></head><body>{STORY}",
    "odd JSON-LD": f"<html><head><script type='application/ld+json'>{{\"@type\": [1], \"datePublished\": {{}}, \"author\": [null, 3], \"@graph\": [4]}}</script></head><body>{STORY}",
    "script in text": f"<html><body>{STORY}<script>document.write('<p>7,000 died</p>')</script>",
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_pages(page: str) -> None:
    began = time.process_time()
    try:
        text = to_article(RawDocument(content=page.encode("utf-8", "surrogatepass"), media_type="text/html")).text
    except DocumentRejected as error:
        assert error.reason in ("html.no_article", "html.too_complex")
        text = ""
    assert time.process_time() - began < 10
    assert not any(word in text for word in ("lollol", "root:", "document.write", "7,000"))
    assert len(text) < 10_000


MARKS = {
    "stars": "**a " * 100_000,
    "brackets": "[" * 200_000,
    "links": "[a](" * 100_000,
    "nested brackets": "[a[a" * 100_000,
    "headings": "# " + " " * 500_000 + "x",
    "hard breaks": " " * 500_000 + "x",
    "underscores": "_a " * 150_000,
    "backticks": "`a " * 150_000,
    "quotes": ">" * 300_000,
    "front matter": "---\n" + "a: [" * 100_000,
    "rule": "* " * 200_000 + "x",
    "table": "|" * 300_000,
    "ampersands": "&" * 300_000,
    "entities": "&amp;" * 100_000,
    "tags": "<p " * 100_000,
    "scripts": "<script>" * 60_000 + "**a**",
    "comments": "<p></p><p></p>" + "<!--" * 100_000,
    "form feeds": "\f" * 200_000 + "x",
    "blank lines": "\n \n" * 200_000 + "x",
    "tabs": "a\t" * 200_000,
    "columns": "a" + " " * 500_000 + "b",
    "one line": "Two died. " * 200_000,
    "one word": "x" * 2_000_000,
    "short lines": "of the\n" * 100_000,
    "soft hyphens": "\xad" * 300_000 + "x",
    "combining marks": "e" + "\u0301" * 300_000,
    "byline": "By " + "A. " * 100_000,
    "footers": "Share\n" * 50_000 + "Two died.\n" + "Share | Tweet\n" * 50_000,
    "bars": "a | " * 100_000,
    "page numbers": "- 3 -\n" * 100_000 + "Two died.",
    "mojibake": "â€œ" * 100_000,
    "surrogates": "\ud800" * 200_000 + "x",
    "right to left": "\u202eקול " * 100_000,
}


@pytest.mark.parametrize("text", MARKS.values(), ids=MARKS.keys())
def test_time_is_linear_in_the_length(text: str) -> None:
    began = time.process_time()
    for media_type in (None, "text/markdown"):
        try:
            to_article(RawDocument(content=text, media_type=media_type))
        except DocumentRejected as error:
            assert error.reason in ("document.empty", "html.no_article")
    assert time.process_time() - began < 8, "something is quadratic"


def test_field_too_long_for_metadata() -> None:
    found = to_article(RawDocument(content=GOOD, given={"title": "x" * 10_000, "url": "https://" + "x" * 10_000}))
    assert (found.title, found.url) == (None, None)


def test_huge_numbers_as_metadata(tmp_path: Path) -> None:
    lines = ['{"text": "Two died.", "published": 1e308}', '{"text": "Two died.", "id": NaN, "published": Infinity}',
             '{"text": "Two died.", "published": -5, "authors": [[["A"]], {"name": {"name": "B"}}], "title": {}}']  # fmt: skip
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    documents, problems = read(tmp_path)
    assert problems == []
    assert [to_article(document).published for document in documents] == [None, None, None]


def test_recursive_author_object_does_not_recurse_forever(tmp_path: Path) -> None:
    nested = '{"name": ' * 900 + '"A"' + "}" * 900
    (tmp_path / "a.jsonl").write_text(f'{{"text": "Two died.", "author": {nested}}}')
    documents, problems = read(tmp_path)
    assert len(documents) + len(problems) == 1


def test_no_traceback_whatever_a_library_raises(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (inbox / "a.csv").write_text("text\nTwo died.\n")

    def broken(*_: Any) -> Any:
        raise KeyError("surprise")

    monkeypatch.setattr(reader, "read_csv", broken)
    problem = only_problem(inbox)
    assert problem.reason == "file.unreadable"
    assert "KeyError" in problem.detail


def test_standard_input_that_is_closed(monkeypatch: pytest.MonkeyPatch, inbox: Path) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    documents, (problem,) = read("-", inbox)
    assert problem.path == "-"
    assert len(documents) == 1


def test_every_reason_is_documented() -> None:
    root = Path(sources.__file__).parents[1]
    modules = [*(root / "flows").glob("*.py"), *(root / "transforms").glob("*.py")]
    kinds = "path|file|url|document|extract|decode|html|xml|json|csv|parquet|warc|record|archive"
    used = {reason for module in modules for reason in re.findall(rf'"((?:{kinds})\.[a-z_]+)"', module.read_text())}
    documented = set(re.findall(rf"`((?:{kinds})\.[a-z_]+)`", (root / "docs" / "input.md").read_text()))
    assert len(used) > 25
    assert used - documented == set()
    assert documented - used == set()
