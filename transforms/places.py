"""Places: from a name in its article to a country and coordinates.

>>> resolve_place("Minsk")
Place(name='Minsk', country='BY', precision='city', latitude=53.9, longitude=27.57)
>>> resolve_place("Paris", PlaceContext(qualifier="Texas")).country
'US'

Countries, regions, sites and other names of cities are lists of the project, cities come from GeoNames
(`transforms/training/gazetteers.py`). Coordinates are centres: `precision` says of what.
A name that several places share goes to the one that the article's other places, then its size, speak for.
"""

from __future__ import annotations

import gzip
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from math import log10
from typing import NamedTuple

COUNTRY_WEIGHT = 9.5  # decimal logarithm of a population: a country goes before a city of its name
REGION_WEIGHT = 6.8  # a region weighs as much as a city of six million
REGION_WEIGHT_SAID = 9.0  # "the state of Georgia"
CONTEXT_WEIGHT = 3.0  # a city of a country that the article names weighs as a city a thousand times its size
BEFORE_AREA = 30_000  # inhabitants of a town that goes before a continent or a river of its name
REMEMBERED = 50_000  # names whose places are kept at hand
QUALIFIER_WEIGHT = 20.0  # "Paris, Texas": nothing outweighs it


class Place(NamedTuple):
    """A place of the gazetteer."""

    name: str
    country: str  # ISO 3166-1 alpha-2
    precision: str  # country, region, city
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class PlaceContext:
    """What the article says beside the name."""

    countries: Mapping[str, float] = field(default_factory=dict)  # ISO country -> share of the article's places, 0 to 1
    qualifier: str | None = None  # "Texas" in "Paris, Texas", "CA" in "Long Beach, CA"
    region_said: bool = False  # "Washington state", "the state of Georgia"


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All places by folded name; `codes` are the abbreviations that follow a city."""

    countries: dict[str, Place]
    regions: dict[str, list[Place]]
    codes: dict[str, Place]
    cities: dict[str, list[str]]  # folded name -> lines of cities.tsv
    demonyms: dict[str, str]  # "belarusian" -> "BY"
    sites: dict[str, list[tuple[Place, float]]]  # squares, airports, camps, districts; with their weights
    areas: frozenset[str]
    divisions: dict[str, str]  # region of the US -> its postal code


NOWHERE = PlaceContext()


def resolve_place(name: str, context: PlaceContext = NOWHERE) -> Place | None:
    """The place that the name most likely stands for; None: the gazetteer does not know it."""
    candidates = place_candidates(name)
    if not candidates:
        return None
    if len(candidates) == 1:
        return candidates[0][0]
    qualifier = read_qualifier(context.qualifier)
    return max(candidates, key=lambda candidate: weight(candidate, context, qualifier))[0]


@lru_cache(maxsize=REMEMBERED)
def resolve_demonym(name: str) -> str | None:
    """ISO 3166-1 alpha-2 of a nationality ("Belarusian", "Poles"); None: of no one country."""
    demonyms = gazetteer().demonyms
    folded = fold(name)
    for form in (folded, folded.removesuffix("s"), folded.removesuffix("es")):
        if form in demonyms:
            return demonyms[form]
    return None


def is_area(name: str) -> bool:
    """Is it a continent, a sea, a river: a place that lies in no one country?"""
    return fold(name) in gazetteer().areas


def division_code(name: str) -> str | None:
    """The postal code of the US state that shares its name with a country ("GA" for "Georgia"); else None."""
    places = gazetteer()
    return places.divisions.get(name) if fold(name) in places.countries else None


@lru_cache(maxsize=REMEMBERED)
def place_candidates(name: str) -> tuple[tuple[Place, float, str], ...]:
    """Every place of this name with the decimal logarithm of its size and, for a city, its division."""
    places = gazetteer()
    folded = fold(name)
    found: list[tuple[Place, float, str]] = []
    if folded in places.countries:
        found.append((places.countries[folded], COUNTRY_WEIGHT, ""))
    for region in places.regions.get(folded, ()):
        # "Washington State" is called Washington as well, but the city comes first.
        found.append((region, REGION_WEIGHT if fold(region.name) == folded or folded not in places.cities else 5.0, ""))
    small = BEFORE_AREA if folded in places.areas else 0
    for line in places.cities.get(folded, ()):
        city, country, division, latitude, longitude, population = line.split("\t")
        if int(population) < small:
            continue  # "Asia" is no town in the Philippines, "Andes" none in Colombia
        place = Place(city, country, "city", float(latitude), float(longitude))
        found.append((place, log10(int(population) + 1), division))
    found += [(site, size, "") for site, size in places.sites.get(folded, ())]
    if not found and "." in name and name in places.codes:  # "Calif.", "N.Y."
        found.append((places.codes[name], REGION_WEIGHT, ""))
    if not found and "," in name:  # "Long Beach, CA" as one name
        city, _, rest = name.partition(",")
        qualified = resolve_place(city.strip(), PlaceContext(qualifier=rest.strip()))
        return ((qualified, 0.0, ""),) if qualified else ()
    return tuple(found)


@lru_cache(maxsize=REMEMBERED)
def place_hints(name: str) -> tuple[str | None, str | None]:
    """What a name says of others beside it: its country, if it is in one only, and the division of its largest place.

    >>> place_hints("Atlanta")
    ('US', 'US-GA')
    """
    candidates = place_candidates(name)
    if not candidates:
        return None, None
    countries = {place.country for place, _, _ in candidates}
    largest, _, division = max(candidates, key=lambda candidate: candidate[1])
    return countries.pop() if len(countries) == 1 else None, f"{largest.country}-{division}"


def weight(
    candidate: tuple[Place, float, str], context: PlaceContext, qualifier: tuple[str, str | None] | None
) -> float:
    place, size, division = candidate
    total = size + CONTEXT_WEIGHT * min(1.0, 2 * context.countries.get(place.country, 0.0))
    if place.precision == "region" and context.region_said:
        total += REGION_WEIGHT_SAID - REGION_WEIGHT + CONTEXT_WEIGHT
    if qualifier and place.country == qualifier[0] and place.precision != "country":
        exact = qualifier[1] is None or qualifier[1] == division
        total += QUALIFIER_WEIGHT if exact and place.precision == "city" else CONTEXT_WEIGHT
    return total


def read_qualifier(qualifier: str | None) -> tuple[str, str | None] | None:
    """Country and, in the US, postal code that a qualifier names: ("US", "TX") for "Texas"."""
    if not qualifier:
        return None
    places = gazetteer()
    if qualifier in places.codes:
        region = places.codes[qualifier]
        return region.country, places.divisions.get(region.name)
    folded = fold(qualifier)
    regions = places.regions.get(folded)
    country = places.countries.get(folded)
    if regions and (not country or regions[0].country == "US"):
        return regions[0].country, places.divisions.get(regions[0].name)
    return (country.country, None) if country else None


def fold(name: str) -> str:
    """Lower case without accents, leading "the" or curly apostrophes: how names are compared."""
    if not name.isascii():
        parts = unicodedata.normalize("NFKD", name.replace("’", "'").replace("ł", "l").replace("ø", "o"))
        name = "".join(part for part in parts if not unicodedata.combining(part))
    return name.lower().removeprefix("the ")


@cache
def gazetteer() -> Gazetteer:
    countries: dict[str, Place] = {}
    demonyms: dict[str, str] = {}
    for code, latitude, longitude, names, adjectives in table("countries.tsv"):
        canonical = names.split(";")[0]
        place = Place(canonical, code, "country", float(latitude), float(longitude))
        countries.update((fold(name), place) for name in names.split(";"))
        demonyms.update((fold(name), code) for name in adjectives.split(";") if name)
    regions: dict[str, list[Place]] = {}
    codes: dict[str, Place] = {}
    divisions: dict[str, str] = {}
    for code, latitude, longitude, names, abbreviations in table("regions.tsv"):
        place = Place(names.split(";")[0], code, "region", float(latitude), float(longitude))
        for name in names.split(";"):
            regions.setdefault(fold(name), []).append(place)
        for abbreviation in filter(None, abbreviations.split(";")):
            codes.setdefault(abbreviation, place)
        if code == "US" and abbreviations:
            divisions[place.name] = abbreviations.split(";")[0]
    return Gazetteer(countries, regions, codes, cities(), demonyms, sites(), areas(), divisions)


def cities() -> dict[str, list[str]]:
    packed = files("transforms").joinpath("rules/en/names/cities.tsv.gz").read_bytes()
    by_name: dict[str, list[str]] = {}
    by_key: dict[tuple[str, str], str] = {}
    for line in gzip.decompress(packed).decode().split("\n"):
        name, country, _ = line.split("\t", 2)
        by_name.setdefault(name.lower() if name.isascii() else fold(name), []).append(line)
        by_key.setdefault((name, country), line)
    for country, name, others in table("city_aliases.tsv"):
        line = by_key[name, country]
        for other in others.split(";"):
            known = by_name.setdefault(fold(other), [])
            if line not in known:
                known.append(line)
    return by_name


def sites() -> dict[str, list[tuple[Place, float]]]:
    """What the cities' list leaves out, by folded name; a point goes before namesakes as a city of its weight would."""
    by_name: dict[str, list[tuple[Place, float]]] = {}
    for country, names, precision, latitude, longitude, size in table("sites.tsv"):
        place = Place(names.split(";")[0], country, precision, float(latitude), float(longitude))
        for name in names.split(";"):
            by_name.setdefault(fold(name), []).append((place, log10(int(size) + 1)))
    return by_name


def areas() -> frozenset[str]:
    return frozenset(fold(name) for (name,) in table("areas.txt"))


def table(name: str) -> Iterator[list[str]]:
    """The fields of each line of a list, without its comments."""
    text = files("transforms").joinpath("rules/en/names", name).read_text(encoding="utf-8")
    return (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
