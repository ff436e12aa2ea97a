"""What several commands ask in the same words."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.terminal import USAGE, UserError

Published = Annotated[str | None, typer.Option(help="Publication date of every document: YYYY-MM-DD.")]
Title = Annotated[str | None, typer.Option(help="Headline of every document.")]
Author = Annotated[list[str] | None, typer.Option(help="Author of every document; repeat for several.")]
Outlet = Annotated[str | None, typer.Option(help="Who published them.")]
Url = Annotated[str | None, typer.Option(help="Address of the article.")]
Language = Annotated[str | None, typer.Option(help="ISO 639-1 language of every document; else it is detected.")]
FieldNames = Annotated[
    list[str] | None,
    typer.Option("--field", metavar="NAME=OTHER", help="Our field NAME is called OTHER in the input: text=body."),
]
LakeFolder = Annotated[str | None, typer.Option("--lake", help="Folder of the lake; else the setting.")]


def overrides_of(
    *,
    published: str | None = None,
    title: str | None = None,
    author: list[str] | None = None,
    outlet: str | None = None,
    url: str | None = None,
    language: str | None = None,
) -> dict[str, str]:
    """What the command line says of every document, by the field's name; UserError for a date that is none."""
    from datetime import date

    if published is not None:
        try:
            date.fromisoformat(published)
        except ValueError:
            raise UserError(f"--published {published}: not a date: write YYYY-MM-DD, as in 2020-08-17", USAGE) from None
    said = {
        "published": published,
        "title": title,
        "authors": "; ".join(author) if author else None,
        "outlet": outlet,
        "url": url,
        "language": language,
    }
    return {name: value for name, value in said.items() if value}


def field_names(given: list[str] | None) -> dict[str, str]:
    """`--field text=body` as a mapping; UserError where it is none."""
    names = {}
    for pair in given or []:
        ours, sign, theirs = pair.partition("=")
        if not (ours and sign and theirs):
            raise UserError(f"--field {pair}: write our name, =, and the name in the input: --field text=body", USAGE)
        names[ours.strip()] = theirs.strip()
    return names
