"""The words by which a sentence can tell what a number without a noun counts: "1,234 against 1,100" has none.

>>> telling_words().isdisjoint("sales were 1,234 against 1,100".split())
True
>>> telling_words().isdisjoint("the toll was 1,234 against 1,100".split())
False

Every form of every word of the measures' rules and of the constructions is one, but for words of grammar ("in" of
"in custody") and the lists that only lead from such a word to its number.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from transforms.grammar import forms_of, load_lexicon
from transforms.measures import Cue, load_measures
from transforms.words import word_list, word_lists

GRAMMAR = "DSPRIUCXHFMGTBOW"  # classes of words that tell nothing of themselves
# lists of words that lead from the noun that tells to the number: "the toll rose to", "police said 20 were held"
LEADING = ("change", "before_toll", "put_at", "reporting", "particles", "raises", "by_the", "schedules", "offset_after")


@cache
def telling_words() -> frozenset[str]:
    """In small letters; a few that tell nothing are among them."""
    rules = load_measures()
    roles = (
        rules.verbs, rules.passives, rules.acts, rules.states, rules.nouns, rules.called, rules.tolls, rules.events,
        rules.groups,
    )  # fmt: skip
    told = [words_of(key, cue) for cues in roles for key, found in cues.items() for cue in found]
    lists = [word_list(name) for name in word_lists("constructions") if name not in LEADING]
    pairs = [(noun, *verbs) for noun, verbs in rules.pairs.items()]
    words = {
        word
        for some in (*told, *lists, *pairs, rules.diseases, rules.whole)
        for phrase in some
        for word in phrase.split()
    }
    plain = frozenset(word.lower() for word in words if not is_grammar(word))
    only_grammar = {word for some in told if all(map(is_grammar, some)) for word in some}  # "aboard"
    return plural_forms(plain) | forms_of(plain) | only_grammar


def words_of(key: str, cue: Cue) -> list[str]:
    """The words of a cue, without the places that it keeps for others: "{p}"."""
    return [word for word in (key, cue.before or "", *cue.words) if word and not word.startswith("{")]


def is_grammar(word: str) -> bool:
    return load_lexicon().classes.get(word, "N") in GRAMMAR


def plural_forms(nouns: Iterable[str]) -> frozenset[str]:
    """The nouns with every plural that `grammar.singular` takes for theirs."""
    plurals: dict[str, list[str]] = {}
    for plural, noun in load_lexicon().plurals.items():
        plurals.setdefault(noun, []).append(plural)
    forms = set()
    for noun in nouns:
        forms |= {noun, noun + "s", noun + "es", *plurals.get(noun, ())}
        if noun.endswith("y"):
            forms.add(noun[:-1] + "ies")
        if noun.endswith("man"):
            forms.add(noun[:-2] + "en")
        if noun.endswith("person"):
            forms.add(noun[:-6] + "people")
    return frozenset(forms)
