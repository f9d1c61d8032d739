"""Places that Discord keeps us out of: not asked again for a while, with the same words."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from handlers.ports import TargetGone

# Whoever mends it also makes something happen there that ends the wait: see `Refusals.forget`.
STANDS_SECONDS: Final = 1800.0
# The oldest are asked again when so many stand.
_MOST: Final = 10_000


class Refusals:
    """Remembers where Discord answered 403, or that somebody takes no direct messages.

    Every such answer counts towards a ban of the address, so the next message for the same place
    is refused by us, until something happens there that may have changed its mind.

    Args:
        now: a clock in seconds that only goes forward.
    """

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._standing: dict[tuple[str, str], tuple[float, str]] = {}

    def check(self, workspace_id: str, place_id: str) -> None:
        """Raise what Discord answered there lately.

        Raises:
            TargetGone: it kept us out, and nothing happened there since.
        """
        standing = self._standing.get((workspace_id, place_id))
        if standing is None:
            return
        until, reason = standing
        if self._now() < until:
            raise TargetGone(reason)
        del self._standing[workspace_id, place_id]

    def remember(self, workspace_id: str, place_id: str, reason: str) -> None:
        """Take note that Discord keeps us out of a channel, thread or conversation."""
        self._standing[workspace_id, place_id] = (self._now() + STANDS_SECONDS, reason)
        if len(self._standing) > _MOST:
            del self._standing[next(iter(self._standing))]

    def forget(self, workspace_id: str, place_id: str | None = None) -> None:
        """Ask again from now on.

        Args:
            workspace_id: the server, or what stands for direct messages.
            place_id: the one place; ``None`` for all of the server.
        """
        gone = [
            key
            for key in self._standing
            if key[0] == workspace_id and (place_id is None or key[1] == place_id)
        ]
        for key in gone:
            del self._standing[key]
