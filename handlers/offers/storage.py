"""What offers need from storage."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from handlers.offers.record import Offer, OfferEvent, OfferState


class OfferRepository(Protocol):
    """Answers offered as model answers, and their history."""

    async def add(self, offer: Offer) -> bool:
        """Store a new offer; ``False``, changing nothing, if its id is known."""

    async def get(self, offer_id: str) -> Offer | None:
        """Return one offer."""

    async def of_answer(self, answer_id: str) -> list[Offer]:
        """Return every offer of an answer, oldest first."""

    async def of_team(
        self, team_id: str, state: OfferState, question_id: str | None = None
    ) -> list[Offer]:
        """Return a team's offers in one state, to one question if it is named, oldest first."""

    async def advance(
        self, offer: Offer, *, since: OfferState, by: str | None, at: datetime
    ) -> bool:
        """Store an offer's new state and add it to its history.

        Args:
            offer: as it is to be.
            since: the state it must be in; in another one nothing changes.
            by: the member who did it.
            at: when.
        """

    async def history(self, offer_id: str) -> list[OfferEvent]:
        """Return an offer's steps, its making first."""

    async def teams(self) -> list[str]:
        """Return the ids of teams that ever had an offer."""

    async def answers_to(self, team_id: str, member_id: str, question_id: str) -> list[str]:
        """Return the ids of a member's graded answers to a question, newest first."""
