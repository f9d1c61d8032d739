"""``/prep schedule``: what is set stays set, and what is wrong is said in a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from handlers.leaderboard.board import Period
from questions.role import Role
from tests.factory import CHANNEL
from tests.handlers.conftest import OTHER_CHANNEL, REPLY, World, a_caller


async def test_a_channel_without_a_schedule_is_told_how_to_set_one(world: World) -> None:
    said = await world.manage()
    assert "This channel has no schedule yet" in said
    assert "/prep schedule 09:00 --zone Europe/Berlin" in said
    assert await world.schedule() is None


async def test_everything_is_set_at_once_and_read_back(world: World) -> None:
    said = await world.manage(
        time="9:30 am", zone="europe/berlin", days="mon,wed", roles="mle, AI Engineer"
    )
    assert "When: 09:30, Mon, Wed" in said
    assert "Time zone: Europe/Berlin" in said
    assert "Roles: ML Engineer, AI Engineer" in said
    assert "Next: Monday 02 March, 09:30" in said
    schedule = await world.schedule()
    assert schedule is not None
    assert (schedule.at, schedule.zone) == (time(9, 30), "Europe/Berlin")
    assert schedule.weekdays == {0, 2}
    assert schedule.roles == (Role.ML_ENGINEER, Role.AI_ENGINEER)
    assert schedule.effective_from == world.clock.now()


async def test_a_time_alone_means_working_days_every_role_and_the_teams_zone(world: World) -> None:
    await world.manage(OTHER_CHANNEL, time="09:00", zone="Asia/Tokyo")
    await world.manage(time="10:00")
    schedule = await world.schedule()
    assert schedule is not None
    assert schedule.zone == "Asia/Tokyo"
    assert schedule.weekdays == {0, 1, 2, 3, 4}
    assert schedule.roles == tuple(Role)


@pytest.mark.parametrize(
    ("option", "value", "change"),
    [
        ("time", "17:45", {"at": time(17, 45)}),
        ("zone", "America/New_York", {"zone": "America/New_York"}),
        ("days", "weekends", {"weekdays": frozenset({5, 6})}),
        ("roles", "nlp-engineer", {"roles": (Role.NLP_ENGINEER,)}),
    ],
)
async def test_one_option_changes_and_the_others_stay(
    world: World, option: str, value: str, change: dict[str, object]
) -> None:
    await world.manage(time="09:00", zone="UTC", days="mon-fri", roles="ai-engineer")
    before = await world.schedule()
    assert before is not None
    world.clock.move(minutes=5)
    await world.manage(**{option: value})
    assert await world.schedule() == replace(
        before,
        effective_from=world.clock.now(),
        **change,  # type: ignore[arg-type]
    )


async def test_a_first_setting_needs_a_time(world: World) -> None:
    assert "Say at which time" in await world.manage(zone="UTC")
    assert await world.schedule() is None


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("time", "25:00", "“25:00” is no time of day: write it like 09:00."),
        ("time", "9", "“9” is no time of day"),
        ("time", "13pm", "“13pm” is no time of day"),
        ("zone", "Berln", "Europe/Berlin"),
        ("zone", "Mars", "There is no time zone “Mars”"),
        ("zone", "", "Write one like Europe/Berlin"),
        ("days", "someday", "“someday” names no days: write them like mon-fri"),
        ("days", ",", "“,” names no days"),
        ("roles", "ai-enginer", "Did you mean ai-engineer"),
        ("roles", ",", "Name at least one role"),
        ("action", "explode", "There is no action “explode”"),
    ],
)
async def test_what_can_not_be_understood_is_said_in_words_and_changes_nothing(
    world: World, option: str, value: str, words: str
) -> None:
    await world.nine_every_day()
    before = await world.schedule()
    assert words in await world.manage(**{option: value})
    assert await world.schedule() == before


async def test_pause_stops_the_questions_and_resume_brings_the_next_one(world: World) -> None:
    await world.nine_every_day()
    assert "paused (paused by a member)" in await world.manage(action="pause")
    world.clock.move(hours=2)
    assert await world.tick() == 0
    assert "Tuesday 03 March, 09:00" in await world.manage(action="unpause")
    assert await world.tick() == 0  # what passed while it was paused is not made up for
    world.clock.move(days=1)
    assert await world.tick() == 1


async def test_a_removed_schedule_asks_nothing_more_and_keeps_what_was_asked(world: World) -> None:
    await world.nine_every_day()
    world.clock.move(hours=1)
    await world.tick()
    asked = await world.newest()
    assert asked is not None
    assert "no more daily questions" in await world.manage(action="stop")
    assert await world.schedule() is None
    world.clock.move(days=1)
    assert await world.tick() == 0
    assert (await world.reply(asked, REPLY)).stored


@pytest.mark.parametrize("action", ["pause", "resume", "remove", "show"])
async def test_there_is_nothing_to_do_about_a_schedule_that_does_not_exist(
    world: World, action: str
) -> None:
    assert "no schedule yet" in await world.manage(action=action)


async def test_show_says_when_the_next_question_comes(world: World) -> None:
    await world.nine_every_day()
    assert "Next: Monday 02 March, 09:00" in await world.manage(action="show")
    world.clock.move(hours=1)
    await world.tick()
    assert "Next: Tuesday 03 March, 09:00" in await world.manage()


async def test_moving_the_time_on_a_day_that_had_its_question_asks_no_second_one(
    world: World,
) -> None:
    await world.nine_every_day()
    world.clock.move(hours=1)
    await world.tick()
    assert "Next: Tuesday 03 March, 17:00" in await world.manage(time="17:00")
    world.clock.move(hours=8)
    assert await world.tick() == 0


async def test_each_channel_has_its_own_schedule(world: World) -> None:
    await world.manage(CHANNEL, time="09:00", zone="UTC")
    await world.manage(OTHER_CHANNEL, time="10:00", zone="UTC")
    await world.manage(OTHER_CHANNEL, action="pause")
    first, second = await world.schedule(), await world.schedule(OTHER_CHANNEL)
    assert first is not None
    assert second is not None
    assert (first.at, first.paused) == (time(9), None)
    assert second.paused is not None


@pytest.mark.parametrize("options", [{}, {"time": "09:00"}, {"action": "remove"}])
async def test_somebody_who_may_not_manage_the_channel_changes_nothing(
    world: World, options: dict[str, str]
) -> None:
    await world.manage(time="10:00")
    before = await world.schedule()
    said = await world.told("schedule", by=a_caller("Bob"), **options)
    assert said.startswith("Only people who run this workspace")
    assert await world.schedule() == before


async def test_the_zone_of_the_schedule_is_the_zone_of_the_teams_weeks(world: World) -> None:
    asked = await world.ask()
    await world.manage(time="09:00", zone="Asia/Tokyo")
    world.at(datetime(2026, 3, 8, 16, 0, tzinfo=UTC))  # Monday 01:00 in Tokyo
    await world.reply(asked, REPLY)
    [entry] = await world.scores()
    assert entry.earned_on.isoformat() == "2026-03-09"
    assert "Ada" in await world.told("leaderboard", period=Period.WEEK)
