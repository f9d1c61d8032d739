"""A thousand channels due at one minute, and a server in which everybody presses at once."""

from __future__ import annotations

import asyncio
import os
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

import pytest
import sqlalchemy as sa

from bot.core import load_bank, open_database
from bot.settings import Settings
from handlers.invocation import Caller
from handlers.ports import Job
from handlers.records import Schedule
from handlers.refs import ChannelRef, Platform, UserRef, WorkspaceRef
from handlers.teams.membership import join
from questions.role import Role
from tests.wire.fake_discord import FakeDiscord
from tests.wire.fake_model import FakeModel

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]
CHANNELS = 1000
GLOBAL_LIMIT = 50
# A question and its thread.
REQUESTS = 2
FACTOR = 1.2
RATE = 100
SECONDS = 20
PATIENCE = 3.0


@dataclass
class Bot:
    """The bot's process, on one data folder."""

    discord: FakeDiscord
    model: FakeModel
    folder: Path

    def environment(self) -> dict[str, str]:
        ours = ("SLACK_", "DISCORD_", "PREPBOT_", "OPENAI_")
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith(ours)},
            "DISCORD_TOKEN": self.discord.token,
            "DISCORD_API_URL": self.discord.api_url,
            "DISCORD_GATEWAY_URL": self.discord.gateway_url,
            **self.model.endpoint,
            "PREPBOT_DATA_DIR": str(self.folder),
            "PREPBOT_EMBEDDINGS": "lexical",
            "PREPBOT_HTTP_PORT": "0",
            "PREPBOT_LOG_LEVEL": "WARNING",
            "PYTHONPATH": str(ROOT),
            "WATCH_READY": str(self.folder / "ready"),
            "WATCH_FILE": str(self.folder / "watch"),
        }

    def longest(self) -> tuple[float, float]:
        used, waited = (self.folder / "watch").read_text().split()
        return float(used), float(waited)


@asynccontextmanager
async def running(bot: Bot) -> AsyncIterator[None]:
    with (bot.folder / "log.txt").open("ab") as log:
        # A first start would build the index meanwhile.
        indexing = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "index", "rebuild"),
            env=bot.environment(),
            cwd=bot.folder,
            stdout=log,
            stderr=log,
        )
        assert await indexing.wait() == 0
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(Path(__file__).with_name("watched_bot.py")),
            "run",
            env=bot.environment(),
            cwd=bot.folder,
            stdout=log,
            stderr=log,
        )
    try:
        await bot.discord.wait_for_identify(timeout=60)
        (bot.folder / "ready").touch()
        yield
    finally:
        process.terminate()
        async with asyncio.timeout(60):
            await process.wait()


async def schedule_all(folder: Path, discord: FakeDiscord, channels: list[int]) -> datetime:
    """Give every channel a schedule, all at one minute; return when that is."""
    settings = Settings(_env_file=None, PREPBOT_DATA_DIR=str(folder))

    def enqueue(_: sa.Connection, __: Job) -> None:
        """Nothing is due yet."""

    now = datetime.now(UTC)
    due = (now + timedelta(seconds=100)).replace(second=0, microsecond=0)
    user = UserRef(platform=Platform.DISCORD, realm="global", id="1")
    workspace = WorkspaceRef(platform=Platform.DISCORD, id=str(discord.guild_id))
    database = await open_database(settings, enqueue)
    await load_bank(database)
    async with database.unit_of_work() as work:
        for id_ in channels:
            channel = ChannelRef(platform=Platform.DISCORD, workspace_id=workspace.id, id=str(id_))
            caller = Caller(user=user, display_name="Ada", workspace=workspace, channel=channel)
            team = (await join(work, caller)).team
            schedule = Schedule(
                id=uuid.uuid4().hex,
                team_id=team.id,
                channel=channel,
                at=due.time(),
                zone="UTC",
                weekdays=frozenset(range(7)),
                roles=(Role.AI_ENGINEER,),
                effective_from=now,
                owner=user,
            )
            await work.schedules.put(schedule)
    await database.close()
    return due


async def test_a_thousand_channels_at_one_minute(tmp_path: Path) -> None:
    async with FakeDiscord(checks=False) as discord, FakeModel() as model:
        channels = [discord.add_channel(f"prep-{number}") for number in range(CHANNELS)]
        due = await schedule_all(tmp_path, discord, channels)
        discord.limits.per_second = GLOBAL_LIMIT
        async with running(Bot(discord, model, tmp_path)):
            due_at = time.monotonic() + (due - datetime.now(UTC)).total_seconds()
            await discord.wait_until(
                lambda: sum(post.thread is not None for post in discord.posts) >= CHANNELS,
                timeout=300,
                what=f"{CHANNELS} questions with threads",
            )
            ended = time.monotonic()
        begun = min(post.created for post in discord.posts)
        posted = max(post.created for post in discord.posts)
    permitted = CHANNELS * REQUESTS / GLOBAL_LIMIT
    took = ended - begun
    print(
        f"\n{CHANNELS} channels due at one minute, {GLOBAL_LIMIT} requests/s: the last question "
        f"after {posted - begun:.1f} s, the last thread after {took:.1f} s = "
        f"{took / permitted:.2f} x what the limit permits ({permitted:.0f} s); the first came "
        f"{begun - due_at:.1f} s after its minute; {discord.limits.refused} requests refused"
    )
    assert sorted(post.channel_id for post in discord.posts) == sorted(channels)
    assert took <= FACTOR * permitted
    assert discord.limits.refused == 0


async def test_acknowledgement_of_interactions(tmp_path: Path) -> None:
    """Commands, buttons and sent forms, mixed, at a steady rate."""
    async with FakeDiscord(checks=False) as discord, FakeModel() as model:
        bot = Bot(discord, model, tmp_path)
        async with running(bot):
            asked = await discord.slash(discord.channel_id, "Ada", "today", {"role": "ai-engineer"})
            await discord.wait_for_answer(asked)
            question = await discord.wait_for_post("difficulty", timeout=30)
            await discord.wait_until(lambda: question.thread, timeout=30, what="a thread")
            begun = time.monotonic()
            sent = []
            for number in range(RATE * SECONDS):
                who = f"Person {number % RATE}"
                match number % 4:
                    case 0:
                        made = discord.slash(discord.channel_id, who, "leaderboard")
                    case 1:
                        made = discord.slash(discord.channel_id, who, "help")
                    case 2:
                        made = discord.slash(discord.channel_id, who, "progress")
                    case _:
                        made = discord.click(question, who, "Answer")
                sent.append(await made)
                await asyncio.sleep(max(begun + (number + 1) / RATE - time.monotonic(), 0))
            await discord.wait_until(
                lambda: all(each.answered_at for each in sent), timeout=60, what="every response"
            )
    waits = sorted(each.answered_at - each.created for each in sent if each.answered_at)
    p50, p99 = quantiles(waits, n=100)[49], quantiles(waits, n=100)[98]
    used, waited = bot.longest()
    print(
        f"\n{RATE} interactions/s for {SECONDS} s: responded in {p50 * 1000:.0f} ms (median), "
        f"{p99 * 1000:.0f} ms (99 %) = 1/{PATIENCE / p99:.0f} of Discord's limit; longest turn "
        f"{used * 1000:.0f} ms of processor, {waited * 1000:.0f} ms by the clock"
    )
    assert p99 < PATIENCE / 30
