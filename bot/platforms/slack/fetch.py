"""Fetching what people sent.

https://docs.slack.dev/reference/objects/file-object: a file's address wants the bot's token.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import aiohttp

from bot.platforms.download import read_within
from bot.platforms.slack.failure import TROUBLE, explain
from bot.platforms.slack.token import TokenSource
from handlers.ports import DeliveryFailed, TargetGone

_SECONDS: Final = 60.0
_OK: Final = 200
_HOST: Final = "slack.com"
_LACKS_SCOPE: Final = "the Slack app lacks the scope files:read: add it and install the app again"


async def fetch_file(tokens: TokenSource, url: str, *, api_url: str, limit: int) -> bytes:
    """Return a file's content, at most ``limit`` bytes of it.

    Args:
        tokens: the workspace's token.
        url: the file's address; the token is sent to Slack alone.
        api_url: where Slack is.
        limit: in bytes.

    Raises:
        FileTooLarge: there is more.
        TargetGone: it is gone, not Slack's, or not ours to see.
        DeliveryFailed: anything else; trying again may help.
    """
    if not _is_slacks(url, api_url):
        raise TargetGone("that file is not on Slack")
    headers = {"Authorization": f"Bearer {await tokens.token()}"}
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
            session.get(url, headers=headers, allow_redirects=False) as answer,
        ):
            if answer.status >= 500 or answer.status == 429:
                raise DeliveryFailed("Slack is having trouble")
            # Without the scope Slack shows a page to log in on.
            if answer.status != _OK or answer.content_type == "text/html":
                raise TargetGone(_LACKS_SCOPE)
            return await read_within(answer, limit)
    except TROUBLE as error:
        raise explain(error) from error


def _is_slacks(url: str, api_url: str) -> bool:
    try:
        parts, api = urlsplit(url), urlsplit(api_url)
    except ValueError:
        return False
    if (parts.scheme, parts.netloc) == (api.scheme, api.netloc):
        return True
    host = parts.hostname or ""
    return parts.scheme == "https" and (host == _HOST or host.endswith(f".{_HOST}"))
