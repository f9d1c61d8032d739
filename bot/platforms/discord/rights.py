"""Which permissions the bot lacks in a channel, by the names that Discord's settings show.

https://discord.com/developers/docs/topics/permissions#permission-overwrites
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final, cast

import discord
from discord.http import HTTPClient

from bot.platforms.discord.faults import FAULTS

_log = logging.getLogger(__name__)

_ROLE: Final = 0
_ALL: Final = discord.Permissions.all()
# What somebody who was timed out may still do.
_TIMED_OUT: Final = discord.Permissions(view_channel=True, read_message_history=True)
_NAMES: Final = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "create_public_threads": "Create Public Threads",
    "embed_links": "Embed Links",
    "add_reactions": "Add Reactions",
    "read_message_history": "Read Message History",
    "manage_threads": "Manage Threads",
}


class Deed(Enum):
    """Something the bot does in a channel, with the permissions that it takes."""

    POST = ("view_channel", "send_messages", "embed_links")
    POST_IN_THREAD = ("view_channel", "send_messages_in_threads", "embed_links")
    START_THREAD = ("view_channel", "create_public_threads")
    READ = ("view_channel", "read_message_history")
    REACT = ("view_channel", "read_message_history", "add_reactions")
    ASK = (
        "view_channel",
        "send_messages",
        "embed_links",
        "create_public_threads",
        "send_messages_in_threads",
        "read_message_history",
        "add_reactions",
    )


def missing(allowed: discord.Permissions, deed: Deed) -> tuple[str, ...]:
    """Return the names of the permissions that a deed lacks, in the order of importance."""
    if allowed.administrator:
        return ()
    return tuple(_NAMES[name] for name in deed.value if not getattr(allowed, name))


def permissions_in(
    channel: Mapping[str, Any],
    roles: Iterable[Mapping[str, Any]],
    member: Mapping[str, Any],
    *,
    guild_id: int,
    now: datetime,
) -> discord.Permissions:
    """Return what a member may do in a channel. Pure.

    Args:
        channel: Discord's channel object; a thread's parent for a thread.
        roles: the server's role objects.
        member: the member object.
        guild_id: the server, whose id is also that of the role everybody has.
        now: this instant, aware.
    """
    own = {guild_id, *(int(role) for role in member["roles"])}
    allowed = discord.Permissions(0)
    for role in roles:
        if int(role["id"]) in own:
            allowed.value |= int(role["permissions"])
    if allowed.administrator:
        return _ALL
    writes = list(channel.get("permission_overwrites") or ())
    everyone = [w for w in writes if int(w["id"]) == guild_id]
    of_roles = [w for w in writes if int(w["type"]) == _ROLE and int(w["id"]) in own - {guild_id}]
    of_member = [w for w in writes if int(w["id"]) == int(member["user"]["id"])]
    for layer in (everyone, of_roles, of_member):
        for write in layer:
            allowed.value &= ~int(write["deny"])
        for write in layer:
            allowed.value |= int(write["allow"])
    until = member.get("communication_disabled_until")
    if until and datetime.fromisoformat(str(until)) > now:
        allowed.value &= _TIMED_OUT.value
    return allowed


async def find_missing(
    http: HTTPClient, *, guild_id: int, channel_id: int, user_id: int, deed: Deed
) -> tuple[str, ...]:
    """Return the names of the permissions that the bot lacks for a deed.

    Never raises: it is asked after something failed. Nothing is found where Discord does not say.

    Args:
        http: Discord's REST interface.
        guild_id: the server.
        channel_id: the channel; a thread's parent for a thread.
        user_id: the bot.
        deed: what it wanted to do.
    """
    try:
        channel = cast("Mapping[str, Any]", await http.get_channel(channel_id))
        roles = cast("Sequence[Mapping[str, Any]]", await http.get_roles(guild_id))
        member = cast("Mapping[str, Any]", await http.get_member(guild_id, user_id))
        allowed = permissions_in(channel, roles, member, guild_id=guild_id, now=datetime.now(UTC))
    except (*FAULTS, KeyError, TypeError, ValueError) as error:
        _log.debug("could not look up permissions in channel %s: %s", channel_id, error)
        if isinstance(error, discord.Forbidden):
            return (_NAMES["view_channel"],)
        return ()
    return missing(allowed, deed)
