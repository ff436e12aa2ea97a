"""What a count counts: the measure of a number from the grammar around it.

Evidence is asked in a fixed order, strongest first; the first answer is the measure.

>>> from transforms.grammar import read_sentence
>>> from transforms.topics import Topics
>>> text = "Police detained 120 people in Minsk."
>>> sentence = read_sentence(text, 0, len(text), [(16, 19, 16, 19, True)], [])
>>> reading = read_count(sentence, 2, Topics(text, [(0, len(text))]).at(0))
>>> reading.measure, reading.unit, reading.rule
('arrests', 'person', 'measures.arrests.object')
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from transforms.counted_nouns import (
    COMPOUND_HEADS,
    by_bare_state,
    by_closure,
    by_event_noun,
    by_fragment,
    by_modifier,
    by_name,
    by_pair,
    by_places,
    by_strength,
    is_label,
    kind_of,
    noun_kind,
    unit_of,
    unless_forces,
)
from transforms.cues import Found, Topic
from transforms.governors import by_flight, by_governor, by_setting, by_shelter
from transforms.grammar import (
    CACHED_WORDS,
    Lexicon,
    NounPhrase,
    Sentence,
    clause_bounds,
    has_verb,
    load_lexicon,
    noun_right,
    phrase_left,
    singular,
)
from transforms.measures import MeasureRules, load_measures
from transforms.predicates import (
    HARM,
    by_fronted,
    by_joint_object,
    by_members,
    by_object,
    by_participle,
    by_predicate,
    by_pronoun,
    by_relative,
    joint_object_verb,
    may_be_subject,
    object_verb,
    subject_verb,
)
from transforms.telling_words import telling_words
from transforms.words import word_list

EMPLOYERS = word_list("employers")
HOSPITAL = word_list("hospital")
HURT = word_list("hurt")
PERSON = "person"
NAMED_FOR_IT = ("strike_size", "protest_size", "displacements", "security_forces")
CLAIMING = word_list("claiming")
TAKERS = word_list("takers")
SUSPECTS = word_list("suspects")
FLEEING_JUSTICE = word_list("fleeing_justice")
SAYING = word_list("saying")
PEOPLE = frozenset({"person", "elided", "group"})
UNSOUGHT = -1  # no token: most prices, shares and counts of things never need their verb
UNREAD = NounPhrase(-1, -1, None, None)  # nor prices and shares their phrase


class Reading(NamedTuple):
    """What a count counts, and the words that say so (tokens)."""

    measure: str
    unit: str
    rule: str
    phrase: NounPhrase  # UNREAD until somebody asks `phrase_of`
    trigger: int | None = None
    verb: int | None = None  # governing verb; UNSOUGHT until somebody asks `verb_of`
    weak: bool = False  # by the noun alone: other evidence may overrule it
    is_people: bool = True
    of_total: float | None = None
    extra: tuple[str, ...] = ()  # rules that changed the first reading


def read_count(sentence: Sentence, number: int, topic: Topic) -> Reading:
    """The measure of the count at a token."""
    rules, lexicon = load_measures(), load_lexicon()
    if (unit := thing_behind(sentence, number, lexicon)) is not None:
        return Reading("other", unit, "measures.other.noun", UNREAD, number + 1, UNSOUGHT, True, False)
    if stands_bare(sentence, number):
        return Reading("other", "", "measures.other.elided", UNREAD, None, UNSOUGHT, True, True)
    sentence.settle()
    phrase = noun_right(sentence, number)
    unit = unit_of(sentence, phrase, lexicon)
    kind = noun_kind(unit, sentence, phrase, lexicon)
    if kind == "elided" and is_label(sentence, number, phrase, lexicon):
        kind = "label"
    people = kind in PEOPLE
    verb = governing_verb(sentence, phrase) if people else UNSOUGHT
    found = first_evidence(sentence, number, phrase, unit, kind, verb, topic, rules)
    if found and found.measure == "injuries" and topic.disease and in_hospital(sentence, found):
        found = found._replace(measure="infections")
    if found and found.measure == "missing" and is_seizure(sentence, found, unit):
        found = found._replace(measure="arrests")
    if found and found.measure == "displacements" and unit in FLEEING_JUSTICE and found.rule in ("subject", "flight"):
        found = Found("people_other", "fled", found.trigger, found.verb)
    if found:
        found = of_staff(sentence, found, unit, rules)
        is_weak = found.rule in ("called", "member")
        if kind == "elided" and rules.measures[found.measure].counts == "people":
            unit = "case" if found.rule == "toll" and found.measure == "infections" else PERSON
        return Reading(
            found.measure,
            unit or PERSON,
            f"measures.{found.measure}.{found.rule}",
            phrase,
            found.trigger,
            found.verb if found.verb is not None or found.bare else verb,
            is_weak,
            people,
        )
    if kind == "person":
        return Reading(
            "people_other", unit or PERSON, "measures.people_other.noun", phrase, phrase.head, verb, True, True
        )
    if kind in ("event", "site"):
        measure = "event_count" if kind == "event" or site_of_event(sentence, phrase, topic) else "other"
        return Reading(measure, unit or "", f"measures.{measure}.noun", phrase, phrase.head, verb, True, False)
    if kind == "label":
        return Reading("other", "", "measures.other.label", phrase, None, verb, True, False)
    if kind == "elided":
        return Reading("other", unit or "", "measures.other.elided", phrase, None, verb, True, True)
    return Reading("other", unit or "", "measures.other.noun", phrase, phrase.head, verb, True, False)


def thing_behind(sentence: Sentence, number: int, lexicon: Lexicon) -> str | None:
    """The thing that a count right before its plural counts, "1,200 shares", in the singular; None where more is said.

    Tags need not be settled for it: a noun behind a number stays one, and what comes next is none either way.
    """
    classes, noun = sentence.classes, number + 1
    letter, after = classes[noun : noun + 1], classes[noun + 1 : noun + 2]
    if letter not in ("N", "Z") or after in NOUN_TO_COME or sentence.times:
        return None
    word = sentence.words[noun]
    known = lexicon.things.get(word, "")
    if known == "":
        if len(lexicon.things) > CACHED_WORDS:
            lexicon.things.clear()
        known = lexicon.things[word] = plain_thing(word, lexicon)
    return known


NOUN_TO_COME = frozenset("NbZg")  # classes out of context of a word that may be a noun


def stands_bare(sentence: Sentence, number: int) -> bool:
    """Whether a count has no noun and nothing in its sentence tells what it counts: "rose to 1,234 from 1,100".

    Asked of classes out of context, which settle nothing: a word before it that may name it, "Explorer 6", is doubt
    enough to read on. Four such numbers in ten are spared the evidence.
    """
    classes, words = sentence.classes, sentence.words
    after, before = classes[number + 1 : number + 2], classes[number - 1] if number else "."
    if after == ")" or after in OPENS_NOUN or before not in BEFORE_BARE:
        return False
    if number and (words[number - 1] in ("under", "over", "below", "above", "of")):
        return False  # "most of them under five", "the strike of 1877", "the age of 20"
    if before == "C" and number > 1 and classes[number - 2] in "Qq":
        return False
    return telling_words().isdisjoint(words)


BEFORE_BARE = frozenset("IBTCMHVURkDA(.:;")  # classes out of context before a number that names nothing


def plain_thing(word: str, lexicon: Lexicon) -> str | None:
    """The singular of a plural that no rule knows and that names nobody."""
    noun, rules = singular(word, lexicon), load_measures()
    if noun == word or word in AMBIGUOUS or lexicon.verbs.get(word, ("",))[0] in lexicon.pure_verbs:
        return None
    if noun in rules.pairs or noun in rules.nouns or word in rules.nouns or noun in COMPOUND_HEADS or noun == "case":
        return None
    thing = kind_of(noun, word, noun, lexicon) == "thing"
    return noun if thing else None


AMBIGUOUS = ("others", "ones")  # of whom, other words tell


def verb_of(sentence: Sentence, token: int, reading: Reading) -> int | None:
    """The verb that rules the number at a token."""
    return reading.verb if reading.verb != UNSOUGHT else governing_verb(sentence, phrase_of(sentence, token, reading))


def phrase_of(sentence: Sentence, token: int, reading: Reading) -> NounPhrase:
    """The noun phrase of the number at a token; of a price or share, itself with its unit."""
    if reading.phrase is not UNREAD:
        return reading.phrase
    if sentence.classes[token] == "Q":
        return noun_right(sentence, token)
    right = token
    while right + 1 < sentence.size and sentence.classes[right + 1] == "u":
        right += 1
    return NounPhrase(phrase_left(sentence, token), right, None, None)


def counts_people(sentence: Sentence, number: int) -> bool:
    """Whether a fraction or percentage is one of people: "half of the staff", "30 percent of workers"."""
    if not may_count(sentence, number):
        return False
    sentence.settle()
    lexicon = load_lexicon()
    phrase = noun_right(sentence, number)
    if phrase.head is None:
        bare = by_bare_state(sentence, number, load_measures())
        return phrase.whole is not None or bare is not None  # "half of the 120 dead", "85 percent of the injured"
    return noun_kind(unit_of(sentence, phrase, lexicon), sentence, phrase, lexicon) in PEOPLE


def may_count(sentence: Sentence, number: int) -> bool:
    """Whether a noun may follow a percentage, or a state stand before it: asked of words whose tags are not settled."""
    words, classes, i = sentence.words, sentence.classes, number + 1
    if classes[i : i + 1] == ")":
        return True  # "12 (50%) workers"
    while i < sentence.size and classes[i] == "u":
        i += 1
    if i < sentence.size and classes[i] in OPENS_NOUN:
        return True
    return words[0] == "of" or (number > 1 and words[number - 2] in ("the", "those"))  # as `by_bare_state` asks


OPENS_NOUN = frozenset("NKAaDSObZgELF'-")  # classes out of context of what can begin the phrase that a number counts


def in_hospital(sentence: Sentence, found: Found) -> bool:
    """Who is in hospital in an epidemic is ill, not hurt: "129 are in intensive care", "73 were hospitalized"."""
    if found.trigger is None:
        return False
    words = sentence.words[found.trigger : found.trigger + 4]
    return not HOSPITAL.isdisjoint(words) and HURT.isdisjoint(sentence.words)


def of_staff(sentence: Sentence, found: Found, unit: str | None, rules: MeasureRules) -> Found:
    """Workers who are let go are dismissed, and those who are moved are not displaced."""
    if found.rule in ("passive", "object", "participle") and found.measure == "strike_size":
        is_force = any(cue.measure == "security_forces" for cue in rules.called.get(unit or "", ()))
        return found._replace(measure="security_forces", rule="called_out") if is_force else found
    lets = found.measure == "releases" and found.trigger is not None and sentence.bases[found.trigger] == "let"
    employed = unit in rules.whole or not EMPLOYERS.isdisjoint(sentence.words[: found.trigger])
    fired = lets and employed  # "the firm is letting 300 people go"
    if not (unit in rules.whole or fired) or found.rule not in ("passive", "object", "participle"):
        return found
    if fired:
        return Found("dismissals", "let_go", found.trigger, found.verb)
    if found.measure == "displacements":
        return Found("people_other", "moved", found.trigger, found.verb)
    return found


def first_evidence(
    sentence: Sentence,
    number: int,
    phrase: NounPhrase,
    unit: str | None,
    kind: str,
    verb: int | None,
    topic: Topic,
    rules: MeasureRules,
) -> Found | None:
    """The strongest evidence for a measure, in the order in which the news means it."""
    if kind == "label":
        return None
    if found := by_strength(sentence, number, rules):
        return found
    if kind != "elided" and (
        found := by_pair(sentence, phrase, unit, rules, verb) or by_event_noun(sentence, phrase, unit, topic, rules)
    ):
        return found
    if kind not in PEOPLE:
        return None
    aside: Found | None = None  # "people_other" and the like only where nothing better is said
    for found in evidence(sentence, number, phrase, topic, rules):
        if found and found.measure == "displacements" and found.rule == "passive":
            found = hurt(by_modifier(sentence, number, phrase, rules)) or found
        if found and (rules.measures[found.measure].is_core or is_rescue(sentence, found)):
            return found
        aside = aside or found
    if (told := by_places(sentence, phrase, unit, topic) or by_flight(sentence, phrase, verb, topic)) and aside is None:
        return told
    named = by_name(sentence, phrase, unit, topic, rules) if kind != "elided" else None
    if aside and aside.measure == "people_other" and "S" in sentence.tags[phrase.left : number]:
        return named if named and named.rule == "member" else aside  # "The union's 40,000 members will vote"
    if aside and aside.measure == "people_other" and aside.rule == "subject":
        return named if named and named.measure in NAMED_FOR_IT else aside  # "The 1,700 strikers voted to go back"
    if aside or kind == "elided":
        return aside
    if by_fragment(sentence, phrase, unit, topic, rules):
        return Found("strike_size", "fragment", phrase.head)
    return by_closure(sentence, phrase, unit, rules) or named


def evidence(
    sentence: Sentence, number: int, phrase: NounPhrase, topic: Topic, rules: MeasureRules
) -> Iterator[Found | None]:
    """What the words around a count of people say of it, the weightiest first."""
    main = unless_forces(sentence, phrase, by_predicate(sentence, phrase, topic, rules), rules)
    if main is not None and main.rule == "noun" and (bare := by_bare_state(sentence, number, rules)):
        yield bare  # "six of the dead were soldiers"
    participle = by_participle(sentence, phrase, topic, rules)
    yield unless_described(sentence, phrase, main, participle)
    if participle and sentence.words[max(0, phrase.left - 1)] == "with" and participle.measure in HARM:
        yield outcome(sentence, phrase, topic, rules, participle)  # "in the clash, with 20 people hit by bullets"
    yield by_fronted(sentence, phrase, topic, rules)
    yield by_governor(sentence, phrase, topic, rules)
    yield by_object(sentence, phrase, topic, rules)
    yield by_joint_object(sentence, phrase, topic, rules)
    yield by_modifier(sentence, number, phrase, rules)
    yield outcome(sentence, phrase, topic, rules, participle)
    yield by_members(sentence, phrase, rules)
    yield by_relative(sentence, phrase, topic, rules)
    yield by_pronoun(sentence, phrase, topic, rules)
    yield by_setting(sentence, phrase, topic, rules)
    yield by_shelter(sentence, phrase, topic, rules)


def unless_described(
    sentence: Sentence, phrase: NounPhrase, main: Found | None, participle: Found | None
) -> Found | None:
    """ "300 drivers sacked in July are demanding their jobs back": what befell them is what they are counted by."""
    if main is None or participle is None or main.trigger is None or participle.trigger != phrase.right + 1:
        return main
    told = participle.rule == "participle" and participle.measure in ("dismissals", "arrests", "prosecutions")
    return participle if told and sentence.bases[main.trigger] in CLAIMING else main


def is_seizure(sentence: Sentence, found: Found, unit: str | None) -> bool:
    """Suspects are seized by police, where others are seized by kidnappers, unless the text names the police."""
    if found.trigger is None or sentence.bases[found.trigger] not in ("seize", "grab", "snatch"):
        return False
    return unit in SUSPECTS or not TAKERS.isdisjoint(sentence.words[max(0, found.trigger - 10) : found.trigger])


def hurt(found: Found | None) -> Found | None:
    """ "six injured migrants were airlifted": carried away because they were hurt."""
    return found if found and found.measure == "injuries" else None


def outcome(
    sentence: Sentence, phrase: NounPhrase, topic: Topic, rules: MeasureRules, found: Found | None
) -> Found | None:
    """What became of those who were missing: "two people trapped on board, who were killed"."""
    if found and found.measure == "missing" and (later := by_relative(sentence, phrase, topic, rules)):
        return later
    return with_object_verb(sentence, phrase, found)


def is_rescue(sentence: Sentence, found: Found) -> bool:
    """Who is rescued is no longer missing, trapped or abducted."""
    if found.trigger is None or found.measure != "people_other":
        return False
    return sentence.bases[found.trigger] in ("rescue", "save") or "alive" in sentence.words[found.trigger :]


def with_object_verb(sentence: Sentence, phrase: NounPhrase, found: Found | None) -> Found | None:
    """ "left 20 dead": what is said right behind the noun is governed by the verb before it, if by any."""
    if found is None or found.verb is not None:
        return found
    main = object_verb(sentence, phrase.left)
    return found._replace(verb=joint_object_verb(sentence, phrase.left) if main is None else main, bare=True)


def governing_verb(sentence: Sentence, phrase: NounPhrase) -> int | None:
    """The verb that rules the number's noun phrase: as object, as subject, or the nearest left."""
    if not has_verb(sentence):
        return None
    main = object_verb(sentence, phrase.left)
    reports = main is not None and sentence.bases[main] in SAYING  # "he said 300 would be sent"
    if main is not None and not reports:
        return main
    if may_be_subject(sentence, phrase):
        own = subject_verb(sentence, phrase)
        if own is not None:
            return own
    if main is not None:
        return main
    left, right = clause_bounds(sentence, phrase.left)
    for i in range(phrase.left - 1, left - 1, -1):
        if sentence.tags[i] in "VpbgX" and not (i == 0 and sentence.tags[:2] == "gN"):  # "Rotating strikes by 300"
            return i
    return next((i for i in range(phrase.right + 1, right + 1) if sentence.tags[i] in "VpX"), None)


def site_of_event(sentence: Sentence, phrase: NounPhrase, topic: Topic) -> bool:
    """Whether places are counted because something happens there."""
    return topic.protest or topic.strike
