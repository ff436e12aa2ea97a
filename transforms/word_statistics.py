"""What a large text tells of words: how often they take a capital, and the Brown cluster of each.

>>> words = word_statistics()
>>> words.rate("strike") < words.rate("sunday"), words.cluster("Paris") == words.cluster("London")
(True, True)

Derived by `transforms/training/gazetteers.py` from the tables of the package spacy-lookups-data (MIT).
Brown, Della Pietra, deSouza, Lai, Mercer: Class-Based n-gram Models of Natural Language (1992).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

UNSEEN_RATE = 0  # the table does not tell
FILE = "word_statistics.bin"


@dataclass(frozen=True, slots=True)
class WordStatistics:
    """Tables by the hash of the word, sorted; rates stand at the word in lower case."""

    keys: NDArray[np.uint32]
    clusters: NDArray[np.uint16]  # 0: none; the path from the root of the tree is read from the lowest bit on
    rates: NDArray[np.uint8]  # 1 (hardly ever with a capital) to 8 (always); UNSEEN_RATE

    def cluster_of(self, words: Sequence[str]) -> list[int]:
        """The cluster of each word, 0 where the table has none."""
        return self.looked_up(self.clusters, words)

    def rate_of(self, lower: Sequence[str]) -> list[int]:
        """The class of capitals of each word, given in lower case; UNSEEN_RATE where the table does not tell."""
        return self.looked_up(self.rates, lower)

    def cluster(self, word: str) -> int:
        """The cluster of one word."""
        return self.cluster_of([word])[0]

    def rate(self, lower: str) -> int:
        """The class of capitals of one word."""
        return self.rate_of([lower])[0]

    def looked_up(self, column: NDArray[Any], words: Sequence[str]) -> list[int]:
        wanted = np.array(word_hashes(words), dtype=np.uint32)
        at = self.keys.searchsorted(wanted)
        at[at == len(self.keys)] = 0
        found: list[int] = (column[at] * (self.keys[at] == wanted)).tolist()
        return found


def word_hashes(words: Sequence[str]) -> list[int]:
    """`word_hash` of each."""
    try:
        return [zlib.crc32(word.encode()) for word in words]
    except UnicodeEncodeError:  # a lone surrogate
        return [word_hash(word) for word in words]


def word_hash(word: str) -> int:
    """32 bits that stand for a word, the same on every machine."""
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))


@cache
def word_statistics() -> WordStatistics:
    return read_statistics(files("transforms").joinpath("rules/en/names", FILE).read_bytes())


def pack_statistics(words: WordStatistics) -> bytes:
    """The tables as packed bytes, the keys as differences."""
    steps = np.diff(words.keys, prepend=np.uint32(0)).astype(np.uint32)
    planes = steps.view(np.uint8).reshape(-1, 4).T  # all low bytes, then the next ones …: the high ones are zeros
    body = planes.tobytes() + words.clusters.view(np.uint8).reshape(-1, 2).T.tobytes() + words.rates.tobytes()
    return zlib.compress(body, 9)


def read_statistics(packed: bytes) -> WordStatistics:
    body = np.frombuffer(zlib.decompress(packed), dtype=np.uint8)
    count = len(body) // 7
    steps = np.ascontiguousarray(body[: 4 * count].reshape(4, count).T).view(np.uint32).ravel()
    clusters = np.ascontiguousarray(body[4 * count : 6 * count].reshape(2, count).T).view(np.uint16).ravel()
    return WordStatistics(np.cumsum(steps, dtype=np.uint32), clusters, body[6 * count :])
