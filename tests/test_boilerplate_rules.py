"""Every rule of boilerplate.toml at work: what it cuts, what it must keep."""

from __future__ import annotations

import random
import time
import tomllib
from importlib.resources import files

import pytest

from transforms.boilerplate import compile_rules, cut_boilerplate, load_boilerplate

DATA = tomllib.loads((files("transforms") / "rules" / "en" / "boilerplate.toml").read_text(encoding="utf-8"))
STORY = ["Nineteen people died when the ferry sank.", "Rescuers found forty on the beach."]
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule['name']}-{number}")
    for rule in DATA["rule"]
    for number, example in enumerate(rule["example"], 1)
]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_example(rule: dict[str, str], example: dict[str, str]) -> None:
    line = example.get("text") or example.get("cut") or example["keep"]
    lines = [line, *STORY] if rule["where"] == "head" else [*STORY, line]
    kept, cuts = cut_boilerplate(lines, load_boilerplate("en"))
    if "keep" in example:
        assert (kept, cuts) == (lines, [])
    else:
        assert [(cut.rule, cut.text) for cut in cuts] == [(f"boilerplate.{rule['name']}", example["cut"])]
        assert example["cut"] not in kept


def test_every_rule_has_something_it_cuts() -> None:
    for rule in DATA["rule"]:
        assert any("cut" in example for example in rule["example"]), rule["name"]


def test_nothing_but_boilerplate_is_left_as_it_is() -> None:
    assert cut_boilerplate(["Sign up", "Reuters"], load_boilerplate("en")) == (["Sign up", "Reuters"], [])


def test_footers_behind_footers_are_cut() -> None:
    kept, cuts = cut_boilerplate([*STORY, "REUTERS", "Share this story", "© 2020 Example"], load_boilerplate("en"))
    assert kept == STORY
    assert [cut.text for cut in cuts] == ["REUTERS", "Share this story", "© 2020 Example"]


def test_wrong_pattern_is_named() -> None:
    wrong = {"longest": 400, "rule": [{"name": "broken", "where": "tail", "patterns": ["("]}]}
    with pytest.raises(ValueError, match=r"boilerplate\.toml, rule broken"):
        compile_rules(wrong)


def test_no_line_takes_long() -> None:
    """Repeated pieces of the rules' own words, which backtracking would try in every combination."""
    atoms = [
        "share",
        " ",
        "|",
        "•",
        ",",
        "a",
        "1",
        "comments",
        "(",
        "reporting by ",
        "A.B",
        "; ",
        "@",
        "-",
        "/AFP",
        "\t",
    ]
    chance, rules = random.Random(1), load_boilerplate("en")
    began = time.process_time()
    for _ in range(3_000):
        line = ("".join(chance.choices(atoms, k=chance.choice((1, 2, 3)))) * 400)[:399] + chance.choice(["", "!"])
        cut_boilerplate([line, *STORY], rules)
        cut_boilerplate([*STORY, line], rules)
    assert time.process_time() - began < 5
