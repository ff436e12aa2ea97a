"""Killed writers, in short; in full: `python -m tests.stress.crash --kills 200`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.lakes import add, docs
from tests.stress.crash import check, documents, torture
from tests.stress.load import load
from warehouse.lake import Lake
from warehouse.publish import publish


@pytest.mark.slow
def test_writers_killed_at_random_moments_lose_and_double_nothing(tmp_path: Path) -> None:
    tally = torture(tmp_path, kills=12, seed=7)
    assert tally.problems == []
    assert tally.kills == 12 and tally.articles > 0


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("DELETE FROM lake.figures WHERE quote_start < 6", "figures and mentions instead of"),
        ("DELETE FROM lake.articles WHERE external_id = 'doc-1'", "article is not current"),
        ("INSERT INTO lake.mentions SELECT * FROM lake.mentions LIMIT 1", "mention_id more than once"),
        ("UPDATE lake.figures SET rules_hash = 'other' WHERE quote_start < 6", "of other rules"),
    ],
)
def test_the_check_notices_what_it_is_for(tmp_path: Path, damage: str, told: str) -> None:
    with Lake.create_or_open(tmp_path / "lake") as lake:
        add(lake, documents(0))
        publish(lake)
    assert check(tmp_path) == ""
    with Lake.create_or_open(tmp_path / "lake") as lake:
        lake.sql(damage)
    assert told in check(tmp_path)


def test_a_lost_batch_is_noticed(tmp_path: Path) -> None:
    with Lake.create_or_open(tmp_path / "lake") as lake:
        add(lake, docs(2))
    ids = [doc.article_id for doc in docs(2)]
    trying = {"what": "trying", "run": "r", "ids": [ids[0], "0" * 16]}
    lines = json.dumps(trying) + "\n" + json.dumps({"what": "committed", "run": "r", "ids": ["1" * 16]}) + "\n"
    (tmp_path / "journal").write_text(lines)
    assert "acknowledged by run r and lost" in check(tmp_path)
    (tmp_path / "journal").write_text(lines.splitlines()[0] + "\n")
    assert "1 of 2 articles of one batch" in check(tmp_path)


@pytest.mark.slow
def test_writers_and_readers_at_once_end_with_exact_counts(tmp_path: Path) -> None:
    told = load(tmp_path / "lake", writers=3, readers=4, seconds=12)
    assert told["problems"] == []
    assert told["did"]["commits"] > 0 and told["did"]["published_queries"] > 0
