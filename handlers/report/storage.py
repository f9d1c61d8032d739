"""What reports need from storage."""

from __future__ import annotations

from typing import Protocol

from handlers.report.record import Report


class ReportRepository(Protocol):
    """Reports, one a session."""

    async def get(self, session_id: str) -> Report | None:
        """Return a session's report."""

    async def locked(self, session_id: str) -> Report | None:
        """Return a session's report and keep others from changing it until this unit ends."""

    async def put(self, report: Report) -> None:
        """Store a report, in place of the session's earlier one."""
