"""What the bot may do in the fake Discord's channels.

https://discord.com/developers/docs/topics/permissions
"""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.wire.fake_discord_world import FakeChannel, World


class Permission(IntFlag):
    """The permissions that matter here, by their bits."""

    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    EMBED_LINKS = 1 << 14
    READ_MESSAGE_HISTORY = 1 << 16
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38


def everything() -> int:
    """Every permission of those, and no other."""
    total = Permission(0)
    for permission in Permission:
        total |= permission
    return int(total)


def allowed_in(world: World, channel: FakeChannel) -> int:
    """What the bot may do in a channel; in a thread its parent decides."""
    if channel.guild_id is None:
        return everything()
    if channel.guild_id not in world.guilds:
        return 0
    parent = world.channels.get(channel.parent_id or 0, channel)
    return world.guilds[channel.guild_id] & ~parent.denied
