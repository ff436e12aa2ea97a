"""The files of a published version: manifest.json, which names each with its rows and checksum, and how one is made.

>>> version_folder(Layout(Path("lake")), 12).name
'v000012'
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from warehouse.checksums import file_sha256
from warehouse.errors import Damaged, WarehouseError
from warehouse.storage import Layout, literal

ROW_GROUP = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One published file."""

    table: str
    month: str | None  # "2020-08", "none" for unknown dates; None: a table without partitions; of a mart its bucket
    path: str  # below the folder of the version
    rows: int
    bytes: int
    sha256: str

    @property
    def partition(self) -> str:
        """ "figures 2020-08"."""
        return self.table if self.month is None else f"{self.table} {self.month}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a version holds: manifest.json."""

    version: int
    snapshot: int
    published_at: str
    schema_version: int
    lake_id: str
    columns: Mapping[str, Mapping[str, str]]
    parts: tuple[Part, ...]
    marts: Mapping[str, str] = field(default_factory=dict)  # what each mart was made by: `warehouse.marts.fingerprint`


# ── manifest.json ─────────────────────────────────────────────────────────────


def version_folder(layout: Layout, version: int) -> Path:
    return layout.published / f"v{version:06d}"


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a version; Damaged where it is not readable."""
    try:
        raw = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return Manifest(**{**raw, "parts": tuple(Part(**part) for part in raw["parts"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Damaged(f"{folder / 'manifest.json'}: not readable ({error}): run newstally publish --fully") from None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """manifest.json, one part a line."""
    fields = ("table", "month", "path", "rows", "bytes", "sha256")
    head: dict[str, Any] = {
        name: getattr(manifest, name)
        for name in ("version", "snapshot", "published_at", "schema_version", "lake_id", "columns", "marts")
    }
    parts = ",\n  ".join(json.dumps({name: getattr(part, name) for name in fields}) for part in manifest.parts)
    lines = json.dumps(head, indent=1)[:-2]
    (folder / "manifest.json").write_text(f'{lines},\n "parts": [\n  {parts}\n ]\n}}\n', encoding="utf-8")
    json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def parts_by_month(manifest: Manifest | None, table: str) -> dict[Any, list[Part]]:
    """The parts of a table, by month."""
    found: dict[Any, list[Part]] = {}
    for part in manifest.parts if manifest else ():
        if part.table == table:
            found.setdefault(part.month, []).append(part)
    return found


def versions(layout: Layout) -> list[int]:
    """Versions that are on disk, oldest first."""
    found = [path.name for path in layout.published.glob("v[0-9]*") if path.suffix == "" and path.is_dir()]
    return sorted(int(name[1:]) for name in found if name[1:].isdigit())


def newest_manifest(layout: Layout) -> Manifest | None:
    """The manifest of the newest version that has a readable one."""
    for version in reversed(versions(layout)):
        try:
            return read_manifest(version_folder(layout, version))
        except WarehouseError:
            continue
    return None


# ── files ─────────────────────────────────────────────────────────────────────


def copy_to(con: duckdb.DuckDBPyConnection, select: str, path: Path) -> int:
    """Write the rows of a query to a Parquet file; returns how many."""
    row = con.execute(
        f"COPY ({select}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
    ).fetchone()
    return int(row[0]) if row else 0


def measured(target: Path, table: str, month: str | None, path: str, rows: int) -> Part:
    """A file with its size and checksum."""
    full = target / path
    return Part(table=table, month=month, path=path, rows=rows, bytes=full.stat().st_size, sha256=file_sha256(full))


def link_part(layout: Layout, target: Path, before: Manifest, part: Part) -> Part:
    """The same file under the new version."""
    source = version_folder(layout, before.version) / part.path
    (target / part.path).parent.mkdir(parents=True, exist_ok=True)
    link_or_copy(source, target / part.path)
    return part


def link_or_copy(source: Path, target: Path) -> None:
    """A hard link, or a copy where the file system has none."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise Damaged(f"{source}: missing: run newstally publish --fully") from None
    except OSError:
        shutil.copy2(source, target)
