"""Turns at a database that lets one write at a time."""

from __future__ import annotations

import asyncio
from collections import deque


class Turns:
    """Lets one in after the other: in the order in which they came, the urgent ones first.

    SQLite itself tells a second writer to ask again, so that who asks at a bad moment each time
    waits for seconds while others come and go.
    """

    def __init__(self) -> None:
        self._is_taken = False
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    async def take(self, *, urgent: bool, seconds: float) -> None:
        """Wait for the turn; `pass_on` ends it.

        Args:
            urgent: whether somebody waits for it.
            seconds: how long to wait for it.

        Raises:
            TimeoutError: it did not come in time.
        """
        if not self._is_taken:
            self._is_taken = True
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue = self._urgent if urgent else self._others
        queue.append(mine)
        try:
            async with asyncio.timeout(seconds):
                await mine
        except BaseException:
            if mine.done() and not mine.cancelled():
                # It came in the moment in which nobody wanted it any more.
                self.pass_on()
            else:
                queue.remove(mine)
            raise

    def pass_on(self) -> None:
        """Let the next one have the turn."""
        for queue in (self._urgent, self._others):
            while queue:
                following = queue.popleft()
                if not following.done():
                    following.set_result(None)
                    return
        self._is_taken = False
