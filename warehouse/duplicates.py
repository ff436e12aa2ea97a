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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import chain

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
BLOCK = 32_768  # groups that are hashed at one time: they stay in the processor's cache

_WORD = re.compile(r"\w+")
_NUMERAL = re.compile(r"\d+(?:[.,/:-]\d+)*")

TYPOGRAPHY = "“”‘’–—…\xa0"
BLANK_BETWEEN_WORDS = bytes(code if chr(code).isalnum() or code == ord("_") else ord(" ") for code in range(256))
BLANK_BETWEEN_NUMERALS = bytes(code if code in b"0123456789.,/:-" else ord(" ") for code in range(256))


def signature(text: str) -> Signature:
    """The signature of a text: its places, 16 bits each, how many groups they stand for, and its numerals."""
    found: Signature = signatures([text])[0]
    return found


def signatures(texts: Sequence[str]) -> npt.NDArray[np.uint16]:
    """The signatures of texts, one a row: many are made at once, for a call of numpy costs more than a text."""
    result = np.zeros((len(texts), WIDTH), dtype=np.uint16)
    plain = [plain_text(text) for text in texts]
    for rows, words in blocks(plain):
        groups, counts = word_groups(words)
        some = counts > 0
        if some.any():
            places = least_hashes(groups, np.cumsum(counts[some]) - counts[some])
            result[rows, :PERMUTATIONS][some] = places.astype(np.uint16)  # the lower half
        result[rows, PERMUTATIONS] = np.minimum(counts, 0xFFFF)
    for row, text in enumerate(plain):
        numerals = numeral_hashes(text)
        result[row, PERMUTATIONS + 1 : PERMUTATIONS + 1 + len(numerals)] = numerals
    return result


def plain_text(text: str) -> str:
    """The text without the marks that keep most of the news from being ASCII: no word or numeral has one."""
    if not text.isascii():
        for mark in TYPOGRAPHY:
            text = text.replace(mark, " ")
    return text


def blocks(texts: Sequence[str]) -> Iterator[tuple[slice, list[list[bytes]]]]:
    """The words of texts, as many texts at a time as have BLOCK words."""
    waiting: list[list[bytes]] = []
    first = size = 0
    for row, text in enumerate(texts):
        words = words_of(text)
        if waiting and size + len(words) > BLOCK:
            yield slice(first, row), waiting
            first, size, waiting = row, 0, []
        waiting.append(words)
        size += len(words)
    if waiting:
        yield slice(first, first + len(waiting)), waiting


def words_of(text: str) -> list[bytes]:
    r"""The words (\w+) of a text in lower case; in ASCII, blanks for all else leave them."""
    text = text.lower()
    if text.isascii():
        return text.encode().translate(BLANK_BETWEEN_WORDS).split()
    return [word.encode("utf-8", "surrogatepass") for word in _WORD.findall(text)]


def numeral_hashes(text: str) -> list[int]:
    """The least NUMERALS of the hashes (1 to 65,535) of the numerals in digits, ascending."""
    if text.isascii():  # a hundredth of a text is what may be a numeral
        text = b" ".join(text.encode().translate(BLANK_BETWEEN_NUMERALS).split()).decode()
    found = {zlib.crc32(one.encode()) % 0xFFFF + 1 for one in _NUMERAL.findall(text)}
    return sorted(found)[:NUMERALS]


def least_hashes(groups: npt.NDArray[np.uint64], starts: npt.NDArray[np.int64]) -> npt.NDArray[np.uint32]:
    """The least value of each permutation over the groups of each text: what `datasketch.MinHash` computes.

    `groups` are those of all texts, `starts` where each text's begin; a row a text. A permutation is y = a * group + b
    modulo 2^61 - 1, of which 32 bits count. The remainder is found without a division, which takes most of
    datasketch's time: 2^61 leaves 1, so the upper three bits are added to the rest, and one is taken away if that is
    2^61 - 1 or more. Such a y shows: of y + 1 the sum is at most 8 then, and is looked at again.
    """
    factors, summands = permutations()
    least = np.empty((PERMUTATIONS, len(starts)), dtype=np.uint32)
    mixed, upper = np.empty_like(groups), np.empty_like(groups)
    halves = np.empty(len(groups), dtype=np.uint32)
    for place in range(PERMUTATIONS):
        np.multiply(groups, factors[place], out=mixed)
        np.add(mixed, summands[place] + np.uint64(1), out=mixed)
        np.right_shift(mixed, np.uint64(61), out=upper)
        np.add(mixed, upper, out=mixed)
        np.copyto(halves, mixed, casting="unsafe")
        np.minimum.reduceat(halves, starts, out=least[place])
    ends = [*starts[1:], len(groups)]
    doubtful = np.argwhere(least <= 8)
    least -= np.uint32(1)
    for place, text in doubtful:
        exact = groups[starts[text] : ends[text]] * factors[place] + summands[place]
        least[place, text] = np.min(exact % MERSENNE & np.uint64(0xFFFFFFFF))
    return least.T


@cache
def permutations() -> npt.NDArray[np.uint64]:
    """The permutations of seed 1, made once at the first text: datasketch loads half of scipy with it (0.5 s)."""
    from datasketch import MinHash

    found: npt.NDArray[np.uint64] = MinHash(num_perm=PERMUTATIONS, seed=1).permutations
    return found


def word_groups(texts: Sequence[Sequence[bytes]]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """Hashes (32 bits) of every run of WORDS words of each text, each once, and how many each text has.

    A text of fewer words is one group.
    """
    lengths = np.array([*map(len, texts)], dtype=np.int64)
    ends = np.cumsum(lengths)
    starts, count = ends - lengths, int(lengths.sum())
    hashes = np.fromiter(map(zlib.crc32, chain.from_iterable(texts)), np.uint64, count)
    mixed, begins = np.zeros(count, dtype=np.uint64), np.ones(count, dtype=np.bool_)
    short = []
    for size in range(1, min(WORDS, count) + 1):
        run = slice(None, count - size + 1)
        mixed[run] = mixed[run] * np.uint64(0x9E3779B97F4A7C15) + hashes[size - 1 :] + np.uint64(1)
        if size < WORDS:
            begins[ends[lengths >= size] - size] = False  # such a run would go on in the next text
            short.append((whole := starts[lengths == size], mixed[whole]))
    for whole, alone in short:
        mixed[whole], begins[whole] = alone, True
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)  # the mixing step of SplitMix64
    mixed >>= np.uint64(32)
    mixed |= np.repeat(np.arange(len(texts), dtype=np.uint64) << np.uint64(32), lengths)
    groups = mixed[begins]
    groups.sort()  # by text, for that is the upper half
    once = np.ones(len(groups), dtype=np.bool_)
    np.not_equal(groups[1:], groups[:-1], out=once[1:])
    groups = groups[once]
    counts = np.bincount((groups >> np.uint64(32)).astype(np.int64), minlength=len(texts))
    return groups & np.uint64(0xFFFFFFFF), counts


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
    found = signatures(articles.column("text").to_pylist())
    offsets = np.arange(len(found) + 1, dtype=np.int32) * (2 * WIDTH)
    packed = pa.Array.from_buffers(pa.binary(), len(found), [None, pa.py_buffer(offsets), pa.py_buffer(found)])
    return pa.table(
        {"article_id": articles.column("article_id"), "signature": packed},
        schema=pa.schema([pa.field("article_id", pa.string(), False), pa.field("signature", pa.binary(), False)]),
    )


def is_current(packed: bytes) -> bool:
    """Whether a stored signature was made by this scheme."""
    return len(packed) == 2 * WIDTH


def unpack(packed: Sequence[bytes]) -> npt.NDArray[np.uint16]:
    """Signatures as the lake stores them, as rows of a matrix."""
    joined = np.frombuffer(b"".join(packed), dtype=np.uint16)
    return joined.reshape(len(packed), WIDTH)
