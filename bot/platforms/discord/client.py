"""Discord as a chat platform: posts once for a key, starts threads, puts signs on messages."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable
from typing import Final, TypeVar, cast

import discord

from bot.platforms.discord import limits
from bot.platforms.discord.config import DiscordConfig, point_library_at
from bot.platforms.discord.faults import (
    ARCHIVED,
    EMBED_LINKS_MISSING,
    FAULTS,
    LOGIN_REFUSED,
    NO_HISTORY,
    THREAD_EXISTS,
    delivery_fault,
    is_final,
)
from bot.platforms.discord.markdown import ELLIPSIS, one_line, shorten
from bot.platforms.discord.parse import DIRECT, place_of_message
from bot.platforms.discord.render import render
from handlers.message import Message
from handlers.ports import DeliveryFailed, Posted, Reaction, TargetGone
from handlers.refs import ChannelRef, MessageRef, Platform, ThreadRef, UserRef

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

SIGNS: Final = {Reaction.RECEIVED: "👀", Reaction.GRADED: "✅", Reaction.UNGRADED: "⚠️"}
# Longer than any wait that the library makes by itself for a limit of up to 30 s.
_CALL_SECONDS: Final = 60.0
_LONGEST_RATE_LIMIT_WAIT: Final = 30.0
# How far back an earlier try is looked for.
_HISTORY: Final = 3 * limits.HISTORY_PAGE
_THREAD_MINUTES: Final = 10_080
_FORBIDDEN_SECONDS: Final = 600.0


class DiscordPlatform:
    """Says things on Discord through its REST interface; needs no gateway.

    One key is one visible message. Within a few minutes Discord itself recognises a second
    message by its nonce. It never tells nonces later, so every post also carries its key's hash
    in the address of its first embed: without a title nobody sees it, and Discord gives it back.
    Before a post that may have been sent already, the bot's recent messages are looked through
    for it.

    Args:
        config: how to reach Discord.
    """

    def __init__(self, config: DiscordConfig) -> None:
        self.config = config
        self._opening = asyncio.Lock()
        self._client: discord.Client | None = None
        self._is_closed = False
        self._no_reactions_until: dict[int, float] = {}

    @property
    def platform(self) -> Platform:
        """Discord."""
        return Platform.DISCORD

    async def close(self) -> None:
        """Let go of the connections. Nothing can be posted afterwards."""
        self._is_closed = True
        async with self._opening:
            if self._client is not None:
                await self._client.close()
                self._client = None

    async def post(
        self,
        to: ChannelRef | ThreadRef,
        message: Message,
        *,
        key: str,
        maybe_sent: bool = False,
        thread_title: str | None = None,
    ) -> Posted:
        """Post ``message`` once for ``key``; see `handlers.ports.ChatPlatform.post`.

        Where a thread can't be had (in a thread, in direct messages, or without the permission)
        the message stands without one.
        """
        ref = await self._call(self._post(to, message, key=key, maybe_sent=maybe_sent))
        if thread_title is None or isinstance(to, ThreadRef):
            return Posted(message=ref, thread=to if isinstance(to, ThreadRef) else None)
        return Posted(message=ref, thread=await self._start_thread(to, ref, thread_title))

    async def answer(
        self, to: MessageRef, message: Message, *, key: str, maybe_sent: bool = False
    ) -> None:
        """Post ``message`` in reply to another one, in the same place, once for ``key``.

        Raises:
            TargetGone: the channel is lost to us.
            DeliveryFailed: anything else that stopped it.
        """
        place = place_of_message(to)
        await self._call(
            self._post(place, message, key=key, maybe_sent=maybe_sent, in_reply_to=to.id)
        )

    async def direct(self, user: UserRef) -> ChannelRef:
        """Return the direct-message conversation with somebody.

        Discord opens one with anybody; whether they can be written to shows at the first message.

        Raises:
            TargetGone: there is no such person, or it is a bot.
            DeliveryFailed: anything else that stopped it.
        """
        opened = await self._call(self._open_direct(int(user.id)))
        return ChannelRef(platform=Platform.DISCORD, workspace_id=DIRECT, id=opened)

    async def link(self, to: MessageRef) -> str:
        """Return the address at which people find a message."""
        place = place_of_message(to)
        return f"https://discord.com/channels/{to.channel.workspace_id}/{place.id}/{to.id}"

    async def recent(self, place: ChannelRef | ThreadRef) -> list[discord.Message]:
        """Return the latest messages of a place, oldest first; at most a hundred.

        Raises:
            TargetGone: the place is lost to us.
            DeliveryFailed: anything else that stopped it.
        """
        return await self._call(self._recent(int(place.id)))

    async def react(self, to: MessageRef, reaction: Reaction) -> None:
        """Put a sign on a message, in place of an earlier one. Never raises."""
        await self.acknowledge(to, reaction)
        for other in Reaction:
            if other is not reaction:
                await self._courtesy(to, SIGNS[other], remove=True)

    async def acknowledge(self, to: MessageRef, reaction: Reaction = Reaction.RECEIVED) -> None:
        """Put a sign on a message that has none yet. Never raises."""
        await self._courtesy(to, SIGNS[reaction], remove=False)

    async def _courtesy(self, to: MessageRef, emoji: str, *, remove: bool) -> None:
        channel_id = int(place_of_message(to).id)
        now = asyncio.get_running_loop().time()
        if now < self._no_reactions_until.get(channel_id, now):
            return
        try:
            http = (await self._rest()).http
            change = http.remove_own_reaction if remove else http.add_reaction
            await asyncio.wait_for(change(channel_id, int(to.id), emoji), _CALL_SECONDS)
        except (*FAULTS, DeliveryFailed) as error:
            _log.debug("could not change a reaction in channel %s: %s", channel_id, error)
            if isinstance(error, discord.Forbidden):
                # Discord bans the address of a bot that keeps asking for what is forbidden.
                self._no_reactions_until[channel_id] = now + _FORBIDDEN_SECONDS

    async def _post(
        self,
        to: ChannelRef | ThreadRef,
        message: Message,
        *,
        key: str,
        maybe_sent: bool,
        in_reply_to: str | None = None,
    ) -> MessageRef:
        client = await self._rest()
        channel = client.get_partial_messageable(int(to.id))
        if maybe_sent and (earlier := await self._find(client, channel, key)) is not None:
            return _ref(to, earlier.id)
        try:
            sent = await self._send(channel, message, key, in_reply_to)
        except discord.HTTPException as error:
            if error.code != ARCHIVED or not isinstance(to, ThreadRef):
                raise
            await client.http.edit_channel(channel.id, archived=False)
            sent = await self._send(channel, message, key, in_reply_to)
        return _ref(to, sent.id)

    async def _send(
        self,
        channel: discord.PartialMessageable,
        message: Message,
        key: str,
        in_reply_to: str | None,
    ) -> discord.Message:
        rendered = render(message)
        embeds = list(rendered.embeds)
        embeds[0].url = marker(key)
        reference = None
        if in_reply_to is not None:
            reference = discord.MessageReference(
                message_id=int(in_reply_to), channel_id=channel.id, fail_if_not_exists=False
            )
        try:
            sent = await channel.send(
                rendered.content or None,
                embeds=embeds,
                view=rendered.view(),
                nonce=nonce(key),
                # None is the library's default; its annotation leaves it out.
                reference=cast("discord.MessageReference", reference),
            )
        except discord.HTTPException as error:
            if error.code != NO_HISTORY or in_reply_to is None:
                raise
            return await self._send(channel, message, key, None)
        if not sent.embeds:
            # With a line above it, an embed that is not allowed vanishes without an error.
            await sent.delete()
            raise TargetGone(EMBED_LINKS_MISSING)
        return sent

    async def _open_direct(self, user_id: int) -> str:
        opened = await (await self._rest()).http.start_private_message(user_id)
        return str(opened["id"])

    async def _recent(self, channel_id: int) -> list[discord.Message]:
        channel = (await self._rest()).get_partial_messageable(channel_id)
        newest_first = [m async for m in channel.history(limit=limits.HISTORY_PAGE)]
        return newest_first[::-1]

    async def _find(
        self, client: discord.Client, channel: discord.PartialMessageable, key: str
    ) -> discord.Message | None:
        wanted, me = marker(key), client.user
        async for message in channel.history(limit=_HISTORY):
            if message.author == me and message.embeds and message.embeds[0].url == wanted:
                return message
        return None

    async def _start_thread(
        self, to: ChannelRef, message: MessageRef, title: str
    ) -> ThreadRef | None:
        if to.workspace_id == DIRECT:
            return None
        name = shorten(one_line(title), limits.THREAD_NAME) or ELLIPSIS
        if not await self._call(self._has_thread(int(to.id), int(message.id), name)):
            return None
        # A thread that is started from a message has the message's id.
        return ThreadRef(channel=to, id=message.id)

    async def _has_thread(self, channel_id: int, message_id: int, name: str) -> bool:
        http = (await self._rest()).http
        try:
            await http.start_thread_with_message(
                channel_id, message_id, name=name, auto_archive_duration=_THREAD_MINUTES
            )
        except discord.HTTPException as error:
            if error.code == THREAD_EXISTS:
                return True
            if not is_final(error):
                raise
            # The message stands, and its buttons do the whole job without a thread.
            fault = delivery_fault(error)
            _log.warning("no thread in channel %s: %s", channel_id, fault.reason)
            return False
        return True

    async def _call(self, work: Awaitable[_T]) -> _T:
        try:
            return await asyncio.wait_for(work, _CALL_SECONDS)
        except FAULTS as error:
            raise delivery_fault(error) from error

    async def _rest(self) -> discord.Client:
        """Return the logged-in client, made at the first use."""
        async with self._opening:
            if self._is_closed:
                raise DeliveryFailed("Prepbot is stopping")
            if self._client is None:
                self._client = await _log_in(self.config)
            return self._client


def nonce(key: str) -> str:
    """Return the nonce of an idempotency key."""
    return _hash(key)[: limits.NONCE]


def marker(key: str) -> str:
    """Return the address that an embed carries for an idempotency key."""
    return f"https://discord.com/#prepbot-{_hash(key)[:32]}"


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


async def _log_in(config: DiscordConfig) -> discord.Client:
    point_library_at(config)
    client = discord.Client(
        intents=discord.Intents(guilds=True),
        allowed_mentions=discord.AllowedMentions.none(),
        max_messages=None,
        max_ratelimit_timeout=_LONGEST_RATE_LIMIT_WAIT,
    )
    is_in = False
    try:
        await client.login(config.token)
        is_in = True
    except discord.LoginFailure as error:
        raise TargetGone(LOGIN_REFUSED) from error
    finally:
        if not is_in:
            await client.close()
    return client


def _ref(to: ChannelRef | ThreadRef, id_: int) -> MessageRef:
    if isinstance(to, ThreadRef):
        return MessageRef(channel=to.channel, id=str(id_), thread_id=to.id)
    return MessageRef(channel=to, id=str(id_))
