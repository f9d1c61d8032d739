"""Who sees which channel of a server."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.platforms.discord.client import DiscordPlatform
from bot.platforms.discord.config import DiscordConfig
from bot.platforms.discord.membership import Memberships
from bot.platforms.discord.rights import permissions_in
from handlers.ports import ChannelViewer
from handlers.refs import ChannelRef, Platform, UserRef
from tests.bot.platforms.discord.conftest import channel_ref, direct_ref
from tests.wire.fake_discord import FakeDiscord
from tests.wire.fake_discord_permissions import Permission, everything

VIEW = int(Permission.VIEW_CHANNEL)
ALL = str(everything())


class Watch:
    """A clock that is set by hand."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def private(discord: FakeDiscord) -> ChannelRef:
    """A channel that Ben does not see."""
    id_ = discord.add_channel("private")
    discord.hide(id_, "Ben")
    return channel_ref(discord, id_)


def user(discord: FakeDiscord, name: str) -> UserRef:
    return UserRef(platform=Platform.DISCORD, realm="global", id=str(discord.user_id(name)))


async def test_a_channel_that_is_hidden_from_somebody_is_left_out_for_them_alone(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef, private: ChannelRef
) -> None:
    assert isinstance(platform, ChannelViewer)
    assert await platform.sees(user(discord, "Ana"), [channel, private]) == {channel, private}
    assert await platform.sees(user(discord, "Ben"), [channel, private]) == {channel}


async def test_strangers_unknown_channels_and_conversations_are_left_out(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    ana = user(discord, "Ana")
    stranger = UserRef(platform=Platform.DISCORD, realm="global", id="7")
    gone = channel_ref(discord, 7)
    elsewhere = ChannelRef(platform=Platform.DISCORD, workspace_id="7", id="8")

    assert await platform.sees(stranger, [channel]) == frozenset()
    assert await platform.sees(ana, [gone, elsewhere, direct_ref(discord, "Ben")]) == frozenset()


async def test_discord_is_asked_once_a_minute(discord: FakeDiscord, config: DiscordConfig) -> None:
    platform, watch = DiscordPlatform(config), Watch()
    memberships = Memberships(platform.http, monotonic=watch)
    channel, ana = channel_ref(discord, discord.channel_id), user(discord, "Ana")
    try:
        at_once = await asyncio.gather(*(memberships.sees(ana, [channel]) for _ in range(3)))
        assert at_once == [{channel}] * 3
        discord.hide(discord.channel_id, "Ana")
        watch.seconds += 59
        assert await memberships.sees(ana, [channel]) == {channel}
        assert discord.count("GET", r"/members/") == 1
        assert discord.count("GET", r"/guilds/\d+/channels$") == 1

        watch.seconds += 2
        assert await memberships.sees(ana, [channel]) == frozenset()
    finally:
        await platform.close()


async def test_what_discord_does_not_say_is_hidden_and_asked_anew(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    discord.script_failure("GET", r"/guilds/\d+/channels$", status=403)
    ana = user(discord, "Ana")

    assert await platform.sees(ana, [channel]) == frozenset()
    assert await platform.sees(ana, [channel]) == {channel}


@pytest.mark.parametrize(
    ("roles", "overwrites", "sees"),
    [
        ([], [], True),
        ([], [("1", 0, 0, VIEW)], False),
        (["5"], [("1", 0, 0, VIEW), ("5", 0, VIEW, 0)], True),
        (["5"], [("1", 0, 0, VIEW), ("5", 0, VIEW, 0), ("9", 1, 0, VIEW)], False),
        (["6"], [("1", 0, 0, VIEW), ("5", 0, VIEW, 0)], False),
        (["5", "6"], [("5", 0, VIEW, 0), ("6", 0, 0, VIEW)], True),
        (["8"], [("1", 0, 0, VIEW), ("9", 1, 0, VIEW)], True),
    ],
    ids=[
        "everybody",
        "hidden from everybody",
        "but not from a role",
        "but from one of them",
        "another role",
        "of two roles the one that allows",
        "who administers sees all",
    ],
)
def test_roles_and_overwrites_decide(
    roles: list[str], overwrites: list[tuple[str, int, int, int]], sees: bool
) -> None:
    administers = str(1 << 3)
    allowed = permissions_in(
        {
            "permission_overwrites": [
                {"id": id_, "type": kind, "allow": str(allow), "deny": str(deny)}
                for id_, kind, allow, deny in overwrites
            ]
        },
        [
            {"id": "1", "permissions": ALL},
            {"id": "5", "permissions": "0"},
            {"id": "6", "permissions": "0"},
            {"id": "8", "permissions": administers},
        ],
        {"user": {"id": "9"}, "roles": roles},
        guild_id=1,
        now=datetime.now(UTC),
    )

    assert allowed.view_channel is sees
