"""The same flow on a Dask cluster of separate processes, one of which is killed: every article exactly once."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command_line import environment, newstally
from tests.test_cli_ingest import committed, wait_for

pytest.importorskip("prefect_dask")
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cluster")]

BATCHES = int(os.environ.get("CLUSTER_BATCHES", "200"))
PER_BATCH = 3


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers on the loopback interface, each a process with a process group of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
    log = (tmp_path / "dask.log").open("wb")

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments],
            cwd=tmp_path, env=environment(), stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip

    scheduler = start("scheduler", "--host", "127.0.0.1", "--port", address.rpartition(":")[2], "--no-dashboard")
    options = ("--nthreads", "1", "--no-dashboard", "--no-nanny", "--local-directory", str(tmp_path / "dask"))
    workers = [start("worker", address, "--name", f"w{number}", *options) for number in range(2)]
    try:
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()
        log.close()


def test_a_worker_that_dies_loses_nothing_and_doubles_nothing(
    tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]], prefect_server: str
) -> None:
    address, workers = cluster
    count = BATCHES * PER_BATCH
    records = (
        {
            "id": f"n{n}",
            "published": "2020-08-17",
            "text": f"Report {n}: police arrested {n + 2} people in town {n * 31}.",
        }
        for n in range(count)
    )
    (tmp_path / "many.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    settings = {
        "PREFECT_API_URL": prefect_server,
        "NEWSTALLY_TASK_RUNNER": address,
        "NEWSTALLY_BATCH_DOCUMENTS": str(PER_BATCH),
        "NEWSTALLY_COMMIT_BATCHES": "10",
        "NEWSTALLY_BATCHES_IN_FLIGHT": "8",
    }
    run = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "ingest", "many.jsonl", "--json"],
        cwd=tmp_path, env=environment(**settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_for(lambda: committed(tmp_path / "lake") > count // 5, run, seconds=500)
    os.killpg(workers[0].pid, signal.SIGKILL)
    out, err = run.communicate(timeout=900)
    assert run.returncode == 0, err
    tally = json.loads(out)
    assert tally["batches"] == BATCHES
    assert tally["counts"]["articles_new"] == tally["counts"]["documents_read"] == count
    sql = "select count(*) as n, count(distinct external_id) as ids from articles"
    assert newstally("sql", sql, "--json", cwd=tmp_path).json == [{"n": count, "ids": count}]
    sql = "select count(*) as n, count(distinct article_id) as articles from figures where measure = 'arrests'"
    assert newstally("sql", sql, "--json", cwd=tmp_path).json == [{"n": count, "articles": count}]
    assert workers[1].poll() is None
