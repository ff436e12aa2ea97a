"""Figures as a person reads them: "over 7,000 people", "16 August 2020", the sentence with the numeral marked.

>>> shown_value({"value": 7000.0, "relation": "over", "kind": "count", "unit": "person"})
'over 7,000 people'
>>> shown_dates(date(2020, 8, 10), date(2020, 8, 16))
'10–16 Aug 2020'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flows import terminal

COLUMNS = (
    ("measure", 0, 15),
    ("says", 3, 14),
    ("when", 3, 12),
    ("where", 3, 14),
    ("source", 3, 12),
    ("sentence", 8, 30),
)
"""Heading, share of the width that is left (0: as wide as its widest cell), least width."""

RELATIONS = {"approx": "about ", "over": "over ", "under": "under "}


def write_figures(figures: Iterable[Mapping[str, Any]], *, title: str | None = None, around: int = 0) -> None:
    """A table of figures on standard output, a row each, with the sentence that states it.

    `around` cuts long sentences to so many characters on either side of the numeral; 0 shows them whole.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(title) if title else None,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        expand=True,
    )
    for name, ratio, least in COLUMNS:
        table.add_column(name, ratio=ratio or None, min_width=least, overflow="fold", no_wrap=not ratio)
    for figure in figures:
        status = "" if figure["status"] == "asserted" else f" ({figure['status']})"
        where = ", ".join(part for part in (figure["place"], figure["country"]) if part)
        cells = (
            figure["measure"] + status,
            shown_value(figure),
            shown_dates(figure["date_start"], figure["date_end"]),
            where,
            figure["attribution"] or "",
        )
        table.add_row(*(Text(terminal.one_line(cell)) for cell in cells), marked_sentence(figure, around))
    terminal.console().print(table)


def marked_sentence(figure: Mapping[str, Any], around: int = 0) -> Any:
    """The sentence on one line, its numeral in bold; with `around`, cut at a word that far from it."""
    from rich.text import Text

    start = figure["quote_start"] - figure["sentence_start"]
    before, quote = figure["sentence"][:start], figure["quote"]
    after = figure["sentence"][start + len(quote) :]
    if around and len(before) > around:
        before = "… " + before[-around:].partition(" ")[2]
    if around and len(after) > around:
        after = after[:around].rpartition(" ")[0] + " …"
    text = Text(spaced(before))
    text.append(terminal.one_line(quote), style="bold")
    text.append(spaced(after))
    return text


def spaced(piece: str) -> str:
    """A piece of a sentence on one line, the blanks at its ends kept."""
    left = " " if piece[:1].isspace() else ""
    right = " " if piece[-1:].isspace() and piece.strip() else ""
    return left + terminal.one_line(piece) + right


def shown_value(figure: Mapping[str, Any]) -> str:
    """Value, bounds and unit in words."""
    kind, unit, relation = figure["kind"], figure.get("unit"), figure["relation"]
    if relation == "range" and figure.get("low") is not None and figure.get("high") is not None:
        number = f"{shown_number(figure['low'])} to {shown_number(figure['high'])}"
    elif relation == "vague":
        number = f"{terminal.one_line(figure.get('quote') or '')} ({shown_number(figure['value'])} or more)".strip()
    else:
        number = RELATIONS.get(relation, "") + shown_number(figure["value"])
    whole = figure.get("of_total")
    if whole is not None:
        number += f" of {shown_number(whole)}"
    if kind == "percent":
        return f"{number} %"
    if not unit:
        return number
    is_singular = kind == "money" or figure["value"] == 1
    return f"{number} {unit if is_singular else plural(unit)}"


IRREGULAR = {"person": "people", "child": "children", "foot": "feet", "life": "lives", "police": "police"}


def plural(noun: str) -> str:
    """The plural of a unit, as a table shows it.

    >>> [plural(noun) for noun in ("protester", "person", "policewoman", "city", "coach", "km")]
    ['protesters', 'people', 'policewomen', 'cities', 'coaches', 'km']
    """
    head, _, last = noun.rpartition(" ")
    lead = f"{head} " if head else ""
    if last in IRREGULAR:
        return lead + IRREGULAR[last]
    if len(last) < 3 or last.endswith("s") or not last.isalpha():
        return noun
    if last.endswith("man"):
        return lead + last[:-3] + "men"
    if last.endswith("y") and last[-2] not in "aeiou":
        return lead + last[:-1] + "ies"
    return lead + last + ("es" if last.endswith(("ch", "sh", "x", "z")) else "s")


def shown_number(value: float) -> str:
    """A number with thousands separated and no needless decimals."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.10g}"


def shown_dates(start: date | None, end: date | None) -> str:
    """An interval as short as it can be said."""
    if start is None or end is None:
        return ""
    if start == end:
        return day(start)
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        return f"{start.year}" if start.year == end.year else f"{start.year}–{end.year}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{day(end)}"
    return f"{day(start)[:-5]} – {day(end)}" if start.year == end.year else f"{day(start)} – {day(end)}"


def day(value: date) -> str:
    """ "16 Aug 2020"."""
    return f"{value.day} {value:%b} {value.year:04d}"
