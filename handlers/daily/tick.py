"""The tick: claims what is due. Any number of processes may tick; one claim wins."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfoNotFoundError

from handlers.daily.due import Due, Fate, due_dates
from handlers.daily.post import post_job
from handlers.ports import Clock
from handlers.records import Occurrence, OccurrenceState, Schedule
from handlers.reveal.claim import RevealClaims
from handlers.storage import StorageUnavailable, UnitOfWorkFactory

_LOG = logging.getLogger(__name__)


class Ticker:
    """Looks at every schedule and claims the dates and the reveals whose time has come."""

    def __init__(
        self, unit_of_work: UnitOfWorkFactory, clock: Clock, reveals: RevealClaims
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._reveals = reveals

    async def tick(self) -> int:
        """Claim what is due now; return how many questions will be posted.

        One channel's trouble never keeps another from its question.
        """
        now = self._clock.now()
        try:
            async with self._unit_of_work(read_only=True) as work:
                schedules = [
                    (schedule, await work.occurrences.last_date(schedule.id))
                    for schedule in await work.schedules.active()
                ]
        except StorageUnavailable:
            _LOG.warning("the database is not available; the next tick looks again")
            return 0
        claimed = 0
        for item in _due(schedules, now):
            try:
                claimed += await self._claim(item)
            except StorageUnavailable:
                _LOG.warning("could not claim %s; the next tick tries again", item.key)
        await self._claim_reveals(now)
        return claimed

    async def _claim_reveals(self, now: datetime) -> None:
        try:
            await self._reveals.claim(now)
        except StorageUnavailable:
            _LOG.warning("could not look for reveals; the next tick looks again")

    async def _claim(self, due: Due) -> bool:
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
        async with self._unit_of_work() as work:
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
