"""However quickly a session is paused and resumed, one job says a turn, and one always does."""

from __future__ import annotations

import asyncio

import pytest

from handlers.actions import ActionKind
from handlers.practice.ports import Proposal, TurnRequest
from handlers.practice.record import SessionState, TurnKind, TurnState
from handlers.practice.step import SAY_TURN
from tests.handlers.conftest import World
from tests.handlers.fakes import PATIENCE
from tests.handlers.practice.interview import ADA, ANSWER, Interview, ScriptedInterviewer


class HesitantInterviewer(ScriptedInterviewer):
    """Thinks before each turn until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.arrivals: asyncio.Queue[TurnRequest] = asyncio.Queue()

    async def propose(self, request: TurnRequest) -> Proposal:
        self.arrivals.put_nowait(request)
        await asyncio.wait_for(self.go_on.wait(), PATIENCE)
        return await super().propose(request)


@pytest.fixture
def interviewer() -> HesitantInterviewer:
    return HesitantInterviewer()


async def _arrival(interviewer: HesitantInterviewer) -> TurnRequest:
    return await asyncio.wait_for(interviewer.arrivals.get(), PATIENCE)


async def _say(world: World, text: str) -> None:
    await world.receive(world.direct_message(text, by=ADA))


def _attempts(world: World, turn_id: str) -> int:
    return len([a for a in world.slack.attempts if a.key == f"practice-turn:{turn_id}"])


@pytest.mark.parametrize("times", [1, 3])
async def test_a_pause_while_a_turn_is_worded_has_it_said_once(
    times: int, world: World, interviewer: HesitantInterviewer
) -> None:
    interview = Interview(world)
    await interview.begin()
    await _arrival(interviewer)
    interviewer.go_on.clear()
    await _say(world, "A search service.")
    await _arrival(interviewer)
    for _ in range(times):
        await _say(world, "pause")
        await _say(world, "resume")
        assert (await _arrival(interviewer)).kind is TurnKind.QUESTION
    interviewer.go_on.set()
    await world.jobs.settle()
    turn = await interview.turn()
    assert (turn.kind, turn.state) == (TurnKind.QUESTION, TurnState.ASKED)
    assert _attempts(world, turn.id) == 1


async def test_a_pause_while_a_turn_is_on_its_way_has_it_sent_once(
    world: World, interviewer: HesitantInterviewer
) -> None:
    interview = Interview(world)
    await interview.begin()
    world.slack.answering.clear()
    await _say(world, "A search service.")
    await world.slack.wait_for("Question 1 of 1")
    await _say(world, "pause")
    await _say(world, "resume")
    # Here the resumed session's job finds the turn still on its way.
    turn = await interview.turn()
    assert turn.state is TurnState.DUE
    await asyncio.wait_for(world.run(SAY_TURN, f"{turn.id}-1"), PATIENCE)
    world.slack.answering.set()
    await world.jobs.settle()
    turn = await interview.turn()
    assert turn.state is TurnState.ASKED
    assert _attempts(world, turn.id) == 1


async def test_a_turn_that_waits_to_be_sent_again_is_handed_over_to_the_resumed_session(
    world: World, interviewer: HesitantInterviewer
) -> None:
    interview = Interview(world)
    await interview.begin()
    world.slack.bugs["practice-turn"] = RuntimeError("a bug")
    await interview.write("A search service.")
    assert (await interview.session()).state is SessionState.PAUSED
    worded = (await interview.turn()).text
    assert worded
    # The next try fails as well, and is handed over once more.
    await interview.press(ActionKind.PRACTICE_RESUME)
    assert (await interview.session()).state is SessionState.PAUSED
    world.slack.bugs.clear()
    await interview.press(ActionKind.PRACTICE_RESUME)
    turn = await interview.turn()
    assert (turn.state, turn.text) == (TurnState.ASKED, worded)
    assert len([said for said in interview.said() if "Question 1 of 1" in said]) == 1


async def test_a_question_in_the_channel_and_the_interview_get_on_side_by_side(
    world: World, interviewer: HesitantInterviewer
) -> None:
    occurrence = await world.ask()
    interview = Interview(world)
    await interview.begin()
    world.grader.thinking.clear()
    await _say(world, "A search service.")
    assert (await world.receive(world.message(occurrence, ANSWER))).stored
    world.grader.thinking.set()
    await world.jobs.settle()
    await interview.answer_until(TurnKind.INVITATION)
    assert len(await world.scores()) == 1
    turns = await interview.turns()
    assert [turn.answer for turn in turns[:2]] == ["A search service.", ANSWER]
    assert turns[1].grade is not None
