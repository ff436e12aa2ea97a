"""Signatures of near-duplicates, on any text."""

from __future__ import annotations

import re
import zlib

import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lakes import story
from warehouse import duplicates
from warehouse.duplicates import (
    MERSENNE,
    NUMERALS,
    PERMUTATIONS,
    WIDTH,
    alike,
    bands_of,
    components,
    least_hashes,
    numeral_hashes,
    pairs_within,
    permutations,
    plain_text,
    same_numerals,
    signature,
    signatures,
    similarity,
    unpack,
    word_groups,
    words_of,
)
from warehouse.index import filter_of, id_of, key_of

ANY_TEXT = st.text(max_size=400)


def groups_of(text: str) -> list[int]:
    """The groups of one text."""
    groups: list[int] = word_groups([words_of(text)])[0].tolist()
    return groups


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text("ab 1,.“é—İ\n_\x1c/٣", max_size=30), max_size=12))
def test_a_text_is_signed_alone_as_it_is_among_others(texts: list[str]) -> None:
    together = signatures(texts)
    assert together.shape == (len(texts), WIDTH)
    for text, among in zip(texts, together, strict=True):
        assert (signature(text) == among).all()
        words = re.findall(r"\w+", text.lower())
        assert words_of(plain_text(text)) == [word.encode() for word in words]
        assert (
            among[PERMUTATIONS]
            == len(groups_of(text))
            == len(set(zip(words, words[1:], words[2:], strict=False)) or words[:1])
        )
        numerals = re.findall(r"\d+(?:[.,/:-]\d+)*", text)
        assert set(numeral_hashes(plain_text(text))) <= {zlib.crc32(one.encode()) % 0xFFFF + 1 for one in numerals}


def test_more_words_than_a_block_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [story(number, 60) for number in range(9)]
    whole = signatures(texts)
    monkeypatch.setattr(duplicates, "BLOCK", 100)
    assert (signatures(texts) == whole).all()


@settings(max_examples=150, deadline=None)
@given(ANY_TEXT)
def test_any_text_has_a_signature_and_is_like_itself(text: str) -> None:
    one = signature(text)
    assert one.shape == (WIDTH,) and one.dtype == np.uint16
    assert similarity(one, signature(text)) == 1.0
    assert bool(alike(one, one[None, :])[0]) == (len(groups_of(text)) > 0)
    assert (unpack([one.tobytes()])[0] == one).all()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 0xFFFFFFFF), min_size=1, max_size=1200, unique=True))
def test_the_least_hashes_are_those_of_datasketch(groups: list[int]) -> None:
    hashed = MinHash(num_perm=PERMUTATIONS, seed=1, hashfunc=int, permutations=permutations())
    hashed.update_batch(groups)
    found = least_hashes(np.array([7, *groups], dtype=np.uint64), np.array([0, 1]))
    assert found[1].tolist() == hashed.hashvalues.tolist()


def test_a_sum_beyond_the_prime_leaves_its_remainder(monkeypatch: pytest.MonkeyPatch) -> None:
    """2^61 - 1 + k leaves k: chance would hardly ever make such a sum."""
    factors = np.ones(PERMUTATIONS, dtype=np.uint64)
    summands = np.arange(PERMUTATIONS, dtype=np.uint64) + MERSENNE
    monkeypatch.setattr(duplicates, "permutations", lambda: np.stack([factors, summands]))
    assert least_hashes(np.zeros(1, dtype=np.uint64), np.array([0])).tolist() == [list(range(PERMUTATIONS))]


@settings(max_examples=100, deadline=None)
@given(ANY_TEXT, ANY_TEXT)
def test_being_alike_is_mutual(one: str, other: str) -> None:
    first, second = signature(one), signature(other)
    assert alike(first, second[None, :])[0] == alike(second, first[None, :])[0]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 60), max_size=30), st.lists(st.integers(1, 60), max_size=30))
def test_sharing_numerals_is_mutual(one: list[int], other: list[int]) -> None:
    first, second = (numeral_hashes(" ".join(map(str, numbers))) for numbers in (one, other))
    padded = [[*numbers, *[0] * (NUMERALS - len(numbers))] for numbers in (first, second)]
    assert same_numerals(*padded) == same_numerals(padded[1], padded[0])
    assert same_numerals(padded[0], padded[0])


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.9])
def test_similarity_estimates_the_resemblance(share: float) -> None:
    """Against the exact Jaccard resemblance: the error of 128 places is 0.044 (one standard deviation) at most."""
    errors = []
    for seed in range(30):
        words = story(f"a{seed}", 400).split()
        cut = int(len(words) * share)
        one, other = " ".join(words), " ".join(words[:cut]) + " " + story(f"b{seed}", 400 - cut)
        sets = [set(groups_of(text)) for text in (one, other)]
        exact = len(sets[0] & sets[1]) / len(sets[0] | sets[1])
        errors.append(similarity(signature(one), signature(other)) - exact)
    assert abs(float(np.mean(errors))) < 0.03
    assert float(np.std(errors)) < 0.07


def test_equal_places_make_equal_bands() -> None:
    one, other = signature(story(1)), signature(story(1) + " More came.")
    bands = bands_of(np.stack([one, other]))
    places = one[:PERMUTATIONS].reshape(bands.shape[1], -1) == other[:PERMUTATIONS].reshape(bands.shape[1], -1)
    assert ((bands[0] == bands[1]) == places.all(axis=1)).all()
    assert pairs_within(np.stack([one, other, signature("")])) == [(0, 1)]


def test_components_are_what_edges_connect() -> None:
    found = components(range(6), [(0, 3), (3, 5), (1, 2)])
    assert sorted(map(sorted, found)) == [[0, 3, 5], [1, 2], [4]]


@given(st.integers(0, (1 << 64) - 1))
def test_ids_and_keys_stand_for_each_other(number: int) -> None:
    assert id_of(key_of(f"{number:016x}")) == f"{number:016x}"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=300, unique=True), st.integers(0, 2**32))
def test_a_filter_lets_pass_all_that_is_in_its_run_and_little_else(hashes: list[int], seed: int) -> None:
    run = np.sort(np.array(hashes, dtype=np.uint64))
    others = np.random.default_rng(seed).integers(0, 1 << 64, 4_000, dtype=np.uint64)
    sought = np.concatenate([run, others])
    marked = filter_of(run)
    places = sought & np.uint64(8 * len(marked) - 1)
    passed = np.unpackbits(marked, bitorder="little")[places] == 1
    assert passed[: len(run)].all()
    assert passed.mean() < 0.3 + len(run) / len(sought)
