"""The mess of real files, one sentence each, and what holds for any text."""

# ruff: noqa: E501  # what goes in and what comes out stand side by side

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.normalize import normalize

LONG = "The strike committee said that the plant would stay closed"

CASES = {
    "line breaks of Windows and old Macs": ("Two died.\r\nThree live.\rAll ran.", "Two died.\nThree live.\nAll ran."),
    "blank lines and indents": ("Two died.\n\n    Three live.\n", "Two died.\nThree live."),
    "quotes and dashes stay": ("“Two – no, three,” she said…", "“Two – no, three,” she said…"),
    "no-break spaces": ("7\u00a0000 marched on 16\u202fAugust.", "7 000 marched on 16 August."),
    "decomposed letters": ("Vuc\u030cic\u0301 left.", "Vučić left."),
    "soft hyphens": ("demon\u00adstrators and wor\u00ad\nkers left", "demonstrators and workers left"),
    "invisible characters": ("\ufeffTwo\u200b died\u200e.", "Two died."),
    "mojibake": ("The minister said â€œfive hundredâ€\x9d people.", "The minister said “five hundred” people."),
    "control characters": ("Two\x00 di\x07ed.\x1b", "Two died."),
    "lone surrogates": ("Two \ud800 died.", "Two \ufffd died."),
    "surrogate pairs": ("Two \ud83d\ude00 died.", "Two 😀 died."),
    "caret-M": ("Two died.^M\nReuter^M", "Two died."),
    "a line broken in mid-sentence": (
        f"{LONG} until\n\n5,000 workers were paid.",
        f"{LONG} until 5,000 workers were paid.",
    ),
    "a page break in mid-sentence": (
        f"{LONG} until the\n\n- 3 -\n\nwages were paid.",
        f"{LONG} until the wages were paid.",
    ),
    "a headline in capitals": (
        "FERRY CAPSIZES OFF LEYTE, DOZENS FEARED DEAD\nNineteen people died.",
        "FERRY CAPSIZES OFF LEYTE, DOZENS FEARED DEAD\nNineteen people died.",
    ),
    "a byline run together with its date": (
        "A. Author17 August 2020\nTwo died.",
        "A. Author\n17 August 2020\nTwo died.",
    ),
    "columns stay apart": ("Dead      14\nInjured      30", "Dead\t14\nInjured\t30"),
    "right to left and emoji": ("قُتل 12 شخصا 🎉\u200f", "قُتل 12 شخصا 🎉"),
}


@pytest.mark.parametrize(("raw", "text"), CASES.values(), ids=CASES.keys())
def test_mess(raw: str, text: str) -> None:
    assert normalize(raw).text == text


WIRE = """\
BUS DRIVERS WALK OUT IN NORTHBRIDGE
    NORTHBRIDGE, March 3 - Some 1,200 bus drivers walked out at
dawn on Tuesday and closed every depot of the city, the drivers'
union said, after talks on a pay rise of 4.5 percent had broken
down.
    The company put the number of strikers at 900.
    "We shall run one bus in ten," a spokeswoman of the transport
company said. She would not say what the strike would cost Green
Line Buses, which carries 310,000 people a day.
    Depots     Closed
    North      4
    South      3
 Reuter
"""


def test_hard_wrapped_wire_copy() -> None:
    found = normalize(WIRE)
    assert found.text.split("\n") == [
        "BUS DRIVERS WALK OUT IN NORTHBRIDGE",
        "NORTHBRIDGE, March 3 - Some 1,200 bus drivers walked out at dawn on Tuesday and closed every depot of the city,"
        " the drivers' union said, after talks on a pay rise of 4.5 percent had broken down.",
        "The company put the number of strikers at 900.",
        '"We shall run one bus in ten," a spokeswoman of the transport company said. She would not say what the strike'
        " would cost Green Line Buses, which carries 310,000 people a day.",
        "Depots\tClosed",
        "North\t4",
        "South\t3",
    ]
    assert [(cut.rule, cut.text) for cut in found.cuts] == [("boilerplate.wire_signature", "Reuter")]


def test_hard_wrapped_paragraphs_between_blank_lines() -> None:
    raw = (
        "Teachers in three districts stayed at home for a second day and\n"
        "Governor Ellis said that 14 schools would remain closed until the\n"
        "Legislature votes on the budget.\n"
        "\n"
        "About 640 teachers marched to the statehouse, where the guards of\n"
        "Capitol Police counted 700."
    )
    assert normalize(raw).text.split("\n") == [
        "Teachers in three districts stayed at home for a second day and Governor Ellis said that 14 schools would remain"
        " closed until the Legislature votes on the budget.",
        "About 640 teachers marched to the statehouse, where the guards of Capitol Police counted 700.",
    ]


@pytest.mark.parametrize(
    "headline", ["FED DATA SUGGEST STABLE U.S. MONETARY POLICY", "Talks on the ports of the north break down again"]
)
def test_byline_under_a_headline(headline: str) -> None:
    raw = f"{headline}\nby Ana Molnar, Reuters\n    LONDON, March 3 - Dockers walked out of all the ports of\nthe north at dawn."
    assert normalize(raw).text == (
        f"{headline}\nby Ana Molnar, Reuters\nLONDON, March 3 - Dockers walked out of all the ports of the north at dawn."
    )


def test_line_that_goes_on_with_by() -> None:
    raw = "The strike in the four northern ports was called off late on Monday\nby Ana Molnar."
    assert "Monday by Ana" in normalize(raw).text


def test_short_wire_copy_whose_lines_end_before_numbers_and_names() -> None:
    raw = "BUYING TENDER\n    LONDON, April 27 - Northland is holding a buying tender on May\n6, for 24,000 tonnes of white sugar.\n Reuter"
    assert normalize(raw).text.split("\n")[1:] == [
        "LONDON, April 27 - Northland is holding a buying tender on May 6, for 24,000 tonnes of white sugar."
    ]


def test_one_paragraph_a_line_is_not_wrapped_copy() -> None:
    raw = (
        "Minsk saw the largest march in its history\nOver 7,000 people were arrested.\nOver 80 are missing.\nOne died."
    )
    assert normalize(raw).text == raw


def test_words_divided_at_the_line_end() -> None:
    raw = (
        "The police said that they had counted as many as two hundred demon-\n"
        "strators on the bridge, and that a committee of the state-\n"
        "owned plant had asked for a six-\nmonth delay of the investiga-\ntion into the deaths."
    )
    text = normalize(raw).text
    assert "state-owned plant" in text
    assert "six-month delay" in text
    assert "investigation into" in text


def test_running_headers_and_page_numbers_go() -> None:
    raw = (
        "THE LEDGER 16 August 2020\nThe march was the largest that the country has seen, and the crowd of 200,000\n1\n"
        "\fTHE LEDGER 16 August 2020\nwent home at dusk. Nobody was hurt in the capital on that day, the police said.\n2\n"
        "\fTHE LEDGER 16 August 2020\nStrikes go on."
    )
    found = normalize(raw)
    assert "crowd of 200,000 went home at dusk" in found.text
    assert found.text.endswith("Strikes go on.")
    assert [cut.text for cut in found.cuts] == ["1", "THE LEDGER 16 August 2020", "2", "THE LEDGER 16 August 2020"]


def test_a_row_of_a_table_is_no_page_number() -> None:
    assert normalize("Dead by district\n14\n30").text == "Dead by district\n14\n30"


def test_cuts_are_in_text_order() -> None:
    raw = "Home | World | Europe\nTwo died.\nAdvertisement\nThree live.\n(Reporting by A. Writer)\n© 2020 Example"
    found = normalize(raw)
    assert found.text == "Two died.\nThree live."
    assert [cut.rule for cut in found.cuts] == [
        "boilerplate.navigation",
        "boilerplate.related",
        "boilerplate.credits",
        "boilerplate.copyright",
    ]


PIECES = st.sampled_from(
    [
        "Two died.", "- 3 -", "REUTERS", "Share", "Page 2 of 8", "\f", "\n", "\n\n", "    ", "  \n", "of the", "12", "a-\nb",
        "walked out on Monday and went home late in the", "MINSK, Aug 17 - ", "17 August 2020", "\t", " | ", "(", "©",
        "Sign up", "Reporting by", "\x00", "\ufeff", "â€œ", "\u0308", "é", "\xad", "\u2028", "😀", "\ud800", "קול", "fb/djw",
    ]
)  # fmt: skip
MESS = st.lists(PIECES | st.text(max_size=20), max_size=40).map("".join)


@settings(max_examples=400, deadline=None)
@given(MESS)
def test_normalizing_twice_changes_nothing(raw: str) -> None:
    once = normalize(raw).text
    again = normalize(once)
    assert again.text == once
    assert again.cuts == ()


@settings(max_examples=300, deadline=None)
@given(MESS)
def test_text_is_clean(raw: str) -> None:
    text = normalize(raw).text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\ud800-\udfff\ufeff\u2028]", text)
    assert all(line and line == line.strip(" ") for line in text.split("\n")) or text == ""
    text.encode("utf-8")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(["Two", "died", "in", "Minsk.", "5,000", "of", "7,000", "\n", "\n\n", "\f", "of the"])))
def test_no_letter_and_no_digit_is_lost_but_to_a_cut(words: list[str]) -> None:
    raw = " ".join(words)
    found = normalize(raw)
    kept = "".join(filter(str.isalnum, found.text + "".join(cut.text for cut in found.cuts)))
    assert sorted(kept) == sorted(filter(str.isalnum, raw))
