"""Training sentences: JSON Lines of tokens and BIO tags, written out as running text with spans.

>>> as_sentence(["(", "Minsk", ")"], ["O", "B-LOC", "O"])
Sentence(text='(Minsk)', spans=((1, 6, 'LOC'),))
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from transforms.tagger import KINDS

NO_SPACE_BEFORE = frozenset({",", ".", ";", ":", "?", "!", ")", "]", "}", "%", "'s", "’s", "'", "n't", "''", "…"})
NO_SPACE_AFTER = frozenset({"(", "[", "{", "$", "#", "``"})


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    spans: tuple[tuple[int, int, str], ...]  # half-open, with one of KINDS


def read_sentences(path: Path) -> list[Sentence]:
    data = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
    sentences = []
    for number, line in enumerate(data.decode().splitlines(), 1):
        record = json.loads(line)
        if len(record["tokens"]) != len(record["tags"]):
            raise ValueError(f"{path}, line {number}: {len(record['tokens'])} tokens but {len(record['tags'])} tags")
        sentences.append(as_sentence(record["tokens"], record["tags"], record.get("text")))
    return sentences


def as_sentence(tokens: Sequence[str], tags: Sequence[str], text: str | None = None) -> Sentence:
    """The tokens as running text (the given one, if they are found in it) with the spans of their tags."""
    offsets = found_in(text, tokens) if text else None
    if offsets is None or text is None:
        text, offsets = written_out(tokens)
    spans: list[tuple[int, int, str]] = []
    for (start, end), tag in zip(offsets, tags, strict=True):
        prefix, _, kind = tag.partition("-")
        if kind not in KINDS:
            continue
        if prefix == "I" and spans and spans[-1][2] == kind and not text[spans[-1][1] : start].strip():
            spans[-1] = (spans[-1][0], end, kind)
        else:
            spans.append((start, end, kind))
    return Sentence(text, tuple(spans))


def found_in(text: str, tokens: Sequence[str]) -> list[tuple[int, int]] | None:
    offsets, position = [], 0
    for token in tokens:
        start = text.find(token, position)
        if start < 0:
            return None
        position = start + len(token)
        offsets.append((start, position))
    return offsets


def written_out(tokens: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """The tokens with blanks between them as in print: "( AFP ) ." becomes "(AFP)."."""
    text, offsets, glue, quoted = "", [], True, False
    for token in tokens:
        closing = token == '"' and quoted
        if not (glue or token in NO_SPACE_BEFORE or closing or (token == "-" and not text.endswith(" "))):
            text += " "
        if token == '"':
            quoted = not quoted
        offsets.append((len(text), len(text) + len(token)))
        text += token
        glue = token in NO_SPACE_AFTER or (token == '"' and quoted) or token == "-"
    return text, offsets
