"""The lake that the settings name."""

from __future__ import annotations

from pathlib import Path

from flows.settings import Settings
from warehouse.lake import Lake
from warehouse.storage import LakeSettings


def open_lake(settings: Settings, *, create: bool = False) -> Lake:
    """The lake; LakeMissing where there is none and none is to be made."""
    maker = Lake.create_or_open if create else Lake.open
    return maker(Path(settings.lake), lake_settings(settings))


def lake_settings(settings: Settings) -> LakeSettings:
    """What the warehouse needs to know of the settings."""
    return LakeSettings(
        lock_timeout=settings.lock_timeout,
        keep_versions=settings.keep_versions,
        retention_days=settings.retention_days,
        staging_days=settings.staging_days,
        memory_limit=settings.memory_limit,
        threads=settings.duckdb_threads or settings.worker_count,
        fsync=settings.fsync,
        catalog=settings.catalog.get_secret_value() if settings.catalog else None,
        data_path=settings.data_path,
        s3_endpoint=settings.s3_endpoint,
        s3_region=settings.s3_region,
        s3_key_id=settings.s3_key_id.get_secret_value() if settings.s3_key_id else None,
        s3_secret=settings.s3_secret.get_secret_value() if settings.s3_secret else None,
        s3_use_ssl=settings.s3_use_ssl,
        s3_url_style=settings.s3_url_style,
    )
