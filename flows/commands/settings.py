"""`newstally settings`: every setting, its value and where that comes from."""

from __future__ import annotations

from typing import Annotated

import typer

from flows import terminal
from flows.settings import Settings, default_text, load_settings, markdown_table, origin_of

PANEL = "Set up"


def command(
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the table of docs/settings.md.")] = False,
) -> None:
    """Show every setting, its value and where it was set: newstally.toml, NEWSTALLY_* or the default."""
    if markdown:
        print(markdown_table(), end="")
        return
    settings = load_settings()
    rows = [
        (name, shown(getattr(settings, name)), default_text(name), origin_of(name, {}), field.description or "")
        for name, field in Settings.model_fields.items()
    ]
    columns = ("setting", "value", "default", "set by", "meaning")
    if terminal.output.json:
        terminal.write_json([dict(zip(columns, row, strict=True)) for row in rows])
        return
    terminal.write_table(columns, rows, fold=("value", "default", "meaning"))


def shown(value: object) -> str:
    """A value as the table shows it; secrets stay hidden."""
    return "–" if value is None else str(value)
