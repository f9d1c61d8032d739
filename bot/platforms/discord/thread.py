"""The thread below a question."""

from __future__ import annotations

from typing import Final

import discord
from discord.http import HTTPClient

from bot.platforms.discord import limits
from bot.platforms.discord.faults import THREAD_EXISTS, is_final
from bot.platforms.discord.markdown import ELLIPSIS, one_line, shorten, unmention

# A week without a word; the longest that Discord offers.
ARCHIVED_AFTER_MINUTES: Final = 10_080


def thread_name(title: str) -> str:
    """Return a title as a thread's name."""
    return shorten(unmention(one_line(title)), limits.THREAD_NAME) or ELLIPSIS


async def thread_started(
    http: HTTPClient, channel_id: int, message_id: int, name: str
) -> discord.HTTPException | None:
    """Start the thread of a message, unless it has one; return what refused it for good.

    Raises:
        discord.HTTPException: Discord may do it another time.
    """
    try:
        await http.start_thread_with_message(
            channel_id, message_id, name=name, auto_archive_duration=ARCHIVED_AFTER_MINUTES
        )
    except discord.HTTPException as error:
        if error.code == THREAD_EXISTS:
            return None
        if is_final(error):
            return error
        raise
    return None
