"""From one turn to the next, in one transaction: the rows say what was, `flow` what comes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from handlers.ports import Job
from handlers.practice.flow import Ending, Past, next_kind
from handlers.practice.record import (
    PracticeSession,
    PracticeTurn,
    SessionState,
    TurnKind,
    TurnState,
)
from handlers.practice.selection import pick_card
from handlers.practice.talk import has_own_question, word_count
from handlers.storage import UnitOfWork

SAY_TURN: Final = "practice-say"
HEAR_ANSWER: Final = "practice-hear"
SAY_NOTE: Final = "practice-note"
READ_DOCUMENT: Final = "practice-read"

Ended = Callable[[UnitOfWork, PracticeSession], Awaitable[None]]
"""Told, in the same transaction, that a session with something in it has ended."""


def say_job(session: PracticeSession, turn: PracticeTurn) -> Job:
    """Return the job that says a turn; each time a session is resumed it is another one."""
    return Job(kind=SAY_TURN, subject=f"{turn.id}-{session.round}", lane=session.lane)


def hear_job(session: PracticeSession, turn: PracticeTurn) -> Job:
    """Return the job that hears a turn's answer."""
    return Job(kind=HEAR_ANSWER, subject=f"{turn.id}-{turn.answer_round}", lane=session.lane)


def turn_key(turn: PracticeTurn) -> str:
    """Return the idempotency key under which a turn is said."""
    return f"practice-turn:{turn.id}"


def turn_of_subject(subject: str) -> str:
    """Return the turn that the subject of `say_job` or `hear_job` names."""
    return subject.rpartition("-")[0]


def past_of(turns: Sequence[PracticeTurn]) -> list[Past]:
    """Return the finished turns, as far as the course of the interview depends on them."""
    return [_past(turn) for turn in turns if turn.state.is_finished]


def time_taken(turns: Sequence[PracticeTurn]) -> timedelta:
    """Return the time that answers took, without pauses."""
    taken = (
        turn.answered_at - turn.asked_at
        for turn in turns
        if turn.answered_at is not None and turn.asked_at is not None
    )
    return sum(taken, timedelta())


async def advance(
    work: UnitOfWork,
    session: PracticeSession,
    now: datetime,
    ended: Ended,
    *,
    leaves_saying: bool = True,
) -> PracticeSession:
    """Begin the next turn, or end the session after its last one.

    The newest turn must be finished. Whoever calls this twice for it changes nothing: the next
    turn's number is taken.

    Args:
        work: an open unit of work that has locked the session.
        session: the session as it is stored.
        now: this instant.
        ended: told where the session ends.
        leaves_saying: whether a job of its own says the turn; else the caller does.
    """
    turns = await work.practice.turns(session.id)
    course = partial(next_kind, past_of(turns), length=session.length, took=time_taken(turns))
    kind, card = course(can_ask=True), None
    if kind is TurnKind.QUESTION:
        card = await pick_card(work, session, turns, now)
        kind = course(can_ask=card is not None)
    if kind is None:
        return await end(work, session, SessionState.COMPLETED, now, ended)
    turn = PracticeTurn(
        session_id=session.id,
        team_id=session.team_id,
        member_id=session.member_id,
        number=len(turns) + 1,
        kind=kind,
    )
    if kind is TurnKind.QUESTION and card is not None:
        turn = replace(turn, question_id=card.id, question_version=card.version)
    if kind is TurnKind.FOLLOW_UP:
        before = turns[-1]
        turn = replace(
            turn,
            question_id=before.question_id,
            question_version=before.question_version,
            follow_up=before.follow_up + 1,
        )
    session = replace(session, phase=turn.phase, wake_at=None, reminded=False)
    if await work.practice.add_turn(turn):
        await work.practice.update(session)
        if leaves_saying:
            await work.enqueue(say_job(session, turn))
    return session


async def end(
    work: UnitOfWork, session: PracticeSession, state: SessionState, now: datetime, ended: Ended
) -> PracticeSession:
    """End a session; a turn that waits for an answer is left."""
    turns = await work.practice.turns(session.id)
    for turn in turns:
        if turn.state in {TurnState.DUE, TurnState.ASKED}:
            await work.practice.update_turn(replace(turn, state=TurnState.LEFT))
    session = replace(session, state=state, ended_at=now, wake_at=None)
    await work.practice.update(session)
    if any(turn.answer for turn in turns):
        await ended(work, session)
    return session


def _past(turn: PracticeTurn) -> Past:
    own = turn.phase is TurnKind.INVITATION.phase
    return Past(
        kind=turn.kind,
        ending=_ENDINGS.get(turn.state, Ending.ANSWERED),
        score=None if turn.grade is None else turn.grade.score,
        words=word_count(turn.answer),
        asks=own and has_own_question(turn.answer),
    )


_ENDINGS: Final = {
    TurnState.SKIPPED: Ending.SKIPPED,
    TurnState.TIMED_OUT: Ending.TIMED_OUT,
    TurnState.LEFT: Ending.SKIPPED,
}
