"""Jobs hold back while much comes in, and never for ever."""

from __future__ import annotations

import asyncio

from bot.jobs.pace import Pace


class Time:
    """A clock that only sleeping moves; a stream enqueues something in each sleep."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []
        self.stream: Pace | None = None

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.slept.append(seconds)
        self.now += seconds
        if self.stream is not None:
            self.stream.note()


def a_pace(time: Time) -> Pace:
    return Pace(quiet=0.05, patience=0.25, monotonic=time.monotonic, sleep=time.sleep)


async def test_a_job_begins_at_once_where_nothing_comes_in() -> None:
    time = Time()
    await a_pace(time).wait()
    assert time.slept == []


async def test_a_job_waits_for_a_quiet_moment() -> None:
    time = Time()
    pace = a_pace(time)
    pace.note()
    await pace.wait()
    assert round(sum(time.slept), 6) == 0.05


async def test_in_a_lasting_stream_jobs_begin_one_after_the_other() -> None:
    time = Time()
    pace = time.stream = a_pace(time)
    pace.note()
    began: list[float] = []

    async def job() -> None:
        await pace.wait()
        began.append(time.now - 100.0)

    await asyncio.gather(*(job() for _ in range(4)))
    assert [round(at, 6) for at in began] == [0.25, 0.5, 0.75, 1.0]


async def test_jobs_that_waited_begin_together_once_it_is_quiet() -> None:
    time = Time()
    pace = a_pace(time)
    pace.note()
    began: list[float] = []

    async def job() -> None:
        await pace.wait()
        began.append(round(time.now - 100.0, 6))

    await asyncio.gather(*(job() for _ in range(3)))
    assert began == [0.05] * 3


async def test_a_job_that_is_stopped_while_it_waits_stops_no_other() -> None:
    time = Time()
    pace = time.stream = a_pace(time)
    pace.note()
    leaving = asyncio.create_task(pace.wait())
    staying = asyncio.create_task(pace.wait())
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.wait_for(staying, 20)
    assert leaving.cancelled()
