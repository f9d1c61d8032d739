"""The bank in SQL."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import questions
from bot.storage.upsert import insert_new, put
from handlers.storage import SHIPPED_TEAM
from questions.question import Question
from questions.role import Role
from questions.selection import QuestionCard


class SqlQuestions:
    """See `handlers.storage.QuestionRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(
        self, team_id: str, question_id: str, version: int | None = None
    ) -> Question | None:
        """Return a question that the team may ask; the newest version unless one is named."""
        query = (
            sa.select(questions.c.body)
            .where(questions.c.team_id.in_([team_id, SHIPPED_TEAM]), questions.c.id == question_id)
            .order_by(questions.c.version.desc())
            .limit(1)
        )
        if version is not None:
            query = query.where(questions.c.version == version)
        body = await self._connection.scalar(query)
        return Question.model_validate_json(body) if body is not None else None

    async def cards(self, team_id: str, role: Role | None = None) -> list[QuestionCard]:
        """Return the newest version of every question the team may ask, by id."""
        query = (
            sa.select(
                questions.c.id,
                sa.func.max(questions.c.version).label("version"),
                questions.c.role,
                questions.c.difficulty,
                questions.c.topic,
                questions.c.title,
            )
            .where(questions.c.team_id.in_([team_id, SHIPPED_TEAM]), ~questions.c.retired)
            .group_by(
                questions.c.id,
                questions.c.role,
                questions.c.difficulty,
                questions.c.topic,
                questions.c.title,
            )
            .order_by(questions.c.id, sa.desc("version"))
        )
        if role is not None:
            query = query.where(questions.c.role == role.value)
        newest: dict[str, QuestionCard] = {}
        for row in await self._connection.execute(query):
            card = QuestionCard(
                id=row.id,
                version=row.version,
                role=Role(row.role),
                difficulty=row.difficulty,
                topic=row.topic,
                title=row.title,
            )
            newest.setdefault(card.id, card)
        return list(newest.values())

    async def all(self, team_id: str) -> list[Question]:
        """Return the newest version of every question stored under ``team_id``, by id."""
        rows = await self._connection.execute(
            sa.select(questions.c.id, questions.c.body)
            .where(questions.c.team_id == team_id, ~questions.c.retired)
            .order_by(questions.c.id, questions.c.version)
        )
        newest = {row.id: row.body for row in rows}
        return [Question.model_validate_json(body) for body in newest.values()]

    async def owners(self) -> list[str]:
        """Return the ids of teams that have or had questions of their own."""
        rows = await self._connection.execute(
            sa.select(questions.c.team_id).where(questions.c.team_id != SHIPPED_TEAM).distinct()
        )
        return [row.team_id for row in rows]

    async def ids(self, team_id: str) -> frozenset[str]:
        """Return every id that a team's questions have or had, those of the bank included."""
        rows = await self._connection.execute(
            sa.select(questions.c.id)
            .where(questions.c.team_id.in_([team_id, SHIPPED_TEAM]))
            .distinct()
        )
        return frozenset(row.id for row in rows)

    async def add(self, team_id: str, question: Question) -> bool:
        """Store a version of a team's own question; ``False`` where it is there already."""
        return await insert_new(self._connection, questions, _row(team_id, question))

    async def retire(self, team_id: str, question_id: str) -> None:
        """Ask a team's own question no longer; its versions stay for their grades."""
        await self._connection.execute(
            sa.update(questions)
            .where(questions.c.team_id == team_id, questions.c.id == question_id)
            .values(retired=True)
        )

    async def versions(self, team_id: str, question_id: str) -> list[tuple[Question, bool]]:
        """Return every version of a team's own question, newest first, and whether retired."""
        rows = await self._connection.execute(
            sa.select(questions.c.body, questions.c.retired)
            .where(questions.c.team_id == team_id, questions.c.id == question_id)
            .order_by(questions.c.version.desc())
        )
        return [(Question.model_validate_json(row.body), row.retired) for row in rows]

    async def sync(self, team_id: str, bank: Sequence[Question]) -> int:
        """Store what is new or changed and retire what is gone; return how many changed."""
        rows = await self._connection.execute(
            sa.select(
                questions.c.id, questions.c.version, questions.c.digest, questions.c.retired
            ).where(questions.c.team_id == team_id)
        )
        stored = {(row.id, row.version): (row.digest, row.retired) for row in rows}
        changed = 0
        for question in bank:
            row = _row(team_id, question)
            if stored.pop((question.id, question.version), None) == (row["digest"], False):
                continue
            changed += 1
            await put(self._connection, questions, row, ("team_id", "id", "version"))
        for (question_id, version), (_, retired) in stored.items():
            if retired:
                continue
            changed += 1
            await self._connection.execute(
                sa.update(questions)
                .where(
                    questions.c.team_id == team_id,
                    questions.c.id == question_id,
                    questions.c.version == version,
                )
                .values(retired=True)
            )
        return changed


def _row(team_id: str, question: Question) -> dict[str, Any]:
    body = question.model_dump_json()
    return {
        "team_id": team_id,
        "id": question.id,
        "version": question.version,
        "role": question.role.value,
        "difficulty": question.difficulty,
        "topic": question.topic,
        "title": question.title,
        "digest": hashlib.sha256(body.encode()).hexdigest(),
        "retired": False,
        "body": body,
    }
