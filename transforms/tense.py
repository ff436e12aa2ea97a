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

from transforms.date_lexicon import Lexicon, load_lexicon

__all__ = ["load_lexicon", "tense_after", "tense_at"]

REACH = 180  # characters to either side in which the verb is looked for
WORDS_REACH = 20
BREAK = re.compile(  # ends a sentence, a clause or a quotation, or is a dateline; a quoted word does not
    r"[.!?;:,\n](?:(?<=[.!?])[\"”’)]?(?=\s+[^a-z])|(?<=[;:])\s|(?<=\n)\s*\n"
    r"|(?<=\n)[A-Z][\w,. ]{4,34}\d{4} ?\n|(?<=,)[\"”]|(?<=[,:])\s*[\"“])"
)
WORD = re.compile(r"[A-Za-z]+")


def tense_at(text: str, start: int, end: int, lexicon: Lexicon) -> str | None:
    """ "past", "future" or None for the expression at text[start:end].

    The last cue to the left in the sentence decides ("will meet Monday", "said on Monday it will"); an expression
    before its verb takes the first cue to the right ("On Friday ministers will meet").
    """
    left = words_of(BREAK.split(text[max(start - REACH, 0) : start])[-1])
    for index in range(len(left) - 1, max(len(left) - WORDS_REACH, 0) - 1, -1):
        word = left[index]
        if (word in lexicon.cues or word.endswith("ed")) and (tense := cue(left, index, lexicon)):
            return tense
    if tense := tense_after(text, end, lexicon):
        return tense
    return (
        "future" if "to" in left[1:6] and "from" not in left else None
    )  # a headline: "Reagan to address nation Wednesday"


def tense_after(text: str, end: int, lexicon: Lexicon) -> str | None:
    """The tense of the first cue after an expression in its sentence."""
    clause_end = BREAK.search(text, end, end + REACH)
    right = words_of(text[end : clause_end.start() if clause_end else end + REACH])
    for index in range(min(len(right), WORDS_REACH)):
        word = right[index]
        if (word in lexicon.cues or word.endswith("ed")) and (tense := cue(right, index, lexicon)):
            return tense
    return None


def words_of(text: str) -> list[str]:
    """The words in lower case; the month of May is none, as "may" is a cue."""
    if "May" not in text:
        return WORD.findall(text.lower())
    return [word.lower() for word in WORD.findall(text) if word != "May"]


def cue(words: Sequence[str], index: int, lexicon: Lexicon) -> str | None:
    """The tense that one word gives, as its neighbours let it."""
    word, before = words[index], words[index - 1] if index else ""
    after = words[index + 1] if index + 1 < len(words) else ""
    near = lexicon.near
    if word == "set":  # "the trial is set for Friday", "ministers set a goal"
        return "future" if before in near["before_set"] else "past"
    if word in near["plans"] and (before in near["determiners"] or before.endswith("ed")):
        return None  # "announced plans"
    if after == "to" and word in near["commits"]:
        return "future"  # "threatened to strike on Thursday"
    if after == "for" and word in near["calls"]:
        return "future"  # "called for a rally on Sunday"
    if before == "been" and word in lexicon.future and index > 1 and words[index - 2] == "had":
        return "past"  # "had been expected on Monday"
    if word in lexicon.future:
        return "past" if after == "have" else "future"  # "may have died"
    if word == "to" and before in near["before_to"]:
        return "future"
    regular = word.endswith("ed") and len(word) > 3 and not word.endswith("eed") and word not in near["not_verbs"]
    if regular or word in lexicon.past:
        return "past" if is_verb(words, index, lexicon) else None
    return None


def is_verb(words: Sequence[str], index: int, lexicon: Lexicon) -> bool:
    """Whether a past form is the verb: not in "will be held", "a nationally televised speech"."""
    if "be" in words[max(index - 2, 0) : index]:
        return False
    before = words[index - 1] if index else ""
    if before.endswith("ly") and index > 1:
        before = words[index - 2]
    return not (words[index].endswith("ed") and before in lexicon.near["determiners"])
