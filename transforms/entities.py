"""Entities within an article: which mentions name the same person, organisation or people.

>>> names = [Named("PER", 0, 20, "Alexander Lukashenko"), Named("PER", 40, 50, "Lukashenko")]
>>> [entity for entity in find_entities(names)]
['Alexander Lukashenko', 'Alexander Lukashenko']

A surname goes to the last person named in full who has it; an acronym to the name that it follows in brackets,
and failing that to the one that the lists of organisations give. Pronouns and descriptions are not attempted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from transforms.name_lists import organisation_lines
from transforms.places import fold, gazetteer

SMALL_WORDS = frozenset("of the and for in on at to de la del und des du & - –".split())
ACRONYM_MOST = 10  # letters
CORPORATE = frozenset(
    (
        "inc inc. corp corp. corporation co co. company ltd ltd. limited plc ag sa s.a. nv n.v. gmbh group holdings llc"
    ).split()
)


class Named(NamedTuple):
    """A name in the text before it is resolved, with the label of the tagger."""

    label: str  # PER, ORG, LOC, NORP
    start: int  # half-open: text[start:end] == name
    end: int
    name: str
    confidence: float = 1.0  # 0 to 1
    rule: str = ""


def find_entities(names: Sequence[Named], expansions: dict[str, str] | None = None) -> list[str]:
    """The canonical form of each name, in order; `expansions`: acronyms that the article explains."""
    people = People(names)
    companies = company_names(names)
    entities = []
    for named in names:
        if named.label == "PER":
            entities.append(people.full_name(named))
        elif named.label == "ORG":
            name = named.name.replace("’", "'")
            entities.append((expansions or {}).get(name) or companies.get(name) or listed_organisation(name))
        elif named.label == "NORP":
            entities.append(one_of_people(named.name))
        else:
            entities.append(named.name)
    return entities


class People:
    """The persons an article names in full, by their surnames and given names."""

    def __init__(self, names: Sequence[Named]) -> None:
        self.holders: dict[str, list[tuple[int, tuple[str, str]]]] = {}  # surname -> where, and first and last name
        self.given: dict[str, list[tuple[int, tuple[str, str]]]] = {}
        self.longest: dict[tuple[str, str], str] = {}  # "John Bolton" and "John R. Bolton" are one
        for named in names:
            if named.label == "PER" and " " in named.name:
                ends = ends_of(named.name)
                self.given.setdefault(ends[0], []).append((named.start, ends))
                self.holders.setdefault(ends[1], []).append((named.start, ends))
                known = self.longest.get(ends, "")
                self.longest[ends] = max(known, named.name, key=lambda form: (len(form), form))

    def full_name(self, named: Named) -> str:
        if " " in named.name:
            return self.longest[ends_of(named.name)]
        holders = self.holders.get(named.name) or self.given.get(named.name)
        if not holders:
            return named.name
        # The last one named before it; a headline goes before the full name.
        before = bisect_left(holders, (named.start, ("", "")))
        return self.longest[holders[max(0, before - 1)][1]]


def ends_of(name: str) -> tuple[str, str]:
    """First and last word of a name, without "Jr."."""
    words = [word for word in name.split() if word not in ("Jr.", "Jr", "Sr.", "Sr", "II", "III")]
    return (words[0], words[-1]) if words else (name, name)


def company_names(names: Sequence[Named]) -> dict[str, str]:
    """ "Acme" -> "Acme Inc" where the article has both."""
    short: dict[str, str] = {}
    for named in names:
        if named.label == "ORG":
            words = named.name.split()
            if len(words) > 1 and words[-1].lower() in CORPORATE:
                short.setdefault(" ".join(words[:-1]), named.name)
    return short


def is_acronym(short: str, long: str) -> bool:
    """Whether the letters of the short name are the first letters of the long one's words, in order."""
    letters = short.replace(".", "").replace("-", "")
    if not 2 <= len(letters) <= ACRONYM_MOST or sum(map(str.isupper, letters)) < 2:
        return False
    words = [word for word in long.replace("-", " ").split() if word]
    large = "".join(word[0] for word in words if word.lower() not in SMALL_WORDS).upper()
    every = "".join(word[0] for word in words).upper()
    wanted = letters.upper()
    if wanted in (large, every):
        return True
    # "Polisario" and "COSATU" take more than first letters: they must run through the name in order.
    rest = iter(long.upper())
    return len(words) >= len(letters) / 2 and wanted[0] == every[:1] and all(letter in rest for letter in wanted)


@cache
def listed() -> dict[str, str]:
    """Names and acronyms of the lists that one organisation alone has -> the first of its names that is spelled out."""
    owners: dict[str, set[str]] = {}
    for forms in organisation_lines():
        first = spelled_out(forms)
        for form in forms:
            owners.setdefault(form, set()).add(first)
    return {form: next(iter(firsts)) for form, firsts in owners.items() if len(firsts) == 1}


def spelled_out(forms: Sequence[str]) -> str:
    """The first of the names, or where that is an acronym the one that it stands for."""
    first = forms[0]
    if not first.isupper():
        return first
    long = [form for form in forms if " " in form and not form.startswith(first)]
    alike = [form for form in long if form[0] == first[0]]
    return next((form for form in long if is_acronym(first, form)), alike[0] if alike else first)


def listed_organisation(name: str) -> str:
    return listed().get(name, name)


def one_of_people(name: str) -> str:
    """ "Belarusians" -> "Belarusian" """
    demonyms = gazetteer().demonyms
    if name.endswith("s") and fold(name) not in demonyms and fold(name[:-1]) in demonyms:
        return name[:-1]
    return name
