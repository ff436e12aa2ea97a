"""`newstally diff`: what two versions of the rules make of the same articles."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from flows import terminal
from flows.options import LakeFolder

PANEL = "Look after the lake"


def command(
    before: Annotated[
        str | None, typer.Argument(help="Version, rules hash or run; none: list them.", show_default=False)
    ] = None,
    after: Annotated[str | None, typer.Argument(help="The other one.", show_default=False)] = None,
    lake: LakeFolder = None,
    limit: Annotated[int, typer.Option(help="Differences shown.", min=0)] = 40,
) -> None:
    """Show figures gained, lost and changed from one version to another, by measure, with their sentences."""
    from flows.lakes import open_lake
    from flows.settings import load_settings
    from warehouse.diff import diff, versions

    with open_lake(load_settings(lake=lake)) as opened:
        if before is None or after is None:
            listed = versions(opened)
            if terminal.output.json:
                terminal.write_json(listed)
            else:
                names = ("extractor_version", "rules_hash", "figures_current", "figures_closed")
                terminal.write_table(names, [[row[name] for name in names] for row in listed], right=names[2:])
            return
        found = diff(opened, before, after)
    rows = found.rows.to_pylist()
    if terminal.output.json:
        terminal.write_json({"articles": found.articles, "by_measure": found.by_measure, "rows": rows})
        return
    terminal.write(f"{found.articles:,} articles that both versions read")
    kinds = ("gained", "lost", "changed", "same")
    tally = [(measure, *(counts[kind] for kind in kinds)) for measure, counts in found.by_measure.items()]
    terminal.write_table(("measure", *kinds), tally, right=kinds)
    shown = [(row["change"], row["measure"], row["quote"], what_changed(row), row["sentence"]) for row in rows[:limit]]
    if shown:
        terminal.write_table(("change", "measure", "quote", "what", "sentence"), shown, fold=("what", "sentence"))
    if len(rows) > limit:
        terminal.say(f"{len(rows):,} differences; the first {limit} are shown: --limit, or --json for all")


def what_changed(row: dict[str, Any]) -> str:
    """ "value: 7 → 9"."""
    import json

    if row["change"] != "changed":
        return ""
    before, after = json.loads(row["before"]), json.loads(row["after"])
    return "; ".join(f"{name}: {before[name]} → {after[name]}" for name in row["columns"])
