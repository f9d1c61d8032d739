"""What metering needs from storage: kept judgements, and accounts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from handlers.answers.judge import Judged
from handlers.metering.budget import Amount, DayUse, Payer, Reservation


class JudgementRepository(Protocol):
    """Judgements that are used again where the same reply comes once more in a team.

    A judgement holds the words that its grader quoted and said; the rest of the reply is not
    kept, and a key is a digest of it.
    """

    async def get(self, team_id: str, key: str) -> Judged | None:
        """Return what is kept under a key; ``None`` too where an older release's is unreadable."""

    async def put(self, team_id: str, key: str, judged: Judged, now: datetime) -> None:
        """Keep a judgement, in place of an earlier one."""

    async def forget(self, before: datetime) -> None:
        """Forget the judgements that were kept before an instant."""


class SpendingRepository(Protocol):
    """What grading has used, by team, member and the team's local day."""

    async def lock(self, team_id: str) -> None:
        """Keep others from changing the team's accounts until this unit of work ends."""

    async def used(self, team_id: str, member_id: str, day: date) -> DayUse:
        """Return what a member and their team have spent and reserved on a day."""

    async def reserve(self, reservation: Reservation) -> None:
        """Hold an amount, in place of what is held under the same key."""

    async def release(self, payer: Payer) -> None:
        """Hold nothing under the payer's key any more."""

    async def release_expired(self, team_id: str, now: datetime) -> None:
        """Hold nothing any more that was held until ``now`` or earlier."""

    async def add(self, team_id: str, member_id: str, day: date, amount: Amount) -> None:
        """Count an amount as spent."""

    async def forget(self, before: date) -> None:
        """Forget what was spent and reserved on the days before a date."""
