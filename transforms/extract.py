"""The one pass over an article: sentences, time expressions, numbers, names, and the figures they make.

>>> # extract(article).figures[0].measure -> "arrests"
"""

from __future__ import annotations

from transforms.dates import find_periods, find_timexes
from transforms.figures import find_figures
from transforms.names import find_names
from transforms.numbers import find_numbers
from transforms.sentences import find_sentences
from transforms.values import Article, Extraction

LANGUAGES = frozenset({"en", None})  # None: too short to say
NOTHING = Extraction(figures=(), mentions=(), timexes=(), periods=(), sentences=())


def extract(article: Article) -> Extraction:
    """All that an article says; nothing for a language without rules."""
    if article.language not in LANGUAGES:
        return NOTHING
    text = article.text
    sentences = find_sentences(text)
    timexes = find_timexes(text, article.published)
    periods = find_periods(text, article.published, timexes)
    mentions = find_names(text, sentences)
    figures = find_figures(article, find_numbers(text), periods, mentions, sentences)
    return Extraction(
        figures=tuple(figures),
        mentions=tuple(mentions),
        timexes=tuple(timexes),
        periods=tuple(periods),
        sentences=tuple(sentences),
    )
