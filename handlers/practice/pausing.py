"""Stopping a session's clock and starting it again: pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from handlers.practice.flow import look_after, time_box
from handlers.practice.record import PracticeSession, PracticeTurn, SessionState, TurnState

# Whoever comes back must have time to read the question again, in seconds.
_LEAST_LEFT: Final = 60.0


def paused(
    session: PracticeSession, turn: PracticeTurn, now: datetime
) -> tuple[PracticeSession, PracticeTurn]:
    """Return a session and its newest turn with the clock stopped."""
    if turn.state is TurnState.ASKED and turn.deadline_at is not None:
        left = (turn.deadline_at - now).total_seconds()
        turn = replace(turn, seconds_left=max(left, _LEAST_LEFT))
    return replace(session, state=SessionState.PAUSED, wake_at=None), turn


def resumed(
    session: PracticeSession, turn: PracticeTurn, now: datetime
) -> tuple[PracticeSession, PracticeTurn]:
    """Return a paused session and its newest turn with the clock running again."""
    session = replace(
        session, state=SessionState.OPEN, round=session.round + 1, reminded=False, wake_at=None
    )
    if turn.state is not TurnState.ASKED:
        return session, turn
    box = time_box(turn.kind, session.mode)
    if box is not None and turn.seconds_left is not None:
        box = timedelta(seconds=turn.seconds_left)
    turn = replace(
        turn, asked_at=now, seconds_left=None, deadline_at=None if box is None else now + box
    )
    return replace(session, wake_at=now + look_after(box, reminded=False)), turn
