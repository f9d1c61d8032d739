"""Settings come from the environment and `.env`, and a bad one is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.settings import Settings, load_settings
from bot.startup import StartupError

EXAMPLE = Path(__file__).parents[2] / ".env.example"
NAMES = [str(field.alias) for field in Settings.model_fields.values()]


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_the_example_names_every_setting_once() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert sorted(re.findall(r"^([A-Z_]+)=", text, re.MULTILINE)) == sorted(NAMES)


def test_the_example_as_it_is_changes_nothing(tmp_path: Path) -> None:
    default = load_settings()
    (tmp_path / ".env").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_settings() == default


def test_a_file_and_the_environment_which_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("PREPBOT_MODEL=from-file\nPREPBOT_HTTP_PORT=8081\nOTHER=1\n")
    monkeypatch.setenv("PREPBOT_MODEL", "from-environment")
    settings = load_settings()
    assert (settings.model, settings.http_port) == ("from-environment", 8081)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("nothing", ["", "   ", "\r\n"])
def test_a_value_of_nothing_is_not_set(
    monkeypatch: pytest.MonkeyPatch, name: str, nothing: str
) -> None:
    default = load_settings()
    monkeypatch.setenv(name, nothing)
    assert load_settings() == default


def test_what_copying_leaves_around_a_token_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", " abc.def \r\n")
    token = load_settings().discord_token
    assert token is not None
    assert token.get_secret_value() == "abc.def"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PREPBOT_HTTP_PORT", "eighty"),
        ("PREPBOT_HTTP_PORT", "70000"),
        ("PREPBOT_HTTP_PORT", "-1"),
        ("PREPBOT_GRADER", "gpt"),
        ("PREPBOT_GRADER_SAMPLES", "0"),
        ("PREPBOT_GRADER_SAMPLES", "10"),
        ("PREPBOT_GRADER_SAMPLES", "2.5"),
        ("PREPBOT_PRICE_INPUT", "-0.1"),
        ("PREPBOT_PRICE_INPUT", "cheap"),
        ("PREPBOT_PRICE_OUTPUT", "inf"),
        ("PREPBOT_PRICE_OUTPUT", "nan"),
        ("PREPBOT_TOKENS_PER_PERSON_DAY", "-1"),
        ("PREPBOT_TOKENS_PER_TEAM_DAY", "many"),
        ("PREPBOT_USD_PER_TEAM_DAY", "inf"),
        ("PREPBOT_EMBEDDINGS", "bert"),
        ("PREPBOT_LOG_LEVEL", "loud"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(StartupError) as refused:
        load_settings()
    sentence = str(refused.value)
    assert sentence.startswith(f"{name} should be ")
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"PREPBOT_MODEL=caf\xe9\n")
    with pytest.raises(StartupError, match=r"\.env can't be read"):
        load_settings()


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = [name for name in NAMES if re.search(r"_(TOKEN|KEY|SECRET)$", name)]
    assert len(secrets) == 7
    for name in secrets:
        monkeypatch.setenv(name, "do-not-show")
    assert "do-not-show" not in repr(load_settings())


@pytest.mark.parametrize(
    ("values", "uses_model"),
    [
        ({}, False),
        ({"OPENAI_API_KEY": "k"}, True),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}, True),
        ({"OPENAI_API_KEY": "k", "PREPBOT_GRADER": "local"}, False),
        ({"PREPBOT_GRADER": "openai"}, True),
    ],
)
def test_a_model_grades_where_one_is_set(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], uses_model: bool
) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    assert load_settings().uses_model is uses_model


def test_the_database_is_a_file_in_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().database == "sqlite:///.prepbot/prepbot.db"
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.setenv("PREPBOT_DATA_DIR", "~/prep")
    assert load_settings().database == "sqlite:////home/ada/prep/prepbot.db"
    monkeypatch.setenv("PREPBOT_DATABASE_URL", "postgresql://host/name")
    assert load_settings().database == "postgresql://host/name"
