"""Claiming reveals whose time has come; one claim wins, like that of a daily question."""

from __future__ import annotations

import logging
from datetime import datetime

from handlers.answers.audience import Audience, audience_of
from handlers.records import AnswerState, Occurrence, RevealState
from handlers.reveal.job import REVEAL, reveal_grade_job, reveal_job
from handlers.reveal.rule import RevealFate, fate_of_reveal
from handlers.reviews.note import note_revealed
from handlers.storage import StorageUnavailable, UnitOfWork, UnitOfWorkFactory

_LOG = logging.getLogger(__name__)


class RevealClaims:
    """Looks for blind questions that are due to be revealed."""

    def __init__(self, unit_of_work: UnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def claim(self, now: datetime) -> int:
        """Claim what is due now; return how many questions will be revealed.

        Raises:
            StorageUnavailable: the questions can't be read.
        """
        async with self._unit_of_work(read_only=True) as work:
            due = await work.occurrences.due_reveals(now)
        claimed = 0
        for occurrence in due:
            try:
                claimed += await self._claim(occurrence, now)
            except StorageUnavailable:
                _LOG.warning("could not claim the reveal of %s", occurrence.key)
        return claimed

    async def _claim(self, occurrence: Occurrence, now: datetime) -> bool:
        async with self._unit_of_work() as work:
            if fate_of_reveal(occurrence.reveal_at, now) is RevealFate.SKIP:
                _LOG.warning("the reveal of %s is skipped: it is too late", occurrence.key)
                await skip_reveal(work, occurrence, since=None)
                return False
            won = await work.occurrences.advance_reveal(
                occurrence.id, RevealState.CLAIMED, since=None
            )
            if won:
                await work.enqueue(reveal_job(REVEAL, occurrence))
            return won


async def skip_reveal(
    work: UnitOfWork, occurrence: Occurrence, *, since: RevealState | None
) -> None:
    """End a blind question without a reveal; its authors still get their grades."""
    if await work.occurrences.advance_reveal(occurrence.id, RevealState.SKIPPED, since=since):
        await release_grades(work, occurrence)


async def release_grades(work: UnitOfWork, occurrence: Occurrence) -> None:
    """Have every author told the grade that was held."""
    if audience_of(occurrence) is Audience.EVERYBODY:
        return
    graded = [
        answer
        for answer in await work.answers.of_occurrence(occurrence.id)
        if answer.state is AnswerState.GRADED
    ]
    for answer in graded:
        await work.enqueue(reveal_grade_job(answer))
    await note_revealed(work, graded)
