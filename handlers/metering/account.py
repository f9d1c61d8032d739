"""Paying for something that a model does, within the budgets that grading stays within."""

from __future__ import annotations

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
from handlers.storage import UnitOfWorkFactory


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
        now = self._clock.now()
        async with self._unit_of_work() as work:
            await work.spending.lock(payer.team_id)
            day = local_day(now, await work.teams.zone(payer.team_id))
            await work.spending.release(payer)
            await work.spending.release_expired(payer.team_id, now)
            used = await work.spending.used(payer.team_id, payer.member_id, day)
            if obstacle(self.budget.limits, used, wanted) is not None:
                return None
            held = Reservation(payer=payer, day=day, amount=wanted, expires_at=now + RESERVED_FOR)
            await work.spending.reserve(held)
        return held

    async def settle(self, held: Reservation, used: Amount) -> None:
        """Count what was used, and hold nothing any more."""
        async with self._unit_of_work() as work:
            await work.spending.lock(held.payer.team_id)
            await work.spending.release(held.payer)
            await work.spending.add(held.payer.team_id, held.payer.member_id, held.day, used)
