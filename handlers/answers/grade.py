"""The job that grades an answer and shows the grade. Every stage is a row; none happens twice."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from functools import partial
from typing import Final

from handlers.answers.change import earlier_state, second_round
from handlers.answers.grade_message import pending_message
from handlers.answers.revision import is_same
from handlers.answers.showing import GradeShower, grade_key
from handlers.answers.submit import regrade_job, show_job
from handlers.delivery import Deliverer
from handlers.leaderboard.entry import put_points
from handlers.metering.budget import Payer
from handlers.metering.metered import MeteredGrader
from handlers.ports import Again, DeliveryFailed, Reaction, TargetGone
from handlers.records import Answer, AnswerState, RevealState
from handlers.retry import GRADER_DELAYS, delay_before, platform_delays
from handlers.reveal.job import late_grade_job
from handlers.reviews.note import note_answer
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from questions.grading import Grade, Ungraded, UngradedReason
from questions.ports import GraderUnavailable
from questions.question import Question

_LOG = logging.getLogger(__name__)
# The person is told within a minute that the grade takes longer.
PENDING_NOTE_AFTER: Final = 40.0
# A platform may be down for long; a grade is worth a day of trying.
_SHOW_RETRIES: Final = platform_delays(hours=24)


class GradeJob:
    """Handles the jobs that grade an answer, grade it once more, and show its grade later."""

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
        self._shower = GradeShower(unit_of_work, deliverer)
        self._pending_note_after = pending_note_after

    async def __call__(self, answer_id: str, attempt: int) -> Again | None:
        """Grade and show the answer, as far as it has not been; see `JobHandler`."""
        return await self._grade(answer_id, attempt, round_=1)

    async def again(self, answer_id: str, attempt: int) -> Again | None:
        """Do the same for an answer that was edited after its first grade; see `JobHandler`."""
        return await self._grade(answer_id, attempt, round_=2)

    async def show(self, answer_id: str, attempt: int) -> Again | None:
        """Show a grade that could not be shown at once; see `JobHandler`."""
        answer, question = await self._read(answer_id)
        if answer is None or question is None or not _is_judged(answer):
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
        answer = await self._unit_of_work.run(partial(_store, answer, question, outcome))
        await self._show_or_leave(answer, question)

    async def _grade(self, answer_id: str, attempt: int, *, round_: int) -> Again | None:
        answer, question = await self._unit_of_work.run(partial(_begin, answer_id, round_))
        if answer is None or question is None:
            return None
        if answer.state is AnswerState.PENDING:
            if attempt == 1:
                await self._shower.react(answer, Reaction.RECEIVED)
            try:
                outcome = await self._judge(answer, question)
            except GraderUnavailable as error:
                delay = delay_before(attempt, GRADER_DELAYS, error.retry_after)
                _LOG.warning("answer %s waits for its grade: %s", answer.id, error.reason)
                if delay is not None:
                    await self._say_pending(answer)
                    return Again(delay)
                outcome = _gave_up(error)
            answer = await self._unit_of_work.run(partial(_store, answer, question, outcome))
        await self._show_or_leave(answer, question)
        await self._leave_late(answer)
        return None

    async def _read(self, answer_id: str) -> tuple[Answer | None, Question | None]:
        async with self._unit_of_work(read_only=True) as work:
            answer = await work.answers.get(answer_id)
            question = None if answer is None else await _question(work, answer)
        return answer, question

    async def _judge(self, answer: Answer, question: Question) -> Grade | Ungraded:
        payer = Payer(
            team_id=answer.team_id, member_id=answer.member_id, key=grade_key("grade", answer)
        )
        judging = asyncio.create_task(self._grader.grade(question, answer.text, payer))
        try:
            await asyncio.wait({judging}, timeout=self._pending_note_after)
            if not judging.done():
                await self._say_pending(answer)
            return await judging
        finally:
            judging.cancel()

    async def _show_or_leave(self, answer: Answer, question: Question) -> None:
        """Show the grade; where that fails, leave it to a job that counts its own tries."""
        if _is_judged(answer) and await self._try_to_show(answer, question) is not None:
            async with self._unit_of_work() as work:
                await work.enqueue(show_job(answer))

    async def _leave_late(self, answer: Answer) -> None:
        """Have a grade told in the thread that the reveal came too early for."""
        if answer.state is not AnswerState.GRADED:
            return
        async with self._unit_of_work(read_only=True) as work:
            occurrence = await work.occurrences.get(answer.occurrence_id)
        if occurrence is not None and occurrence.reveal is RevealState.DONE:
            async with self._unit_of_work() as work:
                await work.enqueue(late_grade_job(answer))

    async def _try_to_show(self, answer: Answer, question: Question) -> DeliveryFailed | None:
        try:
            await self._shower.show(answer, question)
        except TargetGone as error:
            _LOG.warning("the grade of %s can't be shown: %s", answer.id, error.reason)
        except DeliveryFailed as error:
            _LOG.warning("the grade of %s is not shown yet: %s", answer.id, error.reason)
            return error
        return None

    async def _say_pending(self, answer: Answer) -> None:
        async with self._unit_of_work(read_only=True) as work:
            name = await work.answers.member_name(answer)
        try:
            to = await self._shower.place(answer)
            if to is not None:
                await self._deliverer.deliver(
                    to,
                    pending_message(name=name),
                    team_id=answer.team_id,
                    key=grade_key("pending", answer),
                )
        except DeliveryFailed as error:
            _LOG.warning("no pending note for %s: %s", answer.id, error)


async def _begin(
    answer_id: str, round_: int, work: UnitOfWork
) -> tuple[Answer | None, Question | None]:
    """Pin the text that is judged: an edit that comes later waits for a round of its own."""
    answer = await work.answers.locked(answer_id)
    question = None if answer is None else await _question(work, answer)
    if answer is None or question is None:
        _LOG.error("answer %s or its question is gone", answer_id)
        return None, None
    if answer.round != round_ or answer.state is AnswerState.WITHDRAWN:
        return None, None
    if answer.state is AnswerState.PENDING and not answer.begun:
        answer = replace(answer, begun=True)
        await work.answers.update(answer)
    return answer, question


async def _store(
    answer: Answer, question: Question, outcome: Grade | Ungraded, work: UnitOfWork
) -> Answer:
    """Store what was judged, unless the answer was withdrawn meanwhile."""
    stored = await work.answers.locked(answer.id)
    if stored is None:
        return replace(answer, state=AnswerState.WITHDRAWN)
    if stored.state is not AnswerState.PENDING or stored.round != answer.round:
        return stored
    if isinstance(outcome, Ungraded):
        judged = await _ungraded(work, stored, outcome)
    else:
        judged = replace(stored, state=AnswerState.GRADED)
        await work.answers.add_grade(judged, outcome)
        await put_points(work, judged, question, outcome.score)
        await note_answer(work, judged, question, outcome)
    edited = judged.waiting_text
    if edited is not None and not is_same(judged.text, edited):
        judged = second_round(judged, edited)
        await work.enqueue(regrade_job(judged))
    await work.answers.update(judged)
    return judged


def _is_judged(answer: Answer) -> bool:
    return answer.state in {AnswerState.GRADED, AnswerState.UNGRADED}


async def _ungraded(work: UnitOfWork, answer: Answer, outcome: Ungraded) -> Answer:
    """Return an answer without a grade; one that had a grade before its edit keeps that."""
    if answer.round > 1 and await earlier_state(work, answer) is AnswerState.GRADED:
        return replace(
            answer,
            state=AnswerState.GRADED,
            text=answer.first_text or answer.text,
            detail=outcome.detail,
        )
    return replace(answer, state=AnswerState.UNGRADED, reason=outcome.reason, detail=outcome.detail)


async def _question(work: UnitOfWork, answer: Answer) -> Question | None:
    return await work.questions.get(answer.team_id, answer.question_id, answer.question_version)


def _gave_up(error: GraderUnavailable) -> Ungraded:
    return Ungraded(
        reason=UngradedReason.UNAVAILABLE,
        detail=f"I tried several times, but {error.reason}. Send it again later to have it graded.",
    )
