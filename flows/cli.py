"""The command `newstally`: finds the commands in `flows/commands`, and turns every failure into one clear line.

>>> "ingest" in command_names()
True
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from typing import Annotated, Any

import typer
import typer.core

import flows.commands
from flows import terminal

PANELS = ("Tables from text", "Ask", "Look after the lake", "Set up")


def main(arguments: list[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: list[str]) -> int:
    """The exit code of one command line; every failure has been told on standard error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if "_NEWSTALLY_COMPLETE" in os.environ:
        from typer.completion import completion_init  # type: ignore[attr-defined]

        completion_init()
    try:
        result = typer.main.get_command(app)(args=arguments, prog_name="newstally", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else terminal.OK
    except (KeyboardInterrupt, typer.Abort):
        terminal.warn("newstally: stopped")
        return terminal.INTERRUPTED
    except BrokenPipeError:  # `newstally … | head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return terminal.OK
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else terminal.ERROR
    except Exception as error:
        if terminal.output.debug:
            import traceback

            traceback.print_exc()
        return tell(error)


def tell(error: Exception) -> int:
    """Print what went wrong, a line a problem; the exit code that goes with it."""
    if hasattr(error, "exit_code") and not hasattr(error, "format_message"):  # typer.Exit
        return int(error.exit_code)
    if hasattr(error, "format_message"):  # a wrong command line
        context = getattr(error, "ctx", None)
        path = context.command_path if context else "newstally"
        terminal.warn(f"newstally: {error.format_message()}\nTry `{path} --help`.")
        return terminal.USAGE
    for line in error_lines(error):
        terminal.warn(f"newstally: {line}")
    return error.code if isinstance(error, terminal.UserError) else terminal.ERROR


def error_lines(error: Exception) -> list[str]:
    """What a person can use of an error; a type's name only where the message alone would say nothing."""
    message = str(error).strip()
    if isinstance(error, OSError) and error.filename is not None:
        return [f"{error.filename}: {error.strerror or message}"]
    if isinstance(error, terminal.UserError) or type(error).__module__.partition(".")[0] in OWN_PACKAGES:
        return message.splitlines() or [type(error).__name__]
    first = message.splitlines()[0] if message else ""
    line = f"{type(error).__name__}: {first}" if first else type(error).__name__
    return [line if terminal.output.debug else f"{line} (--debug shows where)"]


OWN_PACKAGES = ("flows", "warehouse", "transforms", "schemas")


class CommandFolder(typer.core.TyperGroup):
    """A group whose commands are the modules of `flows.commands`, imported when they are needed."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names in the order of the panels, then of the alphabet."""
        return sorted(command_names(), key=lambda name: (panel_rank(name), name))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, with the options that all commands share; None where there is none."""
        return load_command(cmd_name) if cmd_name in command_names() else None


def command_names() -> list[str]:
    """Every command; nothing is imported."""
    modules = pkgutil.iter_modules(flows.commands.__path__)
    return [module.name.replace("_", "-") for module in modules if not module.name.startswith("_")]


def panel_rank(name: str) -> int:
    """Where the command's panel stands in the help."""
    panel = getattr(command_module(name), "PANEL", PANELS[-1])
    return PANELS.index(panel) if panel in PANELS else len(PANELS)


def command_module(name: str) -> Any:
    """The module that holds a command."""
    return importlib.import_module(f"flows.commands.{name.replace('-', '_')}")


def load_command(name: str) -> Any:
    """A command ready to run."""
    module = command_module(name)
    panel = getattr(module, "PANEL", PANELS[-1])
    command: Any
    if hasattr(module, "app"):
        command = typer.main.get_command(module.app)
    else:
        single = typer.Typer(add_completion=False)
        single.command(name)(module.command)
        command = typer.main.get_command(single)
    command.name = name
    command.rich_help_panel = panel
    add_common_options(command)
    return command


def common_options(
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say only what went wrong.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """The options of every command."""


def add_common_options(command: Any) -> None:
    """Give a command, and those below it, --quiet, --json and --debug where it does not define them itself."""
    below = getattr(command, "commands", None)
    if below is not None:
        for child in below.values():
            add_common_options(child)
        return
    shared = typer.Typer(add_completion=False)
    shared.command()(common_options)
    taken = {flag for param in command.params for flag in getattr(param, "opts", ())}
    for option in typer.main.get_command(shared).params:
        if option.name in ("quiet", "json", "debug") and not taken & set(option.opts):
            option.expose_value = False
            option.callback = remember
            option.is_eager = True
            command.params.append(option)


def remember(context: Any, option: Any, value: Any) -> Any:
    """Keep what --quiet, --json or --debug say for the rest of the run."""
    setattr(terminal.output, option.name, bool(value) or getattr(terminal.output, option.name))
    return value


app = typer.Typer(
    cls=CommandFolder,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=terminal.EXIT_CODES,
)


def print_version(wanted: bool) -> None:
    """Print the version of newstally and leave."""
    if wanted:
        from importlib.metadata import version

        print(f"newstally {version('newstally')}")
        raise typer.Exit


@app.callback()
def newstally(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", is_eager=True, callback=print_version)
    ] = False,
) -> None:
    """Raw news text in, quotable rows out: articles, mentions and figures as Parquet, with SQL over them."""


if __name__ == "__main__":
    main()
