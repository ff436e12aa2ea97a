"""The language of a text: function words tell English at once, a model decides on the rest.

>>> find_language("The workers of the plant said that they would stay out until the company gave them a new contract.")
'en'
>>> find_language("Over 7,000 arrested") is None
True
"""

from __future__ import annotations

import mmap
import re
import tempfile
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

SAMPLE = 2_000  # characters that decide; news does not change its language in mid-article
WORDS_LEAST = 12  # fewer say too little
ENGLISH_SHARE = 0.16  # function words: English news has 0.35 to 0.5, its market tables 0.1
FOREIGN_SHARE = 0.10  # below this a text is asked to the model
MODEL_WORDS = 20
MODEL_CERTAIN = 0.95
FOREIGN_LETTERS = 0.5  # share of letters beyond the Latin script
WORD = re.compile(r"[^\W\d_]+")


def find_language(text: str) -> str | None:
    """ISO 639-1 code; None where the text is too short, or a list of names and numbers, to say."""
    sample = text[:SAMPLE]
    words = list(filter(str.isalpha, sample.lower().split()))
    share = sum(map(english_words().__contains__, words)) / len(words) if words else 0.0
    if len(words) >= WORDS_LEAST and share >= ENGLISH_SHARE:
        return "en"
    if sample.isascii() and share >= FOREIGN_SHARE:
        return "en" if len(words) >= MODEL_WORDS else None
    letters = WORD.findall(sample)
    if sum(map(len, letters)) < 3 * WORDS_LEAST:
        return None
    if other_script(letters):
        return ask_model(sample)[0]
    if len(letters) < MODEL_WORDS or share >= FOREIGN_SHARE:
        return None
    language, certainty = ask_model(sample)
    return language if language == "en" or certainty >= MODEL_CERTAIN else None


def other_script(words: list[str]) -> bool:
    """Whether most letters are not Latin."""
    letters = "".join(words)[:400]
    latin = sum(char.isascii() or unicodedata.name(char, "").startswith("LATIN") for char in letters)
    return latin < (1 - FOREIGN_LETTERS) * len(letters)


def ask_model(sample: str) -> tuple[str, float]:
    """The likeliest of 97 languages and its probability (py3langid, Lui and Baldwin 2012)."""
    language, probability = identifier().classify(sample)
    return str(language), float(probability)


@cache
def identifier() -> Any:
    """The model, loaded when the first text needs it: it takes longer than a thousand articles.

    Its two tables (70 MB) are pages of a file that has no name, so that they need not stay in memory.
    """
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    loaded = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    try:
        chances, moves = loaded.nb_ptc, loaded.tk_nextmove
        return LanguageIdentifier(
            np.frombuffer(on_pages(chances), dtype=chances.dtype).reshape(chances.shape),
            loaded.nb_pc,
            loaded.nb_classes,
            memoryview(on_pages(moves)).cast(moves.typecode),
            loaded.tk_output,
            norm_probs=True,
            tk_row=loaded.tk_row,
        )
    except (OSError, AttributeError, TypeError):  # no room on disk, or a version that is made otherwise
        return loaded


PAGES: list[mmap.mmap] = []


def on_pages(table: Any) -> mmap.mmap:
    """A table's bytes as pages of a file."""
    with tempfile.TemporaryFile() as file:
        file.write(memoryview(table).cast("B"))
        file.flush()
        PAGES.append(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    return PAGES[-1]


def release_model() -> None:
    """Let the system take back the pages of the model until a text is asked to it again: one in some thousand is."""
    for pages in PAGES if hasattr(mmap, "MADV_DONTNEED") else ():
        pages.madvise(mmap.MADV_DONTNEED)


@cache
def english_words() -> frozenset[str]:
    """Function words that make up a third of any English text."""
    path = files("transforms") / "rules" / "en" / "language.toml"
    return frozenset(tomllib.loads(path.read_text(encoding="utf-8"))["function_words"])
