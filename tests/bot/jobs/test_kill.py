"""Processes are killed while they work; others share the work: nothing is lost or repeated."""

from __future__ import annotations

import asyncio
import random
import sys

import pytest

from tests.bot.jobs.conftest import StartWorker, prepare, rows
from tests.bot.jobs.worker import KIND, STUCK

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="kills with SIGKILL"),
    pytest.mark.timeout(300),
]

KILLS = 10
JOBS = 120
CONCURRENCY = 8


async def _survives(worker: StartWorker, url: str, seed: int) -> None:
    """Kill workers at random moments, let a last one finish, and look at the rows."""
    chance = random.Random(seed)
    subjects = [str(n) for n in range(JOBS)]
    await prepare(url, KIND, subjects)
    for number in range(KILLS):
        async with worker(url, f"killed-{number}") as process:
            # From "starting" on, through "ready", to somewhere among the jobs.
            await process.after(chance.randint(1, 16))
            await process.kill()
    async with worker(url, "last", "drain") as process:
        await process.until("drained")
        assert await process.finish() == 0

    done = await rows(url, "SELECT subject FROM done")
    assert sorted(done) == sorted((s,) for s in subjects)
    runs = await rows(url, "SELECT subject, attempt FROM runs")
    turns = JOBS + JOBS // 3
    assert {s for s, _ in runs} == set(subjects)
    assert turns <= len(runs) <= turns + KILLS * CONCURRENCY


async def test_no_job_is_lost_when_processes_are_killed_at_random(
    sqlite_url: str, worker: StartWorker
) -> None:
    await _survives(worker, sqlite_url, seed=7)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(3))
async def test_no_job_is_lost_on_postgres_either(
    postgres_url: str, worker: StartWorker, seed: int
) -> None:
    await _survives(worker, postgres_url, seed)


async def test_a_restart_after_a_kill_takes_the_work_up_at_once(
    url: str, worker: StartWorker
) -> None:
    await prepare(url, STUCK, ["a1"])
    async with worker(url, "first") as process:
        await process.until("began a1")
        await process.kill()
    async with worker(url, "second") as process:
        await process.until("starting")
        # The lock file tells of the death: nobody waits the 15 s that silence would take.
        async with asyncio.timeout(10):
            await process.until("began a1")


async def test_a_newcomer_leaves_the_jobs_of_the_living_alone(
    sqlite_url: str, worker: StartWorker
) -> None:
    await prepare(sqlite_url, STUCK, ["a1"])
    look = "SELECT status, executor_id, owner_xid, recovery_attempts FROM workflow_status"
    async with worker(sqlite_url, "first") as first:
        await first.until("began a1")
        before = await rows(sqlite_url, look)
        async with worker(sqlite_url, "second") as second:
            await second.until("ready")
            assert await rows(sqlite_url, look) == before


async def test_a_living_process_takes_over_what_a_killed_one_left(
    sqlite_url: str, worker: StartWorker
) -> None:
    await prepare(sqlite_url, STUCK, ["a1"])
    async with worker(sqlite_url, "first") as first, worker(sqlite_url, "second") as second:
        finders = {
            asyncio.create_task(process.until("began a1")): process for process in (first, second)
        }
        done, waiting = await asyncio.wait(finders, return_when=asyncio.FIRST_COMPLETED)
        await finders[done.pop()].kill()
        await waiting.pop()


async def test_a_loop_that_ends_without_stop_neither_hangs_nor_loses_the_job(
    sqlite_url: str, worker: StartWorker
) -> None:
    await prepare(sqlite_url, STUCK, ["a1"])
    async with worker(sqlite_url, "careless", "abandon") as process:
        await process.until("began a1")
        assert await process.finish() == 0
    async with worker(sqlite_url, "next") as process:
        await process.until("began a1")


async def test_two_processes_share_the_jobs_and_run_each_once(
    postgres_url: str, worker: StartWorker
) -> None:
    subjects = [str(3 * n + 1) for n in range(200)]
    await prepare(postgres_url, KIND, subjects)
    async with (
        worker(postgres_url, "one", "drain") as one,
        worker(postgres_url, "two", "drain") as two,
    ):
        await asyncio.gather(one.until("drained"), two.until("drained"))
        assert await one.finish() == 0
        assert await two.finish() == 0
    runs = await rows(postgres_url, "SELECT subject, attempt, worker FROM runs")
    assert sorted(str(s) for s, _, _ in runs) == sorted(subjects)
    assert {attempt for _, attempt, _ in runs} == {1}
    assert {name for _, _, name in runs} == {"one", "two"}
