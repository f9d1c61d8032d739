"""Every turn of a model is checked before it is said; what fails twice is said in other words."""

from __future__ import annotations

from collections import deque

import pytest

from handlers.metering.budget import Budget, Limits
from handlers.practice.ports import Proposal
from handlers.practice.record import TurnKind, TurnSource
from questions.grading import Usage
from questions.ports import GraderUnavailable
from questions.question import Verdict
from tests.handlers.conftest import BANK, World
from tests.handlers.fakes import a_judgement
from tests.handlers.practice.interview import ANSWER, Interview, ScriptedInterviewer

LEAKED_CALL = "tool_code\nprint(default_api.retrieve_job_description(query='tooling'))"
PLACEHOLDER = "What did you do in [mention a specific area of their project]?"
QUESTION = "Which project of yours was closest to search?"


@pytest.fixture
def interviewer() -> ScriptedInterviewer:
    return ScriptedInterviewer()


def proposals(*texts: str) -> deque[Proposal | Exception]:
    return deque(Proposal(text=text) for text in texts)


async def test_a_models_words_are_said(world: World, interviewer: ScriptedInterviewer) -> None:
    interviewer.script = proposals(QUESTION)
    interview = Interview(world)
    await interview.begin()
    turn = await interview.turn()
    assert (turn.text, turn.source) == (QUESTION, TurnSource.MODEL)
    assert QUESTION in interview.last()


@pytest.mark.parametrize("bad", [LEAKED_CALL, PLACEHOLDER, "", "Why? And how?"])
async def test_a_bad_turn_is_asked_for_once_more(
    bad: str, world: World, interviewer: ScriptedInterviewer
) -> None:
    interviewer.script = proposals(bad, QUESTION)
    interview = Interview(world)
    await interview.begin()
    assert (await interview.turn()).text == QUESTION
    assert len(interviewer.requests) == 2
    assert interviewer.requests[1].rejected == bad
    assert interviewer.requests[1].faults


async def test_a_turn_that_is_bad_twice_is_said_in_our_own_words(
    world: World, interviewer: ScriptedInterviewer
) -> None:
    interviewer.script = proposals(LEAKED_CALL, PLACEHOLDER, QUESTION)
    interview = Interview(world)
    await interview.begin()
    turn = await interview.turn()
    assert turn.source is TurnSource.CODE
    assert "tool_code" not in interview.last()
    assert "[" not in interview.last()
    assert len(interviewer.requests) == 2


async def test_a_model_out_of_reach_is_done_without(
    world: World, interviewer: ScriptedInterviewer
) -> None:
    interviewer.script = deque([GraderUnavailable("it is away")])
    interview = Interview(world)
    await interview.begin()
    assert (await interview.turn()).source is TurnSource.CODE


async def _to_follow_up(world: World, interview: Interview) -> None:
    world.grader.script.append(
        a_judgement(BANK[0], Verdict.MISSED, Verdict.PARTIAL, Verdict.MISSED, quote="queue")
    )
    await interview.begin()
    await interview.write("A search service.")
    await interview.write(ANSWER)


async def test_a_follow_up_quotes_the_words_that_it_probes(
    world: World, interviewer: ScriptedInterviewer
) -> None:
    interview = Interview(world)
    interviewer.script = proposals(QUESTION, "Thank you. On we go.")
    interviewer.script.append(Proposal(text="What if it is young?", quote="the QUEUE's age first"))
    await _to_follow_up(world, interview)
    turn = await interview.turn()
    assert turn.kind is TurnKind.FOLLOW_UP
    assert turn.text == "You said “the queue's age first”. What if it is young?"
    assert turn.probes == "the queue's age first"
    assert interviewer.requests[-1].gaps == ("Covers c1", "Covers c2", "Covers c3")


async def test_a_made_up_quote_is_never_said(
    world: World, interviewer: ScriptedInterviewer
) -> None:
    interview = Interview(world)
    interviewer.script = proposals(QUESTION, "Thank you. On we go.")
    made_up = Proposal(text="Why did you say so?", quote="we rewrote it all in Rust")
    interviewer.script.extend([made_up, made_up])
    await _to_follow_up(world, interview)
    turn = await interview.turn()
    assert turn.source is not TurnSource.MODEL
    assert "Rust" not in turn.text
    assert turn.probes in ANSWER


async def test_a_follow_up_that_tells_the_answer_is_not_said(
    world: World, interviewer: ScriptedInterviewer
) -> None:
    interview = Interview(world)
    interviewer.script = proposals(QUESTION, "Thank you. On we go.")
    leak = Proposal(
        text="Would you explain what c1 is and why it matters in production?", quote="queue's age"
    )
    interviewer.script.extend([leak, leak])
    await _to_follow_up(world, interview)
    assert "matters in production" not in (await interview.turn()).text


async def test_a_reply_says_the_descriptions_words_and_no_others(
    world: World, interviewer: ScriptedInterviewer
) -> None:
    interview = Interview(world)
    await interview.begin(background="The team has six engineers. We sit in Leeds.")
    await interview.answer_until(TurnKind.INVITATION)
    interviewer.script.append(Proposal(text="We are 200 people.", quote="the team has six"))
    await interview.write("How large is the team?")
    assert "“The team has six”" in interview.last()
    assert "200" not in interview.last()
    interviewer.script.append(Proposal(text="It is 90,000.", quote="the salary is 90,000"))
    await interview.write("And the salary?")
    assert not any("90,000" in said for said in interview.said())


async def test_what_the_words_cost_is_counted(
    world: World, interviewer: ScriptedInterviewer
) -> None:
    usage = Usage(input_tokens=100, output_tokens=20)
    interviewer.script = deque([Proposal(text=QUESTION, usage=usage)])
    interview = Interview(world)
    await interview.begin()
    session = await interview.session()
    async with world.storage(read_only=True) as work:
        used = await work.spending.used(
            session.team_id, session.member_id, world.clock.now().date()
        )
    assert used.person.spent.tokens == 120
    assert used.person.reserved.tokens == 0


class TestOnABudget:
    @pytest.fixture
    def budget(self) -> Budget:
        return Budget(limits=Limits(person_tokens=9_000))

    async def test_a_budget_that_is_used_up_is_done_without(
        self, world: World, interviewer: ScriptedInterviewer
    ) -> None:
        usage = Usage(input_tokens=8_000, output_tokens=500)
        interviewer.script = deque([Proposal(text=QUESTION, usage=usage)])
        interview = Interview(world)
        await interview.begin()
        assert (await interview.turn()).text == QUESTION
        await interview.write("A search service.")
        turn = await interview.turn()
        assert (turn.kind, turn.source) == (TurnKind.QUESTION, TurnSource.CODE)
        assert len(interviewer.requests) == 1
