"""The tagger: its model file, its training, and the other backends."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from transforms.backends import BackendError, SpacyTagger, tagger_named
from transforms.extract import extract
from transforms.name_features import Phrases
from transforms.name_lists import name_lists
from transforms.rows import article_rows
from transforms.tagger import MAGIC, Model, Tagger, TaggerModelError, builtin_tagger, read_model, write_model
from transforms.training.corpus import as_sentence, read_sentences
from transforms.training.tagger import Settings, evaluate, gradients, main, train
from transforms.training.templates import template_sentences
from transforms.values import Article
from transforms.version import EXTRACTOR_VERSION, rules_hash
from transforms.word_statistics import word_statistics

SMALL = Settings(passes=2, replaced=0.0, templates=1, recased=0.1)
CORPUS = [
    (["Anna", "Petrova", "left", "Minsk", "."], ["B-PER", "I-PER", "O", "B-LOC", "O"]),
    (
        ["The", "Bank", "of", "Ruritania", "fired", "Karl", "Weiss", "."],
        ["O", "B-ORG", "I-ORG", "I-ORG", "O", "B-PER", "I-PER", "O"],
    ),
    (["Ruritanian", "miners", "struck", "in", "Zenda", "."], ["B-NORP", "O", "O", "O", "B-LOC", "O"]),
] * 4  # fmt: skip


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "train.jsonl"
    path.write_text("".join(json.dumps({"tokens": tokens, "tags": tags}) + "\n" for tokens, tags in CORPUS))
    return path


@pytest.fixture(scope="module")
def small_model(corpus: Path) -> Model:
    return train(read_sentences(corpus), SMALL)


def test_training_gives_the_same_bytes_again(corpus: Path, tmp_path: Path, small_model: Model) -> None:
    write_model(tmp_path / "one", small_model)
    write_model(tmp_path / "two", train(read_sentences(corpus), SMALL))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_training_learns_what_it_is_shown(corpus: Path, small_model: Model) -> None:
    assert evaluate(Tagger(small_model), read_sentences(corpus))["all"]["f1"] > 95


def test_the_command_writes_a_model_with_its_provenance(corpus: Path, tmp_path: Path) -> None:
    output = tmp_path / "tagger.model"
    main(
        [
            "--train",
            str(corpus),
            "--dev",
            str(corpus),
            "--output",
            str(output),
            "--passes",
            "1",
            "--licence",
            "train.jsonl=CC0",
        ]
    )
    provenance = read_model(output).provenance
    assert provenance["data"]["train.jsonl"]["licence"] == "CC0"
    assert len(provenance["data"]["train.jsonl"]["sha256"]) == 64
    assert 0 <= provenance["scores"]["train.jsonl"]["all"]["f1"] <= 100


def test_a_model_reads_as_it_was_written(tmp_path: Path, small_model: Model) -> None:
    write_model(tmp_path / "model", small_model)
    again = read_model(tmp_path / "model")
    assert np.array_equal(again.keys, small_model.keys)
    assert np.array_equal(again.weights, small_model.weights)
    assert np.array_equal(again.transitions, small_model.transitions)
    assert again.scale == small_model.scale


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "flipped", "foreign"])
def test_a_damaged_model_gives_one_clear_error(damage: str, tmp_path: Path, small_model: Model) -> None:
    path = tmp_path / "tagger.model"
    write_model(path, small_model)
    whole = path.read_bytes()
    flipped = whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:]
    content = {"empty": b"", "cut": whole[: len(whole) // 2], "flipped": flipped, "foreign": b"PK" + whole[2:]}
    path.unlink()
    if damage != "missing":
        path.write_bytes(content[damage])
    with pytest.raises(TaggerModelError, match=r"tagger\.model: .*python -m transforms\.training\.tagger"):
        read_model(path)


def test_the_shipped_model_says_what_it_was_trained_on() -> None:
    provenance = builtin_tagger().model.provenance
    assert all(entry["sha256"] and entry["licence"] for entry in provenance["data"].values())
    assert provenance["scores"]["dev.gum-news-corrected.jsonl"]["all"]["f1"] > 84


def test_gradients_are_those_of_the_likelihood() -> None:
    generator = np.random.default_rng(3)
    from transforms.training.tagger import allowed_transitions, begin_allowed

    size = 11
    scores = generator.normal(size=(5, size)).astype(np.float32)
    chain = generator.normal(size=(size + 2, size)).astype(np.float32)
    lengths, gold = np.array([2, 3]), np.array([1, 2, 0, 3, 4])
    slope, chain_slope = gradients(scores, gold, lengths, chain, allowed_transitions())

    def likelihood(scores: np.ndarray, chain: np.ndarray) -> float:
        total, first = 0.0, 0
        transitions = np.where(allowed_transitions(), chain[2:], -1000.0)
        begin = np.where(begin_allowed(), chain[0], -1000.0)
        for length in lengths:
            rows, labels = scores[first : first + length].astype(float), gold[first : first + length]
            alpha = rows[0] + begin
            path = rows[0, labels[0]] + begin[labels[0]]
            for step in range(1, length):
                alpha = np.logaddexp.reduce(alpha[:, None] + transitions, axis=0) + rows[step]
                path += transitions[labels[step - 1], labels[step]] + rows[step, labels[step]]
            total += path + chain[1, labels[-1]] - np.logaddexp.reduce(alpha + chain[1])
            first += length
        return total

    for place in [(0, 1), (1, 2), (2, 0), (4, 9)]:
        moved = scores.astype(float)
        moved[place] += 1e-4
        numeric = (likelihood(moved, chain) - likelihood(scores.astype(float), chain)) / 1e-4
        assert slope[place] == pytest.approx(numeric, abs=2e-2)
    for place in [(0, 1), (1, 4), (3, 4), (2, 0)]:
        moved = chain.astype(float)
        moved[place] += 1e-4
        numeric = (likelihood(scores, moved) - likelihood(scores, chain.astype(float))) / 1e-4
        assert chain_slope[place] == pytest.approx(numeric, abs=2e-2)


def test_corpora_are_written_out_as_text() -> None:
    sentence = as_sentence(
        ["(", "AFP", ")", "Mr.", "Brown", "'s", "party", ",", '"', "Forward", '"', "."],
        ["O", "B-ORG", "O", "O", "B-PER", "O", "O", "O", "O", "B-ORG", "O", "O"],
    )
    assert sentence.text == '(AFP) Mr. Brown\'s party, "Forward".'
    assert [sentence.text[start:end] for start, end, _ in sentence.spans] == ["AFP", "Brown", "Forward"]


def test_a_corpus_with_too_few_tags_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"tokens": ["a"], "tags": ["O"]}\n{"tokens": ["a", "b"], "tags": ["O"]}\n')
    with pytest.raises(ValueError, match=r"bad\.jsonl, line 2: 2 tokens but 1 tags"):
        read_sentences(path)


def test_template_sentences_are_reproducible_and_well_marked() -> None:
    sentences = template_sentences(1, 7)
    assert sentences == template_sentences(1, 7)
    for sentence in sentences:
        assert "{" not in sentence.text
        position = 0
        for start, end, _ in sentence.spans:
            assert position <= start < end <= len(sentence.text)
            assert sentence.text[start:end].strip() == sentence.text[start:end]
            position = end


def test_lists_hold_no_name_twice_in_one_line_and_phrases_are_found() -> None:
    assert ("new", "york", "city") in name_lists().phrases
    assert len(Phrases(name_lists()).keys) > 10_000
    assert word_statistics().rate("strike") < word_statistics().rate("monday")


def test_an_unknown_backend_says_what_there_is() -> None:
    with pytest.raises(BackendError, match=r"spacy:<model>"):
        tagger_named("stanza")


def test_a_model_of_spacy_that_is_not_there_says_how_to_get_it() -> None:
    pytest.importorskip("spacy")
    with pytest.raises(BackendError, match=r"python -m spacy download no_such_model"):
        tagger_named("spacy:no_such_model")


def test_a_pipeline_of_spacy_follows_the_same_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    spacy = pytest.importorskip("spacy")
    from transforms import names

    pipeline = spacy.blank("en")
    ruler = pipeline.add_pipe("entity_ruler")
    ruler.add_patterns(
        [
            {"label": "PERSON", "pattern": "President Anna Petrova"},
            {"label": "ORG", "pattern": "the Bank of Ruritania's"},
            {"label": "GPE", "pattern": "Minsk"},
            {"label": "DATE", "pattern": "Monday"},
        ]
    )
    monkeypatch.setattr(names, "tagger_named", lambda name: SpacyTagger(pipeline))
    text = "President Anna Petrova read the Bank of Ruritania's report in Minsk on Monday. Petrova left."
    found = [(mention.kind, mention.quote, mention.entity, mention.title) for mention in names.find_names(text)]
    assert found == [
        ("PERSON", "Anna Petrova", "Anna Petrova", "President"),
        ("ORG", "Bank of Ruritania", "Bank of Ruritania", None),
        ("PLACE", "Minsk", "Minsk", None),
        ("PERSON", "Petrova", "Anna Petrova", None),
    ]


def test_rows_tell_which_tagger_found_their_names(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy")

    def saved(place: str) -> str:
        pipeline = spacy.blank("en")
        pipeline.add_pipe("entity_ruler").add_patterns([{"label": "GPE", "pattern": place}])
        pipeline.meta.update(name="ruler", version="1.2.0")
        pipeline.to_disk(tmp_path / place)
        return f"spacy:{tmp_path / place}"

    taggers = ["builtin", saved("Minsk"), saved("Zenda")]
    article = Article(article_id="a", document_id="d", text="Minsk is calm.", title=None, published=None)
    made = [article_rows(article, extract(article, tagger), "run-1", tagger)["mentions"] for tagger in taggers]
    assert [[row["quote"] for row in rows] for rows in made] == [["Minsk"], ["Minsk"], []]
    assert [row["extractor_version"] for rows in made for row in rows] == [
        EXTRACTOR_VERSION,
        f"{EXTRACTOR_VERSION}+spacy.en_ruler-1.2.0",
    ]
    assert made[0][0]["rules_hash"] == rules_hash()
    # The files of the pipeline count, not its name alone.
    assert len({rules_hash(tagger) for tagger in taggers}) == 3


def test_magic_names_the_format() -> None:
    assert MAGIC.endswith(b"\n")


def test_threads_take_turns_and_full_memory_is_emptied(monkeypatch: pytest.MonkeyPatch) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from transforms import tagger

    monkeypatch.setattr(tagger, "TYPES_MOST", 50)
    texts = [f"Anna Petrova{place} of the Zor{place} Works left Minsk for Quux{place}." for place in range(60)]
    alone = [builtin_tagger().tag([text], [[(0, len(text))]])[0] for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: builtin_tagger().tag([text], [[(0, len(text))]])[0], texts))
    assert together == alone
