"""Near-duplicates: wire copy in twenty papers is one story.

Each text becomes a set of overlapping word groups, the set a MinHash signature (datasketch), the signature
a few bands (locality-sensitive hashing). Two articles are of one story when a band is equal, their signatures
agree in enough places, and they state the same numerals: a copy keeps the numbers, while next week's report on
jobless claims keeps the words. A story is what such pairs connect, and its head is the earliest article by
(published, article_id), unknown dates last. Nothing in this depends on batches or on their order.

A. Broder, On the resemblance and containment of documents (1997); J. Leskovec, A. Rajaraman, J. Ullman,
Mining of Massive Datasets, chapter 3 (banding).

>>> similarity(signature("the dam broke at dawn " * 9), signature("the dam broke at dawn " * 9))
1.0
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

SIGNATURES = "signatures"
"""Name of the lake's own table of signatures."""

SCHEME = "minhash-2"
"""Name of everything below that a stored signature depends on."""

WORDS = 3  # words in a group
PERMUTATIONS = 128
ROWS = 4  # places in a band: 32 bands of 4 find a pair of resemblance 0.5 with probability 0.87, 0.6 with 0.99
AGREEMENT = 0.5  # least share of equal places
SHORT_WORDS = 30  # fewer groups than this: a form, not a story …
SHORT_AGREEMENT = 0.9  # … and only a copy counts
NUMERALS = 16  # numerals kept of a text: those of the least hashes (a bottom-k sketch)
FEW_NUMERALS = 2  # with fewer than this they say nothing
SHARED_NUMERALS = 0.5  # least share of the shorter list that the other has

WIDTH = PERMUTATIONS + 1 + NUMERALS

Signature = npt.NDArray[np.uint16]
"""PERMUTATIONS places, the number of groups (up to 65,535), then hashes of numerals, 0 where there are no more."""

Bands = npt.NDArray[np.uint64]

MERSENNE = np.uint64((1 << 61) - 1)
BLOCK = 512  # groups that are hashed at one time
WORDS_KEPT = 100_000  # words whose hashes are remembered: 10 MB

_WORD = re.compile(r"\w+")
_NUMERAL = re.compile(r"\d+(?:[.,/:-]\d+)*")


def signature(text: str) -> Signature:
    """The signature of a text: its places, 16 bits each, how many groups they stand for, and its numerals."""
    groups = word_groups(text)
    result = np.zeros(WIDTH, dtype=np.uint16)
    if len(groups):
        result[:PERMUTATIONS] = (least_hashes(groups) & np.uint64(0xFFFF)).astype(np.uint16)
    result[PERMUTATIONS] = min(len(groups), 0xFFFF)
    numerals = numeral_hashes(text)
    result[PERMUTATIONS + 1 : PERMUTATIONS + 1 + len(numerals)] = numerals
    return result


def numeral_hashes(text: str) -> list[int]:
    """The least NUMERALS of the hashes (1 to 65,535) of the numerals in digits, ascending."""
    found = {zlib.crc32(one.encode()) % 0xFFFF + 1 for one in _NUMERAL.findall(text)}
    return sorted(found)[:NUMERALS]


def least_hashes(groups: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The least value of each permutation over the groups: what `datasketch.MinHash.update_batch` computes.

    A permutation is (a * group + b) modulo 2^61 - 1, of which 32 bits count. The remainder is found without a
    division, which takes most of datasketch's time: 2^61 leaves 1, so the upper three bits are added to the rest.
    """
    factors, summands = permutations()
    found = np.empty(PERMUTATIONS, dtype=np.uint64)
    found.fill(0xFFFFFFFF)
    for start in range(0, len(groups), BLOCK):  # a block stays in the processor's cache
        mixed = np.multiply.outer(factors, groups[start : start + BLOCK])
        mixed += summands[:, None]
        upper = mixed >> np.uint64(61)
        mixed &= MERSENNE
        mixed += upper
        if mixed.max() >= MERSENNE:
            mixed[mixed >= MERSENNE] -= MERSENNE
        mixed &= np.uint64(0xFFFFFFFF)
        np.minimum(found, mixed.min(axis=1), out=found)
    return found


@cache
def permutations() -> npt.NDArray[np.uint64]:
    """The permutations of seed 1, made once at the first text: datasketch loads half of scipy with it (0.5 s)."""
    from datasketch import MinHash

    found: npt.NDArray[np.uint64] = MinHash(num_perm=PERMUTATIONS, seed=1).permutations
    return found


def word_groups(text: str) -> npt.NDArray[np.uint64]:
    """Hashes (32 bits) of every run of WORDS words, each once; a shorter text is one group."""
    words = _WORD.findall(text.lower())
    if not words:
        return np.zeros(0, dtype=np.uint64)
    hashes = np.array([*map(WORD_HASHES.__getitem__, words)], dtype=np.uint64)
    size = min(WORDS, len(hashes))
    count = len(hashes) - size + 1
    mixed = np.zeros(count, dtype=np.uint64)
    for place in range(size):
        mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + hashes[place : place + count] + np.uint64(1)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)  # the mixing step of SplitMix64
    mixed >>= np.uint64(32)
    mixed.sort()
    keep = np.ones(count, dtype=np.bool_)
    np.not_equal(mixed[1:], mixed[:-1], out=keep[1:])
    groups: npt.NDArray[np.uint64] = mixed[keep]
    return groups


class WordHashes(dict[str, int]):
    """CRC-32 of the bytes of words: looked up where a word was seen before, as nearly all were."""

    def __missing__(self, word: str) -> int:
        if len(self) >= WORDS_KEPT:
            self.clear()
        found = self[word] = zlib.crc32(word.encode("utf-8", "surrogatepass"))
        return found


WORD_HASHES = WordHashes()


def similarity(one: Signature, other: Signature) -> float:
    """Share of equal places: an estimate of the Jaccard resemblance of the two sets of groups."""
    return float(np.mean(one[:PERMUTATIONS] == other[:PERMUTATIONS]))


def bands_of(signatures: npt.NDArray[np.uint16]) -> Bands:
    """One hash a band and a signature, shape (signatures, bands); 0 where a text has no words."""
    places = np.ascontiguousarray(signatures[:, :PERMUTATIONS])
    keys: Bands = places.view(np.uint64)  # ROWS places of 16 bits are one number of 64
    number = np.arange(keys.shape[1], dtype=np.uint64) * np.uint64(0xD1B54A32D192ED03)
    mixed: Bands = keys ^ number[None, :]
    mixed = (mixed ^ (mixed >> np.uint64(32))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(29)
    mixed[signatures[:, PERMUTATIONS] == 0, :] = 0
    return mixed


def alike(one: Signature, others: npt.NDArray[np.uint16]) -> npt.NDArray[np.bool_]:
    """Which of the others make a pair with this one, apart from the equal band."""
    return alike_pairs(np.broadcast_to(one, others.shape), others)


def alike_pairs(ones: npt.NDArray[np.uint16], others: npt.NDArray[np.uint16]) -> npt.NDArray[np.bool_]:
    """Which rows of two tables of signatures make a pair, apart from the equal band."""
    agreement = np.count_nonzero(ones[:, :PERMUTATIONS] == others[:, :PERMUTATIONS], axis=1) / PERMUTATIONS
    short = np.minimum(ones[:, PERMUTATIONS], others[:, PERMUTATIONS]) < SHORT_WORDS
    passed: npt.NDArray[np.bool_] = agreement >= np.where(short, SHORT_AGREEMENT, AGREEMENT)
    passed &= (ones[:, PERMUTATIONS] > 0) & (others[:, PERMUTATIONS] > 0)
    mine, theirs = ones[:, PERMUTATIONS + 1 :], others[:, PERMUTATIONS + 1 :]
    doubtful = passed & (mine != theirs).any(axis=1)
    for place in np.flatnonzero(doubtful):
        passed[place] = same_numerals(mine[place].tolist(), theirs[place].tolist())
    return passed


def same_numerals(mine: Sequence[int], theirs: Sequence[int]) -> bool:
    """Whether two texts state the same numbers, as far as the sketches reach.

    >>> same_numerals([3, 5, 9, 0], [3, 5, 9, 11]), same_numerals([3, 5, 9, 0], [2, 5, 8, 11])
    (True, False)
    """
    if mine == theirs:
        return True
    reach = min(one[-1] or 0xFFFF for one in (mine, theirs))  # a full sketch says nothing beyond its last
    one, other = ({value for value in values if 0 < value <= reach} for values in (mine, theirs))
    fewer = min(len(one), len(other))
    return fewer < FEW_NUMERALS or len(one & other) >= SHARED_NUMERALS * fewer


def pairs_within(signatures: npt.NDArray[np.uint16]) -> list[tuple[int, int]]:
    """Every pair of rows that share a band and are alike."""
    bands = bands_of(signatures)
    found = []
    for row in range(len(signatures) - 1):
        rest = slice(row + 1, None)
        shared = np.any((bands[rest] == bands[row]) & (bands[rest] != 0), axis=1)
        good = np.flatnonzero(shared & alike(signatures[row], signatures[rest]))
        found += [(row, row + 1 + int(other)) for other in good]
    return found


def components(nodes: Iterable[int], edges: Iterable[tuple[int, int]]) -> list[list[int]]:
    """The sets of nodes that edges connect."""
    parent = {node: node for node in nodes}

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for one, other in edges:
        parent[root(one)] = root(other)
    groups: dict[int, list[int]] = {}
    for node in parent:
        groups.setdefault(root(node), []).append(node)
    return list(groups.values())


def head_of(members: Sequence[int], published: Mapping[int, int | None]) -> int:
    """The earliest of them by (published, article_id), unknown dates last."""
    return min(members, key=lambda member: order_of(member, published[member]))


def order_of(key: int, day: int | None) -> tuple[int, int]:
    """What articles of a story are ordered by; `key` is the article_id as a number."""
    return (1 << 40 if day is None else day, key & 0xFFFFFFFFFFFFFFFF)


def day_number(day: date | None) -> int | None:
    """A date as days since year 1."""
    return None if day is None else day.toordinal()


def signature_table(articles: pa.Table) -> pa.Table:
    """The signatures of a table of articles, as the lake stores them."""
    texts = articles.column("text").to_pylist()
    packed = [signature(text).tobytes() for text in texts]
    return pa.table(
        {"article_id": articles.column("article_id"), "signature": pa.array(packed, pa.binary())},
        schema=pa.schema([pa.field("article_id", pa.string(), False), pa.field("signature", pa.binary(), False)]),
    )


def is_current(packed: bytes) -> bool:
    """Whether a stored signature was made by this scheme."""
    return len(packed) == 2 * WIDTH


def unpack(packed: Sequence[bytes]) -> npt.NDArray[np.uint16]:
    """Signatures as the lake stores them, as rows of a matrix."""
    joined = np.frombuffer(b"".join(packed), dtype=np.uint16)
    return joined.reshape(len(packed), WIDTH)
