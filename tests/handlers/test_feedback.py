"""What people say about grades with one press."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.actions import Action, ActionKind
from handlers.feedback.button import feedback_on
from handlers.feedback.record import Press
from handlers.invocation import Caller
from handlers.message import Button, Buttons, Feedback, Response
from handlers.records import Answer
from questions.grading import Ungraded, UngradedReason, Usage
from questions.ports import GraderUnavailable
from tests.handlers.conftest import REPLY, World, a_caller
from tests.handlers.fakes import a_judgement


async def graded(world: World) -> Answer:
    """Have Ada's answer graded."""
    asked = await world.ask()
    return await world.answered(asked, REPLY)


async def presses(world: World, answer: Answer) -> list[Press]:
    async with world.storage(read_only=True) as work:
        return await work.feedback.of_answer(answer.id)


async def press(
    world: World, answer: Answer, *, helpful: bool, number: int = 1, by: Caller | None = None
) -> Response:
    buttons = feedback_on(answer.id, number)
    outcome = await world.click(buttons.helpful if helpful else buttons.unhelpful, by=by)
    assert isinstance(outcome, Response)
    return outcome


async def test_every_grade_has_its_buttons(world: World) -> None:
    answer = await graded(world)

    assert feedback_on(answer.id, 1) in world.slack.said[-1].message.blocks


async def test_the_last_press_of_each_member_counts(world: World) -> None:
    answer = await graded(world)
    await press(world, answer, helpful=True)
    world.clock.move(seconds=1)
    await press(world, answer, helpful=True, by=a_caller("Bob"))
    world.clock.move(seconds=1)

    await press(world, answer, helpful=False)

    bob, ada = await presses(world, answer)
    assert (bob.helpful, ada.helpful) == (True, False)
    assert (ada.member_id, ada.pressed_at) == (answer.member_id, world.clock.now())
    assert {p.prompt_version for p in (bob, ada)} == {"fake"}


async def test_it_is_kept_by_the_version_of_the_grades_prompt(world: World) -> None:
    usage = Usage(model="m", prompt_version="judge-7")
    asked = await world.ask()
    async with world.storage(read_only=True) as work:
        question = await work.questions.get("x", asked.question_id or "", asked.question_version)
    assert question is not None
    judged = a_judgement(question, quote=REPLY[:20]).model_copy(update={"usage": usage})
    world.grader.script.append(judged)
    answer = await world.answered(asked, REPLY)

    await press(world, answer, helpful=True)

    assert [p.prompt_version for p in await presses(world, answer)] == ["judge-7"]


async def test_a_thumbs_down_shows_its_author_the_way_into_an_appeal(world: World) -> None:
    answer = await graded(world)

    own = await press(world, answer, helpful=False)
    pleased = await press(world, answer, helpful=True)
    others = await press(world, answer, helpful=False, by=a_caller("Bob"))

    appeal = Buttons((Button("Appeal", Action(ActionKind.APPEAL, answer.id)),))
    assert own.message.blocks[-1] == appeal
    assert appeal not in (*pleased.message.blocks, *others.message.blocks)


async def test_each_grade_of_an_answer_is_spoken_of_by_itself(world: World) -> None:
    answer = await graded(world)
    async with world.storage() as work:
        first = await work.answers.grade(answer.id)
        assert first is not None
        await work.answers.add_grade(answer, first.model_copy(update={"grader": "second"}))

    await press(world, answer, helpful=True, number=1)
    await press(world, answer, helpful=False, number=2)

    found = {p.number: (p.helpful, p.prompt_version) for p in await presses(world, answer)}
    assert found == {1: (True, "fake"), 2: (False, "second")}


@pytest.mark.parametrize("subject", ["gone-1", "", "-", "x", "{id}-0", "{id}-2", "{id}-x"])
async def test_a_grade_that_is_not_there_is_said_to_be_gone(world: World, subject: str) -> None:
    answer = await graded(world)
    action = Action(ActionKind.HELPFUL, subject.format(id=answer.id))

    assert "can't find that grade" in await world.told_after_click(action)
    assert not await presses(world, answer)


async def test_another_team_has_no_say(world: World) -> None:
    answer = await graded(world)

    said = await press(world, answer, helpful=False, by=a_caller("Eve", workspace_id="T9"))

    assert "can't find that grade" in said.message.plain_text
    assert not await presses(world, answer)


async def test_an_ungraded_answer_asks_nothing(world: World) -> None:
    world.grader.script.extend([GraderUnavailable("it is away")] * 9)
    await graded(world)

    blocks = [block for said in world.slack.said for block in said.message.blocks]
    assert "not graded" in world.slack.texts()[-1]
    assert not any(isinstance(block, Feedback) for block in blocks)


async def test_a_grade_after_a_leads_is_the_third(world: World) -> None:
    answer = await graded(world)
    async with world.storage() as work:
        grade = await work.answers.grade(answer.id)
        assert grade is not None
        await work.answers.add_grade(answer, grade.model_copy(update={"grader": "lead: Mia"}))
    asked = await world.newest()
    assert asked is not None
    assert answer.message is not None
    reply = replace(world.message(asked, REPLY), message=answer.message)
    await world.edit(reply, REPLY.replace("queue", "oldest entry of the queue"))

    assert feedback_on(answer.id, 3) in world.slack.said[-1].message.blocks
    await press(world, answer, helpful=True, number=3)
    assert [seen.number for seen in await presses(world, answer)] == [3]


async def test_the_first_grade_of_an_edited_answer_is_the_first(world: World) -> None:
    reply = world.message(await world.ask(), REPLY)
    world.grader.script.append(Ungraded(reason=UngradedReason.REFUSED, detail="No."))
    await world.receive(reply)
    await world.jobs.settle()
    answer = await world.answer_to(reply)
    assert answer is not None

    await world.edit(reply, REPLY.replace("queue", "oldest entry of the queue"))

    assert feedback_on(answer.id, 1) in world.slack.said[-1].message.blocks
