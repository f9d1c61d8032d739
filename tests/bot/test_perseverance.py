"""A platform out of reach is tried again, and keeps no other from being served."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.perseverance import Persevering
from bot.service import serve
from bot.settings import Settings
from bot.startup import OutOfReach, StartupError
from tests.bot.fake_clock import FakeClock
from tests.wire.fake_discord import FakeDiscord
from tests.wire.fake_slack import FakeSlack


class FakeListener:
    """Starts as its script says: each entry is raised, or held until released."""

    def __init__(self, *script: Exception | None) -> None:
        self.script = list(script)
        self.tries = 0
        self.started = asyncio.Event()
        self.release = asyncio.Event()
        self.release.set()
        self.is_stopped = False

    @property
    def is_connected(self) -> bool:
        return self.started.is_set()

    async def start(self) -> None:
        self.tries += 1
        await self.release.wait()
        error = self.script.pop(0) if self.script else None
        if error is not None:
            raise error
        self.started.set()

    async def stop(self) -> None:
        self.is_stopped = True


AWAY = OutOfReach("I can't reach it: check the network.")
WRONG = StartupError("The token is wrong.")


async def test_what_answers_is_served_at_once() -> None:
    listener = FakeListener()
    persevering = Persevering(listener, "Slack")
    await persevering.start()
    assert (persevering.is_connected, persevering.trouble) == (True, "")
    await persevering.stop()
    assert listener.is_stopped


async def test_what_is_away_is_tried_until_it_answers(caplog: pytest.LogCaptureFixture) -> None:
    listener = FakeListener(AWAY, AWAY, AWAY)
    persevering = Persevering(listener, "Slack", pauses=(0.01,))
    await persevering.start()
    assert (persevering.is_connected, persevering.trouble) == (False, str(AWAY))
    assert "Slack is not served yet, I keep trying: I can't reach it" in caplog.text
    async with asyncio.timeout(30):
        await listener.started.wait()
        while persevering.trouble:  # noqa: ASYNC110  (a turn later)
            await asyncio.sleep(0)
    assert (persevering.is_connected, listener.tries) == (True, 4)
    await persevering.stop()


async def test_what_waiting_does_not_mend_stops_the_start() -> None:
    persevering = Persevering(FakeListener(WRONG), "Slack")
    with pytest.raises(StartupError, match="token is wrong"):
        await persevering.start()
    await persevering.stop()


async def test_what_does_not_answer_in_time_goes_on_in_the_background() -> None:
    listener = FakeListener()
    listener.release.clear()
    persevering = Persevering(listener, "Discord", patience=0.01)
    await persevering.start()
    assert "no answer yet" in persevering.trouble
    listener.release.set()
    async with asyncio.timeout(30):
        await listener.started.wait()
    await persevering.stop()


@pytest.mark.parametrize("error", [WRONG, RuntimeError("secret detail")])
async def test_what_is_found_wrong_later_leaves_the_others_alone(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    persevering = Persevering(FakeListener(AWAY, error), "Slack", pauses=(0.01,))
    await persevering.start()
    async with asyncio.timeout(30):
        while persevering.trouble == str(AWAY):  # noqa: ASYNC110  (a moment later)
            await asyncio.sleep(0.005)
    assert not persevering.is_connected
    assert "secret" not in persevering.trouble
    assert any(record.levelno == logging.ERROR for record in caplog.records)
    await persevering.stop()


async def test_a_stop_ends_the_trying() -> None:
    listener = FakeListener(AWAY)
    persevering = Persevering(listener, "Slack", pauses=(60.0,))
    await persevering.start()
    await persevering.stop()
    assert (listener.tries, listener.is_stopped) == (1, True)


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as fake:
        yield fake


async def test_discord_is_served_while_slack_is_away(
    discord: FakeDiscord, tmp_path: Path, furnished: Path
) -> None:
    shutil.copytree(furnished, tmp_path, dirs_exist_ok=True)
    async with FakeSlack() as gone:
        address, port = gone.base_url, int(gone.base_url.split(":")[2].split("/")[0])
    settings = Settings(
        _env_file=None,
        SLACK_BOT_TOKEN="xoxb-fake",
        SLACK_APP_TOKEN="xapp-fake",
        SLACK_API_URL=address,
        DISCORD_TOKEN=discord.token,
        DISCORD_API_URL=discord.api_url,
        DISCORD_GATEWAY_URL=discord.gateway_url,
        PREPBOT_DATA_DIR=str(tmp_path),
        PREPBOT_EMBEDDINGS="lexical",
        PREPBOT_HTTP_PORT=str(port),
    )
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(settings, stop=stop, clock=FakeClock()))
    await discord.wait_for_identify(timeout=30)
    health = f"http://127.0.0.1:{port}/healthz"
    async with asyncio.timeout(30), aiohttp.ClientSession() as session:
        parts: dict[str, str] = {}
        while "can't reach" not in parts.get("slack", "") or parts.get("discord") != "ok":
            await asyncio.sleep(0.05)
            async with session.get(health) as answer:
                parts = (await answer.json())["parts"]
    assert parts["slack"].startswith("down: I can't reach Slack at")
    stop.set()
    await serving
