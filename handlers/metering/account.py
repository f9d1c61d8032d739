"""Paying for something that a model does, within the budgets that grading stays within."""

from __future__ import annotations

from functools import partial

from handlers.metering.budget import (
    RESERVED_FOR,
    Amount,
    Budget,
    Payer,
    Reservation,
    local_day,
    obstacle,
)
from handlers.ports import Clock
from handlers.storage import UnitOfWork, UnitOfWorkFactory


class Account:
    """Holds an amount before a model is asked, and counts what it took afterwards.

    Args:
        unit_of_work: where accounts are kept.
        clock: what tells the day.
        budget: what may be spent.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock, budget: Budget) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self.budget = budget

    async def reserve(self, payer: Payer, wanted: Amount) -> Reservation | None:
        """Hold an amount; ``None`` where the day's budget has no room for it."""
        reserving = partial(self._reserve, payer, wanted)
        return await self._unit_of_work.run(reserving, read_only=not self.budget.is_limited)

    async def settle(self, held: Reservation, used: Amount) -> None:
        """Count what was used, and hold nothing any more."""
        await self._unit_of_work.run(partial(_settle, held, used))

    async def _reserve(self, payer: Payer, wanted: Amount, work: UnitOfWork) -> Reservation | None:
        now = self._clock.now()
        day = local_day(now, await work.teams.zone(payer.team_id))
        held = Reservation(payer=payer, day=day, amount=wanted, expires_at=now + RESERVED_FOR)
        if not self.budget.is_limited:
            # Nothing is held where there is no limit; what was used is counted all the same.
            return held
        await work.spending.lock(payer.team_id)
        await work.spending.release(payer)
        await work.spending.release_expired(payer.team_id, now)
        used = await work.spending.used(payer.team_id, payer.member_id, day)
        if obstacle(self.budget.limits, used, wanted) is not None:
            return None
        await work.spending.reserve(held)
        return held


async def _settle(held: Reservation, used: Amount, work: UnitOfWork) -> None:
    await work.spending.lock(held.payer.team_id)
    await work.spending.release(held.payer)
    await work.spending.add(held.payer.team_id, held.payer.member_id, held.day, used)
