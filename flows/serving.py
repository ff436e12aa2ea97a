"""The flows by schedule on one machine: `newstally serve`.

python -m flows.serving     serves by the settings until it is terminated
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable
from typing import Any

from flows import terminal
from flows.server import start_server
from flows.settings import Settings, load_settings


def serve_flows(settings: Settings) -> None:
    """Ingest the inbox, publish and check by the schedules of the settings until Ctrl-C.

    A run that is due while the one before it is still at work is skipped. ServerFailed: no Prefect API.
    """
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
    server = start_server(settings.prefect_api_url, scheduler=True)
    try:
        from prefect import serve

        server.wait()
        terminal.say(f"Prefect API: {server.url}")
        terminal.say(
            f"ingest {settings.inbox} every {settings.ingest_every_minutes:g} minutes into {settings.lake}, "
            f"publish at `{settings.publish_cron}`, check at `{settings.validate_cron}`; Ctrl-C stops"
        )
        serve(*deployments(settings), print_starting_message=False, pause_on_shutdown=False)
    finally:
        server.stop()


def serve_until_interrupted() -> None:
    """Serve in a process group of its own, so that Ctrl-C reaches us alone and every run ends in order."""
    command = [sys.executable, "-W", "ignore", "-m", "flows.serving"]
    stopping = threading.Event()
    with subprocess.Popen(command, start_new_session=True, stderr=subprocess.PIPE, text=True) as serving:
        relay = threading.Thread(target=relay_lines, args=(serving.stderr, stopping), daemon=True)
        relay.start()
        try:
            code = serving.wait()
        except KeyboardInterrupt:
            terminal.say("stopping …")
            stopping.set()  # Prefect's runner ends with tracebacks of its own
            serving.terminate()
            try:
                serving.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(serving.pid, signal.SIGKILL)
            raise
        finally:
            relay.join(5)
    if code:
        raise terminal.UserError(f"the schedules ended with {code}: see above", terminal.ERROR)


def relay_lines(lines: Iterable[str] | None, stopping: threading.Event) -> None:
    """Pass on what the serving process says, until it is told to stop."""
    for line in lines or ():
        if not stopping.is_set():
            terminal.warn(line.rstrip())


def deployments(settings: Settings) -> list[Any]:
    """The deployments of prefect.yaml with the schedules of the settings."""
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.types.entrypoint import EntrypointType

    from flows.check import check
    from flows.ingest import ingest
    from flows.publish import publish

    alone = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
    common: dict[str, Any] = {"concurrency_limit": alone, "entrypoint_type": EntrypointType.MODULE_PATH}
    lake = settings.lake
    every = settings.ingest_every_minutes * 60
    return [
        ingest.to_deployment("inbox", interval=every, parameters={"lake": lake, "changed_only": True}, **common),
        publish.to_deployment("hourly", cron=settings.publish_cron, parameters={"lake": lake}, **common),
        check.to_deployment("daily", cron=settings.validate_cron, parameters={"lake": lake}, **common),
    ]


if __name__ == "__main__":
    try:
        serve_flows(load_settings())
    except KeyboardInterrupt:
        sys.exit(terminal.INTERRUPTED)
