"""The trained tagger: a linear-chain CRF over the capitalised stretches of a text, in numpy.

>>> spans = builtin_tagger().tag(["Alexander Lukashenko spoke in Minsk."], [[(0, 36)]])[0]
>>> [(span.label, span.start, span.end) for span in spans]
[('PER', 0, 20), ('LOC', 30, 35)]

Scores of words are summed once per word type and kept; the rest are hashed conjunctions, looked up for
candidates only (`transforms/name_features.py`). Weights are whole numbers of `scale`, so that a text
gets the same tags whatever was read before it. Lafferty, McCallum, Pereira: Conditional Random Fields (2001).
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from transforms.name_features import (
    OFFSET_SALTS,
    OFFSETS,
    Encoded,
    Ints,
    Keys,
    Lexicon,
    Phrases,
    TypeFeatures,
    encode,
    mixed,
)
from transforms.name_lists import name_lists

Floats: TypeAlias = NDArray[np.float32]

KINDS = ("PER", "ORG", "LOC", "NORP", "MISC")
LABELS = ("O", *(f"{prefix}-{kind}" for kind in KINDS for prefix in "BI"))
MAGIC = b"newstally names 1\n"
TYPES_MOST = 150_000  # word types kept in memory, about 50 MB: those of 30,000 articles
PLACES = np.arange(len(OFFSETS))[:, None]
POOL_SHARE = 0.5  # how much of a word's score comes from its other occurrences in the article


class TaggerModelError(ValueError):
    """The model file is missing or damaged; the message says which and what to do."""


class TaggedSpan(NamedTuple):
    """A name in a text, half-open, with the label of the training data."""

    start: int
    end: int
    label: str  # of KINDS
    confidence: float  # 0 to 1: probability of its least sure token, given the neighbours' labels
    headline: int  # class of its sentence: 0 running text, 1 title case, 2 capitals, 3 short line


@dataclass(frozen=True, slots=True)
class Model:
    """A trained model: hashed features with whole weights."""

    keys: Keys  # of the features, the weightiest first
    weights: NDArray[np.int8]  # feature x label
    scale: float
    prior: Floats  # added to the scores of the labels
    transitions: Floats  # label x label
    begin: Floats  # score of a label at the start of a segment
    finish: Floats
    provenance: dict[str, Any]


class Tagger:
    """Tags texts with a model. It keeps the word types it meets, so threads take turns."""

    label = "builtin"

    def __init__(self, model: Model) -> None:
        self.model = model
        self.table = hash_table(model.keys)
        # Row 0 is all zeros: the weights of features that the model does not know.
        self.weights = np.zeros((len(model.weights) + 1, len(LABELS)), dtype=np.int16)
        self.weights[1:] = model.weights
        self.phrases = Phrases(name_lists())
        self.lexicon = ScoredLexicon(self)
        self.turn = Lock()

    def tag(self, texts: Sequence[str], sentences: Sequence[Sequence[tuple[int, int]]]) -> list[list[TaggedSpan]]:
        """The names of each text, left to right; a text is one article, whose equal words support each other."""
        with self.turn:
            if len(self.lexicon.words) > TYPES_MOST:
                self.lexicon.clear()
            encoded = encode(texts, sentences, self.lexicon, self.phrases)
            if not len(encoded.candidates):
                return [[] for _ in texts]
            scores = self.pooled(encoded, self.emissions(encoded))
        labels, confidence = self.decode(scores, encoded.segment_first, encoded.segment_length)
        return spans_of(encoded, labels, confidence, len(texts))

    def content_hash(self) -> bytes:
        """Nothing: the model is one of the packaged rules."""
        return b""

    def emissions(self, encoded: Encoded) -> Floats:
        """Scores of the labels, candidate x label, from all features."""
        total = np.add.reduce(self.lexicon.scores[encoded.neighbours, PLACES], axis=0, dtype=np.int16)
        total += np.add.reduce(self.weights.take(self.find(encoded.conjunctions), axis=0), axis=0, dtype=np.int16)
        scores: Floats = total.astype(np.float32)
        scores *= np.float32(self.model.scale)
        scores += self.model.prior
        return scores

    def pooled(self, encoded: Encoded, scores: Floats) -> Floats:
        """Scores drawn to the mean, over the article, of the same word's leaning to each kind."""
        types = encoded.neighbours[0]
        text = encoded.text_first.searchsorted(encoded.candidates, side="right")
        key = (text << 32) | self.lexicon.hashes[types]
        order = key.argsort(kind="stable")
        ranked = key[order]
        new = np.ones(len(order) + 1, dtype=bool)
        new[1:-1] = ranked[1:] != ranked[:-1]
        bounds = new.nonzero()[0]
        if len(bounds) > len(order):
            return scores
        heads = bounds[:-1]
        count = bounds[1:] - heads
        # Within one sentence "Washington" and "Washington Post" are more often two than one.
        numbers = encoded.sentence[encoded.candidates[order]]
        spread = numbers[heads] != numbers[bounds[1:] - 1]
        group = np.empty(len(order), dtype=np.int64)
        group[order] = np.arange(len(heads)).repeat(count)
        repeated = spread[group]
        repeated &= encoded.headline != 2
        repeated &= (self.lexicon.kinds[types] & 1) != 0
        if not np.count_nonzero(repeated):
            return scores
        leaning = np.empty((len(scores), 1 + len(KINDS)), dtype=np.float32)
        leaning[:, 0] = scores[:, 0]
        np.maximum(scores[:, 1::2], scores[:, 2::2], out=leaning[:, 1:])
        leaning -= np.maximum.reduce(leaning, axis=1, keepdims=True)
        means = np.add.reduceat(leaning[order], heads, axis=0)
        means /= count[:, None].astype(np.float32)
        shift = means[group]
        shift -= leaning
        shift *= (POOL_SHARE * repeated).astype(np.float32)[:, None]
        shifted = scores.copy()
        shifted[:, 0] += shift[:, 0]
        shifted[:, 1::2] += shift[:, 1:]
        shifted[:, 2::2] += shift[:, 1:]
        return shifted

    def decode(self, scores: Floats, first: Ints, length: Ints) -> tuple[Ints, Floats]:
        """The best sequence of labels of each segment (Viterbi), and how sure each label is."""
        model = self.model
        order = (-length).argsort(kind="stable")
        starts, lengths = first[order], length[order]
        steps = int(lengths[0])
        longer = (len(lengths) - lengths[::-1].searchsorted(np.arange(1, steps + 1), side="right")).tolist()
        final = scores[starts]
        final += model.begin
        arriving = model.transitions.T  # to x from
        best = final
        back: list[NDArray[np.intp]] = []
        for step in range(1, steps):
            going = longer[step - 1]  # segments longer than this
            paths = best[:going, None, :] + arriving
            back.append(paths.argmax(axis=2))
            best = np.maximum.reduce(paths, axis=2)
            best += scores[starts[:going] + step]
            final[:going] = best
        final += model.finish
        current = final.argmax(axis=1)
        labels = np.empty(len(scores), dtype=np.int64)
        for step in range(steps - 1, 0, -1):
            going = longer[step - 1]
            labels[starts[:going] + step] = current[:going]
            current[:going] = back[step - 1][np.arange(going), current[:going]]
        labels[starts] = current
        return labels, self.confidence(scores, labels, first, length)

    def confidence(self, scores: Floats, labels: Ints, first: Ints, length: Ints) -> Floats:
        """Probability of each label given the labels beside it."""
        model = self.model
        total = scores.copy()
        total[first] += model.begin
        total[first + length - 1] += model.finish
        inside = np.ones(len(labels), dtype=bool)
        inside[first] = False
        inner = inside.nonzero()[0]
        if len(inner):
            total[inner] += model.transitions[labels[inner - 1]]
            total[inner - 1] += model.transitions.T[labels[inner]]
        total -= np.maximum.reduce(total, axis=1, keepdims=True)
        np.exp(total, out=total)
        chosen: Floats = total[np.arange(len(labels)), labels] / np.add.reduce(total, axis=1)
        return chosen

    def find(self, keys: Keys) -> Ints:
        """Rows of the weights; 0 for features that the model does not know."""
        size = np.uint32(len(self.table) - 1)
        found = self.table[keys & size]
        hit = (found >> 32) == keys
        rows: Ints = ((found & 0xFFFFFFFF) >> 1).view(np.int64)
        rows *= hit
        again = ((found & 1) > hit).nonzero()  # another feature stands there, and one that gave way to it elsewhere
        if len(again[0]):
            missed = keys[again]
            found = self.table[probed(missed) & size]
            rows[again] = ((found & 0xFFFFFFFF) >> 1) * ((found >> 32) == missed)
        return rows


class ScoredLexicon(Lexicon):
    """Word types with the summed weights of their features, for each of the offsets."""

    def __init__(self, tagger: Tagger) -> None:
        self.tagger = tagger
        super().__init__()

    def clear(self) -> None:
        # Sums of weights from -127 to 127, of at most 134 features with the conjunctions: 16 bits hold them.
        self.scores = np.zeros((1024, len(OFFSETS), len(LABELS)), dtype=np.int16)
        super().clear()

    def added(self, first: int, features: list[TypeFeatures]) -> None:
        last = first + len(features)
        if len(self.scores) < len(self.bits):
            grown = np.zeros((len(self.bits), *self.scores.shape[1:]), dtype=np.int16)
            grown[:first] = self.scores[:first]
            self.scores = grown
        for place, offset in enumerate(OFFSETS):
            lists = [one.own if offset == 0 else one.near if abs(offset) == 1 else one.far for one in features]
            begins = np.cumsum([0, *map(len, lists)][:-1])
            keys = np.array([key for keys in lists for key in keys], dtype=np.uint32)
            rows = self.tagger.find(offset_keys(keys, offset))
            self.scores[first:last, place] = np.add.reduceat(self.tagger.weights[rows], begins, axis=0, dtype=np.int16)


def offset_keys(keys: Keys, offset: int) -> Keys:
    """The features of a word as its neighbour at `offset` sees them."""
    return mixed(keys + OFFSET_SALTS[offset])


def probed(keys: Keys) -> Keys:
    """The second place where a feature may stand."""
    return (keys >> np.uint32(11)) ^ (keys * np.uint32(0x9E3779B1))


def hash_table(keys: Keys) -> NDArray[np.uint64]:
    """Open table with two places for each key, an eighth full; of the lightest features half a percent finds none.

    An entry is the key, its row (31 bits, from 1 on), and one bit: a key of this place stands in its second one.
    """
    size = 1 << max(10, (8 * len(keys)).bit_length() - 1)
    table = np.zeros(size, dtype=np.uint64)
    left = np.arange(len(keys))
    first_slots = keys & np.uint32(size - 1)
    for turn, slots in enumerate((first_slots, probed(keys) & np.uint32(size - 1))):
        slot = slots[left]
        free = (table[slot] >> 1) == 0
        # Of those that want one place the first, which is the weightiest, has it.
        _, firsts = np.unique(slot[free], return_index=True)
        placed = left[free][firsts]
        table[slot[free][firsts]] = (keys[placed].astype(np.uint64) << 32) | ((placed + 1) << 1).astype(np.uint64)
        if turn:
            table[first_slots[placed]] |= 1
        left = np.setdiff1d(left, placed, assume_unique=True)
    return table


def spans_of(encoded: Encoded, labels: Ints, confidence: Floats, count: int) -> list[list[TaggedSpan]]:
    """The labelled stretches as spans, text by text."""
    named = labels.nonzero()[0]
    spans: list[list[TaggedSpan]] = [[] for _ in range(count)]
    if not len(named):
        return spans
    tokens = encoded.candidates[named]
    tags = labels[named]
    # An I goes on a B or I of its kind; labels of a kind follow each other, first the B.
    opens = np.ones(len(named) + 1, dtype=bool)
    opens[1:-1] = (
        ((tags[1:] & 1) != 0) | (tokens[1:] - tokens[:-1] != 1) | ((tags[1:] - 1) >> 1 != (tags[:-1] - 1) >> 1)
    )
    bounds = opens.nonzero()[0]
    first = bounds[:-1]
    begin = tokens[first]
    text = encoded.text_first.searchsorted(begin, side="right") - 1
    base = encoded.text_start[text]
    columns = (
        (encoded.starts[begin] - base).tolist(),
        (encoded.ends[tokens[bounds[1:] - 1]] - base).tolist(),
        [KINDS[kind] for kind in ((tags[first] - 1) >> 1).tolist()],
        np.minimum.reduceat(confidence[named], first).tolist(),
        encoded.headline[named[first]].tolist(),
    )
    for which, span in zip(text.tolist(), map(TaggedSpan, *columns), strict=True):
        spans[which].append(span)
    return spans


@cache
def builtin_tagger() -> Tagger:
    """The tagger with the model that ships with the project."""
    path = Path(str(files("transforms").joinpath("rules/en/names/tagger.model")))
    return Tagger(read_model(path))


def write_model(path: Path, model: Model) -> None:
    """One file: a magic line, the SHA-256 of the rest, and the packed header and arrays. Same model, same bytes."""
    arrays: dict[str, NDArray[Any]] = {
        "keys": model.keys,
        "weights": model.weights.T,  # label by label: long runs of zeros pack well
        "prior": model.prior,
        "transitions": model.transitions,
        "begin": model.begin,
        "finish": model.finish,
    }
    head = {
        "scale": model.scale,
        "labels": LABELS,
        "provenance": model.provenance,
        "arrays": [[name, array.dtype.str, array.shape] for name, array in arrays.items()],
    }
    header = json.dumps(head, ensure_ascii=False, sort_keys=True).encode()
    body = b"".join(np.ascontiguousarray(array).tobytes() for array in arrays.values())
    packed = zlib.compress(len(header).to_bytes(4, "big") + header + body, 9)
    path.write_bytes(MAGIC + hashlib.sha256(packed).digest() + packed)


def read_model(path: Path) -> Model:
    """Read what `write_model` wrote; raises `TaggerModelError` for a missing, damaged or foreign file."""
    remedy = "reinstall newstally, or train it anew: python -m transforms.training.tagger"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TaggerModelError(f"{path}: no model of the tagger there ({error.strerror}); {remedy}") from error
    packed = data[len(MAGIC) + 32 :]
    if not data.startswith(MAGIC) or hashlib.sha256(packed).digest() != data[len(MAGIC) : len(MAGIC) + 32]:
        raise TaggerModelError(f"{path}: damaged, or no model of this version's tagger; {remedy}")
    content = zlib.decompress(packed)
    size = int.from_bytes(content[:4], "big")
    head = json.loads(content[4 : 4 + size])
    if tuple(head["labels"]) != LABELS:
        raise TaggerModelError(f"{path}: made for other labels than {', '.join(KINDS)}; {remedy}")
    arrays = {}
    at = 4 + size
    for name, kind, shape in head["arrays"]:
        count = int(np.prod(shape))
        arrays[name] = np.frombuffer(content, dtype=kind, count=count, offset=at).reshape(shape)
        at += arrays[name].nbytes
    return Model(
        keys=arrays["keys"],
        weights=np.ascontiguousarray(arrays["weights"].T),
        scale=head["scale"],
        prior=arrays["prior"],
        transitions=arrays["transitions"],
        begin=arrays["begin"],
        finish=arrays["finish"],
        provenance=head["provenance"],
    )
