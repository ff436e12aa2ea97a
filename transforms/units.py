"""What stands on either side of a numeral: signs and currency before it, percent, money or units behind it.

"minus 5", "US$20", "10 percent", "60mph", "half an hour", "5'10\\"". Units are in rules/en/units.toml. A step
returns False when the numeral turns out to belong to something else: "13F", "21st", "5:30", "COVID-19".
"""

from __future__ import annotations

import re

from transforms.money import read_cents, read_money_after, read_money_before
from transforms.number_rules import NumberRules
from transforms.readings import AFTER, DASHES, OPENERS, WORD, Reading, left_word, left_words

OF = re.compile(r"[ \n]of[ \n](?:an?[ \n])?|[ \n-]an?[ \n]")
INCHES = re.compile(r"['’′](?P<inches>[0-9]{1,2}(?![0-9]))[\"”″]?")
HOURLY = re.compile(r"/hr?\b|[ \n](?:per|an)[ \n]hour\b")
PLURAL_S = ("s", "people", "men", "women", "children", "police")


# --- to the left: currency, sign, name ---


def read_left(text: str, reading: Reading, rules: NumberRules) -> bool:
    """Currency and sign before the numeral; False if the numeral belongs to something else."""
    before, far = text[reading.start - 1], text[reading.start - 2]
    if before == " " or before == "\n":
        return read_word_left(text, reading, rules, far)
    if before in rules.sign_ends or before == "=":
        return read_money_before(text, reading, rules)
    if before.isalpha():
        glued = text[reading.start].isdigit() and read_money_before(text, reading, rules)
        return glued or reading.drop("names.glued")
    if before in DASHES:
        return read_dash_left(text, reading, rules)
    return read_mark_left(text, reading, rules, before, far)


def read_word_left(text: str, reading: Reading, rules: NumberRules, far: str) -> bool:
    """As in "$ 20", "Rs 500", "minus 5": `far` is the character behind the blank."""
    start = reading.start
    if far in rules.sign_ends or far == "=":
        return read_money_before(text, reading, rules)
    last = left_words(reading.small, start)[-1:]
    if last and last[0].rstrip(".").lstrip(OPENERS) in rules.left_small:
        word = text[start - 1 - len(last[0]) : start - 1].rstrip(".").lstrip(OPENERS)
        if word in rules.money_left_words:
            read_money_before(text, reading, rules)
        elif word.lower() in ("minus", "negative") and reading.bare and not follows_plus_or(reading):
            reading.negated(start - 1 - len(word))
    return True


def follows_plus_or(reading: Reading) -> bool:
    """As in "plus or minus 3 points", which is no negative number."""
    return left_words(reading.small, reading.start)[-3:-1] == ["plus", "or"]


def read_mark_left(text: str, reading: Reading, rules: NumberRules, before: str, far: str) -> bool:
    """A mark before the numeral: "5:30", "1.2.3", "'87", "#5", "No.5"."""
    if before in ":/⁄" and far.isdigit():
        return reading.drop("dates.clock")
    if before == "~" and far.isdigit():
        reading.chained = True
    elif before == "/" and not far.isspace() and len(left_word(text, reading.start - 1)) < 2:
        return reading.drop("names.path")  # "f/1.8"; "and/or 5" counts
    elif before == "." and left_word(text, reading.start - 1) in rules.money_left_words:
        return read_money_before(text, reading, rules)  # "Rs.500"
    elif before == "." and far.isalnum():
        return reading.drop("names.dotted")
    elif before in "'’‘" and reading.numeral.plain:
        two_digits = reading.end - reading.start == 2 and text[reading.end] not in "'’"
        return (far.isspace() and not two_digits) or reading.drop("dates.year")
    elif before in "#@_\\&":
        return reading.drop("names.sign")
    return True


def read_dash_left(text: str, reading: Reading, rules: NumberRules) -> bool:
    """As in "-5", "minus-260", "10-15", "COVID-19", "mid-2010", "--20"."""
    start = reading.start
    dash, far = text[start - 1], text[start - 2]
    if far.isalpha():
        return read_hyphen_left(text, reading, rules, left_word(text, start - 1))
    if far.isdigit() or far in rules.percent or far in rules.signs:
        reading.chained = True
    elif dash in "-−" and text[start].isdigit() and (far.isspace() or far in "(<>=~^["):
        if far == " " and reading.numeral.plain and (text[start - 3].isdigit() or text[start - 3] in rules.percent):
            reading.chained = True  # "75 -300mm"
            return True
        whole = reading.numeral.plain and text[reading.end] not in "%."
        if far == " " and whole and left_word(text, start - 2).lower() in rules.names:
            return reading.drop("names.hyphen")  # "COVID -19", but "FTSE -0.6%"
        reading.negated(start - 1)
    return True


def read_hyphen_left(text: str, reading: Reading, rules: NumberRules, word: str) -> bool:
    """A word and a hyphen before the numeral; most are names: "COVID-19", "mid-2010"."""
    start, lower = reading.start, word.lower()
    if lower in ("minus", "negative"):
        reading.negated(start - 1 - len(word))
    elif lower == "foot" and text[start - 6] == "-":
        reading.chained = True  # "6-foot-4"
    elif lower == "sub":
        reading.relation = "under"
    elif lower not in rules.glued:
        number = lower in rules.tokens or text[start - 2 - len(word)].isdigit()  # "ten-15", "5km-10km"
        if (text[start - 1] == "-" or lower in rules.clock) and not number:
            return reading.drop("names.hyphen")  # "COVID-19", "UTC−4"
        reading.chained = True
    return True


# --- to the right: percent, currency, unit, ordinal endings ---


def read_right(text: str, reading: Reading, rules: NumberRules) -> bool:
    """Percent, currency or unit behind the numeral; False if the numeral belongs to something else."""
    end, numeral = reading.end, reading.numeral
    if numeral.following and end == numeral.end:
        return read_word_right(text, reading, rules)
    char, following = text[end], text[end + 1]
    if char.isalpha() and (numeral.style == "digits" or text[end - 1] in rules.digit_signs):
        return read_glued(text, reading, rules)
    if following.isdigit() and (char in ":⁄" or (char == "/" and reading.kind != "money")):
        return reading.drop("dates.clock")
    if following.isdigit() and char == ".":
        return reading.drop("names.dotted")
    if char in "'’′" and numeral.plain:
        if following.isdigit() and numeral.value <= 9:
            return read_height(text, reading)
        if following == "s" and not text[end + 2].isalpha() and numeral.value % 10 == 0 and numeral.value >= 20:
            return read_decade(text, reading, end + 2)
    if (char in ".,;:!?)]\"'”’/" and not (char == "'" and following.isspace())) or (char == following == "\n"):
        return True
    match = AFTER.match(text, end)
    if match is not None:
        if match["word"].lower() in rules.behind:
            read_unit(text, reading, match, rules)
    elif takes_of(reading):
        read_unit_of(text, reading, rules)
    return True


def read_word_right(text: str, reading: Reading, rules: NumberRules) -> bool:
    """A blank and a word behind the numeral: most words are no unit, percent or money."""
    following = reading.numeral.following
    what = rules.right.get(following)
    if what is None:
        return True
    if what == "percent":
        if reading.kind != "money":
            take_percent(text, reading, reading.end + 1 + len(following))
    elif what == "money" and reading.kind == "count":
        reading.priced(rules.money_plain[following], reading.end + 1 + len(following))
        read_cents(text, reading, rules)
    elif what == "and":
        if reading.kind == "money" and reading.numeral.scale == 1.0:
            read_cents(text, reading, rules)
    elif (match := AFTER.match(text, reading.end)) is not None:
        read_unit(text, reading, match, rules)
    return True


def takes_of(reading: Reading) -> bool:
    """Whether "of" may stand before the unit: "millions of gallons", "half of a mile"."""
    return reading.numeral.style in ("vague", "fraction") or reading.numeral.scale > 1


def read_unit(text: str, reading: Reading, match: re.Match[str], rules: NumberRules) -> bool:
    """Percent, money or the unit in the word behind the numeral."""
    word, end = match["word"], match.end()
    lower = word.lower()
    if lower in rules.percent or (lower == "per" and text[end : end + 5].lower() in (" cent", "\ncent", "-cent")):
        return read_percent(text, reading, match)
    if read_money_after(text, match, reading, rules):
        return True
    if word in rules.words["spaced_scales"] and scale_sign_follows(text, reading, match):
        reading.scaled(rules.letters[lower], end)
        following = AFTER.match(text, end)
        return following is None or read_unit(text, reading, following, rules)
    if len(word) == 4 and word[0] == "M" and word[1:] in rules.codes and match["gap"] == " ":
        reading.scaled(1e6, end)  # "30 MUSD": financial shorthand for millions
        return reading.priced(rules.codes[word[1:]], end)
    if not reading.bare:
        return False
    if lower in rules.stretch:  # "seven straight months"
        following = AFTER.match(text, end)
        unit = rules.units.get(following["word"].lower()) if following else None
        if following and unit and unit[0] == "duration":
            return reading.measured(*unit, following.end())
    if lower in ("pound", "pounds"):
        return reading.measured("measurement", "pound", end)
    if lower.endswith(("watt", "light", "newton")):  # "kilowatt-hours", "terawatt hours"
        following = WORD.match(text, end)
        compound = rules.units.get(f"{lower}-{following[1].lower()}") if following else None
        if following and compound:
            return reading.measured(*compound, following.end())
    unit = rules.units.get(lower)
    if unit:
        return stands_as_unit(text, reading, match, unit[1]) and read_speed(text, reading, unit, end)
    if lower in rules.square or lower in rules.ton_words or lower == "nautical":
        return read_square(text, reading, match, rules)
    return lower in ("of", "a", "an") and takes_of(reading) and read_unit_of(text, reading, rules)


def scale_sign_follows(text: str, reading: Reading, match: re.Match[str]) -> bool:
    """As in "8 B people", "1,674 M": a capital behind digits, alone."""
    end = match.end()
    alone = not text[end].isalnum() and text[end] not in "-&'’."
    return match["gap"] == " " and text[reading.end - 1].isdigit() and alone


def stands_as_unit(text: str, reading: Reading, match: re.Match[str], unit: str) -> bool:
    """Short signs stand in their own case behind digits: "5 km", not "five Ms"; "two barrels" are things."""
    word, numeral = match["word"], reading.numeral
    if word == "GPA" or ("- " in match["gap"] and len(word) <= 3):  # an average of grades; "April 13 - St Gobain"
        return False
    if len(word) <= 2:
        if numeral.style != "digits" and (numeral.scale == 1 or word.lower() == "m"):
            return False
        return word not in ("M", "G", "MS", "ST", "Ha", "HA", "st", "Mt")
    if unit == "barrel" and reading.value < 100 and numeral.scale == 1:
        return text[match.end() : match.end() + 4] in (" of ", "\nof ", " per", " a d", " oil")
    return True


def read_speed(text: str, reading: Reading, unit: tuple[str, str], end: int) -> bool:
    """The unit; "50 miles an hour" and "100 km/h" are speeds."""
    reading.measured(*unit, end)
    if unit[1] in ("km", "mile", "m", "knot", "foot"):
        match = HOURLY.match(text, end)
        if match:
            reading.measured("measurement", "mph" if unit[1] == "mile" else f"{unit[1]}/h", match.end())
    return True


def read_square(text: str, reading: Reading, match: re.Match[str], rules: NumberRules) -> bool:
    """As in "300 square feet", "16,000 metric tons", "200 nautical miles"."""
    following = WORD.match(text, match.end())
    unit = rules.units.get(following[1].lower()) if following else None
    if following is None or unit is None or unit[0] != "measurement":
        return False
    word = match["word"].lower()
    if word in rules.ton_words:
        return unit[1] in ("ton", "gallon", "pint", "mile") and reading.measured(*unit, following.end())
    word = {"sq": "square", "cu": "cubic"}.get(word, word)
    return reading.measured("measurement", f"{word} {unit[1]}", following.end())


def read_percent(text: str, reading: Reading, match: re.Match[str]) -> bool:
    """As in "7.5 percent", "7.5 per cent", "0.5 percentage points"."""
    if reading.kind == "money":
        return False
    return take_percent(text, reading, match.end() + (5 if match["word"].lower() == "per" else 0))


def take_percent(text: str, reading: Reading, end: int) -> bool:
    """The number is percent; the quote keeps the word that ends at `end`, and "points" behind it."""
    following = WORD.match(text, end)
    if following and following[1].lower() in ("point", "points"):
        end = following.end()
    reading.kind, reading.unit, reading.rule = "percent", "percent", "numbers.percent"
    reading.end = reading.phrase_end = end
    return True


def read_unit_of(text: str, reading: Reading, rules: NumberRules) -> bool:
    """As in "millions of gallons", "half an hour", "three quarters of a mile", "billions of dollars"."""
    of = OF.match(text, reading.numeral.end)
    match = AFTER.match(text, of.end() - 1) if of else None
    if of is None or match is None:
        return False
    fraction = reading.numeral.style == "fraction"
    if not fraction and "of" not in of.group():  # "a million a year"
        return False
    if fraction and match["word"].lower() in ("us", "uk", "imperial", "square", "cubic"):  # "1/16 of a US pint"
        match = AFTER.match(text, match.end()) or match
    lower = match["word"].lower()
    if lower in ("of", "a", "an") or (fraction and "a" not in of.group()[-3:] and lower != "percent"):
        return False
    return read_unit(text, reading, match, rules)


# --- letters glued to digits ---


def read_glued(text: str, reading: Reading, rules: NumberRules) -> bool:
    """Letters behind the digits: "10k", "$4.2bn", "50mph", "115USD", "21st", "1960s", "13F"."""
    end, numeral = reading.end, reading.numeral
    stop = end
    while text[stop].isalpha() and stop - end < 12:
        stop += 1
    letters = text[end:stop]
    lower = letters.lower()
    if text[stop].isdigit():
        return reading.drop("names.glued")
    if lower in ("st", "nd", "rd", "th"):
        return reading.drop("numbers.ordinal")
    if lower == "s":
        return read_decade(text, reading, stop)
    scale = glued_scale(text, letters, stop, reading, rules)
    if scale:
        reading.scaled(scale, stop)
        numeral.end = stop
        if reading.kind != "money":
            reading.rule = "numbers.scaled"
        return read_right(text, reading, rules)
    if lower in rules.clock:
        return reading.drop("dates.clock")
    if not reading.bare:
        reading.phrase_end = stop
        return True
    return read_glued_unit(text, reading, letters, stop, rules)


def read_glued_unit(text: str, reading: Reading, letters: str, stop: int, rules: NumberRules) -> bool:
    """Percent, currency or unit in the letters; anything else makes a name: "13F", "5G"."""
    lower = letters.lower()
    if lower in rules.percent:
        match = AFTER.match(text, reading.end)
        return match is not None and read_percent(text, reading, match)
    if letters == "x":  # "a 2x increase"
        left = left_word(text, reading.start - 1)
        if left[:1].isupper() and left.lower() not in rules.words["function"]:
            return reading.drop("names.glued")  # "Lumia 8x"
        reading.phrase_end, reading.rule = stop, "numbers.times"
        return True
    if letters in rules.words["minor_signs"]:
        if text[reading.start : reading.end] in rules.words["screens"]:
            return reading.drop("names.glued")  # "1080p video"
        return reading.priced({"p": "penny", "c": "cent"}[letters], stop)  # "164p"
    if letters in rules.codes and len(letters) == 3:
        return reading.priced(rules.codes[letters], stop)
    if letters[0] == "M" and letters[1:] in rules.codes and len(letters) == 4:
        reading.scaled(1e6, stop)
        return reading.priced(rules.codes[letters[1:]], stop)
    if left_word(text, reading.start - 1).lower() in rules.names and text[reading.start - 1] == " ":
        return reading.drop("names.before")  # "Interstate 35W"
    if letters in rules.glued_units and (letters not in ("C", "F") or reading.value < 0):
        return reading.measured("measurement", rules.glued_units[letters], stop)
    unit = rules.units.get(lower)
    if unit and len(letters) > 1 and letters not in ("Mt", "MS", "St"):
        return read_speed(text, reading, unit, stop)
    if lower in rules.after_relation:  # "900ish"
        reading.phrase_end = stop
        reading.relation = rules.after_relation[lower]
        return True
    return reading.drop("names.glued")


def glued_scale(text: str, letters: str, stop: int, reading: Reading, rules: NumberRules) -> float | None:
    """The scale that letters behind digits stand for; None where they are a unit or a name."""
    lower = letters.lower()
    scale = rules.letters.get(lower) or (rules.scales.get(lower) if len(lower) > 2 else None)
    if scale is None or reading.kind == "money":
        return scale
    if letters == "m":
        return scale if m_is_million(text, stop, reading, rules) else None
    if lower == "k":
        return scale if letters == "k" or reading.value >= 10 else None  # "4K" is a screen
    return scale if letters == "M" or (len(lower) > 1 and lower != "mm") else None


def m_is_million(text: str, stop: int, reading: Reading, rules: NumberRules) -> bool:
    """As in "1.5m people", "35m of its devices" against "a 35m vessel", "the 200m men's butterfly"."""
    plain = reading.numeral.plain
    if reading.chained and text[reading.start - 2] == "m":  # "$5m-7m"
        return True
    following = WORD.match(text, stop)
    if following is None or text[stop] in ".,;)":
        return not plain
    word = following[1].lower()
    if word in rules.metre_words or text[stop] == "-" or text[following.end()] in "'’":
        return False
    counted = word in rules.words["million_next"] or word in rules.words["people"] or word.endswith(PLURAL_S)
    return not plain or (counted and not word.endswith("ss"))


def read_height(text: str, reading: Reading) -> bool:
    """5'10" is a height."""
    match = INCHES.match(text, reading.end)
    if match is None or float(match["inches"]) > 11:
        return reading.drop("names.sign")
    reading.value += float(match["inches"]) / 12
    reading.end = match.end()
    reading.rule = "numbers.height"
    return reading.measured("measurement", "foot", match.end())


def read_decade(text: str, reading: Reading, stop: int) -> bool:
    """As in "in his 60s" is an age of sixty or more; "the 1960s" and "the 60s" are dates."""
    owner = left_words(reading.small, reading.start)[-2:]
    if not any(word in ("his", "her", "their", "my", "our", "your") for word in owner):
        return reading.drop("dates.decade")
    reading.end = reading.phrase_end = stop
    reading.aged()
    reading.numeral.style, reading.numeral.vague = "vague", reading.small[reading.start : stop]
    return True
