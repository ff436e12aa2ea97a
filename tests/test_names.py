"""Names: the examples of the rules, and what holds for any text and any tagger."""

from __future__ import annotations

import time
import tomllib
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.names import find_all_names, find_names
from transforms.sentences import find_sentences
from transforms.values import Mention

EXAMPLES = tomllib.loads(files("transforms").joinpath("rules/en/names/examples.toml").read_text(encoding="utf-8"))[
    "example"
]
FIELDS = ("kind", "entity", "title", "role", "country", "place_precision")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.get("why", example["text"])[:40])
def test_examples(example: dict[str, Any]) -> None:
    mentions = find_names(example["text"])
    try:
        assert [mention.quote for mention in mentions] == [wanted["quote"] for wanted in example["names"]]
        for mention, wanted in zip(mentions, example["names"], strict=True):
            told = {field: getattr(mention, field) for field in FIELDS if field in wanted}
            assert told == {field: wanted[field] for field in FIELDS if field in wanted}
            assert all(getattr(mention, field) is None for field in wanted.get("without", ()))
    except AssertionError:
        if "gap" not in example:
            raise
    else:
        assert "gap" not in example, f"{example['text'][:60]!r} comes out right now: take its gap line out"


TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(
        st.sampled_from(
            "The Bank of the West said. \n U.S. President Joe O'Neill, Minsk Lukashenko's ( SEP ) al-Qaeda İstanbul ß "
            "Ǆ 𝔘 a\u0301 \x00 "
            "SOCIALIST PARTY Georgia, Texas -based 7,000 May – “Quote” … de la".split(" ")
        ),
        max_size=40,
    ).map(" ".join),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
def test_quotes_are_slices_that_do_not_overlap(text: str) -> None:
    position = 0
    for mention in find_names(text):
        assert position <= mention.quote_start < mention.quote_end <= len(text)
        assert text[mention.quote_start : mention.quote_end] == mention.quote == mention.quote.strip()
        assert mention.kind in ("PERSON", "ORG", "PLACE", "NORP")
        assert 0 <= mention.confidence <= 1
        assert mention.entity
        assert (mention.latitude is None) == (mention.longitude is None) == (mention.place_precision is None)
        position = mention.quote_end


@settings(deadline=None, max_examples=30)
@given(st.lists(TEXTS, max_size=4))
def test_a_batch_tells_what_each_text_tells(texts: list[str]) -> None:
    assert find_all_names(texts) == [find_names(text) for text in texts]


def test_what_was_read_before_makes_no_difference() -> None:
    text = "Zorblatt Quimby, head of the Frobnicators' Union, left Minsk for Lesser Wopping."
    before = find_names(text)
    find_names("Quimby is a town. Zorblatt is a river. Frobnicators live in Lesser Wopping.")
    assert find_names(text) == before


@pytest.mark.parametrize(
    "headline", ["Thousands March Against The President In The Capital", "WORKERS MARCH AGAINST CUTS IN PAY AND JOBS"]
)
def test_a_headline_is_no_person(headline: str) -> None:
    assert [mention.quote for mention in find_names(headline) if mention.kind == "PERSON"] == []


def test_names_in_capitals_are_less_sure() -> None:
    text = "Strikers marched through Minsk on Monday."
    assert confidence(text, "Minsk") > confidence(text.upper(), "MINSK")


def test_lower_case_tells_no_names() -> None:
    assert find_names("thousands of workers marched in minsk on monday, alexander lukashenko said") == []


def test_sentences_may_be_given() -> None:
    text = "Lukashenko left Minsk. Merkel stayed in Berlin."
    assert find_names(text, find_sentences(text)) == find_names(text)


def confidence(text: str, quote: str) -> float:
    found: list[Mention] = [mention for mention in find_names(text) if mention.quote == quote]
    assert found, f"{quote} not found in {text}"
    return found[0].confidence


@pytest.mark.parametrize(
    "unit",
    [
        "Anna Petrova said. ",
        "Anna Petrova, chairman of the works of q, ",
        "Paris, Texas, ",
        "Works Union (WU) ",
        "Minsk\n",
        "A. ",
        "MINSK ",
    ],
)
def test_time_is_linear_in_the_length(unit: str) -> None:
    def seconds(times: int) -> float:
        text = unit * times
        began = time.process_time()
        find_names(text)
        return time.process_time() - began

    seconds(10)
    assert seconds(4000) < 0.2 + 16 * seconds(1000)
