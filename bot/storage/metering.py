"""Kept judgements, and what grading has used, in SQL."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import judgements, reservations, spending, teams
from bot.storage.upsert import insert_new, put
from handlers.answers.judge import Judged
from handlers.metering.budget import Amount, DayUse, Payer, Reservation, Use


class SqlJudgements:
    """See `handlers.metering.storage.JudgementRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, team_id: str, key: str) -> Judged | None:
        """Return what is kept under a key; ``None`` too where an older release's is unreadable."""
        body: str | None = await self._connection.scalar(
            sa.select(judgements.c.body).where(
                judgements.c.team_id == team_id, judgements.c.key == key
            )
        )
        if body is None:
            return None
        try:
            return Judged.model_validate_json(body)
        except ValidationError:
            return None

    async def put(self, team_id: str, key: str, judged: Judged, now: datetime) -> None:
        """Keep a judgement, in place of an earlier one."""
        row = {
            "team_id": team_id,
            "key": key,
            "body": judged.model_dump_json(),
            "created_at": now,
        }
        await put(self._connection, judgements, row, ("team_id", "key"))

    async def forget(self, before: datetime) -> None:
        """Forget the judgements that were kept before an instant."""
        await self._connection.execute(
            sa.delete(judgements).where(judgements.c.created_at < before)
        )


class SqlSpending:
    """See `handlers.metering.storage.SpendingRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lock(self, team_id: str) -> None:
        """Keep others from changing the team's accounts until this unit of work ends."""
        # SQLite has one writer anyway and drops the clause. On PostgreSQL two that read at once
        # would both find room for the last judgement; the weaker lock lets others refer to the
        # team meanwhile.
        await self._connection.execute(
            sa.select(teams.c.id).where(teams.c.id == team_id).with_for_update(key_share=True)
        )

    async def used(self, team_id: str, member_id: str, day: date) -> DayUse:
        """Return what a member and their team have spent and reserved on a day."""
        spent = await self._sums(spending, team_id, day)
        reserved = await self._sums(reservations, team_id, day)
        none = Amount()
        return DayUse(
            person=Use(
                spent=spent.get(member_id, none),
                reserved=reserved.get(member_id, none),
            ),
            team=Use(
                spent=sum(spent.values(), none),
                reserved=sum(reserved.values(), none),
            ),
        )

    async def reserve(self, reservation: Reservation) -> None:
        """Hold an amount, in place of what is held under the same key."""
        row = {
            "key": reservation.payer.key,
            "team_id": reservation.payer.team_id,
            "member_id": reservation.payer.member_id,
            "day": reservation.day,
            "tokens": reservation.amount.tokens,
            "micro_usd": reservation.amount.micro_usd,
            "expires_at": reservation.expires_at,
        }
        await put(self._connection, reservations, row, ("key",))

    async def release(self, payer: Payer) -> None:
        """Hold nothing under the payer's key any more."""
        await self._connection.execute(
            sa.delete(reservations).where(reservations.c.key == payer.key)
        )

    async def release_expired(self, team_id: str, now: datetime) -> None:
        """Hold nothing any more that was held until ``now`` or earlier."""
        await self._connection.execute(
            sa.delete(reservations).where(
                reservations.c.team_id == team_id, reservations.c.expires_at <= now
            )
        )

    async def add(self, team_id: str, member_id: str, day: date, amount: Amount) -> None:
        """Count an amount as spent."""
        key = {"team_id": team_id, "day": day, "member_id": member_id}
        await insert_new(self._connection, spending, {**key, "tokens": 0, "micro_usd": 0})
        await self._connection.execute(
            sa.update(spending)
            .where(*(spending.c[name] == value for name, value in key.items()))
            .values(
                tokens=spending.c.tokens + amount.tokens,
                micro_usd=spending.c.micro_usd + amount.micro_usd,
            )
        )

    async def forget(self, before: date) -> None:
        """Forget what was spent and reserved on the days before a date."""
        for table in (spending, reservations):
            await self._connection.execute(sa.delete(table).where(table.c.day < before))

    async def _sums(self, table: sa.Table, team_id: str, day: date) -> dict[str, Amount]:
        """Return each member's sums of a day."""
        rows = await self._connection.execute(
            sa.select(
                table.c.member_id,
                # PostgreSQL sums big integers to decimals.
                sa.cast(sa.func.sum(table.c.tokens), sa.BigInteger),
                sa.cast(sa.func.sum(table.c.micro_usd), sa.BigInteger),
            )
            .where(table.c.team_id == team_id, table.c.day == day)
            .group_by(table.c.member_id)
        )
        return {member: Amount(tokens, micro_usd) for member, tokens, micro_usd in rows}
