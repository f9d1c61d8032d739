"""What is done with drafts, in chat and on the command line alike."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from handlers.drafts.record import DraftState, StoredDraft
from handlers.storage import UnitOfWork
from questions.importers.approve import NotReady, free_id, question_of
from questions.importers.draft import Draft
from questions.question import Question

# Makes a draft's id from its team and content, so that importing it again makes the same.
_NAMESPACE: Final = uuid.UUID("0d5c9b0e-54b6-4c8f-9a55-6f4b6c1f6f0a")


class Decided(Exception):
    """Somebody else has approved or dropped the draft already.

    Attributes:
        draft: as it is now.
    """

    def __init__(self, draft: StoredDraft | None) -> None:
        super().__init__(draft.state if draft else "gone")
        self.draft = draft


@dataclass(frozen=True)
class Kept:
    """What came of storing drafts.

    Attributes:
        new: how many were stored.
        known: how many had been imported before.
    """

    new: int
    known: int


async def keep(work: UnitOfWork, team_id: str, drafts: Sequence[Draft], now: datetime) -> Kept:
    """Store drafts for a team; those that it has had before change nothing."""
    stored = [
        StoredDraft(
            id=uuid.uuid5(_NAMESPACE, f"{team_id}/{draft.digest}").hex,
            team_id=team_id,
            digest=draft.digest,
            draft=draft,
            created_at=now,
        )
        for draft in drafts
    ]
    new = await work.drafts.add_all(stored)
    return Kept(new=new, known=len(stored) - new)


async def approve(work: UnitOfWork, stored: StoredDraft, *, by: str) -> Question:
    """Make a draft a question of its team, version 1.

    Raises:
        NotReady: it lacks something; says what.
        Decided: somebody was faster.
    """
    taken = await work.questions.ids(stored.team_id)
    draft = stored.draft
    wanted = draft.edited.id if draft.edited is not None else free_id(draft, taken)
    question = question_of(draft, wanted if wanted not in taken else free_id(draft, taken))
    if not await work.questions.add(stored.team_id, question):
        raise NotReady([f"another id than {question.id}, which is taken"])
    decided = replace(stored, state=DraftState.APPROVED, question_id=question.id, decided_by=by)
    await _store(work, decided)
    return question


async def drop(work: UnitOfWork, stored: StoredDraft, *, by: str) -> None:
    """Put a draft away; importing it again does not bring it back.

    Raises:
        Decided: somebody was faster.
    """
    await _store(work, replace(stored, state=DraftState.DROPPED, decided_by=by))


async def edit(work: UnitOfWork, stored: StoredDraft, draft: Draft) -> StoredDraft:
    """Store a draft's new content.

    Raises:
        Decided: somebody has decided on it meanwhile.
    """
    edited = replace(stored, draft=draft)
    await _store(work, edited)
    return edited


async def _store(work: UnitOfWork, stored: StoredDraft) -> None:
    if not await work.drafts.change(stored):
        raise Decided(await work.drafts.get(stored.team_id, stored.id))
