"""Posting a message once, however often it is tried.

Within a few minutes Discord itself recognises a second message by its nonce. It never tells
nonces later, so every post also carries its key's hash in the address of its first embed: without
a title nobody sees it, and Discord gives it back. Before a post that may have been sent already,
the bot's recent messages are looked through for it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, cast

import discord

from bot.platforms.discord import limits
from bot.platforms.discord.faults import (
    ARCHIVED,
    CANNOT_OPEN_AGAIN,
    EMBED_LINKS_MISSING,
    NO_HISTORY,
)
from bot.platforms.discord.forum import NO_PLAIN_MESSAGES, Forums
from bot.platforms.discord.render import render
from handlers.message import Message
from handlers.ports import TargetGone
from handlers.refs import ChannelRef, MessageRef, Place, ThreadRef

if TYPE_CHECKING:
    from discord.types.message import MessageReference as MessageReferencePayload

# How far back an earlier try is looked for.
_HISTORY: Final = 3 * limits.HISTORY_PAGE


class Poster:
    """Posts messages, in channels and threads as they are and in forums as posts."""

    def __init__(self) -> None:
        self._forums = Forums()

    async def post_once(
        self,
        client: discord.Client,
        to: Place,
        message: Message,
        *,
        key: str,
        maybe_sent: bool,
        title: str,
        in_reply_to: str | None = None,
    ) -> MessageRef:
        """Post a message unless it stands already, and return its address.

        Args:
            client: what posts.
            to: where; an archived thread is opened again.
            message: what to say.
            key: the idempotency key.
            maybe_sent: an earlier try may have got through.
            title: of the post that it becomes in a forum.
            in_reply_to: the message that it is shown as a reply to.

        Raises:
            TargetGone: the message would be lost there.
            discord.HTTPException: Discord did not take it.
        """
        if isinstance(to, ChannelRef) and self._forums.knows(to):
            return await self._post_in_forum(client, to, message, key, title, maybe=maybe_sent)
        channel = client.get_partial_messageable(int(to.id))
        try:
            if maybe_sent and (earlier := await find_earlier(client, channel, key)) is not None:
                return address_of(to, earlier.id)
            sent = await _send(channel, message, key, in_reply_to)
        except discord.HTTPException as error:
            if isinstance(to, ThreadRef) and error.code == ARCHIVED:
                await _open_again(client, channel.id)
                return address_of(to, (await _send(channel, message, key, in_reply_to)).id)
            if isinstance(to, ChannelRef) and await self._is_forum(client, to, error):
                return await self._post_in_forum(client, to, message, key, title, maybe=maybe_sent)
            raise
        return address_of(to, sent.id)

    async def _is_forum(
        self, client: discord.Client, to: ChannelRef, error: discord.HTTPException
    ) -> bool:
        return error.code in NO_PLAIN_MESSAGES and await self._forums.look_at(client, to)

    async def _post_in_forum(
        self,
        client: discord.Client,
        to: ChannelRef,
        message: Message,
        key: str,
        title: str,
        *,
        maybe: bool,
    ) -> MessageRef:
        address = marker(key)
        if maybe and (earlier := await self._forums.find(client, to, address)) is not None:
            return earlier
        rendered = render(message)
        rendered.embeds[0].url = address
        return await self._forums.post(client, to, rendered, title=title, tags=message.tags)


def nonce(key: str) -> str:
    """Return the nonce of an idempotency key."""
    return _hash(key)[: limits.NONCE]


def marker(key: str) -> str:
    """Return the address that an embed carries for an idempotency key."""
    return f"https://discord.com/#prepbot-{_hash(key)[:32]}"


async def _send(
    channel: discord.PartialMessageable, message: Message, key: str, in_reply_to: str | None
) -> discord.Message:
    rendered = render(message)
    embeds = list(rendered.embeds)
    embeds[0].url = marker(key)
    reference = None
    if in_reply_to is not None:
        reference = _Reference(
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
        return await _send(channel, message, key, None)
    if not sent.embeds:
        # With a line above it, an embed that is not allowed vanishes without an error.
        await sent.delete()
        raise TargetGone(EMBED_LINKS_MISSING)
    return sent


async def find_earlier(
    client: discord.Client, channel: discord.PartialMessageable, key: str
) -> discord.Message | None:
    """Return our message with this idempotency key among a place's latest ones."""
    wanted, me = marker(key), client.user
    async for message in channel.history(limit=_HISTORY):
        if message.author == me and message.embeds and message.embeds[0].url == wanted:
            return message
    return None


async def _open_again(client: discord.Client, thread_id: int) -> None:
    """Take a thread out of the archive.

    Raises:
        TargetGone: we may not.
    """
    try:
        await client.http.edit_channel(thread_id, archived=False)
    except discord.Forbidden as error:
        raise TargetGone(CANNOT_OPEN_AGAIN) from error


class _Reference(discord.MessageReference):
    """A reference whose ids are strings: Discord's description knows no other snowflakes."""

    def to_message_reference_dict(self) -> MessageReferencePayload:
        """Return what Discord is sent."""
        return {
            "message_id": str(self.message_id),
            "channel_id": str(self.channel_id),
            "fail_if_not_exists": self.fail_if_not_exists,
        }


def address_of(to: Place, id_: int) -> MessageRef:
    """Return the address of a message in a place."""
    if isinstance(to, ThreadRef):
        return MessageRef(channel=to.channel, id=str(id_), thread_id=to.id)
    return MessageRef(channel=to, id=str(id_))


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
