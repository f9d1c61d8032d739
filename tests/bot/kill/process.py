"""The bot as a process of its own, to be killed for real."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Container, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.wire.fake_model import FakeModel
from tests.wire.fake_slack import Delivery, FakeSlack

_ROOT = Path(__file__).parents[3]
# A busy machine takes long for a start.
_PATIENCE = 90.0


class Bot:
    """The bot's process, on one data folder."""

    def __init__(self, slack: FakeSlack, model: FakeModel, folder: Path) -> None:
        self._folder = folder
        self._armed = folder / "armed"
        self._environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "PREPBOT_"))},
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.base_url,
            **model.endpoint,
            "PREPBOT_DATA_DIR": str(folder),
            "PREPBOT_EMBEDDINGS": "lexical",
            "PREPBOT_HTTP_PORT": "0",
            "PYTHONPATH": str(_ROOT),
            "KILL_ARMED": str(self._armed),
        }
        self._slack = slack
        self.process: asyncio.subprocess.Process | None = None

    def arm(self) -> None:
        self._armed.touch()

    async def start(self, *, kill_at: int = 0) -> None:
        connections = self._slack.connection_count
        self._armed.unlink(missing_ok=True)
        with (self._folder / "log.txt").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                str(Path(__file__).with_name("victim.py")),
                "run",
                env={**self._environment, "KILL_AT": str(kill_at)},
                cwd=self._folder,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=log,
            )
        await self._slack.wait_for_connection(connections + 1, timeout=_PATIENCE)

    async def kill(self) -> None:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def died(self, timeout: float) -> bool:
        """Wait for the trap; return whether it closed."""
        assert self.process is not None
        try:
            async with asyncio.timeout(timeout):
                await self.process.wait()
        except TimeoutError:
            return False
        assert self.process.returncode == -signal.SIGKILL
        return True

    async def died_before(self, query: str) -> bool:
        """Wait until the trap has closed, or a row is there, which disarms it."""
        assert self.process is not None
        async with asyncio.timeout(_PATIENCE):
            while self.process.returncode is None and not self.rows(query):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        self._armed.unlink(missing_ok=True)
        return await self.died(timeout=0.2)

    async def stop(self) -> None:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            assert await self.process.wait() == 0

    async def wait_for_row(self, query: str, *, timeout: float = _PATIENCE) -> None:
        async with asyncio.timeout(timeout):
            while not self.rows(query):  # noqa: ASYNC110  (another process writes it)
                await asyncio.sleep(0.05)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        connection = sqlite3.connect(self._folder / "prepbot.db")
        try:
            return list(connection.execute(query))
        finally:
            connection.close()


@asynccontextmanager
async def a_bot(slack: FakeSlack, model: FakeModel, folder: Path) -> AsyncIterator[Bot]:
    bot = Bot(slack, model, folder)
    try:
        yield bot
    finally:
        if bot.process is not None:
            await bot.kill()


async def redeliver_if_needed(slack: FakeSlack, delivery: Delivery) -> None:
    """What Slack does with an event that nobody acknowledged."""
    if delivery.ack is None:
        await (await slack.redeliver(delivery)).wait_for_ack(timeout=30)


def before_commits(numbers: Iterable[int], *, ordinary: Container[int]) -> list[object]:
    """Every commit for `make soak`; the ordinary run has time for some, each two starts long."""
    return [
        pytest.param(number, marks=() if number in ordinary else pytest.mark.soak)
        for number in numbers
    ]
