"""A list whose numbers add up to the number before it tells of the same people.

"The crash left 12 dead: nine soldiers and three civilians" -> nine and three dead, each of 12
"""

from __future__ import annotations

from collections.abc import Sequence

from transforms.counting import Reading
from transforms.grammar import Sentence
from transforms.measures import load_measures
from transforms.values import Number

FEWEST, MOST = 2, 8  # items of a list
REACH = 8  # words behind the last item in which another "one" may stand
OPENERS = frozenset((":", "-", "--", "–", "—", ",", "("))
VERBS = frozenset("VXHMF")


def add_up(
    sentence: Sentence, tokens: Sequence[int | None], found: list[Reading | None], numbers: Sequence[Number]
) -> list[Reading | None]:
    """The readings, where a list sums up to a number of people before it as parts of that number."""
    measures = load_measures().measures
    for i, whole in enumerate(found):
        if whole is None or numbers[i].kind != "count" or numbers[i].value < FEWEST:
            continue
        if measures[whole.measure].counts != "people" or whole.measure == "people_other" or whole.of_total is not None:
            continue
        last = list_end(sentence, tokens, found, numbers, i)
        for j in range(i + 1, last):
            part = found[j]
            if part is not None:
                found[j] = as_part(part, whole, numbers[i].value)
    return found


def list_end(
    sentence: Sentence,
    tokens: Sequence[int | None],
    found: Sequence[Reading | None],
    numbers: Sequence[Number],
    i: int,
) -> int:
    """One past the last item of the list that adds up to number `i`; `i` if none does."""
    total, first = 0.0, tokens[i + 1] if i + 1 < len(tokens) else None
    if first is None or sentence.words[first - 1] not in OPENERS:
        return i
    end, whole = i + 1, numbers[i].value
    for j in range(i + 1, min(len(found), i + 1 + MOST)):
        token = tokens[j]
        if token is None or found[j] is None or numbers[j].kind != "count" or verb_between(sentence, first, token):
            break
        total, end = total + numbers[j].value, j + 1
        if total >= whole:
            break
    items = end - i - 1
    if total < whole and items:  # "seven in Gomel, three in Brest and one in Minsk": no number is read there
        last = tokens[end - 1] or first
        alone = [k for k in range(first, min(sentence.size, last + REACH)) if sentence.words[k] == "one"]
        if alone and not verb_between(sentence, first, alone[-1]):
            total, items = total + len(alone), items + len(alone)
    return end if total == whole and items >= FEWEST else i


def verb_between(sentence: Sentence, first: int, last: int) -> bool:
    """Does a finite verb stand between two words: no list then?"""
    return not VERBS.isdisjoint(sentence.tags[first:last])


def as_part(part: Reading, whole: Reading, total: float) -> Reading:
    """The reading as one of the whole's; a measure of its own is kept: "40 hurt: 30 arrested and 10 freed"."""
    if part.measure not in ("other", "people_other", whole.measure):
        return part
    if part.measure == "other" and part.rule != "measures.other.elided":
        return part
    return part._replace(
        measure=whole.measure,
        unit=part.unit or whole.unit,
        of_total=total,
        is_people=True,
        weak=False,
        verb=part.verb if part.verb is not None else whole.verb,
        extra=(*part.extra, "parts.sum"),
    )
