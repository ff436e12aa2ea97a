"""Where each figure holds: the settlement or region of its clause or of its event, and the country.

"Police in Gomel held [40] people." gives Gomel and BY; a bare country fills the country alone. A place told once for
an event holds for its later figures; a city in the dateline only for what the lead tells; nothing is invented.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from transforms.context_rules import ContextRules
from transforms.event_dates import When
from transforms.events import Story, between, event_words
from transforms.places import PlaceContext, resolve_place
from transforms.values import Draft, Mention

ONLY_TIMES, ONLY_SHARE = 3, 0.75  # a place named so often, and so much more than others, is that of the article
NEVER = 9.0
NEAR = 2.2  # a place that costs more does not belong to the figure
CROWD = 20  # figures before and after in a sentence that are looked at
SEEN_BACK = 2  # sentences over which a place carries to a figure of the same measure


@dataclass(frozen=True, slots=True)
class Where:
    """The place of one figure; None where the text leaves it open."""

    place: str | None = None
    country: str | None = None
    precision: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    rule: str = "context.place_open"


OPEN = Where()


@dataclass(frozen=True, slots=True)
class Map:
    """The places of an article, by sentence, with the country that it is about and the place of its main event."""

    story: Story
    by_sentence: dict[int, list[Mention]]
    home: str | None
    main: Where | None  # of the event that headline and lead tell
    only: Where | None  # the one place that the whole article is about
    rules: ContextRules


def find_places(
    story: Story, drafts: Sequence[Draft], dates: Sequence[When], mentions: Sequence[Mention], rules: ContextRules
) -> list[Where]:
    """One `Where` for each draft, in the same order."""
    by_sentence = mentions_by_sentence(story, settle(story, mentions, rules))
    home = dominant_country(story, by_sentence)
    main = main_place(story, by_sentence, home, rules)
    chart = Map(story, by_sentence, home, main, main if is_only(main, by_sentence, rules) else None, rules)
    main_days = main_date(drafts, dates)
    found = [OPEN] * len(drafts)
    body_first = sorted(range(len(drafts)), key=lambda index: (story.is_headline(drafts[index].sentence), index))
    for index in body_first:
        where = place_of(chart, index, drafts, dates, found, main_days)
        found[index] = refined(chart, drafts[index], dates[index], where, main_days)
    return found


def place_of(
    chart: Map,
    index: int,
    drafts: Sequence[Draft],
    dates: Sequence[When],
    found: Sequence[Where],
    main_days: tuple[date | None, date | None],
) -> Where:
    """The place of the figure's own sentence, else of its event; the country of the place, else of the article."""
    draft = drafts[index]
    where = own_place(chart, draft, neighbours(drafts, index))
    if elsewhere(chart, draft):
        where = Where(country=where.country, rule=where.rule)
    if chart.rules.worldwide.search(chart.story.text, *near_figure(chart.story, draft)):
        return where if where.place else OPEN
    if where.place is None and not elsewhere(chart, draft):
        carried = carried_place(chart, index, drafts, dates, found, main_days)
        if carried and (where.country is None or carried.country in (where.country, None)):
            where = replace(carried, country=carried.country or where.country, rule="context.place_event")
    if where.country is None and chart.home:
        where = replace(where, country=chart.home, rule=where.rule if where.place else "context.country_article")
    return where


def near_figure(story: Story, draft: Draft) -> tuple[int, int]:
    """The figure's clause, of an endless one the part around the figure."""
    start, end = story.window(draft.sentence, draft.quote_start, draft.quote_end)
    return max(start, min(draft.clause_start, draft.quote_start)), min(end, max(draft.clause_end, draft.quote_end))


NEXT_WORD = re.compile(r"['’]?s?\s([a-z]+)")
CAPITALS = re.compile(r"[A-Z][A-Z'’-]+(?: [A-Z][A-Z'’-]+){0,3}")


def settle(story: Story, mentions: Sequence[Mention], rules: ContextRules) -> list[Mention]:
    """Places and nationalities; a name's country is the one told beside it: "Salt, Jordan", "MARLOW, Ohio"."""
    kept = [m for m in mentions if m.kind == "PLACE" or (m.kind == "NORP" and m.country)]
    kept = [m for m in kept if not is_building(story, m, rules)]
    kept += told_places(story, kept, owners(mentions, kept), rules)
    kept.sort(key=lambda m: m.quote_start)
    told: dict[str, str] = {}
    for first, second in pairwise(kept):
        if second.country and second.place_precision in ("country", "region") and within(story, first, second, rules):
            told.setdefault(first.quote.casefold(), second.country)
    return [settled_in(m, told.get(m.quote.casefold())) if m.kind == "PLACE" else m for m in kept]


def is_building(story: Story, mention: Mention, rules: ContextRules) -> bool:
    """A street, a temple, a continent or "the Lima blast" is no settlement."""
    if mention.kind != "PLACE" or mention.place_precision in ("country", "region"):
        return False
    next_word = NEXT_WORD.match(story.text, mention.quote_end)
    if next_word and next_word.group(1) in rules.not_settled:
        return True
    if mention.country:
        return False
    last = mention.quote.split()[-1].casefold()
    return last in rules.not_settled or bool(next_word and rules.events.fullmatch(next_word.group(1)))


def told_places(
    story: Story, known: Sequence[Mention], others: Sequence[Mention], rules: ContextRules
) -> list[Mention]:
    """Places that the text itself calls so: "the town of Jolo", and the dateline "OUAGADOUGOU Security forces"."""
    taken = {m.quote_start for m in known}
    same = {m.quote.casefold(): m for m in known if m.kind == "PLACE"}
    if not story.sentences:
        return []
    begin, finish = story.sentences[0][0], story.sentences[-1][1]
    spans = [match.span(1) for match in rules.settlement_of.finditer(story.text, begin, finish)]
    spans += [(m.quote_start, m.quote_start + len(m.quote.split("'s ")[0].split("’s ")[0])) for m in others]
    dateline = CAPITALS.match(story.text, story.sentences[story.lead][0], story.dateline_end)
    if dateline:
        spans.append(dateline.span())
    return [
        place_at(story.text[start:end], start, same.get(story.text[start:end].casefold()), known)
        for start, end in spans
        if start not in taken
    ]


def owners(mentions: Sequence[Mention], places: Sequence[Mention]) -> list[Mention]:
    """Names that begin with a place known from elsewhere: "Amsterdam's Museum Square"."""
    known = {m.quote for m in places if m.kind == "PLACE"}
    return [m for m in mentions if m.quote.split("'s ")[0].split("’s ")[0] in known - {m.quote}]


def place_at(quote: str, start: int, known: Mention | None, others: Sequence[Mention]) -> Mention:
    """A place mention, as another mention of the name has it, else as the gazetteer knows it."""
    if known is None:
        countries = Counter(m.country for m in others if m.country)
        shares = {country: count / countries.total() for country, count in countries.items()}
        place = resolve_place(quote, PlaceContext(countries=shares))
        if place and place.precision == "country":
            place = None
    else:
        place = None
    return Mention(
        kind="PLACE",
        quote=quote,
        quote_start=start,
        quote_end=start + len(quote),
        entity=known.entity if known else quote,
        title=None,
        role=None,
        country=known.country if known else place.country if place else None,
        place_precision=known.place_precision if known else place.precision if place else None,
        latitude=known.latitude if known else place.latitude if place else None,
        longitude=known.longitude if known else place.longitude if place else None,
        confidence=0.5,
        rule="context.told_place",
    )


def settled_in(mention: Mention, country: str | None) -> Mention:
    if country is None or country == mention.country or mention.place_precision == "country":
        return mention
    return replace(mention, country=country, latitude=None, longitude=None)


def mentions_by_sentence(story: Story, mentions: Sequence[Mention]) -> dict[int, list[Mention]]:
    """The mentions of each sentence, in text order."""
    placed: dict[int, list[Mention]] = {}
    sentence = 0
    for mention in mentions:
        while sentence + 1 < len(story.sentences) and story.sentences[sentence + 1][0] <= mention.quote_start:
            sentence += 1
        placed.setdefault(sentence, []).append(mention)
    return placed


def dominant_country(story: Story, by_sentence: dict[int, list[Mention]]) -> str | None:
    """The country that the article names most, headline and lead counting more; of two alike, the first."""
    weight: Counter[str] = Counter()
    for sentence, mentions in by_sentence.items():
        for mention in mentions:
            if mention.country:
                weight[mention.country] += 4 if sentence <= story.lead else 2 if sentence <= story.lead + 2 else 1
    return max(weight, key=lambda country: weight[country], default=None)


def is_only(main: Where | None, by_sentence: dict[int, list[Mention]], rules: ContextRules) -> bool:
    """Is the place of the main event most of the places that the article names?"""
    names = Counter(m.quote.casefold() for ms in by_sentence.values() for m in ms if is_settled(m, rules))
    mine = names[main.place.casefold()] if main and main.place else 0
    return mine >= ONLY_TIMES and mine > ONLY_SHARE * names.total()


def is_settled(mention: Mention, rules: ContextRules) -> bool:
    """Does it name a settlement or a region, not a bare country?"""
    return mention.kind == "PLACE" and (mention.place_precision != "country" or mention.country in rules.city_states)


def at(mention: Mention, rule: str) -> Where:
    return Where(mention.quote, mention.country, mention.place_precision, mention.latitude, mention.longitude, rule)


# the figure's own clause and sentence

SPEAKER = 30  # letters between "said" and the place where it was said
REACH = 7  # words between a preposition and the name: "in the troubled southern oil city of Basra"


def neighbours(drafts: Sequence[Draft], index: int) -> list[Draft]:
    """The other figures of the sentence, as far as they are near."""
    near = drafts[max(0, index - CROWD) : index + CROWD]
    return [other for other in near if other.sentence == drafts[index].sentence and other is not drafts[index]]


def own_place(chart: Map, draft: Draft, others: Sequence[Draft]) -> Where:
    """The place that the figure's own sentence ties to it, else a country that it names as the scene."""
    story, rules = chart.story, chart.rules
    if is_whole(story, draft, others):
        return OPEN
    best: tuple[float, Mention] | None = None
    country: tuple[float, str | None] | None = None
    start, end = story.window(draft.sentence, draft.quote_start, draft.quote_end)
    mentions = between(chart.by_sentence.get(draft.sentence, ()), start, end)
    for index, mention in enumerate(mentions):
        if draft.sentence == story.lead and mention.quote_end <= story.dateline_end:
            continue
        if index and within(story, mentions[index - 1], mention, rules):
            continue  # "Winona, Texas": the first says it all
        cost = place_cost(chart, draft, mention, others)
        if is_settled(mention, rules):
            if best is None or cost < best[0]:
                best = (cost, mention)
        elif mention.country and (country is None or cost < country[0]):
            country = (cost, mention.country)
    if best and country and country[0] + 0.5 < best[0] and country[1] != best[1].country:
        best = None  # "sank near Dhaka, [174] drowned in China"
    if best and best[0] <= NEAR:
        return at(best[1], "context.place_sentence")
    if country and country[0] <= NEAR and not rules.here.search(story.text, draft.clause_start, draft.clause_end):
        return Where(country=country[1], rule="context.country_sentence")
    return OPEN


OF_THE = re.compile(r" of (?:the |its |their )?(?:some |about |more than |nearly |over )?")
WITHIN = re.compile(r"(?:\s[a-z]+)?,\s|(?:\s[a-z]+)?,?\s(?:a|the)?\s?(?:[a-z-]+\s){0,2}(?:in|of)\s(?:[a-z-]+\s){0,2}")


def is_whole(story: Story, draft: Draft, others: Sequence[Draft]) -> bool:
    """Is it the whole whose part the sentence places: "Twelve of the [27] dead were registered in Cali"?"""
    return any(OF_THE.fullmatch(story.text[other.quote_end : draft.quote_start]) for other in others)


def within(story: Story, first: Mention, second: Mention, rules: ContextRules) -> bool:
    """Is the second the larger place in which the first lies: "Indanan town, Jolo province", "Winona, Texas"?"""
    gap = story.text[first.quote_end : second.quote_start]
    if not is_settled(first, rules) or second.kind != "PLACE" or len(gap) > 40 or not WITHIN.fullmatch(gap):
        return False
    if second.place_precision in ("country", "region"):
        return True
    if second.quote.split()[-1].casefold() in rules.settlement:
        return True  # "Baquba, the capital of the Diyala Governorate"
    return next_is_settlement(story, second, rules)


def place_cost(chart: Map, draft: Draft, mention: Mention, others: Sequence[Draft]) -> float:
    """How far the place is from the figure: letters, other figures and clauses between, and what leads to it."""
    story, rules = chart.story, chart.rules
    before = mention.quote_end <= draft.quote_start
    low, high = (mention.quote_end, draft.quote_start) if before else (draft.quote_end, mention.quote_start)
    gap = story.text[low:high]
    cost = len(gap) / 150 + 0.7 * len(rules.other_clause.findall(gap))
    between = sum(low <= other.quote_start < high for other in others)
    cost += between * (0.3 if before else 1.4 if rules.among.search(gap) else 0.9)
    if before and any(tied_after(story, other, mention) for other in others if other.measure == draft.measure):
        cost += 1.2  # "60 in Krasnodar, [43] in Moscow": Krasnodar is taken
    if not before and rules.speech.search(gap):
        cost += 1.5
    start, _ = story.window(draft.sentence, draft.quote_start, draft.quote_end)
    preposition, led_at = led_by(story, start, mention.quote_start, rules)
    owner = story.text.startswith(("'s", "’s"), mention.quote_end)
    if mention.kind == "NORP":
        civil = before and rules.civil.match(story.text, mention.quote_end + 1)
        cost += 0.6 if civil else NEVER  # "Zambian police held [12]", but not "killed [3] German tourists"
    elif story.text.startswith("-", mention.quote_end):
        cost += NEVER  # "US-based"
    elif rules.civil.match(story.text, mention.quote_end + 1) and preposition not in rules.origin:
        cost += 0.6  # "arrested by Hong Kong police"
    elif preposition in rules.scene and (comes_from(story, draft, led_at) or is_brought(story, start, led_at, rules)):
        cost += 1.8
    elif preposition in rules.scene or (before and gap.lstrip(", ").startswith("where ")):
        cost += 0.0
    elif preposition == "of":
        cost += 0.8
    elif preposition in rules.origin:
        cost += 1.8
    elif owner and mention.quote_end + 3 >= draft.quote_start - 12 and before:
        cost += 0.3  # "Turkey's [12,000] prisoners"
    elif before and not is_settled(mention, rules) and len(story.text[start : mention.quote_start].split()) <= 4:
        cost += 0.8  # the country as subject: "Tonga has had [440] cases"
    elif next_is_settlement(story, mention, rules):
        cost += 0.8  # "an offensive to retake the Krajina region"
    else:
        cost += NEVER
    if preposition and not before and rules.speech.search(story.text, max(start, led_at - SPEAKER), led_at):
        cost += 1.5  # "told reporters in Geneva"
    if (
        draft.measure == "displacements"
        and rules.moved.search(story.text, start, mention.quote_start)
        and preposition != "of"
    ):
        toward = story.text[max(start, mention.quote_start - 40) : mention.quote_start]
        cost += 1.6 if rules.toward.search(toward) else 0.0
    return cost


def comes_from(story: Story, draft: Draft, led_at: int) -> bool:
    """Does the preposition tell where the people are from: "[13] students from a school in Keene were detained"?"""
    if draft.verb_start is not None and draft.verb_start < led_at:
        return False
    return " from " in story.text[draft.quote_end : led_at]


def is_brought(story: Story, start: int, led_at: int, rules: ContextRules) -> bool:
    """Does it tell where the hurt were brought: "taken to a hospital in York"?"""
    before = story.text[max(start, led_at - SPEAKER) : led_at].split()
    return bool(before) and before[-1].lower() in rules.brought_to


def next_is_settlement(story: Story, mention: Mention, rules: ContextRules) -> bool:
    next_word = NEXT_WORD.match(story.text, mention.quote_end)
    return bool(next_word and next_word.group(1) in rules.settlement)


LETTERS = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


def led_by(story: Story, start: int, end: int, rules: ContextRules) -> tuple[str | None, int]:
    """The preposition that leads to a name, with its offset: "in" for "in the northern town of Gomel".

    "rocked the town of Jolo" has none but says as much: "in".
    """
    at_word = end
    called: tuple[str | None, int] = (None, end)
    for word in reversed(story.text[max(start, end - 80) : end].split()[-REACH:]):
        at_word = story.text.rfind(word, start, at_word)
        lower = word.lower().lstrip("\"'“‘(")
        if lower in rules.scene or lower in rules.origin:
            return lower, at_word
        if lower == "of":
            head = story.text[max(start, at_word - 24) : at_word].split()
            if not head or head[-1].lower() not in rules.settlement:
                return "of", at_word
            called = ("in", at_word)
        elif lower in rules.stops or (lower.endswith("ing") and len(lower) > 5) or not LETTERS.fullmatch(lower):
            break
    return called


def tied_after(story: Story, other: Draft, mention: Mention) -> bool:
    """Does the place follow another figure closely: "[60] in Krasnodar"?"""
    gap = story.text[other.quote_end : mention.quote_start]
    return 0 < len(gap) < 40 and "," not in gap and ";" not in gap


def elsewhere(chart: Map, draft: Draft) -> bool:
    """Does the text itself leave the place open: "[80] in other cities"?"""
    story = chart.story
    end = min(story.sentences[draft.sentence][1], draft.quote_end + 80)
    return bool(chart.rules.elsewhere.match(story.text[draft.quote_end : end]))


# the event's place


def main_place(
    story: Story, by_sentence: dict[int, list[Mention]], home: str | None, rules: ContextRules
) -> Where | None:
    """The place of the event that headline and lead tell; else the dateline's city; else the next place told."""
    if story.lead >= len(story.sentences):
        return None
    nationwide = bool(
        rules.nationwide.search(story.text, *story.window(story.lead, story.dateline_end, story.dateline_end))
    )
    first = [story.lead] if story.title is None else [story.lead, story.title]
    if not nationwide:
        first.append(story.lead + 1)
    return (
        scene_place(story, by_sentence, first, home, rules)
        or dateline_place(story, by_sentence, home, rules)
        or (None if nationwide else scene_place(story, by_sentence, [story.lead + 2, story.lead + 3], home, rules))
    )


def scene_place(
    story: Story,
    by_sentence: dict[int, list[Mention]],
    sentences: Sequence[int],
    home: str | None,
    rules: ContextRules,
) -> Where | None:
    """The first place of the sentences, in their order, that a preposition of place leads to."""
    for sentence in sentences:
        mentions = by_sentence.get(sentence, [])[:CROWD]
        for index, mention in enumerate(mentions):
            if sentence == story.lead and mention.quote_end <= story.dateline_end:
                continue
            if index and within(story, mentions[index - 1], mention, rules):
                continue
            if is_settled(mention, rules) and mention.country in (home, None):
                start = story.sentences[sentence][0]
                preposition, led_at = led_by(story, start, mention.quote_start, rules)
                if rules.speech.search(story.text, max(start, led_at - SPEAKER), led_at):
                    continue  # "told reporters in Geneva"
                brought = is_brought(story, start, led_at, rules)
                here = (preposition in rules.scene and not brought) or next_is_settlement(story, mention, rules)
                if here or rules.civil.match(story.text, mention.quote_end + 1):
                    return at(mention, "context.place_event")
    return None


def dateline_place(
    story: Story, by_sentence: dict[int, list[Mention]], home: str | None, rules: ContextRules
) -> Where | None:
    """The city in which a report is written, if what it tells happens in one place: not of a strike, not nationwide."""
    if story.lead >= len(story.sentences):
        return None
    start, end = story.sentences[story.lead]
    families = {word.family for word in event_words(story.text, start, end, rules)}
    if not families or "strike" in families or rules.nationwide.search(story.text, start, end):
        return None
    for sentence in range(story.lead + 1):
        for mention in by_sentence.get(sentence, ()):
            written = sentence < story.lead or mention.quote_end <= max(story.dateline_end, start + 1)
            ours = mention.country in (home, None)
            if sentence != story.title and written and is_settled(mention, rules) and ours:
                return at(mention, "context.place_dateline")
    return None


def main_date(drafts: Sequence[Draft], dates: Sequence[When]) -> tuple[date | None, date | None]:
    """The time of the first figure of headline or lead that has one, else of the first that has one."""
    dated = [
        when
        for draft, when in zip(drafts, dates, strict=True)
        if when.start and draft.measure not in ("other", "duration")
    ]
    return dated[0].days if dated else (None, None)


def carried_place(
    chart: Map,
    index: int,
    drafts: Sequence[Draft],
    dates: Sequence[When],
    found: Sequence[Where],
    main_days: tuple[date | None, date | None],
) -> Where | None:
    """The place of the event that the figure belongs to: the figure beside, the sentence that dates it, the lead."""
    draft, when = drafts[index], dates[index]
    if chart.story.is_headline(draft.sentence):
        for twin, where in zip(drafts, found, strict=True):
            if twin.measure == draft.measure and not chart.story.is_headline(twin.sentence):
                return where if where.place else None
    for other in range(index - 1, max(-1, index - 3 * CROWD), -1):
        back = draft.sentence - drafts[other].sentence
        if back > SEEN_BACK:
            break
        if not found[other].place or listed(chart, drafts[other]):
            continue
        same_event = dates[other].days == when.days and when.start is not None
        alike = drafts[other].measure == draft.measure
        if (same_event and (alike or back == 0)) or (alike and back <= 1 and when.rule == "context.date_now"):
            return found[other]
    if when.told is not None and when.told != draft.sentence:
        told = scene_place(chart.story, chart.by_sentence, [when.told], chart.home, chart.rules)
        if told:
            return told
    if draft.sentence <= chart.story.lead + 1 or (when.start and when.days == main_days):
        return chart.main
    for other in range(index - 1, max(-1, index - 3 * CROWD), -1):
        if found[other].place and when.start and dates[other].days == when.days and not listed(chart, drafts[other]):
            return found[other]
    return chart.only if when.start else None


def listed(chart: Map, draft: Draft) -> bool:
    """Does the sentence give several figures each a place of its own?"""
    return len({m.quote for m in chart.by_sentence.get(draft.sentence, ()) if is_settled(m, chart.rules)}) > 2


def refined(chart: Map, draft: Draft, when: When, where: Where, main_days: tuple[date | None, date | None]) -> Where:
    """The town for the region, where the sentence after the lead names the town of the main event."""
    story = chart.story
    if where.precision != "region" or draft.sentence > story.lead + 3 or when.days != main_days:
        return where
    for sentence in (story.lead, story.lead + 1):
        for mention in chart.by_sentence.get(sentence, ()):
            if (
                is_settled(mention, chart.rules)
                and mention.place_precision in ("city", "point")
                and mention.country == where.country
                and mention.quote_start > story.dateline_end
                and led_by(story, story.sentences[sentence][0], mention.quote_start, chart.rules)[0]
                in chart.rules.scene
            ):
                return at(mention, "context.place_refined")
    return where
