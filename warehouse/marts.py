"""Marts: views whose rows are kept as Parquet beside the tables, because to compute them takes a second or more.

    published/v000012/fact_links/bucket=2020/part-000012.parquet
                                 bucket=2019/part-000011.parquet   (nothing changed in it: a link)

A mart is a file in sql/views like any other, with a contract in schemas/tables and an entry in `MARTS` below. Its rows
fall into groups that do not touch one another (facts: a measure in a place), told apart by the columns of its key.
Where rows of a table that it reads came, went or changed since the version before, their groups are computed again;
all others are taken from that version, and files in which nothing changed are linked. So a mart always holds what its
SELECT gives on the tables of the same version; `newstally verify` compares them.

To add one: sql/views/NAME.sql and NAME.toml (given, expect), schemas/tables/NAME.toml, NAME in
`schemas.contracts.MARTS`, and an entry here, after the marts that it reads. Rows of different keys must never meet in
one group, join or window of the SELECT, and the SELECT must not depend on the order of rows that it reads.

>>> [mart.name for mart in MARTS]
['fact_links', 'fact_groups', 'entities']
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import duckdb

from schemas.contracts import MARTS as MART_NAMES
from schemas.contracts import load_contract
from warehouse.manifest import Manifest, Part, copy_to, link_part, measured, parts_by_month, version_folder
from warehouse.storage import LakeSettings, Layout, literal
from warehouse.tables import DUCKDB_TYPES, listing
from warehouse.views import macro_files, view_files

BUCKET_ROWS = 250_000
"""Figures that one file of a mart may stand for, before it is split in four."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A table, or an earlier mart, that a mart reads."""

    table: str
    watched: tuple[str, ...] = ()  # columns whose change matters; none: any change computes the whole mart anew
    keys: str = ""  # SELECT of the keys that the rows of `changed_rows` (the watched columns) belong to
    is_keyed: bool = False  # its rows carry the key, so that those of other groups need not be read
    key_made: str = ""  # what makes a column of the key that they do not carry: "lower(name) AS name_key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mart:
    """A kept view: its key, what it reads, and the order of its rows."""

    name: str
    key: tuple[str, ...]
    sources: tuple[Source, ...]
    sorted_by: str
    bucket: str = ""  # which file a row is in, an integer of its columns; else a hash of its key


FIGURES_LINKED = (
    "figure_id",
    "article_id",
    "quote_start",
    "sentence_start",
    "published",
    "measure",
    "kind",
    "unit",
    "status",
    "value",
    "low",
    "high",
    "of_total",
    "attribution",
    "rules",
    "country",
    "place",
    "date_start",
    "date_end",
)

FACT_KEY = ("measure", "country", "place_key", "is_running")
"""Claims of different places, or of days and of running tolls, are never linked: see sql/views/fact_links.sql."""

FACT_KEY_MADE = (
    "lower(coalesce(place, '')) AS place_key, coalesce(date_end, date_start) - date_start >= 7 AS is_running"
)

FACT_YEAR = "greatest(year(date_start), 1999)"
"""News of a month changes the files of few years; the century before is one."""

MARTS = (
    Mart(
        name="fact_links",
        key=FACT_KEY,
        bucket=FACT_YEAR,
        sources=(
            Source(
                table="figures",
                watched=FIGURES_LINKED,
                keys=f"SELECT measure, country, {FACT_KEY_MADE} FROM changed_rows "
                "WHERE country IS NOT NULL AND date_start IS NOT NULL AND kind = 'count' AND status = 'asserted'",
                is_keyed=True,
                key_made=FACT_KEY_MADE,
            ),
            Source(table="measures"),
        ),
        sorted_by="measure, country, fact_id, figure_id",
    ),
    Mart(
        name="fact_groups",
        key=FACT_KEY,
        bucket=FACT_YEAR,
        sources=(
            Source(table="fact_links", is_keyed=True),
            Source(
                table="articles",
                watched=("article_id", "story_id"),
                keys=f"SELECT {', '.join(FACT_KEY)} FROM fact_links SEMI JOIN changed_rows USING (article_id)",
            ),
        ),
        sorted_by="date_start, country, measure, fact_id",
    ),
    Mart(
        name="entities",
        key=("kind", "entity_key"),
        sources=(
            Source(
                table="mentions",
                watched=("kind", "entity", "quote", "country", "article_id", "published"),
                keys="SELECT kind, entity_key(kind, entity, country) AS entity_key FROM changed_rows "
                "WHERE entity IS NOT NULL",
                is_keyed=True,
                key_made="entity_key(kind, entity, country) AS entity_key",
            ),
        ),
        sorted_by="kind, entity_key",
    ),
)
"""Every mart, each after those that it reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One publication: where its files are, and the version whose marts may be taken over."""

    con: duckdb.DuckDBPyConnection
    layout: Layout
    target: Path
    version: int
    before: Manifest | None


def publish_marts(
    settings: LakeSettings, layout: Layout, target: Path, tables: Sequence[Part], before: Manifest | None, version: int
) -> tuple[list[Part], dict[str, str]]:
    """Write the marts of a version beside its tables.

    `tables` are the files of its tables, already in `target`; `before` is the version whose marts may be taken over,
    None to compute all of them. Returns the marts' files, and of each mart a fingerprint of what it was made by.
    """
    parts = list(tables)
    prints: dict[str, str] = {}
    con = open_reader(settings, layout)
    try:
        work = Work(con=con, layout=layout, target=target, version=version, before=before)
        for mart in MARTS:
            prints[mart.name] = fingerprint(mart, parts)
            parts += publish_mart(work, mart, parts, prints[mart.name])
    finally:
        con.close()
    return parts[len(tables) :], prints


def publish_mart(work: Work, mart: Mart, parts: Sequence[Part], made_by: str) -> list[Part]:
    """The files of one mart; leaves the keys that were computed in the table `keys_<mart>`, all of them if none is."""
    is_whole = work.before is None or work.before.marts.get(mart.name) != made_by
    create_macros(work, mart)
    define_sources(work, mart, parts)
    if not is_whole:
        is_whole = not collect_changed_keys(work, mart, parts)
    if is_whole:
        work.con.execute(f"DROP TABLE IF EXISTS keys_{mart.name}")
    else:
        define_sources(work, mart, parts, f"SEMI JOIN keys_{mart.name} USING ({listing(mart.key)})")
    count = bucket_count(parts)
    compute(work, mart, count)
    return write_buckets(work, mart, count, is_whole=is_whole)


def create_macros(work: Work, mart: Mart) -> None:
    """The macros that the mart's SELECT and key name."""
    for path in needed_files(mart.name):
        if path in macro_files():
            work.con.execute(path.read_text(encoding="utf-8"))


def define_sources(work: Work, mart: Mart, parts: Sequence[Part], only: str = "") -> None:
    """Views over the files that the mart reads, those that carry its key restricted by the join `only`."""
    for source in mart.sources:
        files = [str(work.target / part.path) for part in parts if part.table == source.table]
        select = f"SELECT * FROM {reading(files)}"
        if only and source.is_keyed:
            select = f"SELECT * FROM ({keyed_rows(source, reading(files))}) {only}"
        work.con.execute(f"CREATE OR REPLACE TEMP VIEW {source.table} AS {select}")


def keyed_rows(source: Source, rows: str) -> str:
    """A SELECT of the rows with every column of the key."""
    return f"SELECT *, {source.key_made} FROM {rows}" if source.key_made else f"SELECT * FROM {rows}"


def collect_changed_keys(work: Work, mart: Mart, parts: Sequence[Part]) -> bool:
    """Fill the table `keys_<mart>` with the groups that changed; False where the whole mart has to be made anew."""
    selects = []
    for source in mart.sources:
        if source.table in MART_NAMES:
            if not has_table(work.con, f"keys_{source.table}"):
                return False
            selects.append(f"SELECT {listing(mart.key)} FROM keys_{source.table}")
        elif source.watched:
            changes = changed_rows(work, source, parts)
            if changes is not None:
                selects.append(f"SELECT {listing(mart.key)} FROM ({source.keys.replace('changed_rows', changes)})")
    keys = " UNION ".join(selects)
    if not keys:
        keys = f"SELECT {listing(mart.key)} FROM ({keyed_rows(mart.sources[0], mart.sources[0].table)}) WHERE false"
    work.con.execute(f"CREATE OR REPLACE TEMP TABLE keys_{mart.name} AS {keys}")
    return True


def changed_rows(work: Work, source: Source, parts: Sequence[Part]) -> str | None:
    """A subquery of the rows of a table that only one of both versions has; None where their files are the same."""
    if work.before is None:
        return None
    now = {part.path for part in parts if part.table == source.table}
    then = {part.path for part in work.before.parts if part.table == source.table}
    folder = version_folder(work.layout, work.before.version)
    fresh = [str(work.target / path) for path in sorted(now - then)]
    gone = [str(folder / path) for path in sorted(then - now)]
    columns = listing(source.watched)
    selects = [f"SELECT {columns} FROM {reading(files)}" for files in (fresh, gone) if files]
    if len(selects) == 2:
        came, went = selects
        return f"(({came} EXCEPT ALL {went}) UNION ALL ({went} EXCEPT ALL {came}))"
    return f"({selects[0]})" if selects else None


def compute(work: Work, mart: Mart, count: int) -> None:
    """Fill the table `made` with the mart's rows of the sources as they are defined, each with its bucket."""
    for path in needed_files(mart.name):
        sql = path.read_text(encoding="utf-8").rstrip().rstrip(";")
        is_view = path.parent.name == "views"
        work.con.execute(f"CREATE OR REPLACE TEMP VIEW {path.stem} AS\n{sql}" if is_view else sql)
    columns = ", ".join(f'"{name}"::{kind} AS "{name}"' for name, kind in mart_columns(mart).items())
    work.con.execute(
        f"CREATE OR REPLACE TEMP TABLE made AS SELECT {columns}, {bucket_of(mart, count)} AS bucket FROM {mart.name}"
    )


def write_buckets(work: Work, mart: Mart, count: int, *, is_whole: bool) -> list[Part]:
    """Write the files that changed, of `made` and of the groups of the version before that did not; link the others."""
    held = parts_by_month(work.before, mart.name)
    columns = listing(mart_columns(mart))
    filled = distinct_buckets(work, "made")
    dirty = (
        filled if is_whole else changed_buckets(work, mart, count, [part for parts in held.values() for part in parts])
    )
    parts: list[Part] = []
    for bucket in sorted(filled | {int(name) for name in held}):
        old = held.get(str(bucket), [])
        if bucket not in dirty and not is_whole:
            parts += [link_old(work, part) for part in old if part.rows]
            continue
        select = f"SELECT {columns} FROM made WHERE bucket = {bucket}"
        if old and not is_whole:
            select += f" UNION ALL SELECT {columns} FROM {old_rows(work, old)} ANTI JOIN keys_{mart.name} "
            select += f"USING ({listing(mart.key)})"
        parts += write_bucket(work, mart, bucket, select, old)
    if not parts:  # so that every reader finds the columns
        parts = write_bucket(work, mart, 0, f"SELECT {columns} FROM made", held.get("0", []), even_empty=True)
    return parts


def changed_buckets(work: Work, mart: Mart, count: int, old: Sequence[Part]) -> set[int]:
    """The buckets in which a row of a changed group is other than in the version before."""
    columns = listing(mart_columns(mart))
    if not old:
        return distinct_buckets(work, "made")
    work.con.execute(
        f"CREATE OR REPLACE TEMP TABLE taken AS SELECT {columns}, {bucket_of(mart, count)} AS bucket "
        f"FROM {old_rows(work, old)} SEMI JOIN keys_{mart.name} USING ({listing(mart.key)})"
    )
    return distinct_buckets(work, "((FROM made EXCEPT ALL FROM taken) UNION ALL (FROM taken EXCEPT ALL FROM made))")


def distinct_buckets(work: Work, rows: str) -> set[int]:
    """The buckets of rows that have a column of that name."""
    return {int(row[0]) for row in work.con.execute(f"SELECT DISTINCT bucket FROM {rows}").fetchall()}


def bucket_of(mart: Mart, count: int) -> str:
    """The SQL expression of a row's bucket."""
    return f"({mart.bucket or f'hash({listing(mart.key)}) % {count}'})::BIGINT"


def write_bucket(
    work: Work, mart: Mart, bucket: int, select: str, old: Sequence[Part], *, even_empty: bool = False
) -> list[Part]:
    """One sorted file; the old one where it holds the same bytes, none where it has no rows."""
    folder = f"{mart.name}/bucket={bucket}"
    path = f"{folder}/part-{work.version:06d}.parquet"
    (work.target / folder).mkdir(parents=True, exist_ok=True)
    rows = copy_to(work.con, f"FROM ({select}) ORDER BY {mart.sorted_by}", work.target / path)
    if not rows and not even_empty:
        shutil.rmtree(work.target / folder)
        return []
    part = measured(work.target, mart.name, str(bucket), path, rows)
    for same in old:
        if same.sha256 == part.sha256:
            (work.target / path).unlink()
            return [link_old(work, same)]
    return [part]


def link_old(work: Work, part: Part) -> Part:
    """A file of the version before under the new one."""
    if work.before is None:
        raise ValueError("there is no version before")
    return link_part(work.layout, work.target, work.before, part)


def old_rows(work: Work, parts: Sequence[Part]) -> str:
    """The files of the version before, for FROM."""
    if work.before is None:
        raise ValueError("there is no version before")
    folder = version_folder(work.layout, work.before.version)
    return reading([str(folder / part.path) for part in parts])


def reading(files: Iterable[str]) -> str:
    """Parquet files, for FROM; their names stand for themselves."""
    names = ", ".join(literal(re.sub(r"([*?\[])", r"[\1]", name)) for name in files)
    return f"read_parquet([{names}], hive_partitioning = false)"


def has_table(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether a temporary table of that name is there."""
    # no parameter: to bind one, DuckDB imports pandas, which takes 0.6 s
    return bool(con.execute(f"SELECT 1 FROM duckdb_tables() WHERE table_name = {literal(name)}").fetchall())


def open_reader(settings: LakeSettings, layout: Layout) -> duckdb.DuckDBPyConnection:
    """DuckDB without the lake: marts are made of published files alone."""
    con = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "threads": str(settings.threads),
            "memory_limit": settings.memory_limit,
            "temp_directory": str(layout.root / ".tmp"),
        }
    )
    con.execute("SET TimeZone = 'UTC'")
    con.execute("SET enable_progress_bar = false")
    return con


def fingerprint(mart: Mart, parts: Iterable[Part]) -> str:
    """What decides a mart's rows beside the changes of its tables: SQL, contract, DuckDB, lists, number of buckets."""
    made_by = [duckdb.__version__, repr(mart), repr(mart_columns(mart)), str(bucket_count(parts))]
    made_by += [path.read_text(encoding="utf-8") for path in needed_files(mart.name)]
    whole = {source.table for source in mart.sources if not source.watched and source.table not in MART_NAMES}
    made_by += [part.sha256 for part in parts if part.table in whole]
    return sha256("\n".join(made_by).encode()).hexdigest()[:16]


def bucket_count(parts: Iterable[Part]) -> int:
    """Files of a mart: one for a small lake, four times as many when the figures outgrow them.

    >>> bucket_count([Part(table="figures", month="none", path="", rows=1_000_000, bytes=0, sha256="")])
    4
    """
    rows = sum(part.rows for part in parts if part.table == "figures")
    count = 1
    while rows > BUCKET_ROWS * count and count < 64:
        count *= 4
    return count


def current_marts(manifest: Manifest) -> list[str]:
    """The marts of a version that this code would make the same; the others are views like any other."""
    return [mart.name for mart in MARTS if manifest.marts.get(mart.name) == fingerprint(mart, manifest.parts)]


def check_marts(settings: LakeSettings, layout: Layout, manifest: Manifest) -> list[str]:
    """A line for each mart of a version whose rows are not what its SELECT gives on the tables of that version."""
    folder = version_folder(layout, manifest.version)
    problems = []
    con = open_reader(settings, layout)
    try:
        work = Work(con=con, layout=layout, target=folder, version=manifest.version, before=None)
        for mart in MARTS:
            if mart.name not in current_marts(manifest):
                continue
            define_sources(work, mart, manifest.parts)
            compute(work, mart, 1)
            files = [str(folder / part.path) for part in manifest.parts if part.table == mart.name]
            sums = f"SELECT count(*), bit_xor(hash({listing(mart_columns(mart))})) FROM"
            wanted = con.execute(f"{sums} made").fetchone()
            if con.execute(f"{sums} {reading(files)}").fetchone() != wanted:
                problems.append(f"{folder / mart.name}: not what its SELECT gives: run newstally publish --fully")
    finally:
        con.close()
    return problems


def needed_files(name: str) -> list[Path]:
    """The SQL files behind a mart: macros and views that it names and that are no marts, then its own."""
    views = {path.stem: path for path in view_files()}
    macros = {path.stem: path for path in macro_files()}
    lines = views[name].read_text(encoding="utf-8").splitlines()
    words = re.findall(r"\w+", "\n".join(line for line in lines if not line.lstrip().startswith("--")))
    found: list[Path] = []
    for word in dict.fromkeys(words):
        if word in macros:
            found.append(macros[word])
        elif word in views and word != name and word not in MART_NAMES:
            found += needed_files(word)
    return list(dict.fromkeys([*found, views[name]]))


def mart_columns(mart: Mart) -> dict[str, str]:
    """The columns of a mart with their SQL types, as its contract has them."""
    return {column.name: DUCKDB_TYPES[column.type] for column in load_contract(mart.name).columns}
