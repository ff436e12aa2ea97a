"""Where each figure holds: the settlement or region of its clause or of its event, and the country.

"Police in Gomel held [40] people." gives Gomel and BY; a bare country fills the country alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from transforms.event_dates import When
from transforms.events import ContextRules, Story
from transforms.values import Draft, Mention


@dataclass(frozen=True, slots=True)
class Where:
    """The place of one figure; None where the text leaves it open."""

    place: str | None = None
    country: str | None = None
    precision: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    rule: str = "context.place_open"


def find_places(
    story: Story, drafts: Sequence[Draft], dates: Sequence[When], mentions: Sequence[Mention], rules: ContextRules
) -> list[Where]:
    """One `Where` for each draft, in the same order."""
    if not drafts:
        return []
    named = [mention for mention in mentions if mention.country and mention.kind in ("PLACE", "NORP")]
    by_sentence = mentions_by_sentence(story, named)
    home = dominant_country(story, by_sentence)
    main = main_place(story, by_sentence, home, rules)
    found: list[Where] = []
    current: dict[object, Where] = {}
    for draft, when in zip(drafts, dates, strict=True):
        where = own_place(story, draft, by_sentence.get(draft.sentence, ()), rules)
        key = (when.start, when.end)
        if where.place is None:
            carried = current.get(key) if when.start else None
            if carried is None and is_main(story, draft, when, dates):
                carried = main
            if carried is not None and (where.country is None or where.country == carried.country):
                where = Where(
                    carried.place,
                    carried.country,
                    carried.precision,
                    carried.latitude,
                    carried.longitude,
                    "context.place_event",
                )
        if where.country is None:
            where = Where(
                where.place,
                home,
                where.precision,
                where.latitude,
                where.longitude,
                "context.country_article" if home else where.rule,
            )
        if where.place and when.start:
            current.setdefault(key, where)
        found.append(where)
    return found


def is_main(story: Story, draft: Draft, when: When, dates: Sequence[When]) -> bool:
    lead_dates = [w for w in dates if w.start]
    return draft.sentence <= story.lead or bool(
        lead_dates and when.start and (when.start, when.end) == (lead_dates[0].start, lead_dates[0].end)
    )


def mentions_by_sentence(story: Story, mentions: Sequence[Mention]) -> dict[int, list[Mention]]:
    placed: dict[int, list[Mention]] = {}
    sentence = 0
    for mention in sorted(mentions, key=lambda m: m.quote_start):
        while sentence + 1 < len(story.sentences) and story.sentences[sentence + 1][0] <= mention.quote_start:
            sentence += 1
        placed.setdefault(sentence, []).append(mention)
    return placed


def dominant_country(story: Story, by_sentence: dict[int, list[Mention]]) -> str | None:
    """The country that the article names most, headline and lead counting more."""
    weight: Counter[str] = Counter()
    for sentence, mentions in by_sentence.items():
        for mention in mentions:
            if mention.country:
                weight[mention.country] += 4 if sentence <= story.lead else 2 if sentence <= story.lead + 2 else 1
    if not weight:
        return None
    best = max(weight.values())
    return next(country for country in weight if weight[country] == best)


def is_settled(mention: Mention, rules: ContextRules) -> bool:
    """Does it name a settlement or a region, not a bare country?"""
    return mention.kind == "PLACE" and (mention.place_precision != "country" or mention.country in rules.city_states)


def main_place(
    story: Story, by_sentence: dict[int, list[Mention]], home: str | None, rules: ContextRules
) -> Where | None:
    """The place of the event that headline and lead tell."""
    order = [story.lead, story.lead + 1, 0, story.lead + 2]
    for sentence in order:
        for mention in by_sentence.get(sentence, ()):
            if (
                is_settled(mention, rules)
                and mention.country == home
                and mention.quote_start >= (story.dateline_end if sentence == story.lead else 0)
            ):
                if sentence == 0 or located(story.text, mention, rules):
                    return at(mention, "context.place_event")
    dateline = [
        m for s in range(story.lead + 1) for m in by_sentence.get(s, ()) if is_settled(m, rules) and s != story.title
    ]
    return at(dateline[0], "context.place_dateline") if dateline and dateline[0].country == home else None


def at(mention: Mention, rule: str) -> Where:
    return Where(mention.quote, mention.country, mention.place_precision, mention.latitude, mention.longitude, rule)


WORD_BEFORE = re.compile(r"(\w+)\W*$")


def located(text: str, mention: Mention, rules: ContextRules) -> bool:
    """Does a preposition of place, or "the city of", lead to the name?"""
    before = text[max(0, mention.quote_start - 60) : mention.quote_start].lower().split()
    return any(word.strip(",") in rules.locative for word in before[-4:]) or any(
        word in rules.settlement for word in before[-3:]
    )


def own_place(story: Story, draft: Draft, mentions: Sequence[Mention], rules: ContextRules) -> Where:
    """The place named in the figure's own sentence, the nearest with a preposition of place."""
    best: tuple[float, Mention] | None = None
    country: tuple[float, Mention] | None = None
    for mention in mentions:
        if draft.sentence == story.lead and mention.quote_end <= story.dateline_end:
            continue
        before = mention.quote_end <= draft.quote_start
        gap = (
            story.text[mention.quote_end : draft.quote_start]
            if before
            else story.text[draft.quote_end : mention.quote_start]
        )
        cost = (
            len(gap) / 120
            + (0.5 if before else 0.0)
            + 0.8 * len(re.findall(r"\b(?:who|which|that|after|but|while|as|whose)\b|;", gap))
        )
        if not draft.clause_start <= mention.quote_start < draft.clause_end:
            cost += 0.5
        if is_settled(mention, rules):
            if not located(story.text, mention, rules):
                cost += 1.5
            if best is None or cost < best[0]:
                best = (cost, mention)
        elif country is None or cost < country[0]:
            country = (cost, mention)
    if best and best[0] <= 2.2:
        return at(best[1], "context.place_sentence")
    if country and country[0] <= 2.0:
        return Where(country=country[1].country, rule="context.country_sentence")
    return Where()
