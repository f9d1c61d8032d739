"""A lead's decision shows on the author's page if that stands open."""

from __future__ import annotations

import asyncio

from handlers.appeals.job import TELL_DECISION
from handlers.home.command import Home
from handlers.refs import Platform
from tests.handlers.appeals.court import MIA, appealed, override
from tests.handlers.conftest import World, in_direct_message
from tests.handlers.fakes import PATIENCE


async def test_a_page_shows_the_decided_grade(world: World) -> None:
    home = Home(world.storage, world.clock, {Platform.SLACK: world.slack}, pause=0, spacing=0)
    appeal = await appealed(world)
    before = await home.open(in_direct_message())
    await override(world, appeal, "4.5", by=MIA)
    told = home.refresher.after_appeal(world.jobs.handlers[TELL_DECISION], world.storage)

    assert await told(appeal.id, 1) is None

    async with asyncio.timeout(PATIENCE):
        page = await world.slack.wait_for_home("ada", "Your grade: 4.5/5")
    assert "Your grade: 2.9/5" in before.plain_text
    assert "Your grade: 2.9/5" not in page.plain_text
