"""What goes wrong between Slack and the bot, with the whole bot behind it, on both transports."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.fake_clock import FakeClock
from tests.bot.scenario.driver import SlackDriver, SlackHttpDriver
from tests.bot.scenario.running import ANSWER, rows, running, said_in, wait_for_row
from tests.wire.fake_model import FakeModel
from tests.wire.fake_slack import Failure, FakeSlack, Post
from tests.wire.slack_visits import delete, direct, edit

CORRECTED = ANSWER + " And I would not forget to measure the queue before and after every change."
PAUSED = "SELECT paused FROM schedules WHERE channel LIKE '%/{}'"


@pytest.fixture(params=[SlackDriver, SlackHttpDriver], ids=["socket mode", "http"])
async def driver(request: pytest.FixtureRequest) -> AsyncIterator[SlackDriver]:
    async with FakeSlack() as slack:
        yield request.param(slack)


@pytest.fixture
async def endpoint() -> AsyncIterator[dict[str, str]]:
    async with FakeModel() as model:
        yield {"OPENAI_BASE_URL": model.base_url}


async def ask(driver: SlackDriver, folder: Path) -> None:
    await driver.command("today", {"role": "ai-engineer"})
    await driver.wait_for_question()
    await wait_for_row(folder, "SELECT 1 FROM occurrences WHERE state = 'posted'")


async def schedule(driver: SlackDriver, channel: str) -> None:
    """Set a daily question for nine o'clock as an admin."""
    driver.slack.workspace.channel(channel)
    seen = len(driver.slack.posts)
    await driver.slack.command(
        "schedule 09:00 --zone UTC --roles ai-engineer", user="U2", channel=channel
    )
    await driver.slack.wait_for(lambda: [p for p in driver.slack.posts[seen:] if p.to_user])


async def told_directly(driver: SlackDriver, text: str, user: str = "U2") -> Post:
    return await said_in(driver.slack, direct(user), text)


FAILURES = (
    Failure(retry_after=1),
    Failure(drop="after"),
    Failure(drop="before"),
    Failure(status=500),
)


async def test_a_grade_stands_once_whatever_becomes_of_its_first_try(
    driver: SlackDriver, endpoint: dict[str, str], tmp_path: Path
) -> None:
    async with running(driver, tmp_path, FakeClock(), **endpoint):
        await ask(driver, tmp_path)
        for number, failure in enumerate(FAILURES, 1):
            driver.slack.workspace.users[f"U{number}"] = f"Person {number}"
            driver.slack.script_failure("chat.postMessage", failure)
            await driver.reply(f"U{number}", f"{ANSWER} {number}")
            await driver.wait_for_grades(number)
            await driver.wait_for_sign("graded")
            await driver.repeat_last_reply()
    assert len(driver.grades()) == len(FAILURES)
    assert len(rows(tmp_path, "SELECT 1 FROM answers")) == len(FAILURES)


async def test_a_question_that_slack_took_before_the_connection_broke_stands_once(
    driver: SlackDriver, endpoint: dict[str, str], tmp_path: Path
) -> None:
    driver.slack.script_failure("chat.postMessage", Failure(drop="after"))
    async with running(driver, tmp_path, FakeClock(), **endpoint):
        await driver.command("today", {"role": "ai-engineer"})
        await wait_for_row(tmp_path, "SELECT 1 FROM occurrences WHERE state = 'posted'")
    asked = [post for post in driver.slack.posts if "difficulty" in post.plain]
    assert len(asked) == 1


LOST = {"C1": "archived", "C2": "/invite @Prepbot", "C3": "can't find"}


async def test_a_lost_channel_pauses_its_schedule_and_the_others_go_on(
    driver: SlackDriver, endpoint: dict[str, str], tmp_path: Path
) -> None:
    clock = FakeClock()
    async with running(driver, tmp_path, clock, **endpoint):
        for channel in (*LOST, "C4"):
            await schedule(driver, channel)
        channels = driver.slack.workspace.channels
        channels["C1"].is_archived = True
        channels["C2"].is_member = False
        del channels["C3"]
        clock.move(hours=1)

        for why in LOST.values():
            assert "I paused a daily question" in (await told_directly(driver, why)).plain
        for days in range(2):
            clock.move(days=days)
            await driver.slack.wait_for(lambda: len(asked_in(driver, "C4")) > days, timeout=30)  # noqa: B023
    for channel, why in LOST.items():
        assert why in str(rows(tmp_path, PAUSED.format(channel)))
    assert rows(tmp_path, PAUSED.format("C4")) == [(None,)]
    notices = [post for post in driver.slack.posts if "I paused a daily question" in post.plain]
    assert len(notices) == len(LOST)


def asked_in(driver: SlackDriver, channel: str) -> list[Post]:
    return [p for p in driver.slack.posts if p.channel == channel and "difficulty" in p.plain]


async def test_a_dead_token_pauses_the_schedule_with_its_reason(
    driver: SlackDriver, endpoint: dict[str, str], tmp_path: Path
) -> None:
    clock = FakeClock()
    async with running(driver, tmp_path, clock, **endpoint):
        await schedule(driver, "C1")
        driver.slack.revoked = True
        clock.move(hours=1)
        await wait_for_row(tmp_path, "SELECT 1 FROM schedules WHERE paused IS NOT NULL")
        assert "install the app again" in str(rows(tmp_path, PAUSED.format("C1")))

        driver.slack.revoked = False
        back = await driver.command("schedule", {"action": "resume"})
        assert "09:00" in back


async def test_a_missing_scope_is_named(
    driver: SlackDriver,
    endpoint: dict[str, str],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with running(driver, tmp_path, FakeClock(), **endpoint):
        driver.slack.workspace.scopes.discard("chat:write")
        await driver.command("today", {"role": "ai-engineer"})
        async with asyncio.timeout(30):
            while "lacks the scope chat:write" not in caplog.text:  # noqa: ASYNC110
                await asyncio.sleep(0.02)


async def test_a_locked_database_is_not_acknowledged_and_the_redelivery_is_graded(
    driver: SlackDriver, endpoint: dict[str, str], tmp_path: Path
) -> None:
    async with running(driver, tmp_path, FakeClock(), **endpoint):
        await ask(driver, tmp_path)
        holder = sqlite3.connect(tmp_path / "prepbot.db", isolation_level=None)
        try:
            holder.execute("BEGIN EXCLUSIVE")
            assert driver.question is not None
            lost = await driver.slack.say("C1", "U1", ANSWER, thread_ts=driver.question.ts)
            with pytest.raises(TimeoutError):
                await lost.wait_for_ack(timeout=4.0)
        finally:
            holder.close()
        again = await driver.slack.redeliver(lost)
        await again.wait_for_ack(timeout=30)
        await driver.wait_for_grades(1)
    assert len(rows(tmp_path, "SELECT 1 FROM answers")) == 1
    if driver.slack.statuses:
        assert {200, 503} >= set(driver.slack.statuses)


async def test_what_was_changed_while_the_bot_was_away_is_found_when_it_is_back(
    driver: SlackDriver, endpoint: dict[str, str], tmp_path: Path
) -> None:
    clock = FakeClock()
    async with running(driver, tmp_path, clock, **endpoint):
        await ask(driver, tmp_path)
        await driver.reply("U1", ANSWER)
        await driver.wait_for_grades(1)
        ts = driver.last.envelope["payload"]["event"]["ts"]
    assert driver.question is not None
    await edit(driver.slack, "C1", ts, CORRECTED, deliver=False)
    for text in (ANSWER, "Never mind."):
        missed = await driver.slack.say(
            "C1", "U2", text, thread_ts=driver.question.ts, deliver=False
        )
    await delete(driver.slack, "C1", missed.envelope["payload"]["event"]["ts"], deliver=False)
    for _ in range(2):
        async with running(driver, tmp_path, clock, **endpoint):
            await driver.wait_for_grades(3)
            again = await driver.wait_in_thread("once more after your edit")
            assert "/5" in again
    assert len(driver.grades()) == 3
    assert len(rows(tmp_path, "SELECT 1 FROM answers")) == 2


async def test_an_answer_that_was_deleted_while_the_bot_was_away_is_taken_back(
    driver: SlackDriver, tmp_path: Path
) -> None:
    nowhere = {"OPENAI_BASE_URL": "http://127.0.0.1:1"}
    async with running(driver, tmp_path, FakeClock(), **nowhere):
        await ask(driver, tmp_path)
        for user in ("U1", "U2"):
            await driver.reply(user, f"{ANSWER} {user}")
        await wait_for_row(
            tmp_path, "SELECT 1 FROM (SELECT count(*) AS n FROM answers) WHERE n = 2"
        )
    ts = driver.last.envelope["payload"]["event"]["ts"]
    await delete(driver.slack, "C1", ts, deliver=False)
    async with running(driver, tmp_path, FakeClock(), **nowhere):
        await wait_for_row(tmp_path, "SELECT 1 FROM answers WHERE state = 'withdrawn'")
    states = rows(tmp_path, "SELECT state, text <> '' FROM answers ORDER BY state")
    assert states == [("pending", 1), ("withdrawn", 0)]
