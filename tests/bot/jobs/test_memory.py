"""What `MemoryJobs` offers to tests beyond the port."""

from __future__ import annotations

from bot.jobs.memory import MemoryJobs
from handlers.ports import Again, Job
from tests.contracts.jobs_bench import PATIENCE, Recorder


async def test_a_job_can_be_added_without_a_database_and_long_waits_skipped() -> None:
    waits: list[float] = []

    async def note(seconds: float) -> None:
        waits.append(seconds)

    handler = Recorder()
    handler.answer("a1", 1, Again(seconds=86400))
    jobs = MemoryJobs(sleep=note)
    jobs.register("remind", handler)
    jobs.add(Job(kind="remind", subject="a1"))
    jobs.add(Job(kind="remind", subject="a1"))
    await jobs.start()
    assert await jobs.drain(PATIENCE)
    await jobs.stop()
    assert handler.calls == [("a1", 1), ("a1", 2)]
    assert waits == [0, 86400]


async def test_jobs_that_were_given_up_on_are_listed() -> None:
    handler = Recorder()
    handler.fail("bad", RuntimeError("no"))
    jobs = MemoryJobs(retry_seconds=0)
    jobs.register("remind", handler)
    for subject in ("bad", "good"):
        jobs.add(Job(kind="remind", subject=subject))
    await jobs.start()
    assert await jobs.drain(PATIENCE)
    await jobs.stop()
    assert jobs.given_up == (Job(kind="remind", subject="bad"),)
