"""Progress of a long run: a bar with rate and time left on a terminal, else a line a minute.

>>> with progress("extracting", total=2, unit="documents", style="none") as meter:
...     meter.advance(2)
>>> meter.done
2
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flows import terminal

LINE_EVERY = 60.0
"""Seconds between two lines where there is no terminal."""


@dataclass(slots=True)
class Meter:
    """Counts what is done; the total may become known, or grow, on the way."""

    what: str
    unit: str
    total: int | None = None
    done: int = 0
    began: float = field(default_factory=time.monotonic)
    _bar: Any = None
    _task: Any = None
    _lines: bool = False
    _told: float = field(default_factory=time.monotonic)

    @property
    def is_shown(self) -> bool:
        """Whether anybody sees it."""
        return self._bar is not None or self._lines

    def advance(self, count: int = 1) -> None:
        """So many more are done."""
        self.done += count
        if self._bar is not None:
            self._bar.update(self._task, completed=self.done, total=self.total)
        elif self._lines and time.monotonic() - self._told >= LINE_EVERY:
            self._told = time.monotonic()
            terminal.say(self.line())

    def expect(self, total: int | None) -> None:
        """The total as it is known now."""
        self.total = total
        if self._bar is not None:
            self._bar.update(self._task, total=total)

    def line(self) -> str:
        """Done, rate and time left in words."""
        seconds = max(time.monotonic() - self.began, 1e-9)
        rate = self.done / seconds
        of = f" of {self.total:,}" if self.total else ""
        left = f", {spoken_seconds((self.total - self.done) / rate)} left" if self.total and rate else ""
        return f"{self.what}: {self.done:,}{of} {self.unit}, {rate:,.0f} a second{left}"


@contextmanager
def progress(what: str, *, total: int | None = None, unit: str, style: str = "auto") -> Iterator[Meter]:
    """A meter that shows itself on standard error while the block runs.

    `style` is the setting `progress`: auto, bar, lines or none.
    """
    meter = Meter(what=what, unit=unit, total=total)
    if style == "auto":
        style = "bar" if sys.stderr.isatty() else "lines"
    if style == "none" or terminal.output.quiet:
        yield meter
    elif style == "bar":
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        with Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:,.0f} {task.fields[unit]}"),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=terminal.console(error=True),
            transient=True,
        ) as bar:
            meter._bar = RatedBar(bar, meter)
            meter._task = bar.add_task(what, total=total, unit=unit, rate="")
            yield meter
            meter._bar = None
    else:
        meter._lines = True
        yield meter


@dataclass(slots=True)
class RatedBar:
    """A rich progress bar that is told the rate with every step."""

    bar: Any
    meter: Meter

    def update(self, task: Any, **changes: Any) -> None:
        """Pass the step on with the rate."""
        rate = self.meter.done / max(time.monotonic() - self.meter.began, 1e-9)
        self.bar.update(task, rate=f"{rate:,.0f}/s", **changes)


def spoken_seconds(seconds: float) -> str:
    """A time as one would say it: "40 s", "12 min", "3.5 h"."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


def spoken_bytes(count: float) -> str:
    """A size as one would say it: "1.4 MB"."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"
