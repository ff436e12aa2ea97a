"""Settings: where they come from, what wrong ones say, and that the documentation is theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.settings import PREFIX, Settings, SettingsError, load_settings, markdown_table, origin_of, setting_names

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in [*setting_names(), "config"]:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)
    return tmp_path


def test_command_line_over_environment_over_file(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().workers == 0
    (empty_folder / "newstally.toml").write_text("workers = 3\nbatch_bytes = 5000\n")
    assert load_settings().workers == 3
    monkeypatch.setenv("NEWSTALLY_WORKERS", "4")
    assert load_settings().workers == 4
    assert load_settings(workers=5).workers == 5
    assert load_settings(workers=None).workers == 4
    assert load_settings().batch_bytes == 5000
    assert origin_of("workers", {}) == "environment, NEWSTALLY_WORKERS"
    assert origin_of("batch_bytes", {}) == "newstally.toml"
    assert origin_of("lake", {}) == "default"


def test_settings_file_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other.toml"
    other.write_text('lake = "elsewhere"\n[fields]\ntext = "body"\n')
    monkeypatch.setenv("NEWSTALLY_CONFIG", str(other))
    assert load_settings().lake == "elsewhere"
    assert load_settings().fields == {"text": "body"}
    monkeypatch.setenv("NEWSTALLY_CONFIG", str(tmp_path / "gone.toml"))
    with pytest.raises(SettingsError, match=r"gone\.toml, which is no file"):
        load_settings()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("workers = -1", r"workers \(newstally.toml\): should be greater than or equal to 0, not -1"),
        ("wrokers = 1", "newstally.toml: wrokers is no setting"),
        ('task_runner = "spark"', "must be threads, dask-local or the tcp:// address"),
        ('memory_limit = "much"', "memory_limit"),
        ("workers = ", "newstally.toml: "),
    ],
)
def test_wrong_file_is_told_by_name(empty_folder: Path, text: str, said: str) -> None:
    (empty_folder / "newstally.toml").write_text(text + "\n")
    with pytest.raises(SettingsError, match=said):
        load_settings()


def test_misspelt_variable_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSTALLY_WORKRS", "2")
    with pytest.raises(SettingsError, match="did you mean NEWSTALLY_WORKERS"):
        load_settings()


def test_every_setting_is_documented_and_the_table_is_up_to_date() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description and field.description.endswith((".", "`.")), name
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert markdown_table() in page, "docs/settings.md is stale: run newstally settings --markdown"


def test_secrets_are_not_shown() -> None:
    assert "hunter2" not in repr(load_settings(s3_secret="hunter2"))
