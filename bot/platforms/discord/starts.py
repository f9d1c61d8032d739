"""Spends the day's sessions sparingly: a bot that identifies too often loses its token.

Discord allows a number of sessions a day, 1000 for most bots, and says how many are left:
https://discord.com/developers/docs/events/gateway#session-start-limit-object

A bot that crashes as soon as it is connected, and is started again each time, would use them up
within the hour. What was used is therefore remembered over restarts.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

_log = logging.getLogger(__name__)

_QUICK_STARTS: Final = 20
_QUICK_WITHIN_SECONDS: Final = 3600.0
_SLOW_FACTOR: Final = 36.0
# Kept, for as many connections as one process may have.
_MOST_KEPT: Final = 2000
# Longer waits are not spent on an open connection.
_SHORT_SECONDS: Final = 30.0


class TooManyStarts(Exception):
    """Nothing may begin a session yet.

    Attributes:
        seconds: until one may.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no session may begin for {seconds:.0f} seconds")
        self.seconds = seconds


@dataclass(frozen=True, kw_only=True)
class StartMemory:
    """Remembers a short text over restarts.

    Attributes:
        load: returns it, or ``None``.
        save: remembers it.
    """

    load: Callable[[], Awaitable[str | None]]
    save: Callable[[str], Awaitable[None]]


class Starts:
    """Says when a session may begin, and counts those that did.

    Args:
        pause: seconds between two; Discord asks for 5.
        shards: how many connections the bot has: each needs a session.
        memory: keeps the times of the last ones; only this process's are known without.
        now: the wall clock in seconds, which other processes share.
    """

    def __init__(
        self,
        *,
        pause: float,
        shards: int = 1,
        memory: StartMemory | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.shards = shards
        self._pause = pause
        self._memory = memory
        self._now = now
        self._begun: deque[float] = deque(maxlen=_MOST_KEPT)
        self._left: int | None = None
        self._not_before = 0.0
        self._turn = asyncio.Lock()
        self._is_read = False

    def allow(self, left: int, reset_after: float) -> None:
        """Take note of what Discord says is left.

        Args:
            left: how many sessions may begin.
            reset_after: seconds until the number is what it was.
        """
        self._left = left
        self._not_before = 0.0
        if left < self.shards:
            self._not_before = self._now() + reset_after
            _log.error(
                "Discord lets the bot connect again in %.0f minutes: it was started too often "
                "today. If nobody else uses its token, look for what stops it again and again.",
                reset_after / 60,
            )

    async def wait(self) -> float:
        """Return the seconds until a session may begin."""
        await self._read()
        earliest = max(earliest_start(self._begun, self._pause, self.shards), self._not_before)
        # A clock that was set back must not keep us out for longer than any wait of ours.
        longest = max(self._pause * _SLOW_FACTOR, self._not_before - self._now())
        return min(max(earliest - self._now(), 0.0), longest)

    async def begin(self, *, may_hold: bool) -> None:
        """Wait until a session may begin, and count it.

        Args:
            may_hold: whether a long wait is waited for as well.

        Raises:
            TooManyStarts: the wait is long, and was not to be waited for.
        """
        async with self._turn:
            while (seconds := await self.wait()) > 0:
                if seconds > _SHORT_SECONDS and not may_hold:
                    raise TooManyStarts(seconds)
                await asyncio.sleep(seconds)
            self._begun.append(self._now())
            if self._left is not None:
                self._left -= 1
            if self._memory is not None:
                await self._memory.save(json.dumps(list(self._begun)))

    async def _read(self) -> None:
        if self._is_read or self._memory is None:
            return
        self._is_read = True
        try:
            times = json.loads(await self._memory.load() or "[]")
            self._begun.extend(float(at) for at in times)
        except (TypeError, ValueError):
            # Losing it costs a few sessions, never the start.
            _log.warning("the times of earlier connections can't be read")


def earliest_start(begun: Sequence[float], pause: float, shards: int) -> float:
    """Return when the next session may begin.

    Args:
        begun: when the last ones began, oldest first.
        pause: the ordinary seconds between two. When every connection needed twenty within an
            hour it is 36 times longer, which spends 480 a day and connection at most.
        shards: how many connections there are.
    """
    if not begun:
        return 0.0
    many = _QUICK_STARTS * shards
    is_many = len(begun) >= many and begun[-1] - begun[-many] < _QUICK_WITHIN_SECONDS
    return begun[-1] + (pause * _SLOW_FACTOR if is_many else pause)
