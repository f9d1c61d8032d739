"""The bot as a process of its own, between a fake Slack and a fake model, for measurements."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests.wire.fake_model import FakeModel
from tests.wire.fake_slack import Delivery, FakeSlack
from tests.wire.port import find_port
from tests.wire.slack_workspace import Post

ROOT = Path(__file__).parents[2]
PEOPLE = 100
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
        self.port = find_port()

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
            **self.model.endpoint,
            "PREPBOT_DATA_DIR": str(self.folder),
            "PREPBOT_EMBEDDINGS": "lexical",
            "PREPBOT_HTTP_PORT": str(self.port),
            "PREPBOT_LOG_LEVEL": "ERROR",
            "PYTHONPATH": str(ROOT),
            "WATCH_READY": str(self.folder / "ready"),
            "WATCH_FILE": str(self.folder / "watch"),
        }

    async def build_index(self) -> None:
        """Build the index first: a first start would do it meanwhile."""
        command = (sys.executable, "-m", "bot", "index", "rebuild")
        with (self.folder / "log.txt").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *command, env=self.environment(), cwd=self.folder, stdout=log, stderr=log
            )
            assert await process.wait() == 0

    async def start(self) -> None:
        """Start it, and return when it takes what Slack sends."""
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
            while not await self._is_ready():  # noqa: ASYNC110  (another process begins to)
                await asyncio.sleep(0.1)
        self.slack.request_url = f"http://127.0.0.1:{self.port}/slack/events"

    async def _is_ready(self) -> bool:
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"http://127.0.0.1:{self.port}/readyz") as answer,
            ):
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def kill(self) -> None:
        """Kill it, as nothing can prepare for."""
        assert self.process is not None
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> None:
        """Stop it in an orderly way."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.terminate()
            async with asyncio.timeout(60):
                await self.process.wait()

    def count(self, query: str) -> int:
        """Return the one number that a query finds in the bot's database."""
        connection = sqlite3.connect(self.folder / "prepbot.db", timeout=10)
        try:
            return int(connection.execute(query).fetchone()[0])
        finally:
            connection.close()

    def longest_turn(self) -> tuple[float, float]:
        """Return the longest turn of its event loop: seconds of processor, and by the clock."""
        used, waited = (self.folder / "watch").read_text().split()
        return float(used), float(waited)

    def processor(self) -> tuple[float, float]:
        """Return the seconds its threads ran, and those they were ready to and did not get to."""
        assert self.process is not None
        ran = waited = 0
        for path in Path(f"/proc/{self.process.pid}/task").glob("*/schedstat"):
            on_it, ready, _ = path.read_text().split()
            ran, waited = ran + int(on_it), waited + int(ready)
        return ran / 1e9, waited / 1e9


@asynccontextmanager
async def a_bot(folder: Path, *, over_http: bool) -> AsyncIterator[Bot]:
    """A running bot in a workspace of a hundred people."""
    async with FakeSlack() as slack, FakeModel() as model:
        slack.workspace.users |= {f"U{n}": f"Person {n}" for n in range(1, PEOPLE + 1)}
        bot = Bot(slack, model, folder, over_http)
        await bot.build_index()
        await bot.start()
        try:
            yield bot
        finally:
            await bot.stop()


async def ask(bot: Bot) -> Post:
    """Have a question posted; return it once the bot knows where it stands."""
    await bot.slack.command("today --role ai-engineer")
    question = await bot.slack.wait_for_post(lambda post: "difficulty" in post.plain, timeout=60)
    async with asyncio.timeout(30):
        while not bot.count("SELECT count(*) FROM occurrences WHERE state = 'posted'"):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return question


async def say(bot: Bot, question: Post, number: int, **extra: object) -> Delivery:
    """Reply to a question as one of the hundred."""
    return await bot.slack.say(
        "C1",
        f"U{number % PEOPLE + 1}",
        ANSWER.format(number),
        thread_ts=question.ts,
        ts=f"1800{number:06d}.000100",
        deliver=True,
        is_markup=False,
        **extra,
    )
