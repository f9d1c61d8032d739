"""What the application knows of a platform's places, for a sweep to compare with what is there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from handlers.refs import ChannelRef, MessageRef, Place

Missed = Callable[[], Awaitable[Sequence[Place]]]
"""Names the threads and conversations that wait for replies."""


async def _nothing_waits(_: ChannelRef) -> Sequence[MessageRef]:
    return ()


async def _no_question(_: ChannelRef) -> MessageRef | None:
    return None


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of a channel, to be compared with what stands there.

    Attributes:
        waiting: returns its messages that hold an answer which a deletion can still take back.
        question: returns the message with its newest question; what was written before that in a
            direct message does not answer it.
    """

    waiting: Callable[[ChannelRef], Awaitable[Sequence[MessageRef]]] = _nothing_waits
    question: Callable[[ChannelRef], Awaitable[MessageRef | None]] = _no_question
