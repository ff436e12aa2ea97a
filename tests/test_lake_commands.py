"""The commands that look after the lake, on a lake of our own making."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import flows.reextract
from flows import cli, terminal
from tests.lakes import add, assert_sound, docs, number
from warehouse.lake import Lake
from warehouse.publish import publish


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A lake of nine documents, one of them revised; published before that."""
    with Lake.create_or_open(tmp_path / "lake") as lake:
        add(lake, docs(9))
        publish(lake)
        first = docs(1)[0]
        add(lake, [replace(first, text=first.text.replace("marched.", "marched, or 7000."))])
    return tmp_path / "lake"


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    """What a command prints with --json."""
    capsys.readouterr()
    assert cli.run([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_revisions_and_their_figures(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "revisions", "doc-0", "--lake", str(folder))[0]
    assert [row["revision"] for row in found["revisions"]] == [1, 2]
    assert ("opened", 7000.0) in {(row["change"], row["value"]) for row in found["changes"]}
    assert cli.run(["revisions", "doc-0", "--lake", str(folder)]) == 0
    assert "opened" in capsys.readouterr().out
    assert cli.run(["revisions", "nobody", "--lake", str(folder)]) == terminal.ERROR
    assert capsys.readouterr().err.startswith("newstally: no document 'nobody'")


def test_undo_and_questions_as_of_a_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = told(capsys, "status", "--lake", str(folder))["runs"]
    last = runs[0]["run_id"]
    sql = ["sql", "SELECT count(*) AS n FROM articles_history", "--lake", str(folder)]
    assert told(capsys, *sql, "--as-of", last) == [{"n": 1}]
    assert told(capsys, "undo", last, "--lake", str(folder))["articles_reopened"] == 1
    assert told(capsys, *sql, "--as-of", last) == [{"n": 1}]
    with Lake.open(folder) as lake:
        assert number(lake, "SELECT count(*) FROM lake.articles_history") == 0
        assert_sound(lake)
    assert cli.run(["undo", last, "--lake", str(folder)]) == terminal.ERROR
    assert "undone already" in capsys.readouterr().err


def test_maintain_verify_and_catalog(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "maintain", "--lake", str(folder), "--retention-days", "0")["snapshots_expired"] >= 0
    assert told(capsys, "verify", "--lake", str(folder))["problems"] == []
    assert told(capsys, "catalog", "--lake", str(folder))["database"].endswith("newstally.duckdb")
    victim = next(iter((folder / "published").rglob("figures/**/*.parquet")))
    victim.write_bytes(victim.read_bytes()[:-1] + b"x")
    problems = told(capsys, "verify", "--lake", str(folder), code=terminal.ERROR)["problems"]
    assert len(problems) == 1 and str(victim) in problems[0]


def test_forget_asks_and_leaves_a_receipt(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = docs(1)[0].url or ""
    assert cli.run(["forget", "--lake", str(folder)]) == terminal.USAGE
    receipt = told(capsys, "forget", "--url", url, "--yes", "--lake", str(folder))
    assert receipt["rows_remaining"] == 0 and len(receipt["articles"]) == 2
    assert json.loads(Path(receipt["path"]).read_text())["urls"] == [url]
    assert told(capsys, "sql", "SELECT count(*) AS n FROM articles", "--lake", str(folder)) == [{"n": 8}]


def test_reextract_takes_this_versions_rules_and_diff_compares(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flows.reextract, "opened_pool", lambda *_: nullcontext(None))
    done = told(capsys, "reextract", "--lake", str(folder))
    assert done["switched"]["articles"] == 9 and done["left"] == []
    assert told(capsys, "reextract", "--lake", str(folder))["switched"]["articles"] == 0
    versions = told(capsys, "diff", "--lake", str(folder))
    assert {row["rules_hash"] for row in versions} == {"rules0000001", done["rules_hash"]}
    found = told(capsys, "diff", "rules0000001", done["run_id"], "--lake", str(folder))
    assert found["articles"] == 9
    with Lake.open(folder) as lake:
        assert_sound(lake)
        assert number(lake, f"SELECT count(*) FROM lake.figures WHERE rules_hash <> '{done['rules_hash']}'") == 0


def test_an_article_that_the_extractor_fails_on_keeps_its_rows(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import transforms.extract

    real = transforms.extract.extract_all
    victim = docs(2)[1].article_id

    def failing(articles: list[Any], tagger: str = "builtin") -> Any:
        if any(article.article_id == victim for article in articles):
            raise ValueError("no")
        return real(articles, tagger)

    monkeypatch.setattr(transforms.extract, "extract_all", failing)
    monkeypatch.setattr(flows.reextract, "opened_pool", lambda *_: nullcontext(None))
    done = told(capsys, "reextract", "--lake", str(folder), code=terminal.LEFT_OUT)
    assert done["left"] == [victim] and done["switched"]["articles"] == 8
    with Lake.open(folder) as lake:
        assert number(lake, "SELECT count(*) FROM lake.articles WHERE rules_hash = 'rules0000001'") == 1
        assert_sound(lake)
