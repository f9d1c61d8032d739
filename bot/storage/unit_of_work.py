"""One transaction over every repository, jobs included."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.answer import SqlAnswers, SqlDeliveries, SqlScores
from bot.storage.appeal import SqlAppeals
from bot.storage.channel import SqlChannelSettings
from bot.storage.draft import SqlDrafts
from bot.storage.engine import READ_ONLY
from bot.storage.feedback import SqlFeedback
from bot.storage.group import GroupCommit
from bot.storage.hint import SqlHints
from bot.storage.home import SqlHome
from bot.storage.installation import SqlInstallations
from bot.storage.link import SqlLinks
from bot.storage.manager_group import SqlManagerGroups
from bot.storage.metering import SqlJudgements, SqlSpending
from bot.storage.notice import SqlNotices
from bot.storage.occurrence import SqlOccurrences, SqlSchedules
from bot.storage.offer import SqlOffers
from bot.storage.practice import SqlPractice
from bot.storage.question import SqlQuestions
from bot.storage.report import SqlReports
from bot.storage.review import SqlOutcomes, SqlReminders
from bot.storage.team import SqlTeams
from bot.storage.turn import Turns
from bot.storage.writer import Writer
from handlers.ports import Job
from handlers.storage import StorageUnavailable, UnitOfWork

_T = TypeVar("_T")

Enqueue = Callable[[sa.Connection, Job], None]
"""Writes a job through the transaction's own connection."""

Enqueued = Callable[[], None]
"""Told, from any thread, that a transaction with jobs in it is committed."""

TURN_SECONDS: Final = 2.5


class SqlUnitOfWork:
    """The repositories on one open transaction.

    Attributes:
        has_enqueued: whether there are jobs in it.
    """

    def __init__(self, connection: AsyncConnection, enqueue: Enqueue) -> None:
        self._connection = connection
        self._enqueue = enqueue
        self.has_enqueued = False
        self.teams = SqlTeams(connection)
        self.manager_groups = SqlManagerGroups(connection)
        self.channels = SqlChannelSettings(connection)
        self.notices = SqlNotices(connection)
        self.questions = SqlQuestions(connection)
        self.schedules = SqlSchedules(connection)
        self.occurrences = SqlOccurrences(connection)
        self.answers = SqlAnswers(connection)
        self.deliveries = SqlDeliveries(connection)
        self.scores = SqlScores(connection)
        self.judgements = SqlJudgements(connection)
        self.spending = SqlSpending(connection)
        self.appeals = SqlAppeals(connection)
        self.feedback = SqlFeedback(connection)
        self.hints = SqlHints(connection)
        self.home = SqlHome(connection)
        self.installations = SqlInstallations(connection)
        self.drafts = SqlDrafts(connection)
        self.offers = SqlOffers(connection)
        self.links = SqlLinks(connection)
        self.practice = SqlPractice(connection)
        self.outcomes = SqlOutcomes(connection)
        self.reminders = SqlReminders(connection)
        self.reports = SqlReports(connection)

    async def enqueue(self, job: Job) -> None:
        """Enqueue a job in this transaction; a known id is left as it is."""
        await self._connection.run_sync(self._enqueue, job)
        self.has_enqueued = True


class SqlUnitOfWorkFactory:
    """Opens units of work on an engine.

    Args:
        engine: the database.
        enqueue: how a job is written through a transaction's connection.
        group: commits pieces of work together; without it each has a transaction of its own.
            PostgreSQL gathers commits by itself.
        readers: the same for pieces that only read.
        enqueued: told when jobs are committed, outside of ``group``.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        enqueue: Enqueue,
        group: GroupCommit | None = None,
        readers: GroupCommit | None = None,
        enqueued: Enqueued | None = None,
    ) -> None:
        self._engine = engine
        self._enqueue = enqueue
        self._enqueued = enqueued
        self._group = group
        self._readers = readers
        self._turns = Turns()
        self._is_urgent = False

    @property
    def urgent(self) -> SqlUnitOfWorkFactory:
        """The same for what a person, or a platform, waits for: it writes before all others."""
        urgent = copy.copy(self)
        urgent._is_urgent = True  # noqa: SLF001  (a copy of ourselves)
        return urgent

    def __call__(self, *, read_only: bool = False) -> AbstractAsyncContextManager[UnitOfWork]:
        """Open one; see `handlers.storage.UnitOfWorkFactory`."""
        return self._open(read_only=read_only)

    async def run(
        self, piece: Callable[[UnitOfWork], Coroutine[Any, Any, _T]], *, read_only: bool = False
    ) -> _T:
        """Run a piece of work; see `handlers.storage.UnitOfWorkFactory`."""
        group = self._readers if read_only else self._group
        if group is not None:
            return await group.run(piece, urgent=self._is_urgent)
        async with self(read_only=read_only) as work:
            return await piece(work)

    async def close(self) -> None:
        """Commit what waits, and take no more pieces of work."""
        for group in (self._group, self._readers):
            if group is not None:
                await group.close()

    @asynccontextmanager
    async def _open(self, *, read_only: bool) -> AsyncIterator[UnitOfWork]:
        try:
            async with self._in_turn(read_only=read_only), self._engine.connect() as connection:
                await connection.execution_options(**{READ_ONLY: read_only})
                async with connection.begin():
                    work = SqlUnitOfWork(connection, self._enqueue)
                    yield work
                if work.has_enqueued and self._enqueued is not None:
                    self._enqueued()
        except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError) as error:
            cause = getattr(error, "orig", None) or error
            raise StorageUnavailable(str(cause).partition("\n")[0]) from error

    @asynccontextmanager
    async def _in_turn(self, *, read_only: bool) -> AsyncIterator[None]:
        if read_only or self._engine.dialect.name != "sqlite":
            yield
            return
        try:
            await self._turns.take(urgent=self._is_urgent, seconds=TURN_SECONDS)
        except TimeoutError as error:
            raise StorageUnavailable("the database is busy") from error
        try:
            yield
        finally:
            self._turns.pass_on()


def open_storage(
    engine: AsyncEngine, enqueue: Enqueue, enqueued: Enqueued | None = None
) -> SqlUnitOfWorkFactory:
    """Return the units of work of an engine; on a SQLite file, pieces are committed together.

    Close it when nothing is written any more.

    Args:
        engine: the database.
        enqueue: how a job is written through a transaction's connection.
        enqueued: told when a transaction with jobs in it is committed.
    """
    if engine.dialect.name != "sqlite":
        return SqlUnitOfWorkFactory(engine, enqueue, enqueued=enqueued)
    open_work = partial(SqlUnitOfWork, enqueue=enqueue)
    return SqlUnitOfWorkFactory(
        engine,
        enqueue,
        GroupCommit(Writer(engine, open_work, enqueued=enqueued)),
        GroupCommit(Writer(engine, open_work, read_only=True)),
        enqueued,
    )
