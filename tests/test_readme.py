"""README.md as printed: every command runs and prints what stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.cli import command_names
from tests.readme import FENCE, README, ROOT, commands, outputs

TEXT = README.read_text(encoding="utf-8")


@pytest.mark.xdist_group("readme")
def test_commands_print_what_readme_says(tmp_path: Path) -> None:
    found = outputs(tmp_path)
    assert len(found) >= 12
    for command, said, printed in found:
        assert printed == said, f"{command}: run `python -m tests.readme`"


def test_commands_are_split_as_a_shell_would() -> None:
    fence = '$ newstally sql "select 1\n  as one"\n one\n$ ls\n'
    assert commands(fence) == [('newstally sql "select 1\n  as one"', " one"), ("ls", "")]


def test_links_lead_to_files() -> None:
    for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", TEXT):
        assert (ROOT / target).exists(), target


def test_every_command_that_is_named_exists() -> None:
    named = set(re.findall(r"newstally ([a-z]+)", TEXT)) & {
        name for name in re.findall(r"`?newstally ([a-z]+)", TEXT) if name not in PROSE
    }
    assert named <= set(command_names()), named - set(command_names())


PROSE = {"and", "is", "in", "the", "to", "of", "has", "with", "does", "reads", "writes", "needs", "are", "runs"}


def test_every_fence_has_a_command() -> None:
    for fence in FENCE.findall(TEXT):
        assert commands(fence), fence
