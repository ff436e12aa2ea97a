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
    cuts: list[tuple[int, Cut]] = []
    kept = list(enumerate(lines))
    kept = without_tail(kept, rules, cuts)
    kept = without_head(kept, rules, cuts)
    kept = without_lines(kept, rules, cuts)
    if not any(line for _, line in kept):
        return list(lines), []
    cuts.sort(key=lambda found: found[0])
    return [line for _, line in kept], [cut for _, cut in cuts]


def without_tail(
    kept: list[tuple[int, str]], rules: BoilerplateRules, cuts: list[tuple[int, Cut]]
) -> list[tuple[int, str]]:
    """Drop lines from the end as long as they are footers, then the wire's signature that ends the last line."""
    while kept:
        index, line = kept[-1]
        if not line:
            kept = kept[:-1]
            continue
        found = len(line) <= rules.longest and (rules.anywhere.fullmatch(line) or rules.tail.fullmatch(line))
        if found:
            cuts.append((index, named_cut(found, line)))
            kept = kept[:-1]
            continue
        ending = rules.ending.search(line, max(0, len(line) - rules.longest))
        if not ending:
            break
        cuts.append((index, named_cut(ending, line[ending.start() :].strip())))
        kept = [*kept[:-1], (index, line[: ending.start()].rstrip())]
    return kept


def without_head(
    kept: list[tuple[int, str]], rules: BoilerplateRules, cuts: list[tuple[int, Cut]]
) -> list[tuple[int, str]]:
    """Drop navigation from the beginning, up to the first line that is none."""
    while kept:
        index, line = kept[0]
        found = len(line) <= rules.longest and (rules.head.fullmatch(line) or rules.anywhere.fullmatch(line))
        if line and not found:
            break
        if found:
            cuts.append((index, named_cut(found, line)))
        kept = kept[1:]
    return kept


def without_lines(
    kept: list[tuple[int, str]], rules: BoilerplateRules, cuts: list[tuple[int, Cut]]
) -> list[tuple[int, str]]:
    """Drop lines that are boilerplate wherever they stand."""
    left = []
    for index, line in kept:
        found = line and len(line) <= rules.longest and rules.anywhere.fullmatch(line)
        if found:
            cuts.append((index, named_cut(found, line)))
        else:
            left.append((index, line))
    return left


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
