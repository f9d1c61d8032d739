"""A report as it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from handlers.report.content import Content


class ReportState(StrEnum):
    """How far a report got. `FAILED`: it was given up on, and can be asked for again."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Report:
    """A session's report.

    Attributes:
        number: how often it was asked for; each time is a job and a message of its own.
        content: what it says; ``None`` until it is put together, and then the same for ever.
        created_at: when it was asked for first.
    """

    session_id: str
    team_id: str
    member_id: str
    number: int
    state: ReportState
    created_at: datetime
    content: Content | None = None

    @property
    def subject(self) -> str:
        """What its job works on: the session, and which time it is asked for."""
        return f"{self.session_id}.{self.number}"
