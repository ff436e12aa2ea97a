"""Taggers by name: "builtin", or "spacy:<model>" for a pipeline that the user has installed.

>>> tagger_named("builtin").tag(["Minsk is calm."], [[(0, 14)]])[0][0].label
'LOC'
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from typing import Any, Protocol

from transforms.tagger import TaggedSpan, builtin_tagger
from transforms.version import BUILTIN

# Labels of OntoNotes, of CoNLL-2003 and of WikiNER to those of the builtin tagger.
SPACY_LABELS = {
    "PERSON": "PER", "PER": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC", "NORP": "NORP",
}  # fmt: skip
SPACY_CONFIDENCE = 0.8  # pipelines of spaCy do not tell how sure they are


class BackendError(ValueError):
    """The tagger named in the settings cannot be had; the message says what to do."""


class NameTagger(Protocol):
    """What finds the spans of names: one list a text, left to right, not overlapping."""

    label: str  # what rows made with it are told by: "spacy.en_core_web_sm-3.8.0"

    def tag(self, texts: Sequence[str], sentences: Sequence[Sequence[tuple[int, int]]]) -> list[list[TaggedSpan]]: ...

    def content_hash(self) -> bytes:
        """Of all that its spans depend on, beside the packaged rules."""


def tagger_named(name: str) -> NameTagger:
    """The tagger of this name; raises `BackendError` where there is none."""
    if name == BUILTIN:
        return builtin_tagger()
    return other_tagger(name)


@cache
def other_tagger(name: str) -> NameTagger:
    kind, _, model = name.partition(":")
    if kind != "spacy" or not model:
        raise BackendError(f'tagger = "{name}": say "builtin" or "spacy:<model>", for example "spacy:en_core_web_sm"')
    try:
        import spacy
    except ImportError as error:
        raise BackendError(f'tagger = "{name}" needs spaCy: pip install "newstally[spacy]"') from error
    try:
        pipeline = spacy.load(model)
    except OSError as error:
        raise BackendError(
            f'tagger = "{name}": spaCy finds no model {model}; python -m spacy download {model}'
        ) from error
    return SpacyTagger(pipeline)


class SpacyTagger:
    """The entities of a spaCy pipeline."""

    def __init__(self, pipeline: Any) -> None:
        self.pipeline = pipeline
        meta = pipeline.meta
        self.label = f"spacy.{meta['lang']}_{meta['name']}-{meta['version']}"

    def content_hash(self) -> bytes:
        """Of spaCy's version and every file of the pipeline."""
        from spacy.about import __version__

        digest = blake2b(__version__.encode())
        folder = self.pipeline.path
        if folder is None:  # made on the spot
            digest.update(self.pipeline.to_bytes())
            return digest.digest()
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
            digest.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
        return digest.digest()

    def tag(self, texts: Sequence[str], sentences: Sequence[Sequence[tuple[int, int]]]) -> list[list[TaggedSpan]]:
        """Its own sentences are used: `sentences` is for taggers without any."""
        return [
            [span for entity in document.ents if (span := spacy_span(texts[place], entity))]
            for place, document in enumerate(self.pipeline.pipe(texts))
        ]


def spacy_span(text: str, entity: Any) -> TaggedSpan | None:
    """The entity without a leading "the" and a trailing possessive, as the project's guideline has it."""
    label = SPACY_LABELS.get(entity.label_)
    start, end = entity.start_char, entity.end_char
    if text[start:end].lower().startswith("the "):
        start += 4
    for possessive in ("'s", "’s", "'", "’"):
        if text[start:end].endswith(possessive):
            end -= len(possessive)
            break
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return TaggedSpan(start, end, label, SPACY_CONFIDENCE, 0) if label and end > start else None
