"""A process that works on jobs, for tests that kill it.

Run as ``python -m tests.bot.jobs.worker <database url> <name> work|drain|abandon``. It says on
standard output what it does, one line at a time: ``ready``, ``began <subject>``, ``done
<subject>``, ``drained``.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.jobs.durable import DbosJobs
from handlers.ports import Again

TABLES: Final = (
    "CREATE TABLE runs (subject TEXT, attempt INTEGER, worker TEXT)",
    "CREATE TABLE begun (subject TEXT PRIMARY KEY)",
    "CREATE TABLE done (subject TEXT PRIMARY KEY, worker TEXT)",
)
KIND: Final = "work"
STUCK: Final = "stuck"
DRAIN_SECONDS: Final = 60.0


class Worker:
    """Handles jobs whose progress is in rows of their own, like the application's."""

    def __init__(self, engine: AsyncEngine, name: str) -> None:
        self._engine = engine
        self._name = name

    async def work(self, subject: str, attempt: int) -> Again | None:
        """Begin, wait a little, and be done; every third job wishes for a second attempt."""
        say(f"began {subject}")
        await self._write(
            "INSERT INTO runs VALUES (:subject, :attempt, :worker)",
            subject=subject,
            attempt=attempt,
            worker=self._name,
        )
        await self._write(
            "INSERT INTO begun VALUES (:subject) ON CONFLICT DO NOTHING", subject=subject
        )
        await asyncio.sleep(0.01)
        if attempt == 1 and int(subject) % 3 == 0:
            return Again(seconds=0 if int(subject) % 2 else 0.2)
        await self._write(
            "INSERT INTO done VALUES (:subject, :worker) ON CONFLICT DO NOTHING",
            subject=subject,
            worker=self._name,
        )
        say(f"done {subject}")
        return None

    async def stay(self, subject: str, attempt: int) -> Again | None:
        """Never end."""
        say(f"began {subject}")
        await asyncio.Event().wait()
        return None

    async def _write(self, statement: str, **values: object) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(sa.text(statement), values)


def say(line: str) -> None:
    """Tell the test."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def open_application(url: str) -> AsyncEngine:
    """The application's own engine."""
    engine = create_async_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine.sync_engine, "connect")
        def wait_for_locks(connection: object, _record: object) -> None:
            cursor = connection.cursor()  # type: ignore[attr-defined]  # any DB-API connection
            cursor.execute("PRAGMA busy_timeout=30000")
            cursor.close()

    return engine


async def main(url: str, name: str, mode: str) -> None:
    """Work until killed, until nothing is left, or leave a job running and end."""
    engine = open_application(url)
    worker = Worker(engine, name)
    jobs = DbosJobs(url)
    jobs.register(KIND, worker.work)
    jobs.register(STUCK, worker.stay)
    say("starting")
    await jobs.start()
    say("ready")
    if mode == "drain":
        say("drained" if await jobs.drain(DRAIN_SECONDS) else "not drained")
        await jobs.stop()
        await engine.dispose()
    elif mode == "abandon":
        await asyncio.to_thread(sys.stdin.readline)
    else:
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
