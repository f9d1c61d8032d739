"""Finds what was written, changed or deleted while no connection was there to tell of it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import discord

from bot.platforms.discord.change import Changes
from bot.platforms.discord.client import MOST_MISSED, DiscordPlatform
from bot.platforms.discord.gateway import Shard
from bot.platforms.discord.inbox import Inbox
from bot.platforms.known import Known, Missed
from handlers.ports import DeliveryFailed
from handlers.refs import ChannelRef, MessageRef, Place, ThreadRef

_log = logging.getLogger(__name__)

# Older messages were seen long ago, or are too old to be answered.
_SINCE: Final = timedelta(days=3)


class Sweep:
    """Re-reads open threads and direct-message conversations.

    Args:
        platform: reads them.
        inbox: takes in what was written; behind it is known what was taken in before.
        changes: takes in what was changed or deleted.
        missed: names the places that wait for replies.
        known: tells what is known of a channel.
    """

    def __init__(
        self,
        platform: DiscordPlatform,
        inbox: Inbox,
        changes: Changes,
        *,
        missed: Missed,
        known: Known,
    ) -> None:
        self._platform = platform
        self._inbox = inbox
        self._changes = changes
        self._missed = missed
        self._known = known

    async def run(self, shard: Shard) -> None:
        """Read once each open place of which a connection tells.

        One place that can't be read never keeps another from being read.

        Args:
            shard: the connection that may have missed something.
        """
        for place in await self._missed():
            channel = place.channel if isinstance(place, ThreadRef) else place
            if not shard.hears(channel.workspace_id):
                continue
            if isinstance(place, ChannelRef) and not place.is_direct:
                continue  # what is written in a channel itself is no reply
            try:
                await self._read(place, channel)
            except DeliveryFailed as error:
                _log.warning("could not read missed messages in %s: %s", place.pack(), error.reason)

    async def _read(self, place: Place, channel: ChannelRef) -> None:
        # Before the messages: what is stored meanwhile is not missing from them.
        waiting = await self._known.waiting(channel)
        asked = await self._known.question(channel) if channel.is_direct else None
        since = datetime.now(UTC) - _SINCE
        found = await self._platform.recent(place, since=since)
        for message in found:
            if asked is not None and message.id < int(asked.id):
                continue
            await self._inbox.take_missed(message, place)
            await self._changes.found(message, place)
        for gone in _missing(waiting, place, found, since):
            await self._changes.gone(gone)


def _missing(
    waiting: Iterable[MessageRef],
    place: Place,
    found: Sequence[discord.Message],
    since: datetime,
) -> list[MessageRef]:
    """Return the messages of a place that would have been found if they were still there."""
    thread_id = place.id if isinstance(place, ThreadRef) else None
    here = {str(message.id) for message in found}
    earliest = discord.utils.time_snowflake(since)
    if len(found) >= MOST_MISSED:
        earliest = found[0].id
    return [
        message
        for message in waiting
        if message.thread_id == thread_id and message.id not in here and int(message.id) >= earliest
    ]
