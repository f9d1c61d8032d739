"""What keeps Prepbot from starting is one sentence on standard error, and exit 1."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.bot.cli.conftest import Prepbot
from tests.bot.cli.process import run_prepbot
from tests.wire.fake_discord import FakeDiscord
from tests.wire.fake_slack import FakeSlack

SLACK = {"SLACK_BOT_TOKEN": "xoxb-fake", "SLACK_APP_TOKEN": "xapp-fake"}


@pytest.fixture
def folder(tmp_path: Path, furnished: Path) -> Path:
    """Below which the data are of a bot that was started before."""
    shutil.copytree(furnished, tmp_path / "data")
    return tmp_path


async def refusal(folder: Path, settings: Mapping[str, str]) -> str:
    """Run `prepbot run` where it can't start, and return its last words."""
    ended = await run_prepbot(folder, "run", settings=settings)
    assert ended.code == 1, ended
    assert ended.out == ""
    assert "Traceback" not in ended.err
    return ended.err.splitlines()[-1]


async def console_refusal(prepbot: Prepbot) -> str:
    """Open the console where it can't start, and return its only words."""
    shown = await prepbot("console", typed="hello\n")
    assert shown.exit_code == 1
    assert shown.stdout == ""
    (sentence,) = shown.stderr.splitlines()
    return sentence


async def test_a_database_that_is_none(
    prepbot: Prepbot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"this is no database" * 100)
    monkeypatch.setenv("PREPBOT_DATABASE_URL", "sqlite:///file")
    assert "file can't be used (file is not a database)" in await console_refusal(prepbot)


async def test_a_data_folder_that_is_a_file(
    prepbot: Prepbot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("in the way")
    monkeypatch.setenv("PREPBOT_DATA_DIR", "data")
    said = await console_refusal(prepbot)
    assert "data/prepbot.db can't be used" in said


async def test_a_model_without_a_key(prepbot: Prepbot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREPBOT_GRADER", "openai")
    assert "OPENAI_API_KEY" in await console_refusal(prepbot)


async def test_a_setting_that_cannot_be_used(
    prepbot: Prepbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREPBOT_HTTP_PORT", "eighty")
    said = await console_refusal(prepbot)
    assert said.startswith("Error: PREPBOT_HTTP_PORT should be a valid integer")


async def test_one_slack_token_of_two(tmp_path: Path) -> None:
    said = await refusal(tmp_path, {"SLACK_BOT_TOKEN": "xoxb-fake"})
    assert "SLACK_APP_TOKEN" in said


async def test_a_port_in_use(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = await refusal(folder, {"PREPBOT_HTTP_PORT": str(port), **SLACK})
    assert said.startswith(f"Error: Port {port} of 127.0.0.1 is in use")


async def test_a_wrong_slack_token(folder: Path) -> None:
    async with FakeSlack() as slack:
        wrong = {"SLACK_BOT_TOKEN": "wrong-secret", "SLACK_API_URL": slack.base_url}
        said = await refusal(folder, {**SLACK, **wrong})
    assert said.startswith("Error: Slack refused SLACK_BOT_TOKEN")
    assert "secret" not in said


async def test_a_wrong_discord_token(folder: Path) -> None:
    async with FakeDiscord() as discord:
        settings = {
            "DISCORD_TOKEN": "wrong-secret",
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
        }
        said = await refusal(folder, settings)
    assert "DISCORD_TOKEN" in said
    assert "secret" not in said
