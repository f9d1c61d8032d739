"""Calls the tick at an interval."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

TICK_SECONDS: Final = 5
# Counted from here, a tick falls on every full minute, when schedules are due.
_FULL_HOUR: Final = datetime(2026, 1, 1, tzinfo=UTC)


class Ticking:
    """Runs ``tick`` every few seconds on the event loop; a slow one is never run twice at once.

    What is due, and on which date, is no business of this class: cron triggers fire twice in an
    hour that comes twice, so the dates are worked out by `handlers.daily.due`.

    Args:
        tick: what to run.
        seconds: the interval.
    """

    def __init__(
        self, tick: Callable[[], Awaitable[object]], seconds: float = TICK_SECONDS
    ) -> None:
        self._tick = tick
        self._running = asyncio.Lock()
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_job(
            self._run,
            IntervalTrigger(seconds=seconds, start_date=_FULL_HOUR, timezone="UTC"),
            next_run_time=datetime.now(UTC),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )

    async def start(self) -> None:
        """Tick once now, then at the interval."""
        self._scheduler.start()

    async def stop(self) -> None:
        """Stop ticking, after a tick that is under way: the scheduler would cancel it."""
        if self._scheduler.running:
            self._scheduler.pause()
            # One that was submitted just now gets to begin.
            await asyncio.sleep(0)
            async with self._running:
                self._scheduler.shutdown(wait=False)
            # It only asks the loop to do so.
            await asyncio.sleep(0)

    async def _run(self) -> None:
        async with self._running:
            await self._tick()
