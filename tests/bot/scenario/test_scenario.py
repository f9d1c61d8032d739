"""The main job on each chat platform: ask, answer, grade, rank, all through the real clients."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.fake_clock import FakeClock
from tests.bot.scenario.driver import (
    PLATFORMS,
    Driver,
    SlackDriver,
    open_driver,
)
from tests.bot.scenario.running import ANSWER, running
from tests.wire.fake_model import FakeModel
from tests.wire.fake_slack import FakeSlack
from tests.wire.postgres import PostgresServer


@pytest.fixture(params=PLATFORMS)
async def driver(request: pytest.FixtureRequest) -> AsyncIterator[Driver]:
    async with open_driver(request.param) as driver:
        yield driver


@pytest.fixture
async def model() -> AsyncIterator[FakeModel]:
    async with FakeModel() as fake:
        yield fake


async def test_ask_answer_grade_rank(driver: Driver, model: FakeModel, tmp_path: Path) -> None:
    clock = FakeClock()
    async with running(driver, tmp_path, clock, **model.endpoint):
        said = await driver.command(
            "schedule", {"time": "09:00", "zone": "UTC", "roles": "ai-engineer"}
        )
        assert "Monday 02 March, 09:00" in said

        clock.move(hours=1)
        await driver.wait_for_question()
        await driver.reply("U1", ANSWER)
        first = await driver.wait_in_thread("/5")
        assert "Met:" in first or "Missed:" in first
        await driver.wait_for_sign("graded")

        await driver.repeat_last_reply()
        receipt = await driver.answer_by_button("U2", ANSWER)
        assert "Got it" in receipt
        await driver.wait_for_grades(2)
        assert len(driver.grades()) == 2
        assert len(model.requests) == 1  # the same words: judged once

        board = await driver.command("leaderboard", {})
        assert "points" in board
        assert "difficulty" in await driver.command("today", {})
        assert "/prep today" in await driver.command("help", {})


async def test_without_a_model_grades_are_labelled_estimates(
    driver: Driver, tmp_path: Path
) -> None:
    clock = FakeClock()
    async with running(driver, tmp_path, clock):
        said = await driver.command("today", {"role": "ai-engineer"})
        assert "on its way" in said
        await driver.wait_for_question()
        await driver.reply("U1", "yes")
        assert "One word" in await driver.wait_in_thread("One word")
        await driver.reply("U1", ANSWER)
        grade = await driver.wait_in_thread("/5")
        assert "(estimate)" in grade
        assert "without a language model" in grade


async def test_grading_goes_on_on_postgresql_with_the_index_out_of_reach(
    model: FakeModel, postgres: PostgresServer, tmp_path: Path
) -> None:
    places = {
        "PREPBOT_DATABASE_URL": postgres.create_database(),
        "PREPBOT_CHROMA_URL": "http://127.0.0.1:1",
        "OPENAI_BASE_URL": model.base_url,
    }
    async with FakeSlack() as slack:
        driver = SlackDriver(slack)
        async with running(driver, tmp_path, FakeClock(), **places):
            await driver.command("today", {"role": "nlp-engineer"})
            await driver.wait_for_question()
            await driver.reply("U1", ANSWER)
            await driver.wait_for_grades(1)
            await driver.wait_for_sign("graded")
