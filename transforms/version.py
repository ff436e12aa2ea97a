"""Which newstally made a row: its version and a hash of every packaged rule and model."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable

HASH_BYTES = 6


def read_version() -> str:
    """The installed version; "0" where the package runs from a folder without being installed."""
    try:
        return version("newstally")
    except PackageNotFoundError:
        return "0"


EXTRACTOR_VERSION = read_version()


@cache
def rules_hash() -> str:
    """12 hex digits over the names and contents of all files below `transforms/rules`, in the order of their names."""
    digest = blake2b(digest_size=HASH_BYTES)
    for name, path in rule_files(files("transforms") / "rules", ""):
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def rule_files(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    """Every file of a folder and the folders below, by name; no caches and no hidden files."""
    for path in sorted(folder.iterdir(), key=lambda item: item.name):
        if path.name.startswith((".", "__")):
            continue
        if path.is_dir():
            yield from rule_files(path, f"{prefix}{path.name}/")
        else:
            yield f"{prefix}{path.name}", path
