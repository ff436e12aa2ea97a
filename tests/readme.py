"""The commands of README.md and what they print.

A fence ```console holds commands, each after "$ ", and under it what it prints on standard output. They run in one
folder, in order, with the lake of the sample articles. `python -m tests.readme` writes the outputs anew.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
FENCE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STANDS_FOR = {"make demo": "newstally demo"}
"""What a fence says to a newcomer, and what it comes down to once .venv is there."""


def commands(fence: str) -> list[tuple[str, str]]:
    """The commands of a fence, each with what it is said to print."""
    found: list[tuple[str, str]] = []
    for part in re.split(r"^\$ ", fence, flags=re.MULTILINE)[1:]:
        lines = part.split("\n")
        length = 1
        while lines[length - 1].endswith("\\"):
            length += 1
        while "\n".join(lines[:length]).count('"') % 2:
            length += 1
        found.append(("\n".join(lines[:length]), "\n".join(lines[length:]).strip("\n")))
    return found


def run(command: str, folder: Path) -> str:
    """What a command prints, run as a reader would in a terminal of 120 columns."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "120",
        "NO_COLOR": "1",
    }
    done = subprocess.run(
        STANDS_FOR.get(command, command),
        shell=True,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    if done.returncode not in (0, 3):
        raise RuntimeError(f"{command}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
    return "\n".join(line.rstrip() for line in done.stdout.splitlines()).strip("\n")


def furnish(folder: Path) -> None:
    """Lay the sample articles where a clone has them."""
    samples = Path("flows") / "samples" / "articles"
    shutil.copytree(ROOT / samples, folder / samples)


def outputs(folder: Path) -> list[tuple[str, str, str]]:
    """Every command of README.md with what it is said to print and what it prints."""
    furnish(folder)
    text = README.read_text(encoding="utf-8")
    return [(command, said, run(command, folder)) for fence in FENCE.findall(text) for command, said in commands(fence)]


def rewritten(folder: Path) -> str:
    """README.md with the outputs of today."""
    furnish(folder)

    def renewed(fence: re.Match[str]) -> str:
        parts = [f"$ {command}\n{run(command, folder)}".rstrip() for command, _ in commands(fence[1])]
        return "```console\n" + "\n".join(parts) + "\n```"

    return FENCE.sub(renewed, README.read_text(encoding="utf-8"))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        README.write_text(rewritten(Path(scratch)), encoding="utf-8")
