"""From the Appeal button to a second reading that is told."""

from __future__ import annotations

import asyncio

import pytest

from bot.jobs.attempt import MAX_FAILURES
from handlers.actions import Action, ActionKind
from handlers.appeals.button import MAX_REASON
from handlers.appeals.job import TELL_READING
from handlers.appeals.record import AppealState
from handlers.message import OpenForm
from questions.grading import Ungraded, UngradedReason
from questions.ports import GraderUnavailable
from tests.handlers.appeals.court import (
    FIRST,
    MET,
    MIA,
    MISSED,
    PARTIAL,
    QUESTION,
    SECOND,
    WHY,
    ReconsideringGrader,
    appeal_button,
    appealed,
    graded,
    listed,
    send_appeal,
    stored,
    told,
    undecided,
    uphold,
)
from tests.handlers.conftest import World, a_caller, buttons_of, in_direct_message
from tests.handlers.fakes import (
    FakeGrader,
    a_judgement,
)


async def test_the_button_under_a_grade_opens_a_form_that_asks_why(world: World) -> None:
    answer = await graded(world)
    [grade] = [said for said in world.slack.said if said.key.startswith("grade:")]
    [button] = buttons_of(grade.message)
    assert (button.label, button.action) == ("Appeal", appeal_button(answer))
    form = await world.click(button.action)
    assert isinstance(form, OpenForm)
    assert len(form.title) <= 24
    assert [field.label for field in form.fields] == ["Why do you think the grade should change?"]
    assert f"Your grade: {FIRST}, borderline." in form.intro.plain_text
    assert form.action == button.action


async def test_an_appeal_is_read_again_and_both_scores_are_told_in_the_thread(
    world: World,
) -> None:
    answer = await graded(world)
    response = await send_appeal(world, answer)
    assert response.accepted
    assert response.message.plain_text.startswith("Thank you, I have your appeal.")
    await world.jobs.settle()
    assert told(world, TELL_READING) == [
        (
            "Ada: your answer was read again\n\n"
            "First reading: 2.9/5, borderline\n"
            "Second reading: 4.3/5, clear pass\n\n"
            "They differ on these points:\n\n"
            "- Partly, then met: Covers c2\n“the index”\n"
            "- Missed, then met: Covers c3\n“the index”\n\n"
            "Until a lead decides, 2.9/5 stands."
        )
    ]
    [said] = [said for said in world.slack.said if said.key.startswith(TELL_READING)]
    assert said.to == answer.show_in
    assert isinstance(world.grader, ReconsideringGrader)
    assert world.grader.reasons == [WHY]
    assert (await world.scores())[0].score == 2.9


async def test_a_second_reading_that_agrees_says_so(world: World) -> None:
    assert isinstance(world.grader, ReconsideringGrader)
    world.grader.second.append(a_judgement(QUESTION, MET, PARTIAL, MISSED, MISSED, quote="queue"))
    await appealed(world)
    [said] = told(world, TELL_READING)
    assert "Both judge every point alike." in said


@pytest.mark.parametrize("is_member", [True, False])
async def test_only_the_author_may_appeal(world: World, is_member: bool) -> None:
    answer = await graded(world)
    if is_member:
        await world.told("leaderboard", by=a_caller("Bob"))
    for bob in (a_caller("Bob"), in_direct_message("Bob", workspace=None)):
        said = await world.told_after_click(appeal_button(answer), by=bob)
        assert said.startswith("This is Ada's grade, so the appeal is Ada's to make.")
        refused = await send_appeal(world, answer, by=bob)
        assert not refused.accepted
        assert refused.message.plain_text == said
    assert await world.told("appeals", by=MIA) == "No appeal waits for a decision."


@pytest.mark.parametrize("why", ["", "   \n", "?!", "\x00\x07", "…"])
async def test_an_appeal_without_a_reason_is_not_taken(world: World, why: str) -> None:
    refused = await send_appeal(world, await graded(world), why)
    assert not refused.accepted
    assert "what was judged wrongly" in refused.message.plain_text


async def test_an_appeal_that_is_too_long_is_given_back(world: World) -> None:
    refused = await send_appeal(world, await graded(world), "x" * (MAX_REASON + 1))
    assert not refused.accepted
    assert "3,000 characters" in refused.message.plain_text


async def test_control_characters_do_not_reach_the_database(world: World) -> None:
    answer = await graded(world)
    await send_appeal(world, answer, "Why\x00 not\x1b[31m?\nRead \ud800it.")
    await world.jobs.settle()
    assert (await undecided(world, answer)).reason == "Why not[31m?\nRead it."


async def test_a_grade_that_is_gone_says_so(world: World) -> None:
    for subject in ("nothing", ""):
        said = await world.told_after_click(Action(ActionKind.APPEAL, subject))
        assert said == "I can't find that grade any more."


async def test_the_same_form_sent_twice_is_one_appeal(world: World) -> None:
    answer = await graded(world)
    responses = [await send_appeal(world, answer) for _ in range(2)]
    await world.jobs.settle()
    assert responses[0] == responses[1]
    assert len(told(world, TELL_READING)) == 1
    # Even after the decision a redelivered form is the old one.
    await uphold(world, await undecided(world, answer))
    assert (await send_appeal(world, answer)).accepted
    assert await world.told("appeals", by=MIA) == "No appeal waits for a decision."


async def test_an_answer_has_one_undecided_appeal(world: World) -> None:
    answer = await graded(world)
    both = await asyncio.gather(*(send_appeal(world, answer, id_=f"f{n}") for n in range(2)))
    assert sorted(response.accepted for response in both) == [False, True]
    await world.jobs.settle()
    again = await world.told_after_click(appeal_button(answer))
    assert again == "I have your appeal; it waits for a lead's decision."
    third = await send_appeal(world, answer, id_="f3")
    assert (third.accepted, third.message.plain_text) == (False, again)
    assert len(told(world, TELL_READING)) == 1


async def test_after_a_decision_a_new_appeal_may_be_made(world: World) -> None:
    first = await appealed(world)
    await uphold(world, first)
    async with world.storage(read_only=True) as work:
        answer = await work.answers.get(first.answer_id)
    assert answer is not None
    assert (await send_appeal(world, answer, id_="f2")).accepted
    await world.jobs.settle()
    assert (await undecided(world, answer)).id != first.id


@pytest.mark.parametrize("grader", [FakeGrader()], ids=["no-second-opinion"])
async def test_a_grader_without_a_second_opinion_sends_the_appeal_straight_to_a_lead(
    world: World,
) -> None:
    await appealed(world)
    assert told(world, TELL_READING) == [
        (
            "Ada: your appeal goes to a lead\n\n"
            "There is no second reading: this answer's grader can't read an answer a second time. "
            "Until a lead decides, 2.9/5 stands."
        )
    ]
    shown = (await listed(world)).plain_text
    assert "Second reading: none: this answer's grader can't" in shown
    assert "- Partly: Covers c2\n" in shown


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (UngradedReason.OVER_BUDGET, "today's budget for grading is used up"),
        (UngradedReason.REFUSED, "the model would not judge it again"),
        (UngradedReason.MALFORMED, "what came back could not be used"),
        (UngradedReason.TRUNCATED, "what came back could not be used"),
    ],
)
async def test_a_second_reading_that_can_not_be_made_is_explained(
    world: World, reason: UngradedReason, words: str
) -> None:
    assert isinstance(world.grader, ReconsideringGrader)
    world.grader.second.append(Ungraded(reason=reason, detail="Send your answer again."))
    appeal = await appealed(world)
    [said] = told(world, TELL_READING)
    assert f"There is no second reading: {words}." in said
    assert "Send your answer again" not in said
    assert (await stored(world, appeal)).state is AppealState.RECONSIDERED


async def test_a_grader_that_comes_back_gives_its_reading(world: World) -> None:
    assert isinstance(world.grader, ReconsideringGrader)
    world.grader.second += [GraderUnavailable("the model is down")] * 2
    await appealed(world)
    assert world.jobs.delays == [5.0, 20.0]
    assert SECOND in told(world, TELL_READING)[0]


async def test_a_grader_that_stays_away_leaves_the_appeal_to_a_lead(world: World) -> None:
    assert isinstance(world.grader, ReconsideringGrader)
    world.grader.second += [GraderUnavailable("the model is down")] * 50
    await appealed(world)
    assert world.jobs.delays == [5.0, 20.0, 60.0, 120.0, 300.0]
    assert "the grader could not be reached" in told(world, TELL_READING)[0]


async def test_a_reading_whose_job_is_given_up_on_leaves_the_appeal_to_a_lead(
    world: World,
) -> None:
    assert isinstance(world.grader, ReconsideringGrader)
    world.grader.second.extend([RuntimeError("a bug")] * MAX_FAILURES)
    await appealed(world)
    assert "something went wrong on my side" in told(world, TELL_READING)[0]
    assert "Uphold 1" in [button.label for button in buttons_of(await listed(world))]
