"""Who says a turn: one job alone, however often a session is paused and resumed meanwhile.

The words of a turn and the claim to show them are stored in one transaction. Whoever comes
second finds the words there and leaves the turn to whoever stored them.
"""

from __future__ import annotations

from handlers.practice.record import PracticeTurn
from handlers.records import Delivery
from handlers.storage import UnitOfWork


async def claim(work: UnitOfWork, turn: PracticeTurn, claimant: str) -> None:
    """Note that a job shows a turn.

    Args:
        work: the transaction that stores the turn's words.
        turn: the turn.
        claimant: names the job, the same each time it is tried.
    """
    await work.deliveries.begin(Delivery(key=_key(turn, claimant), team_id=turn.team_id))


async def holds(work: UnitOfWork, turn: PracticeTurn, claimant: str) -> bool:
    """Return whether a job is the one that shows a turn."""
    if await work.deliveries.get(_key(turn, claimant)) is None:
        return False
    return await work.deliveries.get(_passed_on(turn, claimant)) is None


async def pass_on(work: UnitOfWork, turn: PracticeTurn, claimant: str, to: str) -> None:
    """Have another job show a turn from now on, if this one was to."""
    if await holds(work, turn, claimant):
        await work.deliveries.begin(Delivery(key=_passed_on(turn, claimant), team_id=turn.team_id))
        await claim(work, turn, to)


def _key(turn: PracticeTurn, claimant: str) -> str:
    return f"practice-saying:{turn.id}:{claimant}"


def _passed_on(turn: PracticeTurn, claimant: str) -> str:
    return f"{_key(turn, claimant)}:passed-on"
