"""One id for two articles in one file, told from a corrected article."""

from __future__ import annotations

import json
import re

from flows.records import SourceProblem, printable
from transforms.documents import RawDocument

SEEN_MOST = 30_000  # ids remembered a file: 20 MB
LEAD = 300  # characters of the text remembered with each
SAME_STORY = 0.25  # share of longer words: of 20,000 pairs of unrelated wire leads 0.9 percent reach it, median 0.08


class Repeats:
    """Tells one id for two articles from a corrected article, within the last thirty thousand ids of a file.

    A second text under an id is a revision while it shares words of headline and lead with the first: tolls
    change, places and names stay. Where it shares nearly none, one of the two ids is wrong, and to take it
    for a revision would close the figures of an article that nobody corrected.
    """

    def __init__(self) -> None:
        self.seen: dict[str, str] = {}

    def problem(self, document: RawDocument, shown: str) -> SourceProblem | None:
        """The problem of a document whose id belongs to another article; None for any other document."""
        name = document.given.get("url") or document.given.get("id")
        if not name or not isinstance(document.content, str):
            return None
        start = f"{document.given.get('title', '')} {document.content[:LEAD]}"
        before = self.seen.setdefault(name, start)
        if len(self.seen) > SEEN_MOST:
            del self.seen[next(iter(self.seen))]
        if before == start or same_story(before, start):
            return None
        return SourceProblem(
            path=shown,
            position=document.position,
            reason="record.duplicate_id",
            detail=f"{document.position} has the id {printable(name)[:80]!r} of another article: give it its own id",
            content=json.dumps({**document.given, "text": document.content}).encode(),
        )


def same_story(one: str, other: str) -> bool:
    """Whether two leads share enough of their longer words to be versions of one text."""
    words, others = (set(re.findall(r"[^\W\d_]{4,}", text.casefold())) for text in (one, other))
    least = min(len(words), len(others))
    return least < 5 or len(words & others) >= SAME_STORY * least
