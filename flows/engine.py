"""Calls a flow from the command line: the Prefect API starts first, everything slow meanwhile.

Order matters: the server process and the workers are started before Prefect is imported, so that the three take
their seconds at the same time.
"""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Callable
from typing import Any

from flows import terminal
from flows.server import start_server
from flows.settings import Settings

IMPORTED_BY_CALLS = ("prefect.flow_engine", "fastapi.encoders")
"""What Prefect imports when a flow is called: 0.3 s, better spent while the server starts."""


def call_flow(
    settings: Settings,
    name: str,
    /,
    *,
    with_pool: bool = False,
    meanwhile: Callable[[], object] = lambda: None,
    **parameters: Any,
) -> Any:
    """The result of the flow `flows.NAME.NAME`; whatever it or `meanwhile` raises is raised here.

    `meanwhile` runs while the server starts: checks that should fail early. ServerFailed: no Prefect API.
    """
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "ERROR" if terminal.output.debug else "CRITICAL")
    # its own services tell of events that a server which is shut down no longer takes
    os.environ.setdefault("PREFECT_LOGGING_INTERNAL_LEVEL", "ERROR" if terminal.output.debug else "CRITICAL")
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")  # a heap a thread would keep what another has freed
    server = start_server(settings.prefect_api_url)
    pool: Any = None
    try:
        if with_pool and settings.task_runner == "threads":
            from flows.batches import prepare_worker
            from flows.pool import Pool

            pool = Pool(settings.worker_count, timeout=settings.batch_timeout, prepare=prepare_worker)
            pool.warm()
        meanwhile()
        module = importlib.import_module(f"flows.{name}")
        for later in IMPORTED_BY_CALLS:
            with contextlib.suppress(ImportError):
                importlib.import_module(later)
        server.wait()
        return run_flow(getattr(module, name), pool, parameters)
    finally:
        if pool is not None:
            pool.close()
        server.stop()


def run_flow(flow: Any, pool: Any, parameters: dict[str, Any]) -> Any:
    """Run a flow in this process; without the heartbeat, whose thread would cost a second at the end."""
    from contextlib import ExitStack

    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    from flows.pool import share

    with ExitStack() as stack:
        stack.enter_context(temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}))
        if pool is not None:
            stack.enter_context(share(pool))
        return flow.with_options(retries=0)(**parameters)  # the person at the keyboard decides
