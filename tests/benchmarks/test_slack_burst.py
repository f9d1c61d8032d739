"""A channel in which everybody answers at once: how soon Slack is told that a reply is safe."""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import pytest

from tests.wire.fake_model import FakeModel
from tests.wire.fake_slack import Delivery, FakeSlack
from tests.wire.slack_workspace import Post

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]
RATE = 100
SECONDS = 20
SLACKS_LIMIT = 3.0
PEOPLE = 100
MANY = 10_000
IN_FLIGHT = 50
LONGEST_TURN = 0.05
ANSWER = "Reply {}: I would look at the retrieved chunks first and count how often they miss."


@dataclass
class Bot:
    """The bot's process, on one data folder."""

    slack: FakeSlack
    model: FakeModel
    folder: Path
    over_http: bool
    process: asyncio.subprocess.Process | None = None
    port: int = field(default=0)

    def __post_init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]

    def environment(self) -> dict[str, str]:
        transport = (
            {"SLACK_SIGNING_SECRET": self.slack.signing_secret}
            if self.over_http
            else {"SLACK_APP_TOKEN": self.slack.app_token}
        )
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "PREPBOT_"))},
            **transport,
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_API_URL": self.slack.base_url,
            "OPENAI_API_KEY": "sk-test",
            "OPENAI_BASE_URL": self.model.base_url,
            "PREPBOT_DATA_DIR": str(self.folder),
            "PREPBOT_EMBEDDINGS": "lexical",
            "PREPBOT_HTTP_PORT": str(self.port),
            "PREPBOT_LOG_LEVEL": "ERROR",
            "PYTHONPATH": str(ROOT),
            "WATCH_READY": str(self.folder / "ready"),
            "WATCH_FILE": str(self.folder / "watch"),
        }

    async def start(self) -> None:
        connections = self.slack.connection_count
        with (self.folder / "log.txt").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                str(Path(__file__).with_name("watched_bot.py")),
                "run",
                env=self.environment(),
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        if not self.over_http:
            await self.slack.wait_for_connection(connections + 1, timeout=60)
            return
        async with asyncio.timeout(60):
            while not await self._listens():  # noqa: ASYNC110  (another process begins to)
                await asyncio.sleep(0.1)
        self.slack.request_url = f"http://127.0.0.1:{self.port}/slack/events"

    async def _listens(self) -> bool:
        seen = any(call.method == "auth.test" for call in self.slack.calls)
        if not seen:
            return False
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True

    async def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> None:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.terminate()
            async with asyncio.timeout(60):
                await self.process.wait()

    def count(self, query: str) -> int:
        connection = sqlite3.connect(self.folder / "prepbot.db", timeout=10)
        try:
            return int(connection.execute(query).fetchone()[0])
        finally:
            connection.close()

    def longest(self) -> tuple[float, float]:
        used, waited = (self.folder / "watch").read_text().split()
        return float(used), float(waited)


@asynccontextmanager
async def a_bot(folder: Path, *, over_http: bool) -> AsyncIterator[Bot]:
    async with FakeSlack() as slack, FakeModel() as model:
        slack.workspace.users |= {f"U{n}": f"Person {n}" for n in range(1, PEOPLE + 1)}
        bot = Bot(slack, model, folder, over_http)
        await bot.start()
        try:
            yield bot
        finally:
            await bot.stop()


async def ask(bot: Bot) -> Post:
    await bot.slack.command("today --role ai-engineer")
    question = await bot.slack.wait_for_post(lambda post: "difficulty" in post.plain, timeout=30)
    async with asyncio.timeout(30):
        while not bot.count("SELECT count(*) FROM occurrences WHERE state = 'posted'"):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return question


async def say(bot: Bot, question: Post, number: int) -> tuple[float, Delivery]:
    at = time.monotonic()
    user = f"U{number % PEOPLE + 1}"
    return at, await bot.slack.say(
        "C1", user, ANSWER.format(number), thread_ts=question.ts, ts=f"1800{number:06d}.000100"
    )


@pytest.mark.parametrize("over_http", [False, True], ids=["socket mode", "http"])
async def test_acknowledgement_in_a_burst(tmp_path: Path, *, over_http: bool) -> None:
    async with a_bot(tmp_path, over_http=over_http) as bot:
        question = await ask(bot)
        (tmp_path / "ready").touch()
        sent: list[tuple[float, Delivery]] = []
        begun = time.monotonic()
        for number in range(RATE * SECONDS):
            sent.append(await say(bot, question, number))
            await asyncio.sleep(max(begun + (number + 1) / RATE - time.monotonic(), 0))
        wanted = {delivery.envelope["envelope_id"] for _, delivery in sent}
        await bot.slack.wait_for(
            lambda: wanted <= {ack.envelope_id for ack in bot.slack.acks}, timeout=60
        )
        stored = bot.count("SELECT count(*) FROM answers")
        await bot.stop()
    acked = {ack.envelope_id: ack.at for ack in bot.slack.acks}
    waits = sorted(acked[delivery.envelope["envelope_id"]] - at for at, delivery in sent)
    p50, p99 = quantiles(waits, n=100)[49], quantiles(waits, n=100)[98]
    used, waited = bot.longest()
    transport = "HTTP" if over_http else "Socket Mode"
    print(
        f"\n{RATE} replies/s for {SECONDS} s, {transport}: acknowledged in {p50 * 1000:.0f} ms "
        f"(median), {p99 * 1000:.0f} ms (99 %) = 1/{SLACKS_LIMIT / p99:.0f} of Slack's limit; "
        f"longest turn {used * 1000:.0f} ms of processor, {waited * 1000:.0f} ms by the clock"
    )
    assert stored == RATE * SECONDS
    assert p99 < SLACKS_LIMIT / 30
    assert used < LONGEST_TURN


@pytest.mark.parametrize("over_http", [False, True], ids=["socket mode", "http"])
async def test_many_replies_and_a_kill(tmp_path: Path, *, over_http: bool) -> None:
    """Killed half-way through many replies and started again, the bot has every one of them."""
    async with a_bot(tmp_path, over_http=over_http) as bot:
        question = await ask(bot)
        begun = time.monotonic()
        for first in range(0, MANY, IN_FLIGHT):
            waiting = [
                (await say(bot, question, number))[1] for number in range(first, first + IN_FLIGHT)
            ]
            if first == MANY // 2:
                await bot.kill()
                await bot.start()
            while waiting := await unacknowledged(waiting):
                # What Slack does with an event that nobody acknowledged.
                waiting = [await bot.slack.redeliver(delivery) for delivery in waiting]
        rate = MANY / (time.monotonic() - begun)
        stored = bot.count("SELECT count(DISTINCT key) FROM answers")
        rows = bot.count("SELECT count(*) FROM answers")
    print(f"\n{MANY} replies, a SIGKILL among them: {stored} stored, {rate:.0f} replies/s")
    assert (stored, rows) == (MANY, MANY)


async def unacknowledged(deliveries: list[Delivery]) -> list[Delivery]:
    """Return what is not acknowledged within Slack's patience."""
    waits = [delivery.wait_for_ack(timeout=SLACKS_LIMIT) for delivery in deliveries]
    await asyncio.gather(*waits, return_exceptions=True)
    return [delivery for delivery in deliveries if delivery.ack is None]
