"""How long to wait before trying again, and when to stop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

# An endpoint may ask for any wait; nobody waits longer than this for a grade or a post.
MAX_ASKED: Final = 900.0


def delay_before(attempt: int, delays: Sequence[float], asked: float | None = None) -> float | None:
    """Return the seconds to wait after a failed attempt, or ``None`` to give up.

    Args:
        attempt: the one that failed, from 1.
        delays: the wait after each attempt; their number bounds the tries.
        asked: the seconds that the other side asked for; a longer wait than ours is honoured.
    """
    if attempt > len(delays):
        return None
    return min(max(delays[attempt - 1], asked or 0.0), MAX_ASKED)
