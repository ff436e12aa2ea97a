"""The writer lock: DuckLake has no unique keys, so one process at a time looks up and writes.

The lock is an `flock` on a file of the lake, released by the kernel when its holder dies; the file says
who holds it. With a PostgreSQL catalog, writers of other machines are kept out by an advisory lock.
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from warehouse.errors import LakeLocked, WarehouseError, from_os_error

_threads: dict[str, threading.Lock] = {}
_threads_guard = threading.Lock()


@contextmanager
def file_lock(path: Path, timeout: float, holder: str) -> Iterator[None]:
    """Hold `path` alone among all processes and threads; LakeLocked after `timeout` seconds.

    `holder` says for others what holds it ("ingest 20200817T090000-3f2a").
    """
    deadline = time.monotonic() + timeout
    thread_lock = lock_of_thread(path)
    if not thread_lock.acquire(timeout=max(timeout, 0)):
        raise LakeLocked(f"{path}: another thread of this process writes for more than {timeout:g} s: wait for it")
    try:
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o664)
        except OSError as error:
            raise from_os_error(error, f"{path}: the lake cannot be locked") from None
        try:
            wait_for(descriptor, path, deadline, timeout)
            note = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "what": holder, "since": utc_text()})
            try:
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, note.encode(), 0)
            except OSError:
                pass  # a full disk: the lock holds without its note
            yield
        finally:
            os.close(descriptor)
    finally:
        thread_lock.release()


def wait_for(descriptor: int, path: Path, deadline: float, timeout: float) -> None:
    """Try until the deadline, with a little more patience each time."""
    pause = 0.005
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise LakeLocked(
                    f"{path}: locked for more than {timeout:g} s by {lock_holder(path)}: "
                    "wait for it to end, or raise the setting lock_timeout"
                ) from None
            time.sleep(pause * (0.5 + random.random()))
            pause = min(pause * 1.5, 0.1)
        except OSError as error:
            raise from_os_error(error, f"{path}: the lake cannot be locked") from None


def lock_holder(path: Path) -> str:
    """Who holds the lock, as far as the file says."""
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        return f"{note['what']} (process {note['pid']} on {note['host']} since {note['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock on that file."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)


def lock_of_thread(path: Path) -> threading.Lock:
    """One lock a path for the threads of this process."""
    with _threads_guard:
        return _threads.setdefault(str(path.absolute()), threading.Lock())


@contextmanager
def advisory_lock(dsn: str | None, key: str, timeout: float) -> Iterator[None]:
    """A PostgreSQL advisory lock on `key`, or nothing where there is no PostgreSQL catalog."""
    if dsn is None:
        yield
        return
    try:
        import psycopg
    except ImportError:
        raise WarehouseError("a PostgreSQL catalog needs psycopg: pip install 'newstally[storage]'") from None
    try:
        connection = psycopg.connect(dsn, autocommit=True)
    except psycopg.Error as error:
        raise WarehouseError(f"PostgreSQL catalog: {error}: check the setting catalog and that it runs") from None
    with connection:
        deadline = time.monotonic() + timeout
        pause = 0.005
        while True:
            row = connection.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (key,)).fetchone()
            if row and row[0]:
                break
            if time.monotonic() >= deadline:
                raise LakeLocked(
                    f"PostgreSQL catalog: another writer holds it for more than {timeout:g} s: "
                    "wait for it to end, or raise the setting lock_timeout"
                )
            time.sleep(pause * (0.5 + random.random()))
            pause = min(pause * 1.5, 0.1)
        yield


def utc_text() -> str:
    """Now, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
