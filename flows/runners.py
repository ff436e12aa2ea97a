"""Where batches run: threads over a process pool on this machine, or a Dask cluster; one setting decides."""

from __future__ import annotations

from typing import Any

from flows.settings import Settings, SettingsError, load_settings


def configured() -> dict[str, Any]:
    """Task runner and retries of a flow, as the settings in force where this process runs say."""
    settings = load_settings()
    return {
        "task_runner": make_runner(settings),
        "retries": settings.flow_retries,
        "retry_delay_seconds": settings.flow_retry_seconds,
    }


def make_runner(settings: Settings) -> Any:
    """`threads`: a thread a batch in flight, which waits for the pool. Else Dask, local or at an address."""
    if settings.task_runner == "threads":
        from prefect.task_runners import ThreadPoolTaskRunner

        return ThreadPoolTaskRunner(max_workers=settings.most_in_flight)
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError:
        raise SettingsError(
            f"task_runner {settings.task_runner} needs the cluster extra: pip install 'newstally[cluster]'"
        ) from None
    if settings.task_runner == "dask-local":
        return DaskTaskRunner(cluster_kwargs={"n_workers": settings.worker_count, "threads_per_worker": 1})
    return DaskTaskRunner(address=settings.task_runner)
