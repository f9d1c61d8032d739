"""What a message says and where it stands, as far as only Discord can tell."""

from __future__ import annotations

import logging

import discord

from bot.platforms.discord.faults import FAULTS
from bot.platforms.discord.parse import DIRECT, is_written_out, place_of
from handlers.refs import ChannelRef, Place, Platform

_log = logging.getLogger(__name__)


async def find_place(message: discord.Message) -> Place | None:
    """Return the thread or direct-message conversation of a message; ``None`` in a channel."""
    place = place_of(message.channel)
    if place is None and message.guild is not None:
        # A thread that the gateway has not told us of, for example just unarchived.
        try:
            place = place_of(await message.guild.fetch_channel(message.channel.id))
        except (*FAULTS, discord.InvalidData) as error:
            _log.warning("could not look up channel %s: %s", message.channel.id, error)
    return None if _is_channel(place) else place


async def find_place_of_deleted(
    client: discord.Client, event: discord.RawMessageDeleteEvent
) -> Place | None:
    """Return the thread or direct-message conversation that a message was deleted in."""
    if event.guild_id is None:
        return ChannelRef(platform=Platform.DISCORD, workspace_id=DIRECT, id=str(event.channel_id))
    channel = client.get_channel(event.channel_id)
    if channel is None:
        try:
            channel = await client.fetch_channel(event.channel_id)
        except (*FAULTS, discord.InvalidData) as error:
            _log.warning("could not look up channel %s: %s", event.channel_id, error)
    place = place_of(channel)
    return None if _is_channel(place) else place


async def text_of(message: discord.Message) -> str:
    """Return what a message says, together with a text that Discord turned into a file."""
    parts = [message.content]
    for attachment in message.attachments:
        if not is_written_out(attachment):
            continue
        try:
            parts.append((await attachment.read()).decode("utf-8", "replace"))
        except FAULTS as error:
            _log.warning("could not read an attached text: %s", error)
    return "\n\n".join(part for part in parts if part)


def is_withheld(message: discord.Message) -> bool:
    """Whether Discord keeps from us what a message in a server says.

    Without the message-content intent everything in it is empty; of people's own messages, none
    can be.
    """
    said = (
        message.content,
        message.embeds,
        message.attachments,
        message.stickers,
        message.components,
        message.poll,
        message.message_snapshots,
    )
    return message.guild is not None and not any(said)


def _is_channel(place: Place | None) -> bool:
    return isinstance(place, ChannelRef) and place.workspace_id != DIRECT
