"""The words of dates: the packaged list, those worth a look, and the pattern that cuts tokens.

>>> lexicon = load_lexicon("en")
>>> lexicon.words["tuesday"], lexicon.words["autumn"]
(('WDAY', 2, ''), ('SEASON', 0, 'FA'))
>>> [lexicon.pieces[piece].name for piece in lexicon.piece.findall(" on May 5th, 2020.")]
['ON', 'MONTH', 'ORD', 'COMMA', 'FOUR', 'DOT']

A text is cut into pieces: a token with the blanks before it, so that the offsets are the running sum of their
lengths. What a piece is on its own is worked out once and kept; a few are unclear without what stands beside them
("4.22"), and only those are looked at again (`UNCLEAR`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NamedTuple

# Digits that can belong to a date, with the character before them.
DIGITS_TRIGGER = r"""[^a-z]\d{1,24}(?:
        (?<=\d{4})(?<=[12]\d{3})(?!,\d)                                # 1987, not 1987,500
      | (?:-\d{1,2}[-.,] | [/.]\d{1,2}[-/.,])\d                        # 24/11/13, not 3-1/2
      | (?:st|nd|rd|th|['’]?s)\b | :\d\d | \ ?[ap]\.?m\b | [qh](?:\b|\d)  # 27th, 1970s, 18:40, 5 p.m., 3Q16
      | /\d (?: (?<=[a-z\s]\s\d/\d) | (?<=[a-z\s]\s\d\d/\d) )          # on 4/22
      | (?: (?<=the\s\d) | (?<=the\s\d\d) ) (?=\s?[.,;!?]|\s*$)        # for the 27.
      | \.\d\d (?: (?<=on\s\d\.\d\d) | (?<=on\s\d\d\.\d\d) ) (?=[.?!]?\s*$)  # on 4.22
)"""
TOKENS = r"""
    (?P<HOLIDAY>(?=[A-Z])(?:HOLIDAYS)\b)
  | (?P<QH>[QH][1-4]\b|[1-4][QH](?:\b|(?=(?:\d\d)?\d\d\b)))
  | (?P<WORD>[^\W\d_]+)
  | (?P<BREAK>\n\s*\n)
  | (?=[\d'’])(?:
      (?P<FULL>FREE(?:\d{4}(?:-\d{1,2}-|/\d{1,2}/|\.\d{1,2}\.)\d{1,2}
                     |\d{1,2}(?:-\d{1,2}[-,]|/\d{1,2}[/,]|\.\d{1,2}[.,])(?:\d{4}|\d\d))(?!\d|[-/.,]\d))
    | (?P<YEARS>FREE(?:1[5-9]|20)\d\d(?:[-–/]\d\d|/\d|\ [-–]\ 0\d)(?!\d|[-–/.,]\d))
    | (?P<YM>FREE(?:(?:1[5-9]|20)\d\d(?:\ ?/\ ?|\ ?-)(?:0?[1-9]|1[0-2])
                   |(?:0?[1-9]|1[0-2])(?:/|\ ?-)(?:19|20)\d\d)(?!\d|[-/.,]\d))
    | (?P<CLOCK>(?<![\d:.+−-])\d{1,2}(?:(?:[:.]\d\d)?\ ?(?i:[ap](?:\.m\.|m\b))|:\d\d(?::\d\d)?(?![\d:])))
    | (?P<MD>FREE\d{1,2}/\d{1,2}(?!\d|[-/.,]\d)|(?<=on\s)\d\d?\.\d\d?(?=\s*[.?!]?\s*$))
    | (?P<DECADE>(?:1\d|20)\d0['’]?s\b|['’]?[1-9]0['’]?s\b)
    | (?P<ORD>\d{1,2}\ ?(?:st|nd|rd|th)\b)
    | (?P<SHORTYEAR>['’]\d\d\b)
    | (?P<NUM>\d+(?:[.,]\d+)*)
    | (?P<SKIP>['’](?:s\b)?)
    )
  | (?P<SIGN>[^\w\s])
""".replace("FREE", r"(?<![\w.,/$£€-])")
SIGNS = {",": "COMMA", ".": "DOT", "/": "SLASH", "-": "DASH", "–": "DASH", "—": "DASH", "‑": "DASH"}
TRIGGERS = frozenset(
    "MONTH WDAY WDAYS UNIT UNITS SEASON PART DEICT NOW RECENT SOON OVERNIGHT ADVERB HALF DECADE".split()
)
CLASSES = (  # of words and signs; each has a letter, in which `date_grammar.py` writes its patterns
    "MONTH WDAY WDAYS YEAR NUM BIG CARD ORD UNIT UNITS QH SEASON PART DEICT NOW RECENT SOON LAST NEXT THIS THAT A "
    "THE OF IN ON AGO EARLY MID LATE BEGIN END COMMA DASH SLASH DOT UNTIL AND BETWEEN FROM FEW DECADE HOLIDAY FULL "
    "YM YEARS MD FRESH OFTEN CLOCK LATER EARLIER EVERY FISCAL SINCE OVERNIGHT ADVERB STARTING HALF FUTURE LESS MORE "
    "THAN WITHIN REST WORD BREAK GAP "
    "FOUR SPELLEDYEAR SHORTYEAR UNCLEAR SKIP"  # these become another class, or nothing
).split()
LETTERS = {name: chr(0x100 + index) for index, name in enumerate(CLASSES)}
PIECE = r"[^\S\n]*+(?:[a-z]+(?=[\s,.])|\n\s*\n|\n?[^\S\n]*+(?:TOKENS|_))|\s++|."  # the first reads most of a text
PLAIN_DIGITS = re.compile(r"[0-9]+(?:,[0-9]+)*")
FEW_DIGITS = re.compile(r"\d\d?\.\d\d?")
PLAIN = ("WORD", 0, "")
MOST_PIECES = 50_000  # kept


class Token(NamedTuple):
    """A word, numeral or sign with its class."""

    name: str  # of the class
    word: str  # lower case
    start: int
    end: int
    value: int = 0  # month number, day, count …; 0 where it has none
    key: str = ""  # unit, season code, part of day


class Piece(NamedTuple):
    """What a piece of text is on its own: the class, lower case, value and key of its token, and the token's length."""

    name: str  # of the class; UNCLEAR where only the neighbours tell, SKIP where it is no token
    word: str
    value: int
    key: str
    length: int
    letter: str  # of the class
    kept: bool  # whether it is a token


class Pieces(dict[str, Piece]):
    """Each piece that was met, read; at most `MOST_PIECES` of them."""

    def __init__(self, words: dict[str, tuple[str, int, str]], token: re.Pattern[str], holidays: Iterable[str]) -> None:
        super().__init__()
        self.words = words
        self.token = token
        self.holidays = frozenset(map(str.capitalize, holidays))

    def __missing__(self, text: str) -> Piece:
        token = text.strip()
        # plain words and digits, 19 of 20, do without the pattern of tokens: a fifth of the time
        if token.isascii() and token.isalpha() and token not in self.holidays:
            word = token.lower()
            name, value, key = self.words.get(word, PLAIN)
            piece = piece_of(name, word, value, key)
        elif PLAIN_DIGITS.fullmatch(token):
            piece = numeral_piece(token)
        else:
            match = self.token.fullmatch(token)
            piece = self.read(match) if match else piece_of("SKIP" if token else "BREAK" if text else "GAP", token)
            if FEW_DIGITS.fullmatch(token) or (piece.name == "FULL" and not ("-" in token or "/" in token)):
                piece = piece_of("UNCLEAR", token)
        if len(self) >= MOST_PIECES:
            self.clear()
        self[text] = piece
        return piece

    def read(self, match: re.Match[str]) -> Piece:
        """The piece that a match of the token pattern makes."""
        word = lowered(match[0])
        kind = match.lastgroup or "WORD"
        name, value, key = kind, 0, ""
        if kind == "WORD":
            name, value, key = self.words.get(word, PLAIN)
        elif kind == "NUM":
            return numeral_piece(word)
        elif kind == "SIGN":
            name = SIGNS.get(word, "WORD")
        elif kind in ("ORD", "DECADE", "SHORTYEAR"):
            value = int(re.sub(r"\D", "", word))
        return piece_of(name, word, value, key)


def numeral_piece(word: str) -> Piece:
    """The piece that digits make: a day, a year or any other number."""
    value = int(word) if len(word) <= 4 and word.isascii() and word.isdigit() else 0
    return piece_of("NUM" if 0 < value <= 31 else "FOUR" if 1000 <= value <= 2100 else "BIG", word, value)


def piece_of(name: str, word: str, value: int = 0, key: str = "") -> Piece:
    """A piece with its length and letter."""
    return Piece(name, word, value, key, len(word), LETTERS[name], name != "SKIP")


@dataclass(frozen=True)
class Lexicon:
    """The packaged words of a language, made ready."""

    words: dict[str, tuple[str, int, str]]  # word -> class, value, key
    near: dict[str, frozenset[str]]  # words that decide about their neighbour
    sure: frozenset[str]  # words whose class is the same whatever stands beside them
    holidays: dict[str, str]
    future: frozenset[str]
    past: frozenset[str]
    cues: frozenset[str]  # every word that can tell a tense, but for those in "-ed"
    triggers: frozenset[str]  # words that can belong to a date
    digits_trigger: re.Pattern[str]
    token: re.Pattern[str]
    piece: re.Pattern[str]
    pieces: Pieces


@cache
def load_lexicon(language: str = "en") -> Lexicon:
    """The packaged rules of the language: words as data, compiled once."""
    path = resources.files("transforms") / "rules" / language / "dates.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    words = classed_words(data)
    triggers = [word for word, entry in words.items() if entry[0] in TRIGGERS]
    triggers += data["triggers"]["also"]
    triggers += [
        re.split("[ ']", name)[0] for name in data["holidays"] if set(triggers).isdisjoint(re.split("[ ']", name))
    ]
    tokens = TOKENS.replace("HOLIDAYS", "|".join(name_pattern(name) for name in data["holidays"]))
    token = re.compile(tokens, re.X)
    near = {name: frozenset(entries) for name, entries in data["near"].items()}
    future, past = frozenset(data["tense"]["future"]), frozenset(data["tense"]["past"])
    unsure = near["months_unclear"] | near["months_forenames"] | {"following"}
    return Lexicon(
        words=words,
        near=near,
        sure=frozenset(word for word, entry in words.items() if entry[0] in ("MONTH", "NEXT")) - unsure,
        holidays=data["holidays"],
        future=future,
        past=past,
        cues=future | past | near["plans"] | near["commits"] | near["calls"] | {"set", "to"},
        triggers=frozenset(triggers),
        digits_trigger=re.compile(DIGITS_TRIGGER, re.X),
        token=token,
        piece=re.compile(PIECE.replace("TOKENS", re.sub(r"\?P<\w+>", "?:", tokens)), re.X),
        pieces=Pieces(words, token, data["holidays"]),
    )


def classed_words(data: dict[str, dict[str, list[str]]]) -> dict[str, tuple[str, int, str]]:
    """Every word of the rule file with its class, value and key; the later table wins."""
    words: dict[str, tuple[str, int, str]] = {}
    for table, name in (("cardinals", "CARD"), ("ordinals", "ORD"), ("decades", "DECADE"), ("deictic", "DEICT")):
        for word, value in data[table].items():
            words[word] = (name, int(str(value)), "")
    for name, entries in data["classes"].items():
        words.update(dict.fromkeys(entries, (name.upper(), 0, "")))
    for unit, entries in data["units"].items():
        for word in entries:
            many = word.endswith("s") or word == "centuries"
            words[word] = ("HALF" if unit == "half" else "UNITS" if many else "UNIT", 0, unit)
    for table, name in (("seasons", "SEASON"), ("parts", "PART")):
        for key, entries in data[table].items():
            words.update(dict.fromkeys(entries, (name, 0, key)))
    for table, name in (("months", "MONTH"), ("weekdays", "WDAY")):
        for number, entries in data[table].items():
            words.update(dict.fromkeys(entries, (name, int(number), "")))
            if name == "WDAY":
                words[entries[0] + "s"] = ("WDAYS", int(number), "")
    return words


def name_pattern(name: str) -> str:
    """The name of a holiday as it is written: "Valentine's Day" with either apostrophe."""
    return r"\ ".join(word.capitalize().replace("'", "['’]") for word in name.split())


def lowered(text: str) -> str:
    """The text in lower case, character for character ("İ" has a longer one and stays)."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def century_of(year: int) -> int:
    """The year that two digits mean: "'58" is 1958, "'16" 2016."""
    return year + (1900 if year > 29 else 2000)
