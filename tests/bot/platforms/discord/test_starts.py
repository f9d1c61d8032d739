"""Sessions are begun sparingly, over restarts as well."""

from __future__ import annotations

import asyncio

import pytest

from bot.platforms.discord.starts import Starts, TooManyStarts, earliest_start
from tests.bot.platforms.discord.conftest import StartApp
from tests.bot.platforms.discord.shelf import Shelf
from tests.wire.fake_discord import FakeDiscord


@pytest.mark.parametrize(
    ("count", "apart", "shards", "wait"),
    [
        (0, 5.0, 1, None),
        (1, 5.0, 1, 5.0),
        (19, 5.0, 1, 5.0),
        (20, 5.0, 1, 180.0),
        (20, 200.0, 1, 5.0),
        (39, 5.0, 2, 5.0),
        (40, 5.0, 2, 180.0),
    ],
)
def test_beginning_again_and_again_slows_down(
    count: int, apart: float, shards: int, wait: float | None
) -> None:
    begun = [number * apart for number in range(count)]

    earliest = earliest_start(begun, 5.0, shards)

    assert earliest == (0.0 if wait is None else begun[-1] + wait)


async def test_a_crash_loop_does_not_spend_the_days_sessions() -> None:
    """A process that dies as soon as it is connected, started again at once, for a day."""
    shelf, now, begun = Shelf(), 0.0, 0
    while now < 86_400.0:
        starts = Starts(pause=5.0, memory=shelf.starts, now=lambda: now)  # noqa: B023
        now += await starts.wait()
        await starts.begin(may_hold=False)
        begun += 1
        now += 1.0

    assert 24 <= begun <= 500  # of Discord's 1000


async def test_what_is_kept_and_can_not_be_read_costs_no_start() -> None:
    shelf = Shelf()
    shelf.value = "{not json"

    await Starts(pause=5.0, memory=shelf.starts).begin(may_hold=False)

    assert shelf.value is not None
    assert shelf.value.startswith("[")


async def test_a_clock_that_was_set_back_keeps_nobody_out() -> None:
    shelf = Shelf()
    shelf.value = "[5000000.0]"

    starts = Starts(pause=5.0, memory=shelf.starts, now=lambda: 1000.0)

    assert await starts.wait() <= 180.0


async def test_a_long_wait_is_not_spent_on_an_open_connection() -> None:
    starts = Starts(pause=5.0, now=lambda: 1000.0)
    starts.allow(left=0, reset_after=3600.0)

    with pytest.raises(TooManyStarts) as held:
        await starts.begin(may_hold=False)

    assert held.value.seconds == 3600.0


async def test_on_the_wire_nothing_identifies_when_discord_says_that_nothing_is_left(
    discord: FakeDiscord, start_app: StartApp
) -> None:
    discord.allow_starts(0, reset_after=0.3)
    starting = asyncio.ensure_future(start_app())
    await discord.wait_until(lambda: discord.count("GET", "/gateway/bot$"), what="a question")
    assert discord.identifies == []

    discord.allow_starts(5)
    app = await starting

    assert app.is_connected
    assert len(discord.identifies) == 1


async def test_on_the_wire_a_start_is_remembered_and_the_next_one_waits(
    discord: FakeDiscord, start_app: StartApp
) -> None:
    shelf = Shelf()
    first = await start_app(start_memory=shelf.starts)
    await first.stop()
    second = asyncio.ensure_future(start_app(start_memory=shelf.starts, identify_pause=0.5))

    await discord.wait_until(lambda: discord.count("GET", "/gateway/bot$") >= 2, what="two starts")
    assert len(discord.identifies) == 1
    await second

    assert len(discord.identifies) == 2
