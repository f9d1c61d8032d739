"""Hints and skips in SQL."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.hint_tables import hints, skips
from bot.storage.tables import occurrences
from bot.storage.upsert import insert_new
from handlers.hints.storage import HintTaken, Skip


class SqlHints:
    """See `handlers.hints.storage.HintRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def take(self, hint: HintTaken) -> None:
        """Store that a hint was seen; one that is there already stays."""
        await insert_new(self._connection, hints, asdict(hint))

    async def taken(self, member_id: str, question_id: str) -> Collection[int]:
        """Return the numbers of the question's hints that a member has seen."""
        numbers = await self._connection.scalars(
            sa.select(hints.c.number).where(
                hints.c.member_id == member_id, hints.c.question_id == question_id
            )
        )
        return set(numbers)

    async def skip(self, skip: Skip) -> bool:
        """Store that a question is passed over; ``False`` if it was already."""
        return await insert_new(self._connection, skips, asdict(skip))

    async def skipped(self, member_id: str, since: datetime) -> dict[str, datetime]:
        """Return when the questions came that a member passed over, by occurrence."""
        rows = await self._connection.execute(
            sa.select(occurrences.c.id, occurrences.c.created_at)
            .join(skips, skips.c.occurrence_id == occurrences.c.id)
            .where(skips.c.member_id == member_id, occurrences.c.created_at >= since)
            .order_by(occurrences.c.seq)
        )
        return {row.id: row.created_at for row in rows}
