"""``/prep settings``."""

from __future__ import annotations

from datetime import time

import pytest

from handlers.channels.settings import MAX_EDIT_MINUTES, parse_minutes
from handlers.command import UsageError
from handlers.records import ChannelSettings, GradeMode
from tests.factory import CHANNEL
from tests.handlers.conftest import OTHER_CHANNEL, World, a_caller, in_direct_message


async def stored(world: World) -> ChannelSettings | None:
    async with world.storage(read_only=True) as work:
        return await work.channels.get(CHANNEL)


async def test_a_channel_is_open_until_somebody_changes_it(world: World) -> None:
    said = await world.settings()
    assert "Grades: open: in the thread, for everybody" in said
    assert "Edits: graded once more within 10 minutes" in said
    assert "Reveal" not in said
    assert await stored(world) is None


async def test_each_setting_is_changed_by_itself(world: World) -> None:
    said = await world.settings(grades="blind", reveal="16:30")
    assert "Reveal: 16:30 (UTC)" in said
    assert "from now on" in said
    await world.settings(edits="off")
    settings = await stored(world)
    assert settings is not None
    assert (settings.grades, settings.reveal_at, settings.edit_minutes) == (
        GradeMode.BLIND,
        time(16, 30),
        0,
    )
    assert "Edits: not graded" in await world.settings()
    assert "open" in await world.settings(OTHER_CHANNEL)


async def test_the_reveal_is_told_in_the_channels_own_time(world: World) -> None:
    await world.manage(time="09:00", zone="Europe/Berlin")
    assert "17:00 (Europe/Berlin)" in await world.settings(grades="blind")
    asked = await world.ask()
    assert asked.reveal_at is not None
    assert (asked.reveal_at.hour, asked.zone) == (16, "Europe/Berlin")


async def test_only_who_may_manage_sees_or_changes_them(world: World) -> None:
    assert "Only people who run" in await world.told("settings", by=a_caller("Bob"), grades="blind")
    assert await stored(world) is None


async def test_in_a_direct_message_there_is_nothing_to_hide(world: World) -> None:
    said = await world.told("settings", by=in_direct_message(), grades="blind")
    assert "only you see your grades" in said


@pytest.mark.parametrize("reveal", ["later", "25:00", ""])
async def test_a_time_that_is_none_changes_nothing(world: World, reveal: str) -> None:
    assert "no time of day" in await world.settings(grades="blind", reveal=reveal)
    assert await stored(world) is None


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("10", 10), ("0", 0), ("off", 0), (" 15 min ", 15), ("1440", MAX_EDIT_MINUTES), ("5m", 5)],
)
def test_minutes_are_read(typed: str, minutes: int) -> None:
    assert parse_minutes(typed) == minutes


@pytest.mark.parametrize("typed", ["1441", "-1", "ten", "", "1.5", "99999999", "１０", "²"])
def test_what_is_no_number_of_minutes_is_said_so(typed: str) -> None:
    with pytest.raises(UsageError, match="no number of minutes"):
        parse_minutes(typed)
