"""Money, percent, durations and measurements: pay or cost, share, how long something lasted or something else.

"a wage increase of 5 percent" -> pay; "$2 billion in reserves" -> cost; "a 48-hour strike" -> duration;
"the 50-year-old general", "two years ago" -> other
"""

from __future__ import annotations

from functools import cache

from transforms.cues import Topic
from transforms.grammar import Sentence
from transforms.measures import load_measures
from transforms.words import word_list

NEAR = 7  # tokens in which a word for wages makes money or percent pay
OFFSET_AFTER = word_list("offset_after")
SCHEDULES = word_list("schedules")
LASTING = word_list("lasting")
RAISES = word_list("raises")
BY_THE = word_list("by_the")
PAID = frozenset({"pay", "pays", "paid", "paying"})


def read_quantity(sentence: Sentence, token: int, kind: str, topic: Topic) -> tuple[str, str]:
    """Measure of a number that is no count, and the name of what decided it."""
    if kind == "money":
        return ("pay", "wage") if about_pay(sentence, token) else ("cost", "money")
    if kind == "percent":
        return (
            ("pay", "wage")
            if about_pay(sentence, token) or about_raise(sentence, token, topic)
            else ("share", "percent")
        )
    return duration(sentence, token) if kind == "duration" else ("other", "measurement")


def about_pay(sentence: Sentence, token: int) -> bool:
    """Whether a word for wages stands near, and none for taxes, dividends or debts."""
    rules = load_measures()
    if not sentence.has(pay_words()):
        return False
    near = sentence.words[max(0, token - NEAR) : token + NEAR + 2]
    if not rules.pay_never.isdisjoint(near):
        return False
    after = next((i for i in range(token + 1, min(sentence.size, token + 6)) if sentence.classes[i] != "u"), token)
    by_the = (
        sentence.words[after + 1] if sentence.words[after] in ("a", "an", "per") and after + 1 < sentence.size else ""
    )
    if by_the == "hour" or (by_the in BY_THE and not PAID.isdisjoint(near)):
        return True
    return not rules.pay_cues.isdisjoint(near)


@cache
def pay_words() -> frozenset[str]:
    """Words of which one at least makes money pay."""
    return frozenset([*load_measures().pay_cues, *BY_THE, "hour"])


def about_raise(sentence: Sentence, token: int, topic: Topic) -> bool:
    """ "the board offered 2.5 percent", where a strike is the topic."""
    if not sentence.has(RAISES):
        return False
    near = sentence.words[max(0, token - NEAR) : token + NEAR]
    return not RAISES.isdisjoint(near) and load_measures().pay_never.isdisjoint(near) and topic.strike


def next_noun(sentence: Sentence, i: int) -> str | None:
    """The noun behind "two-week-old"."""
    return next((sentence.words[j] for j in range(i, min(sentence.size, i + 4)) if sentence.tags[j] in "NK"), None)


def duration(sentence: Sentence, token: int) -> tuple[str, str]:
    """An age, an offset or a deadline is no duration of an event."""
    words, size = sentence.words, sentence.size
    after = token + 1
    letters = sentence.tags if sentence.times else sentence.classes
    while after < size and letters[after] in "u-":
        if words[after].endswith("old"):
            if next_noun(sentence, after + 1) in LASTING:
                return "duration", "lasting"
            return "other", "age"
        after += 1
    following = words[after : after + 3]
    before = words[max(0, token - 4) : token]
    if following[:1] and (following[0] in OFFSET_AFTER or following[0].endswith("old")):
        if following[0].endswith("old"):
            return ("duration", "lasting") if next_noun(sentence, after + 1) in LASTING else ("other", "age")
        return "other", "offset"
    if before and (before[-1] in ("aged", "age", "within", "every") or before[-2:] == ["next", "within"]):
        return "other", "offset"
    if before and before[-1] == "," and sentence.tags[max(0, token - 2)] == "K" and following[:1] in ([","], ["."]):
        return "other", "age"
    if (
        before
        and before[-1] in ("in", "than")
        and {"first", "only", "worst", "biggest", "largest", "deadliest"} & set(words[max(0, token - 9) : token])
    ):
        return "other", "offset"  # "the first strike there in 13 years"
    if following[:1] and following[0] in SCHEDULES:
        return "other", "schedule"
    return "duration", "lasting"
