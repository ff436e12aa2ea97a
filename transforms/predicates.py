"""What a verb says of the number that is its subject or object.

"20 were arrested", "police arrested 20" -> arrests; "20 died" -> deaths; "40 remain in hospital" -> injuries
"""

from __future__ import annotations

from transforms.cues import (
    Found,
    Topic,
    cue_at,
    first_plain,
    named_event,
    never_here,
    noun_cues,
    rest_matches,
    state_at,
)
from transforms.grammar import (
    NounPhrase,
    Sentence,
    is_person,
    load_lexicon,
    singular,
    skip_phrase,
    verb_follows,
    verb_phrase,
)
from transforms.measures import Cue, MeasureRules, load_measures
from transforms.words import word_list

LIGHT = word_list("light")
MOTION = word_list("motion")
HAVING = word_list("having")
RAISING = word_list("raising")
REPORTING = word_list("reporting")
COURTS = word_list("courts")
WOUNDS = word_list("wounds")
PARTICLES = word_list("particles")
COUNTED = word_list("counted")
ACTIVISTS = word_list("activists")
STRIKES = word_list("strikes")
STAFF_CUTS = word_list("staff_cuts")
SEARCHERS = word_list("searchers")
DEMANDING = word_list("demanding")
GATHERING = word_list("gathering")
AGAINST = word_list("against")
CAMPS = word_list("camps")
HOLDING = word_list("holding")
REFUGES = word_list("refuges")
WITNESSED = word_list("witnessed")
BARGAINS = word_list("bargains")
HEALERS = word_list("healers")
GUARDING = word_list("guarding")
CALLED_AS = word_list("called_as")
AFFECTING = word_list("affecting")
SHUTTING = word_list("shutting")
SHUTDOWNS = word_list("shutdowns")
SITES = word_list("branches")
TAKING = word_list("taking")
TAKERS = word_list("takers")
BURYING = word_list("burying")
BONES = word_list("bones")
CLAMOUR = word_list("clamour")
DONE = ("past", "present")  # in a headline "300 porters return to work"
BACK_AT_WORK = ("return to work", "go back to work", "resume work")
BETWEEN = frozenset("since both all each".split())
PASSED = frozenset(
    "among amongst those the as due likely about set all believed certain sure ready poised prepared".split()
)


def by_predicate(sentence: Sentence, phrase: NounPhrase, topic: Topic, rules: MeasureRules) -> Found | None:
    """The verb of which the number's noun is the subject: "20 were arrested", "20 people died"."""
    if not may_be_subject(sentence, phrase):
        return None
    main = subject_verb(sentence, phrase)
    if main is None:
        return None
    found = predicate(sentence, main, as_protesters(sentence, phrase, topic), rules, 0)
    return found or by_striking(sentence, phrase, main, rules) or by_second(sentence, main, topic, rules)


def by_second(sentence: Sentence, main: int, topic: Topic, rules: MeasureRules) -> Found | None:
    """ "300 workers sat down at the machines and refused to work": the second thing told of the same subject."""
    tags = sentence.tags
    for i in range(main + 1, min(sentence.size - 2, main + 18)):
        if tags[i] in ";:URQq":
            return None
        if tags[i] == "C" and sentence.words[i] in ("and", "but"):
            j = i + 1 + (tags[i + 1] == "a")
            if tags[j] == "p" and (cue := cue_at(sentence, j, rules.acts, topic)) and cue.words:
                return Found(cue.measure, "subject", j, j)
            if tags[j] not in "VXHM":
                continue
            found = predicate(sentence, main_verb(sentence, j), topic, rules, 1)
            return found if found and found.measure != "people_other" else None
    return None


def by_striking(sentence: Sentence, phrase: NounPhrase, main: int, rules: MeasureRules) -> Found | None:
    """ "21,000 miners struck five mines": who works and strikes an employer, but no deal."""
    verb = verb_phrase(sentence, main)
    if verb.base != "strike" or verb.voice != "active" or verb.negated or not names_staff(sentence, phrase, rules):
        return None
    behind = sentence.words[main + 1 : main + 5]
    return Found("strike_size", "subject", main, main) if BARGAINS.isdisjoint(behind) else None


def by_fronted(sentence: Sentence, phrase: NounPhrase, topic: Topic, rules: MeasureRules) -> Found | None:
    """ "Fleeing violence in the north, some 8,500 people have arrived": what the subject does is told first."""
    left = phrase.left
    if not left or sentence.tags[0] not in "gN" or sentence.tags[left - 1] != "," or left > FRONTED:
        return None
    if not sentence.words[0].endswith("ing") or any(tag in "VXHM;:" for tag in sentence.tags[1:left]):
        return None
    cue = next(
        (cue for cue in rules.acts.get(base_of_ing(sentence, 0), ()) if not cue.words and not cue.with_event), None
    )
    return Found(cue.measure, "fronted", 0) if cue and cue.measure in ("displacements", "protest_size") else None


FRONTED = 25  # tokens of such a clause


def base_of_ing(sentence: Sentence, token: int) -> str:
    """The base form of a verb in -ing, also where it opens the sentence with a capital."""
    word = sentence.words[token]
    known = load_lexicon().verbs.get(word)
    return known[0] if known else sentence.bases[token]


class Protesting:
    """The topic of a sentence about protesters: what they do is protest, whether or not one is named."""

    protest, strike, disease = True, False, False

    def __contains__(self, topic: str) -> bool:
        return topic == "protest"


def as_protesters(sentence: Sentence, phrase: NounPhrase, topic: Topic) -> Topic:
    """The topic, sharpened where the number counts people who are out to protest."""
    if phrase.head is not None and singular(sentence.words[phrase.head], load_lexicon()) in ACTIVISTS:
        return Protesting()
    return topic


def predicate(sentence: Sentence, main: int, topic: Topic, rules: MeasureRules, depth: int) -> Found | None:
    """The measure that a verb gives its subject."""
    verb = verb_phrase(sentence, main)
    if depth > 3:
        return None
    if verb.voice == "passive" and is_lost(sentence, main, negated=verb.negated):
        return Found("missing", "not_found", main, main)
    if (
        verb.base == "work"
        and verb.voice == "active"
        and "where" in sentence.words[max(0, verb.start - 9) : verb.start]
    ):
        return Found("workforce", "where", main, main)
    if verb.voice == "passive":
        joint = joint_verbs(sentence, main)
        if "kill" in joint and joint & {"injure", "wound", "hurt"}:
            return Found("people_other", "dead_and_injured", main, main)
        if (
            main + 2 < sentence.size
            and sentence.tags[main + 1] == "C"
            and sentence.tags[main + 2] == "p"
            and not cue_at(sentence, main, rules.verbs, topic, passive=True)
        ):
            main += 2  # "were intercepted and deported"
        found = cue_at(sentence, main, rules.verbs, topic, passive=True)
        if found is None and (state := state_at(sentence, main, rules, topic)) and state.trigger == main:
            return state._replace(verb=main)
        if found and by_court(sentence, main, found):
            return Found("prosecutions", "passive", main, main)
        if found and found.name == "shoot" and has_victim(sentence, main, rules):
            return None
        if found or (
            sentence.words[main + 1 : main + 2] not in (["by"], ["back"], ["up"])
            and (found := cue_at(sentence, main, rules.passives, topic, passive=True))
        ):
            return Found(found.measure, "passive", main, main)
        if verb.base == "involve" and (taken := involved(sentence, main, topic, rules)):
            return taken
        return complement(sentence, main, topic, rules, depth)
    if verb.voice == "be":
        got = "get" if sentence.words[main] in ("get", "gets", "got") else "be"
        for cue in rules.acts.get(got, ()):
            if rest_matches(sentence, main + 1, cue.words, 0):
                return Found(cue.measure, "subject", main, main)
        return complement(sentence, main, topic, rules, depth)
    if verb.negated and "strike" in topic and (absent := cue_at(sentence, main, rules.acts, topic)):
        stays_away = absent.with_event and absent.measure == "protest_size"
        return Found("strike_size", "absent", main, main) if stays_away else None  # "did not turn up for classes"
    if sentence.bases[main] in ("kill", "hang") and sentence.words[main + 1 : main + 2] == ["themselves"]:
        return Found("deaths", "subject", main, main)
    if dead_or_missing(sentence, main):
        return Found("people_other", "dead_and_injured", main, main)
    found = cue_at(sentence, main, rules.acts, topic)
    if not (found and found.words and not found.with_event) and (event := event_object(sentence, main, rules, topic)):
        marched = found and found.measure == "protest_size" and event.measure == "strike_size"
        return Found(found.measure, "subject", main, main) if found and marched else event  # "marched for the strike"
    if found and found.name in BACK_AT_WORK:
        return Found(found.measure, "back_at_work", main, main) if verb.tense in DONE and not verb.modal else None
    if found:
        return Found(found.measure, "subject", main, main)
    if (
        sentence.tags[main] == "H"
        and (hurt := with_injury(sentence, main, topic, rules))
        and hurt.measure == "injuries"
    ):
        return hurt._replace(verb=main)  # "50 people had bullet wounds"
    if verb.base in GATHERING and clamours(sentence, main):
        return Found("protest_size", "clamour", main, main)
    if verb.base in RAISING and (found_behind := complement(sentence, main, topic, rules, depth)):
        return found_behind
    if verb.base in MOTION and (found_ahead := purpose(sentence, main, topic, rules, depth)):
        return found_ahead
    if verb.base in GATHERING and not verb.negated and (cause := cause_of(sentence, main)) is not None:
        return Found("protest_size", "cause", cause, main)
    return means(sentence, main, topic, rules) or chanting(sentence, main, rules)


def cause_of(sentence: Sentence, main: int) -> int | None:
    """ "drove into the city to demand higher prices", "gathered in support of": what people came together for."""
    tags, words = sentence.tags, sentence.words
    for i in range(main + 1, min(sentence.size - 1, main + 16)):
        if tags[i] in ";:URVXMH":
            return None
        if tags[i] == "T" and tags[i + 1] == "b":
            return i + 1 if sentence.bases[i + 1] in DEMANDING else None
        if words[i] == "against" or (words[i] == "in" and words[i + 1] in AGAINST):
            return i
    return None


def chanting(sentence: Sentence, main: int, rules: MeasureRules) -> Found | None:
    """ "Hundreds waited outside the court, chanting", "stood there waving banners": what they do beside it."""
    tags = sentence.tags
    for i in range(main + 1, min(sentence.size, main + 16)):
        if tags[i] in ";:URVXMHC":
            return None
        if tags[i] == "g":
            for cue in rules.acts.get(sentence.bases[i], ()):
                if cue.measure == "protest_size" and not cue.with_event and rest_matches(sentence, i + 1, cue.words, 0):
                    return Found("protest_size", "beside", i, main)
            return None
    return None


def is_lost(sentence: Sentence, main: int, *, negated: bool) -> bool:
    """ "have not been found", "are yet to be found", "have not been seen since", "were not heard from"."""
    base, behind = sentence.bases[main], sentence.words[main + 1 : main + 2]
    if base in ("find", "locate", "trace", "account"):
        return negated or "yet" in sentence.words[max(0, main - 4) : main]
    return negated and (
        (base == "see" and behind in ([], ["since"], ["again"], ["."])) or (base == "hear" and behind == ["from"])
    )


def involved(sentence: Sentence, main: int, topic: Topic, rules: MeasureRules) -> Found | None:
    """ "Thousands of workers were involved in the strike", "were involved", where a strike is the topic."""
    if sentence.words[main + 1 : main + 2] == ["in"]:
        return event_object(sentence, main, rules, topic)
    alone = sentence.tags[main + 1 : main + 2] in ("", ".", ",", "C")
    return Found("strike_size", "involved", main, main) if alone and topic.strike and not topic.protest else None


def clamours(sentence: Sentence, main: int) -> bool:
    """ "gathered outside the prison demanding answers": what those who have gathered say or shout."""
    for i in range(main + 1, min(sentence.size, main + 14)):
        if sentence.tags[i] in ";:URVXMHQ":
            return False
        if sentence.tags[i] == "g" and sentence.bases[i] in CLAMOUR:
            return True
    return False


def dead_or_missing(sentence: Sentence, main: int) -> bool:
    """ "3,000 died or disappeared", "have died or are missing": one number for both."""
    following = sentence.bases[main + 2 : main + 5]
    return (
        sentence.bases[main] in ("die", "perish", "drown")
        and sentence.words[main + 1 : main + 2] == ["or"]
        and any(base in ("disappear", "vanish", "missing", "go") for base in following)
    )


def means(sentence: Sentence, main: int, topic: Topic, rules: MeasureRules) -> Found | None:
    """ "caused chaos by staging a strike", "grounded flights by calling in sick": what they did to bring it about."""
    tags = sentence.tags
    for i in range(main + 1, min(sentence.size - 1, main + 9)):
        if tags[i] in ";:URVXMH,C":
            return None
        if sentence.words[i] == "by" and tags[i + 1] == "g":
            found = event_object(sentence, i + 1, rules, topic)
            if found is None and (cue := cue_at(sentence, i + 1, rules.acts, topic)):
                found = Found(cue.measure, "subject", i + 1, main)
            return found if found and found.measure in ("strike_size", "protest_size") else None
    return None


def purpose(sentence: Sentence, main: int, topic: Topic, rules: MeasureRules, depth: int) -> Found | None:
    """ "drove to Brussels to protest", "used tractors to block the road": what somebody set out to do."""
    tags = sentence.tags
    for i in range(main + 1, min(sentence.size - 1, main + 9)):
        if tags[i] in ";:URVXMH,C":
            return None
        if tags[i] == "T" and tags[i + 1] == "b":
            loud = sentence.bases[i + 1] in CLAMOUR
            found = predicate(sentence, i + 1, Protesting() if loud else topic, rules, depth + 1)
            return found._replace(verb=main) if found else None
    return None


def complement(sentence: Sentence, main: int, topic: Topic, rules: MeasureRules, depth: int) -> Found | None:
    """What follows "are", "were reported", "are expected to", "remain": a state, a participle, a verb."""
    tags, size = sentence.tags, sentence.size
    i = main + 1
    passed = 0
    while i < size and passed < 6:
        letter = tags[i]
        if found := state_at(sentence, i, rules, topic):
            return found._replace(verb=main)
        if letter in "XHMF":
            return predicate(sentence, main_verb(sentence, i), topic, rules, depth + 1)
        if letter == "b":
            return predicate(sentence, i, topic, rules, depth + 1)
        if letter == "p":
            cue = cue_at(sentence, i, rules.verbs, topic, passive=True) or cue_at(
                sentence, i, rules.passives, topic, passive=True
            )
            return (
                Found(cue.measure, "passive", i, i)
                if cue
                else complement(sentence, i, topic, rules, depth + 1)
                if sentence.bases[i] in RAISING and depth < 3
                else None
            )
        if letter == "g":
            cue = cue_at(sentence, i, rules.acts, topic)
            return Found(cue.measure, "subject", i, i) if cue else event_object(sentence, i, rules, topic)
        if letter == "A" and sentence.bases[i] != sentence.words[i]:
            cue = first_plain(rules.verbs.get(sentence.bases[i], ()))
            if cue:
                return Found(cue.measure, "state", i, main)
        if sentence.words[i] == "those" and tags[i + 1 : i + 2] == "R":
            return by_relative(sentence, NounPhrase(i, i, i, None), topic, rules)
        if letter in "aGtT'" or (letter in "NK" and depth) or sentence.words[i] in PASSED:
            i += 1
            passed += 1
        elif letter == "N" and verb_phrase(sentence, main).voice == "be":
            cue = noun_cues(sentence, i, rules.called)
            return Found(cue.measure, "noun", i, main) if cue else None
        else:
            return None
    return None


def event_object(sentence: Sentence, main: int, rules: MeasureRules, topic: Topic) -> Found | None:
    """ "staged a work stoppage", "took part in the march", "joined a hunger strike": a light verb and its event."""
    if sentence.bases[main] not in LIGHT:
        return None
    tags, size = sentence.tags, sentence.size
    for i in range(main + 1, min(size, main + 12)):
        letter = tags[i]
        if letter in ";:URVXMH" or (letter == "," and i > main + 6):
            return None
        if letter in "NKg" and (i + 1 == size or tags[i + 1] not in "N"):
            cue = noun_cues(sentence, i, rules.events)
            if (
                cue
                and cue.measure in ("strike_size", "protest_size")
                and not never_here(sentence, i, cue.measure, rules)
                and not (sentence.bases[main] in MOTION and sentence.words[i] in WITNESSED)
            ):
                return Found(cue.measure, "event", i, main)
    return None


def by_participle(sentence: Sentence, phrase: NounPhrase, topic: Topic, rules: MeasureRules) -> Found | None:
    """Right behind the noun: "16 people killed in", "300 dead", "20 in custody", "15 men being held"."""
    tags, size = sentence.tags, sentence.size
    i = phrase.right + 1
    passed = 0
    while i < size and passed < 14:
        letter = tags[i]
        if found := state_at(sentence, i, rules, topic) if letter not in "at" else None:
            return found
        if letter == "p":
            joint = joint_verbs(sentence, i)
            if "kill" in joint and joint & {"injure", "wound", "hurt"}:
                return Found("people_other", "dead_and_injured", i, i)
            cue = cue_at(sentence, i, rules.verbs, topic, passive=True)
            if cue is None and sentence.words[i + 1 : i + 2] not in (["by"], ["back"], ["up"]):
                cue = cue_at(sentence, i, rules.passives, topic, passive=True)
            if cue is None and (act := cue_at(sentence, i, rules.acts, topic)) and act.words:
                cue = act  # "300 drivers called in sick"
            if cue:
                return Found(cue.measure, "participle", i, i)
            return complement(sentence, i, topic, rules, 1) if sentence.bases[i] in RAISING else None
        if (
            letter == "A"
            and sentence.bases[i] != sentence.words[i]
            and (cue := first_plain(rules.verbs.get(sentence.bases[i], ())))
        ):
            return Found(cue.measure, "participle", i, i)
        if letter == "g":
            if tags[i - 1] in "IOBT":  # "on suspicion of rioting"
                i, passed = i + 1, passed + 1
                continue
            if sentence.words[i] == "being" and i + 1 < size and tags[i + 1] == "p":
                i += 1
                continue
            cue = cue_at(sentence, i, rules.acts, topic)
            if cue and cue.with_event and (event := event_object(sentence, i, rules, topic)):
                return event  # "thousands joining protest marches" in a strike
            if cue and cue.measure == "population":
                return None  # "children living in the sewers"
            return Found(cue.measure, "participle", i, i) if cue else event_object(sentence, i, rules, topic)
        if letter == "," and not passed and not any(tag in "VXHM" for tag in tags):
            joined = skip_phrase(sentence, i + 1)  # a headline: "Eight assailants, a guard killed in bombings"
            if joined > i + 1 and tags[joined : joined + 1] == "p":
                i = joined
                continue
        if letter == "X" and sentence.words[i] == "being" and tags[i + 1 : i + 2] == "p":
            i += 1  # "12 men being held"
            continue
        if letter in "atG'" or (letter == "A" and sentence.bases[i] in RAISING):  # "six reported wounded"
            i, passed = i + 1, passed + 1
        elif sentence.words[i] == "as" and not passed:
            return state_at(sentence, i + 1, rules, topic)  # "listed 40 as missing"
        elif letter in "IO" and passed < 8 and sentence.words[i] not in ("including", "with", "for"):
            after = skip_phrase(sentence, i + 1)
            after = after + 1 if after == i + 1 and tags[after : after + 1] == "g" else after  # "during voting"
            passed += after - i
            i = max(after, i + 1)
        elif sentence.words[i] == "with" and not passed:
            return with_injury(sentence, i, topic, rules)
        elif letter == "T" and tags[i + 1 : i + 2] in ("b", "X") and not is_stated_whole(sentence, phrase):
            return predicate(sentence, main_verb(sentence, i + 1), topic, rules, 1)
        else:
            return None
    return None


BROKEN = frozenset(("broken", "fractured", "shattered", "dislocated"))


def with_injury(sentence: Sentence, i: int, topic: Topic, rules: MeasureRules) -> Found | None:
    """ "84 people with eye injuries", "12 patients with cholera"."""
    for token in range(i + 1, min(sentence.size, i + 5)):
        if sentence.words[token] in BONES and not BROKEN.isdisjoint(sentence.words[i + 1 : token]):
            return Found("injuries", "with", token)
        if sentence.words[token] in rules.diseases:
            return Found("infections", "with", token)
        if sentence.tags[token] == "N" and singular(sentence.words[token], load_lexicon()) in WOUNDS:
            return Found("injuries", "with", token)
        if sentence.tags[token] in "VXb,;":
            return None
    return None


def by_object(sentence: Sentence, phrase: NounPhrase, topic: Topic, rules: MeasureRules) -> Found | None:
    """The verb of which the number's noun is the object: "police detained 120 people", "killing 14"."""
    main = object_verb(sentence, phrase.left)
    if found := by_having(sentence, phrase, rules):
        return found
    if main is None:
        return None
    joint = joint_verbs(sentence, main)
    if "kill" in joint and joint & {"injure", "wound", "hurt"}:
        return Found("people_other", "dead_and_injured", main, main)
    for cue in rules.verbs.get(sentence.bases[main], ()):
        if cue.with_event and not named_event(cue, topic):
            continue
        if phrase.head is None and (
            (cue.with_event and sentence.bases[main] not in COUNTED)
            or (cue.measure == "workforce" and cue.name not in ("employ", "hire"))
        ):
            continue
        if cue.name == "shoot" and has_victim(sentence, phrase.right + 1, rules):
            continue
        if cue.name == "look for" and SEARCHERS.isdisjoint(sentence.words[:main]):
            continue  # "police are looking for two men"
        if cue.name == "cover" and not names_staff(sentence, phrase, rules):
            continue  # a contract covers 300 drivers, a doctor 300 patients
        if cue.before and not (main and sentence.words[main - 1] == cue.before):
            continue
        if cue.words and not rest_matches(sentence, main + 1, cue.words, before_next(sentence, main, phrase)):
            continue
        if never_here(sentence, main, cue.measure, rules):
            continue
        measure = "prosecutions" if by_court(sentence, main, cue) else cue.measure
        if cue.name.endswith("idle") and not STRIKES.isdisjoint(sentence.words[max(0, main - 12) : main]):
            measure = "strike_size"
        return Found(measure, "object", main, main)
    if sentence.words[main - 1 : main + 1] == ["let", "go"] and not names_staff(sentence, phrase, rules):
        return Found("releases", "object", main, main)
    before = sentence.words[max(0, main - 6) : main]
    if sentence.bases[main] == "hold" and not GUARDING.isdisjoint(before) and is_held(sentence, phrase):
        return Found("arrests", "object", main, main)
    if sentence.bases[main] == "treat" and not HEALERS.isdisjoint(before) and "dead" not in sentence.words[main:]:
        return Found("injuries", "object", main, main)
    if sentence.bases[main] in HOLDING and not CAMPS.isdisjoint(before):
        return Found("displacements", "object", main, main)
    if sentence.bases[main] == "shelter" and not REFUGES.isdisjoint(before):
        return Found("displacements", "object", main, main)
    if sentence.words[main - 1 : main + 1] == ["let", "go"] and names_staff(sentence, phrase, rules):
        return Found("dismissals", "object", main, main)
    if sentence.bases[main] in TAKING and not TAKERS.isdisjoint(sentence.words[max(0, main - TAKER_REACH) : main]):
        behind = sentence.words[phrase.right + 1 : phrase.right + 2]
        plain = sentence.words[main + 1] in ("up", "away") or tags_open(sentence, main + 1)
        if plain and behind not in (["to"], ["hostage"], ["into"], ["from"], ["off"], ["captive"]):
            return Found("arrests", "object", main, main)
    if sentence.bases[main] == "bury" and not BURYING.isdisjoint(sentence.words[max(0, main - TAKER_REACH) : main]):
        return Found("missing", "object", main, main)
    lost = singular(sentence.words[phrase.right + 2], load_lexicon()) if phrase.right + 2 < sentence.size else ""
    their = sentence.tags[phrase.right + 1 : phrase.right + 2] == "S"
    if sentence.bases[main] == "cost" and their and lost in ("job", "post"):
        return Found("dismissals", "object", main, main)  # "cost 300 porters their jobs"
    if sentence.bases[main] in AFFECTING and names_staff(sentence, phrase, rules) and shuts_down(sentence, main):
        return Found("dismissals", "closure", main, main)
    cut_off = "off" in sentence.words[phrase.right + 1 : phrase.right + 2]
    if sentence.bases[main] in STAFF_CUTS and names_staff(sentence, phrase, rules) and not cut_off:
        return Found("dismissals", "object", main, main)
    if sentence.bases[main] in ("leave", "make"):
        return state_at(sentence, phrase.right + 1, rules, topic)
    return None


TAKER_REACH = 10  # tokens between the police and what they do


def tags_open(sentence: Sentence, token: int) -> bool:
    """Whether an object begins right at a token."""
    return sentence.tags[token : token + 1] in ("Q", "k", "D", "q")


def is_held(sentence: Sentence, phrase: NounPhrase) -> bool:
    """Whether whom police hold may be held: people, or a number alone, but no "three rallies", "20 hostages"."""
    if phrase.head is None:
        return sentence.tags[phrase.right + 1 : phrase.right + 2] not in ("N", "K", "A")
    return is_person(singular(sentence.words[phrase.head], load_lexicon()), load_lexicon())


def by_joint_object(sentence: Sentence, phrase: NounPhrase, topic: Topic, rules: MeasureRules) -> Found | None:
    """ "arrested the leader and 14 members": the second object of a verb."""
    if found := by_joint_having(sentence, phrase, rules):
        return found
    main = joint_object_verb(sentence, phrase.left)
    if main is None and phrase.right + 1 == sentence.size and sentence.tags[phrase.left - 1 : phrase.left] == ",":
        main = joint_object_verb(sentence, phrase.left, mark=",")  # "to idle six plants, 9,600 workers"
    return by_object(sentence, phrase._replace(left=main + 1), topic, rules) if main is not None else None


def by_joint_having(sentence: Sentence, phrase: NounPhrase, rules: MeasureRules) -> Found | None:
    """ "had 87 offices and 7,000 employees", "with 87 branches and 7,000 employees": an employer's second boast."""
    tags, left = sentence.tags, phrase.left
    if left < 4 or tags[left - 1] != "C" or tags[left - 2] not in "NK" or not names_staff(sentence, phrase, rules):
        return None
    if singular(sentence.words[left - 2], load_lexicon()) not in SITES:
        return None
    first = next((i for i in range(left - 3, max(-1, left - 8), -1) if tags[i] not in "QqNKAk"), None)
    if first is None or "Q" not in tags[first:left] or not (tags[first] == "H" or sentence.words[first] == "with"):
        return None
    return Found("workforce", "has", first)


def joint_object_verb(sentence: Sentence, left: int, mark: str = "C") -> int | None:
    """The verb whose second object begins at a token: "arrested" before "14 members"."""
    tags = sentence.tags
    if not left or tags[left - 1] != mark or verb_follows(sentence, left):
        return None
    i = left - 2
    while i > 0 and left - i < 14 and tags[i] in "DSANKOQkIta":
        i -= 1
    return None if i < 0 or tags[i] not in "Vgb" or i + 1 >= left - 1 else i


def by_having(sentence: Sentence, phrase: NounPhrase, rules: MeasureRules) -> Found | None:
    """ "had 19,200 employees", "claims 25,000 members": what an employer or a union has."""
    left = phrase.left
    while left and sentence.tags[left - 1] in "at":
        left -= 1
    if (
        left
        and (sentence.tags[left - 1] == "H" or sentence.bases[left - 1] in HAVING)
        and phrase.head is not None
        and singular(sentence.words[phrase.head], load_lexicon()) in rules.whole
        and not never_here(sentence, phrase.head, "workforce", rules)
    ):
        return Found("workforce", "has", left - 1)
    return None


def shuts_down(sentence: Sentence, main: int) -> bool:
    """Whether something is closed in the words before a verb: "will be closed for a week, affecting 300 workers"."""
    before = range(max(0, main - SHUT_REACH), main)
    return any(
        sentence.bases[i] in SHUTTING or singular(sentence.words[i], load_lexicon()) in SHUTDOWNS for i in before
    )


SHUT_REACH = 25  # tokens


def before_next(sentence: Sentence, main: int, phrase: NounPhrase) -> int:
    """How far behind the verb its other words may stand: not beyond the next number, as in "13 dead, 20 homeless"."""
    reach = max(0, phrase.right - main) + 8
    following = next(
        (i for i in range(phrase.right + 1, min(sentence.size, main + reach)) if sentence.tags[i] == "Q"), None
    )
    return reach if following is None else following - main - 2


def names_staff(sentence: Sentence, phrase: NounPhrase, rules: MeasureRules) -> bool:
    """Whether the noun counted is one for people who work: "employees", "drivers"."""
    return phrase.head is not None and singular(sentence.words[phrase.head], load_lexicon()) in rules.whole


def by_relative(sentence: Sentence, phrase: NounPhrase, topic: Topic, rules: MeasureRules) -> Found | None:
    """ "ten workers who were rescued"."""
    tags, size = sentence.tags, sentence.size
    for i in range(phrase.right + 1, min(size, phrase.right + 12)):
        if tags[i] == "R" and i > phrase.right + 2 and tags[i - 1] == "," and tags[i - 2] == "K":
            return None  # "four children with Davidson, who died"
        if tags[i] == "R":
            for j in range(i + 1, min(size, i + 6)):
                if tags[j] in "XHMF":
                    return relabel(predicate(sentence, main_verb(sentence, j), topic, rules, 0))
                if tags[j] in "Vb":
                    return relabel(predicate(sentence, j, topic, rules, 0))
                if tags[j] not in "atG":
                    break
            return None
        if tags[i] in "VXHMF;:":
            break
    return by_short_relative(sentence, phrase, rules)


def by_short_relative(sentence: Sentence, phrase: NounPhrase, rules: MeasureRules) -> Found | None:
    """ "the 164 colleagues it had suspended", "the 20 people they arrested": a relative clause without its pronoun."""
    at, tags = phrase.right + 1, sentence.tags
    if phrase.head is None or sentence.words[at : at + 1] not in (["it"], ["they"], ["he"], ["she"], ["we"]):
        return None
    verb = next((j for j in range(at + 1, min(sentence.size, at + 4)) if tags[j] in "XHMFV"), None)
    if verb is None:
        return None
    main = main_verb(sentence, verb)
    if verb_phrase(sentence, main).voice != "active" or tags[main + 1 : main + 2] in tuple("DSQqkNKAP"):
        return None
    cue = next((cue for cue in rules.verbs.get(sentence.bases[main], ()) if not cue.words and not cue.with_event), None)
    return Found(cue.measure, "relative", main, main) if cue else None


def by_pronoun(sentence: Sentence, phrase: NounPhrase, topic: Topic, rules: MeasureRules) -> Found | None:
    """ "About 30 workers were asleep when they were killed": what a clause of time says of its "they"."""
    main = subject_verb(sentence, phrase) if may_be_subject(sentence, phrase) else None
    if main is None:
        return None
    tags, words = sentence.tags, sentence.words
    for i in range(main + 1, min(sentence.size - 2, main + 14)):
        if tags[i] in ";:QqR":
            return None
        if words[i] in ("after", "since", "while") and words[i + 1] == "being" and tags[i + 2] == "p":
            cue = cue_at(sentence, i + 2, rules.verbs, topic, passive=True)
            return Found(cue.measure, "after", i + 2, main) if cue else None  # "went home after being released"
        if words[i] in ("when", "as", "while") and words[i + 1] == "they":
            verb = next((j for j in range(i + 2, min(sentence.size, i + 5)) if tags[j] in "XHMFV"), None)
            return predicate(sentence, main_verb(sentence, verb), topic, rules, 0) if verb is not None else None
    return None


def relabel(found: Found | None) -> Found | None:
    """Evidence of a relative clause; what its people work for is told in passing."""
    return found._replace(rule="relative") if found and found.measure != "workforce" else None


def by_members(sentence: Sentence, phrase: NounPhrase, rules: MeasureRules) -> Found | None:
    """ "the dead included 3 children", "among those arrested were two journalists"."""
    tags, words = sentence.tags, sentence.words
    left = phrase.left
    while left and tags[left - 1] in "at":
        left -= 1
    if not left:
        return None
    if words[left - 1] == "including" or words[max(0, left - 2) : left] == ["among", "them"]:
        return by_including(sentence, left, rules)
    is_inverted = tags[left - 1] == "X" and ("among" in words[:left] or "amongst" in words[:left])
    named = words[left - 1] == "as" and not NAMING.isdisjoint(sentence.bases[max(0, left - 8) : left])
    if (
        not is_inverted
        and not named
        and not (tags[left - 1] in "VgpA" and sentence.bases[left - 1] in ("include", "number", "includ"))
    ):
        return None
    for token in range(left - 2, max(-1, left - 10), -1):
        if tags[token] in ";:":
            return None
        if tags[token] in "ApVN":
            cue = first_plain(rules.states.get(words[token], ()))
            if cue is None and tags[token] != "N" and sentence.bases[token] != words[token]:
                cue = first_plain(rules.verbs.get(sentence.bases[token], ()))
            if cue is None and tags[token] == "N":
                cue = noun_cues(sentence, token, rules.called) or noun_cues(sentence, token, rules.nouns)
            if cue and not cue.with_event:
                return Found(cue.measure, "members", token)
    return None


NAMING = frozenset(("identify", "name", "list"))  # "identified the victims as 13 students"


def by_including(sentence: Sentence, left: int, rules: MeasureRules) -> Found | None:
    """ "Police arrested the leaders, including [3] lawmakers": a part of people who are not counted."""
    tags = sentence.tags
    for token in range(left - 2, max(-1, left - 16), -1):
        if tags[token] in "Qq;:URXHM":
            return None
        if tags[token] in "Vg":
            cue = first_plain(rules.verbs.get(sentence.bases[token], ()))
            return Found(cue.measure, "members", token, token) if cue and cue.measure in HARM else None
    return None


HARM = ("arrests", "releases", "prosecutions", "deaths", "injuries", "missing", "dismissals")


def by_court(sentence: Sentence, main: int, cue: Cue) -> bool:
    """A court that jails sentences; police who jail arrest."""
    return cue.name in ("jail", "imprison") and not COURTS.isdisjoint(sentence.words[max(0, main - 8) : main])


def has_victim(sentence: Sentence, main: int, rules: MeasureRules) -> bool:
    """A "victim" who was shot is dead; people who were shot are not all."""
    return any(
        sentence.tags[i] == "N" and (cue := noun_cues(sentence, i, rules.called)) and cue.measure == "deaths"
        for i in range(max(0, main - 6), main)
    )


def joint_verbs(sentence: Sentence, main: int) -> set[str]:
    """The verb and the ones joined to it by "and" or "or"."""
    found = {sentence.bases[main]}
    tags = sentence.tags
    i = main
    while i + 2 < sentence.size and tags[i + 1] == "C" and tags[i + 2] in "Vpgb":
        i += 2
        found.add(sentence.bases[i])
    i = main
    while i >= 2 and tags[i - 1] == "C" and tags[i - 2] in "Vpgb":
        i -= 2
        found.add(sentence.bases[i])
    return found


def may_be_subject(sentence: Sentence, phrase: NounPhrase) -> bool:
    """A noun phrase behind a preposition or a verb is no subject of what follows, but for "expect 300 to strike"."""
    left = phrase.left
    tags = sentence.tags
    while left and tags[left - 1] in "at'(":
        left -= 1
    if not left:
        return True
    letter = tags[left - 1]
    if letter == "H":
        return False  # "the union, which has 4,000 members, called the strike"
    if letter in "IU" and left < phrase.left and "t" in tags[left : phrase.left]:
        return True  # "On Friday some 200 pupils chanted"
    if sentence.words[left - 1] in ("total", "all") and sentence.words[max(0, left - 2)] == "in":
        return True
    if letter == "O":
        return left > 1 and sentence.words[left - 2] in (
            "total",
            "group",
            "average",
            "maximum",
            "minimum",
            "estimated",
            "record",
        )
    if letter in "IBT":
        return (
            sentence.words[left - 1] in ("including", "but", "only", "up", "under", "over", "about", "to") and left < 2
        )
    if (
        letter in "VpbgX"
        and sentence.tags[phrase.right + 1 : phrase.right + 2] == "T"
        and sentence.tags[phrase.right + 2 : phrase.right + 3] in ("b", "X")
    ):
        return sentence.bases[left - 1] in RAISING or sentence.bases[left - 1] in REPORTING
    return letter not in "VpbgX" or sentence.bases[left - 1] in REPORTING


def subject_verb(sentence: Sentence, phrase: NounPhrase) -> int | None:
    """The main verb of which a noun phrase is the subject; None where the sentence has none for it."""
    tags, size = sentence.tags, sentence.size
    i, last = phrase.right + 1, min(size, phrase.right + 45)
    closed = False
    infinitive: int | None = None  # "300 jobs to go": the verb where no other follows
    while i < last:
        letter = tags[i]
        if letter in "XHMF":
            return main_verb(sentence, i)
        if letter == "V":
            return i
        if letter in "atkG'uDo":
            i += 1
        elif letter in "IOB" or letter == "T":
            if letter == "T" and i + 1 < size and tags[i + 1] in "bX":
                infinitive = infinitive if infinitive is not None else main_verb(sentence, i + 1)
                i += 2
            elif sentence.words[i] == "including" or sentence.words[i] == "among":
                i = skip_list(sentence, i + 1)
            else:
                i = skip_phrase(sentence, i + 1) if i + 1 < size else size
        elif letter in ",-":
            following = tags[i + 1] if i + 1 < size else "."
            if following == "C":
                if tags[i + 2 : i + 3] in ("Q", "k") and verb_follows(sentence, i + 2):
                    return infinitive  # "5 of them women, and three were let go"
                i += 1
                continue
            if following in "V" or (following in "XHM" and not closed):
                i += 1
                continue
            if letter == "," and sentence.words[i + 1 : i + 2] == ["including"]:
                after_part = skip_list(sentence, i + 2)
                if after_part < size and tags[after_part] in "XHM":
                    i = after_part  # "Four people, including two policemen were hurt": no comma closes the part
                    continue
            after_list = skip_list(sentence, i + 1) if letter == "," and following in "NKA" else i
            if after_list > i and after_list < size and tags[after_list] in "XHMVpIt" and "C" in tags[i:after_list]:
                i = after_list
                continue
            close = closing(sentence, i)
            if close is None:
                return infinitive
            i, closed = close + 1, True
        elif letter == "C":
            following = tags[i + 1] if i + 1 < size else "."
            i = skip_phrase(sentence, i + 1) if following in "DSkQqANK" else i + 1
        elif letter == "R":
            skipped = skip_relative(sentence, i)
            if skipped is None:
                return infinitive
            i = skipped
        elif letter == "(":
            i = next((j + 1 for j in range(i, min(size, i + 30)) if tags[j] == ")"), size)
        elif letter in "gp":
            i += 1
            if i < size and tags[i] in "DSkQANK":
                i = skip_phrase(sentence, i)
        elif letter in "NKASQq":
            i = skip_phrase(sentence, i)
        elif letter == "U" and sentence.words[i] in ("as", "than"):
            named = i + 1 == phrase.right + 2 or tags[i - 1] != "p" or sentence.bases[i - 1] in CALLED_AS
            i = skip_phrase(sentence, i + 1)
            if not named and tags[i : i + 1] in ("V", "X", "H", "M"):
                return infinitive  # "40 hurt as unions join protests"
        elif letter == "P" and sentence.words[i] in ("themselves",):
            i += 1
        else:
            return infinitive
    return infinitive


def object_verb(sentence: Sentence, left: int) -> int | None:
    """The active verb right before a noun phrase, over adverbs and particles."""
    tags = sentence.tags
    i = left - 1
    passed = 0
    while i >= 0 and passed < 3 and (tags[i] in "atk'" or (tags[i] == "I" and sentence.words[i] in PARTICLES)):
        i, passed = i - 1, passed + 1
    if i > 1 and tags[i] == ",":
        i = before_aside(sentence, i)
    if i < 0:
        return None
    if tags[i] in "Vgb" or (tags[i] == "p" and not passive_before(sentence, i)):
        return i
    if tags[i] in "IA" and i and tags[i - 1] in "Vgb" and takes(sentence.bases[i - 1], sentence.words[i]):
        return i - 1
    return None


def before_aside(sentence: Sentence, comma: int) -> int:
    """The token before "by all accounts" in "injured, by all accounts, 40 people"; else the comma."""
    tags = sentence.tags
    for i in range(comma - 1, max(0, comma - 8), -1):
        if tags[i] == ",":
            return i - 1 if tags[i + 1] in "IB" else comma
        if tags[i] in "VXHMpURC;:":
            break
    return comma


def takes(base: str, preposition: str) -> bool:
    """Whether a verb counts what follows its second word: "hope for 300 people", "shot dead six farmers"."""
    return any(cue.words == (preposition,) for cue in load_measures().verbs.get(base, ()))


def passive_before(sentence: Sentence, i: int) -> bool:
    return verb_phrase(sentence, i).start < i


def is_stated_whole(sentence: Sentence, phrase: NounPhrase) -> bool:
    """Whether the phrase is the whole of a part: "27,000 staff" in "11,000 of 27,000 staff"."""
    left = phrase.left
    return left > 1 and sentence.tags[left - 1] == "O" and sentence.tags[left - 2] in "Qq"


def skip_list(sentence: Sentence, i: int) -> int:
    """The token after "3 children, a nurse and two guards"."""
    tags, size = sentence.tags, sentence.size
    while i < size:
        after = skip_phrase(sentence, i)
        if after == i:
            return i
        i = after
        if i < size and tags[i] in ",C" and i + 1 < size and tags[i + 1] in "DSkQqANKC":
            i += 1
            continue
        return i
    return i


def closing(sentence: Sentence, i: int) -> int | None:
    """The comma or dash that closes the insertion opened at token i and is followed by a verb."""
    tags, size = sentence.tags, sentence.size
    mark = tags[i]
    for j in range(i + 1, min(size, i + 32)):
        if tags[j] in ";:":
            return None
        if tags[j] == mark and j + 1 < size:
            k = j + 1
            while k < size and tags[k] in "at":
                k += 1
            if (
                k < size
                and (tags[k] in "XHM" or tags[k] == "V" or (tags[k] == "p" and mark == ","))
                and sentence.bases[k] not in ("say", "add", "report")
            ):
                return j
    return None


def skip_relative(sentence: Sentence, i: int) -> int | None:
    """The token after the relative clause at token i: behind its first verb and that verb's object."""
    tags, size = sentence.tags, sentence.size
    for j in range(i + 1, min(size, i + 12)):
        if tags[j] in "Vpb" or (tags[j] in "XH" and not (j + 1 < size and tags[j + 1] in "aGpVbgXH")):
            k = j + 1
            k = skip_phrase(sentence, k) if k < size and tags[k] in "DSkQqANKP" else k
            return skip_when(sentence, k)
    return None


def skip_when(sentence: Sentence, i: int) -> int:
    """The auxiliary behind a "when" clause: "miners who were trapped when a mine collapsed last month [were] found"."""
    tags, size = sentence.tags, sentence.size
    at = i
    if at < size and tags[at] == "V" and sentence.bases[at - 1] in ("become", "get"):
        at += 1  # "who became trapped"
    while at < size and tags[at] in "ap":
        at += 1
    if at >= size or tags[at] != "U":
        return i
    verb = next((j for j in range(at + 1, min(size, at + 14)) if tags[j] in "VX,;:R"), size)
    if verb >= size or tags[verb] not in "VX":
        return i
    for j in range(main_verb(sentence, verb) + 1, min(size, verb + 12)):
        if tags[j] in "XH":
            return j
        if tags[j] not in "NKAatqQuIODS":
            return i
    return i


def main_verb(sentence: Sentence, i: int) -> int:
    """The main verb that an auxiliary at token i leads to; the last auxiliary where it stands alone."""
    tags, size = sentence.tags, sentence.size
    last = i
    j = i
    while j < min(size, i + 8):
        letter = tags[j]
        if letter in "XHMF":
            last = j
        elif letter in "Vpbg":
            return j
        elif letter == "T" and tags[j - 1] == "H" and tags[j + 1 : j + 2] in ("b", "X"):
            pass  # "had to be evacuated"
        elif letter not in "aGt" and sentence.words[j] not in BETWEEN:  # "have since been released", "have both died"
            break
        j += 1
    return last
