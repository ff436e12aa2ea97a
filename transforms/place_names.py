"""Which names of an article are places where a figure can hold, and in which country they lie.

"Salt, Jordan" lies in Jordan, wherever else a Salt may be; "the town of Jolo" is a place because the text says so;
"the Lima hotel", "Main Street" and "West Africa" are none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from transforms.context_rules import ContextRules
from transforms.events import Story, quote_start
from transforms.places import PlaceContext, is_area, resolve_demonym, resolve_place
from transforms.values import Mention

NEXT_WORD = re.compile(r"['’]?s?\s([a-z]+)")
SECOND_WORD = re.compile(r"\s[a-z]+\s([a-z]+)")
STATE = re.compile(r",\s((?:[A-Z][a-z]*\.)+)")
OF_NAME = re.compile(r" of ([A-Z][\w'’-]*\w(?:\s[A-Z][\w-]+){0,2})")
CAPITALS = re.compile(r"[A-Z][A-Z'’-]+(?: [A-Z][A-Z'’-]+){0,3}")
WITHIN = re.compile(r"(?:\s[a-z]+)?,\s|(?:\s[a-z]+)?,?\s(?:a|the)?\s?(?:[a-z-]+\s){0,2}(?:in|of)\s(?:[a-z-]+\s){0,2}")

NEXT_TO = 40  # letters between a place and the larger one in which it lies
PARTS_OF = re.compile(r"^\s(?:area|district|suburb|neighbou?rhood|quarter|section|part)s?\sof\s$")


def place_names(story: Story, mentions: Sequence[Mention]) -> dict[int, list[Mention]]:
    """Places and nationalities of each sentence, in text order; a name's country is the one told beside it."""
    kept: list[Mention] = []
    for mention in mentions:
        kind = mention.kind
        if kind == "PLACE":
            kept.append(mention if mention.country else part_of_country(mention))
        elif kind == "NORP" and mention.country:
            kept.append(mention)
        elif kind == "ORG" and " " in mention.quote and (country := nation_of(mention.quote)):
            kept.append(mention._replace(kind="NORP", country=country))
    if None in [m.country for m in kept]:
        kept = without_others(story, kept, mentions)
    kept = [m for m in kept if not is_building(story, m)]
    kept = without_storms(story, full_names(story, kept))
    if more := told_places(story, kept, owners(mentions, kept)):
        kept = sorted([*kept, *more], key=quote_start)
    told = told_countries(story, kept)
    if told:
        kept = [in_country(mention, told.get(mention.quote.casefold())) for mention in kept]
    placed: dict[int, list[Mention]] = {}
    sentence, last = 0, len(story.sentences) - 1
    for mention in kept:
        while sentence < last and story.sentences[sentence + 1][0] <= mention.quote_start:
            sentence += 1
        placed.setdefault(sentence, []).append(mention)
    return placed


PART = re.compile(r"(?:north|south|east|west|central|upper|lower)[a-z-]*\s(?=[A-Z])", re.IGNORECASE)


def part_of_country(mention: Mention) -> Mention:
    """ "Southern Chad", of which no gazetteer knows, lies in Chad."""
    part = PART.match(mention.quote)
    whole = resolve_place(mention.quote[part.end() :]) if part and not is_area(mention.quote) else None
    if whole is None or whole.precision != "country":
        return mention
    return mention._replace(country=whole.country, place_precision="region")


def without_others(story: Story, places: list[Mention], mentions: Sequence[Mention]) -> list[Mention]:
    """The places but for unknown names that are mostly an organisation or a person, unless "in" stands before them."""
    kinds = Counter((m.quote, m.kind == "PLACE") for m in mentions)
    return [m for m in places if m.country or kinds[m.quote, True] >= kinds[m.quote, False] or is_in(story, m)]


def without_storms(story: Story, places: list[Mention]) -> list[Mention]:
    """The places but for unknown names that the text gives to a storm: "Typhoon Durian"."""
    if None not in [m.country for m in places] or not any(word in story.text for word in story.rules.storm_words):
        return places
    storms = set(story.rules.storm.findall(story.text))
    return [m for m in places if m.country or m.quote.split()[-1] not in storms]


def told_countries(story: Story, places: Sequence[Mention]) -> dict[str, str]:
    """By name in small letters, the country that the text tells beside it: "Winona, Texas", "Jackson, Mich."."""
    told: dict[str, str] = {}
    for mention in places:
        if not story.text.startswith(",", mention.quote_end):
            continue
        state = STATE.match(story.text, mention.quote_end)
        if state and state.group(1) in story.rules.short_states:
            told.setdefault(mention.quote.casefold(), story.rules.short_states[state.group(1)])
    for first, second in pairwise(places):
        near = second.quote_start - first.quote_end <= NEXT_TO
        if (
            near
            and second.place_precision in ("country", "region")
            and second.country
            and lies_in(story, first, second)
        ):
            told.setdefault(first.quote.casefold(), second.country)
    return told


def full_names(story: Story, places: list[Mention]) -> list[Mention]:
    """ "Congo" is the country that the article spells out: "the Democratic Republic of the Congo"."""
    full: dict[str, str] = {}
    if story.rules.short_names.isdisjoint([mention.quote.casefold() for mention in places]):
        return places
    for mention in places:
        *before, last = mention.quote.casefold().split()
        if before and last in story.rules.short_names and mention.country and mention.place_precision == "country":
            full.setdefault(last, mention.country)
    return [m._replace(country=full[m.quote.casefold()]) if m.quote.casefold() in full else m for m in places]


def is_in(story: Story, mention: Mention) -> bool:
    """Does "in" or "near" stand before it? Else a name that is mostly an organisation or a person is no place."""
    before = story.text[max(0, mention.quote_start - 6) : mention.quote_start].lower()
    return before.endswith((" in ", " near "))


def nation_of(name: str) -> str | None:
    """The country of an organisation that is named for a nation: "British Broadcasting Corporation"."""
    words = name.split(None, 2)
    return resolve_demonym(words[0]) or (resolve_demonym(f"{words[0]} {words[1]}") if len(words) > 2 else None)


def in_country(mention: Mention, country: str | None) -> Mention:
    """The mention, moved to the country that the text gives it; its coordinates were another's."""
    if country in (None, mention.country) or mention.kind != "PLACE" or mention.place_precision == "country":
        return mention
    return mention._replace(country=country, latitude=None, longitude=None)


def is_doubtful(story: Story, mention: Mention, preposition: str | None) -> bool:
    """A name that no gazetteer knows, maybe of a firm: "analysts at Corbel Research", not "on the Aegean islands"."""
    if mention.country or preposition not in story.rules.vague_scene:
        return False
    last = mention.quote.split()[-1].casefold()
    return last not in story.rules.settlement and not next_is_settlement(story, mention)


def is_settled(mention: Mention, rules: ContextRules) -> bool:
    """Does it name a settlement or a region, not a bare country?"""
    return mention.kind == "PLACE" and (mention.place_precision != "country" or mention.country in rules.city_states)


def is_building(story: Story, mention: Mention) -> bool:
    """A street, a temple, a continent or "the Lima blast" is no settlement."""
    if mention.kind != "PLACE" or mention.place_precision in ("country", "region", "point"):
        return False
    next_word = NEXT_WORD.match(story.text, mention.quote_end)
    word = next_word[1] if next_word else ""
    if word in story.rules.not_settled:
        return True
    if word in story.rules.settlement and mention.quote.split()[-1].casefold() in story.rules.waters:
        return True  # "the Red Sea port of Aden"
    if mention.country:
        return False
    words = mention.quote.casefold().split()
    if words[-1] in story.rules.not_settled or words[0] in story.rules.landscape:
        return True
    after = SECOND_WORD.match(story.text, mention.quote_end)
    if after and after.group(1) in story.rules.not_settled:
        return True  # "at the Kennywood amusement park"
    return bool(next_word and story.events.between(*next_word.span(1)))


def next_is_settlement(story: Story, mention: Mention) -> bool:
    """Is it followed by a word like "region" or "district"?"""
    next_word = NEXT_WORD.match(story.text, mention.quote_end)
    return bool(next_word and next_word.group(1) in story.rules.settlement)


def lies_in(story: Story, first: Mention, second: Mention) -> bool:
    """Is the second the larger place in which the first lies: "Indanan town, Jolo province", "Winona, Texas"?"""
    if second.kind != "PLACE" or second.quote_start - first.quote_end > NEXT_TO or not is_settled(first, story.rules):
        return False
    if not WITHIN.fullmatch(story.text, first.quote_end, second.quote_start):
        return False
    if second.place_precision in ("country", "region"):
        return True
    if PARTS_OF.search(story.text, first.quote_end, second.quote_start):
        return True  # "the Croxteth and Norris Green areas of Liverpool"
    if second.quote.split()[-1].casefold() in story.rules.settlement:
        return True  # "Baquba, the capital of the Diyala Governorate"
    return next_is_settlement(story, second)


# places that the text itself calls so


def told_places(story: Story, known: Sequence[Mention], owning: Sequence[Mention]) -> list[Mention]:
    """ "the town of Jolo", the dateline "OUAGADOUGOU Security forces", the owner in "Amsterdam's Museum Square"."""
    if not story.sentences:
        return []
    first, last = story.sentences[0][0], story.sentences[-1][1]
    spans = [m.span(1) for m in OF_NAME.finditer(story.text, first, last) if is_called_so(story, first, m.start())]
    spans += [(m.quote_start, m.quote_start + len(owner(m))) for m in owning]
    dateline = CAPITALS.match(story.text, story.sentences[story.lead][0], story.dateline_end)
    if dateline:
        spans.append(dateline.span())
    taken = {m.quote_start for m in known}
    spans = [span for span in spans if span[0] not in taken]
    if not spans:
        return []  # as in most articles
    same = {m.quote.casefold(): m for m in known if m.kind == "PLACE"}
    countries = Counter(m.country for m in known if m.country)
    context = PlaceContext(countries={country: count / countries.total() for country, count in countries.items()})
    return [
        place_at(story.text[start:end], start, same.get(story.text[start:end].casefold()), context)
        for start, end in spans
    ]


def is_called_so(story: Story, first: int, offset: int) -> bool:
    """Does a word like "town" stand before the offset?"""
    words = story.text[max(first, offset - 16) : offset].split()
    return bool(words) and words[-1].lower() in story.rules.named_settlement


def owners(mentions: Sequence[Mention], places: Sequence[Mention]) -> list[Mention]:
    """Names that begin with a place known from elsewhere: "Amsterdam's Museum Square"."""
    owning = [m for m in mentions if "'s " in m.quote or "’s " in m.quote]
    known = {m.quote for m in places if m.kind == "PLACE"} if owning else set()
    return [m for m in owning if owner(m) in known]


def owner(mention: Mention) -> str:
    """What stands before the "'s"."""
    return mention.quote.replace("’s ", "'s ").split("'s ")[0]


def place_at(quote: str, start: int, same: Mention | None, context: PlaceContext) -> Mention:
    """A place mention, as another mention of the name has it, else as the gazetteer knows it."""
    if same:
        return same._replace(quote=quote, quote_start=start, quote_end=start + len(quote))
    place = resolve_place(quote, context)
    if place and place.precision == "country":
        place = None
    return Mention(
        kind="PLACE",
        quote=quote,
        quote_start=start,
        quote_end=start + len(quote),
        entity=quote,
        title=None,
        role=None,
        country=place.country if place else None,
        place_precision=place.precision if place else None,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        confidence=0.5,
        rule="context.told_place",
    )
