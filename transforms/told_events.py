"""The events that an article gives a date, and the words by which others are known to be the same.

"A blast killed twelve on Friday" tells of Friday, with the word "blast"; "measures imposed after the earthquake of
March 5" tells of March 5, with the word "earthquake".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from transforms.events import EventWord, Story
from transforms.frozen import frozen
from transforms.values import Draft, Period

SUFFERED = 60  # letters of "a 15-year-old male arrested late on"
LOOK_BACK, LOOK_AHEAD = 40, 12  # told events before and after a figure that are weighed


@frozen()
class When:
    """The time of one figure and the rule that found it; all None where the text does not say."""

    start: date | None
    end: date | None
    precision: str | None
    source: str | None
    rule: str
    told: int | None = None  # the sentence that gives the date

    @property
    def days(self) -> tuple[date | None, date | None]:
        return self.start, self.end


OPEN = When(None, None, None, None, "context.date_open")


@dataclass(slots=True)
class Told:
    """A stretch of the article that gives an event its date: what other figures may belong to."""

    sentence: int
    start: date
    end: date
    precision: str | None
    families: frozenset[str]
    stems: frozenset[str]
    named: bool  # the date names the event: "Sunday's march"
    spoken: bool  # the day on which somebody said it
    other: bool  # told as another one: "a similar accident in August"
    today: bool  # told without a date, in a tense that means the day of publication
    earlier: bool  # told only as what came before: "after the earthquake of March 5"
    drafts: list[int] = field(default_factory=list)  # figures that take their date from it


def told_events(
    story: Story,
    drafts: Sequence[Draft],
    found: Sequence[When | None],
    by_sentence: dict[int, list[Period]],
) -> list[Told]:
    """Every dated stretch of the article with the families of event that it tells of, in text order."""
    told = []
    for sentence in sorted(by_sentence):
        for period in by_sentence[sentence]:
            assert period.date_start is not None and period.date_end is not None
            words, after = stretch_words(story, sentence, period.quote_start, period.quote_end)
            words = [word for word in words if nearest(word, period, by_sentence[sentence])]
            if AGAINST.search(story.text, max(0, period.quote_start - AGAINST_REACH), period.quote_start):
                words = []  # "rallied against the February 1 coup": the rally was on another day
            words = [word for word in words if not AFTERMATH.search(story.text, max(0, word.start - 40), word.start)]
            if story.rules.suffered.search(story.text, max(0, period.quote_start - SUFFERED), period.quote_start):
                words = []  # "a man arrested on Monday": not the arrests that the article is about
            if period.date_start < period.date_end and DEADLINE.match(story.text, period.quote_start):
                words = []  # "jobs to go by 2017": nothing happened then
            day = closer_day(story, sentence, period, by_sentence)
            told.append(
                Told(
                    sentence=sentence,
                    start=day or period.date_start,
                    end=day or period.date_end,
                    precision="day" if day else period.date_precision,
                    families=frozenset(word.family for word in words),
                    stems=frozenset(word.stem for word in words),
                    named=story.text.startswith(("'s", "’s"), period.quote_end),
                    spoken=spoken(story, sentence, period),
                    other=any(is_other(story, word) for word in words),
                    today=False,
                    earlier=after,
                )
            )
    by_day = {(event.sentence, event.start, event.end): event for event in reversed(told)}
    for index, (draft, when) in enumerate(zip(drafts, found, strict=True)):
        if when and when.start and when.end:
            event = by_day.get((draft.sentence, when.start, when.end))
            if event:
                event.drafts.append(index)
                event.earlier = event.earlier and draft.measure not in story.rules.families_of_measure
    return told


DEADLINE = re.compile(r"(?:by|within|before)\b", re.IGNORECASE)
AGAINST = re.compile(r"\b(?:against|over|opposing|denouncing)\s(?:an?|the|last)\s$")
# "a push on Thursday to find survivors of the earthquake": it was on another day
AFTERMATH = re.compile(
    r"\b(?:survivors|victims|aftermath|wake|memory|anniversary|cause|causes|site|scene|relatives|families)\sof\s"
    r"(?:an?|the|last|that|this)\s(?:\w+\s)?$"
)
AGAINST_REACH = 20  # letters of "denouncing the "


def is_other(story: Story, word: EventWord) -> bool:
    """Is it "a similar blast", "an earlier strike": not the one that the article is about?"""
    return bool(story.rules.another.search(story.text, max(0, word.start - 24), word.start))


ATTRIBUTE = re.compile(r"(?:['’]s)?\s(?:(?!(?:in|of|at|on|from|by|after|when|as|and) )[a-z-]+\s){0,2}")


def closer_day(story: Story, sentence: int, period: Period, by_sentence: dict[int, list[Period]]) -> date | None:
    """The day of "the weekend attack" or "the 2009 crash", if just one other day is told of the like."""
    if period.date_start is None or period.date_end is None or period.date_start == period.date_end:
        return None
    words = story.events.between(period.quote_end, period.quote_end + 40)
    if not words or not ATTRIBUTE.fullmatch(story.text, period.quote_end, words[0].start):
        return None
    days = {
        other.date_start
        for near in range(sentence - LOOK_BACK, sentence + LOOK_BACK)
        for other in by_sentence.get(near, [])[:LOOK_AHEAD]
        if other.date_start and other.date_start == other.date_end
        if period.date_start <= other.date_start <= period.date_end
        if any(
            word.family == words[0].family for word in stretch_words(story, near, other.quote_start, other.quote_end)[0]
        )
    }
    return days.pop() if len(days) == 1 else None


def nearest(word: EventWord, period: Period, others: Sequence[Period]) -> bool:
    """Is no other period of the sentence closer to the word?"""

    def distance(other: Period) -> int:
        return max(word.start - other.quote_end, other.quote_start - word.end)

    return len(others) == 1 or all(distance(period) <= distance(other) for other in others[:LOOK_BACK])


PASSIVE = 40  # letters of "adopted late on"
ANTECEDENT = 30  # letters between a relative clause and the word that it explains


def stretch_words(story: Story, sentence: int, first: int, last: int) -> tuple[list[EventWord], bool]:
    """The event words around a span, up to where another clause begins; and whether "after" or the like opens it.

    "measures imposed after a major earthquake on March 5" tells of an earthquake, not of the measures; of a relative
    clause without such a word, the word that it explains: "an assault that killed [24]".
    """
    rules = story.rules
    start, end = story.window(sentence, first, last)
    left, explains, later = start, False, False
    for match in rules.barrier.finditer(story.text, start, first):
        left = match.end()
        explains = rules.relative.match(story.text, match.start()) is not None
        later = match.start() > start and rules.later.match(story.text, match.start()) is not None
    passive = rules.passive.search(story.text, max(left, first - PASSIVE), first)
    if passive:
        left, explains = passive.start(), True
    after = rules.barrier.search(story.text, last, end)
    words = story.events.between(left, after.start() if after else end)
    if not words and explains:
        words = story.events.between(max(start, left - ANTECEDENT), left)[-1:]
    return words, later


FRONTED = 8  # letters that may stand before a period at the head of its sentence: "On ", "But on "
SPEAKER = 60  # letters between such a period and the verb: "On Saturday, representatives of the firm acknowledged"


PASSIVE_SPEECH = re.compile(r"\b(?:been|was|were)\s(?:\w+ly\s)?$")
REPORTED_SO = re.compile(r"\breported (?:dead|killed|missing|injured|wounded|arrested)\b")  # "on Saturday" is their day
CONTENT = ("that", "which", "who", "where", "when")


def spoken(story: Story, sentence: int, period: Period) -> bool:
    """Is it the day on which somebody spoke: "the manager said on Monday"? Read once for each period."""
    known = story.spoken.get(period.quote_start)
    if known is None:
        known = story.spoken[period.quote_start] = is_spoken(story, sentence, period)
    return known


def is_spoken(story: Story, sentence: int, period: Period) -> bool:
    start = story.sentences[sentence][0]
    before = story.text[max(start, period.quote_start - 40) : period.quote_start].split()
    if before and before[-1] in CONTENT:
        return False  # "said that on Monday", "said the firm, which last Friday"
    said = " ".join(before[-3:])
    if story.rules.speech.search(said) and not REPORTED_SO.search(said):
        return True
    if period.quote_start - start > FRONTED:
        return False
    verb = story.rules.speech_verb.search(story.text, period.quote_end, period.quote_end + SPEAKER)
    if verb is None or PASSIVE_SPEECH.search(story.text, period.quote_end, verb.start()):
        return False  # "As of June 129 cases have been reported"
    return not story.events.between(period.quote_end, verb.start())
