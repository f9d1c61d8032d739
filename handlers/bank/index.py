"""Keeping the index of a team's own questions, and of the answers it took up, up to date."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

from handlers.offers.record import OfferState
from handlers.ports import Again, Job
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from questions.ports import RetrievalUnavailable
from questions.question import Question

_LOG = logging.getLogger(__name__)
INDEX_TEAM: Final = "index-team"


class TeamIndex(Protocol):
    """Holds what is found for a team."""

    async def refresh(self, read: Callable[[], Awaitable[Sequence[Question]]], *, team: str) -> int:
        """Make a team's index hold exactly what ``read`` returns; return how many passages are new.

        One update at a time, and ``read`` within it: what was read earlier is not written later.

        Raises:
            RetrievalUnavailable: it can't be written from here.
        """


def index_job(team_id: str, lane: str) -> Job:
    """Return the job that brings a team's index up to date; each change has one of its own.

    Args:
        team_id: the team whose questions changed.
        lane: the platform on which they did; see `Job`.
    """
    return Job(kind=INDEX_TEAM, subject=f"{team_id}.{uuid.uuid4().hex}", lane=lane)


async def indexed(work: UnitOfWork, team_id: str) -> list[Question]:
    """Return what a team's index is to hold.

    These are its own questions, and each question that it took a member's answer to, with that
    answer in the place of the model answer.
    """
    found = await work.questions.all(team_id)
    accepted = await work.offers.of_team(team_id, OfferState.ACCEPTED)
    if not accepted:
        return found
    asked = {card.id for card in await work.questions.cards(team_id)}
    for offer in accepted:
        question = await work.questions.get(team_id, offer.question_id)
        if question is not None and question.id in asked:
            found.append(question.model_copy(update={"model_answer": offer.text}))
    return found


def reading(
    unit_of_work: UnitOfWorkFactory, team_id: str
) -> Callable[[], Awaitable[Sequence[Question]]]:
    """Return what reads `indexed` for a team in a unit of work of its own."""

    async def read() -> Sequence[Question]:
        async with unit_of_work(read_only=True) as work:
            return await indexed(work, team_id)

    return read


async def indexed_teams(work: UnitOfWork) -> list[str]:
    """Return the ids of the teams that have, or had, something to index."""
    return sorted({*await work.questions.owners(), *await work.offers.teams()})


class TeamIndexer:
    """Handles the `INDEX_TEAM` job.

    Args:
        unit_of_work: where the questions are.
        index: what holds them; without one nothing is indexed.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory, index: TeamIndex | None) -> None:
        self._unit_of_work = unit_of_work
        self._index = index

    async def __call__(self, subject: str, attempt: int) -> Again | None:  # noqa: ARG002
        """Index what the team has now; see `JobHandler`."""
        if self._index is None:
            return None
        team_id = subject.rpartition(".")[0]
        try:
            await self._index.refresh(reading(self._unit_of_work, team_id), team=team_id)
        except RetrievalUnavailable as error:
            # The process that owns the index looks for what it lacks.
            _LOG.warning("the index of team %s stays as it was: %s", team_id, error)
        return None
