"""Names: persons, organisations, places and nationalities that a text names.

>>> [(m.kind, m.quote) for m in find_names("Belarusian strikers marched in Minsk.")]
[('NORP', 'Belarusian'), ('PLACE', 'Minsk')]
"""

from __future__ import annotations

from collections.abc import Sequence

from transforms.places import fold, gazetteer, resolve_demonym, resolve_place
from transforms.tokens import Tokens, tokenize
from transforms.values import Mention

LONGEST = 5  # tokens in a name of the gazetteer


def find_names(text: str, sentences: Sequence[tuple[int, int]] | None = None) -> list[Mention]:
    """Mentions in the text, left to right, none overlapping; `sentences` as of `find_sentences`."""
    tokens = tokenize(text)
    mentions = []
    i = 0
    while i < len(tokens.words):
        mention = None
        if tokens.words[i][0].isupper():
            for size in range(min(LONGEST, len(tokens.words) - i), 0, -1):
                mention = gazetteer_mention(text, tokens, i, i + size)
                if mention:
                    break
        if mention:
            mentions.append(mention)
            i += size
        else:
            i += 1
    return mentions


def gazetteer_mention(text: str, tokens: Tokens, first: int, after: int) -> Mention | None:
    start, end = tokens.starts[first], tokens.ends[after - 1]
    name = text[start:end]
    if "," in name:
        return None
    demonym = resolve_demonym(name)
    place = None if demonym else resolve_place(name)
    if not demonym and not place and fold(name) not in gazetteer().areas:
        return None
    return Mention(
        kind="NORP" if demonym else "PLACE",
        quote=name,
        quote_start=start,
        quote_end=end,
        entity=place.name if place else name,
        title=None,
        role=None,
        country=demonym or (place.country if place else None),
        place_precision=place.precision if place else None,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        confidence=0.5,
        rule="names.gazetteer",
    )
