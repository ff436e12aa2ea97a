"""Errors of the warehouse: one line each, with the file and the remedy.

>>> str(WarehouseError("lake/catalog.sqlite: not readable: give this user the right to read it"))
'lake/catalog.sqlite: not readable: give this user the right to read it'
"""

from __future__ import annotations

import errno
import os
import re
import resource
from pathlib import Path

FEW_FILES = 16
"""File descriptors that a lake needs at least, beside those that are open."""


class WarehouseError(Exception):
    """Anything that a person at the keyboard can put right; `str()` is one line."""

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))


class LakeMissing(WarehouseError):
    """There is no lake in that folder."""


class LakeLocked(WarehouseError):
    """Another writer holds the lake for longer than the timeout; the message says who."""


class ExtensionMissing(WarehouseError):
    """DuckDB cannot load an extension that the lake needs."""


class LakeFailure(WarehouseError):
    """DuckDB could not do what the lake asked of it; `said` is its own message."""

    def __init__(self, message: str, said: str) -> None:
        super().__init__(message)
        self.said = said


class QueryError(WarehouseError):
    """The SQL of the user is wrong."""


class StagingError(WarehouseError):
    """A staged batch is incomplete or of the wrong shape."""


class Conflict(WarehouseError):
    """What was asked would lose later work; the message says what to do first."""


class Damaged(WarehouseError):
    """A file does not hold what was written to it."""


def one_line(text: str, limit: int = 600) -> str:
    """The text without line breaks and control characters, cut to `limit` code points."""
    line = hide_secrets(" ".join(text.split()))
    line = "".join(char if char.isprintable() else "�" for char in line)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def hide_secrets(text: str) -> str:
    """The text without the passwords of connection strings.

    >>> hide_secrets("host=a password=b dbname=c, postgres://d:e@f/g")
    'host=a password=… dbname=c, postgres://d:…@f/g'
    """
    text = re.sub(r"(password\s*=\s*)('[^']*'|[^\s'\"]+)", r"\1…", text, flags=re.IGNORECASE)
    return re.sub(r"(://[^\s:/@]+:)[^\s@/]+@", r"\1…@", text)


def from_os_error(error: OSError, what: str) -> WarehouseError:
    """An OSError as one line with its remedy; `what` names the step and the file."""
    remedies = {
        errno.ENOSPC: "the disk is full: free space, then run again; nothing that was committed is lost",
        errno.EDQUOT: "the disk quota is used up: free space, then run again; nothing that was committed is lost",
        errno.EACCES: "permission denied: give this user the right to write there, or choose another folder",
        errno.EPERM: "permission denied: give this user the right to write there, or choose another folder",
        errno.EROFS: "the file system is read-only: choose another folder",
        errno.EMFILE: "too many open files: raise `ulimit -n` or lower the number of workers",
        errno.ENFILE: "too many open files on this machine: close some, then run again",
        errno.ENAMETOOLONG: "the name is too long: choose a shorter one",
    }
    remedy = remedies.get(error.errno or 0, str(error.strerror or error))
    return WarehouseError(f"{what}: {remedy}")


def what_stops_writing(folder: Path) -> OSError | None:
    """The system's own reason why a file cannot be made there; None where it can. SQLite only says "unable"."""
    path = folder / f".probe.{os.getpid()}"
    try:
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if files - len(list(Path("/dev/fd").iterdir())) < FEW_FILES:
            return OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
        path.unlink()
    except OSError as error:
        return error
    return None


def from_duckdb_error(error: Exception, what: str, folder: Path | None = None) -> WarehouseError:
    """A DuckDB error as one line with its remedy where one is known; `folder` is asked where the text does not say."""
    text = str(error)
    if folder is not None and any(mark in text for mark in ("unable to open database file", "readonly database")):
        reason = what_stops_writing(folder)
        if reason is not None:
            return from_os_error(reason, what)
    known = (
        ("No space left", "the disk is full: free space, then run again; nothing that was committed is lost"),
        ("disk is full", "the disk is full: free space, then run again; nothing that was committed is lost"),
        ("Too many open files", "too many open files: raise `ulimit -n`, or run `newstally maintain`"),
        ("Permission denied", "permission denied: give this user the right to read and write there"),
        ("readonly database", "the catalog is read-only: give this user the right to write there"),
        ("read-only", "the file or folder is read-only: give this user the right to write there"),
        ("Out of Memory", "out of memory: raise the setting memory_limit, or free memory"),
        ("failed to allocate", "out of memory: raise the setting memory_limit, or free memory"),
        ("Allocation failure", "out of memory: raise the setting memory_limit, or free memory"),
        ("bad allocation", "out of memory: raise the setting memory_limit, or free memory"),
    )
    for mark, remedy in known:
        if mark.lower() in text.lower():
            return WarehouseError(f"{what}: {remedy}")
    return WarehouseError(f"{what}: {text}")
