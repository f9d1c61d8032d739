"""What `DbosJobs` promises beyond the port."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.jobs.durable import DbosJobs
from bot.jobs.pace import Pace
from bot.startup import StartupError
from handlers.ports import Again, Job
from tests.bot.jobs.conftest import PATIENCE, rows
from tests.bot.jobs.worker import open_application
from tests.contracts.jobs_bench import Recorder
from tests.wire.port import find_port
from tests.wire.postgres import PostgresServer

KIND = "grade-answer"


def _table(url: str, name: str) -> str:
    return name if url.startswith("sqlite") else f"dbos.{name}"


@asynccontextmanager
async def running(
    url: str, handler: Recorder | None = None, lanes: Sequence[str] = ("",)
) -> AsyncIterator[DbosJobs]:
    jobs = DbosJobs(url, lanes=lanes, poll_seconds=0.02, retry_seconds=0, stop_seconds=0.1)
    if handler is not None:
        jobs.register(KIND, handler)
    await jobs.start()
    try:
        yield jobs
    finally:
        await jobs.stop()


async def test_what_somebody_waits_for_begins_while_other_jobs_hold_back(sqlite_url: str) -> None:
    quiet, prompt, other = asyncio.Event(), Recorder(), Recorder()

    async def sleep(_: float) -> None:
        await quiet.wait()
        now.append(1.0)

    now = [0.0]
    pace = Pace(monotonic=lambda: now[-1], sleep=sleep)
    jobs = DbosJobs(sqlite_url, poll_seconds=0.02, prompt=["prompt"], pace=pace)
    jobs.register("prompt", prompt)
    jobs.register(KIND, other)
    await jobs.start()
    try:
        await _enqueue(jobs, sqlite_url, "a1")
        engine = open_application(sqlite_url)
        async with engine.begin() as connection:
            await connection.run_sync(jobs.enqueue, Job(kind="prompt", subject="a2"))
        await engine.dispose()
        await prompt.until(1)
        assert other.calls == []
        quiet.set()
        assert await jobs.drain(PATIENCE)
    finally:
        quiet.set()
        await jobs.stop()
    assert other.calls == [("a1", 1)]


def _files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def _enqueue(jobs: DbosJobs, url: str, *subjects: str) -> None:
    engine = open_application(url)
    async with engine.begin() as connection:
        for subject in subjects:
            await connection.run_sync(jobs.enqueue, Job(kind=KIND, subject=subject))
    await engine.dispose()


async def _change(url: str, statement: str) -> None:
    engine = open_application(url)
    async with engine.begin() as connection:
        await connection.execute(sa.text(statement))
    await engine.dispose()


async def _works_in_a_fresh_database_and_starts_again(url: str) -> None:
    handler = Recorder()
    async with running(url, handler) as jobs:
        await _enqueue(jobs, url, "a1")
        assert await jobs.drain(PATIENCE)
    assert handler.calls == [("a1", 1)]
    async with running(url, handler) as again:
        await _enqueue(again, url, "a2")
        assert await again.drain(PATIENCE)
    assert handler.calls == [("a1", 1), ("a2", 1)]


async def test_a_fresh_sqlite_file_is_set_up_and_started_again(tmp_path: Path) -> None:
    await _works_in_a_fresh_database_and_starts_again(
        f"sqlite+aiosqlite:///{tmp_path / 'fresh.db'}"
    )


async def test_a_fresh_postgres_is_set_up_and_started_again(
    postgres: PostgresServer,
) -> None:
    await _works_in_a_fresh_database_and_starts_again(postgres.create_database())


async def test_sqlite_is_in_wal_mode_so_that_readers_and_the_writer_go_on(sqlite_url: str) -> None:
    async with running(sqlite_url):
        assert await rows(sqlite_url, "PRAGMA journal_mode") == [("wal",)]


async def test_starting_and_stopping_again_and_again_leaves_no_thread_or_file(
    url: str, tmp_path: Path
) -> None:
    async with running(url):
        pass
    before = {t.name for t in threading.enumerate() if not t.name.startswith("asyncio_")}
    for _ in range(3):
        async with running(url, Recorder()) as jobs:
            await _enqueue(jobs, url, "a1")
            assert await jobs.drain(PATIENCE)
    after = {t.name for t in threading.enumerate() if not t.name.startswith("asyncio_")}
    assert after == before
    assert _files(tmp_path) <= {"prepbot.db"}


async def test_one_process_runs_one_set_of_jobs(sqlite_url: str) -> None:
    async with running(sqlite_url):
        with pytest.raises(RuntimeError, match="already"):
            await DbosJobs(sqlite_url).start()
    async with running(sqlite_url):
        pass


async def test_another_object_takes_up_what_the_first_left(url: str) -> None:
    first, second = Recorder(), Recorder()
    first.hold.clear()
    first.answer("waiting", 1, Again(seconds=0.1))
    async with running(url, first) as jobs:
        await _enqueue(jobs, url, "waiting", "held")
        await first.until(2)
    async with running(url, second) as jobs:
        assert await jobs.drain(PATIENCE)
    assert set(second.calls) == {("waiting", 1), ("held", 1)}


async def test_a_turn_whose_successor_exists_is_not_taken_again(url: str) -> None:
    handler = Recorder()
    handler.answer("a1", 1, Again(seconds=3600))
    async with running(url, handler) as jobs:
        await _enqueue(jobs, url, "a1")
        await handler.until(1)
    # As if the process had died between enqueueing the successor and recording the outcome.
    status = _table(url, "workflow_status")
    await _change(
        url,
        f"UPDATE {status} SET status = 'PENDING', executor_id = 'dead' "
        f"WHERE workflow_uuid = '{KIND}:a1#1'",
    )
    async with running(url, handler) as jobs:
        await _enqueue(jobs, url, "a2")
        await handler.until(2)
    assert handler.calls == [("a1", 1), ("a2", 1)]
    states = await rows(url, f"SELECT workflow_uuid, status FROM {status} ORDER BY created_at")
    assert states == [
        (f"{KIND}:a1#1", "SUCCESS"),
        (f"{KIND}:a1#2", "DELAYED"),
        (f"{KIND}:a2#1", "SUCCESS"),
    ]


async def test_a_job_outlives_any_number_of_processes(url: str) -> None:
    handler = Recorder()
    async with running(url, handler) as jobs:
        await _enqueue(jobs, url, "a1")
        assert await jobs.drain(PATIENCE)
    await _change(
        url,
        f"UPDATE {_table(url, 'workflow_status')} "
        "SET status = 'PENDING', executor_id = 'dead', recovery_attempts = 5000",
    )
    async with running(url, handler) as jobs:
        assert await jobs.drain(PATIENCE)
    assert handler.calls == [("a1", 1)] * 2


async def test_a_job_that_was_given_up_on_is_recorded_as_failed_and_nothing_is_pickled(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    handler = Recorder()
    handler.fail("bad", RuntimeError("no"))
    async with running(url, handler) as jobs:
        await _enqueue(jobs, url, "bad")
        assert await jobs.drain(PATIENCE)
    status = _table(url, "workflow_status")
    states = await rows(url, f"SELECT status, serialization FROM {status} ORDER BY created_at")
    assert states == [("SUCCESS", "portable_json")] * 4 + [("ERROR", "portable_json")]
    assert not [r for r in caplog.records if r.name == "dbos" and r.levelno > logging.WARNING]


async def test_dbos_says_nothing_of_its_own_and_nothing_on_standard_error(
    sqlite_url: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    async with running(sqlite_url, Recorder()) as jobs:
        await _enqueue(jobs, sqlite_url, "a1")
        assert await jobs.drain(PATIENCE)
    assert [r for r in caplog.records if r.name == "dbos"] == []
    assert capfd.readouterr().err == ""


async def test_prune_forgets_jobs_that_ended_long_ago_with_all_their_turns(url: str) -> None:
    handler = Recorder()
    handler.answer("twice", 1, Again(seconds=0))
    handler.answer("waiting", 1, Again(seconds=3600))
    handler.fail("bad", RuntimeError("no"))
    async with running(url, handler) as jobs:
        await _enqueue(jobs, url, "once", "twice", "bad", "waiting", "recent")
        await handler.until(10)
        assert not await jobs.drain(0.2)
        assert await jobs.prune(timedelta(days=30)) == 0
        status = _table(url, "workflow_status")
        # Everything ended a year ago, but for the last turn of one job and all of another.
        await _change(
            url,
            f"UPDATE {status} SET completed_at = completed_at - 31536000000 "
            "WHERE workflow_uuid NOT LIKE '%recent#1' AND completed_at IS NOT NULL",
        )
        assert await jobs.prune(timedelta(days=30)) == 1 + 2 + 5
        left = await rows(url, f"SELECT workflow_uuid FROM {status} ORDER BY 1")
        inputs = await rows(
            url, f"SELECT workflow_uuid FROM {_table(url, 'workflow_input')} ORDER BY 1"
        )
    assert left == [(f"{KIND}:recent#1",), (f"{KIND}:waiting#1",), (f"{KIND}:waiting#2",)]
    assert inputs == left


async def test_work_goes_on_when_the_database_has_cut_every_connection(postgres_url: str) -> None:
    handler = Recorder()
    handler.hold.clear()
    async with running(postgres_url, handler) as jobs:
        await _enqueue(jobs, postgres_url, "a1", "a2", "a3")
        await handler.until(3)
        with contextlib.suppress(sa.exc.DBAPIError):
            await _change(
                postgres_url,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database()",
            )
        handler.hold.set()
        await _enqueue(jobs, postgres_url, "a4")
        assert await jobs.drain(PATIENCE)
    assert sorted(handler.calls) == [("a1", 1), ("a2", 1), ("a3", 1), ("a4", 1)]


async def test_a_handler_that_ignores_its_cancellation_does_not_keep_stop_from_ending(
    sqlite_url: str,
) -> None:
    began, release = asyncio.Event(), asyncio.Event()

    async def stubborn(subject: str, attempt: int) -> Again | None:
        began.set()
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                asyncio.get_running_loop().call_later(0.2, release.set)
        return None

    jobs = DbosJobs(sqlite_url, poll_seconds=0.02, stop_seconds=0.05)
    jobs.register(KIND, stubborn)
    await jobs.start()
    await _enqueue(jobs, sqlite_url, "a1")
    await asyncio.wait_for(began.wait(), PATIENCE)
    await asyncio.wait_for(jobs.stop(), PATIENCE)
    assert release.is_set()


async def test_an_unreachable_postgres_is_named_without_its_password() -> None:
    port = find_port()
    jobs = DbosJobs(f"postgresql+psycopg://prepbot:hunter2@127.0.0.1:{port}/prepbot")
    with pytest.raises(StartupError) as raised:
        await jobs.start()
    assert f"prepbot at 127.0.0.1:{port} can't be opened" in str(raised.value)
    assert "hunter2" not in str(raised.value)


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database " * 100)
    with pytest.raises(StartupError, match=r"notes\.txt can't be opened"):
        await DbosJobs(f"sqlite+aiosqlite:///{path}").start()
    with pytest.raises(StartupError, match=r"gone/prepbot\.db can't be opened"):
        await DbosJobs(f"sqlite+aiosqlite:///{tmp_path}/gone/prepbot.db").start()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("sqlite+aiosqlite://", "outlives the process"),
        ("sqlite+aiosqlite:///:memory:", "outlives the process"),
        ("mysql://localhost/prepbot", "not in mysql"),
        ("prepbot.db", "can't be read"),
    ],
)
def test_addresses_that_cannot_work_say_what_to_write(address: str, words: str) -> None:
    with pytest.raises(StartupError, match=words):
        DbosJobs(address)


async def test_a_cancelled_start_leaves_nothing_behind(sqlite_url: str) -> None:
    jobs = DbosJobs(sqlite_url)
    starting = asyncio.create_task(jobs.start())
    await asyncio.sleep(0)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert await rows(sqlite_url, "SELECT id FROM jobs_executor") == []
    await jobs.start()
    await jobs.stop()


async def test_a_failed_start_can_be_tried_again(tmp_path: Path) -> None:
    folder = tmp_path / "later"
    jobs = DbosJobs(f"sqlite+aiosqlite:///{folder}/prepbot.db")
    with pytest.raises(StartupError):
        await jobs.start()
    folder.mkdir()
    await jobs.start()
    await jobs.stop()


async def test_a_process_takes_the_jobs_of_its_own_lanes_only(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'p.db'}"
    job = Job(kind=KIND, subject="a1", lane="discord")
    slack, discord = Recorder(), Recorder()
    engine = open_application(url)
    async with running(url, slack, lanes=["slack"]) as jobs:
        async with engine.begin() as connection:
            await connection.run_sync(jobs.enqueue, job)
            await connection.run_sync(jobs.enqueue, Job(kind=KIND, subject="a2", lane="slack"))
        assert await jobs.drain(PATIENCE)
    assert slack.calls == [("a2", 1)]
    async with running(url, discord, lanes=["discord", "console"]) as jobs:
        assert await jobs.drain(PATIENCE)
    assert discord.calls == [("a1", 1)]
    await engine.dispose()
