"""Figures: what always holds on any text, status, sources, parts and wholes, rows and explanations."""

from __future__ import annotations

import doctest
import time
from datetime import date
from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.collector import collector_paused
from schemas.contracts import load_contract
from transforms.explain import Node, explain
from transforms.extract import extract
from transforms.grammar import verb_forms
from transforms.rows import article_rows, measure_rows
from transforms.values import Article, Figure
from transforms.version import EXTRACTOR_VERSION, rules_hash
from transforms.words import word_list, word_lists

MONDAY = date(2020, 8, 17)
LEFT_TO_THE_LAKE = {"revision", "valid_from", "valid_to", "story_id"}


def article(text: str, published: date | None = MONDAY, language: str | None = "en") -> Article:
    return Article(
        article_id="00000000000000aa",
        document_id="00000000000000bb",
        text=text,
        title=None,
        published=published,
        language=language,
    )


def figures(text: str) -> list[Figure]:
    return list(extract(article(text)).figures)


def only(text: str) -> Figure:
    (figure,) = figures(text)
    return figure


WORDS = st.sampled_from(
    (
        "20 300 a dozen thousands of people workers were killed arrested on strike , . ; and or including 5 them women "
        "the police said that reportedly if will plan to cut jobs $3 million 7 percent protest \" ' - – ( ) one No "
        "deaths rose to of of of 1,1,1 half İ ß 🙂 \n"
    ).split(" ")
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=60).map(" ".join)))
def test_any_text_gives_true_quotes_ordered_bounds_and_the_same_again(text: str) -> None:
    found = figures(text)
    position = 0
    for figure in found:
        assert figure.quote == text[figure.quote_start : figure.quote_end]
        assert position <= figure.quote_start < figure.quote_end <= len(text)
        assert figure.sentence_start <= figure.quote_start and figure.quote_end <= figure.sentence_end
        assert figure.low is None or figure.low <= figure.value
        assert figure.high is None or figure.value <= figure.high
        assert (figure.date_start is None) == (figure.date_end is None)
        assert figure.date_start is None or figure.date_end is None or figure.date_start <= figure.date_end
        assert figure.attribution is None or figure.attribution in text
        position = figure.quote_end
    assert figures(text) == found


ENDLESS = (
    "(", "1,", "1, ", "a of ", "20 of the ", "\"'“", "killed 20 and ", "who were 5 ", "20 people, ", "No deaths and ",
    "said 5 ", "strike by 20 ", "İ",
)  # fmt: skip


@pytest.mark.parametrize("unit", ENDLESS)
def test_time_is_linear_in_length(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        with collector_paused():  # as in a worker: else all that the tests have made is searched again and again
            began = time.process_time()
            figures(text)
            return time.process_time() - began

    seconds(2_000)
    small, large = min(seconds(4_000) for _ in range(3)), seconds(32_000)
    assert large < 8 * 2.5 * small + 0.1, f"{unit!r}: 8 times the text took {large / small:.1f} times as long"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Police arrested 20 people.", "asserted"),
        ("Police said 20 people had been arrested.", "asserted"),
        ("The bomb reportedly killed 20 people.", "hedged"),
        ("About 20 people are feared dead.", "hedged"),
        ("It is believed that 20 people were killed.", "hedged"),
        ("The quake may have killed 20 people.", "hedged"),
        ("Unconfirmed reports spoke of 20 dead.", "hedged"),
        ("Allegedly 20 people were shot dead.", "hedged"),
        ("The army denied that 20 civilians had been killed.", "denied"),
        ("The minister denied reports of 20 arrests.", "denied"),
        ("There is no evidence that 20 people were killed.", "denied"),
        ("The firm plans to cut 300 jobs.", "planned"),
        ("The firm will lay off 300 workers.", "planned"),
        ("The firm threatened to sack 300 workers.", "planned"),
        ("Unions expect 300 workers to walk out on Friday.", "planned"),
        ("Organisers called for 300 people to march.", "planned"),
        ("The judge ordered the release of 20 prisoners.", "planned"),
        ("The union demands a wage increase of 7 percent.", "planned"),
        ("A vote on 300 proposed redundancies is due.", "planned"),
        ("A strike by 300 drivers is planned for Friday.", "planned"),
        ("On Friday 300 teachers decided to walk out.", "planned"),
        ("Strikes are being threatened, including stoppages by 300 nurses.", "planned"),
        ("The release of 20 prisoners has been demanded.", "planned"),
        ("The 300 drivers at the depot will walk out on Friday.", "planned"),
        ("Some 300 drivers are to walk out on Friday.", "planned"),
        ("The plot was to storm the base and kill 20 guards.", "planned"),
        ("About 300 steel jobs are at risk.", "planned"),
        ("It is feared that the mayor was hurt, 20 guards died and a bridge fell.", "hedged"),
        ("The blast is believed to have left the mayor dead and 20 others missing.", "hedged"),
        ("The firm could lose 300 jobs.", "hypothetical"),
        ("If 300 workers walk out, the mill will close.", "hypothetical"),
        ("Without the alarm the fire would have killed 20 people.", "hypothetical"),
        ("The firm announced on Friday that it had cut 300 jobs.", "asserted"),
        ("The court agreed that 20 people had been killed.", "asserted"),
        ("Police denied that they had beaten the 20 students.", "asserted"),
        ("The mayor is feared dead; 20 people were left homeless.", "asserted"),
        ("It is feared that the mayor was hurt, but 20 guards escaped.", "asserted"),
        ("The union demands work for all 300 members of the union.", "asserted"),
        ("The mill would give a holiday to part of its 300 workers.", "asserted"),
        ("The mill would give a holiday to part of its 300-strong workforce.", "asserted"),
        ("Its plan was risky, and 20 people died.", "asserted"),
        ("Ten of the drivers were to blame.", "asserted"),
        ("A strike by 300 drivers who want more pay has begun.", "asserted"),
        ("The stoppage began when 300 teachers decided to walk out.", "asserted"),
        ("A strike by 300 drivers was called on Monday.", "asserted"),
        ("After a strike by 300 workers the mill will close.", "asserted"),
        ("The plan was approved; 300 workers marched.", "asserted"),
        ("Twenty people were arrested if they resisted, and 300 marched.", "asserted"),
    ],
)
def test_status_follows_the_governing_verb(text: str, status: str) -> None:
    figure = next(figure for figure in figures(text) if figure.kind != "duration")
    assert figure.status == status, figure.rules


def test_a_number_that_ends_its_sentence_is_read_to_the_end() -> None:
    assert figures("The closure will cost 300")[0].value == 300  # "cost 300 porters their jobs" has more to come


def forms(base: str, letters: str) -> str:
    """The first form of a verb that is of one of the classes."""
    known = word_lists("grammar")["irregular"]
    return next(form for form, letter in verb_forms(base, known) if letter in letters)


STATUS_CUES = [
    *((f"The bomb {adverb} killed 20 people.", "hedged") for adverb in sorted(word_list("hedging_adverbs", "status"))),
    *(
        (f"It is {forms(verb, 'EL')} that 20 people died.", "hedged")
        for verb in sorted(word_list("hedging_verbs", "status"))
    ),
    *(
        (f"About 20 people, {state} dead, are missing.", "hedged")
        for state in sorted(word_list("hedging_states", "status"))
    ),
    *(
        (f"The army {forms(verb, 'EV')} that 20 people had died.", "denied")
        for verb in sorted(word_list("denying_verbs", "status"))
    ),
    *(
        (f"It said there was {phrase} 20 people had died.", "denied")
        for phrase in ("no evidence that", "no truth in claims that")
    ),
    *(
        (f"They {forms(verb, 'EV')} to cut 300 jobs.", "planned")
        for verb in sorted(word_list("planning_verbs", "status"))
        if verb.isalpha() and verb not in ("due", "likely", "set", "forecast")
    ),
    *((f"The firm {modal} cut 300 jobs.", "planned") for modal in ("will", "shall", "would")),
    *((f"The firm {modal} cut 300 jobs.", "hypothetical") for modal in sorted(word_list("supposing_modals", "status"))),
    *(
        (f"The firm announced 300 {adjective} redundancies.", "planned")
        for adjective in sorted(word_list("planning_adjectives", "status"))
    ),
]


@pytest.mark.parametrize(("text", "status"), STATUS_CUES)
def test_every_word_of_status_is_at_work(text: str, status: str) -> None:
    assert only(text).status == status, only(text).rules


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("At least 20 people died, the interior ministry said.", "the interior ministry"),
        ("Police said 20 people had died.", "Police"),
        ("According to the strike committee, 20 people were hurt.", "the strike committee"),
        ("The union reported that 300 workers had walked out.", "The union"),
        ("Some 300 drivers walked out, said union leader Pavel Sorokin.", "Pavel Sorokin"),
        ("Mayor Anna Meier put the crowd at 9,000.", "Anna Meier"),
        ("He said 20 people had died.", None),
        ("Police arrested 20 people.", None),
        ("The firm cut 300 jobs.", None),
    ],
)
def test_source_is_the_shortest_phrase(text: str, source: str | None) -> None:
    assert only(text).attribution == source


@pytest.mark.parametrize(
    ("text", "wholes"),
    [
        ("5,000 of 7,000 workers went on strike.", [7000, None]),
        ("Ten people, including 3 children, were killed.", [None, 10]),
        ("Police held 20 people, 5 of them women.", [None, 20]),
        ("54 people were wounded, of whom 19 were tourists.", [None, 54]),
        ("There were 20 arrests, among them 12 in Brest and 8 in Gomel.", [None, 20, 20]),
        ("Of the more than 100 injured, 13 had burns.", [None, 100]),
        ("Of the mine's 300 workers, 20 were sacked.", [None, 300]),
        ("Police held 20 people and 5 dogs.", [None, None]),
        ("Twelve were killed and 20 injured.", [None, None]),
    ],
)
def test_a_part_names_its_whole(text: str, wholes: list[float | None]) -> None:
    assert [figure.of_total for figure in figures(text)] == wholes


def test_a_list_inherits_what_it_counts() -> None:
    text = (
        "In all 1,018 people were arrested, including 452 in Brest, 183 in Gomel, 43 each in Pinsk and Orsha, "
        "and some 80 in other towns."
    )
    found = figures(text)
    assert [figure.measure for figure in found] == ["arrests"] * 5
    assert [figure.of_total for figure in found] == [None, 1018, 1018, 1018, 1018]
    assert {figure.unit for figure in found} == {"person"}


@pytest.mark.parametrize(
    ("text", "measure", "wholes"),
    [
        ("The shots killed 26 people - 20 pupils and six cooks.", "deaths", [None, 26, 26]),
        ("Police arrested 30 people — 22 men and eight women — on Sunday.", "arrests", [None, 30, 30]),
        ("Eleven men died: seven in Gomel, three in Brest and one in Minsk.", "deaths", [None, 11, 11]),
    ],
)
def test_list_that_adds_up_is_of_the_number_before_it(text: str, measure: str, wholes: list[float | None]) -> None:
    found = figures(text)
    assert {figure.measure for figure in found} == {measure}
    assert [figure.of_total for figure in found] == wholes


@pytest.mark.parametrize(
    "text",
    [
        "Police arrested 30 people - 20 pupils and six cooks.",  # 26 is not 30
        "Police arrested 30 people, 20 shops were looted and 10 cars burnt.",
    ],
)
def test_list_that_does_not_add_up_is_its_own(text: str) -> None:
    assert [figure.of_total for figure in figures(text)] == [None, None, None]


def test_a_definite_phrase_tells_of_the_same_people_again() -> None:
    found = figures("A blast killed five men on Friday. The five men were buried on Monday.")
    assert [figure.measure for figure in found] == ["deaths", "deaths"]


def test_no_arrests_is_zero_and_unknown_is_nothing() -> None:
    assert only("No arrests were made.").value == 0
    assert (
        figures(
            "No deaths were reported. It was not clear how many were hurt. There were no immediate reports of injuries."
        )
        == []
    )


def test_other_languages_give_nothing() -> None:
    assert extract(article("Die Polizei nahm 20 Menschen fest.", language="de")).figures == ()


def test_without_a_publication_date_relative_dates_stay_open() -> None:
    (figure,) = extract(article("Police arrested 20 people yesterday.", published=None)).figures
    assert (figure.measure, figure.date_start) == ("arrests", None)


def test_rows_have_the_columns_of_the_contract() -> None:
    given = article("Police in Minsk arrested 20 people on Sunday, the interior ministry said.")
    rows = article_rows(given, extract(given), "run-1")
    for table in ("articles", "figures", "mentions"):
        columns = set(load_contract(table).names) - (LEFT_TO_THE_LAKE if table == "articles" else set())
        assert rows[table], table
        assert all(set(row) == columns for row in rows[table]), table
    (figure,) = rows["figures"]
    assert figure["sentence"] == given.text[figure["sentence_start"] : figure["sentence_end"]]
    assert figure["extractor_version"] == EXTRACTOR_VERSION
    assert figure["rules_hash"] == rules_hash()
    assert len(rules_hash()) == 12


def test_every_measure_of_the_contract_has_a_row() -> None:
    rows = measure_rows()
    assert set(rows[0]) == set(load_contract("measures").names)
    assert len({row["measure"] for row in rows}) == len(rows) == 21


def test_the_explanation_leads_from_words_to_row() -> None:
    text = "Police detained more than 120 people, 12 of them minors, in Minsk on Sunday, the interior ministry said."
    first, second = explain(text, MONDAY)
    parts = {node.name: node for node in first.children}
    assert (parts["number"].words, parts["number"].rule) == ("more than 120", "numbers.digits")
    assert parts["counts"].value.startswith("arrests")
    assert parts["date"].value.startswith("2020-08-16")
    assert parts["source"].value == "the interior ministry"
    assert parts["status"].value == "asserted"
    assert Node("of_total", "120") in {node.name: node for node in second.children}["counts"].children


MODULES = (
    "attribution counted_nouns counting cues explain extract figures governors grammar measures parts predicates "
    "quantities rows status topics version words zeros"
).split()


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_true(name: str) -> None:
    assert doctest.testmod(import_module(f"transforms.{name}")).failed == 0
