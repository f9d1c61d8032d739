"""Schedules and occurrences in SQL."""

from __future__ import annotations

import logging
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import occurrences, schedules
from bot.storage.upsert import insert_new, put
from handlers.records import GradeMode, Occurrence, OccurrenceState, RevealState, Schedule
from handlers.refs import ChannelRef, MessageRef, ThreadRef, UserRef, WorkspaceRef
from questions.role import Role
from questions.selection import Asked

_LOG = logging.getLogger(__name__)
_HIDDEN: Final = sa.and_(
    occurrences.c.state == OccurrenceState.POSTED.value,
    occurrences.c.reveal_at.is_not(None),
    occurrences.c.reveal.is_(None),
)


class SqlSchedules:
    """See `handlers.daily.storage.ScheduleRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def active(self) -> list[Schedule]:
        """Return every schedule of every team that is not paused."""
        rows = await self._connection.execute(
            sa.select(schedules).where(schedules.c.paused.is_(None)).order_by(schedules.c.id)
        )
        readable = []
        for row in rows:
            try:
                readable.append(_schedule(row))
            except ValueError as error:  # a role that this release does not know, for example
                _LOG.error("schedule %s can't be read and is left out: %s", row.id, error)
        return readable

    async def get(self, schedule_id: str) -> Schedule | None:
        """Return one schedule."""
        return await self._one(schedules.c.id == schedule_id)

    async def of_channel(self, channel: ChannelRef) -> Schedule | None:
        """Return the channel's schedule."""
        return await self._one(schedules.c.channel == channel.pack())

    async def of_workspace(self, workspace: WorkspaceRef) -> list[Schedule]:
        """Return a workspace's schedules, paused or not."""
        inside = schedules.c.channel.startswith(f"{workspace.pack()}/", autoescape=True)
        rows = await self._connection.execute(sa.select(schedules).where(inside))
        return [_schedule(row) for row in rows]

    async def put(self, schedule: Schedule) -> None:
        """Store a schedule, in place of the channel's earlier one."""
        row = {
            "id": schedule.id,
            "team_id": schedule.team_id,
            "channel": schedule.channel.pack(),
            "at": schedule.at,
            "zone": schedule.zone,
            "weekdays": "".join(str(day) for day in sorted(schedule.weekdays)),
            "roles": ",".join(schedule.roles),
            "effective_from": schedule.effective_from,
            "paused": schedule.paused,
            "owner": schedule.owner and schedule.owner.pack(),
        }
        await put(self._connection, schedules, row, ("channel",))

    async def remove(self, schedule_id: str) -> None:
        """Forget a schedule; its occurrences stay."""
        await self._connection.execute(sa.delete(schedules).where(schedules.c.id == schedule_id))

    async def _one(self, condition: sa.ColumnElement[bool]) -> Schedule | None:
        row = (await self._connection.execute(sa.select(schedules).where(condition))).one_or_none()
        return None if row is None else _schedule(row)


# Made once: it is asked for each reply, and making it costs as much as executing it.
_OF_THREAD: Final = (
    sa.select(occurrences)
    .where(
        occurrences.c.thread == sa.bindparam("thread"),
        occurrences.c.state == OccurrenceState.POSTED.value,
    )
    .order_by(occurrences.c.seq.desc())
    .limit(1)
)


class SqlOccurrences:
    """See `handlers.daily.storage.OccurrenceRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def claim(self, occurrence: Occurrence) -> bool:
        """Store a new occurrence; ``False`` if its key is taken, and then nothing is stored."""
        return await insert_new(self._connection, occurrences, _values(occurrence))

    async def get(self, occurrence_id: str) -> Occurrence | None:
        """Return one occurrence."""
        return await self._first(occurrences.c.id == occurrence_id)

    async def by_key(self, key: str) -> Occurrence | None:
        """Return the occurrence with this idempotency key."""
        return await self._first(occurrences.c.key == key)

    async def update(self, occurrence: Occurrence) -> None:
        """Store the occurrence's new state."""
        await self._connection.execute(
            sa.update(occurrences)
            .where(occurrences.c.id == occurrence.id)
            .values(**_values(occurrence))
        )

    async def of_thread(self, thread: ThreadRef) -> Occurrence | None:
        """Return the question posted last whose replies go to this thread."""
        row = (await self._connection.execute(_OF_THREAD, {"thread": thread.pack()})).one_or_none()
        return None if row is None else _occurrence(row)

    async def newest_posted(self, channel: ChannelRef) -> Occurrence | None:
        """Return the question that was posted last in the channel."""
        return await self._first(
            (occurrences.c.channel == channel.pack())
            & (occurrences.c.state == OccurrenceState.POSTED.value)
        )

    async def is_posting(self, channel: ChannelRef, since: datetime) -> bool:
        """Return whether a question was claimed since then and is not known to be posted yet."""
        claimed = await self._first(
            (occurrences.c.channel == channel.pack())
            & (occurrences.c.state == OccurrenceState.CLAIMED.value)
            & (occurrences.c.created_at >= since)
        )
        return claimed is not None

    async def on_date(self, channel: ChannelRef, local_date: date) -> list[Occurrence]:
        """Return the channel's occurrences on a date, oldest first."""
        rows = await self._connection.execute(
            sa.select(occurrences)
            .where(occurrences.c.channel == channel.pack(), occurrences.c.local_date == local_date)
            .order_by(occurrences.c.seq)
        )
        return [_occurrence(row) for row in rows]

    async def last_date(self, schedule_id: str) -> date | None:
        """Return the latest local date that the schedule has claimed."""
        found: date | None = await self._connection.scalar(
            sa.select(sa.func.max(occurrences.c.local_date)).where(
                occurrences.c.schedule_id == schedule_id
            )
        )
        return found

    async def last_dates(self, since: date) -> dict[str, date]:
        """Return the latest local date that each schedule has claimed, by its id."""
        rows = await self._connection.execute(
            sa.select(occurrences.c.schedule_id, sa.func.max(occurrences.c.local_date))
            .where(occurrences.c.local_date >= since, occurrences.c.schedule_id.is_not(None))
            .group_by(occurrences.c.schedule_id)
        )
        return {row[0]: row[1] for row in rows}

    async def asked(self, channel: ChannelRef) -> list[Asked]:
        """Return what the channel was asked, oldest first."""
        rows = await self._connection.execute(
            sa.select(occurrences.c.question_id, occurrences.c.role)
            .where(
                occurrences.c.channel == channel.pack(),
                occurrences.c.question_id.is_not(None),
                occurrences.c.role.is_not(None),
                # A question that could not be posted was not asked.
                occurrences.c.state != OccurrenceState.FAILED.value,
            )
            .order_by(occurrences.c.seq)
        )
        return [Asked(question_id=row.question_id, role=Role(row.role)) for row in rows]

    async def open_threads(self, since: date) -> list[ThreadRef]:
        """Return the threads of questions posted on or after a local date."""
        rows = await self._connection.scalars(
            sa.select(occurrences.c.thread)
            .where(occurrences.c.local_date >= since, occurrences.c.thread.is_not(None))
            .order_by(occurrences.c.seq)
        )
        return [ThreadRef.unpack(thread) for thread in rows]

    async def asked_directly(self, since: date) -> list[ChannelRef]:
        """Return the direct messages in which a question was posted on or after a date."""
        rows = await self._connection.scalars(
            sa.select(occurrences.c.channel)
            .where(
                occurrences.c.local_date >= since,
                occurrences.c.thread.is_(None),
                occurrences.c.message.is_not(None),
            )
            .distinct()
        )
        return [ref for ref in map(ChannelRef.unpack, rows) if ref.is_direct]

    async def due_reveals(self, now: datetime) -> list[Occurrence]:
        """Return the posted blind questions to be revealed by now and not yet, oldest first."""
        return await self._all(
            sa.and_(_HIDDEN, occurrences.c.reveal_at <= now), occurrences.c.reveal_at
        )

    async def advance_reveal(
        self, occurrence_id: str, to: RevealState, *, since: RevealState | None
    ) -> bool:
        """Change how far a reveal got; ``False``, changing nothing, unless it was in ``since``."""
        stage = occurrences.c.reveal
        result = await self._connection.execute(
            sa.update(occurrences)
            .where(
                occurrences.c.id == occurrence_id,
                stage.is_(None) if since is None else stage == since.value,
            )
            .values(reveal=to.value)
            .returning(occurrences.c.id)
        )
        return result.first() is not None

    async def hidden_of_team(self, team_id: str, now: datetime) -> list[Occurrence]:
        """Return a team's posted blind questions whose reveal is to come, newest first."""
        return await self._all(
            sa.and_(_HIDDEN, occurrences.c.team_id == team_id, occurrences.c.reveal_at > now),
            occurrences.c.seq.desc(),
        )

    async def _all(
        self, condition: sa.ColumnElement[bool], order: sa.ColumnElement[Any]
    ) -> list[Occurrence]:
        rows = await self._connection.execute(
            sa.select(occurrences).where(condition).order_by(order, occurrences.c.seq)
        )
        return [_occurrence(row) for row in rows]

    async def _first(self, condition: sa.ColumnElement[bool]) -> Occurrence | None:
        row = (
            await self._connection.execute(
                sa.select(occurrences).where(condition).order_by(occurrences.c.seq.desc()).limit(1)
            )
        ).one_or_none()
        return None if row is None else _occurrence(row)


def _schedule(row: sa.Row[Any]) -> Schedule:
    return Schedule(
        id=row.id,
        team_id=row.team_id,
        channel=ChannelRef.unpack(row.channel),
        at=row.at,
        zone=row.zone,
        weekdays=frozenset(int(day) for day in row.weekdays),
        roles=tuple(Role(role) for role in row.roles.split(",")),
        effective_from=row.effective_from,
        paused=row.paused,
        owner=row.owner and UserRef.unpack(row.owner),
    )


def _values(occurrence: Occurrence) -> dict[str, Any]:
    return {
        "id": occurrence.id,
        "team_id": occurrence.team_id,
        "key": occurrence.key,
        "channel": occurrence.channel.pack(),
        "local_date": occurrence.local_date,
        "state": occurrence.state.value,
        "created_at": occurrence.created_at,
        "schedule_id": occurrence.schedule_id,
        "role": occurrence.role and occurrence.role.value,
        "question_id": occurrence.question_id,
        "question_version": occurrence.question_version,
        "message": occurrence.message and occurrence.message.pack(),
        "thread": occurrence.thread and occurrence.thread.pack(),
        "reason": occurrence.reason,
        "grades": occurrence.grades.value,
        "reveal_at": occurrence.reveal_at,
        "reveal": occurrence.reveal and occurrence.reveal.value,
        "zone": occurrence.zone,
    }


def _occurrence(row: sa.Row[Any]) -> Occurrence:
    return Occurrence(
        id=row.id,
        team_id=row.team_id,
        key=row.key,
        channel=ChannelRef.unpack(row.channel),
        local_date=row.local_date,
        state=OccurrenceState(row.state),
        created_at=row.created_at,
        schedule_id=row.schedule_id,
        role=row.role and Role(row.role),
        question_id=row.question_id,
        question_version=row.question_version,
        message=row.message and MessageRef.unpack(row.message),
        thread=row.thread and ThreadRef.unpack(row.thread),
        reason=row.reason,
        grades=GradeMode(row.grades),
        reveal_at=row.reveal_at,
        reveal=row.reveal and RevealState(row.reveal),
        zone=row.zone,
    )
