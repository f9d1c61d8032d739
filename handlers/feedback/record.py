"""A press on a grade's feedback buttons, as it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from questions.grading import Grade


@dataclass(frozen=True, kw_only=True)
class Press:
    """What a member said last about one grade.

    Attributes:
        number: which of the answer's grades it is about, from 1.
        prompt_version: the version of the words that the grader was asked with, or the grader's
            name where there are none: what people think of it can be compared by that.
        helpful: thumbs up.
    """

    team_id: str
    answer_id: str
    number: int
    member_id: str
    prompt_version: str
    helpful: bool
    pressed_at: datetime


class FeedbackRepository(Protocol):
    """Presses on feedback buttons."""

    async def grade(self, answer_id: str, number: int) -> Grade | None:
        """Return the grade of this number, from 1, that an answer got."""

    async def put(self, press: Press) -> None:
        """Store a press, in place of the member's earlier one on the same grade."""

    async def of_answer(self, answer_id: str) -> list[Press]:
        """Return the presses on an answer's grades, earliest first."""
