"""What a noun says of the number that depends on it.

"a strike by 300 drivers" -> strike_size; "the death toll rose to 49" -> deaths; "the arrest of 12" -> arrests
"""

from __future__ import annotations

from transforms.cues import Found, Topic, cue_at, first_plain, never_here, noun_cues, state_at
from transforms.grammar import NounPhrase, Sentence, is_person, is_plural, load_lexicon, singular, verb_phrase
from transforms.measures import Cue, MeasureRules
from transforms.words import word_list

CHANGE = word_list("change")
INVOLVING = word_list("involving")
ATTENDED = word_list("attended")
PUT_AT = word_list("put_at")
BEFORE_TOLL = word_list("before_toll")
GROWING = word_list("growing")
COUNTERS = word_list("counters")
NUMBER_OF = 9  # tokens of "number of people confirmed to have been infected"
SWELLING = word_list("swelling")
OPENING = word_list("opening")
UNKNOWN = word_list("unknown")
TRACES = word_list("traces")
BEFALLING = word_list("befalling")
REACHING = word_list("reaching")
ACCUSATIONS = word_list("accusations")
ACCUSING = word_list("accusing")
SETTLEMENTS = word_list("settlements")
LIVINGS = word_list("livings")
GIVING = word_list("giving")
DWELLING = word_list("dwelling")
WANTED = word_list("wanted")
FLEEING = word_list("fleeing")
MOURNING = word_list("mourning")


def by_governor(sentence: Sentence, phrase: NounPhrase, topic: Topic, rules: MeasureRules) -> Found | None:
    """A noun that rules the number: "strike by 300 workers", "crowd of 200", "toll rose to 49", "arrest of 12"."""
    tags, words = sentence.tags, sentence.words
    left = phrase.left
    if left > 1 and tags[left - 1] == "O" and tags[left - 2] in "Qq":
        return None  # the whole of "49 of 50 people" is not what the part suffered
    while left and tags[left - 1] in "at'":
        left -= 1
    if not left:
        return None
    if phrase.head is None and words[left - 1] == "with" and tags[phrase.right + 1 : phrase.right + 2] == "g":
        return None  # "a strike, with thousands joining the marches"
    if tags[left - 1] == "C" and phrase.head is not None and (joint := joint_of(sentence, left)) is not None:
        found = by_governor(sentence, phrase._replace(left=joint), topic, rules)
        return found if found and found.rule == "event" else None
    if found := by_heading(sentence, left, rules) or by_toll(sentence, left, topic, rules):
        return found
    if found := by_toll_behind(sentence, phrase, left, topic, rules):
        return found
    if found := by_lives(sentence, left, rules):
        return found
    if words[left - 1] == "to" and words[max(0, left - 2)] == "home":
        named = noun_cues(sentence, phrase.head, rules.called) if phrase.head is not None else None
        return (
            Found("displacements", "home", left - 2)
            if named and named.measure == "displacements"
            else Found("population", "home", left - 2)
        )
    if found := by_charge(sentence, left, rules) or by_work(sentence, phrase, left, rules):
        return found
    if found := by_fate(sentence, phrase, left):
        return found
    if found := swollen(sentence, left, rules):
        return found
    if words[left - 1] == "by" and sentence.bases[left - 2] == "join" and (found := in_march(sentence, phrase, rules)):
        return found
    letter, word = tags[left - 1], words[left - 1]
    numbering = letter in "gV" and sentence.bases[left - 1] in ("number", "total")  # "a crowd numbering 300"
    involving = letter in "gVb" and sentence.bases[left - 1] in INVOLVING
    if letter not in "OBI" and not numbering and not involving:
        return None
    if letter == "B" and tags[left - 2 : left - 1] == "p":
        return by_attendance(sentence, left - 2, rules)
    nouns = nouns_left(sentence, before_auxiliaries(sentence, left - 2) if numbering or involving else left - 2)
    if word == "with" and sentence.bases[left - 2] in OPENING and tags[left - 2] == "V":
        nouns = nouns_left(sentence, before_auxiliaries(sentence, left - 3))  # "a march that began with 50 people"
    for distance, noun in enumerate(nouns):
        if distance > (1 if letter == "O" else 3):
            break
        if numbering and (cue := noun_cues(sentence, noun, rules.nouns) or noun_cues(sentence, noun, rules.called)):
            return Found(cue.measure, "group", noun)  # "job cuts totalling 4,000", "police numbering 300"
        if involving and words[noun] in rules.diseases:
            return Found("infections", "event", noun)  # "the outbreak has affected 40 people"
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
        if cue is None or never_here(sentence, noun, cue.measure, rules) or cue.name in FATES:
            continue
        takes_part = cue.measure in ("strike_size", "protest_size")
        if takes_part and involving and sentence.bases[left - 1] in BEFALLING and not works(sentence, phrase, rules):
            return None  # "the strike hit 300 passengers"
        if letter not in "OBI" and cue.measure in ("dismissals", "displacements"):
            return Found(cue.measure, "event", noun)  # "layoffs hit 5,000 miners"
        if cue.name == "flight" and distance:
            continue  # "flights over the territory of its 34 members"
        if cue.name == "search" and word != "for":
            continue
        if cue.measure == "workforce":
            if (
                word == "for"
                and phrase.head is not None
                and singular(words[phrase.head], load_lexicon()) in rules.whole
            ):
                return Found("workforce", "contract", noun)
            continue
        if cue.name == "charge":
            continue  # charges count nobody but those against whom they are brought
        if takes_part and (letter in "BO" or word in ("with", "from", "among") or letter not in "OBI"):
            return Found(cue.measure, "event", noun)
        if (
            (not takes_part and letter == "O")
            or (word in ("for", "among", "against") and cue.measure in ("deaths", "prosecutions"))
            or (word == "for" and cue.name == "search" and not is_wanted(sentence, phrase))
        ):
            return Found(cue.measure, "event", noun)
        if not takes_part and letter == "I":
            return None  # "in protest at redundancies from the 4,000 staff": the nearer event is not theirs
    return None


def swollen(sentence: Sentence, left: int, rules: MeasureRules) -> Found | None:
    """ "The protests had grown over a week to include 100,000 people": what has grown."""
    if left < 4 or sentence.words[left - 2 : left] != ["to", "include"]:
        return None
    first = max(-1, left - 23)
    verb = next((j for j in range(left - 3, first, -1) if sentence.tags[j] in "Vp"), None)
    if verb is None or sentence.bases[verb] not in SWELLING:
        return None
    noun = next((j for j in range(verb - 1, first, -1) if takes_part(sentence, j, rules)), None)
    cue = noun_cues(sentence, noun, rules.events) if noun is not None else None
    return Found(cue.measure, "event", noun) if cue else None


FATES = ("fate", "whereabouts")


def works(sentence: Sentence, phrase: NounPhrase, rules: MeasureRules) -> bool:
    """Whether the noun counted is one for people who work."""
    noun = singular(sentence.words[phrase.head], load_lexicon()) if phrase.head is not None else ""
    return noun in rules.whole or noun.endswith("worker")


def before_auxiliaries(sentence: Sentence, i: int) -> int:
    """The token before "has", "will", "which has" in "the strike, which has affected 300": where its noun may end."""
    tags = sentence.tags
    while i > 0 and tags[i] in "HMXat":
        i -= 1
    if i > 1 and tags[i] == "R":
        i -= 2 if tags[i - 1] == "," else 1
    return i - 1 if i > 0 and tags[i] == "," else i


def by_work(sentence: Sentence, phrase: NounPhrase, left: int, rules: MeasureRules) -> Found | None:
    """ "provides jobs for 2,100 people", "a contract for 9,000 nurses", "on behalf of 9,000 nurses"."""
    words, bases = sentence.words, sentence.bases
    word, before = words[left - 1], words[left - 2]
    if word in ("for", "to") and before in LIVINGS and not GIVING.isdisjoint(bases[max(0, left - 5) : left - 2]):
        return Found("workforce", "living", left - 2)
    if phrase.head is None or singular(words[phrase.head], load_lexicon()) not in rules.whole:
        return None
    settled = word in ("for", "covering") and singular(before, load_lexicon()) in SETTLEMENTS
    if settled or words[max(0, left - 2) : left] == ["behalf", "of"]:
        return Found("workforce", "settlement", left - 2)
    return None


def by_fate(sentence: Sentence, phrase: NounPhrase, left: int) -> Found | None:
    """ "the fate of 40 is unknown", "no trace of the 12", "contact with 40 has been lost"."""
    words = sentence.words
    word, before = words[left - 1], words[left - 2]
    behind = words[phrase.right + 1 : phrase.right + 9]
    if word == "of" and before in FATES and not UNKNOWN.isdisjoint(behind + words[max(0, left - 8) : left]):
        return Found("missing", "fate", left - 2)
    if word in ("of", "from") and before in TRACES and words[max(0, left - 4) : left - 2].count("no"):
        return Found("missing", "fate", left - 2)
    if word == "with" and "contact" in words[max(0, left - 5) : left - 1] and "lost" in words[max(0, left - 5) :]:
        return Found("missing", "fate", left - 2)
    return None


def joint_of(sentence: Sentence, left: int) -> int | None:
    """Where the list behind "of" begins: "the arrest of the mayor and 14 aides" is that of the aides as well."""
    i = left - 2
    while i > 0 and left - i < 10 and sentence.tags[i] in "DSANK,":
        i -= 1
    return i + 1 if i > 0 and sentence.tags[i] == "O" and i + 1 < left - 1 else None


def by_charge(sentence: Sentence, left: int, rules: MeasureRules) -> Found | None:
    """ "charges against 20", "were brought against 14", "handed prison terms to 12", "a strike that spread to 300"."""
    tags, words = sentence.tags, sentence.words
    if words[left - 1] == "to" and sentence.bases[left - 2] in SWELLING:
        return by_swelling(sentence, left, rules)
    if sentence.bases[left - 1] in REACHING and tags[left - 1] == "V" and tags[left : left + 1] in ("k", "Q"):
        crowd = next((i for i in range(left - 2, max(-1, left - 8), -1) if takes_part(sentence, i, rules)), None)
        cue = noun_cues(sentence, crowd, rules.events) if crowd is not None else None
        return Found(cue.measure, "event", crowd) if cue and sentence.words[crowd or 0] in CROWDS else None
    if words[left - 1] == "to" and takes_part(sentence, left - 2, rules):  # "expands strike to 7,000 workers"
        spread = any(base in SWELLING for base in sentence.bases[max(0, left - 6) : left - 2])
        cue = noun_cues(sentence, left - 2, rules.events)
        return Found(cue.measure, "event", left - 2) if spread and cue else None
    if words[left - 1] not in ("against", "to"):
        return None
    noun = left - 2
    while words[left - 1] == "against" and noun > 0 and tags[noun] in "XHpaG":
        noun -= 1
    if words[left - 1] == "against" and words[noun] in ACCUSATIONS:
        around = sentence.bases[max(0, noun - 5) : left - 1]
        return Found("prosecutions", "event", noun) if not ACCUSING.isdisjoint(around) else None
    cue = noun_cues(sentence, noun, rules.events) if noun >= 0 and tags[noun] in "NKV" else None
    if cue is None or cue.measure not in ("prosecutions", "dismissals", "releases"):
        return None
    fits = (cue.name == "charge") == (words[left - 1] == "against")
    return Found(cue.measure, "event", noun) if fits and handed(cue) else None


def handed(cue: Cue) -> bool:
    """Whether what is handed to people says what happened to them: prison terms, dismissal letters, bail."""
    if cue.measure == "dismissals":
        return cue.name.endswith(("notice", "letter", "slip", "payment"))
    return cue.measure != "releases" or cue.name in ("amnesty", "bail", "clemency", "pardon")


CROWDS = ("crowd", "crowds", "protest", "protesters", "demonstration", "rally", "turnout")


def by_swelling(sentence: Sentence, left: int, rules: MeasureRules) -> Found | None:
    """ "a strike that spread to 300", "the march, which began with 50, swelled to 5,000", "the virus spread to 40"."""
    for i in range(left - 3, max(-1, left - 20), -1):
        if sentence.words[i] in rules.diseases:
            return Found("infections", "event", i)
        if takes_part(sentence, i, rules):
            cue = noun_cues(sentence, i, rules.events)
            return Found(cue.measure, "event", i) if cue else None
    return None


def is_wanted(sentence: Sentence, phrase: NounPhrase) -> bool:
    """ "the search for three gunmen": who is sought for a crime is not missing."""
    return phrase.head is not None and singular(sentence.words[phrase.head], load_lexicon()) in WANTED


def takes_part(sentence: Sentence, token: int, rules: MeasureRules) -> bool:
    """Whether a token names a strike or a protest, and no "hunger strike" that is ruled out."""
    cue = noun_cues(sentence, token, rules.events) if sentence.tags[token] == "N" else None
    return (
        cue is not None
        and cue.measure in ("strike_size", "protest_size")
        and not never_here(sentence, token, cue.measure, rules)
    )


def by_lives(sentence: Sentence, left: int, rules: MeasureRules) -> Found | None:
    """ "claimed the lives of 40 people": whose lives were lost is counted."""
    if left < 3 or sentence.tags[left - 1] != "O" or sentence.words[left - 2] not in ("life", "lives"):
        return None
    for i in range(left - 3, max(-1, left - 6), -1):
        if measure := rules.pairs["life"].get(sentence.bases[i]):
            return Found(measure, "pair", i, i if sentence.tags[i] in "Vpbg" else None)
    return None


def by_heading(sentence: Sentence, left: int, rules: MeasureRules) -> Found | None:
    """ "Injured: 40", "arrests (157)", "deaths - 12", "the injured, 40 in all,": a heading and its number."""
    if left < 2 or sentence.tags[left - 1] not in ":(-," or sentence.tags[left - 2] not in "NAp":
        return None
    if sentence.tags[left - 1] == "," and not in_all(sentence, left):
        return None
    word = sentence.words[left - 2]
    cue = first_plain(rules.states.get(word, ())) or noun_cues(sentence, left - 2, rules.nouns)
    is_heading = cue is not None and (is_plural(word, load_lexicon()) or cue.role == "states")
    return Found(cue.measure, "heading", left - 2) if cue and is_heading else None


def in_all(sentence: Sentence, left: int) -> bool:
    """Whether "in all" stands behind the number at a token: "the job cuts, 1,900 in all, will"."""
    number = next((i for i in range(left, min(sentence.size, left + 4)) if sentence.tags[i] == "Q"), None)
    behind = sentence.words[number + 1 : number + 3] if number is not None else []
    return behind in (["in", "all"], ["in", "total"]) or behind[:1] == ["altogether"]


def by_setting(sentence: Sentence, phrase: NounPhrase, topic: Topic, rules: MeasureRules) -> Found | None:
    """ "Hundreds of farmers dumped milk in the latest protest": people who act, and the protest in which they do."""
    tags, size = sentence.tags, sentence.size
    if phrase.head is None or phrase.left > 1 or "V" not in tags[phrase.right + 1 : phrase.right + 3]:
        return None
    if singular(sentence.words[phrase.head], load_lexicon()) in MOURNING and not topic.protest:
        return None  # "mourners walked in a procession"
    if (force := noun_cues(sentence, phrase.head, rules.called)) and force.measure == "security_forces":
        return None
    for i in range(phrase.right + 2, min(size - 2, phrase.right + 20)):
        if tags[i] in "URX;:":
            return None
        if sentence.words[i] == "in":
            noun = next((j for j in range(i + 1, min(size - 1, i + 5)) if tags[j + 1] not in "DAaSN"), i)
            cue = noun_cues(sentence, noun, rules.events) if tags[noun] == "N" else None
            if cue and cue.measure == "protest_size":
                return None if never_here(sentence, noun, cue.measure, rules) else Found(cue.measure, "setting", noun)
    return None


def by_flight(sentence: Sentence, phrase: NounPhrase, verb: int | None, topic: Topic) -> Found | None:
    """ "Since January 165,750 people have crossed to Greece", where refugees are the topic: they are refugees too."""
    if verb is None or sentence.bases[verb] not in FLEEING:
        return None
    noun = singular(sentence.words[phrase.head], load_lexicon()) if phrase.head is not None else "person"
    if noun not in ("person", "people", "individual", "arrival", "newcomer", "migrant") or "flight" not in topic:
        return None
    return None if verb_phrase(sentence, verb).negated else Found("displacements", "flight", verb, verb)


def by_shelter(sentence: Sentence, phrase: NounPhrase, topic: Topic, rules: MeasureRules) -> Found | None:
    """ "5,000 people are squatting near the border in makeshift camps": who lives where the displaced live."""
    tags, bases = sentence.tags, sentence.bases
    if phrase.left > 1:
        return None
    for i in range(phrase.right + 1, min(sentence.size - 1, phrase.right + 20)):
        if tags[i] in "URQq;:":
            return None
        if sentence.words[i] == "in" and not DWELLING.isdisjoint(bases[phrase.right + 1 : i]):
            found = state_at(sentence, i, rules, topic)
            if found and found.measure == "displacements":
                return found
    return None


def in_march(sentence: Sentence, phrase: NounPhrase, rules: MeasureRules) -> Found | None:
    """ "joined by 10,000 workers in a victory march": in what they joined him."""
    at = phrase.right + 1
    if sentence.words[at : at + 1] != ["in"]:
        return None
    noun = next((i for i in range(at + 1, min(sentence.size, at + 6)) if takes_part(sentence, i, rules)), None)
    cue = noun_cues(sentence, noun, rules.events) if noun is not None else None
    return Found(cue.measure, "event", noun) if cue else None


def by_attendance(sentence: Sentence, participle: int, rules: MeasureRules) -> Found | None:
    """ "the march was attended by 300", "a strike called by 300 drivers"."""
    is_passive = "X" in sentence.tags[max(0, participle - 3) : participle]
    if is_passive and sentence.bases[participle] not in ATTENDED:
        return None
    for noun in range(participle - 1, max(-1, participle - 14), -1):
        if sentence.tags[noun] in "N" and (cue := noun_cues(sentence, noun, rules.events)):
            if cue.measure in ("strike_size", "protest_size") and not never_here(sentence, noun, cue.measure, rules):
                return Found(cue.measure, "event", noun)
            return None
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
        elif (letter in "VpbXHM;:,U.R" and found) or letter in ";:R.U":
            break
        i -= 1
    return found


ASCRIBED = word_list("ascribed")


def by_toll(sentence: Sentence, left: int, topic: Topic, rules: MeasureRules) -> Found | None:
    """ "death toll of 20", "brought the number of dead to 49", "the toll had climbed to 30"."""
    tags, words, bases = sentence.tags, sentence.words, sentence.bases
    i = left - 1
    if words[i] == "," and i and toll_phrase(sentence, i - 1, rules):
        i -= 1  # "the death toll, already over 60,"
        cue = toll_phrase(sentence, i, rules)
        return Found(cue.measure, "toll", i) if cue else None
    if tags[left] == "k" and (bases[left] in CHANGE or words[left] == "as"):  # "toll exceeds 60", "toll as high as 60"
        for token in (i, i - 1):
            if token >= 0 and (cue := toll_phrase(sentence, token, rules)):
                return Found(cue.measure, "toll", token)
    if words[i] in ("at", "to", "as") and i and tags[i - 1] in "NA":
        cue = noun_cues(sentence, i - 1, rules.nouns) or first_plain(rules.states.get(words[i - 1], ()))
        if cue and cue.measure in PUT_AT:
            return Found(cue.measure, "toll", i - 1)  # "placed the fatalities at seven"
    if words[i] == "at" and (found := by_estimate(sentence, i, rules)):
        return found
    if words[i] in BEFORE_TOLL or bases[i] in CHANGE or tags[i] == "X":
        first = i
        while i >= 0 and first - i < 22:
            letter = tags[i]
            if letter == "R" and i > 1 and tags[i - 1] == "," and (cue := toll_phrase(sentence, i - 2, rules)):
                return Found(cue.measure, "toll", i - 2)  # "the toll, which stood at 19"
            if letter == "U" and words[i] == "since" and tags[i + 1] == "D":
                i -= 1  # "the toll from Sunday's march to two, and from protests since the coup to 63"
                continue
            if letter in ";UR." or (letter == ":" and i != first):
                return None
            if words[i] in ASCRIBED and letter in "VpEA":
                i -= 1  # "the toll attributed to the outbreak was"
                continue
            if letter in "Vb" and bases[i] not in CHANGE and not toll_phrase(sentence, i, rules):
                return None
            if letter in "NApKV" and not share_of(sentence, i) and (cue := toll_phrase(sentence, i, rules)):
                if never_here(sentence, i, cue.measure, rules):
                    return None
                if cue.measure == "protest_size" and not topic.protest:
                    return None
                if cue.measure == "workforce" and words[left - 1] == "by" and not GROWING.isdisjoint(bases[i:left]):
                    return None  # "payroll jobs grew by 300"
                if cue.measure == "workforce" and words[left - 1] == "by":
                    return Found("dismissals", "cut_by", i)
                return Found(cue.measure, "toll", i)
            if letter == "N" and words[max(0, i - 4) : i].count("number") and topic.protest and is_crowd(sentence, i):
                return Found("protest_size", "toll", i)  # "put the number of supporters at 65,000"
            i -= 1
    return None


def by_toll_behind(
    sentence: Sentence, phrase: NounPhrase, left: int, topic: Topic, rules: MeasureRules
) -> Found | None:
    """ "brings to seven the number of people in custody": the toll follows its number."""
    behind = phrase.right + 1
    if sentence.words[left - 1] != "to" or sentence.words[behind : behind + 1] != ["the"]:
        return None
    numbering: int | None = None
    for i in range(behind + 1, min(sentence.size, behind + 8)):
        if sentence.tags[i] in "VXHM,;:":
            return None
        if sentence.words[i] in ("number", "total"):
            numbering = i
        elif cue := toll_phrase(sentence, i, rules):
            return Found(cue.measure, "toll", i)
        elif (
            numbering is not None
            and sentence.tags[i] == "p"
            and (taken := cue_at(sentence, i, rules.verbs, topic, passive=True))
        ):
            measure = "dismissals" if sentence.bases[i] == "let" else taken.measure
            return Found(measure, "toll", i)  # "the number of miners taken into custody"
        elif numbering is not None and (state := state_at(sentence, i, rules, topic)):
            return Found(state.measure, "toll", i)
    return None


def is_crowd(sentence: Sentence, i: int) -> bool:
    """Whether a noun behind "number of" names people, and none of those that a measure of their own counts."""
    lexicon = load_lexicon()
    return is_person(singular(sentence.words[i], lexicon), lexicon) and sentence.words[i] not in ("police", "troops")


def by_estimate(sentence: Sentence, i: int, rules: MeasureRules) -> Found | None:
    """ "a march that police put at 9,000", "the crowd was estimated at 300"."""
    verbs = [j for j in range(max(0, i - 7), i) if sentence.bases[j] in ("put", "estimate", "count", "reckon")]
    if not verbs:
        return None
    for noun in range(i - 1, max(-1, verbs[-1] - 8), -1):
        if (
            sentence.tags[noun] == "N"
            and (cue := noun_cues(sentence, noun, rules.groups))
            and cue.measure != "population"
        ):
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
        noun
        for noun in (singular(sentence.words[j], lexicon) for j in between if sentence.tags[j] == "N")
        if noun not in rules.pairs and not is_person(noun, lexicon)
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
    if i and sentence.words[i - 1] == "number" and sentence.tags[i] in "pA":  # "the number arrested"
        numbered = first_plain(rules.verbs.get(sentence.bases[i], ()))
        if numbered and not numbered.with_event:
            return numbered
    begin = next((j for j in range(i - 1, max(-1, i - NUMBER_OF - 1), -1) if sentence.words[j] in COUNTERS), None)
    if begin is not None and (sentence.words[begin] == "number" or i - begin <= 4):  # noqa
        if begin + 1 < i and sentence.words[begin + 1] == "of":
            paired = rules.pairs.get(singular(sentence.words[begin + 2], lexicon), {}) if begin + 2 < i else {}
            if sentence.bases[i] in paired:  # "the number of jobs lost"
                return Cue(paired[sentence.bases[i]], "tolls", (), name="number of")
            participle = first_plain(rules.verbs.get(sentence.bases[i], ())) if sentence.tags[i] in "pA" else None
            return (
                participle
                or first_plain(rules.states.get(sentence.words[i], ()))
                or noun_cues(sentence, i, rules.nouns)
                or noun_cues(sentence, i, rules.called)
            )
    return None
