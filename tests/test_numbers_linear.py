"""Numbers cost the same per byte in long texts as in short ones, whatever the text."""

from __future__ import annotations

import time

import pytest

from transforms.numbers import find_numbers

SIZE = 4_000  # characters; four times as many must cost about four times as much
NOISE = 2.2  # other work on the machine, caches, the first regex call
HOSTILE = [
    "1,", "1,1", "1,234,", "1 234 ", "1.", "9.9.", "1/", "1-", "-1", "1:", "1'", "1e1", "1^1", "0", "½", "5'", "1-1-",
    "(", "[", "\"'", "$", "$1 ", "$US", "USD ", "€", "%", "5% ", "@a", "www.", "http://a", "+1 ", "(555) ",
    "a hundred ", "a hundred and ", "one of ", "one in ", "a of ", "half a ", "a half and ", "a third of ", "two ",
    "two-", "twenty ", "point one ", "and a half ", "hundred thousand ", "million million ", "dozens of ", "several ",
    "tens of ", "hundreds upon ", "from 1 to ", "between 1 and ", "1 to ", "1 or ", "more than ", "at least 5 ",
    "5 feet ", "5 square ", "5 per ", "5 pounds ", "5 million ", "5m ", "5 May ", "May 5, ", "in 1999 ", "Flight 370 ",
    " ", "\n", "\u00a0", "5 " + " " * 50, "a", "aa ", "A B ", "é", "😀", "\u0300", "١٢٣ ",
]  # fmt: skip


def cost(text: str) -> float:
    """CPU seconds of the faster of two runs."""
    best = float("inf")
    for _ in range(2):
        began = time.process_time()
        find_numbers(text)
        best = min(best, time.process_time() - began)
    return best


@pytest.mark.parametrize("unit", HOSTILE, ids=[repr(unit) for unit in HOSTILE])
def test_work_grows_with_the_text_alone(unit: str) -> None:
    short = unit * (SIZE // len(unit))
    assert cost(short * 4) <= 4 * NOISE * max(cost(short), 0.002)


def test_one_long_line_costs_what_many_short_texts_cost() -> None:
    story = (
        "Police said at least 12 of some 4,500 people who marched on May 5, 2019 were held; two had to pay $1.5m or "
        "3 percent of it. The union of the town spoke of dozens of injured, half of them women, and a two-week strike. "
    )
    pieces = [story * 18] * 120
    apart = sum(cost(piece) for piece in pieces[:20]) * 6
    assert cost("".join(pieces)) <= 1.3 * NOISE / 2 * apart


def test_brackets_without_end() -> None:
    assert find_numbers("(" * 100_000) == []
    assert len(find_numbers("a hundred " * 1_000)) == 1_000
