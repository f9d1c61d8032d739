"""Messages that people edit or delete: handed on, again where they could not be stored."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import discord

from bot.platforms.discord.parse import is_by_a_person, reply_of
from bot.platforms.discord.reading import find_place, find_place_of_deleted, text_of
from handlers.dispatch import Dispatcher, NotStored
from handlers.invocation import IncomingDeletion, IncomingEdit
from handlers.refs import MessageRef, Place, ThreadRef

_log = logging.getLogger(__name__)
# Discord tells of a change once. By the last try an edit is too old to be graded anyway.
_TRIES: Final = 60
# A flood beyond it waits for nothing.
_MOST_KEPT: Final = 1000


class Changes:
    """Hands edits and deletions to the dispatcher.

    Args:
        dispatcher: what they are handed to.
        retry_seconds: the waits before each further try to store one; the last one repeats.
    """

    def __init__(self, dispatcher: Dispatcher, *, retry_seconds: Sequence[float]) -> None:
        self._dispatcher = dispatcher
        self._retry_seconds = retry_seconds
        self._retries: set[asyncio.Task[None]] = set()

    async def edited(self, message: discord.Message) -> None:
        """Hand on an edit, if a person made it in a thread or to us.

        Discord also tells of a change when it adds a link's preview; then nobody edited anything.
        """
        if message.edited_at is not None and is_by_a_person(message):
            await self._take(message, await find_place(message), found=False)

    async def found(self, message: discord.Message, place: Place) -> None:
        """Hand on the last edit of a message that is read again, if somebody made one."""
        if message.edited_at is not None and is_by_a_person(message):
            await self._take(message, place, found=True)

    async def deleted(self, client: discord.Client, event: discord.RawMessageDeleteEvent) -> None:
        """Hand on that a message in a thread or a direct message is gone."""
        place = await find_place_of_deleted(client, event)
        if place is None:
            return
        id_ = str(event.message_id)
        if isinstance(place, ThreadRef):
            message = MessageRef(channel=place.channel, id=id_, thread_id=place.id)
        else:
            message = MessageRef(channel=place, id=id_)
        await self.gone(message)

    async def gone(self, message: MessageRef) -> None:
        """Hand on that a message is gone."""
        await self._hand_on(lambda: self._dispatcher.deleted(IncomingDeletion(message=message)))

    async def _take(self, message: discord.Message, place: Place | None, *, found: bool) -> None:
        text = "" if place is None else await text_of(message)
        if place is None or not text:
            return
        reply = reply_of(message, place, text)
        edit = IncomingEdit(
            caller=reply.caller,
            message=reply.message,
            text=text,
            edited_at=message.edited_at,
            found=found,
        )
        await self._hand_on(lambda: self._dispatcher.edited(edit))

    async def stop(self) -> None:
        """Stop trying."""
        retries = list(self._retries)
        for retry in retries:
            retry.cancel()
        await asyncio.gather(*retries, return_exceptions=True)

    async def _hand_on(self, hand_on: Callable[[], Awaitable[None]]) -> None:
        try:
            await hand_on()
        except NotStored:
            if len(self._retries) < _MOST_KEPT:
                retry = asyncio.create_task(self._keep_trying(hand_on))
                self._retries.add(retry)
                retry.add_done_callback(self._retries.discard)

    async def _keep_trying(self, hand_on: Callable[[], Awaitable[None]]) -> None:
        last = self._retry_seconds[-1]
        waits = itertools.chain(self._retry_seconds, itertools.repeat(last))
        for wait in itertools.islice(waits, _TRIES):
            await asyncio.sleep(wait)
            try:
                await hand_on()
            except NotStored:
                continue
            return
        _log.error("a change of a message could not be stored")
