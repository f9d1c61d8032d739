"""``/prep today``: one question a channel and a day, and never a second one by accident."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from questions.role import Role
from tests.handlers.conftest import World, a_caller, in_direct_message

# The clock stands at 08:00 UTC on Monday, 2 March 2026.


async def test_today_without_a_schedule_has_a_question_posted_now(world: World) -> None:
    assert await world.told("today") == "Your question is on its way."
    await world.jobs.settle()
    assert len(world.slack.said) == 1


async def test_today_shows_the_question_that_was_posted(world: World) -> None:
    asked = await world.ask()
    shown = await world.told("today")
    assert shown == world.slack.said[0].text
    assert len(await world.occurrences()) == 1
    assert (await world.newest()) == asked


async def test_today_shows_the_schedules_question_once_it_is_posted(world: World) -> None:
    await world.nine_every_day()
    world.clock.move(hours=1)
    await world.tick()
    assert await world.told("today") == world.slack.said[0].text


async def test_today_before_the_schedules_time_says_when_it_comes(world: World) -> None:
    await world.nine_every_day()
    said = await world.told("today")
    assert "Today's question comes at 09:00 (UTC)" in said
    assert "/prep today ai-engineer" in said
    assert await world.occurrences() == []


async def test_today_on_a_day_without_a_question_asks_one_now(world: World) -> None:
    await world.manage(time="09:00", zone="UTC", days="tue")
    assert "on its way" in await world.told("today")


async def test_today_with_a_role_does_not_wait_for_the_schedule_nor_use_it_up(
    world: World,
) -> None:
    await world.nine_every_day(roles="ai-engineer")
    asked = await world.ask(role=Role.ML_ENGINEER)
    assert asked.role is Role.ML_ENGINEER
    world.clock.move(hours=1)
    assert await world.tick() == 1
    assert [said.text[:8] for said in world.slack.said] == ["About ml", "About ai"]


async def test_today_with_a_role_that_was_asked_already_shows_that_one(world: World) -> None:
    await world.ask(role=Role.ML_ENGINEER)
    await world.ask(role=Role.AI_ENGINEER)
    assert "About ml-" in await world.told("today", role="ml-engineer")
    assert len(world.slack.said) == 2


async def test_today_called_by_many_at_once_posts_one_question(world: World) -> None:
    names = ["Ada", "Bob", "Cyd", "Dan"]
    said = await asyncio.gather(*(world.told("today", by=a_caller(name)) for name in names))
    await world.jobs.settle()
    assert len(world.slack.said) == 1
    assert all("on its way" in text or "About" in text for text in said)


async def test_today_tomorrow_is_another_question(world: World) -> None:
    first = await world.ask()
    world.clock.move(days=1)
    second = await world.ask()
    assert first.question_id != second.question_id


async def test_today_in_a_direct_message_posts_there(world: World) -> None:
    ada = in_direct_message()
    await world.told("today", by=ada)
    await world.jobs.settle()
    assert world.slack.said[0].to == ada.channel


async def test_today_follows_the_day_of_the_channels_zone(world: World) -> None:
    await world.manage(time="09:00", zone="Asia/Tokyo", days="daily", roles="ai-engineer")
    await world.manage(action="pause")
    world.at(datetime(2026, 3, 2, 14, 0, tzinfo=UTC))  # 23:00 in Tokyo
    first = await world.ask()
    world.clock.move(hours=2)
    second = await world.ask()
    assert (first.local_date.day, second.local_date.day) == (2, 3)


async def test_today_while_the_schedules_question_is_being_posted_does_not_ask_another(
    world: World,
) -> None:
    await world.jobs.stop()
    await world.nine_every_day()
    world.clock.move(hours=1)
    assert await world.app.ticker.tick() == 1
    assert "on its way" in await world.told("today")
    await world.jobs.start()
    await world.jobs.settle()
    assert len(world.slack.said) == 1


async def test_today_after_a_failed_posting_tries_again(world: World) -> None:
    world.slack.fail("question:", times=6)
    await world.told("today")
    await world.jobs.settle()
    assert world.slack.said == []
    await world.ask()
    assert len(world.slack.said) == 1


async def test_today_does_not_promise_a_time_that_will_not_come(world: World) -> None:
    await world.nine_every_day(roles="nlp-engineer")
    world.clock.move(hours=1)
    await world.tick()
    await world.manage(time="17:00", roles="ai-engineer")
    assert "17:00" not in await world.told("today")
