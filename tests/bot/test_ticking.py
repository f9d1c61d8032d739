"""The clock ticks, and never twice at once."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.clock.ticking import Ticking


class Ticks:
    """Counts ticks; each waits to be let go, or fails."""

    def __init__(self) -> None:
        self.begun = asyncio.Semaphore(0)
        self.ended = 0
        self.at_once = 0
        self.most_at_once = 0
        self.go = asyncio.Event()
        self.go.set()
        self.fails = False

    async def __call__(self) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.begun.release()
        await self.go.wait()
        self.at_once -= 1
        self.ended += 1
        if self.fails:
            raise ValueError("a tick failed")

    async def wait_for(self, count: int) -> None:
        async with asyncio.timeout(30):
            for _ in range(count):
                await self.begun.acquire()


async def test_it_ticks_at_once_and_then_again_and_again() -> None:
    ticks = Ticks()
    ticking = Ticking(ticks, seconds=0.02)
    await ticking.start()
    await ticks.wait_for(3)
    await ticking.stop()
    ended = ticks.ended
    assert ended >= 3
    assert ticks.most_at_once == 1


async def test_the_first_tick_does_not_wait_for_the_interval() -> None:
    ticks = Ticks()
    ticking = Ticking(ticks, seconds=3600)
    await ticking.start()
    await ticks.wait_for(1)
    await ticking.stop()


async def test_a_slow_tick_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    ticks = Ticks()
    ticks.go.clear()
    ticking = Ticking(ticks, seconds=0.01)
    with caplog.at_level(logging.ERROR):
        await ticking.start()
        await ticks.wait_for(1)
        stopping = asyncio.create_task(ticking.stop())
        await asyncio.wait({stopping}, timeout=0.05)
        assert not stopping.done()
        ticks.go.set()
        await stopping
    assert (ticks.ended, ticks.most_at_once) == (1, 1)
    assert caplog.records == []


async def test_a_stop_right_after_the_start_cuts_nothing_off(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ticks = Ticks()
    ticking = Ticking(ticks, seconds=3600)
    with caplog.at_level(logging.ERROR):
        await ticking.start()
        await ticking.stop()
    assert ticks.at_once == 0
    assert caplog.records == []


async def test_a_tick_that_fails_is_followed_by_the_next(caplog: pytest.LogCaptureFixture) -> None:
    ticks = Ticks()
    ticks.fails = True
    ticking = Ticking(ticks, seconds=0.01)
    await ticking.start()
    await ticks.wait_for(3)
    await ticking.stop()
    assert "a tick failed" in caplog.text


async def test_stopping_twice_or_before_the_start_does_no_harm() -> None:
    ticking = Ticking(Ticks(), seconds=1)
    await ticking.stop()
    await ticking.start()
    await ticking.stop()
    await ticking.stop()
