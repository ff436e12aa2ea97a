"""Kill a writer at random moments, and check after each kill that nothing is lost, doubled, torn or left over.

    python -m tests.stress.crash --kills 200 [--seed 1] [--folder DIR]

A child process works on one lake: stages, commits, revises, publishes, compacts, re-extracts, undoes, forgets. It
says on a pipe which step it begins; the parent waits for a step of its choice and then for a random part of the
time that this step takes, and sends SIGKILL. Then a second child opens the lake as the next run would, and checks:

* `verify` finds nothing: checksums, keys, references, quotes, revisions, stories, index, published files;
* every article has all its figures and its mention, in the lake and in what is published;
* a batch is there as a whole or not at all; what was acknowledged is there (unless undone or forgotten since);
* the published database answers, with one version of every table.

After the last kill, everything that is missing is ingested, and the counts are exact.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

BATCH = 6  # documents
STEPS = ("open", "stage", "commit", "publish", "maintain", "reextract", "switch", "undo", "forget")


@dataclass(slots=True)
class Tally:
    """What happened."""

    kills: int = 0
    by_step: Counter[str] = field(default_factory=Counter)
    ended_first: int = 0  # the step was over before the signal came
    problems: list[str] = field(default_factory=list)
    articles: int = 0
    seconds: float = 0.0


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="kill a writer of a lake at random moments")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=None)
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="newstally-crash-"))
    tally = torture(folder, options.kills, options.seed, say=lambda line: print(line, flush=True))
    told = {name: getattr(tally, name) for name in ("kills", "ended_first", "problems", "articles")}
    print(json.dumps({**told, "by_step": dict(tally.by_step), "seconds": round(tally.seconds)}))
    if options.folder is None and not tally.problems:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if tally.problems else 0


def torture(folder: Path, kills: int, seed: int, say: Callable[[str], None] = lambda line: None) -> Tally:
    """Kill `kills` times; stops at the first problem."""
    import warehouse.forget
    import warehouse.maintain
    import warehouse.publish
    import warehouse.reextract
    import warehouse.undo  # noqa: F401

    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    tally = Tally()
    started = time.monotonic()
    lengths: dict[str, list[float]] = defaultdict(lambda: [0.3])
    round_number = 0
    while tally.kills < kills:
        round_number += 1
        wanted = chance.choice(STEPS)
        killed_in = one_round(folder, seed * 100_000 + round_number, wanted, chance, lengths)
        if killed_in is None:
            tally.ended_first += 1
        else:
            tally.kills += 1
            tally.by_step[killed_in] += 1
        problem = in_child(lambda: check(folder))
        if problem:
            tally.problems.append(f"round {round_number}, killed in {killed_in}: {problem}")
            break
        if tally.kills % 10 == 0 and killed_in:
            say(f"{tally.kills} kills, {dict(tally.by_step)}, {time.monotonic() - started:.0f} s")
    if not tally.problems:
        problem = in_child(lambda: finish(folder))
        if problem:
            tally.problems.append(f"the last run: {problem}")
    tally.articles = sum(len(line.get("ids", ())) for line in journal(folder) if line["what"] == "committed")
    tally.seconds = time.monotonic() - started
    return tally


def one_round(
    folder: Path, seed: int, wanted: str, chance: random.Random, lengths: dict[str, list[float]]
) -> str | None:
    """Let a writer work until the wanted step, then kill it somewhere in it; the step it died in, None: it ended."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        try:
            work(folder, seed, wanted, lambda line: os.write(writing, f"{line}\n".encode()))
            os._exit(0)
        except BaseException:
            os.write(writing, f"! {traceback.format_exc()}".encode()[:3000])
            os._exit(3)
    os.close(writing)
    step, began = "open", time.monotonic()
    buffer = b""
    deadline: float | None = None
    error = ""
    while True:
        patience = 60.0 if deadline is None else max(deadline - time.monotonic(), 0.0)
        ready, _, _ = select.select([reading], [], [], patience)
        if not ready:
            break
        chunk = os.read(reading, 65536)
        if not chunk:
            break
        buffer += chunk
        while b"\n" in buffer:
            line, _, buffer = buffer.partition(b"\n")
            text = line.decode(errors="replace")
            if text.startswith("!") or error:
                error += text + "\n"
                continue
            lengths[step] = [*lengths[step][-20:], time.monotonic() - began]
            step, began = text, time.monotonic()
            if deadline is None and step == wanted:
                deadline = began + chance.random() * 1.05 * max(lengths[step])
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    os.close(reading)
    if error or (os.WIFEXITED(status) and os.WEXITSTATUS(status)):
        raise RuntimeError(f"the writer failed by itself in {step}: {error}{buffer.decode(errors='replace')}")
    return step if os.WIFSIGNALED(status) else None


def in_child(task: Callable[[], str]) -> str:
    """Run a task in a process of its own: the parent keeps no file of the lake open. Its result; "" is good."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        try:
            result = task()
        except BaseException:
            result = traceback.format_exc()
        os.write(writing, result.encode()[:60000])
        os._exit(0)
    os.close(writing)
    parts = []
    while chunk := os.read(reading, 65536):
        parts.append(chunk)
    os.close(reading)
    os.waitpid(pid, 0)
    return b"".join(parts).decode(errors="replace")


# ── what the writer does ──────────────────────────────────────────────────────


def documents(batch: int) -> list[Any]:
    """Documents of a batch: some near-copies of those of the batch before."""
    from tests.lakes import Doc, docs

    chosen = docs(BATCH - 1, start=batch * BATCH, months=4, words=60)
    source = docs(1, start=max(batch - 1, 0) * BATCH, months=4, words=60)[0]
    copy = Doc(name=f"copy-{batch}", text=source.text + " Copied.", published=date(2020, 1 + batch % 4, 9))
    return [*chosen, copy]


def work(folder: Path, seed: int, wanted: str, say: Callable[[str], object]) -> None:
    """Steps of every kind in a random order, the wanted one soon, until killed."""
    from tests.lakes import digest, rejected, run_of, tables
    from warehouse import staging
    from warehouse.forget import forget
    from warehouse.lake import Lake
    from warehouse.maintain import maintain
    from warehouse.publish import publish
    from warehouse.reextract import pending_batches, stage_rows, staged_batches, switch
    from warehouse.storage import LakeSettings
    from warehouse.undo import undo

    chance = random.Random(seed)
    say("open")
    lake = Lake.create_or_open(folder / "lake", LakeSettings(fsync=False, keep_versions=2, lock_timeout=30))

    def commit(chosen: list[Any], name: str) -> str:
        run = run_of(rules_hash=rules(folder))
        ids = [doc.article_id for doc in chosen]
        with lake.running(run):
            say("stage")
            staging.LEAST_MONTH = chance.choice([1, 3, 1000])  # files that the lake adopts, or rows that it inserts
            rows = tables(chosen, rules_hash=rules(folder), run_id=run.run_id)
            if chance.random() < 0.3:
                rows["quarantine"] = rejected(f"{name}.bin")
            batch = staging.stage(lake.root, name, rows, {"documents_read": len(chosen)}, fsync=False)
            say("commit")
            note(folder, what="trying", ids=ids, run=run.run_id)
            lake.commit([batch], run)
            note(folder, what="committed", ids=ids, run=run.run_id)
        return run.run_id

    last_run = ""
    for turn in range(1000):
        kind = wanted if turn == 1 else chance.choice(["commit", "commit", "commit", "revise", "publish", *STEPS])
        if kind in ("open", "stage", "commit") or turn == 0:
            batch = next_batch(folder, lake)
            last_run = commit(documents(batch), f"batch-{batch}")
        elif kind == "revise":
            old = documents(chance.randrange(max(next_batch(folder, lake), 1)))[0]
            if number_of(lake, old.document_id):
                last_run = commit([replace(old, text=f"{old.text} Update {seed} {turn}.")], f"revise-{seed}-{turn}")
        elif kind == "publish":
            say("publish")
            publish(lake)
        elif kind == "maintain":
            say("maintain")
            maintain(lake, retention_days=0, grace_seconds=0)
        elif kind in ("reextract", "switch"):
            hashed = digest("rules", seed, turn)[:12] if chance.random() < 0.5 else rules(folder, target=True)
            (folder / "target").write_text(hashed)
            say("reextract")
            for batch in pending_batches(lake, hashed, 10):
                articles = lake.read_articles(batch)
                made = tables(documents_of(articles), rules_hash=hashed, version="0.2.0")
                rows = {name: made[name] for name in ("figures", "mentions")}
                stage_rows(lake.root, batch, articles, rows)
            run = run_of("reextract", hashed, "0.2.0")
            say("switch")
            with lake.running(run):
                switch(lake, staged_batches(lake, hashed), run)
            (folder / "rules").write_text(hashed)
        elif kind == "undo" and last_run:
            say("undo")
            note(folder, what="undoing", run=last_run)
            undo(lake, last_run, run_of("undo"))
            note(folder, what="undone", run=last_run)
            last_run = ""
        elif kind == "forget":
            doc = documents(next_batch(folder, lake))[1]
            commit([doc], f"doomed-{seed}-{turn}")
            say("forget")
            note(folder, what="forgetting", ids=[doc.article_id])
            forget(lake, run_of("forget"), ids=[doc.document_id])
            note(folder, what="forgotten", ids=[doc.article_id])
            last_run = ""
        say("between")


def rules(folder: Path, *, target: bool = False) -> str:
    """The rules that the writer works with, or last worked towards."""
    path = folder / ("target" if target else "rules")
    return path.read_text() if path.exists() and path.read_text() else "rules0000001"


def documents_of(articles: Any) -> list[Any]:
    """The documents behind rows of articles."""
    from tests.lakes import Doc

    rows = articles.select(["external_id", "text", "published"]).to_pylist()
    return [Doc(name=row["external_id"], text=row["text"], published=row["published"]) for row in rows]


def next_batch(folder: Path, lake: Any) -> int:
    """The first batch of which the lake lacks a document."""
    for batch in range(10_000):
        ids = [doc.article_id for doc in documents(batch)]
        if len(lake.known(ids)) < len(ids):
            return batch
    raise AssertionError


def number_of(lake: Any, document_id: str) -> int:
    """How many current articles a document has."""
    row = lake.sql("SELECT count(*) FROM lake.articles WHERE document_id = ?", [document_id]).fetchone()
    return int(row[0])


def note(folder: Path, **line: Any) -> None:
    """A line for the checker, beyond the reach of the writer's death."""
    with (folder / "journal").open("ab", buffering=0) as file:
        file.write(json.dumps(line).encode() + b"\n")


def journal(folder: Path) -> list[dict[str, Any]]:
    """What writers said."""
    path = folder / "journal"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


# ── what must hold ────────────────────────────────────────────────────────────


def check(folder: Path) -> str:
    """Open the lake as the next run would; what does not hold, "" when all does."""
    from warehouse.lake import Lake
    from warehouse.query import query
    from warehouse.storage import LakeSettings
    from warehouse.verify import verify

    database = folder / "lake" / "newstally.duckdb"
    if database.exists():  # before anything repairs it
        problem = whole(lambda sql: query(database, sql).to_pylist(), "published: ")
        if problem:
            return problem
    with Lake.create_or_open(folder / "lake", LakeSettings(fsync=False, lock_timeout=5)) as lake:
        if lake.index.snapshot() != lake.snapshot():
            return "the index did not catch up on opening"
        report = verify(lake)
        if report.problems:
            return "; ".join(report.problems[:5])
        problem = whole(lambda sql: lake.arrow(sql).to_pylist(), "", "lake.")
        if problem:
            return problem
        return acknowledged(folder, lake)


def whole(rows: Callable[[str], list[dict[str, Any]]], where: str, schema: str = "") -> str:
    """Whether every article has what its text says."""
    figures = {
        row["a"]: row["n"] for row in rows(f"SELECT article_id AS a, count(*) AS n FROM {schema}figures GROUP BY ALL")
    }
    mentions = {
        row["a"]: row["n"] for row in rows(f"SELECT article_id AS a, count(*) AS n FROM {schema}mentions GROUP BY ALL")
    }
    articles = rows(f"SELECT article_id AS a, text, rules_hash AS r FROM {schema}articles")
    for row in articles:
        said = sum(word.rstrip(".").isdigit() for word in row["text"].split(" "))
        found = figures.pop(row["a"], 0), mentions.pop(row["a"], 0)
        if found != (said, 1):
            return f"{where}article {row['a']} has {found} figures and mentions instead of {(said, 1)}"
    if figures or mentions:
        return f"{where}{len(figures)} and {len(mentions)} articles have rows and are not there"
    mixed = rows(f"SELECT count(*) AS n FROM {schema}figures AS f JOIN {schema}articles AS a USING (article_id) "
                 "WHERE f.rules_hash <> a.rules_hash")  # fmt: skip
    return f"{where}{mixed[0]['n']} figures of other rules than their article" if mixed[0]["n"] else ""


def acknowledged(folder: Path, lake: Any) -> str:
    """Whether batches are whole, and none is lost that was acknowledged."""
    tried: dict[str, list[str]] = {}
    committed: dict[str, list[str]] = {}
    gone: set[str] = set()
    unsure: set[str] = set()
    for line in journal(folder):
        if line["what"] == "trying":
            tried[line["run"]] = line["ids"]
            gone -= set(line["ids"])
        elif line["what"] == "committed":
            committed[line["run"]] = line["ids"]
        elif line["what"] == "undoing":
            unsure |= set(tried[line["run"]])
        elif line["what"] == "undone":
            gone |= set(tried[line["run"]])
        elif line["what"] == "forgetting":
            unsure |= set(line["ids"])
    held = {row[0] for row in lake.sql("SELECT article_id FROM lake.articles UNION ALL "
                                       "SELECT article_id FROM lake.articles_history").fetchall()}  # fmt: skip
    for run, ids in committed.items():
        lost = set(ids) - held - unsure - gone
        if lost:
            return f"acknowledged by run {run} and lost: {sorted(lost)[:3]}"
    for run, ids in tried.items():
        there = held & (set(ids) - unsure)
        if there and len(there) != len(set(ids) - unsure):
            return f"run {run}: {len(there)} of {len(ids)} articles of one batch"
    return ""


def finish(folder: Path) -> str:
    """Ingest what is missing, publish, and count."""
    from tests.lakes import add, number
    from warehouse.lake import Lake
    from warehouse.maintain import maintain
    from warehouse.publish import publish
    from warehouse.query import query
    from warehouse.storage import LakeSettings

    with Lake.create_or_open(folder / "lake", LakeSettings(fsync=False)) as lake:
        last = next_batch(folder, lake) + 2
        for batch in range(last):
            add(lake, documents(batch), rules_hash=rules(folder))
        wanted = {doc.document_id for batch in range(last) for doc in documents(batch)}
        forgotten = number(lake, "SELECT count(DISTINCT document_id) FROM lake.forgotten")
        maintain(lake, retention_days=0, grace_seconds=0)
        publication = publish(lake)
        shown = query(lake.layout.database, "SELECT count(*) AS n, count(DISTINCT document_id) AS d FROM articles")
        found = shown.to_pylist()[0]
        held = number(lake, "SELECT count(*) FROM lake.articles")
        if found["n"] != held or found["d"] != held or publication.rows["articles"] != held:
            return f"published {found}, the lake holds {held}"
        if held + forgotten != len(wanted):
            return f"{held} articles and {forgotten} forgotten instead of {len(wanted)}"
        on_disk = {str(path.relative_to(lake.layout.data)) for path in lake.layout.data.rglob("*.parquet")}
        if on_disk != set(lake.data_files()):
            return f"files that nothing names: {sorted(on_disk ^ set(lake.data_files()))[:3]}"
    return check(folder)


if __name__ == "__main__":
    sys.exit(main())
