"""Features of words and of capitalised stretches, as hashed integers in numpy.

The tagger and its training see a text through this module alone. A *type* is a word as the text writes it
with the blanks before it; everything that depends on the type alone is computed once and kept in a
`Lexicon`. *Candidates* are the tokens that may belong to a name: those with a capital, and up to three
linking words between two of them ("Bank of the West"). A run of candidates is a *segment*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from transforms.name_lists import FIRST, FLAG_COUNT, PART, PHRASE_WORDS, NameLists, name_lists
from transforms.tokens import token_pattern
from transforms.word_statistics import WordStatistics, word_hash, word_hashes, word_statistics

Ints: TypeAlias = NDArray[np.int64]
Keys: TypeAlias = NDArray[np.uint32]

OFFSETS = (0, -1, 1, -2, 2)  # of the neighbours whose word features count
STEPS = np.array(OFFSETS)[:, None]
LINKING_MOST = 3  # linking words between two capitalised ones
SEGMENT_MOST = 60  # tokens; longer runs (lines in capitals) are cut
NO_WORD_RATE = 9  # class of tokens without letters

CAPITAL, LINK, LOWER, LONG_LOWER, LETTERS, SHOUTED = 1, 2, 4, 8, 16, 32  # classes of a type
ROW_FIELDS = ("shape", "flags", "word", "rate", "cluster")  # of the integers that conjunctions are made of

# What is counted in a sentence, as fields of one number: letters, with a capital, long in lower case, in capitals.
FIELD_BITS = 13
FIELD_MOST = (1 << FIELD_BITS) - 1
FIELD_SHIFTS = FIELD_BITS * np.arange(4)[:, None]
COUNT_FIELDS = np.array(
    [
        (
            bool(kind & LETTERS)
            + (bool(kind & CAPITAL and kind & LETTERS) << FIELD_BITS)
            + (bool(kind & LONG_LOWER) << 2 * FIELD_BITS)
            + (bool(kind & SHOUTED) << 3 * FIELD_BITS)
        )
        for kind in range(64)
    ],
    dtype=np.float64,
)

# Conjunctions: which integers make one feature. A name with a digit is of a neighbour: shape-1, word+1.
CONJUNCTIONS: tuple[tuple[str, ...], ...] = (
    ("shape-1", "shape0"),
    ("shape0", "shape+1"),
    ("shape-1", "shape0", "shape+1"),
    ("flags-1", "flags0"),
    ("flags0", "flags+1"),
    ("flags-1", "flags0", "flags+1"),
    ("word0", "shape-1"),
    ("word0", "shape+1"),
    ("word-1", "shape0"),
    ("word+1", "shape0"),
    ("initial", "shape0", "rate0"),
    ("initial", "flags0"),
    ("headline", "shape0"),
    ("headline", "flags0"),
    ("headline", "rate0"),
    ("phrase0",),
    ("phrase0", "shape0"),
    ("phrase0", "phrase+1"),
    ("phrase0", "flags0"),
    ("inside", "shape0"),
    ("inside", "flags0"),
    ("last", "flags0"),
    ("last", "place"),
    ("first", "flags0"),
    ("place", "shape0"),
    ("cluster0", "cluster+1"),
    ("cluster-1", "cluster0"),
    ("word-1", "flags0"),
    ("word+1", "flags0"),
    ("flags0", "rate0", "initial"),
    ("flags-2", "word-1", "flags0"),
    ("shape-2", "word-1", "shape0"),
    ("shape0", "word+1", "shape+2"),
    ("flags0", "word+1", "flags+2"),
)
NEIGHBOURED = tuple(f"{field}{step}" for step in ("0", "-1", "+1", "-2", "+2") for field in ROW_FIELDS)  # as OFFSETS
CONTEXTUAL = ("initial", "headline", "phrase0", "phrase+1", "inside", "last", "first", "place", "none")
COLUMNS = {name: index for index, name in enumerate((*NEIGHBOURED, *CONTEXTUAL))}
# Column of the first, second and third part of each conjunction.
CONJUNCTION_PARTS = np.array(
    [[COLUMNS[name] for name in (*parts, "none", "none")[:3]] for parts in CONJUNCTIONS], dtype=np.intp
).T.copy()
MULTIPLIERS = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D], dtype=np.uint32)
CONJUNCTION_SALTS = (np.arange(1, len(CONJUNCTIONS) + 1, dtype=np.uint32) * np.uint32(0x27D4EB2F))[:, None]
OFFSET_SALTS = {offset: np.uint32(((offset + 3) * 0x165667B1) & 0xFFFFFFFF) for offset in OFFSETS}


@dataclass(slots=True)
class TypeFeatures:
    """The hashed features of one type: its own, and those that its neighbours see."""

    own: list[int]
    near: list[int]  # seen from one token away
    far: list[int]  # from two
    row: tuple[int, int, int, int, int]  # ROW_FIELDS
    bits: int  # flags with FIRST
    kind: int  # CAPITAL, LINK …
    length: int  # of the word
    word_hash: int


@dataclass(slots=True)
class Encoded:
    """A batch of texts as arrays over their tokens, and over the candidates among them."""

    types: Ints  # type of each token; texts are set apart by two tokens of type 0
    starts: Ints  # offset of each token, all texts laid end to end
    ends: Ints
    text_start: Ints  # where each text begins in that count
    text_first: Ints  # index of the first token of each text
    text_last: Ints  # after its last token
    sentence: Ints  # number of the sentence of each token, over all texts
    candidates: Ints  # indices of candidate tokens
    neighbours: Ints  # offset x candidate: type of the neighbour at each of OFFSETS, 0 beyond the sentence
    segment_first: Ints  # position in `candidates` of the first token of each segment
    segment_length: Ints
    headline: NDArray[
        np.uint32
    ]  # class of each candidate's sentence: 0 running text, 1 title case, 2 capitals, 3 short
    initial: NDArray[np.uint32]  # 1: first word of its sentence
    conjunctions: Keys  # conjunction x candidate


def mixed(keys: Keys) -> Keys:
    """A bijection of 32-bit integers that spreads their bits (lowbias32 of C. Wellons)."""
    keys = keys ^ (keys >> np.uint32(16))
    keys *= np.uint32(0x7FEB352D)
    keys ^= keys >> np.uint32(15)
    keys *= np.uint32(0x846CA68B)
    keys ^= keys >> np.uint32(16)
    return keys


def word_shape(word: str) -> str:
    """ "McDonald" -> "XxXxxxxx" """
    return "".join(
        "X" if char.isupper() else "x" if char.isalpha() else "d" if char.isdigit() else char for char in word[:10]
    )


def short_shape(shape: str) -> str:
    """ "XxXxxxxx" -> "XxXx" """
    return "".join([char for char, before in zip(shape, " " + shape, strict=False) if char != before])


class Lexicon:
    """The types met so far. `ids` maps a piece of text (blanks and word) to its number; 0 is no word."""

    def __init__(self, statistics: WordStatistics | None = None, lists: NameLists | None = None) -> None:
        self.statistics = statistics or word_statistics()
        self.lists = lists or name_lists()
        self.words: list[str] = []
        self.clear()

    def clear(self) -> None:
        self.ids: dict[str, int] = {}
        self.shouted: dict[int, int] = {}  # type -> its twin in a line of capitals
        self.words = []
        self.rows = np.zeros((1024, len(ROW_FIELDS)), dtype=np.uint32)
        self.bits = np.zeros(1024, dtype=np.int32)
        self.kinds = np.zeros(1024, dtype=np.uint8)
        self.word_lengths = np.zeros(1024, dtype=np.int32)
        self.piece_lengths = np.zeros(1024, dtype=np.int32)
        self.hashes = np.zeros(1024, dtype=np.uint32)
        self.add(
            [""],
            [TypeFeatures([word_hash("none")], [word_hash("none")], [word_hash("none")], (1, 0, 1, 9, 0), 0, 0, 0, 0)],
        )

    def learn(self, pieces: Sequence[str]) -> None:
        """Make types of the pieces, none of which is known."""
        self.add(pieces, self.features([piece.lstrip() for piece in pieces], shouted=False))

    def twins(self, types: Sequence[int]) -> list[int]:
        """The types of the same words where the whole line is in capitals: read as if they were not."""
        new = [one for one in dict.fromkeys(types) if one not in self.shouted]
        if new:
            first = len(self.words)
            pieces = [self.words[one] for one in new]
            self.add(pieces, self.features([piece.lstrip() for piece in pieces], shouted=True), named=False)
            self.shouted.update(zip(new, range(first, len(self.words)), strict=True))
        return [self.shouted[one] for one in types]

    def add(self, pieces: Sequence[str], features: list[TypeFeatures], named: bool = True) -> None:
        first = len(self.words)
        last = first + len(pieces)
        if last > len(self.bits):
            size = max(last, 2 * len(self.bits))
            for name in ("rows", "bits", "kinds", "word_lengths", "piece_lengths", "hashes"):
                old = getattr(self, name)
                new = np.zeros((size, *old.shape[1:]), dtype=old.dtype)
                new[:first] = old[:first]
                setattr(self, name, new)
        if named:
            self.ids.update(zip(pieces, range(first, last), strict=True))
        self.words.extend(pieces)
        self.rows[first:last] = [one.row for one in features]
        self.bits[first:last] = [one.bits for one in features]
        self.kinds[first:last] = [one.kind for one in features]
        self.word_lengths[first:last] = [one.length for one in features]
        self.piece_lengths[first:last] = [len(piece) for piece in pieces]
        self.hashes[first:last] = [one.word_hash for one in features]
        self.added(first, features)

    def added(self, first: int, features: list[TypeFeatures]) -> None:
        """Called with the new types: the tagger sums their weights, the training keeps the features."""

    def features(self, words: Sequence[str], *, shouted: bool) -> list[TypeFeatures]:
        """All that is told by each word alone; `shouted`: its whole line is in capitals."""
        lower = [word.lower().replace("’", "'") for word in words]
        titled = [word.capitalize() for word in lower]
        rates = self.statistics.rate_of(lower)
        clusters = self.statistics.cluster_of(titled if shouted else words)
        titled_clusters = self.statistics.cluster_of(titled)
        return [
            self.features_of(*one, shouted=shouted)
            for one in zip(words, lower, rates, clusters, titled_clusters, strict=True)
        ]

    def features_of(
        self, word: str, lower: str, rate: int, cluster: int, titled_cluster: int, *, shouted: bool
    ) -> TypeFeatures:
        """The features of one word; only a candidate has some of its own, and only a word with letters affixes."""
        capital = not word.islower() and any(map(str.isupper, word))
        kind = 0
        if capital:
            kind = CAPITAL
        elif word.replace("’", "'") in self.lists.linking or word.isdigit():
            kind = LINK
        # "WHO" is not "who", nor "US" "us": in running text acronyms are words of their own.
        acronym = word.isupper() and len(word) > 1 and not shouted
        key = word if acronym else lower
        bits = 0 if acronym else self.lists.cues.get(lower, 0)
        if capital or shouted:
            bits |= self.lists.capitalized.get(lower, 0)
            if "-" in lower and not bits:  # "Iraqi-Kurdish", "Jean-Paul": what its parts are
                for part in lower.split("-"):
                    bits |= self.lists.capitalized.get(part, 0)
                bits &= ~FIRST
        if capital and not cluster:
            cluster = titled_cluster
        if lower in self.lists.parts:
            bits |= PART
        flags = bits & (FIRST - 1)
        letters = lower[:1].isalpha()
        full = ("!" + word_shape(lower)[:4]) if shouted else word_shape(word)
        short = short_shape(full)
        ones = [f"b{n}" for n in range(FLAG_COUNT) if flags >> n & 1] if flags else []
        near = ["w" + key, "h" + short, f"c{flags}", f"k{cluster}", f"m{cluster & 63}"]
        own: list[str] = []
        if not letters:
            rate = NO_WORD_RATE
        if kind:
            own = ["f" + full, f"r{rate}", f"l{cluster & 15}", f"n{cluster & 255}"]
        if letters:
            size = len(lower)
            near += [f"s{lower[-n:]}" for n in range(2, min(3, size) + 1)]
            if kind:
                own += [f"p{lower[:n]}" for n in range(1, min(4, size) + 1)]
                own += [f"s{lower[-n:]}" for n in (1, 4, 5) if n <= size]
        hashes = word_hashes([*near, *ones, *own, short, lower, key])
        shape, hashed, exact = hashes[-3:]
        seen = len(near) + len(ones)
        if word[:1].islower():
            kind |= LOWER | (LONG_LOWER if len(word) > 3 else 0)
        if word[:1].isalpha():
            kind |= LETTERS
            if len(word) > 1 and word.isupper():
                kind |= SHOUTED
        return TypeFeatures(
            own=hashes[:-3],
            near=hashes[:seen],
            far=hashes[:4],
            row=(shape, flags, exact, rate, cluster),
            bits=bits,
            kind=kind,
            length=len(word),
            word_hash=hashed,
        )


class Phrases:
    """Longer names of the lists, found by the hashes of their words."""

    def __init__(self, lists: NameLists) -> None:
        keys: dict[int, int] = {}
        for words, kind in lists.phrases.items():
            key = 0
            for word in words:
                key = (key * 0x9E3779B1 + word_hash(word)) & 0xFFFFFFFF
            keys[key ^ len(words)] = kind
        order = sorted(keys)
        self.keys = np.array(order, dtype=np.uint32)
        self.kinds = np.array([keys[key] for key in order], dtype=np.uint32)

    def mark(self, lexicon: Lexicon, types: Ints, opens: NDArray[np.bool_], candidates: Ints) -> NDArray[np.uint32]:
        """For each token: 0, or twice the kind of the longest listed name there, plus 1 inside of it.

        `opens`: whether a token is the first of its sentence. Type 0, which sets texts apart, is in no name.
        """
        marks = np.zeros(len(types), dtype=np.uint32)
        bits = lexicon.bits[types]
        goes_on = (bits & PART) != 0
        goes_on &= ~opens
        begins = candidates[(bits[candidates] & FIRST) != 0]
        begins = begins[goes_on[begins + 1]]
        if not len(begins) or not len(self.keys):
            return marks
        hashes = lexicon.hashes[types]
        key = hashes[begins]
        for size in range(2, PHRASE_WORDS + 1):
            key = key * np.uint32(0x9E3779B1) + hashes[begins + (size - 1)]
            wanted = key ^ np.uint32(size)
            at = self.keys.searchsorted(wanted)
            at[at == len(self.keys)] = 0
            hit = self.keys[at] == wanted
            first = begins[hit]
            if len(first):
                kind = 2 * self.kinds[at[hit]]
                marks[first] = kind
                for step in range(1, size):
                    marks[first + step] = kind + np.uint32(1)
            longer = goes_on[begins + size]
            begins, key = begins[longer], key[longer]
            if not len(begins):
                break
        return marks


def encode(
    texts: Sequence[str], sentences: Sequence[Sequence[tuple[int, int]]], lexicon: Lexicon, phrases: Phrases
) -> Encoded:
    """Tokens, candidates, segments and conjunctions of the texts, whose sentences are given."""
    findall = token_pattern().findall
    found: list[list[str]] = []
    for text in texts:
        pieces = findall(text)
        if pieces and pieces[-1].isspace():
            pieces.pop()
        found.append(pieces)
    new = set().union(*found).difference(lexicon.ids)
    if new:  # all at once: a type alone costs five times as much
        lexicon.learn(sorted(new))
    known = lexicon.ids.__getitem__
    numbers: list[int] = []
    firsts, lasts = [], []
    for pieces in found:
        numbers += (0, 0)
        firsts.append(len(numbers))
        numbers += map(known, pieces)
        lasts.append(len(numbers))
    numbers += (0, 0)
    types = np.array(numbers, dtype=np.int64)
    text_first, text_last = np.array(firsts, dtype=np.int64), np.array(lasts, dtype=np.int64)

    ends: Ints = lexicon.piece_lengths[types].cumsum()
    starts: Ints = ends - lexicon.word_lengths[types]
    text_start: Ints = ends[text_first - 1]
    opens = sentence_opens(starts, ends, text_first, text_last, sentences)
    sentence: Ints = opens.cumsum()

    kinds = lexicon.kinds[types]
    headline_of, types = headlines(lexicon, types, kinds, sentence)
    candidates, segment_first, segment_length = segments(kinds, sentence)
    near = candidates + STEPS
    near_sentence = sentence[near]
    neighbours: Ints = types[near] * (near_sentence == near_sentence[0])
    initial = first_words(kinds, sentence)[candidates]
    headline = headline_of[near_sentence[0]]
    marks = phrases.mark(lexicon, types, opens, candidates)
    keys = conjunction_keys(lexicon, neighbours, candidates, segment_first, segment_length, initial, headline, marks)
    return Encoded(
        types,
        starts,
        ends,
        text_start,
        text_first,
        text_last,
        sentence,
        candidates,
        neighbours,
        segment_first,
        segment_length,
        headline,
        initial,
        keys,
    )


def sentence_opens(
    starts: Ints, ends: Ints, text_first: Ints, text_last: Ints, sentences: Sequence[Sequence[tuple[int, int]]]
) -> NDArray[np.bool_]:
    """Whether a token is the first of its sentence; the first of the two between texts counts as one."""
    opens = np.zeros(len(starts) + 1, dtype=bool)
    opens[text_first] = True
    opens[text_last] = True
    text_ends = ends[text_last - 1].tolist()
    begins = [
        min(base + start, end)
        for base, end, spans in zip(ends[text_first - 1].tolist(), text_ends, sentences, strict=True)
        for start, _ in spans
    ]
    opens[starts.searchsorted(begins)] = True
    return opens[:-1]


def headlines(
    lexicon: Lexicon, types: Ints, kinds: NDArray[np.uint8], sentence: Ints
) -> tuple[NDArray[np.uint32], Ints]:
    """Class of each sentence, and the types, with their twins in lines of capitals.

    0 running text, 1 title case, 2 capitals, 3 a few words without a long one in lower case.
    """
    counts = np.bincount(sentence, weights=COUNT_FIELDS[kinds]).astype(np.int64)
    letters, capital, long_lower, shouted = (counts >> FIELD_SHIFTS) & FIELD_MOST
    few, no_long = letters <= 4, long_lower == 0
    titled = (capital >= 4 * long_lower) & (capital >= 3) & ~few
    classes = titled + np.uint32(3) * (few & no_long)
    in_capitals = no_long & (shouted >= 2)
    if np.count_nonzero(in_capitals):
        in_capitals &= shouted >= 0.8 * letters
        classes[in_capitals] = 2
        types = types.copy()
        at = np.flatnonzero(in_capitals[sentence] & ((kinds & SHOUTED) != 0))
        types[at] = lexicon.twins(types[at].tolist())
    return classes, types


def segments(kinds: NDArray[np.uint8], sentence: Ints) -> tuple[Ints, Ints, Ints]:
    """Candidate tokens, and the first and length of each run of them."""
    capital = (kinds & CAPITAL).nonzero()[0]
    if not len(capital):
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty, empty
    # Tokens between two capitals are all linking: the count of others rises by the second capital alone.
    others = ((kinds & LINK) == 0).cumsum()[capital]
    within = sentence[capital]
    parted = np.ones(len(capital) + 1, dtype=bool)
    parted[1:-1] = (others[1:] - others[:-1] != 1) | (within[1:] != within[:-1])
    parted[1:-1] |= capital[1:] - capital[:-1] > LINKING_MOST + 1
    run_start = capital[parted[:-1]]
    lengths = capital[parted[1:]] - run_start + 1
    ends = lengths.cumsum()
    total = int(ends[-1])
    offsets = ends - lengths
    candidates = np.arange(total) + (run_start - offsets).repeat(lengths)
    if np.maximum.reduce(lengths) > SEGMENT_MOST:
        inside = np.arange(total) - offsets.repeat(lengths)
        offsets = np.flatnonzero(inside % SEGMENT_MOST == 0)
        lengths = np.diff(np.concatenate((offsets, [total])))
    return candidates, offsets, lengths


def first_words(kinds: NDArray[np.uint8], sentence: Ints) -> NDArray[np.uint32]:
    """1 for the first token with letters of each sentence."""
    marks = np.zeros(len(kinds), dtype=np.uint32)
    lettered = (kinds & LETTERS).nonzero()[0]
    if len(lettered):
        number = sentence[lettered]
        marks[lettered[0]] = 1
        marks[lettered[1:][number[1:] != number[:-1]]] = 1
    return marks


def conjunction_keys(
    lexicon: Lexicon,
    neighbours: Ints,
    candidates: Ints,
    segment_first: Ints,
    segment_length: Ints,
    initial: NDArray[np.uint32],
    headline: NDArray[np.uint32],
    marks: NDArray[np.uint32],
) -> Keys:
    """The hashed conjunctions, one row each, one column a candidate."""
    count = len(candidates)
    if not count:
        return np.zeros((len(CONJUNCTIONS), 0), dtype=np.uint32)
    table = np.empty((len(COLUMNS), count), dtype=np.uint32)
    table[: len(NEIGHBOURED)] = lexicon.rows[neighbours].transpose(0, 2, 1).reshape(-1, count)
    segment = np.arange(len(segment_first)).repeat(segment_length)
    words = table[COLUMNS["word0"]]
    # Of the whole segment: flags of any of its words, its last word and its first.
    whole = np.empty((3, len(segment_first)), dtype=np.uint32)
    np.bitwise_or.reduceat(table[COLUMNS["flags0"]], segment_first, out=whole[0])
    whole[1] = words[segment_first + segment_length - 1]
    whole[2] = words[segment_first]
    table[COLUMNS["inside"] : COLUMNS["first"] + 1] = whole[:, segment]
    within = np.arange(count) - segment_first[segment]
    left = segment_length[segment] - 1 - within
    table[COLUMNS["place"]] = np.minimum(within, 3) * 4 + np.minimum(left, 3) + 1
    table[COLUMNS["initial"]] = initial + np.uint32(1)
    table[COLUMNS["headline"]] = headline + np.uint32(1)
    table[COLUMNS["phrase0"]] = marks[candidates]
    table[COLUMNS["phrase+1"]] = marks[candidates + 1]
    table[COLUMNS["none"]] = 0
    first, second, third = CONJUNCTION_PARTS
    keys = (table * MULTIPLIERS[0])[first]
    keys += CONJUNCTION_SALTS
    keys += mixed(table * MULTIPLIERS[1])[second]
    keys += (table * MULTIPLIERS[2])[third]
    return mixed(keys)
