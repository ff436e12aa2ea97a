"""Cues of the measures at work in a sentence: which word of a rule file stands where.

A cue is a noun, a verb with the words that complete it, or a state: "deaths", "walk off the job", "in custody".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from transforms.grammar import Sentence, load_lexicon, singular
from transforms.measures import Cue, MeasureRules, load_measures
from transforms.words import word_list

SHARED = word_list("shared")


class Topic(Protocol):
    """What the sentence is about, as far as it decides between readings."""

    @property
    def protest(self) -> bool: ...
    @property
    def strike(self) -> bool: ...
    @property
    def disease(self) -> bool: ...
    def __contains__(self, topic: str) -> bool: ...


class Found(NamedTuple):
    """Evidence: a measure with the tokens that gave it."""

    measure: str
    rule: str
    trigger: int | None
    verb: int | None = None
    bare: bool = False  # no verb rules it: "with 20 dead"


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


def first_plain(cues: tuple[Cue, ...]) -> Cue | None:
    return next((cue for cue in cues if not cue.words and cue.before is None), None)


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
    if words and words[0] == "and":
        gap = 0  # "shot 32 people and wounded 17" did not wound the 32
    for begin in range(i, max(i + 1, min(sentence.size, i + gap + 1))):
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
            return i >= size or sentence.tags[i] not in "DSNKQA"
        if word == "{q}":
            while i < size and sentence.tags[i] in "kD":
                i += 1
            return i < size and sentence.tags[i] == "q"
        if word == "{h}":  # a harm: "treated for chest pains", but not "treated for seven months"
            return i < size and sentence.tags[i] in "NAgp"
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
    if i >= size or (sentence.tags[i] == "g" and sentence.tags[i + 1 : i + 2] in ("A", "N", "K")):
        return None  # "stranded as striking drivers blocked the line"
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
