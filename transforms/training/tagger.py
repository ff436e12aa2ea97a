"""Train the tagger: `python -m transforms.training.tagger --train FILE… --dev FILE…`.

Corpora are JSON Lines, one sentence a line: {"tokens": [...], "tags": ["B-PER", "O", ...]}, plain or .xz. The
tokens are written out as running text and split again by `transforms/tokens.py`, so that training sees what
the tagger will see. A linear-chain CRF is trained by AdaGrad (Duchi, Hazan, Singer 2011) over small batches of
segments, with words dropped at random, and its weights are averaged. The same data and seed give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from transforms.name_features import (
    CONJUNCTIONS,
    OFFSETS,
    Encoded,
    Ints,
    Keys,
    Lexicon,
    Phrases,
    TypeFeatures,
    encode,
)
from transforms.name_lists import name_lists
from transforms.tagger import KINDS, LABELS, Floats, Model, Tagger, offset_keys, read_model, write_model
from transforms.training.corpus import Sentence, read_sentences
from transforms.training.templates import replaced, template_sentences

OUTPUT = Path(__file__).parents[1] / "rules/en/names/tagger.model"
OTHER_WORDS = frozenset({"word-1", "word+1", "last", "first"})
IMPOSSIBLE = np.float32(-1000.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    passes: int = 6
    rate: float = 0.02
    dropout: float = 0.25
    least_count: int = 2
    batch: int = 48  # candidates an update
    prune: float = 0.08  # weights whose every label is nearer to zero are dropped
    recased: float = 0.12  # share of sentences that are shown again in Title Case, and of these again in CAPITALS
    replaced: float = 0.3  # share of sentences that are shown again with other names
    templates: int = 12  # times that each template of sentences.txt is filled
    names: float = 0.15  # taken from the score of no name: the press names more than an encyclopedia does
    persons: float = 0.3  # added to the scores of persons: the press names more of them
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Examples:
    """Candidates with their gold labels and features."""

    gold: Ints
    segment_first: Ints
    segment_length: Ints
    entries: NDArray[np.int32]  # feature of each entry, candidate by candidate
    entry_first: Ints  # of each candidate, and one past the last
    word_entry: NDArray[np.int8]  # 1: tells the word itself, 2: a neighbour's word


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, nargs="+", default=[])
    parser.add_argument("--dev", type=Path, nargs="*", default=[])
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--licence", action="append", default=[], help="FILE=LICENCE, for the provenance")
    parser.add_argument("--passes", type=int, default=Settings().passes)
    parser.add_argument("--rate", type=float, default=Settings().rate)
    parser.add_argument("--seed", type=int, default=Settings().seed)
    parser.add_argument("--show", action="store_true", help="print where the model at --output comes from")
    options = parser.parse_args(arguments)
    if options.show:
        print(json.dumps(read_model(options.output).provenance, indent=1, ensure_ascii=False))
        return
    if not options.train:
        parser.error("name the corpora to train on: --train FILE…")
    settings = Settings(passes=options.passes, rate=options.rate, seed=options.seed)
    licences = dict(pair.split("=", 1) for pair in options.licence)
    began = time.process_time()
    sentences = [sentence for path in options.train for sentence in read_sentences(path)]
    model = train(sentences, settings)
    tagger = Tagger(model)
    scores = {path.name: evaluate(tagger, list(read_sentences(path))) for path in options.dev}
    model.provenance.update(
        data={
            path.name: {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "licence": licences.get(path.name)}
            for path in options.train
        },
        sentences=len(sentences),
        scores=scores,
    )
    write_model(options.output, model)
    print(f"{len(sentences)} sentences, {len(model.keys)} features, {time.process_time() - began:.0f} s of CPU")
    print(f"{options.output}: {options.output.stat().st_size:,} bytes")
    for name, score in scores.items():
        print(name, " ".join(f"{label} {value['f1']:.2f}" for label, value in score.items()))
    read_model(options.output)


def train(sentences: Sequence[Sentence], settings: Settings) -> Model:
    """A model of the sentences."""
    shown = augmented(sentences, settings)
    examples, keys = build_examples(shown, settings)
    weights, transitions, begin, finish = fit(examples, len(keys), settings)
    return packed(keys, weights, transitions, begin, finish, settings)


def augmented(sentences: Sequence[Sentence], settings: Settings) -> list[Sentence]:
    """The sentences, and what is made of them and of the templates."""
    chance = random.Random(settings.seed)
    named = [sentence for sentence in sentences if sentence.spans]
    swapped = [replaced(sentence, chance) for sentence in named if chance.random() < settings.replaced]
    shown = [*sentences, *swapped, *template_sentences(settings.templates, settings.seed)]
    return [*shown, *recased(shown, settings)]


def recased(sentences: Sequence[Sentence], settings: Settings) -> list[Sentence]:
    """Some sentences as headlines: in Title Case, and in capitals. Their spans stay where they are."""
    chance = random.Random(settings.seed)
    made = []
    for sentence in sentences:
        if chance.random() >= settings.recased or len(sentence.text) > 200:
            continue
        titled = "".join(
            char.upper() if not before.isalpha() and before not in "'’" else char
            for before, char in zip(" " + sentence.text, sentence.text, strict=False)
        )
        shouted = sentence.text.upper()
        for text in (titled, shouted):
            if len(text) == len(sentence.text):
                made.append(Sentence(text, sentence.spans))
    return made


class TrainingLexicon(Lexicon):
    """Word types with all their features."""

    def clear(self) -> None:
        self.all: list[TypeFeatures] = []
        super().clear()

    def added(self, first: int, features: list[TypeFeatures]) -> None:
        self.all.extend(features)


def build_examples(sentences: Sequence[Sentence], settings: Settings) -> tuple[Examples, Keys]:
    """The candidates of all sentences, and the keys of the features that occur often enough."""
    lexicon = TrainingLexicon()
    texts = [sentence.text for sentence in sentences]
    encoded = encode(texts, [[(0, len(text))] for text in texts], lexicon, Phrases(name_lists()))
    gold = gold_labels(encoded, sentences)
    count = len(encoded.candidates)
    met = np.unique(encoded.neighbours)  # types that a candidate is or has beside it
    rank = np.zeros(len(lexicon.all), dtype=np.int64)
    rank[met] = np.arange(len(met))
    blocks: list[Block] = []
    for place, offset in enumerate(OFFSETS):
        lists = [features_at(lexicon.all[number], offset) for number in met.tolist()]
        sizes = np.array([len(keys) for keys in lists])
        keys = offset_keys(np.array([key for keys in lists for key in keys], dtype=np.uint32), offset)
        first = sizes.cumsum() - sizes
        blocks.append(Block(keys, first, sizes, rank[encoded.neighbours[place]], 1 if offset == 0 else 2, False))
    alone, each = np.ones(count, dtype=np.int64), np.arange(count)
    for parts, keys in zip(CONJUNCTIONS, encoded.conjunctions, strict=True):
        kind = 1 if "word0" in parts else 2 if OTHER_WORDS.intersection(parts) else 0
        blocks.append(Block(keys, each, alone, each, kind, True))
    known = often_met(blocks, settings.least_count)
    # Of every block the entries that are kept, candidate by candidate.
    kept = [block.kept(known) for block in blocks]
    sizes = np.add.reduce([counts[block.types] for block, (_, _, counts) in zip(blocks, kept, strict=True)])
    entry_first = np.concatenate(([0], sizes.cumsum()))
    entries = np.empty(entry_first[-1], dtype=np.int32)
    word_entry = np.empty(entry_first[-1], dtype=np.int8)
    free = entry_first[:-1].copy()
    for block, (numbers, words, counts) in zip(blocks, kept, strict=True):
        sizes = counts[block.types]
        source, target = ranges((counts.cumsum() - counts)[block.types], sizes), ranges(free, sizes)
        entries[target] = numbers[source]
        word_entry[target] = words[source]
        free += sizes
    return Examples(gold, encoded.segment_first, encoded.segment_length, entries, entry_first, word_entry), known


@dataclass(frozen=True, slots=True)
class Block:
    """Features of one sort: those of a word at one offset, or one conjunction."""

    keys: Keys  # type by type; of a conjunction one a candidate
    first: Ints  # of the keys of each type
    sizes: Ints
    types: Ints  # of each candidate
    kind: int  # 1: tells the word itself, 2: a neighbour's word, 0: neither
    whole: bool  # all keys are of that kind, not only the first of each type

    def kept(self, known: Keys) -> tuple[NDArray[np.int32], NDArray[np.int8], Ints]:
        """Of the keys that are known: their numbers and kinds, and how many each type has of them."""
        at = known.searchsorted(self.keys)
        at[at == len(known)] = 0
        hit = known[at] == self.keys
        words = np.zeros(len(self.keys), dtype=np.int8)
        if self.whole:
            words[:] = self.kind
        else:
            words[self.first] = self.kind
        return at[hit].astype(np.int32), words[hit], np.add.reduceat(hit, self.first, dtype=np.int64)


def features_at(features: TypeFeatures, offset: int) -> list[int]:
    return features.own if offset == 0 else features.near if abs(offset) == 1 else features.far


def often_met(blocks: Sequence[Block], least: int) -> Keys:
    """The keys that the candidates have so many times at least, sorted."""
    keys = np.concatenate([block.keys for block in blocks])
    times = np.concatenate(
        [np.bincount(block.types, minlength=len(block.sizes)).repeat(block.sizes) for block in blocks]
    )
    # Key and count in one number: such sort fastest.
    packed = np.sort((keys.astype(np.uint64) << 32) | times.astype(np.uint64))
    ranked = (packed >> 32).astype(np.uint32)
    heads = np.flatnonzero(np.concatenate(([True], ranked[1:] != ranked[:-1])))
    total = np.add.reduceat(packed & 0xFFFFFFFF, heads)
    return ranked[heads][total >= least]


def gold_labels(encoded: Encoded, sentences: Sequence[Sentence]) -> Ints:
    """The label of each candidate; a token belongs to the span in which it begins."""
    labels = np.zeros(len(encoded.types), dtype=np.int64)
    places = zip(encoded.text_first.tolist(), encoded.text_last.tolist(), encoded.text_start.tolist(), strict=True)
    for sentence, (first, last, base) in zip(sentences, places, strict=True):
        starts = encoded.starts[first:last] - base
        for start, end, kind in sentence.spans:
            left, right = starts.searchsorted([start, end])
            if right > left:
                label = LABELS.index(f"B-{kind}")
                labels[first + left] = label
                labels[first + left + 1 : first + right] = label + 1
    gold = labels[encoded.candidates]
    # A name that begins before the segment, with a word in lower case, begins at the segment here.
    opens = np.zeros(len(gold), dtype=bool)
    opens[encoded.segment_first] = True
    inner = (gold > 0) & (gold % 2 == 0)
    before = np.concatenate(([0], gold[:-1]))
    gold[inner & (opens | ((before != gold) & (before != gold - 1)))] -= 1
    return gold


def fit(examples: Examples, features: int, settings: Settings) -> tuple[Floats, Floats, Floats, Floats]:
    """Weights (feature x label), transitions, and scores of the first and last label of a segment."""
    size = len(LABELS)
    allowed = allowed_transitions()
    # Of each feature beside each other, for they are read and written together: its weights, what is to be taken
    # from them for their average, and the sums of the squares of their slopes.
    state = np.zeros((features, 3, size), dtype=np.float32)
    state[:, 2] = 1e-6
    weights, drift, rows = state[:, 0], state[:, 1], state.reshape(-1, size)
    # begin, finish and transitions: one small array of their own.
    chain = np.zeros((size + 2, size), dtype=np.float32)
    chain_squares = np.full_like(chain, 1e-6)
    chain_drift = np.zeros_like(chain)
    generator = np.random.default_rng(settings.seed)
    step = 0
    for _ in range(settings.passes):
        for batch in batches(examples.segment_length, settings.batch, generator):
            step += 1
            first, length = examples.segment_first[batch], examples.segment_length[batch]
            tokens = ranges(first, length)
            entries, owner = shown_entries(examples, tokens, settings.dropout, generator)
            begins = (owner[1:] != owner[:-1]).nonzero()[0] + 1
            begins = np.concatenate(([0], begins)) if len(owner) else begins
            scores = np.zeros((len(tokens), size), dtype=np.float32)
            scores[owner[begins]] = np.add.reduceat(rows.take(3 * entries, axis=0), begins, axis=0)
            slope, chain_slope = gradients(scores, examples.gold[tokens], length, chain, allowed)
            touched, sums = summed(entries, owner, slope)
            now = state.take(touched, axis=0)
            now[:, 2] += sums * sums
            change = settings.rate * sums / np.sqrt(now[:, 2])
            now[:, 0] += change
            now[:, 1] += step * change
            state[touched] = now
            chain_squares += chain_slope * chain_slope
            change = settings.rate * chain_slope / np.sqrt(chain_squares)
            chain += change
            chain_drift += step * change
    weights -= drift / step
    chain -= chain_drift / step
    transitions = np.where(allowed, chain[2:], IMPOSSIBLE)
    begin = np.where(begin_allowed(), chain[0], IMPOSSIBLE)
    return np.ascontiguousarray(weights), transitions, begin, chain[1]


def shown_entries(
    examples: Examples, tokens: Ints, dropout: float, generator: np.random.Generator
) -> tuple[NDArray[np.int32], Ints]:
    """The features of the candidates that are shown this time, and whose each is: words are dropped at random."""
    first = examples.entry_first[tokens]
    sizes = examples.entry_first[tokens + 1] - first
    where = ranges(first, sizes)
    owner = np.arange(len(tokens)).repeat(sizes)
    word = examples.word_entry[where]
    own_dropped = generator.random(len(tokens), dtype=np.float32) < dropout
    shown = generator.random(len(where), dtype=np.float32) >= dropout
    shown |= word != 2
    shown &= (word != 1) | ~own_dropped[owner]
    return examples.entries[where[shown]], owner[shown]


def summed(entries: NDArray[np.int32], owner: Ints, slope: Floats) -> tuple[Ints, Floats]:
    """The features that occur, in order, and the sum of the slopes of their candidates."""
    # Feature and place in one number: sorted, equal features stay in the order of their candidates.
    packed = np.sort((entries.astype(np.int64) << 32) | np.arange(len(entries)))
    ranked = packed >> 32
    rows = owner[packed & 0xFFFFFFFF]
    new = np.ones(len(ranked) + 1, dtype=bool)
    new[1:-1] = ranked[1:] != ranked[:-1]
    bounds = new.nonzero()[0]
    heads = bounds[:-1]
    sums = slope.take(rows[heads], axis=0)
    counts = bounds[1:] - heads
    several = (counts > 1).nonzero()[0]
    if len(several):
        counts = counts[several]
        many = slope.take(rows[ranges(heads[several], counts)], axis=0)
        sums[several] = np.add.reduceat(many, counts.cumsum() - counts, axis=0)
    return ranked[heads], sums


@cache
def allowed_transitions() -> NDArray[np.bool_]:
    """From label to label: an I follows the B or I of its kind only."""
    size = len(LABELS)
    allowed = np.ones((size, size), dtype=bool)
    for label, name in enumerate(LABELS):
        if name.startswith("I-"):
            allowed[:, label] = False
            allowed[[label - 1, label], label] = True
    return allowed


@cache
def begin_allowed() -> NDArray[np.bool_]:
    return np.array([not name.startswith("I-") for name in LABELS])


def batches(lengths: Ints, candidates: int, generator: np.random.Generator) -> list[Ints]:
    """The segments in random batches of about so many candidates, those of a batch of like length."""
    order = generator.permutation(len(lengths))
    made: list[Ints] = []
    for chunk in np.array_split(order, max(1, len(order) // 1024)):
        ranked = chunk[np.argsort(lengths[chunk], kind="stable")]
        filled = lengths[ranked].cumsum()
        cuts = np.flatnonzero(np.diff(filled // candidates)) + 1
        made.extend(part for part in np.split(ranked, cuts) if len(part))
    return [made[place] for place in generator.permutation(len(made))]


def ranges(first: Ints, length: Ints) -> Ints:
    """The numbers from each first on, so many of them, in one array."""
    ends = length.cumsum()
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - (ends - length), length)


def gradients(
    scores: Floats, gold: Ints, length: Ints, chain: Floats, allowed: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Gold minus expected counts: of the labels of each token, and of the chain (begin, finish, transitions)."""
    size = len(LABELS)
    count, steps = len(length), int(length.max())
    first = length.cumsum() - length
    padded = np.full((count, steps), 0, dtype=np.int64)
    for step in range(steps):
        padded[:, step] = np.minimum(first + step, first + length - 1)
    inside = np.arange(steps)[None, :] < length[:, None]
    emission = scores[padded]
    transitions = np.where(allowed, chain[2:], IMPOSSIBLE)
    begin = np.where(begin_allowed(), chain[0], IMPOSSIBLE)
    exp_transitions = np.exp(transitions - transitions.max())
    forward = np.zeros((steps, count, size), dtype=np.float32)
    backward = np.zeros((steps, count, size), dtype=np.float32)
    # Scaled probabilities: each step is divided by its sum, which marginals do not need.
    local = np.exp(emission - emission.max(axis=2, keepdims=True))
    alpha = local[:, 0] * np.exp(begin - begin.max())
    forward[0] = alpha / alpha.sum(axis=1, keepdims=True)
    for step in range(1, steps):
        alpha = (forward[step - 1] @ exp_transitions) * local[:, step]
        alpha /= alpha.sum(axis=1, keepdims=True)
        forward[step] = np.where(inside[:, step, None], alpha, forward[step - 1])
    finish = np.exp(chain[1] - chain[1].max())
    backward[steps - 1] = finish
    for step in range(steps - 2, -1, -1):
        beta = (backward[step + 1] * local[:, step + 1]) @ exp_transitions.T
        beta /= beta.sum(axis=1, keepdims=True)
        backward[step] = np.where(inside[:, step + 1, None], beta, finish)
    marginal = forward * backward
    marginal /= marginal.sum(axis=2, keepdims=True)
    chain_slope = np.zeros_like(chain)
    flat = marginal.transpose(1, 0, 2)[inside]
    slope = -flat
    slope[np.arange(len(gold)), gold] += 1
    chain_slope[0] = slope[first].sum(axis=0)
    chain_slope[1] = slope[first + length - 1].sum(axis=0)
    for step in range(1, steps):
        live = inside[:, step]
        pair = (
            forward[step - 1][live][:, :, None] * exp_transitions * (local[:, step] * backward[step])[live][:, None, :]
        )
        pair /= pair.sum(axis=(1, 2), keepdims=True)
        chain_slope[2:] -= pair.sum(axis=0)
        np.add.at(chain_slope, (2 + gold[padded[live, step - 1]], gold[padded[live, step]]), 1)
    chain_slope[2:][~allowed] = 0
    chain_slope[0][~begin_allowed()] = 0
    return slope, chain_slope


def packed(
    keys: Keys,
    weights: Floats,
    transitions: Floats,
    begin: Floats,
    finish: Floats,
    settings: Settings,
) -> Model:
    """The model with whole weights, the features that weigh nothing left out, the weightiest first."""
    weight = np.abs(weights).max(axis=1)
    kept = np.flatnonzero(weight >= settings.prune)
    order = kept[np.lexsort((keys[kept], -weight[kept]))]
    scale = float(np.quantile(weight[kept], 0.9999)) / 127 if len(kept) else 1.0
    prior = np.array([settings.persons * name.endswith("PER") for name in LABELS], dtype=np.float32)
    prior[0] = -settings.names
    whole = np.clip(np.rint(weights[order] / scale), -127, 127).astype(np.int8)
    provenance = {"settings": {name: getattr(settings, name) for name in Settings.__slots__}}
    return Model(keys[order], whole, scale, prior, transitions, begin, finish, provenance)


def evaluate(tagger: Tagger, sentences: Sequence[Sentence]) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 (percent) of exact spans, for each kind but MISC and over PER, ORG and LOC."""
    texts = [sentence.text for sentence in sentences]
    # Sentence by sentence: those of one article must not help each other here.
    predicted = [tagger.tag([text], [[(0, len(text))]])[0] for text in texts]
    scores = {}
    for name, kinds in (*((kind, {kind}) for kind in KINDS[:4]), ("all", set(KINDS[:3]))):
        right = found = wanted = 0
        for sentence, spans in zip(sentences, predicted, strict=True):
            want = {span for span in sentence.spans if span[2] in kinds}
            have = {(span.start, span.end, span.label) for span in spans if span.label in kinds}
            right, found, wanted = right + len(want & have), found + len(have), wanted + len(want)
        scores[name] = {
            "precision": percent(right, found),
            "recall": percent(right, wanted),
            "f1": percent(2 * right, found + wanted),
        }
    return scores


def percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


if __name__ == "__main__":
    main()
