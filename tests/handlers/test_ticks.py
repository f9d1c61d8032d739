"""What other features look for at every tick: no one's trouble is another's."""

from __future__ import annotations

from datetime import datetime

import pytest

from handlers.daily.tick import Ticker
from handlers.reveal.claim import RevealClaims
from handlers.storage import StorageUnavailable
from tests.handlers.conftest import World


@pytest.mark.parametrize("trouble", [StorageUnavailable("locked"), RuntimeError("a bug")])
async def test_a_feature_that_cannot_look_keeps_no_other_from_looking(
    world: World, trouble: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    looked: list[datetime] = []

    async def stumble(_: datetime) -> None:
        raise trouble

    async def look(now: datetime) -> None:
        looked.append(now)

    ticker = Ticker(
        world.storage, world.clock, RevealClaims(world.storage), also=[stumble, look, stumble]
    )
    for _ in range(2):
        assert await ticker.tick() == 0

    assert looked == [world.clock.now()] * 2
    assert "could not look for what is due" in caplog.text
