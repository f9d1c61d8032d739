"""What was written before a question stood does not answer it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from handlers.practice.age import later, written_at
from handlers.practice.record import TurnKind, TurnState
from handlers.refs import ChannelRef, MessageRef, Platform
from tests.handlers.conftest import World
from tests.handlers.practice.interview import ADA, ANSWER, Interview

DISCORD = ChannelRef(platform=Platform.DISCORD, workspace_id="@me", id="1")
CONSOLE = ChannelRef(platform=Platform.CONSOLE, workspace_id="local", id="main")


def test_ids_tell_when_a_message_was_written() -> None:
    slack = MessageRef(channel=ADA.channel, id="1772438400.000100")
    assert written_at(slack) == datetime(2026, 3, 2, 8, 0, 0, 100, tzinfo=UTC)
    # The example of Discord's own documentation.
    discord = MessageRef(channel=DISCORD, id="175928847299117063")
    assert written_at(discord) == datetime(2016, 4, 30, 11, 18, 25, 796000, tzinfo=UTC)
    assert written_at(MessageRef(channel=CONSOLE, id="f00")) is None
    assert written_at(MessageRef(channel=ADA.channel, id="post-1")) is None


def test_the_later_of_two_messages() -> None:
    early = MessageRef(channel=ADA.channel, id="1772438400.000100")
    late = replace(early, id="1772438401.000100")
    assert later(early, late) == later(late, early) == late
    assert later(None, early) == later(early, None) == early
    assert later(None, None) is None


async def _stands_at(world: World, interview: Interview, seconds: float) -> float:
    """Give the newest turn a message with an id that tells when it stood."""
    stood = world.clock.now().timestamp() + seconds
    turn = await interview.turn()
    message = MessageRef(channel=ADA.channel, id=f"{stood:.6f}")
    async with world.storage() as work:
        await work.practice.update_turn(replace(turn, message=message))
    return stood


async def _writes_at(world: World, text: str, instant: float) -> str | None:
    reply = world.direct_message(text, by=ADA)
    message = replace(reply.message, id=f"{instant:.6f}")
    reception = await world.receive(replace(reply, message=message))
    await world.jobs.settle()
    return None if reception.message is None else reception.message.plain_text


async def test_a_late_answer_to_the_last_question_does_not_answer_the_next(world: World) -> None:
    interview = Interview(world)
    await interview.begin(mode="real", length="2")
    await interview.write("A search service.")
    await interview.tick(minutes=10)
    assert (await interview.turn()).kind is TurnKind.QUESTION
    stood = await _stands_at(world, interview, 0)
    assert "One moment" in (await _writes_at(world, ANSWER, stood - 2) or "")
    assert (await interview.turn()).state is TurnState.ASKED
    await _writes_at(world, ANSWER, stood + 30)
    assert (await interview.turns())[2].answer == ANSWER


async def test_a_conversation_that_is_read_again_changes_nothing(world: World) -> None:
    interview = Interview(world)
    await interview.begin(length="2")
    begun = await _stands_at(world, interview, 0)
    await _writes_at(world, "pause", begun + 1)
    await _writes_at(world, "resume", begun + 2)
    await _writes_at(world, "A search service.", begun + 3)
    world.clock.move(hours=1)
    await _stands_at(world, interview, 0)
    before = (interview.said(), await interview.turns(), await interview.session())
    for text, instant in (("pause", 1), ("resume", 2), ("A search service.", 3), ("Oh, well", 4)):
        assert await _writes_at(world, text, begun + instant) is None
    assert (interview.said(), await interview.turns(), await interview.session()) == before
