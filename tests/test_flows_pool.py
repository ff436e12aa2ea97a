"""Workers: killed ones are replaced and their job is done again once; closing stops everything at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.pool import Pool, PoolClosed, WorkerDied, share, shared_pool


def die_first(mark: str) -> int:
    """Kill the own process the first time, answer the second."""
    if not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def sleep_once(mark: str) -> str:
    """Sleep far too long the first time."""
    if not Path(mark).exists():
        Path(mark).touch()
        time.sleep(600)
    return "done"


def test_a_killed_worker_is_replaced_and_its_job_done_again(tmp_path: Path) -> None:
    with Pool(2) as pool:
        others = [pool.submit(pow, 2, power) for power in range(10)]
        survivor = pool.submit(die_first, str(tmp_path / "mark"))
        assert survivor.result(timeout=60) != os.getpid()
        assert [future.result(timeout=60) for future in others] == [2**power for power in range(10)]
        assert pool.deaths == 1


def test_a_job_that_kills_every_worker_is_told_and_the_pool_goes_on() -> None:
    with Pool(1) as pool:
        with pytest.raises(WorkerDied, match="died 2 times"):
            pool.submit(die).result(timeout=60)
        assert pool.submit(pow, 2, 3).result(timeout=60) == 8


def test_a_job_that_takes_too_long_is_stopped_and_done_again(tmp_path: Path) -> None:
    with Pool(1, timeout=2) as pool:
        assert pool.submit(sleep_once, str(tmp_path / "mark")).result(timeout=60) == "done"
        assert pool.deaths == 1


def test_an_error_of_a_job_is_its_own() -> None:
    with Pool(1) as pool:
        with pytest.raises(ZeroDivisionError):
            pool.submit(divmod, 1, 0).result(timeout=60)
        assert pool.deaths == 0


def test_a_pool_that_rests_has_no_processes_until_the_next_job() -> None:
    with Pool(2) as pool:
        before = pool.submit(os.getpid).result(30)
        pool.rest()
        assert pool.processes() == []
        assert pool.submit(os.getpid).result(30) != before
        assert pool.deaths == 0


def test_closing_stops_what_runs() -> None:
    pool = Pool(2)
    running = [pool.submit(time.sleep, 600) for _ in range(4)]
    while len(pool.processes()) < 2:
        time.sleep(0.05)
    began = time.monotonic()
    pool.close()
    assert time.monotonic() - began < 5
    for future in running[:2]:
        with pytest.raises(PoolClosed):
            future.result(timeout=10)
    with pytest.raises(PoolClosed):
        pool.submit(pow, 2, 2)


def test_the_shared_pool_is_shared_and_closed() -> None:
    assert shared_pool() is None
    with share(Pool(1)) as pool:
        assert shared_pool() is pool
    assert shared_pool() is None
    with pytest.raises(PoolClosed):
        pool.submit(pow, 2, 2)


def test_workers_do_not_outlive_a_killed_parent() -> None:
    program = (
        "import time\nfrom flows.pool import Pool\n"
        "if __name__ == '__main__':\n"
        "    pool = Pool(1)\n    pool.submit(pow, 2, 2).result()\n"
        "    print(pool.processes()[0], flush=True)\n    time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
    deadline = time.monotonic() + 20
    while Path(f"/proc/{worker}").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not Path(f"/proc/{worker}").exists()
