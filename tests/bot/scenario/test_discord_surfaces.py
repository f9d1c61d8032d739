"""What Discord offers beside channels and replies, with the whole bot behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.fake_clock import FakeClock
from tests.bot.scenario.driver import DiscordDriver
from tests.bot.scenario.running import ANSWER, running, wait_for_row
from tests.wire.discord_people import add_tags, type_into, use_on_message
from tests.wire.fake_discord import FakeDiscord
from tests.wire.fake_discord_world import FakeMessage
from tests.wire.fake_model import FakeModel

FORUM = 15


class WithoutReading(DiscordDriver):
    """The same people; Discord does not let the bot read what they write."""

    def __init__(self, discord: FakeDiscord) -> None:
        discord.refuse_message_content()
        super().__init__(discord)


class InForum(DiscordDriver):
    """The same people in a forum, whose posts they call commands in."""

    def __init__(self, discord: FakeDiscord) -> None:
        self.forum_id = discord.add_channel("questions", FORUM)
        self.tags = add_tags(discord, self.forum_id, ["General", "AI Engineer"])
        super().__init__(discord)


@pytest.fixture
async def driver(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[DiscordDriver]:
    kind = getattr(request, "param", DiscordDriver)
    async with FakeModel() as model, FakeDiscord() as discord:
        person: DiscordDriver = kind(discord)
        async with running(person, tmp_path, FakeClock(), OPENAI_BASE_URL=model.base_url):
            yield person


async def ask(driver: DiscordDriver, folder: Path) -> FakeMessage:
    await driver.command("today", {"role": "ai-engineer"})
    await driver.wait_for_question()
    await wait_for_row(folder, "SELECT 1 FROM occurrences WHERE state = 'posted'")
    assert driver.question is not None
    return driver.question


async def test_the_bank_is_looked_up_while_typing_and_the_question_is_asked(
    driver: DiscordDriver,
) -> None:
    roles = await type_into(driver.discord, "Ada", "today", "role", "ml")
    assert roles[0] == ("ML Engineer", "ml-engineer")
    [(_, topic), *_] = await type_into(driver.discord, "Ada", "today", "topic", "agent")
    found = await type_into(driver.discord, "Ada", "today", "question", "", others={"topic": topic})
    title, question_id = found[0]

    await driver.command("today", {"question": question_id})

    asked = await driver.discord.wait_for_post(title, timeout=30)
    assert list(asked.buttons) == ["Answer", "Hint", "Skip", "Leaderboard"]


async def test_hint_skip_and_leaderboard_answer_whoever_presses_alone(
    driver: DiscordDriver, tmp_path: Path
) -> None:
    discord, question = driver.discord, await ask(driver, tmp_path)

    hint = await discord.wait_for_answer(await discord.click(question, "Ada", "Hint"))
    assert hint.is_ephemeral
    assert "Hint 1 of 3" in hint.text
    second = await discord.wait_for_answer(await discord.click(hint, "Ada", "Another hint"))
    assert "Hints 1 to 2 of 3" in second.text
    skip = await discord.wait_for_answer(await discord.click(question, "Ada", "Skip"))
    assert "streak waits" in skip.text
    board = await discord.wait_for_answer(await discord.click(question, "Ada", "Leaderboard"))
    assert "Leaderboard: this week" in board.text
    assert skip.is_ephemeral
    assert board.is_ephemeral


@pytest.mark.parametrize("driver", [WithoutReading], indirect=True)
async def test_without_the_right_to_read_the_whole_job_is_done_by_button_and_message_command(
    driver: DiscordDriver, tmp_path: Path
) -> None:
    discord, question = driver.discord, await ask(driver, tmp_path)
    assert "Press Answer, or write to me directly" in question.text

    await driver.reply("Ada", ANSWER)
    told = await driver.wait_in_thread("not allowed to read messages here")
    assert "Answer" in told
    assert "Got it" in await driver.answer_by_button("Bob", ANSWER)
    await driver.wait_for_grades(1)
    used = await use_on_message(discord, driver.last, "Ada")
    assert "Got it" in (await discord.wait_for_answer(used)).text
    await driver.wait_for_grades(2)
    again = await use_on_message(discord, driver.last, "Ada")
    assert "I have that answer already" in (await discord.wait_for_answer(again)).text
    other = await use_on_message(discord, driver.last, "Bob")
    assert "isn't yours" in (await discord.wait_for_answer(other)).text


@pytest.mark.parametrize("driver", [InForum], indirect=True)
async def test_a_forum_gets_a_post_in_which_replies_are_graded(driver: DiscordDriver) -> None:
    assert isinstance(driver, InForum)
    discord = driver.discord
    chat = await discord.start_thread(driver.forum_id, "Ada", "General chat")

    called = await discord.slash(chat, "Ada", "today", {"role": "ai-engineer"}, manages=True)
    assert "on its way" in (await discord.wait_for_answer(called)).text
    driver.question = await discord.wait_for_post("difficulty", timeout=30)
    post = discord._world.channels[driver.question.channel_id]
    assert post.parent_id == driver.forum_id
    assert post.applied_tags == [driver.tags["AI Engineer"]]

    await driver.reply("Ada", ANSWER)
    await driver.wait_for_grades(1)
    await driver.wait_for_sign("graded")
