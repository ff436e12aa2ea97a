"""The words of `context.toml`, compiled: by which a figure, a date and a place are seen to belong together."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

ENDINGS = r"(?:s|es|e|ed|d|ing|er|ers|ings|ions?|ors?|ants?|ations?|ators?|ated)?"
DIRECTION = r"(?:north|south|east|west)(?:-?(?:east|west))?"
BREAKS = r"[;:—]|,\swith\b|\s–\s"  # marks that part two clauses


# "in eight countries", "across at least 12 nations"
COUNTRIES = (
    r"\b(?:in|across|throughout)\s(?:(?:at least|about|nearly|over|more than|some|all)\s)?"
    r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty)"
    r"\s(?:[a-z]+\s){0,2}(?:countries|nations)\b"
)


@dataclass(frozen=True, slots=True)
class ContextRules:
    """Patterns and word sets, named as in the file."""

    events: re.Pattern[str]  # on lower case; group 1 is the stem
    families: Mapping[str, str]  # of each stem
    same_event: Mapping[str, str]  # stems by which one event is called: "tremor" is "earthquake"
    no_event: re.Pattern[str]
    briefs: re.Pattern[str]  # at the head of an article of several stories
    no_event_after: re.Pattern[str]  # at the end of a text: "a heart "
    families_of_measure: Mapping[str, frozenset[str]]
    always_standing: frozenset[str]
    habit: re.Pattern[str]
    before: re.Pattern[str]
    speech_verb: re.Pattern[str]
    speech: re.Pattern[str]
    present: re.Pattern[str]
    always_now: frozenset[str]
    present_periods: frozenset[str]
    tells_no_time: frozenset[str]
    states: frozenset[str]
    relative: re.Pattern[str]
    later: re.Pattern[str]
    joined: re.Pattern[str]
    barrier: re.Pattern[str]  # relative, later or joined
    obstacle: re.Pattern[str]  # on lower case; the group that matches names what parts a figure and a date
    purpose: re.Pattern[str]  # at the end of a text: "to protest the deaths of "
    bereaved: re.Pattern[str]  # a whole text: "Survivors of a quake that killed "
    suffered: re.Pattern[str]  # at the end of a text: "a man arrested on"
    then_later: re.Pattern[str]  # right after a participle: " after"
    passive: re.Pattern[str]  # at the end of a text: "adopted on"
    part_of_name: re.Pattern[str]  # at the end of a text: "the coup of"
    another: re.Pattern[str]  # at the end of a text: "a similar"
    stocks: frozenset[str]
    afterward: re.Pattern[str]
    anaphor: re.Pattern[str]
    narrated: re.Pattern[str]
    scene: frozenset[str]
    vague_scene: frozenset[str]
    origin: frozenset[str]
    stops: frozenset[str]
    other_clause: re.Pattern[str]
    among: re.Pattern[str]
    elsewhere: re.Pattern[str]
    worldwide: re.Pattern[str]
    not_settled: frozenset[str]
    found_out: frozenset[str]
    landscape: frozenset[str]
    storm: re.Pattern[str]  # with the name as its group
    storm_words: tuple[str, ...]  # one of which stands wherever the pattern matches
    cared_for: re.Pattern[str]
    beyond: re.Pattern[str]  # at the end of a text: "80 km north of"
    besides: re.Pattern[str]  # at the head of a sentence: "In addition to"
    short_names: frozenset[str]
    waters: frozenset[str]
    many_countries: re.Pattern[str]  # with the name as its group: "across South Asia"
    whose: re.Pattern[str]  # right behind a name: "-owned"
    short_states: dict[str, str]  # country of "Mich."
    here: re.Pattern[str]
    moved: re.Pattern[str]
    toward: re.Pattern[str]
    nationwide: re.Pattern[str]
    brought_to: frozenset[str]
    settlement: frozenset[str]
    named_settlement: frozenset[str]
    civil: re.Pattern[str]
    city_states: frozenset[str]


@cache
def context_rules() -> ContextRules:
    """The packaged English rules, read once."""
    words = tomllib.loads(files("transforms").joinpath("rules/en/context.toml").read_text(encoding="utf-8"))
    grammar, places, present = words["grammar"], words["places"], words["present"]
    relative = rf"{either(grammar['relative'])}|\bthat\b(?=\s(?:\w+ed|{'|'.join(grammar['that_opens'])})\b)"
    about = either(grammar["about"])
    subject = r"(?:(?!(?:was|were|is|are|had|has|have|been)\b)[\w’'-]+\s){0,3}"
    happens = rf"{either(grammar['relative'])}\s{subject}{either(grammar['befell'])}"
    later = rf"{either(grammar['later'])}(?!\s{either(grammar['hours'])}|\s\d{{1,2}}(?::|\s?[ap]\.?m))"
    joined = f"{BREAKS}|{either(grammar['joined'])}"
    speech = either(words["speech"]["verbs"] + words["speech"]["nouns"])
    participle = rf"(?!{either(grammar['own_participles'])})\b[a-z]{{3,}}ed\b"
    storm_words = tuple(word[0].upper() + word[1:] for word in places["storms"])
    families = {stem: name for name, family in words["families"].items() for stem in family["stems"]}
    return ContextRules(
        events=re.compile(stem_pattern(families)),
        families=families,
        same_event={stem: row[0] for row in words["same_event"]["words"] for stem in row},
        briefs=word_pattern(words["round_up"]["headlines"]),
        no_event_after=re.compile(rf"{either(words['no_event']['after'])}\s$", re.IGNORECASE),
        no_event=word_pattern(words["no_event"]["phrases"]),
        families_of_measure={name: frozenset(known) for name, known in words["families_of_measure"].items()},
        always_standing=frozenset(words["standing"]["always"]),
        habit=word_pattern(words["standing"]["habit"]),
        before=word_pattern(words["standing"]["before"]),
        speech=re.compile(speech, re.IGNORECASE),
        speech_verb=word_pattern(words["speech"]["verbs"]),
        present=word_pattern(present["always"] + present["with_present"]),
        always_now=frozenset(present["always"]),
        present_periods=frozenset(present["periods"]),
        tells_no_time=frozenset(present["tells_no_time"]),
        states=frozenset(present["states"]),
        relative=re.compile(relative, re.IGNORECASE),
        later=re.compile(f"{later}|{about}", re.IGNORECASE),
        joined=re.compile(joined, re.IGNORECASE),
        # the head of a word is asked for once, so that no letter inside a word is tried with every alternative
        barrier=re.compile(
            rf"\b(?=\w)(?:{relative}|{about}|{later}|{either(grammar['joined'])})|{BREAKS}", re.IGNORECASE
        ),
        obstacle=re.compile(
            f"(?P<happens>{happens})|(?P<relative>{relative})|(?P<about>{about})|(?P<later>{later})|(?P<joined>{joined})"
            f"|(?P<meanwhile>{either(grammar['meanwhile'])})|(?P<speech>{speech})|(?P<participle>{participle})"
        ),
        purpose=re.compile(rf"{either(grammar['purpose'])}[^,;.]*$", re.IGNORECASE),
        bereaved=re.compile(rf"\W*(?:the\s|some\s)?{either(grammar['bereaved'])}\sof\b[^,;.]*$", re.IGNORECASE),
        suffered=re.compile(
            rf"\b(?:an?|another|the)\s(?:[\w-]+\s){{1,3}}{either(grammar['suffered'])}\s(?:on\s|late\s|early\s|in\s)*$"
        ),
        then_later=re.compile(rf"\s(?:\w+\s)?{later}"),
        passive=re.compile(rf"(?!{either(grammar['happens'])})\b[a-z]+ed\s(?:(?:on|in|at|by|late|early)\s){{0,3}}$"),
        part_of_name=re.compile("".join(f"(?<!{word} )" for word in grammar["times_of"]) + r"\bof\s$"),
        another=re.compile(rf"{either(grammar['another'])}\s(?:\w+\s)?$", re.IGNORECASE),
        stocks=frozenset(words["standing"]["stocks"]),
        afterward=re.compile(rf"\W*{either(grammar['afterward'])}", re.IGNORECASE),
        anaphor=anaphor_pattern(grammar),
        narrated=re.compile(rf"{either(grammar['narrated'])}\s$", re.IGNORECASE),
        scene=frozenset(places["scene"]),
        vague_scene=frozenset(places["vague_scene"]),
        origin=frozenset(places["origin"]),
        stops=frozenset(places["stops"]),
        other_clause=re.compile(f"{either(places['other_clause'])}|[;:—]"),
        among=word_pattern(places["among"]),
        elsewhere=re.compile(rf"[^,;.]{{0,40}}?{either(places['elsewhere'])}", re.IGNORECASE),
        worldwide=re.compile(rf"{either(places['worldwide'])}|{COUNTRIES}", re.IGNORECASE),
        not_settled=frozenset(places["not_settled"]),
        found_out=frozenset(words["present"]["found_out"]),
        landscape=frozenset(places["landscape"]),
        storm=re.compile(rf"(?:{'|'.join(storm_words)})\s([A-Z][\w-]+)"),
        storm_words=storm_words,
        cared_for=word_pattern(places["cared_for"]),
        beyond=re.compile(
            rf"(?:{either(places['distances'])}|\d\)?)\s(?:(?:to the )?{DIRECTION}\sof|from)\s"
            r"(?:the (?:city|town|capital)(?: of)? )?$"
        ),
        besides=word_pattern(places["besides"]),
        short_names=frozenset(places["short_names"]),
        waters=frozenset(places["waters"]),
        many_countries=re.compile(
            rf"\b(?:in|across|throughout|around|over)\s(?:parts\sof\s|much\sof\s|all\sof\s)?(?:the\s)?"
            rf"({'|'.join(sorted(places['many_countries'], key=len, reverse=True))})\b(?!['’-])"
        ),
        whose=re.compile(rf"[-\s]{either(places['whose'])}\b"),
        short_states={state: country for country, states in places["short_states"].items() for state in states},
        here=word_pattern(places["here"]),
        moved=word_pattern(places["moved"]),
        toward=word_pattern(places["toward"]),
        nationwide=word_pattern(places["nationwide"]),
        named_settlement=frozenset(places["named_settlement"]),
        brought_to=frozenset(places["brought_to"]),
        settlement=frozenset(places["settlement"]),
        civil=word_pattern(places["civil"]),
        city_states=frozenset(places["city_states"]),
    )


def anaphor_pattern(grammar: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """A time told by another one; the group says how: "the day before", "since then", "since the strike"."""
    kinds = ("same_day", "day_before", "day_after", "week_before")
    groups = [f"(?P<{kind}>{either(grammar[kind])})" for kind in kinds]
    return re.compile(
        "|".join([*groups, r"(?P<since>\bsince (?:then|it|they|that|the (?:\w+ )?\w+)\b)"]), re.IGNORECASE
    )


def stem_pattern(stems: Iterable[str]) -> str:
    """Group 1: any of the stems, in lower case, with a usual ending after it."""
    return rf"\b({letter_tree(stems)}){ENDINGS}\b"


def letter_tree(words: Iterable[str]) -> str:
    """A pattern that matches any of the words and looks at each letter once: "b(?:last|omb)"."""
    tree: dict[str, set[str]] = {}
    for word in words:
        tree.setdefault(word[:1], set()).add(word[1:])
    if set(tree) == {""}:
        return ""
    branches = [re.escape(letter) + letter_tree(rests) for letter, rests in sorted(tree.items()) if letter]
    pattern = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    return f"(?:{pattern})?" if "" in tree else pattern


def word_pattern(words: Sequence[str]) -> re.Pattern[str]:
    """Any of the words or phrases, whole, in either case."""
    return re.compile(either(words), re.IGNORECASE)


def either(words: Sequence[str]) -> str:
    """The pattern of any of the words or phrases, whole."""
    return rf"\b(?:{letter_tree(words)})\b"
