"""`prepbot schedule preview`: what will be posted, and when."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.core import no_jobs, open_database
from bot.settings import load_settings
from handlers.records import Team
from handlers.refs import Platform, WorkspaceRef
from tests.bot.cli.conftest import Prepbot
from tests.factory import CHANNEL, a_schedule


@pytest.fixture
async def scheduled(prepbot: Prepbot) -> None:
    """A channel that gets its question at nine in Berlin, every day."""
    database = await open_database(load_settings(), no_jobs)
    async with database.unit_of_work() as work:
        workspace = WorkspaceRef(platform=Platform.SLACK, id="T1")
        await work.teams.add(Team(id="team", name="Team", zone="UTC"), workspace)
        await work.schedules.put(a_schedule(at=time(9), zone="Europe/Berlin"))
    await database.close()


async def test_without_schedules_it_says_how_to_make_one(prepbot: Prepbot) -> None:
    shown = await prepbot("schedule", "preview")
    assert shown.exit_code == 0
    assert "/prep schedule 09:00" in shown.stdout


async def test_the_next_days(prepbot: Prepbot, scheduled: None) -> None:
    rows = json.loads((await prepbot("schedule", "preview", "--days", "5", "--json")).stdout)
    instants = [datetime.fromisoformat(row["instant"]) for row in rows]
    assert len(rows) == 5
    assert datetime.now(UTC) < instants[0]
    assert all(later - earlier >= timedelta(hours=23) for earlier, later in pairwise(instants))
    for row, instant in zip(rows, instants, strict=True):
        local = instant.astimezone(ZoneInfo("Europe/Berlin"))
        assert (local.hour, local.minute) == (9, 0)
        assert row["local_date"] == local.date().isoformat()
        assert (row["channel"], row["zone"]) == (CHANNEL.pack(), "Europe/Berlin")
        assert row["roles"] == ["ai-engineer"]


async def test_the_next_days_for_people(prepbot: Prepbot, scheduled: None) -> None:
    lines = (await prepbot("schedule", "preview", "--days", "3")).stdout.splitlines()
    assert len(lines) == 3
    assert all("09:00 CE" in line and CHANNEL.pack() in line for line in lines)
