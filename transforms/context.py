"""When and where each figure of an article holds.

>>> # "Police in Gomel held 40 people on Sunday." -> Gomel, BY, the Sunday before publication
"""

from __future__ import annotations

from collections.abc import Sequence

from transforms.context_rules import context_rules
from transforms.event_dates import When, find_dates
from transforms.event_places import Where, find_places
from transforms.events import read_story
from transforms.values import Article, Context, Draft, Mention, Period


def assign_context(
    article: Article,
    drafts: Sequence[Draft],
    sentences: Sequence[tuple[int, int]],
    periods: Sequence[Period],
    mentions: Sequence[Mention],
) -> list[Context]:
    """Date and place of every draft, in the same order; None where the text does not say."""
    if not drafts:
        return []
    rules = context_rules()
    story = read_story(article, sentences)
    dates = find_dates(story, drafts, periods, mentions, article.published, rules)
    places = find_places(story, drafts, dates, mentions, rules)
    return [join_context(when, where) for when, where in zip(dates, places, strict=True)]


def join_context(when: When, where: Where) -> Context:
    """One `Context` of a time and a place."""
    return Context(
        date_start=when.start,
        date_end=when.end,
        date_precision=when.precision,
        date_source=when.source,
        place=where.place,
        country=where.country,
        place_precision=where.precision,
        latitude=where.latitude,
        longitude=where.longitude,
        rules=(when.rule, where.rule),
    )
