"""Hits: the words and digits of a text with which a number or a date can begin, found in one pass for both.

>>> hits = find_hits("In May 12 met for two weeks.")
>>> [match.group() for match in hits.numerals]
['12 met', b' two']
>>> [hits.text[start : end - 1] for start, end, _, _ in hits.triggers]
['May', 'weeks']

Numbers and dates once searched the text each on its own: twice the time. A text is padded with a line break before and
two behind, so that the character on either side of a hit can always be looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from transforms.date_lexicon import PLAIN, load_lexicon
from transforms.number_rules import any_of, load_number_rules

Trigger = tuple[int, int, int, int]
Far = tuple[int, int]  # characters to the left and right of a trigger that can belong to its phrase or decide about it

FAR: Far = (24, 16)
FAR_OF = {  # where the class of the trigger needs fewer, as longer phrases have another trigger
    "DEICT": (12, 8), "NOW": (12, 10), "RECENT": (12, 8), "SOON": (12, 10), "ADVERB": (10, 8), "OVERNIGHT": (12, 10),
    "PART": (16, 10), "SEASON": (18, 12), "MONTH": (18, 16), "WDAY": (18, 16),
}  # fmt: skip
FAR_OF_DIGITS: Far = (20, 12)
CUES = frozenset(("far", "date", "now", "yet", "night"))
# every character but small letters as a blank: what begins with a blank is found fastest
SPACED = bytes(code if chr(code) in "abcdefghijklmnopqrstuvwxyz" else 32 for code in range(256))
DIGITS = frozenset("0123456789")
HALF = re.compile("[^a-z][qh][1-4](?![a-z])")  # of a year, or a quarter


class Hits(NamedTuple):
    """What the pass over a text found."""

    text: str
    padded: str
    small: str  # the padded text in small letters
    numerals: list[re.Match[Any]]  # of the padded text: digits, then words with the character before them
    triggers: list[Trigger]  # of dates: the character before, the end, how far to look to either side; in text order
    cues: list[int]  # offsets in the text of the words with which an undated phrase ends: "so far", "a night of"


def find_hits(text: str) -> Hits:
    """The hits of a text. Linear in its length."""
    rules = load_number_rules()
    padded = f"\n{text}\n\n"
    small = small_letters(padded)
    pattern, known = hit_words()
    words: list[re.Match[Any]] = []
    triggers: list[Trigger] = []
    cues: list[int] = []
    for match in pattern.finditer(small.encode("ascii", "replace").translate(SPACED)):
        is_number, far, is_cue = known[match.group()]
        if far:
            triggers.append(match.span() + far)
        if is_number and small[match.start()] not in DIGITS:
            words.append(match)
        if is_cue:
            cues.append(match.start())
    digits = list((rules.digits_hit if text.isascii() else rules.digits_hit_beyond_ascii).finditer(small))
    triggers += digit_triggers(small, digits)
    triggers.sort()
    return Hits(text, padded, small, digits + words, triggers, cues)


def digit_triggers(small: str, digits: Sequence[re.Match[str]]) -> Iterator[Trigger]:
    """Digits that can belong to a date, by what stands behind them: "1987", "24/11/13", "27th", "5 p.m."; and "q3"."""
    pattern = load_lexicon().digits_trigger
    done = 0
    for match in digits:
        start = match.start()
        before = small[start - 1]
        if before in DIGITS:
            continue  # in the middle of very many
        if before in "qh" and start - 2 >= done and HALF.match(small, start - 2):
            yield (start - 2, start + 1, *FAR)
            done = start + 1
        first = start if "a" <= before <= "z" else start - 1
        found = pattern.match(small, first) if first >= done else None
        if found is None and match.lastindex and match.end(1) - start > 2:
            point = small.find(".", start, match.end(1))
            found = pattern.match(small, point) if point >= done else None  # "1.1987"
        if found is not None:
            yield found.span() + FAR_OF_DIGITS
            done = found.end()


def small_letters(text: str) -> str:
    """The text in small letters, every one in its old place; letters outside ASCII stay outside."""
    return text.lower() if text.isascii() else text.replace("İ", "ı").replace("\u212a", "ĸ").lower()


@cache
def hit_words() -> tuple[re.Pattern[bytes], dict[bytes, tuple[bool, Far | None, bool]]]:
    """The pattern of all words with a blank before them; for each whether it is a number's, how far a date's, a cue."""
    numbers, lexicon = load_number_rules().heads, load_lexicon()
    far = {word: FAR_OF.get(lexicon.words.get(word, PLAIN)[0], FAR) for word in lexicon.triggers}
    words = {*numbers, *far, *CUES}
    known = {f" {word}".encode(): (word in numbers, far.get(word), word in CUES) for word in words}
    first, second = ("".join(sorted({word[place] for word in words})) for place in (0, 1))
    # the look at two letters saves a sixth of the search
    return re.compile(rf" (?=[{first}][{second}]){any_of(words)}(?![a-z])".encode()), known
