"""One command a file: the file's name is the command's name.

A module defines `command`, a function that typer understands (its docstring is the help), or `app`, a
`typer.Typer` of sub-commands. `PANEL` names the group in which `newstally --help` lists it. Whatever is slow
to import (prefect, great_expectations, duckdb, pyarrow) is imported inside the function. --quiet, --json and
--debug are added to every command; `flows.terminal.output` tells what was given.
"""
