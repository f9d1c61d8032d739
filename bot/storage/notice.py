"""What people are told in direct messages, in SQL."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import notices
from bot.storage.upsert import insert_new
from handlers.records import Notice, NoticeKind
from handlers.refs import UserRef


class SqlNotices:
    """See `handlers.storage.NoticeRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, notice: Notice) -> bool:
        """Store a notice; ``False`` if its key is known, and then nothing is stored."""
        row = {
            "id": notice.id,
            "team_id": notice.team_id,
            "key": notice.key,
            "kind": notice.kind.value,
            "user_ref": notice.user.pack(),
            "subject": notice.subject,
        }
        return await insert_new(self._connection, notices, row)

    async def get(self, notice_id: str) -> Notice | None:
        """Return one notice."""
        row = (
            await self._connection.execute(sa.select(notices).where(notices.c.id == notice_id))
        ).one_or_none()
        if row is None:
            return None
        return Notice(
            id=row.id,
            team_id=row.team_id,
            key=row.key,
            kind=NoticeKind(row.kind),
            user=UserRef.unpack(row.user_ref),
            subject=row.subject,
        )
