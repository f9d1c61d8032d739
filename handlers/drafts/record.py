"""A draft as it is stored, and what is needed of storage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from questions.importers.draft import Draft
from questions.role import Role


class DraftState(StrEnum):
    """What became of a draft."""

    WAITING = "waiting"
    APPROVED = "approved"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True)
class StoredDraft:
    """A draft of a team.

    Attributes:
        digest: of what was imported; a second draft with it is not stored, whatever became of
            the first.
        question_id: the question that it became.
        decided_by: who approved or dropped it, as they are called; empty on the command line.
    """

    id: str
    team_id: str
    digest: str
    draft: Draft
    created_at: datetime
    state: DraftState = DraftState.WAITING
    question_id: str | None = None
    decided_by: str = ""


class DraftRepository(Protocol):
    """Drafts of every team."""

    async def add_all(self, drafts: Sequence[StoredDraft]) -> int:
        """Store those whose team and digest are new; return how many were."""

    async def get(self, team_id: str, draft_id: str) -> StoredDraft | None:
        """Return a team's draft."""

    async def beginning(self, team_id: str, prefix: str) -> list[StoredDraft]:
        """Return up to three of a team's drafts whose id begins with ``prefix``."""

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

    async def count(self, team_id: str, state: DraftState, role: Role | None = None) -> int:
        """Return how many of a team's drafts are in one state."""

    async def change(self, draft: StoredDraft) -> bool:
        """Store a draft's new content or state; ``False``, changing nothing, unless it waited."""
