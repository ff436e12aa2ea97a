"""Where each figure holds: the settlement or region of its clause or of its event, and the country.

"Police in Gomel held [40] people." gives Gomel and BY; a bare country fills the country alone. A place told once for
an event holds for its later figures; a city in the dateline only for what the lead tells; nothing is invented.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field, replace
from datetime import date
from itertools import pairwise, takewhile

from transforms.events import Story, nearby
from transforms.frozen import frozen
from transforms.place_names import is_doubtful, is_settled, lies_in, next_is_settlement, place_names
from transforms.told_events import When
from transforms.values import Draft, Mention

BY_ARTICLE = "context.country_article"
NEVER = 9.0
NEAR = 2.2  # a place that costs more does not belong to the figure
LETTER = 1 / 150  # what a letter between place and figure costs
ONLY_TIMES, ONLY_SHARE = 3, 0.75  # a place named so often, and so much more than others, is that of the article
CROWD = 20  # figures or places before and after in a sentence that are looked at
SEEN_BACK = 2  # sentences over which a place carries to a figure of the same measure
WEEKS = 45  # days: a longer count, or an older event, may be of another place than the main event
REACH = 7  # words between a preposition and the name: "in the troubled southern oil city of Basra"
SPEAKER = 30  # letters between "said" and the place where it was said

Days = tuple[date | None, date | None]


@frozen()
class Where:
    """The place of one figure; None where the text leaves it open."""

    place: str | None = None
    country: str | None = None
    precision: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    rule: str = "context.place_open"


OPEN = Where()


class Site:
    """What leads to a name in the text: whether it is a scene, whoever asks; what is seldom asked is read then."""

    __slots__ = ("led_at", "mention", "preposition", "start", "story")

    def __init__(self, story: Story, sentence: int, mention: Mention) -> None:
        self.story, self.mention = story, mention
        self.start = max(story.sentences[sentence][0], mention.quote_start - 80)
        self.preposition, self.led_at = led_by(
            story, self.start, mention.quote_start
        )  # "in" for "in the town of Gomel"

    @property
    def before(self) -> str:
        return self.story.text[max(self.start, self.led_at - SPEAKER) : self.led_at]

    @property
    def said(self) -> bool:
        """ "told reporters in Geneva"."""
        return self.preposition is not None and self.story.rules.speech.search(self.before) is not None

    @property
    def brought(self) -> bool:
        """ "taken to a hospital in York", "students from Antioch School in Keene"."""
        before, rules = self.before, self.story.rules
        words = before.split()
        if not words:
            return False
        if words[-1].lower() in rules.brought_to and rules.cared_for.search(before):
            return True
        return is_home(self.story, self.start, self.led_at)

    @property
    def civil(self) -> bool:
        """ "Hong Kong police"."""
        return self.story.rules.civil.match(self.story.text, self.mention.quote_end + 1) is not None

    @property
    def area(self) -> bool:
        """ "the Krajina region"."""
        return next_is_settlement(self.story, self.mention)

    @property
    def event(self) -> bool:
        """ "the Jaipur bombings"."""
        return self.mention.country is not None and is_of_event(self.story, self.mention)


@frozen()
class Map:
    """The places of an article, by sentence, with the country that it is about and the place of its main event."""

    story: Story
    by_sentence: dict[int, list[Mention]]
    home: str | None
    sites: dict[int, Site] = field(default_factory=dict)  # of the mentions that have been looked at, by offset
    mains: list[Where | None] = field(default_factory=list)  # the place of the main event, once sought

    def site(self, sentence: int, mention: Mention) -> Site:
        """The site of a mention of the sentence, read once."""
        known = self.sites.get(mention.quote_start)
        if known is None:
            known = self.sites[mention.quote_start] = Site(self.story, sentence, mention)
        return known

    def main(self) -> Where | None:
        """The place of the main event, sought when a figure first asks."""
        if not self.mains:
            self.mains.append(main_place(self))
        return self.mains[0]

    def only(self) -> Where | None:
        """The place of the main event, if the article names hardly another."""
        main = self.main()
        return main if is_only(main, self.by_sentence, self.story) else None


def find_places(
    story: Story, drafts: Sequence[Draft], dates: Sequence[When], mentions: Sequence[Mention]
) -> list[Where]:
    """One `Where` for each draft, in the same order."""
    by_sentence = place_names(story, mentions)
    if not by_sentence:
        return [OPEN] * len(drafts)
    chart = Map(story, by_sentence, dominant_country(story, by_sentence))
    main_days = main_date(drafts, dates)
    at_home = Where(country=chart.home, rule=BY_ARTICLE) if chart.home else OPEN
    near_lead = story.lead + 1
    found = [OPEN] * len(drafts)
    worldwide: set[int] = set()
    for index in body_first(story, drafts):
        draft, people = drafts[index], is_people(story, drafts[index])
        bare = draft.sentence not in by_sentence
        if bare and not people and draft.sentence > near_lead and dates[index].start is None:
            found[index] = at_home  # as most prices: neither their sentence nor their day leads to a place
            continue
        where = OPEN if bare else own_place(chart, drafts, index)
        if people and (is_worldwide(story, draft) or goes_on(drafts, index, worldwide, by_sentence)):
            worldwide.add(index)
            found[index] = where if where.place else OPEN
            continue
        if people and (spread := of_many_countries(chart, draft)):
            found[index] = spread
            continue
        if people and is_elsewhere(story, draft):
            where = Where(country=where.country, rule=where.rule)
        elif where.place is None:
            carried = carried_place(chart, index, drafts, dates, found, main_days) or (
                chart.only() if of_these_days(dates[index], main_days) else None
            )
            if carried and (where.country is None or carried.country in (where.country, None)):
                where = replace(carried, country=carried.country or where.country, rule="context.place_event")
        if where.country is None and chart.home:
            where = replace(where, country=chart.home) if where.place else at_home
        found[index] = refined(chart, draft, dates[index], where, main_days) if where.precision == "region" else where
    return found


def of_these_days(when: When, main_days: Days) -> bool:
    """Is the figure of the weeks around the main event, not of history or of the count since a coup?"""
    if when.start is None or when.end is None:
        return False
    if (when.end - when.start).days > WEEKS:
        return False
    return main_days[0] is None or abs((when.start - main_days[0]).days) <= WEEKS


def body_first(story: Story, drafts: Sequence[Draft]) -> Sequence[int]:
    """The headline repeats what the body places, so it comes last."""
    places = range(len(drafts))
    if not drafts or drafts[0].sentence >= story.lead:
        return places
    return sorted(places, key=lambda index: (story.is_headline(drafts[index].sentence), index))


def is_people(story: Story, draft: Draft) -> bool:
    return draft.measure in story.rules.families_of_measure


def is_worldwide(story: Story, draft: Draft) -> bool:
    """Does the figure's clause count the whole world?"""
    return bool(story.rules.worldwide.search(story.text, *near_figure(story, draft)))


IN_A_ROW = re.compile(r"(?:,|,?\sand|,?\sor)\s(?:the\s|in\s)?")
AND_OR = re.compile(r"\s(?:and|or)\s")
LED = re.compile(r"\b(?:in|across|throughout|over|around)\s(?:the\s|both\s)?$")
MOST = re.compile(r"\b(?:\w+est|most|first|worst|only|one of)\b[^,;.]{0,50}$")


def of_many_countries(chart: Map, draft: Draft) -> Where | None:
    """ "[100] have died across Nepal, India and Pakistan", "in South Asia": in no one country."""
    story = chart.story
    start, end = near_figure(story, draft)
    places = [m for m in chart.by_sentence.get(draft.sentence, ()) if m.kind == "PLACE" and m.quote_start >= start]
    area = story.rules.many_countries.search(story.text, start, end)
    if all(area and m.quote_start == area.start(1) for m in places if m.quote_end <= end):
        if area is None or MOST.search(story.text, start, area.start()):
            return None  # "the largest strike in Europe" is a strike somewhere there
        return Where(place=area.group(1), rule="context.place_area")
    if not LED.search(story.text, start, places[0].quote_start):
        return None
    row = list(
        takewhile(lambda pair: IN_A_ROW.fullmatch(story.text, pair[0].quote_end, pair[1].quote_start), pairwise(places))
    )
    listed = places[: len(row) + 1]  # commas end the clause, but not the list
    joined = story.text[listed[0].quote_end : listed[-1].quote_start]
    if not AND_OR.search(joined) or any(m.place_precision != "country" for m in listed):
        return None  # "in Syria, Russia supporting"
    if len({m.country for m in listed}) < 2:
        return None
    return Where(rule="context.place_countries")


def goes_on(drafts: Sequence[Draft], index: int, worldwide: set[int], by_sentence: dict[int, list[Mention]]) -> bool:
    """Does the next sentence, naming no place, go on with a count of the world: "It had been [90] the year before"?"""
    draft = drafts[index]
    return draft.sentence not in by_sentence and any(
        drafts[earlier].sentence == draft.sentence - 1 and drafts[earlier].measure == draft.measure
        for earlier in worldwide
    )


def near_figure(story: Story, draft: Draft) -> tuple[int, int]:
    """The figure's clause, of an endless one the part around the figure."""
    start, end = story.window(draft.sentence, draft.quote_start, draft.quote_end)
    return max(start, min(draft.clause_start, draft.quote_start)), min(end, max(draft.clause_end, draft.quote_end))


def dominant_country(story: Story, by_sentence: dict[int, list[Mention]]) -> str | None:
    """The country that the article names most, headline and lead counting more; of two alike, the first."""
    weight: dict[str, int] = {}
    for sentence, mentions in by_sentence.items():
        near_head = 4 if sentence <= story.lead else 2 if sentence <= story.lead + 2 else 1
        for mention in mentions:
            country = mention.country
            if country and not is_elsewhere_too(story, sentence, mention):
                weight[country] = weight.get(country, 0) + near_head * (1 if is_attribute(story, mention) else 2)
    return max(weight, key=weight.__getitem__, default=None)


def is_elsewhere_too(story: Story, sentence: int, mention: Mention) -> bool:
    """ "American-owned", "Iranian-backed", "told reporters in Geneva": the event may be in any other country."""
    return bool(story.rules.whose.match(story.text, mention.quote_end)) or is_of_speech(story, sentence, mention)


def is_of_speech(story: Story, sentence: int, mention: Mention) -> bool:
    """ "told reporters in Geneva": where somebody spoke says little of the country that the article is about."""
    if sentence <= story.lead and mention.quote_end <= story.dateline_end:
        return False
    start = max(story.sentences[sentence][0], mention.quote_start - SPEAKER)
    if not story.text.endswith((" in ", " at "), start, mention.quote_start):
        return False
    return TOLD_THERE.search(story.text[start : mention.quote_start]) is not None


TOLD_THERE = re.compile(r"\b(?:reporters|journalists|briefing|news conference|press conference|headquarters)\b")
ATTRIBUTE = re.compile(r"(?:-|\s)[a-z]")


def is_attribute(story: Story, mention: Mention) -> bool:
    """ "US soldiers", "French tourists": it tells of people, and less of the place."""
    country = mention.kind == "NORP" or mention.place_precision == "country"
    return country and bool(ATTRIBUTE.match(story.text, mention.quote_end))


def is_only(main: Where | None, by_sentence: dict[int, list[Mention]], story: Story) -> bool:
    """Is the place of the main event most of the places that the article names?"""
    if main is None or main.place is None:
        return False
    names = [m.quote.casefold() for ms in by_sentence.values() for m in ms if is_settled(m, story.rules)]
    mine = names.count(main.place.casefold())
    return mine >= ONLY_TIMES and mine > ONLY_SHARE * len(names)


def at(mention: Mention, rule: str) -> Where:
    return Where(mention.quote, mention.country, mention.place_precision, mention.latitude, mention.longitude, rule)


# the figure's own clause and sentence


def neighbours(drafts: Sequence[Draft], index: int) -> list[Draft]:
    """The other figures of the sentence, as far as they are near."""
    near = drafts[max(0, index - CROWD) : index + CROWD]
    return [other for other in near if other.sentence == drafts[index].sentence and other is not drafts[index]]


def own_place(chart: Map, drafts: Sequence[Draft], index: int) -> Where:
    """The place that the figure's own sentence ties to it, else a country that it names as the scene."""
    story, draft = chart.story, drafts[index]
    in_sentence = chart.by_sentence.get(draft.sentence)
    if not in_sentence:
        return OPEN
    others = neighbours(drafts, index)
    if is_whole(story, draft, others):
        return OPEN
    mentions = nearby(in_sentence, *story.window(draft.sentence, draft.quote_start, draft.quote_end), draft.quote_start)
    best: tuple[float, Mention] | None = None
    country: tuple[float, str | None] | None = None
    for position, mention in enumerate(mentions):
        if draft.sentence == story.lead and mention.quote_end <= story.dateline_end:
            continue
        if position and lies_in(story, mentions[position - 1], mention):
            continue  # "Winona, Texas": the first says it all
        cost = place_cost(chart, draft, mention, others)
        if cost > NEAR + 0.5:
            continue
        if is_settled(mention, story.rules):
            if best is None or cost < best[0]:
                best = (cost, mention)
        elif mention.country and (country is None or cost < country[0]):
            country = (cost, mention.country)
    if best and country and country[0] + 0.5 < best[0] and country[1] != best[1].country:
        best = None  # "sank near Dhaka, [174] drowned in China"
    if best and best[0] <= NEAR:
        return at(best[1], "context.place_sentence")
    if country and country[0] <= NEAR and not story.rules.here.search(story.text, *near_figure(story, draft)):
        return Where(country=country[1], rule="context.country_sentence")
    return OPEN


OF_THE = re.compile(r" of (?:the |its |their )?(?:some |about |more than |nearly |over )?")


def is_whole(story: Story, draft: Draft, others: Sequence[Draft]) -> bool:
    """Is it the whole whose part the sentence places: "Twelve of the [27] dead were registered in Cali"?"""
    return any(
        other.quote_end < draft.quote_start and OF_THE.fullmatch(story.text, other.quote_end, draft.quote_start)
        for other in others
    )


WHERE = re.compile(r",? where (?:(?:about|some|almost|nearly|around|over|up to|at least|more than|fewer than) )?")
LISTED = re.compile(r"(?:,\s[A-Z][\w.]*(?:\s[A-Z][\w.]*)?,?)?\s\((?:about |some |with )?")


def place_cost(chart: Map, draft: Draft, mention: Mention, others: Sequence[Draft]) -> float:
    """How far the place is from the figure: letters, other figures and clauses between, and what leads to it."""
    story, rules = chart.story, chart.story.rules
    before = mention.quote_end <= draft.quote_start
    low, high = (mention.quote_end, draft.quote_start) if before else (draft.quote_end, mention.quote_start)
    if before and LISTED.fullmatch(story.text, low, high) and mention.kind == "PLACE":
        return 0.1  # "plants in Derry (90 workers), Pontiac, Mich. ([1,600] workers)"
    if before and mention.kind == "PLACE" and WHERE.fullmatch(story.text, low, high):
        return 0.0  # "in Wells, where [12] drowned, and in Bath"
    cost = (high - low) * LETTER
    if cost > NEAR + 0.5:
        return NEVER
    gap = story.text[low:high]
    cost += scene_cost(chart, draft, mention, before, gap)
    if cost > NEAR + 0.5:
        return NEVER
    cost += 0.7 * len(rules.other_clause.findall(gap))
    if not before and "," in gap and story.rules.besides.match(story.text, story.sentences[draft.sentence][0]):
        cost += NEAR  # "In addition to the [2] deaths, a man died in Wells"
    between_them = sum(low <= other.quote_start < high for other in others)
    cost += between_them * (0.3 if before else 2.0 if rules.among.search(gap) else 0.9)
    if before and any(tied_after(story, other, mention) for other in others if other.measure == draft.measure):
        cost += 1.2  # "60 in Krasnodar, [43] in Moscow": Krasnodar is taken
    if not before and rules.speech.search(gap):
        cost += 1.5
    if draft.measure == "displacements" and fled_to(story, draft, mention):
        cost += 1.6
    return cost


def scene_cost(chart: Map, draft: Draft, mention: Mention, before: bool, gap: str) -> float:
    """What leads to the name: "in" costs nothing, "from" much, nothing at all too much."""
    story = chart.story
    if mention.kind == "NORP" and not before:
        return NEVER  # "[3] German tourists", but not "Zambian police"
    if story.text.startswith("-", mention.quote_end) and mention.kind != "NORP":
        return NEVER  # "US-based"
    site = chart.site(draft.sentence, mention)
    if mention.kind == "NORP":
        return 0.6 if site.civil else NEVER
    spoken = 1.5 if (not before or gap.startswith(" that ")) and site.said else 0.0
    if is_doubtful(story, mention, site.preposition):
        return NEVER
    if site.preposition in story.rules.scene and (site.brought or comes_from(story, draft, site.led_at)):
        return NEVER
    if story.rules.beyond.search(story.text, max(0, mention.quote_start - 40), mention.quote_start):
        return 0.6 + spoken  # "80 km north of Basra"
    if site.preposition in story.rules.scene or (before and gap.lstrip(", ").startswith("where ")):
        return spoken
    if site.event and is_settled(mention, story.rules) and site.preposition not in story.rules.origin:
        return 0.4
    if site.civil and site.preposition not in story.rules.origin:
        return 0.6  # "arrested by Hong Kong police"
    if site.preposition == "of":
        return 0.8 + spoken
    if site.preposition in story.rules.origin:
        came = draft.measure == "displacements" and site.preposition == "from" and not is_hosted(story, draft)
        return (1.0 if came else NEVER) + spoken
    if before and gap.startswith(("'s", "’s")) and len(gap) <= 12:
        return 0.3  # "Turkey's [12,000] prisoners"
    start, _ = story.window(draft.sentence, draft.quote_start, draft.quote_end)
    if before and not is_settled(mention, story.rules) and len(story.text[start : mention.quote_start].split()) <= 4:
        return 0.8  # the country as subject: "Tonga has had [440] cases"
    return 0.8 if site.area else NEVER


HOSTS = re.compile(r"host|shelter|hous|receiv|harbour|harbor|accommodat|admit|welcom", re.IGNORECASE)


def is_hosted(story: Story, draft: Draft) -> bool:
    """ "Chad hosts [210,000] refugees from Darfur": they are where they are hosted."""
    verb = story.text[draft.verb_start or 0 : draft.verb_end or 0]
    return bool(HOSTS.match(verb)) and draft.verb_start is not None and draft.verb_start < draft.quote_start


FROM_NAME = re.compile(r"\bfrom\s(?:the\s)?(?:[A-Z][\w'’-]*\s)+$")
LETTERS = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


def is_home(story: Story, start: int, led_at: int) -> bool:
    """Does the preposition tell where a school or a firm is that people come from: "from Antioch School in Keene"?"""
    return bool(FROM_NAME.search(story.text, max(start, led_at - 2 * SPEAKER), led_at))


OF_EVENT = re.compile(r"\s(?:(?!(?:was|were|is|are|had|has|have)\b)[a-z-]+\s)?")


def is_of_event(story: Story, mention: Mention) -> bool:
    """Does the name tell which event: "the Amazonas prison riot"?"""
    if not story.text[mention.quote_end : mention.quote_end + 1].isspace():
        return False
    words = story.events.between(mention.quote_end, mention.quote_end + 24)
    return bool(words) and bool(OF_EVENT.fullmatch(story.text, mention.quote_end, words[0].start))


CLOSE = re.compile(r"\b(?:close|next|adjacent)\s$")


def led_by(story: Story, start: int, end: int) -> tuple[str | None, int]:
    """The preposition that leads to a name, with its offset; "rocked the town of Jolo" has none but means "in"."""
    rules = story.rules
    at_word = end
    called: tuple[str | None, int] = (None, end)
    for word in reversed(story.text[start:end].split()[-REACH:]):
        at_word = story.text.rfind(word, start, at_word)
        lower = word.lower().lstrip("\"'“‘(")
        if lower == "to" and CLOSE.search(story.text, max(start, at_word - 12), at_word):
            return "near", at_word
        if lower in rules.scene or lower in rules.origin:
            return lower, at_word
        if lower == "of":
            head = story.text[max(start, at_word - 24) : at_word].split()
            if not head or head[-1] not in rules.settlement:  # "town of", but not "Islamic State of"
                return "of", at_word
            called = ("in", at_word)
        elif lower in rules.stops or (lower.endswith("ing") and len(lower) > 5) or not LETTERS.fullmatch(lower):
            break
    return called


def comes_from(story: Story, draft: Draft, led_at: int) -> bool:
    """Does the preposition tell where the people are from: "[13] students from a school in Keene were detained"?"""
    if " from " not in story.text[draft.quote_end : led_at]:
        return False
    return draft.verb_start is None or draft.verb_start >= led_at


def tied_after(story: Story, other: Draft, mention: Mention) -> bool:
    """Does the place follow another figure closely: "[60] in Krasnodar"?"""
    if not 0 < mention.quote_start - other.quote_end < 40:
        return False
    gap = story.text[other.quote_end : mention.quote_start]
    return "," not in gap and ";" not in gap


def fled_to(story: Story, draft: Draft, mention: Mention) -> bool:
    """Is it where people fled to, not from?"""
    start, _ = story.window(draft.sentence, draft.quote_start, draft.quote_end)
    if not story.rules.moved.search(story.text, start, mention.quote_start):
        return False
    return bool(story.rules.toward.search(story.text, max(start, mention.quote_start - 40), mention.quote_start))


def is_elsewhere(story: Story, draft: Draft) -> bool:
    """Does the text itself leave the place of people open: "[80] in other cities"?"""
    end = min(story.sentences[draft.sentence][1], draft.quote_end + 80)
    return bool(story.rules.elsewhere.match(story.text, draft.quote_end, end))


# the event's place


def main_place(chart: Map) -> Where | None:
    """The place of the event that headline and lead tell; else the dateline's city; else the next place told."""
    story = chart.story
    if story.lead >= len(story.sentences):
        return None
    first = [story.lead] if story.title is None else [story.lead, story.title]
    start, end = story.window(story.lead, story.dateline_end, story.dateline_end)
    if story.rules.nationwide.search(story.text, start, end):
        return scene_place(chart, first)
    return (
        scene_place(chart, [*first, story.lead + 1])
        or dateline_place(chart, start, end)
        or scene_place(chart, [story.lead + 2, story.lead + 3])
    )


def scene_place(chart: Map, sentences: Sequence[int]) -> Where | None:
    """The first place of the sentences, in their order, that a preposition of place leads to.

    "Just north of Cairo in the town of Shebin" is Shebin; "just north of Cairo" alone is Cairo.
    """
    story, rules = chart.story, chart.story.rules
    near: Where | None = None
    for sentence in sentences:
        mentions = chart.by_sentence.get(sentence, [])[:CROWD]
        for index, mention in enumerate(mentions):
            if sentence == story.lead and mention.quote_end <= story.dateline_end:
                continue
            if not is_settled(mention, rules) or mention.country not in (chart.home, None):
                continue
            if index and lies_in(story, mentions[index - 1], mention):
                continue
            site = chart.site(sentence, mention)
            if is_doubtful(story, mention, site.preposition):
                continue
            here = (site.preposition in rules.scene and not site.brought) or site.civil or site.area or site.event
            if not here or site.said:
                continue
            if not story.rules.beyond.search(story.text, max(0, mention.quote_start - 40), mention.quote_start):
                return at(mention, "context.place_event")
            near = near or at(mention, "context.place_event")
        if near:
            return near
    return None


NOT_WHERE_WRITTEN = {"dismissal", "disaster", "flight", "disease", "vote"}


def dateline_place(chart: Map, start: int, end: int) -> Where | None:
    """The city in which a report is written, if what it tells happens in one place: not of a strike or a storm."""
    story = chart.story
    written = [
        mention
        for sentence in range(story.lead + 1)
        if sentence != story.title
        for mention in chart.by_sentence.get(sentence, ())
        if sentence < story.lead or mention.quote_end <= story.dateline_end
        if mention.country in (chart.home, None) and is_settled(mention, story.rules)
    ]
    if not written:
        return None
    families = {word.family for word in story.events.between(max(start, story.dateline_end), end)}
    if not families - NOT_WHERE_WRITTEN or "strike" in families:
        return None
    return at(written[0], "context.place_dateline")


def main_date(drafts: Sequence[Draft], dates: Sequence[When]) -> Days:
    """The time of the first figure that has one; "other" and lengths of time tell none."""
    for draft, when in zip(drafts, dates, strict=True):
        if when.start and draft.measure not in ("other", "duration"):
            return when.days
    return None, None


def carried_place(
    chart: Map,
    index: int,
    drafts: Sequence[Draft],
    dates: Sequence[When],
    found: Sequence[Where],
    main_days: Days,
) -> Where | None:
    """The place of the figure's event: of a figure near, of the sentence that gives the date, of the lead."""
    draft, when = drafts[index], dates[index]
    if chart.story.is_headline(draft.sentence):
        for twin, where in zip(drafts, found, strict=True):
            if twin.measure == draft.measure and not chart.story.is_headline(twin.sentence):
                return where if where.place else None
    if not is_people(chart.story, draft):
        at_once = draft.sentence <= chart.story.lead + 1 or (when.start and when.days == main_days)
        return chart.main() if at_once else None
    earlier = range(index - 1, max(-1, index - CROWD), -1)
    for other in earlier:
        back = draft.sentence - drafts[other].sentence
        if back > SEEN_BACK:
            break
        alike = drafts[other].measure == draft.measure
        same_event = when.start is not None and dates[other].days == when.days and (alike or back == 0)
        still = alike and back <= 1 and when.rule == "context.date_now"
        if found[other].place and (same_event or still) and not is_list(chart, drafts[other]):
            return found[other]
    if when.told is not None and when.told != draft.sentence:
        told = scene_place(chart, [when.told])
        if told:
            return told
    if draft.sentence <= chart.story.lead + 1 or (when.start and when.days == main_days):
        return chart.main()
    for other in earlier:
        if found[other].place and when.start and dates[other].days == when.days and not is_list(chart, drafts[other]):
            return found[other]
    return None


def is_list(chart: Map, draft: Draft) -> bool:
    """Does the sentence give several figures each a place of its own?"""
    settled = [m.quote for m in chart.by_sentence.get(draft.sentence, [])[:CROWD] if is_settled(m, chart.story.rules)]
    return len(set(settled)) > 2


def refined(chart: Map, draft: Draft, when: When, where: Where, main_days: Days) -> Where:
    """The town for a region, where the sentence after the lead names the town of the main event."""
    story = chart.story
    if draft.sentence > story.lead + 3 or when.days != main_days:
        return where
    for sentence in (story.lead, story.lead + 1):
        for mention in chart.by_sentence.get(sentence, [])[:CROWD]:
            if (
                is_settled(mention, story.rules)
                and mention.place_precision in ("city", "point")
                and mention.country == where.country
                and mention.quote_start > story.dateline_end
                and chart.site(sentence, mention).preposition in story.rules.scene
            ):
                return at(mention, "context.place_refined")
    return where
