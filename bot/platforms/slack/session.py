"""The connections that every call to Slack shares.

https://docs.aiohttp.org/en/stable/client_reference.html#client-session
"""

from __future__ import annotations

from typing import Final

import aiohttp

TIMEOUT_SECONDS: Final = 20
# A call on a connection that Slack is just closing fails, and may not be sent again: ours are
# closed first. Calls that come one after the other find an open one all the same.
_KEEP_SECONDS: Final = 5.0


class Connections:
    """Opens one session at the first call, and keeps it until `close`.

    A call that comes after that has a connection of its own, as the SDK makes them.
    """

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._is_closed = False

    def session(self) -> aiohttp.ClientSession | None:
        """Return the session; ``None`` once they are closed. Needs a running event loop."""
        if self._is_closed:
            return None
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_SECONDS),
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
                # It serves every workspace: what Slack sets for one is no other's.
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    async def close(self) -> None:
        """Close every connection."""
        self._is_closed = True
        if self._session is not None:
            await self._session.close()
            self._session = None
