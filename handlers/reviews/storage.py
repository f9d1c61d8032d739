"""What reviews and ratings need from storage."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from handlers.reviews.record import Outcome, Reminder
from questions.rating import Rating, Standing


class OutcomeRepository(Protocol):
    """The ledger of grades, and the ratings that follow from it."""

    async def lock(self, team_id: str) -> None:
        """Keep others from changing the team's ratings until this unit of work ends."""

    async def add(self, outcome: Outcome) -> bool:
        """Append a line; ``False`` if it is there already, and then nothing is stored."""

    async def latest(self, team_id: str) -> tuple[datetime, str] | None:
        """Return the `Outcome.order` of a team's last outcome."""

    async def of_team(self, team_id: str) -> list[Outcome]:
        """Return the outcomes that count, in order."""

    async def of_member(self, team_id: str, member_id: str) -> list[Outcome]:
        """Return a member's outcomes that count, in order."""

    async def rating(self, team_id: str, member_id: str) -> Rating:
        """Return a member's rating; a fresh one where they have no grade yet."""

    async def question_ratings(
        self, team_id: str, question_ids: Iterable[str]
    ) -> dict[str, Rating]:
        """Return the ratings of those questions that were answered in the team."""

    async def put_ratings(self, team_id: str, standing: Standing) -> None:
        """Store ratings in place of the earlier ones of the same people and questions."""

    async def clear_ratings(self, team_id: str) -> None:
        """Forget a team's ratings, to store them anew."""

    async def grades_of(self, answer_id: str) -> int:
        """Return how many grades an answer has had."""


class ReminderRepository(Protocol):
    """When people want to practise."""

    async def put(self, reminder: Reminder) -> None:
        """Store somebody's reminder, in place of their earlier one."""

    async def get(self, member_id: str) -> Reminder | None:
        """Return somebody's reminder."""

    async def remove(self, member_id: str) -> bool:
        """Remove somebody's reminder; ``False`` where there is none."""

    async def all(self) -> list[Reminder]:
        """Return every reminder."""

    async def claim(self, reminder: Reminder, day: date) -> bool:
        """Note that a local date is taken care of; ``False`` where somebody else did so."""
