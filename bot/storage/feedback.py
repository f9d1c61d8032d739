"""Presses on feedback buttons in SQL."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import feedback, grades
from bot.storage.upsert import put
from handlers.feedback.record import Press
from questions.grading import Grade


class SqlFeedback:
    """See `handlers.feedback.record.FeedbackRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def grade(self, answer_id: str, number: int) -> Grade | None:
        """Return the grade of this number, from 1, that an answer got."""
        if number < 1:
            return None
        body = await self._connection.scalar(
            sa.select(grades.c.body)
            .where(grades.c.answer_id == answer_id)
            .order_by(grades.c.seq)
            .offset(number - 1)
            .limit(1)
        )
        return Grade.model_validate_json(body) if body is not None else None

    async def put(self, press: Press) -> None:
        """Store a press, in place of the member's earlier one on the same grade."""
        row = {
            "team_id": press.team_id,
            "answer_id": press.answer_id,
            "number": press.number,
            "member_id": press.member_id,
            "prompt_version": press.prompt_version,
            "helpful": press.helpful,
            "pressed_at": press.pressed_at,
        }
        key = ("answer_id", "number", "member_id", "prompt_version")
        await put(self._connection, feedback, row, key)

    async def of_answer(self, answer_id: str) -> list[Press]:
        """Return the presses on an answer's grades, earliest first."""
        rows = await self._connection.execute(
            sa.select(feedback)
            .where(feedback.c.answer_id == answer_id)
            .order_by(feedback.c.pressed_at, feedback.c.member_id)
        )
        return [
            Press(
                team_id=row.team_id,
                answer_id=row.answer_id,
                number=row.number,
                member_id=row.member_id,
                prompt_version=row.prompt_version,
                helpful=row.helpful,
                pressed_at=row.pressed_at,
            )
            for row in rows
        ]
