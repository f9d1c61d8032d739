"""Several connections: each server on its own, everything in the background once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.platforms.discord.gateway import Shard
from handlers.refs import ChannelRef, Platform, ThreadRef
from tests.bot.platforms.discord.conftest import StartApp, WatchedDispatcher, direct_ref
from tests.wire.fake_discord import FakeDiscord

SHARDS = 2


class Server:
    """A server that a given connection tells of, with an open thread."""

    def __init__(self, discord: FakeDiscord, shard: int) -> None:
        self.guild_id = discord.add_guild(shard=shard, shards=SHARDS)
        self.channel_id = discord.add_channel("prep", guild_id=self.guild_id)
        self.channel = ChannelRef(
            platform=Platform.DISCORD, workspace_id=str(self.guild_id), id=str(self.channel_id)
        )


class Places:
    """The open conversations, and how often they were asked for."""

    def __init__(self, *places: ThreadRef | ChannelRef) -> None:
        self.places = places
        self.asked = 0

    async def __call__(self) -> Sequence[ThreadRef | ChannelRef]:
        self.asked += 1
        return self.places


@pytest.fixture
def servers(discord: FakeDiscord) -> list[Server]:
    return [Server(discord, shard) for shard in range(SHARDS)]


@pytest.mark.parametrize("shards", [SHARDS, None])
async def test_every_server_is_heard_over_its_own_connection_and_direct_messages_over_the_first(
    discord: FakeDiscord,
    servers: list[Server],
    start_app: StartApp,
    dispatcher: WatchedDispatcher,
    shards: int | None,
) -> None:
    discord.recommend_shards(SHARDS)
    app = await start_app(shards=shards)
    await discord.wait_for_identify(SHARDS)
    await discord.wait_until(lambda: app.is_connected, what="both connections")

    for server in servers:
        thread = await discord.start_thread(server.channel_id, "Ana", "answers")
        await discord.say(thread, "Ana", f"in {server.guild_id}")
    await discord.direct_message("Ana", "to you")
    await dispatcher.wait_for_replies(3)

    heard = sorted(reply.text for reply in dispatcher.seen_replies)
    assert heard == sorted([*(f"in {server.guild_id}" for server in servers), "to you"])
    assert [identify["shard"] for identify in discord.identifies] == [[0, 2], [1, 2]]


async def test_one_connection_is_the_default_and_names_no_shard(
    discord: FakeDiscord, start_app: StartApp
) -> None:
    discord.recommend_shards(SHARDS)

    await start_app()

    assert [identify.get("shard") for identify in discord.identifies] == [None]


async def test_what_was_missed_is_looked_for_once_and_not_once_a_connection(
    discord: FakeDiscord, servers: list[Server], start_app: StartApp
) -> None:
    threads = [
        ThreadRef(
            channel=server.channel,
            id=str(await discord.start_thread(server.channel_id, "Ana", "answers")),
        )
        for server in servers
    ]
    places = Places(*threads, direct_ref(discord, "Ana"))
    await start_app(shards=SHARDS, missed=places)

    await discord.wait_until(lambda: places.asked >= SHARDS, what="a look on both connections")
    for place in places.places:
        path = rf"/channels/{place.id}/messages$"
        await discord.wait_until(lambda p=path: discord.count("GET", p), what="a look")  # type: ignore[misc]
        assert discord.count("GET", path) == 1


async def test_a_connection_that_begins_anew_catches_up_with_its_own_servers_alone(
    discord: FakeDiscord,
    servers: list[Server],
    start_app: StartApp,
    dispatcher: WatchedDispatcher,
) -> None:
    threads = [
        await discord.start_thread(server.channel_id, "Ana", "answers") for server in servers
    ]
    refs = [
        ThreadRef(channel=server.channel, id=str(thread))
        for server, thread in zip(servers, threads, strict=True)
    ]
    places = Places(*refs)
    app = await start_app(shards=SHARDS, missed=places)
    await discord.wait_until(lambda: app.is_connected, what="both connections")
    await discord.wait_until(lambda: places.asked >= SHARDS, what="the first looks")
    paths = [rf"/channels/{thread}/messages$" for thread in threads]
    for path in paths:
        await discord.wait_until(lambda p=path: discord.count("GET", p), what="a first look")  # type: ignore[misc]

    await discord.drop_connections(keep_sessions=False, shard=1)
    await discord.say(threads[1], "Ana", "said meanwhile")
    await dispatcher.wait_for_replies(1)

    assert [discord.count("GET", path) for path in paths] == [1, 2]
    async with asyncio.timeout(30):
        await discord.wait_until(lambda: app.is_connected, what="both connections")


@pytest.mark.parametrize(
    ("workspace", "shard"), [("@me", 0), (str(5 << 22), 1), (str(6 << 22), 2), ("123", 0)]
)
def test_a_server_belongs_to_one_connection(workspace: str, shard: int) -> None:
    hears = [Shard(id=number, count=4).hears(workspace) for number in range(4)]

    assert [number for number in range(4) if hears[number]] == [shard]
