"""Adoption: a staged file becomes a data file of the lake as it is, without a row of it being read or written again.

    staging/<batch_id>/figures-2020-08.parquet -> data/main/figures/year=2020/month=8/ducklake-<uuid>.parquet

The new name is a hard link (a copy where there can be none), so that the staged batch stays whole until the commit:
a writer that dies between the two leaves a data file that no version knows, which `newstally maintain` removes, and
the batch for the next run. From the commit on the file is DuckLake's own, to compact and to delete.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.errors import Damaged, LakeFailure, StagingError
from warehouse.staging import sync_path
from warehouse.storage import LakeSettings, data_path, literal
from warehouse.tables import hive_folder

if TYPE_CHECKING:
    from warehouse.lake import Lake


def can_adopt(settings: LakeSettings) -> bool:
    """Whether the lake's data are on a file system."""
    return settings.data_path is None or "://" not in settings.data_path


def adopt(lake: Lake, table: str, files: Sequence[tuple[Path, str]]) -> list[Path]:
    """Add staged files with their months ("2020-08") to a table, inside a transaction; returns the new files.

    StagingError where a staged file is gone, Damaged where it is none of Parquet.
    """
    made: list[Path] = []
    try:
        for path, month in files:
            made.append(linked(lake, table, path, month))
        if lake.settings.fsync:
            for folder in {path.parent for path in made}:
                sync_path(folder)
        names = ", ".join(literal(str(path)) for path in made)
        lake.sql(f"CALL ducklake_add_data_files('lake', '{table}', [{names}], hive_partitioning => true)").fetchall()
    except LakeFailure:
        disown(made)
        check_files(path for path, _ in files)
        raise
    except BaseException:
        disown(made)
        raise
    return made


def linked(lake: Lake, table: str, path: Path, month: str) -> Path:
    """The file under a new name among the data of its partition."""
    folder = Path(data_path(lake.layout, lake.settings)) / "main" / table / hive_folder(month)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"ducklake-{uuid.uuid4()}.parquet"
    try:
        os.link(path, target)
    except FileNotFoundError:
        raise StagingError(f"{path}: gone: another process committed or removed the batch; stage it again") from None
    except OSError:  # another file system, or one without links
        shutil.copyfile(path, target)
        if lake.settings.fsync:
            sync_path(target)
    return target


def disown(files: Iterable[Path]) -> None:
    """Remove what no commit will name."""
    for path in files:
        path.unlink(missing_ok=True)


def check_files(files: Iterable[Path]) -> None:
    """Damaged names the first file that is no Parquet."""
    for path in files:
        try:
            pq.read_metadata(path)
        except (OSError, pa.ArrowInvalid) as error:
            raise Damaged(f"{path}: {error}: remove the folder and stage the batch again") from None


def mend_partitions(lake: Lake, table: str) -> None:
    """Give the year of adopted files its own place in the catalog, before DuckLake compacts by year and month.

    DuckLake 1.0 files the values of two transforms of one column (year and month of `published`) under the same
    number, that of the last.
    """
    lake.sql(
        "UPDATE __ducklake_metadata_lake.ducklake_file_partition_value SET partition_key_index = 0 "
        "FROM __ducklake_metadata_lake.ducklake_data_file AS f "
        "WHERE f.data_file_id = ducklake_file_partition_value.data_file_id AND f.mapping_id IS NOT NULL "
        "AND partition_key_index = 1 AND f.path LIKE concat('%year=', partition_value, '/month=%') "
        "AND f.table_id IN (SELECT table_id FROM __ducklake_metadata_lake.ducklake_table "
        f"WHERE table_name = {literal(table)} AND end_snapshot IS NULL)"
    )
