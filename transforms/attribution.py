"""Whom the text names as the source of a figure: the shortest noun phrase as written, without titles.

>>> from transforms.grammar import read_sentence
>>> text = "At least 12 people died, the interior ministry said."
>>> sentence = read_sentence(text, 0, len(text), [(9, 11, 0, 11, True)], [])
>>> start, end, rule = find_source(sentence, 2, None, [])
>>> text[start:end], rule
('the interior ministry', 'attribution.after')
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cache

from transforms.grammar import Sentence, forms_of, skip_phrase
from transforms.words import word_list

Source = tuple[int, int, str]  # span in the text and the rule
Span = tuple[int, int]

SAYING = word_list("verbs", "attribution")
WITH_CLAUSE = word_list("with_clause", "attribution")
TITLES = word_list("titles", "attribution")
OF_COUNTS = word_list("of_counts", "attribution")
WORKS = word_list("works", "attribution")
TOLD = word_list("told", "attribution")
TELLING = SAYING | TOLD
REACH = 60  # tokens between a number and the verb that says it
LONG_INSERTION = 30


def names_source(sentence: Sentence) -> bool:
    """Whether the sentence has a word by which it can name a source."""
    return not telling_forms().isdisjoint(sentence.words)


@cache
def telling_forms() -> frozenset[str]:
    """Every form of the verbs that tell, and "according"."""
    return forms_of(TELLING) | {"according"}


def find_source(sentence: Sentence, number: int, trigger: int | None, names: Sequence[Span]) -> Source | None:
    """The source of the number at a token; None where the text names none, or only by a pronoun.

    Args:
        trigger: the word that says what is counted: a war that "claimed 300 lives" claims nothing.
        names: spans of the people and organisations that the sentence names.
    """
    sentence.settle()
    if "according" in sentence.words and (found := by_phrase(sentence, names)):
        return found
    return by_verb_before(sentence, number, trigger, names) or by_verb_after(sentence, number, trigger, names)


def speaker_of(sentence: Sentence, names: Sequence[Span]) -> Source | None:
    """Who speaks in a sentence that says so beside a quotation: '"…," said the mayor', 'Meier added: "…"'."""
    for i in range(sentence.size):
        if not says(sentence, i):
            continue
        if "'" in sentence.tags[max(0, i - 8) : i + 8]:
            return inverted(sentence, i, names) or before(sentence, i, names, "attribution.quoted")
    return None


def says(sentence: Sentence, i: int) -> bool:
    """Whether a token is a verb of saying with a subject: "police said", "…, the paper reported."."""
    letter = sentence.tags[i]
    if letter not in "Vp" or sentence.bases[i] not in SAYING:
        return False
    if letter == "V":
        return True
    return sentence.tags[i - 1 : i] in ("N", "K", ")") and sentence.tags[i + 1 : i + 2] in ("", ".", ",", "t", "'")


def by_phrase(sentence: Sentence, names: Sequence[Span]) -> Source | None:
    """ "according to the union"."""
    for i in range(sentence.size - 2):
        if sentence.words[i] == "according" and sentence.words[i + 1] == "to":
            return trimmed(sentence, i + 2, phrase_end(sentence, i + 2), names, "attribution.according")
    return None


def phrase_end(sentence: Sentence, i: int) -> int:
    """The token after a noun phrase with what is attached to it by prepositions."""
    tags = sentence.tags
    if tags[i : i + 1] == "g":  # "monitoring data"
        i += 1
    end = skip_phrase(sentence, i)
    while (
        tags[end : end + 1] in ("I", "O") and end > i and sentence.words[end] not in ("in", "on", "at", "with", "after")
    ):
        after = skip_phrase(sentence, end + 1)
        if after == end + 1:
            break
        end = after
    return end


def by_verb_before(sentence: Sentence, number: int, trigger: int | None, names: Sequence[Span]) -> Source | None:
    """ "Police said 20 …": the nearest verb of saying left of the number, and its subject."""
    tags = sentence.tags
    for i in range(number - 1, max(0, number - REACH), -1):
        if tags[i] not in "Vp;":
            continue
        if tags[i] == ";":
            return None
        if tags[i] == "p" and sentence.bases[i] in TOLD and sentence.words[i + 1 : i + 2] == ["by"]:
            return trimmed(sentence, i + 2, skip_phrase(sentence, i + 2), names, "attribution.told_by")
        if not says(sentence, i) or i == trigger:
            continue
        if sentence.bases[i] in WITH_CLAUSE and not says_clause(sentence, i, number):
            continue
        if beside_the_point(sentence, i, number):
            return None
        return before(sentence, i, names, "attribution.before")
    return None


def beside_the_point(sentence: Sentence, verb: int, number: int) -> bool:
    """Whether the number is where or to whom something was said: "told 300 teachers", "said at the funeral of five"."""
    i = verb + 1
    while i < sentence.size and sentence.tags[i] in "at":
        i += 1
    if sentence.bases[verb] == "tell":
        return number < skip_phrase(sentence, i)
    if sentence.tags[i : i + 1] != "I" or sentence.words[i] in ("about", "over", "under", "between", "around", "up"):
        return False
    end = skip_phrase(sentence, i + 1)
    while sentence.tags[end : end + 1] in ("I", "O"):
        end = max(skip_phrase(sentence, end + 1), end + 1)
    return number < end


def says_clause(sentence: Sentence, verb: int, number: int) -> bool:
    """Whether what follows the verb is something said: "put the toll at", "showed that", "expect 300 to come"."""
    rest = sentence.words[verb + 1 : verb + 8]
    if "that" in sentence.words[verb + 1 : number] or not OF_COUNTS.isdisjoint(rest):
        return True
    return number - verb < 5 and any(letter in "VXT" for letter in sentence.tags[number + 1 : number + 12])


def by_verb_after(sentence: Sentence, number: int, trigger: int | None, names: Sequence[Span]) -> Source | None:
    """ "…, police said" and "…, said the mayor"."""
    tags = sentence.tags
    for i in range(number + 1, min(sentence.size, number + REACH)):
        if tags[i] not in "Vp;":
            continue
        if tags[i] == ";":
            return None
        if not says(sentence, i) or i == trigger:
            continue
        if sentence.bases[i] in WITH_CLAUSE and tags[i + 1 : i + 2] not in ("", ".", ",", "t", "'"):
            continue
        if found := inverted(sentence, i, names):
            return found
        start = subject_start(sentence, i)
        if start < i and (start == 0 or tags[start - 1] in ",'-"):
            return before(sentence, i, names, "attribution.after")
    return None


def inverted(sentence: Sentence, verb: int, names: Sequence[Span]) -> Source | None:
    """ ", said the mayor": behind a comma or a quotation the subject follows the verb."""
    if (
        not verb
        or sentence.bases[verb] == "tell"
        or sentence.tags[verb - 1] not in ",'"
        or sentence.tags[verb + 1 : verb + 2] not in tuple("DSKNAQ")
    ):
        return None
    end = phrase_end(sentence, verb + 1)
    if sentence.tags[end : end + 1] == "," and sentence.tags[end + 1 : end + 2] == "K":  # ", Anna Meier"
        named = trimmed(sentence, end + 1, skip_phrase(sentence, end + 1), names, "attribution.inverted")
        if named and not is_name(sentence, verb + 1, end):
            return named
    return trimmed(sentence, verb + 1, end, names, "attribution.inverted")


def before(sentence: Sentence, verb: int, names: Sequence[Span], rule: str) -> Source | None:
    """The subject before a verb; the name where the office is named first: "the head of the clinic, Ana Ruiz, said"."""
    end = verb
    while end and sentence.tags[end - 1] in "aHMFt":
        end -= 1
    if end and sentence.tags[end - 1] == ",":
        opening = comma_before(sentence, end - 1)
        if opening is not None:
            start = subject_start(sentence, opening)
            if not is_name(sentence, start, opening) and is_name(sentence, opening + 1, end - 1):
                return trimmed(sentence, opening + 1, end - 1, names, rule)
            return trimmed(sentence, start, opening, names, rule)
    return trimmed(sentence, subject_start(sentence, end), end, names, rule)


def comma_before(sentence: Sentence, comma: int) -> int | None:
    """The comma that opens the insertion closed by another."""
    tags = sentence.tags
    for i in range(comma - 1, max(0, comma - LONG_INSERTION), -1):
        if tags[i] == "," and tags[i - 1] in "NK)":
            return i
    return None


def is_name(sentence: Sentence, start: int, end: int) -> bool:
    """Whether a phrase ends in a name, titles aside: "Dr Ana Ruiz", but not "the head of the clinic"."""
    return (
        end > start
        and sentence.tags[end - 1] == "K"
        and sentence.tags[start] in "KNA"
        and "I" not in sentence.tags[start:end]
    )


def subject_start(sentence: Sentence, end: int) -> int:
    """First token of the noun phrase that ends before a verb; over an apposition in commas or brackets."""
    tags = sentence.tags
    i = end
    while i and tags[i - 1] in "aHMFt":
        i -= 1
    if i and tags[i - 1] == ",":
        opening = comma_before(sentence, i - 1)
        i = opening if opening is not None else i
    while i:
        letter = tags[i - 1]
        if letter == ")":
            i = next((j for j in range(i - 1, max(-1, i - 8), -1) if tags[j] == "("), i - 1)
        elif (
            letter in "DSANKOQkgP"
            or (letter in "IB" and i > 1 and tags[i - 2] in "NKA)")
            or (letter == "C" and i > 1 and tags[i - 2] in "NK")
        ):
            i -= 1
        else:
            break
    while i < end and tags[i] in "CIBO":
        i += 1
    return i


def trimmed(sentence: Sentence, start: int, end: int, names: Sequence[Span], rule: str) -> Source | None:
    """The shortest noun phrase: a name without its titles, else its words up to the first preposition but "of"."""
    tags, words = sentence.tags, sentence.words
    end = next((j for j in range(start + 1, end) if tags[j] in "kQq,;"), end)
    while end > start and tags[end - 1] not in "NKP":
        end -= 1
    if start >= end or tags[start] == "P" or words[start] in ("his", "her", "its", "their"):
        return None
    stop = next((j for j in range(start + 1, end) if tags[j] in "IB(" and not inside_name(sentence, j, names)), end)
    if stop + 1 < end and WORKS.intersection(words[start:stop]) and tags[stop] in "IB":
        return trimmed(sentence, stop + 1, end, names, rule)  # "figures from the union"
    begin_at, end_at = sentence.starts[start], sentence.ends[end - 1]
    inside = [
        name for name in names if begin_at <= name[0] and name[1] <= end_at and sentence.ends[stop - 1] >= name[0]
    ]
    if tags[start] not in "DS" and inside and inside[-1][1] == sentence.ends[stop - 1]:
        return *without_titles(sentence, inside[-1]), rule
    if stop < end and inside and tags[start] not in "DS" and tags[start] != "K":
        return *inside[-1], rule
    while stop > start and tags[stop - 1] not in "NK":
        stop -= 1
    start, stop = without_role(sentence, start, stop)
    return (sentence.starts[start], sentence.ends[stop - 1], rule) if start < stop else None


def inside_name(sentence: Sentence, i: int, names: Sequence[Span]) -> bool:
    """Whether a preposition belongs to a name: "Organisation for Migration"."""
    return any(start < sentence.starts[i] and sentence.ends[i] < end for start, end in names)


def without_role(sentence: Sentence, start: int, stop: int) -> tuple[int, int]:
    """The name alone where nouns or titles stand before or behind it: "union leader Pavel Sorokin"."""
    tags, words = sentence.tags, sentence.words
    first = stop
    while first > start and tags[first - 1] == "K" and words[first - 1].rstrip(".") not in TITLES:
        first -= 1
    if start < first < stop and (tags[first - 1] == "N" or words[first - 1].rstrip(".") in TITLES):
        return first, stop
    last = start
    while last < stop and tags[last] == "K":
        last += 1
    if start < last < stop and words[last] in TITLES:
        return start, last
    return start, stop


def without_titles(sentence: Sentence, name: Span) -> Span:
    """A name's span without the titles that it begins with."""
    starts, stop = sentence.starts, sentence.size
    first = bisect_left(starts, name[0], 0, stop)
    if first == stop or starts[first] >= name[1]:
        return name
    while first + 1 < stop and starts[first + 1] < name[1] and sentence.words[first].rstrip(".") in TITLES:
        first += 1
    return starts[first], name[1]
