"""A message is said once for its key, however often it is tried."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from handlers.delivery import Deliverer
from handlers.invocation import Caller
from handlers.message import say
from handlers.ports import DeliveryFailed, TargetGone
from handlers.records import Delivery
from handlers.refs import Platform, ThreadRef
from handlers.storage import StorageUnavailable
from handlers.teams.membership import find_team
from tests.factory import CHANNEL
from tests.handlers.conftest import World, a_caller

HELLO = say("hello")
ELSEWHERE = replace(CHANNEL, platform=Platform.DISCORD)
THREAD = ThreadRef(channel=CHANNEL, id="170.1")


@pytest.fixture
async def team_id(world: World) -> str:
    caller: Caller = a_caller()
    async with world.storage() as work:
        return (await find_team(work, caller)).id


@pytest.fixture
def deliverer(world: World) -> Deliverer:
    return Deliverer(world.storage, {Platform.SLACK: world.slack})


async def stored(world: World, key: str = "k") -> Delivery | None:
    async with world.storage(read_only=True) as work:
        return await work.deliveries.get(key)


async def test_a_message_is_said_once_and_its_place_is_kept(
    world: World, deliverer: Deliverer, team_id: str
) -> None:
    first = await deliverer.deliver(CHANNEL, HELLO, team_id=team_id, key="k", thread_title="T")
    again = await deliverer.deliver(CHANNEL, HELLO, team_id=team_id, key="k", thread_title="T")
    assert again == first
    assert len(world.slack.attempts) == 1
    assert await stored(world) == Delivery(key="k", team_id=team_id, posted=first)
    assert first.thread is not None
    assert world.slack.said[0].thread_title == "T"


async def test_each_key_is_a_message_of_its_own(
    world: World, deliverer: Deliverer, team_id: str
) -> None:
    for key in ("k", "l"):
        await deliverer.deliver(THREAD, HELLO, team_id=team_id, key=key)
    assert [said.to for said in world.slack.said] == [THREAD, THREAD]
    assert world.slack.tries("") == [False, False]


async def test_that_a_message_is_about_to_be_sent_is_known_before_it_is(
    world: World, deliverer: Deliverer, team_id: str
) -> None:
    world.slack.answering.clear()
    delivering = asyncio.create_task(deliverer.deliver(CHANNEL, HELLO, team_id=team_id, key="k"))
    await world.slack.wait_for("hello")
    assert await stored(world) == Delivery(key="k", team_id=team_id, posted=None)
    world.slack.answering.set()
    posted = await delivering
    assert await stored(world) == Delivery(key="k", team_id=team_id, posted=posted)


async def test_only_after_a_try_without_an_end_is_the_platform_told_to_look_first(
    world: World, deliverer: Deliverer, team_id: str
) -> None:
    world.slack.fail("k", accepted=True)
    with pytest.raises(DeliveryFailed):
        await deliverer.deliver(CHANNEL, HELLO, team_id=team_id, key="k")
    await deliverer.deliver(CHANNEL, HELLO, team_id=team_id, key="k")
    await deliverer.deliver(CHANNEL, HELLO, team_id=team_id, key="l")
    assert world.slack.tries("k") == [False, True]
    assert world.slack.tries("l") == [False]
    assert len(world.slack.said) == 2


async def test_killed_after_the_post_the_next_try_finds_the_message_that_stands(
    world: World, deliverer: Deliverer, team_id: str
) -> None:
    world.slack.when_accepted = lambda _: setattr(world.storage, "fuse", 0)
    with pytest.raises(StorageUnavailable):
        await deliverer.deliver(CHANNEL, HELLO, team_id=team_id, key="k")
    world.storage.fuse = None
    world.slack.when_accepted = lambda _: None
    posted = await deliverer.deliver(CHANNEL, HELLO, team_id=team_id, key="k")
    [said] = world.slack.said
    assert posted == said.posted


async def test_what_can_not_be_stored_beforehand_is_not_said(
    world: World, deliverer: Deliverer, team_id: str
) -> None:
    world.storage.fuse = 0
    with pytest.raises(StorageUnavailable):
        await deliverer.deliver(CHANNEL, HELLO, team_id=team_id, key="k")
    assert world.slack.attempts == []


async def test_two_at_once_say_it_once(world: World, deliverer: Deliverer, team_id: str) -> None:
    places = await asyncio.gather(
        *(deliverer.deliver(CHANNEL, HELLO, team_id=team_id, key="k") for _ in range(2))
    )
    assert len(set(places)) == len(world.slack.said) == 1


async def test_a_channel_that_is_gone_is_said_to_be(
    world: World, deliverer: Deliverer, team_id: str
) -> None:
    world.slack.gone[CHANNEL] = "the channel was deleted"
    with pytest.raises(TargetGone, match="the channel was deleted"):
        await deliverer.deliver(THREAD, HELLO, team_id=team_id, key="k")


async def test_a_platform_that_does_not_run_here_leaves_the_work_untouched(
    world: World, deliverer: Deliverer, team_id: str
) -> None:
    with pytest.raises(DeliveryFailed, match="discord is not served here"):
        await deliverer.deliver(ELSEWHERE, HELLO, team_id=team_id, key="k")
    assert await stored(world) is None
    assert deliverer.platform(ELSEWHERE) is None
    assert deliverer.platform(THREAD) is world.slack
