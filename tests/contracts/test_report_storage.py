"""Stored reports, on every database."""

from __future__ import annotations

from dataclasses import replace

from handlers.report.compose import compose
from handlers.report.record import Report, ReportState
from tests.contracts.conftest import NOW, Store
from tests.handlers.report.session import a_session, an_interview


async def test_a_report_is_kept_and_replaced(store: Store) -> None:
    session = a_session()
    asked = Report(
        session_id=session.id,
        team_id="team",
        member_id="ada",
        number=1,
        state=ReportState.PENDING,
        created_at=NOW,
    )
    made = replace(
        asked, number=2, state=ReportState.SENT, content=compose(an_interview().material())
    )
    async with store.open() as work:
        assert await work.practice.add(session)
        assert await work.reports.get(session.id) is None
        await work.reports.put(asked)
        assert await work.reports.locked(session.id) == asked
        await work.reports.put(made)

    async with store.open(read_only=True) as work:
        assert await work.reports.get(session.id) == made
        assert made.subject == f"{session.id}.2"
