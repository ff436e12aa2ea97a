"""What looks like a number and is no figure: days, years, clock times, names, list marks, the pronoun "one".

"May 5", "1987", "Boeing 737", "the new Apple Watch 5", "2) Deaths", "Group of Seven", "one of them". The words are in
rules/en/numbers.toml. Ages are told apart here too, because they stand where years and names do: "Lechin, 83, said".
"""

from __future__ import annotations

import re

from transforms.number_rules import NumberRules
from transforms.readings import AFTER, WORD, Reading, Surroundings, left_word, left_words, surroundings
from transforms.shares import read_share

YEAR_LOW, YEAR_HIGH = 1000, 2200
OLDEST = 120
SMALL_WORD = re.compile("[a-z]{1,20}")
DAY_BEFORE = re.compile(r"([A-Za-z]{3,9})\.? [0-9]{1,2}(?:st|nd|rd|th)?,[ \n\u00a0]$")


def drop_plain_date(text: str, reading: Reading, rules: NumberRules) -> bool:
    """Drop days and years that nothing around can make anything else: "on May 5 the", "May 5, 1987,", "in 1986"."""
    last, start, end = reading.last, reading.start, reading.end
    if last in rules.months:
        rule = "dates.day"
        if reading.value > 31 or not text[start - 1 - len(last)].isupper():
            return False
    else:
        rule = "dates.year"
        if end - start != 4 or not 1900 <= reading.value < 2060 or start < 24:
            return False
        if last not in rules.year_words and not (text[start - 2] == "," and follows_day(text, start, rules)):
            return False
    following = reading.numeral.following
    if following:
        alone = following not in rules.after_no_date
    else:
        alone = (text[end] in ",.;)" and not text[end + 1].isdigit()) or text.startswith(" - ", end)
    return alone and not reading.drop(rule)


def drop_if_no_figure(text: str, reading: Reading, rules: NumberRules) -> None:
    """Mark the reading as dropped if it belongs to a date, a name or a list, or is a pronoun."""
    numeral = reading.numeral
    if numeral.style == "digits":
        if reading.bare and numeral.plain:
            if counts_at_a_glance(text, reading, rules):
                return
            around = surroundings(text, reading)
            if reading.qualifier is None:
                drop_digits(text, reading, around, rules)
            else:
                drop_qualified(text, reading, around, rules)
        elif reading.bare and rules.decimal_clock.match(text, reading.start):
            reading.drop("dates.clock")
        elif reading.bare and reading.qualifier is None and is_version(text, reading, rules):
            reading.drop("names.before")
    else:
        drop_words(text, reading, rules)


def counts_at_a_glance(text: str, reading: Reading, rules: NumberRules) -> bool:
    """As in "the 350 workers": words of small letters on both sides, and none that make a date, an age or a name."""
    start, end, last, following = reading.start, reading.end, reading.last, reading.numeral.following
    if not last or not following or reading.qualifier is not None or end - start == 4 or text[start] == "0":
        return False
    if last in rules.beside_no_count or following in rules.beside_no_count:
        return False
    return text[start - 1 - len(last) : start - 1].islower() and text[end + 1].islower()


def is_version(text: str, reading: Reading, rules: NumberRules) -> bool:
    """As in "iOS 13.2", "version 2.1": a name word before one decimal point."""
    digits = text[reading.start : reading.end]
    return digits.count(".") == 1 and len(digits) <= 5 and names_before(digits, surroundings(text, reading), rules)


# --- digits ---


def drop_digits(text: str, reading: Reading, around: Surroundings, rules: NumberRules) -> None:
    """Digits without separator, unit or qualifier."""
    digits, value = reading.end - reading.start, reading.value
    if value <= 31 and names_day(text, reading, around, rules):
        reading.drop("dates.day")
    elif names_clock(text, reading, around, rules):
        reading.drop("dates.clock")
    elif names_before(text[reading.start : reading.end], around, rules):
        reading.drop("names.before")
    elif digits == 4 and YEAR_LOW <= value < YEAR_HIGH and is_year(text, reading, around, rules):
        reading.drop("dates.year")
    elif around.word[:1].isupper() and rules.address.match(text, reading.end):
        reading.drop("names.street")
    elif around.lower in ("zip", "postal") and value >= 1000:
        reading.drop("names.zip")
    elif around.hyphenated and around.word.isupper() and not around.raw.isupper():
        reading.drop("names.code")  # "328-TIPS", "15-M"
    elif text[reading.start] == "0" and digits > 1 and (value or digits == 3):
        reading.drop("dates.clock" if digits == 4 and value < 2400 and value % 100 < 60 else "names.code")
    elif named_by_context(text, reading, around, rules):
        reading.drop("names.context")
    elif is_list_mark(text, reading):
        reading.drop("names.list")
    elif is_age(text, reading, around, rules):
        reading.aged()


def drop_qualified(text: str, reading: Reading, around: Surroundings, rules: NumberRules) -> None:
    """As in "around 8 a.m.", "until at least 2021": what a qualifier does not make a figure."""
    if names_clock(text, reading, around, rules):
        reading.drop("dates.clock")
    elif reading.end - reading.start == 4 and 1900 <= reading.value < YEAR_HIGH:
        words = left_words(reading.small, reading.phrase_start)
        modern = 1980 <= reading.value < 2060 and reading.value % 100
        compared = modern and (not around.lower or around.lower in rules.words["function"])
        if compared and around.bare in ("over", "above", "below", "under"):
            reading.drop("dates.year")  # "an increase over 2006"
        elif around.lower not in rules.words["people"] and words and words[-1] in rules.words["before_about_year"]:
            reading.drop("dates.year")
    elif around.bare in ("aged", "age", "ages") and reading.value <= OLDEST:
        reading.aged()  # "aged 70 and over"


def names_day(text: str, reading: Reading, around: Surroundings, rules: NumberRules) -> bool:
    """As in "Aug. 9", "9 August"; "may" and "march" only with a capital."""
    bare, lower = around.bare, around.lower
    before = bare in rules.months and not around.last.endswith(",")
    after = lower in rules.months and (around.word[:1].isupper() or lower not in ("may", "march", "mar", "dec"))
    return after or (before and (around.raw[:1].isupper() or bare not in ("may", "march")))


def names_clock(text: str, reading: Reading, around: Surroundings, rules: NumberRules) -> bool:
    """As in "5 p.m.", "0401 GMT", "9 o'clock"."""
    if reading.value <= 31:
        behind = text[reading.end : reading.end + 8].lower()
        marked = around.lower in rules.clock and not around.hyphenated
        written = behind[:5] in (" a.m.", " p.m.", "\na.m.", "\np.m.") or behind in (" o'clock", " o’clock")
        return marked or written or names_hour(text, reading, around, rules)
    hours = reading.value <= 2400 and reading.value % 100 < 60
    return reading.end - reading.start == 4 and around.lower in rules.words["time_zones"] and hours


def names_hour(text: str, reading: Reading, around: Surroundings, rules: NumberRules) -> bool:
    """As in "at ten in the evening", "until two at night"; not "ten in the evening shift"."""
    if reading.value > 12 or around.bare not in rules.words["clock_before"]:
        return False
    match = DAY_PART.match(text, reading.end, reading.end + 24)
    return match is not None and match[1] in rules.words["day_parts"]


DAY_PART = re.compile(r"[ \n](?:in the|at|that)[ \n]([a-z]+)(?![\w-])")


def names_before(digits: str, around: Surroundings, rules: NumberRules) -> bool:
    """As in "Section 7", "Boeing 737", "page 5", "No. 3", "S&P 500"; not "Windows, 10" or "Boeing 300 workers"."""
    bare, last = around.bare, around.last
    if bare in ("s&p", "s&amp;p"):
        return True
    if around.lower in rules.words["aircraft"] and digits in rules.words["aircraft_numbers"]:
        return True
    capital = around.raw.lower() != around.raw
    if not (bare in rules.names and capital) and not (bare in rules.names_lower and not around.raw[:1].isupper()):
        return False
    if last.endswith(",") or (last.endswith(".") and bare not in rules.words["dotted_names"]):
        return False
    return around.lower not in rules.words["people"]


def is_year(text: str, reading: Reading, around: Surroundings, rules: NumberRules) -> bool:
    """As in "in 2019", "the 2005 strike", "1987," are years; "1018 people" and "3780 jobs" are not."""
    value, bare = reading.value, around.bare
    modern = 1900 <= value < 2060
    if modern and around.last.endswith(",") and follows_day(text, reading.start, rules):
        return True
    lower = "" if "\n" in around.gap else around.lower
    if lower in rules.words["people"] or (lower in rules.tokens and lower != "second"):
        return False
    if bare in rules.months or bare in ("a.d", "ad", "bc", "circa") or lower in ("bc", "bce", "ad", "ce"):
        return True
    if len(text) - reading.end < 4 and reading.start < 24:  # a phrase of its own: "around 2000"
        return False
    plural = lower.endswith("s") and lower not in ("was", "is", "has", "as", "this", "his")
    if modern:
        return bare in rules.year_words or around.last.endswith(",") or not lower or value >= 1980 or not plural
    if not lower and value >= 2060 and bare in ("by", "until", "to"):
        return True
    return bare in rules.words["before_old_year"] and not plural


def follows_day(text: str, start: int, rules: NumberRules) -> bool:
    """Whether "December 4, " stands before the year."""
    match = DAY_BEFORE.search(text, max(0, start - 18), start)
    return match is not None and match[1].lower() in rules.months


def named_by_context(text: str, reading: Reading, around: Surroundings, rules: NumberRules) -> bool:
    """As in "the new Apple Watch 5 to see": a proper noun in running prose, and nothing counted behind."""
    if not around.raw[:1].isupper() or around.last != around.bare or around.bare in rules.months:
        return False
    if reading.end - reading.start > 4 or around.lower in rules.words["counted_next"] or around.gap not in ("", " "):
        return False
    ends = text[reading.end] in ".,;:)?!\n"
    if not (ends or around.lower in rules.words["function"] or around.word[:1].isupper()):
        return False
    line = line_before(text, reading.start)
    if len(line) > 1 and line[-2] in ("in", "near"):  # "30 people died in Mandalay and in Yangon 25"
        return False
    if len(line) < 2 or line[-2][-1] in ".:!?":
        return False
    return is_prose(line, rules) or named_subject(text, reading, around, rules)


def named_subject(text: str, reading: Reading, around: Surroundings, rules: NumberRules) -> bool:
    """As in "The Galaxy Note 20 Ultra has": a name before the number, one behind it, and then a verb."""
    after = AFTER.match(text, reading.end)
    verb = WORD.match(text, after.end()) if after and around.word[:1].isupper() else None
    return verb is not None and verb[1] in rules.words["verb_next"]


def line_before(text: str, start: int) -> list[str]:
    """The words of the line before `start`, eighty characters at most."""
    return text[max(0, start - 80) : start].rpartition("\n")[2].split()


def is_prose(line: list[str], rules: NumberRules) -> bool:
    """Whether the line is no headline in capitals: it has a small word that a headline would write large."""
    return any(word.islower() and word.isalpha() and word not in rules.words["small"] for word in line[:-1])


def is_list_mark(text: str, reading: Reading) -> bool:
    """As in "1. Arrests", "2) Deaths" at the start of a line; "(3)"."""
    start, end = reading.start, reading.end
    if text[start - 1] == "[" and text[end] == "]":
        return True  # a footnote
    if text[end] not in ".)" or reading.value >= 100:
        return False
    if text[start - 1] == "\n" and text[end + 1] in " \t":
        return True
    window = text[max(0, start - 80) : start]
    inside = window.rfind("(") > window.rfind(")")
    return text[end] == ")" and (text[start - 1] == "(" or (text[start - 1] == " " and not inside))


def is_age(text: str, reading: Reading, around: Surroundings, rules: NumberRules) -> bool:
    """As in "Lechin, 83, said", "aged 25", "now 79,", "at the age of 60", "who was 10.", "retire at 65."."""
    if not 1 <= reading.value <= OLDEST:
        return False
    ends, words = text[reading.end] in ",.;)", around.words
    previous = words[-2] if len(words) > 1 else ""
    if around.last.endswith(","):
        name = around.raw.rstrip(",").replace("'", "").replace("’", "").replace("-", "")
        return ends and reading.value >= 5 and name[:1].isupper() and name.isalpha()
    if around.bare in ("aged", "age", "ages") or (around.bare == "of" and previous in ("age", "ages")):
        return True
    if not ends:
        return False
    if around.bare in ("was", "is", "turned", "turns", "turning"):
        return previous in ("who", "he", "she", "i")
    if around.bare == "at":
        return (
            reading.value >= 10
            and rules.near["age"].search(text, max(0, reading.start - 80), reading.start) is not None
        )
    return around.bare == "now" and previous.endswith(",") and reading.value >= 5


# --- words ---


def drop_words(text: str, reading: Reading, rules: NumberRules) -> None:
    """Number words that count nothing."""
    numeral, small = reading.numeral, reading.small
    if small[numeral.start] in rules.digit_signs and reading.kind in ("money", "percent"):
        return
    if counts_in_words(text, reading, rules):
        return
    if in_phrase(text, small, numeral.start + (2 if small.startswith("a ", numeral.start) else 0), rules):
        reading.drop("names.never")
        return
    if reading.kind in ("money", "percent"):
        return
    quote = small[numeral.start : numeral.end]
    if not (reading.bare or numeral.style in ("fraction", "vague")) and not text[numeral.start].isupper():
        return
    around = surroundings(text, reading)
    if reading.bare and named_with_word(text, reading, around, rules):
        reading.drop("names.before")
    elif text[numeral.start].isupper() and capital_name(text, reading, rules):
        reading.drop("names.capital")
    elif reading.bare and names_hour(text, reading, around, rules):
        reading.drop("dates.clock")
    elif numeral.style == "fraction":
        read_share(text, reading, around, rules)
    elif numeral.style == "vague":
        drop_vague(text, reading, around, rules)
    elif quote == "one":
        drop_one(text, reading, around, rules)
    elif numeral.scale > 12 and numeral.head == 1.0 and quote.rstrip("s") in rules.scales:
        drop_scale_alone(reading, around)


def drop_scale_alone(reading: Reading, around: Surroundings) -> None:
    """As in "per thousand", "in million"; "nearly hundred" and "the thousand workers" count."""
    if around.bare.lstrip("(") in ("per", "in", "by", "of") and reading.bare and reading.qualifier is None:
        reading.drop("numbers.scale_alone")


def counts_in_words(text: str, reading: Reading, rules: NumberRules) -> bool:
    """As in "the two workers": a number word but "one" between two words of which none makes a name of it."""
    last, start, numeral = reading.last, reading.start, reading.numeral
    if not last or not numeral.following or numeral.style != "words" or not 1 < numeral.head < 100:
        return False
    if (
        last in rules.beside_no_count
        or not text[start].islower()
        or not text[start - 1 - len(last) : start - 1].islower()
    ):
        return False
    return not in_phrase(text, reading.small, start, rules)


def in_phrase(text: str, small: str, start: int, rules: NumberRules) -> bool:
    """Whether the word at `start` stands in a phrase of the never list: "World War Two", "half-time"."""
    word = SMALL_WORD.match(small, start)
    if word is None:
        return False
    end = word.end()
    for key in (small[start - 2 : end], small[start : end + 2]):
        for phrase, offset in rules.never.get(key, ()):
            begin = start - offset
            piece = small if phrase.islower() else text
            if piece.startswith(phrase, begin):
                return not text[begin + len(phrase)].isalpha()
    return False


def named_with_word(text: str, reading: Reading, around: Surroundings, rules: NumberRules) -> bool:
    """As in "band two", "Chapter Eleven", "March Nine", "towards the bottom three during"."""
    left, bare = around.raw, around.bare
    if around.last != bare or reading.start != reading.numeral.start or reading.numeral.style != "words":
        return False
    if bare in ("top", "bottom") and len(around.words) > 1 and around.words[-2] in ("the", "their", "a"):
        return not around.lower or around.lower in rules.words["function"]
    if bare in rules.months and left[:1].isupper():
        return reading.value <= 31
    if reading.value >= 100 or reading.value != int(reading.value):
        return False
    named = (
        bare in rules.names
        and left[:1].isupper()
        and not left.isupper()
        and bare not in rules.words["no_name_with_word"]
    )
    return named or bare in rules.words["ordered"]


def capital_name(text: str, reading: Reading, rules: NumberRules) -> bool:
    """As in "Group of Seven leaders", "the Kick Six win": a number word with a capital inside a sentence."""
    start = reading.numeral.start
    if not text[start + 1].islower() or text[start - 1] != " " or not text[start - 2].isalpha():
        return False
    line = line_before(text, start)
    if is_prose(line, rules):
        return True
    following = WORD.match(text, reading.end)
    lower = following is not None and following[1].islower() and following[1] not in rules.words["small"]
    left = left_word(text, start - 1)
    return lower and len(line) > 1 and left[:1].isupper() and left.lower() in ("the", "big", "final", "group", "gang")


def drop_vague(text: str, reading: Reading, around: Surroundings, rules: NumberRules) -> None:
    """As in "few people", "the couple", "scores level": vague words that count nothing."""
    vague, lower = " ".join(text[reading.numeral.start : reading.numeral.end].lower().split()), around.lower
    last = around.last
    alone = not around.words and not lower
    if (vague == "few" and reading.bare) or (
        vague in ("couple", "few", "handful") and last in rules.words["before_few"]
    ):
        reading.drop("numbers.few")
    elif vague == "couple" and reading.bare and not alone:
        if lower != "of" or last not in rules.words["before_couple"]:
            reading.drop("numbers.couple")
    elif vague == "a couple" and reading.bare:
        if not (alone or lower in ("of", "more") or text[reading.end] in ".,;"):
            reading.drop("numbers.couple")  # "a couple was arrested"
    elif vague == "scores" and not (alone or scores_count(text, reading, around, rules)):
        reading.drop("numbers.scores")
    elif vague == "tens" and lower != "of":
        reading.drop("numbers.tens")
    elif vague == "a few" and lower in ("more", "less", "fewer"):
        after = AFTER.match(text, reading.end)
        if after and text.startswith(" than", after.end()):  # "a few more than 100"
            reading.drop("numbers.few")


def scores_count(text: str, reading: Reading, around: Surroundings, rules: NumberRules) -> bool:
    """As in "scores of people", "killing scores", "scores were hurt"; not "scores were level"."""
    if not around.lower:
        return around.last in rules.words["before_scores"]
    after = AFTER.match(text, reading.end)
    following = WORD.match(text, after.end()) if after else None
    level = following is not None and following[1].lower() in rules.words["after_level_scores"]
    return around.lower in rules.words["after_scores"] and not level


def drop_one(text: str, reading: Reading, around: Surroundings, rules: NumberRules) -> None:
    """The pronoun "one". What is left counts a noun; whether a figure, the figures decide by what happened to it."""
    if not reading.bare:
        return
    reading.rule = "numbers.one"
    lower, last = around.lower, around.last
    bounded = reading.qualifier is not None and (
        lower != "of" or reading.qualifier.lower() in ("at least", "more than")
    )
    alone = reading.start == 1 and not lower and len(text) - reading.end <= 3  # nothing but the word
    if bounded or alone:
        return
    pronoun = last in rules.words["before_pronoun"] and last not in ("as", "like")
    if not pronoun and (last in rules.words["harming"] or rules.harmed.match(text, reading.end)):
        return  # "killing one and injuring two", "one was hurt", "one of them died"
    said = rules.near["saying"].search(text[reading.end : reading.end + 40])
    speaks = last in rules.words["saying"] or said is not None  # "one banker said"
    if pronoun or speaks or not lower or lower in rules.words["after_pronoun"]:
        reading.drop("numbers.pronoun")
