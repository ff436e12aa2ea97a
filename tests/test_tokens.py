"""Tokens: the examples of the rules, and what holds for any text."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.tokens import tokenize

RULES = tomllib.loads(files("transforms").joinpath("rules/en/tokens.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", RULES["example"], ids=lambda example: example["text"][:30])
def test_examples(example: dict[str, Any]) -> None:
    assert tokenize(example["text"]).words == example["words"]


@given(st.text())
def test_tokens_are_slices_and_leave_out_blanks_only(text: str) -> None:
    tokens = tokenize(text)
    position = 0
    for word, start, end in zip(tokens.words, tokens.starts, tokens.ends, strict=True):
        assert word == text[start:end]
        assert not text[position:start].strip()
        position = end
    assert not text[position:].strip()
    assert all(word and word == word.strip() for word in tokens.words)


def test_time_is_linear_in_the_length() -> None:
    for text in ("a-" * 100_000, "A." * 100_000, "'" * 100_000, "A&" * 100_000, " " * 100_000, "é’" * 100_000):
        assert len(tokenize(text).words) <= 200_000
