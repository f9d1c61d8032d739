"""In an assistant's thread a turn is shown as it comes; elsewhere it is posted. Once, always."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from handlers.delivery import Deliverer
from handlers.ports import DeliveryFailed, Posted
from handlers.practice.record import PracticeSession
from handlers.practice.speaker import Speaker
from handlers.refs import ChannelRef, MessageRef, Platform, ThreadRef, UserRef
from tests.contracts.test_practice_storage import a_session
from tests.handlers.conftest import World
from tests.handlers.fakes import FakePlatform
from tests.handlers.practice.interview import ADA, Interview

PANE = ThreadRef(channel=ADA.channel, id="170.1")
TURN = "You said “look at the queue”. What would tell you that it is not the queue, and how soon?"


class StreamingPlatform(FakePlatform):
    """A platform that shows what is said while it comes into being."""

    def __init__(self) -> None:
        super().__init__()
        self.streams: list[list[str]] = []
        self.looked: list[bool] = []
        self.breaks = False

    async def stream(
        self,
        to: ThreadRef,
        reader: UserRef,
        parts: AsyncIterator[str],
        *,
        key: str,
        maybe_sent: bool = False,
    ) -> Posted:
        self.looked.append(maybe_sent)
        shown: list[str] = []
        self.streams.append(shown)
        async for part in parts:
            shown.append(part)
            if self.breaks:
                raise DeliveryFailed("the platform did not answer")
        return Posted(message=MessageRef(channel=to.channel, id="stream-1", thread_id=to.id))


async def _session(world: World, place: ChannelRef | ThreadRef) -> PracticeSession:
    await Interview(world).begin()
    team_id = (await Interview(world).session()).team_id
    return a_session(place=place, user=ADA.user, team_id=team_id)


def _speaker(world: World, platform: FakePlatform) -> Speaker:
    return Speaker(world.storage, Deliverer(world.storage, {Platform.SLACK: platform}))


async def test_in_a_thread_the_whole_text_comes_in_parts_and_once(world: World) -> None:
    platform, session = StreamingPlatform(), await _session(world, PANE)
    speaker = _speaker(world, platform)
    first = await speaker.say_turn(session, TURN, key="practice-turn:1")
    again = await speaker.say_turn(session, TURN, key="practice-turn:1")
    (parts,) = platform.streams
    assert len(parts) > 1
    assert "".join(parts) == TURN
    assert first == again
    assert platform.said == []


async def test_elsewhere_it_is_posted(world: World) -> None:
    platform = StreamingPlatform()
    session = await _session(world, ADA.channel)
    await _speaker(world, platform).say_turn(session, TURN, key="practice-turn:1")
    assert platform.texts() == [TURN]
    plain = FakePlatform()
    session = await _session(world, PANE)
    await _speaker(world, plain).say_turn(session, TURN, key="practice-turn:2")
    assert plain.texts() == [TURN]


async def test_a_stream_that_broke_off_is_looked_for_at_the_next_try(world: World) -> None:
    platform, session = StreamingPlatform(), await _session(world, PANE)
    speaker = _speaker(world, platform)
    platform.breaks = True
    with pytest.raises(DeliveryFailed):
        await speaker.say_turn(session, TURN, key="practice-turn:1")
    platform.breaks = False
    await speaker.say_turn(session, TURN, key="practice-turn:1")
    assert platform.looked == [False, True]
    assert "".join(platform.streams[-1]) == TURN
    await speaker.say_turn(session, TURN, key="practice-turn:1")
    assert platform.looked == [False, True]
