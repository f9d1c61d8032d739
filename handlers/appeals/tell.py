"""The jobs that tell the person, in the grade's thread, what became of their appeal."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from handlers.appeals.case import Case, read_case
from handlers.appeals.job import TELL_DECISION, TELL_READING
from handlers.appeals.message import decision_message, reading_message
from handlers.appeals.record import AppealState
from handlers.delivery import Deliverer
from handlers.message import Message
from handlers.ports import Again, DeliveryFailed, TargetGone
from handlers.retry import delay_before, platform_delays
from handlers.storage import UnitOfWorkFactory

_LOG = logging.getLogger(__name__)
# A platform may be down for long; a decision is worth a day of trying.
_RETRIES: Final = platform_delays(hours=24)


class AppealTeller:
    """Handles the `TELL_READING` and `TELL_DECISION` jobs; each message is seen once."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, deliverer: Deliverer) -> None:
        self._unit_of_work = unit_of_work
        self._deliverer = deliverer

    async def reading(self, appeal_id: str, attempt: int) -> Again | None:
        """Tell what the second reading says; see `JobHandler`."""
        case = await self._case(appeal_id)
        # A decision that came first says all of it.
        if case is None or case.appeal.state is not AppealState.RECONSIDERED:
            return None
        return await self._tell(case, TELL_READING, reading_message, attempt)

    async def decision(self, appeal_id: str, attempt: int) -> Again | None:
        """Tell what a lead decided; see `JobHandler`."""
        case = await self._case(appeal_id)
        if case is None or not case.appeal.state.is_decided:
            return None
        return await self._tell(case, TELL_DECISION, decision_message, attempt)

    async def _case(self, appeal_id: str) -> Case | None:
        async with self._unit_of_work(read_only=True) as work:
            return await read_case(work, await work.appeals.get(appeal_id))

    async def _tell(
        self, case: Case, kind: str, message: Callable[[Case], Message], attempt: int
    ) -> Again | None:
        try:
            await self._deliverer.deliver(
                case.answer.show_in,
                message(case),
                team_id=case.appeal.team_id,
                key=f"{kind}:{case.appeal.id}",
            )
        except TargetGone as error:
            _LOG.warning("%s of %s can't be shown: %s", kind, case.appeal.id, error.reason)
            return None
        except DeliveryFailed as error:
            _LOG.warning("%s of %s is not shown yet: %s", kind, case.appeal.id, error.reason)
            delay = delay_before(attempt, _RETRIES, error.retry_after)
            return None if delay is None else Again(delay)
        return None
