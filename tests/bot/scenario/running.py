"""The whole bot on this machine, and looking at what it stored and said."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.service import serve
from tests.bot.fake_clock import FakeClock
from tests.bot.scenario.driver import Driver, settings_for
from tests.wire.fake_slack import FakeSlack, Post

ANSWER = (
    "I would break the cost and the latency per call into their parts before optimising anything, "
    "make the fixed prefix cacheable because cached input tokens are cheaper and faster, and gate "
    "every change on quality with an evaluation set."
)
WHY = "I did name the evaluation set, where I wrote “gate every change on quality”."
"""Why the answer's author appeals against its grade."""
PROJECT = "I built the search of a bank's help pages, and owned its index and its evaluation."


@asynccontextmanager
async def running(
    driver: Driver, folder: Path, clock: FakeClock, **more: str
) -> AsyncIterator[None]:
    """Run the bot from when it is connected until the block ends."""
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


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    """What a query of the bot's database returns."""
    connection = sqlite3.connect(folder / "prepbot.db")
    try:
        return list(connection.execute(query))
    finally:
        connection.close()


async def wait_for_row(folder: Path, query: str) -> None:
    """Wait until a query of the bot's database returns something."""
    async with asyncio.timeout(30):
        while not rows(folder, query):  # noqa: ASYNC110  (a database tells nobody)
            await asyncio.sleep(0.02)


async def said_in(slack: FakeSlack, channel: str, text: str) -> Post:
    """Wait for the bot's message in one conversation."""
    return await slack.wait_for_post(
        lambda post: post.channel == channel and text in post.plain, timeout=30
    )


async def told(slack: FakeSlack, text: str, user: str) -> Post:
    """Wait for what only one person in a channel reads."""
    return await slack.wait_for_post(
        lambda post: post.to_user == user and text in post.plain, timeout=30
    )
