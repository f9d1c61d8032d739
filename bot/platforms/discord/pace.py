"""Keeps the requests of a whole process within what Discord allows a bot.

discord.py heeds the limits of single routes. Two it does not foresee: 50 requests a second for
the bot as a whole, and 10 000 refused ones in ten minutes, after which Discord bans the address.

https://discord.com/developers/docs/topics/rate-limits
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from http import HTTPStatus
from types import SimpleNamespace
from typing import Final

import aiohttp
from discord.http import Route

from bot.platforms.discord import limits

_log = logging.getLogger(__name__)

# A little under Discord's 50: what a slow network holds up arrives together with what follows.
PER_SECOND: Final = 46
_WINDOW: Final = 1.03
# After a pause requests go out one by one, too; faster than the rate, so that it is made up for.
_GAP: Final = 0.018
# Half of what gets the address banned; the other half is for other programs on it.
MOST_REFUSED: Final = limits.INVALID_REQUESTS // 2
_REFUSED_WINDOW: Final = limits.INVALID_REQUESTS_SECONDS
_REFUSED: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
# Answers to interactions have limits of their own.
_OF_INTERACTIONS: Final = ("/interactions/", "/webhooks/")


class TooManyRefusals(aiohttp.ClientError):
    """Nothing is sent for now: more refused requests could have the address banned.

    Attributes:
        retry_after: seconds until a request may be sent.
    """

    def __init__(self, retry_after: float) -> None:
        super().__init__("too many of the last requests were refused")
        self.retry_after = retry_after


class Pace:
    """What every client of one bot asks before a request.

    Args:
        per_second: how many requests go out in any second.
        most_refused: how many may be refused in ten minutes.
        now: a clock in seconds that only goes forward.
    """

    def __init__(
        self,
        *,
        per_second: int = PER_SECOND,
        most_refused: int = MOST_REFUSED,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._now = now
        self._sent: deque[float] = deque([float("-inf")] * per_second, maxlen=per_second)
        self._refused: deque[float] = deque(maxlen=most_refused)
        self._not_before = float("-inf")
        self._turn = asyncio.Lock()

    def trace(self) -> aiohttp.TraceConfig:
        """Return what a client is given to ask us before, and to tell us after, each request."""
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(self._before)
        trace.on_request_end.append(self._after)
        return trace

    def wait(self) -> float:
        """Return the seconds until the next request may go out."""
        now = self._now()
        earliest = max(self._sent[0] + _WINDOW, self._sent[-1] + _GAP, self._not_before)
        return max(earliest - now, 0.0)

    def refusals_wait(self) -> float:
        """Return the seconds for which nothing may be sent because too much was refused."""
        if len(self._refused) < (self._refused.maxlen or 0):
            return 0.0
        return max(self._refused[0] + _REFUSED_WINDOW - self._now(), 0.0)

    async def take(self) -> None:
        """Wait until a request may go out, first come, first served.

        Raises:
            TooManyRefusals: none may for a while.
        """
        if (wait := self.refusals_wait()) > 0:
            raise TooManyRefusals(wait)
        async with self._turn:
            # An answer may ask for more while we wait.
            while (wait := self.wait()) > 0:  # noqa: ASYNC110
                await asyncio.sleep(wait)
            self._sent.append(self._now())

    def note(self, status: int, *, is_global: bool, is_shared: bool, retry_after: float) -> None:
        """Take note of an answer.

        Args:
            status: its HTTP status.
            is_global: whether it is about all that the bot sends.
            is_shared: whether the limit is one that others used up; it is not held against us.
            retry_after: the seconds that Discord asks for, where it does.
        """
        if status not in _REFUSED:
            return
        if status == HTTPStatus.TOO_MANY_REQUESTS and is_global:
            self._not_before = max(self._not_before, self._now() + retry_after)
        if not is_shared:
            self._refused.append(self._now())
            if self.refusals_wait() > 0:
                _log.error("Discord refused too many requests: I stop asking for a while")

    async def _before(
        self,
        session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        params: aiohttp.TraceRequestStartParams,
    ) -> None:
        if _counts(str(params.url)):
            await self.take()
            if session.closed:
                # The library takes it for impossible that this happens between two steps of it.
                raise aiohttp.ClientConnectionError("closed while a request waited for its turn")

    async def _after(
        self,
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        params: aiohttp.TraceRequestEndParams,
    ) -> None:
        headers = params.response.headers
        scope = headers.get("X-RateLimit-Scope", "")
        self.note(
            params.response.status,
            is_global=scope == "global" or "X-RateLimit-Global" in headers,
            is_shared=scope == "shared",
            retry_after=_seconds(headers.get("Retry-After", "")),
        )


def _counts(address: str) -> bool:
    """Whether the limit for the whole bot is about requests to an address."""
    path = address.removeprefix(Route.BASE)
    return path != address and not path.startswith(_OF_INTERACTIONS)


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
