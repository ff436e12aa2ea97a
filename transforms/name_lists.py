"""The lists of names and cue words, as bits a word carries.

>>> lists = name_lists()
>>> bool(lists.capitalized["minsk"] & CITY_LARGE), bool(lists.cues["ministry"] & CUE_ORG)
(True, True)

Lists of names hold for words with a capital ("Nice" is a city, "nice" is not), cue words for both.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from transforms.places import fold, gazetteer, table

GIVEN = 1 << 0
SURNAME = 1 << 1
COUNTRY = 1 << 2
REGION = 1 << 3
CITY_LARGE = 1 << 4  # from 300,000 people
CITY = 1 << 5  # from 50,000
TOWN = 1 << 6
AREA = 1 << 7
NORP = 1 << 8
ORG = 1 << 9
CUE_TITLE = 1 << 10
CUE_PERSON = 1 << 11
CUE_SPEECH = 1 << 12
CUE_LOCATIVE = 1 << 13
CUE_ORG = 1 << 14
CUE_PLACE = 1 << 15
CUE_OTHER = 1 << 16
CALENDAR = 1 << 17
IN_ORG = 1 << 18  # a word of a longer name of an organisation
IN_PLACE = 1 << 19
FIRST = 1 << 20  # the first word of a longer name: where a phrase may begin; no feature by itself
PART = 1 << 21  # a word of a longer name, after its first

FLAG_COUNT = 20  # bits below FIRST are features
PHRASE_ORG = 1
PHRASE_PLACE = 2
PHRASE_NORP = 4
PHRASE_WORDS = 6  # longer names are matched by their words only

CUES = {
    "titles": CUE_TITLE,
    "persons": CUE_PERSON,
    "speech": CUE_SPEECH,
    "locative": CUE_LOCATIVE,
    "organisations": CUE_ORG,
    "places": CUE_PLACE,
    "others": CUE_OTHER,
    "calendar": CALENDAR,
}


@dataclass(frozen=True, slots=True)
class NameLists:
    capitalized: dict[str, int]  # lower-case word -> bits, where the text writes it with a capital
    cues: dict[str, int]  # lower-case word -> bits, however it is written
    phrases: dict[tuple[str, ...], int]  # lower-case words of a longer name -> PHRASE_ bits
    parts: frozenset[str]  # the words of `phrases` after the first
    linking: frozenset[str]  # may stand between two capitalised words of one name


@cache
def name_lists() -> NameLists:
    capitalized: dict[str, int] = {}
    phrases: dict[tuple[str, ...], int] = {}

    def add(name: str, bit: int, inside: int, phrase: int) -> None:
        words = tuple(name.lower().replace("’", "'").split())
        if len(words) == 1:
            capitalized[words[0]] = capitalized.get(words[0], 0) | bit
            return
        for word in words:
            capitalized[word] = capitalized.get(word, 0) | inside
        if len(words) <= PHRASE_WORDS:
            capitalized[words[0]] |= FIRST
            phrases[words] = phrases.get(words, 0) | phrase

    for file, bit in (("given_names.txt", GIVEN), ("surnames.txt", SURNAME)):
        for name in lines(file):
            add(name, bit, 0, 0)
    places = gazetteer()
    for name, cities in places.cities.items():
        population = int(cities[0].rsplit("\t", 1)[1])
        size = CITY_LARGE if population >= 300_000 else CITY if population >= 50_000 else TOWN
        add(name, size, IN_PLACE, PHRASE_PLACE)
        written = cities[0].split("\t", 1)[0].lower()
        if written != name and fold(written) == name:  # "São Paulo" beside "sao paulo"
            add(written, size, IN_PLACE, PHRASE_PLACE)
    for name in places.sites:
        add(name, TOWN, IN_PLACE, PHRASE_PLACE)
    for name in places.countries:
        add(name, COUNTRY, IN_PLACE, PHRASE_PLACE)
    for name in places.regions:
        add(name, REGION, IN_PLACE, PHRASE_PLACE)
    for name in places.areas:
        add(name, AREA, IN_PLACE, PHRASE_PLACE)
    for name in (*places.demonyms, *lines("norps.txt")):
        add(name, NORP, 0, PHRASE_NORP)
        if not name.endswith(("s", "ese", "ish")):
            add(name + "s", NORP, 0, PHRASE_NORP)
    for name in organisations():
        add(name, ORG, IN_ORG, PHRASE_ORG)
    rules = tomllib.loads(files("transforms").joinpath("rules/en/names/cues.toml").read_text(encoding="utf-8"))
    cues: dict[str, int] = {}
    for key, bit in CUES.items():
        for word in rules[key]:
            cues[word.lower()] = cues.get(word.lower(), 0) | bit
    for word in ("of", "the", "and"):
        capitalized.pop(word, None)
    parts = frozenset(word for words in phrases for word in words[1:])
    return NameLists(capitalized, cues, phrases, parts, frozenset(rules["linking"]))


def organisations() -> Iterator[str]:
    """Every name and acronym in the lists of organisations."""
    for forms in organisation_lines():
        yield from forms


def organisation_lines() -> Iterator[list[str]]:
    """The names of each organisation, its fullest or best known first."""
    folder = files("transforms").joinpath("rules/en/names/organisations")
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                yield [name.strip() for name in line.split(";")]


def lines(name: str) -> Iterator[str]:
    return (fields[0] for fields in table(name))
