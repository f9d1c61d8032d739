"""Reports in SQL."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.review_tables import reports
from bot.storage.upsert import put
from handlers.report.content import Content
from handlers.report.record import Report, ReportState


class SqlReports:
    """See `handlers.report.storage.ReportRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, session_id: str) -> Report | None:
        """Return a session's report."""
        return await self._one(sa.select(reports).where(reports.c.session_id == session_id))

    async def locked(self, session_id: str) -> Report | None:
        """Return a session's report and keep others from changing it until this unit ends."""
        query = sa.select(reports).where(reports.c.session_id == session_id)
        return await self._one(query.with_for_update())

    async def put(self, report: Report) -> None:
        """Store a report, in place of the session's earlier one."""
        row = {
            "session_id": report.session_id,
            "team_id": report.team_id,
            "member_id": report.member_id,
            "number": report.number,
            "state": report.state.value,
            "body": report.content and report.content.model_dump_json(),
            "created_at": report.created_at,
        }
        await put(self._connection, reports, row, ("session_id",))

    async def _one(self, query: sa.Select[Any]) -> Report | None:
        row = (await self._connection.execute(query)).first()
        if row is None:
            return None
        return Report(
            session_id=row.session_id,
            team_id=row.team_id,
            member_id=row.member_id,
            number=row.number,
            state=ReportState(row.state),
            content=row.body and Content.model_validate_json(row.body),
            created_at=row.created_at,
        )
