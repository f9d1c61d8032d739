"""People's messages in threads and direct messages: handed on, and none lost.

Discord delivers a message once. What can't be stored is therefore kept and tried again here;
and what was written while we were away, or was kept when we stopped, is read from the history
of the open threads at the next start.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Sequence
from typing import Final

import discord

from bot.platforms.discord.client import DiscordPlatform
from bot.platforms.discord.parse import is_by_a_person, reply_of
from bot.platforms.discord.reading import find_place, is_withheld, text_of
from handlers.dispatch import Dispatcher, NotStored, Reception
from handlers.invocation import IncomingReply
from handlers.message import bold, say
from handlers.ports import DeliveryFailed, Reaction
from handlers.refs import MessageRef, Place, ThreadRef

_log = logging.getLogger(__name__)

# Most that is kept while storage is down; a flood beyond it is told to send again.
_MOST_KEPT: Final = 1000
# A locked database is soon free: a person is told only when it is not.
_FAILURES_BEFORE_TELLING: Final = 2

_NOT_STORED: Final = say(
    "I couldn't store your answer just now. I keep trying: when 👀 appears on it, it is in. "
    "If it doesn't within ten minutes, please send it again."
)
_CANNOT_READ: Final = say(
    "I'm not allowed to read messages here. Please press ",
    bold("Answer"),
    " under the question, or send me your answer as a direct message.",
)


class Inbox:
    """Hands replies to the dispatcher.

    Args:
        dispatcher: what they are handed to; it recognises what it has seen before.
        platform: what answers and reacts.
        retry_seconds: the waits before each further try to store a reply; the last one repeats.
    """

    def __init__(
        self, dispatcher: Dispatcher, platform: DiscordPlatform, *, retry_seconds: Sequence[float]
    ) -> None:
        self._dispatcher = dispatcher
        self._platform = platform
        self._retry_seconds = retry_seconds
        self._retries: dict[MessageRef, asyncio.Task[None]] = {}
        self._told_in: set[str] = set()

    async def take(self, message: discord.Message, *, reads_content: bool) -> None:
        """Hand on a message as it arrives, if a person wrote it in a thread or to us.

        Args:
            message: any message.
            reads_content: whether Discord lets us read messages in servers.
        """
        if not is_by_a_person(message):
            return
        place = await find_place(message)
        if place is None:
            return
        text = await text_of(message)
        is_hidden = not reads_content or is_withheld(message)
        if not text and is_hidden and isinstance(place, ThreadRef):
            self._platform.reads_content = False
            await self._point_to_button(message, place)
            return
        reply = reply_of(message, place, text)
        if await self._hand_on(reply, seen_before=False):
            return
        await self._keep(reply)

    async def take_missed(self, message: discord.Message, place: Place) -> None:
        """Hand on a message that is read later than it was written, maybe not for the first time.

        Args:
            message: any message.
            place: the thread or direct-message conversation that it stands in.
        """
        text = await text_of(message) if is_by_a_person(message) else ""
        if not text and not (message.attachments and is_by_a_person(message)):
            return
        reply = reply_of(message, place, text)
        if reply.message in self._retries:
            return
        if not await self._hand_on(reply, seen_before=True):
            await self._keep(reply)

    async def stop(self) -> None:
        """Stop trying. What is still kept is found again in the history at the next start."""
        retries = list(self._retries.values())
        for retry in retries:
            retry.cancel()
        await asyncio.gather(*retries, return_exceptions=True)

    async def _hand_on(self, reply: IncomingReply, *, seen_before: bool) -> bool:
        """Return whether the dispatcher took the reply."""
        try:
            reception = await self._dispatcher.reply(reply)
        except NotStored:
            return False
        if reception.stored and not seen_before:
            # A sweep meets replies that have their grade's sign already.
            await self._platform.acknowledge(reply.message)
        await self._answer(reply, reception, maybe_sent=seen_before)
        return True

    async def _keep(self, reply: IncomingReply) -> None:
        if len(self._retries) >= _MOST_KEPT:
            await self._tell_not_stored(reply)
            return
        self._retries[reply.message] = asyncio.create_task(self._keep_trying(reply))

    async def _keep_trying(self, reply: IncomingReply) -> None:
        last = self._retry_seconds[-1]
        waits = itertools.chain(self._retry_seconds, itertools.repeat(last))
        try:
            for failures, wait in enumerate(waits, start=1):
                if failures == _FAILURES_BEFORE_TELLING:
                    await self._tell_not_stored(reply)
                await asyncio.sleep(wait)
                if await self._hand_on_late(reply):
                    return
        finally:
            self._retries.pop(reply.message, None)

    async def _hand_on_late(self, reply: IncomingReply) -> bool:
        try:
            reception = await self._dispatcher.reply(reply)
        except NotStored:
            return False
        if reception.stored:
            # In place of the sign that says the contrary.
            await self._platform.react(reply.message, Reaction.RECEIVED)
        await self._answer(reply, reception, maybe_sent=True)
        return True

    async def _answer(
        self, reply: IncomingReply, reception: Reception, *, maybe_sent: bool
    ) -> None:
        if reception.message is None:
            return
        key = f"reception:{reply.message.pack()}"
        try:
            await self._platform.answer(
                reply.message, reception.message, key=key, maybe_sent=maybe_sent
            )
        except DeliveryFailed as error:
            _log.warning("could not answer in %s: %s", reply.message.pack(), error.reason)

    async def _tell_not_stored(self, reply: IncomingReply) -> None:
        _log.error("could not store the reply %s", reply.message.pack())
        await self._platform.acknowledge(reply.message, Reaction.UNGRADED)
        key = f"not-stored:{reply.message.pack()}"
        try:
            await self._platform.answer(reply.message, _NOT_STORED, key=key)
        except DeliveryFailed as error:
            _log.warning("could not answer in %s: %s", reply.message.pack(), error.reason)

    async def _point_to_button(self, message: discord.Message, place: ThreadRef) -> None:
        """Say once a thread of ours why a message there went unread."""
        client_user = message.guild.me if message.guild is not None else None
        owner_id = getattr(message.channel, "owner_id", None)
        is_ours = client_user is not None and owner_id == client_user.id
        if not is_ours or place.id in self._told_in:
            return
        self._told_in.add(place.id)
        reply = reply_of(message, place, "")
        try:
            await self._platform.answer(
                reply.message, _CANNOT_READ, key=f"cannot-read:{place.pack()}"
            )
        except DeliveryFailed as error:
            _log.warning("could not answer in %s: %s", place.pack(), error.reason)
