"""Grades that only their author sees."""

from __future__ import annotations

import pytest

from handlers.actions import Action, ActionKind
from handlers.answers.command import FIELD
from handlers.ports import Reaction
from handlers.records import AnswerState, GradeMode, Occurrence
from questions.grading import Ungraded, UngradedReason
from questions.role import Role
from tests.handlers.appeals.court import send_appeal
from tests.handlers.conftest import REPLY, World, a_caller, buttons_of, in_direct_message

ADA = in_direct_message()


@pytest.fixture
async def asked(world: World) -> Occurrence:
    """A question in a channel whose grades are private."""
    await world.settings(grades="private")
    return await world.ask()


def in_public(world: World, asked: Occurrence) -> list[str]:
    """What stands in the question's thread."""
    assert asked.thread is not None
    return [said.text for said in world.slack.said_to(asked.thread)]


async def test_the_question_says_who_will_see_the_grade(world: World, asked: Occurrence) -> None:
    assert asked.grades is GradeMode.PRIVATE
    assert "only you see your grade" in world.slack.said[0].text


async def test_a_reply_in_the_thread_is_graded_to_its_author_alone(
    world: World, asked: Occurrence
) -> None:
    reply = world.message(asked, REPLY)
    await world.receive(reply)
    await world.jobs.settle()
    assert in_public(world, asked) == []
    [grade] = world.slack.said_to(ADA.channel)
    assert "5.0/5" in grade.text
    assert f"The question: About {asked.question_id}. https://chat.test/" in grade.text
    assert world.slack.reactions[reply.message] == [Reaction.RECEIVED, Reaction.GRADED]


async def test_a_form_is_acknowledged_and_its_grade_comes_directly(
    world: World, asked: Occurrence
) -> None:
    sent = await world.send_form(Action(ActionKind.ANSWER, asked.id), {FIELD: REPLY}, id_="form-1")
    assert "direct message" in sent.message.plain_text
    await world.jobs.settle()
    assert in_public(world, asked) == []
    assert len(world.slack.said_to(ADA.channel)) == 1


async def test_what_follows_a_private_grade_is_private_too(world: World, asked: Occurrence) -> None:
    answer = await world.answered(asked, REPLY)
    assert answer.show_in == ADA.channel
    assert (await send_appeal(world, answer)).accepted
    await world.jobs.settle()
    assert in_public(world, asked) == []
    assert len(world.slack.said_to(ADA.channel)) == 2


async def test_why_an_answer_is_not_graded_is_private_too(world: World, asked: Occurrence) -> None:
    world.grader.script.append(Ungraded(reason=UngradedReason.REFUSED, detail="No."))
    await world.reply(asked, REPLY)
    assert in_public(world, asked) == []
    assert "not graded" in world.slack.said_to(ADA.channel)[0].text


@pytest.mark.parametrize("known_at_once", [True, False])
async def test_who_can_not_be_written_to_is_told_so_without_the_grade(
    world: World, asked: Occurrence, known_at_once: bool
) -> None:
    if known_at_once:
        world.slack.unwritable[ADA.user] = "direct messages are off"
    else:
        world.slack.gone[ADA.channel] = "direct messages are off"
    reply = world.message(asked, REPLY)
    await world.receive(reply)
    await world.jobs.settle()
    [note] = in_public(world, asked)
    assert "Allow direct messages" in note
    assert "5.0" not in note
    [show] = buttons_of(world.slack.said[-1].message)
    assert "5.0/5" in await world.told_after_click(show.action)
    assert "Only its author" in await world.told_after_click(show.action, by=a_caller("Bob"))
    answer = await world.answer_to(reply)
    assert answer is not None
    assert answer.state is AnswerState.GRADED


async def test_a_grade_that_can_not_be_shown_yet_is_shown_later_and_once(
    world: World, asked: Occurrence
) -> None:
    world.slack.fail("grade:", times=2, accepted=True)
    await world.reply(asked, REPLY)
    assert len(world.slack.said_to(ADA.channel, "grade:")) == 1
    assert in_public(world, asked) == []


async def test_a_question_keeps_the_mode_that_it_was_posted_with(
    world: World, asked: Occurrence
) -> None:
    await world.settings(grades="open")
    await world.reply(asked, REPLY)
    assert in_public(world, asked) == []
    other = await world.ask(role=Role.ML_ENGINEER)
    assert other.grades is GradeMode.OPEN
    await world.reply(other, REPLY)
    assert len(in_public(world, other)) == 1


async def test_a_grade_in_an_open_channel_stands_in_its_thread(world: World) -> None:
    asked = await world.ask()
    await world.reply(asked, REPLY)
    assert len(in_public(world, asked)) == 1
    assert world.slack.said_to(ADA.channel) == []
