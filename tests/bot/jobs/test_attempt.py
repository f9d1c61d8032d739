"""What becomes of a job after one attempt."""

from __future__ import annotations

import asyncio

import pytest

from bot.jobs.attempt import MAX_FAILURES, GivenUp, Later, Turn, take_turn
from bot.jobs.registry import Registered
from handlers.ports import Again, Job

JOB = Job(kind="grade-answer", subject="a1")


async def _done(subject: str, attempt: int) -> Again | None:
    return None


async def _later(subject: str, attempt: int) -> Again | None:
    return Again(seconds=attempt * 10)


async def _failing(subject: str, attempt: int) -> Again | None:
    raise RuntimeError("no")


async def test_a_job_that_returns_nothing_is_done() -> None:
    assert await take_turn(Turn(job=JOB), Registered(_done), retry_seconds=2) is None


async def test_a_wish_for_another_attempt_forgets_earlier_failures() -> None:
    later = await take_turn(
        Turn(job=JOB, attempt=4, failures=3), Registered(_later), retry_seconds=2
    )
    assert later == Later(turn=Turn(job=JOB, attempt=5, failures=0), seconds=40)


@pytest.mark.parametrize(("failures", "seconds"), [(0, 2), (1, 8), (2, 32), (3, 128)])
async def test_the_delay_grows_with_each_failure_in_a_row(failures: int, seconds: float) -> None:
    turn = Turn(job=JOB, attempt=7, failures=failures)
    later = await take_turn(turn, Registered(_failing), retry_seconds=2)
    assert later == Later(turn=Turn(job=JOB, attempt=8, failures=failures + 1), seconds=seconds)


async def test_the_last_failure_in_a_row_gives_the_job_up_under_an_id_that_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    turn = Turn(job=JOB, attempt=9, failures=MAX_FAILURES - 1)
    with pytest.raises(GivenUp) as raised:
        await take_turn(turn, Registered(_failing), retry_seconds=2)
    assert raised.value.error_id in caplog.text
    assert "RuntimeError: no" in caplog.text


async def test_cancelling_the_task_is_no_failure_of_the_job() -> None:
    began = asyncio.Event()

    async def waits(subject: str, attempt: int) -> Again | None:
        began.set()
        await asyncio.Event().wait()
        return None

    task = asyncio.create_task(take_turn(Turn(job=JOB), Registered(waits), retry_seconds=2))
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_job_that_is_given_up_on_is_told_of_once_even_if_that_fails(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told: list[tuple[str, str]] = []

    async def gave_up(subject: str, error_id: str) -> None:
        told.append((subject, error_id))
        raise RuntimeError("nobody listens")

    turn = Turn(job=JOB, attempt=9, failures=MAX_FAILURES - 1)
    with pytest.raises(GivenUp) as caught:
        await take_turn(turn, Registered(_failing, gave_up), retry_seconds=0)

    assert told == [(JOB.subject, caught.value.error_id)]
    assert "Nobody could be told" in caplog.text
