"""``/prep doctor``."""

from __future__ import annotations

from handlers.refs import ChannelRef, Platform, ThreadRef
from tests.factory import CHANNEL
from tests.handlers.conftest import World, in_direct_message


async def test_it_tells_about_replies_and_the_schedule(world: World) -> None:
    said = await world.told("doctor")
    assert "Replies: I can read what people write" in said
    assert "Schedule: none yet" in said

    await world.nine_every_day()
    assert "a question at 09:00 (UTC)" in await world.told("doctor")
    await world.manage(action="pause")
    assert "Schedule: paused by a member. /prep schedule resume" in await world.told("doctor")


async def test_a_paused_schedule_is_told_with_its_reason(world: World) -> None:
    await world.nine_every_day()
    world.slack.gone[CHANNEL] = "the channel has been archived"
    world.clock.move(hours=1)
    await world.tick()
    said = await world.told("doctor")
    assert "Schedule: paused: the channel has been archived." in said
    assert "/prep schedule resume" in said


class _Deaf:
    """What a platform says that keeps people's words to itself."""

    def __init__(self, platform: object) -> None:
        self._platform = platform

    def __getattr__(self, name: str) -> object:
        return getattr(self._platform, name)

    def reads_replies(self, place: ChannelRef | ThreadRef) -> bool:
        return False


async def test_words_that_are_withheld_are_said_so_plainly(world: World) -> None:
    doctor = world.app.router._features["doctor"].handle
    deliverer = doctor.__self__._deliverer  # type: ignore[attr-defined]
    deliverer._platforms = {Platform.SLACK: _Deaf(world.slack)}
    said = await world.told("doctor")
    assert "I'm not allowed to read them here" in said
    assert "Message Content intent" in said


async def test_in_a_direct_message_everything_is_read(world: World) -> None:
    assert "Here I can read" in await world.told("doctor", by=in_direct_message())
