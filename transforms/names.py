"""Names: persons, organisations, places and nationalities that a text names.

>>> text = "Belarusian President Alexander Lukashenko spoke in Minsk. Lukashenko denied it."
>>> for mention in find_names(text): print(mention.quote, "|", mention.entity, mention.title, mention.role)
Belarusian | Belarusian None None
Alexander Lukashenko | Alexander Lukashenko President Belarusian President
Minsk | Minsk None None
Lukashenko | Alexander Lukashenko None None

A tagger finds the spans (`transforms/tagger.py`, or another backend); what follows is the same for all of them:
titles leave the span, surnames and acronyms are read by what the article told before, places are resolved.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from transforms.backends import tagger_named
from transforms.entities import Named, find_entities, is_acronym
from transforms.name_lists import CALENDAR, CITY, CITY_LARGE, COUNTRY, GIVEN, NORP, REGION, SURNAME, TOWN, name_lists
from transforms.places import (
    REMEMBERED,
    Place,
    PlaceContext,
    division_code,
    gazetteer,
    place_candidates,
    place_hints,
    resolve_demonym,
    resolve_place,
)
from transforms.sentences import find_sentences
from transforms.tagger import TaggedSpan
from transforms.values import Mention
from transforms.word_statistics import UNSEEN_RATE, word_statistics

KINDS = {"PER": "PERSON", "ORG": "ORG", "LOC": "PLACE", "NORP": "NORP"}
CASE_TRUST = (1.0, 0.8, 0.6, 0.9)  # running text, title case, capitals, short line
LONGEST = {"PER": 5, "ORG": 14, "LOC": 10, "NORP": 4}  # words: in a headline more are no name
LONGEST_SHOUTED = {"PER": 3, "ORG": 6, "LOC": 5, "NORP": 3}  # in capitals amid running text: a headline run into it
SURE_ENOUGH = 0.6  # of a full name whose surname is sought in the rest of the article
SURE = 0.9  # of a person: a lone name below it may yet be a place
SETTLED = CITY_LARGE | CITY | TOWN | REGION
FEW = 50  # surnames that are counted one by one before the whole text is searched
FOUND_AGAIN = 0.7  # confidence of a surname that the tagger passed over
MOST_CAPITALS = 6  # class of the rate of capitals from which on a word is hardly anything but a name
SELDOM_CAPITALS = range(1, 4)  # classes of words that take a capital one time in five at most
BRACKETED = re.compile(r"\s?\(\s?([A-Z][\w.&-]{1,9})\s?\)")
QUALIFIER = re.compile(r"\s?,\s?([A-Z]\.\s?[A-Z]\.|[A-Z]{2}\b|[A-Z][a-z]{1,4}\.)")
CAPITALIZED = re.compile(r"[^\W\d_a-z](?:[\w’'-]*\w)?")
STATE_AFTER = re.compile(r"\s(?:[Ss]tate|[Pp]rovince|[Rr]egion)\b")
STATE_BEFORE = re.compile(r"\b(?:state|province|region) of $")
APPOSED = re.compile(r"\s?, (?:\d{1,3}\s?, )?(?:the |a |an |then )?((?:[\w’'.&/-]+ ){0,9}?[\w’'.&/-]+)(?=\s?[,.;)])")
# After a comma these begin a clause, not a noun phrase: ", who said so".
CLAUSE_STARTS = frozenset(
    "who whom whose which and but or said says told was is has had when where while as in on at".split()
)
SAYS = re.compile(r"\s(?:said|says|told|added|adds|insisted|asked|replied)\b")
VERBS = frozenset("said says told has have had is are was were will would can could may might died added".split())
ADVERBS = frozenset("now also then formerly currently once the a an".split())
PEOPLE_VOTE = 0.5  # a nationality speaks less for a country than a place in it
DOUBT = 2.0  # votes that no country has: one place alone does not decide where the others lie
BEFORE_MOST = 60  # characters before a name that may hold its title
PRONOUN_MOST = 100  # after a name, of the same sentence, where "he" or "her" means its bearer


def find_names(text: str, sentences: Sequence[tuple[int, int]] | None = None, tagger: str = "builtin") -> list[Mention]:
    """Mentions in the text, left to right, none overlapping; `sentences` as of `find_sentences`."""
    return find_all_names([text], None if sentences is None else [sentences], tagger)[0]


def find_all_names(
    texts: Sequence[str], sentences: Sequence[Sequence[tuple[int, int]]] | None = None, tagger: str = "builtin"
) -> list[list[Mention]]:
    """The mentions of each article: the same as one by one, and faster. `tagger`: "builtin" or "spacy:<model>"."""
    sentences = [find_sentences(text) for text in texts] if sentences is None else sentences
    tagged = tagger_named(tagger).tag(texts, sentences)
    return [mentions_of(text, spans) for text, spans in zip(texts, tagged, strict=True)]


def mentions_of(text: str, tagged: Sequence[TaggedSpan]) -> list[Mention]:
    """The mentions of one article, from the spans of any tagger."""
    names = [named for one in tagged if (named := cleaned(text, one))]
    expansions: dict[str, str] = {}
    names = with_acronyms(text, names, expansions)
    names = with_surnames(text, as_place(text, names))
    entities = find_entities(names, expansions)
    places = resolve_all(text, names)
    return [
        mention_of(text, named, entity, place) for named, entity, place in zip(names, entities, places, strict=True)
    ]


def mention_of(text: str, named: Named, entity: str, place: Place | None) -> Mention:
    """A name with all that the text and the lists tell of it."""
    label, start, end, name, confidence, rule = named
    country = precision = latitude = longitude = title = role = None
    if place:
        entity, country, precision, latitude, longitude = place
    elif label == "PER":
        title, role = person_role(text, start, end)
    elif label == "NORP":
        country = resolve_demonym(name)
    return Mention(
        KINDS[label],
        name,
        start,
        end,
        entity,
        title,
        role,
        country,
        precision,
        latitude,
        longitude,
        round(confidence, 3),
        rule,
    )


COUNT_AT_END = re.compile(r"(?<=[a-z]),?\s+\d[\d,.]*$")


def cleaned(text: str, tagged: TaggedSpan) -> Named | None:
    """The name without its title; None for what is no name of the four kinds."""
    start, end, label, confidence, headline = tagged
    name = text[start:end]
    if label not in KINDS or name in titles().never:
        return None
    if label == "PER" and " " in name:
        first, _, rest = name.partition(" ")
        if first.lower() in titles().words and first not in ("St.", "St"):
            start = end - len(rest.lstrip())
            name = text[start:end]
        office = next((f"{word} " for word in titles().after_organisations if f"{word} " in name), None)
        if office:  # "Green MP Caroline Lucas"
            name = name.rsplit(office, 1)[1]
            start = end - len(name)
        person, _, whose = name.partition(" of ")
        if whose and " " in person:  # "Andrew Kim of Acme Fleming"
            end = start + len(person)
            name = person
    if label == "ORG" and name.endswith(titles().after_organisations):  # "State Department Spokesperson"
        name = name.rsplit(None, 1)[0]
        end = start + len(name)
    if label == "LOC" and (count := COUNT_AT_END.search(name)):  # "in Balochistan 299 were killed"
        end = start + count.start()
        name = text[start:end]
    most = LONGEST[label] if headline else LONGEST_SHOUTED[label] if name.isupper() else None
    words = name.split()
    if most and len(words) > most:
        return None
    if headline in (1, 2) and label == "PER" and any(map(is_plain, words[1:-1])):  # "Merkel Meets Macron"
        return None
    return Named(label, start, end, name, confidence * CASE_TRUST[headline], "names.tagger")


def as_place(text: str, names: list[Named]) -> list[Named]:
    """A lone "Jordan", "Paris" or "Poles" taken for a person is a country, a people, or the place told of elsewhere."""
    doubtful = [
        index
        for index, named in enumerate(names)
        if named.label == "PER" and named.confidence < SURE and " " not in named.name
    ]
    if not doubtful:
        return names
    places = {named.name for named in names if named.label == "LOC"}
    in_full = {word for named in names if named.label == "PER" and " " in named.name for word in named.name.split()}
    changed = list(names)
    for index in doubtful:
        named = names[index]
        label = None if named.name in in_full else lone_label(text, named, places)
        following = next((other.start for other in names[index + 1 :] if other.label == "PER"), len(text))
        if label and not is_person(text, named, following):
            changed[index] = named._replace(label=label, rule="names.place")
    return changed


def lone_label(text: str, named: Named, places: set[str]) -> str | None:
    """What a lone name taken for a person may stand for instead, by the lists and what follows it."""
    name = named.name
    bits = name_lists().capitalized.get(name.lower(), 0)
    if bits & COUNTRY or name in places or name in metonymy().capitals:
        return "LOC"
    if bits & SETTLED and metonymy().after_places.match(text, named.end):
        return "LOC"
    return "NORP" if bits & NORP and name.endswith("s") else None


def is_person(text: str, named: Named, following: int) -> bool:
    """Whether a title, a quotation, an age, kin or a pronoun shows that a lone name is a person's.

    `following`: where the next person is named, whom a pronoun after it may mean.
    """
    before = text[max(0, named.start - BEFORE_MOST) : named.start]
    words = before.split()
    titled = bool(words) and words[-1].lower() in titles().words
    quoted = before.rstrip().endswith((',"', ",”", '",', "”,")) and bool(SAYS.match(text, named.end))
    until = min(following, named.end + PRONOUN_MOST)
    return titled or quoted or bool(metonymy().after_persons.match(text, named.end, until))


def with_acronyms(text: str, names: list[Named], expansions: dict[str, str]) -> list[Named]:
    """An acronym in brackets after the name it stands for is an organisation, here and in the rest of the article."""
    found: list[Named] = []
    for index, named in enumerate(names):
        if named.label == "ORG" and text[named.end : named.end + 2].strip().startswith("("):
            following = names[index + 1].start if index + 1 < len(names) else len(text)
            match = BRACKETED.match(text, named.end)
            if match and is_acronym(match.group(1), named.name):
                expansions[match.group(1)] = named.name
                if following >= match.end():
                    found.append(Named("ORG", *match.span(1), match.group(1), named.confidence, "names.acronym"))
    if not expansions:
        return names
    relabelled = [
        named._replace(label="ORG", rule="names.acronym") if named.name in expansions else named for named in names
    ]
    return sorted([*relabelled, *found], key=lambda named: named.start)


def with_surnames(text: str, names: list[Named]) -> list[Named]:
    """Lone surnames of persons named in full: what the tagger took for something else, and what it missed."""
    surnames = {
        last
        for named in names
        if named.label == "PER" and named.confidence >= SURE_ENOUGH and " " in named.name
        for last in named.name.split()[-1:]
        if known_surname(last)
    }
    if not surnames:
        return names
    longer = {named.name for named in names if named.label in ("LOC", "ORG") and named.confidence > 0.95}
    misread = surnames - longer
    kept = [
        named._replace(label="PER", rule="names.surname")
        if named.label in ("LOC", "ORG") and named.name in misread
        else named
        for named in names
    ]
    if len(surnames) <= FEW:
        told_of = Counter(named.name.rsplit(None, 1)[-1] for named in kept)
        surnames = {surname for surname in surnames if text.count(surname) > told_of[surname]}
        if not surnames:
            return kept
    starts = [named.start for named in kept]
    found = []
    for word in CAPITALIZED.finditer(text):
        if word.group() in surnames:
            before = bisect_right(starts, word.start()) - 1
            told = before >= 0 and kept[before].end > word.start()
            if not told and stands_alone(text, word.start(), word.end()):
                found.append(Named("PER", *word.span(), word.group(), FOUND_AGAIN, "names.surname"))
    return sorted([*kept, *found], key=lambda named: named.start) if found else kept


@lru_cache(maxsize=REMEMBERED)
def is_plain(word: str) -> bool:
    """Whether a word is hardly ever written with a capital and in no list of names; particles and initials are not."""
    lower = word.lower()
    known = name_lists().capitalized.get(lower, 0) & (GIVEN | SURNAME)
    return len(word) > 3 and word.isascii() and not known and word_statistics().rate(lower) in SELDOM_CAPITALS


@lru_cache(maxsize=REMEMBERED)
def known_surname(word: str) -> bool:
    """Whether a word is a name wherever it is written with a capital: no place, people, month or plain word."""
    lower = word.lower()
    bits = name_lists().capitalized.get(lower, 0) | name_lists().cues.get(lower, 0)
    rate = word_statistics().rate(lower)
    plain = rate != UNSEEN_RATE and rate < MOST_CAPITALS
    return len(word) > 2 and word[0].isupper() and not word.isupper() and not bits & (CALENDAR | NORP) and not plain


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a word has no capitalised neighbour and is no part of a longer one."""
    before, after = text[max(0, start - 40) : start].rsplit(None, 1), text[end : end + 40]
    if start and not text[start - 1].isspace() and text[start - 1] not in "\"“‘'([—–":
        return False
    if after[:1].isalnum() or after[:1] in ("-", "@") or (after[:1] == "." and after[1:2].isalpha()):
        return False
    following = after.split(None, 1)
    joined = after[:1] == " " and bool(following) and following[0][0].isupper()
    previous = before[-1] if before and start and text[start - 1] == " " else ""
    if previous.lower() in ("the", "a", "an"):  # "the Polaroid camera"
        return False
    return not joined and not (
        previous[:1].isupper() and previous[-1:].isalpha() and previous.lower() not in titles().words
    )


def resolve_all(text: str, names: Sequence[Named]) -> list[Place | None]:
    """The place of each name of a place, by the other places and peoples of the article."""
    if not any(named.label == "LOC" for named in names):
        return [None] * len(names)
    votes: dict[str, float] = defaultdict(float)
    divisions: set[str] = set()  # of the largest cities so named: "GA" where the article speaks of Atlanta
    for named in names:
        if named.label == "LOC":
            country, division = place_hints(named.name)
            if division is not None:
                divisions.add(division)
            if country:
                votes[country] += 1
        elif named.label == "NORP" and (country := resolve_demonym(named.name)):
            votes[country] += PEOPLE_VOTE
    total = sum(votes.values()) + DOUBT
    shares = {country: count / total for country, count in votes.items()}
    settled: dict[str, Place] = {}  # what a qualifier told once holds for the article
    resolved: list[Place | None] = []
    for index, named in enumerate(names):
        candidates = place_candidates(named.name) if named.label == "LOC" else ()
        if len(candidates) < 2:
            resolved.append(candidates[0][0] if candidates else None)
            continue
        qualifier = qualifier_of(text, names, index)
        if qualifier is None and named.name in settled:
            resolved.append(settled[named.name])
            continue
        said = (
            is_qualifier(text, names, index)
            or bool(STATE_AFTER.match(text, named.end))
            or bool(STATE_BEFORE.search(text[max(0, named.start - 12) : named.start]))
            or f"US-{division_code(named.name)}" in divisions
        )
        place = resolve_place(named.name, PlaceContext(countries=shares, qualifier=qualifier, region_said=said))
        if place and qualifier:
            settled[named.name] = place
        resolved.append(place)
    return resolved


def qualifier_of(text: str, names: Sequence[Named], index: int) -> str | None:
    """The region or country after a comma: "Texas" for Paris in "Paris, Texas"."""
    named = names[index]
    if index + 1 < len(names):
        following = names[index + 1]
        if following.label == "LOC" and text[named.end : following.start].strip() == ",":
            name = following.name
            known = gazetteer()
            if name in known.codes or name.lower() in known.regions or name.lower() in known.countries:
                return name
    match = QUALIFIER.match(text, named.end)
    return match.group(1) if match and match.group(1) in gazetteer().codes else None


def is_qualifier(text: str, names: Sequence[Named], index: int) -> bool:
    """Whether the name tells where the one before it lies: "Washington" in "Seattle, Washington"."""
    return (
        index > 0
        and names[index - 1].label == "LOC"
        and text[names[index - 1].end : names[index].start].strip() == ","
        and qualifier_of(text, names, index - 1) is not None
    )


@dataclass(frozen=True, slots=True)
class Titles:
    words: frozenset[str]  # lower case
    pattern: re.Pattern[str]  # a title at the end of what goes before a name, and what tells whose it is
    persons: frozenset[str]  # nouns of persons, lower case
    after_organisations: tuple[str, ...]  # each with a blank before it
    never: frozenset[str]  # names of no kind


@cache
def titles() -> Titles:
    rules = tomllib.loads(files("transforms").joinpath("rules/en/names/cues.toml").read_text(encoding="utf-8"))
    words = frozenset(word.lower() for word in rules["titles"])
    ordered = sorted((re.escape(word) for word in {*rules["titles"]}), key=lambda word: (-len(word), word))
    one = "|".join(ordered)
    fields = "|".join(map(re.escape, rules["title_fields"]))
    tails = "|".join(map(re.escape, rules["title_tails"]))
    head = rf"(?:(?:{fields})[ -])*(?:{one})(?:(?: |-)(?:{one}|{tails}))*"
    # "US", "Belarusian", "Lufthansa": up to four words with a capital before the title.
    pattern = re.compile(rf"(?:^|(?<=[\s(\"“]))((?:(?:[A-Z][\w&’'-]*|(?:[A-Z]\.)+) ){{0,4}}?)({head})\s$")
    persons = frozenset(rules["persons"]) | frozenset(rules["role_nouns"]) | words
    after_organisations = tuple(f" {word}" for word in rules["after_organisations"])
    return Titles(words, pattern, persons, after_organisations, frozenset(rules["never"]))


@dataclass(frozen=True, slots=True)
class Metonymy:
    """Words of metonymy.toml."""

    capitals: frozenset[str]
    after_places: re.Pattern[str]
    after_persons: re.Pattern[str]


@cache
def metonymy() -> Metonymy:
    rules = tomllib.loads(files("transforms").joinpath("rules/en/names/metonymy.toml").read_text(encoding="utf-8"))
    places = "|".join(map(re.escape, rules["after_places"]))
    persons = "|".join(re.escape(word).replace("'", "['’]") for word in rules["after_persons"])
    return Metonymy(
        frozenset(rules["capitals"]),
        re.compile(rf"\s(?:{places})\b"),
        # "Jordan's wife", "Washington, 43, left", "Washington told reporters on Friday that he"
        re.compile(rf"\s?(?:{persons})\b|\s?, \d{{1,2}}(?=\s?,)|[^.!?;\n]*\s(?:s?he|his|hers?|him)\b"),
    )


def person_role(text: str, start: int, end: int) -> tuple[str | None, str | None]:
    """Title before the name, and the role before or after it: ("Secretary of State", "US Secretary of State")."""
    title = role = None
    if start and text[start - 1] == " ":
        before = text[max(0, start - BEFORE_MOST) : start]
        line = before.rsplit("\n", 1)[-1]
        last = line.split()[-1:]
        if last and (last[0].lower() in titles().words or last[0][0].isupper()):
            match = titles().pattern.search(line)
            if match:
                title = match.group(2)
                owner = match.group(1).strip()
                if owner and owner.split()[0].lower() not in ("the", "a", "an", "but", "and", "when", "as", "in", "on"):
                    role = f"{owner} {title}"
    if role is None and text[end : end + 2].strip().startswith(","):
        match = APPOSED.match(text, end)
        if match:
            phrase = noun_phrase(match.group(1))
            words = phrase.lower().split() or [""]
            if words[0] not in CLAUSE_STARTS and any(word in titles().persons for word in words[:6]):
                role = phrase
    return title, role


def noun_phrase(apposed: str) -> str:
    """What is told after a comma, up to its first verb: "president of NAWG" of "president of NAWG said"."""
    words = apposed.split()
    cut = next((place for place, word in enumerate(words) if word in VERBS), len(words))
    first = next((place for place, word in enumerate(words) if word not in ADVERBS), 0)
    return " ".join(words[first:cut])
