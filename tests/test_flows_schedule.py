"""prefect.yaml on a real local server with a process worker, and newstally serve: schedules fire, failures show."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import ROOT, environment, newstally
from tests.test_cli_ingest import committed

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("command_line")]

GOOD = "Police arrested 30 people in Minsk on Sunday, the interior ministry said."
SECONDS = 300


def until(condition: Callable[[], Any], what: str) -> Any:
    """What the condition gives, once it is true."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.5)
    raise AssertionError(f"{what}: not within {SECONDS} seconds")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A Prefect server with its scheduler, in an environment of its own."""
    from flows.server import start_server

    before = {name: value for name, value in os.environ.items() if name.startswith("PREFECT")}
    for name in before:
        del os.environ[name]
    started = start_server(scheduler=True)
    try:
        started.wait()
        yield started.url
    finally:
        started.stop()
        for name in [name for name in os.environ if name.startswith("PREFECT")]:
            del os.environ[name]
        os.environ.update(before)


def ask(url: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as reply:
        return json.loads(reply.read())


def test_deployments_ingest_once_and_show_failures(tmp_path: Path, server: str) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.txt").write_text(GOOD)
    (tmp_path / "file").touch()
    (tmp_path / "newstally.toml").write_text("settle_seconds = 0\nflow_retries = 1\nflow_retry_seconds = 1\n")
    (tmp_path / "prefect.yaml").write_text((ROOT / "prefect.yaml").read_text().replace("interval: 600", "interval: 15"))
    settings = environment(PREFECT_API_URL=server, PREFECT_HOME=str(tmp_path / "home"), NEWSTALLY_WORKERS="1")

    def prefect(*arguments: str) -> None:
        command = [sys.executable, "-m", "prefect", "--no-prompt", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=settings, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    prefect("work-pool", "create", "newstally", "--type", "process")
    prefect("deploy", "--all")
    worker = subprocess.Popen(
        [sys.executable, "-m", "prefect", "worker", "start", "--pool", "newstally", "--limit", "2"],
        cwd=tmp_path, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        until(lambda: committed(tmp_path / "lake") == 1, "the schedule takes in the first file")
        (inbox / "b.txt").write_text("Police arrested 31 people in Brest on Monday.")
        until(lambda: committed(tmp_path / "lake") == 2, "the next run takes in the new file")
        deployments = {row["name"]: row for row in ask(f"{server}/deployments/filter", {})}
        assert set(deployments) == {"inbox", "hourly", "daily"}
        assert all(row["global_concurrency_limit"]["limit"] == 1 for row in deployments.values())
        failing = ask(
            f"{server}/deployments/{deployments['inbox']['id']}/create_flow_run",
            {"parameters": {"lake": "file/lake"}, "name": "failing", "state": {"type": "SCHEDULED"}},
        )
        ended = until(lambda: ended_run(server, failing["id"]), "the failing run ends")
        assert ended["state_type"] in ("FAILED", "CANCELLED")  # cancelled: a scheduled run was at work
        if ended["state_type"] == "FAILED":
            assert ended["run_count"] == 2, "it was tried again"
        runs = newstally("status", "--json", cwd=tmp_path).json["runs"]
        assert sum(run["documents_read"] for run in runs) == 2, "each file was read once"
        assert {run["state"] for run in runs} == {"completed"}
    finally:
        os.killpg(worker.pid, signal.SIGTERM)
        try:
            worker.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(worker.pid, signal.SIGKILL)


def ended_run(server: str, identity: str) -> dict[str, Any] | None:
    with urllib.request.urlopen(f"{server}/flow_runs/{identity}", timeout=60) as reply:
        run: dict[str, Any] = json.loads(reply.read())
    return run if run["state_type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None


def test_serve_takes_in_new_files_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.txt").write_text(GOOD)
    kept = {name: value for name, value in environment(NEWSTALLY_SETTLE_SECONDS="0").items() if "PREFECT" not in name}
    serving = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "serve", "--every", "0.2"],
        cwd=tmp_path, env=kept, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        until(lambda: committed(tmp_path / "lake") == 1, "the first look at the inbox")
        (inbox / "b.txt").write_text("Police arrested 31 people in Brest on Monday.")
        until(lambda: committed(tmp_path / "lake") == 2, "a later look at the inbox")
    finally:
        os.killpg(serving.pid, signal.SIGINT)
        _, told = serving.communicate(timeout=120)
    assert serving.returncode == 130
    assert "every 0.2 minutes" in told and "stopping" in told
    assert "Traceback" not in told
