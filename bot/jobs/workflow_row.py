"""What is read and changed in DBOS's table of workflows beyond its own calls.

Each turn of a job is one workflow, named ``<job id>#<attempt>``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from bot.jobs.attempt import Turn

_QUEUE: Final = "prepbot-jobs"
# Raise it when a waiting job of the old form can't be run by the new code; jobs of the old
# version then wait until a process of that version runs, or a migration rewrites them.
JOB_VERSION: Final = "prepbot-jobs-1"
POSTGRES_SCHEMA: Final = "dbos"

_UNFINISHED: Final = ("ENQUEUED", "PENDING", "DELAYED")


def queue_name(lane: str) -> str:
    """Return the name of a lane's queue."""
    return f"{_QUEUE}-{lane}" if lane else _QUEUE


def workflow_id(turn: Turn) -> str:
    """Return the id of the workflow that carries ``turn``."""
    return f"{turn.job.id}#{turn.attempt}"


class WorkflowRows:
    """Statements on the table of workflows.

    Args:
        dialect: the database's; DBOS keeps its tables in a schema on PostgreSQL only.
    """

    def __init__(self, dialect: sa.Dialect) -> None:
        self._table = sa.table(
            "workflow_status",
            *(
                sa.column(name)
                for name in (
                    "workflow_uuid",
                    "status",
                    "queue_name",
                    "executor_id",
                    "owner_xid",
                    "application_version",
                    "started_at_epoch_ms",
                    "completed_at",
                    "updated_at",
                )
            ),
            schema=POSTGRES_SCHEMA if dialect.name == "postgresql" else None,
        )
        self._ours = self._table.c.queue_name.startswith(_QUEUE, autoescape=True)
        self._unfinished = self._table.c.status.in_(_UNFINISHED)
        self._running = sa.and_(self._ours, self._table.c.status == "PENDING")

    def has_unfinished(self, connection: sa.Connection, lanes: Sequence[str]) -> bool:
        """Return whether any job of these lanes waits or runs, in whichever process."""
        in_lanes = self._table.c.queue_name.in_([queue_name(lane) for lane in lanes])
        found = connection.execute(
            sa.select(sa.literal(1)).where(in_lanes, self._unfinished).limit(1)
        )
        return found.first() is not None

    def running_in(self, connection: sa.Connection, executor_id: str) -> set[str]:
        """Return the ids of the workflows that ``executor_id`` has taken."""
        wanted = sa.select(self._table.c.workflow_uuid).where(
            self._running, self._table.c.executor_id == executor_id
        )
        return set(connection.scalars(wanted))

    def release_orphans(self, connection: sa.Connection, living: sa.Select[str]) -> int:
        """Put workflows whose executor is not among ``living`` back into the queue.

        DBOS's own ``resume_workflow`` does not look at who runs a workflow, so two sweeps could
        free one that a living process has just taken.
        """
        freed = connection.execute(
            sa.update(self._table)
            .where(self._running, self._table.c.executor_id.not_in(living))
            .values(
                status="ENQUEUED",
                executor_id=None,
                owner_xid=None,
                started_at_epoch_ms=None,
                application_version=JOB_VERSION,
            )
        )
        return freed.rowcount

    def finished_before(self, connection: sa.Connection, epoch_ms: int) -> list[str]:
        """Return the workflows of the jobs that were over, with all their turns, by then."""
        ended = sa.func.coalesce(self._table.c.completed_at, self._table.c.updated_at)
        is_old = sa.and_(self._table.c.status.not_in(_UNFINISHED), ended < epoch_ms)
        rows = connection.execute(
            sa.select(self._table.c.workflow_uuid, is_old.label("is_old")).where(self._ours)
        ).all()
        kept = {_job_id(row.workflow_uuid) for row in rows if not row.is_old}
        return [row.workflow_uuid for row in rows if _job_id(row.workflow_uuid) not in kept]


def _job_id(workflow_uuid: str) -> str:
    return workflow_uuid.rpartition("#")[0]
