"""What an article is about, as far as it decides what its numbers count: is a protest, a strike, a disease named?

>>> topics = read_topics("Teachers rallied. Thousands packed the hall.", [(0, 17), (18, 44)])
>>> topics.at(1).protest
True
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from transforms.counting import Topic
from transforms.measures import load_measures

LEAD = 600  # characters: headline and first paragraph


@dataclass(frozen=True, slots=True)
class Topics:
    """Sentences that name a protest, a strike, a disease; an article that opens with one is about it."""

    protest: frozenset[int]
    strike: frozenset[int]
    disease: frozenset[int]
    lead: Topic

    def at(self, sentence: int) -> Topic:
        """What a sentence is about: itself, the one before it, or the lead says so."""
        near = (sentence, sentence - 1)
        return Topic(
            protest=self.lead.protest or any(i in self.protest for i in near),
            disease=self.lead.disease or any(i in self.disease for i in near),
            strike=self.lead.strike or any(i in self.strike for i in near),
        )


@cache
def patterns(language: str = "en") -> dict[str, re.Pattern[str]]:
    """One pattern a topic, from the nouns of the measures."""
    rules = load_measures(language)
    events: dict[str, set[str]] = {"protest_size": set(), "strike_size": set()}
    for noun, cues in rules.events.items():
        for cue in cues:
            if cue.measure in events and not cue.words:
                events[cue.measure].add(noun)
    protest = (
        events["protest_size"]
        - {
            "crowd",
            "clash",
            "turnout",
            "gathering",
            "occupation",
            "procession",
            "parade",
            "fast",
            "boycott",
            "protests",
        }
    ) | {"protester", "demonstrator", "protestor"}
    words = {
        "protest": protest,
        "strike": events["strike_size"] | {"striker", "strike"},
        "disease": set(rules.diseases),
    }
    words = {
        name: found | {word.capitalize() for word in found if word != "march"} for name, found in words.items()
    }  # "March" is a month
    return {
        name: re.compile(
            r"\b(?:" + "|".join(sorted(map(re.escape, found), key=len, reverse=True)) + r")(?:s|es|ed|ing)?\b", 0
        )
        for name, found in words.items()
    }


def read_topics(text: str, sentences: Sequence[tuple[int, int]]) -> Topics:
    """The sentences that name each topic."""
    named = {name: sentences_with(pattern, text, sentences) for name, pattern in patterns().items()}
    lead = {i for i, (start, _) in enumerate(sentences) if start < LEAD}
    about = {
        name: len(found & lead) > 1 or 0 in found for name, found in named.items()
    }  # twice in the lead, or in the headline
    return Topics(
        protest=named["protest"], strike=named["strike"], disease=named["disease"],
        lead=Topic(protest=about["protest"], disease=about["disease"], strike=about["strike"]),
    )  # fmt: skip


def sentences_with(pattern: re.Pattern[str], text: str, sentences: Sequence[tuple[int, int]]) -> frozenset[int]:
    found, index = set(), 0
    for match in pattern.finditer(text):
        while index < len(sentences) - 1 and sentences[index][1] <= match.start():
            index += 1
        found.add(index)
    return frozenset(found)
