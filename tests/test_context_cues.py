"""Every cue of `context.toml` at work in a sentence of its own."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from tests.test_context import context_of
from transforms.context_rules import context_rules
from transforms.events import find_event_words

RULES = tomllib.loads(files("transforms").joinpath("rules/en/context.toml").read_text(encoding="utf-8"))
GRAMMAR, PLACES, PRESENT = RULES["grammar"], RULES["places"], RULES["present"]
MONDAY = date(2020, 8, 17)


def figure(text: str, measure: str = "deaths", **more: Any) -> Any:
    return context_of({"text": text, "measure": measure, "published": MONDAY, **more})


STEMS = [(name, stem) for name, family in RULES["families"].items() for stem in family["stems"]]


@pytest.mark.parametrize(("family", "stem"), STEMS)
def test_stem_tells_of_its_family(family: str, stem: str) -> None:
    words = find_event_words(f"They told of {stem} there.", context_rules())
    assert [word.family for word in words] == [family]


@pytest.mark.parametrize("phrase", RULES["no_event"]["phrases"])
def test_phrase_is_no_event(phrase: str) -> None:
    assert find_event_words(f"They told of the {phrase} there.", context_rules()) == []


@pytest.mark.parametrize("word", RULES["no_event"]["after"])
def test_attack_of_the_body_is_no_event(word: str) -> None:
    assert find_event_words(f"He died of a {word} attack there.", context_rules()) == []


@pytest.mark.parametrize("cue", GRAMMAR["about"])
def test_the_crime_has_its_own_day(cue: str) -> None:
    text = f"[6] youths have been held {cue} the murder of a baker on Wednesday."
    assert figure(text, "arrests", verb="held", tense="past").date_start == MONDAY


@pytest.mark.parametrize("cue", GRAMMAR["purpose"])
def test_what_a_march_is_about_has_its_own_day(cue: str) -> None:
    text = f"Miners of the valley staged a march on Wednesday {cue} the deaths of [5] men."
    assert figure(text).date_start is None


@pytest.mark.parametrize("who", GRAMMAR["bereaved"])
def test_who_is_left_acts_later(who: str) -> None:
    context = figure(
        f"{who.capitalize()} of a quake that killed [50] people begged for food on Wednesday.", verb="begged"
    )
    assert context.date_start is None


@pytest.mark.parametrize("verb", GRAMMAR["befell"])
def test_clause_tells_of_the_event(verb: str) -> None:
    text = f"They found [40] bodies, all in the villages of the long northern coast, where it {verb} on Wednesday."
    assert figure(text).date_start == date(2020, 8, 12)


@pytest.mark.parametrize("verb", GRAMMAR["suffered"])
def test_who_is_counted_apart(verb: str) -> None:
    text = f"The arrests of the [4] men bring to seven the number in custody, joining a woman {verb} on Tuesday."
    assert figure(text, "arrests", verb="bring", tense="present").date_start == MONDAY


@pytest.mark.parametrize("verb", PRESENT["found_out"])
def test_when_they_died_is_another_matter(verb: str) -> None:
    context = figure(f"A plane came down in Angola. [7] have been {verb} as dead.", verb=verb, tense="past")
    assert context.date_start is None


STATES = [(state, country) for country, states in PLACES["short_states"].items() for state in states]


@pytest.mark.parametrize(("state", "country"), STATES)
def test_state_tells_the_country(state: str, country: str) -> None:
    assert figure(f"On Sunday [7] miners died in Zumberly, {state}, in a mine.").country == country


@pytest.mark.parametrize("word", PLACES["landscape"])
def test_nobody_lives_on_a_mountain(word: str) -> None:
    assert figure(f"On Sunday [7] men died near {word.capitalize()} Zumberly.").place is None


@pytest.mark.parametrize("water", PLACES["waters"])
def test_port_is_not_its_sea(water: str) -> None:
    assert figure(f"On Sunday [7] died in the Zumber {water.capitalize()} port of Limassol.").place == "Limassol"


@pytest.mark.parametrize("distance", PLACES["distances"])
def test_north_of_a_city_is_not_in_it(distance: str) -> None:
    text = f"Two trains collided {distance} north of Cairo in the town of Shebin. The accident killed [5] people."
    assert figure(text).place == "Shebin"


@pytest.mark.parametrize("word", PLACES["whose"])
def test_owner_is_not_the_scene(word: str) -> None:
    text = f"A Danish-{word} plant dismissed [90] packers. The union of Croatia will sue, and Croatia's press is angry."
    assert figure(text, "dismissals").country == "HR"


@pytest.mark.parametrize("land", PLACES["many_countries"])
def test_many_countries_are_no_one_country(land: str) -> None:
    context = figure(f"On Sunday [70] people died in floods across {land}. Police in Gomel, Belarus, rescued a man.")
    assert (context.place, context.country) == (land, None)


def test_eight_countries_are_no_one_country() -> None:
    context = figure(
        "On Sunday the toll of the fever was [70] dead in eight countries. Police in Gomel, Belarus, rescued a man."
    )
    assert (context.place, context.country) == (None, None)


def test_largest_of_many_countries_is_in_one_of_them() -> None:
    text = "On Sunday [70] miners died in the deepest mine in Europe. Police in Gomel, Belarus, opened an inquiry."
    assert figure(text).country == "BY"


def test_countries_in_a_row_share_the_figure() -> None:
    context = figure("On Sunday [70] people died in floods across Nepal, India and Bhutan. Nepal's army rescued a man.")
    assert (context.place, context.country) == (None, None)


@pytest.mark.parametrize("words", PLACES["besides"])
def test_the_other_man_died_elsewhere(words: str) -> None:
    text = f"A storm hit Bristol on Friday. {words.capitalize()} the [2] deaths there, a man died in Wells."
    assert figure(text).place == "Bristol"


@pytest.mark.parametrize("storm", PLACES["storms"])
def test_storm_is_no_place(storm: str) -> None:
    text = f"{storm.capitalize()} Zumbel hit on Sunday. [7] people died in Zumbel."
    assert figure(text).place is None


@pytest.mark.parametrize("cue", PLACES["cared_for"])
def test_hospital_is_not_the_scene(cue: str) -> None:
    text = f"A bus fell into a river in Wells on Sunday. [7] people were brought {cue} a hospital in Bristol."
    assert figure(text, "injuries").place == "Wells"


def test_march_is_a_month_and_a_march_is_not() -> None:
    words = find_event_words("In March a march began.", context_rules())
    assert [word.start for word in words] == [11]


@pytest.mark.parametrize("cue", PRESENT["always"] + PRESENT["with_present"])
def test_cue_means_the_day_of_publication(cue: str) -> None:
    tense = "present" if cue in PRESENT["with_present"] else None
    context = figure(f"A storm hit Cebu last Tuesday. [19] people are {cue} in tents.", "displacements", tense=tense)
    assert context.date_start == context.date_end == MONDAY


@pytest.mark.parametrize("cue", RULES["standing"]["habit"] + RULES["standing"]["before"])
def test_habit_has_no_day(cue: str) -> None:
    assert figure(f"A ferry sank off Zanzibar on Sunday. Such wrecks killed [300] {cue}.").date_start is None


@pytest.mark.parametrize("measure", RULES["standing"]["always"])
def test_standing_fact_has_no_day(measure: str) -> None:
    assert figure("A blast shook the mine on Sunday. It is home to [300] men.", measure).date_start is None


@pytest.mark.parametrize("cue", GRAMMAR["afterward"])
def test_time_moves_on(cue: str) -> None:
    text = f"On June 14 police stormed the camp. {cue.capitalize()} [300] marched through the capital."
    assert figure(text, "protest_size").date_start is None


@pytest.mark.parametrize(
    ("kind", "start"),
    [("same_day", date(2020, 8, 12)), ("day_before", date(2020, 8, 11)), ("day_after", date(2020, 8, 13))],
)
def test_day_told_by_another(kind: str, start: date) -> None:
    for cue in GRAMMAR[kind]:
        context = figure(f"On August 12 workers left the plant. [300] marched {cue}.", "protest_size")
        assert context.date_start == start, cue


@pytest.mark.parametrize("cue", GRAMMAR["narrated"])
def test_the_narrator_says_which_day_it_is(cue: str) -> None:
    text = f"{cue.capitalize()} August 12. I am at the gate. [300] people are striking here."
    assert figure(text, "strike_size", tense="present").date_start == date(2020, 8, 12)


@pytest.mark.parametrize("cue", RULES["speech"]["verbs"])
def test_the_day_of_a_statement_is_not_that_of_the_event(cue: str) -> None:
    text = f"A train left the rails near Pune on Saturday. [31] people were hurt, a spokesman {cue} on Monday."
    assert figure(text, "injuries").date_start == date(2020, 8, 15)


@pytest.mark.parametrize("cue", [c for c in GRAMMAR["later"] if c not in ("anniversary", "until", "before", "since")])
def test_another_events_date_is_not_the_figures(cue: str) -> None:
    text = f"[14] people were hurt in a strike called {cue} a quake in Ecuador on March 5."
    assert figure(text, "injuries").date_start is None, cue


@pytest.mark.parametrize("cue", GRAMMAR["another"])
def test_another_event_keeps_its_date(cue: str) -> None:
    text = f"A crash killed [31] people. They were pilgrims.\nIn August of last year a {cue} crash killed {{58}}."
    assert figure(text).date_start is None


@pytest.mark.parametrize("cue", PLACES["elsewhere"])
def test_elsewhere_is_not_the_last_town(cue: str) -> None:
    context = figure(f"Police held {{52}} people in Perm on Sunday and some [80] {cue}.", "arrests")
    assert context.place is None


@pytest.mark.parametrize("cue", PLACES["worldwide"])
def test_worldwide_is_no_country(cue: str) -> None:
    context = figure(f"A clinic in Samoa closed on Sunday. Measles killed [142] people {cue}.")
    assert (context.place, context.country) == (None, None)


@pytest.mark.parametrize("cue", PLACES["named_settlement"])
def test_the_text_calls_it_a_place(cue: str) -> None:
    assert figure(f"A bomb killed [12] people in the {cue} of Qwerston on Sunday.").place == "Qwerston"


@pytest.mark.parametrize("cue", PLACES["brought_to"])
def test_where_the_hurt_were_brought_is_not_where_it_happened(cue: str) -> None:
    context = figure(f"A house burned in Malton on Sunday. [Two] men were taken to a {cue} in York.", "injuries")
    assert context.place == "Malton"
