"""An interviewer that stays within the budgets that grading stays within."""

from __future__ import annotations

import math
from typing import Final

from handlers.metering.account import Account
from handlers.metering.budget import BYTES_PER_TOKEN, Amount, Payer, Tariff
from handlers.practice.ports import Interviewer, Proposal, TurnRequest
from questions.ports import GraderUnavailable

# The instructions; and the most that a turn may have.
_PROMPT_TOKENS: Final = 1_200
OUTPUT_TOKENS: Final = 1_024
_OVER_BUDGET: Final = "the day's budget is used up"


class MeteredInterviewer:
    """Words turns on a member's account.

    Args:
        interviewer: what words them.
        account: what they are paid from.
    """

    def __init__(self, interviewer: Interviewer, account: Account) -> None:
        self._interviewer = interviewer
        self._account = account

    async def propose(self, request: TurnRequest, payer: Payer) -> Proposal:
        """Word a turn once.

        Raises:
            GraderUnavailable: the model can't be reached, or the budget is used up.
        """
        wanted = estimate(request, self._account.budget.tariff)
        held = await self._account.reserve(payer, wanted)
        if held is None:
            raise GraderUnavailable(_OVER_BUDGET)
        try:
            proposal = await self._interviewer.propose(request)
        except GraderUnavailable as error:
            await self._account.settle(held, Amount.of(error.usage))
            raise
        used = Amount.of(proposal.usage)
        # Some servers don't say what a completion took; it was not free for that.
        await self._account.settle(held, used if used.tokens else held.amount)
        return proposal


def estimate(request: TurnRequest, tariff: Tariff) -> Amount:
    """Return what wording a turn once may cost, judged on the high side."""
    shown = [request.background, request.prompt, request.answer, request.rejected]
    shown += [*request.gaps, *request.asked, *request.faults]
    sent = _PROMPT_TOKENS + sum(len(t.encode(errors="replace")) for t in shown) // BYTES_PER_TOKEN
    cost = sent * tariff.input_usd_per_mtok + OUTPUT_TOKENS * tariff.output_usd_per_mtok
    return Amount(sent + OUTPUT_TOKENS, math.ceil(cost))
