"""A fake Discord, and the adapter connected to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from bot.platforms.discord.app import DiscordApp
from bot.platforms.discord.client import DiscordPlatform
from bot.platforms.discord.commands import CommandMemory
from bot.platforms.discord.config import DiscordConfig
from bot.platforms.discord.moves import Moves
from bot.platforms.discord.starts import StartMemory
from bot.platforms.known import Known, Missed
from handlers.dispatch import Dispatcher, Reception
from handlers.invocation import IncomingDeletion, IncomingEdit, IncomingReply
from handlers.refs import ChannelRef, Platform, ThreadRef
from tests.bot.platforms.fake_dispatcher import FakeDispatcher
from tests.wire.fake_discord import FakeDiscord

StartApp = Callable[..., Awaitable[DiscordApp]]


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as fake:
        yield fake


@pytest.fixture
def config(discord: FakeDiscord) -> DiscordConfig:
    return DiscordConfig(
        token=discord.token, api_url=discord.api_url, gateway_url=discord.gateway_url
    )


@pytest.fixture
def channel(discord: FakeDiscord) -> ChannelRef:
    return channel_ref(discord, discord.channel_id)


@pytest.fixture
async def platform(config: DiscordConfig) -> AsyncIterator[DiscordPlatform]:
    platform = DiscordPlatform(config)
    yield platform
    await platform.close()


class WatchedDispatcher(FakeDispatcher):
    """A fake dispatcher whose replies a test can wait for."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = asyncio.Condition()

    async def reply(self, reply: IncomingReply) -> Reception:
        async with self._changed:
            reception = await super().reply(reply)
            self._changed.notify_all()
        return reception

    async def edited(self, edit: IncomingEdit) -> None:
        async with self._changed:
            await super().edited(edit)
            self._changed.notify_all()

    async def deleted(self, deletion: IncomingDeletion) -> None:
        async with self._changed:
            await super().deleted(deletion)
            self._changed.notify_all()

    async def wait_for_changes(self, count: int) -> None:
        async with asyncio.timeout(30), self._changed:
            await self._changed.wait_for(
                lambda: len(self.seen_edits) + len(self.seen_deletions) >= count
            )

    async def wait_for_replies(self, count: int) -> None:
        async with asyncio.timeout(30), self._changed:
            await self._changed.wait_for(lambda: len(self.seen_replies) >= count)


@pytest.fixture
def dispatcher() -> WatchedDispatcher:
    return WatchedDispatcher()


@pytest.fixture
async def start_app(
    config: DiscordConfig, dispatcher: WatchedDispatcher
) -> AsyncIterator[StartApp]:
    """Start apps with settings made for tests; they are stopped afterwards."""
    apps: list[DiscordApp] = []

    async def start(
        *,
        dispatcher: Dispatcher = dispatcher,
        missed: Missed | None = None,
        command_memory: CommandMemory | None = None,
        patience: float = 1.5,
        known: Known | None = None,
        moves: Moves | None = None,
        start_memory: StartMemory | None = None,
        shards: int | None = 1,
        identify_pause: float = 0.0,
    ) -> DiscordApp:
        app = DiscordApp(
            DiscordPlatform(config),
            dispatcher,
            missed=missed,
            command_memory=command_memory,
            patience=patience,
            known=known,
            moves=moves,
            start_memory=start_memory,
            shards=shards,
            identify_pause=identify_pause,
            retry_seconds=(0.01, 0.02),
        )
        apps.append(app)
        await app.start()
        return app

    yield start
    for app in apps:
        await app.stop()


def channel_ref(discord: FakeDiscord, channel_id: int) -> ChannelRef:
    return ChannelRef(
        platform=Platform.DISCORD, workspace_id=str(discord.guild_id), id=str(channel_id)
    )


def direct_ref(discord: FakeDiscord, user: str) -> ChannelRef:
    return ChannelRef(
        platform=Platform.DISCORD, workspace_id="@me", id=str(discord.direct_channel(user))
    )


def thread_ref(channel: ChannelRef, thread_id: int) -> ThreadRef:
    return ThreadRef(channel=channel, id=str(thread_id))
