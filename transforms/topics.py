"""What an article is about, as far as it decides what its numbers count: is a protest, a strike, a disease named?

>>> topics = Topics("Teachers rallied. Thousands packed the hall.", [(0, 17), (18, 44)])
>>> topics.at(1).protest
True
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from transforms.grammar import verb_forms
from transforms.measures import load_measures
from transforms.words import word_list

LEAD = 12  # sentences
NONE: frozenset[str] = frozenset()
WORD = re.compile(r"[A-Za-z][\w.-]*\w")
NOT_THE_TOPIC = word_list("not_the_topic")
VERBS = {
    "death": ("die", "kill", "murder", "drown", "perish", "massacre", "slay"),
    "protest": ("protest", "demonstrate", "march", "rally", "riot", "picket"),
    "strike": ("strike", "picket"),
    "disease": ("infect",),
}


class Topics:
    """The topics of an article, sentence by sentence, each looked up once."""

    def __init__(self, text: str, sentences: Sequence[tuple[int, int]]) -> None:
        self.text = text
        self.sentences = sentences
        self.named: dict[int, frozenset[str]] = {}
        self.of_article: frozenset[str] | None = None
        self.lead_names_any: bool | None = None

    def at(self, sentence: int) -> Topic:
        """What a sentence is about: itself, the one before it, or the lead says so."""
        return Topic(self, sentence)

    def about(self, sentence: int, topic: str) -> bool:
        """Whether a sentence, the one before it or the whole article is about a topic."""
        if sentence < LEAD and not self.has_lead():
            return False
        return (
            topic in self.in_sentence(sentence)
            or (sentence > 0 and topic in self.in_sentence(sentence - 1))
            or topic in self.in_lead()
        )

    def in_sentence(self, index: int) -> frozenset[str]:
        """Topics that a sentence names."""
        found = self.named.get(index)
        if found is None:
            start, end = self.sentences[index]
            found = self.named[index] = topics_of(self.text[start:end])
        return found

    def has_lead(self) -> bool:
        """Whether the headline and the first sentences name any topic; most articles of business name none."""
        if self.lead_names_any is None:
            lead = " ".join([self.text[start:end] for start, end in self.sentences[:LEAD]])
            self.lead_names_any = bool(topics_of(lead))
        return self.lead_names_any

    def in_lead(self) -> frozenset[str]:
        """Topics that the headline or the first sentence names, or two sentences of the lead."""
        if self.of_article is None:
            if not self.has_lead():
                self.of_article = frozenset()
                return self.of_article
            lead = [self.in_sentence(i) for i in range(min(LEAD, len(self.sentences)))]
            named = [topic for topics in lead for topic in topics]
            opening = frozenset().union(*lead[:2])
            self.of_article = frozenset(topic for topic in named if topic in opening or named.count(topic) > 1)
        return self.of_article


class Topic:
    """What one sentence is about."""

    def __init__(self, topics: Topics, sentence: int) -> None:
        self.topics = topics
        self.sentence = sentence

    def __contains__(self, topic: str) -> bool:
        return self.topics.about(self.sentence, topic)

    @property
    def protest(self) -> bool:
        return self.topics.about(self.sentence, "protest")

    @property
    def strike(self) -> bool:
        return self.topics.about(self.sentence, "strike")

    @property
    def disease(self) -> bool:
        return self.topics.about(self.sentence, "disease")


def topics_of(text: str) -> frozenset[str]:
    """Topics that a text names by one of their words."""
    words = words_of_topics()
    named = WORD.findall(text)
    if words.keys().isdisjoint(named):
        return NONE  # as most sentences
    return frozenset(words[word] for word in named if word in words)


@cache
def words_of_topics(language: str = "en") -> dict[str, str]:
    """Topic of every word that names one: events of the measures, their verbs, diseases; "March" is a month."""
    rules = load_measures(language)
    topics: dict[str, set[str]] = {
        "death": set(word_list("deadly")),
        "force": set(word_list("forces")),
        "protest": {"protester", "protestor", "demonstrator", *word_list("signs")},
        "strike": {"striker"},
        "disease": set(rules.diseases),
        "flight": set(word_list("flight")),
    }
    measures = {"protest_size": "protest", "strike_size": "strike"}
    for noun, cues in rules.events.items():
        for cue in cues:
            if cue.measure in measures and not cue.words and noun not in NOT_THE_TOPIC:
                topics[measures[cue.measure]].add(noun)
    for topic, verbs in VERBS.items():
        for verb in verbs:
            topics[topic].update(
                form for form, _ in verb_forms(verb, {"strike": "struck struck"} if verb == "strike" else {})
            )
    found = {}
    for topic, words in topics.items():
        for word in words:
            for form in (word, word + "s", word + "es"):
                found[form] = topic
                if form != "march":
                    found[form.upper()] = found[form.capitalize()] = topic
    return {word: topic for word, topic in found.items() if word not in ("struck", "Struck")}
