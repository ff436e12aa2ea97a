"""What stands beside a document: its sidecar, and what its folders are called.

>>> folder_metadata("The Ledger/2020/08/17/a.txt")
{'published': '2020-08-17', 'outlet': 'The Ledger'}
>>> sidecar_names("a.txt.gz")[:2]
['a.json', 'a.meta.json']
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path, PurePosixPath
from typing import Any, cast

from flows.archives import COMPRESSIONS, Limits
from flows.records import printable, record_document
from transforms.documents import GIVEN_FIELDS, RawDocument

DOCUMENTS = {".txt": "text/plain", ".text": "text/plain", ".md": "text/markdown", ".markdown": "text/markdown",
             ".html": "text/html", ".htm": "text/html", ".xhtml": "text/html"}  # fmt: skip
"""Endings of files that are one document, which may have a sidecar, and their media types."""

SIDECARS = (".json", ".meta.json", ".toml", ".meta.toml")
SIDECAR_MOST = 1_000_000


def read_sidecar(source: Any) -> tuple[dict[str, str], str]:
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


def read_small(source: Any, path: str) -> bytes:
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
