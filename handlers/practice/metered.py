"""An interviewer that stays within the budgets that grading stays within."""

from __future__ import annotations

import math
from typing import Final

from handlers.metering.budget import (
    BYTES_PER_TOKEN,
    RESERVED_FOR,
    Amount,
    Budget,
    Limits,
    Payer,
    Reservation,
    Tariff,
    local_day,
    obstacle,
)
from handlers.ports import Clock
from handlers.practice.ports import Interviewer, Proposal, TurnRequest
from handlers.storage import UnitOfWorkFactory
from questions.ports import GraderUnavailable

# The instructions; and the most that a turn may have.
_PROMPT_TOKENS: Final = 1_200
OUTPUT_TOKENS: Final = 1_024
_OVER_BUDGET: Final = "the day's budget is used up"


class MeteredInterviewer:
    """Words turns on a member's account.

    Args:
        interviewer: what words them.
        unit_of_work: where accounts are kept.
        clock: what tells the day.
        budget: what may be spent.
    """

    def __init__(
        self,
        interviewer: Interviewer,
        unit_of_work: UnitOfWorkFactory,
        clock: Clock,
        budget: Budget,
    ) -> None:
        self._interviewer = interviewer
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._budget = budget

    async def propose(self, request: TurnRequest, payer: Payer) -> Proposal:
        """Word a turn once.

        Raises:
            GraderUnavailable: the model can't be reached, or the budget is used up.
        """
        held = await self._reserve(payer, estimate(request, self._budget.tariff))
        try:
            proposal = await self._interviewer.propose(request)
        except GraderUnavailable as error:
            await self._settle(held, Amount.of(error.usage))
            raise
        used = Amount.of(proposal.usage)
        # Some servers don't say what a completion took; it was not free for that.
        await self._settle(held, used if used.tokens else held.amount)
        return proposal

    async def _reserve(self, payer: Payer, wanted: Amount) -> Reservation:
        now = self._clock.now()
        if self._budget.limits == Limits():
            # Nothing is held where there is no limit; what was used is counted all the same.
            async with self._unit_of_work(read_only=True) as work:
                day = local_day(now, await work.teams.zone(payer.team_id))
            return Reservation(payer=payer, day=day, amount=wanted, expires_at=now)
        async with self._unit_of_work() as work:
            await work.spending.lock(payer.team_id)
            day = local_day(now, await work.teams.zone(payer.team_id))
            await work.spending.release(payer)
            await work.spending.release_expired(payer.team_id, now)
            used = await work.spending.used(payer.team_id, payer.member_id, day)
            if obstacle(self._budget.limits, used, wanted) is not None:
                raise GraderUnavailable(_OVER_BUDGET)
            held = Reservation(payer=payer, day=day, amount=wanted, expires_at=now + RESERVED_FOR)
            await work.spending.reserve(held)
        return held

    async def _settle(self, held: Reservation, used: Amount) -> None:
        async with self._unit_of_work() as work:
            await work.spending.lock(held.payer.team_id)
            await work.spending.release(held.payer)
            await work.spending.add(held.payer.team_id, held.payer.member_id, held.day, used)


def estimate(request: TurnRequest, tariff: Tariff) -> Amount:
    """Return what wording a turn once may cost, judged on the high side."""
    shown = [request.background, request.prompt, request.answer, request.rejected]
    shown += [*request.gaps, *request.asked, *request.faults]
    sent = _PROMPT_TOKENS + sum(len(t.encode(errors="replace")) for t in shown) // BYTES_PER_TOKEN
    cost = sent * tariff.input_usd_per_mtok + OUTPUT_TOKENS * tariff.output_usd_per_mtok
    return Amount(sent + OUTPUT_TOKENS, math.ceil(cost))
