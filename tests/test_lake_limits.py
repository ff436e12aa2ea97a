"""When the machine says no: a clear line, nothing lost, and the next run goes on."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lakes import add, assert_sound, docs, number
from warehouse.lake import Lake
from warehouse.publish import publish
from warehouse.query import query

WRITER = """
import resource, sys
from pathlib import Path
from tests.lakes import add, docs
from warehouse.errors import WarehouseError
from warehouse.lake import Lake
from warehouse.maintain import maintain
from warehouse.publish import publish
from warehouse.storage import LakeSettings
root = Path(sys.argv[1])
try:
    {limit}
    with Lake.create_or_open(root, LakeSettings(lock_timeout=5)) as lake:
        {work}
except WarehouseError as error:
    print("told:", error)
else:
    print("done")
"""


def writer(root: Path, work: str, limit: str = "pass", prefix: tuple[str, ...] = ()) -> str:
    """Run statements on a lake in a process of its own; what it printed. A traceback fails the test."""
    code = WRITER.format(work=textwrap.indent(work, " " * 8).strip(), limit=limit)
    result = subprocess.run(
        [*prefix, sys.executable, "-c", code, str(root)], capture_output=True, text=True, timeout=120, check=False
    )
    assert "Traceback" not in result.stderr, result.stderr
    return result.stdout.strip()


def grown(root: Path) -> None:
    """A lake with something in it that must survive."""
    with Lake.create_or_open(root) as lake:
        add(lake, docs(6))
        publish(lake)


def assert_kept(root: Path) -> None:
    """What was there is there, and the next run goes on."""
    with Lake.create_or_open(root) as lake:
        assert number(lake, "SELECT count(*) FROM lake.articles WHERE external_id IN ('doc-0', 'doc-5')") == 2
        assert_sound(lake)
        add(lake, docs(40))
        publish(lake)
        assert query(lake.layout.database, "SELECT count(*) AS n FROM articles").to_pylist() == [{"n": 40}]
        assert_sound(lake)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 6 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", folder], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("mounting a small tmpfs needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=False)


@pytest.mark.parametrize(
    "work",
    [
        "for n in range(400): add(lake, docs(40, start=40 * n + 100, words=900))",
        "for n in range(400): add(lake, docs(20, start=20 * n + 100, words=900)); publish(lake)",
    ],
)
def test_a_full_disk(small_disk: Path, work: str) -> None:
    root = small_disk / "lake"
    grown(root)
    told = writer(root, work)
    assert told.startswith("told:") and "the disk is full: free space" in told, told
    database = root / "newstally.duckdb"
    assert query(database, "SELECT count(DISTINCT article_id) = count(*) AS whole FROM articles").to_pylist() == [
        {"whole": True}
    ]
    subprocess.run(["mount", "-o", "remount,size=200m", small_disk], check=True)
    assert_kept_and_more(root)


def assert_kept_and_more(root: Path) -> None:
    """After space was freed: nothing acknowledged is missing."""
    with Lake.create_or_open(root) as lake:
        assert number(lake, "SELECT count(*) FROM lake.articles") >= 6
        assert_sound(lake)
        assert number(lake, "SELECT sum(articles_new) FROM lake.runs") == number(
            lake, "SELECT (SELECT count(*) FROM lake.articles) + (SELECT count(*) FROM lake.articles_history)"
        )
        before = number(lake, "SELECT count(*) FROM lake.articles")
        add(lake, docs(10, start=90_000))
        assert publish(lake).rows["articles"] == before + 10
        assert_sound(lake)


def as_nobody() -> tuple[str, ...]:
    """A prefix that runs a command without root's rights."""
    if os.geteuid() != 0:
        return ()
    if subprocess.run(["setpriv", "--version"], capture_output=True, check=False).returncode:
        pytest.skip("no setpriv to give up root's rights with")
    return ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


def opened(path: Path) -> None:
    """Let anyone pass down to the folder, and read what is in it."""
    for parent in [*path.parents][:4]:
        if os.access(parent, os.W_OK) and parent.stat().st_uid == os.geteuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o055)


def test_a_folder_without_the_right_to_write(tmp_path: Path) -> None:
    root = tmp_path / "lake"
    grown(root)
    opened(root)
    prefix = as_nobody()
    if subprocess.run([*prefix, sys.executable, "-c", "import duckdb"], capture_output=True, check=False).returncode:
        pytest.skip("another user cannot read this Python")
    root.chmod(0o555)
    for path in root.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o555 if path.is_dir() else 0o444)
    told = writer(root, "add(lake, docs(40))", prefix=prefix)
    assert told.startswith("told:") and str(root) in told and "right to" in told, told
    told = writer(root / "sub" / "lake", "add(lake, docs(3))", prefix=prefix)
    assert told.startswith("told:") and "permission denied" in told, told
    assert query(root / "newstally.duckdb", "SELECT count(*) AS n FROM articles").to_pylist() == [{"n": 6}]
    for path in [root, *root.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert_kept(root)


def test_a_read_only_file_system(small_disk: Path) -> None:
    root = small_disk / "lake"
    grown(root)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    told = writer(root, "add(lake, docs(40))")
    assert told.startswith("told:") and "read-only" in told, told
    assert query(root / "newstally.duckdb", "SELECT count(*) AS n FROM articles").to_pylist() == [{"n": 6}]
    subprocess.run(["mount", "-o", "remount,rw,size=200m", small_disk], check=True)
    assert_kept(root)


@pytest.mark.parametrize("files", [10, 18])
def test_too_few_file_descriptors(tmp_path: Path, files: int) -> None:
    root = tmp_path / "lake"
    grown(root)
    told = writer(
        root,
        "for n in range(12): add(lake, docs(6, start=6 * n, months=6)); publish(lake)",
        limit=f"resource.setrlimit(resource.RLIMIT_NOFILE, ({files}, {files}))",
    )
    assert told == "done" or (told.startswith("told:") and "too many open files" in told.lower()), told
    assert_kept_and_more(root)


@pytest.mark.parametrize("megabytes", [300, 1800])
def test_too_little_memory(tmp_path: Path, megabytes: int) -> None:
    root = tmp_path / "lake"
    grown(root)
    limit = (
        "used = int(open('/proc/self/statm').read().split()[0]) * 4096; "
        f"resource.setrlimit(resource.RLIMIT_AS, (used + {megabytes} * 2**20,) * 2)"
    )
    told = writer(root, "for n in range(3): add(lake, docs(60, start=60 * n, words=400)); publish(lake)", limit=limit)
    assert told == "done" or (told.startswith("told:") and "memory" in told), told
    assert_kept_and_more(root)


def test_a_file_that_grows_too_large(tmp_path: Path) -> None:
    root = tmp_path / "lake"
    grown(root)
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))"
    told = writer(root, "for n in range(6): add(lake, docs(60, start=60 * n, words=900)); publish(lake)", limit=limit)
    assert told.startswith("told:"), told
    assert_kept_and_more(root)
