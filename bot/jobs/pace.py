"""While much comes in, jobs hold back: what people sent is stored before it is worked off."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

# A chat platform's acknowledgement is due in three seconds, a grade in a minute.
_QUIET_SECONDS: Final = 0.05
_PATIENCE: Final = 0.25


class Pace:
    """Lets jobs begin when nothing was enqueued for a moment, or one after the other.

    Jobs that begin at once all want the processor at once, and what comes in then has to wait.

    Args:
        quiet: seconds without anything enqueued that make a moment.
        patience: seconds after which the next job begins all the same, so that a lasting stream
            stops none.
        monotonic: tells the time, in seconds.
        sleep: waits for so many seconds.
    """

    def __init__(
        self,
        *,
        quiet: float = _QUIET_SECONDS,
        patience: float = _PATIENCE,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._quiet = quiet
        self._patience = patience
        self._monotonic = monotonic
        self._sleep = sleep
        self._calm_at = 0.0
        self._next = asyncio.Lock()

    def note(self) -> None:
        """Hear that something is enqueued; may be called from any thread."""
        self._calm_at = self._monotonic() + self._quiet

    async def wait(self) -> None:
        """Return when a job may begin."""
        async with self._next:
            now = self._monotonic()
            until = now + self._patience
            while (end := min(self._calm_at, until)) > now:
                await self._sleep(end - now)
                now = self._monotonic()
