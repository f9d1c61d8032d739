"""The whole way of a workspace, from the installation to the removal, over the wire."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from tests.bot.fake_clock import FakeClock
from tests.bot.scenario.driver import SlackOAuthDriver
from tests.bot.scenario.test_scenario import ANSWER, running
from tests.wire.fake_model import FakeModel
from tests.wire.fake_slack import FakeSlack, Post
from tests.wire.slack_payloads import event_envelope

REASON = "I did name the evaluation set, where I wrote “gate every change on quality”."


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(folder / "prepbot.db")
    try:
        return list(connection.execute(query))
    finally:
        connection.close()


async def wait_for_row(folder: Path, query: str) -> None:
    async with asyncio.timeout(30):
        while not rows(folder, query):  # noqa: ASYNC110  (a database tells nobody)
            await asyncio.sleep(0.02)


async def wait_for_answer(slack: FakeSlack, text: str, user: str) -> Post:
    """Return what one person reads."""
    return await slack.wait_for_post(
        lambda post: post.to_user == user and text in post.plain, timeout=30
    )


async def test_from_installation_to_removal(tmp_path: Path) -> None:
    clock = FakeClock()
    async with FakeModel() as model, FakeSlack() as slack:
        driver = SlackOAuthDriver(slack)
        endpoint = {"OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": "sk-test"}
        async with running(driver, tmp_path, clock, **endpoint):
            said = await driver.command(
                "schedule", {"time": "09:00", "zone": "UTC", "roles": "ai-engineer"}
            )
            assert "Monday 02 March, 09:00" in said
            clock.move(hours=1)
            await driver.wait_for_question()
            await wait_for_row(tmp_path, "SELECT 1 FROM occurrences WHERE state = 'posted'")

            assert "Got it" in await driver.answer_by_button("U1", ANSWER)
            await driver.wait_for_grades(1)
            grade = await slack.wait_for_post(
                lambda post: "/5" in post.plain and post.thread_ts is not None
            )

            await slack.click(grade, "Appeal", user="U1")
            view = await slack.wait_for(
                lambda: next(
                    (v for v in slack.workspace.views if v["title"]["text"] == "Appeal this grade"),
                    None,
                )
            )
            await slack.submit(view, {"reason": REASON}, user="U1")
            await driver.wait_in_thread("was read again")

            await slack.command("appeals", user="U2")
            case = await wait_for_answer(slack, "evaluation set", "U2")
            await slack.click(case, "Uphold 1", user="U2")
            await driver.wait_in_thread("stay as they are")

            assert "points" in await driver.command("leaderboard", {})

            slack.oauth.end("T1")
            posts = len(slack.posts)
            removal = await slack.deliver(event_envelope({"type": "app_uninstalled"}))
            await removal.wait_for_ack()
            assert rows(tmp_path, "SELECT secret FROM installations") == [("",)]
            assert rows(tmp_path, "SELECT paused FROM schedules") == [("Prepbot was removed",)]

            clock.move(days=1)
            await driver.install()
            back = await driver.command("schedule", {})
            assert "paused (Prepbot was removed)" in back
            assert len([post for post in slack.posts[posts:] if not post.to_user]) == 0
            resumed = await driver.command("schedule", {"action": "resume"})
            assert "Wednesday 04 March, 09:00" in resumed
            clock.move(days=1)
            await slack.wait_for_post(
                lambda post: "difficulty" in post.plain and post in slack.posts[posts:],
                timeout=30,
            )
