"""When and where each figure of an article holds.

"Police in Gomel held [40] people on Sunday." in an article of Monday, 17 August 2020: Gomel, BY, 2020-08-16. What the
figure's clause leaves open, its sentence tells, or the event that the sentence is about; else it stays open.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import fields
from datetime import date

from transforms.context_rules import context_rules
from transforms.event_dates import find_dates
from transforms.event_places import Where, find_places
from transforms.events import Story, between, read_story, round_up
from transforms.told_events import When
from transforms.values import Article, Context, Draft, Mention, Period

DRAFT = [field.name for field in fields(Draft)]


def assign_context(
    article: Article,
    drafts: Sequence[Draft],
    sentences: Sequence[tuple[int, int]],
    periods: Sequence[Period],
    mentions: Sequence[Mention],
) -> list[Context]:
    """Date and place of every draft, in the same order; None where the text does not say.

    All arguments are in text order, as `find_sentences`, `find_periods` and `find_names` give them.
    """
    if not drafts:
        return []
    story = read_story(article, sentences, context_rules())
    parts = round_up(story)
    if not parts:
        return story_context(story, drafts, periods, mentions, article.published)
    contexts: list[Context] = []
    for first, last in parts:
        part, own = story.part(first, last), drafts_of(drafts, first, last)
        start, end = part.sentences[0][0], part.sentences[-1][1]
        contexts += story_context(
            part, own, between(periods, start, end), between(mentions, start, end), article.published
        )
    return contexts


def story_context(
    story: Story,
    drafts: Sequence[Draft],
    periods: Sequence[Period],
    mentions: Sequence[Mention],
    published: date | None,
) -> list[Context]:
    """The contexts of the figures of one story."""
    story.narrow([draft.sentence for draft in drafts])
    dates = find_dates(story, drafts, periods, mentions, published)
    places = find_places(story, drafts, dates, mentions)
    known: dict[tuple[int, int], Context] = {}  # most figures of a story share the time and place of others
    for when, where in zip(dates, places, strict=True):
        if (id(when), id(where)) not in known:
            known[id(when), id(where)] = join_context(when, where)
    return [known[id(when), id(where)] for when, where in zip(dates, places, strict=True)]


def drafts_of(drafts: Sequence[Draft], first: int, last: int) -> list[Draft]:
    """The figures of some sentences, counted from the first of them."""
    low = bisect_left(drafts, first, key=lambda draft: draft.sentence)
    high = bisect_left(drafts, last, key=lambda draft: draft.sentence)
    return [
        Draft(**{name: getattr(draft, name) for name in DRAFT if name != "sentence"}, sentence=draft.sentence - first)
        for draft in drafts[low:high]
    ]


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
        rules=tuple(rule for rule in (when.rule, where.rule) if rule),
    )
