"""A mock interview through the real clients: asked for in a channel, held in a direct message."""

from __future__ import annotations

from pathlib import Path

from questions.packs import shipped_bank
from tests.bot.fake_clock import FakeClock
from tests.bot.scenario.driver import DiscordDriver, SlackDriver
from tests.bot.scenario.running import ANSWER, PROJECT, running, said_in
from tests.wire.fake_discord import FakeDiscord
from tests.wire.fake_model import FakeModel
from tests.wire.fake_slack import FakeSlack
from tests.wire.slack_visits import direct, open_pane


async def test_on_slack_from_a_channel_to_the_last_word(tmp_path: Path) -> None:
    async with FakeModel() as model, FakeSlack() as slack:
        driver = SlackDriver(slack)
        async with running(driver, tmp_path, FakeClock(), **model.endpoint):
            dm = direct("U2")
            told = await driver.command("practice", {"role": "ai-engineer", "length": "1"})
            assert "direct message" in told
            await said_in(slack, dm, "Mock interview: AI Engineer")
            await slack.say(dm, "U2", PROJECT)
            question = await said_in(slack, dm, "Question 1 of 1")
            await slack.click(question, "Hint", user="U2")
            await slack.wait_for_post(lambda post: "Hint 1" in post.plain, timeout=30)
            await slack.say(dm, "U2", ANSWER)
            await said_in(slack, dm, "So far:")
            follow_ups = {text for q in shipped_bank() for text in q.follow_ups}
            await slack.wait_for_post(lambda post: post.plain.strip() in follow_ups, timeout=30)
            await slack.say(dm, "U2", "skip")
            await said_in(slack, dm, "Do you have one for me?")
            await slack.say(dm, "U2", "no, thank you")
            await said_in(slack, dm, "That was the interview.")
        assert not [post for post in slack.posts if post.channel == "C1" and not post.to_user]


async def test_in_slacks_pane_it_stays_in_the_panes_thread(tmp_path: Path) -> None:
    async with FakeModel() as model, FakeSlack() as slack:
        driver = SlackDriver(slack)
        async with running(driver, tmp_path, FakeClock(), OPENAI_BASE_URL=model.base_url):
            dm = direct("U1")
            _, pane = await open_pane(slack)
            await slack.say(dm, "U1", "Practise an interview with me", thread_ts=pane)
            offer = await said_in(slack, dm, "a mock interview, here and for you alone")
            await slack.click(offer, "Set it up", user="U1")
            view = await slack.wait_for_view()
            values = {"role": "ml-engineer", "length": "1", "mode": "real", "level": "junior"}
            await slack.submit(view, values, user="U1")
            begun = await said_in(slack, dm, "Mock interview: ML Engineer")
            assert begun.thread_ts == pane
            await slack.say(dm, "U1", PROJECT, thread_ts=pane)
            question = await said_in(slack, dm, "Question 1 of 1")
            assert question.thread_ts == pane
            assert "9 minutes" in question.plain
            await slack.say(dm, "U1", "quit", thread_ts=pane)
            await said_in(slack, dm, "I have ended the interview.")


async def test_on_discord_by_direct_message(tmp_path: Path) -> None:
    async with FakeModel() as model, FakeDiscord() as discord:
        driver = DiscordDriver(discord)
        async with running(driver, tmp_path, FakeClock(), **model.endpoint):
            dm = discord.direct_channel("Ada")
            told = await driver.command("practice", {"role": "ai-engineer", "length": "1"})
            assert "direct message" in told
            await discord.wait_for_post("Mock interview", channel_id=dm, timeout=30)
            await discord.direct_message("Ada", PROJECT)
            await discord.wait_for_post("Question 1 of 1", channel_id=dm, timeout=30)
            await discord.direct_message("Ada", ANSWER)
            await discord.wait_for_post("/5", channel_id=dm, timeout=30)
            await discord.direct_message("Ada", "quit")
            await discord.wait_for_post("I have ended", channel_id=dm, timeout=30)
        channel = [p for p in discord.posts if p.channel_id == discord.channel_id]
        assert not [post for post in channel if "interview" in post.text]
