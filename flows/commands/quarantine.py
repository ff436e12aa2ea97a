"""`newstally quarantine`: what was rejected, why, and another try for it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from flows import terminal
from flows.options import LakeFolder

PANEL = "Look after the lake"

Ids = Annotated[list[str], typer.Argument(help="Ids of entries, or how they begin.", show_default=False)]
SomeIds = Annotated[
    list[str] | None,
    typer.Argument(help="Ids of entries, or how they begin; none: all that are open.", show_default=False),
]

app = typer.Typer(add_completion=False, no_args_is_help=True, help="See, retry and drop what was rejected.")


@app.command("list")
def list_command(
    lake: LakeFolder = None,
    state: Annotated[str, typer.Option(help="open, replayed, dropped or all.")] = "open",
    limit: Annotated[int, typer.Option(help="The newest so many.", min=1)] = 100,
) -> None:
    """List rejected documents and rows, the newest first, with the reason."""
    from flows.lakes import open_lake
    from flows.settings import load_settings
    from warehouse.quarantine import list_entries

    if state not in ("open", "replayed", "dropped", "all"):
        raise terminal.UserError(f"--state {state}: open, replayed, dropped or all", terminal.USAGE)
    with open_lake(load_settings(lake=lake)) as opened:
        found = list_entries(opened, None if state == "all" else state, limit)
    if terminal.output.json:
        terminal.write_json(found)
        return
    if not found:
        terminal.write("nothing in quarantine" if state == "open" else f"nothing in quarantine is {state}")
        return
    columns = ("id", "reason", "tries", "where", "detail")
    rows = [(row["quarantine_id"], row["reason"], row["tries"], place_of(row), row["detail"]) for row in found]
    terminal.write_table(columns, rows, right=("tries",), fold=("where", "detail"))


def place_of(row: dict[str, Any]) -> str:
    """File and position, or table and article."""
    parts = (row["path"], row["position"]) if row["level"] == "document" else (row["table_name"], row["article_id"])
    return terminal.one_line(", ".join(part for part in parts if part), 120)


@app.command("show")
def show_command(
    ids: Ids,
    lake: LakeFolder = None,
    raw: Annotated[
        bool, typer.Option("--raw", help="Write the rejected bytes as they were, and nothing else.")
    ] = False,
) -> None:
    """Show entries in full, with the beginning of what was rejected."""
    import sys
    from dataclasses import asdict

    from flows.lakes import open_lake
    from flows.settings import load_settings
    from warehouse.quarantine import entries, find_entries

    with open_lake(load_settings(lake=lake)) as opened:
        full = find_entries(opened, ids)
        found = [entry for state in ("open", "replayed", "dropped") for entry in entries(opened, full, state)]
    unique = {entry.quarantine_id: entry for entry in found}
    for entry in unique.values():
        content = body_of(entry)
        if raw:
            sys.stdout.buffer.write(content or b"")
        elif terminal.output.json:
            terminal.write_json(asdict(entry) | {"content": None if content is None else text_of(content)})
        else:
            for name, value in asdict(entry).items():
                if name != "content" and value is not None:
                    terminal.write(f"{name:15}{terminal.one_line(value)}")
            kept = "not kept: read it where it stands" if content is None else f"{len(content):,} bytes"
            terminal.write(f"{'content':15}{kept}")
            for line in text_of((content or b"")[:2000]).splitlines()[:20]:
                terminal.write(f"    {terminal.one_line(line, 200)}")
            terminal.write("")


def body_of(entry: Any) -> bytes | None:
    """The rejected bytes without what the reader noted beside them."""
    from flows.spool import bytes_of, unpack

    if entry.content is None or entry.level == "row":
        return entry.content  # type: ignore[no-any-return]
    try:
        return bytes_of(unpack(entry.content))
    except ValueError:
        return entry.content  # type: ignore[no-any-return]


def text_of(content: bytes) -> str:
    """Bytes as text; what is none is shown as escapes."""
    return content.decode("utf-8", "backslashreplace")


@app.command("replay")
def replay_command(ids: SomeIds = None, lake: LakeFolder = None) -> None:
    """Try entries again: what passes now goes into the tables, and its entry is closed."""
    from flows.lakes import open_lake
    from flows.replay import replay
    from flows.settings import load_settings

    settings = load_settings(lake=lake)
    with open_lake(settings) as opened:
        done = replay(opened, settings, ids or None)
    counts = done.tally.counts
    rows = done.rows
    failed = sum(done.tally.rejected.values()) + sum(rows.failed.values())
    if terminal.output.json:
        terminal.write_json(
            {
                "tried": done.tried + rows.tried,
                "failed": failed,
                "counts": counts,
                "rows_back": rows.back,
                "rows_outdated": rows.outdated,
            }
        )
    else:
        for line in done.tally.examples + rows.examples:
            terminal.warn(f"still fails: {line}")
        terminal.say(
            f"{done.tried + rows.tried:,} tried: {counts['articles_new']:,} new articles, "
            f"{counts['articles_seen_again']:,} seen again, {failed:,} failed again"
        )
        if rows.tried:
            terminal.say(
                f"{rows.back:,} of {rows.tried:,} rows are in their tables now, {rows.outdated:,} were dropped: "
                "their article has a newer text, or rows of newer rules"
            )
        if counts["articles_new"] or rows.back:
            terminal.say("run `newstally publish` to show them")
    if failed:
        raise typer.Exit(terminal.LEFT_OUT)


@app.command("drop")
def drop_command(ids: Ids, lake: LakeFolder = None) -> None:
    """Close entries for good; their bytes are let go of."""
    from flows.lakes import open_lake
    from flows.settings import load_settings
    from transforms.version import EXTRACTOR_VERSION, rules_hash
    from warehouse.quarantine import drop_entries
    from warehouse.runs import new_run

    with open_lake(load_settings(lake=lake)) as opened:
        dropped = drop_entries(opened, ids, new_run("replay", ids, EXTRACTOR_VERSION, rules_hash()))
    if terminal.output.json:
        terminal.write_json({"dropped": dropped})
    else:
        terminal.say(f"{dropped:,} entries dropped")
