"""Title, authors, date and outlet from what a document says about itself, each with where it was found.

>>> found = find_header(["FERRY SINKS", "By Ana Molnar, Reuters", "17 August 2020", "Nineteen people died when"])
>>> found["title"], found["authors"], found["published"]
(('FERRY SINKS', 'line 1'), ('Ana Molnar', 'byline, line 2'), ('17 August 2020', 'line 3'))
>>> read_date("2020-08-17T23:10:00-05:00")
datetime.date(2020, 8, 17)
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from importlib.resources import files
from typing import Any

YEAR_FIRST, YEAR_LAST = 1600, 2100  # newspapers begin in 1605; no clock tells us today
HEADER_LINES = 8  # byline and date stand above the story
TITLE_MOST = 200
BYLINE_MOST = 160

DATELINE_MOST = 100
DATELINE_PARTS = re.compile(r"[,(]\s*")  # "TACLOBAN, Philippines, Sept 14, 2014 -": the date may follow any of them
DATELINE_END = re.compile(r"\s*\)?\s*(?:[(/][A-Za-z /]{2,30}[)/])?\s*(?:(?:-{1,2}|[–—:])\s|$)")

DIGIT = re.compile(r"\d")
ISO_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:$|[T\s,])")
COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})(?:$|T?\d{4,})")


@cache
def load_metadata_rules(language: str = "en") -> dict[str, Any]:
    """The packaged words of headers and the patterns made of them."""
    path = files("transforms") / "rules" / language / "metadata.toml"
    rules: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    months = sorted((name for names in rules["months"] for name in names), key=len, reverse=True)
    month = rf"(?P<month>{'|'.join(months)})\.?"
    weekday = rf"(?:(?:{'|'.join(rules['weekdays'])})\.?,?\s+)?"
    day = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    prefix = rf"(?:(?:{'|'.join(rules['date_prefixes'])})\s*:?\s*)?"
    rules["month_number"] = {name: number for number, names in enumerate(rules["months"], 1) for name in names}
    rules["dates"] = [
        re.compile(rf"{prefix}{weekday}{form}", re.I)
        for form in (
            rf"{day}\s+{month},?\s+(?P<year>\d{{4}})",
            rf"{month}\s+{day}\s*,?\s+(?P<year>\d{{4}})",
            r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})",
        )
    ]
    rules["byline"] = re.compile(
        rf"(?:{'|'.join(rules['byline_words'])})\s+(?P<names>\S.{{1,120}}?)(?:\s*[|,–—]\s*(?P<rest>.*))?$", re.I
    )
    rules["run_together"] = re.compile(rf"(?<=[a-z.])(?=\d{{1,2}}\s+(?:{'|'.join(months)})\.?,?\s+\d{{4}}$)", re.I)
    return rules


def read_date(value: str) -> date | None:
    """A calendar day as files and feeds write it: ISO 8601, RFC 2822, "17 August 2020", "August 17, 2020".

    The day is the one written, in the writer's own time zone. None: not a date, or one that no newspaper can
    bear (before 1600, after 2100, month 13), or one that reads two ways ("03/04/2020").
    """
    value = value.strip()[:100]
    found = ISO_DATE.match(value) or COMPACT_DATE.match(value)
    if found:
        return plausible(int(found[1]), int(found[2]), int(found[3]))
    written = written_date(value)
    if written:
        return written[0]
    if re.search(r"\d{1,2}:\d{2}", value) or re.match(r"[A-Z][a-z]{2},", value):
        try:
            parsed = parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        return plausible(parsed.year, parsed.month, parsed.day)
    return None


def written_date(value: str, whole: bool = True) -> tuple[date, int] | None:
    """A date in words at the beginning of a text and where it ends; `whole`: nothing but a time may follow."""
    if not DIGIT.search(value):
        return None
    rules = load_metadata_rules()
    for pattern in rules["dates"]:
        found = pattern.match(value)
        if not found:
            continue
        rest = value[found.end() :].strip(" .,|–—-)\u00a0")
        if whole and rest and not re.fullmatch(rules["after_date"], rest, re.I):
            continue
        month = found["month"].casefold()
        number = int(month) if month.isdigit() else rules["month_number"][month]
        day = plausible(int(found["year"]), number, int(found["day"]))
        if day:
            return day, found.end()
    return None


def plausible(year: int, month: int, day: int) -> date | None:
    """The date, None where the calendar or the history of newspapers has none such."""
    if not YEAR_FIRST <= year <= YEAR_LAST:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def find_header(lines: list[str]) -> dict[str, tuple[str, str]]:
    """Title, authors and date that stand above the story: field -> (value, evidence)."""
    rules = load_metadata_rules()
    found: dict[str, tuple[str, str]] = {}
    header = [line.strip() for line in lines[:HEADER_LINES]]
    if header and len(lines) > 1 and is_title(header[0]):
        found["title"] = (header[0], "line 1")
    for number, line in enumerate(header, 1):
        if len(line) > BYLINE_MOST:
            dateline = find_dateline(line) if "published" not in found else None
            if dateline:
                found["published"] = (dateline, f"dateline, line {number}")
            if number > 1:
                break  # the story has begun
            continue
        byline = rules["byline"].match(line) if "authors" not in found else None
        if byline and is_names(byline["names"]):
            found["authors"] = (split_names(byline["names"]), f"byline, line {number}")
            rest = byline["rest"] or ""
            if "published" not in found and written_date(rest):
                found["published"] = (rest, f"byline, line {number}")
            continue
        if "published" not in found:
            dateline = find_dateline(line)
            if dateline:
                found["published"] = (dateline, f"dateline, line {number}")
                continue
        if "published" not in found and line[:1].isalnum() and written_date(line):
            found["published"] = (line, f"line {number}")
            above = header[number - 2] if number > 1 else ""
            if "authors" not in found and number > 2 and is_names(above, strict=True):
                found["authors"] = (split_names(above), f"line {number - 1}, above the date")
    return found


def is_byline(line: str) -> bool:
    """Whether a line is nothing but a byline: "by Ana Molnar, Reuters"."""
    if line[:2].casefold() != "by" or len(line) > BYLINE_MOST or line[-1] == ".":
        return False
    byline = load_metadata_rules()["byline"].match(line)
    return byline is not None and is_names(byline["names"])


def find_dateline(line: str) -> str | None:
    """The date of "MINSK, Aug 17, 2020 (AFP) - Workers …"; a dateline without a year is none, no clock tells it."""
    head = line[:DATELINE_MOST]
    for part in DATELINE_PARTS.finditer(head):
        if not is_names(head[: part.start()]):
            return None
        written = written_date(head[part.end() :], whole=False)
        if written:
            after = part.end() + written[1]
            return head[part.end() : after] if DATELINE_END.match(line, after) else None
    return None


def is_title(line: str) -> bool:
    """A headline: short, without a full stop, no byline and no date."""
    rules = load_metadata_rules()
    if not 3 <= len(line) <= TITLE_MOST or line[-1] in ".;:,":
        return False
    return not (rules["byline"].match(line) and len(line) < 60) and written_date(line, whole=False) is None


def is_names(text: str, strict: bool = False) -> bool:
    """Words that can be authors: each begins with a capital, or joins names ("and", "van")."""
    rules = load_metadata_rules()
    words = re.split(r"[\s,]+", text.strip())
    if not words or len(words) > 16 or any(char.isdigit() for char in text):
        return False
    capitals = sum(word[:1].isupper() for word in words)
    if strict and (not 2 <= len(words) <= 5 or len(text) > 50 or text.isupper()):
        return False
    return capitals > 0 and all(word[:1].isupper() or word.casefold() in rules["name_words"] for word in words if word)


def split_names(text: str) -> str:
    """The names, joined by "; "."""
    names = re.split(r"\s*(?:,|;|&|\band\b)\s*", text.strip(" .,|"))
    return "; ".join(name for name in names if name)


def split_run_together(line: str) -> list[str]:
    """A byline run together with its date as two lines: "A. Author17 August 2020"."""
    if len(line) > BYLINE_MOST or not line[-4:].isdigit():
        return [line]
    found = load_metadata_rules()["run_together"].search(line)
    return [line[: found.start()], line[found.start() :]] if found else [line]


def read_datetime_or_date(value: str | date | datetime) -> date | None:
    """As read_date, for values that are dates already."""
    if isinstance(value, datetime):
        return plausible(value.year, value.month, value.day)
    return plausible(value.year, value.month, value.day) if isinstance(value, date) else read_date(value)
