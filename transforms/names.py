"""Names: persons, organisations, places and nationalities that a text names.

>>> [(mention.kind, mention.quote) for mention in find_names("Alexander Lukashenko spoke in Minsk.")]
[('PERSON', 'Alexander Lukashenko'), ('PLACE', 'Minsk')]
"""

from __future__ import annotations

from collections.abc import Sequence

from transforms.places import Place, resolve_demonym, resolve_place
from transforms.sentences import find_sentences
from transforms.tagger import TaggedSpan, builtin_tagger
from transforms.values import Mention

KINDS = {"PER": "PERSON", "ORG": "ORG", "LOC": "PLACE", "NORP": "NORP"}


def find_names(text: str, sentences: Sequence[tuple[int, int]] | None = None) -> list[Mention]:
    """Mentions in the text, left to right, none overlapping; `sentences` as of `find_sentences`."""
    return find_all_names([text], None if sentences is None else [sentences])[0]


def find_all_names(
    texts: Sequence[str], sentences: Sequence[Sequence[tuple[int, int]]] | None = None
) -> list[list[Mention]]:
    """The mentions of each article: the same as one by one, and twice as fast."""
    sentences = [find_sentences(text) for text in texts] if sentences is None else sentences
    tagged = builtin_tagger().tag(texts, sentences)
    return [
        [as_mention(text, span) for span in spans if span.label in KINDS]
        for text, spans in zip(texts, tagged, strict=True)
    ]


def as_mention(text: str, span: TaggedSpan) -> Mention:
    name = text[span.start : span.end]
    place: Place | None = resolve_place(name) if span.label == "LOC" else None
    country = place.country if place else resolve_demonym(name) if span.label == "NORP" else None
    return Mention(
        kind=KINDS[span.label],
        quote=name,
        quote_start=span.start,
        quote_end=span.end,
        entity=place.name if place else name,
        title=None,
        role=None,
        country=country,
        place_precision=place.precision if place else None,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        confidence=round(span.confidence, 3),
        rule="names.tagger",
    )
