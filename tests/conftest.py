"""Fixtures that several files of tests share."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from tests.command_line import prefect_server  # noqa: F401  # a fixture

settings.register_profile("newstally", deadline=None)  # a machine that is shared stalls for longer than any example
settings.load_profile("newstally")

SAMPLES = Path(__file__).parent.parent / "flows" / "samples" / "articles"


@pytest.fixture(scope="session")
def sample_lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake into which the sample articles were ingested and published, by the command; read it only.

    Made once a test session, whatever the number of test processes.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if base.name.startswith("popen-") else base) / "sample-lake"
    folder.mkdir(exist_ok=True)
    lake = folder / "lake"
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            command = [sys.executable, "-m", "flows.cli", "ingest", str(SAMPLES), "--lake", str(lake), "--quiet"]
            done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=300)
            assert done.returncode == 0, done.stderr
            (folder / "made").touch()
    return lake
