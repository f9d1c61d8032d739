"""What a person's own page is made of, as it is read from storage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handlers.records import AnswerState, Occurrence, Schedule


@dataclass(frozen=True, kw_only=True)
class OwnAnswer:
    """One of a member's own answers, in short.

    Attributes:
        score: its grade, 0 to 5; ``None`` while it has none.
    """

    occurrence_id: str
    state: AnswerState
    created_at: datetime
    score: float | None = None


class HomeRepository(Protocol):
    """Reads across a team for somebody's own page."""

    async def questions(self, team_id: str, since: datetime) -> list[Occurrence]:
        """Return the questions posted to a team since an instant, oldest first."""

    async def answers(self, member_id: str, since: datetime) -> list[OwnAnswer]:
        """Return a member's answers since an instant, oldest first."""

    async def asked(self, member_id: str, since: datetime) -> Sequence[datetime]:
        """Return when questions came in the channels in which a member answers, oldest first."""

    async def schedules(self, team_id: str) -> list[Schedule]:
        """Return a team's schedules, paused ones too, by time of day."""
