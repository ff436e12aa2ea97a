"""Sentences made for training: the templates of `sentences.txt`, with names from the lists put in.

>>> template_sentence("{per} left [LOC {sur} Street].", random.Random(1)).spans[0][2]
'PER'
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from transforms.name_lists import lines
from transforms.places import gazetteer, table
from transforms.training.corpus import Sentence

# ruff: noqa: E501 - lists of words read better in long lines

# Slots that are names by themselves, and their labels.
LABELS = {
    "per": "PER", "sur": "PER", "given": "PER",
    "city": "LOC", "country": "LOC", "region": "LOC", "state": "LOC", "stateabbr": "LOC",
    "norp": "NORP", "norps": "NORP",
    "party": "ORG", "union": "ORG", "company": "ORG", "media": "ORG", "armed": "ORG", "agency": "ORG", "intl": "ORG",
    "ngo": "ORG", "club": "ORG", "univ": "ORG", "firm": "ORG", "ministry": "ORG", "acr": "ORG", "tick": "ORG",
}  # fmt: skip
FILES = {
    "party": "parties.txt", "union": "labour.txt", "company": "companies.txt", "media": "media.txt", "armed": "armed.txt",
    "agency": "government.txt", "intl": "international.txt", "ngo": "civil.txt", "club": "sports.txt",
}  # fmt: skip
TITLES = (
    "president", "prime minister", "foreign minister", "finance minister", "chief executive", "chairman", "spokesman",
    "spokeswoman", "general secretary", "director", "President", "Prime Minister", "Foreign Minister", "Senator", "Governor",
    "Mayor", "Ambassador", "Professor", "Captain", "Judge", "vice-president", "chief economist", "governor", "ambassador", "coach",
)  # fmt: skip
PLURALS = (
    "Rivers", "Roads", "Stars", "Bulls", "Kings", "Falcons", "Tigers", "Lights", "Winds", "Sons", "Storms", "Bears", "Waters",
    "Works", "Mines", "Forests", "Railways", "Fisheries", "Pensions", "Hawks", "Sharks", "Comets", "Pilots", "Knights",
)  # fmt: skip
FIRM_WORDS = (
    "American", "National", "General", "United", "First", "Allied", "Pacific", "Atlantic", "Northern", "Southern", "Western",
    "Eastern", "Continental", "Universal", "Standard", "Central", "Metro", "Delta", "Omni", "Trans", "Inter", "Dyna", "Micro", "Bio", "Gen",
)  # fmt: skip
FIRM_CORES = (
    "Steel", "Oil", "Savings", "Foods", "Paper", "Chemical", "Medical", "Data", "Software", "Electronics", "Energy", "Resources",
    "Minerals", "Gold", "Airlines", "Bancorp", "Insurance", "Financial", "Homes", "Stores", "Pharma", "Telecom", "Cable", "Motors",
    "Shipping", "Textiles", "Rubber", "Glass", "Cement", "Brewing", "Tobacco", "Systems", "Power", "Gas", "Properties", "Trust",
)  # fmt: skip
FIRM_ENDS = (
    "Inc",
    "Inc.",
    "Corp",
    "Corp.",
    "Co",
    "Co.",
    "Ltd",
    "Ltd.",
    "Plc",
    "AG",
    "SA",
    "Group",
    "Holdings",
    "International",
    "Industries",
    "",
)
MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
CHINESE = ("Li Wang Zhang Liu Chen Yang Zhao Huang Zhou Wu Xu Sun Ma Zhu Hu Guo Lin He Gao Luo Leung Lam Chan Lau Ng Cheung Tsang Yip Tse".split(),
           "Wei Jun Ming Hua Xin Yan Jie Tao Bo Ping Qiang Siu Wai Kin Man Ho Yee Chi Kwok Lok Mei Ling Ka Yin Fung Tong".split())  # fmt: skip
KOREAN = ("Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim Han Shin Seo Kwon".split(),
          "Min Jae Sung Hyun Joon Young Soo Hee Jin Woo Dong Seok Kyung Tae Ho".split())  # fmt: skip
ARABIC = ("Ahmed Mohammed Mohamed Ali Hassan Hussein Omar Khaled Mahmoud Ibrahim Yusuf Abdullah Saleh Mustafa Tariq Walid".split(),
          "Masri Baghdadi Shami Hashimi Qassem Najjar Khatib Tikriti Hamdan Rashid Nasser Zawi Sadr Obeidi Jabouri Ghamdi".split())  # fmt: skip
SPANISH = ("José Juan María Carlos Luis Ana Jorge Rosa Pedro Miguel Andrés Lucía Diego Raúl".split(),
           "García López Hernández Pérez Gómez Díaz Torres Vargas Castillo Rojas Mendoza Fuentes Salazar Quispe".split())  # fmt: skip
SLOT = re.compile(r"\[(PER|ORG|LOC|NORP|MISC) ((?:[^\]{}]|\{\w+\})*)\]|\{(\w+)\}")


def template_sentences(times: int, seed: int) -> list[Sentence]:
    """Every template filled so many times."""
    chance = random.Random(seed)
    return [template_sentence(template, chance) for template in templates() for _ in range(times)]


def template_sentence(template: str, chance: random.Random) -> Sentence:
    text, spans, position = "", [], 0
    for match in SLOT.finditer(template):
        text += template[position : match.start()]
        position = match.end()
        label, words, slot = match.groups()
        if words is not None:
            name = re.sub(r"\{(\w+)\}", lambda inner: fill(inner.group(1), chance), words)
        else:
            name = fill(slot, chance)
            label = LABELS.get(slot.lower())
        if label:
            spans.append((len(text), len(text) + len(name), label))
        text += name
    return Sentence(text + template[position:], tuple(spans))


def replaced(sentence: Sentence, chance: random.Random) -> Sentence:
    """The sentence with other names from the lists in the place of most of its own."""
    text, spans, position = "", [], 0
    for start, end, label in sentence.spans:
        text += sentence.text[position:start]
        name = sentence.text[start:end]
        position = end
        if label == "ORG" and chance.random() < 0.7:
            name = fill(chance.choice(tuple(FILES)), chance)
        elif label == "PER" and chance.random() < 0.7:
            name = fill("per" if " " in name else "sur", chance)
        elif label == "LOC" and chance.random() < 0.6:
            name = fill(chance.choice(("city", "city", "country", "region")), chance)
        spans.append((len(text), len(text) + len(name), label))
        text += name
    return Sentence(text + sentence.text[position:], tuple(spans))


def fill(slot: str, chance: random.Random) -> str:
    """A word or name for the slot; a slot in capitals gives it in capitals."""
    if slot.isupper() and slot != "I":
        return fill(slot.lower(), chance).upper()
    names = stock()
    if slot in names:
        return chance.choice(names[slot])
    return makers()[slot](chance)


@cache
def stock() -> dict[str, Sequence[str]]:
    """The lists to choose from."""
    places = gazetteer()
    cities = [entry[0].split("\t") for entry in places.cities.values()]
    country_rows = list(table("countries.tsv"))
    region_rows = list(table("regions.tsv"))
    norps = [name for row in country_rows for name in row[4].split(";") if name and not name.endswith("men")]
    plural = [name + "s" for name in norps if name.endswith(("an", "i", "k", "r", "t", "d", "Turk", "Swede"))]
    organisations = {slot: names_of(file) for slot, file in FILES.items()}
    civil = organisations["ngo"]
    univ = [name for name in civil if re.search("Universit|College|Institute of Tech", name)]
    organisations["ngo"] = [name for name in civil if name not in univ]
    return {
        **organisations,
        "univ": univ,
        "given": [name for name in lines("given_names.txt") if len(name) > 2],
        "sur": [name for name in lines("surnames.txt") if len(name) > 2],
        # Large cities are told of more often.
        "city": [city[0] for city in cities for _ in range(1 + (int(city[5]) > 300_000) * 4) if int(city[5]) > 40_000],
        "country": [name for row in country_rows for name in row[3].split(";")[:2]],
        "region": [name for row in region_rows for name in row[3].split(";")[:1]],
        "state": [row[3].split(";")[0] for row in region_rows if row[0] in ("US", "CA", "AU") and row[4]],
        "stateabbr": [row[4].split(";")[-1] for row in region_rows if row[0] == "US" and row[4]],
        "norp": norps,
        "norps": plural,
        "title": TITLES,
        "plural": PLURALS,
        "month": MONTHS,
        "day": DAYS,
    }


def makers() -> dict[str, Callable[[random.Random], str]]:
    """What is made up, not chosen."""

    def pair(parts: tuple[list[str], list[str]], joint: str) -> Callable[[random.Random], str]:
        return lambda chance: f"{chance.choice(parts[0])} {chance.choice(parts[1])}{joint}".rstrip()

    def firm(chance: random.Random) -> str:
        first = chance.choice((fill("sur", chance), chance.choice(FIRM_WORDS), fill("city", chance)))
        return f"{first} {chance.choice(FIRM_CORES)} {chance.choice(FIRM_ENDS)}".strip()

    def person(chance: random.Random) -> str:
        middle = f" {chance.choice('ABCDEFGHJKLMNPRSTW')}." if chance.random() < 0.1 else ""
        if chance.random() < 0.15:
            return chance.choice((pair(SPANISH, ""), pair(ARABIC, "")))(chance)
        return f"{fill('given', chance)}{middle} {fill('sur', chance)}"

    def syllables(parts: tuple[list[str], list[str]]) -> Callable[[random.Random], str]:
        def name(chance: random.Random) -> str:
            first, second = chance.choice(parts[1]), chance.choice(parts[1])
            joined = chance.choice((f"{first}-{second.lower()}", f"{first}-{second}", first + second.lower(), first))
            return f"{chance.choice(parts[0])} {joined}"

        return name

    def arabic(chance: random.Random) -> str:
        article = chance.choice(("al-", "Al-", "el-", "al ", "Abu ", ""))
        return f"{chance.choice(ARABIC[0])} {article}{chance.choice(ARABIC[1])}"

    def ministry(chance: random.Random) -> str:
        field = chance.choice(
            (
                "Defence",
                "Defense",
                "Foreign Affairs",
                "Interior",
                "Finance",
                "Health",
                "Justice",
                "Education",
                "Labour",
                "Trade",
            )
        )
        return chance.choice(
            (f"{field} Ministry", f"Ministry of {field}", f"Department of {field}", f"{field} Department")
        )

    return {
        "per": person,
        "firm": firm,
        "ministry": ministry,
        "chinese": syllables(CHINESE),
        "korean": syllables(KOREAN),
        "arabic": arabic,
        "spanish": lambda chance: pair(SPANISH, chance.choice(("", f" {chance.choice(SPANISH[1])}")))(chance),
        "acr": lambda chance: "".join(chance.choice("ABCDEFGHILMNOPRSTUW") for _ in range(chance.choice((3, 3, 4, 5)))),
        "tick": lambda chance: "".join(
            chance.choice("ABCDEFGHIJKLMNOPRSTUVWXYZ") for _ in range(chance.choice((2, 3, 3, 4)))
        ),
        "I": lambda chance: chance.choice("ABCDEFGHJKLMNPRSTW"),
        "n": lambda chance: str(
            chance.choice((chance.randint(1, 12), chance.randint(1, 99), chance.randint(100, 9999)))
        ),
        "year": lambda chance: str(chance.randint(1950, 2024)),
        "score": lambda chance: chance.choice(
            (f"{chance.randint(0, 6)}-{chance.randint(0, 4)}", f"{chance.randint(1, 59)}.{chance.randint(10, 99)}")
        ),
        "money": lambda chance: chance.choice(
            (
                f"${chance.randint(1, 900)} million",
                f"{chance.randint(1, 90)} mln dlrs",
                f"€{chance.randint(1, 90)} billion",
            )
        ),
        "date": lambda chance: f"{chance.randint(1990, 2022)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
        "phone": lambda chance: f"+{chance.randint(1, 99)} {chance.randint(100, 999)} {chance.randint(1000, 9999)}",
    }


def names_of(file: str) -> list[str]:
    """The names of one list of organisations, the first of each line twice: it is the fullest."""
    text = files("transforms").joinpath("rules/en/names/organisations", file).read_text(encoding="utf-8")
    rows = [
        [name.strip() for name in line.split(";")] for line in text.splitlines() if line and not line.startswith("#")
    ]
    return [name for row in rows for name in (row[0], *row)]


@cache
def templates() -> tuple[str, ...]:
    text = (Path(__file__).parent / "sentences.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))
