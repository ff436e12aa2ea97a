"""Where a lake lives, and how it is opened: a local folder by default, PostgreSQL and S3 by settings.

    lake/
      catalog.sqlite      the DuckLake catalog: which data files make up which version
      data/               Parquet files of the lake; only the catalog says which rows count
      staging/            batches that workers wrote and nobody has committed yet
      index/              look-up of ids and near-duplicates: derived, rebuilt when it is lost
      checksums.tsv       SHA-256 of every data file, for `newstally verify`
      published/v000001/  plain Parquet for readers, one folder a version
      published/current   the newest of them
      newstally.duckdb    views over the newest version

>>> Layout(Path("lake")).database.name
'newstally.duckdb'
"""

from __future__ import annotations

import importlib
import resource
import threading
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.errors import (
    ExtensionMissing,
    LakeMissing,
    WarehouseError,
    from_duckdb_error,
    from_os_error,
    hide_secrets,
)

FORMAT_VERSION = 1
"""Version of the lake's own layout; a lake of a newer one is not opened."""

SCHEMA_VERSION = 1
"""Version of the published tables' columns: counted up with every change that a reader can notice."""

LEAST_ADDRESS_SPACE = 1500 << 20
"""Bytes of address space that the threads of DuckDB and Arrow ask for; measured: 1,600 MB work, 1,300 MB abort."""

EXTENSIONS = {
    "sqlite_scanner": "duckdb_extension_sqlite_scanner",
    "postgres_scanner": "duckdb_extension_postgres_scanner",
    "httpfs": "duckdb_extension_httpfs",
    "ducklake": "duckdb_extension_ducklake",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LakeSettings:
    """All that can be set about a lake; the defaults need nothing but a folder."""

    lock_timeout: float = 120.0  # seconds that a writer waits for another
    keep_versions: int = 5  # published versions that stay for readers in mid-scan
    retention_days: float = 30.0  # how long every snapshot stays open to time travel
    staging_days: float = 7.0  # how long a batch that nobody commits is kept
    memory_limit: str = "1GB"  # of DuckDB; beyond it spills to temporary files
    threads: int = 2  # of DuckDB
    fsync: bool = True  # staged and published files survive a power cut
    catalog: str | None = None  # libpq connection string of a PostgreSQL catalog; None: SQLite in the folder
    data_path: str | None = None  # "s3://bucket/prefix/"; None: data/ in the folder
    s3_endpoint: str | None = None  # "host:port" of an S3-compatible server; None: AWS
    s3_region: str = "us-east-1"
    s3_key_id: str | None = None
    s3_secret: str | None = None
    s3_use_ssl: bool = True
    s3_url_style: str = "path"


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths inside the folder of a lake."""

    root: Path

    @property
    def catalog(self) -> Path:
        return self.root / "catalog.sqlite"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def staging(self) -> Path:
        return self.root / "staging"

    @property
    def index(self) -> Path:
        return self.root / "index"

    @property
    def checksums(self) -> Path:
        return self.root / "checksums.tsv"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def current(self) -> Path:
        return self.published / "current"

    @property
    def database(self) -> Path:
        return self.root / "newstally.duckdb"

    @property
    def receipts(self) -> Path:
        return self.root / "receipts"

    @property
    def writer_lock(self) -> Path:
        return self.root / ".writer.lock"

    @property
    def publish_lock(self) -> Path:
        return self.root / ".publish.lock"

    @property
    def running(self) -> Path:
        return self.root / ".running"

    def make(self) -> None:
        """Create the folders; WarehouseError says why not."""
        if "?" in str(self.root.resolve()):
            raise WarehouseError(f"{self.root}: DuckDB opens no path with a question mark: choose another folder")
        try:
            for folder in (self.root, self.staging, self.index, self.published, self.running):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise from_os_error(error, f"{self.root}: cannot create the lake") from None


def connect(settings: LakeSettings, temporary: Path | None = None) -> duckdb.DuckDBPyConnection:
    """An empty in-memory DuckDB with the extensions that the settings need."""
    check_address_space()
    try:
        con = duckdb.connect(
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "threads": str(settings.threads),
                "memory_limit": settings.memory_limit,
            }
        )
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET enable_progress_bar = false")
        con.execute("SET enable_external_file_cache = false")  # what the lake reads once would fill memory_limit
        if temporary is not None:
            con.execute(f"SET temp_directory = {literal(str(temporary))}")
    except duckdb.Error as error:
        raise from_duckdb_error(error, "DuckDB does not start") from None
    for name in needed_extensions(settings):
        load_extension(con, name)
    if settings.data_path and settings.data_path.startswith("s3://"):
        add_s3_secret(con, settings)
    return con


_address_space_checked = threading.Event()  # by the first connection of the process: the threads are then there


def check_address_space() -> None:
    """WarehouseError where `ulimit -v` leaves less than DuckDB needs: it would abort the process without a word."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY or _address_space_checked.is_set():
        return
    try:
        used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return
    if limit - used < LEAST_ADDRESS_SPACE:
        raise WarehouseError(
            f"out of memory: ulimit -v leaves {max(limit - used, 0) >> 20} MB of address space, "
            f"{LEAST_ADDRESS_SPACE >> 20} MB are needed: raise it, or set it to unlimited"
        )
    _address_space_checked.set()


def needed_extensions(settings: LakeSettings) -> list[str]:
    """Extensions in the order in which they have to be loaded."""
    names = ["postgres_scanner" if settings.catalog else "sqlite_scanner"]
    if settings.data_path and "://" in settings.data_path:
        names.append("httpfs")
    return [*names, "ducklake"]


_loading = threading.Lock()


def load_extension(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """From the wheel, offline; else from DuckDB's own signed repository; else ExtensionMissing."""
    path = wheel_extension(name)
    with _loading:
        if path is not None:
            try:
                con.execute(f"LOAD {literal(str(path))}")
                return
            except duckdb.Error as error:
                wheel_said = str(error)
        else:
            wheel_said = f"the package {EXTENSIONS[name].replace('_', '-')} is not installed"
        try:
            con.execute(f"LOAD {name}")
        except duckdb.Error:
            try:
                con.execute(f"INSTALL {name}")
                con.execute(f"LOAD {name}")
            except duckdb.Error:
                package = EXTENSIONS[name].replace("_", "-")
                raise ExtensionMissing(
                    f"DuckDB extension {name} for {duckdb.__version__} is missing ({wheel_said}): "
                    f"pip install {package}=={duckdb.__version__}, or once with internet: "
                    f'duckdb -c "INSTALL {name}"'
                ) from None


def wheel_extension(name: str) -> Path | None:
    """The extension file that its wheel brought, if there is one for this DuckDB."""
    try:
        module = importlib.import_module(EXTENSIONS[name])
    except ImportError:
        return None
    if module.__file__ is None:
        return None
    path = Path(module.__file__).parent / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
    return path if path.exists() else None


def add_s3_secret(con: duckdb.DuckDBPyConnection, settings: LakeSettings) -> None:
    """Tell DuckDB how to reach the object storage; the key stays in this process."""
    parts = [
        "TYPE s3",
        f"REGION {literal(settings.s3_region)}",
        f"URL_STYLE {literal(settings.s3_url_style)}",
        f"USE_SSL {'true' if settings.s3_use_ssl else 'false'}",
    ]
    if settings.s3_endpoint:
        parts.append(f"ENDPOINT {literal(settings.s3_endpoint)}")
    if settings.s3_key_id and settings.s3_secret:
        parts += [f"KEY_ID {literal(settings.s3_key_id)}", f"SECRET {literal(settings.s3_secret)}"]
    con.execute(f"CREATE OR REPLACE SECRET lake_s3 ({', '.join(parts)})")


def attach_lake(
    con: duckdb.DuckDBPyConnection,
    layout: Layout,
    settings: LakeSettings,
    *,
    read_only: bool = False,
    snapshot: int | None = None,
) -> None:
    """ATTACH the lake as `lake`; WarehouseError says what is wrong with it.

    The data path is given anew on each opening: DuckLake stores it absolute, and a moved folder would
    answer `count(*)` and then fail to read.
    """
    options = [
        f"DATA_PATH {literal(data_path(layout, settings))}",
        "OVERRIDE_DATA_PATH true",
        "DATA_INLINING_ROW_LIMIT 0",
    ]
    if settings.catalog:
        source = f"ducklake:postgres:{settings.catalog}"
    else:
        source = f"ducklake:sqlite:{layout.catalog.resolve()}"
        options += ["META_JOURNAL_MODE 'WAL'", "META_BUSY_TIMEOUT 30000"]
    if read_only or snapshot is not None:
        options.append("READ_ONLY")
    if snapshot is not None:
        options.append(f"SNAPSHOT_VERSION {snapshot}")
    try:
        con.execute(f"ATTACH {literal(source)} AS lake ({', '.join(options)})")
    except duckdb.Error as error:
        if not settings.catalog and not layout.catalog.exists():
            raise LakeMissing(
                f"{layout.root}: no lake there: name another folder, or run newstally ingest first"
            ) from None
        raise from_duckdb_error(
            error, f"{catalog_name(layout, settings)}: the lake does not open", layout.root
        ) from None


def data_path(layout: Layout, settings: LakeSettings) -> str:
    """Where the data files are, with the slash at the end that DuckLake asks for."""
    if settings.data_path:
        return settings.data_path.rstrip("/") + "/"
    return f"{layout.data.resolve()}/"


def catalog_name(layout: Layout, settings: LakeSettings) -> str:
    """The catalog as a person may see it: no password."""
    if settings.catalog is None:
        return str(layout.catalog)
    return f"PostgreSQL catalog {hide_secrets(settings.catalog)}"


def literal(text: str) -> str:
    """A SQL string literal.

    >>> literal("it's")
    "'it''s'"
    """
    if "\x00" in text:
        raise WarehouseError("a NUL byte in a name or a value: remove it")
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A quoted SQL identifier.

    >>> identifier('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'
