"""Jobs in memory, for tests: they keep the port's promises until the process ends."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable

import sqlalchemy as sa
from sqlalchemy import event

from bot.jobs.attempt import GivenUp, Later, Turn, take_turn
from bot.jobs.registry import HandlerRegistry
from handlers.ports import GaveUp, Job, JobHandler


class MemoryJobs:
    """Implements `handlers.ports.Jobs` without a database.

    Args:
        concurrency: how many jobs run at once.
        retry_seconds: the delay after a first failure; each further one waits four times longer.
        stop_seconds: how long `stop` waits for running jobs.
        sleep: waits between attempts; a test that must not wait passes its own.
    """

    def __init__(
        self,
        *,
        concurrency: int = 8,
        retry_seconds: float = 2.0,
        stop_seconds: float = 5.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._slots = asyncio.Semaphore(concurrency)
        self._retry_seconds = retry_seconds
        self._stop_seconds = stop_seconds
        self._sleep = sleep
        self._handlers = HandlerRegistry()
        self._known: set[str] = set()
        self._unfinished: dict[str, Later] = {}
        self._given_up: list[Job] = []
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._running: set[str] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._started = False
        self._context = contextvars.Context()

    @property
    def given_up(self) -> tuple[Job, ...]:
        """The jobs that failed too often, in the order in which that happened."""
        return tuple(self._given_up)

    def register(self, kind: str, handler: JobHandler, gave_up: GaveUp | None = None) -> None:
        """Say which handler runs jobs of ``kind``. See `handlers.ports.Jobs.register`."""
        if self._started:
            raise RuntimeError("handlers are registered before the start")
        self._handlers.add(kind, handler, gave_up)

    def add(self, job: Job) -> None:
        """Enqueue a job at once, outside any transaction; a known id changes nothing."""
        self._add(job, None)

    def _add(self, job: Job, connection: sa.Connection | None) -> None:
        if job.id in self._known:
            return
        self._known.add(job.id)
        self._idle.clear()
        self._unfinished[job.id] = Later(turn=Turn(job=job), seconds=0)
        if self._started:
            self._begin(job.id, connection)

    def enqueue(self, connection: sa.Connection, job: Job) -> None:
        """Enqueue a job if and when ``connection``'s transaction commits.

        SQLAlchemy tells of a commit just before the database makes it, so the job waits until
        the transaction is over and its rows can be read.
        """
        is_open = True

        def committed(_: sa.Connection) -> None:
            nonlocal is_open
            if is_open:
                is_open = False
                self._add(job, connection)

        def rolled_back(_: sa.Connection) -> None:
            nonlocal is_open
            is_open = False

        if not connection.in_transaction():
            # As the first statement of a transaction would, were this one.
            connection.begin()
        event.listen(connection, "commit", committed)
        event.listen(connection, "rollback", rolled_back)

    async def start(self) -> None:
        """Start working."""
        if self._started:
            raise RuntimeError("the jobs are running already")
        self._started = True
        self._context = contextvars.copy_context()
        for job_id in self._unfinished:
            self._begin(job_id)

    async def drain(self, timeout: float) -> bool:
        """Wait until no job is left. See `handlers.ports.Jobs.drain`."""
        try:
            await asyncio.wait_for(self._idle.wait(), timeout)
        except TimeoutError:
            return False
        return True

    async def stop(self) -> None:
        """Stop working; what is unfinished goes on at the next `start`."""
        if not self._started:
            return
        self._started = False
        running = [self._tasks[job_id] for job_id in self._running]
        for job_id, task in self._tasks.items():
            if job_id not in self._running:
                task.cancel()
        if running:
            await asyncio.wait(running, timeout=self._stop_seconds)
        left = list(self._tasks.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _begin(self, job_id: str, connection: sa.Connection | None = None) -> None:
        loop = asyncio.get_running_loop()
        task = loop.create_task(self._work(job_id, connection), context=self._context.copy())
        self._tasks[job_id] = task
        task.add_done_callback(lambda _: self._tasks.pop(job_id, None))

    async def _work(self, job_id: str, connection: sa.Connection | None) -> None:
        if connection is not None:
            await _ended(connection)
        while self._started and (later := self._unfinished.get(job_id)):
            await self._sleep(later.seconds)
            async with self._slots:
                if self._started:
                    await self._take_turn(job_id, later.turn)

    async def _take_turn(self, job_id: str, turn: Turn) -> None:
        self._running.add(job_id)
        try:
            registered = self._handlers.find(turn.job.kind)
            later = await take_turn(turn, registered, retry_seconds=self._retry_seconds)
        except GivenUp:
            self._given_up.append(turn.job)
            later = None
        finally:
            self._running.discard(job_id)
        if later is not None:
            self._unfinished[job_id] = later
            return
        del self._unfinished[job_id]
        if not self._unfinished:
            self._idle.set()


async def _ended(connection: sa.Connection) -> None:
    """Wait until the connection's transaction is over; SQLAlchemy has no event for that."""
    while not connection.closed and connection.in_transaction():  # noqa: ASYNC110
        await asyncio.sleep(0)
