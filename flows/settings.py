"""Settings: built-in defaults, then `newstally.toml`, then `NEWSTALLY_*` in the environment, then the command line.

The file is looked for in the working folder, or where `NEWSTALLY_CONFIG` points. A name that is no setting
is an error that names it, not a silent default.

>>> Settings(workers=2).workers
2
>>> setting_names()[0]
'lake'
"""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

if TYPE_CHECKING:
    from flows.archives import Limits

PREFIX = "NEWSTALLY_"
FILE = "newstally.toml"
CONFIG_VARIABLE = PREFIX + "CONFIG"


class SettingsError(ValueError):
    """A setting is wrong; the message names it, where it was set and what it may be."""


class Settings(BaseSettings):
    """Every setting with its default. Sizes are bytes, times are seconds, unless the name says otherwise."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, env_nested_delimiter="__")

    lake: str = Field("lake", description="Folder of the lake.")
    catalog: SecretStr | None = Field(
        None, description="PostgreSQL connection string of the lake's catalog; unset: SQLite inside the lake."
    )
    data_path: str | None = Field(
        None, description="Where the lake keeps its Parquet: `s3://bucket/prefix/`; unset: `data` inside the lake."
    )
    keep_versions: int = Field(5, ge=1, description="Published versions kept for readers in mid-scan.")
    retention_days: float = Field(30, ge=0, description="How long every state of the lake stays open to time travel.")
    staging_days: float = Field(7, gt=0, description="How long a batch that nobody commits is kept.")
    lock_timeout: float = Field(600, gt=0, description="How long a run waits for another writer.")
    memory_limit: str = Field(
        "1GB", pattern=r"^\d+(\.\d+)? ?[KMGT]i?B$", description="Memory of DuckDB; beyond it, it spills to disk."
    )
    duckdb_threads: int = Field(
        0, ge=0, description="Threads of DuckDB; 0: as many as workers. Beside workers that extract it uses one."
    )
    fsync: bool = Field(True, description="Whether what is written survives a power cut.")

    s3_endpoint: str | None = Field(None, description="Host and port of an S3-compatible store; unset: AWS.")
    s3_region: str = Field("us-east-1", description="Region of the object store.")
    s3_key_id: SecretStr | None = Field(None, description="Access key of the object store; unset: AWS's own look-up.")
    s3_secret: SecretStr | None = Field(None, description="Secret of that access key.")
    s3_use_ssl: bool = Field(True, description="Whether the object store is reached over TLS.")
    s3_url_style: Literal["path", "vhost"] = Field("path", description="How the store names its buckets.")

    inbox: str = Field("inbox", description="Folder that the scheduled flows ingest.")
    outlet: str | None = Field(None, description="Outlet of every document that does not name its own.")
    fields: dict[str, str] = Field(
        default_factory=dict,
        description='Names of fields in JSON Lines, CSV and Parquet that differ from ours: `text = "body"`.',
    )
    document_bytes_max: int = Field(
        20_000_000, ge=1_000, description="A longer document goes to quarantine, as `document.too_long`."
    )
    archive_bytes_max: int = Field(
        20_000_000_000, ge=1_000, description="What one compressed file or archive may unpack to in all."
    )
    archive_ratio_max: float = Field(
        200, ge=1, description="What one compressed file may unpack to, as a multiple of its own size."
    )

    workers: int = Field(0, ge=0, description="Processes that extract; 0: one for each processor.")
    batch_bytes: int = Field(
        2_000_000, ge=1_000, description="Text that makes a batch, one Prefect task; the first few are smaller."
    )
    batch_documents: int = Field(2_500, ge=1, description="Documents that a batch holds at most.")
    batches_in_flight: int = Field(
        0,
        ge=0,
        description="Batches begun and not yet taken; 0: two for each worker. On a cluster: two for each of its.",
    )
    batch_timeout: float = Field(600, gt=0, description="A batch that takes longer is stopped and done again once.")
    batch_retries: int = Field(
        2, ge=0, description="How often Prefect repeats a batch that failed, with growing pauses."
    )
    commit_batches: int = Field(6, ge=1, description="Batches that become visible in one commit, at most.")
    commit_seconds: float = Field(60, gt=0, description="Finished batches wait no longer than this for their commit.")
    tagger: str = Field(
        "builtin",
        pattern=r"^(builtin|spacy:.+)$",
        description="What finds names: `builtin`, or `spacy:MODEL`, an installed spaCy pipeline.",
    )
    expectations: str = Field(
        "every_batch",
        pattern=r"^(every_batch|on_doubt)$",
        description="When Great Expectations is asked: `every_batch`, or `on_doubt`, where a row seems to break a rule "
        "(the same verdicts; 100 MB less in every worker).",
    )
    task_runner: str = Field(
        "threads", description="`threads` (this machine), `dask-local`, or the tcp:// address of a Dask scheduler."
    )

    prefect_api_url: str | None = Field(
        None, description="A running Prefect server; unset: PREFECT_API_URL, else a server of newstally's own."
    )
    ingest_every_minutes: float = Field(10, gt=0, description="How often `newstally serve` ingests the inbox.")
    settle_seconds: float = Field(
        10, ge=0, description="A file of the inbox that changed more recently is left to the next scheduled run."
    )
    flow_retries: int = Field(2, ge=0, description="How often a scheduled ingest that failed is tried again.")
    flow_retry_seconds: int = Field(60, ge=0, description="Pause before that.")
    publish_cron: str = Field("5 * * * *", description="When `newstally serve` publishes (cron, local time).")
    validate_cron: str = Field(
        "30 3 * * *", description="When `newstally serve` validates the lake (cron, local time)."
    )
    progress: Literal["auto", "bar", "lines", "none"] = Field(
        "auto", description="Progress on standard error; auto: a bar on a terminal, else a line a minute."
    )

    @field_validator("task_runner")
    @classmethod
    def known_runner(cls, value: str) -> str:
        """The runner's name, if it is one."""
        if value in ("threads", "dask-local") or value.startswith(("tcp://", "tls://")):
            return value
        raise ValueError("must be threads, dask-local or the tcp:// address of a Dask scheduler")

    @property
    def worker_count(self) -> int:
        """Processes that extract."""
        return self.workers or usable_processors()

    @property
    def most_in_flight(self) -> int:
        """Batches that are spooled and not yet taken: each worker has one more waiting for it."""
        return self.batches_in_flight or 2 * self.worker_count + 1

    def limits(self) -> Limits:
        """How much one document or archive may hold."""
        from flows.archives import Limits

        return Limits(
            document_bytes=self.document_bytes_max,
            line_bytes=3 * self.document_bytes_max,  # JSON escapes
            archive_bytes=self.archive_bytes_max,
            archive_ratio=self.archive_ratio_max,
        )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The command line over the environment over the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=config_file())


def load_settings(**given: Any) -> Settings:
    """The settings in force; what is given and not None comes from the command line and wins.

    SettingsError has one line a problem: the setting, where it was set and what it may be.
    """
    named = os.environ.get(CONFIG_VARIABLE)
    if named and not Path(named).is_file():
        raise SettingsError(f"{CONFIG_VARIABLE} names {named}, which is no file: create it or unset the variable")
    for variable in unknown_variables():
        meant = get_close_matches(variable, [PREFIX + name.upper() for name in setting_names()], 1, 0.85)
        if meant:
            raise SettingsError(f"{variable} in the environment is no setting: did you mean {meant[0]}?")
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise SettingsError("\n".join(problem_line(problem, given) for problem in error.errors())) from None
    except (OSError, ValueError) as error:
        raise SettingsError(f"{config_file()}: {error}") from None


def problem_line(problem: Any, given: dict[str, Any]) -> str:
    """One line for one validation error of pydantic."""
    name = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"{config_file()}: {name} is no setting; `newstally settings` lists them all"
    said = problem["msg"].removeprefix("Value error, ").replace("Input should", "should")
    return f"{name} ({origin_of(name, given)}): {said}, not {problem['input']!r}"


def origin_of(name: str, given: dict[str, Any]) -> str:
    """Where a setting got its value: command line, environment, file or default."""
    top = name.partition(".")[0]
    if given.get(top) is not None:
        return "command line"
    variables = [variable for variable in os.environ if variable.upper().startswith(PREFIX + top.upper())]
    if any(variable.upper() == PREFIX + top.upper() or "__" in variable for variable in variables):
        return f"environment, {PREFIX}{top.upper()}"
    if config_file().is_file():
        import tomllib

        try:
            if top in tomllib.loads(config_file().read_text(encoding="utf-8")):
                return str(config_file())
        except (OSError, ValueError):
            return "default"
    return "default"


def config_file() -> Path:
    """The settings file: `NEWSTALLY_CONFIG`, else newstally.toml in the working folder."""
    return Path(os.environ.get(CONFIG_VARIABLE) or FILE)


def unknown_variables() -> list[str]:
    """NEWSTALLY_* variables that are no setting: `newstally doctor` lists them."""
    known = {PREFIX + name.upper() for name in setting_names()} | {CONFIG_VARIABLE}
    present = [variable for variable in os.environ if variable.upper().startswith(PREFIX)]
    return sorted(variable for variable in present if variable.upper().partition("__")[0] not in known)


def setting_names() -> list[str]:
    """Names of all settings, in the order of the documentation."""
    return list(Settings.model_fields)


def usable_processors() -> int:
    """Processors that this process may use."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1


def default_text(name: str) -> str:
    """A setting's default as one would write it in newstally.toml; a dash where it is unset."""
    field = Settings.model_fields[name]
    value = field.get_default(call_default_factory=True)
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{}"
    return f'"{value}"' if isinstance(value, str) else str(value)


def markdown_table() -> str:
    """The table of `docs/settings.md`."""
    lines = ["| setting | default | environment | meaning |", "|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        meaning = (field.description or "").replace("|", "\\|")
        choices = get_args(field.annotation)
        if choices and all(isinstance(choice, str) for choice in choices):
            meaning += f" One of {', '.join(choices)}."
        lines.append(f"| `{name}` | `{default_text(name)}` | `{PREFIX}{name.upper()}` | {meaning} |")
    return "\n".join(lines) + "\n"
