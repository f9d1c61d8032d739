"""Killed with SIGKILL between any two steps of an interview and restarted, no turn is lost, none
is said twice, and the interview comes to its end.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from tests.bot.kill.test_kill import Bot, a_bot, before_commits, redeliver_if_needed
from tests.wire.fake_model import FakeModel
from tests.wire.fake_slack import FakeSlack, Post
from tests.wire.slack_visits import direct

DM = direct("U1")
PROJECT = "I built the search of a bank's help pages, and owned its index and its evaluation."
ANSWER = "I would look at the retrieved chunks first, and then compare them with the source."
# From an answer to the next question there are fewer commits.
COMMITS = 14
TURN = "FROM practice_turns WHERE state = 'asked' AND kind = "


async def begin(slack: FakeSlack, bot: Bot) -> None:
    await slack.command("practice ai-engineer 1 real")
    await bot.wait_for_row(f"SELECT 1 {TURN}'opening'")


def is_of_interview(post: Post) -> bool:
    return post.channel == DM and not post.is_ephemeral


async def finish(slack: FakeSlack, bot: Bot) -> None:
    """Skip whatever is asked until the session has ended."""
    for skipped in range(6):
        await bot.wait_for_row(
            "SELECT 1 FROM practice_turns WHERE state = 'asked' "
            "UNION SELECT 1 FROM practice_sessions WHERE state = 'completed'"
        )
        if bot.rows("SELECT 1 FROM practice_sessions WHERE state = 'completed'"):
            return
        await slack.say(DM, "U1", "skip")
        await bot.wait_for_row(
            "SELECT session_id FROM practice_turns WHERE state = 'skipped' "
            f"GROUP BY session_id HAVING COUNT(*) > {skipped}"
        )
    raise AssertionError("the interview did not end")


def expect_nothing_twice(slack: FakeSlack, bot: Bot, answers: list[str]) -> None:
    """Each turn stands once, and every answer that was acknowledged is stored once."""
    turns = bot.rows("SELECT number, text, answer, state FROM practice_turns ORDER BY number")
    assert [number for number, *_ in turns] == list(range(1, len(turns) + 1))
    said = Counter(post.plain.strip() for post in slack.posts if is_of_interview(post))
    asked = [text for text in said if "Question 1 of 1" in text or "Mock interview" in text]
    assert [said[text] for text in asked] == [1] * len(asked)
    stored = [answer for _, _, answer, _ in turns if answer]
    assert stored == answers
    assert not [state for *_, state in turns if state in {"due", "answered"}]


async def kill_while_answering(
    kill_at: int, slack: FakeSlack, model: FakeModel, folder: Path
) -> None:
    async with a_bot(slack, model, folder) as bot:
        await bot.start(kill_at=kill_at)
        await begin(slack, bot)
        bot.arm()
        delivery = await slack.say(DM, "U1", PROJECT)
        if await bot.died(timeout=8):
            await bot.start()
            await redeliver_if_needed(slack, delivery)
        await bot.wait_for_row(f"SELECT 1 {TURN}'question'")
        await slack.say(DM, "U1", ANSWER)
        await bot.wait_for_row(
            "SELECT 1 FROM practice_turns WHERE kind = 'question' AND score IS NOT NULL"
        )
        await finish(slack, bot)
        await bot.stop()
        expect_nothing_twice(slack, bot, [PROJECT, ANSWER])


@pytest.mark.parametrize("kill_at", before_commits([1, 3, 6, 9], ordinary={3}))
async def test_killed_while_an_answer_is_heard_and_the_next_question_said(
    kill_at: int, tmp_path: Path
) -> None:
    async with FakeSlack() as slack, FakeModel() as model:
        await kill_while_answering(kill_at, slack, model, tmp_path)


@pytest.mark.soak
@pytest.mark.timeout(14_400)
async def test_two_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    chance = random.Random(5)
    for number in range(200):
        folder = tmp_path / str(number)
        folder.mkdir()
        async with FakeSlack() as slack, FakeModel() as model:
            await kill_while_answering(chance.randint(1, COMMITS), slack, model, folder)
