"""Edits that were found by reading again are dealt with once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.invocation import IncomingDeletion, IncomingEdit, IncomingReply
from handlers.records import AnswerState
from questions.grading import Ungraded, UngradedReason
from tests.handlers.conftest import REPLY, World, in_direct_message

BETTER = "I would compare the index with its source, then look at the age of the queue, and retry."


async def answered(world: World) -> IncomingReply:
    reply = world.message(await world.ask(), REPLY)
    await world.receive(reply)
    await world.jobs.settle()
    return reply


async def find(world: World, reply: IncomingReply, edited_at: datetime, text: str = BETTER) -> None:
    """Read the message again, as a sweep does."""
    await world.receive(replace(reply, text=text))
    await world.app.router.edited(
        IncomingEdit(
            caller=reply.caller,
            message=reply.message,
            text=text,
            edited_at=edited_at,
            found=True,
        )
    )
    await world.jobs.settle()


async def test_an_edit_that_nobody_told_of_is_graded_once(world: World) -> None:
    reply = await answered(world)
    edited_at = world.clock.now() + timedelta(minutes=5)
    world.clock.move(hours=3)

    for _ in range(3):
        await find(world, reply, edited_at)

    assert world.grader.judged == [REPLY, BETTER]
    assert not world.slack.texts("notice:")


async def test_an_edit_that_came_too_late_is_told_about_once(world: World) -> None:
    reply = await answered(world)
    edited_at = world.clock.now() + timedelta(hours=1)
    world.clock.move(hours=3)

    for _ in range(3):
        await find(world, reply, edited_at)

    assert world.grader.judged == [REPLY]
    assert len(world.slack.texts("notice:")) == 1


async def test_an_edit_that_could_not_be_graded_is_not_spoken_of_again(world: World) -> None:
    reply = await answered(world)
    world.grader.script.append(
        Ungraded(reason=UngradedReason.REFUSED, detail="The model would not judge it.")
    )
    edited_at = world.clock.now()
    await world.edit(reply, BETTER, edited_at=edited_at)
    world.clock.move(hours=1)

    await find(world, reply, edited_at)

    answer = await world.answer_to(reply)
    assert answer is not None
    assert (answer.state, answer.text) == (AnswerState.GRADED, REPLY)
    assert not world.slack.texts("notice:")
    assert not world.slack.said_to(in_direct_message().channel)


async def test_a_missed_answer_is_taken_as_it_reads_now(world: World) -> None:
    reply = world.message(await world.ask(), REPLY)

    for _ in range(2):
        await find(world, reply, world.clock.now())

    assert world.grader.judged == [BETTER]


async def test_a_withdrawn_answer_waits_no_more(world: World) -> None:
    reply = world.message(await world.ask(), REPLY)
    await world.jobs.stop()
    await world.receive(reply)
    channel = reply.message.channel
    assert await world.app.waiting_messages(channel) == [reply.message]
    assert await world.app.waiting_messages(replace(channel, id="C")) == []

    for _ in range(2):
        await world.app.router.deleted(IncomingDeletion(message=reply.message))

    assert await world.app.waiting_messages(channel) == []
