"""Discord as a chat platform: posts once for a key, starts threads, puts signs on messages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

import discord
from discord.http import HTTPClient

from bot.platforms.discord import limits
from bot.platforms.discord.config import DiscordConfig, point_library_at
from bot.platforms.discord.faults import (
    FAULTS,
    LACKS_PERMISSION,
    LOGIN_REFUSED,
    Fault,
    delivery_fault,
    lacking,
)
from bot.platforms.discord.fetch import fetch_file
from bot.platforms.discord.files import share_once
from bot.platforms.discord.membership import Memberships
from bot.platforms.discord.pace import Pace
from bot.platforms.discord.parse import DIRECT, place_of_message
from bot.platforms.discord.post import Poster
from bot.platforms.discord.refusals import Refusals
from bot.platforms.discord.rights import Deed, find_missing
from bot.platforms.discord.thread import thread_name, thread_started
from handlers.invocation import Attachment
from handlers.message import Message
from handlers.ports import DeliveryFailed, OutgoingFile, Posted, Reaction, TargetGone
from handlers.refs import ChannelRef, MessageRef, Place, Platform, ThreadRef, UserRef

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

SIGNS: Final = {Reaction.RECEIVED: "👀", Reaction.GRADED: "✅", Reaction.UNGRADED: "⚠️"}
# Longer than any wait that the library makes by itself for a limit of up to 30 s.
_CALL_SECONDS: Final = 60.0
_LONGEST_RATE_LIMIT_WAIT: Final = 30.0
# How far back what was missed is looked for.
MOST_MISSED: Final = 10 * limits.HISTORY_PAGE
# Signs are refused by themselves: messages may be allowed where they are not.
_SIGNS: Final = "{}/signs"


class DiscordPlatform:
    """Says things on Discord through its REST interface; needs no gateway.

    One key is one visible message; see `bot.platforms.discord.post`. Where Discord kept us out
    it is not asked again until something happens there; see `bot.platforms.discord.refusals`.

    Args:
        config: how to reach Discord.
        pace: what every client of the bot asks before a request; one of our own if ``None``.

    Attributes:
        config: how to reach Discord.
        pace: what every other client of the bot is to ask as well.
        reads_content: whether Discord lets the bot read messages in servers.
    """

    def __init__(self, config: DiscordConfig, *, pace: Pace | None = None) -> None:
        self.config = config
        self.pace = pace or Pace()
        self.reads_content = True
        self._poster = Poster()
        self._opening = asyncio.Lock()
        self._client: discord.Client | None = None
        self._is_closed = False
        self._refusals = Refusals()
        self._memberships = Memberships(self.http)

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
        to: Place,
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
        ref = await self._call(
            to, lambda: self._post(to, message, key=key, maybe_sent=maybe_sent, title=thread_title)
        )
        # A post of a forum stands in its own thread already.
        if thread_title is None or isinstance(to, ThreadRef) or ref.thread is not None:
            return Posted(message=ref, thread=ref.thread)
        return await self._with_thread(to, ref, thread_title)

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
            place,
            lambda: self._post(place, message, key=key, maybe_sent=maybe_sent, reply_to=to.id),
        )

    async def share(
        self,
        to: Place,
        files: Sequence[OutgoingFile],
        *,
        text: str,
        key: str,
        maybe_sent: bool = False,
    ) -> Posted:
        """Post files as one message once for ``key``; see `handlers.ports.FileSharer`."""
        ref = await self._call(
            to, lambda: self._share(to, files, text=text, key=key, maybe_sent=maybe_sent)
        )
        return Posted(message=ref, thread=to if isinstance(to, ThreadRef) else None)

    async def fetch(self, file: Attachment, owner: UserRef, *, limit: int) -> bytes:  # noqa: ARG002
        """Return what somebody sent; see `handlers.voice.ports.FileFetcher`."""
        return await fetch_file(file.url, self.config, limit=limit)

    async def direct(self, user: UserRef) -> ChannelRef:
        """Return the direct-message conversation with somebody.

        Discord opens one with anybody; whether they can be written to shows at the first message.

        Raises:
            TargetGone: there is no such person, or it is a bot.
            DeliveryFailed: anything else that stopped it.
        """
        opened = await self._call(None, lambda: self._open_direct(user.id))
        return ChannelRef(platform=Platform.DISCORD, workspace_id=DIRECT, id=opened)

    async def sees(self, user: UserRef, channels: Collection[ChannelRef]) -> frozenset[ChannelRef]:
        """Return those of the channels that somebody sees; see `handlers.ports.ChannelViewer`."""
        return await self._memberships.sees(user, channels)

    def reads_replies(self, place: Place) -> bool:
        """Whether what people write in a place can be read; see `handlers.ports.ReplyReader`."""
        return self.reads_content or _workspace(place) == DIRECT

    def forget_refusals(self, workspace_id: str, place_id: str | None = None) -> None:
        """Ask again where Discord kept us out: something happened there.

        Args:
            workspace_id: the server, or what stands for direct messages.
            place_id: the one place; ``None`` for all of the server.
        """
        self._refusals.forget(workspace_id, place_id)

    async def link(self, to: MessageRef) -> str:
        """Return the address at which people find a message."""
        place = place_of_message(to)
        return f"https://discord.com/channels/{to.channel.workspace_id}/{place.id}/{to.id}"

    async def recent(self, place: Place, *, since: datetime | None = None) -> list[discord.Message]:
        """Return the latest messages of a place, oldest first; at most a thousand.

        Args:
            place: a thread or direct-message conversation.
            since: older ones are left out.

        Raises:
            TargetGone: the place is lost to us.
            DeliveryFailed: anything else that stopped it.
        """
        return await self._call(place, lambda: self._recent(int(place.id), since), Deed.READ)

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
        place = place_of_message(to)
        workspace_id, signs = to.channel.workspace_id, _SIGNS.format(place.id)
        try:
            self._refusals.check(workspace_id, signs)
            http = (await self._rest()).http
            change = http.remove_own_reaction if remove else http.add_reaction
            await asyncio.wait_for(change(int(place.id), int(to.id), emoji), _CALL_SECONDS)
        except (*FAULTS, DeliveryFailed) as error:
            _log.debug("could not change a reaction in channel %s: %s", place.id, error)
            if isinstance(error, discord.Forbidden):
                self._refusals.remember(workspace_id, signs, "no signs can be put there")

    async def _post(
        self,
        to: Place,
        message: Message,
        *,
        key: str,
        maybe_sent: bool,
        title: str | None = None,
        reply_to: str | None = None,
    ) -> MessageRef:
        return await self._poster.post_once(
            await self._rest(),
            to,
            message,
            key=key,
            maybe_sent=maybe_sent,
            title=title or message.notification,
            in_reply_to=reply_to,
        )

    async def _share(
        self, to: Place, files: Sequence[OutgoingFile], *, text: str, key: str, maybe_sent: bool
    ) -> MessageRef:
        client = await self._rest()
        return await share_once(client, to, files, text=text, key=key, maybe_sent=maybe_sent)

    async def _open_direct(self, user_id: str) -> str:
        opened = await (await self._rest()).http.start_private_message(user_id)
        return str(opened["id"])

    async def _recent(self, channel_id: int, since: datetime | None) -> list[discord.Message]:
        channel = (await self._rest()).get_partial_messageable(channel_id)
        newest_first: list[discord.Message] = []
        async for message in channel.history(limit=MOST_MISSED):
            if since is not None and message.created_at < since:
                break
            newest_first.append(message)
        return newest_first[::-1]

    async def _with_thread(self, to: ChannelRef, message: MessageRef, title: str) -> Posted:
        """Return the post with its thread, or with what is in a thread's way."""
        if to.workspace_id == DIRECT:
            return Posted(message=message)
        http = (await self._rest()).http
        start = partial(thread_started, http, int(to.id), int(message.id), thread_name(title))
        refused = await self._call(None, start)
        if refused is None:
            # A thread that is started from a message has the message's id.
            return Posted(message=message, thread=ThreadRef(channel=to, id=message.id))
        fault = await self._fault(refused, to, Deed.START_THREAD)
        _log.warning("no thread in channel %s: %s", to.id, fault.reason)
        return Posted(message=message, trouble=fault.reason)

    async def _call(
        self,
        place: Place | None,
        work: Callable[[], Awaitable[_T]],
        deed: Deed | None = None,
    ) -> _T:
        """Do something and map what goes wrong.

        Args:
            place: where it is done, where Discord may keep us out.
            work: does it.
            deed: what it needs permissions for; posting there if ``None``.
        """
        workspace_id = "" if place is None else _workspace(place)
        if place is not None:
            self._refusals.check(workspace_id, place.id)
        try:
            return await asyncio.wait_for(work(), _CALL_SECONDS)
        except FAULTS as error:
            usual = Deed.POST_IN_THREAD if isinstance(place, ThreadRef) else Deed.POST
            fault = await self._fault(error, place, deed or usual)
            if place is not None and isinstance(error, discord.Forbidden):
                self._refusals.remember(workspace_id, place.id, fault.reason)
            raise fault from error

    async def _fault(self, error: Fault, place: Place | None, deed: Deed) -> DeliveryFailed:
        """Return what the port promises, with the permissions by name that are missing."""
        fault = delivery_fault(error)
        lacks = isinstance(error, discord.Forbidden) and error.code == LACKS_PERMISSION
        if not lacks or place is None or _workspace(place) == DIRECT:
            return fault
        channel = place.channel if isinstance(place, ThreadRef) else place
        client = await self._rest()
        names = await find_missing(
            client.http,
            guild_id=int(channel.workspace_id),
            channel_id=int(channel.id),
            user_id=0 if client.user is None else client.user.id,
            deed=deed,
        )
        return lacking(names) if names else fault

    async def http(self) -> HTTPClient:
        """Return Discord's REST interface.

        Raises:
            DeliveryFailed: it is closed, or the token is refused.
        """
        return (await self._rest()).http

    async def _rest(self) -> discord.Client:
        """Return the logged-in client, made at the first use."""
        async with self._opening:
            if self._is_closed:
                raise DeliveryFailed("Prepbot is stopping")
            if self._client is None:
                self._client = await _log_in(self.config, self.pace)
            return self._client


async def _log_in(config: DiscordConfig, pace: Pace) -> discord.Client:
    point_library_at(config)
    client = discord.Client(
        intents=discord.Intents(guilds=True),
        allowed_mentions=discord.AllowedMentions.none(),
        max_messages=None,
        max_ratelimit_timeout=_LONGEST_RATE_LIMIT_WAIT,
        http_trace=pace.trace(),
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


def _workspace(place: Place) -> str:
    return (place.channel if isinstance(place, ThreadRef) else place).workspace_id
