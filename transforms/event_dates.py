"""When each figure holds: from its own clause, its sentence, or the event that the sentence is about.

"Twelve died on Friday. The blast also left [40] injured." The forty take the Friday of the blast; "so far", "are on
strike" take the day of publication; a plant's workforce takes no day at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from transforms.events import ContextRules, EventWord, Story, event_words
from transforms.values import Draft, Period

FAR = 2.0  # a period that costs more does not belong to the figure
LINKED = 2.6  # a told event that scores less is not the figure's
OLD = 60  # days: an event told in the news is younger, unless it is background


@dataclass(frozen=True, slots=True)
class When:
    """The time of one figure and the rule that found it; all None where the text does not say."""

    start: date | None
    end: date | None
    precision: str | None
    source: str | None
    rule: str
    told: int | None = None  # index of the told event it was taken from


NEVER = When(None, None, None, None, "context.date_open")


@dataclass(slots=True)
class Told:
    """An event that some sentence dates: what other figures may belong to."""

    sentence: int
    period: Period
    families: frozenset[str]
    stems: frozenset[str]
    drafts: list[int]
    spoken: bool  # the day on which somebody said it


def find_dates(
    story: Story, drafts: Sequence[Draft], periods: Sequence[Period], published: date | None, rules: ContextRules
) -> list[When]:
    """One `When` for each draft, in the same order."""
    if not drafts:
        return []
    by_sentence = periods_by_sentence(story, periods, published)
    found: list[When | None] = [own_date(story, draft, by_sentence, rules) for draft in drafts]
    if all(found):
        return [when for when in found if when]
    told = told_events(story, drafts, found, by_sentence, rules)
    for index, draft in enumerate(drafts):
        if found[index] is None:
            found[index] = linked_date(story, index, drafts, found, told, published, rules)
    return [when or NEVER for when in found]


# the periods that tell when something happened


def periods_by_sentence(story: Story, periods: Sequence[Period], published: date | None) -> dict[int, list[Period]]:
    """Whole intervals outside datelines; of two that overlap, the longer."""
    placed: dict[int, list[Period]] = {}
    sentence = 0
    last: Period | None = None
    for period in sorted(periods, key=lambda p: (p.quote_start, -p.quote_end)):
        if period.date_start is None or period.date_end is None:
            continue
        if last and period.quote_start < last.quote_end:
            continue
        while sentence + 1 < len(story.sentences) and story.sentences[sentence + 1][0] <= period.quote_start:
            sentence += 1
        if sentence == story.lead and period.quote_end <= story.dateline_end:
            continue
        if 0 < sentence < story.lead or (sentence < story.lead and sentence != story.title):
            continue
        placed.setdefault(sentence, []).append(period)
        last = period
    return placed


# the figure's own clause and sentence

RELATIVE = re.compile(
    r"\b(?:who|which|whose|whom|where)\b|\bthat\b(?=\s(?:\w+ed|was|were|had|has|have|left|took|began|saw|drew)\b)"
)
LATER = re.compile(
    r"\b(?:after|before|since|following|until|despite|unlike|because|over|amid|ahead of|prior to|compared with|from)\b",
    re.IGNORECASE,
)
JOINED = re.compile(r"[;:—]|\s–\s|\b(?:while|but|although|though|whereas|as|when|if)\b", re.IGNORECASE)
PARTICIPLE = re.compile(
    r"\b(?!(?:killed|injured|wounded|hurt|arrested|detained|died|held|staged|reported|confirmed|united)\b)[a-z]{3,}ed\b"
)


def own_date(story: Story, draft: Draft, by_sentence: dict[int, list[Period]], rules: ContextRules) -> When | None:
    """The date of the figure's own clause, failing that of its sentence."""
    candidates = by_sentence.get(draft.sentence)
    if not candidates:
        return None
    start, end = story.sentences[draft.sentence]
    costs = [(attachment(story.text, start, end, draft, period, candidates, rules), period) for period in candidates]
    cost, period = min(costs, key=lambda pair: pair[0])
    if cost > FAR:
        return None
    source = "clause" if draft.clause_start <= period.quote_start < draft.clause_end else "sentence"
    return When(period.date_start, period.date_end, period.date_precision, source, f"context.date_{source}")


def attachment(
    text: str, start: int, end: int, draft: Draft, period: Period, others: Sequence[Period], rules: ContextRules
) -> float:
    """How far the period is from the figure, in grammar more than in letters; 0 is beside it."""
    first = draft.quote_start
    last = draft.quote_end
    if draft.trigger_start is not None and draft.trigger_end is not None:
        first, last = min(first, draft.trigger_start), max(last, draft.trigger_end)
    before = period.quote_end <= first
    if before:
        gap = text[period.quote_end : draft.quote_start]
    elif period.quote_start >= last:
        gap = text[last : period.quote_start]
    else:
        return 0.0 if not spoken(text, start, period, rules) else 1.0
    fronted = before and len(text[start : period.quote_start].split()) <= 2
    cost = len(gap) / 250
    if fronted:
        cost *= 0.5
        cost += 0.4 * len(re.findall(r";|\bbut\b|\bwhile\b", gap))
    elif before:
        cost += 0.2 * len(RELATIVE.findall(gap)) + 0.5 * len(JOINED.findall(gap)) + 0.3 * len(LATER.findall(gap))
        cost += 0.5 * ("said" in gap)
    else:
        cost += 1.2 * len(RELATIVE.findall(gap)) + 0.8 * len(JOINED.findall(gap)) + 1.0 * len(LATER.findall(gap))
        cost += min(1.5, 0.5 * len(PARTICIPLE.findall(gap)))
        if rules.speech.search(gap):
            cost += 1.0
    between = [
        o
        for o in others
        if o is not period and min(first, period.quote_start) < o.quote_start < max(last, period.quote_start)
    ]
    cost += 1.0 * len(between)
    if spoken(text, start, period, rules):
        cost += 2.0
    return cost


SPOKEN_WINDOW = 40


def spoken(text: str, start: int, period: Period, rules: ContextRules) -> bool:
    """Is it the day on which somebody spoke: "the manager said on Monday"?"""
    window = text[max(start, period.quote_start - SPOKEN_WINDOW) : period.quote_start]
    words = window.split()[-3:]
    return bool(rules.speech.search(" ".join(words)))


# the events that the article dates, and the figures that belong to them


def told_events(
    story: Story,
    drafts: Sequence[Draft],
    found: Sequence[When | None],
    by_sentence: dict[int, list[Period]],
    rules: ContextRules,
) -> list[Told]:
    """Every dated stretch of the article with the families of event that it tells of."""
    told = []
    for sentence, periods in by_sentence.items():
        start, end = story.sentences[sentence]
        words = event_words(story.text, start, end, rules)
        for period in periods:
            near = nearest(words, period, periods)
            mine = [
                index
                for index, (draft, when) in enumerate(zip(drafts, found, strict=True))
                if draft.sentence == sentence
                and when
                and (when.start, when.end) == (period.date_start, period.date_end)
            ]
            told.append(
                Told(
                    sentence,
                    period,
                    frozenset(word.family for word in near),
                    frozenset(word.stem for word in near),
                    mine,
                    spoken(story.text, start, period, rules),
                )
            )
    return told


def nearest(words: Sequence[EventWord], period: Period, periods: Sequence[Period]) -> list[EventWord]:
    """The event words to which no other period of the sentence is closer."""

    def distance(word: EventWord, other: Period) -> int:
        return max(word.start - other.quote_end, other.quote_start - word.end)

    return [word for word in words if distance(word, period) <= min(distance(word, other) for other in periods)]


PERFECT = re.compile(
    r"\b(?:has|have)\b(?:\s\w+){0,3}?\s(?:been|\w+ed|\w+en|won|lost|left|fled|gone|put|cut|shut|held|met)\b"
)
PROGRESSIVE = re.compile(r"\b(?:is|are)\b(?:\s\w+){0,3}?\s(?:\w+ing\b|on strike\b|on hunger strike\b|missing\b|dead\b)")
PRESENT_BE = re.compile(r"\b(?:is|are|do|does)\b")
THAT_EVENT = re.compile(r"\b(?:that|those|this|these|the same|the latter)\s(?:\w+\s)?$")


def linked_date(
    story: Story,
    index: int,
    drafts: Sequence[Draft],
    found: Sequence[When | None],
    told: Sequence[Told],
    published: date | None,
    rules: ContextRules,
) -> When | None:
    """The date of the event that the figure belongs to, or the day of publication, or nothing."""
    draft = drafts[index]
    if draft.measure in rules.always_standing or draft.measure not in rules.families_of_measure:
        return None
    start, end = story.sentences[draft.sentence]
    sentence = story.text[start:end]
    clause = story.text[
        max(start, min(draft.clause_start, draft.quote_start)) : min(end, max(draft.clause_end, draft.quote_end))
    ]
    if rules.habit.search(clause) or rules.before.search(clause):
        return None
    now = present_score(story, draft, clause, rules)
    words = event_words(story.text, start, end, rules)
    scored = [(link_score(story, draft, index, drafts, found, event, words, published, rules), event) for event in told]
    best, event = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    if published is not None and now > 0 and now >= best:
        return When(published, published, "day", "document", "context.date_now")
    if event is None or best < LINKED:
        return None
    period = event.period
    event.drafts.append(index)
    return When(
        period.date_start, period.date_end, period.date_precision, "event", "context.date_event", told.index(event)
    )


def present_score(story: Story, draft: Draft, clause: str, rules: ContextRules) -> float:
    """How strongly the words speak of the day of publication."""
    if rules.present.search(clause):
        return 3.5
    if draft.status in ("planned", "hypothetical"):
        return 0.0
    if PERFECT.search(clause):
        return 3.0
    if PROGRESSIVE.search(clause):
        return 3.5
    if PRESENT_BE.search(clause) and draft.tense == "present":
        return 2.6
    if story.is_headline(draft.sentence):
        return 1.0
    return 0.0


def link_score(
    story: Story,
    draft: Draft,
    index: int,
    drafts: Sequence[Draft],
    found: Sequence[When | None],
    event: Told,
    words: Sequence[EventWord],
    published: date | None,
    rules: ContextRules,
) -> float:
    """How well the told event fits the figure; the sum of its reasons."""
    score = 0.0
    families = {word.family for word in words}
    stems = {word.stem for word in words}
    if stems & event.stems:
        score += 2.0
    elif families & event.families:
        score += 1.2
    if rules.families_of_measure[draft.measure] & event.families:
        score += 1.0
    same = [drafts[other] for other in event.drafts if other != index]
    if any(other.measure == draft.measure and other.value == draft.value for other in same):
        score += 3.0
    elif any(other.measure == draft.measure for other in same):
        score += 1.0
    elif any(
        rules.families_of_measure.get(other.measure, frozenset()) & rules.families_of_measure[draft.measure]
        for other in same
    ):
        score += 0.6
    step = draft.sentence - event.sentence
    if step == 0:
        score += 0.0
    elif step > 0:
        score += max(0.0, 1.6 - 0.3 * (step - 1))
    elif draft.sentence <= story.lead + 1:
        score += max(0.2, 1.2 - 0.2 * (-step))
    else:
        score -= 1.0
    if event.sentence <= story.lead + 1:
        score += 1.0
    previous = [
        found[other] for other in range(index) if drafts[other].sentence in (draft.sentence, draft.sentence - 1)
    ]
    if any(when and (when.start, when.end) == (event.period.date_start, event.period.date_end) for when in previous):
        score += 1.0
    if event.spoken:
        score -= 2.0
    period = event.period
    assert period.date_start is not None and period.date_end is not None
    if (period.date_end - period.date_start).days > 31:
        score -= 1.0
    if published:
        if period.date_start > published and draft.status not in ("planned", "hypothetical"):
            score -= 5.0
        if (published - period.date_end).days > OLD and step != 1:
            score -= 1.5
    return score
