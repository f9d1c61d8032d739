"""Writers take turns: in order, the urgent ones first, and nobody for ever."""

from __future__ import annotations

import asyncio

import pytest

from bot.storage.turn import Turns


async def queue_up(turns: Turns, *urgent: bool) -> tuple[list[int], list[asyncio.Task[None]]]:
    """Let tasks wait for a turn that is taken; return who had it, as it happens."""
    had: list[int] = []

    async def work(number: int, is_urgent: bool) -> None:
        await turns.take(urgent=is_urgent, seconds=5)
        had.append(number)
        await asyncio.sleep(0)
        turns.pass_on()

    tasks = [asyncio.create_task(work(n, it)) for n, it in enumerate(urgent)]
    await asyncio.sleep(0)  # lets them queue up
    return had, tasks


async def test_they_come_in_order_and_the_urgent_ones_first() -> None:
    turns = Turns()
    await turns.take(urgent=False, seconds=1)
    had, tasks = await queue_up(turns, False, False, True, False, True)
    assert had == []
    turns.pass_on()
    await asyncio.gather(*tasks)
    assert had == [2, 4, 0, 1, 3]
    await turns.take(urgent=False, seconds=0)


async def test_who_waits_too_long_is_told_and_left_out() -> None:
    turns = Turns()
    await turns.take(urgent=False, seconds=1)
    with pytest.raises(TimeoutError):
        await turns.take(urgent=True, seconds=0.01)
    had, tasks = await queue_up(turns, False)
    turns.pass_on()
    await asyncio.gather(*tasks)
    assert had == [0]


@pytest.mark.parametrize("passed_on_first", [False, True])
async def test_who_goes_away_blocks_nobody(*, passed_on_first: bool) -> None:
    turns = Turns()
    await turns.take(urgent=False, seconds=1)
    had, [leaving, staying] = await queue_up(turns, False, False)
    if passed_on_first:
        turns.pass_on()
        leaving.cancel()
    else:
        leaving.cancel()
        await asyncio.sleep(0)
        turns.pass_on()
    await asyncio.gather(leaving, staying, return_exceptions=True)
    assert had == [1]
    await turns.take(urgent=False, seconds=0)
