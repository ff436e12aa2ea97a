"""What the noun beside a number says: what is counted, and what it alone tells of the measure.

"27 deaths" -> deaths; "300 jobs will go" -> dismissals; "200 striking workers" -> strike_size
"""

from __future__ import annotations

from transforms.cues import Found, Topic, first_plain, never_here, noun_cues
from transforms.grammar import (
    DEMONYMS,
    Lexicon,
    NounPhrase,
    Sentence,
    clause_bounds,
    is_person,
    is_plural,
    load_lexicon,
    phrase_left,
    singular,
)
from transforms.measures import MeasureRules, load_measures
from transforms.predicates import is_stated_whole
from transforms.words import word_list

EMPLOYERS = word_list("employers")
SHUTTING = word_list("shutting")
PLACES = word_list("places")
PROTESTING = word_list("protesting")
COMPOUNDS = frozenset(tuple(compound.split()) for compound in word_list("compounds"))
COMPOUND_HEADS = frozenset(head for _, head in COMPOUNDS)
UNIONS = word_list("unions")
STAGING = word_list("staging")
REPORTERS = word_list("reporters")
FORCES_NAMED = word_list("forces_named")
MANNING = word_list("manning")
TURNOUT = word_list("turnout")
PERSON = "person"


def unit_of(sentence: Sentence, phrase: NounPhrase, lexicon: Lexicon) -> str | None:
    """The noun counted, in the singular: "police officer" and "asylum seeker" whole, else its last word."""
    if phrase.head is None:
        return None
    word = sentence.words[phrase.head]
    if word in ("others", "more", "ones"):
        return PERSON
    noun = singular(word, lexicon)
    if phrase.head and (noun in COMPOUND_HEADS and sentence.tags[phrase.head - 1] in "NKA"):
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


def noun_kind(unit: str | None, sentence: Sentence, phrase: NounPhrase, lexicon: Lexicon) -> str:
    """person, group, event, site, thing or elided."""
    if unit is None or phrase.head is None:
        return "elided"
    word = sentence.words[phrase.head]
    kind = kind_of(singular(word, lexicon), word, unit, lexicon)
    if kind == "thing" and sentence.tags[phrase.head] == "K":
        # "Russians"; "Rohingya" are people only where a verb says so
        return "person" if singular(word, lexicon) != word else "group"
    return kind


def kind_of(noun: str, word: str, unit: str, lexicon: Lexicon) -> str:
    """What a noun, with the word as written and the unit that it gives, stands for, a name aside."""
    if noun in ("police", "troop", "staff", "crew", "personnel", "others"):
        return "person"
    if noun in lexicon.groups:
        return "group"
    if noun in lexicon.events:
        return "event"
    if noun in lexicon.sites:
        return "site"
    if unit == PERSON or is_person(noun, lexicon) or (noun in DEMONYMS and noun != word):
        return "person"  # "TROOPS KILL 300 LIBYANS": a headline in capitals names nobody by them
    return "thing"


def is_label(sentence: Sentence, number: int, phrase: NounPhrase, lexicon: Lexicon) -> bool:
    """A number that names or ages what it follows: "magnitude 6.0", "Explorer 6", "aged 17", "Shields, 18, of"."""
    tags, words = sentence.tags, sentence.words
    if (
        words[number - 1] in ("under", "over", "below", "above")
        and words[max(0, number - 2)] in ("them", "children", "those", "infants", "boys", "girls", "anyone", "people")
        and number > 1
    ):
        return True  # "most of them under five"
    if words[number].isdigit() and 1700 < int(words[number]) < 2100 and words[max(0, number - 1) : number] == ["of"]:
        return True  # "the great strike of 1877"
    if phrase.left < number or not number or words[number + 1 : number + 2] == ["of"]:
        return False
    before = tags[number - 1]
    if words[number - 1] in ("aged", "age", "ages") or words[max(0, number - 2) : number] in (
        ["age", "of"],
        ["ages", "of"],
    ):
        return True
    if (
        number > 1
        and tags[number - 1] == "X"
        and words[number - 2] in ("he", "she", "i", "who")
        and tags[number + 1 : number + 2] not in ("N", "K", "A", "O")
    ):
        return True  # "she was nine"
    if before in "NK" and not is_plural(words[number - 1], lexicon):
        start = number - 1
        while start and tags[start - 1] in "NKADgQqt":
            start -= 1
        happened = words[number - 1] in lexicon.events and tags[number + 1 : number + 2] in ("V", "X")
        place = happened or before == "K" or words[number - 1] in PLACES  # "in Kazan 22 were held", "on board 20 died"
        return not (place and start and tags[start - 1] in "IBT")
    if before == "," and number > 1 and tags[number - 2] == "K":
        return tags[number + 1 : number + 2] in (",", ")") or words[number + 1 : number + 2] in (["from"], ["of"])
    if before in ",C" and number > 2 and tags[number - 2] in "Qq":
        return any(word in ("aged", "ages") for word in words[max(0, number - 6) : number])
    return False


def by_strength(sentence: Sentence, number: int, rules: MeasureRules) -> Found | None:
    """ "the 4,000-strong workforce", "a 300-strong crowd"."""
    at = number + 1 + (sentence.tags[number + 1 : number + 2] == "-")
    if sentence.words[at : at + 1] == ["member"] and not UNIONS.isdisjoint(sentence.words[at + 1 : at + 5]):
        return Found("workforce", "strong", at)  # "the 100,000-member general union"
    if sentence.words[at : at + 1] != ["strong"]:
        return None
    if sentence.tags[at + 1 : at + 2] not in ("N", "A", "K"):
        for token in range(number - 1, max(-1, number - 7), -1):  # "the march, 50,000 strong by the police count"
            if sentence.tags[token] == "N" and (cue := noun_cues(sentence, token, rules.groups)):
                return Found(cue.measure, "strong", token)
        return None
    for token in range(at + 1, min(sentence.size, at + 4)):
        if sentence.tags[token] == "N" and (cue := noun_cues(sentence, token, rules.groups)):
            return Found(cue.measure, "strong", token)
    left = phrase_left(sentence, number)  # "The march, some 3,000 strong, wound through the city"
    if left > 1 and sentence.tags[left - 1] == "," and (cue := noun_cues(sentence, left - 2, rules.groups)):
        return Found(cue.measure, "strong", left - 2)
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
    behind = sentence.words[phrase.head + 2 : phrase.head + 6]
    if sentence.tags[phrase.head + 1 : phrase.head + 2] == "O" and load_measures().diseases.isdisjoint(behind):
        return None
    return Found("infections", "case", phrase.head)


def by_name(
    sentence: Sentence, phrase: NounPhrase, unit: str | None, topic: Topic, rules: MeasureRules
) -> Found | None:
    """People by what they are called: "12,000 political prisoners", "10,000 police", "5,500 unionized workers"."""
    if phrase.head is None:
        return None
    cue = noun_cues(sentence, phrase.head, rules.called)
    if cue and cue.name == "victim" and "death" not in topic:
        return None  # victims of fraud or abuse live
    if unit == "participant" and topic.protest:
        return Found("protest_size", "called", phrase.head)
    if cue and cue.name == "officer" and "force" not in topic:
        return None  # companies have officers too
    if cue and not never_here(sentence, phrase.head, cue.measure, rules):
        return Found(cue.measure, "called", phrase.head)
    behind = sentence.words[phrase.right + 1 : phrase.right + 7]
    if unit == "member" and behind[:1] == ["of"] and not FORCES_NAMED.isdisjoint(behind):
        return Found("security_forces", "of_forces", phrase.head)  # "300 members of the security forces"
    if unit in ("man", "person") and has_men(sentence, phrase):
        return Found("security_forces", "of_forces", phrase.head)
    if (
        unit == "member"
        and not topic.strike
        and UNIONS.isdisjoint(sentence.words)
        and not is_stated_whole(sentence, phrase)
    ):
        return None
    if is_staff(unit, rules) and is_whole(sentence, phrase, topic):
        return Found("workforce", "member", phrase.head)
    return None


def is_staff(unit: str | None, rules: MeasureRules) -> bool:
    """Does a noun mean people who work, or members: "teacher", "bankworker"?"""
    return unit is not None and (unit in rules.whole or (unit.endswith("worker") and unit != "co-worker"))


def by_closure(sentence: Sentence, phrase: NounPhrase, unit: str | None, rules: MeasureRules) -> Found | None:
    """ "The plants to be shut are in Toledo (900 workers)": in brackets, whom a closure sends home."""
    left, right = phrase.left, phrase.right
    in_brackets = sentence.tags[left - 1 : left] == "(" and sentence.tags[right + 1 : right + 2] == ")"
    if not in_brackets or not is_staff(unit, rules):
        return None
    shut = next((i for i in range(left) if sentence.tags[i] in "Vpb" and sentence.bases[i] in SHUTTING), None)
    return Found("dismissals", "closure", shut, shut) if shut is not None else None


def has_men(sentence: Sentence, phrase: NounPhrase) -> bool:
    """ "The army has 300 men in the town": those whom an army has or sends are its own."""
    left = phrase.left
    while left and sentence.tags[left - 1] in "at":
        left -= 1
    sent = left > 0 and (sentence.tags[left - 1] == "H" or sentence.bases[left - 1] in MANNING)
    return sent and not FORCES_NAMED.isdisjoint(sentence.words[max(0, left - 5) : left - 1])


def is_whole(sentence: Sentence, phrase: NounPhrase, topic: Topic) -> bool:
    """Whether the text takes all of them: "the plant's 300 workers", "5,000 of 7,000 workers", "unionized"."""
    tags, left = sentence.tags, phrase.left
    if "S" in tags[left : phrase.right]:
        return True
    if sentence.words[left] in ("the", "all") and (topic.strike or not EMPLOYERS.isdisjoint(sentence.words)):
        return True
    if left and tags[left - 1] == "O" and left > 1 and tags[left - 2] in "Qq":
        return True
    if is_having(sentence, left) or is_named_employer(sentence, phrase):
        return True
    words = sentence.words[phrase.left : phrase.right + 1]
    return any(word in ("unionized", "unionised", "full-time", "part-time", "strong", "bbc") for word in words)


def is_having(sentence: Sentence, left: int) -> bool:
    """ "The mill, with 600 workers, will close", "the largest union, with two million members": what it has."""
    before = left
    while before and sentence.tags[before - 1] in "kat":
        before -= 1
    if before == 1 and sentence.words[0] == "with":  # "With 25,000 members, the union is"
        owner = sentence.words[left:] if "," in sentence.tags[left : left + 8] else []
    elif before == 2 and sentence.words[1] == "with" and sentence.tags[0] in "KN":  # "AFA with 46,000 members is"
        named = sentence.words[left + 1 : left + 2] in (["members"], ["employees"])
        return named or is_employer_alone(sentence, 0)
    elif before > 1 and sentence.words[before - 1] == "with" and is_employer_alone(sentence, before - 2):
        return True
    elif before < 2 or sentence.words[before - 1] != "with" or sentence.tags[before - 2] != ",":
        return False
    else:
        owner = sentence.words[max(0, before - 10) : before - 2]
    return not EMPLOYERS.isdisjoint(owner) or not UNIONS.isdisjoint(owner)


def is_employer_alone(sentence: Sentence, noun: int) -> bool:
    """ "Firms with almost 600,000 workers are close to ruin": an employer as the subject, with whom it has."""
    lexicon = load_lexicon()
    first = next((i for i in range(noun, max(-1, noun - 6), -1) if sentence.tags[i] not in "NKAQqkD"), -1)
    named = singular(sentence.words[noun], lexicon)
    return (named in EMPLOYERS or named in UNIONS) and (first < 0 or sentence.tags[first] not in "IB")


def is_named_employer(sentence: Sentence, phrase: NounPhrase) -> bool:
    """ "Veolia Transport, with 80,756 employees, runs buses": whom only an employer has."""
    left = phrase.left
    return (
        left > 2
        and sentence.words[phrase.right] in ("employees", "staff", "staffers")
        and sentence.words[left - 1] == "with"
        and sentence.tags[left - 3 : left - 1] in ("K,", "N,")
    )


def by_fragment(sentence: Sentence, phrase: NounPhrase, unit: str | None, topic: Topic, rules: MeasureRules) -> bool:
    """ "About 15,000 drivers, according to the union.": workers without a verb where a strike is the topic."""
    return (
        phrase.left == 0
        and unit in rules.whole
        and topic.strike
        and not any(letter in "VXHMpF" for letter in sentence.tags)
    )


def by_places(sentence: Sentence, phrase: NounPhrase, unit: str | None, topic: Topic) -> Found | None:
    """ "Turnout was high: 20,000 people in Turin, 15,000 in Bari", "up in Lyon (22,000)": crowds by their cities."""
    tags, left, right = sentence.tags, phrase.left, phrase.right
    if unit not in (None, PERSON) or left < 2 or tags[left - 1] not in "(:,":
        return None
    bracketed = tags[left - 1] == "(" and tags[left - 2] == "K"
    begins = (
        tags[left - 1] in ":,"
        and sentence.words[right + 1 : right + 2] == ["in"]
        and tags[right + 2 : right + 3] == "K"
    )
    if (bracketed or begins) and sentence.has(TURNOUT) and topic.protest:
        return Found("protest_size", "places", None)
    return None


def by_modifier(sentence: Sentence, number: int, phrase: NounPhrase, rules: MeasureRules) -> Found | None:
    """Between number and noun: "200 striking workers", "27 dead demonstrators", "100 injured"."""
    if phrase.head is None:
        return by_bare_state(sentence, number, rules)
    for token in range(number + 1, phrase.head):
        letter, word = sentence.tags[token], sentence.words[token]
        if letter == "g":
            cue = first_plain(rules.acts.get(sentence.bases[token], ())) or first_plain(rules.states.get(word, ()))
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
    tokens = (
        [number + 3]
        if words[number + 1 : number + 2] == ["of"] and words[number + 2 : number + 3] in (["the"], ["those"])
        else []
    )
    if words[0] == "of" and words[1:2] in (["those"], ["the"]) and "," in tags[3:number]:
        tokens.append(2)  # "Of those arrested, 95 were men"
    if number > 1 and words[number - 2] in ("the", "those") and tags[number - 1] in "ApgN":
        tokens.append(number - 1)
    for token in tokens:
        if token >= sentence.size:
            continue
        cue = first_plain(rules.states.get(words[token], ())) or (
            first_plain(rules.verbs.get(sentence.bases[token], ()))
            if tags[token] in "ApVN" and sentence.bases[token] != words[token]
            else None
        )
        if cue is None and token == 2 and tags[token] == "N":
            cue = noun_cues(sentence, token, rules.nouns)  # "Of the deaths, 12 were in Kent"
        if cue and not cue.with_event:
            return Found(cue.measure, "bare_state", token)
    return None


def unless_forces(sentence: Sentence, phrase: NounPhrase, found: Found | None, rules: MeasureRules) -> Found | None:
    """Nothing where police do what protesters do as well: they storm and surround, and protest not by it."""
    if (
        found is None
        or found.measure not in ("protest_size", "strike_size")
        or phrase.head is None
        or found.rule not in ("subject", "state", "event", "cause", "clamour", "beside")
    ):
        return found
    noun = singular(sentence.words[phrase.head], load_lexicon())
    if noun in REPORTERS and found.trigger is not None and sentence.bases[found.trigger] == "cover":
        return None  # "three journalists covered the protest"
    cue = noun_cues(sentence, phrase.head, rules.called)
    is_force = cue is not None and cue.measure == "security_forces"
    if found.rule == "event":  # "800 troops moved in to end the walkout", "400 soldiers took part in the parade"
        verb = sentence.bases[found.verb] if found.verb is not None else ""
        own = verb in STAGING if found.measure == "strike_size" else verb in PROTESTING or verb in ("stage", "hold")
        return None if is_force and not own else found
    if found.measure == "strike_size":
        return found
    return None if is_force and found.trigger is not None and sentence.bases[found.trigger] not in PROTESTING else found
