"""Every implementation of the jobs keeps the port's promises."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from contextvars import ContextVar
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.jobs.attempt import MAX_FAILURES
from bot.jobs.durable import DbosJobs
from bot.jobs.memory import MemoryJobs
from handlers.ports import Again, Job
from tests.contracts.jobs_bench import PATIENCE, Bench, EnqueuingJobs, Recorder, application_engine
from tests.wire.postgres import PostgresServer

RETRY = 0.0
CONCURRENCY = 3
GRADE = "grade-answer"


async def _set_up(url: str) -> str:
    jobs = DbosJobs(url)
    await jobs.start()
    await jobs.stop()
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("jobs") / "template.db"
    asyncio.run(_set_up(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_url(postgres: PostgresServer) -> str:
    return asyncio.run(_set_up(postgres.create_database()))


@pytest.fixture(params=["memory", "dbos-sqlite", "dbos-postgres"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if kind == "dbos-postgres":
        # Emptied rather than copied anew: a copy takes half a second.
        return _emptied(request.getfixturevalue("postgres_url"))
    path = tmp_path / "prepbot.db"
    if kind == "dbos-sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
    return f"sqlite+aiosqlite:///{path}"


def _emptied(url: str) -> str:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for table in ("workflow_status", "workflow_input", "workflow_output"):
            connection.execute(sa.text(f"DELETE FROM dbos.{table}"))
        connection.execute(sa.text("DROP TABLE IF EXISTS answers"))
    engine.dispose()
    return url


def _make(kind: str, url: str) -> EnqueuingJobs:
    if kind == "memory":
        return MemoryJobs(concurrency=CONCURRENCY, retry_seconds=RETRY, stop_seconds=0.2)
    return DbosJobs(
        url,
        concurrency=CONCURRENCY,
        poll_seconds=0.02,
        retry_seconds=RETRY,
        stop_seconds=0.2,
    )


@pytest.fixture
async def bench(kind: str, url: str) -> AsyncIterator[Bench]:
    async with application_engine(url) as engine:
        bench = Bench(_make(kind, url), engine)
        yield bench
        await bench.jobs.stop()


@pytest.fixture
def handler(bench: Bench) -> Recorder:
    recorder = Recorder()
    bench.jobs.register(GRADE, recorder)
    return recorder


def _job(subject: str) -> Job:
    return Job(kind=GRADE, subject=subject)


async def test_a_committed_job_runs_once_with_its_subject_as_first_attempt(
    bench: Bench, handler: Recorder
) -> None:
    await bench.jobs.start()
    await bench.enqueue(_job("a1"))
    assert await bench.jobs.drain(PATIENCE)
    assert handler.calls == [("a1", 1)]


async def test_a_job_is_written_with_the_rows_or_not_at_all(
    bench: Bench, handler: Recorder
) -> None:
    await bench.jobs.start()
    async with bench.engine.connect() as connection:
        await connection.execute(sa.text("INSERT INTO answers VALUES ('lost')"))
        await connection.run_sync(bench.jobs.enqueue, _job("lost"))
        await connection.rollback()
        await connection.execute(sa.text("INSERT INTO answers VALUES ('kept')"))
        await connection.run_sync(bench.jobs.enqueue, _job("kept"))
        await connection.commit()
        rows = (await connection.execute(sa.text("SELECT id FROM answers"))).scalars().all()
    assert await bench.jobs.drain(PATIENCE)
    assert rows == ["kept"]
    assert handler.calls == [("kept", 1)]


async def test_a_job_does_not_start_before_its_transaction_commits(
    bench: Bench, handler: Recorder
) -> None:
    await bench.jobs.start()
    async with bench.engine.connect() as connection:
        await connection.run_sync(bench.jobs.enqueue, _job("a1"))
        assert await bench.jobs.drain(1)
        assert handler.calls == []
        await connection.commit()
    await handler.until(1)


async def test_a_known_job_is_not_enqueued_again_and_leaves_the_transaction_usable(
    bench: Bench, handler: Recorder
) -> None:
    await bench.jobs.start()
    await bench.enqueue(_job("a1"), _job("a1"))
    assert await bench.jobs.drain(PATIENCE)
    async with bench.engine.begin() as connection:
        await connection.run_sync(bench.jobs.enqueue, _job("a1"))
        await connection.execute(sa.text("INSERT INTO answers VALUES ('after')"))
    assert await bench.jobs.drain(PATIENCE)
    async with bench.engine.connect() as connection:
        assert (await connection.execute(sa.text("SELECT id FROM answers"))).all() == [("after",)]
    assert handler.calls == [("a1", 1)]


async def test_transactions_at_the_same_time_enqueue_a_job_once(
    bench: Bench, handler: Recorder
) -> None:
    await bench.jobs.start()
    await asyncio.gather(*(bench.enqueue(_job("a1"), _job("a2")) for _ in range(8)))
    assert await bench.jobs.drain(PATIENCE)
    assert sorted(handler.calls) == [("a1", 1), ("a2", 1)]


async def test_again_runs_the_job_once_more_with_the_next_attempt(
    bench: Bench, handler: Recorder
) -> None:
    handler.answer("a1", 1, Again(seconds=0))
    handler.answer("a1", 2, Again(seconds=0))
    await bench.jobs.start()
    await bench.enqueue(_job("a1"))
    assert await bench.jobs.drain(PATIENCE)
    assert handler.calls == [("a1", 1), ("a1", 2), ("a1", 3)]


async def test_a_waiting_job_takes_no_slot_and_keeps_drain_waiting(
    bench: Bench, handler: Recorder
) -> None:
    for subject in ("w1", "w2", "w3", "w4"):
        handler.answer(subject, 1, Again(seconds=3600))
    await bench.jobs.start()
    await bench.enqueue(*(_job(s) for s in ("w1", "w2", "w3", "w4")))
    await handler.until(4)
    await bench.enqueue(_job("a1"))
    await handler.until(5)
    assert handler.calls[-1] == ("a1", 1)
    assert not await bench.jobs.drain(0.1)


async def test_a_failing_job_is_retried_then_given_up_while_others_go_on(
    bench: Bench, handler: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    handler.fail("bad", RuntimeError("the reason stays in the log"))
    await bench.jobs.start()
    await bench.enqueue(_job("bad"), _job("good"))
    assert await bench.jobs.drain(PATIENCE)
    assert [call for call in handler.calls if call[0] == "bad"] == [
        ("bad", attempt) for attempt in range(1, MAX_FAILURES + 1)
    ]
    assert ("good", 1) in handler.calls
    errors = [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert len(errors) == 1
    assert "given up" in errors[0].message
    assert "error " in errors[0].message


async def test_a_success_in_between_starts_the_count_of_failures_anew(
    bench: Bench, handler: Recorder
) -> None:
    for attempt in range(1, MAX_FAILURES):
        handler.answer("a1", attempt, RuntimeError("again"))
    handler.answer("a1", MAX_FAILURES, Again(seconds=0))
    handler.answer("a1", MAX_FAILURES + 1, RuntimeError("again"))
    await bench.jobs.start()
    await bench.enqueue(_job("a1"))
    assert await bench.jobs.drain(PATIENCE)
    assert handler.calls[-1] == ("a1", MAX_FAILURES + 2)


async def test_a_cancellation_inside_a_handler_is_a_failure(
    bench: Bench, handler: Recorder
) -> None:
    attempts: list[int] = []

    async def cancelled_once(subject: str, attempt: int) -> Again | None:
        attempts.append(attempt)
        if attempt == 1:
            raise asyncio.CancelledError
        return None

    bench.jobs.register("cancelled", cancelled_once)
    await bench.jobs.start()
    await bench.enqueue(Job(kind="cancelled", subject="a1"))
    assert await bench.jobs.drain(PATIENCE)
    assert attempts == [1, 2]


async def test_a_job_of_an_unknown_kind_does_not_stop_the_others(
    bench: Bench, handler: Recorder
) -> None:
    await bench.jobs.start()
    await bench.enqueue(Job(kind="from-another-version", subject="x"), _job("a1"))
    assert await bench.jobs.drain(PATIENCE)
    assert handler.calls == [("a1", 1)]


async def test_no_more_jobs_run_at_once_than_allowed(bench: Bench, handler: Recorder) -> None:
    handler.hold.clear()
    await bench.jobs.start()
    await bench.enqueue(*(_job(f"a{n}") for n in range(3 * CONCURRENCY)))
    await handler.until(CONCURRENCY)
    handler.hold.set()
    assert await bench.jobs.drain(PATIENCE)
    assert len(handler.calls) == 3 * CONCURRENCY
    assert handler.most_at_once == CONCURRENCY


WHO: ContextVar[str] = ContextVar("WHO", default="nobody")


async def test_handlers_run_on_the_loop_and_in_the_context_of_start(bench: Bench) -> None:
    seen: list[tuple[asyncio.AbstractEventLoop, str]] = []

    async def look(subject: str, attempt: int) -> Again | None:
        seen.append((asyncio.get_running_loop(), WHO.get()))
        return None

    bench.jobs.register("look", look)
    token = WHO.set("application")
    await bench.jobs.start()
    WHO.reset(token)
    await bench.enqueue(Job(kind="look", subject="x"))
    assert await bench.jobs.drain(PATIENCE)
    assert seen == [(asyncio.get_running_loop(), "application")]


async def test_drain_says_whether_everything_is_done(bench: Bench, handler: Recorder) -> None:
    handler.hold.clear()
    await bench.jobs.start()
    assert await bench.jobs.drain(PATIENCE)
    await bench.enqueue(_job("a1"))
    await handler.until(1)
    assert not await bench.jobs.drain(0.05)
    handler.hold.set()
    assert await bench.jobs.drain(PATIENCE)


async def test_stop_lets_a_running_job_finish(bench: Bench, handler: Recorder) -> None:
    handler.hold.clear()
    await bench.jobs.start()
    await bench.enqueue(_job("a1"))
    await handler.until(1)
    asyncio.get_running_loop().call_later(0.05, handler.hold.set)
    await bench.jobs.stop()
    assert handler.cancelled == []
    await bench.jobs.start()
    assert await bench.jobs.drain(PATIENCE)
    assert handler.calls == [("a1", 1)]


async def test_a_job_cut_short_by_stop_is_taken_up_by_the_next_start(
    bench: Bench, handler: Recorder
) -> None:
    handler.hold.clear()
    await bench.jobs.start()
    await bench.enqueue(*(_job(f"a{n}") for n in range(CONCURRENCY + 2)))
    await handler.until(CONCURRENCY)
    await bench.jobs.stop()
    assert len(handler.cancelled) == CONCURRENCY
    handler.hold.set()
    await bench.jobs.start()
    assert await bench.jobs.drain(PATIENCE)
    assert sorted(set(handler.calls)) == [(f"a{n}", 1) for n in range(CONCURRENCY + 2)]
    assert len(handler.calls) == 2 * CONCURRENCY + 2


async def test_a_job_that_waits_for_its_next_attempt_survives_stop(
    bench: Bench, handler: Recorder
) -> None:
    handler.answer("a1", 1, Again(seconds=0.3))
    await bench.jobs.start()
    await bench.enqueue(_job("a1"))
    await handler.until(1)
    await bench.jobs.stop()
    assert handler.calls == [("a1", 1)]
    await bench.jobs.start()
    assert await bench.jobs.drain(PATIENCE)
    assert handler.calls == [("a1", 1), ("a1", 2)]


async def test_jobs_enqueued_while_nobody_works_run_at_the_next_start(
    bench: Bench, handler: Recorder
) -> None:
    await bench.enqueue(_job("a1"))
    await bench.jobs.start()
    assert await bench.jobs.drain(PATIENCE)
    assert handler.calls == [("a1", 1)]


async def test_a_handler_can_enqueue_jobs(bench: Bench, handler: Recorder) -> None:
    async def spread(subject: str, attempt: int) -> Again | None:
        await bench.enqueue(_job("a1"), _job("a2"))
        return None

    bench.jobs.register("spread", spread)
    await bench.jobs.start()
    await bench.enqueue(Job(kind="spread", subject="x"))
    assert await bench.jobs.drain(PATIENCE)
    assert sorted(handler.calls) == [("a1", 1), ("a2", 1)]


async def test_subjects_are_kept_apart_whatever_they_contain(
    bench: Bench, handler: Recorder
) -> None:
    handler.answer("a", 1, Again(seconds=0))
    subjects = ["a", "a#1", "a#2", "a:b", "", "é'\"%(x)s :y {z}\\"]
    await bench.jobs.start()
    await bench.enqueue(*(_job(s) for s in subjects))
    assert await bench.jobs.drain(PATIENCE)
    assert sorted(handler.calls) == sorted([(s, 1) for s in subjects] + [("a", 2)])


async def test_one_kind_has_one_handler_and_gets_it_before_the_start(
    bench: Bench, handler: Recorder
) -> None:
    with pytest.raises(ValueError, match="handler already"):
        bench.jobs.register(GRADE, handler)
    await bench.jobs.start()
    with pytest.raises(RuntimeError, match="before the start"):
        bench.jobs.register("late", handler)


async def test_stopping_what_is_stopped_or_stopping_does_nothing(bench: Bench) -> None:
    await bench.jobs.stop()
    await bench.jobs.start()
    await asyncio.gather(bench.jobs.stop(), bench.jobs.stop())
    await bench.jobs.stop()
