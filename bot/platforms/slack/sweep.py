"""Finds what was written, changed or deleted while no connection was there to tell of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from bot.platforms.known import Known, Missed
from bot.platforms.slack.change import found_edit, is_tombstone
from bot.platforms.slack.door import Door
from bot.platforms.slack.parse import parse_reply
from bot.platforms.slack.payload import Payload, stamp_at
from bot.platforms.slack.web import SlackWeb
from handlers.dispatch import NotStored
from handlers.invocation import IncomingDeletion
from handlers.ports import DeliveryFailed, TargetGone
from handlers.refs import ChannelRef, MessageRef, Place, ThreadRef
from handlers.storage import StorageUnavailable

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
        door: takes in what is found; behind it is known what was taken in before.
    """

    web: SlackWeb
    own_user_id: str
    door: Door


class Sweep:
    """Re-reads open conversations and hands on what people did there.

    Args:
        missed: names the threads and direct messages that wait for replies.
        find_reader: returns what reads in a workspace; ``None`` where the bot is in it no more.
        known: tells what is known of a channel.
        pauses: seconds to wait before each round over what could not be read or stored.
    """

    def __init__(
        self,
        missed: Missed,
        find_reader: Callable[[str], Awaitable[Reader | None]],
        known: Known,
        *,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._missed = missed
        self._find_reader = find_reader
        self._known = known
        self._pauses = pauses

    async def run(self) -> None:
        """Read every open conversation once, again after a pause where that failed."""
        places: list[Place] | None = None
        for pause in self._pauses:
            await asyncio.sleep(pause)
            try:
                places = _with_conversations(await self._missed()) if places is None else places
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
        channel = place.channel if isinstance(place, ThreadRef) else place
        reader = await self._find_reader(channel.workspace_id)
        if reader is None:
            return
        # Before the messages: what is stored meanwhile is not missing from them.
        waiting = [each for each in await self._known.waiting(channel) if _stands_in(each, place)]
        asked = await self._known.question(channel) if channel.is_direct else None
        messages = await _messages(reader.web, place)
        await _hand_on(reader, channel, messages, since="" if asked is None else asked.id)
        here = {stamp_at(each, "ts") for each in messages if not is_tombstone(each)}
        for message in waiting:
            if message.id not in here and await _is_gone(reader.web, message):
                await reader.door.take_deletion(IncomingDeletion(message=message))


def _with_conversations(places: Iterable[Place]) -> list[Place]:
    """Add the conversations that direct messages' threads hang in: either may hold the answer."""
    found: dict[Place, None] = {}
    for place in places:
        found[place] = None
        if isinstance(place, ThreadRef) and place.channel.is_direct:
            found[place.channel] = None
    return list(found)


def _stands_in(message: MessageRef, place: Place) -> bool:
    return message.thread_id == (place.id if isinstance(place, ThreadRef) else None)


async def _messages(web: SlackWeb, place: Place) -> list[Payload]:
    """Return what stands in a thread or conversation, oldest first."""
    if isinstance(place, ThreadRef):
        reading = web.read_messages(place.channel.id, place.id, pages=_THREAD_PAGES)
    else:
        reading = web.read_messages(place.id, None, pages=_CHANNEL_PAGES)
    return sorted([each async for each in reading], key=lambda each: _instant(stamp_at(each, "ts")))


async def _hand_on(
    reader: Reader, channel: ChannelRef, messages: Iterable[Payload], *, since: str
) -> None:
    for message in messages:
        reply = parse_reply(
            message, channel.workspace_id, reader.own_user_id, channel_id=channel.id
        )
        if reply is None or 0 < _instant(reply.message.id) <= _instant(since):
            continue
        is_answer = await reader.door.take_reply(reply)
        if is_answer and (edit := found_edit(message, reply)):
            await reader.door.take_edit(edit)


def _instant(ts: str) -> Decimal:
    """Return when a message was sent, in seconds since 1970; 0 where its id does not tell."""
    try:
        instant = Decimal(ts)
    except InvalidOperation:
        return Decimal(0)
    return instant if instant.is_finite() else Decimal(0)


async def _is_gone(web: SlackWeb, message: MessageRef) -> bool:
    """Look for one message by itself: taking an answer back cannot be undone.

    Raises:
        DeliveryFailed: see `SlackWeb.read`.
    """
    reading = web.read_messages(message.channel.id, message.thread_id, pages=1, only=message.id)
    async for found in reading:
        if stamp_at(found, "ts") == message.id and not is_tombstone(found):
            return False
    return True
