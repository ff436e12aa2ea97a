"""`newstally ingest`: documents into the lake."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from flows import terminal
from flows.options import (
    Author,
    FieldNames,
    LakeFolder,
    Language,
    Outlet,
    Published,
    Title,
    Url,
    field_names,
    overrides_of,
)

PANEL = "Tables from text"


def command(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            help="Files, folders, globs, addresses; - : standard input. Default: the inbox.", show_default=False
        ),
    ] = None,
    lake: LakeFolder = None,
    published: Published = None,
    title: Title = None,
    author: Author = None,
    outlet: Outlet = None,
    url: Url = None,
    language: Language = None,
    field: FieldNames = None,
    workers: Annotated[int | None, typer.Option(help="Processes that extract; else the setting.", min=0)] = None,
    publish: Annotated[bool, typer.Option(help="Publish when everything is in.")] = True,
) -> None:
    """Read documents, extract, validate, and add what is new to the lake.

    What the lake holds already is skipped, so the same command goes on where a stopped run ended.
    """
    from flows.settings import load_settings

    settings = load_settings(lake=lake, workers=workers, outlet=None)
    sources = paths or [settings.inbox]
    check_paths(sources)
    overrides = overrides_of(published=published, title=title, author=author, outlet=outlet, url=url, language=language)
    try:
        tally = ingest(settings, sources, overrides, field_names(field), publish=publish)
    except KeyboardInterrupt:
        terminal.warn("what is committed stays: run the same command again to go on")
        raise
    tell(tally, settings.lake)
    if tally["rejected"]:
        raise typer.Exit(terminal.LEFT_OUT)


def ingest(
    settings: Any, sources: list[str], overrides: dict[str, str], fields: dict[str, str], *, publish: bool
) -> dict[str, Any]:
    """Run the flow; fails early where the lake cannot be written."""
    from flows.engine import call_flow
    from flows.lakes import open_lake

    tally: dict[str, Any] = call_flow(
        settings,
        "ingest",
        with_pool=True,
        meanwhile=lambda: open_lake(settings, create=True).close(),
        paths=sources,
        lake=settings.lake,
        overrides=overrides,
        fields=fields,
        workers=settings.workers or None,
        publish_after=publish,
    )
    return tally


def check_paths(sources: list[str]) -> None:
    """UserError where nothing that was named exists: a lake made for a typing error helps nobody."""
    from glob import has_magic

    local = [source for source in sources if source != "-" and "://" not in source and "::" not in source]
    if local and len(local) == len(sources) and not any(has_magic(path) or exists(path) for path in local):
        told = terminal.one_line(", ".join(local), 300)
        raise terminal.UserError(f"{told}: nothing there: check the path")


def exists(path: str) -> bool:
    """Whether something is there, readable or not."""
    try:
        return Path(path).exists() or Path(path).is_symlink()
    except (OSError, ValueError):
        return True  # too long, not permitted: the reader says what is wrong


def tell(tally: dict[str, Any], lake: str) -> None:
    """What the run did, for a person or as JSON."""
    if terminal.output.json:
        terminal.write_json(tally)
        return
    for line in tally["examples"]:
        terminal.warn(f"left out: {line}")
    counts = tally["counts"]
    terminal.say(
        f"{counts['documents_read']:,} documents read: {counts['articles_new']:,} new articles"
        f"{revised(counts['articles_revised'])}, {counts['articles_seen_again']:,} seen again; "
        f"{counts['figures_new']:,} figures, {counts['mentions_new']:,} mentions ({tally['seconds']:.1f} s)"
    )
    if tally["rejected"]:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(tally["rejected"].items()))
        terminal.warn(f"left out {sum(tally['rejected'].values()):,}: {reasons}; see `newstally quarantine list`")
    if tally["warnings"]:
        reasons = ", ".join(f"{rule} {count:,}" for rule, count in sorted(tally["warnings"].items()))
        terminal.say(f"kept with a warning: {reasons}")
    if tally["published"]:
        terminal.say(f"published: {Path(lake) / 'newstally.duckdb'}")


def revised(count: int) -> str:
    """ " (3 of them revisions)", or nothing."""
    return f" ({count:,} of them revisions)" if count else ""
