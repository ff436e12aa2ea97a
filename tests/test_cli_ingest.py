"""newstally ingest and what follows it, as a person sees it: good input, bad input, Ctrl-C, a lake that cannot be."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows import terminal
from tests.command_line import Outcome, environment, newstally

pytestmark = pytest.mark.xdist_group("command_line")

GOOD = "Police arrested 30 people in Minsk on Sunday, the interior ministry said. Two of them died."


@dataclass(frozen=True)
class Taken:
    """A folder of bad input after it was ingested."""

    folder: Path
    outcome: Outcome
    server: str

    def run(self, *arguments: str) -> Outcome:
        return newstally(*arguments, cwd=self.folder, PREFECT_API_URL=self.server)

    @property
    def entries(self) -> dict[str, set[str]]:
        """Reason -> files, of what is in quarantine."""
        found: dict[str, set[str]] = {}
        for row in self.run("quarantine", "list", "--json").json:
            found.setdefault(row["reason"], set()).add(Path(row["path"]).name)
        return found


def write_bad_input(folder: Path) -> None:
    """Every mess that real folders hold, and good articles between it."""
    inbox = folder / "inbox"
    inbox.mkdir()
    (inbox / "good.txt").write_text(GOOD)
    (inbox / "empty.txt").write_bytes(b"")
    (inbox / "blank.txt").write_text(" \n\t\n")
    (inbox / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (inbox / "long.txt").write_text("no end " * 300_000)  # 2.1 MB in one line
    (inbox / "latin1.txt").write_bytes(
        "In Málaga, police arrested 12 demonstrators; señor Núñez was freed.".encode("cp1252")
    )
    (inbox / "nul.txt").write_text("Police arrested\x00 14 people\x00 in Brest.")
    (inbox / "rtl.txt").write_text(
        "قالت الشرطة إن 15 شخصا اعتقلوا في القاهرة يوم الأحد وإن المحتجين عادوا إلى بيوتهم 🙂🙂"
    )
    (inbox / "emoji.txt").write_text("🙂🙂🙂 Police arrested 16 people in Gomel 🎉 on Sunday.")
    (inbox / "page.html").write_text(
        "<html><head><script>x()</script></head><body><nav><a href=/>Home</a></nav></body></html>"
    )
    with gzip.open(inbox / "whole.jsonl.gz", "wt") as file:
        file.write("".join(json.dumps({"id": f"w{n}", "text": f"{GOOD} ({n})"}) + "\n" for n in range(200)))
    (inbox / "cut.jsonl.gz").write_bytes((inbox / "whole.jsonl.gz").read_bytes()[:900])
    lines = [
        '{"id": "l1", "published": "0025-13-45", "text": "Police arrested 17 people."}',
        "{broken",
        '{"id": "l2", "text": "Police \\ud800 arrested 18 people."}',
        '{"id": "l1", "published": "0025-13-45", "text": "Police arrested 17 people."}',
        '{"id": "l3", "title": "no text"}',
        "[1, 2]",
    ]
    (inbox / "lines.jsonl").write_text("\n".join(lines) + "\n")
    (inbox / "new\nline\x1b[31m.txt").write_text("Police arrested 19 people in Pinsk.")
    (inbox / "-q.txt").write_text("Police arrested 20 people in Orsha.")
    (inbox / "out").symlink_to("/etc/passwd")
    (inbox / "dangling").symlink_to(folder / "nowhere")


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory, prefect_server: str) -> Taken:
    folder = tmp_path_factory.mktemp("bad-input")
    write_bad_input(folder)
    outcome = newstally(
        "ingest", "inbox", "gone", cwd=folder, PREFECT_API_URL=prefect_server, NEWSTALLY_DOCUMENT_BYTES_MAX="1000000"
    )
    return Taken(folder, outcome, prefect_server)


def test_exit_code_and_last_lines_say_that_something_was_left_out(taken: Taken) -> None:
    assert taken.outcome.code == terminal.LEFT_OUT
    assert taken.outcome.out == ""
    assert "left out" in taken.outcome.err
    assert "newstally quarantine list" in taken.outcome.err
    assert "gone does not exist: check the path" in taken.outcome.err
    assert "\x1b" not in taken.outcome.err


def test_everything_good_is_in_the_tables(taken: Taken) -> None:
    rows = taken.run("sql", "select value from figures where measure = 'arrests' order by value", "--json").json
    values = {row["value"] for row in rows}
    assert {12, 16, 17, 18, 19, 20, 30} <= values
    assert taken.run("sql", "select count(*) as n from articles where external_id like 'w%'", "--json").json == [
        {"n": 200}
    ]


def test_everything_bad_is_in_quarantine_with_its_reason(taken: Taken) -> None:
    entries = taken.entries
    assert entries["json.invalid"] == {"lines.jsonl"}
    assert entries["decode.binary"] == {"binary.txt", "nul.txt"}
    assert entries["archive.truncated"] == {"cut.jsonl.gz"}
    assert {"empty.txt", "blank.txt"} <= entries["document.empty"]
    assert any("long.txt" in files for reason, files in entries.items() if reason.endswith("too_long"))
    assert "file.symlink" in entries
    assert any("page.html" in files for files in entries.values())
    assert not any("gone" in files for files in entries.values())


def test_a_date_that_cannot_be_is_dropped_and_said_so(taken: Taken) -> None:
    sql = "select published, evidence from articles where external_id = 'l1'"
    row = taken.run("sql", sql, "--json").json[0]
    assert row["published"] is None
    assert "0025-13-45" in row["evidence"]


def test_other_languages_are_stored_and_not_extracted(taken: Taken) -> None:
    sql = (
        "select language, count(figure_id) as n from articles left join figures using (article_id) "
        "where path = 'rtl.txt' group by all"
    )
    assert taken.run("sql", sql, "--json").json == [{"language": "ar", "n": 0}]


def test_the_same_again_adds_nothing(taken: Taken) -> None:
    again = newstally(
        "ingest", "inbox", "--json", "--no-publish",
        cwd=taken.folder, PREFECT_API_URL=taken.server, NEWSTALLY_DOCUMENT_BYTES_MAX="1000000",
    )  # fmt: skip
    assert again.code == terminal.LEFT_OUT
    tally = again.json
    assert (tally["counts"]["articles_new"], tally["counts"]["figures_new"]) == (0, 0)
    assert tally["counts"]["articles_seen_again"] > 200
    tries = {row["tries"] for row in taken.run("quarantine", "list", "--json").json}
    assert tries == {2}, "attempted again is not a new entry"


def test_status_knows_it_all(taken: Taken) -> None:
    status = taken.run("status", "--json").json
    assert status["rows"]["articles"] > 200
    assert status["quarantine_open"] == sum(len(files) for files in taken.entries.values()) >= 8
    assert {run["state"] for run in status["runs"]} == {"completed"}
    shown = taken.run("status").out
    assert "published: version 1" in shown and "ingest" in shown


def test_quarantine_shows_replays_and_drops(taken: Taken) -> None:
    rows = taken.run("quarantine", "list", "--json").json
    broken = next(row for row in rows if row["reason"] == "json.invalid")["quarantine_id"]
    assert "{broken" in taken.run("quarantine", "show", broken[:8]).out
    assert taken.run("quarantine", "show", broken, "--raw").out.strip() == "{broken"
    replayed = taken.run("quarantine", "replay", broken)
    assert replayed.code == terminal.LEFT_OUT
    assert "1 failed again" in replayed.err
    assert taken.run("quarantine", "drop", broken).code == 0
    assert broken not in {row["quarantine_id"] for row in taken.run("quarantine", "list", "--json").json}
    assert taken.run("quarantine", "show", "ffffffffffff").code == terminal.ERROR


def test_sql_in_every_form(taken: Taken) -> None:
    sql = "select value, quote from figures where value = 30 limit 1"
    assert "30" in taken.run("sql", sql).out
    assert taken.run("sql", sql, "--csv").out.splitlines() == ["value,quote", "30.0,30"]
    assert taken.run("sql", sql, "--parquet", "out.parquet").code == 0
    import pyarrow.parquet as pq

    assert pq.read_table(taken.folder / "out.parquet").to_pylist() == [{"value": 30.0, "quote": "30"}]
    piped = newstally("sql", "-", "--json", cwd=taken.folder, given=sql)
    assert piped.json[0]["quote"] == "30"
    wrong = taken.run("sql", "select nonsense from figures")
    assert wrong.code == terminal.ERROR and wrong.err.startswith("newstally: ") and wrong.err.count("\n") == 1
    assert taken.run("sql", "drop table figures").code == terminal.ERROR, "the database is read-only"


def test_explain_a_row_of_the_lake(taken: Taken) -> None:
    identity = taken.run("sql", "select figure_id from figures where value = 16", "--json").json[0]["figure_id"]
    shown = taken.run("explain", identity)
    assert "Police arrested 16 people in Gomel" in shown.out and "emoji.txt" in shown.out
    assert taken.run("explain", "0" * 16).code == terminal.ERROR


def test_shell_is_the_duckdb_shell(taken: Taken) -> None:
    done = newstally("shell", cwd=taken.folder, given="select count(*) from figures where value = 30;\n")
    assert done.code == 0
    assert "count_star()" in done.out


# --- Failures of the place, not of the input --------------------------------------------------------------------


def test_nothing_there_makes_no_lake(tmp_path: Path) -> None:
    done = newstally("ingest", "typo", cwd=tmp_path)
    assert done.code == terminal.ERROR
    assert done.err == "newstally: typo: nothing there: check the path\n"
    assert list(tmp_path.iterdir()) == []


def test_a_lake_that_cannot_be_made(tmp_path: Path, prefect_server: str) -> None:
    (tmp_path / "a.txt").write_text(GOOD)
    (tmp_path / "file").write_text("")
    done = newstally("ingest", "a.txt", "--lake", "file/lake", cwd=tmp_path, PREFECT_API_URL=prefect_server)
    assert done.code == terminal.ERROR
    assert "file/lake" in done.err and done.err.count("\n") == 1


def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(GOOD)
    program = (
        "import flows.server as s, flows.cli as c; s.Server.wait.__defaults__ = (1.0,); c.main(['ingest', 'a.txt'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False,
        env=environment(PREFECT_API_URL="http://127.0.0.1:9/api"),
    )  # fmt: skip
    assert done.returncode == terminal.ERROR
    assert "no Prefect server answers at http://127.0.0.1:9/api" in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_stops_in_seconds_and_the_next_run_goes_on(tmp_path: Path, prefect_server: str) -> None:
    records = (
        {"id": f"n{n}", "text": f"Report {n}: {n * 7919} people marched in town {n * 31}. {GOOD}"} for n in range(800)
    )
    (tmp_path / "many.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    settings = {
        "PREFECT_API_URL": prefect_server,
        "NEWSTALLY_BATCH_DOCUMENTS": "20",
        "NEWSTALLY_COMMIT_BATCHES": "2",
        "NEWSTALLY_WORKERS": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "ingest", "many.jsonl"],
        cwd=tmp_path, env=environment(**settings), stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    wait_for(lambda: committed(tmp_path / "lake") > 0, process)
    os.killpg(process.pid, signal.SIGINT)
    began = time.monotonic()
    _, told = process.communicate(timeout=60)
    assert process.returncode == terminal.INTERRUPTED
    assert time.monotonic() - began < 30  # seconds on a machine that does nothing else
    assert "run the same command again to go on" in told and "Traceback" not in told
    kept = committed(tmp_path / "lake")
    assert 0 < kept < 800
    settings["NEWSTALLY_BATCH_DOCUMENTS"] = "800"
    rest = newstally("ingest", "many.jsonl", "--json", "--no-publish", cwd=tmp_path, **settings)
    assert rest.code == 0
    assert rest.json["counts"]["articles_new"] == 800 - kept
    assert committed(tmp_path / "lake") == 800


def wait_for(condition: Any, process: subprocess.Popen[str], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, "the run ended before it could be interrupted"
        assert time.monotonic() < deadline
        time.sleep(0.2)


def committed(lake: Path) -> int:
    """Articles that the lake's index knows."""
    import sqlite3

    try:
        with sqlite3.connect(f"file:{lake}/index/keys.sqlite?mode=ro", uri=True) as index:
            return int(index.execute("SELECT count(*) FROM article").fetchone()[0])
    except sqlite3.Error:
        return 0
