"""When each figure holds: from its own clause, its sentence, or the event that the sentence is about.

"Twelve died on Friday. The blast also left [40] injured." The forty take the Friday of the blast; "so far", "are on
strike" take the day of publication; a plant's workforce takes no day at all.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from transforms.context_rules import ContextRules
from transforms.events import EventWord, Story, between, event_words
from transforms.values import Draft, Mention, Period

FAR = 2.0  # a period that costs more does not belong to the figure
DOUBTFUL = 4.5  # one that costs more than FAR but less than this serves if no event is found
LINKED = 1.5  # a told event that scores less is not the figure's
SURE = 3.5  # one that scores more beats a doubtful period of the own sentence
LOOK_BACK, LOOK_AHEAD = 40, 12  # told events before and after a figure that are weighed
LONG = 200  # days: an interval that long is a count over time, not an event
OLD = 60  # days: an event told in the news is younger, unless it is background


@dataclass(frozen=True, slots=True)
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
    today: bool  # told without a date, in a tense that means the day of publication
    earlier: bool  # told only as what came before: "after the earthquake of March 5"
    drafts: list[int] = field(default_factory=list)  # figures that take their date from it


@dataclass(frozen=True, slots=True)
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
    rules: ContextRules

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


def find_dates(
    story: Story,
    drafts: Sequence[Draft],
    periods: Sequence[Period],
    mentions: Sequence[Mention],
    published: date | None,
    rules: ContextRules,
) -> list[When]:
    """One `When` for each draft, in the same order."""
    periods = [period for period in periods if not counts(period, drafts)]
    by_sentence = periods_by_sentence(story, periods, mentions, published, drafts, rules)
    own = [own_date(story, draft, by_sentence, published, rules) for draft in drafts]
    found: list[When | None] = [when if sure else None for when, sure in own]
    if None in found:
        scene = read_scene(story, drafts, found, by_sentence, published, rules)
        undated = [index for index, when in enumerate(found) if when is None]
        for index in order_of_work(story, drafts, undated):
            found[index] = linked_date(scene, index, found, own[index][0]) or OPEN
    return [when or OPEN for when in found]


def read_scene(
    story: Story,
    drafts: Sequence[Draft],
    found: Sequence[When | None],
    by_sentence: dict[int, list[Period]],
    published: date | None,
    rules: ContextRules,
) -> Scene:
    """All that the article dates, before the figures without a date of their own are placed in it."""
    told = told_events(story, drafts, found, by_sentence, rules)
    return Scene(
        story=story,
        drafts=drafts,
        by_sentence=by_sentence,
        told=told,
        told_sentences=[event.sentence for event in told],
        published=published,
        today=narrated_day(story, by_sentence, rules) or published,
        main=main_sentence(story, told),
        main_families=main_families(story, rules),
        rules=rules,
    )


def main_sentence(story: Story, told: Sequence[Told]) -> int:
    first = next(
        (event.sentence for event in told if not event.spoken and not event.earlier and event.sentence >= story.lead),
        story.lead,
    )
    return max(story.lead + 1, min(first, story.lead + 4))


def main_families(story: Story, rules: ContextRules) -> frozenset[str]:
    """The families of event that headline and lead tell of."""
    told = [story.lead] if story.title is None else [story.title, story.lead]
    spans = [
        story.window(sentence, *story.sentences[sentence][:1] * 2)
        for sentence in told
        if sentence < len(story.sentences)
    ]
    return frozenset(word.family for start, end in spans for word in event_words(story.text, start, end, rules))


def order_of_work(story: Story, drafts: Sequence[Draft], undated: Sequence[int]) -> list[int]:
    """Lead and body; then the lead once more and the headline, which repeat what the body dates."""
    body = [index for index in undated if not story.is_headline(drafts[index].sentence)]
    lead = [index for index in body if drafts[index].sentence == story.lead]
    return [*body, *lead, *(index for index in undated if story.is_headline(drafts[index].sentence))]


# periods that tell when something happened


def drafts_before(drafts: Sequence[Draft], offset: int) -> Sequence[Draft]:
    """The last figures before an offset."""
    stop = bisect_left(drafts, offset, key=lambda draft: draft.quote_start)
    return drafts[max(0, stop - 4) : stop]


STALE = timedelta(days=3)  # a count told longer ago does not run to the day of publication
SINCE = re.compile(r"since\b", re.IGNORECASE)
SINCE_CLAUSE = re.compile(r"\bsince\s(?:[\w'’-]+\s){1,6}(?:on\s|in\s)?$", re.IGNORECASE)


def periods_by_sentence(
    story: Story,
    periods: Sequence[Period],
    mentions: Sequence[Mention],
    published: date | None,
    drafts: Sequence[Draft],
    rules: ContextRules,
) -> dict[int, list[Period]]:
    """Whole intervals outside datelines and names ("the May 15 Organization"); of two that overlap, the longer."""
    names = name_spans(mentions)
    placed: dict[int, list[Period]] = {}
    sentence = 0
    last: Period | None = None
    for period in sorted(periods, key=lambda p: (p.quote_start, -p.quote_end)):
        if period.rule in rules.present_periods:
            continue  # "now", "so far": cues of the present, not times of their own
        if period.date_start is None and story.text.startswith(("'s", "’s"), period.quote_end):
            period = replace(period, date_start=period.date_end)  # "until Friday's attacks": those of Friday
        if period.date_start is None or period.date_end is None or period.date_end < period.date_start:
            continue
        if (last and period.quote_start < last.quote_end) or inside(period.quote_start, names):
            continue
        while sentence + 1 < len(story.sentences) and story.sentences[sentence + 1][0] <= period.quote_start:
            sentence += 1
        if sentence < story.lead and sentence != story.title:
            continue
        if sentence == story.lead and period.quote_start < story.dateline_end:
            continue
        last = period
        placed.setdefault(sentence, []).append(since_clause(story, sentence, period, placed, published, drafts, rules))
    return placed


def counts(period: Period, drafts: Sequence[Draft]) -> bool:
    """Is the expression part of a number: "[Tens] of thousands"?"""
    after = bisect_right(drafts, period.quote_start, key=lambda draft: draft.quote_start)
    near = drafts[max(0, after - 1) : after + 1]
    return any(
        d.kind == "count" and d.quote_start < period.quote_end and period.quote_start < d.quote_end for d in near
    )


def name_spans(mentions: Sequence[Mention]) -> dict[int, int]:
    """Start to end of what names an organisation or a person."""
    return {m.quote_start: m.quote_end for m in mentions if m.kind in ("ORG", "PERSON")}


def inside(offset: int, names: dict[int, int]) -> bool:
    """Does the offset fall into a name? A name has no more than a few words, so few starts can hold it."""
    return any(names.get(start, -1) > offset for start in range(max(0, offset - 60), offset + 1))


def since_clause(
    story: Story,
    sentence: int,
    period: Period,
    placed: dict[int, list[Period]],
    published: date | None,
    drafts: Sequence[Draft],
    rules: ContextRules,
) -> Period:
    """ "since the protests began on 28 April": from then to the day on which it was counted, or to publication."""
    start = max(story.sentences[sentence][0], period.quote_start - 80)
    composed = period.date_end == published and SINCE.match(story.text, period.quote_start)
    if published is None or period.date_start is None or period.date_start > published:
        return period
    if not composed:
        clause = SINCE_CLAUSE.search(story.text, start, period.quote_start)
        if not clause or any(clause.start() < d.quote_start for d in drafts_before(drafts, period.quote_start)):
            return period  # "since [125] people were killed in February": these died in February
    counted = [
        other.date_end
        for near in (sentence, sentence - 1, sentence - 2)
        for other in placed.get(near, [])[:LOOK_AHEAD]
        if other.date_end
        and spoken(story, near, other, rules)
        and period.date_start < other.date_end < published - STALE
    ]
    return replace(period, date_end=max(counted, default=published), date_precision="interval")


# the figure's own clause and sentence


def told_closer(
    story: Story, period: Period, when: When, by_sentence: dict[int, list[Period]], rules: ContextRules
) -> When:
    """The day of "the weekend attack" or "the 2009 crash", if just one other sentence tells of it by day."""
    word = rules.attributive.match(story.text, period.quote_end)
    if not word or when.start is None or when.end is None or when.start == when.end:
        return when
    families = {found.family for found in event_words(story.text, period.quote_end, word.end(), rules)}
    if not families:
        return when
    days = {
        other.date_start
        for sentence, others in by_sentence.items()
        for other in others[:LOOK_AHEAD]
        if other.date_start and other.date_start == other.date_end and when.start <= other.date_start <= when.end
        if families
        & {found.family for found in stretch_words(story, sentence, other.quote_start, other.quote_end, rules)[0]}
    }
    if len(days) != 1:
        return when
    day = days.pop()
    return replace(when, start=day, end=day, precision="day", source="event", rule="context.date_told_closer")


IN_WHICH = re.compile(r",?\s(?:when|where|in which|on which)\b")
UNTIL = re.compile(r"until|till|by", re.IGNORECASE)
AT_THE_TIME = re.compile(r"^[^,;]{0,40}\b(?:at|in|as of|by)\s(?:the\s(?:end|start|beginning)\sof\s)?$")


def own_date(
    story: Story, draft: Draft, by_sentence: dict[int, list[Period]], published: date | None, rules: ContextRules
) -> tuple[When | None, bool]:
    """The date of the figure's own clause, failing that of its sentence; and whether it is surely the figure's."""
    start, end = story.window(draft.sentence, draft.quote_start, draft.quote_end)
    candidates = between(by_sentence.get(draft.sentence, ()), start, end)
    if not candidates:
        return None, False
    costs = [(attachment(story, draft, period, candidates, rules), period) for period in candidates]
    cost, period = min(costs, key=lambda pair: pair[0])
    source = "clause" if draft.clause_start <= period.quote_start < draft.clause_end else "sentence"
    rule = f"context.date_{source}"
    when = When(period.date_start, period.date_end, period.date_precision, source, rule, draft.sentence)
    when = told_closer(story, period, when, by_sentence, rules)
    if draft.measure in rules.always_standing and not holds_then(story, draft, period):
        return OPEN, True  # "fired 49 of 52 leaders on Monday": that there are 52 holds on no day in particular
    if draft.measure == "deaths" and buried(story, draft, period, rules):
        return None, False
    if cost <= FAR:
        return over_days(story, draft, next_weekday(story, draft, period, when, published)), True
    doubtful = cost <= DOUBTFUL and period.quote_end <= draft.quote_start
    if doubtful and not spoken(story, draft.sentence, period, rules):
        return when, False
    return None, False


WEEKDAY = re.compile(r"(?:on\s)?(?:mon|tues|wednes|thurs|fri|satur|sun)day", re.IGNORECASE)
OVER_DAYS = re.compile(r"^\D{0,30}\b(?:over|in|within|during)\s(two|three|four|five|six|seven|\d{1,2})\sdays\b")
SMALL = {word: number for number, word in enumerate("two three four five six seven".split(), 2)}


def next_weekday(story: Story, draft: Draft, period: Period, when: When, published: date | None) -> When:
    """What is planned for "Sunday" lies ahead: not the last Sunday but the next."""
    if draft.status not in ("planned", "hypothetical") or published is None or when.start is None or when.end is None:
        return when
    if draft.tense == "past" and period.quote_start < draft.quote_start:
        return when  # "On Monday the court ordered the arrest of [110] people"
    if not WEEKDAY.fullmatch(story.text[period.quote_start : period.quote_end]) or when.end >= published:
        return when
    week = timedelta(days=7)
    return replace(when, start=when.start + week, end=when.end + week, rule="context.date_planned")


def over_days(story: Story, draft: Draft, when: When) -> When:
    """ "killed on Tuesday, bringing the toll to [49] over two days": the two days that end on Tuesday."""
    match = OVER_DAYS.match(story.text[draft.quote_end : draft.quote_end + 60])
    if not match or when.end is None or when.start != when.end:
        return when
    days = SMALL.get(match.group(1)) or int(match.group(1))
    return replace(when, start=when.end - timedelta(days=days - 1), precision="interval", rule="context.date_over_days")


WHOLE = re.compile(r"\b(?:of|of the|of its|of their|['’]s|its|their)\s(?:(?:some|about|more than|nearly|over)\s)?$")


def holds_then(story: Story, draft: Draft, period: Period) -> bool:
    """Does the period date a standing fact: "had 19,200 employees at the end of December", "employed 300 in 2015"?"""
    if WHOLE.search(story.text, max(0, draft.quote_start - 24), draft.quote_start):
        return False
    if period.quote_start < draft.quote_end or UNTIL.match(story.text, period.quote_start):
        return period.date_precision != "day" and not UNTIL.match(story.text, period.quote_start)
    return period.date_precision != "day" or bool(AT_THE_TIME.search(story.text[draft.quote_end : period.quote_start]))


def buried(story: Story, draft: Draft, period: Period, rules: ContextRules) -> bool:
    """Is the day that of a funeral, not of a death: "two victims of the blast were buried on Monday"?"""
    words = event_words(story.text, draft.quote_end, max(draft.quote_end, period.quote_start), rules)
    return bool(words) and words[-1].family == "funeral"


def attachment(story: Story, draft: Draft, period: Period, others: Sequence[Period], rules: ContextRules) -> float:
    """How far the period is from the figure, in grammar more than in letters; 0 is beside it."""
    text = story.text
    start, _ = story.window(draft.sentence, draft.quote_start, draft.quote_end)
    first, last = draft.quote_start, draft.quote_end
    if draft.trigger_start is not None and draft.trigger_end is not None:
        first, last = min(first, draft.trigger_start), max(last, draft.trigger_end)
    cost = 2.0 if spoken(story, draft.sentence, period, rules) else 0.0
    if period.quote_start >= last:
        cost += forward_cost(text[last : period.quote_start], rules)
    elif period.quote_end <= draft.quote_start:
        gap = text[period.quote_end : draft.quote_start]
        if period.date_precision == "interval" and IN_WHICH.match(gap):
            return FAR + DOUBTFUL  # "since February 1, when a bomb killed [54]": not since, but on that day
        fronted = len(text[start : period.quote_start].split()) <= 2
        cost += len(gap) / 500 + 0.5 * len(rules.joined.findall(gap)) if fronted else backward_cost(gap, rules)
        if rules.part_of_name.search(text, start, period.quote_start):
            cost += 1.2  # "for their part in the coup of July 2016"
    else:
        cost += (period.quote_start - draft.quote_end) / 250  # between the number and its trigger
    low, high = min(first, period.quote_start), max(last, period.quote_start)
    return cost + 1.0 * sum(low < other.quote_start < high for other in others if other is not period)


def forward_cost(gap: str, rules: ContextRules) -> float:
    """The figure stands before the period: what lies between makes the period another clause's."""
    return (
        len(gap) / 250
        + 1.2 * len(rules.relative.findall(gap))
        + 0.8 * len(rules.joined.findall(gap))
        + 0.2 * len(rules.meanwhile.findall(gap))
        + (1.2 if rules.later.search(gap) else 0.0)
        + min(1.2, 0.4 * len(rules.participle.findall(gap)))
        + (0.6 if rules.participle_later.search(gap) else 0.0)
        + (1.8 if rules.speech.search(gap) else 0.0)
    )


def backward_cost(gap: str, rules: ContextRules) -> float:
    """The period stands before the figure, inside the sentence: "on Saturday a bus crashed, killing [12]"."""
    relatives = len(rules.relative.findall(gap))
    later = len(rules.later.findall(gap))
    cost = len(gap) / 250 + 0.2 * relatives + 0.5 * len(rules.joined.findall(gap)) + 0.3 * later
    if rules.speech.search(gap):
        cost += 0.4
    if (relatives > 1 or (later and relatives)) and rules.events.search(gap):
        cost += (
            FAR  # "on Saturday from men who seized it in an assault that killed [24]": the assault's, not Saturday's
        )
    return cost


FRONTED = 8  # letters that may stand before a period at the head of its sentence: "On ", "But on "
SPEAKER = 60  # letters between such a period and the verb: "On Saturday, representatives of the firm acknowledged"


def spoken(story: Story, sentence: int, period: Period, rules: ContextRules) -> bool:
    """Is it the day on which somebody spoke: "the manager said on Monday"?"""
    start = story.sentences[sentence][0]
    before = story.text[max(start, period.quote_start - 40) : period.quote_start].split()
    if rules.speech.search(" ".join(before[-3:])):
        return True
    if period.quote_start - start > FRONTED:
        return False
    verb = rules.speech_verb.search(story.text, period.quote_end, period.quote_end + SPEAKER)
    return verb is not None and not rules.events.search(story.text, period.quote_end, verb.start())


# events that the article dates

ANTECEDENT = 30  # letters between a relative clause and the word that it explains


def told_events(
    story: Story,
    drafts: Sequence[Draft],
    found: Sequence[When | None],
    by_sentence: dict[int, list[Period]],
    rules: ContextRules,
) -> list[Told]:
    """Every dated stretch of the article with the families of event that it tells of, in text order."""
    told = []
    for sentence in sorted(by_sentence):
        for period in by_sentence[sentence]:
            assert period.date_start is not None and period.date_end is not None
            words, after = stretch_words(story, sentence, period.quote_start, period.quote_end, rules)
            words = [word for word in words if nearest(word, period, by_sentence[sentence])]
            told.append(
                Told(
                    sentence=sentence,
                    start=period.date_start,
                    end=period.date_end,
                    precision=period.date_precision,
                    families=frozenset(word.family for word in words),
                    stems=frozenset(word.stem for word in words),
                    named=story.text.startswith(("'s", "’s"), period.quote_end),
                    spoken=spoken(story, sentence, period, rules),
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
                event.earlier = event.earlier and draft.measure not in rules.families_of_measure
    return told


def nearest(word: EventWord, period: Period, others: Sequence[Period]) -> bool:
    """Is no other period of the sentence closer to the word?"""

    def distance(other: Period) -> int:
        return max(word.start - other.quote_end, other.quote_start - word.end)

    return len(others) == 1 or all(distance(period) <= distance(other) for other in others[:LOOK_BACK])


def stretch_words(
    story: Story, sentence: int, first: int, last: int, rules: ContextRules
) -> tuple[list[EventWord], bool]:
    """The event words around a span, up to where another clause begins; and whether "after" or the like opens it.

    "measures imposed after a major earthquake on March 5" tells of an earthquake, not of the measures; of a relative
    clause without such a word, the word that it explains: "an assault that killed [24]".
    """
    start, end = story.window(sentence, first, last)
    left, explains, later = start, False, False
    for match in rules.barrier.finditer(story.text, start, first):
        left = match.end()
        explains = rules.relative.match(story.text, match.start()) is not None
        later = match.start() > start and rules.later.match(story.text, match.start()) is not None
    passive = rules.passive.search(story.text, left, first)
    if passive:
        left, explains = passive.start(), True
    after = rules.barrier.search(story.text, last, end)
    words = event_words(story.text, left, after.start() if after else end, rules)
    if not words and explains:
        words = event_words(story.text, max(start, left - ANTECEDENT), left, rules)[-1:]
    return words, later


# figures without a date of their own

AUXILIARY = 40  # letters in which the auxiliaries of a verb stand before it
ADVERBS = r"(?:\s(?:been|being|already|also|now|so far|since|still|both|all|not|again|currently|\w+ly))*\s"
PERFECT = re.compile(rf"(?:\b(?:has|have)|['’]ve){ADVERBS}\w+$")
PROGRESSIVE = re.compile(rf"\b(?:is|are|am){ADVERBS}\w+ing$|\b(?:is|are)\b(?:\s\w+)?\son (?:hunger )?strike\b")
PERFECT_ANYWHERE = re.compile(
    r"\b(?:has|have)\b(?:\s\w+){0,3}?\s(?:been|\w+ed|\w+en|won|lost|left|fled|gone|put|cut|shut|held|met)\b"
)
PROGRESSIVE_ANYWHERE = re.compile(r"\b(?:is|are)\b(?:\s\w+){0,3}?\s(?:\w+ing\b|on (?:hunger )?strike\b)")
HAD = re.compile(r"\bhad\b")
PAST_ALREADY = re.compile(r"\b(?:had|was|were)\salready\b|\balready\s(?:had|was|were)\b", re.IGNORECASE)
POSSESSED = re.compile(r"(?:['’]s|\bits|\btheir)\s$")


def linked_date(scene: Scene, index: int, found: Sequence[When | None], doubtful: When | None) -> When | None:
    """The date of the event that the figure belongs to, or the day of publication, or nothing."""
    story, rules = scene.story, scene.rules
    draft = scene.drafts[index]
    if draft.measure in rules.always_standing or draft.measure not in rules.families_of_measure:
        return doubtful
    clause = own_clause(story, draft)
    if rules.habit.search(clause) or rules.before.search(clause) or PAST_ALREADY.search(clause):
        return None
    if POSSESSED.search(story.text, max(0, draft.quote_start - 8), draft.quote_start):
        return None
    found_by = anaphoric_date(scene, draft) or beside(scene, index, found)
    if found_by:
        return found_by
    if story.is_headline(draft.sentence):
        twin = first_twin(scene, index, found)
        if twin:
            return twin
    now = present_score(story, draft, clause, rules)
    best, event = best_event(scene, index, found)
    if doubtful and (best < SURE or long_before(scene, doubtful.end)):
        return doubtful
    gate = now >= 4.0 and draft.sentence > story.lead
    if scene.today is not None and now > 0 and (gate or now >= best):
        unrivalled = best < LINKED or event is None or long_before(scene, event.end)
        if story.lead <= draft.sentence <= story.lead + 2 and found[index] is None and unrivalled:
            scene.tell(told_today(scene, index, scene.today))
        return When(scene.today, scene.today, "day", "document", "context.date_now")
    if event is None or best < (SURE if draft.status in ("planned", "hypothetical") else LINKED):
        return spoken_date(scene, draft)
    event.drafts.append(index)
    return When(event.start, event.end, event.precision, "event", "context.date_event", event.sentence)


def told_today(scene: Scene, index: int, today: date) -> Told:
    """What the lead tells without a date, in a tense that means today: "A fire has killed [three] men"."""
    draft = scene.drafts[index]
    words, _ = stretch_words(scene.story, draft.sentence, draft.quote_start, draft.quote_end, scene.rules)
    words = words or event_words(
        scene.story.text, *scene.story.window(draft.sentence, draft.quote_start, draft.quote_end), scene.rules
    )
    return Told(
        sentence=draft.sentence,
        start=today,
        end=today,
        precision="day",
        families=frozenset(word.family for word in words),
        stems=frozenset(word.stem for word in words),
        named=False,
        spoken=False,
        today=True,
        earlier=False,
        drafts=[index],
    )


def long_before(scene: Scene, day: date | None) -> bool:
    """Long before publication: the story has gone back to an older event."""
    return scene.published is not None and day is not None and (scene.published - day).days > OLD


def own_clause(story: Story, draft: Draft) -> str:
    start, end = story.window(draft.sentence, draft.quote_start, draft.quote_end)
    first = max(start, min(draft.clause_start, draft.quote_start))
    last = min(end, max(draft.clause_end, draft.quote_end))
    return story.text[first:last]


SINCE_REACH = 3  # sentences


def anaphoric_date(scene: Scene, draft: Draft) -> When | None:
    """ "The day before, [200] marched": counted from the day told last; "since then": from it to publication."""
    start, end = scene.story.window(draft.sentence, draft.quote_start, draft.quote_end)
    match = scene.rules.anaphor.search(scene.story.text, start, end)
    if not match:
        return None
    known = [told for told in scene.told_before(draft.sentence) if not told.spoken]
    if not known:
        return None
    last = known[-1]
    kind = match.lastgroup
    if kind == "since":
        words = event_words(scene.story.text, match.start(), match.end(), scene.rules)
        named = [told for told in known if {word.stem for word in words} & told.stems]
        last = named[-1] if named else last
        far = not named and draft.sentence - last.sentence > SINCE_REACH
        if scene.published is None or last.start > scene.published or far:
            return None
        return When(last.start, scene.published, "interval", "event", "context.date_since_then", last.sentence)
    if last.start != last.end:
        return None
    first, final = {"day_before": (-1, -1), "day_after": (1, 1), "week_before": (-7, -1)}.get(kind or "", (0, 0))
    begin, finish = last.start + timedelta(days=first), last.start + timedelta(days=final)
    return When(begin, finish, "day" if begin == finish else "week", "event", "context.date_that_day", last.sentence)


BESIDE = re.compile(r"^[^;:()]{0,60}(?:,|\band\b|\bor\b|\bof\b|\bincluding\b|\bto\b)[^;:]{0,40}$")
NEW_CLAUSE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|who|which|that|but|while|when|after|before|said|says)\b"
)


def beside(scene: Scene, index: int, found: Sequence[When | None]) -> When | None:
    """The date of the figure just before in the same clause: "eleven are in hospital, [four] in critical condition"."""
    if index == 0:
        return None
    draft, other, when = scene.drafts[index], scene.drafts[index - 1], found[index - 1]
    if other.sentence != draft.sentence or when is None or when.start is None:
        return None
    if other.measure in scene.rules.always_standing or other.measure not in scene.rules.families_of_measure:
        return None
    gap = scene.story.text[other.quote_end : draft.quote_start]
    if NEW_CLAUSE.search(gap) and not gap.startswith((" of the", " of its")):
        return None
    return replace(when, rule="context.date_beside") if BESIDE.match(gap) else None


def first_twin(scene: Scene, index: int, found: Sequence[When | None]) -> When | None:
    """The date of the body's figure that the headline repeats: the same count first, else the same measure."""
    draft = scene.drafts[index]
    near_lead = scene.story.lead + 3
    twins = [
        (other.sentence > near_lead, other.value != draft.value, other.sentence, position)
        for position, other in enumerate(scene.drafts)
        if other.measure == draft.measure and not scene.story.is_headline(other.sentence) and found[position]
    ]
    near = [twin for twin in twins if not (twin[0] and twin[1])]
    if not near:
        return None
    when = found[min(near)[3]]
    if when is None:
        return None
    if when.start is None:
        return when if not min(near)[1] else None
    return replace(when, source="event", rule="context.date_headline")


def narrated_day(story: Story, by_sentence: dict[int, list[Period]], rules: ContextRules) -> date | None:
    """The day on which a reporter writes: "It is September 15, and I am stuck in traffic"."""
    for sentence in range(story.lead, story.lead + 5):
        for period in by_sentence.get(sentence, ()):
            before = story.text[max(0, period.quote_start - 12) : period.quote_start]
            if period.date_start == period.date_end and rules.narrated.search(before):
                return period.date_start
    return None


def spoken_date(scene: Scene, draft: Draft) -> When | None:
    """The day on which somebody told the figure, where the text gives no other."""
    if draft.status in ("planned", "hypothetical"):
        return None
    for period in scene.by_sentence.get(draft.sentence, [])[:LOOK_AHEAD]:
        if spoken(scene.story, draft.sentence, period, scene.rules) and period.date_precision == "day":
            return When(period.date_start, period.date_end, "day", "sentence", "context.date_spoken")
    return None


def present_score(story: Story, draft: Draft, clause: str, rules: ContextRules) -> float:
    """How strongly the words speak of the day of publication."""
    if draft.status in ("planned", "hypothetical"):
        return 0.0
    perfect, progressive = aspect(story, draft, clause)
    if progressive:
        return 5.0
    cue = rules.present.search(clause)
    said = cue and cue.group().lower() == "still" and rules.speech.search(clause)  # "said that 240 were still missing"
    if (
        cue
        and not HAD.search(clause)
        and (perfect or said or draft.tense != "past" or cue.group().lower() in rules.always_now)
    ):
        return 4.5
    if perfect:
        return 2.5 if draft.measure in rules.states and draft.sentence == story.lead else 4.0
    if draft.tense == "present" and not story.is_headline(draft.sentence):
        verb = story.text[draft.verb_start or 0 : draft.verb_end or 0].lower()
        if verb in rules.tells_no_time:
            return 0.0  # "put the toll at [27]", "says that [9] were hurt"
        return 3.0 if draft.measure in rules.states else 4.0  # "[39] are dead" since the blast
    return 1.0 if story.is_headline(draft.sentence) else 0.0


def aspect(story: Story, draft: Draft, clause: str) -> tuple[bool, bool]:
    """Whether the verb of the figure is perfect ("have been arrested"), or says what is going on ("are striking")."""
    if draft.verb_start is None or draft.verb_end is None:
        return bool(PERFECT_ANYWHERE.search(clause)), bool(PROGRESSIVE_ANYWHERE.search(clause))
    start = story.sentences[draft.sentence][0]
    verb = story.text[max(start, draft.verb_start - AUXILIARY) : draft.verb_end]
    beyond = story.text[max(start, draft.verb_start - AUXILIARY) : draft.verb_end + 24]
    on_strike = bool(PROGRESSIVE.search(verb)) or bool(
        re.search(r"\b(?:is|are)\b(?:\s\w+)?\son (?:hunger )?strike\b", beyond)
    )
    return bool(PERFECT.search(verb)), on_strike


# how well a told event fits a figure

POINTED = re.compile(r"\b(?:that|those)\s(?:\w+\s)?$", re.IGNORECASE)
DEFINITE = re.compile(r"\b(?:the|that|this|those|these)\s(?:\w+\s)?$", re.IGNORECASE)
THAT_FOLLOWED = re.compile(r"\bthat followed\b", re.IGNORECASE)


def best_event(scene: Scene, index: int, found: Sequence[When | None]) -> tuple[float, Told | None]:
    """The told event that fits the figure best, with its score."""
    story, rules = scene.story, scene.rules
    draft = scene.drafts[index]
    near, _ = stretch_words(story, draft.sentence, draft.quote_start, draft.quote_end, rules)
    if draft.measure == "deaths":
        near = [word for word in near if word.family != "funeral"]
    around = event_words(story.text, *story.window(draft.sentence, draft.quote_start, draft.quote_end), rules)
    best: tuple[float, Told | None] = (0.0, None)
    for event in scene.told_around(draft.sentence):
        score = link_score(scene, index, found, event, near, around)
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
) -> float:
    """The sum of the reasons for and against the figure's belonging to the event."""
    draft = scene.drafts[index]
    step = draft.sentence - event.sentence
    words, definite = word_score(scene.story, event, near, around, step)
    score = words + twin_score(scene, index, event) + distance_score(scene, draft, event, step, definite)
    main = event.sentence <= scene.main and not event.earlier
    if scene.rules.families_of_measure[draft.measure] & (
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
    if not definite:
        days = (event.end - event.start).days
        score -= 2.5 if days > LONG else 1.0 if days > 31 else 0.5 if days > 7 and step != 1 else 0.0
    if scene.published:
        if event.start > scene.published and draft.status not in ("planned", "hypothetical"):
            score -= 5.0
        if event.end < scene.published and draft.status in ("planned", "hypothetical"):
            score -= 1.5
        if (scene.published - event.end).days > OLD and step != 1 and not definite:
            score -= 1.5
    return score


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
    fitting = scene.rules.families_of_measure[draft.measure]
    others = [scene.drafts[other] for other in event.drafts[:LOOK_BACK] if other != index]
    if any(other.measure == draft.measure and other.value == draft.value for other in others):
        return 2.5 if draft.sentence <= scene.story.lead + 1 else 1.5
    if any(other.measure == draft.measure for other in others):
        return 0.6
    if any(fitting & scene.rules.families_of_measure.get(other.measure, frozenset()) for other in others):
        return 0.4
    return 0.0


def distance_score(scene: Scene, draft: Draft, event: Told, step: int, definite: bool) -> float:
    """Near before the figure is best; lead and headline look ahead; the event of the lead is never far."""
    story = scene.story
    score = 0.0
    if step == 0:
        score -= 2.0
    elif step > 0:
        score += max(0.0, 1.6 - 0.3 * (step - 1))
        if (
            step == 1
            and "\n" not in story.text[story.sentences[event.sentence][1] : story.sentences[draft.sentence][0]]
        ):
            score += 0.8
        if not definite and time_moved_on(story, draft, scene.rules):
            score -= 3.0
    elif draft.sentence <= story.lead and other_figure(scene, draft, event):
        score -= 1.5
    elif draft.sentence <= story.lead:
        score += max(0.0, 1.0 + 0.2 * step)
    else:
        score -= 0.5 if event.named and step >= -3 else 1.5
    if event.sentence <= scene.main and not event.earlier:
        score += 1.2
    if event.earlier and not definite:
        score -= 0.5
    if step > 1 and not definite and intervening(scene, event, draft):
        score -= 0.5
    return score


def other_figure(scene: Scene, draft: Draft, event: Told) -> bool:
    """Does the event have its own, other figure of the measure: "On Tuesday [19] soldiers were killed" beside 18?"""
    alike = [scene.drafts[i].value for i in event.drafts[:LOOK_AHEAD] if scene.drafts[i].measure == draft.measure]
    return bool(alike) and draft.value not in alike


def time_moved_on(story: Story, draft: Draft, rules: ContextRules) -> bool:
    """Does the figure's sentence, or the one before, say that some time passed: "Soon afterward", "that followed"?"""
    start, end = story.window(draft.sentence, draft.quote_start, draft.quote_start)
    if rules.afterward.match(story.text[start : start + 40]) or THAT_FOLLOWED.search(story.text, start, end):
        return True
    before = story.sentences[draft.sentence - 1] if draft.sentence > story.lead else (0, 0)
    if "\n" in story.text[before[1] : start]:
        return False
    return bool(rules.afterward.match(story.text[before[0] : before[0] + 40]))


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
