"""Appeals in SQL."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import appeals, members
from bot.storage.upsert import insert_new
from handlers.appeals.record import Appeal, AppealState
from questions.grading import Grade

_UNDECIDED: Final = tuple(state.value for state in AppealState if not state.is_decided)


class SqlAppeals:
    """See `handlers.appeals.storage.AppealRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, appeal: Appeal) -> bool:
        """Store a new appeal, unless its id is known or its answer has an undecided one."""
        return await insert_new(self._connection, appeals, _values(appeal))

    async def get(self, appeal_id: str) -> Appeal | None:
        """Return one appeal."""
        found = await self._read(appeals.c.id == appeal_id)
        return found[0] if found else None

    async def undecided_of(self, answer_id: str) -> Appeal | None:
        """Return the appeal against an answer's grade that nobody has decided yet."""
        found = await self._read(
            sa.and_(appeals.c.answer_id == answer_id, appeals.c.state.in_(_UNDECIDED))
        )
        return found[0] if found else None

    async def exists_for(self, answer_id: str) -> bool:
        """Return whether an answer's grade was ever appealed against."""
        found = await self._connection.scalar(
            sa.select(appeals.c.id).where(appeals.c.answer_id == answer_id).limit(1)
        )
        return found is not None

    async def undecided(self, team_id: str) -> list[Appeal]:
        """Return a team's appeals that nobody has decided yet, oldest first."""
        return await self._read(
            sa.and_(appeals.c.team_id == team_id, appeals.c.state.in_(_UNDECIDED))
        )

    async def advance(self, appeal: Appeal, *, since: AppealState) -> bool:
        """Store an appeal's new state; ``False``, changing nothing, unless it was in ``since``."""
        result = await self._connection.execute(
            sa.update(appeals)
            .where(appeals.c.id == appeal.id, appeals.c.state == since.value)
            .values(**_values(appeal))
            .returning(appeals.c.id)
        )
        return result.first() is not None

    async def _read(self, condition: sa.ColumnElement[bool]) -> list[Appeal]:
        rows = await self._connection.execute(
            sa.select(appeals, members.c.name.label("decider"))
            .outerjoin(members, members.c.id == appeals.c.decided_by)
            .where(condition)
            .order_by(appeals.c.created_at, appeals.c.id)
        )
        return [_appeal(row) for row in rows]


def _values(appeal: Appeal) -> dict[str, Any]:
    return {
        "id": appeal.id,
        "team_id": appeal.team_id,
        "answer_id": appeal.answer_id,
        "member_id": appeal.member_id,
        "reason": appeal.reason,
        "first_score": appeal.first_score,
        "state": appeal.state.value,
        "second_grade": appeal.second and appeal.second.model_dump_json(),
        "no_second": appeal.no_second,
        "decided_by": appeal.decided_by,
        "decided_score": appeal.decided_score,
        "decision_reason": appeal.decision_reason,
        "created_at": appeal.created_at,
    }


def _appeal(row: sa.Row[Any]) -> Appeal:
    return Appeal(
        id=row.id,
        team_id=row.team_id,
        answer_id=row.answer_id,
        member_id=row.member_id,
        reason=row.reason,
        first_score=row.first_score,
        state=AppealState(row.state),
        second=row.second_grade and Grade.model_validate_json(row.second_grade),
        no_second=row.no_second,
        decided_by=row.decided_by,
        decider=row.decider or "",
        decided_score=row.decided_score,
        decision_reason=row.decision_reason,
        created_at=row.created_at,
    )
