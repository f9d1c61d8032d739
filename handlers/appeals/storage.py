"""What appeals need from storage."""

from __future__ import annotations

from typing import Protocol

from handlers.appeals.record import Appeal, AppealState


class AppealRepository(Protocol):
    """Objections to grades, and what came of them."""

    async def add(self, appeal: Appeal) -> bool:
        """Store a new appeal.

        Returns:
            ``False`` where its id is known or its answer has an undecided appeal; nothing is
            stored then.
        """

    async def get(self, appeal_id: str) -> Appeal | None:
        """Return one appeal."""

    async def undecided_of(self, answer_id: str) -> Appeal | None:
        """Return the appeal against an answer's grade that nobody has decided yet."""

    async def exists_for(self, answer_id: str) -> bool:
        """Return whether an answer's grade was ever appealed against."""

    async def undecided(self, team_id: str) -> list[Appeal]:
        """Return a team's appeals that nobody has decided yet, oldest first."""

    async def advance(self, appeal: Appeal, *, since: AppealState) -> bool:
        """Store an appeal's new state; ``False``, changing nothing, unless it was in ``since``."""
