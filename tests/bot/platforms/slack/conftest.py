from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.platforms.slack.app import SlackApp
from bot.platforms.slack.client import SlackPlatform
from bot.platforms.slack.config import SlackConfig
from tests.bot.platforms.fake_dispatcher import FakeDispatcher
from tests.bot.platforms.slack.installing import Installable, an_installable
from tests.wire.fake_slack import FakeSlack


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


@pytest.fixture
async def app(platform: SlackPlatform, dispatcher: FakeDispatcher) -> AsyncIterator[SlackApp]:
    running = SlackApp(platform, dispatcher, ping_seconds=0.1)
    await running.start()
    yield running
    await running.stop()
