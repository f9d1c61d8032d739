"""The ledger of grades, ratings and reminders in SQL."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.review_tables import outcomes, ratings, reminders
from bot.storage.tables import grades, teams
from bot.storage.upsert import insert_new, put, put_all
from handlers.refs import UserRef
from handlers.reviews.record import Outcome, Reminder
from questions.rating import Rating, Standing

_MEMBER: Final = "member"
_QUESTION: Final = "question"


class SqlOutcomes:
    """See `handlers.reviews.storage.OutcomeRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lock(self, team_id: str) -> None:
        """Keep others from changing the team's ratings until this unit of work ends."""
        # SQLite has one writer anyway and drops the clause; on PostgreSQL two that read the same
        # rating at once would lose one of their grades.
        await self._connection.execute(
            sa.select(teams.c.id).where(teams.c.id == team_id).with_for_update(key_share=True)
        )

    async def add(self, outcome: Outcome) -> bool:
        """Append a line; ``False`` if it is there already, and then nothing is stored."""
        row = {
            "team_id": outcome.team_id,
            "member_id": outcome.member_id,
            "question_id": outcome.question_id,
            "question_version": outcome.question_version,
            "source": outcome.source,
            "number": outcome.number,
            "score": outcome.score,
            "difficulty": outcome.difficulty,
            "missed": " ".join(outcome.missed),
            "at": outcome.at,
        }
        return await insert_new(self._connection, outcomes, row)

    async def latest(self, team_id: str) -> tuple[datetime, str] | None:
        """Return the `Outcome.order` of a team's last outcome."""
        row = (
            await self._connection.execute(
                sa.select(outcomes.c.at, outcomes.c.source)
                .where(outcomes.c.team_id == team_id)
                .order_by(outcomes.c.at.desc(), outcomes.c.source.desc())
                .limit(1)
            )
        ).first()
        return None if row is None else (row.at, row.source)

    async def of_team(self, team_id: str) -> list[Outcome]:
        """Return the outcomes that count, in order."""
        return await self._read(outcomes.c.team_id == team_id)

    async def of_member(self, team_id: str, member_id: str) -> list[Outcome]:
        """Return a member's outcomes that count, in order."""
        return await self._read(
            sa.and_(outcomes.c.team_id == team_id, outcomes.c.member_id == member_id)
        )

    async def rating(self, team_id: str, member_id: str) -> Rating:
        """Return a member's rating; a fresh one where they have no grade yet."""
        found = await self._ratings(team_id, _MEMBER, [member_id])
        return found.get(member_id, Rating())

    async def question_ratings(
        self, team_id: str, question_ids: Iterable[str]
    ) -> dict[str, Rating]:
        """Return the ratings of those questions that were answered in the team."""
        return await self._ratings(team_id, _QUESTION, question_ids)

    async def put_ratings(self, team_id: str, standing: Standing) -> None:
        """Store ratings in place of the earlier ones of the same people and questions."""
        rows = [
            {
                "team_id": team_id,
                "kind": kind,
                "subject": subject,
                "value": rating.value,
                "grades": rating.count,
            }
            for kind, rated in ((_MEMBER, standing.members), (_QUESTION, standing.questions))
            for subject, rating in rated.items()
        ]
        await put_all(self._connection, ratings, rows, ("team_id", "kind", "subject"))

    async def clear_ratings(self, team_id: str) -> None:
        """Forget a team's ratings, to store them anew."""
        await self._connection.execute(sa.delete(ratings).where(ratings.c.team_id == team_id))

    async def grades_of(self, answer_id: str) -> int:
        """Return how many grades an answer has had."""
        count: int | None = await self._connection.scalar(
            sa.select(sa.func.count()).select_from(grades).where(grades.c.answer_id == answer_id)
        )
        return count or 0

    async def _ratings(self, team_id: str, kind: str, subjects: Iterable[str]) -> dict[str, Rating]:
        rows = await self._connection.execute(
            sa.select(ratings).where(
                ratings.c.team_id == team_id,
                ratings.c.kind == kind,
                ratings.c.subject.in_(list(subjects)),
            )
        )
        return {row.subject: Rating(row.value, row.grades) for row in rows}

    async def _read(self, condition: sa.ColumnElement[bool]) -> list[Outcome]:
        rows = await self._connection.execute(
            sa.select(outcomes)
            .where(condition)
            .order_by(outcomes.c.at, outcomes.c.source, outcomes.c.number)
        )
        newest = {row.source: row for row in rows}
        return sorted((_outcome(row) for row in newest.values()), key=lambda o: o.order)


class SqlReminders:
    """See `handlers.reviews.storage.ReminderRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, reminder: Reminder) -> None:
        """Store somebody's reminder, in place of their earlier one."""
        row = {
            "member_id": reminder.member_id,
            "team_id": reminder.team_id,
            "user_ref": reminder.user.pack(),
            "at": reminder.at,
            "zone": reminder.zone,
            "weekdays": ",".join(map(str, sorted(reminder.weekdays))),
            "effective_from": reminder.effective_from,
            "last_date": reminder.last,
        }
        await put(self._connection, reminders, row, ("member_id",))

    async def get(self, member_id: str) -> Reminder | None:
        """Return somebody's reminder."""
        row = (
            await self._connection.execute(
                sa.select(reminders).where(reminders.c.member_id == member_id)
            )
        ).first()
        return None if row is None else _reminder(row)

    async def remove(self, member_id: str) -> bool:
        """Remove somebody's reminder; ``False`` where there is none."""
        removed = await self._connection.execute(
            sa.delete(reminders)
            .where(reminders.c.member_id == member_id)
            .returning(reminders.c.member_id)
        )
        return removed.first() is not None

    async def all(self) -> list[Reminder]:
        """Return every reminder."""
        rows = await self._connection.execute(
            sa.select(reminders).order_by(reminders.c.at, reminders.c.member_id)
        )
        return [_reminder(row) for row in rows]

    async def claim(self, reminder: Reminder, day: date) -> bool:
        """Note that a local date is taken care of; ``False`` where somebody else did so."""
        claimed = await self._connection.execute(
            sa.update(reminders)
            .where(
                reminders.c.member_id == reminder.member_id,
                sa.or_(reminders.c.last_date.is_(None), reminders.c.last_date < day),
            )
            .values(last_date=day)
            .returning(reminders.c.member_id)
        )
        return claimed.first() is not None


def _outcome(row: sa.Row[Any]) -> Outcome:
    return Outcome(
        team_id=row.team_id,
        member_id=row.member_id,
        question_id=row.question_id,
        question_version=row.question_version,
        source=row.source,
        number=row.number,
        score=row.score,
        difficulty=row.difficulty,
        missed=tuple(row.missed.split()),
        at=row.at,
    )


def _reminder(row: sa.Row[Any]) -> Reminder:
    return Reminder(
        member_id=row.member_id,
        team_id=row.team_id,
        user=UserRef.unpack(row.user_ref),
        at=row.at,
        zone=row.zone,
        weekdays=frozenset(int(day) for day in row.weekdays.split(",")),
        effective_from=row.effective_from,
        last=row.last_date,
    )
