"""Ten thousand replies, a kill and a reconnect among them: every one is there afterwards."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from tests.benchmarks.burst_bot import a_bot, ask, say
from tests.wire.fake_slack import Delivery

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1500)]

MANY = 10_000
IN_FLIGHT = 50
KILL_AT = MANY // 2
RECONNECT_AT = (MANY // 4, 3 * MANY // 4)
SLACKS_LIMIT = 3.0


@pytest.mark.parametrize("over_http", [False, True], ids=["socket mode", "http"])
async def test_many_replies_a_kill_and_reconnects(tmp_path: Path, *, over_http: bool) -> None:
    async with a_bot(tmp_path, over_http=over_http) as bot:
        question = await ask(bot)
        begun = time.monotonic()
        redelivered = 0
        for first in range(0, MANY, IN_FLIGHT):
            waiting = [
                await say(bot, question, number) for number in range(first, first + IN_FLIGHT)
            ]
            if first in RECONNECT_AT:
                await bot.slack.disconnect()
            if first == KILL_AT:
                # Some of these are being stored, and some not even read.
                await bot.slack.wait_for(lambda last=waiting: any(it.ack for it in last))  # type: ignore[misc]
                await bot.kill()
                await bot.start()
            while waiting := await unacknowledged(waiting):
                # What Slack does with an event that nobody acknowledged.
                redelivered += len(waiting)
                waiting = [await bot.slack.redeliver(delivery) for delivery in waiting]
        rate = MANY / (time.monotonic() - begun)
        stored = bot.count("SELECT count(DISTINCT message) FROM answers")
        rows = bot.count("SELECT count(*) FROM answers")
        jobs = bot.count("SELECT count(*) FROM workflow_status WHERE workflow_uuid LIKE '%#1'")
    print(
        f"\n{MANY} replies, a SIGKILL among them: {stored} stored, {redelivered} delivered again, "
        f"{rate:.0f} replies/s, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    assert (stored, rows) == (MANY, MANY)
    assert redelivered > 0
    assert jobs >= MANY


async def unacknowledged(deliveries: list[Delivery]) -> list[Delivery]:
    """Return what is not acknowledged within Slack's patience."""
    waits = [delivery.wait_for_ack(timeout=SLACKS_LIMIT) for delivery in deliveries]
    await asyncio.gather(*waits, return_exceptions=True)
    return [delivery for delivery in deliveries if delivery.ack is None]
