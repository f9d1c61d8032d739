"""Files as Discord takes them: attached to a message that is found again like any other."""

from __future__ import annotations

import io
from collections.abc import Sequence

import discord

from bot.platforms.discord.post import address_of, find_earlier, marker, nonce
from handlers.ports import OutgoingFile
from handlers.refs import MessageRef, Place


async def share_once(
    client: discord.Client,
    to: Place,
    files: Sequence[OutgoingFile],
    *,
    text: str,
    key: str,
    maybe_sent: bool,
) -> MessageRef:
    """Post files as one message, unless it stands already, and return its address.

    Args:
        client: what posts.
        to: where.
        files: what to attach.
        text: one line that goes with them.
        key: the idempotency key.
        maybe_sent: an earlier try may have got through.

    Raises:
        discord.HTTPException: Discord did not take it.
    """
    channel = client.get_partial_messageable(int(to.id))
    if maybe_sent and (earlier := await find_earlier(client, channel, key)) is not None:
        return address_of(to, earlier.id)
    embed = discord.Embed(description=discord.utils.escape_markdown(text), url=marker(key))
    attached = [discord.File(io.BytesIO(file.content), filename=file.name) for file in files]
    sent = await channel.send(embeds=[embed], files=attached, nonce=nonce(key))
    return address_of(to, sent.id)
