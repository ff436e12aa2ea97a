"""Taggers by name: "builtin", or "spacy:<model>" for a pipeline that the user has installed.

>>> tagger_named("builtin").tag(["Minsk is calm."], [[(0, 14)]])[0][0].label
'LOC'
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

from transforms.tagger import TaggedSpan, builtin_tagger

# Labels of OntoNotes, of CoNLL-2003 and of WikiNER to those of the builtin tagger.
SPACY_LABELS = {
    "PERSON": "PER", "PER": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC", "NORP": "NORP",
}  # fmt: skip
SPACY_CONFIDENCE = 0.8  # pipelines of spaCy do not tell how sure they are


class BackendError(ValueError):
    """The tagger named in the settings cannot be had; the message says what to do."""


class NameTagger(Protocol):
    """What finds the spans of names: one list a text, left to right, not overlapping."""

    def tag(self, texts: Sequence[str], sentences: Sequence[Sequence[tuple[int, int]]]) -> list[list[TaggedSpan]]: ...


def tagger_named(name: str) -> NameTagger:
    """The tagger of this name; raises `BackendError` where there is none."""
    if name == "builtin":
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
