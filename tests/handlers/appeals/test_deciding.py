"""What a lead sees and decides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.actions import Action, ActionKind
from handlers.appeals.decide import REASON, SCORE
from handlers.appeals.job import TELL_DECISION
from handlers.appeals.record import AppealState
from handlers.appeals.score import NotAScore, parse_score
from handlers.message import OpenForm, Response
from tests.handlers.appeals.court import (
    MIA,
    WHY,
    appealed,
    listed,
    newest_grade,
    override,
    stored,
    told,
    uphold,
)
from tests.handlers.conftest import REPLY, World, a_caller, buttons_of, in_direct_message


async def test_a_lead_sees_both_readings_and_why(world: World) -> None:
    appeal = await appealed(world)
    message = await listed(world)
    asked = await world.newest()
    assert asked is not None
    assert message.plain_text == (
        f"1. Ada on “About {asked.question_id}”\n\n"
        f"{REPLY}\n\n"
        f"They say: {WHY}\n\n"
        "First reading: 2.9/5, borderline\n"
        "Second reading: 4.3/5, clear pass\n\n"
        "- Met: Covers c1\n"
        "- Partly, then met: Covers c2\n"
        "- Missed, then met: Covers c3\n"
        "- Missed: Covers c4"
    )
    assert [(b.label, b.action) for b in buttons_of(message)] == [
        ("Uphold 1", Action(ActionKind.UPHOLD, appeal.id)),
        ("Override 1", Action(ActionKind.OVERRIDE, appeal.id)),
    ]


async def test_more_appeals_than_fit_are_counted_and_those_being_read_named(
    world: World,
) -> None:
    first = await appealed(world)
    async with world.storage() as work:
        answer = await work.answers.get(first.answer_id)
        grade = await work.answers.grade(first.answer_id)
        assert answer is not None
        assert grade is not None
        for number in range(4):
            more = replace(answer, id=f"a{number}", key=f"k{number}")
            await work.answers.add(more)
            await work.answers.add_grade(more, grade)
            state = AppealState.OPEN if number == 3 else AppealState.RECONSIDERED
            await work.appeals.add(replace(first, id=f"p{number}", answer_id=more.id, state=state))
    message = await listed(world)
    assert len(buttons_of(message)) == 6
    assert message.plain_text.endswith(
        "1 more wait: decide on these first. 1 more is being read once more."
    )


async def test_upholding_leaves_the_grade_and_tells_the_person(world: World) -> None:
    appeal = await appealed(world)
    assert await uphold(world, appeal) == "Done: 2.9/5 stands. Ada is told so."
    await world.jobs.settle()
    assert told(world, TELL_DECISION) == [
        (
            "Ada: 2.9/5 stands\n\n"
            "Mia looked at your answer, your appeal and what the grader said, and leaves the grade "
            "as it is. Your points stay as they are."
        )
    ]
    assert (await newest_grade(world, appeal)).grader == "fake"
    assert (await world.scores())[0].score == 2.9


async def test_overriding_appends_a_grade_counts_its_points_and_tells_the_person_why(
    world: World,
) -> None:
    appeal = await appealed(world)
    before = await newest_grade(world, appeal)
    form = await world.click(Action(ActionKind.OVERRIDE, appeal.id), by=MIA)
    assert isinstance(form, OpenForm)
    assert [field.name for field in form.fields] == [SCORE, REASON]
    assert all(len(field.label) <= 45 for field in form.fields)
    assert REPLY in form.intro.plain_text

    response = await override(world, appeal)
    assert response.accepted
    assert response.message.plain_text == "Done: 4.0/5 instead of 2.9/5. Ada is told why."
    await world.jobs.settle()
    assert told(world, TELL_DECISION) == [
        (
            "Ada: 4.0/5, clear pass instead of 2.9/5\n\n"
            "Mia decided on your appeal and says why:\n\n"
            "The third point stands there.\n\n"
            "That is 28 points instead of 20; the leaderboard counts it already."
        )
    ]
    after = await newest_grade(world, appeal)
    assert (after.score, after.grader, after.is_estimate) == (4.0, "lead: Mia", False)
    assert after.criteria == before.criteria
    assert after.usage.tokens == 0
    [entry] = await world.scores()
    assert (entry.score, entry.points) == (4.0, 28)
    assert "28 points" in await world.told("leaderboard")
    assert entry.earned_on == entry.earned_at.date()


@pytest.mark.parametrize(
    ("score", "why", "words"),
    [
        ("five", "Because.", "“five” is not a score: type a number from 0 to 5, such as 3.5."),
        ("", "Because.", "The score is missing: type a number from 0 to 5, such as 3.5."),
        ("7", "Because.", "5 is the most: type a number from 0 to 5."),
        ("2.9", "Because.", "2.9/5 is the score it has: give another one, or press Uphold."),
        ("4", " \n", "Say why, too: the person reads it beside the new score."),
        ("4", "x" * 2001, "The reason is longer than 2,000 characters; please shorten it."),
    ],
)
async def test_an_override_that_can_not_stand_is_given_back_and_changes_nothing(
    world: World, score: str, why: str, words: str
) -> None:
    appeal = await appealed(world)
    refused = await override(world, appeal, score, why)
    assert (refused.accepted, refused.message.plain_text) == (False, words)
    assert (await stored(world, appeal)).state is AppealState.RECONSIDERED
    assert (await newest_grade(world, appeal)).grader == "fake"


@pytest.mark.parametrize(
    ("typed", "score"),
    [("3.5", 3.5), (" 3,5 ", 3.5), ("4", 4.0), ("4/5", 4.0), ("4.2 / 5", 4.2), ("0", 0.0)],
)
def test_a_score_may_be_typed_in_several_ways(typed: str, score: float) -> None:
    assert parse_score(typed) == score


@pytest.mark.parametrize(
    "typed", ["nan", "inf", "-1", "1e0", "5.1", "4/6", "3.55", "٣", "3.", "3 4", "9" * 400]
)
def test_what_is_no_score_is_refused(typed: str) -> None:
    with pytest.raises(NotAScore, match="number from 0 to 5"):
        parse_score(typed)


async def test_who_does_not_lead_sees_no_appeals_and_decides_none(world: World) -> None:
    appeal = await appealed(world)
    bob = a_caller("Bob")
    assert "Only people who run this workspace" in await world.told("appeals", by=bob)
    # A direct message has no workspace that could say who leads the team.
    alone = replace(in_direct_message("Mia", workspace=None), leads=True)
    assert "can't tell who leads" in await world.told("appeals", by=alone)
    for caller, words in (
        (bob, "Only people who run this workspace"),
        (alone, "can't tell who leads"),
    ):
        assert words in await uphold(world, appeal, caller)
        opened = await world.click(Action(ActionKind.OVERRIDE, appeal.id), by=caller)
        assert isinstance(opened, Response)
        refused = await override(world, appeal, by=caller)
        assert not refused.accepted
        assert words in refused.message.plain_text
    assert (await stored(world, appeal)).state is AppealState.RECONSIDERED


async def test_a_lead_of_another_team_decides_nothing_here(world: World) -> None:
    appeal = await appealed(world)
    stranger = a_caller("Eve", leads=True, workspace_id="T9")
    assert await world.told("appeals", by=stranger) == "No appeal waits for a decision."
    assert await uphold(world, appeal, stranger) == "I can't find that appeal any more."
    assert not (await override(world, appeal, by=stranger)).accepted
    assert (await stored(world, appeal)).state is AppealState.RECONSIDERED


async def test_nobody_decides_on_their_own_appeal(world: World) -> None:
    appeal = await appealed(world)
    ada = a_caller("Ada", leads=True)
    message = await listed(world, ada)
    assert buttons_of(message) == []
    assert message.plain_text.endswith("so somebody else decides on it.")
    assert "your own" in await uphold(world, appeal, ada)
    assert not (await override(world, appeal, by=ada)).accepted
    assert (await stored(world, appeal)).state is AppealState.RECONSIDERED
