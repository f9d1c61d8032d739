"""The whole way of a workspace, from the installation to the removal, over the wire."""

from __future__ import annotations

from pathlib import Path

from tests.bot.fake_clock import FakeClock
from tests.bot.scenario.driver import SlackOAuthDriver
from tests.bot.scenario.running import ANSWER, WHY, rows, running, told, wait_for_row
from tests.wire.fake_model import FakeModel
from tests.wire.fake_slack import FakeSlack
from tests.wire.slack_payloads import event_envelope


async def test_from_installation_to_removal(tmp_path: Path) -> None:
    clock = FakeClock()
    async with FakeModel() as model, FakeSlack() as slack:
        driver = SlackOAuthDriver(slack)
        async with running(driver, tmp_path, clock, **model.endpoint):
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
            await slack.submit(view, {"reason": WHY}, user="U1")
            await driver.wait_in_thread("was read again")

            await slack.command("appeals", user="U2")
            case = await told(slack, "evaluation set", "U2")
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
