"""Daily practice at somebody's own time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from handlers.actions import ActionKind
from handlers.delivery import Deliverer
from handlers.message import Buttons
from handlers.ports import Again
from handlers.refs import ChannelRef, Platform
from handlers.reviews.record import Reminder
from handlers.reviews.remind_job import REMIND, Reminding
from tests.handlers.conftest import World, a_caller
from tests.handlers.fakes import Said
from tests.handlers.reviews.test_plan import ada, answered

DIRECT = ChannelRef(platform=a_caller().user.platform, workspace_id="T1", id="D-ada")


async def reminder(world: World) -> Reminder | None:
    member = await ada(world)
    async with world.storage(read_only=True) as work:
        return await work.reminders.get(member.id)


def reminded(world: World) -> list[Said]:
    return [said for said in world.slack.said if said.key.startswith("remind:")]


async def test_nobody_is_reminded_unasked(world: World) -> None:
    assert "/prep remind 07:30" in await world.told("remind")
    assert "nothing to stop" in await world.told("remind", action="off")
    world.clock.move(days=3)
    await world.tick()
    assert reminded(world) == []


async def test_a_reminder_comes_once_a_day_at_its_owners_time_to_them_alone(world: World) -> None:
    text = await world.told("remind", time="9:30", zone="Europe/Berlin")
    assert "09:30, Mon–Fri" in text
    assert "Monday 02 March, 09:30" in text

    world.clock.move(minutes=29)
    await world.tick()
    assert reminded(world) == []
    world.clock.move(minutes=1)
    for _ in range(3):
        await world.tick()
    assert [said.to for said in reminded(world)] == [DIRECT]
    world.clock.move(days=1)
    await world.tick()
    assert len(reminded(world)) == 2


async def test_a_weekend_is_left_out_and_a_missed_morning_is_not_made_up_for(world: World) -> None:
    await world.told("remind", time="10:00", zone="UTC")
    world.at(datetime(2026, 3, 7, 12, tzinfo=UTC))
    await world.tick()
    world.at(datetime(2026, 3, 9, 15, tzinfo=UTC))
    await world.tick()
    assert reminded(world) == []
    world.at(datetime(2026, 3, 10, 10, 30, tzinfo=UTC))
    await world.tick()
    assert len(reminded(world)) == 1


async def test_the_zone_is_the_persons_own_where_the_platform_tells_it(world: World) -> None:
    told = await world.told("remind", by=replace(a_caller(), zone="America/New_York"), time="07:00")

    assert "Time zone: America/New_York" in told


async def test_a_change_keeps_what_it_does_not_name(world: World) -> None:
    await world.told("remind", time="07:00", zone="Europe/Berlin", days="mon")
    told = await world.told("remind", time="20:15")

    assert "20:15, Mon" in told
    assert "Europe/Berlin" in told


async def test_what_is_no_time_is_said(world: World) -> None:
    assert "no time of day" in await world.told("remind", time="soon")
    assert "You get no daily practice" in await world.told("remind")


async def test_a_reminder_says_what_is_due_and_leads_to_practice(world: World) -> None:
    asked = await answered(world)
    await world.told("remind", time="09:00", zone="UTC", days="daily")
    world.clock.move(days=1, hours=1)
    await world.tick()

    [said] = reminded(world)
    assert "1 question is due for you again" in said.text
    assert f"About {asked.question_id} 2.5/5" in said.text
    [buttons] = [b for b in said.message.blocks if isinstance(b, Buttons)]
    assert [b.action.kind for b in buttons.buttons] == [ActionKind.PRACTICE]


async def test_a_reminder_without_reviews_invites_to_something_new(world: World) -> None:
    await world.told("remind", time="09:00", zone="UTC")
    world.clock.move(hours=1)
    await world.tick()

    assert "something new" in reminded(world)[0].text


async def test_off_stops_it_also_between_claim_and_message(world: World) -> None:
    await world.told("remind", time="09:00", zone="UTC")
    world.clock.move(hours=1)
    await world.jobs.stop()
    await world.app.ticker.tick()
    assert [job.kind for job in world.jobs.waiting] == [REMIND]

    assert "no more reminders" in await world.told("remind", action="off")
    await world.jobs.start()
    await world.jobs.settle()
    assert reminded(world) == []


async def test_a_platform_that_is_down_is_tried_again_and_shows_one_message(world: World) -> None:
    await world.told("remind", time="09:00", zone="UTC")
    world.slack.fail("remind:", times=2, accepted=True)
    world.clock.move(hours=1)
    await world.tick()

    assert len(reminded(world)) == 1
    assert world.slack.tries("remind:") == [False, True, True]


async def test_whoever_cannot_be_written_to_is_not_tried_again(world: World) -> None:
    await world.told("remind", time="09:00", zone="UTC")
    world.slack.unwritable[a_caller().user] = "they left"
    world.clock.move(hours=1)
    await world.tick()

    assert await reminder(world) is None


async def test_it_gives_up_in_the_end(world: World) -> None:
    await world.told("remind", time="09:00", zone="UTC")
    member = await ada(world)
    world.slack.fail("remind:", times=20)
    subject = f"{member.id}.2026-03-02"

    waits = [await world.run(REMIND, subject, attempt) for attempt in range(1, 8)]
    assert [isinstance(wait, Again) for wait in waits] == [True] * 5 + [False] * 2


async def test_replicas_that_look_at_once_remind_once(world: World) -> None:
    await world.told("remind", time="09:00", zone="UTC")
    world.clock.move(hours=1)
    deliverer = Deliverer(world.storage, {Platform.SLACK: world.slack})
    replicas = [Reminding(world.storage, deliverer, world.clock) for _ in range(3)]
    await asyncio.gather(*(replica.look(world.clock.now()) for replica in replicas))
    await world.jobs.settle()

    assert len(reminded(world)) == 1
