"""The Prefect API that the flows of one command line talk to: the configured one, else a process of our own.

Measured on two cores: Prefect's own ephemeral server takes 6 to 12 s before the first task runs; this
process, started before anything else is imported, is there after 3 s. Its data base is a copy of an empty one
that the first run on a machine prepares (9 s), so that two commands at once never share one.

    python -m flows.server PORT PARENT     runs the server until the process PARENT is gone
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
import urllib.request
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "ERROR",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_CLI_PROMPT": "false",
}
"""No telemetry, no log lines between ours; whatever the user has set stays."""

ONLY_API = {"PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1"}
"""Leaves out the services that a single run does not need: scheduling, late runs, automations."""

PREPARED = {
    "PREFECT_SERVER_DATABASE_MIGRATE_ON_START": "false",
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
}
"""A copied data base is migrated and holds the block types already: 0.7 s less."""

WAIT = 90.0
"""Seconds until a server that does not answer is given up: a loaded machine takes 20."""


class ServerFailed(RuntimeError):
    """No Prefect API answers; the message says where and what its log says."""


@dataclass(slots=True)
class Server:
    """A Prefect API, perhaps still starting."""

    url: str
    process: subprocess.Popen[bytes] | None = None  # None: somebody else's server
    home: Path | None = None
    template: Path | None = None  # where the empty data base is kept, if this run prepares it

    def wait(self, timeout: float = WAIT) -> None:
        """Return when the API answers; ServerFailed says why it does not."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if answers(self.url):
                self.keep_template()
                return
            if self.process is not None and self.process.poll() is not None:
                break
            time.sleep(0.05)
        if self.process is None:
            raise ServerFailed(f"no Prefect server answers at {self.url}: start it, or unset PREFECT_API_URL")
        raise ServerFailed(f"the Prefect server did not start: {self.last_words()}")

    def last_words(self) -> str:
        """The last line of the server's log."""
        log = (self.home / "server.log").read_text(errors="replace").split("\n") if self.home else []
        return next((line.strip() for line in reversed(log) if line.strip()), "its log is empty")

    def keep_template(self) -> None:
        """Keep the data base that this run prepared for the next runs, before anything is written to it."""
        if self.template is None or self.home is None:
            return
        with contextlib.suppress(OSError, ImportError):
            import sqlite3

            self.template.parent.mkdir(parents=True, exist_ok=True)
            spare = self.template.with_suffix(f".{os.getpid()}")
            with (
                contextlib.closing(sqlite3.connect(self.home / "prefect.db")) as source,
                contextlib.closing(sqlite3.connect(spare)) as target,
            ):
                source.backup(target)
            spare.replace(self.template)
        self.template = None

    def stop(self) -> None:
        """End our own server and remove its folder; another's is left alone."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None
        if self.home is not None:
            shutil.rmtree(self.home, ignore_errors=True)


def start_server(configured: str | None = None, *, scheduler: bool = False) -> Server:
    """The configured API, else a process of our own that is starting; sets PREFECT_* for this process.

    With `scheduler`, it also starts what is due by schedule. Call before the first `import prefect`.
    """
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    url = configured or os.environ.get("PREFECT_API_URL") or profile_url()
    if url:
        os.environ["PREFECT_API_URL"] = url
        return Server(url=url)
    home = Path(tempfile.mkdtemp(prefix="newstally-prefect-"))
    template = state_folder() / f"prefect-{version('prefect')}.db"
    with contextlib.suppress(OSError):
        shutil.copyfile(template, home / "prefect.db")
    prepared = (home / "prefect.db").exists()
    port = free_port()
    os.environ["PREFECT_HOME"] = str(home)
    os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "flows.server", str(port), str(os.getpid())],
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us: the run's last state still has to reach it
            env={
                **os.environ,
                "PREFECT_UI_ENABLED": "0",
                **({} if scheduler else ONLY_API),
                **(PREPARED if prepared else {}),
            },
        )
    return Server(
        url=os.environ["PREFECT_API_URL"], process=process, home=home, template=None if prepared else template
    )


def state_folder() -> Path:
    """Where newstally keeps what it can make again (XDG base directories)."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "newstally"


def profile_url() -> str | None:
    """The API address of Prefect's active profile, read without importing Prefect."""
    home = Path(os.environ.get("PREFECT_HOME") or Path.home() / ".prefect")
    file = Path(os.environ.get("PREFECT_PROFILES_PATH") or home / "profiles.toml")
    try:
        profiles = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    active = os.environ.get("PREFECT_PROFILE") or profiles.get("active")
    address = profiles.get("profiles", {}).get(active, {}).get("PREFECT_API_URL")
    return str(address) if address else None


def free_port() -> int:
    """A port of the loopback interface that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    """Whether a Prefect API answers there."""
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=2) as reply:
            return bool(reply.status == 200)
    except (OSError, ValueError):
        return False


def run_server(port: int, parent: int) -> None:
    """Run the Prefect API on the loopback interface until the parent process is gone."""

    def follow() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(0)

    threading.Thread(target=follow, daemon=True).start()
    import uvicorn

    uvicorn.run(
        "prefect.server.api.server:create_app",
        factory=True,
        host="127.0.0.1",
        port=port,
        log_level="error",
        lifespan="on",
    )


if __name__ == "__main__":
    run_server(int(sys.argv[1]), int(sys.argv[2]))
