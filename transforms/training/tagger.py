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
    entries: Ints  # feature of each entry, candidate by candidate
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
    blocks: list[tuple[Ints, Keys, NDArray[np.int8]]] = []  # candidate, key, word entry
    for place, offset in enumerate(OFFSETS):
        lists = [one.own if offset == 0 else one.near if abs(offset) == 1 else one.far for one in lexicon.all]
        sizes = np.array([len(keys) for keys in lists])
        begins = np.concatenate(([0], sizes.cumsum()))
        flat = offset_keys(np.array([key for keys in lists for key in keys], dtype=np.uint32), offset)
        types = encoded.neighbours[place]
        owner = np.repeat(np.arange(count), sizes[types])
        within = np.arange(len(owner)) - np.repeat(np.concatenate(([0], sizes[types].cumsum()[:-1])), sizes[types])
        keys = flat[np.repeat(begins[types], sizes[types]) + within]
        word = np.where(within == 0, 1 if offset == 0 else 2, 0).astype(np.int8)
        blocks.append((owner, keys, word))
    for row, parts in enumerate(CONJUNCTIONS):
        kind = 1 if "word0" in parts else 2 if OTHER_WORDS.intersection(parts) else 0
        blocks.append((np.arange(count), encoded.conjunctions[row], np.full(count, kind, dtype=np.int8)))
    owner, keys, word_entry = (np.concatenate(column) for column in zip(*blocks, strict=True))
    known, entries, counts = np.unique(keys, return_inverse=True, return_counts=True)
    often = counts >= settings.least_count
    number = np.cumsum(often) - 1
    kept = often[entries]
    owner, entries, word_entry = owner[kept], number[entries[kept]], word_entry[kept]
    order = np.argsort(owner, kind="stable")
    entry_first = np.concatenate(([0], np.bincount(owner, minlength=count).cumsum()))
    return (
        Examples(gold, encoded.segment_first, encoded.segment_length, entries[order], entry_first, word_entry[order]),
        known[often],
    )


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
    weights = np.zeros((features, size), dtype=np.float32)
    squares = np.full((features, size), 1e-6, dtype=np.float32)
    drift = np.zeros((features, size), dtype=np.float32)
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
            sizes = examples.entry_first[tokens + 1] - examples.entry_first[tokens]
            where = ranges(examples.entry_first[tokens], sizes)
            owner = np.repeat(np.arange(len(tokens)), sizes)
            word = examples.word_entry[where]
            own_dropped = generator.random(len(tokens), dtype=np.float32) < settings.dropout
            dropped = ((word == 1) & own_dropped[owner]) | (
                (word == 2) & (generator.random(len(where), dtype=np.float32) < settings.dropout)
            )
            where, owner = where[~dropped], owner[~dropped]
            entries = examples.entries[where]
            scores = np.zeros((len(tokens), size), dtype=np.float32)
            begins = np.flatnonzero(np.diff(owner, prepend=-1))
            scores[owner[begins]] = np.add.reduceat(weights[entries], begins, axis=0)
            gold = examples.gold[tokens]
            slope, chain_slope = gradients(scores, gold, length, chain, allowed)
            order = np.argsort(entries, kind="stable")
            ranked = entries[order]
            heads = np.flatnonzero(np.diff(ranked, prepend=-1))
            touched = ranked[heads]
            sums = np.add.reduceat(slope[owner[order]], heads, axis=0)
            squares[touched] += sums * sums
            change = settings.rate * sums / np.sqrt(squares[touched])
            weights[touched] += change
            drift[touched] += step * change
            chain_squares += chain_slope * chain_slope
            change = settings.rate * chain_slope / np.sqrt(chain_squares)
            chain += change
            chain_drift += step * change
    weights -= drift / step
    chain -= chain_drift / step
    transitions = np.where(allowed, chain[2:], IMPOSSIBLE)
    begin = np.where(begin_allowed(), chain[0], IMPOSSIBLE)
    return weights, transitions, begin, chain[1]


def allowed_transitions() -> NDArray[np.bool_]:
    """From label to label: an I follows the B or I of its kind only."""
    size = len(LABELS)
    allowed = np.ones((size, size), dtype=bool)
    for label, name in enumerate(LABELS):
        if name.startswith("I-"):
            allowed[:, label] = False
            allowed[[label - 1, label], label] = True
    return allowed


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
