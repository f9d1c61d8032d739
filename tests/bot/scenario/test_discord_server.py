"""A server's life with the bot, through the real client: from the first command to the goodbye."""

from __future__ import annotations

from pathlib import Path

from tests.bot.fake_clock import FakeClock
from tests.bot.scenario.driver import DiscordDriver
from tests.bot.scenario.running import ANSWER, running
from tests.wire.fake_discord import FakeDiscord
from tests.wire.fake_discord_permissions import Permission
from tests.wire.fake_model import FakeModel

DAILY = {"time": "09:00", "zone": "UTC", "roles": "ai-engineer"}


async def test_a_team_that_lives_on_discord(tmp_path: Path) -> None:
    """Add, schedule, post, reply, grade, button, direct message, board."""
    async with FakeDiscord() as discord, FakeModel() as model:
        clock, driver = FakeClock(), DiscordDriver(discord)
        async with running(driver, tmp_path, clock, **model.endpoint):
            assert "Monday 02 March, 09:00" in await driver.command("schedule", DAILY)
            clock.move(hours=1)
            await driver.wait_for_question()
            await driver.reply("Ana", ANSWER)
            await driver.wait_for_grades(1)
            await driver.wait_for_sign("graded")

            met = await discord.slash(discord.channel_id, "Ben", "progress")
            await discord.wait_for_answer(met)
            own = await discord.slash(
                discord.direct_channel("Ben"), "Ben", "today", {"role": "ml-engineer"}
            )
            assert "on its way" in (await discord.wait_for_answer(own)).text
            asked = await discord.wait_for_post(
                "difficulty", channel_id=discord.direct_channel("Ben"), timeout=30
            )
            await discord.direct_message("Ben", ANSWER)
            grade = await discord.wait_for_post(
                "/5", channel_id=discord.direct_channel("Ben"), timeout=30
            )
            assert grade.id > asked.id
            board = await driver.command("leaderboard", {})

        assert "Ana" in board
        assert discord.count("POST", r"/channels/\d+/messages$") == len(discord.posts)


async def test_without_the_intent_the_whole_job_is_done_by_button(tmp_path: Path) -> None:
    async with FakeDiscord() as discord, FakeModel() as model:
        discord.refuse_message_content()
        clock, driver = FakeClock(), DiscordDriver(discord)
        async with running(driver, tmp_path, clock, **model.endpoint):
            await driver.command("schedule", DAILY)
            clock.move(hours=1)
            await driver.wait_for_question()

            assert "Got it" in await driver.answer_by_button("Ana", ANSWER)
            await driver.wait_for_grades(1)

        assert len(discord.identifies) == 2


async def test_a_server_removes_the_bot_and_takes_it_back(tmp_path: Path) -> None:
    async with FakeDiscord() as discord:
        clock, driver = FakeClock(), DiscordDriver(discord)
        async with running(driver, tmp_path, clock):
            await driver.command("schedule", DAILY)
            await discord.remove_bot()
            await discord.add_bot()
            told = await discord.wait_for_post("I'm back in your server", timeout=30)
            assert told.channel_id == discord.direct_channel("Ada")
            assert "/prep schedule resume" in told.text
            assert "paused" in await driver.command("schedule", {"action": "show"})

            clock.move(hours=1)
            assert "paused" not in await driver.command("schedule", {"action": "resume"})
            clock.move(hours=24)
            await driver.wait_for_question()


async def test_a_channel_that_is_gone_pauses_its_schedule_alone_and_its_owner_hears_of_it_once(
    tmp_path: Path,
) -> None:
    async with FakeDiscord() as discord:
        lost = discord.add_channel("lost")
        clock, driver = FakeClock(), DiscordDriver(discord)
        async with running(driver, tmp_path, clock):
            await driver.command("schedule", DAILY)
            called = await discord.slash(lost, "Ada", "schedule", DAILY, manages=True)
            await discord.wait_for_answer(called)
            discord.delete_channel(lost)

            clock.move(hours=1)
            await driver.wait_for_question()
            told = await discord.wait_for_post("I paused a daily question", timeout=30)
            clock.move(hours=24)
            await discord.wait_until(
                lambda: len([p for p in discord.posts if "difficulty" in p.text]) >= 2,
                what="the next day's question",
                timeout=30,
            )

        assert told.channel_id == discord.direct_channel("Ada")
        assert "deleted" in told.text
        assert sum("I paused" in post.text for post in discord.posts) == 1


async def test_a_question_that_may_have_no_thread_stands_and_its_owner_hears_why(
    tmp_path: Path,
) -> None:
    async with FakeDiscord() as discord:
        clock, driver = FakeClock(), DiscordDriver(discord)
        async with running(driver, tmp_path, clock):
            assert "can't ask here" not in await driver.command("schedule", DAILY)
            await discord.deny(discord.channel_id, Permission.CREATE_PUBLIC_THREADS)
            warned = await driver.command("schedule", {"action": "show"})
            assert "please give me Create Public Threads." in warned.replace("*", "")
            clock.move(hours=1)

            told = await discord.wait_for_post("stands without a thread", timeout=30)

        assert told.channel_id == discord.direct_channel("Ada")
        assert "Create Public Threads" in told.text
