"""Two numbers that are one: "10 to 15", "between 300 and 400", "$10 to $15 billion", "one in five", "5 feet 2 inches".

What only looks like a range is told apart: scores ("2-1"), dates ("May 10 to 15", "2012-13"), telephone numbers, and
the two ends of a change ("raised the toll from fourteen to 31" tells two numbers).
"""

from __future__ import annotations

import re
from itertools import pairwise

from transforms.not_figures import OLDEST, YEAR_HIGH
from transforms.number_rules import NumberRules
from transforms.numerals import Numeral
from transforms.readings import AFTER, BLANKS, DASHES, WORD, Reading, left_word, left_words
from transforms.shares import one_in, one_over

NAME_LINKS = (" and ", ", and ", " or ", " to ", " & ")
LINKS = frozenset({"in", "out", "of", "over", "to", "or", "and", "through"})  # first words between two ends
LINK = re.compile(
    r"[\s-]*(?:(?:(?:in|out[\s-]+of)(?:[\s-]+every)?|of[\s-]+every|over|to|or|and|through|[,/]|[–—~−]{1,4})[\s-]*)?",
    re.I,
)
REACH = 40  # characters between two numbers that can still be one
SETS = re.compile(r"[0-9][-–][0-9]{1,3}[,;] ?$")
MORE_SETS = re.compile(r"[,;] ?[0-9]{1,3} ?[-–] ?[0-9]")
MORE_DAYS = re.compile(r"(?:,|,? and|,? or) [0-9]{1,2}(?![0-9])")
NO_END = frozenset(
    "names.before names.hyphen names.glued dates.clock names.dotted names.sign numbers.ordinal names.never".split()
)


def join_ranges(text: str, readings: list[Reading], rules: NumberRules) -> list[Reading]:
    """The readings with ranges, shares and composed lengths made one, none overlapping."""
    joined: list[Reading] = []
    for reading in readings:
        if joined:
            previous = joined[-1]
            if reading.start < previous.end:
                give_back(previous, reading)
            gap = reading.start - previous.end
            if gap < 0:  # what a longer reading has taken in
                if reading.dropped is None and previous.dropped is not None:
                    joined[-1] = reading
                continue
            merged = join(text, previous, reading, rules) if gap <= REACH else None
            if merged is not None:
                joined[-1] = merged
                continue
            if reading.chained and gap <= 2 and text[reading.start - 1] in DASHES:
                reading.dropped = previous.dropped = "names.chain"  # "2020-08-09", "555-123-4567"
        joined.append(reading)
    return joined


def share_ages(text: str, readings: list[Reading], rules: NumberRules) -> list[Reading]:
    """As in "two boys aged 14 and 18", "aged 17, 33 and 52": all of them are ages."""
    listed = False  # whether "aged" stands before the first of them
    for a, b in pairwise(readings):
        if a.rule != "numbers.age" or a.dropped:
            listed = False
            continue
        listed = listed or left_words(a.small, a.start)[-1:] in (["aged"], ["ages"])
        link = text[a.end : b.start].replace(",", " ").split() if b.start - a.end <= 6 else ["none"]
        following = b.numeral.following
        counts = following.endswith("s") or following in rules.words["people"]  # "aged 14 and 18 others"
        alike = b.numeral.style == a.numeral.style  # not "aged 15, 16 and two aged 19"
        if (
            listed
            and alike
            and not counts
            and not b.dropped
            and b.bare
            and b.value <= OLDEST
            and link in ([], ["and"], ["or"])
        ):
            b.aged()
    return readings


def share_names(text: str, readings: list[Reading], rules: NumberRules) -> list[Reading]:
    """As in "Articles 51 and 59 of", "Sections 3, 4 and 5.": all of them are parts of names."""
    listed = False
    for a, b in pairwise(readings):
        if a.dropped != "names.before":
            listed = False
            continue
        listed = listed or left_word(text, a.start - 1).lower() in rules.words["plural_names"]
        link = text[a.end : b.start] if b.start - a.end <= 6 else "none"
        more = link == ", " and MORE_DAYS.match(text, b.end) is not None
        ends = text[b.end] in ",.;)\n" or b.numeral.following in ("of", *rules.words["function"])
        if listed and not b.dropped and b.bare and b.numeral.plain and (more or (ends and link in NAME_LINKS)):
            b.dropped = "names.before"
    return readings


def share_units(text: str, readings: list[Reading]) -> list[Reading]:
    """As in "three- and seven-day", "one and two years", "15, 20 or 25 percent": the unit holds for all."""
    shared = False
    for b, a in pairwise(reversed(readings)):
        shared = 0 < b.start - a.end <= 8 and takes_unit(text, a, b, shared)
        if shared:
            a.kind, a.unit = b.kind, b.unit
    return readings


def takes_unit(text: str, a: Reading, b: Reading, shared: bool) -> bool:
    """Whether a bare number takes the unit of the next one; `shared`: the next one has its own so."""
    if not a.bare or b.bare or a.dropped or b.dropped or a.phrase_end != a.end or b.rule == "numbers.share":
        return False
    link = text[a.end : b.start].replace("-", "").strip()
    alike = abs(b.value) <= 100 * abs(a.value) <= 10_000 * abs(b.value)  # not "671,400 and 5.4 percent"
    joins = link in ("and", "or") or (link == "," and shared)
    return joins and alike and a.relation != "range" and a.numeral.style != "fraction"


def give_back(a: Reading, b: Reading) -> None:
    """As in "10 rmb 20 usd": the code between two numbers belongs to the first if the second has its own."""
    if a.dropped is None and b.dropped is None and a.end <= b.numeral.start:
        b.start = b.phrase_start = b.numeral.start
        if b.end == b.numeral.end:
            b.kind, b.unit = "count", None


def join(text: str, a: Reading, b: Reading, rules: NumberRules) -> Reading | None:
    """One reading for two that belong together; None if they are two numbers, or none."""
    if a.numeral.style == "vague" or b.numeral.style == "vague" or a.relation == "range":
        return None
    if a.qualifier and b.qualifier and {a.relation, b.relation} == {"over", "under"}:
        return join_bounds(text, a, b)
    following = a.numeral.following
    if following and a.phrase_end == a.end == a.numeral.end and following not in LINKS:
        return None
    from_unit = a.kind in ("duration", "measurement") and a.end < a.phrase_end <= b.start
    end = a.phrase_end if from_unit else a.end
    if LINK.fullmatch(text, end, b.start) is None:
        return None  # most pairs, turned down by one look
    gap = text[end : b.start]
    link = " ".join(gap.lower().replace("-", " ").split())
    if link in ("in", "out of", "in every", "out of every", "of every"):
        return one_in(text, a, b, link, rules)
    if link == "over":
        return one_over(text, a, b)
    if link == "/" and a.kind == b.kind == "money" and a.unit == b.unit and a.value < b.value:
        return merged(a, b, a.value, b.value)
    if link in ("and", "", ","):
        composed = compose(text, a, b)
        if composed is not None:
            return composed
    if link == "," and a.dropped == "dates.day" and MORE_DAYS.match(text, b.end):
        spread_date(text, a, b, link, True, rules)  # "June 3, 4 and 5"
    dash = (not link or link in "–—~−") and bool(gap.strip())
    if link in ("to", "or", "and", "through") or dash:
        return join_ends(text, a, b, link, dash, rules)
    return None


def join_ends(text: str, a: Reading, b: Reading, link: str, dash: bool, rules: NumberRules) -> Reading | None:
    """A range from its two ends and what stands between them."""
    if a.dropped == "numbers.pronoun" and b.dropped is None and link in ("to", "or", "and"):
        a.dropped = None  # "one or two"
    if b.dropped == "dates.clock" and a.bare and a.numeral.plain:
        a.dropped = a.dropped or "dates.clock"  # "2100 to 2300 UTC", "9 to 11 a.m."
    if a.dropped in NO_END:
        b.dropped = "names.chain" if dash and b.chained else b.dropped
        return None
    if b.dropped == "dates.year" and a.dropped is None and a.qualifier and a.numeral.plain and a.value < b.value:
        b.dropped = None  # "roughly 1000 to 2000"
        b.set_bounds()
    if counts_from_round(text, a, b, link, dash, rules):
        a.dropped = None
    if "dates.day" in (a.dropped, b.dropped) or "dates.year" in (a.dropped, b.dropped):
        spread_date(text, a, b, link, dash, rules)
    if a.dropped or b.dropped:
        return None
    low, high = scaled_low(a, b, dash), short_high(text, a, b) if dash else b.value
    if not is_range(text, a, b, low, high, link, dash, rules):
        two_numbers(text, a, b, low, link, dash, rules)
        return None
    if link == "and" and not between(a):
        return None
    reading = merged(a, b, low, high)
    if reading.bare and {"aged", "ages", "age"} & set(left_words(a.small, a.phrase_start)[-3:]):
        reading.kind, reading.unit = "duration", "year"  # "aged between 15 and 70"
    return reading


def counts_from_round(text: str, a: Reading, b: Reading, link: str, dash: bool, rules: NumberRules) -> bool:
    """As in "between 1500 and 2000 people": what looks like a year is the lower end of a count."""
    counts = a.dropped == "dates.year" and not b.dropped and b.bare and b.numeral.plain
    if not counts or a.value >= b.value or a.value % 50 or b.value % 50 or not (dash or link == "to" or between(a)):
        return False
    after = AFTER.match(text, b.end) if text[b.end] in BLANKS else None
    lower = after["word"].lower() if after else ""
    alone = a.start < 24 and len(text) - b.end < 4  # a phrase of its own
    return alone or lower in rules.words["people"] or lower in rules.words["million_next"]


def scaled_low(a: Reading, b: Reading, dash: bool) -> float:
    """The first number with the scale that it shares with the second: "10 to 15 million", "50-60,000"."""
    low = a.value
    alike = a.bare or b.bare or a.kind == b.kind
    if a.numeral.scale == 1.0 < b.numeral.scale and a.numeral.style != "fraction" and alike and low <= b.numeral.head:
        return low * b.numeral.scale
    thousands = b.numeral.style == "digits" and b.value % 1000 == 0 and 1 <= low < b.value / 1000
    return low * 1000 if dash and a.numeral.plain and thousands else low


def short_high(text: str, a: Reading, b: Reading) -> float:
    """The second number with what it leaves out: "5.59-61 percent" ends at 5.61."""
    decimals = text[a.numeral.start : a.numeral.end].partition(".")[2]
    digits = text[b.numeral.start : b.numeral.end]
    if b.numeral.plain and decimals.isdigit() and len(decimals) == len(digits) == 2 and int(digits) > int(decimals):
        return int(a.value) + int(digits) / 100
    return b.value


def two_numbers(text: str, a: Reading, b: Reading, low: float, link: str, dash: bool, rules: NumberRules) -> None:
    """What two numbers take from each other, and whether they are a score."""
    if dash and (b.chained or bare_around_dash(text, a, b, rules)):
        a.dropped = b.dropped = "numbers.score"
    elif link == "to":
        if is_game(text, a, b, rules):
            a.dropped = b.dropped = "numbers.score"
        elif left_words(a.small, a.phrase_start)[-1:] == [
            "from"
        ]:  # "raised from 10 to 15 million", "from 8 to 9 percent"
            a.value = low
            a.set_bounds()
            if a.bare and b.kind in ("percent", "money") and b.end > b.numeral.end:
                a.kind, a.unit = b.kind, b.unit


def merged(a: Reading, b: Reading, low: float, high: float) -> Reading:
    """The contract: low and high as written, the value in the middle."""
    kind, unit = (a.kind, a.unit) if a.kind == "money" or b.bare else (b.kind, b.unit)
    middle = (low + high) / 2
    numeral = Numeral(a.start, b.end, middle, "words", "numbers.range", low)
    phrase_end = max(b.phrase_end, b.end)
    reading = Reading(numeral, a.small)
    reading.kind, reading.unit, reading.phrase_start, reading.phrase_end = kind, unit, a.phrase_start, phrase_end
    reading.low, reading.high, reading.relation, reading.qualifier = low, high, "range", a.qualifier
    return reading


def join_bounds(text: str, a: Reading, b: Reading) -> Reading | None:
    """As in "more than 20 and less than 30", "at most 100 and at least 20"."""
    gap = text[a.phrase_end : b.phrase_start].lower().strip(" ,\n")
    over, under = (a, b) if a.relation == "over" else (b, a)
    if (
        gap not in ("and", "but")
        or over.value > under.value
        or a.dropped
        or b.dropped
        or a.kind not in (b.kind, "count")
    ):
        return None
    return merged(a, b, over.value, under.value)


def compose(text: str, a: Reading, b: Reading) -> Reading | None:
    """As in "5 feet 2 inches" is one length, "two hours and a half" one duration."""
    if a.dropped or b.dropped not in (None, "numbers.ordinal") or a.phrase_end > b.start:
        return None
    if a.unit == "foot" and b.numeral.plain and (b.unit == "inch" or b.chained) and b.value < 12:
        a.value += b.value / 12
    elif (
        a.kind == "duration"
        and b.numeral.style == "fraction"
        and b.numeral.value == 0.5
        and text[a.phrase_end : b.start].strip() == "and"
    ):
        a.value += 0.5
    else:
        return None
    a.end = b.numeral.end
    a.phrase_end = max(b.phrase_end, a.end)
    a.numeral.plain = False
    a.set_bounds()
    return a


def between(a: Reading) -> bool:
    words = left_words(a.small, a.phrase_start)
    return "between" in words[-3:] or "betweeen" in words[-3:] or words[-4:] == ["between", "the", "ages", "of"]


# --- is it a range? ---


def is_range(
    text: str, a: Reading, b: Reading, low: float, high: float, link: str, dash: bool, rules: NumberRules
) -> bool:
    """Whether two numbers read as a range: rising, of one kind, and not two steps of a change."""
    one_kind = a.kind == b.kind and (a.unit == b.unit or not a.unit or not b.unit)
    if (
        low >= high
        or not (one_kind or a.bare or (b.bare and (a.kind == "money" or a.rule == "numbers.age")))
        or b.relation not in ("exact", "approx")
    ):
        return False
    if b.qualifier is not None and b.relation != "exact":
        return False
    if dash:
        telephone = (a.end - a.start, b.end - b.start) == (3, 4) and a.numeral.plain and b.numeral.plain
        telephone = telephone and bool(a.value % 50 or b.value % 100)  # "800-1000 people"
        return not telephone and not looks_like_score(text, a, b, low, high, rules)
    if link == "or":
        return high <= 3 * low or high <= 10
    return link != "to" or not is_change(text, a, b, low, high, rules)


def is_change(text: str, a: Reading, b: Reading, low: float, high: float, rules: NumberRules) -> bool:
    """As in "rose from 3 to 5", "gained three to 2,733": from one number to another, nothing between them."""
    clause = re.split(r"[.;:!?]\s", text[max(0, a.phrase_start - 60) : a.phrase_start].lower())[-1]
    words = clause.replace("(", " ").replace('"', " ").split()
    last = words[-1] if words else ""
    changes = any(word in rules.change for word in words)
    ranging = any(word.startswith(tuple(rules.words["ranging"])) for word in words[-4:])
    if low == 0 or ranging:
        return False
    if text[a.numeral.end : a.end].rstrip("s").endswith("point") != text[b.numeral.end : b.end].rstrip("s").endswith(
        "point"
    ):
        return True  # "cut 0.5 percentage points to 10.5 pct"
    if last == "from":
        return changes
    if high > 10 * low:
        return True  # "firmed 30p to 342p"
    if last in rules.change and a.qualifier is None:
        return not (a.bare and b.kind in ("percent", "measurement", "duration"))  # "down 20 to 24 pct"
    amount = last == "by" or (last == "of" and words[-2:][0] in rules.change)
    return amount and high > 3 * low  # "increased by 43 to 419 billion"


def looks_like_score(text: str, a: Reading, b: Reading, low: float, high: float, rules: NumberRules) -> bool:
    """As in "lost 1-2", "3-6, 4-6", "6-379 (de Villiers)", "Tunisia 1 – 2 England": no range."""
    if not (a.bare and b.bare and a.numeral.plain) or not (b.numeral.plain or high < 2000):
        return False
    if low <= 10 and high > 10 * low and (high > 11 or low == 0):
        return True
    if SETS.search(text, max(0, a.start - 10), a.start) or MORE_SETS.match(text, b.end):
        return True
    after = WORD.match(text, b.end)
    left = left_word(text, a.start - 1) if text[a.start - 1] == " " else ""
    teams = left[:1].isupper() and not left.isupper() and after is not None and after[1][:1].isupper()
    if high < 60 and teams:
        return True
    score = rules.near["score"]
    before = score.search(text[max(0, a.start - 30) : a.start]) is not None and high < 200
    return before or (high < 2000 and score.search(text[b.end + 1 : b.end + 18]) is not None)


def bare_around_dash(text: str, a: Reading, b: Reading, rules: NumberRules) -> bool:
    """As in "34 -- 10 and", "Belgium 3 – 0 Panama": two bare numbers around a dash, nothing counted behind."""
    small = a.bare and b.bare and a.numeral.plain and b.numeral.plain and max(a.value, b.value) < 200
    after = AFTER.match(text, b.end) if text[b.end] in BLANKS else None
    return small and (after is None or after["word"][:1].isupper() or after["word"].lower() in rules.words["function"])


def is_game(text: str, a: Reading, b: Reading, rules: NumberRules) -> bool:
    """As in "went into the break 16 to 11": falling, nothing counted behind, nothing that changes before."""
    if not (a.bare and b.bare) or a.numeral.scale > 1 or b.numeral.scale > 1 or not 200 > a.value > b.value:
        return False
    game = rules.near["game"]
    if game.search(text[max(0, a.start - 40) : a.start]) or game.match(text[b.end + 1 : b.end + 10]):
        return True
    after = AFTER.match(text, b.end) if text[b.end] in BLANKS else None
    if a.qualifier or b.qualifier or (after is not None and after["word"].lower() not in rules.words["function"]):
        return False
    return not any(word in rules.change or word in rules.words["no_game"] for word in left_words(a.small, a.start)[-4:])


def spread_date(text: str, a: Reading, b: Reading, link: str, dash: bool, rules: NumberRules) -> None:
    """As in "May 10 to 15", "10-15 May", "1995 to 2001", "2012-13": the whole is a date."""
    bare_b = b.dropped is None and b.bare and b.numeral.plain
    following = AFTER.match(text, b.end) if text[b.end] in BLANKS else None
    lower = following["word"].lower() if following else ""
    if a.dropped == "dates.year":
        years = bare_b and b.end - b.start == 4 and a.value < b.value < YEAR_HIGH and b.qualifier is None
        if dash or (years and lower not in rules.words["people"]):
            b.dropped = b.dropped or "dates.year"
    elif a.dropped == "dates.day" and bare_b and b.value <= 31:
        if dash or not lower or text[b.end] in ".,;)" or link in ("to", "through"):
            b.dropped = "dates.day"
    elif b.dropped == "dates.day" and a.value <= 31 and a.numeral.plain and a.bare:
        a.dropped = "dates.day"
