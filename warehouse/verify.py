"""Re-read everything and say what does not hold: checksums, keys, references, quotes, counts.

    report = verify(lake)
    for problem in report.problems: print(problem)

A problem is one line that names the file or the row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from warehouse.checksums import file_sha256, read_checksums
from warehouse.errors import Damaged, LakeFailure, WarehouseError, one_line
from warehouse.lake import Lake
from warehouse.manifest import read_manifest, version_folder, versions
from warehouse.marts import check_marts
from warehouse.query import count
from warehouse.tables import ALL, PARTITIONED, VERSIONED

SHOWN = 5  # rows named of each broken rule


@dataclass(slots=True, kw_only=True)
class Report:
    """What was read, and what was wrong."""

    files: int = 0
    bytes: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not self.problems


KEYS = {
    "articles": "article_id",
    "figures": "figure_id",
    "mentions": "mention_id",
    "runs": "run_id",
    "quarantine": "quarantine_id",
    "signatures": "article_id",
    "articles_history": "article_id",
}

RULES = {
    "figures whose article is not current": (
        "SELECT figure_id FROM lake.figures ANTI JOIN lake.articles USING (article_id)"
    ),
    "mentions whose article is not current": (
        "SELECT mention_id FROM lake.mentions ANTI JOIN lake.articles USING (article_id)"
    ),
    "closed figures whose article is unknown": (
        "SELECT figure_id FROM lake.figures_history ANTI JOIN (SELECT article_id FROM lake.articles "
        "UNION ALL SELECT article_id FROM lake.articles_history) USING (article_id)"
    ),
    "closed mentions whose article is unknown": (
        "SELECT mention_id FROM lake.mentions_history ANTI JOIN (SELECT article_id FROM lake.articles "
        "UNION ALL SELECT article_id FROM lake.articles_history) USING (article_id)"
    ),
    "articles both current and closed": (
        "SELECT article_id FROM lake.articles SEMI JOIN lake.articles_history USING (article_id)"
    ),
    "documents with several current articles": (
        "SELECT document_id FROM lake.articles GROUP BY document_id HAVING count(*) > 1"
    ),
    "documents without a current article": (
        "SELECT DISTINCT document_id FROM lake.articles_history ANTI JOIN lake.articles USING (document_id)"
    ),
    "documents whose revisions are not counted 1, 2, 3 …": (
        "SELECT document_id FROM (SELECT document_id, revision FROM lake.articles UNION ALL "
        "SELECT document_id, revision FROM lake.articles_history) GROUP BY document_id "
        "HAVING min(revision) <> 1 OR max(revision) <> count(*) OR count(DISTINCT revision) <> count(*)"
    ),
    "closed articles that ended before they began": (
        "SELECT article_id FROM lake.articles_history WHERE valid_to < valid_from"
    ),
    "current articles with an end": "SELECT article_id FROM lake.articles WHERE valid_to IS NOT NULL",
    "articles whose story has no current head": (
        "SELECT article_id FROM lake.articles WHERE story_id NOT IN (SELECT article_id FROM lake.articles)"
    ),
    "stories whose head belongs to another": (
        "SELECT a.article_id FROM lake.articles AS a JOIN lake.articles AS h ON h.article_id = a.story_id "
        "WHERE h.story_id <> h.article_id"
    ),
    "articles without a signature": (
        "SELECT article_id FROM (SELECT article_id FROM lake.articles UNION ALL "
        "SELECT article_id FROM lake.articles_history) ANTI JOIN lake.signatures USING (article_id)"
    ),
    "signatures without an article": (
        "SELECT article_id FROM lake.signatures ANTI JOIN (SELECT article_id FROM lake.articles UNION ALL "
        "SELECT article_id FROM lake.articles_history) USING (article_id)"
    ),
    "forgotten articles that are there": (
        "SELECT article_id FROM lake.articles SEMI JOIN lake.forgotten USING (article_id)"
    ),
    "articles whose text_length is not the length of their text": (
        "SELECT article_id FROM lake.articles WHERE text_length <> length(text)"
    ),
    "figures whose quote is not the slice of the text": (
        "SELECT figure_id FROM lake.figures AS f JOIN lake.articles AS a USING (article_id) "
        "WHERE f.quote <> substring(a.text, f.quote_start + 1, f.quote_end - f.quote_start)"
    ),
    "figures whose sentence is not the slice of the text": (
        "SELECT figure_id FROM lake.figures AS f JOIN lake.articles AS a USING (article_id) "
        "WHERE f.sentence <> substring(a.text, f.sentence_start + 1, f.sentence_end - f.sentence_start)"
    ),
    "mentions whose quote is not the slice of the text": (
        "SELECT mention_id FROM lake.mentions AS m JOIN lake.articles AS a USING (article_id) "
        "WHERE m.quote <> substring(a.text, m.quote_start + 1, m.quote_end - m.quote_start)"
    ),
    "figures whose bounds do not hold their value": (
        "SELECT figure_id FROM lake.figures WHERE low > value OR high < value"
    ),
    "figures of a measure that is not listed": (
        "SELECT figure_id FROM lake.figures WHERE (SELECT count(*) FROM lake.measures) > 0 "
        "AND measure NOT IN (SELECT measure FROM lake.measures)"
    ),
    **{
        f"{table} of an unknown run": (
            f"SELECT DISTINCT run_id FROM lake.{table} WHERE run_id NOT IN (SELECT run_id FROM lake.runs)"
        )
        for table in (*PARTITIONED, "quarantine")
    },
}
"""What must hold, and the rows that break it."""


def verify(lake: Lake) -> Report:
    """Check the data files, the rows, the index and every published version."""
    report = Report()
    sound = check_data_files(lake, report)
    with lake.locked("verify"):
        lake.catch_up()
        if sound:
            check_rows(lake, report)
            check_index(lake, report)
    check_published(lake, report)
    return report


def check_data_files(lake: Lake, report: Report) -> bool:
    """Every data file of the catalog against its checksum; False where one cannot be trusted."""
    if lake.settings.data_path is not None:
        return True
    with lake.locked("verify: files"):
        held = read_checksums(lake.layout)
        names = lake.data_files()
        before = len(report.problems)
        for name in names:
            path = lake.layout.data / name
            if not path.exists():
                report.problems.append(f"{path}: missing: restore it from a back-up")
            elif name not in held:
                try:
                    pq.read_metadata(path)
                    lake.record_checksums(thorough=True)
                    held = read_checksums(lake.layout)
                except Exception as error:  # pyarrow raises many kinds
                    report.problems.append(f"{path}: not readable ({one_line(str(error), 120)}): restore it")
            else:
                check_file(path, *held[name], report)
        return len(report.problems) == before


def check_file(path: Path, size: int, digest: str, report: Report) -> None:
    """One file against what was written."""
    try:
        found = path.stat().st_size
        report.files += 1
        report.bytes += found
        if found != size:
            report.problems.append(f"{path}: {found} bytes instead of {size}: restore it from a back-up")
        elif file_sha256(path) != digest:
            report.problems.append(f"{path}: its bytes changed after it was written: restore it from a back-up")
    except OSError as error:
        report.problems.append(f"{path}: {error.strerror}: give this user the right to read it")


def check_rows(lake: Lake, report: Report) -> None:
    """Read every column of every row, then the rules."""
    try:
        for table in ALL:
            row = lake.sql(f"SELECT count(*), bit_xor(hash(t)) FROM lake.{table} AS t").fetchone()
            report.rows[table] = int(row[0]) if row else 0
        for table, key in KEYS.items():
            found = lake.sql(
                f"SELECT {key} FROM lake.{table} GROUP BY {key} HAVING count(*) > 1 LIMIT {SHOWN}"
            ).fetchall()
            if found:
                report.problems.append(f"{table}: {key} more than once: {', '.join(str(row[0]) for row in found)}")
        for what, sql in RULES.items():
            found = lake.sql(f"SELECT * FROM ({sql}) LIMIT {SHOWN}").fetchall()
            if found:
                report.problems.append(f"{what}: {', '.join(one_line(str(row[0]), 60) for row in found)}")
    except LakeFailure as error:
        report.problems.append(f"not readable: {error}")


def check_index(lake: Lake, report: Report) -> None:
    """The index against the lake."""
    held = {
        "current": "SELECT count(*) FROM article WHERE current = 1",
        "closed": "SELECT count(*) FROM article WHERE current = 0",
    }
    wanted = {"current": count(lake, "lake.articles"), "closed": count(lake, "lake.articles_history")}
    for what, sql in held.items():
        found = lake.index.db.execute(sql).fetchone()[0]
        if found != wanted[what]:
            report.problems.append(
                f"{lake.layout.index}: {found} {what} articles instead of {wanted[what]}: delete the folder, "
                "it is made anew"
            )


def check_published(lake: Lake, report: Report) -> None:
    """Every published version against its manifest, the newest also against the lake."""
    seen: set[tuple[int, int]] = set()
    for version in versions(lake.layout):
        folder = version_folder(lake.layout, version)
        try:
            manifest = read_manifest(folder)
        except Damaged as error:
            report.problems.append(str(error))
            continue
        sound = len(report.problems)
        for part in manifest.parts:
            path = folder / part.path
            try:
                status = path.stat()
            except OSError:
                report.problems.append(f"{path}: missing: run newstally publish --fully")
                continue
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            before = len(report.problems)
            check_file(path, part.bytes, part.sha256, report)
            if len(report.problems) == before and pq.read_metadata(path).num_rows != part.rows:
                report.problems.append(f"{path}: not {part.rows} rows as the manifest says")
        if version == versions(lake.layout)[-1] and len(report.problems) == sound:
            report.problems += check_marts(lake.settings, lake.layout, manifest)
        if manifest.snapshot == lake.snapshot():
            for table in VERSIONED:
                rows = sum(part.rows for part in manifest.parts if part.table == table)
                if rows != count(lake, f"lake.{table}"):
                    report.problems.append(
                        f"{folder}/{table}: {rows} rows, the lake has {count(lake, f'lake.{table}')}"
                    )


def require_sound(report: Report) -> None:
    """Raise the first problem, with the number of the others."""
    if report.problems:
        more = f" (and {len(report.problems) - 1} more)" if len(report.problems) > 1 else ""
        raise WarehouseError(report.problems[0] + more)
