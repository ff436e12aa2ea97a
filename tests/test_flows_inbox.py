"""The inbox: a file is read when it is new or changed and nobody is writing it; what failed is read again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.archives import Limits
from flows.inbox import Inbox
from flows.records import SourceProblem


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.txt").write_text("Two people died.")
    (inbox / "b.txt").write_text("Three people died.")
    return inbox


def look(folder: Path, *, finish: bool = True, settle: float = 0.0) -> list[str]:
    """Names of what one look reads; `finish`: the run came to its end."""
    inbox = Inbox(folder.parent / "seen.sqlite", [str(folder)], settle_seconds=settle)
    found = [str(one.path) for one in inbox.documents(Limits(), {})]
    if finish:
        inbox.remember()
    return found


def test_a_file_is_read_once(folder: Path) -> None:
    assert look(folder) == ["a.txt", "b.txt"]
    assert look(folder) == []
    (folder / "c.txt").write_text("Four people died.")
    assert look(folder) == ["c.txt"]


def test_a_changed_file_is_read_again(folder: Path) -> None:
    look(folder)
    (folder / "a.txt").write_text("Two people died, and a third.")
    assert look(folder) == ["a.txt"]
    os.utime(folder / "b.txt", ns=(1, 1))
    assert look(folder) == ["b.txt"]


def test_a_run_that_does_not_end_notes_nothing(folder: Path) -> None:
    look(folder, finish=False)
    assert look(folder) == ["a.txt", "b.txt"]


def test_a_file_that_is_being_written_waits(folder: Path) -> None:
    os.utime(folder / "a.txt", ns=(1, 1))
    assert look(folder, settle=3600) == ["a.txt"]
    assert look(folder) == ["b.txt"]


def test_a_lost_or_damaged_note_costs_reading_only(folder: Path) -> None:
    look(folder)
    (folder.parent / "seen.sqlite").write_text("no data base")
    assert look(folder) == ["a.txt", "b.txt"]


def test_a_path_that_cannot_be_read_is_told_once(folder: Path) -> None:
    (folder / "out").symlink_to("/etc/passwd")
    inbox = Inbox(folder.parent / "seen.sqlite", [str(folder)])
    assert [type(one) for one in inbox.documents(Limits(), {})][-1] is SourceProblem
    inbox.remember()
    assert look(folder) == []
