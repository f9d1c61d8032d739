"""The tick: claims what is due. Any number of processes may tick; one claim wins."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfoNotFoundError

from handlers.daily.due import LONGEST_LOOK_BACK, Due, Fate, due_dates
from handlers.daily.post import post_job
from handlers.ports import Clock
from handlers.records import Occurrence, OccurrenceState, Schedule
from handlers.reveal.claim import RevealClaims
from handlers.storage import StorageUnavailable, UnitOfWork, UnitOfWorkFactory

_LOG = logging.getLogger(__name__)
_TOGETHER: Final = 32

Tick = Callable[[datetime], Awaitable[None]]
"""Looks for work that is due at an instant."""


class Ticker:
    """Looks at every schedule and claims the dates and the reveals whose time has come.

    Args:
        unit_of_work: opens transactions.
        clock: what tells the time.
        reveals: claims reveals.
        also: what other features look for at the same time.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        clock: Clock,
        reveals: RevealClaims,
        *,
        also: Sequence[Tick] = (),
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._reveals = reveals
        self._also = also

    async def tick(self) -> int:
        """Claim what is due now; return how many questions will be posted.

        One channel's trouble never keeps another from its question.
        """
        now = self._clock.now()
        try:
            async with self._unit_of_work(read_only=True) as work:
                last = await work.occurrences.last_dates((now - LONGEST_LOOK_BACK).date())
                schedules = [
                    (schedule, last.get(schedule.id)) for schedule in await work.schedules.active()
                ]
        except StorageUnavailable:
            _LOG.warning("the database is not available; the next tick looks again")
            return 0
        claimed = 0
        waiting = list(_due(schedules, now))
        # Together they are cheap, and too many at once would keep others from storing something.
        for start in range(0, len(waiting), _TOGETHER):
            batch = waiting[start : start + _TOGETHER]
            claimed += sum(await asyncio.gather(*map(self._try_to_claim, batch)))
        await self._claim_reveals(now)
        troubles = await asyncio.gather(*(look(now) for look in self._also), return_exceptions=True)
        for trouble in filter(None, troubles):
            _LOG.error("a feature could not look for what is due", exc_info=trouble)
        return claimed

    async def _claim_reveals(self, now: datetime) -> None:
        try:
            await self._reveals.claim(now)
        except StorageUnavailable:
            _LOG.warning("could not look for reveals; the next tick looks again")

    async def _try_to_claim(self, due: Due) -> bool:
        try:
            return await self._unit_of_work.run(partial(self._claim, due))
        except StorageUnavailable:
            _LOG.warning("could not claim %s; the next tick tries again", due.key)
            return False

    async def _claim(self, due: Due, work: UnitOfWork) -> bool:
        posting = due.fate is Fate.POST
        occurrence = Occurrence(
            id=uuid.uuid4().hex,
            team_id=due.schedule.team_id,
            channel=due.schedule.channel,
            local_date=due.local_date,
            key=due.key,
            state=OccurrenceState.CLAIMED if posting else OccurrenceState.SKIPPED,
            created_at=self._clock.now(),
            schedule_id=due.schedule.id,
            reason=None if posting else f"{int(due.late.total_seconds() // 60)} minutes late",
        )
        won = await work.occurrences.claim(occurrence)
        if won and posting:
            await work.enqueue(post_job(occurrence))
        return won and posting


def _due(schedules: Sequence[tuple[Schedule, date | None]], now: datetime) -> Iterator[Due]:
    for schedule, last in schedules:
        try:
            yield from due_dates(schedule, last, now)
        except ZoneInfoNotFoundError:
            _LOG.warning("schedule %s: no time zone %s here", schedule.id, schedule.zone)
