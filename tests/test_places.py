"""Places: what a name stands for, by what the article says beside it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.places import PlaceContext, gazetteer, resolve_demonym, resolve_place, table

CASES = [
    ("Georgia", PlaceContext(), ("GE", "country")),
    ("Georgia", PlaceContext(countries={"US": 0.6}), ("US", "region")),
    ("the state of Georgia"[-7:], PlaceContext(region_said=True), ("US", "region")),
    ("Jordan", PlaceContext(), ("JO", "country")),
    ("Washington", PlaceContext(), ("US", "city")),
    ("Washington", PlaceContext(region_said=True), ("US", "region")),
    ("Paris", PlaceContext(), ("FR", "city")),
    ("Paris", PlaceContext(qualifier="Texas"), ("US", "city")),
    ("Long Beach", PlaceContext(qualifier="CA"), ("US", "city")),
    ("Long Beach, CA", PlaceContext(), ("US", "city")),
    ("Cambridge", PlaceContext(), ("GB", "city")),
    ("Cambridge", PlaceContext(countries={"US": 0.5}), ("US", "city")),
    ("London", PlaceContext(qualifier="Ont."), ("CA", "city")),
    ("San Jose", PlaceContext(countries={"CR": 0.9}), ("CR", "city")),
    ("Punjab", PlaceContext(countries={"PK": 0.9}), ("PK", "region")),
    ("the Hague", PlaceContext(), ("NL", "city")),
    ("Kiev", PlaceContext(), ("UA", "city")),
    ("São Paulo", PlaceContext(), ("BR", "city")),
    ("Sao Paulo", PlaceContext(), ("BR", "city")),
    ("U.S.", PlaceContext(), ("US", "country")),
    ("Calif.", PlaceContext(), ("US", "region")),
    ("West Bank", PlaceContext(), ("PS", "region")),
    ("Heathrow", PlaceContext(), ("GB", "point")),
    ("Kashmir", PlaceContext(), ("IN", "region")),
    ("Kashmir", PlaceContext(countries={"PK": 0.7, "IN": 0.1}), ("PK", "region")),
    ("Tahrir Square", PlaceContext(), ("EG", "point")),
    ("El Alto", PlaceContext(), ("BO", "city")),
    ("Gezi Park", PlaceContext(), ("TR", "point")),
    ("Misrata", PlaceContext(), ("LY", "city")),
]


@pytest.mark.parametrize(("name", "context", "wanted"), CASES)
def test_names_resolve_in_their_context(name: str, context: PlaceContext, wanted: tuple[str, str]) -> None:
    place = resolve_place(name, context)
    assert place is not None
    assert (place.country, place.precision) == wanted


@pytest.mark.parametrize("name", ["Qwertabad", "Europe", "the Pacific", "", ",", " , Texas"])
def test_what_is_in_no_one_country_does_not_resolve(name: str) -> None:
    assert resolve_place(name) is None


def test_the_code_of_a_state_tells_which_city() -> None:
    portland = resolve_place("Portland", PlaceContext(qualifier="Maine"))
    assert portland is not None
    assert (round(portland.latitude), round(portland.longitude)) == (44, -70)


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Belarusian", "BY"),
        ("Poles", "PL"),
        ("French", "FR"),
        ("South Africans", "ZA"),
        ("Arab", None),
        ("Muslims", None),
    ],
)
def test_nationalities_have_the_country_that_is_theirs(name: str, country: str | None) -> None:
    assert resolve_demonym(name) == country


def test_every_other_name_of_a_city_stands_for_a_city_of_the_list() -> None:
    for country, _, others in table("city_aliases.tsv"):
        for name in others.split(";"):
            place = resolve_place(name, PlaceContext(countries={country: 1.0}))
            assert place is not None, name
            assert place.country == country, name


def test_coordinates_are_on_the_globe_and_countries_have_codes() -> None:
    places = gazetteer()
    everywhere = [*places.countries.values(), *(region for regions in places.regions.values() for region in regions)]
    for place in everywhere:
        assert -90 <= place.latitude <= 90
        assert -180 <= place.longitude <= 180
        assert len(place.country) == 2
        assert place.country.isupper()


@given(st.text(max_size=40), st.text(max_size=10))
def test_any_text_resolves_or_not(name: str, qualifier: str) -> None:
    place = resolve_place(name, PlaceContext(qualifier=qualifier))
    assert place is None or place.precision in ("country", "region", "city")
