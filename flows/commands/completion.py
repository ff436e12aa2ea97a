"""`newstally completion`: what makes the shell complete commands and options."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

PANEL = "Set up"


def command(
    shell: Annotated[Literal["bash", "zsh", "fish", "powershell"], typer.Argument(help="The shell to print it for.")],
) -> None:
    """Print the completion script of a shell: newstally completion bash >> ~/.bashrc."""
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    print(get_completion_script(prog_name="newstally", complete_var="_NEWSTALLY_COMPLETE", shell=shell))
