"""Finds the replies that were sent while no connection was there to deliver them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.platforms.slack.parse import parse_reply
from bot.platforms.slack.web import SlackWeb
from handlers.dispatch import NotStored
from handlers.invocation import IncomingReply
from handlers.ports import DeliveryFailed, TargetGone
from handlers.refs import ChannelRef, ThreadRef
from handlers.storage import StorageUnavailable

Place = ThreadRef | ChannelRef
Missed = Callable[[], Awaitable[Sequence[Place]]]

# Slack stops redelivering after about an hour; a sweep keeps at it for as long.
PAUSES: Final = (0.0, 5.0, 30.0, 120.0, 600.0, 3000.0)
_THREAD_PAGES: Final = 10
_CHANNEL_PAGES: Final = 1
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """What re-reads conversations in one workspace.

    Attributes:
        web: reads them.
        own_user_id: the bot's account, whose messages are no replies.
        take: takes in a reply; it knows by itself which ones it has already.
    """

    web: SlackWeb
    own_user_id: str
    take: Callable[[IncomingReply], Awaitable[None]]


class Sweep:
    """Re-reads open conversations and hands on what people wrote there.

    Args:
        missed: names the threads and direct messages that wait for replies.
        find_reader: returns what reads in a workspace; ``None`` where the bot is in it no more.
        pauses: seconds to wait before each round over what could not be read or stored.
    """

    def __init__(
        self,
        missed: Missed,
        find_reader: Callable[[str], Awaitable[Reader | None]],
        *,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._missed = missed
        self._find_reader = find_reader
        self._pauses = pauses

    async def run(self) -> None:
        """Read every open conversation once, again after a pause where that failed."""
        places: list[Place] | None = None
        for pause in self._pauses:
            await asyncio.sleep(pause)
            try:
                places = list(await self._missed()) if places is None else places
            except StorageUnavailable:
                continue
            places = [place for place in places if not await self._is_read(place)]
            if not places:
                return
        _log.error("slack.sweep_gave_up conversations=%d", len(places or ()))

    async def _is_read(self, place: Place) -> bool:
        try:
            await self._read(place)
        except TargetGone:
            return True
        except (DeliveryFailed, NotStored, StorageUnavailable):
            return False
        return True

    async def _read(self, place: Place) -> None:
        in_thread = isinstance(place, ThreadRef)
        channel = place.channel if isinstance(place, ThreadRef) else place
        reader = await self._find_reader(channel.workspace_id)
        if reader is None:
            return
        messages = reader.web.read_messages(
            channel.id,
            place.id if in_thread else None,
            pages=_THREAD_PAGES if in_thread else _CHANNEL_PAGES,
        )
        replies = [
            reply
            async for message in messages
            if (
                reply := parse_reply(
                    message, channel.workspace_id, reader.own_user_id, channel_id=channel.id
                )
            )
        ]
        for reply in sorted(replies, key=lambda reply: reply.message.id):
            await reader.take(reply)
