"""`prepbot doctor`: one line for each thing the settings point to."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest

from bot.cli.check_remote import _reads_messages
from bot.cli.finding import State
from bot.platforms.slack.manifest import SCOPES
from bot.web.health import WebServer, web_app
from tests.bot.cli.conftest import Prepbot
from tests.wire.fake_discord import FakeDiscord
from tests.wire.fake_model import FakeModel
from tests.wire.fake_slack import FakeSlack
from tests.wire.model_behaviour import status

SUBJECTS = [
    *("settings", "data folder", "database", "questions", "index", "grader", "slack", "discord"),
    "http port",
]


@pytest.fixture(autouse=True)
def any_port(prepbot: Prepbot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREPBOT_HTTP_PORT", "0")


@pytest.fixture
async def slack(monkeypatch: pytest.MonkeyPatch, prepbot: Prepbot) -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        monkeypatch.setenv("SLACK_BOT_TOKEN", fake.bot_token)
        monkeypatch.setenv("SLACK_APP_TOKEN", fake.app_token)
        monkeypatch.setenv("SLACK_API_URL", fake.base_url)
        yield fake


@pytest.fixture
async def fake_discord(
    monkeypatch: pytest.MonkeyPatch, prepbot: Prepbot
) -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as fake:
        monkeypatch.setenv("DISCORD_TOKEN", fake.token)
        monkeypatch.setenv("DISCORD_API_URL", fake.api_url)
        monkeypatch.setenv("DISCORD_GATEWAY_URL", fake.gateway_url)
        yield fake


async def findings(prepbot: Prepbot, *, code: int) -> dict[str, tuple[State, str]]:
    shown = await prepbot("doctor", "--json")
    assert shown.exit_code == code, shown.output
    report = json.loads(shown.stdout)
    assert report["ok"] is (code == 0)
    assert [row["subject"] for row in report["checks"]] == SUBJECTS
    assert all(row["detail"].endswith((".", "?")) for row in report["checks"])
    return {row["subject"]: (State(row["state"]), row["detail"]) for row in report["checks"]}


async def test_nothing_need_be_set(prepbot: Prepbot, tmp_path: Path) -> None:
    found = await findings(prepbot, code=0)
    assert {state for state, _ in found.values()} == {State.OK}
    assert "local estimates" in found["grader"][1]
    assert "SLACK_BOT_TOKEN" in found["slack"][1]
    assert "DISCORD_TOKEN" in found["discord"][1]
    assert os.listdir(tmp_path) == [], "a check leaves nothing behind"  # noqa: PTH208


async def test_one_line_each_for_people(prepbot: Prepbot) -> None:
    shown = await prepbot("doctor")
    lines = shown.stdout.splitlines()
    assert [line[9:21].strip() for line in lines[: len(SUBJECTS)]] == SUBJECTS
    assert lines[-1] == "Prepbot can start."
    assert shown.stderr == ""


async def test_everything_is_set_and_works(
    prepbot: Prepbot, model: FakeModel, slack: FakeSlack, fake_discord: FakeDiscord
) -> None:
    await prepbot("index", "rebuild")
    found = await findings(prepbot, code=0)
    assert "up to date" in found["database"][1]
    assert "(lexical" in found["index"][1]
    assert found["grader"] == (State.OK, "gpt-5-mini at 127.0.0.1 answers.")
    assert found["slack"][0] is State.OK
    assert "The token works" in found["discord"][1]
    assert len(model.requests) == 1
    assert slack.posts == []


async def test_a_bot_that_may_not_read_messages(
    prepbot: Prepbot, fake_discord: FakeDiscord
) -> None:
    fake_discord.refuse_message_content()
    state, detail = (await findings(prepbot, code=0))["discord"]
    assert state is State.WARNING
    assert "Message Content intent" in detail


@pytest.mark.parametrize(("bit", "reads"), [(18, True), (19, True), (15, False)])
def test_either_form_of_the_intent_will_do(bit: int, reads: bool) -> None:
    assert _reads_messages(discord.ApplicationFlags._from_value(1 << bit)) is reads


async def test_wrong_tokens(
    prepbot: Prepbot,
    slack: FakeSlack,
    fake_discord: FakeDiscord,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-other")
    monkeypatch.setenv("DISCORD_TOKEN", "other")
    found = await findings(prepbot, code=1)
    assert found["slack"][0] is State.FAILED
    assert "SLACK_APP_TOKEN" in found["slack"][1]
    assert found["discord"][0] is State.FAILED
    assert "DISCORD_TOKEN" in found["discord"][1]

    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-other")
    shown = await prepbot("doctor")
    assert "SLACK_BOT_TOKEN" in shown.stdout
    assert shown.stdout.splitlines()[-1] == "To mend: slack, discord."


@pytest.mark.parametrize("missing", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
async def test_one_slack_token_of_two(
    prepbot: Prepbot, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.delenv(missing)
    state, detail = (await findings(prepbot, code=1))["slack"]
    assert state is State.FAILED
    assert f"{missing} (x" in detail


async def test_slack_over_http(
    prepbot: Prepbot, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SLACK_APP_TOKEN")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "secret")
    assert (await findings(prepbot, code=0))["slack"] == (
        State.OK,
        "Served over HTTP. The bot token works; the bot is UBOT.",
    )


async def test_slack_for_many_workspaces(
    prepbot: Prepbot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):
        monkeypatch.setenv(name, "value")
    state, detail = (await findings(prepbot, code=0))["slack"]
    assert (state, "/slack/install" in detail) == (State.OK, True)
    monkeypatch.setenv("PREPBOT_SECRET_KEY", "password")
    state, detail = (await findings(prepbot, code=1))["slack"]
    assert state is State.FAILED
    assert "PREPBOT_SECRET_KEY" in detail
    monkeypatch.delenv("SLACK_CLIENT_SECRET")
    assert "SLACK_CLIENT_SECRET is missing" in (await findings(prepbot, code=1))["slack"][1]


async def test_scopes_that_slack_did_not_grant(prepbot: Prepbot, slack: FakeSlack) -> None:
    granted = sorted(SCOPES.keys() - {"im:history", "users:read"})
    slack.told_scopes = ",".join(granted)
    state, detail = (await findings(prepbot, code=0))["slack"]
    assert state is State.WARNING
    assert "lacks im:history, users:read" in detail
    slack.told_scopes = ",".join(SCOPES)
    assert (await findings(prepbot, code=0))["slack"][0] is State.OK


async def test_what_is_out_of_reach(
    prepbot: Prepbot, monkeypatch: pytest.MonkeyPatch, model: FakeModel
) -> None:
    model.default = status(401)
    nowhere = "http://127.0.0.1:9/"
    for name in ("SLACK_API_URL", "DISCORD_API_URL", "PREPBOT_CHROMA_URL"):
        monkeypatch.setenv(name, nowhere)
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "DISCORD_TOKEN"):
        monkeypatch.setenv(name, "token")
    monkeypatch.setenv("PREPBOT_DATABASE_URL", "postgresql://me:secret@127.0.0.1:9/prep")
    found = await findings(prepbot, code=1)
    failed = {subject for subject, (state, _) in found.items() if state is State.FAILED}
    assert failed == {"database", "grader", "slack", "discord"}
    assert found["index"][0] is State.WARNING
    assert "OPENAI_API_KEY" in found["grader"][1]
    assert "secret" not in found["database"][1]


async def test_a_model_without_a_key(prepbot: Prepbot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREPBOT_GRADER", "openai")
    state, detail = (await findings(prepbot, code=1))["grader"]
    assert state is State.FAILED
    assert "OPENAI_API_KEY" in detail


async def test_a_folder_that_is_a_file(
    prepbot: Prepbot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("PREPBOT_DATA_DIR", "file")
    state, detail = (await findings(prepbot, code=1))["data folder"]
    assert state is State.FAILED
    assert "PREPBOT_DATA_DIR" in detail


async def test_a_misspelt_variable(prepbot: Prepbot, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PREPBOT_GRADR=local\nOTHER=1\n")
    state, detail = (await findings(prepbot, code=0))["settings"]
    assert state is State.WARNING
    assert detail == "PREPBOT_GRADR is no setting: did you mean PREPBOT_GRADER?"


async def test_an_index_that_is_empty(prepbot: Prepbot, tmp_path: Path) -> None:
    (tmp_path / ".prepbot" / "chroma").mkdir(parents=True)
    state, detail = (await findings(prepbot, code=0))["index"]
    assert state is State.WARNING
    assert "prepbot index rebuild" in detail


async def test_a_port_in_use(prepbot: Prepbot, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        taken.close()
        server = WebServer(web_app(_healthy), "127.0.0.1", port)
        await server.start()
        monkeypatch.setenv("PREPBOT_HTTP_PORT", str(port))
        assert (await findings(prepbot, code=0))["http port"] == (
            State.OK,
            f"Prepbot is running and answers on 127.0.0.1:{port}.",
        )
        await server.stop()
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        monkeypatch.setenv("PREPBOT_HTTP_PORT", str(port))
        state, detail = (await findings(prepbot, code=1))["http port"]
    assert state is State.FAILED
    assert f"Port {port} of 127.0.0.1 is in use" in detail


async def _healthy() -> dict[str, str]:
    return {"database": "ok"}
