"""Nothing of an interview is lost or said twice, whatever fails underneath."""

from __future__ import annotations

import pytest

from handlers.actions import ActionKind
from handlers.dispatch import NotStored
from handlers.practice.flow import most_turns
from handlers.practice.record import SessionState, TurnKind, TurnState
from handlers.practice.step import HEAR_ANSWER, SAY_TURN
from questions.ports import GraderUnavailable
from tests.handlers.conftest import World
from tests.handlers.practice.interview import ADA, ANSWER, Interview


async def _through(world: World, interview: Interview, *, fuse: int) -> None:
    """Hold a whole interview; with each message the database fails after ``fuse`` units of work."""
    messages = ["A search service.", ANSWER, ANSWER, "What is the team size?", "no", "no", "no"]
    await interview.begin(length="1")
    for text in messages:
        if (await interview.session()).state.is_ended:
            break
        reply = world.direct_message(text, by=ADA)
        world.storage.fuse, world.storage.recovers = fuse, True
        try:
            await world.receive(reply)
        except NotStored:
            await world.receive(reply)
        await world.jobs.settle()
        world.storage.fuse = None
        # A platform delivers again what it may not have delivered.
        await world.receive(reply)
        await world.jobs.settle()


@pytest.mark.parametrize("fuse", range(28))
async def test_a_database_that_fails_anywhere_loses_and_repeats_nothing(
    fuse: int, world: World
) -> None:
    interview = Interview(world)
    await _through(world, interview, fuse=fuse)
    turns = await interview.turns()
    assert len(turns) <= most_turns(1)
    assert not [turn for turn in turns if turn.state is TurnState.ANSWERED]
    posts = [said.key for said in world.slack.said if said.key.startswith("practice-")]
    assert len(posts) == len(set(posts))
    stood = [turn for turn in turns if turn.state is not TurnState.DUE]
    assert len([key for key in posts if key.startswith("practice-turn:")]) == len(stood)
    assert world.jobs.given_up == ()


async def test_a_turn_that_was_accepted_and_not_confirmed_stands_once(world: World) -> None:
    world.slack.fail("practice-turn", accepted=True)
    interview = Interview(world)
    await interview.begin()
    assert len(interview.said()) == 1
    assert (await interview.turn()).state is TurnState.ASKED


async def test_a_person_who_can_not_be_written_to_is_told_so_in_the_channel(
    world: World,
) -> None:
    world.slack.unwritable[ADA.user] = "direct messages are off"
    assert "I can't write to you" in await Interview(world).begin()


async def test_a_lost_conversation_ends_the_session_and_keeps_its_answers(world: World) -> None:
    interview = Interview(world)
    await interview.begin()
    world.slack.gone[ADA.channel] = "gone"
    await interview.write("A search service.")
    session = await interview.session()
    assert session.state is SessionState.LOST
    assert (await interview.turns())[0].answer == "A search service."


async def test_a_grader_out_of_reach_delays_the_interview_and_does_not_stop_it(
    world: World,
) -> None:
    world.grader.script.extend([GraderUnavailable("it is away")] * 4)
    interview = Interview(world)
    await interview.begin()
    await interview.write("A search service.")
    await interview.write(ANSWER)
    assert any("Your answer is safe" in said for said in interview.said())
    turn = (await interview.turns())[1]
    assert turn.state is TurnState.UNGRADED
    assert (await interview.turn()).kind is TurnKind.INVITATION


async def test_a_bug_in_hearing_costs_one_grade(world: World) -> None:
    interview = Interview(world)
    await interview.begin()
    await interview.write("A search service.")
    world.grader.script.extend([RuntimeError("a bug")] * 50)
    await interview.write(ANSWER)
    world.grader.script.clear()
    turn = (await interview.turns())[1]
    assert turn.state is TurnState.UNGRADED
    assert (await interview.turn()).kind is TurnKind.INVITATION


async def test_a_bug_in_saying_pauses_and_resuming_tries_again(world: World) -> None:
    interview = Interview(world)
    await interview.begin()
    world.slack.bugs["practice-turn"] = RuntimeError("a bug")
    await interview.write("A search service.")
    assert (await interview.session()).state is SessionState.PAUSED
    world.slack.bugs.clear()
    await interview.press(ActionKind.PRACTICE_RESUME)
    assert "Question 1 of 1" in interview.last()


async def test_quitting_while_an_answer_is_judged_keeps_its_grade(world: World) -> None:
    interview = Interview(world)
    await interview.begin()
    await interview.write("A search service.")
    world.grader.thinking.clear()
    await world.receive(world.direct_message(ANSWER, by=ADA))
    await world.grader.busy.wait()
    await world.receive(world.direct_message("quit", by=ADA))
    world.grader.thinking.set()
    await world.jobs.settle()
    turns = await interview.turns()
    assert turns[1].state is TurnState.GRADED
    assert len(turns) == 2
    assert (await interview.session()).state is SessionState.QUIT


async def test_jobs_that_run_twice_change_nothing(world: World) -> None:
    interview = Interview(world)
    await interview.begin()
    await interview.write("A search service.")
    await interview.write(ANSWER)
    before = (interview.said(), await interview.turns())
    for turn in before[1]:
        await world.run(SAY_TURN, f"{turn.id}-0")
        await world.run(HEAR_ANSWER, f"{turn.id}-1")
    await world.jobs.settle()
    assert (interview.said(), await interview.turns()) == before


async def test_a_message_while_the_interviewer_is_busy_is_not_lost_silently(
    world: World,
) -> None:
    interview = Interview(world)
    await interview.begin()
    await interview.write("A search service.")
    world.grader.thinking.clear()
    await world.receive(world.direct_message(ANSWER, by=ADA))
    await world.grader.busy.wait()
    reception = await world.receive(world.direct_message("And one more thing.", by=ADA))
    world.grader.thinking.set()
    await world.jobs.settle()
    assert reception.message is not None
    assert "One moment" in reception.message.plain_text
    assert not reception.stored


async def test_an_answer_may_be_quicker_than_the_note_that_the_question_stands(
    world: World,
) -> None:
    interview = Interview(world)
    world.slack.answering.clear()
    await world.told("practice", by=ADA, role="ai-engineer", length="1")
    await world.slack.wait_for("Mock interview")
    reception = await world.receive(world.direct_message("A search service.", by=ADA))
    world.slack.answering.set()
    await world.jobs.settle()
    assert reception.stored
    opening, question = await interview.turns()
    assert (opening.answer, opening.state) == ("A search service.", TurnState.HEARD)
    assert opening.message is not None
    assert (await interview.session()).started_at is not None
    assert question.state is TurnState.ASKED
