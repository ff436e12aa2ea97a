"""Measures: what a figure can count, and the words by which the news says so.

One file a measure in `rules/en/measures/`; the file's name is the measure's name.

>>> rules = load_measures()
>>> rules.measures["arrests"].counts
'people'
>>> [cue.measure for cue in rules.verbs["detain"]]
['arrests', 'arrests']
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LISTS = ("verbs", "passives", "acts", "states", "nouns", "called", "tolls", "events", "groups", "whole", "never")
COUNTS = ("people", "events", "other")


class RulesError(ValueError):
    """A rule file says something that cannot be; the message names the file and the remedy."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One word or phrase of a measure's file: `words` follow the word under which the cue is filed."""

    measure: str
    role: str  # the list it stands in: verbs, acts, states, nouns …
    # "{p}" a possessive, "{a}" an article, "{n}" up to two words: each may be absent; "{h}" a noun of what they suffer
    words: tuple[str, ...]
    before: str | None = None  # adverb that must precede: "fatally" in "fatally shoot"
    with_event: bool = False  # holds only where the text names a protest
    name: str = ""  # as written in the file


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure and its definition: a row of the table measures."""

    measure: str
    means: str
    counts: str
    cumulative: bool
    is_core: bool


@dataclass(frozen=True, slots=True)
class MeasureRules:
    """Every cue, filed under the word that is looked up first.

    Verbs, acts and states under their first word (verbs in the base form), nouns of all kinds under their
    last word in the singular.
    """

    measures: Mapping[str, Measure]
    verbs: Mapping[str, tuple[Cue, ...]]
    passives: Mapping[str, tuple[Cue, ...]]  # count only when passive: "20 were held", not "it holds 20"
    acts: Mapping[str, tuple[Cue, ...]]
    states: Mapping[str, tuple[Cue, ...]]
    nouns: Mapping[str, tuple[Cue, ...]]
    called: Mapping[str, tuple[Cue, ...]]
    tolls: Mapping[str, tuple[Cue, ...]]
    events: Mapping[str, tuple[Cue, ...]]
    groups: Mapping[str, tuple[Cue, ...]]
    whole: frozenset[str]
    pairs: Mapping[str, Mapping[str, str]]  # noun -> verb -> measure: "lives" and "claim"
    never: tuple[tuple[str, str], ...]  # (phrase, measure)
    diseases: frozenset[str]
    pay_cues: frozenset[str]
    pay_never: frozenset[str]


@cache
def load_measures(language: str = "en") -> MeasureRules:
    """The packaged rules of a language, read once."""
    return read_rules(measure_files(language))


def measure_files(language: str = "en") -> dict[str, dict[str, Any]]:
    """Every measure's file as TOML gives it, by measure."""
    folder = files("transforms") / "rules" / language / "measures"
    found = sorted(path.name for path in folder.iterdir() if path.name.endswith(".toml"))
    return {name.removesuffix(".toml"): tomllib.loads((folder / name).read_text(encoding="utf-8")) for name in found}


def read_rules(contents: Mapping[str, dict[str, Any]]) -> MeasureRules:
    """Cues of all files together.

    Raises:
        RulesError: a file lacks its definition or gives a list that nothing reads.
    """
    filed: dict[str, dict[str, list[Cue]]] = {role: defaultdict(list) for role in LISTS}
    measures, pairs, whole, never = {}, defaultdict[str, dict[str, str]](dict), set[str](), []
    for measure, content in contents.items():
        measures[measure] = read_definition(measure, content)
        with_event = set(content.get("with_event", ()))
        for role in LISTS:
            for phrase in content.get(role, ()):
                key, cue = read_cue(measure, role, phrase, with_event=phrase in with_event)
                filed[role][key].append(cue)
        for phrase in (
            with_event - set(content.get("acts", ())) - set(content.get("verbs", ())) - set(content.get("states", ()))
        ):
            key, cue = read_cue(measure, "acts", phrase, with_event=True)
            filed["acts"][key].append(cue)
        for pair in content.get("pair", ()):
            for noun in pair["nouns"]:
                pairs[noun].update(dict.fromkeys(pair["verbs"], measure))
        whole.update(content.get("whole", ()))
        never += [(phrase, measure) for phrase in content.get("never", ())]
    roles = {role: longest_first(filed[role]) for role in LISTS if role not in ("whole", "never")}
    return MeasureRules(
        measures=measures,
        whole=frozenset(whole),
        pairs=dict(pairs),
        never=tuple(never),
        diseases=frozenset(contents.get("infections", {}).get("diseases", ())),
        pay_cues=frozenset(contents.get("pay", {}).get("cues", ())),
        pay_never=frozenset(contents.get("pay", {}).get("never", ())),
        **roles,
    )


def read_definition(measure: str, content: Mapping[str, Any]) -> Measure:
    """The row of the table measures that a file stands for."""
    missing = [name for name in ("means", "counts", "cumulative", "is_core") if name not in content]
    if missing:
        raise RulesError(f"{measure}.toml: add {', '.join(missing)}")
    if content["counts"] not in COUNTS:
        raise RulesError(f"{measure}.toml: counts is {content['counts']!r}, make it one of {', '.join(COUNTS)}")
    return Measure(measure, content["means"], content["counts"], content["cumulative"], content["is_core"])


def read_cue(measure: str, role: str, phrase: str, *, with_event: bool = False) -> tuple[str, Cue]:
    """A phrase of a list and the word it is filed under."""
    words = phrase.split()
    if role in ("verbs", "passives", "acts"):
        before = words.pop(0) if words[0].endswith("ly") and len(words) > 1 else None
        return words[0], Cue(measure, role, tuple(words[1:]), before, with_event, phrase)
    if role == "states":
        return words[0], Cue(measure, role, tuple(words[1:]), None, with_event, phrase)
    return words[-1], Cue(measure, role, tuple(words[:-1]), None, with_event, phrase)


def longest_first(cues: Mapping[str, Iterable[Cue]]) -> dict[str, tuple[Cue, ...]]:
    """Longer phrases before shorter ones: "shoot dead" before "shoot"."""
    return {
        key: tuple(sorted(found, key=lambda cue: -len(cue.words) - (cue.before is not None)))
        for key, found in cues.items()
    }
