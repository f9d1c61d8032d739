"""DBOS, started and stopped cleanly: it keeps one instance and its registry for the process."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Final

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions, Queue
from dbos._queue import queue_worker_thread

from bot.jobs.attempt import GivenUp, Turn
from bot.jobs.bell import Bell
from bot.jobs.workflow_row import JOB_VERSION, POSTGRES_SCHEMA, queue_name, workflow_id

_APPLICATION: Final = "prepbot"
_WORKFLOW: Final = "run_job"
# Nothing of ours is scheduled by DBOS or sent through its notifications.
_SCHEDULER_SECONDS: Final = 3600.0
_NOTIFICATION_SECONDS: Final = 0.1
_THREAD_PREFIX: Final = "dbos-executor-"
_JOIN_SECONDS: Final = 5.0
_LOG_LEVEL: Final = logging.WARNING

RunTurn = Callable[[str, str, str, int, int], None]
"""Takes a turn's kind, subject, lane, attempt and failures, in a thread of its own."""


def open_client(engine: sa.Engine) -> DBOSClient:
    """Build the client that enqueues; it connects to nothing by itself."""
    _route_logs()
    return DBOSClient(
        system_database_engine=engine,
        dbos_system_schema=POSTGRES_SCHEMA,
        serializer=DBOSPortableJSONSerializer(),
        application_name=_APPLICATION,
        lazy=True,
    )


def enqueue_options(turn: Turn, *, delay_seconds: float | None = None) -> EnqueueOptions:
    """Return what DBOS is told about a turn; its arguments are `enqueue_arguments`."""
    options = EnqueueOptions(
        workflow_name=_WORKFLOW,
        queue_name=queue_name(turn.job.lane),
        workflow_id=workflow_id(turn),
        app_version=JOB_VERSION,
    )
    if delay_seconds is not None:
        options["delay_seconds"] = delay_seconds
    return options


def enqueue_arguments(turn: Turn) -> tuple[str, str, str, int, int]:
    """Return the arguments of `RunTurn`."""
    return turn.job.kind, turn.job.subject, turn.job.lane, turn.attempt, turn.failures


class Runtime:
    """A running DBOS."""

    def __init__(self, dbos: DBOS) -> None:
        self._dbos = dbos
        self._bells: list[Bell] = []
        self._workers: list[threading.Thread] = []

    @classmethod
    def launch(
        cls,
        engine: sa.Engine,
        run_turn: RunTurn,
        *,
        executor_id: str,
        lanes: Sequence[str],
        concurrency: int,
        poll_seconds: float,
    ) -> Runtime:
        """Create or migrate DBOS's tables and start to take jobs. Blocking.

        Raises:
            Exception: whatever stopped DBOS; nothing is left running.
        """
        config = DBOSConfig(
            name=_APPLICATION,
            system_database_engine=engine,
            dbos_system_schema=POSTGRES_SCHEMA,
            application_version=JOB_VERSION,
            executor_id=executor_id,
            serializer=DBOSPortableJSONSerializer(),
            use_listen_notify=False,
            notification_listener_polling_interval_sec=_NOTIFICATION_SECONDS,
            scheduler_polling_interval_sec=_SCHEDULER_SECONDS,
            log_level=logging.getLevelName(_LOG_LEVEL),
        )
        runtime = cls(DBOS(config=config))

        # DBOS marks the function it registers, which a bound method does not allow.
        def run_job(kind: str, subject: str, lane: str, attempt: int, failures: int) -> None:
            run_turn(kind, subject, lane, attempt, failures)

        try:
            # DBOS would drop a job without a word after a hundred processes that ended under it:
            # whatever brought them down, it took up to all their slots' jobs with it each time.
            DBOS.workflow(name=_WORKFLOW, max_recovery_attempts=None)(run_job)
            # DBOS's own workers wait for their next look, whatever has been enqueued meanwhile.
            DBOS.listen_queues([])
            DBOS.launch()
            for lane in lanes:
                queue = DBOS.register_queue(
                    queue_name(lane),
                    worker_concurrency=concurrency,
                    polling_interval_sec=poll_seconds,
                    on_conflict="always_update",
                )
                runtime._serve(queue)
        except BaseException:
            runtime.destroy()
            raise
        return runtime

    def look(self) -> None:
        """Look for jobs now: some were enqueued. May be called from any thread."""
        for bell in self._bells:
            bell.ring()

    def stop_taking(self) -> None:
        """Take no more jobs; running ones go on."""
        for event in (*self._dbos.background_thread_stop_events, *self._bells):
            event.set()

    def destroy(self) -> None:
        """Stop every thread and forget the instance and its registry. Blocking."""
        self.stop_taking()
        for worker in self._workers:
            worker.join(_JOIN_SECONDS)
        workers = [t for t in threading.enumerate() if t.name.startswith(_THREAD_PREFIX)]
        DBOS.destroy(destroy_registry=True)
        for worker in workers:
            worker.join(_JOIN_SECONDS)

    def _serve(self, queue: Queue) -> None:
        bell = Bell()
        worker = threading.Thread(
            target=queue_worker_thread,
            args=(bell, self._dbos, queue),
            name=f"jobs-{queue.name}",
            daemon=True,
        )
        worker.start()
        self._bells.append(bell)
        self._workers.append(worker)


def _route_logs() -> None:
    """Let DBOS's warnings go to the root logger, without what the jobs have logged already."""
    logger = logging.getLogger("dbos")
    logger.setLevel(_LOG_LEVEL)
    if not logger.handlers:
        # A logger without any handler would get DBOS's own, and stop propagating.
        logger.addHandler(logging.NullHandler())
    logger.removeFilter(_is_news)
    logger.addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], GivenUp))
