"""Readers: every format gives the same documents, in the same order, and a problem where there is one."""

# ruff: noqa: E501  # what goes in and what comes out stand side by side

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from flows import sources
from flows.sources import Limits, SourceProblem, read_documents
from transforms.documents import RawDocument, to_article

RECORDS: list[dict[str, Any]] = [
    {"id": "1", "published": "2020-08-17", "title": "March", "authors": ["A. Author", "B. Writer"], "source": "Ledger",
     "url": "https://example.org/1", "text": "Two “died” in Minsk."},
    {"id": "2", "published": None, "title": "Strike", "text": "Forty walked out\nin Grodno."},
]  # fmt: skip
LINES = "".join(json.dumps(record) + "\n" for record in RECORDS).encode()
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}


def read(*paths: Path | str, limits: Limits | None = None, **fields: str) -> list[Any]:
    return list(read_documents([str(path) for path in paths], limits, fields))


def documents(*paths: Path | str, limits: Limits | None = None, **fields: str) -> list[RawDocument]:
    """All documents; a problem fails the test."""
    found = read(*paths, limits=limits, **fields)
    assert not [problem for problem in found if isinstance(problem, SourceProblem)]
    return found


def texts(*paths: Path | str) -> list[str]:
    return [to_article(document).text for document in documents(*paths)]


# --- Formats -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", PACKERS)
def test_json_lines(tmp_path: Path, packed: str) -> None:
    path = tmp_path / f"wire.jsonl{packed}"
    path.write_bytes(PACKERS[packed](LINES))
    first, second = documents(path)
    assert first.given == {
        "id": "1", "published": "2020-08-17", "title": "March", "authors": "A. Author; B. Writer", "outlet": "Ledger",
        "url": "https://example.org/1",
    }  # fmt: skip
    assert (first.position, second.position) == ("line 1", "line 2")
    assert second.content == "Forty walked out\nin Grodno."
    assert second.given == {"id": "2", "title": "Strike"}
    assert first.path == path.name


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", json.dumps(RECORDS)),
        ("a.json", json.dumps(RECORDS, indent=2)),
        ("a.json", json.dumps({"status": "ok", "articles": RECORDS})),
        ("a.json", LINES.decode()),
        ("a.ndjson", "\n" + LINES.decode().replace("\n", "\n\n")),
        ("export", LINES.decode()),
        ("export", json.dumps(RECORDS)),
        ("export", "\ufeff" + LINES.decode()),
        ("a.csv", 'id,headline,text\n1,March,"Two “died” in Minsk."\n2,Strike,"Forty walked out\nin Grodno."\n'),
        ("a.csv", 'ID;Title;Text\r\n1;March;"Two “died” in Minsk."\r\n2;Strike;"Forty walked out\nin Grodno."\r\n'),
        ("a.tsv", 'id\ttitle\tbody\n1\tMarch\tTwo “died” in Minsk.\n2\tStrike\t"Forty walked out\nin Grodno."\n'),
    ],
)
def test_other_record_formats(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8", newline="")
    found = documents(path)
    assert [document.content for document in found] == [record["text"] for record in RECORDS]
    assert [document.given["title"] for document in found] == ["March", "Strike"]


def test_csv_in_windows_1252(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes('title,text\nMärz,"“Two” died."\n'.encode("cp1252"))
    (found,) = documents(path)
    assert (found.given["title"], found.content) == ("März", "“Two” died.")


def test_parquet(tmp_path: Path) -> None:
    table = pa.table(
        {
            "doc_id": [7, 8],
            "Date": pa.array([18_491, None], pa.date32()),
            "body": ["Two died.", None],
            "vector": [[0.0], [1.0]],
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    found, problem = read(tmp_path / "a.parquet")
    assert (found.given, found.content, found.position) == (
        {"id": "7", "published": "2020-08-17"},
        "Two died.",
        "row 1",
    )
    assert (problem.reason, problem.position) == ("record.no_text", "row 2")


def test_mapped_fields(tmp_path: Path) -> None:
    record = {
        "key": 5,
        "payload": {"story": "Two died.", "when": "2020-08-17"},
        "text": "not this one",
        "site": {"name": "Ledger"},
    }
    (tmp_path / "a.jsonl").write_text(json.dumps(record))
    (found,) = documents(tmp_path / "a.jsonl", id="key", text="payload.story", published="payload.when", outlet="site")
    assert found.content == "Two died."
    assert found.given == {"id": "5", "published": "2020-08-17", "outlet": "Ledger"}


@pytest.mark.parametrize(
    ("value", "published"),
    [
        (1597622400, "2020-08-17"),
        (1597622400000, "2020-08-17"),
        (20200817, "20200817"),
        (True, None),
        ({"$date": "2020-08-17"}, "2020-08-17"),
    ],
)
def test_dates_of_records(tmp_path: Path, value: object, published: str | None) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": "Two died.", "date": value}))
    assert documents(tmp_path / "a.jsonl")[0].given.get("published") == published


def test_documents_of_a_folder_in_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.md", "a/b/c.html", "c.TXT", "d"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{name} says that two died.")
    (tmp_path / ".hidden.txt").write_text("x")
    (tmp_path / "backup.txt~").write_text("x")
    found = documents(tmp_path)
    assert [document.path for document in found] == ["b.txt", "c.TXT", "d", "a/z.md", "a/b/c.html"]
    assert [document.media_type for document in found] == [
        "text/plain",
        "text/plain",
        None,
        "text/markdown",
        "text/html",
    ]
    assert documents(tmp_path) == found


def test_globs(tmp_path: Path) -> None:
    for name in ("2020/a.txt", "2020/x/b.txt", "2021/c.txt", "2020/d.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("Two died.")
    assert [d.path for d in documents(f"{tmp_path}/2020/*.txt")] == ["a.txt"]
    assert [d.path for d in documents(f"{tmp_path}/**/*.txt")] == ["2020/a.txt", "2020/x/b.txt", "2021/c.txt"]
    assert [d.path for d in documents(f"{tmp_path}/202?/*.txt")] == ["2020/a.txt", "2021/c.txt"]
    (problem,) = read(f"{tmp_path}/*.pdf")
    assert problem.reason == "path.no_match"


def test_a_name_with_brackets_is_a_name_first(tmp_path: Path) -> None:
    (tmp_path / "[a].txt").write_text("Two died.")
    assert len(documents(tmp_path / "[a].txt")) == 1


@pytest.mark.parametrize("packed", ["", ".gz"])
@pytest.mark.parametrize(
    ("content", "count"), [(LINES, 2), (b"Two died in Minsk.", 1), (json.dumps(RECORDS).encode(), 2)]
)
def test_standard_input(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, packed: str, content: bytes, count: int
) -> None:
    (tmp_path / "in").write_bytes(PACKERS[packed](content))
    with (tmp_path / "in").open("rb") as file:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(file))
        assert len(documents("-")) == count


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


MEMBERS = {"a/one.txt": b"Two died.", "b.jsonl.gz": gzip.compress(LINES), ".DS_Store": b"x", "c.html": b"<p>x"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("d.zip", zipped(MEMBERS)),
        ("d.tar", tarred(MEMBERS)),
        ("d.tar.gz", tarred(MEMBERS, "w:gz")),
        ("d.tgz", tarred(MEMBERS, "w:gz")),
        ("d.tar.xz", tarred(MEMBERS, "w:xz")),
        ("d.tar.zst", PACKERS[".zst"](tarred(MEMBERS))),
        ("no-ending", tarred(MEMBERS, "w:gz")),
    ],
)
def test_archives(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    found = documents(tmp_path)
    assert [(d.path, d.position) for d in found] == [
        (name, "member a/one.txt"),
        (name, "member b.jsonl.gz line 1"),
        (name, "member b.jsonl.gz line 2"),
        (name, "member c.html"),
    ]
    assert found[0].content == b"Two died."


def test_parquet_in_an_archive_in_an_archive(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"text": ["Two died."]}), buffer)
    (tmp_path / "a.zip").write_bytes(zipped({"b.tar": tarred({"c.parquet": buffer.getvalue()})}))
    (found,) = documents(tmp_path)
    assert (found.content, found.position) == ("Two died.", "member b.tar/c.parquet row 1")


def warc(*responses: tuple[str, str, str]) -> bytes:
    """A web archive of (address, content type, body)."""
    records = []
    for number, (url, kind, body) in enumerate(responses):
        http = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n{body}".encode("cp1252")
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0000000{number}-0000-0000-0000-000000000000>\r\n"
            f"WARC-Date: 2020-08-17T10:00:00Z\r\nWARC-Target-URI: {url}\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
        )
        records.append(head.encode() + http + b"\r\n\r\n")
    return b"".join(records)


@pytest.mark.parametrize("packed", ["", ".gz"])
def test_warc(tmp_path: Path, packed: str) -> None:
    pytest.importorskip("fastwarc")
    content = warc(
        ("https://example.org/1", "text/html; charset=windows-1252", "<html>“Two” died"),
        ("https://example.org/p.png", "image/png", "x"),
        ("https://example.org/2", "text/plain", "Forty walked out."),
    )
    (tmp_path / f"crawl.warc{packed}").write_bytes(PACKERS[packed](content))
    first, second = documents(tmp_path)
    assert (first.given, first.media_type, first.charset) == (
        {"url": "https://example.org/1"},
        "text/html",
        "windows-1252",
    )
    assert (second.content, second.media_type, second.position) == (b"Forty walked out.", "text/plain", "record 3")


def test_warc_without_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastwarc.warc", None)
    (tmp_path / "crawl.warc").write_bytes(warc(("https://example.org/1", "text/html", "x")))
    (problem,) = read(tmp_path)
    assert problem.reason == "warc.extra_missing"
    assert "pip install 'newstally[warc]'" in problem.detail


def test_object_store() -> None:
    fsspec = pytest.importorskip("fsspec")
    store = fsspec.filesystem("memory")
    store.pipe("/inbox/2020-08-17/a.txt", b"Two died in Minsk.")
    store.pipe("/inbox/2020-08-17/a.json", b'{"title": "March"}')
    store.pipe("/inbox/b.jsonl.gz", gzip.compress(LINES))
    try:
        found = documents("memory://inbox")
        assert [(d.path, d.position) for d in found] == [
            ("2020-08-17/a.txt", None), ("b.jsonl.gz", "line 1"), ("b.jsonl.gz", "line 2"),
        ]  # fmt: skip
        assert (found[0].given, found[0].hints) == ({"title": "March"}, {"published": "2020-08-17"})
        assert len(documents("memory://inbox/*.gz")) == 2
        assert len(documents("memory://inbox/b.jsonl.gz")) == 2
        assert read("memory://outbox")[0].reason in ("path.missing", "url.unreadable")
    finally:
        store.rm("/inbox", recursive=True)


def test_file_address(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Two died.")
    assert documents(f"file://{tmp_path}/a.txt")[0].path == "a.txt"


def test_object_store_without_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    (problem,) = read("s3://bucket/news")
    assert problem.reason == "url.extra_missing"
    assert "pip install 'newstally[storage]'" in problem.detail


# --- What stands beside a document -------------------------------------------------------------------------------


@pytest.mark.parametrize("sidecar", ["a.json", "a.meta.json", "a.txt.json", "a.toml", "a.meta.toml"])
@pytest.mark.parametrize("packed", ["", ".gz"])
def test_sidecars(tmp_path: Path, sidecar: str, packed: str) -> None:
    (tmp_path / f"a.txt{packed}").write_bytes(PACKERS[packed](b"Two died in Minsk on Sunday."))
    toml = sidecar.endswith(".toml")
    (tmp_path / sidecar).write_text(
        'title = "March"\ndate = 2020-08-17\n' if toml else '{"title": "March", "date": "2020-08-17"}'
    )
    (found,) = documents(tmp_path)
    assert found.given == {"title": "March", "published": "2020-08-17"}
    assert to_article(found).evidence["title"] == f"sidecar {sidecar}"
    assert documents(tmp_path / f"a.txt{packed}")[0].given == found.given


def test_json_that_stands_alone_is_a_document(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Two died.")
    (tmp_path / "b.json").write_text(json.dumps(RECORDS[0]))
    assert [d.path for d in documents(tmp_path)] == ["a.txt", "b.json"]


def test_broken_sidecar_is_no_metadata(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Two died.")
    (tmp_path / "a.json").write_text("{broken")
    assert documents(tmp_path)[0].given == {}


@pytest.mark.parametrize(
    ("folder", "hints"),
    [
        ("2020/08/17", {"published": "2020-08-17"}),
        ("The Ledger/2020/08/17", {"published": "2020-08-17", "outlet": "The Ledger"}),
        ("2020-08-17", {"published": "2020-08-17"}),
        ("The Ledger/2020-08-17", {"published": "2020-08-17", "outlet": "The Ledger"}),
        ("outlet=The Ledger/published=2020-08-17", {"outlet": "The Ledger", "published": "2020-08-17"}),
        ("news/europe/2020/08/17", {"published": "2020-08-17"}),  # which of the two is the outlet?
        ("The Ledger", {}),  # or a topic, a country, a name
        ("2020/08", {}),
    ],
)
def test_folders(tmp_path: Path, folder: str, hints: dict[str, str]) -> None:
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "a.txt").write_text("Two died in Minsk.")
    (found,) = documents(tmp_path)
    assert found.hints == hints


# --- Streaming ---------------------------------------------------------------------------------------------------


def test_lines_are_read_one_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "big.jsonl.gz"
    with gzip.open(path, "wb", 1) as file:
        for number in range(20_000):
            file.write(json.dumps({"id": number, "text": f"{number} people " + os.urandom(200).hex()}).encode() + b"\n")
    taken = []
    plain = sources.open_source

    def counting(source: Any) -> Any:
        stream, size = plain(source)
        taken.append(stream)
        return stream, size

    monkeypatch.setattr(sources, "open_source", counting)
    found = read_documents([str(path)])
    assert next(iter(found)).position == "line 1"
    assert taken[0].tell() < 300_000 < path.stat().st_size


def test_big_array_is_read_one_element_at_a_time(tmp_path: Path) -> None:
    records = [{"id": number, "text": "Two died. " * (1 + number // 20)} for number in range(1_000)]
    records[500]["text"] = "x" * 300_000
    (tmp_path / "a.json").write_text(json.dumps(records))
    found = documents(tmp_path)
    assert [d.content for d in found] == [record["text"] for record in records]


def test_corrected_article_under_its_id_is_no_problem(tmp_path: Path) -> None:
    first = {
        "id": "7",
        "title": "Ferry sinks off Leyte",
        "text": "At least 19 people died when a ferry sank off Leyte on Sunday.",
    }
    second = first | {"title": "Death toll of Leyte ferry rises", "text": first["text"].replace("19", "27")}
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, (first, second, first))))
    assert len(documents(tmp_path)) == 3


def test_one_id_for_two_articles(tmp_path: Path) -> None:
    first = {
        "id": "7",
        "title": "Ferry sinks off Leyte",
        "text": "At least 19 people died when a ferry sank off Leyte on Sunday.",
    }
    second = {
        "id": "7",
        "title": "Nurses end walkout",
        "text": "Nurses voted to return after nineteen days without wages, delegates said.",
    }
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, (first, second))))
    found, problem = read(tmp_path)
    assert found.content == first["text"]
    assert (problem.reason, problem.position) == ("record.duplicate_id", "line 2")
    assert json.loads(problem.content)["text"] == second["text"]
