"""Numbers that lean on another number: parts of a whole, items of a list, a figure told again.

"20 arrested, 5 of them women" -> 5 is an arrest too, of_total 20
"452 people in St Petersburg, 183 in Yekaterinburg" -> both arrests of the same total
"The five men were cremated": the five victims named before
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from transforms.counting import UNSOUGHT, Reading, phrase_of, verb_of
from transforms.grammar import Sentence, load_lexicon, singular
from transforms.measures import load_measures
from transforms.sums import add_up
from transforms.values import Number
from transforms.words import word_list

FAR = 40  # numbers that a part may stand behind its whole
TAKING_UP = word_list("taking_up")
FLEEING = word_list("fleeing")
PARTING = frozenset(("of", "including", "include", "among", "amongst"))  # words of `part_of`
COMPARING = frozenset(("up", "down", "compared"))
GRAVELY = word_list("gravely")
WOUNDS = word_list("wounds")
ANYBODY = word_list("anybody") | {None}

if TYPE_CHECKING:
    from transforms.figures import Claim


class Told:
    """The counts of people of the sentences before, on which later numbers may lean."""

    __slots__ = ("by_value", "claims")

    def __init__(self) -> None:
        self.claims: list[Claim] = []
        self.by_value: dict[float, list[Claim]] = {}

    def add(self, claim: Claim) -> None:
        """Keep a claim, if it is a count of people."""
        if claim.number.kind == "count" and load_measures().measures[claim.measure].counts == "people":
            self.claims.append(claim)
            self.by_value.setdefault(claim.number.value, []).append(claim)


def inherit(
    sentence: Sentence,
    tokens: Sequence[int | None],
    numbers: Sequence[Number],
    readings: Sequence[Reading | None],
    told: Told,
    index: int,
) -> list[Reading | None]:
    """The readings with what they take from other numbers, in order."""
    if not leans(sentence, tokens, readings, told):
        return list(readings)
    readings = [
        reading._replace(phrase=phrase_of(sentence, token, reading), verb=verb_of(sentence, token, reading))
        if reading and token is not None and reading.verb == UNSOUGHT
        else reading
        for reading, token in zip(readings, tokens, strict=True)
    ]
    found: list[Reading | None] = []
    whole: int | None = None  # position of the number that the running list is a part of
    for i, reading in enumerate(readings):
        token = tokens[i]
        if reading is None or token is None:
            found.append(None)
            continue
        previous = last_people(found, i)
        if reading.phrase.whole is not None and (stated := position_of(tokens, reading.phrase.whole)) is not None:
            reading = reading._replace(of_total=numbers[stated].value)
        if previous is not None and is_fatal(sentence, token):
            reading = reading._replace(
                measure="deaths", unit=reading.unit or "person", extra=(*reading.extra, "parts.fatal"), weak=False
            )
        opened = part_of(sentence, tokens, found, i, reading)
        if (
            opened is None
            and previous is not None
            and (
                dispersed(sentence, found[previous], reading)
                or wounded_apart(sentence, found[previous], reading)
                or with_some(sentence, found[previous], reading)
            )
        ):
            opened = previous if numbers[i].value < numbers[previous].value else None
        if opened is not None:
            whole = opened
            reading = take_part(reading, found[opened], numbers[opened])
            if of_the_whole(sentence, found[opened], reading.phrase.left) or (
                of_them(sentence, token) and numbers[i].value < numbers[opened].value
            ):
                reading = reading._replace(of_total=numbers[opened].value)
        elif whole is not None and listed(sentence, tokens, i):
            reading = take_part(reading, found[whole], numbers[whole])
        else:
            whole = None
            if previous is not None and elsewhere(sentence, found[previous], reading):
                reading = take_measure(reading, found[previous], "elsewhere")
            elif previous is not None and listed(sentence, tokens, i) and lacks_own(reading):
                reading = take_measure(reading, found[previous], "list")
                if (other := found[previous]) is not None and "parts.they" in other.extra:
                    reading = reading._replace(of_total=other.of_total, weak=False)
        if previous is not None and numbers[i].kind == "count" and compared(sentence, reading):
            reading = take_measure(reading, found[previous], "compared")
        if reading.rule == "measures.other.elided" and reading.measure == "other":
            reading = take_noun(sentence, found, tokens, i, reading)
        if lacks_own(reading) and previous is None and (they := they_are(sentence, reading, told, index)):
            reading, whole = they, None
        if reading.is_people and (shown := in_figure(sentence, reading, told, index)) is not None:
            reading = shown
        if previous is None and (those := of_those(sentence, token, reading, numbers[i], told, index)):
            reading = those
        if i and (things := other_things(sentence, found[i - 1], reading)):
            reading = things
        if numbers[i].kind == "percent" and previous is not None and same_said_otherwise(sentence, reading):
            reading = take_measure(reading, found[previous], "apposition")._replace(is_people=True)
        if (crowd := took_part(sentence, reading, told, index)) is not None:
            reading = crowd
        if numbers[i].kind == "count" and is_elided(sentence, reading):
            reading = take_up(sentence, tokens, found, i, reading, numbers[i], told, index)
        if lacks_own(reading) and numbers[i].kind == "count":
            reading = tell_again(sentence, reading, numbers[i], told) or reading
        found.append(reading)
    for i, reading in enumerate(found):
        if reading and doubtful(sentence, tokens, found, i, reading):
            found[i] = reading._replace(
                measure="other", unit="", rule="measures.other.elided", is_people=False, weak=True
            )
    for i, reading in enumerate(found[:-1]):  # "seven women were among 30 people arrested"
        after = found[i + 1]
        if reading and after and reading.weak and reading.is_people and are_among(sentence, reading, after):
            whole_value = numbers[i + 1].value
            found[i] = take_measure(reading, after, "among")._replace(of_total=whole_value, weak=False)
    for i, reading in enumerate(found[:-1]):  # "440 and 15 cases"
        after = found[i + 1]
        if reading and after and reading.rule == "measures.other.elided" and joined(tokens, i, sentence):
            found[i] = take_measure(reading, after, "joined")._replace(unit=after.unit)
    for i, reading in enumerate(found):  # the whole of "5 of the 7 men" is of the same kind as its part
        if (
            reading
            and reading.phrase.whole is not None
            and (stated := position_of(tokens, reading.phrase.whole)) is not None
        ):
            inner = found[stated]
            if inner and inner.is_people and lacks_own(reading) and not lacks_own(inner):
                found[i] = take_measure(reading, inner, "whole")
    return add_up(sentence, tokens, found, numbers)


def leans(sentence: Sentence, tokens: Sequence[int | None], readings: Sequence[Reading | None], told: Told) -> bool:
    """Whether any number of a sentence can take something from another: what follows in `inherit` is for them alone.

    Money, shares and lengths of time lean on nobody, and "rose to 1,234 from 1,100" only on people or things.
    """
    measures = load_measures().measures
    alone = False  # is there a number with no noun of its own and no evidence?
    before: Reading | None = None  # the count before
    for i, reading in enumerate(readings):
        if reading is None:
            continue
        if reading.is_people or reading.phrase.whole is not None or measures[reading.measure].counts == "people":
            bare = reading.rule == "measures.other.elided" and reading.phrase.whole is None
            if not bare or told.claims or (before is not None and before.unit and not before.is_people):
                return True
            if i + 1 < len(tokens) and joined(tokens, i, sentence):
                return True
            alone = True
        token = tokens[i]
        if token is not None and sentence.classes[token] == "Q":
            before = reading
    return alone and len(readings) > 1 and not PARTING.isdisjoint(sentence.words)


def are_among(sentence: Sentence, reading: Reading, whole: Reading) -> bool:
    """ "seven women were among 30 people arrested"."""
    between = sentence.words[reading.phrase.right + 1 : whole.phrase.left + 1]
    return between[:2] in (["were", "among"], ["are", "among"]) and len(between) <= 4 and not whole.weak


def doubtful(
    sentence: Sentence, tokens: Sequence[int | None], found: Sequence[Reading | None], i: int, reading: Reading
) -> bool:
    """Whether a number without a noun leans on things: "11 million shares, of which 2 million are held"."""
    token, trigger = tokens[i], reading.trigger
    if (
        token is None
        or reading.phrase.head is not None
        or not reading.is_people
        or load_measures().measures[reading.measure].counts != "people"
    ):
        return False
    if sentence.words[max(0, token - 2) : token] == ["of", "which"] or sentence.words[
        max(0, token - 3) : token - 1
    ] == ["of", "which"]:
        return True
    if trigger is not None and sentence.bases[trigger] in load_lexicon().human_verbs:
        return False
    if reading.rule == "measures.deaths.toll":
        return False  # "the total number of deaths in the three accidents to 64"
    before = [other for other in found[:i] if other]
    return bool(before) and not any(load_measures().measures[other.measure].counts == "people" for other in before)


def lacks_own(reading: Reading) -> bool:
    return reading.weak and reading.is_people


def position_of(tokens: Sequence[int | None], token: int) -> int | None:
    return next((i for i, other in enumerate(tokens) if other == token), None)


def last_people(found: Sequence[Reading | None], i: int) -> int | None:
    measures = load_measures().measures
    for j in range(i - 1, max(-1, i - FAR), -1):
        reading = found[j]
        if reading and (reading.is_people or measures[reading.measure].counts == "people"):
            return j
    return None


def part_of(
    sentence: Sentence, tokens: Sequence[int | None], found: Sequence[Reading | None], i: int, reading: Reading
) -> int | None:
    """The number of which this one is a part: "20 people, including 3 children", "20 arrested, 5 of them women"."""
    token, left = tokens[i], reading.phrase.left
    assert token is not None
    words, tags = sentence.words, sentence.tags
    previous = last_people(found, i)
    if previous is None:
        return None
    start = tokens[previous]
    assert start is not None
    if of_the_whole(sentence, found[previous], left):
        return previous
    following = words[token + 1 : token + 3]
    if words[max(0, left - 2) : left] in (["of", "whom"], ["of", "them"], ["of", "those"], ["of", "these"]):
        return previous
    if following[:2] in (["of", "them"], ["of", "whom"], ["of", "those"]):
        return previous
    if consists(sentence, start, left) or described(sentence, found[previous], reading):
        return previous
    for j in range(left - 1, start, -1):
        if words[j] == "include" and words[j - 1] == "to":
            return None  # "the strike has spread to include 30,000 truckers"
        if words[j] in ("including", "include") or (
            words[j] in ("among", "amongst") and words[j + 1 : j + 2] in (["them"], ["whom"], ["those"])
        ):
            return previous
        if tags[j] in "VXMH;:UR":
            return None
    return None


def compared(sentence: Sentence, reading: Reading) -> bool:
    """ "750 were arrested, up from a Friday total of 682": the same, told of another time."""
    if reading.rule != "measures.other.elided" or not sentence.has(COMPARING):
        return False
    before = " ".join(sentence.words[max(0, reading.phrase.left - 7) : reading.phrase.left])
    return any(phrase in before for phrase in ("up from", "down from", "compared with", "compared to"))


def other_things(sentence: Sentence, before: Reading | None, reading: Reading) -> Reading | None:
    """ "51,000 houses collapsed and 240,000 others were damaged": more houses."""
    head = reading.phrase.head
    if before is None or before.is_people or before.rule != "measures.other.noun":
        return None
    if reading.rule != "measures.people_other.noun" or head is None or sentence.words[head] != "others":
        return None
    return reading._replace(measure="other", unit=before.unit, is_people=False, extra=(*reading.extra, "parts.others"))


def took_part(sentence: Sentence, reading: Reading, told: Told, index: int) -> Reading | None:
    """ "Dockers gathered at the gate. About 350 took part": in the gathering, not in the strike."""
    crowds = ("strike_size", "protest_size")
    if reading.measure not in crowds or reading.phrase.head is not None or reading.trigger is None:
        return None
    if sentence.bases[reading.trigger] not in ("take", "participate", "join", "attend"):
        return None
    claim = told_before(told, index)
    if claim is None or claim.measure not in crowds or claim.measure == reading.measure:
        return None
    return reading._replace(measure=claim.measure, extra=(*reading.extra, "parts.took_part"))


def joined(tokens: Sequence[int | None], i: int, sentence: Sentence) -> bool:
    """Is a number joined to the next by "and" or "or" alone: "440 and 15 cases"?"""
    first, second = tokens[i], tokens[i + 1]
    between = sentence.words[first + 1 : second] if first is not None and second is not None else []
    return between in (["and"], ["or"])


def they_are(sentence: Sentence, reading: Reading, told: Told, index: int) -> Reading | None:
    """ "Six bodies were found. They were four men and two women": those told before, by their kinds."""
    left = reading.phrase.left
    if sentence.words[:left][-2:-1] != ["they"] or sentence.words[left - 1] not in (
        "were",
        "are",
        "include",
        "included",
    ):
        return None
    claim = told_before(told, index)
    if claim is None or reading.of_total is not None:
        return None
    return reading._replace(
        measure=claim.measure, of_total=claim.number.value, extra=(*reading.extra, "parts.they"), weak=False
    )


def in_figure(sentence: Sentence, reading: Reading, told: Told, index: int) -> Reading | None:
    """ "The toll rose to 21,000. The new figure included 17,600 people in Turkey": of those told just before."""
    if (
        not reading.weak
        or reading.phrase.head is None
        or not {"figure", "number", "total", "toll"} & set(sentence.words[:4])
    ):
        return None
    left = reading.phrase.left
    if not any(base in ("include", "includ") for base in sentence.bases[max(0, left - 8) : left]):
        return None
    claim = told_before(told, index)
    if claim is None or reading.measure != "people_other":
        return None
    return reading._replace(measure=claim.measure, extra=(*reading.extra, "parts.figure"), weak=False)


def is_fatal(sentence: Sentence, token: int) -> bool:
    """ "eight were shot, two fatally", "two of them fatally"."""
    return "fatally" in sentence.words[token + 1 : token + (4 if of_them(sentence, token) else 2)]


THEM = ("them", "whom", "these", "those")


def of_them(sentence: Sentence, token: int) -> bool:
    """ "two of whom later died": a part, whatever befell it."""
    behind = sentence.words[token + 1 : token + 3]
    return behind[:1] == ["of"] and behind[1:] in (["them"], ["whom"])


def of_those(
    sentence: Sentence, token: int, reading: Reading, number: Number, told: Told, index: int
) -> Reading | None:
    """ "The court freed 52 prisoners. Of these, 40 have gone to Spain": a part of those told in the sentence before."""
    words, left = sentence.words, reading.phrase.left
    of_the = words[token + 1 : token + 2] == ["of"] or words[0] == "of"  # not "the missing six"
    if of_the and reading.rule.endswith(".bare_state") and reading.of_total is None:
        whole = same_told(told, index, reading.measure)
        return reading._replace(of_total=whole) if whole is not None and whole > number.value else None
    first = words[:1] == ["of"] and words[1:2] != [] and words[1] in THEM and left in (2, 3)
    among = words[:2] in (["among", "them"], ["among", "these"], ["among", "those"]) and left in (3, 4)
    if not (first or among or (of_them(sentence, token) and left < 3)):
        return None
    claim = last_told(told, index)
    if claim is None or claim.number.value <= number.value or number.kind not in ("count", "percent"):
        return None
    if lacks_own(reading) or reading.measure == "other":
        reading = reading._replace(
            measure=claim.measure, unit=reading.unit or "person", extra=(*reading.extra, "parts.those"), weak=False
        )
    return reading._replace(of_total=claim.number.value)


def same_told(told: Told, index: int, measure: str) -> float | None:
    """The last count of a measure in the two sentences before: "eleven died. [Seven] of the dead were from Henan"."""
    for claim in reversed(told.claims[-FAR:]):
        if claim.sentence < index - 2:
            return None
        if claim.measure == measure:
            return claim.number.value
    return None


def last_told(told: Told, index: int) -> Claim | None:
    """The last count of people in the sentence before."""
    claim = told.claims[-1] if told.claims else None
    return claim if claim is not None and claim.sentence == index - 1 else None


def with_some(sentence: Sentence, whole: Reading | None, part: Reading) -> bool:
    """ "four were detained, with three put under house arrest": what befell some of the same."""
    left = part.phrase.left
    return (
        whole is not None
        and not whole.weak
        and whole.measure == part.measure
        and part.is_people
        and part.phrase.head is None
        and left > 1
        and sentence.words[left - 1] == "with"
        and sentence.tags[left - 2] == ","
    )


def dispersed(sentence: Sentence, whole: Reading | None, part: Reading) -> bool:
    """ "five were killed in the rallies, two in Omdurman and three in Khartoum": parts by their places."""
    left, right = part.phrase.left, part.phrase.right
    return (
        whole is not None
        and not whole.weak
        and part.rule == "measures.other.elided"
        and left > 1
        and sentence.tags[left - 1] == ","
        and sentence.tags[left - 2] != "K"  # "seven died in Kent, three in Essex": none is a part
        and sentence.words[right + 1 : right + 2] in (["in"], ["at"], ["near"])
    )


def wounded_apart(sentence: Sentence, whole: Reading | None, part: Reading) -> bool:
    """ "seven were injured — two with broken noses, one with a broken thumb": parts by their wounds."""
    left, right = part.phrase.left, part.phrase.right
    return (
        whole is not None
        and whole.measure == "injuries"
        and part.phrase.head is None
        and left > 1
        and sentence.tags[left - 1] in "-,:("
        and sentence.words[right + 1 : right + 2] == ["with"]
    )


def elsewhere(sentence: Sentence, first: Reading | None, second: Reading) -> bool:
    """ "seven died in Kent and three in Essex", "seven died in Kent, three in Essex": the same, at another place."""
    left, right = second.phrase.left, second.phrase.right
    return (
        first is not None
        and not lacks_own(first)
        and second.rule == "measures.other.elided"
        and second.measure == "other"
        and left > 1
        and (sentence.tags[left - 1] == "," or sentence.words[left - 1] == "and")
        and "K" in sentence.tags[left - 3 : left - 1]
        and sentence.words[right + 1 : right + 2] in (["in"], ["at"], ["near"])
        and sentence.tags[right + 2 : right + 3] == "K"
    )


def described(sentence: Sentence, whole: Reading | None, part: Reading) -> bool:
    """ "seven were hurt, two with broken bones", "20 hurt, three critically", "13 hurt: eight by bullets"."""
    left, right = part.phrase.left, part.phrase.right
    if whole is None or whole.measure != "injuries" or whole.weak or left < 2 or part.phrase.head is not None:
        return False
    if sentence.tags[left - 1] not in ",:-C(" or part.rule not in (
        "measures.other.elided",
        "measures.injuries.heading",
    ):
        return False
    behind = sentence.words[right + 1 : right + 6]
    if behind[:1] == ["with"]:
        return any(singular(word, load_lexicon()) in WOUNDS or word in ("broken", "fractured") for word in behind)
    return bool(behind) and (behind[0] in GRAVELY or (behind[0] == "by" and sentence.tags[left - 1] in ":-,C"))


def consists(sentence: Sentence, whole: int, left: int) -> bool:
    """ "The missing six are believed to consist of five Germans", "the 12 dead were made up of"."""
    words = sentence.words
    if words[left - 1 : left] != ["of"] or any(letter in ",;:URC" for letter in sentence.tags[whole + 1 : left]):
        return False
    return sentence.bases[left - 2] in ("consist", "compose") or words[max(0, left - 3) : left - 1] == ["made", "up"]


def of_the_whole(sentence: Sentence, whole: Reading | None, left: int) -> bool:
    """ "Of the 30 members, 20 came": the whole is named first."""
    if whole is None or whole.phrase.left == 0 or sentence.words[whole.phrase.left - 1] != "of":
        return False
    opens = whole.phrase.left == 1 or sentence.tags[whole.phrase.left - 2] in ",;:'-C"
    between = sentence.tags[whole.phrase.right + 1 : left]
    return opens and "," in between[-2:] and ";" not in between


def listed(sentence: Sentence, tokens: Sequence[int | None], i: int) -> bool:
    """Whether only nouns, names, prepositions and commas stand between this number and the one before it."""
    token = tokens[i]
    if token is not None and token and sentence.tags[token - 1] in "gVb" and sentence.words[token - 1] not in ("with",):
        return False
    before = next((tokens[j] for j in range(i - 1, -1, -1) if tokens[j] is not None), None)
    if token is None or before is None:
        return False
    between = sentence.tags[before + 1 : token]
    if ";" in between and "N" in between[between.rindex(";") :]:
        return False  # "33,000 teachers struck; classes for 480,000 pupils resumed"
    return ("," in between or "C" in between or ";" in between) and all(
        letter in "NKAIDSk,Ct;aOg'up(" + ")" for letter in between
    )


def take_part(reading: Reading, whole: Reading | None, number: Number) -> Reading:
    if whole is None:
        return reading
    if reading.is_people and (lacks_own(reading) or reading.measure == "other"):
        reading = take_measure(reading, whole, "part")
    if reading.is_people and reading.measure == whole.measure and reading.of_total is None:
        return reading._replace(of_total=whole.of_total if whole.of_total is not None else number.value)
    return reading


def take_measure(reading: Reading, other: Reading | None, rule: str) -> Reading:
    if other is None or load_measures().measures[other.measure].counts != "people":
        return reading
    return reading._replace(
        measure=other.measure,
        unit=reading.unit or "person",
        extra=(*reading.extra, f"parts.{rule}"),
        weak=other.weak,
        verb=reading.verb if reading.verb is not None else other.verb,
    )


def same_said_otherwise(sentence: Sentence, reading: Reading) -> bool:
    """ "1,900 jobs, or about 10 percent of its workforce": the same people as a share."""
    left = reading.phrase.left
    said = "or" in sentence.words[max(0, left - 1) : left + 1] and "," in sentence.tags[max(0, left - 2) : left + 1]
    return said and reading.measure == "share"


def is_elided(sentence: Sentence, reading: Reading) -> bool:
    """ "11,000 have joined", "60,000 more": a number without a noun of its own and without evidence."""
    if reading.rule == "measures.other.elided" and reading.measure == "other" and not reading.extra:
        return True
    head = reading.phrase.head
    return (
        reading.rule == "measures.people_other.noun" and head is not None and sentence.words[head] in ("more", "others")
    )


def take_up(
    sentence: Sentence,
    tokens: Sequence[int | None],
    found: Sequence[Reading | None],
    i: int,
    reading: Reading,
    number: Number,
    told: Told,
    index: int,
) -> Reading:
    """What the figure before it counts, here or one sentence back: "the union spoke of 700" after "350 took part"."""
    token = tokens[i]
    if (
        token is None
        or number.value < 2
        or sentence.words[token - 1 : token] == ["the"]
        or names_its_noun(sentence, reading)
        or (
            sentence.tags[token + 1 : token + 2] in ("N", "K", "A", "-", ")", ":")
            and sentence.words[token + 1] not in ("more", "others")
        )
    ):
        return reading
    if any(sentence.tags[j] == "q" for j in tokens[:i] if j is not None):
        return reading
    if (verb := reading.verb) is not None and sentence.tags[verb] in "Vp" and sentence.bases[verb] not in TAKING_UP:
        previous = last_people(found, i)
        other = found[previous] if previous is not None else None
        fled = other is not None and other.measure == "displacements" and sentence.bases[verb] in ("go", *FLEEING)
        return (
            take_measure(reading, other, "ellipsis") if fled else reading
        )  # "33,000 fled to A, while 5,000 went to B"
    same = [other for other in found[:i] if other is not None]
    if same:
        other = same[-1]
        measure = load_measures().measures[other.measure]
        if (
            measure.is_core
            and other.is_people
            and not any(letter in "NKA" for letter in sentence.tags[token + 1 : token + 2])
        ):
            return take_measure(reading, other, "ellipsis")
        return reading
    last = told_before(told, index)
    if last is None:
        return reading
    return reading._replace(
        measure=last.measure, unit=last.unit or "person", extra=(*reading.extra, "parts.ellipsis"), weak=True
    )


def names_its_noun(sentence: Sentence, reading: Reading) -> bool:
    """ "asylum claims over 150,000": the noun before the number is what it counts."""
    left = reading.phrase.left
    return left > 0 and sentence.tags[left - 1] == "N" and sentence.words[left - 1] not in ("number", "figure", "total")


def told_before(told: Told, index: int) -> Claim | None:
    """The last count of people of a measure of its own in the sentence before."""
    for claim in reversed(told.claims[-FAR:]):
        if claim.sentence < index - 1:
            return None
        if load_measures().measures[claim.measure].is_core:
            return claim
    return None


def take_noun(
    sentence: Sentence, found: Sequence[Reading | None], tokens: Sequence[int | None], i: int, reading: Reading
) -> Reading:
    """ "86 factories closed, 32 were working": a noun left out is the noun of the count before it."""
    for j in range(i - 1, -1, -1):
        other, token = found[j], tokens[j]
        if other is not None and token is not None and sentence.tags[token] == "Q":
            if other.unit and not other.is_people:
                return reading._replace(
                    measure=other.measure,
                    unit=other.unit,
                    is_people=False,
                    extra=(*reading.extra, "parts.noun"),
                )
            return reading
    return reading


def may_be_same(unit: str | None, other: str | None) -> bool:
    """Whether two nouns can mean the same people: "the two soldiers" are not the two civilians told before."""
    return unit == other or unit in ANYBODY or other in ANYBODY


def tell_again(sentence: Sentence, reading: Reading, number: Number, told: Told) -> Reading | None:
    """ "the five men": a definite phrase with the value of an earlier figure counts the same people."""
    left = reading.phrase.left
    if number.relation == "vague":
        return None  # "they came in the thousands"
    if left >= sentence.size or sentence.words[left] not in ("the", "these", "those", "all", "both", "its"):
        return None
    for claim in reversed(told.by_value.get(number.value, ())[-FAR:]):
        if may_be_same(claim.unit, reading.unit):
            return reading._replace(measure=claim.measure, extra=(*reading.extra, "parts.again"), weak=False)
    return None
