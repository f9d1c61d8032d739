"""How long to wait before trying again, and when to stop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

# An endpoint may ask for any wait; nobody waits longer than this for a grade or a post.
MAX_ASKED: Final = 900.0
GRADER_DELAYS: Final = (5.0, 20.0, 60.0, 120.0, 300.0)
"""Seconds to wait for a grader that does not answer: some eight minutes, then there is no grade."""

_FIRST_DELAYS: Final = (2.0, 5.0, 15.0, 60.0, 300.0)
_LATER_DELAY: Final = 900.0


def platform_delays(*, hours: int) -> tuple[float, ...]:
    """Return the seconds to wait after each failed attempt to say something on a platform.

    They are short at first, for trouble that passes, and then a quarter of an hour each.

    Args:
        hours: for how long the message is worth trying, 1 or more.
    """
    return *_FIRST_DELAYS, *(_LATER_DELAY,) * int(hours * 3600 / _LATER_DELAY)


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
