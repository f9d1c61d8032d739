"""Beginning a session: its row, its first turn and the job that says it, in one transaction."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from handlers.invocation import Caller
from handlers.practice.record import (
    MAX_BACKGROUND,
    Level,
    Mode,
    PracticeSession,
    SessionState,
)
from handlers.practice.step import Ended, advance, end
from handlers.refs import ChannelRef, ThreadRef
from handlers.storage import UnitOfWork
from handlers.teams.membership import Membership
from questions.role import Role

DEFAULT_LENGTH: Final = 3
# Makes a session's id from what asked for it: asked for twice, it is one session.
_NAMESPACE: Final = uuid.UUID("b3f1a7de-6b0d-4d0e-9c43-2f6a51c8e9d7")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody wants to practise."""

    role: Role
    level: Level = Level.INTERMEDIATE
    length: int = DEFAULT_LENGTH
    mode: Mode = Mode.STUDY
    background: str = ""


def session_id(key: str) -> str:
    """Return the id of the session that something asks for.

    Args:
        key: the idempotency key of what asks.
    """
    return uuid.uuid5(_NAMESPACE, key).hex


async def begin(
    work: UnitOfWork,
    caller: Caller,
    who: Membership,
    wish: Wish,
    *,
    place: ChannelRef | ThreadRef,
    key: str,
    now: datetime,
    ended: Ended,
) -> PracticeSession | None:
    """Begin a session; ``None`` where the person has one that has not ended.

    Args:
        work: an open unit of work.
        caller: who wants it, and where they said so.
        who: their membership.
        wish: what they want.
        place: where it is held.
        key: the idempotency key of what asks.
        now: this instant.
        ended: told when a session has ended.
    """
    session = PracticeSession(
        id=session_id(key),
        team_id=who.team.id,
        member_id=who.member.id,
        user=caller.user,
        place=place,
        mode=wish.mode,
        role=wish.role,
        level=wish.level,
        length=wish.length,
        background=wish.background.strip()[:MAX_BACKGROUND],
        zone=caller.zone or who.team.zone,
        origin=None if caller.is_direct else caller.channel,
        created_at=now,
    )
    if not await work.practice.add(session):
        return None
    return await advance(work, session, now, ended)


async def begin_again(
    work: UnitOfWork, session: PracticeSession, *, key: str, now: datetime, ended: Ended
) -> PracticeSession:
    """End a session and begin another one like it; done once for each key."""
    if session.id == session_id(key):
        return session
    await end(work, session, SessionState.QUIT, now, ended)
    fresh = replace(
        session,
        id=session_id(key),
        state=SessionState.OPEN,
        created_at=now,
        started_at=None,
        ended_at=None,
        wake_at=None,
        reminded=False,
        round=0,
    )
    await work.practice.add(fresh)
    return await advance(work, fresh, now, ended)
