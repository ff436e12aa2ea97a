"""The one pass over an article: sentences, time expressions, numbers, names, and the figures they make.

extract(article).figures[0].measure -> "arrests"
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from transforms.dates import find_periods, find_timexes
from transforms.figures import find_figures
from transforms.names import find_all_names
from transforms.numbers import find_numbers
from transforms.sentences import find_sentences
from transforms.values import Article, Extraction, Mention, Number, Period, Timex

LANGUAGES = frozenset({"en", None})  # None: too short to say
YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
DATED = re.compile(rf"(?i)[a-z].*{YEAR.pattern}")  # a month or weekday, and a year
NOTHING = Extraction(figures=(), mentions=(), timexes=(), periods=(), sentences=())


def extract(article: Article, tagger: str = "builtin") -> Extraction:
    """All that an article says; nothing for a language without rules. `tagger` as in `find_all_names`."""
    return extract_all([article], tagger)[0]


def extract_all(articles: Sequence[Article], tagger: str = "builtin") -> list[Extraction]:
    """The same for each of many articles; their names are tagged together, which is nine times as fast."""
    readable = [place for place, article in enumerate(articles) if article.language in LANGUAGES]
    texts = [articles[place].text for place in readable]
    sentences = [find_sentences(text) for text in texts]
    found = [NOTHING] * len(articles)
    for place, spans, mentions in zip(readable, sentences, find_all_names(texts, sentences, tagger), strict=True):
        found[place] = extract_with_names(articles[place], spans, mentions)
    return found


def extract_with_names(
    article: Article, sentences: Sequence[tuple[int, int]], mentions: Sequence[Mention]
) -> Extraction:
    """All that an article says, its sentences and names being known."""
    timexes, periods, numbers = find_dates_and_numbers(article, mentions)
    figures = find_figures(article, numbers, periods, mentions, sentences)
    return Extraction(
        figures=tuple(figures),
        mentions=tuple(mentions),
        timexes=tuple(timexes),
        periods=tuple(periods),
        sentences=tuple(sentences),
    )


def find_dates_and_numbers(
    article: Article, mentions: Sequence[Mention]
) -> tuple[list[Timex], list[Period], list[Number]]:
    """Time expressions, the periods that they make, and the numbers that are in neither names nor dates."""
    text = article.text
    # nobody called May is a month; no part of "18 April 2024" is a number, but the five of "five years ago" is
    people = [(mention.quote_start, mention.quote_end) for mention in mentions if mention.kind == "PERSON"]
    timexes = find_timexes(text, article.published, people)
    dates = [(timex.quote_start, timex.quote_end) for timex in timexes if is_dated(timex.quote)]
    numbers = find_numbers(text, blocked=dates)
    in_one_line = [number for number in numbers if "\n" not in number.quote]  # a line of an article ends a sentence
    return timexes, find_periods(text, article.published, timexes), in_one_line


def is_dated(quote: str) -> bool:
    """Whether a time expression has a year with a word before it: "May 1987", not "1987" or "five years ago"."""
    return YEAR.search(quote) is not None and DATED.search(quote) is not None
