"""An appeal as it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from questions.grading import Grade


class AppealState(StrEnum):
    """How far an appeal got."""

    OPEN = "open"
    RECONSIDERED = "reconsidered"
    UPHELD = "upheld"
    OVERRIDDEN = "overridden"

    @property
    def is_decided(self) -> bool:
        """Whether a lead has had the last word."""
        return self in {AppealState.UPHELD, AppealState.OVERRIDDEN}


@dataclass(frozen=True, kw_only=True)
class Appeal:
    """A member's objection to the grade of their answer.

    Attributes:
        reason: why the grade should change, in their words.
        first_score: the score that they object to, 0 to 5.
        second: the second reading; ``None`` before it, and where there is none.
        no_second: why there is no second reading, one clause.
        decided_by: the id of the member who decided.
        decider: what that member is called; read from their row, never stored here.
        decided_score: the score that a lead gave instead, 0 to 5.
        decision_reason: why, in the lead's words.
    """

    id: str
    team_id: str
    answer_id: str
    member_id: str
    reason: str
    first_score: float
    created_at: datetime
    state: AppealState = AppealState.OPEN
    second: Grade | None = None
    no_second: str | None = None
    decided_by: str | None = None
    decider: str = ""
    decided_score: float | None = None
    decision_reason: str | None = None
