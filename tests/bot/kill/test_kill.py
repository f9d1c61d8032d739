"""Killed with SIGKILL between any two steps and restarted, an accepted answer is graded once and
shown once; a question is posted once.

The bot is a process of its own, killed for real; Slack and the model are servers that watch.
"""

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
from tests.wire.slack_workspace import Post

ROOT = Path(__file__).parents[3]
ANSWER = "First I would look at the retrieved chunks and then compare them with the source."
# An answer's way has fewer commits: finding its question, storing it, grading, showing.
COMMITS = 12


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
            "OPENAI_API_KEY": "sk-test",
            "OPENAI_BASE_URL": model.base_url,
            "PREPBOT_DATA_DIR": str(folder),
            "PREPBOT_EMBEDDINGS": "lexical",
            "PREPBOT_HTTP_PORT": "0",
            "PYTHONPATH": str(ROOT),
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
        await self._slack.wait_for_connection(connections + 1, timeout=30)

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

    async def stop(self) -> None:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            assert await self.process.wait() == 0

    async def wait_for_row(self, query: str) -> None:
        async with asyncio.timeout(30):
            while not self.rows(query):  # noqa: ASYNC110  (another process writes it)
                await asyncio.sleep(0.05)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        connection = sqlite3.connect(self._folder / "prepbot.db")
        try:
            return list(connection.execute(query))
        finally:
            connection.close()


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        yield fake


@pytest.fixture
async def model() -> AsyncIterator[FakeModel]:
    async with FakeModel() as fake:
        yield fake


@asynccontextmanager
async def a_bot(slack: FakeSlack, model: FakeModel, folder: Path) -> AsyncIterator[Bot]:
    bot = Bot(slack, model, folder)
    try:
        yield bot
    finally:
        if bot.process is not None:
            await bot.kill()


async def ask(slack: FakeSlack) -> Post:
    await slack.command("today --role ai-engineer")
    return await slack.wait_for_post(is_question, timeout=30)


def is_question(post: Post) -> bool:
    return "difficulty" in post.plain and not post.is_ephemeral


def is_grade(post: Post) -> bool:
    return "/5" in post.plain and post.thread_ts is not None


async def redeliver_if_needed(slack: FakeSlack, delivery: Delivery) -> None:
    """What Slack does with an event that nobody acknowledged."""
    if delivery.ack is None:
        await (await slack.redeliver(delivery)).wait_for_ack(timeout=30)


async def expect_one_grade(slack: FakeSlack, model: FakeModel, bot: Bot) -> None:
    await slack.wait_for_post(is_grade, timeout=30)
    await bot.stop()
    assert len([post for post in slack.posts if is_grade(post)]) == 1
    assert len([post for post in slack.posts if is_question(post)]) == 1
    assert bot.rows("SELECT state FROM answers") == [("graded",)]
    assert len(bot.rows("SELECT * FROM grades")) == 1
    assert len(bot.rows("SELECT * FROM scores")) == 1
    assert len(model.requests) <= 2
    assert bot.rows("SELECT * FROM reservations") == []


def before_commits(numbers: Iterable[int], *, ordinary: Container[int]) -> list[object]:
    """Every commit for `make soak`; the ordinary run has time for some, each two starts long."""
    return [
        pytest.param(number, marks=() if number in ordinary else pytest.mark.soak)
        for number in numbers
    ]


@pytest.mark.parametrize("kill_at", before_commits(range(1, COMMITS + 1), ordinary={1, 3, 5}))
async def test_killed_before_any_commit_an_answer_is_graded_and_shown_once(
    kill_at: int, slack: FakeSlack, model: FakeModel, tmp_path: Path
) -> None:
    async with a_bot(slack, model, tmp_path) as bot:
        await bot.start(kill_at=kill_at)
        question = await ask(slack)
        await bot.wait_for_row("SELECT 1 FROM occurrences WHERE state = 'posted'")
        bot.arm()
        delivery = await slack.say("C1", "U1", ANSWER, thread_ts=question.ts)
        if not await bot.died(timeout=6):
            assert [post for post in slack.posts if is_grade(post)], "neither killed nor graded"
            return
        await bot.start()
        await redeliver_if_needed(slack, delivery)
        await expect_one_grade(slack, model, bot)


@pytest.mark.parametrize("kill_at", before_commits(range(1, 8), ordinary={2, 3}))
async def test_killed_before_any_commit_a_question_is_posted_once(
    kill_at: int, slack: FakeSlack, model: FakeModel, tmp_path: Path
) -> None:
    async with a_bot(slack, model, tmp_path) as bot:
        await bot.start(kill_at=kill_at)
        bot.arm()
        command = await slack.command("today --role ai-engineer")
        await bot.died(timeout=4)
        if bot.process is not None and bot.process.returncode is not None:
            await bot.start()
        if command.ack is None:
            # A command that was not acknowledged is lost; its caller sees so and calls again.
            await slack.command("today --role ai-engineer")
        await slack.wait_for_post(is_question, timeout=30)
        await bot.wait_for_row("SELECT 1 FROM occurrences WHERE state = 'posted'")
        await bot.stop()
        assert len([post for post in slack.posts if is_question(post)]) == 1
