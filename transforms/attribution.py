"""Whom the text names as the source of a figure: the shortest noun phrase as written, without titles.

>>> text = "At least 12 people died, the interior ministry said."
>>> sentence = read_sentence(text, 0, len(text), [(9, 11, 0, 11, True)], [])
>>> start, end, rule = find_source(sentence, 2, [])
>>> text[start:end], rule
('the interior ministry', 'attribution.after')
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from transforms.grammar import Sentence, skip_phrase

Source = tuple[int, int, str]  # span in the text and the rule


@dataclass(frozen=True, slots=True)
class AttributionRules:
    """The words of attribution.toml."""

    verbs: frozenset[str]
    with_clause: frozenset[str]
    titles: frozenset[str]


@cache
def load_attribution(language: str = "en") -> AttributionRules:
    """The packaged rules, read once."""
    path = files("transforms") / "rules" / language / "attribution.toml"
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return AttributionRules(
        frozenset(content["verbs"]), frozenset(content["with_clause"]), frozenset(content["titles"])
    )


def find_source(sentence: Sentence, number: int, names: Sequence[tuple[int, int]]) -> Source | None:
    """The source of the number at a token; `names` are the spans of people and organisations named.

    A pronoun is no source: None.
    """
    rules = load_attribution()
    if found := by_phrase(sentence, names, rules):
        return found
    return by_verb_before(sentence, number, names, rules) or by_verb_after(sentence, number, names, rules)


ACCORDING = frozenset({"according"})


def by_phrase(sentence: Sentence, names: Sequence[tuple[int, int]], rules: AttributionRules) -> Source | None:
    """ "according to the union"."""
    if not sentence.has(ACCORDING):
        return None
    for i in range(sentence.size - 2):
        if sentence.words[i] == "according" and sentence.words[i + 1] == "to":
            end = skip_phrase(sentence, i + 2)
            return trimmed(sentence, i + 2, end, names, rules, "attribution.according")
    return None


def by_verb_before(
    sentence: Sentence, number: int, names: Sequence[tuple[int, int]], rules: AttributionRules
) -> Source | None:
    """ "Police said 20 …": the nearest verb of saying left of the number, and its subject."""
    tags = sentence.tags
    for i in range(number - 1, 0, -1):
        if tags[i] == ";":
            return None
        if tags[i] in "Vp" and sentence.bases[i] in rules.verbs:
            if sentence.bases[i] in rules.with_clause and not says_clause(sentence, i, number):
                continue
            if tags[i] == "p" and tags[i - 1] in "XH":
                continue
            end = i
            while end and tags[end - 1] in "aHMFt":
                end -= 1
            start = subject_start(sentence, end)
            if start < end:
                return trimmed(sentence, start, end, names, rules, "attribution.before")
    return None


def says_clause(sentence: Sentence, verb: int, number: int) -> bool:
    """Whether what follows the verb is something said: "put the toll at", "showed that"."""
    rest = sentence.words[verb + 1 : verb + 8]
    return (
        "that" in rest[:1]
        or any(word in rest for word in ("toll", "number", "figure", "turnout", "crowd", "count"))
        or verb_between(sentence, verb, number)
    )


def verb_between(sentence: Sentence, verb: int, number: int) -> bool:
    return any(letter in "VX" for letter in sentence.tags[number + 1 : number + 12]) and number - verb < 5


def by_verb_after(
    sentence: Sentence, number: int, names: Sequence[tuple[int, int]], rules: AttributionRules
) -> Source | None:
    """ "…, police said" and "…, said the mayor"."""
    tags, size = sentence.tags, sentence.size
    for i in range(number + 1, size):
        if tags[i] == ";":
            return None
        if tags[i] not in "Vp" or sentence.bases[i] not in rules.verbs or sentence.bases[i] in rules.with_clause:
            continue
        start = subject_start(sentence, i)
        if start < i and (start == 0 or tags[start - 1] in ",'-"):
            return trimmed(sentence, start, i, names, rules, "attribution.after")
        if tags[i - 1] in ",'" and i + 1 < size:
            return trimmed(sentence, i + 1, skip_phrase(sentence, i + 1), names, rules, "attribution.inverted")
        return None
    return None


def subject_start(sentence: Sentence, end: int) -> int:
    """First token of the noun phrase that ends before a verb; over an apposition in commas."""
    tags = sentence.tags
    i = end
    if i and tags[i - 1] == ",":
        opening = next(
            (j for j in range(i - 2, max(-1, i - 30), -1) if tags[j] == "," and j and tags[j - 1] in "NK"), None
        )
        if opening is not None:
            i = opening
    while i and tags[i - 1] in "DSANKOQkgPIB" and not (tags[i - 1] in "IB" and (i < 2 or tags[i - 2] not in "NK")):
        i -= 1
    return i


def trimmed(
    sentence: Sentence, start: int, end: int, names: Sequence[tuple[int, int]], rules: AttributionRules, rule: str
) -> Source | None:
    """The shortest noun phrase: the last name in it, else its words up to the first preposition but "of"."""
    tags, words = sentence.tags, sentence.words
    while end > start and tags[end - 1] not in "NKPQ":
        end -= 1
    if start >= end or (end - start == 1 and tags[start] == "P") or tags[start] == "P":
        return None
    begin_at, end_at = sentence.starts[start], sentence.ends[end - 1]
    inside = [name for name in names if begin_at <= name[0] and name[1] <= end_at]
    if inside and tags[start] not in "DS":
        return inside[-1][0], inside[-1][1], rule
    stop = start
    while stop < end and not (tags[stop] in "IB," and stop > start):
        stop += 1
    while stop > start and tags[stop - 1] not in "NKQ":
        stop -= 1
    begin = start
    while (
        begin + 1 < stop
        and words[begin].rstrip(".") in rules.titles
        and tags[begin + 1] in "KAN"
        and any(tags[k] == "K" for k in range(begin + 1, stop))
    ):
        begin += 1
    if begin >= stop:
        return None
    return sentence.starts[begin], sentence.ends[stop - 1], rule
