"""What hints and skips need from storage."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class HintTaken:
    """A hint that a member has seen.

    Attributes:
        number: which of the question's hints it was, from 1.
    """

    team_id: str
    member_id: str
    question_id: str
    number: int
    taken_at: datetime


@dataclass(frozen=True, kw_only=True)
class Skip:
    """A question of the day that a member passes over."""

    team_id: str
    member_id: str
    occurrence_id: str
    skipped_at: datetime


class HintRepository(Protocol):
    """Hints that were taken, and questions that were skipped."""

    async def take(self, hint: HintTaken) -> None:
        """Store that a hint was seen; one that is there already stays."""

    async def taken(self, member_id: str, question_id: str) -> Collection[int]:
        """Return the numbers of the question's hints that a member has seen."""

    async def skip(self, skip: Skip) -> bool:
        """Store that a question is passed over; ``False`` if it was already."""

    async def skipped(self, member_id: str, since: datetime) -> dict[str, datetime]:
        """Return when the questions came that a member passed over, by occurrence.

        Args:
            member_id: the member.
            since: questions that came earlier are left out.
        """
