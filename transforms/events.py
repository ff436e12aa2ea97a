"""The article as a story: headline, lead and body, and which family of event each stretch of text tells.

"Twelve miners died in a blast" tells of the family `accident` or `attack`; the sentence "The blast came at noon
on Friday" tells of the same one, and so lends it its date.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeVar

from transforms.values import Article, Mention, Period

Span = TypeVar("Span", Period, Mention)

ENDINGS = r"(?:s|es|e|ed|d|ing|er|ers|ings|ions?|ors?|ants?|ations?|ators?|ated)?"
HEADER_LENGTH = 100  # a date line or byline is short
LINKS = 3  # so many Markdown links in a line make a menu
LONGEST_TITLE = 250
LONGEST = 600  # letters of a sentence that are looked at on each side of a figure or a date
TERMINAL = (".", "?", "!", ".”", '."', ".)")
HEADER_SENTENCES = 8  # and stands among the first


@dataclass(frozen=True, slots=True)
class ContextRules:
    """The words of `context.toml`, compiled."""

    events: re.Pattern[str]
    family_of_group: Mapping[str, str]
    families_of_measure: Mapping[str, frozenset[str]]
    always_standing: frozenset[str]
    habit: re.Pattern[str]
    before: re.Pattern[str]
    speech: re.Pattern[str]
    no_event: re.Pattern[str]
    present: re.Pattern[str]
    always_now: frozenset[str]
    tells_no_time: frozenset[str]
    states: frozenset[str]
    present_periods: frozenset[str]
    civil: re.Pattern[str]
    settlement: frozenset[str]
    city_states: frozenset[str]


@cache
def context_rules() -> ContextRules:
    """The packaged English rules, read once."""
    words = tomllib.loads(files("transforms").joinpath("rules/en/context.toml").read_text(encoding="utf-8"))
    families: dict[str, list[str]] = {name: family["stems"] for name, family in words["families"].items()}
    return ContextRules(
        events=re.compile("|".join(f"(?P<{name}>{stem_pattern(stems)})" for name, stems in families.items())),
        family_of_group={name: name for name in families},
        families_of_measure={name: frozenset(known) for name, known in words["families_of_measure"].items()},
        always_standing=frozenset(words["standing"]["always"]),
        habit=word_pattern(words["standing"]["habit"]),
        before=word_pattern(words["standing"]["before"]),
        no_event=word_pattern(words["no_event"]["phrases"]),
        speech=word_pattern(words["speech"]["verbs"]),
        present=word_pattern(words["present"]["always"] + words["present"]["with_present"]),
        present_periods=frozenset(words["present"]["periods"]),
        tells_no_time=frozenset(words["present"]["tells_no_time"]),
        states=frozenset(words["present"]["states"]),
        always_now=frozenset(words["present"]["always"]),
        settlement=frozenset(words["places"]["settlement"]),
        civil=word_pattern(words["places"]["civil"]),
        city_states=frozenset(words["places"]["city_states"]),
    )


def stem_pattern(stems: Sequence[str]) -> str:
    """Any of the stems with a usual ending; a capital may open it, but "March" is a month."""
    opened = [
        f"[{stem[0]}{stem[0].upper()}]{re.escape(stem[1:])}" if stem != "march" else stem
        for stem in sorted(stems, key=len, reverse=True)
    ]
    return rf"\b(?:{'|'.join(opened)}){ENDINGS}\b"


def word_pattern(words: Sequence[str]) -> re.Pattern[str]:
    """Any of the words or phrases, whole, in either case."""
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(re.escape(word) for word in longest_first)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class EventWord:
    """A word that tells of an event: "blast", of the family `attack`."""

    start: int
    end: int
    family: str
    stem: str  # first letters, lower case: "explosion" and "exploded" share "explo"


def event_words(text: str, start: int, end: int, rules: ContextRules) -> list[EventWord]:
    """The event words of a stretch of text, left to right."""
    return [
        EventWord(match.start(), match.end(), match.lastgroup or "", match.group()[:5].lower())
        for match in rules.events.finditer(text, start, end)
        if not rules.no_event.match(text, match.start())
    ]


@dataclass(frozen=True, slots=True)
class Story:
    """An article seen sentence by sentence."""

    text: str
    sentences: Sequence[tuple[int, int]]
    title: int | None  # index of the headline among the sentences
    lead: int  # index of the first sentence of the body
    dateline_end: int  # offset at which the lead's own words begin, after "LA PAZ, March 23 -"

    def window(self, sentence: int, first: int, last: int) -> tuple[int, int]:
        """The sentence around a span; of an endless one no more than `LONGEST` letters to each side."""
        start, end = self.sentences[sentence]
        return max(start, first - LONGEST), min(end, last + LONGEST)

    def is_headline(self, sentence: int) -> bool:
        return sentence < self.lead


def between(spans: Sequence[Span], start: int, end: int) -> Sequence[Span]:
    """Of periods or mentions in text order, those that begin between two offsets."""
    low = bisect_left(spans, start, key=lambda span: span.quote_start)
    return spans[low : bisect_left(spans, end, key=lambda span: span.quote_start)]


DATELINE = re.compile(
    r"\s*[A-Z]{4,}(?:,? [A-Z]{2,})* (?=[A-Z][a-z])"  # "OUAGADOUGOU Security forces"
    r"|\s*[A-Z][\w.'’]*(?:[ ,]+[A-Z][\w.'’]*){0,5}"  # "LA PAZ", "Ho Chi Minh City, Vietnam"
    r"(?:,?\s*(?:\w{3,9}\.?\s\d{1,2}|\d{1,2}\s\w{3,9})(?:\s*,?\s*\d{4})?)?"  # "March 23", "2 April 1997"
    r"\s*(?:\([\w ./]{2,30}\))?\s*(?:-{1,2}|[–—])\s"  # "(AFP) -"
)
BYLINE = re.compile(r"\s*(?:by\b|reporting by|updated|posted|published|photo)", re.IGNORECASE)
DIGIT_OR_DAY = re.compile(r"\d|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)


def read_story(article: Article, sentences: Sequence[tuple[int, int]]) -> Story:
    """Find where the headline, the date line and the byline end and the lead begins."""
    text = article.text
    title, lead, begin = None, 0, 0
    for index, (start, _) in enumerate(sentences[: HEADER_SENTENCES + 1]):
        if start < begin:
            continue
        line_end = text.find("\n", start)
        begin = line_end if line_end >= 0 else len(text)
        line = text[start:begin].strip()
        lead = index
        if title is None and is_title(line, article.title, index):
            title = index
        elif not is_header(line):
            break
    if not sentences or (title is not None and lead == title):
        return Story(text, sentences, None, 0, 0)
    start, end = sentences[lead]
    dateline = DATELINE.match(text, start, min(end, start + HEADER_LENGTH))
    return Story(text, sentences, title, lead, dateline.end() if dateline else start)


def is_title(line: str, title: str | None, index: int) -> bool:
    """The first line is the headline: as the metadata tell it, or without a full stop at its end."""
    bare = line.lstrip("# ").strip()
    if title and (bare == title.strip() or title.strip().startswith(bare)):
        return True
    if line.startswith("# "):
        return True
    return index == 0 and len(line) < LONGEST_TITLE and not line.endswith(TERMINAL) and line.count("](") < LINKS


def is_header(line: str) -> bool:
    """A short line that names a day, a place or an author and tells nothing: "ZAGREB, Dec 10, 2005"."""
    if line.count("](") >= LINKS:
        return True  # a menu
    if len(line) > HEADER_LENGTH or line.endswith(TERMINAL):
        return False
    return bool(BYLINE.match(line)) or bool(DIGIT_OR_DAY.search(line)) or len(line.split()) <= 8
