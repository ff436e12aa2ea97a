"""A text cut where its highlights begin and end, so that overlapping ones can be shown.

>>> pieces("arrested 120 people", [Highlight(9, 12, "figure", "f1")])
[('arrested ', ()), ('120', (Highlight(start=9, end=12, kind='figure', key='f1'),)), (' people', ())]
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple


class Highlight(NamedTuple):
    """A span of the text, half-open, with its kind (figure, person, org, place, norp, date) and the id of its row."""

    start: int
    end: int
    kind: str
    key: str


def pieces(text: str, highlights: Sequence[Highlight]) -> list[tuple[str, tuple[Highlight, ...]]]:
    """The text in pieces, each with the highlights that cover it; spans outside of the text are left out."""
    kept = sorted(h for h in highlights if 0 <= h.start < h.end <= len(text))
    edges = sorted({0, len(text), *(h.start for h in kept), *(h.end for h in kept)})
    found = []
    open_now: list[Highlight] = []
    coming = iter(kept)
    following = next(coming, None)
    for start, end in pairwise(edges):
        open_now = [h for h in open_now if h.end > start]
        while following is not None and following.start <= start:
            open_now.append(following)
            following = next(coming, None)
        found.append((text[start:end], tuple(open_now)))
    return found
