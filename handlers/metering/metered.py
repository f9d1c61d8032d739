"""A grader that keeps its judgements and stays within its budgets.

Look-up and reservation are one transaction, settling and keeping another, so a crash costs at
most the one judgement that was under way.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from handlers.answers.judge import AnswerGrader, Judged
from handlers.metering.budget import (
    RESERVED_FOR,
    Amount,
    Budget,
    Kind,
    Payer,
    Reservation,
    estimate,
    explain,
    local_day,
    obstacle,
)
from handlers.ports import Clock
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from questions.grading import Grade, Ungraded, UngradedReason, Usage, refuse_reply
from questions.ports import GraderUnavailable
from questions.question import Question

HELD: Final = "answers that are being graded just now hold the rest of today's budget"


class MeteredGrader:
    """Grades on a member's account.

    The same reply to the same question is judged once a team, where the grader can tell what is
    the same. A grader that only estimates costs nothing and is left to itself.

    Args:
        answer_grader: what judges.
        unit_of_work: where judgements and accounts are kept.
        clock: what tells the day.
        budget: what may be spent.
    """

    def __init__(
        self,
        answer_grader: AnswerGrader,
        unit_of_work: UnitOfWorkFactory,
        clock: Clock,
        budget: Budget,
    ) -> None:
        self._answer_grader = answer_grader
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._budget = budget

    async def grade(self, question: Question, reply: str, payer: Payer) -> Grade | Ungraded:
        """Grade one reply.

        Returns:
            The grade, or why there is none: `UngradedReason.OVER_BUDGET` without asking the
            grader where a limit would be broken.

        Raises:
            GraderUnavailable: the grader can't be reached, or judgements under way hold what
                the budget has left; try again later.
            StorageUnavailable: the accounts can't be reached.
        """
        refusal = refuse_reply(reply)
        if refusal is not None:
            return refusal
        if self._answer_grader.is_estimate:
            return await self._answer_grader.grade(question, reply, team=payer.team_id)
        key = self._answer_grader.cache_key(question, reply)
        finding = partial(self._find_or_reserve, question, reply, payer, key)
        found = await self._unit_of_work.run(finding, read_only=not self._budget.is_limited)
        if isinstance(found, Ungraded):
            return found
        if isinstance(found, Judged):
            return self._answer_grader.assemble(question, reply, found)
        return await self._pay(question, reply, found, key)

    async def _find_or_reserve(
        self, question: Question, reply: str, payer: Payer, key: str | None, work: UnitOfWork
    ) -> Judged | Reservation | Ungraded:
        kept = None if key is None else await work.judgements.get(payer.team_id, key)
        if kept is not None:
            return _free_of_charge(kept)
        return await self._reserve(work, payer, estimate(question, reply, self._budget.tariff))

    async def _reserve(
        self, work: UnitOfWork, payer: Payer, wanted: Amount
    ) -> Reservation | Ungraded:
        now = self._clock.now()
        zone = await work.teams.zone(payer.team_id)
        day = local_day(now, zone)
        held = Reservation(payer=payer, day=day, amount=wanted, expires_at=now + RESERVED_FOR)
        if not self._budget.is_limited:
            # Nothing is held where there is no limit; what was used is counted all the same.
            return held
        await work.spending.lock(payer.team_id)
        await work.spending.release(payer)
        await work.spending.release_expired(payer.team_id, now)
        used = await work.spending.used(payer.team_id, payer.member_id, day)
        found = obstacle(self._budget.limits, used, wanted)
        if found is None:
            await work.spending.reserve(held)
            return held
        if found.kind is Kind.HELD:
            raise GraderUnavailable(HELD)
        return Ungraded(reason=UngradedReason.OVER_BUDGET, detail=explain(found, day, zone))

    async def _pay(
        self, question: Question, reply: str, held: Reservation, key: str | None
    ) -> Grade | Ungraded:
        try:
            judged = await self._answer_grader.judge(question, reply, team=held.payer.team_id)
        except GraderUnavailable as error:
            # A grader that was lost half way says what it took until then.
            await self._settle(held, Amount.of(error.usage))
            raise
        if isinstance(judged, Ungraded):
            await self._settle(held, Amount.of(judged.usage))
            return judged
        used = Amount.of(judged.judgement.usage)
        # Some servers don't say what a completion took; it was not free for that.
        paid = used if used.tokens else held.amount
        outcome = self._answer_grader.assemble(question, reply, judged)
        # A judgement that makes no grade is not kept: another one may.
        kept = None if key is None or isinstance(outcome, Ungraded) else (key, judged)
        await self._settle(held, paid, kept)
        return outcome

    async def _settle(
        self, held: Reservation, used: Amount, kept: tuple[str, Judged] | None = None
    ) -> None:
        """Count what was used instead of what was reserved, and keep the judgement."""
        await self._unit_of_work.run(partial(self._write, held, used, kept))

    async def _write(
        self,
        held: Reservation,
        used: Amount,
        kept: tuple[str, Judged] | None,
        work: UnitOfWork,
    ) -> None:
        await work.spending.lock(held.payer.team_id)
        await work.spending.release(held.payer)
        await work.spending.add(held.payer.team_id, held.payer.member_id, held.day, used)
        if kept is not None:
            key, judged = kept
            await work.judgements.put(held.payer.team_id, key, judged, self._clock.now())


def _free_of_charge(kept: Judged) -> Judged:
    """Return a judgement that was paid for before: it names its model and costs nothing."""
    paid = kept.judgement.usage
    usage = Usage(model=paid.model, prompt_version=paid.prompt_version)
    return kept.model_copy(update={"judgement": kept.judgement.model_copy(update={"usage": usage})})
