"""Durable jobs on DBOS, in the application's own database."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import logging
import threading
import time
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import ClassVar, Final

import sqlalchemy as sa

from bot.jobs.attempt import Later, Turn, take_turn
from bot.jobs.database import check_reachable, describe, open_engine
from bot.jobs.pace import Pace
from bot.jobs.presence import Presence
from bot.jobs.registry import HandlerRegistry
from bot.jobs.runtime import Runtime, enqueue_arguments, enqueue_options, open_client
from bot.jobs.workflow_row import WorkflowRows, workflow_id
from bot.startup import StartupError
from handlers.ports import GaveUp, Job, JobHandler

_DRAIN_POLL_SECONDS: Final = 0.05
_CANCEL_SECONDS: Final = 2.0
_SETTLE_SECONDS: Final = 5.0
_SETTLE_POLL_SECONDS: Final = 0.02
_PRUNE_BATCH: Final = 500

_log = logging.getLogger(__name__)


class _Left(BaseException):
    """A turn that must be taken again; DBOS records no outcome for what is no `Exception`."""


class DbosJobs:
    """Implements `handlers.ports.Jobs` on DBOS. One may run in a process at a time.

    Each turn of a job is one workflow in one queue. A turn that wishes for another enqueues its
    successor, delayed, so a waiting job is a row and takes up no slot.

    Args:
        database_url: the application's database, ``sqlite+aiosqlite:///path`` or
            ``postgresql+psycopg://…``.
        lanes: whose jobs this process runs; see `handlers.ports.Job.lane`.
        concurrency: how many jobs run at once in this process.
        patient: the kinds of job that mostly wait for somebody else's server; they have slots of
            their own, so that many of them neither hold up the others nor are held up.
        patient_concurrency: how many of those run at once.
        prompt: the kinds of job that somebody sits and waits for: they begin at once, while
            others hold back for what comes in.
        pace: says when those others begin; our own if ``None``.
        poll_seconds: how often the queue is looked at.
        retry_seconds: the delay after a first failure; each further one waits four times longer.
        stop_seconds: how long `stop` waits for running jobs.
        dead_after: seconds without a sign of life after which another machine's process is dead;
            a death on this machine is seen in a fifth of that, and at once at the start.

    Raises:
        StartupError: the URL names no database that jobs can be kept in.
    """

    # DBOS has one instance a process and would quietly hand out the running one.
    _only_one: ClassVar[threading.Lock] = threading.Lock()

    def __init__(
        self,
        database_url: str,
        *,
        lanes: Sequence[str] = ("",),
        concurrency: int = 8,
        patient: Collection[str] = (),
        patient_concurrency: int = 32,
        prompt: Collection[str] = (),
        pace: Pace | None = None,
        poll_seconds: float = 0.1,
        retry_seconds: float = 2.0,
        stop_seconds: float = 5.0,
        dead_after: float = 15.0,
    ) -> None:
        self._lanes = tuple(lanes)
        self._concurrency = concurrency + (patient_concurrency if patient else 0)
        self._poll_seconds = poll_seconds
        self._retry_seconds = retry_seconds
        self._stop_seconds = stop_seconds
        self._dead_after = dead_after
        self._engine = open_engine(database_url)
        self._client = open_client(self._engine)
        self._rows = WorkflowRows(self._engine.dialect)
        self._handlers = HandlerRegistry()
        self._runtime: Runtime | None = None
        self._presence: Presence | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._context = contextvars.Context()
        self._slots = asyncio.Semaphore(concurrency)
        self._patient = frozenset(patient)
        self._patient_slots = asyncio.Semaphore(patient_concurrency)
        self._prompt = frozenset(prompt)
        self._pace = pace or Pace()
        self._running: set[asyncio.Task[object]] = set()
        self._left: set[str] = set()
        self._is_stopping = False
        # A start that is cancelled goes on in its thread: the clean-up waits for it.
        self._lifecycle = threading.Lock()

    def register(self, kind: str, handler: JobHandler, gave_up: GaveUp | None = None) -> None:
        """Say which handler runs jobs of ``kind``. See `handlers.ports.Jobs.register`."""
        if self._runtime is not None:
            raise RuntimeError("handlers are registered before the start")
        self._handlers.add(kind, handler, gave_up)

    def enqueue(self, connection: sa.Connection, job: Job) -> None:
        """Enqueue a job in ``connection``'s transaction; a known id changes nothing.

        From an async session: ``await session.run_sync(lambda s: enqueue(s.connection(), job))``.
        The tables are there once `start` has run against the database.
        """
        self._pace.note()
        turn = Turn(job=job)
        self._client.enqueue_in_transaction(
            connection, enqueue_options(turn), *enqueue_arguments(turn)
        )

    def look(self) -> None:
        """Look for jobs now, after a commit that enqueued some; may be called from any thread."""
        if self._runtime is not None:
            self._runtime.look()

    async def start(self) -> None:
        """Start working; jobs left by dead processes are taken up as well.

        Raises:
            StartupError: the database can't be used.
            RuntimeError: jobs are running in this process already.
        """
        if not self._only_one.acquire(blocking=False):
            raise RuntimeError("durable jobs are running in this process already")
        self._loop = asyncio.get_running_loop()
        self._context = contextvars.copy_context()
        self._is_stopping = False
        self._left.clear()
        try:
            await asyncio.to_thread(self._launch)
        except BaseException:
            await asyncio.to_thread(self._shut_down)
            raise

    async def drain(self, timeout: float) -> bool:
        """Wait until no job of our lanes is left, in any process. See `handlers.ports.Jobs`."""
        deadline = time.monotonic() + timeout
        while await asyncio.to_thread(self._has_unfinished):
            if time.monotonic() >= deadline:
                return False
            await asyncio.sleep(_DRAIN_POLL_SECONDS)
        return True

    async def stop(self) -> None:
        """Stop taking jobs, give running ones a moment, and leave the rest to the next start."""
        if self._runtime is None or self._is_stopping:
            return
        self._is_stopping = True
        self._runtime.stop_taking()
        if self._running:
            await asyncio.wait(self._running, timeout=self._stop_seconds)
        cancelled = set(self._running)
        for task in cancelled:
            task.cancel()
        if cancelled:
            _, stubborn = await asyncio.wait(cancelled, timeout=_CANCEL_SECONDS)
            if stubborn:
                _log.error("%d jobs do not stop when they are told to", len(stubborn))
        await asyncio.to_thread(self._shut_down)

    async def prune(self, older_than: timedelta) -> int:
        """Forget jobs that ended longer ago than ``older_than``, so the database does not grow.

        A forgotten job's id is unknown again: keep jobs for longer than anything is redelivered.

        Returns:
            How many attempts were forgotten.
        """
        return await asyncio.to_thread(self._prune, older_than)

    def _launch(self) -> None:
        with self._lifecycle:
            check_reachable(self._engine)
            release = self._rows.release_orphans
            self._presence = Presence(self._engine, release, dead_after=self._dead_after)
            try:
                self._presence.announce()
                self._runtime = Runtime.launch(
                    self._engine,
                    self._run_turn,
                    executor_id=self._presence.executor_id,
                    lanes=self._lanes,
                    concurrency=self._concurrency,
                    poll_seconds=self._poll_seconds,
                )
                self._presence.keep_watch()
            except (sa.exc.SQLAlchemyError, OSError) as error:
                raise StartupError(
                    f"The jobs' tables in {describe(self._engine.url)} can't be set up; check "
                    "that Prepbot may write to the database and create tables in it."
                ) from error

    def _shut_down(self) -> None:
        with self._lifecycle:
            try:
                if self._runtime is not None:
                    self._await_outcomes()
                    self._runtime.destroy()
                if self._presence is not None:
                    self._presence.leave()
            except sa.exc.SQLAlchemyError:
                _log.warning("The jobs' database is gone; others take over later", exc_info=True)
            finally:
                self._runtime = None
                self._presence = None
                self._engine.dispose()
                self._only_one.release()

    def _run_turn(self, kind: str, subject: str, lane: str, attempt: int, failures: int) -> None:
        """Run one workflow, in one of DBOS's threads."""
        job = Job(kind=kind, subject=subject, lane=lane)
        turn = Turn(job=job, attempt=attempt, failures=failures)
        try:
            if not self._is_followed(turn):
                later = self._take_turn_on_loop(turn)
                if later is not None:
                    self._client.enqueue(
                        enqueue_options(later.turn, delay_seconds=later.seconds or None),
                        *enqueue_arguments(later.turn),
                    )
                    if not later.seconds:
                        self.look()
        except _Left:
            self._left.add(workflow_id(turn))
            raise

    def _is_followed(self, turn: Turn) -> bool:
        """Whether a process died after it had enqueued the next turn and before saying so.

        Running this one again could then run the job twice at once.
        """
        following = workflow_id(Turn(job=turn.job, attempt=turn.attempt + 1))
        found = self._client.list_workflows(
            workflow_ids=[following], load_input=False, load_output=False
        )
        return bool(found)

    def _take_turn_on_loop(self, turn: Turn) -> Later | None:
        """Have the application's event loop run the handler, and wait for it.

        Raises:
            GivenUp: the job failed too often.
            _Left: the process is stopping; the next one takes this turn.
        """
        loop = self._loop
        if self._is_stopping or loop is None:
            raise _Left
        coroutine = self._take_turn(turn)
        try:
            # In the application's context: DBOS's own must not leak into the handlers.
            future = self._context.copy().run(asyncio.run_coroutine_threadsafe, coroutine, loop)
        except RuntimeError:
            coroutine.close()
            raise _Left from None
        try:
            # An event loop that ends without `stop` cancels its tasks, which ends this wait too.
            return future.result()
        except concurrent.futures.CancelledError:
            raise _Left from None

    async def _take_turn(self, turn: Turn) -> Later | None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a turn is taken in a task")
        self._running.add(task)
        try:
            is_patient = turn.job.kind in self._patient
            async with self._patient_slots if is_patient else self._slots:
                if turn.job.kind not in self._prompt:
                    await self._pace.wait()
                if self._is_stopping:
                    raise asyncio.CancelledError
                registered = self._handlers.find(turn.job.kind)
                return await take_turn(turn, registered, retry_seconds=self._retry_seconds)
        finally:
            self._running.discard(task)

    def _has_unfinished(self) -> bool:
        with self._engine.connect() as connection:
            return self._rows.has_unfinished(connection, self._lanes)

    def _await_outcomes(self) -> None:
        """Wait until DBOS has written down what the last turns came to."""
        deadline = time.monotonic() + _SETTLE_SECONDS
        nobody = threading.Event()
        executor_id = self._presence.executor_id if self._presence else ""
        while time.monotonic() < deadline:
            try:
                with self._engine.connect() as connection:
                    if self._rows.running_in(connection, executor_id) <= self._left:
                        return
            except sa.exc.SQLAlchemyError:
                return
            nobody.wait(_SETTLE_POLL_SECONDS)

    def _prune(self, older_than: timedelta) -> int:
        with self._engine.connect() as connection:
            before = int((time.time() - older_than.total_seconds()) * 1000)
            ids = self._rows.finished_before(connection, before)
        for start in range(0, len(ids), _PRUNE_BATCH):
            self._client.delete_workflows(ids[start : start + _PRUNE_BATCH])
        return len(ids)
