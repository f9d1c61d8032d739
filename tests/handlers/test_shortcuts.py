"""The shortcuts: answering without a command, and having a message graded as it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.actions import Action, ActionKind
from handlers.answers.command import FIELD
from handlers.invocation import ActionInvocation, Caller, IncomingReply, PointedMessage
from handlers.message import OpenForm, Outcome, Response, SelectField, TextField
from handlers.records import Occurrence
from handlers.shortcuts.pick import MAX_TEXT, QUESTION
from tests.factory import CHANNEL
from tests.handlers.conftest import OTHER_CHANNEL, REPLY, World, a_caller, in_direct_message

TODAY = Action(ActionKind.ANSWER_TODAY)


async def point_at(
    world: World, reply: IncomingReply, *, by: str = "Ada", machine: bool = False
) -> Outcome:
    """Use the message shortcut on a message of Ada's."""
    about = PointedMessage(
        message=reply.message, author=None if machine else reply.caller.user, text=reply.text
    )
    caller = replace(a_caller(by, channel=reply.caller.channel), thread=reply.message.thread)
    return await world.app.router.action(
        ActionInvocation(caller=caller, action=Action(ActionKind.GRADE_THIS), about=about)
    )


def said(outcome: Outcome) -> str:
    assert isinstance(outcome, Response)
    return outcome.message.plain_text


def form(outcome: Outcome) -> OpenForm:
    assert isinstance(outcome, OpenForm)
    return outcome


def choice(outcome: Outcome) -> SelectField:
    [field] = [f for f in form(outcome).fields if isinstance(f, SelectField)]
    return field


def filled(outcome: Outcome) -> str:
    [field] = [f for f in form(outcome).fields if isinstance(f, TextField) and f.name == FIELD]
    return field.initial


def talk(world: World, text: str = REPLY, *, by: Caller | None = None) -> IncomingReply:
    """A message outside of any thread of ours."""
    return world.direct_message(text, by=by or a_caller())


async def two_questions(world: World) -> tuple[Occurrence, Occurrence]:
    first = await world.ask()
    world.clock.move(seconds=60)
    return first, await world.ask(OTHER_CHANNEL)


class TestAnswerToday:
    async def test_one_question_opens_its_own_form(self, world: World) -> None:
        asked = await world.ask()

        outcome = await world.click(TODAY, by=in_direct_message())

        assert form(outcome).action == Action(ActionKind.ANSWER, asked.id)

    async def test_of_several_one_is_picked_the_newest_first(self, world: World) -> None:
        first, second = await two_questions(world)

        outcome = await world.click(TODAY, by=in_direct_message())

        picked = choice(outcome)
        assert [value for value, _ in picked.options] == [second.id, first.id]
        assert picked.initial == second.id
        assert form(outcome).action == Action(ActionKind.PICK)

    async def test_this_channels_question_comes_first(self, world: World) -> None:
        first, second = await two_questions(world)

        outcome = await world.click(TODAY, by=a_caller(channel=CHANNEL))

        assert [value for value, _ in choice(outcome).options] == [first.id, second.id]

    async def test_what_was_picked_is_answered(self, world: World) -> None:
        first, _ = await two_questions(world)
        values = {QUESTION: first.id, FIELD: REPLY}

        response = await world.send_form(
            Action(ActionKind.PICK), values, id_="view:1", by=in_direct_message()
        )
        await world.jobs.settle()

        assert response.accepted
        assert world.grader.judged == [REPLY]
        assert world.slack.said[-1].to == first.thread

    @pytest.mark.parametrize("chosen", ["", "gone"])
    async def test_a_question_that_is_not_open_keeps_the_form_open(
        self, world: World, chosen: str
    ) -> None:
        await world.ask()
        values = {QUESTION: chosen, FIELD: REPLY}

        response = await world.send_form(Action(ActionKind.PICK), values, id_="view:1")

        assert not response.accepted
        assert "no longer open" in response.message.plain_text

    async def test_old_and_foreign_questions_are_not_offered(self, world: World) -> None:
        await world.ask()
        await world.told("today", by=in_direct_message("Bob"))
        await world.jobs.settle()
        world.clock.move(seconds=timedelta(days=8).total_seconds())

        assert "no open question" in said(await world.click(TODAY, by=in_direct_message()))
        other_team = a_caller("Eve", workspace_id="T9")
        assert "no open question" in said(await world.click(TODAY, by=other_team))


class TestGradeThis:
    async def test_a_message_in_a_questions_thread_is_taken_as_it_stands(
        self, world: World
    ) -> None:
        asked = await world.ask()
        await world.reply(asked, REPLY)
        short = world.message(asked, "thanks, but the queue comes first")
        await world.receive(short)  # taken for talk: it follows an answer
        assert await world.answer_to(short) is None

        outcome = await point_at(world, short)
        await world.jobs.settle()

        assert "Got it" in said(outcome)
        assert world.grader.judged == [REPLY, short.text]
        answer = await world.answer_to(short)
        assert answer is not None
        assert answer.show_in == asked.thread

    async def test_what_is_an_answer_already_is_not_graded_twice(self, world: World) -> None:
        asked = await world.ask()
        reply = world.message(asked, REPLY)
        await world.receive(reply)

        assert "already" in said(await point_at(world, reply))
        await world.jobs.settle()
        assert world.grader.judged == [REPLY]

    async def test_somebody_elses_message_is_not_graded(self, world: World) -> None:
        asked = await world.ask()
        reply = world.message(asked, REPLY)

        assert "isn't yours" in said(await point_at(world, reply, by="Bob"))
        assert "no answer of a person's" in said(await point_at(world, reply, machine=True))
        assert await world.pending() == 0

    async def test_elsewhere_the_form_holds_the_message_for_the_only_question(
        self, world: World
    ) -> None:
        asked = await world.ask()

        outcome = await point_at(world, talk(world))

        assert form(outcome).action == Action(ActionKind.ANSWER, asked.id)
        assert filled(outcome) == REPLY

    async def test_elsewhere_with_several_questions_one_is_picked(self, world: World) -> None:
        await two_questions(world)

        outcome = await point_at(world, talk(world))

        assert len(choice(outcome).options) == 2
        assert filled(outcome) == REPLY

    async def test_a_message_that_no_form_holds_is_not_cut(self, world: World) -> None:
        await world.ask()

        outcome = await point_at(world, talk(world, "word " * MAX_TEXT))

        assert "longer than 3,000 characters" in said(outcome)

    async def test_in_a_blind_question_the_form_opens_instead(self, world: World) -> None:
        await world.settings(grades="blind")
        asked = await world.ask()

        outcome = await point_at(world, world.message(asked, REPLY))

        assert form(outcome).action == Action(ActionKind.ANSWER, asked.id)
        assert filled(outcome) == REPLY
        assert await world.pending() == 0

    async def test_a_shortcut_without_a_message_says_so(self, world: World) -> None:
        outcome = await world.click(Action(ActionKind.GRADE_THIS))

        assert "no answer of a person's" in said(outcome)
