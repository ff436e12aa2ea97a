"""Figures: every quantity of an article with what it counts, when, where, who says so and how sure.

"Police detained more than 120 people in Minsk on Sunday." ->
120, over, arrests, person, asserted, the Sunday before publication, Minsk
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from transforms.attribution import Source, find_source, names_source, speaker_of
from transforms.context import assign_context
from transforms.counting import UNREAD, UNSOUGHT, Reading, counts_people, read_count, verb_of
from transforms.cues import Topic
from transforms.grammar import Sentence, clause_bounds, has_verb, read_sentence, verb_phrase
from transforms.local_currency import local_currency
from transforms.measures import load_measures
from transforms.parts import Told, inherit
from transforms.quantities import read_quantity
from transforms.status import ASSERTED, as_standing, by_nouns, may_sway, read_status
from transforms.tellings import find_telling
from transforms.topics import Topics
from transforms.values import Article, Context, Draft, Figure, Mention, Number, Period
from transforms.zeros import find_zeros

LONGEST = 1200  # characters of a sentence read at once
NEAR = 40  # claims of a sentence before one that it may be told apart from


class Claim(NamedTuple):
    """A number with all that its own sentence says of it."""

    number: Number
    sentence: int
    measure: str
    unit: str | None
    status: str
    of_total: float | None
    source: Source | None
    draft: Draft
    rules: tuple[str, ...]


def find_figures(
    article: Article,
    numbers: Sequence[Number],
    periods: Sequence[Period],
    mentions: Sequence[Mention],
    sentences: Sequence[tuple[int, int]],
) -> list[Figure]:
    """Every figure of the article, left to right."""
    claims = find_claims(article, numbers, periods, mentions, sentences)
    contexts = assign_context(article, [claim.draft for claim in claims], sentences, periods, mentions)
    return [
        make_figure(
            article, claim, context, sentences[claim.sentence], telling_rules(article.text, claims, i, sentences)
        )
        for i, (claim, context) in enumerate(zip(claims, contexts, strict=True))
    ]


def find_claims(
    article: Article,
    numbers: Sequence[Number],
    periods: Sequence[Period],
    mentions: Sequence[Mention],
    sentences: Sequence[tuple[int, int]],
) -> list[Claim]:
    """What the numbers count and who says so, sentence by sentence."""
    topics = Topics(article.text, sentences)
    zeros = find_zeros(article.text)
    numbers = sorted([*numbers, *zeros], key=lambda number: number.quote_start) if zeros else numbers
    times = [(period.quote_start, period.quote_end) for period in periods]
    names = [(m.quote_start, m.quote_end) for m in mentions if m.kind == "PERSON" or m.kind == "ORG"]
    claims: list[Claim] = []
    told = Told()
    for index, (start, end), inside in by_sentence(article.text, numbers, sentences):
        inner = within(times, start, end) if times else times
        found = read_claims(article.text, (start, end), index, inside, inner, names, topics, told)
        for claim in found:
            told.add(claim)
        claims += found
    return quoted_claims(article.text, sentences, claims, names)


def quoted_claims(
    text: str, sentences: Sequence[tuple[int, int]], claims: list[Claim], names: Sequence[tuple[int, int]]
) -> list[Claim]:
    """The claims, those inside a quotation with the speaker whom a sentence beside it names."""
    if '"' not in text and "“" not in text:
        return claims
    found = []
    for claim in claims:
        if claim.source is None and inside_quotation(text, claim.number.quote_start):
            speaker = speaker_beside(text, sentences, claim.sentence, names)
            if speaker:
                claim = claim._replace(source=speaker, rules=(*claim.rules, speaker[2]))
        found.append(claim)
    return found


def inside_quotation(text: str, offset: int) -> bool:
    """Whether a quotation is open at an offset of its paragraph."""
    start = text.rfind("\n", max(0, offset - LONGEST), offset) + 1
    before = text[start or max(0, offset - LONGEST) : offset]
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1


def speaker_beside(
    text: str, sentences: Sequence[tuple[int, int]], index: int, names: Sequence[tuple[int, int]]
) -> Source | None:
    """Who speaks in the sentence after or before, within the same paragraph."""
    for neighbour in (index + 1, index - 1):
        if not 0 <= neighbour < len(sentences):
            continue
        start, end = sentences[neighbour]
        gap = text[min(end, sentences[index][1]) : max(start, sentences[index][0])]
        if "\n" in gap or end - start > LONGEST:
            continue
        if found := speaker_of(read_sentence(text, start, end, [], []), within(names, start, end)):
            return found
    return None


def within(spans: Sequence[tuple[int, int]], start: int, end: int) -> Sequence[tuple[int, int]]:
    """The spans that begin between two offsets."""
    low = bisect_left(spans, (start,))
    return spans[low : bisect_left(spans, (end,), low)]


def by_sentence(
    text: str, numbers: Sequence[Number], sentences: Sequence[tuple[int, int]]
) -> list[tuple[int, tuple[int, int], list[Number]]]:
    """The sentences that hold a number, with their numbers; an endless sentence in pieces: time stays linear."""
    found: list[tuple[int, tuple[int, int], list[Number]]] = []
    index = 0
    for number in numbers:
        while index < len(sentences) - 1 and sentences[index][1] <= number.quote_start:
            index += 1
        start, end = sentences[index]
        if found and found[-1][0] == index and number.quote_end <= found[-1][1][1]:
            found[-1][2].append(number)
            continue
        if end - start > LONGEST:
            start = (
                found[-1][1][1] if found and found[-1][0] == index else max(start, number.phrase_start - LONGEST // 2)
            )
            start = min(start, number.phrase_start)
            end = min(end, max(start + LONGEST, number.phrase_end))
        found.append((index, (start, end), [number]))
    return found


def read_claims(
    text: str,
    span: tuple[int, int],
    index: int,
    numbers: list[Number],
    times: Sequence[tuple[int, int]],
    names: Sequence[tuple[int, int]],
    topics: Topics,
    told: Told,
) -> list[Claim]:
    """The claims of one sentence; `names` are those of the whole article."""
    spans = [(n.quote_start, n.quote_end, n.phrase_start, n.phrase_end, n.kind == "count") for n in numbers]
    sentence = read_sentence(text, *span, spans, times)
    tokens = sentence.numbers
    topic = topics.at(index)
    readings = [
        read_number(sentence, token, number, topic) if token is not None else None
        for number, token in zip(numbers, tokens, strict=True)
    ]
    linked = inherit(sentence, tokens, numbers, readings, told, index)
    claims: list[Claim] = []
    swayed = may_sway(sentence)
    sourced = names_source(sentence)
    names = within(names, *span) if sourced else ()
    for number, at, reading in zip(numbers, tokens, linked, strict=True):
        if reading is None or at is None or is_no_figure(number, reading):
            continue
        status, status_rule = status_of(sentence, at, reading) if swayed else ASSERTED
        if number.rule == "numbers.none" and status in ("planned", "hypothetical"):
            continue  # "demanded no redundancies"
        whole = claims[-1] if claims and "parts.part" in reading.extra else None
        if whole is not None and status == "asserted" and whole.number.value == reading.of_total:
            status, status_rule = whole.status, "status.of_whole" if whole.status != "asserted" else status_rule
        source = find_source(sentence, at, reading.trigger, names) if sourced else None
        rules = (number.rule, reading.rule, *reading.extra, status_rule, *((source[2],) if source else ()))
        unit = unit_of(number, reading)
        draft = ReadDraft(sentence, index, number, at, reading, unit, status)
        claims.append(Claim(number, index, reading.measure, unit, status, reading.of_total, source, draft, rules))
    return claims


def status_of(sentence: Sentence, token: int, reading: Reading) -> tuple[str, str]:
    """How sure the sentence is of a figure, with the rule that says so."""
    sentence.settle()
    if has_verb(sentence):
        told = read_status(sentence, token, verb_of(sentence, token, reading), reading.trigger)
    else:
        told = by_nouns(sentence, token)
    return as_standing(told, reading.rule)


def is_no_figure(number: Number, reading: Reading) -> bool:
    """ "No" and "one" are figures only where they count somebody killed, hurt, arrested and the like."""
    is_none = number.rule == "numbers.none"
    if not is_none and (number.value != 1 or number.quote.lower() != "one"):
        return False
    counts_people = load_measures().measures[reading.measure].is_core and (
        not reading.weak or reading.measure == "deaths"
    )
    if is_none:
        return not counts_people
    if not reading.is_people or reading.extra:
        return False
    return not counts_people or reading.measure in ("protest_size", "strike_size", "workforce", "security_forces")


def read_number(sentence: Sentence, token: int, number: Number, topic: Topic) -> Reading:
    """What one number counts."""
    if number.kind == "count":
        return read_count(sentence, token, topic)
    of_people = number.kind == "percent" and counts_people(sentence, token)
    if of_people:
        reading = read_count(sentence, token, topic)
        is_back = reading.rule.endswith("back_at_work")  # "half the seamen have returned to work": they strike no more
        if load_measures().measures[reading.measure].is_core and not reading.weak and not is_back:
            return reading
    measure, rule = ("share", "of_people") if of_people else read_quantity(sentence, token, number.kind, topic)
    return Reading(measure, "", f"measures.{measure}.{rule}", UNREAD, None, UNSOUGHT, weak=False, is_people=False)


def unit_of(number: Number, reading: Reading) -> str | None:
    """Unit as the contract has it: the counted noun, or the number's own unit."""
    return (reading.unit or None) if number.kind == "count" else number.unit


class ReadDraft(Draft):
    """The draft of a sentence's number: its clause and its verb are sought when somebody first asks for them.

    Prices in a sentence that tells no time are asked for neither, and they are most of the figures of business news.
    """

    __slots__ = ("grammar", "reading", "token")

    def __init__(
        self,
        grammar: Sentence,
        sentence: int,
        number: Number,
        token: int,
        reading: Reading,
        unit: str | None,
        status: str,
    ) -> None:
        self.grammar, self.token, self.reading = grammar, token, reading
        draft: Any = self  # whose fields a type checker takes for frozen
        draft.quote_start, draft.quote_end = number.quote_start, number.quote_end
        draft.value, draft.kind, draft.unit = number.value, number.kind, unit
        draft.sentence, draft.measure, draft.status = sentence, reading.measure, status

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Called for a slot that is still empty: fills it."""
            if name in ("clause_start", "clause_end"):
                left, right = clause_bounds(self.grammar, self.token)
                self.clause_start, self.clause_end = self.grammar.starts[left], self.grammar.ends[right]
            elif name in ("verb_start", "verb_end", "tense"):
                verb = verb_of(self.grammar, self.token, self.reading)
                self.verb_start, self.verb_end = token_span(self.grammar, verb)
                tense = verb_phrase(self.grammar, verb).tense if verb is not None else "none"
                self.tense = tense if tense != "none" else None
            elif name in ("trigger_start", "trigger_end"):
                self.trigger_start, self.trigger_end = token_span(self.grammar, self.reading.trigger)
            else:
                raise AttributeError(name)
            return getattr(self, name)


def token_span(sentence: Sentence, token: int | None) -> tuple[int | None, int | None]:
    return (None, None) if token is None else (sentence.starts[token], sentence.ends[token])


def make_figure(
    article: Article, claim: Claim, context: Context, sentence: tuple[int, int], telling: tuple[str, ...]
) -> Figure:
    number, source = claim.number, claim.source
    return Figure(
        quote=number.quote,
        quote_start=number.quote_start,
        quote_end=number.quote_end,
        sentence_start=sentence[0],
        sentence_end=max(sentence[1], number.quote_end),  # "3\nmillion", over the end of a line
        value=number.value,
        low=number.low,
        high=number.high,
        relation=number.relation,
        kind=number.kind,
        unit=local_currency(number.quote, claim.unit, context.country) if number.kind == "money" else claim.unit,
        value_text=number.value_text,
        qualifier=number.qualifier,
        measure=claim.measure,
        of_total=claim.of_total,
        date_start=context.date_start,
        date_end=context.date_end,
        date_precision=context.date_precision,
        date_source=context.date_source,
        place=context.place,
        country=context.country,
        place_precision=context.place_precision,
        latitude=context.latitude,
        longitude=context.longitude,
        attribution=article.text[source[0] : source[1]] if source else None,
        status=claim.status,
        rules=claim.rules + context.rules + telling,
    )


def telling_rules(
    text: str, claims: Sequence[Claim], index: int, sentences: Sequence[tuple[int, int]]
) -> tuple[str, ...]:
    """How a count of people stands to the others of the article, as a rule: ("tellings.part",), or none."""
    claim, measures = claims[index], load_measures().measures
    number = claim.number
    if number.kind != "count" or measures[claim.measure].counts != "people":
        return ()
    kind = find_telling(text, *sentences[claim.sentence], number.quote_start, number.quote_end)
    if kind == "apart":  # "killed three people and injured 40 others": besides the dead, not besides other injured
        before = [other.measure for other in claims[max(0, index - NEAR) : index] if other.sentence == claim.sentence]
        if claim.measure not in before and any(measures[measure].counts == "people" for measure in before):
            return ()
    return (f"tellings.{kind}",) if kind else ()
