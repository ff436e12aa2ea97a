"""The article as a story: headline, lead and body, and the words in it that tell of an event.

"Twelve miners died in a blast" tells of the family `attack`; the sentence "The blast came at noon on Friday" tells of
the same one, and so lends it its date.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import field
from itertools import pairwise
from operator import attrgetter
from typing import Any, TypeVar

from transforms.context_rules import ContextRules
from transforms.frozen import frozen
from transforms.values import Article, Mention, Period

Span = TypeVar("Span", Period, Mention)

HEADER_LENGTH = 100  # a date line or byline is short
HEADER_SENTENCES = 8  # and stands among the first
STORIES = 3  # so many datelines make a round-up
LINKS = 3  # so many Markdown links in a line make a menu
LONGEST_TITLE = 250
LONGEST = 600  # letters of a sentence that are looked at on each side of a figure or a date
TERMINAL = (".", "?", "!", ".”", '."', ".)")
CROWD = 6  # periods or places to each side of a figure that are weighed
MANY = 40  # figures of a sentence from which on no figure looks farther than to `CROWD` others
STEM = 5  # letters by which two event words are the same: "explosion" and "exploded" share "explo"


@frozen()
class EventWord:
    """A word that tells of an event: "blast", of the family `attack`."""

    start: int
    end: int
    family: str
    stem: str  # the first letters, lower case


first_letter: Callable[[EventWord], int] = attrgetter("start")
quote_start: Callable[[Any], int] = attrgetter("quote_start")


class EventWords:
    """The event words of a text; a sentence is searched when it is first asked for, as most never are."""

    def __init__(self, text: str, sentences: Sequence[tuple[int, int]], rules: ContextRules) -> None:
        self.text = text
        self.sentences = sentences
        self.rules = rules
        self.found: dict[int, list[EventWord]] = {}  # by sentence

    def between(self, start: int, end: int) -> list[EventWord]:
        """Those that begin and end between two offsets, left to right."""
        words: list[EventWord] = []
        for index in range(max(0, bisect_left(self.sentences, (start + 1,)) - 1), len(self.sentences)):
            if self.sentences[index][0] >= end:
                break
            found = self.found.get(index)
            if found is None:
                found = self.found[index] = find_event_words(self.text, self.rules, *self.sentences[index])
            if found:
                low = bisect_left(found, start, key=first_letter)
                words += found[low : bisect_left(found, end, lo=low, key=first_letter)]
        if words and words[-1].end > end:
            words.pop()
        return words


def find_event_words(text: str, rules: ContextRules, start: int = 0, end: int | None = None) -> list[EventWord]:
    """The event words of text[start:end]; "March" with a capital is a month, and "war crimes" are no war."""
    lower = text[start:end].lower()
    if len(lower) != len(text[start:end]):  # a few letters grow: "İ" has two
        lower = "".join(char.lower() if len(char.lower()) == 1 else char for char in text[start:end])
    found = []
    for match in rules.events.finditer(lower):
        stem, first = match[1], start + match.start()
        if (
            not (stem == "march" and text[first] == "M")
            and not rules.no_event.match(text, first)
            and not rules.no_event_after.search(text, max(0, first - 8), first)
        ):
            found.append(EventWord(first, start + match.end(), rules.families[stem], same_stem(stem, rules)))
    return found


def same_stem(stem: str, rules: ContextRules) -> str:
    """ "rally" and "rallies", "explode" and "explosion" are one, and so are "blast" and "explosion"."""
    short = rules.same_event.get(stem, stem)[:STEM]
    return f"{short[:-1]}i" if short.endswith("y") else short


@frozen()
class Story:
    """An article seen sentence by sentence."""

    text: str
    sentences: Sequence[tuple[int, int]]
    title: int | None  # index of the headline among the sentences
    lead: int  # index of the first sentence of the body
    dateline_end: int  # offset at which the lead's own words begin, after "LA PAZ, March 23 -"
    events: EventWords
    rules: ContextRules
    spoken: dict[int, bool] = field(default_factory=dict)  # by offset of a period: is it the day of a statement?
    reach: dict[int, int] = field(default_factory=dict)  # of sentences with a crowd of figures, what is looked at

    def window(self, sentence: int, first: int, last: int) -> tuple[int, int]:
        """The sentence around a span; of an endless one no more than `LONGEST` letters to each side."""
        start, end = self.sentences[sentence]
        reach = self.reach.get(sentence, LONGEST) if self.reach else LONGEST
        return max(start, first - reach), min(end, last + reach)

    def narrow(self, figures: Sequence[int]) -> None:
        """Look less far where a thousand figures crowd in a sentence; `figures` is the sentence of each.

        Each of them looks at what the others look at as well: "killed 5 and" over and over cost a minute a MB.
        """
        if len(figures) <= MANY:
            return
        for sentence, count in Counter(figures).items():
            if count > MANY:
                start, end = self.sentences[sentence]
                self.reach[sentence] = min(LONGEST, CROWD * (end - start) // count)

    def part(self, first: int, last: int) -> Story:
        """One story of a round-up: the sentences from `first` to before `last`."""
        sentences = self.sentences[first:last]
        return Story(self.text, sentences, None, 0, after_dateline(self.text, *sentences[0]), self.events, self.rules)

    def is_headline(self, sentence: int) -> bool:
        return sentence < self.lead

    def same_paragraph(self, first: int, second: int) -> bool:
        """Is there no line break between two sentences?"""
        return "\n" not in self.text[self.sentences[first][1] : self.sentences[second][0]]


def read_story(article: Article, sentences: Sequence[tuple[int, int]], rules: ContextRules) -> Story:
    """Find where the headline, the date line and the byline end and the lead begins."""
    text = article.text
    title, lead, begin = None, 0, 0
    for index, (start, _) in enumerate(sentences[: HEADER_SENTENCES + 1]):
        if start < begin:
            continue
        line_end = text.find("\n", start)
        begin = line_end if line_end >= 0 else len(text)
        line = text[start : min(begin, start + 2 * LONGEST_TITLE)].strip()
        lead = index
        if title is None and is_title(line, article.title, index):
            title = index
        elif not is_header(line):
            break
    events = EventWords(text, sentences, rules)
    if not sentences or (title is not None and lead == title):
        return Story(text, sentences, None, 0, 0, events, rules)
    return Story(text, sentences, title, lead, after_dateline(text, *sentences[lead]), events, rules)


def is_title(line: str, title: str | None, index: int) -> bool:
    """The first line is the headline: as the metadata tell it, or without a full stop at its end."""
    bare = line.lstrip("# ").strip()
    if title and (bare == title.strip() or title.strip().startswith(bare)):
        return True
    if line.startswith("# "):
        return True
    return index == 0 and len(line) < LONGEST_TITLE and not line.endswith(TERMINAL) and line.count("](") < LINKS


BYLINE = re.compile(r"\s*(?:by\b|reporting by|updated|posted|published|photo)", re.IGNORECASE)
DIGIT = re.compile(r"\d")
DAY = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)


def is_header(line: str) -> bool:
    """A short line that names a day, a place or an author and tells nothing: "ZAGREB, Dec 10, 2005"."""
    if line.count("](") >= LINKS:
        return True  # a menu
    if len(line) > HEADER_LENGTH or line.endswith(TERMINAL):
        return False
    if DIGIT.search(line) or len(line.split()) <= 8 or BYLINE.match(line):
        return True
    return "day" in line.lower() and DAY.search(line) is not None


DATELINE = re.compile(
    r"\s*[A-Z]{4,}(?:,? [A-Z]{2,})* (?=[A-Z][a-z])"  # "OUAGADOUGOU Security forces"
    r"|\s*[A-Z][A-Z.'’ ]{3,30}(?:, [\w. ]{2,20})?—(?=\w)"  # "NANTICOKE—A steel plant"
    r"|\s*[A-Z][\w.'’-]*(?:[ ,]+[A-Z][\w.'’-]*){0,5}"  # "LA PAZ", "Ho Chi Minh City, Vietnam"
    r"(?:,?\s*(?:\w{3,9}\.?\s\d{1,2}|\d{1,2}\s\w{3,9})(?:\s*,?\s*\d{4})?)?"  # "March 23", "2 April 1997"
    r"\s*(?:\([\w ./]{2,30}\))?\s*(?:-{1,2}|[–—])\s"  # "(AFP) -"
)
CAPITAL_DATELINE = re.compile(r"[A-Z][A-Z'’.-]{2,}(?: [A-Z][A-Z'’.-]+)*(?:, [A-Z][\w ]{2,20})? - ")


def after_dateline(text: str, start: int, end: int) -> int:
    """Where the words of a sentence begin, after "LA PAZ, March 23 -"."""
    dateline = DATELINE.match(text, start, min(end, start + HEADER_LENGTH))
    return dateline.end() if dateline else start


def round_up(story: Story) -> list[tuple[int, int]]:
    """The stories of a round-up, whose paragraphs each open with a dateline in capitals; none for a single story.

    Under "News briefs" every paragraph is a story.
    """
    briefs = bool(story.sentences) and story.rules.briefs.match(story.text, story.sentences[0][0])
    if not briefs and story.text.count(" - ") < STORIES:
        return []  # a dateline in capitals ends in a dash
    firsts = [
        index
        for index, (start, end) in enumerate(story.sentences)
        if (index == 0 or not story.same_paragraph(index - 1, index))
        and (
            (briefs and index >= story.lead)
            or CAPITAL_DATELINE.match(story.text, start, min(end, start + HEADER_LENGTH))
        )
    ]
    if len(firsts) < STORIES:
        return []
    return list(pairwise([0, *firsts[1:], len(story.sentences)]))


def between(spans: Sequence[Span], start: int, end: int) -> Sequence[Span]:
    """Of periods or mentions in text order, those that begin between two offsets."""
    low = bisect_left(spans, start, key=quote_start)
    return spans[low : bisect_left(spans, end, lo=low, key=quote_start)]


def nearby(spans: Sequence[Span], start: int, end: int, around: int) -> Sequence[Span]:
    """The spans between two offsets; of a crowd, those nearest to the offset `around`."""
    found = between(spans, start, end)
    if len(found) <= 2 * CROWD:
        return found
    middle = bisect_left(found, around, key=quote_start)
    return found[max(0, middle - CROWD) : middle + CROWD]
