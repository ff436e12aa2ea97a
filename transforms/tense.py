"""Tense: whether the verb that governs a time expression looks back or ahead.

>>> text = "He said on Monday that ministers will meet on Friday."
>>> cues = load_lexicon("en")
>>> tense_at(text, 11, 17, cues), tense_at(text, 46, 52, cues)
('past', 'future')

The tense of the nearest verb decides, not any "will" of the sentence: a bag of words gets fewer weekdays
right than taking the latest one always.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from transforms.date_words import Lexicon, load_lexicon

__all__ = ["load_lexicon", "tense_at"]

REACH = 140  # characters to either side in which the verb is looked for
WORDS_REACH = 14
BREAK = re.compile(r"[.!?](?=\s+[^a-z])|[;:]\s|\n\s*\n|[“”\"]")
WORD = re.compile(r"[a-z]+")


def tense_at(text: str, start: int, end: int, lexicon: Lexicon) -> str | None:
    """ "past", "future" or None for the expression at text[start:end].

    The last cue to the left in the sentence decides ("will meet Monday", "said on Monday it will"); an expression
    before its verb takes the first cue to the right ("On Friday ministers will meet").
    """
    left = WORD.findall(BREAK.split(text[max(start - REACH, 0) : start])[-1].lower())
    tense = last_cue(left[-WORDS_REACH:], lexicon)
    if tense is not None:
        return tense
    right = WORD.findall(BREAK.split(text[end : end + REACH])[0].lower())[:WORDS_REACH]
    for index in range(len(right)):
        tense = last_cue(right[max(index - 3, 0) : index + 1], lexicon)
        if tense is not None:
            return tense
    return "future" if "to" in left[1:6] else None  # a headline: "Reagan to address nation Wednesday"


def last_cue(words: Sequence[str], lexicon: Lexicon) -> str | None:
    """The tense that the last cue among the words gives."""
    for index in range(len(words) - 1, -1, -1):
        word = words[index]
        if word in lexicon.future:
            return "future"
        if word == "to" and index and words[index - 1] in lexicon.near["before_to"]:
            return "future"
        if (word in lexicon.past or (word.endswith("ed") and len(word) > 4)) and is_verb(words, index, lexicon):
            return "past"
    return None


def is_verb(words: Sequence[str], index: int, lexicon: Lexicon) -> bool:
    """Whether a past form is the verb: not in "will be held", "a nationally televised speech"."""
    if "be" in words[max(index - 2, 0) : index]:
        return False
    before = words[index - 1] if index else ""
    if before.endswith("ly") and index > 1:
        before = words[index - 2]
    return not (words[index].endswith("ed") and before in lexicon.near["determiners"])
