"""SHA-256 of every data file of the lake, in an append-only text file: `newstally verify` reads it.

A line is path, bytes, checksum, separated by tabs. Lines are written after the commit that made the files: a crash
between the two leaves files without a line, which the next writer adds.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from warehouse.storage import Layout


def file_sha256(path: Path) -> str:
    """The checksum of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_checksums(layout: Layout) -> dict[str, tuple[int, str]]:
    """Path below data/ → (bytes, checksum); a torn last line is left out."""
    if not layout.checksums.exists():
        return {}
    found = {}
    for line in layout.checksums.read_text(encoding="utf-8", errors="replace").split("\n"):
        parts = line.split("\t")
        if len(parts) == 4 and parts[3] == "." and parts[1].isdigit():
            found[parts[0]] = (int(parts[1]), parts[2])
    return found


def append_checksums(layout: Layout, paths: list[str], snapshot: int) -> None:
    """Add a line for each of the data files (below data/), and note the snapshot that they complete."""
    lines = []
    for name in paths:
        path = layout.data / name
        lines.append(f"{name}\t{path.stat().st_size}\t{file_sha256(path)}\t.\n")
    lines.append(f"@snapshot\t{snapshot}\t\t.\n")
    descriptor = os.open(layout.checksums, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o664)
    try:
        # a line that a crash tore is closed by a line break of its own
        torn = os.fstat(descriptor).st_size and not ends_with_break(layout.checksums)
        os.write(descriptor, (("\n" if torn else "") + "".join(lines)).encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def ends_with_break(path: Path) -> bool:
    """Whether the last byte of a file is a line break."""
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def noted_snapshot(layout: Layout) -> int:
    """The newest snapshot of which every file has a line; 0: none."""
    try:
        with layout.checksums.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(file.tell() - 65536, 0))
            tail = file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return 0
    marks = [line.split("\t") for line in tail.split("\n") if line.startswith("@snapshot\t") and line.endswith("\t.")]
    if marks:
        return int(marks[-1][1])
    whole = read_checksums(layout)
    return whole["@snapshot"][0] if "@snapshot" in whole else 0
