"""Why a row says what it says: a tree from the words of the text to the fields of the row.

explain("Police detained more than 120 people in Minsk on Sunday.", date(2020, 8, 10))[0] ->
figure 120 arrests
  number "more than 120": at least 120          numbers.digits
  counts "people" by "detained": arrests        measures.arrests.object
  ...
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from transforms.context import assign_context
from transforms.extract import find_dates_and_numbers
from transforms.figures import Claim, find_claims, telling_rules
from transforms.measures import load_measures
from transforms.names import find_names
from transforms.sentences import find_sentences
from transforms.values import Article, Context

TELLINGS = {
    "tellings.earlier": "given up for a newer count",
    "tellings.part": "among people counted elsewhere",
    "tellings.apart": "besides those counted before",
    "tellings.whole": "a count of all",
}


@dataclass(frozen=True, slots=True)
class Node:
    """One step: what was decided, from which words, by which rule, and the steps below it."""

    name: str  # figure, number, qualifier, counts, noun, verb, date, place, status, source …
    value: str
    words: str | None = None  # as written in the text; None: no words of their own
    rule: str | None = None
    children: tuple[Node, ...] = ()


def explain(text: str, published: date | None = None) -> list[Node]:
    """A tree for every figure of a text, left to right."""
    return explain_article(Article(article_id="", document_id="", text=text, title=None, published=published))


def explain_article(article: Article, quote_start: int | None = None) -> list[Node]:
    """A tree for every figure of an article, or for the one at an offset: the way back from a stored row."""
    text = article.text
    sentences = find_sentences(text)
    mentions = find_names(text, sentences)
    _, periods, numbers = find_dates_and_numbers(article, mentions)
    claims = find_claims(article, numbers, periods, mentions, sentences)
    contexts = assign_context(article, [claim.draft for claim in claims], sentences, periods, mentions)
    return [
        figure_node(text, claim, context, telling_rules(text, claims, i, sentences))
        for i, (claim, context) in enumerate(zip(claims, contexts, strict=True))
        if quote_start is None or claim.number.quote_start == quote_start
    ]


def figure_node(text: str, claim: Claim, context: Context, telling: Sequence[str]) -> Node:
    """The tree of one figure."""
    number = claim.number
    children = (
        number_node(text, claim),
        counts_node(text, claim),
        date_node(context),
        place_node(context),
        status_node(text, claim),
        source_node(text, claim),
        *(Node("telling", TELLINGS[rule], None, rule) for rule in telling),
    )
    return Node(
        "figure", f"{plain(number.value)} {claim.measure}", number.quote, None, tuple(node for node in children if node)
    )


def number_node(text: str, claim: Claim) -> Node:
    number = claim.number
    qualifier = (Node("qualifier", number.relation, number.qualifier),) if number.qualifier else ()
    bounds = f"{bound(number.low)} to {bound(number.high)}"
    return Node(
        "number",
        f"{plain(number.value)}, {number.relation}, {bounds}, {number.kind}",
        text[number.phrase_start : number.phrase_end],
        number.rule,
        qualifier,
    )


def bound(value: float | None) -> str:
    return "open" if value is None else plain(value)


def plain(value: float) -> str:
    return f"{value:,.10g}"


def counts_node(text: str, claim: Claim) -> Node:
    """What is counted, with the noun and the words that say what happens to it."""
    draft = claim.draft
    spans = (("verb", draft.verb_start, draft.verb_end), ("cue", draft.trigger_start, draft.trigger_end))
    children = [
        Node(name, draft.tense or "no tense" if name == "verb" else claim.measure, text[start:end])
        for name, start, end in spans
        if start is not None
    ]
    children.insert(0, Node("unit", claim.unit or "none"))
    if claim.of_total is not None:
        children.append(Node("of_total", plain(claim.of_total)))
    rules = [rule for rule in claim.rules if rule.startswith(("measures.", "parts."))]
    return Node(
        "counts",
        f"{claim.measure}: {load_measures().measures[claim.measure].means}",
        None,
        ", ".join(rules),
        tuple(children),
    )


def date_node(context: Context) -> Node:
    if context.date_start is None:
        return Node("date", "the text does not say", None, rule_of(context.rules, ("dates", "when", "event_dates")))
    value = f"{context.date_start} to {context.date_end}, {context.date_precision}, from the {context.date_source}"
    return Node("date", value, None, context.rules[0] if context.rules else None)


def place_node(context: Context) -> Node:
    rule = context.rules[1] if len(context.rules) > 1 else None
    if context.place is None and context.country is None:
        return Node("place", "the text does not say", None, rule)
    return Node("place", ", ".join(part for part in (context.place, context.country) if part), context.place, rule)


def rule_of(rules: Sequence[str], prefixes: tuple[str, ...]) -> str | None:
    return next((rule for rule in rules if rule and rule.startswith(prefixes)), None)


def status_node(text: str, claim: Claim) -> Node:
    return Node("status", claim.status, None, rule_of(claim.rules, ("status.",)))


def source_node(text: str, claim: Claim) -> Node | None:
    if claim.source is None:
        return None
    start, end, rule = claim.source
    return Node("source", text[start:end], text[start:end], rule)
