"""The article as a story: headline, lead and body, and which family of event each stretch of text tells.

"Twelve miners died in a blast" tells of the family `accident` or `attack`; the sentence "The blast came at noon
on Friday" tells of the same one, and so lends it its date.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from transforms.context_rules import ContextRules
from transforms.values import Article, Mention, Period

Span = TypeVar("Span", Period, Mention)

HEADER_LENGTH = 100  # a date line or byline is short
STORIES = 3  # so many datelines make a round-up
LINKS = 3  # so many Markdown links in a line make a menu
LONGEST_TITLE = 250
LONGEST = 600  # letters of a sentence that are looked at on each side of a figure or a date
TERMINAL = (".", "?", "!", ".”", '."', ".)")
HEADER_SENTENCES = 8  # and stands among the first


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

    def part(self, first: int, last: int) -> Story:
        """One story of a round-up: the sentences from `first` to before `last`."""
        sentences = self.sentences[first:last]
        return Story(self.text, sentences, None, 0, after_dateline(self.text, *sentences[0]))

    def is_headline(self, sentence: int) -> bool:
        return sentence < self.lead


def between(spans: Sequence[Span], start: int, end: int) -> Sequence[Span]:
    """Of periods or mentions in text order, those that begin between two offsets."""
    low = bisect_left(spans, start, key=lambda span: span.quote_start)
    return spans[low : bisect_left(spans, end, key=lambda span: span.quote_start)]


CAPITAL_DATELINE = re.compile(r"[A-Z][A-Z'’.-]{2,}(?: [A-Z][A-Z'’.-]+)*(?:, [A-Z][\w ]{2,20})? - ")
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
    return Story(text, sentences, title, lead, after_dateline(text, *sentences[lead]))


def after_dateline(text: str, start: int, end: int) -> int:
    """Where the words of a sentence begin, after "LA PAZ, March 23 -"."""
    dateline = DATELINE.match(text, start, min(end, start + HEADER_LENGTH))
    return dateline.end() if dateline else start


def round_up(story: Story) -> list[tuple[int, int]]:
    """The stories of a round-up, whose paragraphs each open with a dateline in capitals; none for a single story."""
    firsts = [
        index
        for index, (start, end) in enumerate(story.sentences)
        if (index == 0 or "\n" in story.text[story.sentences[index - 1][1] : start])
        and CAPITAL_DATELINE.match(story.text, start, min(end, start + HEADER_LENGTH))
    ]
    if len(firsts) < STORIES:
        return []
    return list(pairwise([0, *firsts[1:], len(story.sentences)]))


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
