"""What holds for dates and places on any text: order, repetition, nothing made up, time in proportion to length."""

from __future__ import annotations

import re
import time
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.context import assign_context
from transforms.context_rules import context_rules
from transforms.events import read_story, round_up
from transforms.sentences import find_sentences
from transforms.values import Article, Context, Draft, Mention, Period

PUBLISHED = date(2020, 8, 17)
WORDS = (
    "Police held {} people in Gomel on Sunday .",
    "The blast killed {} ,",
    "who had marched after the strike of March 5 and",
    "since then {} are missing ;",
    "“It was {} in the north” , officials said on Monday .",
    "In Minsk {} of the {} workers have been on strike .\n",
    "MINSK, Aug 17 - Some {} were hurt \n\n",
    "а б в ’s İ “ ( (",
)


def parts(text: str) -> tuple[list[Draft], list[tuple[int, int]], list[Period], list[Mention]]:
    """Drafts, sentences, periods and mentions of a text made from `WORDS`, by the plainest means."""
    sentences = find_sentences(text)
    drafts, index = [], 0
    for match in re.finditer(r"\b\d{2}\b", text):
        while index + 1 < len(sentences) and sentences[index + 1][0] <= match.start():
            index += 1
        drafts.append(
            Draft(
                quote_start=match.start(),
                quote_end=match.end(),
                sentence=index,
                clause_start=max(sentences[index][0], match.start() - 30),
                clause_end=min(sentences[index][1], match.end() + 30),
                measure=("arrests", "deaths", "workforce", "other")[int(match.group()) % 4],
                kind="count",
                unit=None,
                value=float(match.group()),
                status=("asserted", "planned")[int(match.group()) % 5 == 0],
                verb_start=None,
                verb_end=None,
                trigger_start=None,
                trigger_end=None,
                tense=("past", "present", None)[int(match.group()) % 3],
            )
        )
    day = {"Sunday": date(2020, 8, 16), "Monday": PUBLISHED, "March 5": date(2020, 3, 5)}
    periods = [
        Period(
            quote_start=m.start(),
            quote_end=m.end(),
            date_start=day[m.group()],
            date_end=day[m.group()],
            date_precision="day",
            rule="dates.test",
        )
        for m in re.finditer("|".join(day), text)
    ]
    mentions = [
        Mention(
            kind="PLACE",
            quote=m.group(),
            quote_start=m.start(),
            quote_end=m.end(),
            entity=m.group(),
            title=None,
            role=None,
            country="BY",
            place_precision="city",
            latitude=53.9,
            longitude=27.6,
            confidence=1.0,
            rule="names.test",
        )
        for m in re.finditer("Gomel|Minsk", text)
    ]
    return drafts, sentences, periods, mentions


def contexts(text: str, published: date | None = PUBLISHED) -> list[Context]:
    article = Article(article_id="a", document_id="d", text=text, title=None, published=published)
    return assign_context(article, *parts(text))


texts = st.lists(st.tuples(st.sampled_from(WORDS), st.integers(10, 99)), max_size=12).map(
    lambda pieces: " ".join(words.replace("{}", str(number)) for words, number in pieces)
)


@given(texts)
@settings(max_examples=150, deadline=None)
def test_one_ordered_context_for_each_figure(text: str) -> None:
    found = contexts(text)
    assert len(found) == len(parts(text)[0])
    assert found == contexts(text)
    for context in found:
        assert (context.date_start is None) == (context.date_end is None) == (context.date_source is None)
        if context.date_start and context.date_end:
            assert context.date_start <= context.date_end
            assert context.date_source in ("clause", "sentence", "event", "document")
        assert context.place is None or context.place in text
        assert all(rule.startswith("context.") for rule in context.rules)


@given(texts)
@settings(max_examples=60, deadline=None)
def test_nothing_is_made_up(text: str) -> None:
    article = Article(article_id="a", document_id="d", text=text, title=None, published=None)
    drafts, sentences, _, _ = parts(text)
    for context in assign_context(article, drafts, sentences, [], []):
        assert context.date_start is None
        assert context.country in (None, "BY")  # only a dateline can still name a place


def test_no_figures_no_contexts() -> None:
    assert contexts("Nothing was counted in Gomel on Sunday.") == []


def test_a_round_up_is_read_story_by_story() -> None:
    text = "\n".join(
        (
            "MINSK - Police held 41 people on Sunday.",
            "GOMEL - A bus fell into a river and 42 died.",
            "BREST - Some 46 dockers marched.",
        )
    )
    article = Article(article_id="a", document_id="d", text=text, title=None, published=PUBLISHED)
    story = read_story(article, find_sentences(text), context_rules())
    assert len(round_up(story)) == 3
    assert [context.date_start for context in contexts(text)] == [date(2020, 8, 16), None, None]


def test_every_paragraph_of_news_briefs_is_a_story() -> None:
    text = "\n".join(
        (
            "News briefs: August 17, 2020",
            "Police in Gomel held 41 people on Sunday.",
            "A bus fell into a river and 42 died.",
            "Some 46 dockers marched.",
        )
    )
    article = Article(article_id="a", document_id="d", text=text, title=None, published=PUBLISHED)
    assert len(round_up(read_story(article, find_sentences(text), context_rules()))) == 3
    assert [context.date_start for context in contexts(text)][-3:] == [date(2020, 8, 16), None, None]


def cpu(text: str) -> float:
    given_parts = parts(text)
    article = Article(article_id="a", document_id="d", text=text, title=None, published=PUBLISHED)
    assign_context(article, *given_parts)
    start = time.process_time()
    assign_context(article, *given_parts)
    return time.process_time() - start


def test_time_grows_with_length_and_no_faster() -> None:
    unit = "On Sunday police in Gomel held 40 who marched after the blast of March 5 and 44 are missing, "
    for sentence in (unit, unit[:-2] + ". "):
        short, long = cpu(sentence * 40), cpu(sentence * 800)
        assert long < 20 * 3 * max(short, 0.004)


def test_hostile_texts_take_no_longer() -> None:
    hostile = ("(" * 20_000, "a of a of " * 4_000, "A" * 40_000 + " - ", "since " * 8_000, "of the of the " * 4_000)
    for text in hostile:
        text = f"12 died in Minsk on Sunday {text} 13 died."
        assert cpu(text) < 1.0
