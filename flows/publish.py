"""The flow `publish`: what the lake holds as plain Parquet and a DuckDB database, in one step for readers."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from prefect import flow
from prefect.artifacts import create_markdown_artifact

from flows.lakes import open_lake
from flows.settings import load_settings
from schemas.arrow import arrow_schema
from schemas.contracts import load_contract
from transforms.profiles import profile_rows
from transforms.rows import measure_rows
from warehouse.lake import Lake
from warehouse.publish import Publication
from warehouse.publish import publish as publish_version


@flow(
    name="publish",
    flow_run_name="publish {lake}",
    description="Publish the newest state of the lake: readers see the version before, or this one.",
    retries=2,
    retry_delay_seconds=30,
    persist_result=False,
)
def publish(lake: str | None = None, fully: bool = False) -> dict[str, Any]:
    """Publish; with `fully`, every partition is written anew. Returns what was published as plain values."""
    settings = load_settings(lake=lake)
    with open_lake(settings) as opened:
        publication = publish_lake(opened, fully=fully)
    rows = "\n".join(f"| {table} | {count:,} |" for table, count in publication.rows.items())
    create_markdown_artifact(
        key="newstally-publish",
        markdown=f"# Version {publication.version}\n\n| table | rows |\n|---|---:|\n{rows}\n",
        description=f"newstally version {publication.version}",
    )
    return summary(publication)


def publish_lake(lake: Lake, *, fully: bool = False) -> Publication:
    """Publish without Prefect: first the lists that the code brings along, then the version."""
    bring_lists(lake)
    return publish_version(lake, fully=fully)


def bring_lists(lake: Lake) -> None:
    """Make the tables measures and profiles what this version of newstally says."""
    for name, rows in (("measures", measure_rows()), ("profiles", profile_rows())):
        lake.replace_list(name, pa.Table.from_pylist(list(rows), schema=arrow_schema(load_contract(name))))


def summary(publication: Publication) -> dict[str, Any]:
    """A publication as plain values."""
    return {
        "version": publication.version,
        "folder": str(publication.folder),
        "rows": dict(publication.rows),
        "bytes": publication.bytes,
        "changed": list(publication.changed),
        "is_new": publication.is_new,
        "seconds": publication.seconds,
    }
