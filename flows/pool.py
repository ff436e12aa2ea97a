"""Worker processes that outlive their deaths: one that is killed is replaced, and its job is done again once.

>>> with Pool(1) as pool:
...     pool.submit(pow, 2, 10).result()
1024

Every worker is an executor of its own, so that a death touches one job and not all that are in flight.
Processes are spawned, never forked: the parent has threads.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Any, TypeVar

from flows.settings import Settings

Result = TypeVar("Result")

TRIES = 2
"""How often a job is begun before its worker's death is reported."""


class WorkerDied(RuntimeError):
    """A job's worker died, or was stopped for taking too long, as often as the pool tries."""


class PoolClosed(RuntimeError):
    """The pool was closed while the job waited or ran."""


class Pool:
    """`workers` processes; `submit` queues a job, as an executor does.

    `timeout` is the seconds that one try of a job may take. `prepare` runs once in every new process.
    """

    def __init__(
        self, workers: int, *, timeout: float | None = None, prepare: Callable[[], None] | None = None
    ) -> None:
        self.workers = workers
        self.timeout = timeout
        self.deaths = 0
        self._prepare = prepare
        self._closed = threading.Event()
        self._all: list[Worker] = [Worker(prepare) for _ in range(workers)]
        self._idle: queue.LifoQueue[Worker] = queue.LifoQueue()
        for worker in self._all:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="newstally-pool")

    def submit(self, job: Callable[..., Result], *arguments: Any) -> Future[Result]:
        """The job's future result; WorkerDied if it cost more than one worker, PoolClosed after `close`."""
        if self._closed.is_set():
            raise PoolClosed("the pool is closed")
        return self._threads.submit(self._run, job, *arguments)

    def warm(self, job: Callable[[], object] = os.getpid) -> None:
        """Start the process that the first job will get, without waiting for it; the others start when needed.

        `job` runs there: something short that helps the first job.
        """
        with contextlib.suppress(BrokenProcessPool, RuntimeError):
            self._all[-1].executor.submit(job)

    def rest(self) -> None:
        """End the processes that have nothing to do, and give back their memory; the next job starts one anew."""
        resting = []
        with contextlib.suppress(queue.Empty):
            while not self._closed.is_set():
                resting.append(self._idle.get_nowait())
        for worker in resting:
            worker.dismiss()
            worker.start()
            self._idle.put(worker)

    def processes(self) -> list[int]:
        """Ids of the processes that are alive."""
        return [process for worker in self._all for process in worker.processes()]

    def close(self) -> None:
        """Stop every process at once; jobs that have not ended raise PoolClosed."""
        self._closed.set()
        idle = []
        with contextlib.suppress(queue.Empty):
            while True:
                idle.append(self._idle.get_nowait())
        for worker in idle:
            worker.dismiss()
        for worker in self._all:
            worker.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _run(self, job: Callable[..., Result], *arguments: Any) -> Result:
        worker = self._idle.get()
        try:
            for _ in range(TRIES):
                try:
                    return worker.executor.submit(job, *arguments).result(self.timeout)
                except (BrokenProcessPool, FutureTimeout) as error:
                    if self._closed.is_set():
                        raise PoolClosed("the pool was closed") from None
                    worker.stop()
                    self.deaths += 1
                    worker.start()
                    why = "took too long" if isinstance(error, FutureTimeout) else "died"
                except RuntimeError:
                    if self._closed.is_set():
                        raise PoolClosed("the pool was closed") from None
                    raise
            raise WorkerDied(f"the worker {why} {TRIES} times on the same batch")
        finally:
            self._idle.put(worker)


class Worker:
    """One process, through an executor that is replaced when the process dies."""

    def __init__(self, prepare: Callable[[], None] | None) -> None:
        self._prepare = prepare
        self.start()

    def start(self) -> None:
        """A new executor; its process starts with the first job."""
        context = multiprocessing.get_context("spawn")
        self.executor = ProcessPoolExecutor(1, mp_context=context, initializer=enter_worker, initargs=(self._prepare,))

    def processes(self) -> list[int]:
        """The process's id, if it is alive."""
        known = getattr(self.executor, "_processes", None) or {}
        return [pid for pid, process in list(known.items()) if process.is_alive()]

    def dismiss(self, patience: float = 1.0) -> None:
        """Let an idle process end by itself, so that it gives back its semaphores."""
        waiting = list((getattr(self.executor, "_processes", None) or {}).values())
        self.executor.shutdown(wait=False)
        for process in waiting:
            with contextlib.suppress(OSError, ValueError, AssertionError):
                process.join(patience)

    def stop(self) -> None:
        """Kill the process; its job is lost."""
        for process in list((getattr(self.executor, "_processes", None) or {}).values()):
            with contextlib.suppress(OSError, ValueError):
                process.kill()
        with contextlib.suppress(OSError):  # its own thread is closing the same pipes
            self.executor.shutdown(wait=True, cancel_futures=True)


def enter_worker(prepare: Callable[[], None] | None) -> None:
    """What a new process does first: leave Ctrl-C to the parent, die with the parent, get ready."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=follow_parent, daemon=True).start()
    if prepare is not None:
        with contextlib.suppress(Exception):  # what is wrong will be told by the job that needs it
            prepare()


def follow_parent() -> None:
    """End this process when its parent is gone, however that ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


_shared: Pool | None = None


def shared_pool() -> Pool | None:
    """The pool of this process, if `share` opened one: a Dask worker has none and works inline."""
    return _shared


@contextlib.contextmanager
def share(pool: Pool) -> Iterator[Pool]:
    """Make the pool the one that batch tasks of this process use; close it in the end."""
    global _shared
    _shared = pool
    try:
        yield pool
    finally:
        _shared = None
        pool.close()


@contextlib.contextmanager
def opened_pool(settings: Settings, prepare: Callable[[], None]) -> Iterator[Pool | None]:
    """The shared pool that is open already, else a new one for the block; none where Dask does the work."""
    if _shared is not None or settings.task_runner != "threads":
        yield _shared
        return
    with share(Pool(settings.worker_count, timeout=settings.batch_timeout, prepare=prepare)) as pool:
        pool.warm()
        yield pool
