"""Sentences: the examples of the rules, and what holds for any text."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.sentences import find_sentences

RULES = tomllib.loads(files("transforms").joinpath("rules/en/sentences.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", RULES["example"], ids=lambda example: example["text"][:30])
def test_examples(example: dict[str, Any]) -> None:
    text = example["text"]
    assert [text[start:end] for start, end in find_sentences(text)] == example["sentences"]


@given(st.text(alphabet=st.one_of(st.sampled_from(". \n!?\"'”)ABa1"), st.characters())))
def test_sentences_cover_all_but_blanks(text: str) -> None:
    position = 0
    for start, end in find_sentences(text):
        assert position <= start < end
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip()
        assert "\n" not in text[start:end]
        position = end
    assert not text[position:].strip()
