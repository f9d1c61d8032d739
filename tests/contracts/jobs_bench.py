"""What the contract suite of the jobs needs around an implementation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from handlers.ports import Again, Job, JobHandler, Jobs

PATIENCE = 20.0


class EnqueuingJobs(Jobs, Protocol):
    """The port, and what the storage adapter calls."""

    def enqueue(self, connection: sa.Connection, job: Job) -> None:
        """Enqueue in the connection's transaction."""


class Bench:
    """Jobs, and an application's database to enqueue them from."""

    def __init__(self, jobs: EnqueuingJobs, engine: AsyncEngine) -> None:
        self.jobs = jobs
        self.engine = engine

    async def enqueue(self, *jobs: Job) -> None:
        """Enqueue in one committed transaction."""
        async with self.engine.begin() as connection:
            for job in jobs:
                await connection.run_sync(self.jobs.enqueue, job)


@asynccontextmanager
async def application_engine(url: str) -> AsyncIterator[AsyncEngine]:
    """An engine such as the application's own, with a table for rows."""
    engine = create_async_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _wait_for_locks)
    async with engine.begin() as connection:
        await connection.execute(sa.text("CREATE TABLE IF NOT EXISTS answers (id TEXT)"))
    try:
        yield engine
    finally:
        await engine.dispose()


def _wait_for_locks(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]  # any DB-API connection
    cursor.execute("PRAGMA busy_timeout=30000")
    cursor.close()


class Recorder:
    """A handler that keeps what it was called with, and can be told what to do."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, int]] = []
        self.running = 0
        self.most_at_once = 0
        self.cancelled: list[str] = []
        self.hold = asyncio.Event()
        self.hold.set()
        self._called = asyncio.Condition()
        self._answers: dict[tuple[str, int], Again | Exception] = {}
        self._always: dict[str, Exception] = {}

    def answer(self, subject: str, attempt: int, what: Again | Exception) -> None:
        """Say what one attempt of one job comes to, instead of being done."""
        self._answers[subject, attempt] = what

    def fail(self, subject: str, error: Exception) -> None:
        """Let every attempt of a job fail."""
        self._always[subject] = error

    async def __call__(self, subject: str, attempt: int) -> Again | None:
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        async with self._called:
            self.calls.append((subject, attempt))
            self._called.notify_all()
        try:
            await self.hold.wait()
        except asyncio.CancelledError:
            self.cancelled.append(subject)
            raise
        finally:
            self.running -= 1
        what = self._answers.get((subject, attempt)) or self._always.get(subject)
        if isinstance(what, Exception):
            raise what
        return what

    async def until(self, count: int) -> None:
        """Wait until there were ``count`` calls."""
        async with asyncio.timeout(PATIENCE), self._called:
            await self._called.wait_for(lambda: len(self.calls) >= count)


def handler_of(recorder: Recorder) -> JobHandler:
    """The recorder as the port's type."""
    return recorder
