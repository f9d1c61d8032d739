"""Which channels people see in servers, remembered for a while.

https://discord.com/developers/docs/topics/permissions#permission-overwrites
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Generic, TypeVar, cast
from weakref import WeakValueDictionary

import discord
from discord.http import HTTPClient

from bot.platforms.discord.faults import FAULTS
from bot.platforms.discord.rights import permissions_in
from handlers.ports import DeliveryFailed
from handlers.refs import ChannelRef, Platform, UserRef

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

_SECONDS: Final = 60.0
_MOST_SERVERS: Final = 500
_MOST_MEMBERS: Final = 5000
# Somebody waits for what depends on it, and Discord for its acknowledgement.
_PATIENCE: Final = 2.0

_Json = Mapping[str, Any]


@dataclass(frozen=True)
class _Server:
    """A server as Discord describes it; its channels by id."""

    guild: _Json
    channels: Mapping[str, _Json]


class Memberships:
    """Tells which channels people see, by their roles and the channels' permissions.

    Who is in a server may still not see each of its channels. What Discord does not say is
    taken for hidden, and asked anew the next time.

    Args:
        http: returns Discord's REST interface; raises `DeliveryFailed`.
        monotonic: tells the time, in seconds.
    """

    def __init__(
        self,
        http: Callable[[], Awaitable[HTTPClient]],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._servers: _Kept[_Server] = _Kept(_MOST_SERVERS, monotonic)
        self._members: _Kept[_Json | None] = _Kept(_MOST_MEMBERS, monotonic)

    async def sees(self, user: UserRef, channels: Collection[ChannelRef]) -> frozenset[ChannelRef]:
        """Return those of the channels that somebody sees. Never raises."""
        places = {each.workspace_id for each in channels if _is_in_a_server(each)}
        seen: set[ChannelRef] = set()
        for guild_id in sorted(places):
            here = [each for each in channels if each.workspace_id == guild_id]
            try:
                async with asyncio.timeout(_PATIENCE):
                    seen.update(await self._visible(user.id, guild_id, here))
            except (*FAULTS, DeliveryFailed, KeyError, TypeError, ValueError) as error:
                _log.info("Discord does not say who sees what: %s", type(error).__name__)
        return frozenset(seen)

    async def _visible(
        self, user_id: str, guild_id: str, channels: Collection[ChannelRef]
    ) -> list[ChannelRef]:
        member = await self._members.get(
            f"{guild_id}/{user_id}", lambda: self._member(guild_id, user_id)
        )
        if member is None:
            return []
        server = await self._servers.get(guild_id, lambda: self._server(guild_id))
        if str(server.guild["owner_id"]) == user_id:
            return [each for each in channels if each.id in server.channels]
        now = datetime.now(UTC)
        return [
            each
            for each in channels
            if each.id in server.channels
            and permissions_in(
                server.channels[each.id],
                server.guild["roles"],
                member,
                guild_id=int(guild_id),
                now=now,
            ).view_channel
        ]

    async def _member(self, guild_id: str, user_id: str) -> _Json | None:
        http = await self._http()
        try:
            return cast("_Json", await http.get_member(int(guild_id), int(user_id)))
        except discord.NotFound:
            return None

    async def _server(self, guild_id: str) -> _Server:
        http = await self._http()
        guild = cast("_Json", await http.get_guild(int(guild_id), with_counts=False))
        channels = cast("list[_Json]", await http.get_all_guild_channels(int(guild_id)))
        return _Server(guild, {str(each["id"]): each for each in channels})


class _Kept(Generic[_T]):
    """What was asked for within the minute, once for all who ask at once; the oldest makes room."""

    def __init__(self, most: int, monotonic: Callable[[], float]) -> None:
        self._most = most
        self._monotonic = monotonic
        self._kept: OrderedDict[str, tuple[float, _T]] = OrderedDict()
        self._asking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def get(self, key: str, ask: Callable[[], Awaitable[_T]]) -> _T:
        async with self._asking.setdefault(key, asyncio.Lock()):
            kept = self._kept.get(key)
            if kept is not None and kept[0] > self._monotonic():
                return kept[1]
            asked = await ask()
            self._kept[key] = (self._monotonic() + _SECONDS, asked)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return asked


def _is_in_a_server(channel: ChannelRef) -> bool:
    return channel.platform is Platform.DISCORD and channel.workspace_id.isdigit()
