"""`newstally doctor`: what is installed, what can be written, what is missing."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import typer

from flows import terminal
from flows.options import LakeFolder

PANEL = "Set up"

NEEDED = ("prefect", "great-expectations", "duckdb", "duckdb-extension-ducklake", "duckdb-extension-sqlite-scanner",
          "pyarrow", "pandas", "fastapi", "sqlalchemy")  # fmt: skip
EXTRAS = {
    "cluster": ("prefect-dask", "distributed"),
    "storage": ("duckdb-extension-postgres-scanner", "duckdb-extension-httpfs", "fsspec", "s3fs"),
    "warc": ("fastwarc",),
    "report": ("altair", "vl-convert-python"),
    "bi": ("duckdb-engine", "adbc-driver-manager", "polars"),
}
FREE_BYTES = 1_000_000_000

Finding = tuple[str, str, str]  # subject, "ok" or "missing" or "optional" or "bad", what to know


def command(lake: LakeFolder = None) -> None:
    """Check versions, settings, the lake and its disk; exit code 1 where something needed is missing."""
    found = [finding for check in CHECKS for finding in check(lake)]
    if terminal.output.json:
        terminal.write_json([dict(zip(("subject", "state", "detail"), finding, strict=True)) for finding in found])
    else:
        terminal.write_table(("", "state", "detail"), found, fold=("detail",))
    if any(state in ("missing", "bad") for _, state, _ in found):
        raise typer.Exit(terminal.ERROR)


def check_versions(lake: str | None) -> Iterator[Finding]:
    """Python, newstally, and the packages that it needs."""
    python = ".".join(map(str, sys.version_info[:3]))
    yield "python", "ok" if sys.version_info >= (3, 11) else "bad", f"{python} at {sys.executable}"
    for package in ("newstally", *NEEDED):
        try:
            yield package, "ok", version(package)
        except PackageNotFoundError:
            yield package, "missing", f"pip install {package}, or install newstally again"


def check_pins(lake: str | None) -> Iterator[Finding]:
    """Releases that Prefect accepts and does not work with."""
    for package, below in (("fastapi", (0, 151)), ("sqlalchemy", (2, 1))):
        try:
            found = tuple(int(part) for part in version(package).split(".")[:2])
        except (PackageNotFoundError, ValueError):
            continue
        if found >= below:
            wanted = ".".join(map(str, below))
            yield package, "bad", f"Prefect 3.8.8 does not work with it: pip install '{package}<{wanted}'"


def check_extras(lake: str | None) -> Iterator[Finding]:
    """What extras would add."""
    for extra, packages in EXTRAS.items():
        absent = [package for package in packages if not is_installed(package)]
        detail = f"without {', '.join(absent)}: pip install 'newstally[{extra}]'" if absent else ", ".join(packages)
        yield f"extra {extra}", "optional" if absent else "ok", detail


def is_installed(package: str) -> bool:
    """Whether the package is there."""
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def check_settings(lake: str | None) -> Iterator[Finding]:
    """Whether the settings can be read, and what in the environment is none."""
    from flows.settings import SettingsError, config_file, load_settings, unknown_variables

    try:
        load_settings(lake=lake)
    except SettingsError as error:
        for line in str(error).splitlines():
            yield "settings", "bad", line
        return
    file = config_file()
    yield "settings", "ok", str(file.absolute()) if file.is_file() else f"no {file} here: defaults and environment"
    for variable in unknown_variables():
        yield "settings", "optional", f"{variable} in the environment is no setting and is not read"


def check_rules(lake: str | None) -> Iterator[Finding]:
    """Whether the packaged rules load and find a figure."""
    try:
        from flows.batches import described_article
        from transforms.documents import RawDocument
        from transforms.extract import extract

        found = extract(described_article(RawDocument(content="Police detained 120 marchers in Minsk."), {})).figures
    except Exception as error:  # whatever it is, it is what the doctor was asked for
        yield "rules", "bad", f"{type(error).__name__}: {error}: install newstally again"
        return
    good = [figure.measure for figure in found] == ["arrests"]
    yield (
        "rules",
        "ok" if good else "bad",
        "a sentence gives its figure" if good else "a sample sentence gives no arrests",
    )


def check_lake(lake: str | None) -> Iterator[Finding]:
    """Whether the lake is there, opens and can be written, and how much room its disk has."""
    from flows.lakes import open_lake
    from flows.settings import SettingsError, load_settings
    from warehouse.errors import LakeMissing, WarehouseError

    try:
        settings = load_settings(lake=lake)
    except SettingsError:
        return
    root = Path(settings.lake)
    try:
        with open_lake(settings) as opened:
            yield "lake", "ok", f"{root.absolute()}, snapshot {opened.snapshot()}"
    except LakeMissing:
        yield "lake", "optional", f"none at {root.absolute()} yet: newstally ingest makes it"
    except WarehouseError as error:
        yield "lake", "bad", str(error)
    place = root.absolute()
    while not place.exists():
        place = place.parent
    writable = can_write(place)
    detail = "" if writable else ": give this user the right, or set `lake` to another folder"
    yield "lake folder", "ok" if writable else "bad", f"{place} {'can' if writable else 'cannot'} be written{detail}"
    free = shutil.disk_usage(place).free
    yield "disk", "ok" if free > FREE_BYTES else "bad", f"{free / 1e9:,.1f} GB free at {place}"


def can_write(folder: Path) -> bool:
    """Whether a file can be made there."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def check_prefect(lake: str | None) -> Iterator[Finding]:
    """Which Prefect API the flows would talk to."""
    from flows.server import answers, profile_url
    from flows.settings import SettingsError, load_settings

    try:
        configured = load_settings(lake=lake).prefect_api_url
    except SettingsError:
        return
    url = configured or os.environ.get("PREFECT_API_URL") or profile_url()
    if url is None:
        yield "prefect server", "ok", "none configured: every command that needs one starts its own"
    elif answers(url):
        yield "prefect server", "ok", url
    else:
        yield "prefect server", "bad", f"{url} does not answer: start it, or unset PREFECT_API_URL"


CHECKS: tuple[Callable[[str | None], Iterator[Finding]], ...] = (
    check_versions, check_pins, check_extras, check_settings, check_rules, check_lake, check_prefect,
)  # fmt: skip
