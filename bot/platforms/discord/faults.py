"""What went wrong at Discord, as the port's two exceptions with words a person can use.

https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

import aiohttp
import discord

from bot.platforms.discord.pace import TooManyRefusals
from handlers.ports import DeliveryFailed, TargetGone

ARCHIVED: Final = 50083
THREAD_EXISTS: Final = 160004
NO_HISTORY: Final = 160002
ALREADY_ACKNOWLEDGED: Final = 40060
LACKS_PERMISSION: Final = 50013
# What Discord says of an interaction that can't be answered any more.
TOKEN_EXPIRED: Final = (10015, 10062, 50027)
# A ban at the edge lasts about this long, and more calls make it longer.
_EDGE_BAN_SECONDS: Final = 600.0
_SLOW_DOWN: Final = "Discord asks us to slow down"

NETWORK_FAULTS: Final = (aiohttp.ClientError, OSError, TimeoutError)
FAULTS: Final = (discord.HTTPException, discord.RateLimited, *NETWORK_FAULTS)

EMBED_LINKS_MISSING: Final = (
    "the messages lose their text there: give Prepbot the permission Embed Links"
)
CANNOT_OPEN_AGAIN: Final = (
    "the thread is archived and Prepbot may not open it again: give it the permission "
    "Manage Threads"
)
LOGIN_REFUSED: Final = "Discord no longer accepts the bot's token: put a new one in DISCORD_TOKEN"

_GONE: Final = {
    10003: "the channel or thread has been deleted",
    10004: "Prepbot is no longer in that server: invite it again",
    10013: "that person is no longer on Discord",
    50033: "that account takes no direct messages",
    50001: "Prepbot can't see that channel: give it the permission View Channel there",
    50007: "that person takes no direct messages from Prepbot: they can allow direct messages "
    "in the server's privacy settings, or use a channel",
    50008: "messages can't be posted in that kind of channel: choose a text channel",
    LACKS_PERMISSION: "Prepbot lacks a permission there: give it View Channel, Send Messages, "
    "Send Messages in Threads, Embed Links and Read Message History",
    50278: "Prepbot no longer shares a server with that person",
    40058: "messages can't be posted in a forum: choose a text channel",
    160005: "the thread is locked: unlock it, or give Prepbot the permission Manage Threads",
    ARCHIVED: CANNOT_OPEN_AGAIN,
}
_FAILED: Final = {
    10008: "the message has been deleted",
    200000: "the server's AutoMod blocked the message",
    240000: "the server's link filter blocked the message",
}


Fault = discord.HTTPException | discord.RateLimited | aiohttp.ClientError | OSError


def lacking(names: Sequence[str]) -> TargetGone:
    """Return that permissions are missing, by the names that Discord's settings show."""
    word = "permission" if len(names) == 1 else "permissions"
    return TargetGone(f"Prepbot lacks the {word} {listed(names)} there: give it to the bot's role")


def listed(names: Sequence[str]) -> str:
    """Return names as people write them: “View Channel, Send Messages and Embed Links”."""
    *some, last = names
    return f"{', '.join(some)} and {last}" if some else last


def delivery_fault(error: Fault) -> DeliveryFailed:
    """Return what the port promises for an error of discord.py or the network."""
    if isinstance(error, TooManyRefusals):
        return DeliveryFailed(_SLOW_DOWN, retry_after=error.retry_after)
    if isinstance(error, discord.RateLimited):
        return DeliveryFailed(_SLOW_DOWN, retry_after=error.retry_after)
    if isinstance(error, discord.HTTPException):
        return _refusal(error)
    return DeliveryFailed("Discord could not be reached")


def is_final(error: discord.HTTPException) -> bool:
    """Whether Discord refused for good: asking once more changes nothing."""
    is_refusal = HTTPStatus.BAD_REQUEST <= error.status < HTTPStatus.INTERNAL_SERVER_ERROR
    return is_refusal and error.status != HTTPStatus.TOO_MANY_REQUESTS


def _refusal(error: discord.HTTPException) -> DeliveryFailed:
    if error.status == HTTPStatus.TOO_MANY_REQUESTS:
        return DeliveryFailed(_SLOW_DOWN, retry_after=_EDGE_BAN_SECONDS)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return DeliveryFailed("Discord has trouble at the moment")
    if error.status == HTTPStatus.UNAUTHORIZED:
        return TargetGone(LOGIN_REFUSED)
    if error.code in _GONE:
        return TargetGone(_GONE[error.code])
    if error.status == HTTPStatus.FORBIDDEN:
        return TargetGone("Discord does not let Prepbot do that there: check its permissions")
    return DeliveryFailed(_FAILED.get(error.code, "Discord refused the message"))
