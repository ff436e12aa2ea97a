"""A raw document becomes an article: decoded, freed of markup, described, normalized, named by stable ids.

>>> content = b"FERRY SINKS\\n\\n17 August 2014\\n\\nAt least 19 people died."
>>> article = to_article(RawDocument(content=content, path="a.txt"))
>>> article.title, article.published.isoformat(), article.evidence["published"]
('FERRY SINKS', '2014-08-17', 'line 2')
>>> article.text.splitlines()[-1]
'At least 19 people died.'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import import_module

from transforms import ids
from transforms.decoding import decode
from transforms.language import find_language
from transforms.markup import fragment_to_text, looks_like, markdown_to_text, split_front_matter
from transforms.metadata import find_header, read_date
from transforms.normalize import normalize, repair_characters
from transforms.pages import html_to_text
from transforms.rejected import DocumentRejected
from transforms.values import Article

__all__ = ["GIVEN_FIELDS", "DocumentRejected", "RawDocument", "to_article"]

GIVEN_FIELDS = ("id", "published", "title", "authors", "outlet", "url")
"""Metadata that a record, a sidecar or the command line can give; several authors are joined by "; "."""

STANDARD_INPUT = "-"  # no place: two texts that come through it are two documents
METADATA_MOST = 2_000  # characters of one metadata value: a longer one is text in the wrong field
URL_MOST = 4_000
HEADER_TEXT = 4_000
ADDRESS_DATE = re.compile(r"/(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?=[/-]|$)")
FRONT_MATTER_NAMES = {
    "date": "published", "published": "published", "publication_date": "published", "pubdate": "published",
    "title": "title", "headline": "title", "author": "authors", "authors": "authors", "byline": "authors",
    "outlet": "outlet", "source": "outlet", "publisher": "outlet", "url": "url", "link": "url", "id": "id",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RawDocument:
    """A document as it was read, with all that its reader knows of it."""

    content: bytes | str  # str: the reader has decoded it already (a JSON record)
    media_type: str | None = None  # text/plain, text/markdown, text/html; None: by content
    charset: str | None = None  # as declared by a header
    path: str | None = None  # relative to the folder named at ingest
    position: str | None = None  # within the file: "line 17", "member a/b.txt"
    given: Mapping[str, str] = field(default_factory=dict)  # of GIVEN_FIELDS
    given_by: str = "record"  # who gave them: "record", "sidecar a.json"
    hints: Mapping[str, str] = field(default_factory=dict)  # what folders say: taken where nothing else is said

    @property
    def size(self) -> int:
        """Bytes, or characters of decoded text: for batches and limits."""
        return len(self.content)


def to_article(raw: RawDocument, overrides: Mapping[str, str] | None = None) -> Article:
    """The article of a document; `overrides` (GIVEN_FIELDS from the command line) win over all it says.

    Raises DocumentRejected: the document is empty, binary, or holds no article.
    """
    text, evidence = decoded(raw)
    stated = Stated(overrides or {}, raw)
    text = without_markup(text, raw.media_type, stated)
    normalized = normalize(text)
    if not normalized.text:
        raise DocumentRejected("document.empty", "nothing but blanks and marks: remove the document or fill it")
    stated.add_header(normalized.text)
    stated.add_dateline(normalized.text)
    stated.add(address_date(stated.value("url")), "address")
    stated.add(raw.hints, "folder")
    published = stated.publication_date()
    url, external_id, outlet, title = (stated.value(name) for name in ("url", "id", "outlet", "title"))
    return Article(
        article_id=ids.article_id(
            url=url, external_id=external_id, outlet=outlet, title=title, published=published, text=normalized.text
        ),
        document_id=ids.document_id(
            url=url,
            external_id=external_id,
            outlet=outlet,
            path=None if raw.path == STANDARD_INPUT else raw.path,
            position=raw.position,
            text=normalized.text,
        ),
        text=normalized.text,
        title=title,
        published=published,
        authors=tuple(name for name in map(str.strip, (stated.value("authors") or "").split(";")) if name),
        outlet=outlet,
        url=url,
        language=find_language(normalized.text),
        external_id=external_id,
        path=raw.path,
        evidence=evidence | stated.evidence,
        cuts=normalized.cuts,
    )


def decoded(raw: RawDocument) -> tuple[str, dict[str, str]]:
    """The characters, and how they were found where that is worth a word."""
    if isinstance(raw.content, str):
        if not raw.content.strip():
            raise DocumentRejected("document.empty", "the text is empty: remove the record or fill it")
        return raw.content, {}
    text, how = decode(raw.content, raw.charset)
    return text, {} if how == "utf-8" else {"encoding": how}


def without_markup(text: str, media_type: str | None, stated: Stated) -> str:
    """The words of the document; what its markup says of it goes to `stated`."""
    text, front_matter = split_front_matter(text)
    stated.add({FRONT_MATTER_NAMES[n]: v for n, v in front_matter.items() if n in FRONT_MATTER_NAMES}, "front matter")
    kind = looks_like(text)
    if kind == "text/html" or (media_type == "text/html" and kind in ("text/plain", "text/markdown")):
        page = html_to_text(text)
        for name, (value, where) in page.metadata.items():
            stated.add({name: value}, where)
        return page.text
    if kind == "application/xml":
        raise DocumentRejected(
            "xml.unsupported", "XML other than web pages is not read: convert it to HTML, JSON Lines or plain text"
        )
    if kind == "text/html; fragment":
        return fragment_to_text(text)
    return markdown_to_text(text) if "text/markdown" in (kind, media_type) else text


class Stated:
    """What is said of a document, in order of trust: command line, record or sidecar, markup, header lines."""

    def __init__(self, overrides: Mapping[str, str], raw: RawDocument) -> None:
        self.values: dict[str, str] = {}
        self.evidence: dict[str, str] = {}
        self.dates: list[tuple[str, str]] = []
        self.add(overrides, "command line")
        self.add(raw.given, raw.given_by)

    def add(self, found: Mapping[str, str], where: str) -> None:
        """Take what is not known yet; every date is kept, for when a better one is implausible."""
        for name, value in found.items():
            value = clean_value(value)
            if not value:
                continue
            if name == "published":
                self.dates.append((value, where))
            elif name not in self.values and len(value) <= (URL_MOST if name == "url" else METADATA_MOST):
                self.values[name] = value
                self.evidence[name] = where

    def add_header(self, text: str) -> None:
        """Take what stands above the story."""
        for name, (value, where) in find_header(text[:HEADER_TEXT].split("\n")).items():
            self.add({name: value}, where)

    def value(self, name: str) -> str | None:
        """The most trusted value of a field."""
        return self.values.get(name)

    def add_dateline(self, text: str) -> None:
        """Take the date of the dateline where no date is known yet."""
        if any(read_date(value) for value, _ in self.dates):
            return
        found = dateline_finder()(text)
        if found:
            self.add({"published": found[0].isoformat()}, found[1])

    def publication_date(self) -> date | None:
        """The first plausible date; implausible ones are dropped, and the evidence says so."""
        dropped: list[str] = []
        for value, where in self.dates:
            day = read_date(value)
            if day:
                self.evidence["published"] = "; ".join([where, *dropped])
                return day
            dropped.append(f"dropped {value[:40]!r} ({where}): no plausible date")
        if dropped:
            self.evidence["published"] = "; ".join(dropped)
        return None


def address_date(url: str | None) -> dict[str, str]:
    """The day in the address of an article, as outlets file them: https://example.org/2020/08/17/walkout."""
    found = ADDRESS_DATE.search(url) if url else None
    return {"published": "-".join(found.groups())} if found else {}


def clean_value(value: str) -> str:
    """One line of repaired characters: a title is printed and queried."""
    if value.isascii() and value.isprintable():
        return value.strip()
    return " ".join(repair_characters(value.replace("\n", " ").replace("\t", " ")).split())


@cache
def dateline_finder() -> Callable[[str], tuple[date, str] | None]:
    """`transforms.dates.find_publication_date`, which reads datelines: "MINSK, Aug. 17, 2020 (AFP) -"."""
    try:
        return import_module("transforms.dates").find_publication_date  # type: ignore[no-any-return]
    except (ImportError, AttributeError):
        return lambda text: None
