"""One attempt of a job: run its handler and say what is to become of the job."""

from __future__ import annotations

import asyncio
import logging
import secrets
from dataclasses import dataclass
from typing import Final

from bot.jobs.registry import Registered
from handlers.ports import Again, GaveUp, Job, JobHandler

MAX_FAILURES: Final = 5
_GROWTH: Final = 4

_log = logging.getLogger(__name__)


class GivenUp(Exception):
    """A job failed `MAX_FAILURES` times in a row.

    Attributes:
        error_id: what its last failure was logged under.
    """

    def __init__(self, job: Job, error_id: str) -> None:
        super().__init__(f"{job.id} failed {MAX_FAILURES} times in a row, error {error_id}")
        self.error_id = error_id


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A job's place in its series of attempts.

    Attributes:
        attempt: 1, 2, …
        failures: how many attempts before this one failed in a row.
    """

    job: Job
    attempt: int = 1
    failures: int = 0


@dataclass(frozen=True, kw_only=True)
class Later:
    """The job wants another turn after ``seconds``."""

    turn: Turn
    seconds: float


async def take_turn(turn: Turn, registered: Registered, *, retry_seconds: float) -> Later | None:
    """Run a job's handler once; a job that is given up on is told of.

    Args:
        turn: which job, and how often it was tried.
        registered: what runs it, and is told when it is given up on.
        retry_seconds: the delay after a first failure; each further one waits four times longer.

    Returns:
        The next turn, or ``None`` where the job is done.

    Raises:
        GivenUp: it failed too often in a row.
    """
    try:
        return await _run(turn, registered.handler, retry_seconds)
    except GivenUp as given:
        if registered.gave_up is not None:
            await _tell(registered.gave_up, given, turn.job)
        raise


async def _tell(gave_up: GaveUp, given: GivenUp, job: Job) -> None:
    try:
        await gave_up(job.subject, given.error_id)
    except Exception:  # noqa: BLE001 - the job is over either way
        _log.exception("Nobody could be told that job %s is given up on", job.id)


async def _run(turn: Turn, handler: JobHandler, retry_seconds: float) -> Later | None:
    try:
        again = await handler(turn.job.subject, turn.attempt)
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        # The handler let a cancellation of its own escape: a failure like any other.
        return _after_failure(turn, retry_seconds)
    except Exception:  # noqa: BLE001 - one job's failure must not stop the others
        return _after_failure(turn, retry_seconds)
    return _after_wish(turn, again)


def _after_wish(turn: Turn, again: Again | None) -> Later | None:
    if again is None:
        return None
    return Later(turn=Turn(job=turn.job, attempt=turn.attempt + 1), seconds=max(again.seconds, 0.0))


def _after_failure(turn: Turn, retry_seconds: float) -> Later:
    """Log the failure that is being handled and plan the next try."""
    error_id = secrets.token_hex(4)
    failures = turn.failures + 1
    if failures >= MAX_FAILURES:
        _log.exception(
            "Job %s failed %d times in a row and is given up on (attempt %d, error %s)",
            turn.job.id,
            failures,
            turn.attempt,
            error_id,
        )
        raise GivenUp(turn.job, error_id)
    seconds = retry_seconds * _GROWTH ** (failures - 1)
    _log.warning(
        "Job %s failed and is tried again in %.1f s (attempt %d, error %s)",
        turn.job.id,
        seconds,
        turn.attempt,
        error_id,
        exc_info=True,
    )
    return Later(
        turn=Turn(job=turn.job, attempt=turn.attempt + 1, failures=failures), seconds=seconds
    )
