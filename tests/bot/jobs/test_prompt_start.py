"""A job begins as soon as it is committed, and the jobs' own writes as soon as they can."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.jobs.database import open_engine
from bot.jobs.durable import DbosJobs
from bot.storage.engine import create_engine, database_url
from bot.storage.migrate import upgrade
from bot.storage.unit_of_work import SqlUnitOfWorkFactory, open_storage
from handlers.ports import Again, Job
from handlers.storage import UnitOfWork
from tests.bot.jobs.conftest import PATIENCE

KIND = "hear-answer"
# Nobody finds the job by looking at the queue now and then within a test.
NEVER = 3600.0


class Begun:
    """A handler that tells that it runs."""

    def __init__(self) -> None:
        self.event = asyncio.Event()

    async def __call__(self, subject: str, attempt: int) -> Again | None:
        self.event.set()
        return None


async def _enqueue(work: UnitOfWork) -> None:
    await work.enqueue(Job(kind=KIND, subject="a1"))


async def _run(storage: SqlUnitOfWorkFactory) -> None:
    await storage.run(_enqueue)


async def _open(storage: SqlUnitOfWorkFactory) -> None:
    async with storage() as work:
        await _enqueue(work)


@pytest.mark.parametrize("write", [_run, _open])
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_a_committed_job_does_not_wait_for_the_next_look(
    request: pytest.FixtureRequest, kind: str, write: object
) -> None:
    url = str(request.getfixturevalue(f"{kind}_url"))
    begun, plain = Begun(), database_url(url.replace("+aiosqlite", "").replace("+psycopg", ""))
    engine = create_engine(plain)
    await upgrade(engine)
    jobs = DbosJobs(url, poll_seconds=NEVER)
    jobs.register(KIND, begun)
    storage = open_storage(engine, jobs.enqueue, jobs.look)
    await jobs.start()
    try:
        assert callable(write)
        await write(storage)
        await asyncio.wait_for(begun.event.wait(), PATIENCE)
    finally:
        await jobs.stop()
        await storage.close()
        await engine.dispose()


async def test_only_committed_jobs_are_told_of(sqlite_url: str, tmp_path: Path) -> None:
    engine = create_engine(database_url(f"sqlite:///{tmp_path / 'prepbot.db'}"))
    await upgrade(engine)
    told: list[bool] = []

    def enqueued() -> None:
        with sqlite3.connect(tmp_path / "prepbot.db") as connection:
            found = connection.execute("SELECT count(*) FROM workflow_status").fetchone()[0]
        connection.close()
        told.append(found == 1)

    storage = open_storage(engine, DbosJobs(sqlite_url).enqueue, enqueued)

    async def fail(work: UnitOfWork) -> None:
        await _enqueue(work)
        raise LookupError

    async def look(work: UnitOfWork) -> None:
        await work.teams.zone("none")

    for piece in (fail, look):
        await asyncio.gather(storage.run(piece), return_exceptions=True)
    assert told == []
    await storage.run(_enqueue)
    assert told == [True]
    await storage.close()
    await engine.dispose()


def _hold_the_lock(path: Path, held: threading.Event, release: threading.Event) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    held.set()
    release.wait(PATIENCE)
    connection.execute("ROLLBACK")
    connection.close()


def test_a_write_waits_for_the_lock_and_gets_it(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    engine = open_engine(f"sqlite+aiosqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (x INTEGER)"))
    held, release = threading.Event(), threading.Event()
    holder = threading.Thread(target=partial(_hold_the_lock, path, held, release))
    holder.start()
    assert held.wait(PATIENCE)
    written = threading.Event()

    def write() -> None:
        with engine.begin() as connection:
            connection.execute(sa.text("INSERT INTO t VALUES (1)"))
        written.set()

    writer = threading.Thread(target=write)
    writer.start()
    # Long enough for SQLite's own waiting to have begun to sleep for a tenth of a second.
    assert not written.wait(0.5)
    released = time.monotonic()
    release.set()
    assert written.wait(PATIENCE)
    waited = time.monotonic() - released
    writer.join()
    holder.join()
    engine.dispose()
    assert waited < PATIENCE / 2


def test_a_lock_that_is_never_free_is_an_error_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs.database._BUSY_SECONDS", 0.1)
    path = tmp_path / "p.db"
    engine = open_engine(f"sqlite+aiosqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (x INTEGER)"))
    held, release = threading.Event(), threading.Event()
    holder = threading.Thread(target=partial(_hold_the_lock, path, held, release))
    holder.start()
    assert held.wait(PATIENCE)
    try:
        with pytest.raises(sa.exc.OperationalError, match="locked"), engine.begin() as connection:
            connection.execute(sa.text("INSERT INTO t VALUES (1)"))
    finally:
        release.set()
        holder.join()
        engine.dispose()
