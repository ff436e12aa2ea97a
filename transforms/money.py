"""Money: "$US55.9m", "Rs 500 crore", "45 dollars", "2 dollars and 50 cents", "30 MUSD".

Signs, codes and words are in rules/en/currencies.toml; "pounds" are money or weight by the words near them.
"""

from __future__ import annotations

import re

from transforms.number_rules import NumberRules
from transforms.numerals import following_word, read_words
from transforms.readings import DASHES, WORD, Reading

TAIL = re.compile(r"(?P<and>[ \n]and)?[ \n](?P<digits>[0-9]{1,2}(?![0-9%]|[.,][0-9]))?(?P<word>[A-Za-z]{3,9})?")
NAMES_BEFORE = 12  # characters that the longest sign and its country letters take


def read_money_before(text: str, reading: Reading, rules: NumberRules) -> bool:
    """A sign, code or abbreviation that ends where the number begins; False if there is none."""
    match = rules.money_left.search(text, max(0, reading.start - NAMES_BEFORE), reading.start)
    if match is None:
        return text[reading.start - 1] in " \n="
    groups = match.groupdict()
    sign, word = groups["sign"], groups["code"] or groups["letter"]
    glued = text[reading.start - 1].isalpha() and word in rules.words["name_currencies"]
    if glued and reading.numeral.plain and reading.value < 1000:
        return False  # "R18" is a rating, "COP26" a meeting, "R500m" is money
    named = groups["glued"] or groups["spaced"] or groups["inner"] or word
    code = rules.signs[sign] if sign else ""
    if word:
        code = rules.codes.get(word) or rules.codes[word.upper()]
    elif named and (sign in ("$", None) or len(named) == 3):
        code = rules.money_left_all.get(named, code)
    start = match.start()
    if sign and text[start - 1] in DASHES and not text[start - 2].isalnum():
        reading.negated(start - 1)
    reading.start = reading.phrase_start = min(start, reading.start)
    reading.kind, reading.unit, reading.rule = "money", code, "numbers.money"
    return True


def read_money_after(text: str, match: re.Match[str], reading: Reading, rules: NumberRules) -> bool:
    """A sign, code or word behind the number, with what cents follow it."""
    found = currency_after(text, match, reading, rules)
    if found is None:
        return False
    reading.priced(*found)
    read_cents(text, reading, rules)
    return True


def currency_after(text: str, match: re.Match[str], reading: Reading, rules: NumberRules) -> tuple[str, int] | None:
    """Currency code and end of the words behind the number: "dollars", "US dollars", "USD", "€"."""
    word, end = match["word"], match.end()
    lower = word.lower()
    if "- " in match["gap"]:  # "June 18 - BSD Corp said"
        return None
    if word in rules.signs:
        next_number = text[end].isdigit() or (match["gap"] and text[end] in " \n" and text[end + 1].isdigit())
        return None if next_number else (rules.signs[word], end)  # "5 € and": behind; "20 €5": before the next
    code = rules.codes.get(word) if len(word) > 2 else None
    if code or (lower in rules.money_left_words and len(word) == 3 and lower.upper() in rules.codes and word == lower):
        return code_after(text, end, code or rules.codes[word.upper()], reading, rules)
    if lower in rules.money_words:
        return word_after(text, word, end, reading, rules)
    if lower in rules.money_doubtful:
        return (rules.money_doubtful[lower], end) if pounds_are_money(text, match, reading, rules) else None
    return national_currency(text, match, rules)


def code_after(text: str, end: int, code: str, reading: Reading, rules: NumberRules) -> tuple[str, int] | None:
    """As in "200 USD", "75 USD million"; not the code of the next number: "3 USD50 cards"."""
    if text[end].isdigit() or (reading.kind == "money" and text[end + 1].isdigit()):
        return None
    following = WORD.match(text, end)
    if following and following[1].lower() in rules.scales:
        reading.scaled(rules.scales[following[1].lower()], end)
        end = following.end()
    return code, end


def word_after(text: str, word: str, end: int, reading: Reading, rules: NumberRules) -> tuple[str, int] | None:
    """As in "45 dollars"; "won", "mark" and "real" are words too: "10 Mark", "the three won"."""
    lower = word.lower()
    if reading.kind == "money" and reading.unit != "USD":
        return reading.unit or rules.money_words[lower], end
    if lower in rules.words["currency_homonyms"]:
        named = word[0].isupper() and not word.isupper()
        few = reading.numeral.scale == 1 and (reading.value < 10 or (lower == "real" and reading.numeral.plain))
        verb = lower == "won" and reading.numeral.scale == 1 and text[end] not in ".,;)" and reading.value < 1000
        if named or few or verb:
            return None
    return rules.money_words[lower], end


def national_currency(text: str, match: re.Match[str], rules: NumberRules) -> tuple[str, int] | None:
    """As in "5 Swiss francs", "3 million Hong Kong dollars", "10 U.S. dlrs"."""
    lower = match["word"].lower()
    adjective = rules.nationalities.get(lower) if match["gap"] else None
    if adjective is None and lower not in rules.words["first_of_two"]:
        return None
    end = match.end() + (text[match.end()] == ".")
    following = WORD.match(text, end)
    if following and lower in rules.words["first_of_two"] and following[1].lower() not in (adjective or {}):
        adjective = rules.nationalities.get(f"{lower} {following[1].lower()}")
        following = WORD.match(text, following.end())
    if following is None or adjective is None:
        return None
    noun = following[1].lower()
    code = adjective.get(noun) or adjective.get(rules.money_singular.get(noun, noun.removesuffix("s")))
    return (code, following.end()) if code else None


def pounds_are_money(text: str, match: re.Match[str], reading: Reading, rules: NumberRules) -> bool:
    """As in "10 million pounds" and "paid 500 pounds" are money, "600 pounds each" is a weight."""
    after = text[match.end() : match.end() + 12].lower()
    if after.lstrip().startswith("sterling"):
        return True
    sentence = text[max(0, reading.start - 60) : reading.start].rpartition(". ")[2]
    near = f"{sentence} {text[match.end() : match.end() + 40].partition('. ')[0]}"
    if after.startswith(" of ") or "-" in match["gap"] or rules.near["weight"].search(near):
        return False
    large = reading.numeral.scale >= 1000 or (reading.numeral.style == "vague" and reading.value >= 1000)
    return large or rules.near["money"].search(near) is not None


def read_cents(text: str, reading: Reading, rules: NumberRules) -> None:
    """As in "two dollars and 50 cents", "thirteen dollars forty five", "17 USD 25": the hundredths belong to it."""
    if text[reading.end] not in " \n":
        return
    word = following_word(reading.small, reading.end)
    if word and word != "and" and word not in rules.tokens:
        return
    tail = TAIL.match(text, reading.end)
    if tail is None or reading.numeral.style == "vague":
        return
    if tail["digits"]:
        cents, end = float(tail["digits"]), tail.end("digits")
    elif tail["word"] and rules.tokens.get(tail["word"].lower(), ("",))[0] in ("unit", "teen", "tens"):
        numeral = read_words(text, reading.small, tail.start("word"), rules)
        if numeral is None or numeral.style != "words" or not 0 < numeral.value < 100:
            return
        cents, end = numeral.value, numeral.end
    else:
        return
    following = WORD.match(text, end) if text[end] == " " else None
    word = following[1].lower() if following else ""
    if word in rules.words["minor_currencies"] and following:
        end = following.end()
    elif reading.numeral.scale > 1 or not closes(text, end, word, tail["digits"]):
        return
    reading.value += cents / 100
    reading.end = reading.phrase_end = end
    reading.set_bounds()


def closes(text: str, end: int, word: str, digits: str | None) -> bool:
    """Whether the amount ends here: "thirteen dollars forty five people" would be two numbers."""
    if text[end] not in " .,;\n)" or (text[end] == "," and text[end + 1].isdigit()):
        return False
    return word in ("", "and") and (digits is None or (len(digits) == 2 and not word))
