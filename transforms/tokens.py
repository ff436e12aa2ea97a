"""Tokens: words, numerals and marks with their offsets.

>>> tokenize("Lukashenko's pro-EU rival met Mr. Putin.").words
['Lukashenko', "'s", 'pro-', 'EU', 'rival', 'met', 'Mr.', 'Putin', '.']

One regular expression does it: a match is a token with the blanks before it, so that the offsets are
the running sum of the matches' lengths. Abbreviations keep their dot ("Mr.", "U.S.", "Inc."),
possessives and other clitics are tokens of their own, hyphenated words stay whole ("Cheuk-yan") but for
a prefix before a name ("pro-EU") and a participle after it ("Saudi-led").
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate

LETTER = r"[^\W\d_]"
CLITIC = r"['’](?:s|S|re|ve|ll|d|m|RE|VE|LL|D|M)(?!\w)"


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text: `text[starts[i]:ends[i]] == words[i]`, left to right, without the blanks."""

    words: list[str]
    starts: list[int]
    ends: list[int]


def tokenize(text: str) -> Tokens:
    """All tokens of the text; every character that is no blank belongs to exactly one."""
    pieces = token_pattern().findall(text)
    words = [piece.lstrip() for piece in pieces]
    ends = list(accumulate(map(len, pieces)))
    if words and not words[-1]:  # the blanks at the end of the text
        words.pop()
        ends.pop()
    starts = [end - len(word) for end, word in zip(ends, words, strict=True)]
    return Tokens(words, starts, ends)


@cache
def token_pattern() -> re.Pattern[str]:
    """A token with the blanks before it, or the last blanks of the text: matches leave no gap."""
    rules = tomllib.loads(files("transforms").joinpath("rules/en/tokens.toml").read_text(encoding="utf-8"))
    capital, small = (
        "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))
        for words in (
            [word for word in rules["dotted"] if word[0].isupper()],
            [word for word in rules["dotted"] if word[0].islower()],
        )
    )
    prefixes = "|".join(f"[{word[0].upper()}{word[0]}]{word[1:]}" for word in rules["prefixes"])
    participles = "|".join(rules["participles"])
    hyphen = rf"[-‐‑](?!(?:{participles})(?!\w))"
    inner = rf"(?:['’](?!(?:s|re|ve|ll|d|m|S|RE|VE|LL|D|M)(?!\w))|{hyphen})"
    return re.compile(
        rf"\s*(?:"
        rf"[A-Za-z]+(?=[\s,;:)?!])"  # most words: nothing below would read them otherwise
        rf"|(?=[A-Z][\w.]{{0,8}}\.)(?:{capital})\."
        rf"|(?:{small})\."
        rf"|(?:{LETTER}\.){{2,}}(?:{LETTER}(?!\w))?"
        rf"|[A-Z]\.(?=\s*[^\W\d_]|-)"
        rf"|(?=[A-Za-z]{{2,5}}-[A-Z])(?:{prefixes})-"
        rf"|{LETTER}[\w&]*(?:{inner}{LETTER}\w*|(?<=\w)[-‐‑]\d\w*)*"
        rf"|\d+(?:[.,:]\d+)*(?:{LETTER}+)?"
        rf"|{CLITIC}"
        rf"|\.+|-+|–+|—+|\*+|=+|_+|#+|~+"
        rf"|\S"
        rf")|\s+"
    )
