"""The files behind the paths of a command: folders walked, patterns matched, object stores listed.

>>> [source.shown for source in list_sources("-")]
['-']

Links inside a folder are not followed, so that an inbox gives nothing but what lies in it.
"""

from __future__ import annotations

import errno
import io
import os
import re
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path
from typing import IO, Any, cast

from flows.archives import CHUNK, SourceError
from flows.records import SourceProblem, printable, short
from flows.sidecars import is_sidecar, is_sidecar_among


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file to read: as the user knows it, and relative to the folder named at ingest."""

    shown: str
    relative: str
    local: Path | None = None
    remote: Any = None  # (filesystem, path) of fsspec
    inside: bool = False  # found by walking: links are not followed


def list_sources(path: str) -> Iterator[Source | SourceProblem]:
    """The files behind one argument: sorted, so that two runs read in one order."""
    if path == "-":
        yield Source(shown="-", relative="-")
    elif re.match(r"file://", path):
        yield from list_local(path.removeprefix("file://"))
    elif re.match(r"[a-z][a-z0-9+.-]+://", path) or "::" in path:
        yield from list_remote(path)
    else:
        yield from list_local(path)


def list_local(path: str) -> Iterator[Source | SourceProblem]:
    """A file, a folder's files, or the matches of a glob."""
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError) as error:
        if has_magic(path):
            yield from list_glob(path)
        else:
            yield path_problem(path, error)
        return
    if stat.S_ISDIR(mode):
        yield from walk(path, "")
    else:
        yield Source(shown=printable(path), relative=printable(Path(path).name), local=Path(path))


def list_glob(pattern: str) -> Iterator[Source | SourceProblem]:
    """Files that match; folders that match are walked."""
    found = sorted(glob(pattern, recursive=True))  # noqa: PTH207  # Path.glob takes no absolute pattern
    if not found:
        yield SourceProblem(
            path=printable(pattern), position=None, reason="path.no_match", content=None,
            detail=f"nothing matches {printable(pattern)}: check the pattern",
        )  # fmt: skip
    fixed = [part for part in Path(pattern).parts if not has_magic(part)]
    base = Path(*fixed[: next((i for i, part in enumerate(Path(pattern).parts) if has_magic(part)), len(fixed))])
    for path in found:
        if Path(path).is_dir():
            if "**" not in pattern:
                yield from walk(path, printable(os.path.relpath(path, base)) + "/")
        elif not Path(path).is_symlink() and not is_sidecar(path):
            yield Source(
                shown=printable(path), relative=printable(os.path.relpath(path, base)), local=Path(path), inside=True
            )


def walk(folder: str, prefix: str) -> Iterator[Source | SourceProblem]:
    """The documents below a folder; hidden files, sidecars and links are left out, links that lead out are told."""
    root = os.path.realpath(folder)
    waiting = [(folder, prefix)]
    while waiting:
        place, before = waiting.pop()
        try:
            with os.scandir(place) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield path_problem(place, error)
            continue
        names = {entry.name for entry in found}
        folders = []
        for entry in found:
            if entry.name.startswith(".") or entry.name.endswith("~"):
                continue
            relative = before + printable(entry.name)
            if entry.is_symlink():
                target = os.path.realpath(entry.path)
                if target != root and not target.startswith(root + os.sep):
                    yield SourceProblem(
                        path=printable(entry.path), position=None, reason="file.symlink", content=None,
                        detail="the link leads out of the folder and was not followed: name its target itself",
                    )  # fmt: skip
            elif entry.is_dir(follow_symlinks=False):
                folders.append((entry.path, relative + "/"))
            elif not entry.is_file(follow_symlinks=False):
                yield SourceProblem(
                    path=printable(entry.path), position=None, reason="file.special", content=None,
                    detail="a pipe, socket or device: not read",
                )  # fmt: skip
            elif not is_sidecar_among(entry.name, names):
                yield Source(shown=printable(entry.path), relative=relative, local=Path(entry.path), inside=True)
        waiting.extend(reversed(folders))


def list_remote(address: str) -> Iterator[Source | SourceProblem]:
    """The objects behind an fsspec address: one, those below a prefix, or those that match a glob."""
    try:
        import fsspec
    except ImportError:
        yield SourceProblem(
            path=address, position=None, reason="url.extra_missing", content=None,
            detail="reading from object stores needs the storage extra: pip install 'newstally[storage]'",
        )  # fmt: skip
        return
    try:
        system, path = fsspec.core.url_to_fs(address)
        if has_magic(path):
            found = [name for name in system.glob(path) if system.isfile(name)]
            base = path[: re.search(r"[*?\[]", path).start()].rpartition("/")[0]  # type: ignore[union-attr]
        elif system.isfile(path):
            found, base = [path], path.rpartition("/")[0]
        else:
            found, base = system.find(path), path.rstrip("/")
    except Exception as error:  # every file system of fsspec raises its own
        yield remote_problem(address, error)
        return
    if not found:
        yield SourceProblem(
            path=address, position=None, reason="path.missing", content=None,
            detail=f"{printable(address)} does not exist or is empty: check the address",
        )  # fmt: skip
    names = set(found)
    for name in sorted(found):
        folder, _, last = name.rpartition("/")
        siblings = (
            {other.rpartition("/")[2] for other in names if other.rpartition("/")[0] == folder}
            if last.endswith((".json", ".toml"))
            else set()
        )
        if not is_sidecar_among(last, siblings):
            yield Source(
                shown=printable(system.unstrip_protocol(name)),
                relative=printable(name.removeprefix(base).lstrip("/")),
                remote=(system, name),
            )


def remote_problem(address: str, error: Exception) -> SourceProblem:
    """The problem of an address that cannot be listed or opened."""
    missing = isinstance(error, ImportError)
    reason = "url.extra_missing" if missing else "url.unreadable"
    return SourceProblem(
        path=printable(address), position=None, reason=reason, content=None,
        detail=f"{printable(address)} cannot be read ({short(error)}): "
        + ("pip install 'newstally[storage]'" if missing else "check address, network and credentials"),
    )  # fmt: skip


def path_problem(path: str, error: Exception) -> SourceProblem:
    """The problem of a path that cannot be listed or opened."""
    reason, detail = explained(printable(path), error)
    return SourceProblem(path=printable(path), position=None, reason=reason, detail=detail, content=None)


def explained(shown: str, error: Exception) -> tuple[str, str]:
    """Reason and detail of an operating system's error."""
    code = getattr(error, "errno", None)
    if isinstance(error, SourceError):
        return error.reason, error.detail
    if isinstance(error, FileNotFoundError):
        return "path.missing", f"{shown} does not exist: check the path"
    if isinstance(error, PermissionError):
        return "file.unreadable", f"{shown} may not be read: give yourself read permission (chmod u+r)"
    if code == errno.ENAMETOOLONG:
        return "path.too_long", f"{shown[:80]}… is too long for a path: check the path"
    if code == errno.ELOOP:
        return "file.symlink", f"{shown} is a link and was not followed: name its target on the command line"
    if isinstance(error, UnicodeError) or (isinstance(error, ValueError) and "null byte" in str(error)):
        return "path.invalid", f"{shown} is no path ({short(error)}): check the path"
    return (
        "file.unreadable",
        f"{shown} cannot be read ({type(error).__name__}: {short(error)}): fetch it again",
    )


def open_source(source: Source) -> tuple[IO[bytes], int | None]:
    """The file's bytes and how many they are, if that is known."""
    if source.remote:
        system, path = source.remote
        try:
            return cast(IO[bytes], system.open(path, "rb")), system.size(path)
        except Exception as error:  # every file system of fsspec raises its own
            raise SourceError("url.unreadable", remote_problem(source.shown, error).detail) from None
    if source.local is None:
        return io.BufferedReader(io.FileIO(os.dup(sys.stdin.fileno()), "rb"), CHUNK), None
    flags = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | (getattr(os, "O_NOFOLLOW", 0) if source.inside else 0)
    try:
        descriptor = os.open(source.local, flags)
    except FileNotFoundError:
        raise SourceError(
            "file.vanished", f"{source.shown} was there and is gone: another program moved it; the next run will see"
        ) from None
    stream = os.fdopen(descriptor, "rb", CHUNK)
    status = os.fstat(descriptor)
    return stream, status.st_size if stat.S_ISREG(status.st_mode) else None
