"""Appeals whatever happens on the way."""

from __future__ import annotations

import asyncio

import pytest

from handlers.appeals.job import RECONSIDER, TELL_DECISION, TELL_READING
from handlers.appeals.reconsider import Reconsideration
from handlers.appeals.record import Appeal, AppealState
from handlers.appeals.second import SecondReader
from handlers.metering.budget import Budget, Limits, Tariff, estimate
from handlers.storage import StorageUnavailable
from questions.grading import Judgement
from tests.handlers.appeals.court import (
    MIA,
    NOA,
    QUESTION,
    ReconsideringGrader,
    appealed,
    graded,
    listed,
    newest_grade,
    override,
    send_appeal,
    stored,
    told,
    undecided,
    uphold,
)
from tests.handlers.conftest import REPLY, WORKSPACE, World
from tests.handlers.fakes import (
    a_judgement,
)


async def test_an_answer_that_is_being_read_is_not_decided_yet(world: World) -> None:
    answer = await graded(world)
    await world.jobs.stop()
    await send_appeal(world, answer)
    appeal = await undecided(world, answer)
    assert "1 more is being read once more." in (await listed(world)).plain_text
    assert "being read once more" in await uphold(world, appeal)
    assert not (await override(world, appeal)).accepted
    assert (await stored(world, appeal)).state is AppealState.OPEN


async def test_a_double_click_decides_once(world: World) -> None:
    appeal = await appealed(world)
    await uphold(world, appeal)
    assert await uphold(world, appeal) == "Decided already, by you: 2.9/5 stands."
    await world.jobs.settle()
    assert len(told(world, TELL_DECISION)) == 1


async def test_an_override_sent_twice_is_taken_once(world: World) -> None:
    appeal = await appealed(world)
    await override(world, appeal)
    again = await override(world, appeal)
    assert again.accepted
    assert again.message.plain_text == "Decided already, by you: 4.0/5 instead of 2.9/5."
    await world.jobs.settle()
    assert len(told(world, TELL_DECISION)) == 1


async def test_of_two_leads_who_decide_at_once_one_wins_and_the_other_is_told(
    world: World,
) -> None:
    appeal = await appealed(world)
    responses = await asyncio.gather(
        override(world, appeal, "4", by=MIA, id_="o1"),
        override(world, appeal, "5", by=NOA, id_="o2"),
    )
    await world.jobs.settle()
    final = await stored(world, appeal)
    [won] = [r for r in responses if r.message.plain_text.startswith("Done:")]
    [lost] = [r for r in responses if r is not won]
    assert lost.message.plain_text.startswith(f"Decided already, by {final.decider}:")
    assert not lost.accepted
    [entry] = await world.scores()
    assert entry.score == final.decided_score == (await newest_grade(world, appeal)).score
    assert len(told(world, TELL_DECISION)) == 1


@pytest.mark.parametrize("kind", [TELL_READING, TELL_DECISION])
async def test_what_the_platform_refuses_is_told_later_and_once(world: World, kind: str) -> None:
    world.slack.fail(kind, times=2)
    world.slack.fail(kind, accepted=True)
    appeal = await appealed(world)
    await uphold(world, appeal)
    await world.jobs.settle()
    assert len(told(world, kind)) == 1
    assert world.jobs.delays == [2.0, 5.0, 15.0]
    assert world.slack.tries(kind) == [False, True, True, True]


async def test_jobs_that_run_again_say_and_store_nothing_twice(world: World) -> None:
    appeal = await appealed(world)
    await override(world, appeal)
    await world.jobs.settle()
    before = await stored(world, appeal)
    for kind in (RECONSIDER, TELL_READING, TELL_DECISION):
        assert await world.run(kind, appeal.id) is None
    await world.jobs.settle()
    assert await stored(world, appeal) == before
    assert isinstance(world.grader, ReconsideringGrader)
    assert len(world.grader.reasons) == 1
    assert len(told(world, TELL_READING)) == len(told(world, TELL_DECISION)) == 1


async def test_a_reading_that_could_not_be_told_before_the_decision_is_not_told_after_it(
    world: World,
) -> None:
    answer = await graded(world)
    await send_appeal(world, answer)
    await world.jobs.stop()
    appeal = await undecided(world, answer)
    assert await world.run(RECONSIDER, appeal.id) is None
    await uphold(world, appeal)
    assert await world.run(TELL_READING, appeal.id) is None
    assert await world.run(TELL_DECISION, appeal.id) is None
    assert told(world, TELL_READING) == []
    assert len(told(world, TELL_DECISION)) == 1


@pytest.mark.parametrize("fuse", range(5))
async def test_storage_that_fails_anywhere_in_the_reading_costs_no_appeal(
    world: World, fuse: int
) -> None:
    answer = await graded(world)
    await world.jobs.stop()
    await send_appeal(world, answer)
    appeal = await undecided(world, answer)
    world.storage.fuse = fuse
    try:
        await world.run(RECONSIDER, appeal.id)
    except StorageUnavailable:
        pass
    else:
        assert fuse >= 4
    world.storage.fuse = None
    await world.run(RECONSIDER, appeal.id, 2)
    assert (await stored(world, appeal)).state is AppealState.RECONSIDERED
    assert [job.kind for job in world.jobs.waiting].count(TELL_READING) == 1


async def test_storage_that_fails_under_a_decision_keeps_none_of_it(world: World) -> None:
    appeal = await appealed(world)
    world.storage.fuse = 0
    refused = await override(world, appeal)
    assert "can't reach my database" in refused.message.plain_text
    assert not refused.accepted
    world.storage.fuse = None
    assert (await override(world, appeal)).accepted


async def test_a_second_reading_is_paid_for_from_the_appealing_members_budget(
    world: World,
) -> None:
    assert isinstance(world.grader, ReconsideringGrader)
    judged = a_judgement(QUESTION, quote="the index")
    usage = judged.usage.model_copy(update={"input_tokens": 900, "output_tokens": 100})
    world.grader.second.append(judged.model_copy(update={"usage": usage}))
    appeal = await appealed(world)
    # The first judgement counted what it had reserved: it did not say what it took.
    async with world.storage(read_only=True) as work:
        team = await work.teams.of_workspace(WORKSPACE)
        assert team is not None
        day = world.clock.now().date()
        before = await work.spending.used(team.id, appeal.member_id, day)
    await send_and_settle_again(world, appeal, judged.model_copy(update={"usage": usage}))
    async with world.storage(read_only=True) as work:
        after = await work.spending.used(team.id, appeal.member_id, day)
    assert after.person.spent.tokens - before.person.spent.tokens == 1000
    assert after.person.reserved.tokens == 0


async def send_and_settle_again(world: World, appeal: Appeal, judged: Judgement) -> None:
    assert isinstance(world.grader, ReconsideringGrader)
    world.grader.second.append(judged)
    await uphold(world, appeal)
    async with world.storage(read_only=True) as work:
        answer = await work.answers.get(appeal.answer_id)
    assert answer is not None
    await send_appeal(world, answer, id_="f-again")
    await world.jobs.settle()


async def test_jobs_whose_appeal_is_gone_end(world: World) -> None:
    for kind in (RECONSIDER, TELL_READING, TELL_DECISION):
        assert await world.run(kind, "nothing") is None


async def test_a_second_reading_is_paid_for_once_however_often_answers_are_sampled(
    world: World,
) -> None:
    answer = await graded(world)
    await world.jobs.stop()
    await send_appeal(world, answer)
    appeal = await undecided(world, answer)
    once = estimate(QUESTION, REPLY, Tariff(samples=1)).tokens
    # The first reading's share is spent; what is left is enough for one more, and not for three.
    budget = Budget(limits=Limits(person_tokens=2 * once), tariff=Tariff(samples=3))
    reader = SecondReader(world.grader, world.retriever)
    await Reconsideration(world.storage, reader, world.clock, budget)(appeal.id, 1)
    read = await stored(world, appeal)
    assert read.no_second is None
    assert read.second is not None
