"""The jobs that reveal a blind question and say so in its thread."""

from __future__ import annotations

import logging
from typing import Final

from handlers.answers.grade_message import grade_line
from handlers.delivery import Deliverer
from handlers.message import Message, say
from handlers.offers.record import OfferState
from handlers.ports import Again, DeliveryFailed, TargetGone
from handlers.records import AnswerState, Occurrence, RevealState
from handlers.retry import delay_before, platform_delays
from handlers.reveal.claim import release_grades, skip_reveal
from handlers.reveal.job import POST_REVEAL, reveal_job
from handlers.reveal.message import Line, reveal_message
from handlers.storage import UnitOfWorkFactory

_LOG = logging.getLogger(__name__)
# Answers that came just before the reveal are worth a wait for their grades: ten minutes.
_PAUSES: Final = (*(2.0,) * 30, *(15.0,) * 36)
_RETRIES: Final = platform_delays(hours=6)


class Reveal:
    """Handles the `REVEAL`, `POST_REVEAL` and `LATE_GRADE` jobs."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, deliverer: Deliverer) -> None:
        self._unit_of_work = unit_of_work
        self._deliverer = deliverer

    async def __call__(self, occurrence_id: str, attempt: int) -> Again | None:
        """Lift the cover off the grades once those under way are there; see `JobHandler`."""
        async with self._unit_of_work() as work:
            occurrence = await work.occurrences.get(occurrence_id)
            if occurrence is None or occurrence.reveal is not RevealState.CLAIMED:
                return None
            answers = await work.answers.of_occurrence(occurrence_id)
            waiting = any(answer.state is AnswerState.PENDING for answer in answers)
            pause = delay_before(attempt, _PAUSES)
            if waiting and pause is not None:
                return Again(pause)
            await work.occurrences.advance_reveal(
                occurrence_id, RevealState.DONE, since=RevealState.CLAIMED
            )
            await work.enqueue(reveal_job(POST_REVEAL, occurrence))
        return None

    async def gave_up(self, occurrence_id: str, error_id: str) -> None:
        """End without a reveal: grades must not stay hidden for ever; see `GaveUp`."""
        _LOG.error("no reveal of %s: error %s", occurrence_id, error_id)
        async with self._unit_of_work() as work:
            occurrence = await work.occurrences.get(occurrence_id)
            if occurrence is not None:
                await skip_reveal(work, occurrence, since=RevealState.CLAIMED)

    async def post(self, occurrence_id: str, attempt: int) -> Again | None:
        """Tell everybody's grade and the model answer in the thread; see `JobHandler`."""
        async with self._unit_of_work() as work:
            occurrence = await work.occurrences.get(occurrence_id)
            question = occurrence and await work.questions.get(
                occurrence.team_id, occurrence.question_id or "", occurrence.question_version
            )
            if not occurrence or not question:
                return None
            teammates = await work.offers.of_team(
                occurrence.team_id, OfferState.ACCEPTED, question.id
            )
            # Read after the cover was lifted: a grade that is stored later finds it gone.
            await release_grades(work, occurrence)
            lines = [
                Line(
                    name=await work.answers.member_name(answer),
                    answer=answer,
                    grade=await work.answers.grade(answer.id),
                )
                for answer in await work.answers.of_occurrence(occurrence_id)
            ]
        return await self._say(
            occurrence,
            reveal_message(question, lines, teammates),
            f"reveal:{occurrence.id}",
            attempt,
        )

    async def late(self, answer_id: str, attempt: int) -> Again | None:
        """Tell a grade in the thread that the reveal came too early for; see `JobHandler`."""
        async with self._unit_of_work(read_only=True) as work:
            answer = await work.answers.get(answer_id)
            grade = await work.answers.grade(answer_id)
            occurrence = answer and await work.occurrences.get(answer.occurrence_id)
            if not answer or not occurrence or grade is None:
                return None
            name = await work.answers.member_name(answer)
        message = say(f"One more grade: {grade_line(name, grade)}")
        return await self._say(occurrence, message, f"late:{answer_id}", attempt)

    async def _say(
        self, occurrence: Occurrence, message: Message, key: str, attempt: int
    ) -> Again | None:
        try:
            await self._deliverer.deliver(
                occurrence.thread or occurrence.channel,
                message,
                team_id=occurrence.team_id,
                key=key,
            )
        except TargetGone as error:
            _LOG.warning("%s can't be shown: %s", key, error.reason)
            return None
        except DeliveryFailed as error:
            _LOG.warning("%s is not shown yet: %s", key, error.reason)
            delay = delay_before(attempt, _RETRIES, error.retry_after)
            return None if delay is None else Again(delay)
        return None
