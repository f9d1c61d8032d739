"""Fetching what people sent: within limits, from the platform itself, and with its token there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

import pytest

from bot.platforms.slack.client import SlackPlatform
from bot.platforms.slack.config import SlackConfig
from handlers.invocation import Attachment
from handlers.ports import DeliveryFailed, TargetGone
from handlers.refs import Platform, UserRef
from handlers.voice.ports import FileFetcher, FileTooLarge
from tests.contracts.place import DiscordPlace
from tests.wire.fake_discord import FakeDiscord
from tests.wire.fake_slack import FakeSlack

TEXT = "I would look at the queue first. " * 400


class Shelf(Protocol):
    """A platform with a file on it."""

    @property
    def platform(self) -> FileFetcher: ...

    @property
    def person(self) -> UserRef: ...

    @property
    def url(self) -> str:
        """Where the file is."""


class SlackShelf:
    person = UserRef(platform=Platform.SLACK, realm="T1", id="U1")

    def __init__(self, slack: FakeSlack) -> None:
        self.platform = SlackPlatform(
            SlackConfig(bot_token=slack.bot_token, api_url=slack.base_url)
        )
        self.url = slack.workspace.files.put("clip.txt", TEXT.encode())


class DiscordShelf(DiscordPlace):
    def __init__(self, discord: FakeDiscord) -> None:
        super().__init__(discord)
        self.url = discord.put_file(TEXT)


@pytest.fixture(params=["slack", "discord"])
async def shelf(request: pytest.FixtureRequest) -> AsyncIterator[Shelf]:
    if request.param == "slack":
        async with FakeSlack() as slack:
            yield SlackShelf(slack)
    else:
        async with FakeDiscord() as discord:
            there = DiscordShelf(discord)
            yield there
            await there.platform.close()


def at(url: str) -> Attachment:
    return Attachment(name="clip", media_type="audio/ogg", size=1, url=url)


async def test_a_file_comes_as_it_was_sent(shelf: Shelf) -> None:
    content = await shelf.platform.fetch(at(shelf.url), shelf.person, limit=len(TEXT))

    assert content.decode() == TEXT


async def test_more_than_the_limit_is_not_taken(shelf: Shelf) -> None:
    with pytest.raises(FileTooLarge):
        await shelf.platform.fetch(at(shelf.url), shelf.person, limit=len(TEXT) - 1)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "no address",
        "https://evil.test/clip",
        "https://slack.com.evil.test/clip",
        "http://files.slack.com/clip",
        "http://cdn.discordapp.com/clip",
        "file:///etc/passwd",
        "https://[",
    ],
)
async def test_other_addresses_are_not_called(shelf: Shelf, url: str) -> None:
    with pytest.raises(TargetGone):
        await shelf.platform.fetch(at(url), shelf.person, limit=10)


async def test_a_file_that_is_gone(shelf: Shelf) -> None:
    with pytest.raises(TargetGone):
        await shelf.platform.fetch(at(f"{shelf.url}-gone"), shelf.person, limit=10)


async def test_a_page_to_log_in_on_is_no_recording() -> None:
    async with FakeSlack() as slack:
        shelf = SlackShelf(slack)
        slack.bot_token = "xoxb-another"
        with pytest.raises(TargetGone, match="files:read"):
            await shelf.platform.fetch(at(shelf.url), shelf.person, limit=10)


async def test_a_platform_that_is_away_may_come_back() -> None:
    async with FakeSlack() as slack:
        shelf = SlackShelf(slack)
    with pytest.raises(DeliveryFailed) as failed:
        await shelf.platform.fetch(at(shelf.url), shelf.person, limit=10)
    assert not isinstance(failed.value, TargetGone)
