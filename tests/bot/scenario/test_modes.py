"""Private and blind channels, and an appeal on Discord, over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.fake_clock import FakeClock
from tests.bot.scenario.driver import DiscordDriver, Driver, SlackDriver, open_driver
from tests.bot.scenario.running import ANSWER, WHY, running
from tests.wire.fake_discord import FakeDiscord
from tests.wire.fake_model import FakeModel
from tests.wire.fake_slack import FakeSlack
from tests.wire.slack_visits import edit

SHORTER = "I would make the fixed prefix cacheable, and measure what that saves before going on."


@pytest.fixture(params=["slack", "slack over http", "discord"])
async def driver(request: pytest.FixtureRequest) -> AsyncIterator[SlackDriver | DiscordDriver]:
    async with open_driver(request.param) as driver:
        yield driver


@pytest.fixture
async def endpoint() -> AsyncIterator[dict[str, str]]:
    async with FakeModel() as model:
        yield model.endpoint


async def wait_in_direct(driver: Driver, user: str, text: str) -> str:
    """Wait for the bot's direct message to a person."""
    if isinstance(driver, SlackDriver):
        post = await driver.slack.wait_for_post(
            lambda post: post.channel.startswith("D") and text in post.plain, timeout=30
        )
        return post.plain
    assert isinstance(driver, DiscordDriver)
    direct = driver.discord.direct_channel(user)
    return (await driver.discord.wait_for_post(text, channel_id=direct, timeout=30)).text


async def ask(driver: Driver, mode: str) -> None:
    assert mode in await driver.command("settings", {"grades": mode})
    await driver.command("today", {"role": "ai-engineer"})
    await driver.wait_for_question()


async def test_a_private_grade_is_seen_by_its_author_alone(
    driver: Driver, endpoint: dict[str, str], tmp_path: Path
) -> None:
    async with running(driver, tmp_path, FakeClock(), **endpoint):
        await ask(driver, "private")
        await driver.reply("U1", ANSWER)
        grade = await wait_in_direct(driver, "U1", "/5")
        assert "The question:" in grade
        await driver.wait_for_sign("graded")
        assert driver.grades() == []


async def test_a_blind_question_is_answered_out_of_sight_and_revealed_once(
    driver: Driver, endpoint: dict[str, str], tmp_path: Path
) -> None:
    clock = FakeClock()
    async with running(driver, tmp_path, clock, **endpoint):
        await ask(driver, "blind")
        await driver.reply("U1", ANSWER)
        assert "stay hidden" in await wait_in_direct(driver, "U1", "stay hidden")
        receipt = await driver.answer_by_button("U1", ANSWER)
        assert "Your grade comes at 17:00" in receipt
        assert driver.grades() == []

        clock.move(hours=9)
        reveal = await driver.wait_in_thread("Model answer")
        assert "/5" in reveal
        assert ANSWER not in reveal
        assert "The question:" in await wait_in_direct(driver, "U1", "/5")
        assert "was revealed" in (await driver.command("answer", {"text": ANSWER}))
        assert len(driver.grades()) == 1


async def test_an_edit_on_slack_is_graded_once_more_and_both_grades_stand(
    endpoint: dict[str, str], tmp_path: Path
) -> None:
    async with FakeSlack() as slack:
        driver = SlackDriver(slack)
        async with running(driver, tmp_path, FakeClock(), **endpoint):
            await ask(driver, "open")
            await driver.reply("U1", ANSWER)
            await driver.wait_for_grades(1)
            event = driver.last.envelope["payload"]["event"]
            await (await edit(slack, "C1", event["ts"], SHORTER)).wait_for_ack()
            assert "/5" in await driver.wait_in_thread("once more after your edit")
            await (await edit(slack, "C1", event["ts"], ANSWER)).wait_for_ack()
            notice = await wait_in_direct(driver, "U1", "stays as it is")
            assert "I grade an edited answer once more" in notice
            assert len(driver.grades()) == 2


async def test_an_appeal_on_discord_is_read_again_and_decided(
    endpoint: dict[str, str], tmp_path: Path
) -> None:
    async with FakeDiscord() as discord:
        driver = DiscordDriver(discord)
        async with running(driver, tmp_path, FakeClock(), **endpoint):
            await ask(driver, "open")
            await driver.reply("Bo", ANSWER)
            await driver.wait_for_grades(1)
            [grade] = [p for p in discord.posts if "/5" in p.text]
            pressed = await discord.click(grade, "Bo", "Appeal")
            await discord.wait_for_modal(pressed)
            sent = await discord.submit_modal(pressed, "Bo", {"reason": WHY})
            assert "I have your appeal" in (await discord.wait_for_answer(sent)).text
            await driver.wait_in_thread("was read again")

            listed = await discord.slash(discord.channel_id, "Ada", "appeals", manages=True)
            case = await discord.wait_for_answer(listed)
            upheld = await discord.click(case, "Bo", "Uphold 1")
            assert "Only people who run" in (await discord.wait_for_answer(upheld)).text
            upheld = await discord.click(case, "Ada", "Uphold 1", manages=True)
            assert "Done" in (await discord.wait_for_answer(upheld)).text
            await driver.wait_in_thread("stay as they are")
