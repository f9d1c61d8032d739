"""The job that grades an answer and shows the grade. Every stage is a row; none happens twice."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from handlers.answers.grade_message import grade_message, pending_message, ungraded_message
from handlers.answers.submit import show_job
from handlers.delivery import Deliverer
from handlers.leaderboard.board import points_for
from handlers.message import Message
from handlers.metering.budget import Payer
from handlers.metering.metered import MeteredGrader
from handlers.ports import Again, DeliveryFailed, Reaction, TargetGone
from handlers.records import Answer, AnswerState, ScoreEntry
from handlers.retry import delay_before
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from questions.grading import Grade, Ungraded, UngradedReason
from questions.ports import GraderUnavailable
from questions.question import Question

_LOG = logging.getLogger(__name__)
# The person is told within a minute that the grade takes longer.
PENDING_NOTE_AFTER: Final = 40.0
_GRADER_RETRIES: Final = (5.0, 20.0, 60.0, 120.0, 300.0)
# A platform may be down for long; a grade is worth a day of trying.
_SHOW_RETRIES: Final = (2.0, 5.0, 15.0, 60.0, 300.0, *(900.0,) * 96)


class GradeJob:
    """Handles the `GRADE_ANSWER` job, and `SHOW_GRADE` where showing has to wait."""

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        deliverer: Deliverer,
        grader: MeteredGrader,
        *,
        pending_note_after: float = PENDING_NOTE_AFTER,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._deliverer = deliverer
        self._grader = grader
        self._pending_note_after = pending_note_after

    async def __call__(self, answer_id: str, attempt: int) -> Again | None:
        """Grade and show the answer, as far as it has not been; see `JobHandler`."""
        answer, question = await self._read(answer_id)
        if answer is None or question is None:
            _LOG.error("answer %s or its question is gone", answer_id)
            return None
        if answer.state is AnswerState.PENDING:
            if attempt == 1:
                await self._react(answer, Reaction.RECEIVED)
            try:
                outcome = await self._judge(answer, question)
            except GraderUnavailable as error:
                delay = delay_before(attempt, _GRADER_RETRIES, error.retry_after)
                _LOG.warning("answer %s waits for its grade: %s", answer.id, error.reason)
                if delay is not None:
                    await self._say_pending(answer)
                    return Again(delay)
                outcome = _gave_up(error)
            answer = await self._store(answer, question, outcome)
        await self._show_or_leave(answer, question)
        return None

    async def show(self, answer_id: str, attempt: int) -> Again | None:
        """Show a grade that could not be shown at once; see `JobHandler`."""
        answer, question = await self._read(answer_id)
        if answer is None or question is None or answer.state is AnswerState.PENDING:
            return None
        failed = await self._try_to_show(answer, question)
        if failed is None:
            return None
        delay = delay_before(attempt, _SHOW_RETRIES, failed.retry_after)
        return None if delay is None else Again(delay)

    async def gave_up(self, answer_id: str, error_id: str) -> None:
        """Say that an answer can't be graded; see `handlers.ports.GaveUp`."""
        answer, question = await self._read(answer_id)
        if answer is None or question is None or answer.state is not AnswerState.PENDING:
            return
        outcome = Ungraded(
            reason=UngradedReason.INTERNAL,
            detail=(
                f"Something went wrong on my side (number {error_id}). "
                "Send it again to have it graded."
            ),
        )
        await self._show_or_leave(await self._store(answer, question, outcome), question)

    async def _read(self, answer_id: str) -> tuple[Answer | None, Question | None]:
        async with self._unit_of_work(read_only=True) as work:
            answer = await work.answers.get(answer_id)
            question = None if answer is None else await _question(work, answer)
        return answer, question

    async def _judge(self, answer: Answer, question: Question) -> Grade | Ungraded:
        payer = Payer(team_id=answer.team_id, member_id=answer.member_id, key=f"grade:{answer.id}")
        judging = asyncio.create_task(self._grader.grade(question, answer.text, payer))
        try:
            await asyncio.wait({judging}, timeout=self._pending_note_after)
            if not judging.done():
                await self._say_pending(answer)
            return await judging
        finally:
            judging.cancel()

    async def _store(self, answer: Answer, question: Question, outcome: Grade | Ungraded) -> Answer:
        async with self._unit_of_work() as work:
            stored = await work.answers.get(answer.id)
            if stored is None or stored.state is not AnswerState.PENDING:
                return stored or answer
            if isinstance(outcome, Ungraded):
                ungraded = replace(
                    answer,
                    state=AnswerState.UNGRADED,
                    reason=outcome.reason,
                    detail=outcome.detail,
                )
                await work.answers.update(ungraded)
                return ungraded
            graded = replace(answer, state=AnswerState.GRADED)
            await work.answers.update(graded)
            await work.answers.add_grade(graded, outcome)
            await work.scores.put(await _score(work, graded, question, outcome))
            return graded

    async def _show_or_leave(self, answer: Answer, question: Question) -> None:
        """Show the grade; where that fails, leave it to a job that counts its own tries."""
        if await self._try_to_show(answer, question) is not None:
            async with self._unit_of_work() as work:
                await work.enqueue(show_job(answer))

    async def _try_to_show(self, answer: Answer, question: Question) -> DeliveryFailed | None:
        message = await self._message(answer, question)
        try:
            await self._deliverer.deliver(
                answer.show_in, message, team_id=answer.team_id, key=f"grade:{answer.id}"
            )
        except TargetGone as error:
            _LOG.warning("the grade of %s can't be shown: %s", answer.id, error.reason)
            return None
        except DeliveryFailed as error:
            _LOG.warning("the grade of %s is not shown yet: %s", answer.id, error.reason)
            return error
        graded = answer.state is AnswerState.GRADED
        await self._react(answer, Reaction.GRADED if graded else Reaction.UNGRADED)
        return None

    async def _message(self, answer: Answer, question: Question) -> Message:
        async with self._unit_of_work(read_only=True) as work:
            name = await work.answers.member_name(answer)
            grade = await work.answers.grade(answer.id)
            titles = {} if grade is None else await _titles(work, answer, grade)
        if answer.state is AnswerState.GRADED and grade is not None:
            points = points_for(grade.score, question.difficulty)
            return grade_message(grade, question, answer, name=name, points=points, titles=titles)
        return ungraded_message(answer, name=name)

    async def _say_pending(self, answer: Answer) -> None:
        async with self._unit_of_work(read_only=True) as work:
            name = await work.answers.member_name(answer)
        try:
            await self._deliverer.deliver(
                answer.show_in,
                pending_message(name=name),
                team_id=answer.team_id,
                key=f"pending:{answer.id}",
            )
        except DeliveryFailed as error:
            _LOG.warning("no pending note for %s: %s", answer.id, error)

    async def _react(self, answer: Answer, reaction: Reaction) -> None:
        platform = self._deliverer.platform(answer.show_in)
        if platform is not None and answer.message is not None:
            await platform.react(answer.message, reaction)


async def _question(work: UnitOfWork, answer: Answer) -> Question | None:
    return await work.questions.get(answer.team_id, answer.question_id, answer.question_version)


async def _titles(work: UnitOfWork, answer: Answer, grade: Grade) -> dict[str, str]:
    """Return the titles of the questions whose model answers the grader drew on, by id."""
    found = [await work.questions.get(answer.team_id, id_) for id_ in grade.related]
    return {question.id: question.title for question in found if question is not None}


async def _score(work: UnitOfWork, answer: Answer, question: Question, grade: Grade) -> ScoreEntry:
    zone = await work.teams.zone(answer.team_id)
    return ScoreEntry(
        answer_id=answer.id,
        team_id=answer.team_id,
        member_id=answer.member_id,
        member_name="",
        question_id=answer.question_id,
        score=grade.score,
        points=points_for(grade.score, question.difficulty),
        earned_at=answer.created_at,
        earned_on=answer.created_at.astimezone(ZoneInfo(zone)).date(),
    )


def _gave_up(error: GraderUnavailable) -> Ungraded:
    return Ungraded(
        reason=UngradedReason.UNAVAILABLE,
        detail=f"I tried several times, but {error.reason}. Send it again later to have it graded.",
    )
