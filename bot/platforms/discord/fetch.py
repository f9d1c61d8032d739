"""Fetching what people sent; the addresses are signed, so that no token is needed."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import aiohttp

from bot.platforms.discord.config import DiscordConfig
from bot.platforms.download import read_within
from handlers.ports import DeliveryFailed, TargetGone

_SECONDS: Final = 60.0
_OK: Final = 200
_HOSTS: Final = frozenset({"cdn.discordapp.com", "media.discordapp.net"})


async def fetch_file(url: str, config: DiscordConfig, *, limit: int) -> bytes:
    """Return a file's content, at most ``limit`` bytes of it.

    Args:
        url: the file's address.
        config: where Discord is.
        limit: in bytes.

    Raises:
        FileTooLarge: there is more.
        TargetGone: it is gone, or not Discord's.
        DeliveryFailed: anything else; trying again may help.
    """
    if not _is_discords(url, config):
        raise TargetGone("that file is not on Discord")
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            if answer.status >= 500 or answer.status == 429:
                raise DeliveryFailed("Discord is having trouble")
            if answer.status != _OK:
                raise TargetGone("that file is gone")
            return await read_within(answer, limit)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise DeliveryFailed("Discord did not answer") from error


def _is_discords(url: str, config: DiscordConfig) -> bool:
    try:
        parts = urlsplit(url)
        api = urlsplit(config.api_url or "")
    except ValueError:
        return False
    if api.netloc and (parts.scheme, parts.netloc) == (api.scheme, api.netloc):
        return True
    return parts.scheme == "https" and parts.hostname in _HOSTS
