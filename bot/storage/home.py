"""What somebody's own page shows, read from SQL."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.occurrence import SqlOccurrences, SqlSchedules
from bot.storage.tables import answers, occurrences, schedules, scores
from handlers.home.record import OwnAnswer
from handlers.records import AnswerState, Occurrence, OccurrenceState, Schedule

_LOG = logging.getLogger(__name__)


class SqlHome:
    """See `handlers.home.record.HomeRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def questions(self, team_id: str, since: datetime) -> list[Occurrence]:
        """Return the questions posted to a team since an instant, oldest first."""
        ids = await self._connection.scalars(
            sa.select(occurrences.c.id)
            .where(
                occurrences.c.team_id == team_id,
                occurrences.c.state == OccurrenceState.POSTED.value,
                occurrences.c.created_at >= since,
            )
            .order_by(occurrences.c.seq)
        )
        repository = SqlOccurrences(self._connection)
        found = [await repository.get(id_) for id_ in list(ids)]
        return [occurrence for occurrence in found if occurrence is not None]

    async def answers(self, member_id: str, since: datetime) -> list[OwnAnswer]:
        """Return a member's answers since an instant, oldest first."""
        rows = await self._connection.execute(
            sa.select(
                answers.c.occurrence_id, answers.c.state, answers.c.created_at, scores.c.score
            )
            .outerjoin(scores, scores.c.answer_id == answers.c.id)
            .where(answers.c.member_id == member_id, answers.c.created_at >= since)
            .order_by(answers.c.created_at, answers.c.id)
        )
        return [
            OwnAnswer(
                occurrence_id=row.occurrence_id,
                state=AnswerState(row.state),
                created_at=row.created_at,
                score=row.score,
            )
            for row in rows
        ]

    async def asked(self, member_id: str, since: datetime) -> Sequence[datetime]:
        """Return when questions came in the channels in which a member answers, oldest first."""
        own = (
            sa.select(occurrences.c.channel)
            .join(answers, answers.c.occurrence_id == occurrences.c.id)
            .where(answers.c.member_id == member_id)
        )
        found = await self._connection.scalars(
            sa.select(occurrences.c.created_at)
            .where(
                occurrences.c.channel.in_(own),
                occurrences.c.state == OccurrenceState.POSTED.value,
                occurrences.c.created_at >= since,
            )
            .order_by(occurrences.c.seq)
        )
        return list(found)

    async def schedules(self, team_id: str) -> list[Schedule]:
        """Return a team's schedules, paused ones too, by time of day."""
        ids = await self._connection.scalars(
            sa.select(schedules.c.id)
            .where(schedules.c.team_id == team_id)
            .order_by(schedules.c.at, schedules.c.id)
        )
        repository = SqlSchedules(self._connection)
        readable = []
        for id_ in list(ids):
            try:
                schedule = await repository.get(id_)
            except ValueError as error:  # a role that this release does not know, for example
                _LOG.error("schedule %s can't be read and is left out: %s", id_, error)
                continue
            if schedule is not None:
                readable.append(schedule)
        return readable
