"""Qualifiers: what the words around a number do to its bounds: "more than", "up to", "about", "or so", "~".

The words are in rules/en/numbers.toml, [qualifiers] and [after].
"""

from __future__ import annotations

import re
from itertools import pairwise

from transforms.number_rules import NumberRules
from transforms.readings import OPENERS, WORD, Reading, left_words

SIGN_RELATION = {"<": "under", ">": "over", "~": "approx", "≈": "approx", "≤": "under", "≥": "over"}
PEOPLE_END = ("s", "people", "men", "women", "children", "police")
COORDINATE = re.compile(r" (?:[a-z]+ )?(?:[a-z]+s|people|men|women|children|police) and $")


def qualify(text: str, reading: Reading, rules: NumberRules) -> None:
    """Relation and bounds from the words before and behind."""
    relation = reading.relation if reading.last else relation_before(text, reading, rules)
    if reading.phrase_end == reading.numeral.end and reading.numeral.following:
        may_follow = reading.numeral.following in rules.after_first
    else:
        may_follow = may_qualify(reading, rules)
    if may_follow and relation in ("exact", "approx"):
        relation = qualifier_behind(text, reading, relation, rules)
    reading.relation = "vague" if reading.numeral.style == "vague" else relation
    reading.set_bounds()


def relation_before(text: str, reading: Reading, rules: NumberRules) -> str:
    """The relation that the words or the sign before the number give it."""
    relation, before = reading.relation, text[reading.start - 1]
    if before in " \n-\u00a0":
        words = left_words(reading.small, reading.start)
        found = qualifier_before(words, rules, reading)
        if found:
            relation = found[1] if relation == "exact" else relation
            reading.phrase_start = words_start(reading.small, reading.start, words[-found[0] :])
            reading.qualifier = " ".join(text[reading.phrase_start : reading.start].split()).rstrip("-")
    elif before in "<>~≈≤≥=" and not reading.chained:  # "20~100" is a range
        relation = sign_before(text, reading) or relation
    return relation


def may_qualify(reading: Reading, rules: NumberRules) -> bool:
    """Whether what follows can be a qualifier, by its first letters."""
    small, end = reading.small, reading.phrase_end
    char = small[end]
    if char == "+":
        return True
    return char in " -\n\u00a0" and (small[end + 1 : end + 4] in rules.after_starts or small[end + 1] in " \n")


def qualifier_before(words: list[str], rules: NumberRules, reading: Reading) -> tuple[int, str] | None:
    """How many words before the number qualify it, and how."""
    if not words:
        return None
    last = words[-1].rstrip("-").lstrip(OPENERS)
    if last in ("<", ">", "~", "<=", ">=", "≤", "≥", "≈"):
        return 1, SIGN_RELATION[last[0]]
    if last in ("approx.", "ca.", "c."):
        last = last[:-1]
    pair = f"{words[-2].lstrip(OPENERS)} {last}" if len(words) > 1 else ""
    for phrase, relation in (*rules.before_two.get(pair, ()), *rules.before.get(last, ())):
        size = len(phrase)
        if size == 1 or (size <= len(words) and begins(words, size, phrase)):
            if not fits(phrase, words, reading, rules):
                return None
            return size + adverbs_before(words, size, rules), relation
    return None


def begins(words: list[str], size: int, phrase: tuple[str, ...]) -> bool:
    """Whether the last words are the phrase, whose last word is known to fit; a bracket may stand before it."""
    return words[-size].lstrip(OPENERS) == phrase[0] and tuple(words[1 - size : -1]) == phrase[1:-1]


def adverbs_before(words: list[str], size: int, rules: NumberRules) -> int:
    """As in "well over", "a little more than": words that change nothing."""
    if size < len(words):
        for adverb in rules.adverbs.get(words[-size - 1], ()):
            if tuple(words[-size - len(adverb) : -size]) == adverb:
                return len(adverb)
    return 0


def fits(phrase: tuple[str, ...], words: list[str], reading: Reading, rules: NumberRules) -> bool:
    """As in "bringing the toll to 49 over two days" is a span of time, "trapped for over 30 hours" a bound."""
    if phrase == ("over",) and reading.kind == "duration":
        return len(words) == 1 or words[-2] in rules.words["before_over"]
    return phrase != ("within",) or reading.kind in ("duration", "measurement", "percent")


def words_start(small: str, end: int, words: list[str]) -> int:
    """Where the words before `end` begin, brackets and quotation marks left out."""
    for word in reversed(words):
        end = small.rfind(word, 0, end)
    while small[end] in OPENERS:
        end += 1
    return end


def sign_before(text: str, reading: Reading) -> str | None:
    """As in "~100", ">30", ">= 30", "<-30"."""
    start = reading.start - 1
    if text[start] == "=" and text[start - 1] in "<>":
        start -= 1
    relation = SIGN_RELATION.get(text[start])
    if relation:
        reading.qualifier = text[start : reading.start]
        reading.phrase_start = start
    return relation


def qualifier_behind(text: str, reading: Reading, relation: str, rules: NumberRules) -> str:
    """As in "150 or more", "50 people or so", "40-plus", "100+"; the relation stays where nothing such follows."""
    match = rules.after.match(text, reading.end)
    if match is None and reading.phrase_end != reading.end:
        match = rules.after.match(text, reading.phrase_end)
    if match is None or not qualifies(text, match, relation, rules):
        return relation
    reading.qualifier = reading.qualifier or match["after"]
    reading.phrase_end = max(reading.phrase_end, match.end())
    return rules.after_relation[" ".join(match["after"].lower().split())]


def qualifies(text: str, match: re.Match[str], relation: str, rules: NumberRules) -> bool:
    """Whether the words behind belong to the number: "200 plus", not "200 plus 30 more", "12 some of whom"."""
    word = " ".join(match["after"].lower().split())
    following, hyphenated = text[match.end()], text[match.start()] == "-"
    if word == "+":
        return match.start() == match.start("after") and not following.isdigit()
    if word == "plus":
        return following in " .,;\n)" and (hyphenated or relation != "exact" or not WORD.match(text, match.end()))
    if word in ("some", "ish"):
        return hyphenated
    return word not in ("at least", "at most", "and more") or following in ".,;\n)"


def share_qualifiers(text: str, readings: list[Reading]) -> list[Reading]:
    """As in "At least six soldiers and six civilians": the qualifier holds for both."""
    for a, b in pairwise(readings):
        if a.qualifier and not b.qualifier and a.relation in ("over", "under", "approx") and coordinate(text, a, b):
            b.relation = a.relation
            b.set_bounds()
    return readings


def coordinate(text: str, a: Reading, b: Reading) -> bool:
    """Two bare counts of plural nouns with nothing but "and" between them."""
    if a.dropped or b.dropped or not (a.bare and b.bare) or b.relation != "exact" or b.start - a.end > 36:
        return False
    following = WORD.match(text, b.end)
    nouns = a.phrase_end == a.end and COORDINATE.fullmatch(text, a.end, b.start) is not None
    return nouns and following is not None and following[1].endswith(PEOPLE_END)
