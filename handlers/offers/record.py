"""An answer that its author offers as a model answer, as it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from handlers.refs import UserRef


class OfferState(StrEnum):
    """What became of an offer."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Offer:
    """An answer offered to its team.

    Attributes:
        member_id: its author.
        author: the account that its author is told on.
        question_version: the version that was answered.
        text: the answer as it was when it was offered.
        score: of its grade then, 0 to 5.
        is_estimate: whether that grade was an estimate.
        named: whether its author agrees to be named with it.
        name: what its author is called; empty before it is stored.
    """

    id: str
    team_id: str
    answer_id: str
    member_id: str
    author: UserRef
    question_id: str
    question_version: int
    text: str
    score: float
    is_estimate: bool
    named: bool
    created_at: datetime
    state: OfferState = OfferState.WAITING
    name: str = ""

    @property
    def by(self) -> str:
        """Whose answer it is, as far as its author agrees to have it told."""
        return self.name if self.named and self.name else "a teammate"


@dataclass(frozen=True, kw_only=True)
class OfferEvent:
    """A step in an offer's history, which is only ever added to.

    Attributes:
        member_id: who took it; ``None`` where it followed from something else.
    """

    offer_id: str
    state: OfferState
    member_id: str | None
    at: datetime
