"""A channel in which everybody answers at once: how soon Slack is told that a reply is safe.

The bot is a process of its own, so that what the sender does is not on the bot's event loop. Among
the replies are messages of another app, which the bot answers without storing anything: the ratio
of the two tells what storing costs, on whatever machine and beside whatever else it does.
"""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from statistics import quantiles

import pytest

from tests.benchmarks.burst_bot import Bot, a_bot, ask, say
from tests.wire.fake_slack import Delivery
from tests.wire.slack_workspace import Post

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

RATE = 100
SECONDS = 20
REPLIES = RATE * SECONDS
# Of another app's messages, one after so many replies.
EVERY = 4
SLACKS_LIMIT = 3.0
LONGEST_TURN = 0.05

Sent = list[tuple[float, Delivery]]


@pytest.mark.parametrize("over_http", [False, True], ids=["socket mode", "http"])
async def test_acknowledgement_in_a_burst(tmp_path: Path, *, over_http: bool) -> None:
    async with a_bot(tmp_path, over_http=over_http) as bot:
        question = await ask(bot)
        (tmp_path / "ready").touch()
        ran, waited = bot.processor()
        replies, others = await burst(bot, question)
        await acknowledged(replies + others)
        now = bot.processor()
        stored = bot.count("SELECT count(*) FROM answers")
        await bot.stop()
    p50, p99 = percentiles(replies)
    plain50, plain99 = percentiles(others)
    used, by_clock = bot.longest_turn()
    transport = "HTTP" if over_http else "Socket Mode"
    print(
        f"\n{RATE} replies/s for {SECONDS} s over {transport}: acknowledged in {p50 * 1000:.0f} ms "
        f"(median), {p99 * 1000:.0f} ms (99 %) = 1/{SLACKS_LIMIT / p99:.0f} of Slack's limit; "
        f"without storing {plain50 * 1000:.0f} and {plain99 * 1000:.0f} ms: "
        f"ratios {p50 / plain50:.1f} and {p99 / plain99:.1f}. "
        f"Longest turn {used * 1000:.0f} ms of processor, {by_clock * 1000:.0f} ms by the clock. "
        f"The bot ran {now[0] - ran:.1f} s and waited {now[1] - waited:.1f} s for a processor; "
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    assert stored == REPLIES
    assert p99 < SLACKS_LIMIT / 30
    assert used < LONGEST_TURN


async def burst(bot: Bot, question: Post) -> tuple[Sent, Sent]:
    """Send the replies, and the other app's messages among them, at an even pace."""
    replies: Sent = []
    others: Sent = []
    begun = time.monotonic()
    for number in range(REPLIES):
        replies.append((time.monotonic(), await say(bot, question, number)))
        if number % EVERY == 0:
            at = time.monotonic()
            ignored = await say(bot, question, REPLIES + number, bot_id="B9", app_id="A9")
            others.append((at, ignored))
        await asyncio.sleep(max(begun + (number + 1) / RATE - time.monotonic(), 0))
    return replies, others


async def acknowledged(sent: Sent) -> None:
    """Wait until everything is acknowledged, within Slack's limit after the last was sent."""
    waits = [delivery.wait_for_ack(timeout=SLACKS_LIMIT) for _, delivery in sent]
    await asyncio.gather(*waits, return_exceptions=True)
    missing = sum(delivery.ack is None for _, delivery in sent)
    assert not missing, f"{missing} were not acknowledged in time"


def percentiles(sent: Sent) -> tuple[float, float]:
    """Return the median and the 99th percentile of the seconds until the acknowledgement."""
    waits = [delivery.ack.at - at for at, delivery in sent if delivery.ack is not None]
    cuts = quantiles(waits, n=100)
    return cuts[49], cuts[98]
