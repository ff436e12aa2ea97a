"""When each figure holds: from its own clause, its sentence, or the event that the sentence is about.

"Twelve died on Friday. The blast also left [40] injured." The forty take the Friday of the blast; "so far", "are on
strike" take the day of publication; a plant's workforce takes no day at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from transforms.event_links import OLD, Scene, best_event, sole_mishap
from transforms.events import Story
from transforms.own_dates import (
    COUNTED,
    LONG_AFTER,
    MOST_SINCE,
    THAT_DAY,
    counted_days,
    own_date,
    periods_by_sentence,
    until_now,
)
from transforms.told_events import (
    LOOK_AHEAD,
    LOOK_BACK,
    OPEN,
    Told,
    When,
    is_other,
    spoken,
    stretch_words,
    told_events,
)
from transforms.values import Draft, Mention, Period

LINKED = 1.5  # a told event that scores less is not the figure's
SURE = 3.5  # one that scores more beats a doubtful period of the own sentence


def find_dates(
    story: Story,
    drafts: Sequence[Draft],
    periods: Sequence[Period],
    mentions: Sequence[Mention],
    published: date | None,
) -> list[When]:
    """One `When` for each draft, in the same order."""
    linked = [is_linked(story, draft) for draft in drafts]
    by_sentence = periods_by_sentence(story, periods, mentions, drafts, published, everywhere=True in linked)
    if not by_sentence and True not in linked:
        return [OPEN] * len(drafts)  # prices and shares of an article that dates nothing
    own = [
        own_date(story, draft, by_sentence, published) if draft.sentence in by_sentence else (None, False)
        for draft in drafts
    ]
    found: list[When | None] = [
        when if sure or not link else None for link, (when, sure) in zip(linked, own, strict=True)
    ]
    undated = [i for i, when in enumerate(found) if when is None and linked[i]]
    if undated:
        scene = read_scene(story, drafts, found, by_sentence, published)
        for index in order_of_work(story, drafts, undated):
            found[index] = linked_date(scene, index, found, own[index][0]) or OPEN
    return [when or OPEN for when in found]


def is_linked(story: Story, draft: Draft) -> bool:
    """Can the figure take its date from an event: people who died, marched or struck, but not prices or populations?"""
    return draft.measure in story.rules.families_of_measure and draft.measure not in story.rules.always_standing


def read_scene(
    story: Story,
    drafts: Sequence[Draft],
    found: Sequence[When | None],
    by_sentence: dict[int, list[Period]],
    published: date | None,
) -> Scene:
    """All that the article dates, before the figures without a date of their own are placed in it."""
    told = told_events(story, drafts, found, by_sentence)
    families = main_families(story)
    return Scene(
        story=story,
        drafts=drafts,
        by_sentence=by_sentence,
        told=told,
        told_sentences=[event.sentence for event in told],
        published=published,
        today=narrated_day(story, by_sentence) or published,
        main=main_sentence(story, told),
        main_families=families,
        sole=sole_mishap(told, families, published),
    )


def main_sentence(story: Story, told: Sequence[Told]) -> int:
    first = next(
        (event.sentence for event in told if not event.spoken and not event.earlier and event.sentence >= story.lead),
        story.lead,
    )
    return max(story.lead + 1, min(first, story.lead + 4))


def main_families(story: Story) -> frozenset[str]:
    """The families of event that headline and lead tell of."""
    told = [story.lead] if story.title is None else [story.title, story.lead]
    spans = [
        story.window(sentence, *story.sentences[sentence][:1] * 2)
        for sentence in told
        if sentence < len(story.sentences)
    ]
    return frozenset(word.family for start, end in spans for word in story.events.between(start, end))


def narrated_day(story: Story, by_sentence: dict[int, list[Period]]) -> date | None:
    """The day on which a reporter writes: "It is September 15, and I am stuck in traffic"."""
    for sentence in range(story.lead, story.lead + 5):
        for period in by_sentence.get(sentence, ()):
            before = story.text[max(0, period.quote_start - 12) : period.quote_start]
            if period.date_start == period.date_end and story.rules.narrated.search(before):
                return period.date_start
    return None


def order_of_work(story: Story, drafts: Sequence[Draft], undated: Sequence[int]) -> list[int]:
    """Lead and body; then the lead once more and the headline, which repeat what the body dates."""
    body = [index for index in undated if not story.is_headline(drafts[index].sentence)]
    lead = [index for index in body if drafts[index].sentence == story.lead]
    return [*body, *lead, *(index for index in undated if story.is_headline(drafts[index].sentence))]


# figures without a date of their own


def linked_date(scene: Scene, index: int, found: Sequence[When | None], doubtful: When | None) -> When | None:
    """The date of the event that the figure belongs to, or the day of publication, or nothing."""
    story, rules = scene.story, scene.story.rules
    draft = scene.drafts[index]
    clause = own_clause(story, draft)
    if rules.habit.search(clause) or rules.before.search(clause):
        return None
    start, _ = story.window(draft.sentence, draft.quote_start, draft.quote_end)
    if PAST_ALREADY.search(clause) or PAST_ALREADY.search(story.text, start, draft.quote_start):
        return None
    told_by_event = (
        draft.trigger_end is not None and draft.trigger_end <= draft.quote_start
    )  # "strikes by its [40,000]"
    if POSSESSED.search(story.text, max(0, draft.quote_start - 8), draft.quote_start) and not told_by_event:
        return None
    now = present_score(story, draft, clause)
    found_by = (
        anaphoric_date(scene, draft)
        or theirs(scene, index, found)
        or (repeated(scene, index, found) if now < GOING_ON else None)
        or beside(scene, index, found)
        or beside_next(scene, index, found)
    )
    if found_by:
        return found_by
    if story.is_headline(draft.sentence):
        twin = first_twin(scene, index, found)
        if twin:
            return twin
    best, event = best_event(scene, index, found, now > 0 or draft.verb_start is None)
    if doubtful and (best < SURE or long_before(scene, doubtful.end)):
        return doubtful
    just_told = event is not None and best >= LINKED and event.families and 0 <= draft.sentence - event.sentence <= 1
    if (
        now < GOING_ON
        and (best < SURE or (event and not event.families))
        and not doubtful
        and not just_told
        and (mishap := of_sole_mishap(scene, draft))
    ):
        return mishap
    if now > 0 and (below := told_below(scene, draft)):
        return When(below.start, below.end, below.precision, "event", "context.date_event", below.sentence)
    summed = event is not None and best >= LINKED and sums_up(scene, draft, event)
    told_then = (
        event is not None
        and best >= LINKED
        and now < GOING_ON
        and is_quoted(story, draft)
        and scene.published is not None
    )
    recent = told_then and event is not None and event.start == event.end and event.end <= (scene.published or date.min)
    gate = now >= 4.0 and draft.sentence > story.lead and not summed and not recent
    if scene.today is not None and now > 0 and (gate or now >= best) and not summed:
        unrivalled = best < LINKED or event is None or long_before(scene, event.end)
        if story.lead <= draft.sentence <= story.lead + 2 and found[index] is None and unrivalled:
            scene.tell(told_today(scene, index, scene.today))
        return as_of(scene, draft) or When(scene.today, scene.today, "day", "document", "context.date_now")
    if event is None or best < (SURE if is_remote(story, draft, clause) else LINKED):
        return happened_below(scene, draft) or spoken_date(scene, draft)
    event.drafts.append(index)
    when = When(event.start, event.end, event.precision, "event", "context.date_event", event.sentence)
    return until_now(story, draft, when, scene.published) or when


def is_quoted(story: Story, draft: Draft) -> bool:
    """Is the figure in somebody's words, spoken when it happened: "Police have arrested [15] people," she said?"""
    start = max(story.text.rfind("\n", 0, draft.quote_start), draft.quote_start - QUOTED)
    before = story.text[start + 1 : draft.quote_start]
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1


QUOTED = 600  # letters of a quotation


def sums_up(scene: Scene, draft: Draft, event: Told) -> bool:
    """ "Rallies have rocked the city since December 19. [19] people have been killed so far": since then, not today."""
    if draft.measure not in ("deaths", "injuries", "arrests") or not event.start < event.end == scene.published:
        return False
    return bool(SINCE_TOLD.search(scene.story.text, *scene.story.sentences[event.sentence]))


SINCE_TOLD = re.compile(r"\bsince\b", re.IGNORECASE)


HARMED = ("deaths", "injuries", "missing")


def of_sole_mishap(scene: Scene, draft: Draft) -> When | None:
    """ "The death toll has soared to [272]": on the day of the earthquake, wherever the article tells it."""
    event = scene.sole
    if (
        event is None
        or event.sentence == draft.sentence
        or draft.measure not in HARMED
        or draft.status in ("planned", "hypothetical")
    ):
        return None
    if draft.tense == "present" and draft.measure != "deaths":
        return None  # "[11] are in hospital": today
    words, _ = stretch_words(scene.story, draft.sentence, draft.quote_start, draft.quote_end)
    if any(is_other(scene.story, word) for word in words):
        return None  # "a similar attack killed [40]"
    return When(event.start, event.end, event.precision, "event", "context.date_event", event.sentence)


RECENT = 3  # days


def told_below(scene: Scene, draft: Draft) -> Told | None:
    """The day that the body gives to what the lead tells: "have been arrested", "those arrested on Sunday"."""
    if scene.published is None or draft.sentence > scene.story.lead:
        return None
    words = scene.story.events.between(*scene.story.window(draft.sentence, draft.quote_start, draft.quote_end))
    family = scene.story.rules.families_of_measure.get(draft.measure, frozenset())
    stems = {word.stem for word in words if word.family in family}
    told_of = {word.family for word in words if word.family in family}
    for told in scene.told[:LOOK_BACK]:
        one_day = told.start == told.end and 0 <= (scene.published - told.start).days <= RECENT
        same = stems & told.stems or (told.sentence == draft.sentence + 1 and told_of & told.families)
        if told.sentence > draft.sentence and one_day and not told.spoken and not told.other and same:
            return told
    return None


BELOW = 3  # sentences


def happened_below(scene: Scene, draft: Draft) -> When | None:
    """ "A fire killed [112], officials said on Sunday": on Saturday, if the next sentences say so."""
    if scene.published is None or draft.sentence > scene.story.lead or draft.status in ("planned", "hypothetical"):
        return None
    families = scene.story.rules.families_of_measure.get(draft.measure, frozenset())
    for told in scene.told[:LOOK_BACK]:
        near = scene.story.lead < told.sentence <= scene.story.lead + BELOW
        one_day = told.start == told.end and 0 <= (scene.published - told.start).days <= RECENT
        if near and one_day and not told.spoken and not told.other and families & told.families:
            return When(told.start, told.end, told.precision, "event", "context.date_event", told.sentence)
    return None


def is_remote(story: Story, draft: Draft, clause: str) -> bool:
    """Planned, or a stock that had been there before: "14,000 troops had been stationed": few events are its own."""
    if draft.status in ("planned", "hypothetical"):
        return True
    return draft.measure in story.rules.stocks and bool(HAD.search(clause)) and not story.rules.speech.search(clause)


def told_today(scene: Scene, index: int, today: date) -> Told:
    """What the lead tells without a date, in a tense that means today: "A fire has killed [three] men"."""
    draft = scene.drafts[index]
    words, _ = stretch_words(scene.story, draft.sentence, draft.quote_start, draft.quote_end)
    words = words or scene.story.events.between(*scene.story.window(draft.sentence, draft.quote_start, draft.quote_end))
    return Told(
        sentence=draft.sentence,
        start=today,
        end=today,
        precision="day",
        families=frozenset(word.family for word in words),
        stems=frozenset(word.stem for word in words),
        named=False,
        spoken=False,
        other=False,
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


SINCE_LETTERS = 16  # of "since the military coup" after its second word
SINCE_REACH = 3  # sentences


def anaphoric_date(scene: Scene, draft: Draft) -> When | None:
    """ "The day before, [200] marched": counted from the day told last; "since then": from it to publication."""
    start, end = scene.story.window(draft.sentence, draft.quote_start, draft.quote_end)
    if LONG_AFTER.search(scene.story.text, start, draft.quote_start):
        return OPEN  # "a year after a march left [3] dead": on no day that is told
    if counted := COUNTED.search(scene.story.text, start, draft.quote_start):
        return counted_date(scene, draft, counted)
    match = scene.story.rules.anaphor.search(scene.story.text, start, end)
    if match and scene.story.rules.relative.search(scene.story.text, draft.quote_end, match.start()):
        return None  # "[300] marched in the town, where a man had been shot the day before"
    if match and ";" in scene.story.text[draft.quote_end : match.start()]:
        return None  # "[14] were detained; all but two were freed the next day"
    if not match or MOST_SINCE.search(scene.story.text, max(start, match.start() - 40), match.start()):
        return None
    known = [told for told in scene.told_before(draft.sentence) if not told.spoken]
    kind = match.lastgroup
    if kind == "since" and (seized := since_coup(scene, draft, match)):
        return seized
    if kind == "since" and not known:
        known = since_told_later(scene, draft, match)
    if not known and scene.today and THAT_DAY.match(scene.story.text, match.start()):
        return When(scene.today, scene.today, "day", "document", "context.date_now")
    if not known:
        return None
    last = known[-1]
    if kind == "since":
        words = scene.story.events.between(match.start(), match.end())
        named = [told for told in known if {word.stem for word in words} & told.stems]
        last = min(reversed(named), key=lambda told: told.end - told.start) if named else last
        far = not named and draft.sentence - last.sentence > SINCE_REACH
        if scene.published is None or last.start > scene.published or far:
            return None
        return When(last.start, scene.published, "interval", "event", "context.date_since_then", last.sentence)
    if last.start != last.end:
        return None
    first, final = {"day_before": (-1, -1), "day_after": (1, 1), "week_before": (-7, -1)}.get(kind or "", (0, 0))
    begin, finish = last.start + timedelta(days=first), last.start + timedelta(days=final)
    return When(begin, finish, "day" if begin == finish else "week", "event", "context.date_that_day", last.sentence)


COUP = re.compile(
    r"\b(?:coup|putsch|takeover|takes?\spower|took\spower|(?:seiz|grabb|usurp)\w+\spower|oust\w+|overthr\w+|toppl\w+)\b"
)

COUP_BEFORE = re.compile(COUP.pattern + r"[^.;,]{0,25}$")


def since_coup(scene: Scene, draft: Draft, match: re.Match[str]) -> When | None:
    """ "since the coup", where the text tells that "the army took power on February 1"."""
    story = scene.story
    if scene.published is None or not COUP.search(story.text, match.start(), match.end() + SINCE_LETTERS):
        return None
    for sentence, periods in scene.by_sentence.items():
        for period in periods[:LOOK_AHEAD]:
            day = period.date_start
            if day is None or day != period.date_end or day > scene.published or spoken(story, sentence, period):
                continue
            before = story.text[max(story.sentences[sentence][0], period.quote_start - 60) : period.quote_start]
            behind = story.text[period.quote_end : period.quote_end + 16]
            if COUP_BEFORE.search(before) or COUP.search(behind):
                return When(day, scene.published, "interval", "event", "context.date_since_then", sentence)
    return None


def since_told_later(scene: Scene, draft: Draft, match: re.Match[str]) -> list[Told]:
    """ "since the coup" in the lead, where the body tells of "the coup on February 1"."""
    stems = {word.stem for word in scene.story.events.between(match.start(), match.end() + SINCE_LETTERS)[:1]}
    later = [told for told in scene.told if told.sentence >= draft.sentence and stems & told.stems and not told.spoken]
    return sorted(later, key=lambda told: told.end - told.start)[:1]


def counted_date(scene: Scene, draft: Draft, counted: re.Match[str]) -> When | None:
    """ "The blasts come two days after [4] people were hurt": two days before the day told last."""
    known = [told for told in scene.told_before(draft.sentence) if not told.spoken]
    if not known or known[-1].start != known[-1].end or draft.sentence - known[-1].sentence > SINCE_REACH:
        return None
    day = known[-1].start + timedelta(days=counted_days(counted))
    return When(day, day, "day", "event", "context.date_counted", known[-1].sentence)


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
    if not is_linked(scene.story, other):
        return None
    gap = scene.story.text[other.quote_end : draft.quote_start]
    if len(gap) < PAIR_LETTERS and {draft.measure, other.measure} == PAIR and PAIRED.search(gap):
        return replace(when, rule="context.date_beside")  # "60 people have been killed and more than [50] wounded"
    if NEW_CLAUSE.search(gap) and not gap.startswith((" of the", " of its")):
        return None
    return replace(when, rule="context.date_beside") if BESIDE.match(gap) else None


PAIRED = re.compile(r"\b(?:killed|dead|died|wounded|injured|hurt),?\sand\s(?:(?!who|that)[a-z-]+\s){0,4}$")
PAIR_LETTERS = 60
PAIR = {"deaths", "injuries"}


def beside_next(scene: Scene, index: int, found: Sequence[When | None]) -> When | None:
    """The date of the next figure: "put the dead at [406], with 398 missing in the town, where it struck on Friday"."""
    if index + 1 >= len(scene.drafts):
        return None
    draft, other, when = scene.drafts[index], scene.drafts[index + 1], found[index + 1]
    if other.sentence != draft.sentence or when is None or when.start is None:
        return None
    if not is_linked(scene.story, other) or other.measure == draft.measure:
        return None
    gap = scene.story.text[draft.quote_end : other.quote_start]
    return None if NEW_CLAUSE.search(gap) or not BESIDE.match(gap) else replace(when, rule="context.date_beside")


REPEATS = re.compile(
    r"\b(?:the|all|those|these|both)\s(?!(?:other|others|first|second|last|next|past)\s)(?:\w+\s)?$", re.IGNORECASE
)
REPEATED_WITHIN = 4  # sentences


def told_before(
    scene: Scene, index: int, found: Sequence[When | None], sentences: int
) -> Iterator[tuple[Draft, When | None]]:
    """The figures before this one with their dates, the nearest first, no more than so many sentences back."""
    for earlier in range(index - 1, max(-1, index - LOOK_AHEAD), -1):
        other = scene.drafts[earlier]
        if scene.drafts[index].sentence - other.sentence > sentences:
            return
        yield other, found[earlier]


def repeated(scene: Scene, index: int, found: Sequence[When | None]) -> When | None:
    """ "The [three] bodies", "all [three]": the three that were told a little before."""
    draft = scene.drafts[index]
    if not REPEATS.search(scene.story.text, max(0, draft.quote_start - 24), draft.quote_start):
        return None
    for other, when in told_before(scene, index, found, REPEATED_WITHIN):
        if other.sentence < draft.sentence and other.value == draft.value and is_linked(scene.story, other):
            if when is None or when.start is None:
                return None
            at_once = draft.sentence == other.sentence + 1 and other.measure == draft.measure
            return replace(when, rule="context.date_repeated") if when.source != "document" or at_once else None
    return None


THEY = re.compile(r"\b[Tt]hey\s(?:were|are|included?)\s$")


def theirs(scene: Scene, index: int, found: Sequence[When | None]) -> When | None:
    """ "Six bodies were found on Monday. They were [four] men": the day of those told just before."""
    draft = scene.drafts[index]
    if not THEY.search(scene.story.text, max(0, draft.quote_start - 16), draft.quote_start):
        return None
    for other, when in told_before(scene, index, found, 1):
        if other.measure == draft.measure and when is not None and when.start is not None:
            return replace(when, rule="context.date_repeated")
    return None


def first_twin(scene: Scene, index: int, found: Sequence[When | None]) -> When | None:
    """The date of the body's figure that the headline repeats: the same count first, else the same measure."""
    draft = scene.drafts[index]
    near_lead = scene.story.lead + 3
    twins = [
        (other.sentence > near_lead, other.value != draft.value, other.sentence, position)
        for position, other in enumerate(scene.drafts)
        if other.measure == draft.measure
        and not scene.story.is_headline(other.sentence)
        and found[position]
        and not (other.status == "planned" and draft.status == "asserted")
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


def spoken_date(scene: Scene, draft: Draft) -> When | None:
    """The day on which somebody told the figure, where the text gives no other."""
    if draft.status in ("planned", "hypothetical"):
        return None
    for period in scene.by_sentence.get(draft.sentence, [])[:LOOK_AHEAD]:
        if spoken(scene.story, draft.sentence, period) and period.date_precision == "day":
            return When(period.date_start, period.date_end, "day", "sentence", "context.date_spoken")
    return None


AS_OF = 7  # days


def as_of(scene: Scene, draft: Draft) -> When | None:
    """ "The ministry said on Tuesday that [70] cases have been confirmed": as of that Tuesday, not of publication."""
    when = spoken_date(scene, draft)
    if when is None or when.start is None or scene.published is None:
        return None
    return when if 0 <= (scene.published - when.start).days <= AS_OF else None


# the day of publication

GOING_ON = 4.5  # from this score on the words say outright that it goes on today
AUXILIARY = 40  # letters in which the auxiliaries of a verb stand before it
ADVERBS = r"(?:\s(?:been|being|already|also|now|so far|since|still|both|all|not|again|currently|\w+ly))*\s"
ON_STRIKE = re.compile(r"(is|are|was|were)\b(?:\s\w+)?\son (?:hunger )?strike\b")
TOLD = 200  # letters between "he told us that" and "were on strike"
PERFECT = re.compile(rf"(?:\b(?:has|have)|['’]ve){ADVERBS}\w+$")
PROGRESSIVE = re.compile(rf"\b(?:is|are|am){ADVERBS}\w+ing$")
PERFECT_ANYWHERE = re.compile(
    r"\b(?:has|have)\b(?:\s\w+){0,3}?\s(?:been|\w+ed|\w+en|won|lost|left|fled|gone|put|cut|shut|held|met)\b"
)
PROGRESSIVE_ANYWHERE = re.compile(r"\b(?:is|are)\b(?:\s\w+){0,3}?\s(?:\w+ing\b|on (?:hunger )?strike\b)")
HAD = re.compile(r"\bhad\b")
PAST_ALREADY = re.compile(
    r"\b(?:had|was|were)\s(?:already|earlier|previously)\b|\balready\s(?:had|was|were)\b", re.IGNORECASE
)
POSSESSED = re.compile(r"(?:['’]s|\bits|\btheir)\s$")


def present_score(story: Story, draft: Draft, clause: str) -> float:
    """How strongly the words speak of the day of publication."""
    if draft.status in ("planned", "hypothetical"):
        return 0.0
    perfect, progressive = aspect(story, draft, clause)
    if progressive:
        return 5.0
    cue = story.rules.present.search(clause)
    said = (
        cue and cue.group().lower() == "still" and story.rules.speech.search(clause)
    )  # "said that 240 were still missing"
    if (
        cue
        and not HAD.search(clause)
        and (perfect or said or draft.tense != "past" or cue.group().lower() in story.rules.always_now)
    ):
        return GOING_ON
    if perfect and draft.measure in story.rules.states and last_verb(story, draft) in story.rules.found_out:
        return 0.0  # "[13] have been confirmed dead": when they died is another matter
    if perfect:
        return 2.5 if draft.measure in story.rules.states and not is_epidemic(story, draft) else 4.0
    if draft.tense == "present" and not story.is_headline(draft.sentence):
        if last_verb(story, draft) in story.rules.tells_no_time:
            return 0.0  # "put the toll at [27]", "says that [9] were hurt"
        if draft.measure == "people_other" and last_verb(story, draft) not in ("is", "are"):
            return 0.0  # "a nurse looks after [eleven] patients": on no one day
        if last_verb(story, draft) in ("is", "are") and draft.measure in story.rules.states:
            return 2.0
        return 3.0 if draft.measure in story.rules.states else 4.0  # "[39] are dead" since the blast
    return 1.0 if story.is_headline(draft.sentence) else 0.0


EPIDEMIC_REACH = 300  # letters around a figure in which a disease is named


def is_epidemic(story: Story, draft: Draft) -> bool:
    """Is a disease what they die of: it goes on, and no day is its day?"""
    near = story.events.between(draft.quote_start - EPIDEMIC_REACH, draft.quote_end + EPIDEMIC_REACH)
    families = {word.family for word in near}
    return "disease" in families and not families & {"attack", "accident", "conflict", "protest"}


def last_verb(story: Story, draft: Draft) -> str:
    """The verb of the figure, without its auxiliaries, in lower case; empty if it has none."""
    return story.text[draft.verb_start or 0 : draft.verb_end or 0].lower()


def aspect(story: Story, draft: Draft, clause: str) -> tuple[bool, bool]:
    """Whether the verb of the figure is perfect ("have been arrested"), or says what is going on ("are striking")."""
    if draft.verb_start is None or draft.verb_end is None:
        return bool(PERFECT_ANYWHERE.search(clause)), bool(PROGRESSIVE_ANYWHERE.search(clause))
    start = story.sentences[draft.sentence][0]
    verb = story.text[max(start, draft.verb_start - AUXILIARY) : draft.verb_end]
    on_strike = ON_STRIKE.match(story.text, draft.verb_start)
    told = on_strike and story.rules.speech.search(story.text, max(start, draft.verb_start - TOLD), draft.verb_start)
    going_on = bool(PROGRESSIVE.search(verb)) or bool(on_strike and (told or on_strike.group(1) in ("is", "are")))
    return bool(PERFECT.search(verb)), going_on
