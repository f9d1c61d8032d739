"""Killed with SIGKILL between any two steps of an interview and restarted, no turn is lost, none
is said twice, and the interview comes to its end.
"""

from __future__ import annotations

import asyncio
import random
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.bot.kill.process import Bot, a_bot, before_commits, redeliver_if_needed
from tests.wire.fake_model import FakeModel
from tests.wire.fake_slack import FakeSlack, Post
from tests.wire.slack_visits import direct

DM = direct("U1")
PROJECT = "I built the search of a bank's help pages, and owned its index and its evaluation."
ANSWER = "I would look at the retrieved chunks first, and then compare them with the source."
# From an answer to the next question there are about as many commits.
COMMITS = 10
KILLS = 200
# Each is a bot of its own, which mostly waits.
AT_ONCE = 2
OPEN = "FROM practice_sessions WHERE state = 'open'"


def asked(kind: str) -> str:
    """Find the turn of the open interview that waits for an answer."""
    return (
        "SELECT 1 FROM practice_turns WHERE state = 'asked' "
        f"AND kind = '{kind}' AND session_id IN (SELECT id {OPEN})"
    )


async def begin(slack: FakeSlack, bot: Bot) -> str:
    """Call for an interview; return its id once the first turn stands."""
    await slack.command("practice ai-engineer 1 real")
    await bot.wait_for_row(asked("opening"))
    [(session_id,)] = bot.rows(f"SELECT id {OPEN}")
    return str(session_id)


def is_of_interview(post: Post) -> bool:
    return post.channel == DM and not post.is_ephemeral


async def finish(slack: FakeSlack, bot: Bot, session_id: str) -> None:
    """Skip whatever is asked until the session has ended."""
    over = f"SELECT 1 FROM practice_sessions WHERE id = '{session_id}' AND state = 'completed'"
    turns = f"FROM practice_turns WHERE session_id = '{session_id}'"
    for skipped in range(6):
        await bot.wait_for_row(f"SELECT 1 {turns} AND state = 'asked' UNION {over}")
        if bot.rows(over):
            return
        await slack.say(DM, "U1", "skip")
        await bot.wait_for_row(
            f"SELECT 1 {turns} AND state = 'skipped' "
            f"GROUP BY session_id HAVING COUNT(*) > {skipped}"
        )
    raise AssertionError("the interview did not end")


def expect_nothing_twice(
    posts: Sequence[Post], bot: Bot, session_id: str, answers: list[str]
) -> None:
    """Each turn stands once, and every answer that was acknowledged is stored once."""
    turns = bot.rows(
        "SELECT number, text, answer, state FROM practice_turns "
        f"WHERE session_id = '{session_id}' ORDER BY number"
    )
    assert [number for number, *_ in turns] == list(range(1, len(turns) + 1))
    said = Counter(post.plain.strip() for post in posts if is_of_interview(post))
    once = [text for text in said if "Question 1 of 1" in text or "Mock interview" in text]
    assert len(once) >= 2
    assert [said[text] for text in once] == [1] * len(once)
    stored = [answer for _, _, answer, _ in turns if answer]
    assert stored == answers
    assert not [state for *_, state in turns if state in {"due", "answered"}]


async def hold(slack: FakeSlack, bot: Bot, *, then_kill_at: int = 0) -> bool:
    """Hold an interview whose bot may be killed as its first answer is heard.

    Args:
        slack: where it is held.
        bot: runs, with its trap set.
        then_kill_at: where the trap is set once it has closed.

    Returns:
        Whether the bot was killed.
    """
    before = len(slack.posts)
    session_id = await begin(slack, bot)
    bot.arm()
    delivery = await slack.say(DM, "U1", PROJECT)
    killed = await bot.died_before(asked("question"))
    if killed:
        await bot.start(kill_at=then_kill_at)
        await redeliver_if_needed(slack, delivery)
    await bot.wait_for_row(asked("question"))
    await slack.say(DM, "U1", ANSWER)
    await bot.wait_for_row(
        "SELECT 1 FROM practice_turns WHERE kind = 'question' AND score IS NOT NULL "
        f"AND session_id = '{session_id}'"
    )
    await finish(slack, bot, session_id)
    expect_nothing_twice(slack.posts[before:], bot, session_id, [PROJECT, ANSWER])
    return killed


@pytest.mark.parametrize("kill_at", before_commits([1, 3, 5, 7], ordinary={3}))
async def test_killed_while_an_answer_is_heard_and_the_next_question_said(
    kill_at: int, tmp_path: Path
) -> None:
    async with FakeSlack() as slack, FakeModel() as model, a_bot(slack, model, tmp_path) as bot:
        await bot.start(kill_at=kill_at)
        assert await hold(slack, bot)
        await bot.stop()


@pytest.mark.soak
@pytest.mark.timeout(14_400)
async def test_two_hundred_kills_lose_nothing(tmp_path: Path, furnished: Path) -> None:
    chance, killed = random.Random(5), 0

    async def kill_on(folder: Path) -> None:
        nonlocal killed
        async with FakeSlack() as slack, FakeModel() as model, a_bot(slack, model, folder) as bot:
            await bot.start(kill_at=chance.randint(1, COMMITS))
            while killed < KILLS:
                killed += await hold(slack, bot, then_kill_at=chance.randint(1, COMMITS))
                print(f"{killed} kills")
            # The reports were put off by every kill, and none is lost.
            every = "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM reports WHERE state != 'sent')"
            await bot.wait_for_row(every, timeout=600)
            interviews = bot.rows("SELECT COUNT(*) FROM practice_sessions")
            assert bot.rows("SELECT COUNT(*) FROM reports") == interviews
            await bot.stop()

    async with asyncio.TaskGroup() as group:
        for number in range(AT_ONCE):
            folder = tmp_path / str(number)
            await asyncio.to_thread(shutil.copytree, furnished, folder)
            group.create_task(kill_on(folder))
