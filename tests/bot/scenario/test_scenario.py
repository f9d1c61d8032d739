"""The main job on each chat platform: ask, answer, grade, rank, all through the real clients."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.service import serve
from tests.bot.fake_clock import FakeClock
from tests.bot.scenario.driver import (
    DiscordDriver,
    Driver,
    SlackDriver,
    SlackHttpDriver,
    SlackOAuthDriver,
    settings_for,
)
from tests.wire.fake_discord import FakeDiscord
from tests.wire.fake_model import FakeModel
from tests.wire.fake_slack import FakeSlack
from tests.wire.postgres import PostgresServer

ANSWER = (
    "I would break the cost and the latency per call into their parts before optimising anything, "
    "make the fixed prefix cacheable because cached input tokens are cheaper and faster, and gate "
    "every change on quality with an evaluation set."
)


SLACK = {"slack": SlackDriver, "slack over http": SlackHttpDriver, "slack oauth": SlackOAuthDriver}


@pytest.fixture(params=[*SLACK, "discord"])
async def driver(request: pytest.FixtureRequest) -> AsyncIterator[Driver]:
    if request.param in SLACK:
        async with FakeSlack() as slack:
            yield SLACK[request.param](slack)
    else:
        async with FakeDiscord() as discord:
            yield DiscordDriver(discord)


@pytest.fixture
async def model() -> AsyncIterator[FakeModel]:
    async with FakeModel() as fake:
        yield fake


@asynccontextmanager
async def running(
    driver: Driver, folder: Path, clock: FakeClock, **more: str
) -> AsyncIterator[None]:
    settings = settings_for(
        driver,
        {
            "PREPBOT_DATA_DIR": str(folder),
            "PREPBOT_HTTP_PORT": "0",
            "PREPBOT_EMBEDDINGS": "lexical",
            **more,
        },
    )
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(settings, stop=stop, clock=clock, tick_seconds=0.05))
    connected = asyncio.create_task(driver.wait_until_connected())
    try:
        await asyncio.wait({serving, connected}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            await serving
        await connected
        yield
    finally:
        connected.cancel()
        stop.set()
        await serving


async def test_ask_answer_grade_rank(driver: Driver, model: FakeModel, tmp_path: Path) -> None:
    clock = FakeClock()
    endpoint = {"OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": "sk-test"}
    async with running(driver, tmp_path, clock, **endpoint):
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
