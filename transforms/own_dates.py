"""The date that a figure's own clause or sentence gives it.

"On November 3 a bridge fell, killing nine and hurting [4]." The third of November rules the sentence, so the four
are hurt on that day. A period is near or far by grammar: who stands beyond "who", "after" or "said" has another.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from transforms.calendar_math import shift
from transforms.events import EventWord, Story, nearby
from transforms.told_events import (
    AGAINST,
    AGAINST_REACH,
    ATTRIBUTE,
    LOOK_AHEAD,
    OPEN,
    SUFFERED,
    When,
    closer_day,
    spoken,
)
from transforms.values import Draft, Mention, Period

LETTER, FRONTED_LETTER = 1 / 250, 1 / 500  # what a letter between figure and period costs; less at the sentence's head
FAR = 2.0  # a period that costs more does not belong to the figure
DOUBTFUL = 4.5  # one that costs more than FAR but less than this serves if no event is found


def own_date(
    story: Story, draft: Draft, by_sentence: dict[int, list[Period]], published: date | None
) -> tuple[When | None, bool]:
    """The date of the figure's own clause, failing that of its sentence; and whether it is surely the figure's.

    The figure's sentence has a period at least.
    """
    in_sentence = by_sentence[draft.sentence]
    window = story.window(draft.sentence, draft.quote_start, draft.quote_end)
    candidates = nearby(in_sentence, *window, draft.quote_start)
    if not candidates:
        return None, False
    cost, period = nearest_period(story, draft, candidates)
    if draft.measure in story.rules.always_standing and not holds_then(story, draft, period):
        return OPEN, True  # "fired 49 of 52 leaders on Monday": that there are 52 holds on no day in particular
    if cost > DOUBTFUL or (draft.measure == "deaths" and buried(story, draft, period)):
        return None, False
    if draft.status == "planned" and DEADLINE.match(story.text, period.quote_start):
        return OPEN, True  # "will cut [800] jobs by the end of 2021": on no day that is told
    source = "clause" if draft.clause_start <= period.quote_start < draft.clause_end else "sentence"
    rule = f"context.date_{source}"
    when = When(period.date_start, period.date_end, period.date_precision, source, rule, draft.sentence)
    if is_since(story, draft, period):
        when = replace(when, **from_when(story, period))  # "since March 1, when a bomb killed [54]": on that day
    people = draft.measure in story.rules.families_of_measure
    day = closer_day(story, draft.sentence, period, by_sentence) if people else None
    if day:
        when = replace(when, start=day, end=day, precision="day", source="event", rule="context.date_told_closer")
    if cost <= FAR and people and (shifted := counted_from(story, draft, period, when)):
        return shifted, True
    if cost <= FAR and (lasting := until_now(story, draft, when, published)):
        return lasting, True
    if cost <= FAR:
        return next_weekday(story, draft, period, when, published), True
    if period.quote_end <= draft.quote_start and not spoken(story, draft.sentence, period):
        return when, False
    return None, False


def nearest_period(story: Story, draft: Draft, candidates: Sequence[Period]) -> tuple[float, Period]:
    """The period that costs least, with its cost; none farther off in letters than the best is in cost is read."""

    def letters(period: Period) -> int:
        return max(0, draft.quote_start - period.quote_end, period.quote_start - draft.quote_end)

    near_first = sorted(candidates, key=letters)
    best = (attachment(story, draft, near_first[0], candidates), near_first[0])
    for period in near_first[1:]:
        if letters(period) * FRONTED_LETTER > best[0]:
            break
        cost = attachment(story, draft, period, candidates)
        if cost < best[0]:
            best = (cost, period)
    return best


BEGAN = re.compile(
    r"\b(?:protests|demonstrations|rallies|riots|unrest|uprising|clashes|fighting|conflict|war|violence|crackdown"
    r"|offensive|insurgency|outbreak|epidemic)\b[^.;]{0,80}?\b(?:began|begun|broke out|erupted|started)\b",
    re.IGNORECASE,
)
SO_FAR = re.compile(r"\b(?:has|have)\b(?:\s[\w-]+){1,4}")
SUMMED = ("deaths", "arrests", "injuries", "displacements", "infections")


def until_now(story: Story, draft: Draft, when: When, published: date | None) -> When | None:
    """ "Protests broke out on January 14. At least [30] have died in the unrest": from then to publication."""
    if published is None or when.start is None or when.start != when.end or (published - when.start).days < WHILE:
        return None
    if draft.measure not in SUMMED or draft.verb_end is None or when.told is None:
        return None
    first, last = min(draft.quote_end, draft.verb_end), max(draft.quote_start, draft.verb_end)
    if not SO_FAR.search(story.text, max(0, first - 24) if draft.verb_end < draft.quote_start else first, last + 12):
        return None
    if not BEGAN.search(story.text, *story.sentences[when.told]):
        return None
    return replace(when, end=published, precision="interval")


WHILE = 3  # days from which on it is more than one event


def is_since(story: Story, draft: Draft, period: Period) -> bool:
    """Does the figure hang on the day from which "since" counts?"""
    if period.quote_end > draft.quote_start or not SINCE.match(story.text, period.quote_start):
        return False
    where = WHERE.search(story.text, period.quote_end, min(draft.quote_start, period.quote_end + 120))
    return bool(
        where and "," not in story.text[where.end() : draft.quote_start]
    )  # else "since Wednesday, when it began, 850 have died"


COUNTED = re.compile(
    r"(?i)(?:,?\s|(?<=\s)|^)(a|one|two|three|four|five)\sdays?\s(after|before)\s(?:[^.,;]{0,80}(,)?\s)?$"
)
LONG_AFTER = re.compile(
    r"(?i)\b(?:a|one|two|three|four|five|six)\s(?:weeks?|months?|years?)\safter\s[^.;,]{0,80}$"
    r"|\bwithin\s(?:an?|one|two|three|four|five|six|\d+)\s(?:\w+\s)?(?:days?|weeks?|months?|years?)\sof\s(?:an?|another)\s[^.;,]{0,80}$"
)
DAYS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}


def counted_days(match: re.Match[str]) -> int:
    """From the day told to the figure's: "two days after [5] died" is before it, "two days after that, [5]" behind."""
    days = DAYS[match[1].lower()]
    return days if (match[2].lower() == "after") == bool(match[3]) else -days


def counted_from(story: Story, draft: Draft, period: Period, when: When) -> When | None:
    """ "On Saturday, a day after [5] students were shot": the day before Saturday."""
    if period.quote_end > draft.quote_start or when.start is None or when.start != when.end:
        return None
    if LONG_AFTER.search(story.text, period.quote_end, draft.quote_start):
        return OPEN  # "the trial began on Monday, a year after a march left [3] dead": on no day that is told
    match = COUNTED.search(story.text, period.quote_end, draft.quote_start)
    if not match or match.start() != period.quote_end or match[3]:
        return None
    day = when.start + timedelta(days=counted_days(match))
    return replace(when, start=day, end=day, rule="context.date_counted")


DEADLINE = re.compile(r"(?:by|within|before)\b", re.IGNORECASE)
BARE_YEAR = re.compile(r"since\s(?:the\s)?\d{4}", re.IGNORECASE)


def from_when(story: Story, period: Period) -> dict[str, Any]:
    """The time from which a "since" counts: its first day, or a bare year."""
    first = period.date_start
    if first and BARE_YEAR.fullmatch(story.text[period.quote_start : period.quote_end]):
        return {"end": first.replace(month=12, day=31), "precision": "year"}
    if first and first.day == 1 and MONTH_ALONE.fullmatch(story.text[period.quote_start : period.quote_end]):
        after = shift(first, "month", 1)
        return {"end": after - timedelta(days=1) if after else first, "precision": "month"}
    return {"end": first, "precision": "day"}


MONTH_ALONE = re.compile(
    r"since\s(?:last\s)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*(?:\s\d{4})?", re.I
)
UNTIL = re.compile(r"until|till|by", re.IGNORECASE)
AT_THE_TIME = re.compile(r"^[^,;]{0,40}\b(?:at|in|as of|by)\s(?:the\s(?:end|start|beginning)\sof\s)?$")
STANDS_FOR = 45  # letters over which "In 2015" dates what a firm employs
RELATIVE_PERIOD = re.compile(r"\b(?:which|who|that|where)\s[^,;.]*$")
OTHER_CLAUSE = re.compile(r"\b(?:since|when|after|who|which|has|have|was|were|compared|against|from)\b")
WHOLE = re.compile(r"\b(?:of|of the|of its|of their|['’]s|its|their)\s(?:(?:some|about|more than|nearly|over)\s)?$")


def holds_then(story: Story, draft: Draft, period: Period) -> bool:
    """Does the period date a standing fact: "had 19,200 employees at the end of December", "employed 300 in 2015"?"""
    if WHOLE.search(story.text, max(0, draft.quote_start - 24), draft.quote_start):
        return False
    if OTHER_CLAUSE.search(story.text, draft.quote_end, period.quote_start):
        return False  # "employs [4,000] people and has been struck since it was sold in 2016"
    if period.quote_end <= draft.quote_start and draft.quote_start - period.quote_end > STANDS_FOR:
        return False  # "during the summer's talks over contracts covering some [500,000] workers"
    if period.quote_start < draft.quote_end and RELATIVE_PERIOD.search(
        story.text, max(0, period.quote_start - 60), period.quote_start
    ):
        return False  # "the union, which began to organise in 2021, represents [10,500]"
    if period.quote_start < draft.quote_end or UNTIL.match(story.text, period.quote_start):
        return period.date_precision != "day" and not UNTIL.match(story.text, period.quote_start)
    return period.date_precision != "day" or bool(AT_THE_TIME.search(story.text[draft.quote_end : period.quote_start]))


def buried(story: Story, draft: Draft, period: Period) -> bool:
    """Is the day that of a funeral, not of a death: "two victims of the blast were buried on Monday"?"""
    words = story.events.between(draft.quote_end, period.quote_start)
    return bool(words) and words[-1].family == "funeral"


HAPPENED = re.compile(r"\b(?:was|were|had|\w+ed)\b")
WEEKDAY = re.compile(r"(?:on\s)?(?:mon|tues|wednes|thurs|fri|satur|sun)day", re.IGNORECASE)


def next_weekday(story: Story, draft: Draft, period: Period, when: When, published: date | None) -> When:
    """What is planned for "Sunday" lies ahead: not the last Sunday but the next."""
    if draft.status not in ("planned", "hypothetical") or published is None or when.start is None or when.end is None:
        return when
    told_first = period.quote_start < draft.quote_start
    if told_first and HAPPENED.search(story.text, story.sentences[draft.sentence][0], period.quote_start):
        return when  # "were held on Sunday at a march demanding the release of [300] others"
    if draft.tense == "past" and told_first:
        return when  # "On Monday the court ordered the arrest of [110] people"
    quote = story.text[period.quote_start : period.quote_end]
    on_then = LED.search(story.text, max(0, period.quote_start - 8), period.quote_start)
    if when.end < published and on_then and DAY_OR_MONTH.search(quote) and not YEAR.search(quote):
        return a_year_later(when) if draft.tense == "future" else when
    if not WEEKDAY.fullmatch(quote) or when.end >= published:
        return when
    week = timedelta(days=7)
    return replace(when, start=when.start + week, end=when.end + week, rule="context.date_planned")


LED = re.compile(r"\b(?:[Oo]n|[Ii]n|[Ff]rom)\s$")  # not "the November 14 announcement"
DAY_OR_MONTH = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b")
YEAR = re.compile(r"\d{4}|\b(?:last|this|next|previous|ago)\b")


def a_year_later(when: When) -> When:
    """ "will lay off 180 workers on September 5", told in February: not the September that is nearest."""
    assert when.start is not None and when.end is not None
    moved = shift(when.start, "year", 1)
    if moved is None:
        return when
    return replace(when, start=moved, end=moved + (when.end - when.start), rule="context.date_planned")


# how far a period is from a figure


def attachment(story: Story, draft: Draft, period: Period, others: Sequence[Period]) -> float:
    """How far the period is from the figure, in grammar more than in letters; 0 is beside it."""
    text = story.text
    first, last = draft.quote_start, draft.quote_end
    if draft.trigger_start is not None and draft.trigger_end is not None:
        first, last = min(first, draft.trigger_start), max(last, draft.trigger_end)
    if draft.measure in CUSTODY and tells_the_crime(story, draft, period):
        return 2 * DOUBTFUL
    if draft.measure not in story.rules.families_of_measure:
        start, end = min(last, period.quote_end), max(first, period.quote_start)
        return (end - start) / 120 + 0.5 * text.count(", ", start, end) + text.count(";", start, end)
    cost = 2.0 if spoken(story, draft.sentence, period) and not reported_then(story, draft, period) else 0.0
    if period.quote_start >= last and told_aside(story, draft, period):
        cost += FAR
    named = attributes(story, period)
    if named and AGAINST.search(text, max(0, period.quote_start - AGAINST_REACH), period.quote_start):
        cost += FAR  # "have died in protests against the February 1 coup"
    elif named and SITE_OF.search(text, max(0, period.quote_start - SITE_REACH), period.quote_start):
        cost += FAR  # "marched from the school, site of the 1973 uprising"
    if period.quote_start >= last:
        if story.rules.bereaved.match(text, story.sentences[draft.sentence][0], draft.quote_start):
            cost += FAR  # "Survivors of a quake that killed [587] begged for food on Thursday"
        cost += forward_cost(story, last, period.quote_start, draft.measure in SUFFERING, draft.status == "planned")
        if BEHIND_SEMICOLON.search(text, last, period.quote_start):
            cost += FAR
        if period.quote_start - last > EARLIER_REACH and EARLIER.match(text, draft.quote_end):
            cost += 1.5  # "[2] others were earlier charged with theft and a third was charged yesterday"
    elif period.quote_end <= draft.quote_start:
        start = max(story.sentences[draft.sentence][0], period.quote_start - 40)
        cost += backward_cost(story, period.quote_end, draft.quote_start, len(text[start : period.quote_start].split()))
        explained = EXPLAINED.match(text, period.quote_end)
        if story.rules.part_of_name.search(text, start, period.quote_start) and not explained:
            cost += 1.6  # "for their part in the coup of July 2016"
    else:
        cost += (period.quote_start - draft.quote_end) * LETTER  # between the number and its trigger
        if story.rules.relative.search(text, draft.quote_end, period.quote_start) or HELD.search(
            text, draft.quote_end, period.quote_start
        ):
            cost += FAR  # "[2] men, who were arrested in January, were sentenced on Friday"
    if len(others) == 1:
        return cost
    if period.quote_end <= draft.quote_start and has_since_behind(story, first, last, others):
        cost += 1.5
    low, high = min(first, period.quote_start), max(last, period.quote_start)
    return cost + 1.0 * sum(low < other.quote_start < high for other in others if other is not period)


PERFECT_JUST_BEFORE = re.compile(r"\b(?:has|have)\b[^,;.]{0,30}$")
SINCE_IN = re.compile(r"\bsince\b")


def has_since_behind(story: Story, first: int, last: int, others: Sequence[Period]) -> bool:
    """ "over the weekend ... an outbreak that has killed [20] since it began last month": from then on."""
    if not PERFECT_JUST_BEFORE.search(story.text, max(0, first - 40), first):
        return False
    return any(
        other.date_precision == "interval"
        and other.quote_start >= last
        and SINCE_IN.search(story.text, last, other.quote_start + 6)
        for other in others
    )


REPORTED = re.compile(
    r"\b(?:report|confirm|register|record)(?:s|ed)?\s(?:(?:at|least|about|some|over|more|than|nearly|only)\s)*$"
)


def reported_then(story: Story, draft: Draft, period: Period) -> bool:
    """ "In July Iraq had reported [160] cases": what was reported at another time is of that time."""
    if period.quote_end > draft.quote_start or period.quote_start - story.sentences[draft.sentence][0] > FRONTED_AT:
        return False
    if WEEKDAY.fullmatch(story.text, period.quote_start, period.quote_end):
        return False  # of this week: the day of the statement
    return REPORTED.search(story.text, period.quote_end, draft.quote_start) is not None


FRONTED_AT = 20  # letters that may stand before such a period: "At the end of"
BEHIND_SEMICOLON = re.compile(r";[^;]*\b(?:was|were|is|are|has|have|had|will)\b")  # "[14] were held; two were freed on"
CUSTODY = ("prosecutions", "arrests", "releases")
CRIME = re.compile(
    r"\b(?:over|for|of|about|involved in|during|in)\s(?:(?:an?|the|their|his|her)\s(?:part|role)?|\w+ing\s)"
    r"[^,;.]{0,40}$"
)
OF_IT = re.compile(r"\s(?:of|in|on)\s$")


TRIED = re.compile(r"sentenc|convict|acquit|jail|imprison|found guilty", re.IGNORECASE)


def tells_the_crime(story: Story, draft: Draft, period: Period) -> bool:
    """Is it the time of what they are tried for: "sentenced [9] for their part in the attack of May 2016"?"""
    attribute = [word for word in attributes(story, period) if word.family != "custody"]
    this_week = WEEKDAY.fullmatch(story.text, period.quote_start, period.quote_end)
    if this_week and draft.trigger_start is not None and TRIED.match(story.text, draft.trigger_start):
        return False  # "sentenced [10] for illegal border crossing on Wednesday": no court is so quick
    if draft.measure == "prosecutions" and attribute and period.quote_start > draft.quote_end:
        return True  # "charged with an alleged April 10 attack"
    if BARE.fullmatch(story.text, period.quote_start, period.quote_end) and attribute:
        before = story.text[draft.quote_end : period.quote_start]
        return CRIME.search(before) is not None
    if period.quote_start < draft.quote_end or period.date_precision == "day":
        return False
    before = story.text[draft.quote_end : period.quote_start]
    return draft.measure == "prosecutions" and bool(OF_IT.search(before) and CRIME.search(OF_IT.sub(" ", before)))


ASIDE_VERB = re.compile(r"\b(?:that|which|who)\s(?:has|have|had)?\s?(?:\w+ly\s)?$")
MAIN_VERB = re.compile(
    r"^\s[\w-]+(?:\s[\w-]+)?\s(?:was|were|is|are|has|have|had|moved|entered|began|rose|came|went|continued|ended"
    r"|voiced|called|demanded|protested|returned|marched|appealed|vowed|pleaded|remained|faced|said|told|will)\b"
)


def told_aside(story: Story, draft: Draft, period: Period) -> bool:
    """ "The slide that has killed [17] people entered its third day on Friday": the day of the main clause."""
    if draft.verb_start is None or draft.verb_start > draft.quote_start:
        return False
    if not ASIDE_VERB.search(story.text, max(0, draft.verb_start - 24), draft.verb_start):
        return False
    return MAIN_VERB.search(story.text[draft.quote_end : period.quote_start]) is not None


HELD = re.compile(
    r"\b(?:arrested|detained|jailed|captured|abducted|kidnapped|seized)\s(?:(?:on|in|late|early|last)\s)*$"
)
SUFFERING = ("deaths", "injuries", "missing", "displacements", "people_other")  # what befell them has its day
EARLIER = re.compile(r"[^,;]{0,40}?\b(?:was|were|had been)\s(?:earlier|previously)\b")
EARLIER_REACH = 50  # letters in which "were earlier charged on Monday" has its own day
AHEAD = {
    "happens": 0.0,
    "about": 2.2,
    "relative": 1.2,
    "later": 1.2,
    "joined": 0.8,
    "meanwhile": 0.2,
    "speech": 1.8,
    "participle": 0.4,
}
BEHIND = {
    "happens": 0.2,
    "about": 0.3,
    "relative": 0.2,
    "later": 0.3,
    "joined": 0.5,
    "meanwhile": 0.0,
    "speech": 0.4,
    "participle": 0.0,
}
MOST = {"later": 1, "speech": 1, "participle": 2}  # more of these add nothing


def obstacles(story: Story, start: int, end: int) -> tuple[Counter[str], bool]:
    """What stands between a figure and a period, by kind; and whether a participle opens an "after": "called after"."""
    found: Counter[str] = Counter()
    called_after = False
    gap = story.text[start:end].lower()
    for match in story.rules.obstacle.finditer(gap):
        kind = match.lastgroup or ""
        found[kind] += 1
        if kind == "participle" and story.rules.then_later.match(gap, match.end()):
            called_after = True
    return found, called_after


EXPLAINED = re.compile(r",?\s(?:which|when|where|in which)\b")  # "the march of February 16, which drew [300]"
ASIDE = re.compile(r",\s(?:which|where|whose)\b")


def forward_cost(story: Story, start: int, end: int, suffers: bool, is_planned: bool) -> float:
    """The figure stands before the period: what lies between makes the period another clause's."""
    found, called_after = obstacles(story, start, end)
    cost = sum(AHEAD[kind] * min(count, MOST.get(kind, count)) for kind, count in found.items())
    if found["relative"] and is_planned:
        cost += 1.0  # "plans to free [10] of its men, who were captured on Monday"
    if found["relative"] and ASIDE.search(story.text, start, end):
        cost += 1.0  # "1.5 million displaced in Somalia, which has had no government since 1991"
    if found["happens"] and not suffers:
        cost += FAR  # "troops have been sent to the town, where fighting broke out on Friday"
    if story.rules.among.search(story.text, start, end):
        cost += 0.8  # "[4,357] fell ill, of whom 140 in the past day"
    if story.rules.suffered.search(story.text, max(start, end - SUFFERED), end):
        cost += FAR  # "bring the arrests to [7], joining a man detained on Monday"
    return (end - start) * LETTER + cost + (0.6 if called_after else 0.0)


def backward_cost(story: Story, start: int, end: int, words_before: int) -> float:
    """The period stands before the figure: "on Saturday a bus fell, killing [12]"; at the head it rules the whole."""
    found, _ = obstacles(story, start, end)
    if story.rules.purpose.search(story.text, start, end):
        return DOUBTFUL + 1.0  # "on Thursday staged a march to protest the deaths of [5]": they had died before
    if words_before <= 2:
        return (end - start) * FRONTED_LETTER + BEHIND["joined"] * found["joined"]
    cost = sum(BEHIND[kind] * (1 if kind == "speech" else count) for kind, count in found.items())
    if (found["relative"] > 1 or (found["later"] and found["relative"])) and story.events.between(start, end):
        cost += FAR  # "on Saturday from men who seized it in an assault that killed [24]": not Saturday's
    return (end - start) * LETTER + cost


# periods that tell when something happened


def periods_by_sentence(
    story: Story,
    periods: Sequence[Period],
    mentions: Sequence[Mention],
    drafts: Sequence[Draft],
    published: date | None,
    *,
    everywhere: bool = True,
) -> dict[int, list[Period]]:
    """Whole intervals outside datelines, names and numbers, in text order; of two that overlap, the longer.

    `everywhere`: also those of sentences without a figure. Only events are dated from afar; of prices' own sentences
    two periods in three are spared.
    """
    if not periods:
        return {}
    since = "since" in story.text.lower()
    own = set() if everywhere or since else {draft.sentence for draft in drafts}  # "since" looks two sentences back
    names = [(m.quote_start, m.quote_end) for m in mentions if m.kind in ("ORG", "PERSON")]
    figures = [draft.quote_start for draft in drafts]
    placed: dict[int, list[Period]] = {}
    weekdays: dict[str, tuple[int, date]] = {}
    sentence, last_end = 0, -1
    ordered = sorted(periods, key=lambda p: (p.quote_start, -p.quote_end))
    for index, period in enumerate(ordered):
        while sentence + 1 < len(story.sentences) and story.sentences[sentence + 1][0] <= period.quote_start:
            sentence += 1
        if own and sentence not in own and not DAY_NAME.match(story.text, period.quote_start):
            after = ordered[index + 1] if index + 1 < len(ordered) else None
            if after is None or after.quote_start >= period.quote_end:
                continue
        spans = period.date_start and period.date_end and period.date_start < period.date_end  # "so far this year"
        if period.rule in story.rules.present_periods and not spans:
            continue  # "now", "so far": cues of the present, not times of their own
        if period.date_start is None and story.text.startswith(("'s", "’s"), period.quote_end):
            period = replace(period, date_start=period.date_end)  # "until Friday's attacks": those of Friday
        if period.date_start is None or period.date_end is None or period.date_end < period.date_start:
            continue
        if period.quote_start < last_end or is_inside(period, names) or is_counted(period, drafts, figures):
            continue
        if THAT_DAY.match(story.text, period.quote_start):
            continue  # "earlier in the day": of the day that was told last
        if SINCE_YEAR.fullmatch(story.text, period.quote_start, period.quote_end) and MOST_SINCE.search(
            story.text, max(story.sentences[sentence][0], period.quote_start - 40), period.quote_start
        ):
            continue  # "the biggest strike since 1926": not one from then until now
        if FOLLOWING.match(story.text, period.quote_start):
            continue  # "over the following two days": after what was told, not after publication
        if OVERNIGHT_ON.match(story.text, period.quote_start):
            continue  # "overnight on July 16": that day tells it
        if is_of_law(story, period):
            continue  # "the Public Order Act 1986"
        if is_attribute(story, period):
            continue  # "under a 1984 contract"
        named = NAMED_FOR.match(story.text, period.quote_end) and story.text.endswith(THE, 0, period.quote_start)
        if named and period.quote_end - period.quote_start > len("1991"):
            continue  # "the February 14 Youth Coalition"
        if sentence < story.lead and sentence != story.title:
            continue
        if sentence == story.lead and period.quote_start < story.dateline_end:
            continue
        last_end = period.quote_end
        period = told_weekday(story, sentence, period, weekdays, published)
        if since:
            period = since_clause(story, sentence, period, placed, drafts, published)
        placed.setdefault(sentence, []).append(period)
    return placed


SINCE_YEAR = re.compile(r"since\s\d{4}", re.IGNORECASE)
MOST_SINCE = re.compile(r"\b(?:record|first|\w+est|most|worst)\b(?:\s[\w-]+){0,4}\s$")  # "a record since the march"
FOLLOWING = re.compile(
    r"(?:over\s|in\s|during\s)?(?:the\s)(?:following|ensuing|subsequent)\s(?:\w+\s)?(?:days?|weeks?|months?|years?)\b"
)
LAW = re.compile(  # the capital comes before the look behind it, so that the text is searched for capitals alone
    r"[A-Z](?<!\w[A-Z])\w*\s(?:Act|Law|Ordinance|Code|Decree|Convention|Treaty|Regulations)\s(?:of\s)?$"
)
LAWS = ("Act", "Law", "Ordinance", "Code", "Decree", "Convention", "Treaty", "Regulations", "of")  # ends before a year
BARE = re.compile(r"\d{4}")
OWNER = re.compile(r"(?:\b(?:an?|the|its|their|his|her)|['’]s)\s$")
OF_A_TIME = re.compile(r"\s(?:[a-z-]+\s)?(?:year|season|period|campaign|count|figure|total|level|number|toll)s?\b")
NOUN_AHEAD = 40  # letters in which "2013 protest" names its event


def is_of_law(story: Story, period: Period) -> bool:
    """ "the Public Order Act 1986"."""
    end = period.quote_start
    while end and story.text[end - 1].isspace():
        end -= 1
    if not story.text.endswith(LAWS, 0, end):
        return False  # seen at a tenth of the price of the pattern
    return LAW.search(story.text, max(0, period.quote_start - 40), period.quote_start) is not None


def is_attribute(story: Story, period: Period) -> bool:
    """Does a bare year only describe a thing that is no event: "a 1984 contract", "the 2003 law"?"""
    if period.quote_end - period.quote_start != len("1984"):
        return False
    if not BARE.fullmatch(story.text, period.quote_start, period.quote_end):
        return False
    if not OWNER.search(story.text, max(0, period.quote_start - 8), period.quote_start):
        return False
    if not NOUN.match(story.text, period.quote_end) or OF_A_TIME.match(story.text, period.quote_end):
        return False
    return not attributes(story, period)


def attributes(story: Story, period: Period) -> list[EventWord]:
    """The event words that the period describes: "2013 protest", "April 10 attack"."""
    return [
        word
        for word in story.events.between(period.quote_end, period.quote_end + NOUN_AHEAD)
        if ATTRIBUTE.fullmatch(story.text, period.quote_end, word.start)
    ]


SITE_OF = re.compile(
    r"\b(?:site|scene|anniversary|memory|victims|veterans?|leaders?|survivors|heroes?) of (?:the|an?)\s$"
)
SITE_REACH = 24  # letters of "anniversary of the "
NOUN = re.compile(r"\s(?!(?:and|or|in|of|at|on|from|by|after|when|as|was|were|is|that|which|to)\b)[a-z]")
THAT_DAY = re.compile(r"(?:earlier|later|late|early) (?:in|on) the (?:day|morning|afternoon|evening)\b", re.IGNORECASE)
OVERNIGHT_ON = re.compile(r"[Oo]vernight\s(?:on\s(?=[A-Z])|(?=(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day))")
NAMED_FOR = re.compile(r"\s[A-Z][a-z]")
THE = ("the ", "The ")
DAY_NAME = re.compile(r"(?:on\s)?((?:mon|tues|wednes|thurs|fri|satur|sun)day)", re.IGNORECASE)
SENTENCES_BACK, DAYS_BACK = 12, 14  # over which "Monday" still means the "Monday, May 3" told before


def told_weekday(
    story: Story,
    sentence: int,
    period: Period,
    weekdays: dict[str, tuple[int, date]],
    published: date | None,
) -> Period:
    """ "Monday night" after "Monday, May 3": that Monday, not the last before publication."""
    quote = story.text[period.quote_start : period.quote_end]
    name = DAY_NAME.match(quote)
    day = period.date_start
    if not name or day is None or day != period.date_end or published is None:
        return period
    key = name.group(1).lower()
    if any(char.isdigit() for char in quote):
        weekdays[key] = (sentence, day)
        return period
    told = weekdays.get(key)
    if not told or sentence - told[0] > SENTENCES_BACK or not 0 <= (published - told[1]).days <= DAYS_BACK:
        return period
    return replace(period, date_start=told[1], date_end=told[1])


def is_inside(period: Period, names: Sequence[tuple[int, int]]) -> bool:
    """Does it stand in the name of an organisation or a person: "the May 15 Organization"?"""
    place = bisect_right(names, (period.quote_start, len(names) and names[-1][1]))
    return place > 0 and period.quote_start < names[place - 1][1]


def is_counted(period: Period, drafts: Sequence[Draft], starts: Sequence[int]) -> bool:
    """Is the expression part of a number, "[Tens] of thousands"? `starts` are those of the drafts."""
    after = bisect_right(starts, period.quote_start)
    for draft in drafts[max(0, after - 1) : after + 1]:
        if draft.kind == "count" and draft.quote_start < period.quote_end and period.quote_start < draft.quote_end:
            return True
    return False


STALE = timedelta(days=3)  # a count told longer ago does not run to the day of publication
SINCE = re.compile(r"since\b", re.IGNORECASE)
SINCE_CLAUSE = re.compile(r"\bsince\s(?:[\w'’-]+\s){1,10}(?:on\s|in\s)?$", re.IGNORECASE)


def since_clause(
    story: Story,
    sentence: int,
    period: Period,
    placed: dict[int, list[Period]],
    drafts: Sequence[Draft],
    published: date | None,
) -> Period:
    """ "since the protests began on 28 April": from then to the day on which it was counted, or to publication."""
    if published is None or period.date_start is None or period.date_start > published:
        return period
    if not (period.date_end == published and SINCE.match(story.text, period.quote_start)):
        start = max(story.sentences[sentence][0], period.quote_start - 80)
        if "since" not in story.text[start : period.quote_start].lower():
            return period
        clause = SINCE_CLAUSE.search(story.text, start, period.quote_start)
        if not clause or figure_between(drafts, clause.start(), period.quote_start):
            return period  # "since [125] people were killed in February": these died in February
        if figure_explains(story, drafts, period.quote_end):
            return period  # "since the 1992 massacre, where [111] died": in 1992
    counted = [
        other.date_end
        for near in (sentence, sentence - 1, sentence - 2)
        for other in placed.get(near, [])[:LOOK_AHEAD]
        if other.date_end and spoken(story, near, other) and period.date_start < other.date_end < published - STALE
    ]
    return replace(period, date_end=max(counted, default=published), date_precision="interval")


WHERE = re.compile(r"\b(?:when|where|which)\b")


def figure_explains(story: Story, drafts: Sequence[Draft], start: int) -> bool:
    """Does the next figure stand in a clause that explains the event of the period?"""
    place = bisect_left(drafts, start, key=lambda draft: draft.quote_start)
    return place < len(drafts) and bool(WHERE.search(story.text, start, min(drafts[place].quote_start, start + 120)))


def figure_between(drafts: Sequence[Draft], start: int, end: int) -> bool:
    """Does a figure begin between two offsets?"""
    place = bisect_left(drafts, start, key=lambda draft: draft.quote_start)
    return place < len(drafts) and drafts[place].quote_start < end
