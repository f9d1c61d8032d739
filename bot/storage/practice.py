"""Practice sessions and their turns in SQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.practice_tables import practice_sessions as sessions
from bot.storage.practice_tables import practice_turns as turns
from bot.storage.upsert import insert_new
from handlers.practice.record import (
    Asked,
    Level,
    Mode,
    Phase,
    PracticeSession,
    PracticeTurn,
    SessionState,
    TurnKind,
    TurnSource,
    TurnState,
)
from handlers.refs import ChannelRef, MessageRef, ThreadRef, UserRef
from questions.grading import Grade, UngradedReason
from questions.role import Role

_UNENDED: Final = tuple(state.value for state in SessionState if not state.is_ended)
# Made once: with so many columns, making one takes longer than executing it.
_UPDATE_SESSION: Final = sa.update(sessions).where(sessions.c.id == sa.bindparam("of_session"))
_UPDATE_TURN: Final = sa.update(turns).where(
    turns.c.session_id == sa.bindparam("of_session"), turns.c.number == sa.bindparam("of_number")
)
_COUNTED: Final = (TurnKind.QUESTION.value, TurnKind.FOLLOW_UP.value)


class SqlPractice:
    """See `handlers.practice.storage.PracticeRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, session: PracticeSession) -> bool:
        """Store a new session; ``False``, storing nothing, where the person has an open one."""
        return await insert_new(self._connection, sessions, _session_values(session))

    async def get(self, session_id: str) -> PracticeSession | None:
        """Return one session."""
        return await self._session(sessions.c.id == session_id)

    async def locked(self, session_id: str) -> PracticeSession | None:
        """Return one session and keep others from changing it until this unit of work ends."""
        return await self._session(sessions.c.id == session_id, lock=True)

    async def has_open(self, user: UserRef) -> bool:
        """Return whether an account has a session that has not ended; locks nothing."""
        found = await self._connection.scalar(
            sa.select(sessions.c.id).where(
                sessions.c.user_ref == user.pack(), sessions.c.state.in_(_UNENDED)
            )
        )
        return found is not None

    async def open_of(self, user: UserRef) -> PracticeSession | None:
        """Return an account's session that has not ended, paused or not, and lock it."""
        condition = sa.and_(sessions.c.user_ref == user.pack(), sessions.c.state.in_(_UNENDED))
        return await self._session(condition, lock=True)

    async def open_of_member(self, member_id: str) -> PracticeSession | None:
        """Return a member's session that has not ended, paused or not."""
        return await self._session(
            sa.and_(sessions.c.member_id == member_id, sessions.c.state.in_(_UNENDED))
        )

    async def update(self, session: PracticeSession) -> None:
        """Store a session's new state."""
        values = _session_values(session)
        await self._connection.execute(_UPDATE_SESSION, {**values, "of_session": session.id})

    async def of_member(self, member_id: str, *, limit: int) -> list[PracticeSession]:
        """Return a member's sessions that have ended, the newest first."""
        rows = await self._connection.execute(
            sa.select(sessions)
            .where(sessions.c.member_id == member_id, sessions.c.state.not_in(_UNENDED))
            .order_by(sessions.c.created_at.desc(), sessions.c.id)
            .limit(limit)
        )
        return [_session(row) for row in rows]

    async def due(self, now: datetime, *, limit: int) -> list[PracticeSession]:
        """Return open sessions whose silence has to be looked at, the oldest wish first."""
        rows = await self._connection.execute(
            sa.select(sessions)
            .where(sessions.c.wake_at <= now, sessions.c.state == SessionState.OPEN.value)
            .order_by(sessions.c.wake_at, sessions.c.id)
            .limit(limit)
        )
        return [_session(row) for row in rows]

    async def open_places(self) -> list[ChannelRef | ThreadRef]:
        """Return where open sessions are held."""
        return [session.place for session in await self._open(sa.true())]

    async def newest_message(self, channel: ChannelRef) -> MessageRef | None:
        """Return the message of the newest turn of an open session in a conversation."""
        # A thread's address begins with its channel's.
        place = channel.pack()
        inside = sessions.c.place.startswith(f"{place}/", autoescape=True)
        newest = None
        for session in await self._open(sa.or_(sessions.c.place == place, inside)):
            for turn in await self.turns(session.id):
                newest = turn.message or newest
        return newest

    async def add_turn(self, turn: PracticeTurn) -> bool:
        """Store a new turn; ``False``, storing nothing, if its number is taken."""
        return await insert_new(self._connection, turns, _turn_values(turn))

    async def turn(self, turn_id: str) -> PracticeTurn | None:
        """Return one turn."""
        session_id, _, number = turn_id.rpartition("-")
        if not number.isdecimal():
            return None
        return await self._turn(
            sa.and_(turns.c.session_id == session_id, turns.c.number == int(number))
        )

    async def turns(self, session_id: str) -> list[PracticeTurn]:
        """Return a session's turns, in order."""
        rows = await self._connection.execute(
            sa.select(turns).where(turns.c.session_id == session_id).order_by(turns.c.number)
        )
        return [_turn(row) for row in rows]

    async def update_turn(self, turn: PracticeTurn) -> None:
        """Store a turn's new state."""
        which = {"of_session": turn.session_id, "of_number": turn.number}
        await self._connection.execute(_UPDATE_TURN, {**_turn_values(turn), **which})

    async def turn_of_answer(self, key: str) -> PracticeTurn | None:
        """Return the turn whose answer has this idempotency key."""
        return await self._turn(turns.c.answer_key == key)

    async def turn_of_message(self, message: MessageRef) -> PracticeTurn | None:
        """Return the turn that a message answers; its ``thread_id`` does not matter."""
        return await self._turn(turns.c.answer_place == _place(message))

    async def asked_of(self, member_id: str, *, limit: int) -> list[Asked]:
        """Return the questions that a member was asked in practice, the newest first."""
        rows = await self._connection.execute(
            sa.select(turns.c.session_id, turns.c.question_id, turns.c.asked_at, turns.c.score)
            .where(
                turns.c.member_id == member_id,
                turns.c.kind.in_(_COUNTED),
                turns.c.asked_at.is_not(None),
            )
            .order_by(turns.c.asked_at.desc(), turns.c.number.desc())
            .limit(3 * limit)
        )
        found: dict[tuple[str, str], Asked] = {}
        for row in rows:
            key = (row.session_id, row.question_id)
            earlier = found.get(key)
            newest = row.score if earlier is None or earlier.score is None else earlier.score
            found[key] = Asked(question_id=row.question_id, asked_at=row.asked_at, score=newest)
        return list(found.values())[:limit]

    async def _open(self, where: sa.ColumnElement[bool]) -> list[PracticeSession]:
        rows = await self._connection.execute(
            sa.select(sessions)
            .where(sessions.c.state == SessionState.OPEN.value, where)
            .order_by(sessions.c.created_at, sessions.c.id)
        )
        return [_session(row) for row in rows]

    async def _session(
        self, condition: sa.ColumnElement[bool], *, lock: bool = False
    ) -> PracticeSession | None:
        query = sa.select(sessions).where(condition)
        rows = await self._connection.execute(query.with_for_update() if lock else query)
        row = rows.first()
        return None if row is None else _session(row)

    async def _turn(self, condition: sa.ColumnElement[bool]) -> PracticeTurn | None:
        row = (await self._connection.execute(sa.select(turns).where(condition))).first()
        return None if row is None else _turn(row)


def _place(message: MessageRef) -> str:
    return replace(message, thread_id=None).pack()


def _session_values(session: PracticeSession) -> dict[str, Any]:
    return {
        "id": session.id,
        "team_id": session.team_id,
        "member_id": session.member_id,
        "user_ref": session.user.pack(),
        "place": session.place.pack(),
        "in_thread": isinstance(session.place, ThreadRef),
        "origin": session.origin and session.origin.pack(),
        "mode": session.mode.value,
        "role": session.role.value,
        "level": session.level.value,
        "length": session.length,
        "background": session.background,
        "document": session.document,
        "zone": session.zone,
        "state": session.state.value,
        "phase": session.phase.value,
        "created_at": session.created_at,
        "started_at": session.started_at,
        "ended_at": session.ended_at,
        "wake_at": session.wake_at,
        "reminded": session.reminded,
        "round": session.round,
    }


def _session(row: sa.Row[Any]) -> PracticeSession:
    unpack = ThreadRef.unpack if row.in_thread else ChannelRef.unpack
    return PracticeSession(
        id=row.id,
        team_id=row.team_id,
        member_id=row.member_id,
        user=UserRef.unpack(row.user_ref),
        place=unpack(row.place),
        origin=row.origin and ChannelRef.unpack(row.origin),
        mode=Mode(row.mode),
        role=Role(row.role),
        level=Level(row.level),
        length=row.length,
        background=row.background,
        document=row.document,
        zone=row.zone,
        state=SessionState(row.state),
        phase=Phase(row.phase),
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        wake_at=row.wake_at,
        reminded=row.reminded,
        round=row.round,
    )


_PLAIN: Final = (
    "session_id",
    "team_id",
    "member_id",
    "number",
    "question_id",
    "question_version",
    "follow_up",
    "text",
    "probes",
    "asked_at",
    "deadline_at",
    "seconds_left",
    "answer",
    "answer_key",
    "answer_round",
    "answered_at",
    "begun",
    "detail",
    "hints",
    "clarified",
    "recording",
    "spoken_seconds",
)


def _turn_values(turn: PracticeTurn) -> dict[str, Any]:
    return {
        **{name: getattr(turn, name) for name in _PLAIN},
        "kind": turn.kind.value,
        "state": turn.state.value,
        "source": turn.source and turn.source.value,
        "message": turn.message and turn.message.pack(),
        "answer_message": turn.answer_message and turn.answer_message.pack(),
        "answer_place": turn.answer_message and _place(turn.answer_message),
        "grade": turn.grade and turn.grade.model_dump_json(),
        "score": turn.grade and turn.grade.score,
        "reason": turn.reason and turn.reason.value,
    }


def _turn(row: sa.Row[Any]) -> PracticeTurn:
    return PracticeTurn(
        **{name: getattr(row, name) for name in _PLAIN},
        kind=TurnKind(row.kind),
        state=TurnState(row.state),
        source=row.source and TurnSource(row.source),
        message=row.message and MessageRef.unpack(row.message),
        answer_message=row.answer_message and MessageRef.unpack(row.answer_message),
        grade=row.grade and Grade.model_validate_json(row.grade),
        reason=row.reason and UngradedReason(row.reason),
    )
