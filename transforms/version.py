"""Which newstally made a row: its version, and a hash of every packaged rule and model.

Names may come from a pipeline of spaCy, and its rows tell so in both: "0.1.0+spacy.en_core_web_sm-3.8.0" in place of
"0.1.0", and a hash over the rules and the files of the pipeline.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable

HASH_BYTES = 6
BUILTIN = "builtin"
"""The tagger of names that comes with newstally."""


def read_version() -> str:
    """The installed version; "0" where the package runs from a folder without being installed."""
    try:
        return version("newstally")
    except PackageNotFoundError:
        return "0"


EXTRACTOR_VERSION = read_version()


@cache
def extractor_version(tagger: str = BUILTIN) -> str:
    """The installed version, and after a plus the pipeline that finds the names, where it is not the builtin tagger."""
    if tagger == BUILTIN:
        return EXTRACTOR_VERSION
    from transforms.backends import tagger_named

    return f"{EXTRACTOR_VERSION}+{tagger_named(tagger).label}"


@cache
def rules_hash(tagger: str = BUILTIN) -> str:
    """12 hex digits over the names and contents of all files below `transforms/rules`, in the order of their names.

    Another tagger than the builtin one adds itself. Raises `BackendError` where there is no such tagger.
    """
    digest = blake2b(digest_size=HASH_BYTES)
    for name, path in rule_files(files("transforms") / "rules", ""):
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    if tagger != BUILTIN:
        from transforms.backends import tagger_named

        digest.update(tagger_named(tagger).content_hash())
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
