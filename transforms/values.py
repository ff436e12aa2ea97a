"""What the transforms pass to each other: plain, frozen values.

Spans are half-open and refer to `Article.text`; dates are inclusive; `None` means that the text does
not say.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date
from typing import NamedTuple

from transforms.frozen import frozen


@frozen()
class Number:
    """What a numeral says, before anyone knows what it counts.

    `quote` is the numeral expression alone, without its qualifier ("7,000" in "over 7,000"); percent
    and money keep their sign or word ("$8.5 million", "45 dollars"), a range runs from its first
    number to its last.
    """

    quote: str
    quote_start: int  # half-open: text[quote_start:quote_end] == quote
    quote_end: int
    value: float
    low: float | None  # None: the text sets no lower bound
    high: float | None
    relation: str  # exact, approx, over, under, range, vague
    kind: str  # count, percent, money, duration, measurement
    unit: str | None  # ISO 4217, "percent", "hour", "km"; None for counts: grammar finds the noun
    phrase_start: int  # with the qualifier and the unit word: "over 7,000", "about two miles"
    phrase_end: int
    value_text: str  # the words that decide the value, lower case ("several hundred"): key of the profiles
    qualifier: str | None  # as written: "more than", "at least"
    rule: str  # "numbers.scaled": every row can say which rule made it


@frozen()
class Timex:
    """A time expression after TIMEX3 (TimeML 1.2.1), resolved against the publication date."""

    quote: str
    quote_start: int
    quote_end: int
    timex_type: str  # DATE, TIME, DURATION, SET
    timex_value: str  # ISO 8601 / TIMEX3: 2020-08-16, 2020-W33, 2020-Q3, P3D, PRESENT_REF
    timex_mod: str | None  # START, MID, END, APPROX, BEFORE, AFTER
    date_start: date | None  # the plain interval of this expression
    date_end: date | None
    date_precision: str | None  # day, weekend, week, month, quarter, season, year, decade, century, interval
    rule: str  # "dates.weekday_past"


@frozen()
class Period:
    """A composed interval: "since August 13", "from May to July", "over the past two years".

    Covers the preposition and every time expression inside; a Timex on its own is a Period as well,
    so that a figure looks for its date in one list.
    """

    quote_start: int
    quote_end: int
    date_start: date | None
    date_end: date | None
    date_precision: str | None
    rule: str  # "dates.since"


class Mention(NamedTuple):
    """A person, organisation, place or nationality that the text names.

    A named tuple, for an article has dozens: it is made in a sixth of the time.
    """

    kind: str  # PERSON, ORG, PLACE, NORP
    quote: str
    quote_start: int
    quote_end: int
    entity: str  # canonical form within the article: "Alexander Lukashenko" for "Lukashenko"
    title: str | None  # "President", kept out of the span
    role: str | None  # apposed: "US Secretary of State"
    country: str | None  # ISO 3166-1 alpha-2: of the place, or of the nationality
    place_precision: str | None  # country, region, city, point; None where the place does not resolve
    latitude: float | None
    longitude: float | None
    confidence: float  # 0 to 1
    rule: str


@frozen(kw_only=True)
class Figure:
    """One quantity that the text states, with all that the text says of it: a claim, not a fact."""

    quote: str
    quote_start: int
    quote_end: int
    sentence_start: int
    sentence_end: int
    value: float
    low: float | None
    high: float | None
    relation: str
    kind: str
    unit: str | None
    value_text: str
    qualifier: str | None
    measure: str
    of_total: float | None
    date_start: date | None
    date_end: date | None
    date_precision: str | None
    date_source: str | None  # how it was found: "clause", "sentence", "event", "document"
    place: str | None
    country: str | None  # ISO 3166-1 alpha-2
    place_precision: str | None
    latitude: float | None
    longitude: float | None
    attribution: str | None
    status: str  # asserted, hedged, denied, planned, hypothetical
    rules: tuple[str, ...]  # in the order in which they fired


@frozen(kw_only=True)
class Cut:
    """A piece of the document that normalization left out, and the rule that did it."""

    rule: str
    text: str


@frozen(kw_only=True)
class Article:
    """A normalized document. `text` is what every offset refers to, for good."""

    article_id: str
    document_id: str
    text: str
    title: str | None
    published: date | None
    authors: tuple[str, ...] = ()
    outlet: str | None = None
    url: str | None = None
    language: str | None = None  # ISO 639-1; None: too short to say
    external_id: str | None = None  # the id that the input gave
    path: str | None = None  # where it was read, relative to the folder named at ingest
    evidence: dict[str, str] = field(default_factory=dict)  # field -> where it was found
    cuts: tuple[Cut, ...] = ()


@frozen(kw_only=True)
class Extraction:
    """All that one article says: figures, names and time expressions, each in text order."""

    figures: tuple[Figure, ...]
    mentions: tuple[Mention, ...]
    timexes: tuple[Timex, ...]
    periods: tuple[Period, ...]
    sentences: tuple[tuple[int, int], ...]


@frozen(kw_only=True)
class Draft:
    """A figure of which measure and status are known, but not yet when and where it holds.

    Every span refers to `Article.text`. `clause_start` to `clause_end` is the stretch of the sentence that
    one finite verb rules; a sentence without one is a single clause.
    """

    quote_start: int
    quote_end: int
    sentence: int  # index into the sentences of the article
    clause_start: int
    clause_end: int
    measure: str  # "arrests"
    kind: str  # count, percent, money, duration, measurement
    unit: str | None  # "protester"
    value: float
    status: str  # asserted, hedged, denied, planned, hypothetical
    verb_start: int | None  # verb that governs the number; None: a noun phrase alone, as in a headline
    verb_end: int | None
    trigger_start: int | None  # noun or verb that gave the measure: "arrested", "layoffs"
    trigger_end: int | None
    tense: str | None  # of the governing verb: past, present, future; None without a verb


@frozen(kw_only=True)
class Context:
    """When and where a figure holds, and the rules that found it; one for each `Draft`."""

    date_start: date | None = None
    date_end: date | None = None
    date_precision: str | None = None
    date_source: str | None = None  # clause, sentence, event, document
    place: str | None = None
    country: str | None = None  # ISO 3166-1 alpha-2
    place_precision: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    rules: tuple[str, ...] = ()
