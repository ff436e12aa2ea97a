"""Lines that belong to the page and not to the article: "Reporting by …", share counts, link footers.

>>> cut_boilerplate(["Two died.", "(Reporting by A. Writer; Editing by B. Reader)"], load_boilerplate("en"))
(['Two died.'], [Cut(rule='boilerplate.credits', text='(Reporting by A. Writer; Editing by B. Reader)')])

The rules are data (`rules/en/boilerplate.toml`); where they apply is decided here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from transforms.values import Cut


@dataclass(frozen=True, slots=True, kw_only=True)
class BoilerplateRules:
    """Compiled rules: lines cut anywhere, lines cut only at the head or the tail, and endings of the last line."""

    anywhere: re.Pattern[str]
    head: re.Pattern[str]
    tail: re.Pattern[str]
    ending: re.Pattern[str]
    longest: int  # a longer line is never boilerplate: it would hold sentences


def cut_boilerplate(lines: Sequence[str], rules: BoilerplateRules) -> tuple[list[str], list[Cut]]:
    """The lines that are the article's, and what was cut in text order.

    A text of nothing but boilerplate is left as it is: it is all that there is to keep.
    """
    start, end = 0, len(lines)
    head: list[Cut] = []
    tail: list[Cut] = []
    while end and is_cut(lines[end - 1], rules, rules.tail, tail):
        end -= 1
    while start < end and is_cut(lines[start], rules, rules.head, head):
        start += 1
    kept = [line for line in lines[start:end] if not is_cut(line, rules, None, head)]
    if not any(kept):
        return list(lines), []
    last, ending = without_ending(kept[-1], rules)
    return [*kept[:-1], last], [*head, *ending, *reversed(tail)]


def is_cut(line: str, rules: BoilerplateRules, place: re.Pattern[str] | None, cuts: list[Cut]) -> bool:
    """Whether a line is blank, or boilerplate anywhere or at this place; what is cut is added to `cuts`."""
    if not line:
        return True
    if len(line) > rules.longest:
        return False
    found = rules.anywhere.fullmatch(line) or (place.fullmatch(line) if place else None)
    if found:
        cuts.append(named_cut(found, line))
    return found is not None


def without_ending(line: str, rules: BoilerplateRules) -> tuple[str, list[Cut]]:
    """The article's last line without the agency's signature, and its cut."""
    ending = rules.ending.search(line, max(0, len(line) - rules.longest))
    if not ending or not line[: ending.start()].strip():
        return line, []
    return line[: ending.start()].rstrip(), [named_cut(ending, line[ending.start() :].strip())]


def named_cut(found: re.Match[str], text: str) -> Cut:
    """The cut under the name of the rule whose group matched."""
    return Cut(rule=f"boilerplate.{found.lastgroup}", text=text)


@cache
def load_boilerplate(language: str) -> BoilerplateRules:
    """The packaged rules; ValueError names a rule that is wrong."""
    path = files("transforms") / "rules" / language / "boilerplate.toml"
    return compile_rules(tomllib.loads(path.read_text(encoding="utf-8")))


def compile_rules(data: dict[str, object]) -> BoilerplateRules:
    """One alternation a place, each rule a named group."""
    places: dict[str, list[str]] = {"anywhere": [], "head": [], "tail": [], "ending": []}
    rules = data["rule"]
    assert isinstance(rules, list)
    for rule in rules:
        for pattern in rule["patterns"]:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(
                    f"boilerplate.toml, rule {rule['name']}: {pattern!r} is no pattern ({error})"
                ) from error
        places[rule["where"]].append(f"(?P<{rule['name']}>{'|'.join(f'(?:{p})' for p in rule['patterns'])})")
    compiled = {
        place: re.compile("|".join(groups) if groups else r"(?!)", re.IGNORECASE) for place, groups in places.items()
    }
    longest = data["longest"]
    assert isinstance(longest, int)
    return BoilerplateRules(longest=longest, **compiled)
