"""How well an event that the article dates fits a figure that has no date of its own.

A sum of reasons: the same word ("the blast"), the same family of event, figures of the same measure, nearness, the
event of headline and lead; against: age, a length of months, another time told in between.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date

from transforms.events import EventWord, Story
from transforms.frozen import frozen
from transforms.told_events import LOOK_AHEAD, LOOK_BACK, Told, When, stretch_words
from transforms.values import Draft, Period

LONG = 200  # days: an interval that long is a count over time, not an event
OLD = 60  # days: an event told in the news is younger, unless it is background


@frozen()
class Scene:
    """What the search for one figure's date looks at."""

    story: Story
    drafts: Sequence[Draft]
    by_sentence: dict[int, list[Period]]
    told: list[Told]
    told_sentences: list[int]  # the sentence of each, in order
    published: date | None
    today: date | None  # the day on which the article speaks: the narrator's own, else that of publication
    main: int  # the last sentence that tells of the main event's time: lead, next, or the first with a date
    main_families: frozenset[str]  # what headline and lead tell of
    sole: Told | None  # the one mishap that the article is about, where it tells one day for it

    def tell(self, event: Told) -> None:
        """Add an event that the lead tells as of today."""
        place = bisect_right(self.told_sentences, event.sentence)
        self.told.insert(place, event)
        self.told_sentences.insert(place, event.sentence)

    def told_before(self, sentence: int) -> Sequence[Told]:
        """The told events of the sentences before, the last ones only."""
        stop = bisect_left(self.told_sentences, sentence)
        return self.told[max(0, stop - LOOK_BACK) : stop]

    def told_around(self, sentence: int) -> list[Told]:
        """The told events that a figure of the sentence can belong to: near it, or in headline and lead."""
        stop = bisect_left(self.told_sentences, sentence)
        low, high = max(0, stop - LOOK_BACK), stop + LOOK_AHEAD
        main = bisect_right(self.told_sentences, self.main)
        return [*self.told[: min(low, main)], *self.told[low:high]]


MISHAPS = frozenset(("attack", "accident", "disaster"))  # are over in a day
MISHAP_AGE = 14  # days before publication


def sole_mishap(told: Sequence[Told], families: frozenset[str], published: date | None) -> Told | None:
    """The mishap of headline and lead, if all of the article dates one: "The earthquake hit Saturday around 7 p.m."."""
    wanted = families & MISHAPS
    if published is None or not wanted:
        return None
    dated = [event for event in told[:LOOK_BACK] if event.families & wanted and not event.spoken and not event.other]
    recent = [event for event in dated if (published - event.end).days <= MISHAP_AGE and event.start <= published]
    days = {(event.start, event.end) for event in recent}
    if len(days) != 1 or recent[0].start != recent[0].end:
        return None
    return recent[0]


POINTED = re.compile(r"\b(?:that|those)\s(?:\w+\s)?$", re.IGNORECASE)
DEFINITE = re.compile(r"\b(?:the|that|this|those|these)\s(?:\w+\s)?$", re.IGNORECASE)
THAT_FOLLOWED = re.compile(r"\bthat followed\b", re.IGNORECASE)


def best_event(scene: Scene, index: int, found: Sequence[When | None], counting: bool) -> tuple[float, Told | None]:
    """The told event that fits the figure best, with its score; `counting` if its words may count up to today."""
    story, draft = scene.story, scene.drafts[index]
    near, _ = stretch_words(story, draft.sentence, draft.quote_start, draft.quote_end)
    if draft.measure == "deaths":
        near = [word for word in near if word.family != "funeral"]
    around = story.events.between(*story.window(draft.sentence, draft.quote_start, draft.quote_end))
    best: tuple[float, Told | None] = (0.0, None)
    for event in scene.told_around(draft.sentence):
        score = link_score(scene, index, found, event, near, around, counting)
        if score > best[0]:
            best = (score, event)
    return best


def link_score(
    scene: Scene,
    index: int,
    found: Sequence[When | None],
    event: Told,
    near: Sequence[EventWord],
    around: Sequence[EventWord],
    counting: bool = False,
) -> float:
    """The sum of the reasons for and against the figure's belonging to the event."""
    draft = scene.drafts[index]
    step = draft.sentence - event.sentence
    words, definite = word_score(scene.story, event, near, around, step)
    score = words + twin_score(scene, index, event) + distance_score(scene, draft, event, step, definite)
    main = is_main(scene, event)
    if scene.story.rules.families_of_measure.get(draft.measure, frozenset()) & (
        event.families | scene.main_families if main else event.families
    ):
        score += 0.8
    if sentence_before_agrees(scene, index, found, event):
        score += 1.0
    if event.named:
        score += 0.5
    if event.today and step > 1 and all(scene.drafts[i].measure != draft.measure for i in event.drafts[:1]):
        score -= 1.5
    if event.spoken:
        score -= 3.0
    if step == 0 and draft.measure == "prosecutions":
        score -= 3.0  # "sentenced [9] for the attack of May 2016": tried for what happened then
    if event.start < event.end == scene.published and not definite and others_only(scene, draft, event):
        score -= 1.5  # "[2,000] have been moved since Wednesday": the injured are not of these days
    if counting and event.start < event.end == scene.published and same_measure(scene, draft, event):
        score += 2.5  # "1,500 have died since June. In the south alone [600] have died"
    if event.other and not 0 < step <= 2:
        score -= 2.5
    if not definite:
        days = (event.end - event.start).days
        score -= 2.5 if days > LONG else 1.0 if days > 31 else 0.5 if days > 7 and step != 1 else 0.0
    if scene.published:
        if event.start > scene.published and draft.status not in ("planned", "hypothetical"):
            score -= 5.0
        if event.end < scene.published and draft.status in ("planned", "hypothetical"):
            score -= 1.5
        if (scene.published - event.end).days > OLD and step != 1 and not definite:
            score -= 3.0 if draft.sentence <= scene.story.lead else 1.5  # no news begins with history
    return score


def is_main(scene: Scene, event: Told) -> bool:
    """Is it told where the main event is, and not as history?"""
    if event.sentence > scene.main or event.earlier:
        return False
    old = scene.published is not None and (scene.published - event.end).days > OLD
    return not old or event.sentence <= scene.story.lead + 1


def same_measure(scene: Scene, draft: Draft, event: Told) -> bool:
    """Has the event figures of the draft's measure?"""
    return any(scene.drafts[i].measure == draft.measure for i in event.drafts[:LOOK_AHEAD])


def others_only(scene: Scene, draft: Draft, event: Told) -> bool:
    """Has the event figures, but none of the draft's measure? The dead and the hurt go together."""
    measures = {scene.drafts[i].measure for i in event.drafts[:LOOK_AHEAD]}
    states = scene.story.rules.states
    return bool(measures) and not measures & (states if draft.measure in states else {draft.measure})


def word_score(
    story: Story, event: Told, near: Sequence[EventWord], around: Sequence[EventWord], step: int
) -> tuple[float, bool]:
    """What shared event words say, and whether one of them is "the blast", "that march"."""
    shared = [word for word in near if word.stem in event.stems]
    if shared:
        before = [story.text[max(0, word.start - 24) : word.start] for word in shared]
        if any(POINTED.search(text) for text in before):
            return (5.5 if 0 < step <= 2 else 1.0), True
        if any(DEFINITE.search(text) for text in before) and step >= 0:
            return 4.0, True
        return 2.5, False
    alike = [word for word in near if word.family in event.families]
    if any(POINTED.search(story.text, max(0, word.start - 24), word.start) for word in alike) and 0 < step <= 2:
        return 5.0, True
    if alike:
        return 1.2, False
    if {word.stem for word in around} & event.stems:
        return 1.2, False
    if {word.family for word in around} & event.families:
        return 0.6, False
    return 0.0, False


def twin_score(scene: Scene, index: int, event: Told) -> float:
    """Figures of the same measure that take their date from the event draw others to it."""
    draft = scene.drafts[index]
    fitting = scene.story.rules.families_of_measure.get(draft.measure, frozenset())
    others = [scene.drafts[other] for other in event.drafts[:LOOK_BACK] if other != index]
    if any(other.measure == draft.measure and other.value == draft.value for other in others):
        return 2.5 if draft.sentence <= scene.story.lead + 1 else 1.5
    if any(other.measure == draft.measure for other in others):
        return 0.6
    if any(fitting & scene.story.rules.families_of_measure.get(other.measure, frozenset()) for other in others):
        return 0.4
    return 0.0


def distance_score(scene: Scene, draft: Draft, event: Told, step: int, definite: bool) -> float:
    """Near before the figure is best; lead and headline look ahead; the event of the lead is never far."""
    story = scene.story
    score = 0.0
    if step == 0:
        score -= 3.5
    elif step > 0:
        score += max(0.0, 1.6 - 0.3 * (step - 1))
        if step == 1 and story.same_paragraph(event.sentence, draft.sentence):
            score += 0.8
        if not definite and time_moved_on(story, draft):
            score -= 3.0
    elif draft.sentence <= story.lead and other_figure(scene, draft, event):
        score -= 1.5
    elif draft.sentence <= story.lead:
        score += max(0.0, 1.0 + 0.2 * step)
    else:
        score -= 0.5 if event.named and step >= -3 else 1.5
    if is_main(scene, event):
        score += 1.2
    if event.earlier and not definite:
        score -= 0.5
    if step > 1 and not definite and intervening(scene, event, draft):
        score -= 0.8
    return score


def other_figure(scene: Scene, draft: Draft, event: Told) -> bool:
    """Does the event have its own, other figure of the measure: "On Tuesday [19] soldiers were killed" beside 18?"""
    alike = [scene.drafts[i].value for i in event.drafts[:LOOK_AHEAD] if scene.drafts[i].measure == draft.measure]
    return bool(alike) and draft.value not in alike


def time_moved_on(story: Story, draft: Draft) -> bool:
    """Does the figure's sentence, or the one before, say that some time passed: "Soon afterward", "that followed"?"""
    start, end = story.window(draft.sentence, draft.quote_start, draft.quote_start)
    if story.rules.afterward.match(story.text[start : start + 40]) or THAT_FOLLOWED.search(story.text, start, end):
        return True
    before = story.sentences[draft.sentence - 1] if draft.sentence > story.lead else (0, 0)
    if "\n" in story.text[before[1] : start]:
        return False
    return bool(story.rules.afterward.match(story.text[before[0] : before[0] + 40]))


def intervening(scene: Scene, event: Told, draft: Draft) -> bool:
    """Has the story moved to another time between the event and the figure?"""
    return any(
        event.sentence < other.sentence and not other.spoken and other.start != event.start
        for other in scene.told_before(draft.sentence)
    )


def sentence_before_agrees(scene: Scene, index: int, found: Sequence[When | None], event: Told) -> bool:
    """Does a figure just before, in this sentence or the last, take its date from the event?"""
    draft = scene.drafts[index]
    for other in range(index - 1, max(-1, index - LOOK_AHEAD), -1):
        if scene.drafts[other].sentence < draft.sentence - 1:
            return False
        when = found[other]
        if when and when.days == (event.start, event.end):
            return True
    return False
