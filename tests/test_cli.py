"""The command line without a lake: help, errors, exit codes, extract, explain, doctor."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from flows import terminal
from flows.cli import command_names
from flows.commands.sql import safe_cell
from flows.options import field_names
from flows.showing import shown_dates, shown_value
from flows.spool import pack, unpack
from tests.command_line import ROOT, SAMPLES, environment, newstally
from transforms.documents import RawDocument

HEAVY = ("prefect", "great_expectations", "pandas", "dask", "trafilatura")


def test_help_lists_every_command(tmp_path: Path) -> None:
    shown = newstally("--help", cwd=tmp_path)
    assert shown.code == 0
    for name in command_names():
        assert f" {name} " in shown.out
    assert "Exit codes: 0 done" in shown.out.replace("\n", " ")


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["settings"], ["extract", "--format", "jsonl", str(SAMPLES / "belarus-2020.md")], ["sql", "select 1"]],
    ids=["help", "settings", "extract", "sql"],
)
def test_light_commands_import_neither_prefect_nor_great_expectations(tmp_path: Path, arguments: list[str]) -> None:
    program = f"import sys, flows.cli; flows.cli.run({arguments!r}); print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, env=environment(), check=False
    )
    assert ast.literal_eval(done.stdout.splitlines()[-1]) == []


def test_extract_starts_in_a_second_and_a_half(tmp_path: Path) -> None:
    before = os.times()
    done = newstally("extract", "--format", "jsonl", cwd=tmp_path, given="Two people died in Minsk on Sunday.")
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    assert done.lines[0]["figures"]
    assert spent < 1.5


def test_unknown_command_and_option_are_usage_errors(tmp_path: Path) -> None:
    for arguments in (["nonsense"], ["extract", "--nonsense"], ["ingest", "--workers", "many"]):
        done = newstally(*arguments, cwd=tmp_path)
        assert done.code == terminal.USAGE
        assert done.err.startswith("newstally: ")
        assert "--help" in done.err


def test_wrong_setting_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "newstally.toml").write_text("workers = -1\n")
    done = newstally("status", cwd=tmp_path)
    assert done.code == terminal.ERROR
    assert done.err == "newstally: workers (newstally.toml): should be greater than or equal to 0, not -1\n"


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", "status", "--lake", "nowhere", "--debug"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert done.returncode == terminal.ERROR
    assert "Traceback" in done.stderr
    assert "nowhere: no lake there" in done.stderr


@pytest.mark.parametrize("command", [["status"], ["sql", "select 1"], ["shell"], ["quarantine", "list"], ["publish"]])
def test_a_lake_that_is_not_there(tmp_path: Path, command: list[str], prefect_server: str) -> None:
    done = newstally(*command, "--lake", "nowhere", cwd=tmp_path, PREFECT_API_URL=prefect_server)
    assert done.code == terminal.ERROR
    assert done.err.startswith("newstally: nowhere")
    assert done.err.count("\n") == 1
    assert not (tmp_path / "nowhere").exists()


# --- extract ----------------------------------------------------------------------------------------------------


def test_extract_keeps_ids_and_order_of_its_input(tmp_path: Path) -> None:
    records = [
        {"id": "b", "published": "2020-08-17", "text": "Over 7,000 people were arrested in Minsk last week."},
        {"id": "a", "published": None, "text": "Police detained 30 people on Sunday."},
        {"id": 7, "text": "   "},
    ]
    given = "".join(json.dumps(record) + "\n" for record in records)
    done = newstally("extract", "--format", "jsonl", "-", cwd=tmp_path, given=given)
    assert done.code == 0
    first, second, third = done.lines
    assert [row["id"] for row in done.lines] == ["b", "a", "7"]
    assert first["published"] == "2020-08-17"
    figure = first["figures"][0]
    assert (figure["value"], figure["relation"], figure["measure"], figure["country"]) == (
        7000,
        "over",
        "arrests",
        "BY",
    )
    assert (figure["date_start"], figure["date_end"]) == ("2020-08-10", "2020-08-16")
    assert first["text"][figure["quote_start"] : figure["quote_end"]] == "7,000" == figure["quote"]
    assert any(mention["kind"] == "DATE" and mention["timex_type"] == "DATE" for mention in first["mentions"])
    assert second["published"] is None
    assert second["figures"][0]["date_start"] is None, "Sunday of no known week"
    assert third["figures"] == [] and "empty" in third["rejected"]


def test_extract_takes_metadata_from_the_command_line(tmp_path: Path) -> None:
    done = newstally(
        "extract", "--json", "--published", "2020-08-17", "--title", "Arrests", "--author", "A. B.", "--author", "C. D",
        cwd=tmp_path, given="Police detained more than 120 marchers in Minsk on Sunday.",
    )  # fmt: skip
    assert done.lines[0]["title"] == "Arrests"
    assert done.lines[0]["figures"][0]["date_start"] == "2020-08-16"


def test_extract_shows_a_table(tmp_path: Path) -> None:
    done = newstally(
        "extract", "--published", "2020-08-17", cwd=tmp_path, given="Police detained more than 120 marchers on Sunday."
    )
    assert done.code == 0
    assert "arrests" in done.out and "over 120" in done.out and "16 Aug 2020" in done.out


def test_extract_with_other_field_names(tmp_path: Path) -> None:
    given = json.dumps({"key": "x1", "body": "Two people died in Minsk.", "day": "2020-08-17"})
    done = newstally(
        "extract", "--format", "jsonl", "--field", "text=body", "--field", "id=key", "--field", "published=day",
        cwd=tmp_path, given=given,
    )  # fmt: skip
    assert (done.lines[0]["id"], done.lines[0]["published"]) == ("x1", "2020-08-17")


def test_extract_tells_what_it_left_out(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("Two people died in Minsk.")
    done = newstally("extract", "--format", "jsonl", "good.txt", "gone.txt", cwd=tmp_path)
    assert done.code == terminal.LEFT_OUT
    assert len(done.lines) == 1
    assert "gone.txt does not exist" in done.err


def test_extract_does_not_read_other_languages(tmp_path: Path) -> None:
    text = (
        "Über 7.000 Menschen wurden in der vergangenen Woche in Minsk festgenommen, sagte die Polizei am Sonntag. "
        "Die Arbeiter des Werks in Grodno sind seit Donnerstag im Streik und wollen nicht an die Maschinen zurück, "
        "bis die Wahl wiederholt wird und alle Gefangenen frei sind."
    )
    done = newstally("extract", "--json", cwd=tmp_path, given=text)
    assert (done.lines[0]["language"], done.lines[0]["figures"]) == ("de", [])
    forced = newstally("extract", "--json", "--language", "en", cwd=tmp_path, given=text)
    assert forced.lines[0]["language"] == "en"


@pytest.mark.parametrize("wrong", ["17.8.2020", "2020-13-45", "yesterday"])
def test_a_date_that_is_none_is_a_usage_error(tmp_path: Path, wrong: str) -> None:
    done = newstally("extract", "--published", wrong, cwd=tmp_path, given="Two died.")
    assert done.code == terminal.USAGE
    assert "YYYY-MM-DD" in done.err


def test_a_reader_that_has_enough_is_no_error(tmp_path: Path) -> None:
    lines = json.dumps({"text": "Two people died in Minsk on Sunday."}) + "\n"
    (tmp_path / "many.jsonl").write_text(lines * 3000)
    program = f"{sys.executable} -m flows.cli extract --format jsonl many.jsonl | head -n 1"
    done = subprocess.run(
        program, shell=True, cwd=tmp_path, capture_output=True, text=True, env=environment(), check=False
    )
    assert json.loads(done.stdout)["figures"]
    assert done.stderr == ""


# --- what is printed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["table", "jsonl"])
def test_no_terminal_escape_of_a_document_is_printed(tmp_path: Path, format: str) -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\u009b31m\u202e"
    record = {"id": evil, "title": f"Title {evil}", "text": f"Police {evil} detained 120 marchers {evil} in Minsk."}
    (tmp_path / "evil.jsonl").write_text(json.dumps(record))
    (tmp_path / "evil\x1b[31m.bin").write_bytes(b"\x00\x01\x02" * 100)
    done = newstally("extract", "--format", format, ".", cwd=tmp_path)
    for sign in ("\x1b", "\x07", "\u009b", "\u202e"):
        assert sign not in done.out + done.err


def test_plain_keeps_text_and_drops_controls() -> None:
    assert terminal.plain("a\tb\nc\x1b[1m\x00\x7f\x9b\u202ed\ud800é🙂") == "a\tb\nc[1mdé🙂"
    assert terminal.one_line("one\n two", 6) == "one t…"
    assert json.loads(terminal.json_text({"t": "\x9b\u202e\ud800é"})) == {"t": "\x9b\u202e\ud800é"}


def test_cells_are_no_formulas() -> None:
    assert [safe_cell(cell) for cell in ("=1+1", " @x", "-2", "+3", "a=b", -2, None)] == [
        "'=1+1", "' @x", "'-2", "'+3", "a=b", -2, None,
    ]  # fmt: skip


def test_values_and_dates_in_words() -> None:
    from datetime import date

    base = {"kind": "count", "unit": "worker", "low": None, "high": None, "of_total": None, "quote": "dozens"}
    assert shown_value(base | {"value": 5000.0, "relation": "exact", "of_total": 7000.0}) == "5,000 of 7,000 workers"
    assert shown_value(base | {"value": 24.0, "relation": "vague"}) == "dozens (24 or more) workers"
    assert shown_value(base | {"value": 12.5, "low": 10.0, "high": 15.0, "relation": "range"}) == "10 to 15 workers"
    assert shown_value(base | {"value": 21.5, "kind": "percent", "relation": "exact"}) == "21.5 %"
    assert shown_dates(date(2019, 1, 1), date(2019, 12, 31)) == "2019"
    assert shown_dates(date(2020, 8, 13), date(2020, 9, 2)) == "13 Aug – 2 Sep 2020"
    assert shown_dates(date(2019, 12, 30), date(2020, 1, 2)) == "30 Dec 2019 – 2 Jan 2020"
    assert shown_dates(None, None) == ""


def test_field_names() -> None:
    assert field_names(["text=body", "id = key"]) == {"text": "body", "id": "key"}
    with pytest.raises(terminal.UserError, match="text=body"):
        field_names(["text"])


@pytest.mark.parametrize("content", ["plain \ud800 \x00", b"\xff\xfe\x00bytes"])
def test_documents_survive_spool_and_quarantine(content: str | bytes) -> None:
    raw = RawDocument(content=content, path="a\nb.txt", given={"title": "T"}, hints={"outlet": "Ledger"})
    assert unpack(pack(raw)) == raw


# --- explain, doctor --------------------------------------------------------------------------------------------


def test_explain_a_sentence(tmp_path: Path) -> None:
    sentence = "Over 7,000 people were arrested in Minsk last week."
    done = newstally("explain", sentence, "--published", "2020-08-17", cwd=tmp_path)
    assert done.code == 0
    for told in ("arrests", "7,000 to open", "2020-08-10", "Minsk", "numbers.digits"):
        assert told in done.out
    assert newstally("explain", "Nobody came.", cwd=tmp_path).out == "no figures in it\n"


def test_doctor_finds_this_environment_sound(tmp_path: Path) -> None:
    done = newstally("doctor", "--json", cwd=tmp_path)
    found = {(row["subject"], row["state"]) for row in done.json}
    assert done.code == 0, done.out
    assert {("python", "ok"), ("prefect", "ok"), ("rules", "ok"), ("lake", "optional")} <= found


def test_doctor_names_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "newstally.toml").write_text("workers = -1\n")
    done = newstally("doctor", cwd=tmp_path, NEWSTALLY_NONSENSE="1")
    assert done.code == terminal.ERROR
    assert "should be greater than or equal to 0" in done.out


def test_doctor_names_what_is_no_setting(tmp_path: Path) -> None:
    assert "NEWSTALLY_NONSENSE" in newstally("doctor", cwd=tmp_path, NEWSTALLY_NONSENSE="1").out


def test_completion_completes(tmp_path: Path) -> None:
    script = newstally("completion", "bash", cwd=tmp_path)
    assert "_NEWSTALLY_COMPLETE=complete_bash" in script.out
    asked = {"_NEWSTALLY_COMPLETE": "complete_bash", "COMP_WORDS": "newstally quar", "COMP_CWORD": "1"}
    assert newstally(cwd=tmp_path, **asked).out.split() == ["quarantine"]
    asked = {"_NEWSTALLY_COMPLETE": "complete_bash", "COMP_WORDS": "newstally extract --form", "COMP_CWORD": "2"}
    assert newstally(cwd=tmp_path, **asked).out.split() == ["--format"]


def test_progress_tells_rate_and_time_left() -> None:
    from flows.progress import Meter, spoken_bytes, spoken_seconds

    meter = Meter(what="ingest", unit="documents", total=1000)
    meter.began -= 10
    meter.advance(500)
    assert meter.line() == "ingest: 500 of 1,000 documents, 50 a second, 10 s left"
    assert (spoken_seconds(40), spoken_seconds(720), spoken_seconds(12600)) == ("40 s", "12 min", "3.5 h")
    assert (spoken_bytes(999), spoken_bytes(1_400_000)) == ("999 B", "1.4 MB")


def test_version(tmp_path: Path) -> None:
    assert newstally("--version", cwd=tmp_path).out.startswith("newstally ")


def test_adding_a_command_is_one_file() -> None:
    for path in (ROOT / "flows" / "commands").glob("[a-z]*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        names |= {target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets
                  if isinstance(target, ast.Name)}  # fmt: skip
        assert names & {"command", "app"}, path.name
        assert "PANEL" in names, path.name


def test_rows_wider_than_the_screen_are_blocks_of_lines(capsys: pytest.CaptureFixture[str]) -> None:
    import pyarrow as pa

    from flows.commands.sql import show

    wide = {f"a_rather_long_column_{number}": [number, None] for number in range(12)}
    show(pa.table({**wide, "place": ["Minsk", "Brest"]}))
    printed = capsys.readouterr().out
    assert re.search(r"^ a_rather_long_column_3 +3\s*$", printed, re.MULTILINE)
    assert re.search(r"^ place +Brest\s*$", printed, re.MULTILINE)
    assert "row 2" in printed and printed.count("a_rather_long_column_3") == 1  # null is left out
    show(pa.table({name: pa.array([], pa.int64()) for name in wide}))
    assert "no rows of a_rather_long_column_0" in capsys.readouterr().out
    show(pa.table({"place": ["Minsk"]}))
    assert "row 1" not in capsys.readouterr().out
