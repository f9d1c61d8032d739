"""The job that has an answer read once more. The reading is stored once, whatever happens."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Final

from handlers.appeals.case import Case, read_case
from handlers.appeals.job import TELL_READING, appeal_job
from handlers.appeals.record import AppealState
from handlers.appeals.second import SecondReader
from handlers.metering.budget import Budget, Payer
from handlers.metering.metered import MeteredGrader
from handlers.ports import Again, Clock
from handlers.retry import GRADER_DELAYS, delay_before
from handlers.storage import UnitOfWorkFactory
from questions.grading import Grade, Ungraded, UngradedReason
from questions.ports import GraderUnavailable

_LOG = logging.getLogger(__name__)

NO_READER: Final = "this answer's grader can't read an answer a second time"
_BROKEN: Final = "something went wrong on my side"
_UNUSABLE: Final = "what came back could not be used"
# A refusal's own words ask to send the answer again, which nobody who appeals should do.
_REASONS: Final = {
    UngradedReason.OVER_BUDGET: "today's budget for grading is used up",
    UngradedReason.REFUSED: "the model would not judge it again",
    UngradedReason.UNAVAILABLE: "the grader could not be reached",
}


class Reconsideration:
    """Handles the `RECONSIDER` job.

    Args:
        unit_of_work: opens transactions.
        reader: gives second readings; ``None`` where nothing here can.
        clock: tells the day whose budget pays.
        budget: what grading may cost; a second reading counts like any other.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        reader: SecondReader | None,
        clock: Clock,
        budget: Budget,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._reader = reader
        self._clock = clock
        # A second reading is made once, however often a first one is sampled.
        self._budget = replace(budget, tariff=replace(budget.tariff, samples=1))

    async def __call__(self, appeal_id: str, attempt: int) -> Again | None:
        """Read the answer again and pass the appeal on; see `JobHandler`."""
        async with self._unit_of_work(read_only=True) as work:
            case = await read_case(work, await work.appeals.get(appeal_id))
        if case is None:
            _LOG.error("appeal %s, its answer or its question is gone", appeal_id)
            return None
        if case.appeal.state is not AppealState.OPEN:
            return None
        try:
            second = await self._read(case)
        except GraderUnavailable as error:
            _LOG.warning("appeal %s waits for its second reading: %s", appeal_id, error.reason)
            delay = delay_before(attempt, GRADER_DELAYS, error.retry_after)
            if delay is not None:
                return Again(delay)
            second = _REASONS[UngradedReason.UNAVAILABLE]
        await self._store(case, second)
        return None

    async def gave_up(self, appeal_id: str, error_id: str) -> None:
        """Pass the appeal on without a second reading; see `handlers.ports.GaveUp`."""
        _LOG.error("appeal %s goes on without a second reading: error %s", appeal_id, error_id)
        async with self._unit_of_work(read_only=True) as work:
            case = await read_case(work, await work.appeals.get(appeal_id))
        if case is not None:
            await self._store(case, _BROKEN)

    async def _read(self, case: Case) -> Grade | str:
        """Return the second reading, or why there is none."""
        reading = None if self._reader is None else self._reader.reading(case.appeal.reason)
        if reading is None:
            return NO_READER
        appeal, answer = case.appeal, case.answer
        payer = Payer(team_id=appeal.team_id, member_id=appeal.member_id, key=f"appeal:{appeal.id}")
        grader = MeteredGrader(reading, self._unit_of_work, self._clock, self._budget)
        outcome = await grader.grade(case.question, answer.text, payer)
        if isinstance(outcome, Ungraded):
            return _REASONS.get(outcome.reason, _UNUSABLE)
        return outcome

    async def _store(self, case: Case, second: Grade | str) -> None:
        read = replace(
            case.appeal,
            state=AppealState.RECONSIDERED,
            second=second if isinstance(second, Grade) else None,
            no_second=second if isinstance(second, str) else None,
        )
        async with self._unit_of_work() as work:
            if await work.appeals.advance(read, since=AppealState.OPEN):
                await work.enqueue(appeal_job(TELL_READING, read.id, case.answer))
