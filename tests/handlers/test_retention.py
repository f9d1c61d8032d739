"""What is too old to be of use is forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.metering.budget import Amount
from handlers.refs import MessageRef
from tests.factory import CHANNEL
from tests.handlers.conftest import World, a_caller


async def a_member(world: World) -> tuple[str, str]:
    await world.command("leaderboard")
    async with world.storage(read_only=True) as work:
        workspace = a_caller().workspace
        assert workspace is not None
        team = await work.teams.of_workspace(workspace)
        assert team is not None
        member = await work.teams.member(team.id, a_caller().user)
    assert member is not None
    return team.id, member.id


@pytest.mark.parametrize(("days", "kept"), [(90, True), (91, False)])
async def test_accounts_are_kept_for_ninety_days(world: World, days: int, kept: bool) -> None:
    team, member = await a_member(world)
    day = world.clock.now().date()
    async with world.storage() as work:
        await work.spending.add(team, member, day, Amount(tokens=100))
    world.clock.move(days=days)
    await world.app.retention.prune()
    async with world.storage(read_only=True) as work:
        used = await work.spending.used(team, member, day)
    assert used.person.spent.tokens == (100 if kept else 0)


@pytest.mark.parametrize(("days", "kept"), [(7, True), (8, False)])
async def test_deletions_are_kept_for_a_week(world: World, days: int, kept: bool) -> None:
    message = MessageRef(channel=CHANNEL, id="1", thread_id="0")
    async with world.storage() as work:
        await work.answers.note_deleted(message, world.clock.now())
    world.clock.move(seconds=timedelta(days=days).total_seconds())
    await world.app.retention.prune()
    async with world.storage(read_only=True) as work:
        assert await work.answers.is_deleted(message) is kept


async def test_a_database_that_is_away_is_left_for_the_next_time(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.storage.fuse = 0
    await world.app.retention.prune()
    assert "nothing was pruned" in caplog.text
