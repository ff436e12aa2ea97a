"""How sure the text is of a figure: asserted, hedged, denied, planned or hypothetical.

The verb that governs the number decides, then the verbs that govern that verb, then the adverbs of the
clause: "unions expect 11,000 to strike" is planned, "police denied that 40 had died" is denied.

>>> from transforms.grammar import read_sentence
>>> sentence = read_sentence("The firm plans to cut 300 jobs.", 0, 31, [(22, 25, 22, 25, True)], [])
>>> read_status(sentence, 5, 4)
('planned', 'status.planned.verb')
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from transforms.grammar import Sentence, clause_bounds, forms_of, verb_forms, verb_phrase
from transforms.predicates import main_verb
from transforms.words import word_list

ASSERTED = ("asserted", "status.asserted")
BACKGROUND = word_list("background", "status")
EXISTING = word_list("existing", "status")
FOR_VERBS = word_list("for_verbs", "status")
ORDERING = word_list("ordering", "status")
AHEAD = word_list("ahead", "status")
DONE = word_list("done", "status")
SURE = word_list("sure", "status")
POISED = word_list("poised", "status")
STATES = word_list("states", "status")
AIMS = word_list("aims", "status")
PLOTS = word_list("plots", "status")
RISKS = word_list("risks", "status")
FACED = word_list("faced", "status")
DECIDED = ("decide", "agree", "vote")  # done, where the clause tells when something else began
SWAYING = frozenset(
    (
        "going",
        "call",
        "hardly",
        "barely",
        "isn't",
        "aren't",
        "wasn't",
        "weren't",
        "hasn't",
        "haven't",
        "hadn't",
        "don't",
        "doesn't",
        "didn't",
        "ain't",
    )
)
STANDING = (
    "measures.workforce.member",
    "measures.workforce.has",
    "measures.workforce.strong",
    "measures.workforce.called",
)
REACH = 12  # tokens that a governing verb may stand away
CHAIN = 5  # verbs above the governing one


@dataclass(frozen=True, slots=True)
class StatusRules:
    """The words of status.toml."""

    hedging_adverbs: frozenset[str]
    hedging_verbs: frozenset[str]
    hedging_passive: frozenset[str]
    hedging_states: frozenset[str]
    hedging_nouns: frozenset[str]
    hedging_modals: frozenset[str]
    denying_verbs: frozenset[str]
    denying_phrases: tuple[str, ...]
    planning_verbs: frozenset[str]
    planning_infinitive: frozenset[str]
    planning_passive: frozenset[str]
    planning_nouns: frozenset[str]
    planning_adjectives: frozenset[str]
    planning_modals: frozenset[str]
    supposing_modals: frozenset[str]
    supposing_words: frozenset[str]
    supposing_verbs: frozenset[str]
    denying_words: frozenset[str]  # any of them must occur for a denial, and so on
    hedging_words: frozenset[str]
    planning_words: frozenset[str]
    telling_words: frozenset[str]  # any of them for a condition, denial, plan or hedge beside the verbs
    governing: frozenset[str]  # verbs that say how sure their object clause is
    swaying: frozenset[str]  # a sentence with none of them only asserts, but for modals, negations and infinitives
    hedging_forms: frozenset[str]  # of the verbs that hedge in the passive


@cache
def load_status(language: str = "en") -> StatusRules:
    """The packaged rules, read once."""
    path = files("transforms") / "rules" / language / "status.toml"
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    lists = {
        name: frozenset(words)
        for name, words in content.items()
        if name in StatusRules.__dataclass_fields__ and name != "denying_phrases"
    }
    phrases = tuple(content["denying_phrases"])
    forms = {form for verb in lists["denying_verbs"] for form, _ in verb_forms(verb, {})}
    denying = frozenset(forms | {phrase.split()[0] for phrase in phrases})
    hedging = lists["hedging_adverbs"] | lists["hedging_states"] | lists["hedging_nouns"]
    planning = lists["planning_nouns"] | lists["planning_adjectives"]
    verbs = frozenset().union(
        *(lists[name] for name in lists if name.endswith(("_verbs", "_infinitive", "planning_passive")))
    )
    verbs |= FOR_VERBS | ORDERING | frozenset(DECIDED)
    return StatusRules(
        **lists,
        denying_phrases=phrases,
        denying_words=denying,
        hedging_words=hedging,
        planning_words=planning,
        telling_words=lists["supposing_words"] | denying | hedging | planning,
        governing=lists["hedging_verbs"] | lists["hedging_passive"] | lists["planning_verbs"],
        swaying=lists["supposing_words"]
        | denying
        | hedging
        | planning
        | POISED
        | RISKS
        | FACED
        | AIMS
        | SWAYING
        | forms_of(verbs),
        hedging_forms=forms_of(lists["hedging_passive"]),
    )


TO_DO = re.compile(  # an infinitive, or "that dismisses 30 has to", in classes out of context
    r"T[XHMFGaTt]*[bZgEVLXpHMF]|[RW][VZEbL].*[XHMVELbZ]T"
)


def may_sway(sentence: Sentence) -> bool:
    """Whether any word of a sentence can make a figure of it something else than asserted; half of them have none.

    What `read_status` and `by_nouns` ask for must be asked for here as well.
    """
    rules, classes = load_status(), sentence.classes
    if "M" in classes or "G" in classes:
        return True
    if not rules.swaying.isdisjoint(sentence.words):
        return True
    if "X" in classes and not rules.hedging_forms.isdisjoint(sentence.words):
        return True
    return "T" in classes and TO_DO.search(sentence.tags if sentence.times else classes) is not None


def read_status(sentence: Sentence, number: int, verb: int | None, trigger: int | None = None) -> tuple[str, str]:
    """Status of the number at a token and the rule that says so.

    Args:
        verb: token of the verb that governs the number.
        trigger: token that gave the measure; a negated verb denies the figure only where it is that verb.
    """
    rules = load_status()
    left, right = clause_bounds(sentence, number)
    definite = is_given(sentence, number)
    told = sentence.has(rules.telling_words)
    if told and (found := by_condition(sentence, left, number, rules)):
        return found
    if verb is not None and in_a_law(sentence, number, verb):
        return "hypothetical", "status.hypothetical.law"
    if told and not definite and (found := by_denial(sentence, number, rules)):
        return found
    if verb is not None and in_relative(sentence, number, verb, trigger):
        verb = None
    current = main_verb(sentence, verb) if verb is not None and sentence.tags[verb] in "XH" else verb
    current_below, steps = number, 0
    while not definite and current is not None and steps < CHAIN:
        loose = steps > 0 and loosely_joined(sentence, current_below)
        if (found := by_verb(sentence, current, number, steps, trigger, rules)) and not (
            loose and not found[1].endswith("modal")
        ):
            return found if found[0] != "denied" or trigger in (None, current) else ASSERTED
        if verb_phrase(sentence, current).base in EXISTING and current < number:
            break
        current_below = current
        current = governor(sentence, current, rules)
        steps += 1
    if definite and verb is not None and verb == trigger:
        phrase = verb_phrase(sentence, verb)
        if phrase.modal in rules.planning_modals:
            return "planned", "status.planned.modal"  # "the 9,000 workers will walk out"
        if phrase.modal == "to" and is_to(sentence, phrase.start):
            return "planned", "status.planned.is_to"  # "the last two prisoners are to be released"
    return (
        (told and by_plan(sentence, number, rules))
        or by_risk(sentence, trigger)
        or by_aim(sentence, number)
        or (told and by_adverb(sentence, left, right, number, verb, trigger, rules))
        or ASSERTED
    )


def by_nouns(sentence: Sentence, number: int) -> tuple[str, str]:
    """Status in a sentence without a verb, as in a headline: "plans for 800 redundancies"."""
    rules = load_status()
    if not sentence.has(rules.telling_words):
        return ASSERTED
    left, right = clause_bounds(sentence, number)
    return by_plan(sentence, number, rules) or by_adverb(sentence, left, right, number, None, None, rules) or ASSERTED


def loosely_joined(sentence: Sentence, below: int) -> bool:
    """Whether a verb only adds a result to the one above it: "bombs were reported, killing 40"."""
    return sentence.tags[below] == "g" and below > 0 and sentence.tags[max(0, below - 1)] in ",aC"


def is_given(sentence: Sentence, number: int) -> bool:
    """Whether the phrase takes what it counts for given: "the two explosions", "11,000 of 27,000"."""
    i = number
    while i > 0 and sentence.tags[i - 1] in "kAa":
        i -= 1
    if (i > 0 and sentence.words[i - 1] in BACKGROUND) or (
        i > 1 and sentence.words[i - 1] in ("a", "the") and sentence.words[i - 2] in BACKGROUND
    ):
        return True
    return i > 0 and (
        sentence.words[i - 1] in ("the", "these", "those")
        or (sentence.tags[i - 1] == "O" and i > 1 and sentence.tags[i - 2] in "Qq")
    )


def by_condition(sentence: Sentence, left: int, number: int, rules: StatusRules) -> tuple[str, str] | None:
    """ "if 300 workers walk out": a condition, where "if" opens the number's clause."""
    if not sentence.has(rules.supposing_words):
        return None
    for i in range(number - 1, max(-1, left - 2), -1):
        if sentence.tags[i] in ",;":
            return None
        if sentence.words[i] in rules.supposing_words and sentence.tags[i] == "U":
            return "hypothetical", "status.hypothetical.condition"
    return None


def in_a_law(sentence: Sentence, number: int, verb: int) -> bool:
    """ "A firm that dismisses 30 people has to consult them": what is said of any firm has happened nowhere."""
    tags, words = sentence.tags, sentence.words
    if tags[verb] != "V" or verb > number or not verb or tags[verb - 1] != "R" or words[verb] == sentence.bases[verb]:
        return False
    if verb_phrase(sentence, verb).tense != "present":
        return False
    noun = verb - 2
    while noun > 0 and tags[noun] in "NKA":
        noun -= 1
    if noun < 0 or words[noun] not in ANY:
        return False
    for i in range(number + 1, min(sentence.size, number + LAW_REACH)):
        if tags[i] in "XHMV":
            return tags[i] == "M" or words[i + 1 : i + 2] == ["to"]
    return False


ANY = frozenset(("a", "an", "any", "every", "each"))
LAW_REACH = 15  # tokens between the number and "must" or "has to"


def by_denial(sentence: Sentence, number: int, rules: StatusRules) -> tuple[str, str] | None:
    """ "denied press reports of", "denies that", "no evidence that": from the verb to the end of what it denies."""
    if not sentence.has(rules.denying_words):
        return None
    for i in range(number - 1, max(-1, number - 25), -1):
        if sentence.tags[i] in ";." or (sentence.tags[i] == "C" and sentence.words[i] == "but"):
            return None
        if sentence.bases[i] in rules.denying_verbs and sentence.tags[i] in "Vgbp":
            return "denied", "status.denied.verb"
    before = " ".join(sentence.words[max(0, number - 14) : number])
    if any(phrase in before for phrase in rules.denying_phrases):
        return "denied", "status.denied.phrase"
    return None


def by_verb(
    sentence: Sentence, current: int, number: int, steps: int, trigger: int | None, rules: StatusRules
) -> tuple[str, str] | None:
    """What one verb of the chain says; `steps` is 0 for the verb that governs the number itself."""
    verb = verb_phrase(sentence, current)
    base = verb.base
    if verb.modal in rules.hedging_modals and has_have(sentence, verb.start, current):
        return "hedged", "status.hedged.modal"
    of_wounds = sentence.tags[current] == "p" and sentence.words[current - 1] == "with"  # "with suspected broken noses"
    if base in rules.hedging_verbs and (verb.voice == "passive" or steps) and not of_wounds:
        return "hedged", "status.hedged.verb"
    if (
        base in rules.hedging_passive
        and verb.voice == "passive"
        and auxiliary(sentence, current)
        and complement_follows(sentence, current)
        and not (
            is_event(sentence, trigger) and trigger is not None and trigger < current
        )  # "129 cases were reported in"
    ):
        return "hedged", "status.hedged.passive"
    if steps and sentence.words[current] in POISED and sentence.words[current + 1 : current + 2] == ["to"]:
        return "planned", "status.planned.poised"
    not_found = (
        base in ("find", "locate", "trace", "account", "see", "hear") and verb.voice == "passive" and current == trigger
    )
    if verb.negated and steps == 0 and verb.voice != "be" and not not_found:
        return "denied", "status.denied.negation"
    if verb.modal == "would" and has_have(sentence, verb.start, current):
        return "hypothetical", "status.hypothetical.counterfactual"
    if verb.modal in rules.supposing_modals and not (base in SURE and steps) and not (not_found and verb.negated):
        return "hypothetical", "status.hypothetical.modal"
    if (
        verb.modal == "to"
        and steps == 0
        and (headline_future(sentence, number, verb.start) or opens_headline(sentence, verb.start))
    ):
        return "planned", "status.planned.headline"
    if verb.modal in rules.planning_modals:
        return "planned", "status.planned.modal"
    if verb.modal == "to" and is_to(sentence, verb.start):
        return "planned", "status.planned.is_to"
    if base in rules.planning_passive and verb.voice == "passive" and is_event(sentence, trigger):
        return "planned", "status.planned.event"
    if (
        base == "vote"
        and current == trigger
        and sentence.words[current + 1 : current + 2] == ["for"]
        and is_strike(sentence, current)
    ):
        return "planned", "status.planned.verb"  # "voted for a strike"
    infinitive = current + 1 < sentence.size and (steps > 0 or sentence.tags[current + 1] == "T")
    if sentence.words[current] == "going" and sentence.tags[current + 1 : current + 2] == "T" and steps:
        return "planned", "status.planned.going_to"
    following = sentence.words[current + 1 : current + 2]
    if base in FOR_VERBS and following == ["for"]:
        return "planned", "status.planned.verb"
    if base == "announce" and trigger is not None and trigger > number and sentence.words[trigger] in AHEAD:
        return "planned", "status.planned.order"  # "announced 300 job cuts"
    if base == "announce" and verb.voice == "passive" and trigger is not None and sentence.words[trigger] in AHEAD:
        return "planned", "status.planned.order"  # "layoffs of 300 were announced"
    if base == "tell" and verb.voice == "passive" and sentence.tags[current + 1 : current + 2] == "T":
        return "planned", "status.planned.infinitive"  # "1,500 were told to leave"
    ordered = base in ORDERING and not (base == "announce" and sentence.words[trigger or 0] in DONE)
    if ordered and trigger is not None and current < trigger < number and sentence.tags[trigger] in "Ng":
        return "planned", "status.planned.order"  # "ordered the arrest of 110 people"
    if base in DECIDED and verb.tense == "past" and "when" in sentence.words[max(0, verb.start - 12) : verb.start]:
        return None  # "the strike began when 300 drivers decided to walk out"
    if base in rules.planning_infinitive and (steps > 0 or infinitive) and following != ["that"]:
        return "planned", "status.planned.infinitive"
    if base in rules.planning_verbs and base not in rules.planning_infinitive:
        if verb.voice == "passive" and not infinitive:
            return None
        if base == "call" and sentence.words[current + 1 : current + 2] != ["for"]:
            return None
        if base == "seek" and current == trigger:
            return None  # "forced thousands to seek refuge": they have fled
        return "planned", "status.planned.verb"
    if sentence.words[current] == "call" and sentence.words[current + 1 : current + 2] == ["for"]:
        return "planned", "status.planned.verb"
    return None


def by_plan(sentence: Sentence, number: int, rules: StatusRules) -> tuple[str, str] | None:
    """ "plans for 800 redundancies", "800 planned redundancies", "the threat of a strike by 300"."""
    tags, words = sentence.tags, sentence.words
    if not sentence.has(rules.planning_words):
        return None
    for i in range(number + 1, min(sentence.size, number + 3)):
        if words[i] in rules.planning_adjectives and tags[i] in "pAg" and tags[i + 1 : i + 2] in ("N", "A", "K"):
            return "planned", "status.planned.adjective"
    i = number - 1
    while i >= 0 and number - i < 14 and tags[i] not in "VXHM;:,UR.":
        if (
            tags[i] in "IOB"
            and i
            and tags[i - 1] == "N"
            and words[i - 1] in rules.planning_nouns
            and words[i] in ("for", "of")
        ):
            return "planned", "status.planned.noun"
        if (
            i
            and words[i - 1] in rules.planning_adjectives
            and tags[i] == "N"
            and (tags[i - 1] in "pA" or tags[i - 2 : i] in ("Dg", "Sg"))
        ):
            return "planned", "status.planned.adjective"
        i -= 1
    return None


def in_relative(sentence: Sentence, number: int, verb: int, trigger: int | None) -> bool:
    """ "A strike by 300 drivers who want more pay": what they want says nothing of the strike."""
    return trigger is not None and trigger < number < verb and "R" in sentence.tags[number:verb]


def is_strike(sentence: Sentence, verb: int) -> bool:
    """Whether a strike stands right behind the words after a verb."""
    return not {"strike", "strikes", "stoppage", "walkout"}.isdisjoint(sentence.words[verb + 2 : verb + 6])


def is_event(sentence: Sentence, trigger: int | None) -> bool:
    """Whether a noun told what the number counts: "a strike by 300 drivers is planned", "the release of 20"."""
    return trigger is not None and sentence.tags[trigger] in "Ng"


def is_to(sentence: Sentence, start: int) -> bool:
    """ "The drivers are to walk out", "the plot was to kill": an infinitive behind "be", in the past after a plan."""
    word = sentence.words[start]
    return word in ("is", "are") or (word in ("was", "were") and sentence.words[max(0, start - 1)] in PLOTS)


def by_risk(sentence: Sentence, trigger: int | None) -> tuple[str, str] | None:
    """ "300 jobs are at risk", "5,000 face the sack": not lost yet."""
    if trigger is not None and sentence.bases[trigger] == "face":
        faced = sentence.words[trigger + 1 : trigger + 4]
        return ("planned", "status.planned.risk") if not FACED.isdisjoint(faced) else None
    if trigger and sentence.words[trigger] in RISKS and sentence.words[trigger - 1] in ("at", "under", "in"):
        return "planned", "status.planned.risk"
    return None


def by_aim(sentence: Sentence, number: int) -> tuple[str, str] | None:
    """ "on strike for a 36 percent raise", "demands for": money, percent and hours that are fought for."""
    if sentence.tags[number] != "q":
        return None
    for i in range(number - 1, max(-1, number - 4), -1):
        if sentence.words[i] == "for" and i and sentence.words[i - 1] in AIMS:
            return "planned", "status.planned.aim"
    return None


def complement_follows(sentence: Sentence, main: int) -> bool:
    """ "reported dead", "said to have died": what is reported is said behind the verb."""
    following = sentence.tags[main + 1 : main + 2]
    words = sentence.words[main + 1 : main + 3]
    return (
        following in ("T", "p", "A")
        or words[:1] in (["near"], ["that"], ["missing"])
        or (words[:1] == ["in"] and not STATES.isdisjoint(words[1:]))
    )


def opens_headline(sentence: Sentence, start: int) -> bool:
    """ "UN to send 3,000 troops": an infinitive behind the noun that opens the sentence."""
    before = sentence.tags[:start]
    return bool(before) and before[-1] in "NK" and not any(letter in "VXHMFpbgU" for letter in before)


def headline_future(sentence: Sentence, number: int, start: int) -> bool:
    """ "2,000 jobs to go": an infinitive right behind the number's noun, with no verb before it."""
    earlier = [i for i in range(number) if sentence.tags[i] in "VXHMF"]
    return (
        number < start
        and not any(letter in "VpXHMFbgURI" for letter in sentence.tags[number + 1 : start])
        and all(sentence.bases[i] in ("say", "see", "announce", "report") for i in earlier)
    )


def has_have(sentence: Sentence, start: int, main: int) -> bool:
    return any(sentence.words[i] in ("have", "'ve") for i in range(start, main))


def auxiliary(sentence: Sentence, main: int) -> bool:
    return "X" in sentence.tags[max(0, main - 4) : main]


def governor(sentence: Sentence, current: int, rules: StatusRules) -> int | None:
    """The verb or noun on which a verb depends: of an infinitive, an -ing form, a that-clause."""
    verb = verb_phrase(sentence, current)
    tags = sentence.tags
    i = verb.start - 1
    infinitive = verb.modal == "to"
    if not infinitive and verb.tense != "none" and (tags[current] in "VX" or auxiliary(sentence, current)):
        return clause_governor(sentence, verb.start, rules)
    for j in range(i, max(-1, i - REACH), -1):
        if tags[j] in ";:R.":
            return None
        if tags[j] in "VpbgX" or (infinitive and sentence.words[j] in POISED):
            return j
        if infinitive and sentence.words[j] in rules.planning_nouns and tags[j] in "NK":
            return None if tags[j] == "." else plan_noun(sentence, j)
        if tags[j] == "U":
            return None
    return None


def plan_noun(sentence: Sentence, i: int) -> int | None:
    """A noun such as "plans to": stands in for its verb where its base form is one."""
    return i


def clause_governor(sentence: Sentence, start: int, rules: StatusRules) -> int | None:
    """The verb whose object clause holds the finite verb that starts at a token: "feared that 40 had died"."""
    tags = sentence.tags
    for j in range(start - 1, max(-1, start - REACH - 6), -1):
        if tags[j] in ";:R.":
            return None
        if tags[j] == "," or (tags[j] == "C" and sentence.words[j] == "and" and tags[j - 1] != ","):
            return list_governor(sentence, j, rules)
        if tags[j] == "U":
            return j - 1 if sentence.words[j] == "that" and j and tags[j - 1] in "Vpb" else None
        if tags[j] in "Vp" or (tags[j] == "b" and j and tags[j - 1] in "MT"):
            return j if sentence.bases[j] in rules.governing else None
    return None


def list_governor(sentence: Sentence, mark: int, rules: StatusRules) -> int | None:
    """The verb that rules a list of clauses: "feared that the mayor was hurt, 20 had died and a bridge fell"."""
    tags = sentence.tags
    if tags[mark + 1 : mark + 2] not in ("Q", "k", "q"):
        return None
    for j in range(mark - 1, max(-1, mark - 2 * REACH), -1):
        if tags[j] in ";:R." or sentence.words[j] == "but":
            return None
        if sentence.words[j] == "that" and j and tags[j - 1] in "Vpb":
            return j - 1 if sentence.bases[j - 1] in rules.hedging_verbs else None
    return None


def as_standing(status: tuple[str, str], rule: str) -> tuple[str, str]:
    """A workforce is there, whatever is planned for it: "work for all 300 members is demanded".

    And who is told to be dismissed is so, whatever is asked for them: "demanded the return of 30 sacked drivers".
    """
    told_before = rule.endswith(".modifier") and status[0] in ("planned", "hypothetical", "denied")
    return ASSERTED if told_before or (status[0] == "planned" and rule in STANDING) else status


def by_adverb(
    sentence: Sentence, left: int, right: int, number: int, verb: int | None, trigger: int | None, rules: StatusRules
) -> tuple[str, str] | None:
    """ "reportedly", "feared dead", "unconfirmed reports of" beside the number or the words that say what it counts."""
    if not sentence.has(rules.hedging_words):
        return None
    points = [point for point in (number, verb, trigger) if point is not None and left <= point <= right] or [number]
    first, last = min(points), max(points)
    for i in range(left, right + 1):
        word = sentence.words[i]
        if word in rules.hedging_adverbs and i <= last + 2 and not parted(sentence, i, first):
            return "hedged", "status.hedged.adverb"
        if word in rules.hedging_states and trigger is not None and number < i < trigger and sentence.tags[i] in "pV":
            return "hedged", "status.hedged.state"
        if i < number and word in rules.hedging_nouns:
            return "hedged", "status.hedged.noun"
    return None


def parted(sentence: Sentence, adverb: int, first: int) -> bool:
    """Whether another verb stands between the adverb and the words it would hedge."""
    return first - adverb > 6 and any(letter in "Vp" for letter in sentence.tags[adverb + 1 : first])
