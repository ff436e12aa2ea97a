"""What the person at the keyboard sees: results on standard output, everything else on standard error.

Text from documents is printed without control characters, so that a headline cannot move the cursor, ring
the bell or rewrite what stands above it.

>>> plain("\\x1b[31mRed\\x1b[0m headline")
'[31mRed[0m headline'
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

OK, ERROR, USAGE, LEFT_OUT, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes: done; failed; wrong command line; done, but something was left out; stopped by Ctrl-C."""

EXIT_CODES = "Exit codes: 0 done, 1 failed, 2 wrong command line, 3 done but something was left out, 130 stopped."

# C0 without tab and line feed, DEL, C1, and the marks that reorder the display (Unicode TR 36)
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\ud800-\udfff]")
UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(slots=True)
class Output:
    """What the options --quiet, --json and --debug say; set once, before a command runs."""

    quiet: bool = False
    json: bool = False
    debug: bool = False


output = Output()


class UserError(Exception):
    """A failure that needs no traceback: the message says what was wrong and what to do."""

    def __init__(self, message: str, code: int = ERROR) -> None:
        super().__init__(message)
        self.code = code


def plain(text: object) -> str:
    """The text without control characters and without marks that reorder the line."""
    return CONTROLS.sub("", str(text))


def one_line(text: object, length: int = 0) -> str:
    """The text on one line, shortened with an ellipsis where it is longer than `length` (0: never)."""
    line = " ".join(plain(text).split())
    return line if not length or len(line) <= length else line[: length - 1].rstrip() + "…"


def say(message: object) -> None:
    """A line of progress or result for a person, on standard error; nothing with --quiet."""
    if not output.quiet:
        warn(message)


def warn(message: object) -> None:
    """A line that is shown even with --quiet, on standard error."""
    with contextlib.suppress(BrokenPipeError):
        print(plain(message), file=sys.stderr, flush=True)


def write(line: object) -> None:
    """A line of the result, on standard output."""
    print(plain(line))


def json_text(value: object) -> str:
    """One line of JSON; dates as ISO 8601, control characters and lone surrogates escaped."""
    text = json.dumps(value, ensure_ascii=False, default=json_value)
    return UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def json_value(value: object) -> object:
    """A value that JSON has no type for."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Iterable):
        return list(value)
    return str(value)


def write_json(value: object) -> None:
    """A value as one line of JSON on standard output."""
    print(json_text(value))


def console(*, error: bool = False) -> Console:
    """A rich console; colours only on a terminal."""
    from rich.console import Console

    stream = sys.stderr if error else sys.stdout
    width = None if stream.isatty() or os.environ.get("COLUMNS") else 140
    return Console(file=stream, highlight=False, soft_wrap=False, width=width)


def write_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    title: str | None = None,
    right: Sequence[str] = (),
    fold: Sequence[str] = (),
) -> None:
    """A table on standard output: numbers flush right, long text folded in the columns named."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, title_style="bold")
    for column in columns:
        table.add_column(
            column, justify="right" if column in right else "left", overflow="fold" if column in fold else "ellipsis"
        )
    for row in rows:
        table.add_row(*(Text(cell_text(cell)) for cell in row))
    console().print(table)


def write_records(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows as blocks of a line a column, nulls left out: for more columns than fit side by side."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    shown = console()
    number = 0
    for number, row in enumerate(rows, start=1):
        block = Table.grid(padding=(0, 2))
        block.add_column(style="dim", no_wrap=True, min_width=max(map(len, columns)))
        block.add_column(overflow="fold")
        for column, cell in zip(columns, row, strict=True):
            if cell is not None:
                block.add_row(column, Text(cell_text(cell)))
        shown.rule(Text(f"row {number}"), align="left", style="dim")
        shown.print(Padding(block, (0, 1)))
    if not number:
        shown.print(Text(f"no rows of {', '.join(columns)}"))


def cell_text(cell: object) -> str:
    """A value as a table shows it: nothing for null, whole numbers without a decimal point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return f"{int(cell):,}"
    if isinstance(cell, float):
        return f"{cell:,.6g}"
    if isinstance(cell, int) and not isinstance(cell, bool):
        return f"{cell:,}"
    if isinstance(cell, list | tuple):
        return ", ".join(cell_text(item) for item in cell)
    return plain(cell)
