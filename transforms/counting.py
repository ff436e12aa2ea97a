"""What a count counts: the measure of a number from the grammar around it.

Evidence is asked in a fixed order, strongest first; the first answer is the measure.

>>> sentence = read_sentence("Police detained 120 people in Minsk.", 0, 36, [(16, 19, 16, 19, True)], [])
>>> reading = read_count(sentence, 2, topics.at(0))
>>> reading.measure, reading.unit, reading.rule
('arrests', 'person', 'measures.arrests.object')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from transforms.grammar import (
    Lexicon,
    NounPhrase,
    Sentence,
    clause_bounds,
    is_person,
    is_plural,
    load_lexicon,
    noun_right,
    singular,
    skip_phrase,
    verb_follows,
    verb_phrase,
)
from transforms.measures import Cue, MeasureRules, load_measures

LIGHT = frozenset(
    "stage hold join begin launch mount start enter continue end resume call observe hail attend lead conduct organise organize undertake "
    "carry-on carry wage support involve include back plan threaten extend suspend keep maintain participate take engage go turn come march "
    "flock gather travel arrive assemble drive stop abandon heed honor honour answer back demand".split()
)
RAISING = frozenset(
    "begin start continue vow threaten plan refuse remain go appear seem need want decide help stay expect report fear believe presume say find "
    "pronounce declare confirm leave force allege suspect think know order urge ask agree intend prepare hope try list end keep have tell "
    "feel become fall propose demand require allow estimate rumour rumor make set due bring send render call officially verify put see".split()
)
CHANGE = frozenset(
    "rise climb grow jump soar reach hit pass exceed top total stand be number increase go mount surpass fall drop put raise bring take push "
    "lift swell remain estimate double set place revise update drive near approach come give have list report say cross hover average send reduce lower "
    "decline edge surge run amount confirm record count sit".split()
)
PERSON = "person"


class Topic(Protocol):
    """What the sentence is about, as far as it decides between readings."""

    @property
    def protest(self) -> bool: ...
    @property
    def strike(self) -> bool: ...
    @property
    def disease(self) -> bool: ...
    def __contains__(self, topic: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What a count counts, and the words that say so (tokens)."""

    measure: str
    unit: str
    rule: str
    phrase: NounPhrase
    trigger: int | None = None
    verb: int | None = None  # governing verb
    weak: bool = False  # by the noun alone: other evidence may overrule it
    is_people: bool = True
    of_total: float | None = None
    extra: tuple[str, ...] = ()  # rules that changed the first reading


@dataclass(frozen=True, slots=True)
class Found:
    """Evidence: a measure with the tokens that gave it."""

    measure: str
    rule: str
    trigger: int | None
    verb: int | None = None
    bare: bool = False  # no verb rules it: "with 20 dead"


def read_count(sentence: Sentence, number: int, topic: Topic) -> Reading:
    """The measure of the count at a token."""
    rules, lexicon = load_measures(), load_lexicon()
    phrase = noun_right(sentence, number)
    unit = unit_of(sentence, phrase, lexicon)
    kind = noun_kind(unit, sentence, phrase, lexicon)
    if kind == "elided" and is_label(sentence, number, phrase, lexicon):
        kind = "label"
    verb = governing_verb(sentence, phrase)
    found = first_evidence(sentence, number, phrase, unit, kind, verb, topic, rules, lexicon)
    people = kind in ("person", "elided", "group")
    if found:
        found = of_staff(found, unit, rules)
        is_weak = found.rule in ("called", "member")
        unit = PERSON if kind == "elided" and rules.measures[found.measure].counts == "people" else unit
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


def of_staff(found: Found, unit: str | None, rules: MeasureRules) -> Found:
    """Workers who are let go are dismissed, and those who are moved are not displaced."""
    if unit not in rules.whole or found.rule not in ("passive", "object", "participle"):
        return found
    if found.measure == "releases":
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
    lexicon: Lexicon,
) -> Found | None:
    """The strongest evidence for a measure, in the order in which the news means it."""
    people = kind in ("person", "elided", "group")
    if kind == "label":
        return None
    if found := by_strength(sentence, number, rules):
        return found
    if kind != "elided":
        if (found := by_pair(sentence, phrase, unit, rules, verb)) or (
            found := by_event_noun(sentence, phrase, unit, topic, rules)
        ):
            return found
    if not people:
        return None
    if (found := by_predicate(sentence, phrase, topic, rules)) and not by_force(sentence, phrase, found, rules):
        return found
    if found := by_governor(sentence, phrase, topic, rules, lexicon):
        return found
    if found := by_modifier(sentence, number, phrase, rules):
        return found
    if found := by_participle(sentence, phrase, topic, rules):
        return found if found.verb is not None else replace(found, verb=object_verb(sentence, phrase.left), bare=True)
    if found := by_object(sentence, phrase, topic, rules):
        return found
    if found := by_members(sentence, phrase, rules):
        return found
    if found := by_relative(sentence, phrase, topic, rules):
        return found
    if kind == "elided":
        return None
    if by_fragment(sentence, phrase, unit, topic, rules):
        return Found("strike_size", "fragment", phrase.head)
    return by_name(sentence, phrase, unit, topic, rules)


# --- the noun -----------------------------------------------------------------------------------


def unit_of(sentence: Sentence, phrase: NounPhrase, lexicon: Lexicon) -> str | None:
    """The noun counted, in the singular: "police officer" and "asylum seeker" whole, else its last word."""
    if phrase.head is None:
        return None
    word = sentence.words[phrase.head]
    if word in ("others", "more", "ones"):
        return PERSON
    noun = singular(word, lexicon)
    if phrase.head and (
        noun in ("servant", "officer", "seeker", "striker", "personnel", "force")
        and sentence.tags[phrase.head - 1] in "NKA"
    ):
        before = sentence.words[phrase.head - 1]
        if (before, noun) in COMPOUNDS:
            return f"{before} {noun}"
    if sentence.tags[phrase.head] == "K" and (
        is_plural(word, lexicon)
        or (
            word.endswith("s")
            and sentence.text[sentence.starts[phrase.head] : sentence.ends[phrase.head] - 1].isupper()
        )
    ):
        noun = word[:-1] if noun == word else noun
        return sentence.text[sentence.starts[phrase.head] : sentence.starts[phrase.head] + len(noun)]
    return noun


COMPOUNDS = frozenset({("civil", "servant"), ("police", "officer"), ("asylum", "seeker"), ("security", "personnel"), ("security", "force")})


def noun_kind(unit: str | None, sentence: Sentence, phrase: NounPhrase, lexicon: Lexicon) -> str:
    """person, group, event, site, thing or elided."""
    if unit is None or phrase.head is None:
        return "elided"
    noun = singular(sentence.words[phrase.head], lexicon)
    if noun in ("police", "troop", "staff", "crew", "personnel", "others"):
        return "person"
    if noun in lexicon.groups:
        return "group"
    if noun in lexicon.events:
        return "event"
    if noun in lexicon.sites:
        return "site"
    if unit == PERSON or is_person(noun, lexicon):
        return "person"
    if sentence.tags[phrase.head] == "K":
        return (
            "person"
            if noun != sentence.words[phrase.head]
            else "elided"
            if not sentence.tags[phrase.left].isalpha()
            else "thing"
        )
    return "thing"


def is_label(sentence: Sentence, number: int, phrase: NounPhrase, lexicon: Lexicon) -> bool:
    """A number that names or ages what stands before it: "magnitude 6.0", "Explorer 6", "aged 17", "Shields, 18, of"."""
    tags, words = sentence.tags, sentence.words
    if phrase.left < number or not number or words[number + 1 : number + 2] == ["of"]:
        return False
    before = tags[number - 1]
    if words[number - 1] in ("aged", "age", "ages") or words[max(0, number - 2) : number] in (["age", "of"], ["ages", "of"]):
        return True
    if number > 1 and tags[number - 1] == "X" and words[number - 2] in ("he", "she", "i", "who") and tags[number + 1 : number + 2] not in ("N", "K", "A", "O"):
        return True  # "she was nine"
    if before in "NK" and not is_plural(words[number - 1], lexicon):
        start = number - 1
        while start and tags[start - 1] in "NKAD":
            start -= 1
        return not (start and tags[start - 1] in "IBT")  # but "in Kazan 22 were held"
    if before == "," and number > 1 and tags[number - 2] == "K":
        return tags[number + 1 : number + 2] in (",", ")") or words[number + 1 : number + 2] in (["from"], ["of"])
    if before in ",C" and number > 2 and tags[number - 2] in "Qq":
        return any(word in ("aged", "ages") for word in words[max(0, number - 6) : number])
    return False


def noun_cues(sentence: Sentence, head: int, cues: Mapping[str, tuple[Cue, ...]]) -> Cue | None:
    """The longest phrase of a list that ends at a noun."""
    lexicon = load_lexicon()
    for cue in cues.get(singular(sentence.words[head], lexicon), ()) or cues.get(sentence.words[head], ()):
        size = len(cue.words)
        if size == 0 or (head >= size and tuple(sentence.words[head - size : head]) == cue.words):
            return cue
    return None


def never_here(sentence: Sentence, token: int, measure: str, rules: MeasureRules) -> bool:
    """Whether a cue stands inside a phrase that its measure rules out: "hunger strike", "death threats"."""
    around = " ".join(sentence.words[max(0, token - 3) : token + 4])
    return any(name == measure and phrase in around for phrase, name in rules.never)


def by_event_noun(
    sentence: Sentence, phrase: NounPhrase, unit: str | None, topic: Topic, rules: MeasureRules
) -> Found | None:
    """ "27 deaths", "120 arrests", "300 job losses"."""
    assert phrase.head is not None
    cue = noun_cues(sentence, phrase.head, rules.nouns)
    if cue is None:
        return by_case(sentence, phrase, unit, topic)
    if cue.measure == "infections" and cue.name.endswith("case") and not topic.disease:
        return None
    if never_here(sentence, phrase.head, cue.measure, rules):
        return None
    return Found(cue.measure, "noun", phrase.head)


def by_case(sentence: Sentence, phrase: NounPhrase, unit: str | None, topic: Topic) -> Found | None:
    """ "198 new cases", where a disease is the subject."""
    if unit != "case" or not topic.disease or phrase.head is None:
        return None
    if sentence.tags[phrase.head + 1 : phrase.head + 2] == "O" and sentence.words[
        phrase.head + 2 : phrase.head + 3
    ] not in ([w] for w in load_measures().diseases):
        return None
    return Found("infections", "case", phrase.head)


def by_fragment(
    sentence: Sentence, phrase: NounPhrase, unit: str | None, topic: Topic, rules: MeasureRules
) -> bool:
    """ "About 15,000 drivers at 80 companies, according to the union.": workers without a verb where a strike is the topic."""
    return phrase.left == 0 and unit in rules.whole and topic.strike and not any(letter in "VXHMpF" for letter in sentence.tags)


def by_strength(sentence: Sentence, number: int, rules: MeasureRules) -> Found | None:
    """ "the 4,000-strong workforce", "a 300-strong crowd"."""
    at = number + 1 + (sentence.tags[number + 1 : number + 2] == "-")
    if sentence.words[at : at + 1] != ["strong"]:
        return None
    for token in range(at + 1, min(sentence.size, at + 4)):
        if sentence.tags[token] == "N" and (cue := noun_cues(sentence, token, rules.groups)):
            return Found(cue.measure, "strong", token)
    return None


def by_pair(
    sentence: Sentence, phrase: NounPhrase, unit: str | None, rules: MeasureRules, verb: int | None
) -> Found | None:
    """ "claimed 20,000 lives", "300 jobs will go"."""
    verbs = rules.pairs.get(unit or "")
    if not verbs:
        return None
    left, right = clause_bounds(sentence, phrase.left)
    for token in sorted(range(max(0, left - 2), min(right + 1, sentence.size)), key=lambda i: abs(i - phrase.left)):
        if sentence.tags[token] in "VpbgN" and sentence.bases[token] in verbs:
            return Found(verbs[sentence.bases[token]], "pair", token, token if sentence.tags[token] != "N" else None)
    if unit == "life":
        return None
    return None


def by_name(
    sentence: Sentence, phrase: NounPhrase, unit: str | None, topic: Topic, rules: MeasureRules
) -> Found | None:
    """People by what they are called: "12,000 political prisoners", "10,000 police", "5,500 unionized workers"."""
    if phrase.head is None:
        return None
    cue = noun_cues(sentence, phrase.head, rules.called)
    if cue and not never_here(sentence, phrase.head, cue.measure, rules):
        return Found(cue.measure, "called", phrase.head)
    if (
        unit == "member"
        and not topic.strike
        and "union" not in sentence.words
        and not is_stated_whole(sentence, phrase)
    ):
        return None
    if unit in rules.whole and is_whole(sentence, phrase, topic):
        return Found("workforce", "member", phrase.head)
    return None


EMPLOYERS = frozenset(
    "company firm plant factory employer corporation corp mine school hospital association federation union airline railway union's mill yard shipyard ministry industry".split()
)


def is_whole(sentence: Sentence, phrase: NounPhrase, topic: Topic) -> bool:
    """Whether the text takes all of them: "the plant's 300 workers", "5,000 of 7,000 workers", "unionized"."""
    tags, left = sentence.tags, phrase.left
    if "S" in tags[left : phrase.right]:
        return True
    if sentence.words[left] in ("the", "all") and (topic.strike or not EMPLOYERS.isdisjoint(sentence.words)):
        return True
    if left and tags[left - 1] == "O" and left > 1 and tags[left - 2] in "Qq":
        return True
    words = sentence.words[phrase.left : phrase.right + 1]
    return any(word in ("unionized", "unionised", "full-time", "part-time", "strong", "bbc") for word in words)


PROTESTING = frozenset("protest demonstrate march rally strike picket riot fast chant".split())


def by_force(sentence: Sentence, phrase: NounPhrase, found: Found, rules: MeasureRules) -> bool:
    """Whether police or soldiers do what protesters do as well: they storm and surround, but do not protest by it."""
    if found.measure != "protest_size" or phrase.head is None or found.rule != "subject" or found.trigger is None:
        return False
    cue = noun_cues(sentence, phrase.head, rules.called)
    return cue is not None and cue.measure == "security_forces" and sentence.bases[found.trigger] not in PROTESTING


# --- modifiers and verbs ------------------------------------------------------------------------


def by_modifier(sentence: Sentence, number: int, phrase: NounPhrase, rules: MeasureRules) -> Found | None:
    """Between number and noun: "200 striking workers", "27 dead demonstrators", "100 injured"."""
    if phrase.head is None:
        return by_bare_state(sentence, number, rules)
    for token in range(number + 1, phrase.head):
        letter, word = sentence.tags[token], sentence.words[token]
        if letter == "g":
            cue = first_plain(rules.acts.get(sentence.bases[token], ()))
        elif letter in "pA" and sentence.bases[token] != word:
            cue = first_plain(rules.verbs.get(sentence.bases[token], ()))
        else:
            cue = first_plain(rules.states.get(word, ()))
        if cue and not cue.with_event and cue.name not in ("alive", "sick", "ill", "positive"):
            return Found(cue.measure, "modifier", token)
    return None


def by_bare_state(sentence: Sentence, number: int, rules: MeasureRules) -> Found | None:
    """Without a noun: "ten of the dead", "five of those arrested", "the missing six"."""
    words, tags = sentence.words, sentence.tags
    tokens = [number + 3] if words[number + 1 : number + 2] == ["of"] and words[number + 2 : number + 3] in (["the"], ["those"]) else []
    if number > 1 and words[number - 2] in ("the", "those") and tags[number - 1] in "ApgN":
        tokens.append(number - 1)
    for token in tokens:
        if token >= sentence.size:
            continue
        cue = first_plain(rules.states.get(words[token], ())) or (first_plain(rules.verbs.get(sentence.bases[token], ())) if tags[token] in "ApVN" and sentence.bases[token] != words[token] else None)
        if cue and not cue.with_event:
            return Found(cue.measure, "bare_state", token)
    return None


def first_plain(cues: tuple[Cue, ...]) -> Cue | None:
    return next((cue for cue in cues if not cue.words and cue.before is None), None)


def by_predicate(sentence: Sentence, phrase: NounPhrase, topic: Topic, rules: MeasureRules) -> Found | None:
    """The verb of which the number's noun is the subject: "20 were arrested", "20 people died"."""
    if not may_be_subject(sentence, phrase):
        return None
    main = subject_verb(sentence, phrase)
    return predicate(sentence, main, topic, rules, 0) if main is not None else None


def may_be_subject(sentence: Sentence, phrase: NounPhrase) -> bool:
    """A noun phrase behind a preposition or a verb is not the subject of what follows, but for "expect 300 to strike"."""
    left = phrase.left
    tags = sentence.tags
    while left and tags[left - 1] in "at'(":
        left -= 1
    if not left:
        return True
    letter = tags[left - 1]
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


REPORTING = frozenset(
    "say report announce confirm claim state believe estimate add show indicate tell write note suggest allege insist maintain know think see".split()
)


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
            if following in "V" or following in "XHM" and not closed:
                i += 1
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
            i = skip_phrase(sentence, i + 1)
        elif letter == "P" and sentence.words[i] in ("themselves",):
            i += 1
        else:
            return infinitive
    return infinitive


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
            return skip_phrase(sentence, k) if k < size and tags[k] in "DSkQqANKP" else k
    return None


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
        elif letter not in "aGt":
            break
        j += 1
    return last


def predicate(sentence: Sentence, main: int, topic: Topic, rules: MeasureRules, depth: int) -> Found | None:
    """The measure that a verb gives its subject."""
    verb = verb_phrase(sentence, main)
    if depth > 3:
        return None
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
            return replace(state, verb=main)
        if found and by_court(sentence, found):
            return Found("prosecutions", "passive", main, main)
        if found and found.name == "shoot" and has_victim(sentence, main, rules):
            return None
        if found or (
            sentence.words[main + 1 : main + 2] not in (["by"], ["back"], ["up"])
            and (found := cue_at(sentence, main, rules.passives, topic, passive=True))
        ):
            return Found(found.measure, "passive", main, main)
        return complement(sentence, main, topic, rules, depth)
    if verb.voice == "be":
        for cue in rules.acts.get("be", ()):
            if rest_matches(sentence, main + 1, cue.words, 0):
                return Found(cue.measure, "subject", main, main)
        return complement(sentence, main, topic, rules, depth)
    found = cue_at(sentence, main, rules.acts, topic)
    if not (found and found.words and not found.with_event) and (event := event_object(sentence, main, rules, topic)):
        return event
    if found:
        return Found(found.measure, "subject", main, main)
    return complement(sentence, main, topic, rules, depth) if verb.base in RAISING else None


COURTS = frozenset("court judge judges tribunal verdict sentence sentenced jury magistrate courts".split())


def by_court(sentence: Sentence, cue: Cue) -> bool:
    """A court that jails sentences; police who jail arrest."""
    return cue.name in ("jail", "imprison") and sentence.has(COURTS)


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


SHARED = frozenset({"join", "take part", "participate", "expect", "count", "estimate"})  # of strikers as of protesters


def named_event(cue: Cue, topic: Topic) -> bool:
    """Whether the text names what a cue needs: a protest, a strike or a disease."""
    if cue.measure == "protest_size" and "strike" in topic and "protest" not in topic:
        return cue.name not in SHARED
    return {"infections": "disease", "strike_size": "strike"}.get(cue.measure, "protest") in topic


def cue_at(
    sentence: Sentence,
    main: int,
    cues: Mapping[str, tuple[Cue, ...]],
    topic: Topic,
    *,
    passive: bool = False,
    gap: int = 0,
) -> Cue | None:
    """The longest cue of a verb that the words behind it complete."""
    for cue in cues.get(sentence.bases[main], ()):
        if cue.with_event and not named_event(cue, topic):
            continue
        if cue.before and not (main and sentence.words[main - 1] == cue.before):
            continue
        if cue.words and not rest_matches(sentence, main + 1, cue.words, gap):
            continue
        if cue.measure and never_here(sentence, main, cue.measure, load_measures()):
            continue
        return cue
    return None


def rest_matches(sentence: Sentence, i: int, words: tuple[str, ...], gap: int) -> bool:
    """Whether the words follow, after at most `gap` tokens of an object."""
    for begin in range(i, min(sentence.size, i + gap + 1)):
        if begin > i and sentence.tags[begin - 1] in ";:UR":
            return False
        if match_words(sentence, begin, words):
            return True
    return False


def match_words(sentence: Sentence, i: int, words: tuple[str, ...]) -> bool:
    size, lexicon = sentence.size, load_lexicon()
    for position, word in enumerate(words):
        while i < size and sentence.tags[i] in "atG" and sentence.words[i] != word and position == 0:
            i += 1
        if word == "{.}":
            return i >= size or sentence.tags[i] not in "DSNKQ"
        if word == "{q}":
            while i < size and sentence.tags[i] in "kD":
                i += 1
            return i < size and sentence.tags[i] == "q"
        if word == "{d}":
            return any(token in load_measures().diseases for token in sentence.words[i : i + 8])
        if word == "{p}":
            i += i < size and (sentence.tags[i] in "SD")
        elif word == "{a}":
            i += i < size and sentence.tags[i] in "DS"
            while i < size and sentence.tags[i] == "A":
                i += 1
        elif word == "{n}":
            following = words[position + 1]
            skipped = 0
            while (
                i < size
                and skipped < 5
                and sentence.words[i] != following
                and singular(sentence.words[i], lexicon) != singular(following, lexicon)
            ):
                i, skipped = i + 1, skipped + 1
        elif i < size and (
            sentence.words[i] == word
            or (sentence.tags[i] in "NbZ" and singular(sentence.words[i], lexicon) == singular(word, lexicon))
            or (sentence.tags[i] in "Vpgb" and sentence.bases[i] == word)
        ):
            i += 1
        else:
            return False
    return True


def state_at(sentence: Sentence, i: int, rules: MeasureRules, topic: Topic) -> Found | None:
    """A state that begins at token i: "dead", "in custody", "still missing"."""
    size = sentence.size
    while i < size and sentence.tags[i] in "atG" and sentence.words[i] not in rules.states:
        i += 1
    if i >= size:
        return None
    for cue in rules.states.get(sentence.words[i], ()):
        if cue.with_event and not named_event(cue, topic):
            continue
        if not cue.words or match_words(sentence, i + 1, cue.words):
            following = sentence.words[i + 1 : i + 3]
            if (
                cue.name == "dead"
                and following[:1] in (["and"], ["or"])
                and following[1:2] in (["injured"], ["wounded"], ["missing"])
            ):
                return Found("people_other", "dead_and_injured", i)
            if never_here(sentence, i, cue.measure, rules):
                continue
            return Found(cue.measure, "state", i)
    return None


def complement(sentence: Sentence, main: int, topic: Topic, rules: MeasureRules, depth: int) -> Found | None:
    """What follows "are", "were reported", "are expected to", "remain": a state, a participle, a verb."""
    tags, size = sentence.tags, sentence.size
    i = main + 1
    passed = 0
    while i < size and passed < 6:
        letter = tags[i]
        if found := state_at(sentence, i, rules, topic):
            return replace(found, verb=main)
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
        if (
            letter in "aGtT'"
            or (letter in "NK" and depth)
            or sentence.words[i] in ("among", "those", "the", "as", "due", "likely", "about", "set", "all", "believed")
        ):
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
            ):
                return Found(cue.measure, "event", i, main)
    return None


def by_participle(sentence: Sentence, phrase: NounPhrase, topic: Topic, rules: MeasureRules) -> Found | None:
    """Right behind the noun: "16 people killed in", "300 dead", "20 in custody", "15 men being held", "left 119 people wounded"."""
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
            if sentence.words[i] == "being" and i + 1 < size and tags[i + 1] == "p":
                i += 1
                continue
            cue = cue_at(sentence, i, rules.acts, topic)
            if cue and cue.measure == "population":
                return None  # "children living in the sewers"
            return Found(cue.measure, "participle", i, i) if cue else event_object(sentence, i, rules, topic)
        if letter in "atG'":
            i, passed = i + 1, passed + 1
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


def with_injury(sentence: Sentence, i: int, topic: Topic, rules: MeasureRules) -> Found | None:
    """ "84 people with eye injuries", "12 patients with cholera"."""
    for token in range(i + 1, min(sentence.size, i + 5)):
        if sentence.words[token] in rules.diseases:
            return Found("infections", "with", token)
        if sentence.tags[token] == "N" and singular(sentence.words[token], load_lexicon()) in WOUNDS:
            return Found("injuries", "with", token)
        if sentence.tags[token] in "VXb,;":
            return None
    return None


WOUNDS = frozenset("injury wound burn fracture concussion bruise laceration".split())


def is_stated_whole(sentence: Sentence, phrase: NounPhrase) -> bool:
    """Whether the phrase is the whole of a part: "27,000 staff" in "11,000 of 27,000 staff"."""
    left = phrase.left
    return left > 1 and sentence.tags[left - 1] == "O" and sentence.tags[left - 2] in "Qq"


def by_object(sentence: Sentence, phrase: NounPhrase, topic: Topic, rules: MeasureRules) -> Found | None:
    """The verb of which the number's noun is the object: "police detained 120 people", "killing 14"."""
    main = object_verb(sentence, phrase.left)
    if main is None:
        return by_having(sentence, phrase, rules)
    joint = joint_verbs(sentence, main)
    if "kill" in joint and joint & {"injure", "wound", "hurt"}:
        return Found("people_other", "dead_and_injured", main, main)
    for cue in rules.verbs.get(sentence.bases[main], ()):
        if cue.with_event and not named_event(cue, topic):
            continue
        if phrase.head is None and (
            cue.with_event or (cue.measure == "workforce" and cue.name not in ("employ", "hire"))
        ):
            continue
        if cue.name == "shoot" and has_victim(sentence, phrase.right + 1, rules):
            continue
        if cue.before and not (main and sentence.words[main - 1] == cue.before):
            continue
        if cue.words and not rest_matches(sentence, main + 1, cue.words, max(0, phrase.right - main) + 8):
            continue
        if never_here(sentence, main, cue.measure, rules):
            continue
        measure = "prosecutions" if by_court(sentence, cue) else cue.measure
        return Found(measure, "object", main, main)
    if sentence.bases[main] in ("leave", "make"):
        return state_at(sentence, phrase.right + 1, rules, topic)
    return None


COUNTED = frozenset("count draw attract estimate expect".split())  # whose object may stand without its noun


def by_having(sentence: Sentence, phrase: NounPhrase, rules: MeasureRules) -> Found | None:
    """ "had 19,200 employees": what an employer has."""
    left = phrase.left
    while left and sentence.tags[left - 1] in "at":
        left -= 1
    if left and sentence.tags[left - 1] == "H" and phrase.head is not None and singular(sentence.words[phrase.head], load_lexicon()) in rules.whole:
        return Found("workforce", "has", left - 1)
    return None


def object_verb(sentence: Sentence, left: int) -> int | None:
    """The active verb right before a noun phrase, over adverbs and particles."""
    tags = sentence.tags
    i = left - 1
    passed = 0
    while i >= 0 and passed < 3 and (tags[i] in "atk'" or (tags[i] == "I" and sentence.words[i] in PARTICLES)):
        i, passed = i - 1, passed + 1
    if i < 0:
        return None
    if tags[i] in "Vgb" or (tags[i] == "p" and not passive_before(sentence, i)):
        return i
    if tags[i] == "N" and sentence.bases[i] != sentence.words[i]:
        return None
    return None


PARTICLES = frozenset("off up down out away in over about around some".split())


def passive_before(sentence: Sentence, i: int) -> bool:
    return verb_phrase(sentence, i).start < i


def by_members(sentence: Sentence, phrase: NounPhrase, rules: MeasureRules) -> Found | None:
    """ "the dead included 3 children", "among those arrested were two journalists"."""
    tags, words = sentence.tags, sentence.words
    left = phrase.left
    while left and tags[left - 1] in "at":
        left -= 1
    if not left:
        return None
    is_inverted = tags[left - 1] == "X" and ("among" in words[:left] or "amongst" in words[:left])
    if not is_inverted and not (tags[left - 1] in "VgpA" and sentence.bases[left - 1] in ("include", "number", "includ")):
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
            return None
    return None


def relabel(found: Found | None) -> Found | None:
    return replace(found, rule="relative") if found else None


# --- governors ----------------------------------------------------------------------------------


INVOLVING = frozenset("involve include see draw attract bring".split())  # verbs between an event and its people


def by_governor(
    sentence: Sentence, phrase: NounPhrase, topic: Topic, rules: MeasureRules, lexicon: Lexicon
) -> Found | None:
    """A noun that rules the number: "strike by 300 workers", "crowd of 200", "death toll rose to 49", "arrest of 12"."""
    tags, words = sentence.tags, sentence.words
    left = phrase.left
    while left and tags[left - 1] in "at'":
        left -= 1
    if not left:
        return None
    if found := by_toll(sentence, left, rules):
        return found
    if words[left - 1] == "to" and words[max(0, left - 2)] == "home":
        return Found("population", "home", left - 2)
    letter, word = tags[left - 1], words[left - 1]
    numbering = letter in "gV" and sentence.bases[left - 1] in ("number", "total")  # "a crowd numbering 300"
    if letter not in "OBI" and not numbering and sentence.bases[left - 1] not in INVOLVING:
        return None
    nouns = nouns_left(sentence, left - 2)
    for distance, noun in enumerate(nouns):
        if distance > (1 if letter == "O" else 3):
            break
        if (letter == "O" or numbering) and (cue := noun_cues(sentence, noun, rules.groups)):
            if (
                cue.measure == "protest_size"
                and words[noun] in ("crowd", "crowds", "mass", "turnout", "gathering")
                and not topic.protest
            ):
                return None
            if never_here(sentence, noun, cue.measure, rules):
                continue
            return Found(cue.measure, "group", noun)
        cue = noun_cues(sentence, noun, rules.events)
        if cue is None or never_here(sentence, noun, cue.measure, rules):
            continue
        takes_part = cue.measure in ("strike_size", "protest_size")
        if takes_part and (letter in "BO" or word in ("with", "from", "among") or letter not in "OBI"):
            return Found(cue.measure, "event", noun)
        if (
            not takes_part
            and letter == "O"
            or (word in ("for", "among", "against") and cue.measure in ("deaths", "prosecutions"))
        ):
            return Found(cue.measure, "event", noun)
    return None


def nouns_left(sentence: Sentence, i: int) -> list[int]:
    """Nouns left of token i within the phrase that governs it, nearest first."""
    tags = sentence.tags
    found = []
    first = i
    while i >= 0 and first - i < 14:
        letter = tags[i]
        if letter in "VXHM":
            break
        if letter in "NK" or (letter == "g"):
            found.append(i)
        elif letter in "VpbXHM;:,U.R" and found:
            break
        elif letter in ";:R.U":
            break
        i -= 1
    return found


PUT_AT = frozenset({"deaths", "injuries", "arrests", "infections", "dismissals", "displacements"})


PUT_AT = frozenset({"deaths", "injuries", "arrests", "infections", "dismissals", "displacements"})
BEFORE_TOLL = frozenset("to at of from above past below over as than is was between near beyond under high around by - :".split())


def by_toll(sentence: Sentence, left: int, rules: MeasureRules) -> Found | None:
    """ "death toll of 20", "brought the number of dead to 49", "the toll had climbed to 30"."""
    tags, words, bases = sentence.tags, sentence.words, sentence.bases
    i = left - 1
    if words[i] == "," and i and toll_phrase(sentence, i - 1, rules):
        i -= 1  # "the death toll, already over 60,"
        cue = toll_phrase(sentence, i, rules)
        return Found(cue.measure, "toll", i) if cue else None
    if tags[left] == "k" and bases[left] in CHANGE:  # "toll exceeds 60": numbers take the verb for a qualifier
        for token in (i, i - 1):
            if token >= 0 and (cue := toll_phrase(sentence, token, rules)):
                return Found(cue.measure, "toll", token)
    if words[i] in ("at", "to", "as") and i and tags[i - 1] == "N":
        cue = noun_cues(sentence, i - 1, rules.nouns)
        if cue and cue.measure in PUT_AT:
            return Found(cue.measure, "toll", i - 1)  # "placed the fatalities at seven"
    if words[i] == "at" and (found := by_estimate(sentence, i, rules)):
        return found
    if words[i] in BEFORE_TOLL or bases[i] in CHANGE or tags[i] == "X":
        first = i
        while i >= 0 and first - i < 22:
            letter = tags[i]
            if letter in ";UR." or (letter == ":" and i != first):
                return None
            if letter in "Vb" and bases[i] not in CHANGE:
                return None
            if letter in "NApK" and not share_of(sentence, i) and (cue := toll_phrase(sentence, i, rules)):
                if never_here(sentence, i, cue.measure, rules):
                    return None
                if cue.measure == "workforce" and words[left - 1] == "by":
                    return Found("dismissals", "cut_by", i)
                return Found(cue.measure, "toll", i)
            i -= 1
    return None


def by_estimate(sentence: Sentence, i: int, rules: MeasureRules) -> Found | None:
    """ "a march that police put at 9,000", "the crowd was estimated at 300"."""
    verbs = [j for j in range(max(0, i - 3), i) if sentence.bases[j] in ("put", "estimate", "count", "reckon")]
    if not verbs:
        return None
    for noun in range(verbs[-1] - 1, max(-1, verbs[-1] - 8), -1):
        if sentence.tags[noun] == "N" and (cue := noun_cues(sentence, noun, rules.groups)) and cue.measure != "population":
            return Found(cue.measure, "toll", noun)
    return None


def share_of(sentence: Sentence, i: int) -> bool:
    """Whether a noun is only the base of a percentage: "9 pct of the workforce"."""
    before = sentence.tags[max(0, i - 4) : i]
    return "O" in before and "q" in before


def toll_phrase(sentence: Sentence, i: int, rules: MeasureRules) -> Cue | None:
    """A toll that ends at token i, if it counts people: not "the number of horses infected"."""
    cue = any_toll(sentence, i, rules)
    if cue is None or sentence.tags[i] not in "pA":
        return cue
    lexicon = load_lexicon()
    begin = next((j for j in range(i - 1, max(-1, i - 7), -1) if sentence.words[j] in ("number", "total")), None)
    between = range(begin + 1, i) if begin is not None else ()
    things = [
        j for j in between if sentence.tags[j] == "N" and not is_person(singular(sentence.words[j], lexicon), lexicon)
    ]
    return None if things else cue


def any_toll(sentence: Sentence, i: int, rules: MeasureRules) -> Cue | None:
    """A toll that ends at token i: "death toll", "number of people killed"."""
    lexicon = load_lexicon()
    for key in (sentence.words[i], singular(sentence.words[i], lexicon)):
        for cue in rules.tolls.get(key, ()):
            size = len(cue.words)
            if not size or (i >= size and tuple(sentence.words[i - size : i]) == cue.words):
                return cue
    if (
        i
        and sentence.words[max(0, i - 6) : i].count("number")
        or (i and sentence.words[max(0, i - 4) : i].count("total"))
    ):
        begin = max(j for j in range(max(0, i - 6), i) if sentence.words[j] in ("number", "total"))
        if begin + 1 < i and sentence.words[begin + 1] == "of":
            cue = first_plain(rules.verbs.get(sentence.bases[i], ())) if sentence.tags[i] in "pA" else None
            cue = (
                cue
                or first_plain(rules.states.get(sentence.words[i], ()))
                or noun_cues(sentence, i, rules.nouns)
                or noun_cues(sentence, i, rules.called)
            )
            return cue
    return None


# --- the rest -----------------------------------------------------------------------------------


def governing_verb(sentence: Sentence, phrase: NounPhrase) -> int | None:
    """The verb that rules the number's noun phrase: as object, else as subject, else the nearest to the left in its clause."""
    main = object_verb(sentence, phrase.left)
    if main is not None:
        return main
    if may_be_subject(sentence, phrase):
        main = subject_verb(sentence, phrase)
        if main is not None:
            return main
    left, right = clause_bounds(sentence, phrase.left)
    for i in range(phrase.left - 1, left - 1, -1):
        if sentence.tags[i] in "VpbgX":
            return i
    return next((i for i in range(phrase.right + 1, right + 1) if sentence.tags[i] in "VpX"), None)


def site_of_event(sentence: Sentence, phrase: NounPhrase, topic: Topic) -> bool:
    """Whether places are counted because something happens there."""
    return topic.protest or topic.strike
