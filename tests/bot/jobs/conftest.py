"""Databases, and processes that work on their jobs."""

from __future__ import annotations

import asyncio
import functools
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol

import pytest
import sqlalchemy as sa

from bot.jobs.durable import DbosJobs
from handlers.ports import Job
from tests.bot.jobs.worker import TABLES, open_application
from tests.wire.postgres import PostgresServer

PATIENCE = 20.0
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file in which jobs have been started once: the first start takes a second."""
    path = tmp_path_factory.mktemp("jobs") / "template.db"
    asyncio.run(_set_up(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer) -> str:
    """A database in which jobs have been started once."""
    url = postgres.create_database()
    asyncio.run(_set_up(url))
    return url


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    shutil.copy(sqlite_template, tmp_path / "prepbot.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'prepbot.db'}"


@pytest.fixture
def postgres_url(postgres: PostgresServer, postgres_template: str) -> str:
    return postgres.create_database(template=postgres_template)


async def _set_up(url: str) -> None:
    jobs = DbosJobs(url)
    await jobs.start()
    await jobs.stop()


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def url(request: pytest.FixtureRequest) -> str:
    """A database of either kind in which jobs have been started once."""
    return str(request.getfixturevalue(request.param))


class Process:
    """A running worker."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.lines: list[str] = []

    async def line(self) -> str:
        """Return the next line it says."""
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), PATIENCE)
        if not line:
            raise EOFError(f"the worker ended after {self.lines}")
        self.lines.append(line.decode().strip())
        return self.lines[-1]

    async def until(self, wanted: str) -> None:
        """Read on until it says ``wanted``."""
        while await self.line() != wanted:
            pass

    async def after(self, count: int) -> None:
        """Read ``count`` lines."""
        for _ in range(count):
            await self.line()

    async def kill(self) -> None:
        """Send SIGKILL."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.communicate()

    async def finish(self) -> int:
        """Let it end by itself; return its exit code."""
        await asyncio.wait_for(self._process.communicate(b"\n"), PATIENCE)
        return await self._process.wait()


class StartWorker(Protocol):
    """Starts a worker process, killed at the latest at the end of the block."""

    def __call__(
        self, url: str, name: str, mode: str = "work"
    ) -> AbstractAsyncContextManager[Process]:
        """Start it."""


@pytest.fixture
def worker(tmp_path: Path) -> StartWorker:
    """Workers of this test share a folder for what killed ones leave behind."""
    return functools.partial(_worker, tmp_path)


@asynccontextmanager
async def _worker(folder: Path, url: str, name: str, mode: str = "work") -> AsyncIterator[Process]:
    process = Process(
        await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.bot.jobs.worker", url, name, mode),
            cwd=ROOT,
            env={**os.environ, "TMPDIR": str(folder)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
    )
    try:
        yield process
    finally:
        await process.kill()


async def prepare(url: str, kind: str, subjects: list[str]) -> None:
    """Create the worker's tables and enqueue jobs."""
    jobs = DbosJobs(url)
    engine = open_application(url)
    async with engine.begin() as connection:
        for table in TABLES:
            await connection.execute(sa.text(table))
        for subject in subjects:
            await connection.run_sync(jobs.enqueue, Job(kind=kind, subject=subject))
    await engine.dispose()


async def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    """Return what a query finds."""
    engine = open_application(url)
    async with engine.connect() as connection:
        found = [tuple(row) for row in await connection.execute(sa.text(statement))]
    await engine.dispose()
    return found
