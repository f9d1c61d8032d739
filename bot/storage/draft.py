"""Imported drafts in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import drafts
from bot.storage.upsert import insert_all_new
from handlers.drafts.record import DraftState, StoredDraft
from questions.importers.draft import Draft
from questions.role import Role

# A statement takes some 32 000 values.
_ROWS: Final = 500


class SqlDrafts:
    """See `handlers.drafts.record.DraftRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add_all(self, stored: Sequence[StoredDraft]) -> int:
        """Store those whose team and digest are new; return how many were."""
        new = 0
        for start in range(0, len(stored), _ROWS):
            rows = [_values(draft) for draft in stored[start : start + _ROWS]]
            new += await insert_all_new(self._connection, drafts, rows)
        return new

    async def get(self, team_id: str, draft_id: str) -> StoredDraft | None:
        """Return a team's draft."""
        found = await self._read(
            sa.select(drafts).where(drafts.c.team_id == team_id, drafts.c.id == draft_id)
        )
        return found[0] if found else None

    async def beginning(self, team_id: str, prefix: str) -> list[StoredDraft]:
        """Return up to three of a team's drafts whose id begins with ``prefix``."""
        return await self._read(
            sa.select(drafts)
            .where(drafts.c.team_id == team_id, drafts.c.id.startswith(prefix, autoescape=True))
            .order_by(drafts.c.id)
            .limit(3)
        )

    async def page(
        self,
        team_id: str,
        *,
        state: DraftState,
        role: Role | None = None,
        limit: int,
        offset: int = 0,
    ) -> list[StoredDraft]:
        """Return a team's drafts in one state: the surest first, then by age."""
        return await self._read(
            sa.select(drafts)
            .where(*_conditions(team_id, state, role))
            .order_by(drafts.c.confidence.desc(), drafts.c.created_at, drafts.c.id)
            .limit(limit)
            .offset(offset)
        )

    async def count(self, team_id: str, state: DraftState, role: Role | None = None) -> int:
        """Return how many of a team's drafts are in one state."""
        query = sa.select(sa.func.count()).select_from(drafts)
        found = await self._connection.scalar(query.where(*_conditions(team_id, state, role)))
        return found or 0

    async def change(self, stored: StoredDraft) -> bool:
        """Store a draft's new content or state; ``False``, changing nothing, unless it waited."""
        result = await self._connection.execute(
            sa.update(drafts)
            .where(
                drafts.c.team_id == stored.team_id,
                drafts.c.id == stored.id,
                drafts.c.state == DraftState.WAITING.value,
            )
            .values(**_values(stored))
            .returning(drafts.c.id)
        )
        return result.first() is not None

    async def _read(self, query: sa.Select[Any]) -> list[StoredDraft]:
        rows = await self._connection.execute(query)
        return [
            StoredDraft(
                id=row.id,
                team_id=row.team_id,
                digest=row.digest,
                draft=Draft.model_validate_json(row.body),
                created_at=row.created_at,
                state=DraftState(row.state),
                question_id=row.question_id,
                decided_by=row.decided_by,
            )
            for row in rows
        ]


def _conditions(team_id: str, state: DraftState, role: Role | None) -> list[sa.ColumnElement[bool]]:
    conditions = [drafts.c.team_id == team_id, drafts.c.state == state.value]
    return conditions if role is None else [*conditions, drafts.c.role == role.value]


def _values(stored: StoredDraft) -> dict[str, Any]:
    draft = stored.draft
    role = draft.edited.role if draft.edited is not None else draft.role
    return {
        "id": stored.id,
        "team_id": stored.team_id,
        "digest": stored.digest,
        "state": stored.state.value,
        "role": role.value if role is not None else None,
        "confidence": draft.confidence,
        "body": draft.model_dump_json(),
        "created_at": stored.created_at,
        "question_id": stored.question_id,
        "decided_by": stored.decided_by,
    }
