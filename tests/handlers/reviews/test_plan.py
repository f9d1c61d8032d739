"""What grades leave behind, and `/prep plan`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.actions import ActionKind
from handlers.message import Buttons, Response, Visibility
from handlers.practice.record import Level, Mode, PracticeSession
from handlers.records import Member, Occurrence
from handlers.refs import ChannelRef
from handlers.reviews.note import note_turn
from handlers.reviews.record import Outcome
from questions.grading import assemble_grade
from questions.question import Verdict
from questions.rating import Rating
from questions.role import Role
from tests.factory import a_question
from tests.handlers.appeals.court import appealed, override
from tests.handlers.conftest import REPLY, WORKSPACE, World, a_caller
from tests.handlers.fakes import a_judgement

MET, PARTIAL, MISSED = Verdict.MET, Verdict.PARTIAL, Verdict.MISSED
POOR = a_judgement(a_question(), MET, MISSED, PARTIAL, MISSED, quote="queue")


async def ledger(world: World) -> list[Outcome]:
    async with world.storage(read_only=True) as work:
        team = await work.teams.of_workspace(WORKSPACE)
        assert team is not None
        return await work.outcomes.of_team(team.id)


async def ada(world: World) -> Member:
    async with world.storage(read_only=True) as work:
        team = await work.teams.of_workspace(WORKSPACE)
        assert team is not None
        member = await work.teams.member(team.id, a_caller().user)
    assert member is not None
    return member


async def rating(world: World) -> Rating:
    member = await ada(world)
    async with world.storage(read_only=True) as work:
        return await work.outcomes.rating(member.team_id, member.id)


async def answered(world: World) -> Occurrence:
    """Have Ada answer a question poorly."""
    asked = await world.ask()
    world.grader.script.append(POOR)
    await world.reply(asked, REPLY)
    return asked


async def test_a_grade_leaves_a_line_and_lowers_the_rating(world: World) -> None:
    asked = await answered(world)

    [line] = await ledger(world)
    assert (line.question_id, line.score, line.difficulty) == (asked.question_id, 2.5, 3)
    assert line.missed == ("c2", "c4", "c3")
    assert line.at == world.clock.now()
    assert (await rating(world)).count == 1


async def test_an_edit_that_is_graded_again_counts_in_place_of_the_first_grade(
    world: World,
) -> None:
    asked = await world.ask()
    world.grader.script.append(POOR)
    reply = world.message(asked, REPLY)
    await world.receive(reply)
    await world.jobs.settle()
    low = await rating(world)

    await world.edit(reply, f"{REPLY} Then I would measure how long each step takes.")

    [line] = await ledger(world)
    assert (line.number, line.score) == (2, 5.0)
    assert (await rating(world)).value > low.value
    assert (await rating(world)).count == 1


async def test_a_leads_score_counts_in_place_of_the_graders(world: World) -> None:
    appeal = await appealed(world)
    await override(world, appeal, "4.0")

    [line] = await ledger(world)
    assert (line.number, line.score) == (2, 4.0)


async def test_a_grade_that_is_held_is_counted_at_the_reveal(world: World) -> None:
    await world.settings(grades="blind")
    asked = await world.ask()
    await world.told("answer", text=REPLY)
    await world.jobs.settle()
    assert await world.pending() == 0
    assert await ledger(world) == []
    assert "not known yet" in await world.told("plan")

    world.clock.move(hours=10)
    await world.tick()

    [line] = await ledger(world)
    assert line.question_id == asked.question_id


async def test_a_plan_says_what_is_due_and_why(world: World) -> None:
    asked = await answered(world)
    assert "Nothing is due today" in await world.told("plan")

    world.clock.move(days=1)
    text = await world.told("plan")
    assert "Due today: 1" in text
    assert (
        f"1. About {asked.question_id} 2.5/5 on 2 March. Still open: Covers c2; Covers c4" in text
    )


async def test_a_plan_is_for_its_owners_eyes_and_leads_to_practice(world: World) -> None:
    await answered(world)
    outcome = await world.command("plan")

    assert isinstance(outcome, Response)
    assert outcome.visibility is Visibility.ONLY_CALLER
    [buttons] = [b for b in outcome.message.blocks if isinstance(b, Buttons)]
    assert [b.action.kind for b in buttons.buttons] == [ActionKind.PRACTICE]
    assert "About" not in await world.told("plan", by=a_caller("Bob"))


async def test_a_question_that_was_retired_is_not_due(world: World) -> None:
    asked = await answered(world)
    world.clock.move(days=1)
    await world.load(a_question("ai-9"))

    assert f"About {asked.question_id}" not in await world.told("plan")


async def test_what_came_back_and_went_well_is_only_kept_fresh(world: World) -> None:
    asked = await answered(world)
    world.clock.move(days=1)
    await world.reply(asked, f"{REPLY} And I would measure it.")
    world.clock.move(days=40)

    text = await world.told("plan")
    assert f"About {asked.question_id} 5.0/5 on 3 March. To keep it fresh." in text


async def test_an_interview_without_grades_keeps_them_out_of_the_plan_until_it_ends(
    world: World,
) -> None:
    await world.told("plan")
    member = await ada(world)
    question = a_question("ai-1")
    place = ChannelRef(platform=a_caller().user.platform, workspace_id="T1", id="D-ada")
    session = PracticeSession(
        id="5e55",
        team_id=member.team_id,
        member_id=member.id,
        user=a_caller().user,
        place=place,
        mode=Mode.REAL,
        role=Role.AI_ENGINEER,
        level=Level.SENIOR,
        length=1,
        created_at=world.clock.now(),
    )
    grade = assemble_grade(question.rubric, POOR, REPLY, grader="fake", is_estimate=False)
    async with world.storage() as work:
        assert await work.practice.add(session)
        await note_turn(
            work,
            team_id=member.team_id,
            member_id=member.id,
            turn_id="5e55-2",
            number=1,
            question=question,
            grade=grade,  # type: ignore[arg-type]
            at=world.clock.now() - timedelta(days=3),
        )
    text = await world.told("plan")
    assert "About ai-1" not in text
    assert "Your level: comes with the report of your interview" in text

    async with world.storage() as work:
        ended = replace(session, state=session.state.COMPLETED)
        await work.practice.update(ended)
    assert "About ai-1" in await world.told("plan")
