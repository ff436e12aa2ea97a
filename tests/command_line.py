"""Runs newstally as a person does: a process of its own, in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "flows" / "samples" / "articles"


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON value."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Standard output as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines() if line]


def environment(**changes: str) -> dict[str, str]:
    """The environment of a command: no settings but those given, coverage of colour and width fixed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSTALLY_")}
    return kept | {"PYTHONPATH": str(ROOT), "COLUMNS": "160", "NO_COLOR": "1"} | changes


def newstally(
    *arguments: str | Path, cwd: Path, given: str | bytes | None = None, timeout: float = 120, **changes: str
) -> Outcome:
    """Run one command to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", *map(str, arguments)],
        cwd=cwd,
        input=given.encode() if isinstance(given, str) else given or b"",
        capture_output=True,
        timeout=timeout,
        env=environment(**changes),
        check=False,
    )
    out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    assert "Traceback" not in err, err
    return Outcome(done.returncode, out, err)


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[str]:
    """The address of one Prefect API for all commands of this test process: each then starts in a second."""
    from flows.server import start_server

    before = {name: value for name, value in os.environ.items() if name.startswith("PREFECT")}
    server = start_server()
    try:
        server.wait()
        yield server.url
    finally:
        server.stop()
        for name in [name for name in os.environ if name.startswith("PREFECT")]:
            del os.environ[name]
        os.environ.update(before)
