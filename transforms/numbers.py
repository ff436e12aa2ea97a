"""Numbers in words and digits: "7,000", "two million", "dozens", "$8.5 million", "10 to 15".

>>> [(number.quote, number.value) for number in find_numbers("Some 7,000 of two million marched.")]
[('7,000', 7000.0), ('two million', 2000000.0)]

What a number is, and what only looks like one (dates, clock times, ordinals, scores, names), is the contract of the
figures table. Words are in rules/en/numbers.toml, vague.toml, units.toml and currencies.toml; the arithmetic is in
numerals.py.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from transforms.number_rules import NumberRules, load_number_rules
from transforms.numerals import Numeral, read_numerals, read_words
from transforms.values import Number

Span = tuple[int, int]
DASHES = "-–—−"
BLANKS = " \n\t\u00a0\u2009\u202f"
OPENERS = "(\"'“‘[{«"
AFTER = re.compile(
    r"(?P<gap>[ \t\u00a0\u2009\u202f]{0,4}\n?[ \t\u00a0\u2009\u202f]{0,8}-?(?:- )?)(?P<open>[(\[{]?)"
    r"(?P<word>[^\W\d_]+(?:\.[A-Za-z](?![A-Za-z]))?|[%$€£¥₹₽₩₪₦₱₫฿₴₺₸₡₲₵₭₮₼₾₿৳₨﷼￥°])"
)
OF = re.compile(r"[ \n]of (?:an? )?|[ \n-]an? ")
WORD = re.compile(r"[ \t\u00a0]{0,4}[-\n]?[ \t\u00a0]{0,8}([A-Za-z]+)")
YEAR_LOW, YEAR_HIGH = 1000, 2200
OLDEST = 120
TOKEN_END = re.compile(r"[0-9A-Za-z.,:/\-–]*")
PEOPLE = frozenset(
    "people persons men women children workers protesters protestors demonstrators police troops soldiers students jobs employees families households homes miles km kilometers kilometres"
    " meters metres feet tons tonnes acres hectares pounds euros dollars yen votes cases deaths arrests injuries members refugees residents civilians houses buildings units shares points barrels".split()
)


@dataclass(slots=True)
class Reading:
    """A numeral with what stands around it; `dropped` names the rule that takes it for no figure."""

    numeral: Numeral
    start: int  # of the quote
    end: int
    value: float
    kind: str
    unit: str | None
    phrase_start: int
    phrase_end: int
    rule: str
    low: float | None = None
    high: float | None = None
    relation: str = "exact"
    qualifier: str | None = None
    dropped: str | None = None
    chained: bool = False  # glued by a dash to digits on its left


def find_numbers(text: str, rules: NumberRules | None = None, *, blocked: Sequence[Span] = ()) -> list[Number]:
    """Every number in the text, left to right; a range is one number.

    `blocked` are spans (dates, names) in which no number is reported.
    """
    rules = rules or load_number_rules()
    padded = f"\n{text}\n\n"
    readings = [read(padded, numeral, rules) for numeral in read_numerals(padded, rules)]
    readings = share_qualifiers(padded, join_ranges(padded, readings, rules))
    return [to_number(padded, reading) for reading in without_blocked(readings, [*blocked, *addresses(text)])]


URL = re.compile(r"(?:https?://|www\.)[^\s<>\"]{1,2000}|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}")


TELEPHONE = re.compile(r"\+[0-9][0-9 ().-]{7,18}[0-9]|\([0-9]{3}\) ?[0-9]{3}-[0-9]{4}")


def addresses(text: str) -> list[Span]:
    """Spans of URLs and e-mail addresses."""
    found = [match.span() for match in TELEPHONE.finditer(text)]
    if "://" in text or "www." in text or "@" in text:
        found += [match.span() for match in URL.finditer(text)]
    return found


def without_blocked(readings: list[Reading], blocked: Sequence[Span]) -> list[Reading]:
    """The readings that stand for figures, none of them overlapping a blocked span."""
    kept = [reading for reading in readings if reading.dropped is None]
    if not blocked:
        return kept
    spans = sorted(blocked)
    starts = [start for start, _ in spans]

    def free(reading: Reading) -> bool:
        index = bisect_right(starts, reading.end - 2) - 1
        return index < 0 or spans[index][1] <= reading.start - 1

    return [reading for reading in kept if free(reading)]


def to_number(padded: str, reading: Reading) -> Number:
    quote = padded[reading.start : reading.end]
    numeral = reading.numeral
    return Number(
        quote=quote,
        quote_start=reading.start - 1,
        quote_end=reading.end - 1,
        value=reading.value,
        low=reading.low,
        high=reading.high,
        relation=reading.relation,
        kind=reading.kind,
        unit=reading.unit,
        phrase_start=reading.phrase_start - 1,
        phrase_end=reading.phrase_end - 1,
        value_text=numeral.vague or quote.lower(),
        qualifier=reading.qualifier,
        rule=reading.rule,
    )


def read(text: str, numeral: Numeral, rules: NumberRules) -> Reading:
    """One numeral with its unit, currency and qualifier; dropped if it is no figure."""
    start, end = numeral.start, numeral.end
    reading = Reading(numeral, start, end, numeral.value, "count", None, start, end, numeral.rule)
    if not read_left(text, reading, rules) or not read_right(text, reading, rules):
        return reading
    qualify(text, reading, rules)
    if numeral.style == "digits" and reading.kind == "count" and not numeral.plain:
        drop_clock(text, reading)
    if numeral.plain and reading.kind == "count":
        if reading.qualifier is None:
            drop_dates(text, reading, rules)
        else:
            drop_near_dates(text, reading, rules)
    elif numeral.style != "digits":
        drop_words(text, reading, rules)
    return reading


def drop(reading: Reading, rule: str) -> bool:
    reading.dropped = rule
    return False


# --- to the left: currency, sign, name ---


def read_left(text: str, reading: Reading, rules: NumberRules) -> bool:
    """Currency and sign before the numeral; False if the numeral belongs to something else."""
    start = reading.start
    before = text[start - 1]
    if before == " " or before == "\n":
        far = text[start - 2]
        if far in rules.signs or far == "=":
            return read_money_left(text, reading, rules)
        if far.isalpha() or far == ".":
            word = text[max(0, start - 9) : start - 1].rpartition(" ")[2].rstrip(".").rpartition("\n")[2].lstrip(OPENERS)
            if word in rules.money_left_words:
                read_money_left(text, reading, rules)
            elif word.lower() in ("minus", "negative") and reading.kind == "count":
                negate(text, reading, start - 1 - len(word))
        return True
    if before in rules.signs or before == "=":
        return read_money_left(text, reading, rules)
    if before.isalpha():
        if not text[start].isdigit():
            return drop(reading, "names.glued")
        return read_money_left(text, reading, rules) or drop(reading, "names.glued")
    if before in DASHES:
        return read_dash_left(text, reading, rules)
    far = text[start - 2]
    if before in ":/⁄" and far.isdigit():
        return drop(reading, "dates.clock")
    if before == "~" and far.isdigit():
        reading.chained = True
        return True
    if before == "/" and not far.isspace():
        return drop(reading, "names.path") if not far.isalpha() else True
    if before == "." and far.isdigit():
        return drop(reading, "names.dotted")
    if before == ".":
        word = left_word(text, start - 1)
        return drop(reading, "names.before") if word.lower() in rules.names or word.lower() in rules.months else not text[start - 2].isalpha() or drop(reading, "names.dotted")
    if before in "'’‘" and reading.numeral.plain:
        return drop(reading, "dates.year") if not far.isspace() or end_of_year(text, reading) else True
    if before == "+" and (text[reading.end] in " -" and text[reading.end + 1].isdigit() or reading.end - start > 9):
        return drop(reading, "names.telephone")
    if before in "#@_\\&":
        return drop(reading, "names.sign")
    return True


def end_of_year(text: str, reading: Reading) -> bool:
    return reading.end - reading.start == 2 and text[reading.end] not in "'’"


def left_word(text: str, end: int) -> str:
    """The letters that end at `end`."""
    start = end
    while start > 0 and end - start < 20 and text[start - 1].isalpha():
        start -= 1
    return text[start:end]


def read_money_left(text: str, reading: Reading, rules: NumberRules) -> bool:
    window = max(0, reading.start - 12)
    match = rules.money_left.search(text, window, reading.start)
    if match is None:
        return True if text[reading.start - 1] in " \n=" else False
    groups = match.groupdict()
    sign = groups["sign"]
    code = rules.signs[sign] if sign else ""
    named = groups["glued"] or groups["spaced"] or groups["inner"] or groups["code"] or groups["letter"]
    if groups["letter"] and named in "RENKPL" and reading.numeral.plain and reading.value < 1000:
        return False
    if named and (sign in ("$", None) or len(named) == 3):
        code = rules.money_left_all.get(named, code)
        if groups["code"] or groups["letter"]:
            code = rules.codes.get(named) or rules.codes.get(named.upper(), code)
    start = match.start()
    if sign and text[start - 1] in DASHES and not text[start - 2].isalnum():
        start -= 1
        reading.value = -reading.value
    reading.start = reading.phrase_start = start
    reading.kind, reading.unit, reading.rule = "money", code, "numbers.money"
    return True


def read_dash_left(text: str, reading: Reading, rules: NumberRules) -> bool:
    """"-5", "minus-260", "10-15", "COVID-19", "mid-2010", "--20"."""
    start = reading.start
    dash, far = text[start - 1], text[start - 2]
    if far.isdigit():
        reading.chained = True
        return True
    if far.isalpha():
        word = left_word(text, start - 1)
        lower = word.lower()
        if lower in ("minus", "negative"):
            negate(text, reading, start - 1 - len(word))
        elif lower == "foot" and text[start - 6] == "-":
            reading.chained = True  # "6-foot-4"
        elif lower == "sub":
            reading.relation = "under"
        elif dash == "-" and lower not in rules.glued and lower not in rules.tokens and not text[start - 2 - len(word)].isdigit():
            return drop(reading, "names.hyphen")
        elif lower not in rules.glued:
            reading.chained = True
        return True
    if far in rules.percent or far in rules.signs:
        reading.chained = True
        return True
    if dash in "-−" and text[start].isdigit() and (far.isspace() or far in "(<>=~^["):
        if far == " " and reading.numeral.plain and (text[start - 3].isdigit() or text[start - 3] in rules.percent):
            reading.chained = True
            return True
        if far == " " and reading.numeral.plain and text[reading.end] not in "%." and left_word(text, start - 2).lower() in rules.names:
            return drop(reading, "names.hyphen")
        negate(text, reading, start - 1)
    return True


def negate(text: str, reading: Reading, start: int) -> None:
    reading.start = reading.phrase_start = start
    reading.value = -reading.value
    reading.numeral.plain = False


# --- to the right: percent, currency, unit, ordinal endings ---


def read_right(text: str, reading: Reading, rules: NumberRules) -> bool:
    """Percent, currency or unit behind the numeral; False if the numeral belongs to something else."""
    end, numeral = reading.end, reading.numeral
    char = text[end]
    digits = numeral.style == "digits" or text[end - 1] in rules.digit_signs
    if char.isalpha() and digits:
        return read_glued(text, reading, rules)
    following = text[end + 1]
    if following.isdigit():
        if char in ":⁄" or (char == "/" and reading.kind != "money"):
            return drop(reading, "dates.clock")
        if char == ".":
            return drop(reading, "names.dotted")
    if reading.kind == "money" and numeral.scale == 1.0 and text[end : end + 5] == " and ":
        after_money(text, reading, rules)
        if reading.end != end:
            return True
    if char in "'’′" and following.isdigit() and numeral.plain and numeral.value <= 9:
        return feet_and_inches(text, reading)
    if char in "'’" and following == "s" and not text[end + 2].isalpha() and numeral.plain and numeral.value % 10 == 0 and 20 <= numeral.value:
        return read_decade(text, reading, end + 2)
    if char in ".,;:!?)]\"'”’/" and not (char == "'" and following.isspace()):
        return True
    if char == "\n" and text[end + 1] == "\n":
        return True
    match = AFTER.match(text, end)
    if match is None:
        if numeral.style in ("vague", "fraction") or numeral.scale > 1:
            read_unit_of(text, reading, rules)
        return True
    read_unit(text, reading, match, rules)
    return True


INCHES = re.compile(r"['’′](?P<inches>[0-9]{1,2}(?![0-9]))[\"”″]?")


def feet_and_inches(text: str, reading: Reading) -> bool:
    """5'10" is a height."""
    match = INCHES.match(text, reading.end)
    if match is None or float(match["inches"]) > 11:
        return drop(reading, "names.sign")
    reading.value += float(match["inches"]) / 12
    reading.kind, reading.unit, reading.rule = "measurement", "foot", "numbers.feet"
    reading.end = reading.phrase_end = match.end()
    return True


def read_unit(text: str, reading: Reading, match: re.Match[str], rules: NumberRules) -> bool:
    """The unit word of the match, if it is one."""
    word = match["word"]
    lower = word.lower()
    if lower in rules.percent or (lower == "per" and text[match.end() : match.end() + 5].lower() in (" cent", "\ncent", "-cent")):
        return set_percent(text, reading, match, rules)
    money = money_after(text, match, reading, rules)
    if money:
        code, end = money
        reading.kind, reading.unit, reading.rule = "money", code, "numbers.money"
        reading.end = reading.phrase_end = end
        after_money(text, reading, rules)
        return True
    if word in ("M", "B", "K", "T") and match["gap"] == " " and text[reading.end - 1].isdigit() and not text[match.end()].isalnum() and text[match.end()] not in "-&'’.":
        scale = rules.letters[lower]
        reading.value *= scale
        reading.numeral.scale, reading.numeral.plain = scale, False
        reading.end = reading.phrase_end = match.end()
        following = AFTER.match(text, match.end())
        return following is None or read_unit(text, reading, following, rules)
    if len(word) == 4 and word[0] == "M" and word[1:] in rules.codes and word.isupper() and match["gap"] == " ":
        return million_code(reading, rules.codes[word[1:]], match.end())
    if lower in rules.stretch and reading.kind == "count":
        following = AFTER.match(text, match.end())
        if following and rules.units.get(following["word"].lower(), ("",))[0] == "duration":
            reading.kind, reading.unit = rules.units[following["word"].lower()]
            reading.phrase_end = following.end()
            return True
    if lower in ("pound", "pounds") and reading.kind == "count":
        reading.kind, reading.unit, reading.phrase_end = "measurement", "pound", match.end()
        return True
    unit = rules.units.get(lower)
    if unit and unit[1] == "barrel" and reading.value < 100 and reading.numeral.scale == 1 and text[match.end() : match.end() + 4] not in (" of ", " per", " a d", "\nof ", " oil"):
        return False
    if unit and reading.kind == "count":
        if len(word) <= 2 and not (match["gap"] in ("", " ", "-") and unit_letters(word, text, match, reading)):
            return False
        if lower in ("m",) and reading.numeral.style != "digits":
            return False
        reading.kind, reading.unit = unit
        reading.phrase_end = match.end()
        hourly(text, reading)
        return True
    if lower in rules.square or lower in rules.ton_words or lower == "nautical":
        return squared(text, reading, match, rules)
    if lower in ("of", "a", "an") and (reading.numeral.style in ("vague", "fraction") or reading.numeral.scale > 1):
        return read_unit_of(text, reading, rules)
    return False


HOURLY = re.compile(r"/hr?\b|[ \n](?:per|an)[ \n]hour\b")


def hourly(text: str, reading: Reading) -> None:
    """"50 miles an hour", "100 km/h": a speed."""
    if reading.unit in ("km", "mile", "m", "knot", "foot"):
        match = HOURLY.match(text, reading.phrase_end)
        if match:
            reading.unit = "mph" if reading.unit == "mile" else f"{reading.unit}/h"
            reading.phrase_end = match.end()


def unit_letters(word: str, text: str, match: re.Match[str], reading: Reading) -> bool:
    """Short unit signs stand in their own case and behind digits: "5 km", not "five Ms"."""
    if reading.numeral.style != "digits" and reading.numeral.scale == 1:
        return False
    return word not in ("M", "G", "MS", "MIN", "ST", "Ha", "HA", "st", "Mt", "Gal", "Min") or word.isupper() and len(word) > 2


def squared(text: str, reading: Reading, match: re.Match[str], rules: NumberRules) -> bool:
    following = WORD.match(text, match.end())
    if following is None or reading.kind != "count":
        return False
    unit = rules.units.get(following[1].lower())
    if unit is None or unit[0] != "measurement":
        return False
    word = match["word"].lower()
    word = {"sq": "square", "cu": "cubic"}.get(word, word)
    if word in ("metric", "short", "long", "imperial", "us") and unit[1] not in ("ton", "gallon", "pint", "mile"):
        return False
    reading.kind, reading.unit = "measurement", unit[1] if word in rules.ton_words else f"{word} {unit[1]}"
    reading.phrase_end = following.end()
    return True


def set_percent(text: str, reading: Reading, match: re.Match[str], rules: NumberRules) -> bool:
    if reading.kind == "money":
        return False
    end = match.end()
    if match["word"].lower() == "per":
        end += 5
    following = WORD.match(text, end)
    reading.phrase_end = end
    if following and following[1].lower() in ("point", "points"):
        reading.phrase_end = end = following.end()
    reading.kind, reading.unit, reading.end = "percent", "percent", end
    reading.rule = "numbers.percent"
    return True


def read_unit_of(text: str, reading: Reading, rules: NumberRules) -> bool:
    """"millions of gallons", "half an hour", "three quarters of a mile", "billions of dollars"."""
    of = OF.match(text, reading.numeral.end)
    if of is None:
        return False
    match = AFTER.match(text, of.end() - 1)
    if match is None:
        return False
    lower = match["word"].lower()
    if lower in ("us", "uk", "imperial", "square", "cubic") and reading.numeral.style == "fraction":
        match = AFTER.match(text, match.end()) or match
        lower = match["word"].lower()
    if lower in ("of", "a", "an") or ("a" not in of.group()[-3:] and reading.numeral.style == "fraction" and lower not in ("percent",)):
        return False
    return read_unit(text, reading, match, rules)


def money_after(text: str, match: re.Match[str], reading: Reading, rules: NumberRules) -> tuple[str, int] | None:
    """Currency code and end of the word behind the number: "dollars", "US dollars", "USD", "€"."""
    word = match["word"]
    lower = word.lower()
    if word in rules.signs:
        follows = text[match.end()]
        return None if follows.isdigit() or (match["gap"] and follows in " \n" and text[match.end() + 1].isdigit()) else (rules.signs[word], match.end())
    if word in rules.codes and len(word) > 2 or (lower in rules.money_left_words and len(word) == 3 and lower in rules.codes or word in ("usd", "eur", "gbp", "rmb", "btc")):
        code = rules.codes.get(word) or rules.codes[word.upper()]
        if text[match.end()].isdigit() or (reading.kind == "money" and text[match.end() + 1].isdigit()):
            return None
        following = WORD.match(text, match.end())
        if following and following[1].lower() in rules.scales:  # "75 USD million"
            scale = rules.scales[following[1].lower()]
            reading.value *= scale
            reading.numeral.scale = scale
            return code, following.end()
        return code, match.end()
    plain = rules.money_words.get(lower)
    if plain is not None:
        if reading.kind == "money" and reading.unit != "USD":
            return reading.unit or plain, match.end()
        if word[0].isupper() and not word.isupper() and lower in ("mark", "real", "won", "sol", "rand", "crown", "sterling", "colon", "franc", "lev", "marks"):
            return None
        if lower in ("won", "real", "som", "sol", "mark", "marks", "crown", "crowns", "rand", "bucks", "leu", "quid", "ct", "colon", "stg", "kn", "leone", "dram", "drams", "kip", "dong") and reading.value < 10 and reading.numeral.scale == 1 and lower in ("won", "real", "mark", "marks", "crown", "crowns", "sol", "colon", "som"):
            return None
        if lower == "won" and reading.numeral.scale == 1 and not text[match.end()] in ".,;)" and reading.value < 1000:
            return None
        return national(text, reading, plain, lower), match.end()
    if lower in rules.money_doubtful:
        return (rules.money_doubtful[lower], match.end()) if pounds_are_money(text, match, reading) else None
    adjective = rules.nationalities.get(lower)
    if adjective is None or match["gap"] == "":
        if lower not in ("hong", "new", "south", "north", "sri", "u"):
            return None
        adjective = {}
    following = WORD.match(text, match.end() + (text[match.end()] == "."))
    if following is None:
        return None
    if lower in ("hong", "new", "south", "north", "sri") and following[1].lower() not in adjective:
        adjective = rules.nationalities.get(f"{lower} {following[1].lower()}", {})
        following = WORD.match(text, following.end()) if adjective else following
        if following is None:
            return None
    noun = following[1].lower()
    code = adjective.get(noun) or adjective.get(noun.removesuffix("s")) or adjective.get({"kroner": "krone", "kronor": "krona", "lire": "lira", "roubles": "ruble", "rouble": "ruble"}.get(noun, ""))
    if code is None and noun in ("dollar", "dollars", "dlr", "dlrs"):
        code = adjective.get("dollar")
    return (code, following.end()) if code else None


def national(text: str, reading: Reading, code: str, word: str) -> str:
    return code


MONEY_CUES = re.compile(r"(?i)\b(?:pay|paid|pays|cost|costs|price|priced|worth|fine|fined|salary|wage|wages|fee|fees|earn|earns|earned|spent|spend|raise|raised|budget|debt|sterling|bill|bonus|loan|sold|buy|bought|profit|turnover|revenue|funding|grant|compensation|damages|stole|stolen|cash)\b")
WEIGHT_CUES = re.compile(r"(?i)\b(?:weigh\w*|heavy|load|cargo|lose|lost|drop\w*|thrust|torque|shed|bomb|lifted|carry|carrie\w*|luggage|force|pressure|fish|cocaine|heroin|marijuana|explosives?|tnt)\b")


def pounds_are_money(text: str, match: re.Match[str], reading: Reading) -> bool:
    """"10 million pounds" and "paid 500 pounds" are money, "600 pounds each" is a weight."""
    after = text[match.end() : match.end() + 12].lower()
    if after.lstrip().startswith("sterling"):
        return True
    near = text[max(0, reading.start - 60) : reading.start] + " " + text[match.end() : match.end() + 40]
    if after.startswith(" of ") or "-" in match["gap"] or WEIGHT_CUES.search(near):
        return False
    return reading.numeral.scale >= 1000 or (reading.numeral.style == "vague" and reading.value >= 1000) or MONEY_CUES.search(near) is not None


MINOR = frozenset({"cent", "cents", "pence", "penny", "p", "c", "kopecks", "centavos", "paise", "øre", "sen", "fils"})
TAIL = re.compile(r"(?P<and>[ \n]and)?[ \n](?P<digits>[0-9]{1,2}(?![0-9.,%]))?(?P<word>[A-Za-z]{3,9})?")


def after_money(text: str, reading: Reading, rules: NumberRules) -> None:
    """"two dollars and 50 cents", "thirteen dollars forty five", "17 USD 25"."""
    tail = TAIL.match(text, reading.end)
    if tail is None or reading.numeral.scale > 1 or reading.numeral.style == "vague":
        return
    if tail["digits"]:
        minor, end = float(tail["digits"]), tail.end("digits")
    elif tail["word"] and rules.tokens.get(tail["word"].lower(), ("",))[0] in ("unit", "teen", "tens"):
        numeral = read_words(text, tail.start("word"), rules)
        if numeral is None or numeral.style != "words" or not 0 < numeral.value < 100:
            return
        minor, end = numeral.value, numeral.end
    else:
        return
    following = WORD.match(text, end)
    word = following[1].lower() if following and text[end] == " " else ""
    if word in MINOR and following is not None:
        end = following.end()
    elif word not in ("", "and") or text[end] not in " .,;\n)" or (tail["digits"] and (word or len(tail["digits"]) != 2)) or (text[end] == "," and text[end + 1].isdigit()):
        return
    reading.value += minor / 100
    reading.end = reading.phrase_end = end
    set_bounds(reading)


def read_glued(text: str, reading: Reading, rules: NumberRules) -> bool:
    """Letters behind the digits: "10k", "$4.2bn", "50mph", "115USD", "21st", "1960s", "13F"."""
    end, numeral = reading.end, reading.numeral
    stop = end
    while text[stop].isalpha() and stop - end < 12:
        stop += 1
    letters = text[end:stop]
    lower = letters.lower()
    if text[stop].isdigit() and lower not in ("x",):
        return drop(reading, "names.glued")
    if lower in ("st", "nd", "rd", "th") and numeral.style == "digits" and (lower != "st" or letters != "ST" or reading.value % 10 == 1):
        return drop(reading, "numbers.ordinal")
    if lower == "s":
        return read_decade(text, reading, stop)
    scale = glued_scale(text, letters, stop, reading, rules)
    if scale:
        reading.value *= scale
        numeral.scale, numeral.plain = scale, False
        reading.end = reading.phrase_end = numeral.end = stop
        if not reading.rule.startswith("numbers.money"):
            reading.rule = "numbers.scaled"
        return read_right(text, reading, rules) if not text[stop].isalpha() else True
    if lower in rules.clock or lower in ("am", "pm"):
        return drop(reading, "dates.clock")
    if reading.kind != "count":
        reading.phrase_end = stop
        return True
    if lower in ("pc", "pct", "percent"):
        match = AFTER.match(text, end)
        return match is not None and set_percent(text, reading, match, rules)
    if letters in rules.codes and len(letters) == 3 or lower in ("p", "c") and letters == lower:
        reading.kind, reading.unit, reading.rule = "money", {"p": "penny", "c": "cent"}.get(letters) or rules.codes[letters], "numbers.money"
        reading.end = reading.phrase_end = stop
        return True
    if letters[0] == "M" and letters[1:] in rules.codes and len(letters) == 4:
        return million_code(reading, rules.codes[letters[1:]], stop)
    unit = rules.units.get(lower)
    if unit and (len(letters) > 1 or letters in ("m", "g")) and letters not in ("Mt", "MS", "St"):
        reading.kind, reading.unit = unit
        reading.phrase_end = stop
        hourly(text, reading)
        return True
    if letters in ("C", "F") and (text[end - 1] == "°" or reading.value < 0):
        reading.kind, reading.unit, reading.phrase_end = "measurement", f"°{letters}", stop
        return True
    if letters == "in":
        reading.kind, reading.unit, reading.phrase_end = "measurement", "inch", stop
        return True
    if letters in ("W", "V"):
        reading.kind, reading.unit = "measurement", {"W": "watt", "V": "volt"}[letters]
        reading.phrase_end = stop
        return True
    if lower in ("ish", "plus", "odd"):
        reading.phrase_end = stop
        reading.relation = "over" if lower == "plus" else "approx"
        return True
    return drop(reading, "names.glued")


def million_code(reading: Reading, code: str, stop: int) -> bool:
    """"30 MUSD": financial shorthand for millions."""
    reading.value *= 1e6
    reading.numeral.scale = 1e6
    reading.kind, reading.unit, reading.rule = "money", code, "numbers.money"
    reading.end = reading.phrase_end = stop
    return True


def glued_scale(text: str, letters: str, stop: int, reading: Reading, rules: NumberRules) -> float | None:
    """The scale that letters behind digits stand for; None where they are a unit or a name."""
    lower = letters.lower()
    if lower in rules.scales and len(lower) > 2:
        return rules.scales[lower]
    scale = rules.letters.get(lower)
    if scale is None:
        return None
    if reading.kind == "money":
        return scale
    if lower in ("bn", "mn", "mln", "bln", "tn", "mil", "bil"):
        return scale
    if lower == "k":
        return scale if letters == "k" or reading.value >= 10 else None
    if letters == "m":
        if reading.chained and text[reading.start - 2] == "m":  # "$5m-7m"
            return scale
        following = WORD.match(text, stop)
        if following is None or text[stop] in ".,;)":
            return scale if not reading.numeral.plain else None
        word = following[1].lower()
        if word in rules.metre_words or text[stop] == "-" or text[following.end()] in "'’":
            return None
        if reading.numeral.plain:  # "35m of its devices", "12m people"; "a 35m vessel" is a length
            return scale if word in ("of", "more", "new", "other") or word in PEOPLE or (word.endswith("s") and not word.endswith("ss")) else None
        return scale
    if letters == "M":
        return scale
    return None


def read_decade(text: str, reading: Reading, stop: int) -> bool:
    """"in his 60s" is an age of sixty or more; "the 1960s" and "the 60s" are dates."""
    owner = left_words(text, reading.start)[-2:]
    if any(word in ("his", "her", "their", "my", "our", "your") for word in owner):
        reading.end = reading.phrase_end = stop
        reading.kind, reading.unit, reading.relation, reading.rule = "duration", "year", "vague", "numbers.age"
        reading.numeral.style = "vague"
        reading.numeral.vague = text[reading.start : stop]
        return True
    return drop(reading, "dates.decade")


# --- qualifiers ---


def left_words(text: str, start: int) -> list[str]:
    """The words before `start`, lower case, as far as one clause and forty characters go."""
    return text[max(0, start - 40) : start].lower().split()


def qualify(text: str, reading: Reading, rules: NumberRules) -> None:
    """Relation and bounds from the words before and behind: "more than", "up to", "or so"."""
    numeral = reading.numeral
    vague = numeral.style == "vague"
    relation = reading.relation
    before = text[reading.start - 1]
    if before in " \n-\u00a0":
        words = left_words(text, reading.start)
        if words:
            found = qualifier_before(words, rules, reading)
            if found:
                relation = found[1] if relation == "exact" else relation
                span = qualifier_span(text, reading.start, found[0])
                reading.qualifier = " ".join(text[span : reading.start].split()).rstrip("-")
                reading.phrase_start = span
    elif before in "<>~≈≤≥+" or before == "=":
        relation = sign_before(text, reading) or relation
    if relation in ("exact", "approx") and text[reading.phrase_end] in " \n-+\u00a0,":
        match = rules.after.match(text, reading.end) or (rules.after.match(text, reading.phrase_end) if reading.phrase_end != reading.end else None)
        if match:
            relation = after_relation(match, relation, text, rules)
            if relation != "exact":
                reading.qualifier = reading.qualifier or match["after"]
                reading.phrase_end = max(reading.phrase_end, match.end())
    reading.relation = "vague" if vague else relation
    set_bounds(reading)


def after_relation(match: re.Match[str], relation: str, text: str, rules: NumberRules) -> str:
    word = " ".join(match["after"].lower().split())
    if word == "+":
        return "over" if match.start() == match.start("after") and not text[match.end()].isdigit() else relation
    if word in ("plus", "at least", "at most", "upwards", "some", "odd", "ish", "tops", "and more"):
        if word == "plus" and text[match.end()] not in " .,;\n)":
            return relation
        if word == "plus" and text[match.start()] != "-" and WORD.match(text, match.end()) and relation == "exact":
            return relation
        if word in ("some", "odd", "ish") and text[match.start()] != "-" and word != "odd":
            return relation
        if word in ("at least", "at most", "and more") and text[match.end()] not in ".,;\n)":
            return relation
    return rules.after_relation.get(word, relation)


def set_bounds(reading: Reading) -> None:
    value = reading.value
    reading.low = None if reading.relation == "under" else value
    reading.high = None if reading.relation in ("over", "vague") else value


SIGN_RELATION = {"<": "under", ">": "over", "~": "approx", "≈": "approx", "≤": "under", "≥": "over"}


def sign_before(text: str, reading: Reading) -> str | None:
    """"~100", ">30", ">= 30", "<-30"."""
    start = reading.start - 1
    if text[start] == "=" and text[start - 1] in "<>":
        start -= 1
    relation = SIGN_RELATION.get(text[start])
    if relation:
        reading.qualifier = text[start : reading.start]
        reading.phrase_start = start
    return relation


def qualifier_before(words: list[str], rules: NumberRules, reading: Reading) -> tuple[int, str] | None:
    """How many words before the number qualify it, and how."""
    last = words[-1].rstrip("-")
    if last[:1] in OPENERS:
        last = last.lstrip(OPENERS)
    if last in ("<", ">", "~", "<=", ">="):
        return 1, SIGN_RELATION[last[0]]
    if last[-1:] == "." and last != ".":
        last = last.rstrip(".") if last in ("approx.", "ca.", "c.") else last
    candidates = rules.before.get(last)
    if candidates is None:
        return None
    for phrase, relation in candidates:
        size = len(phrase)
        if size <= len(words):
            tail = words[-size:]
            tail[-1] = last
            tail[0] = tail[0].lstrip(OPENERS)
            if tuple(tail) == phrase:
                if not fitting(phrase, words, reading):
                    return None
                for adverb in rules.adverbs:
                    if tuple(words[-size - len(adverb) : -size]) == adverb:
                        size += len(adverb)
                        break
                return size, relation
    return None


LASTING = frozenset("for in after lasted lasting took take takes taking just well is was are were be been being aged than trapped spent waited only of with at if to every a little slightly far or".split())


def fitting(phrase: tuple[str, ...], words: list[str], reading: Reading) -> bool:
    """"bringing the toll to 49 over two days" is a span of time, "trapped for over 30 hours" a bound."""
    if phrase == ("over",) and reading.kind == "duration":
        return len(words) == 1 or words[-2] in LASTING
    if phrase in (("within",),):
        return reading.kind in ("duration", "measurement", "percent")
    if phrase == ("under",) and reading.kind == "duration" and False:
        return False
    return not (phrase == ("sub",) or phrase == ("near",))


def qualifier_span(text: str, end: int, size: int) -> int:
    """Where the last `size` words before `end` begin."""
    position = end
    for _ in range(size):
        while position > 0 and (text[position - 1].isspace() or text[position - 1] == "-"):
            position -= 1
        while position > 0 and not text[position - 1].isspace():
            position -= 1
    while text[position] in OPENERS:
        position += 1
    return position


# --- what is no figure ---


def drop_dates(text: str, reading: Reading, rules: NumberRules) -> None:
    """Digits without separator or unit: years, days of a month, clock times, names and lists."""
    start, end = reading.start, reading.end
    before = text[start - 1]
    words = left_words(text, start) if before in BLANKS else []
    last = words[-1].strip("(\"'“‘[") if words else ""
    bare = last.rstrip(".,")
    raw = text[start - 1 - len(words[-1]) : start - 1].lstrip(OPENERS) if words else ""
    value = reading.value
    after = AFTER.match(text, end) if text[end] in " \n-\u00a0" else None
    word = after["word"] if after else ""
    lower = word.lower()
    if value <= 31:
        if bare in rules.months and (raw[:1].isupper() or bare not in ("may", "march")) and (last == bare or last[-1] == "." or last[-1] == ",") and not last.endswith(","):
            drop(reading, "dates.day")
            return
        if lower in rules.months and (word[:1].isupper() or lower not in ("may", "march", "mar", "dec")):
            drop(reading, "dates.day")
            return
        if after and after["gap"] != "-" and (lower in rules.clock or text[end : end + 5].lower() in (" a.m.", " p.m.", "\na.m.", "\np.m.")):
            drop(reading, "dates.clock")
            return
        if text[end : end + 8].lower() in (" o'clock", " o’clock"):
            drop(reading, "dates.clock")
            return
    if lower in ("gmt", "utc", "edt", "est", "cet", "bst", "ist", "hours", "hrs") and end - start == 4 and (lower not in ("hours", "hrs") or int(value) % 100 < 60 and value < 2400):
        drop(reading, "dates.clock")
        return
    if (bare in rules.names and raw.lower() != raw) or (bare in rules.names_lower and not raw[:1].isupper()) :
        if not (last.endswith(",")) and not (last.endswith(".") and bare not in ("no", "nos", "p", "pp", "vol", "fig", "art", "sec", "rt", "ch")):
            if not (lower in PEOPLE):
                drop(reading, "names.before")
                return
    if bare in ("s&p", "s&amp;p", "sp") or bare == "p" and raw.endswith("P"):
        drop(reading, "names.before")
        return
    if end - start == 4 and YEAR_LOW <= value < YEAR_HIGH and looks_like_year(text, reading, bare, last, lower, word, after, rules):
        drop(reading, "dates.year")
        return
    if word[:1].isupper() and rules.address.match(text, end):
        drop(reading, "names.street")
        return
    if lower in ("zip", "postal") and value >= 1000:
        drop(reading, "names.zip")
        return
    if text[start] == "0" and end - start > 1:
        drop(reading, "dates.clock" if end - start == 4 and int(value) % 100 < 60 and value < 2400 and value else "names.code") if value or end - start == 3 else None
        return
    if raw[:1].isupper() and bare not in rules.months and last == bare and named_by_context(text, reading, words, after, lower):
        drop(reading, "names.context")
        return
    if is_list_mark(text, reading):
        drop(reading, "names.list")
        return
    if before == "." :
        drop(reading, "names.dotted")
        return
    if start - 2 >= 0 and before == " " and last.endswith(",") and age_between_commas(text, reading, raw):
        reading.kind, reading.unit, reading.rule = "duration", "year", "numbers.age"
        return
    if bare == "now" and text[end] == "," and len(words) > 1 and words[-2].endswith(",") and 5 <= value <= OLDEST:
        reading.kind, reading.unit, reading.rule = "duration", "year", "numbers.age"
        return
    if bare == "of" and len(words) > 1 and words[-2] in ("age", "ages") and value <= OLDEST:
        reading.kind, reading.unit, reading.rule = "duration", "year", "numbers.age"
        return
    if bare == "at" and 10 <= value <= OLDEST and text[end] in ",.;)" and AGE_CUE.search(text, max(0, start - 80), start):
        reading.kind, reading.unit, reading.rule = "duration", "year", "numbers.age"
        return
    if bare in ("aged", "age", "ages") or (bare in ("was", "is", "turned", "turns", "turning") and len(words) > 1 and words[-2] in ("who", "he", "she", "i") and text[end] in ".,;)" and 1 <= value <= OLDEST):
        reading.kind, reading.unit, reading.rule = "duration", "year", "numbers.age"


AGE_CUE = re.compile(r"\b(?:age|aged|retire|retires|retired|retirement|life expectancy|died|dies)\b")
SMALL_WORDS = frozenset("a an the in of at to for and by on from with as or but nor so up off out over into after amid is are be it not no vs via that than".split())
COUNTED_NEXT = frozenset("of were was are have had people persons others other more dead injured wounded killed hurt arrested detained missing per or hundred thousand million billion dozen".split())
FUNCTION_WORDS = frozenset("to and in on at with is as for from that which by but after before while when has had will would can could may might the a an it its who where since until during because if than then into about over under also".split())


def named_by_context(text: str, reading: Reading, words: list[str], after: re.Match[str] | None, lower: str) -> bool:
    """"the new Apple Watch 5 to see": a proper noun in running prose, and nothing counted behind."""
    if reading.end - reading.start > 4 or lower in COUNTED_NEXT:
        return False
    following = text[reading.end]
    if after is not None and after["gap"] != " ":
        return False
    word = after["word"] if after else ""
    if not (following in ".,;:)?!\n" or lower in FUNCTION_WORDS or word[:1].isupper()):
        return False
    line = text[max(0, reading.start - 80) : reading.start].rpartition("\n")[2]
    prose = [w for w in line.split()[:-1] if w.islower() and w.isalpha() and w not in SMALL_WORDS]
    previous = line.split()
    return len(prose) >= 1 and len(previous) >= 2 and previous[-2][-1] not in ".:!?"


def drop_near_dates(text: str, reading: Reading, rules: NumberRules) -> None:
    """"around 8 a.m.", "until at least 2021": what a qualifier before it does not make a figure."""
    end = reading.end
    after = AFTER.match(text, end) if text[end] in BLANKS else None
    lower = after["word"].lower() if after else ""
    if end - reading.start == 4 and lower in ("gmt", "utc", "edt", "est", "cet", "bst", "ist"):
        drop(reading, "dates.clock")
    elif reading.value <= 24 and after and (lower in ("am", "pm") or (lower in ("a.m", "p.m") or text[end : end + 8].lower() in (" o'clock", " o’clock"))):
        drop(reading, "dates.clock")
    elif end - reading.start == 4 and 1900 <= reading.value < YEAR_HIGH and lower not in PEOPLE:
        words = left_words(text, reading.phrase_start)
        if words and words[-1] in ("until", "till", "since", "by", "in", "before", "after", "from", "through", "to"):
            drop(reading, "dates.year")


CLOCK = re.compile(r"[0-9]{1,2}\.[0-5][0-9](?= ?(?:[ap]\.?m\b|hrs\b|gmt\b|GMT\b|UTC\b|EST\b|EDT\b|CET\b|BST\b|IST\b|local time|today\b|yesterday\b))|0[0-9]\.[0-5][0-9](?! ?%)")


def drop_clock(text: str, reading: Reading) -> None:
    """"8.30 p.m.", "at 17.30 GMT"."""
    if CLOCK.match(text, reading.start):
        drop(reading, "dates.clock")


def age_between_commas(text: str, reading: Reading, raw: str) -> bool:
    """"Lechin, 83, became": an age."""
    return reading.end - reading.start <= 3 and 5 <= reading.value <= OLDEST and text[reading.end] in ",)." and raw[:1].isupper() and raw.rstrip(",").replace("'", "").replace("’", "").replace("-", "").isalpha()


def is_list_mark(text: str, reading: Reading) -> bool:
    """"1. Arrests", "2) Deaths" at the start of a line; "(3)"."""
    start, end = reading.start, reading.end
    if text[end] in ".)" and reading.value < 100 and end - start <= 2:
        if text[start - 1] == "\n" and text[end + 1] in " \t":
            return True
        if text[end] == ")" and text[start - 1] in "( " and (text[start - 1] == "(" or not _open_bracket(text, start)):
            return True
    return False


def _open_bracket(text: str, start: int) -> bool:
    window = text[max(0, start - 80) : start]
    return window.rfind("(") > window.rfind(")")


def looks_like_year(text: str, reading: Reading, bare: str, last: str, lower: str, word: str, after: re.Match[str] | None, rules: NumberRules) -> bool:
    """"in 2019", "the 2005 strike", "1987," are years; "1018 people" and "3780 jobs" are not."""
    value = int(reading.value)
    if last.endswith(",") and 1900 <= value < 2100 and dated_before(text, reading.start, rules):
        return True
    if after is not None and after["gap"].count("\n"):
        lower = word = ""
    if lower in PEOPLE or (lower in rules.tokens and lower not in ("second",)):
        return False
    if bare in rules.months:
        return True
    if bare in ("a.d", "ad", "bc", "circa") or lower in ("bc", "bce", "ad", "ce"):
        return True
    if len(text) - reading.end < 4 and reading.start < 24:
        return False
    if bare in ("by", "until", "to") and 2060 <= value < 2200 and not word:
        return True
    if 1900 <= value < 2060:
        if bare in rules.year_words or last.endswith(",") or not word:
            return True
        if value >= 1980 or not lower.endswith("s"):
            return True
        return False
    if bare in ("in", "since", "until", "circa", "year", "during", "before", "after", "between") and (not word or not lower.endswith("s") or lower in ("was", "is", "has", "as", "this", "his")):
        return True
    return False


DAY_BEFORE = re.compile(r"([A-Za-z]{3,9})\.? [0-9]{1,2}(?:st|nd|rd|th)?,[ \n\u00a0]$")


def dated_before(text: str, start: int, rules: NumberRules) -> bool:
    """Whether "December 4, " stands before the year."""
    match = DAY_BEFORE.search(text, max(0, start - 18), start)
    return match is not None and match[1].lower() in rules.months


def drop_words(text: str, reading: Reading, rules: NumberRules) -> None:
    """Words that count nothing: the pronoun "one", "the couple", "few", "scores" of music, "a third" as an ordinal."""
    numeral = reading.numeral
    first = text[numeral.start : numeral.end].lower()
    word = re.split(r"[ \n-]", first.removeprefix("a "))[0]
    for phrase, offset in rules.never.get(word, ()):
        begin = numeral.end - len(first) + (2 if first.startswith("a ") else 0) - offset
        piece = text[max(0, begin) : begin + len(phrase)]
        if (piece == phrase or (phrase.islower() and piece.lower() == phrase)) and not text[begin + len(phrase)].isalpha():
            drop(reading, "names.never")
            return
    if reading.kind in ("money", "percent"):
        return
    if ranked(text, reading):
        drop(reading, "names.ranked")
        return
    left = left_word(text, numeral.start - 1) if text[numeral.start - 1] in " \n" and reading.start == numeral.start else ""
    if left and reading.kind == "count" and named_left(left, reading, rules):
        drop(reading, "dates.day" if left.lower() in rules.months else "names.before")
        return
    if capital_name(text, reading, word):
        drop(reading, "names.capital")
        return
    if numeral.style == "fraction":
        read_share(text, reading, rules)
    elif numeral.style == "vague":
        drop_vague(text, reading, rules)
    elif first == "one":
        drop_one(text, reading, rules)
    elif numeral.scale > 1 and numeral.head == 1.0 and first.rstrip("s") in rules.scales:
        drop_bare_scale(text, reading, rules)


ORDERED = frozenset("band phase stage chapter page grade category level tier division platform gate channel radio number lane row formula group".split())


def named_left(left: str, reading: Reading, rules: NumberRules) -> bool:
    """"band two", "Chapter Eleven", "March Nine"."""
    lower = left.lower()
    if reading.numeral.style != "words" or reading.value != int(reading.value):
        return False
    if lower in rules.months and left[0].isupper() and reading.value <= 31:
        return lower not in ("may", "march") or reading.numeral.scale == 1.0
    return reading.value < 100 and (lower in ORDERED or (lower in rules.names and left[0].isupper() and not left.isupper() and lower not in ("final", "last", "crew", "order", "big", "top", "part", "company", "building", "question")))


def ranked(text: str, reading: Reading) -> bool:
    """"slipped towards the bottom three during": a place in a table, no count."""
    words = left_words(text, reading.start)
    if reading.kind != "count" or len(words) < 2 or words[-1] not in ("top", "bottom") or words[-2] not in ("the", "league's", "their", "a"):
        return False
    after = AFTER.match(text, reading.end) if text[reading.end] in BLANKS else None
    return after is None or after["word"].lower() in FUNCTION_WORDS


def capital_name(text: str, reading: Reading, word: str) -> bool:
    """"Group of Seven leaders", "the Kick Six win": a number word with a capital inside a sentence."""
    start = reading.numeral.start
    if not (text[start].isupper() and text[start + 1 : start + 2].islower()) or text[start - 1] != " " or not text[start - 2].isalpha():
        return False
    line = text[max(0, start - 80) : start].rpartition("\n")[2]
    prose = [w for w in line.split()[:-1] if w.islower() and w.isalpha() and w not in SMALL_WORDS]
    following = WORD.match(text, reading.end)
    if not prose:
        return following is not None and following[1].islower() and following[1] not in SMALL_WORDS and len(line.split()) > 1 and left_word(text, start - 1)[:1].isupper() and left_word(text, start - 1).lower() in ("the", "big", "final", "group", "gang") 
    return True


def drop_bare_scale(text: str, reading: Reading, rules: NumberRules) -> None:
    """"the dozen people", "nearly hundred"; not "per thousand", "in million"."""
    words = left_words(text, reading.start)
    if words and words[-1] in ("per", "in", "(in", "by", "of") and reading.kind == "count" and reading.qualifier is None and reading.numeral.scale > 12:
        drop(reading, "numbers.scale_alone")


def drop_vague(text: str, reading: Reading, rules: NumberRules) -> None:
    numeral = reading.numeral
    vague = numeral.vague or ""
    after = AFTER.match(text, reading.end) if text[reading.end] in " \n" else None
    lower = after["word"].lower() if after else ""
    words = left_words(text, reading.start)
    last = words[-1] if words else ""
    alone = not words and not lower
    if vague == "few" and reading.kind == "count":
        drop(reading, "numbers.few")
    elif vague in ("couple", "few", "handful") and last in ("the", "this", "that", "his", "her", "their", "very", "so", "too", "as", "how", "relatively", "old", "married", "young", "elderly"):
        drop(reading, "numbers.few")
    elif vague == "couple" and not (reading.kind != "count" or alone):
        drop(reading, "numbers.couple")
    elif vague == "a couple" and reading.kind == "count" and not (lower in ("of", "more", "hundred", "dozen", "thousand") or alone or text[reading.end] in ".,;"):
        drop(reading, "numbers.couple")
    elif vague == "scores" and after and text[after.end() : after.end() + 8].split(None, 1)[:1] in (["tied"], ["level"], ["based"], ["lower"], ["higher"], ["on"], ["and"]):
        drop(reading, "numbers.scores")
    elif vague == "scores" and not (lower in ("of", "more", "were", "are", "have", "dead", "killed", "injured", "arrested", "wounded", "missing", "detained", "hurt", "feared", "other", "others") or alone or last in ("kill", "kills", "killed", "killing", "injured", "injures", "injuring", "wounded", "wounding", "leaves", "left", "arrested", "arrest", "detained", "detain", "and", "while") and not lower):
        drop(reading, "numbers.scores")
    elif vague == "tens" and lower != "of":
        drop(reading, "numbers.tens")
    elif vague == "a few" and lower in ("more", "less", "fewer") and text[after.end() : after.end() + 5] == " than":  # type: ignore[union-attr]
        drop(reading, "numbers.few")


SHARE_BEFORE = frozenset("by than nearly almost about around roughly over under least up only just approximately some".split())


UNIT_AND = re.compile(r"(?<![A-Za-z])(?:(?P<article>an?)[ \n])?(?P<unit>[A-Za-z]{3,8})[ \n]and[ \n-]$", re.IGNORECASE)


HALF_OF_SOMETHING = frozenset("their his her my our its your last latter upper lower northern southern eastern western opening closing top bottom left right back front early late".split())


def read_share(text: str, reading: Reading, rules: NumberRules) -> None:
    """"half of the dead" is 50 percent; a bare fraction with nothing behind is a plain number."""
    numeral = reading.numeral
    if reading.kind in ("duration", "measurement"):
        named = text[numeral.start : numeral.end].lower()
        if named in rules.denominators and named not in ("half", "quarter") and text[numeral.end : numeral.end + 3] != " of":
            drop(reading, "numbers.ordinal")
        return
    words_form = text[numeral.start].isalpha()
    if numeral.value == 0.5 and words_form and text[numeral.start : numeral.start + 2].lower() in ("a ", "a-"):
        whole = UNIT_AND.search(text, max(0, numeral.start - 24), numeral.start)
        if whole and (whole["article"] or not whole["unit"].lower().endswith("s")) and rules.units.get(whole["unit"].lower(), ("",))[0] in ("duration", "measurement"):
            reading.start = reading.phrase_start = whole.start("article") if whole["article"] else whole.start("unit")
            reading.value, (reading.kind, reading.unit), reading.rule = 1.5, rules.units[whole["unit"].lower()], "numbers.fraction"
            set_bounds(reading)
            return
    after = AFTER.match(text, reading.end) if text[reading.end] in " \n-\u00a0" else None
    word = after["word"] if after else ""
    lower = word.lower()
    words = left_words(text, reading.start)
    last = words[-1].strip("(\"'“‘[") if words else ""
    quote = text[numeral.start : numeral.end].lower()
    if not words_form:
        if lower == "of" or lower in ("majority",):
            share(reading)
        return
    if after and after["gap"].endswith("-") and not after["gap"].startswith(" "):
        drop(reading, "names.hyphen")
        return
    ending = text[reading.end]
    named = quote.removeprefix("a ").removeprefix("an ")
    if named in ("third", "quarter", "fifth", "fourth", "tenth", "sixth", "eighth", "seventh", "ninth", "twentieth", "twelfth", "hundredth", "thousandth", "millionth", "billionth", "trillionth", "half") or named == quote:
        article = named != quote
        if named == "half":
            ok = article or lower in ("of", "the", "its", "their", "his", "her", "our", "all", "that", "those", "these", "a") or last in SHARE_BEFORE or reading.qualifier is not None or not words or (last in ("other", "and") and lower not in ("brother", "sister"))
            if last in HALF_OF_SOMETHING or last.isdigit():
                ok = False
            elif last in ("second", "first", "the", "in", "opening", "latter", "per", "and", "each") and lower not in ("of", "the", "its", "their"):
                ok = last == "in" and False
        elif article:
            ok = lower == "of" or last in SHARE_BEFORE or reading.qualifier is not None or (not lower and not words)
        elif quote in rules.denominators:
            ok = lower == "of" and (reading.qualifier is not None or last in ("as", "with", "after", "for", "than")) or (not words and lower == "of")
        else:
            ok = True
        if not ok:
            drop(reading, "numbers.ordinal")
            return
    if not lower and ending in ".,;:!?\n)" and last not in SHARE_BEFORE and reading.qualifier is None:
        return
    share(reading)


def hundredfold(value: float) -> float:
    """A share in percent, to the contract's two decimals; small shares keep four digits."""
    percent = 100 * value
    return round(percent, 2) if percent >= 1 else float(f"{percent:.4g}")


def share(reading: Reading) -> None:
    reading.value = hundredfold(reading.value)
    reading.kind, reading.unit, reading.rule = "percent", "percent", "numbers.share"
    set_bounds(reading)


PRONOUN_BEFORE = frozenset("the unlike like as this that which no any every each some another only very first last other other's big good bad new old same next latest such anyone everyone someone".split())
NOT_COUNTED = frozenset(
    "of is was are were has had have can could may might must should would will does did do of to that who which whose in on at by for with from and or but as than because if when while where more another can't cannot"
    " the a an it he she they we you i his her their its my our your this these those not last next inside outside near around after before during since under over like so too also just still now then"
    " there here stage point thing way another again yet even later earlier among between through into about against without within until times".split()
)


def drop_one(text: str, reading: Reading, rules: NumberRules) -> None:
    """The pronoun "one"; what is left may count somebody: the figures decide by what happened to them."""
    if reading.kind in ("duration", "measurement"):
        return
    words = left_words(text, reading.start)
    last = words[-1].strip("(\"'“‘[") if words else ""
    after = AFTER.match(text, reading.end) if text[reading.end] in " \n-\u00a0" else None
    lower = after["word"].lower() if after else ""
    reading.rule = "numbers.one"
    if reading.qualifier is not None and (lower != "of" or reading.qualifier.lower() in ("at least", "more than")):
        return
    if last in PRONOUN_BEFORE and not (last in ("as", "like") and lower not in NOT_COUNTED) or lower in NOT_COUNTED or not lower:
        drop(reading, "numbers.pronoun")


# --- ranges and fractions of two numbers ---


BETWEEN = re.compile(r"(?:\s{0,3}[-–—~−]\s{0,3}|[ \n-]{1,3}(?:to|through|or|and|till|until)[ \n-]{1,3})$")


def join_ranges(text: str, readings: list[Reading], rules: NumberRules) -> list[Reading]:
    """The readings with "10 to 15", "between 300 and 400" and "one in five" made one."""
    joined: list[Reading] = []
    for reading in readings:
        if joined:
            previous = joined[-1]
            if previous.dropped is None and reading.dropped is None and reading.start < previous.end <= reading.numeral.start:
                reading.start = reading.phrase_start = reading.numeral.start
                if reading.end == reading.numeral.end:
                    reading.kind, reading.unit = "count", None
            gap = reading.start - previous.end
            if gap < 0:
                if reading.dropped is None and previous.dropped is not None:
                    joined[-1] = reading
                continue
            if gap <= 40:
                merged = join(text, previous, reading, rules)
                if merged is not None:
                    joined[-1] = merged
                    continue
            if reading.chained and gap <= 2 and text[reading.start - 1] in DASHES:
                reading.dropped = previous.dropped = "names.chain"
        joined.append(reading)
    return joined


def join(text: str, a: Reading, b: Reading, rules: NumberRules) -> Reading | None:
    """One reading for two that form a range or a share; None if they are two numbers."""
    if a.numeral.style in ("vague",) or b.numeral.style in ("vague",) or a.relation == "range":
        return None
    if a.qualifier and b.qualifier and a.relation != b.relation and {a.relation, b.relation} == {"over", "under"}:
        return bounded(text, a, b)
    gap = text[a.end : b.start]
    if a.phrase_end > a.end and a.phrase_end <= b.start and a.kind in ("duration", "measurement"):
        gap = text[a.phrase_end : b.start]
    word = " ".join(gap.lower().replace("-", " ").split())
    if word in ("in", "out of", "in every", "out of every", "of every"):
        return one_in(text, a, b, word)
    if word == "over":
        return one_over(text, a, b)
    if word == "/" and a.kind == "money" and b.kind == "money" and a.unit == b.unit and a.value < b.value:
        return merged_range(text, a, b, a.value, b.value)
    if a.unit in ("foot", "hour", "day", "week", "month", "year", "mile") and word in ("and", "", ",") and (b.numeral.plain or b.numeral.style == "fraction") and not a.dropped and b.dropped in (None, "numbers.ordinal"):
        composed = compose(text, a, b)
        if composed is not None:
            return composed
    if a.dropped == "numbers.pronoun" and word in ("to", "or", "and") and b.kind == "count" or a.dropped == "numbers.pronoun" and b.kind != "count" and word in ("to", "or"):
        a.dropped = None if b.dropped is None else a.dropped
    dash = not word or word in "–—~−"
    if dash and not gap.strip():
        return None
    if word not in ("to", "or", "and", "through") and not dash:
        return None
    if a.dropped in ("names.before", "names.hyphen", "names.glued", "dates.clock", "names.dotted", "names.sign", "numbers.ordinal", "names.never"):
        if dash and b.chained:
            b.dropped = "names.chain"
        return None
    low, high = a.value, b.value
    if b.dropped == "dates.year" and a.dropped is None and a.qualifier and a.relation in ("approx", "over", "under") and a.numeral.plain and low < high:
        b.dropped = None
        set_bounds(b)
    if a.dropped == "dates.day" or a.dropped == "dates.year" or b.dropped in ("dates.day", "dates.year"):
        return dated(text, a, b, word, dash)
    if a.dropped or b.dropped:
        return None
    if a.numeral.scale == 1.0 and b.numeral.scale > 1.0 and a.numeral.style != "fraction" and (a.kind in ("count", b.kind) or b.kind == "count"):
        if low < b.numeral.head or (low == b.numeral.head):
            low = low * b.numeral.scale
    if b.numeral.value >= 1000 and a.numeral.plain and b.numeral.style == "digits" and low < b.value / 1000 and dash and low >= 1 and b.value % 1000 == 0:
        low *= 1000  # "50-60,000"
    if not ordered(text, a, b, low, high, word, dash, rules):
        if word == "to" and low > high and low < 200 and bare_ratio(text, a, b, rules):
            a.dropped = b.dropped = "numbers.score"
        if word == "to" and low > high and high < 200 and a.kind == b.kind == "count" and a.numeral.scale == b.numeral.scale == 1.0 and game_near(text, a, b):
            a.dropped = b.dropped = "numbers.score"
        if word == "to" and low != a.value and left_words(text, a.phrase_start)[-1:] == ["from"]:
            a.value = low  # "raised from 10 to 15 million"
            set_bounds(a)
        if word == "to" and a.kind == "count" and b.kind in ("percent", "money") and b.end > b.numeral.end and left_words(text, a.phrase_start)[-1:] == ["from"]:
            a.kind, a.unit = b.kind, b.unit
        if dash and (b.chained or told_as_score(text, a, b)):
            a.dropped = b.dropped = "numbers.score"
        return None
    if word == "and" and not has_between(text, a):
        return None
    return merged_range(text, a, b, low, high)


def compose(text: str, a: Reading, b: Reading) -> Reading | None:
    """"5 feet 2 inches" is one length, "two hours and a half" one duration."""
    if a.unit == "foot" and b.numeral.plain and (b.unit == "inch" or b.chained) and b.value < 12:
        a.value, a.end = a.value + b.value / 12, b.numeral.end
    elif b.numeral.style == "fraction" and b.numeral.value == 0.5 and a.phrase_end <= b.start and text[a.phrase_end : b.start].strip() == "and":
        a.value, a.end = a.value + 0.5, b.numeral.end
    else:
        return None
    a.phrase_end = max(b.phrase_end, a.end)
    a.numeral.plain = False
    set_bounds(a)
    return a


def has_between(text: str, a: Reading) -> bool:
    words = left_words(text, a.phrase_start)
    return "between" in words[-3:] or "betweeen" in words[-3:] or words[-4:] == ["between", "the", "ages", "of"]


def ordered(text: str, a: Reading, b: Reading, low: float, high: float, word: str, dash: bool, rules: NumberRules) -> bool:
    """Whether two numbers read as a range: rising, of one kind, and not two steps of a change."""
    if low >= high:
        return False
    if dash and a.end - a.start == 3 and b.end - b.start == 4 and a.numeral.plain and b.numeral.plain:
        return False  # a telephone number
    if a.kind != b.kind and not (a.kind == "count" and (b.kind in ("percent", "money", "duration", "measurement"))) and not (a.kind == "money" and b.kind == "count"):
        return False
    if a.kind == b.kind and a.unit != b.unit and a.unit and b.unit:
        return False
    if b.qualifier is not None and b.relation != "exact":
        return False
    if dash:
        return not looks_like_score(text, a, b, low, high)
    words = re.split(r"[.;:!?]\s", text[max(0, a.phrase_start - 60) : a.phrase_start].lower())[-1].replace("(", " ").replace('"', " ").split()
    if word == "to":
        if words and words[-1] == "from" or a.qualifier is None and words[-1:] and words[-1] in rules.change:
            if words[-1] == "from":
                if any(w.startswith(("rang", "vary", "varie", "anywhere", "estimat", "priced", "spann")) for w in words[-4:]):
                    return True
                return low == 0 or not any(w in rules.change for w in words)
            return low == 0 or (a.kind == "count" and b.kind in ("percent", "measurement", "duration"))  # "down 20 to 24 pct"
        if words[-1:] == ["by"] or (words[-1:] == ["of"] and any(w in rules.change for w in words)):
            return high <= 3 * low  # "increased by 43 to 419 billion" tells two numbers
        return True
    if word == "or":
        return high <= 3 * low or (low == 1 and high == 2) or high <= 10
    return True


SCORE = re.compile(r"(?i)\b(?:beat|beats|won|win|wins|victory|defeat\w*|lost|loss|draw|drew|lead|led|score\w*|vote\w*|match|goal\w*|game|record|series|tie|tied|final|cup|ruling|decision)\b")


def bare_ratio(text: str, a: Reading, b: Reading, rules: NumberRules) -> bool:
    """"went into the break 16 to 11": falling, nothing counted behind, nothing that changes before."""
    if a.kind != "count" or b.kind != "count" or a.qualifier or b.qualifier or a.numeral.scale > 1 or b.numeral.scale > 1:
        return False
    words = left_words(text, a.start)[-4:]
    after = AFTER.match(text, b.end) if text[b.end] in BLANKS else None
    if after is not None and after["word"].lower() not in FUNCTION_WORDS:
        return False
    return not any(w in rules.change or w in ("from", "vote", "voted", "votes", "voting") for w in words)


GAME = re.compile(r"(?i)\b(?:beat|beats|beating|defeat\w*|win|wins|won|victory|lead|leads|leading|led|lost|loss|draw|score|final|match|goals?|sets?|trailing|trailed|ahead|down)\b")


def game_near(text: str, a: Reading, b: Reading) -> bool:
    return GAME.search(text[max(0, a.start - 40) : a.start]) is not None or GAME.match(text[b.end + 1 : b.end + 10]) is not None


def told_as_score(text: str, a: Reading, b: Reading) -> bool:
    """"34 -- 10 and", "Belgium 3 – 0 Panama": two bare numbers around a dash, nothing counted behind."""
    if a.kind != "count" or b.kind != "count" or not (a.numeral.plain and b.numeral.plain) or max(a.value, b.value) >= 200:
        return False
    after = AFTER.match(text, b.end) if text[b.end] in BLANKS else None
    return after is None or after["word"][:1].isupper() or after["word"].lower() in FUNCTION_WORDS


SETS = re.compile(r"[0-9][-–][0-9]{1,3}[,;] ?$")
MORE_SETS = re.compile(r"[,;] ?[0-9]{1,3} ?[-–] ?[0-9]")


def looks_like_score(text: str, a: Reading, b: Reading, low: float, high: float) -> bool:
    """"lost 1-2", "3-6, 4-6", "6-379 (de Villiers)", "Tunisia 1 – 2 England": no range."""
    if a.kind != "count" or b.kind != "count" or not (a.numeral.plain and (b.numeral.plain or high < 2000)):
        return False
    if low <= 10 and high > 10 * low and high > 11:
        return True
    if SETS.search(text, max(0, a.start - 10), a.start) or MORE_SETS.match(text, b.end):
        return True
    after = WORD.match(text, b.end)
    left = left_word(text, a.start - 1) if text[a.start - 1] == " " else ""
    if high < 60 and left[:1].isupper() and not left.isupper() and after and after[1][:1].isupper():
        return True
    if SCORE.search(text[max(0, a.start - 30) : a.start]) is not None and high < 200:
        return True
    return high < 2000 and SCORE.search(text[b.end + 1 : b.end + 18]) is not None


def dated(text: str, a: Reading, b: Reading, word: str, dash: bool) -> Reading | None:
    """"May 10 to 15", "10-15 May", "1995 to 2001", "2012-13": the whole is a date."""
    if a.dropped == "dates.year" and (dash or b.dropped == "dates.year"):
        b.dropped = b.dropped or "dates.year"
    elif a.dropped == "dates.year" and word in ("and", "to", "or") and b.dropped is None and b.numeral.plain and a.value < b.value < YEAR_HIGH and b.end - b.start == 4 and b.kind == "count" and b.qualifier is None:
        following = WORD.match(text, b.end)
        if following is None or following[1].lower() not in PEOPLE:
            b.dropped = "dates.year"
    elif a.dropped == "dates.day" and b.value <= 31 and b.numeral.plain and b.kind == "count":
        follows = AFTER.match(text, b.end)
        if dash or follows is None or text[b.end] in ".,;)" or word in ("to", "through"):
            b.dropped = "dates.day"
    elif b.dropped == "dates.day" and a.value <= 31 and a.numeral.plain and a.kind == "count":
        a.dropped = "dates.day"
    return None


def one_in(text: str, a: Reading, b: Reading, word: str) -> Reading | None:
    """"one in five", "nine out of ten": a share, if something follows that is shared."""
    if b.kind != "count" or a.kind != "count" or not 0 < a.value < b.value or b.dropped in ("dates.year", "dates.day", "dates.clock") or a.qualifier and a.relation == "approx" and False:
        return None
    if a.value != int(a.value) or b.value != int(b.value) or a.numeral.style == "fraction":
        return None
    if word == "in" and not (a.value == 1 or (a.value < 10 and b.value in (3, 4, 5, 6, 7, 8, 9, 10, 20, 100))):
        return None
    after = AFTER.match(text, b.end) if text[b.end] in " \n-" else None
    if a.dropped and a.dropped not in ("numbers.pronoun", "numbers.one"):
        return None
    value = a.value / b.value
    a.end, a.phrase_end, a.dropped = b.end, b.phrase_end, None
    a.numeral.plain = False
    followed = after is not None and not rules_after(text, b.end)
    if followed or text[b.end] in ",.;" and text[b.end + 1].isspace() and a.phrase_start > 2:
        a.value = hundredfold(value)
        a.kind, a.unit, a.rule = "percent", "percent", "numbers.share"
    else:
        a.value, a.rule = value, "numbers.fraction"
    if b.relation == "over":
        a.relation = "over"
    a.value = a.value
    set_bounds(a)
    a.numeral.style = "fraction"
    return a


def rules_after(text: str, end: int) -> bool:
    """Whether a qualifier and nothing else follows: "2 in 5 or more"."""
    return load_number_rules().after.fullmatch(text[end : end + 24].rstrip()) is not None


COORDINATE = re.compile(r" (?:[a-z]+ )?(?:[a-z]+s|people|men|women|children|police) and $")


def share_qualifiers(text: str, readings: list[Reading]) -> list[Reading]:
    """"At least six soldiers and six civilians": the qualifier holds for both."""
    for a, b in zip(readings, readings[1:], strict=False):
        if a.qualifier is None or a.dropped or b.dropped or b.qualifier or a.relation not in ("over", "under", "approx") or b.relation != "exact":
            continue
        if a.kind != "count" or b.kind != "count" or b.start - a.end > 36 or a.phrase_end != a.end:
            continue
        following = WORD.match(text, b.end)
        if COORDINATE.fullmatch(text, a.end, b.start) and following and following[1].endswith(("s", "people", "men", "women", "children", "police")):
            b.relation = a.relation
            set_bounds(b)
    return readings


def one_over(text: str, a: Reading, b: Reading) -> Reading | None:
    """"1 over three": a fraction, if nothing is counted behind it."""
    if a.kind != "count" or b.kind != "count" or not 0 < a.value < b.value or b.dropped or a.dropped not in (None, "numbers.pronoun"):
        return None
    if AFTER.match(text, b.end) and text[b.end] in BLANKS:
        return None
    a.value, a.dropped, a.end, a.phrase_end, a.rule = a.value / b.value, None, b.end, b.end, "numbers.fraction"
    set_bounds(a)
    return a


def bounded(text: str, a: Reading, b: Reading) -> Reading | None:
    """"more than 20 and less than 30", "at most 100 and at least 20"."""
    gap = text[a.phrase_end : b.phrase_start].lower().strip(" ,\n")
    over, under = (a, b) if a.relation == "over" else (b, a)
    if gap not in ("and", "but", "or") or over.value > under.value or a.dropped or b.dropped or a.kind not in (b.kind, "count"):
        return None
    merged = merged_range(text, a, b, over.value, under.value)
    merged.phrase_end = b.phrase_end
    return merged


def merged_range(text: str, a: Reading, b: Reading, low: float, high: float) -> Reading:
    kind, unit = (a.kind, a.unit) if a.kind == "money" else (b.kind, b.unit)
    if kind == "count":
        kind, unit = a.kind, a.unit
    start = a.phrase_start
    numeral = Numeral(a.start, b.end, (low + high) / 2, "words", "numbers.range", low)
    reading = Reading(numeral, a.start, b.end, (low + high) / 2, kind, unit, start, max(b.phrase_end, b.end), "numbers.range")
    reading.low, reading.high, reading.relation, reading.qualifier = low, high, "range", a.qualifier
    return reading
