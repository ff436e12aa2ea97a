"""Records of JSON Lines, JSON, CSV, TSV and Parquet as raw documents: one a line, an element or a row.

>>> import io
>>> lines = io.BytesIO(b'{"id": 7, "headline": "Walkout", "body": "Two died."}\\n')
>>> [document.given for document in read_json_lines(lines, "a.jsonl", Limits(), {})]
[{'id': '7', 'title': 'Walkout'}]

Fields go by our name or by one that is common for it; `fields` names others: `{"text": "payload.story"}`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import IO, Any

from flows.archives import Limits, SourceError, peekable
from transforms.documents import RawDocument

FIELD_NAMES = {
    "id": ("id", "external_id", "_id", "guid", "doc_id", "article_id"),
    "published": (
        "published", "date", "publication_date", "published_at", "publishedat", "pub_date", "pubdate", "publish_date",
        "date_published", "date_publish", "datepublished", "dct",
    ),
    "title": ("title", "headline"),
    "authors": ("authors", "author", "byline", "creator"),
    "outlet": ("outlet", "source", "publisher", "publication", "source_name", "source_domain", "site", "newspaper"),
    "url": ("url", "link", "uri", "source_url", "web_url"),
    "text": ("text", "body", "content", "article", "maintext", "full_text", "article_text", "story"),
    "html": ("html", "raw_html", "body_html", "content_html"),
}  # fmt: skip
"""Our field -> names that are read for it, the first present one wins."""

LISTS = ("articles", "documents", "items", "records", "data", "results", "entries")
EPOCH_SECONDS = (10**8, 10**10)  # 1973 to 2286
CONTENT_KEPT = 1_000_000  # bytes of a broken record that go to quarantine
CSV_SAMPLE = 65_536
NAME_MOST = 1_000  # characters of a name in a path or position: longer ones are cut and marked


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceProblem:
    """A file, member or record that could not be read: the line for the user and what goes to quarantine."""

    path: str  # as given
    position: str | None  # "line 17", "member a.txt"; None: the whole file
    reason: str  # "json.invalid"
    detail: str  # one line: what was wrong, where, what to do
    content: bytes | None  # None: nothing to keep but the pointer


Read = RawDocument | SourceProblem


def read_json_lines(stream: IO[bytes], path: str, limits: Limits, fields: Mapping[str, str]) -> Iterator[Read]:
    """One document a line; a broken line is a problem of its own and the next one is read."""
    for number, line in bounded_lines(stream, limits.line_bytes):
        position = f"line {number}"
        if line is None:
            yield too_long(path, position, limits.line_bytes)
        elif line and not line.isspace():
            yield from read_json_record(line, path, position, limits, fields)


def read_json_record(
    line: bytes, path: str, position: str, limits: Limits, fields: Mapping[str, str]
) -> Iterator[Read]:
    """The document of one JSON object as bytes."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        yield SourceProblem(
            path=path, position=position, reason="json.invalid", content=line[:CONTENT_KEPT],
            detail=f"{position} is not valid JSON ({short(error)}): mend the line and ingest the file again",
        )  # fmt: skip
        return
    yield record_document(record, path, position, limits, fields, line)


def bounded_lines(stream: IO[bytes], most: int) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines; None for one that is longer than `most` bytes, whose rest is skipped unread."""
    number = 0
    while line := stream.readline(most + 1):
        number += 1
        if len(line) <= most:
            yield number, line
            continue
        yield number, None
        while line and not line.endswith(b"\n"):
            line = stream.readline(most)


def read_json(stream: IO[bytes], path: str, limits: Limits, fields: Mapping[str, str]) -> Iterator[Read]:
    """A JSON file: an array of records, an object that holds one, JSON Lines under another name, or one record."""
    buffered = peekable(stream)
    head = buffered.peek(CSV_SAMPLE).lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"["):
        yield from read_json_array(buffered, path, limits, fields)
        return
    first = head.split(b"\n", 1)
    if len(first) == 2 and first[1].lstrip().startswith(b"{") and is_json(first[0]):
        yield from read_json_lines(buffered, path, limits, fields)
        return
    content = buffered.read(limits.line_bytes + 1)
    if len(content) > limits.line_bytes:
        yield too_long(path, None, limits.line_bytes)
        return
    try:
        data = json.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError) as error:
        yield SourceProblem(
            path=path, position=None, reason="json.invalid", content=content[:CONTENT_KEPT],
            detail=f"the file is not valid JSON ({short(error)}): mend it and ingest it again",
        )  # fmt: skip
        return
    for name in LISTS if isinstance(data, dict) and not text_of(spellings(data), fields) else ():
        if isinstance(data.get(name), list):
            for number, record in enumerate(data[name], 1):
                yield record_document(record, path, f"item {number}", limits, fields)
            return
    yield record_document(data, path, None, limits, fields, content)


def is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def read_json_array(stream: IO[bytes], path: str, limits: Limits, fields: Mapping[str, str]) -> Iterator[Read]:
    """The elements of one big array, without holding more than one element and a buffer."""
    decoder = json.JSONDecoder()
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace")
    buffer, number, step = text.read(CSV_SAMPLE).lstrip()[1:], 0, CSV_SAMPLE
    try:
        while True:
            buffer = buffer.lstrip(" \t\r\n,")
            if buffer.startswith("]"):
                return
            try:
                record, end = decoder.raw_decode(buffer) if buffer else (None, 0)
            except (ValueError, RecursionError) as error:
                end, problem = 0, short(error)
            else:
                problem = "it ends in mid-array"
            # a number at the buffer's end may go on: only what is followed by something is whole
            if end and end < len(buffer):
                number += 1
                buffer, step = buffer[end:], CSV_SAMPLE
                yield record_document(record, path, f"item {number}", limits, fields)
                continue
            more = text.read(step) if len(buffer) <= limits.line_bytes else ""
            if not more:
                yield SourceProblem(
                    path=path, position=f"item {number + 1}", reason="json.invalid",
                    content=buffer[:CONTENT_KEPT].encode("utf-8", "replace"),
                    detail=f"item {number + 1} is not valid JSON ({problem}): mend it; what follows was not read",
                )  # fmt: skip
                return
            buffer += more
            step *= 2  # an element larger than the buffer is tried a few times, not a thousand
    finally:
        text.detach()


def read_csv(
    stream: IO[bytes], path: str, limits: Limits, fields: Mapping[str, str], delimiter: str | None
) -> Iterator[Read]:
    """One document a row; the first row names the columns."""
    buffered = peekable(stream)
    head = buffered.peek(CSV_SAMPLE)[:CSV_SAMPLE]
    encoding = table_encoding(head)
    csv.field_size_limit(limits.line_bytes)
    rows = csv.reader(
        decoded_lines(buffered, limits, encoding), delimiter=delimiter or guessed_delimiter(head), strict=False
    )
    try:
        names = [name.strip().casefold() for name in next(rows, [])]
    except (csv.Error, SourceError) as error:
        yield csv_problem(path, "header", error)
        return
    if not names:
        yield SourceProblem(
            path=path, position=None, reason="document.empty", content=None, detail="the table is empty: remove it"
        )
        return
    if not any(name in names for name in names_of("text", fields) + names_of("html", fields)):
        yield no_text_column(path, names)
        return
    number = 1
    while True:
        number += 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except SourceError as error:
            yield csv_problem(path, f"row {number}", error)
            return
        except csv.Error as error:
            yield csv_problem(path, f"row {number}", error)
            continue
        if any(row):
            yield record_document(dict(zip(names, row, strict=False)), path, f"row {number}", limits, fields)


def decoded_lines(stream: IO[bytes], limits: Limits, encoding: str) -> Iterator[str]:
    """Lines as text; SourceError where one is too long to be a row."""
    for number, line in bounded_lines(stream, limits.line_bytes):
        if line is None:
            raise SourceError("document.too_long", f"line {number} is longer than {limits.line_bytes:,} bytes")
        yield line.decode(encoding, "replace") if number > 1 else line.decode(encoding, "replace").lstrip("\ufeff")


def table_encoding(head: bytes) -> str:
    """UTF-8 unless the beginning says otherwise."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        head[:-4].decode("utf-8")
    except UnicodeDecodeError as error:
        return "utf-8" if error.start >= len(head) - 8 else "cp1252"
    return "utf-8"


def guessed_delimiter(head: bytes) -> str:
    """The delimiter that the header uses most."""
    header = head.split(b"\n", 1)[0]
    return max(",;\t|", key=lambda mark: (header.count(mark.encode()), mark == ","))


def csv_problem(path: str, position: str, error: Exception) -> SourceProblem:
    """The problem of a row that cannot be read."""
    reason = error.reason if isinstance(error, SourceError) else "csv.invalid"
    detail = error.detail if isinstance(error, SourceError) else short(error)
    return SourceProblem(
        path=path,
        position=position,
        reason=reason,
        content=None,
        detail=f"{position} cannot be read ({detail}): mend it",
    )


def no_text_column(path: str, names: list[str]) -> SourceProblem:
    """The problem of a table whose text we cannot name."""
    listed = ", ".join(printable(name[:40]) for name in names[:12])
    return SourceProblem(
        path=path, position=None, reason="record.no_text", content=None,
        detail=f'no text column among {listed}: name it in the setting `fields`, as in text = "story"',
    )  # fmt: skip


def read_parquet(stream: IO[bytes], path: str, limits: Limits, fields: Mapping[str, str]) -> Iterator[Read]:
    """One document a row, read in small batches of the columns that are ours."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(stream)
        names = {name.casefold(): name for name in table.schema_arrow.names}
        if not any(name.partition(".")[0] in names for name in names_of("text", fields) + names_of("html", fields)):
            yield no_text_column(path, list(names))
            return
        wanted = [
            names[top]
            for top in dict.fromkeys(n.partition(".")[0] for field in FIELD_NAMES for n in names_of(field, fields))
            if top in names
        ]
        number = 0
        for batch in table.iter_batches(batch_size=64, columns=wanted):
            for record in batch.to_pylist():
                number += 1
                lowered = {name.casefold(): value for name, value in record.items()}
                yield record_document(lowered, path, f"row {number}", limits, fields)
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        yield SourceProblem(
            path=path, position=None, reason="parquet.invalid", content=None,
            detail=f"the Parquet file cannot be read ({short(error)}): fetch or write it again",
        )  # fmt: skip


# --- One record -------------------------------------------------------------------------------------------------


def record_document(
    record: Any,
    path: str,
    position: str | None,
    limits: Limits,
    fields: Mapping[str, str],
    content: bytes | None = None,
) -> Read:
    """The document of one record, or the problem: no object, no text, too long."""
    where = position or "the record"
    if not isinstance(record, dict):
        return SourceProblem(
            path=path, position=position, reason="record.no_object", content=content and content[:CONTENT_KEPT],
            detail=f'{where} is no object with a "text": see the README for the fields of a record',
        )  # fmt: skip
    records = spellings(record)
    text, media_type = text_of(records, fields), None
    if text is None:
        text, media_type = as_text(value_of(records, names_of("html", fields))), "text/html"
    if text is None:
        listed = ", ".join(printable(str(name)[:40]) for name in list(record)[:12]) or "nothing"
        return SourceProblem(
            path=path, position=position, reason="record.no_text", content=content and content[:CONTENT_KEPT],
            detail=f"{where} has no text (it has {listed}): name its field in the setting `fields`",
        )  # fmt: skip
    if len(text) > limits.document_bytes:
        return too_long(path, position, limits.document_bytes)
    given = {name: given_text(name, value_of(records, names_of(name, fields))) for name in GIVEN}
    return RawDocument(
        content=text,
        media_type=media_type,
        path=path,
        position=position,
        given={name: value for name, value in given.items() if value},
        given_by="record",
    )


GIVEN = ("id", "published", "title", "authors", "outlet", "url")


def names_of(field: str, fields: Mapping[str, str]) -> tuple[str, ...]:
    """The names under which a field is looked for: the mapped one alone, else ours and the common ones."""
    mapped = fields.get(field) or (fields.get("source") if field == "outlet" else None)
    return (mapped.casefold(),) if mapped else FIELD_NAMES[field]


def spellings(record: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The record as it is, and with its names in lower case where they are not: case does not matter."""
    names = "".join(map(str, record))
    if names == names.casefold():
        return (record,)
    return record, {str(key).casefold(): value for key, value in record.items()}


def value_of(records: Sequence[Mapping[str, Any]], names: tuple[str, ...]) -> Any:
    """The first named value that is there; a dotted name goes into objects."""
    for record in records:
        for name in names:
            value = record.get(name)
            if value is None and "." in name:
                value = record
                for part in name.split("."):
                    value = value.get(part) if isinstance(value, Mapping) else None
            if value is not None and value != "":
                return value
    return None


def text_of(records: Sequence[Mapping[str, Any]], fields: Mapping[str, str]) -> str | None:
    """The document's text; paragraphs in a list are joined."""
    return as_text(value_of(records, names_of("text", fields)))


def as_text(value: Any) -> str | None:
    """A text, or a list of paragraphs as one."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        return "\n\n".join(value)
    return None


def given_text(field: str, value: Any) -> str:
    """A metadata value as text: dates in ISO, lists and objects by their names."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, int | float):
        return epoch_date(value) if field == "published" else str(value)
    if isinstance(value, Mapping):
        return given_text(field, value.get("name") or value.get("title") or value.get("$date"))
    if isinstance(value, list):
        return "; ".join(filter(None, (given_text(field, item) for item in value)))
    return ""


def epoch_date(value: float) -> str:
    """Seconds or milliseconds since 1970 as a UTC day; other numbers as they are (20200817)."""
    for scale in (1, 1_000):
        if EPOCH_SECONDS[0] <= value / scale < EPOCH_SECONDS[1] and not is_compact_date(value):
            return datetime.fromtimestamp(value / scale, UTC).date().isoformat()
    return str(value)


def is_compact_date(value: float) -> bool:
    """Whether a number is a day written without dashes: 20200817."""
    text = str(value)
    return len(text) == 8 and text[:2] in ("16", "17", "18", "19", "20") and "01" <= text[4:6] <= "12"


def too_long(path: str, position: str | None, most: int) -> SourceProblem:
    """The problem of a document over the limit; it stays where it is, only the pointer is kept."""
    where = position or "the document"
    return SourceProblem(
        path=path, position=position, reason="document.too_long", content=None,
        detail=f"{where} is longer than {most:,} bytes: split it, or raise document_bytes_max",
    )  # fmt: skip


def short(error: Exception) -> str:
    """An error's message on one short line."""
    return printable(" ".join(str(error).split())[:160]) or type(error).__name__


def printable(name: str) -> str:
    """A name without control characters, lone surrogates and endless length, so that it can be stored and shown."""
    if not name.isprintable():
        name = "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in name)
    return name if len(name) <= NAME_MOST else f"{name[: NAME_MOST - 20]}…({len(name)} characters)"
