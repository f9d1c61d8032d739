from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import pytest

from bot.platforms.slack.app import SlackApp
from bot.platforms.slack.client import SlackPlatform
from bot.platforms.slack.config import SlackConfig
from bot.platforms.slack.http import SlackHttp
from bot.web.health import WebServer, web_app
from tests.bot.platforms.fake_dispatcher import FakeDispatcher
from tests.bot.platforms.slack.installing import Installable, an_installable
from tests.wire.fake_slack import FakeSlack

SOCKET_MODE: Final = "socket mode"
HTTP: Final = "http"


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        yield fake


@pytest.fixture
def platform(slack: FakeSlack) -> SlackPlatform:
    return SlackPlatform(
        SlackConfig(bot_token=slack.bot_token, app_token=slack.app_token, api_url=slack.base_url)
    )


@pytest.fixture
async def bot(slack: FakeSlack, tmp_path: Path) -> AsyncIterator[Installable]:
    """A bot that workspaces install."""
    async with an_installable(slack, tmp_path) as installable:
        yield installable


@pytest.fixture
def dispatcher() -> FakeDispatcher:
    return FakeDispatcher()


@pytest.fixture(params=[SOCKET_MODE, HTTP])
def transport(request: pytest.FixtureRequest) -> str:
    """How Slack reaches the bot: whatever uses `app` holds for both ways."""
    way: str = request.param
    return way


@pytest.fixture
async def app(
    transport: str, slack: FakeSlack, platform: SlackPlatform, dispatcher: FakeDispatcher
) -> AsyncIterator[SlackApp]:
    async with AsyncExitStack() as around:
        http = None
        if transport == HTTP:
            http = SlackHttp(slack.signing_secret)
            server = WebServer(web_app(_healthy, http.routes), "127.0.0.1", 0)
            around.push_async_callback(server.stop)
            await server.start()
            slack.request_url = f"http://127.0.0.1:{server.port}/slack/events"
        running = SlackApp(platform, dispatcher, http=http, ping_seconds=0.1)
        around.push_async_callback(running.stop)
        await running.start()
        yield running


async def _healthy() -> dict[str, str]:
    return {}
