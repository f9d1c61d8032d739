"""Scripted failures of the fake Discord's REST interface, and waiting for what it sees."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import web

from tests.wire.fake_discord_reply import reply

_T = TypeVar("_T")


@dataclass
class Failure:
    """How the next requests that match will fail; see `FakeDiscord.script_failure`."""

    method: str
    pattern: str
    status: int = 500
    code: int = 0
    message: str = "Something broke"
    retry_after: float | None = None
    is_global: bool = False
    drop: bool = False
    after: bool = False
    times: int = 1


class Faults:
    """The failures that are still to happen."""

    def __init__(self) -> None:
        self._failures: list[Failure] = []

    def add(self, failure: Failure) -> None:
        self._failures.append(failure)

    def take(self, method: str, path: str) -> Failure | None:
        """Return the failure that this request meets, used up by one."""
        for failure in self._failures:
            matches = failure.method == method and re.search(failure.pattern, path)
            if matches and failure.times > 0:
                failure.times -= 1
                return failure
        return None


def fail(request: web.Request, failure: Failure) -> web.Response:
    """Answer as the failure says, or break the connection."""
    if failure.drop and request.transport is not None:
        request.transport.abort()
    if failure.status != 429:
        return reply({"code": failure.code, "message": failure.message}, failure.status)
    wait = failure.retry_after or 0.0
    body = {"message": failure.message, "retry_after": wait, "global": failure.is_global}
    # The client takes a 429 without Via for a ban at the edge and gives up.
    headers = {"Via": "1.1 google", "Retry-After": str(wait)}
    if failure.is_global:
        headers["X-RateLimit-Scope"] = "global"
    return reply(body, 429, headers)


class Changes:
    """Wakes who waits whenever something may have changed."""

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] = set()

    def touch(self) -> None:
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait_until(
        self, condition: Callable[[], _T | None], *, timeout: float, what: str
    ) -> _T:
        try:
            async with asyncio.timeout(timeout):
                while not (value := condition()):
                    waiter = asyncio.get_running_loop().create_future()
                    self._waiters.add(waiter)
                    await waiter
                return value
        except TimeoutError:
            raise AssertionError(f"not within {timeout} s: {what or 'the condition'}") from None
