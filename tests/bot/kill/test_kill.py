"""Killed with SIGKILL between any two steps and restarted, an accepted answer is graded once and
shown once; a question is posted once.

The bot is a process of its own, killed for real; Slack and the model are servers that watch.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.kill.process import Bot, a_bot, before_commits, redeliver_if_needed
from tests.wire.fake_model import FakeModel
from tests.wire.fake_slack import FakeSlack
from tests.wire.slack_workspace import Post

ANSWER = "First I would look at the retrieved chunks and then compare them with the source."
# An answer's way has fewer commits: finding its question, storing it, grading, showing.
COMMITS = 12


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        yield fake


@pytest.fixture
async def model() -> AsyncIterator[FakeModel]:
    async with FakeModel() as fake:
        yield fake


async def ask(slack: FakeSlack) -> Post:
    await slack.command("today --role ai-engineer")
    return await slack.wait_for_post(is_question, timeout=30)


def is_question(post: Post) -> bool:
    return "difficulty" in post.plain and not post.is_ephemeral


def is_grade(post: Post) -> bool:
    return "/5" in post.plain and post.thread_ts is not None


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
