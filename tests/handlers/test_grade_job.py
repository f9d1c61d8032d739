"""From a stored answer to a grade that is shown, whatever happens on the way."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.jobs.attempt import MAX_FAILURES
from handlers.answers.submit import GRADE_ANSWER, SHOW_GRADE
from handlers.ports import Again, Reaction
from handlers.records import AnswerState, Occurrence
from handlers.refs import Platform, ThreadRef
from handlers.storage import StorageUnavailable
from questions.grading import Ungraded, UngradedReason
from questions.ports import GraderUnavailable, RelatedAnswer, RetrievalUnavailable
from questions.question import Verdict
from tests.factory import CHANNEL, a_question
from tests.handlers.conftest import REPLY, World
from tests.handlers.fakes import a_judgement

SECOND = (
    "A second try: I would first measure how old the queue's oldest message is, then the index."
)


async def test_the_score_follows_the_verdicts_whose_quotes_stand_in_the_reply(world: World) -> None:
    asked = await world.ask()
    question = a_question()
    verdicts = a_judgement(question, Verdict.MET, Verdict.PARTIAL, Verdict.MISSED, quote="queue")
    invented = verdicts.verdicts[3].model_copy(update={"quote": "a shard map"})
    world.grader.script.append(
        verdicts.model_copy(update={"verdicts": (*verdicts.verdicts[:3], invented)})
    )
    await world.reply(asked, REPLY)
    [entry] = await world.scores()
    assert entry.score == 2.9  # (3 + 2/2) of 7, of 5: the weights are 3, 2, 1, 1
    assert "Not counted" in world.slack.texts("grade:")[0]


async def test_related_answers_are_shown_to_the_grader_and_kept_with_the_grade(
    world: World,
) -> None:
    near = [
        RelatedAnswer(question_id=f"q{n}", prompt="?", text="Look.", similarity=0.9 - n / 10)
        for n in range(5)
    ]
    world.retriever.answers = tuple(near)
    answer = await world.answered(await world.ask(), REPLY)
    grade = await world.grade_of(answer)
    assert grade is not None
    assert world.grader.related == [tuple(near[:3])]
    assert grade.related == ("q0", "q1", "q2")


async def test_broken_retrieval_does_not_keep_a_grade_back(world: World) -> None:
    world.retriever.error = RetrievalUnavailable("the index is gone")
    await world.reply(await world.ask(), REPLY)
    assert len(world.slack.texts("grade:")) == 1
    assert world.grader.related == [()]


async def test_a_grader_that_comes_back_grades_after_one_note(world: World) -> None:
    world.grader.script += [GraderUnavailable("the model is down")] * 3
    await world.reply(await world.ask(), REPLY)
    [note] = world.slack.texts("pending:")
    assert note.startswith("Ada, your answer is safe.")
    assert len(world.slack.texts("grade:")) == 1
    assert world.jobs.delays == [5.0, 20.0, 60.0]
    assert [said.key.partition(":")[0] for said in world.slack.said] == [
        "question",
        "pending",
        "grade",
    ]


@pytest.mark.parametrize(("asked_for", "waited"), [(1.0, 5.0), (42.0, 42.0), (86_400.0, 900.0)])
async def test_the_graders_own_wish_to_wait_is_honoured_within_bounds(
    world: World, asked_for: float, waited: float
) -> None:
    world.grader.script.append(GraderUnavailable("too many calls", retry_after=asked_for))
    await world.reply(await world.ask(), REPLY)
    assert world.jobs.delays == [waited]
    assert len(world.slack.texts("grade:")) == 1


async def test_a_grader_that_stays_away_ends_in_a_stated_reason_and_no_points(
    world: World,
) -> None:
    world.grader.script += [GraderUnavailable("the model is down")] * 50
    reply = world.message(await world.ask(), REPLY)
    await world.receive(reply)
    await world.jobs.settle()
    assert world.jobs.delays == [5.0, 20.0, 60.0, 120.0, 300.0]
    answer = await world.answer_to(reply)
    assert answer is not None
    assert (answer.state, answer.reason) == (AnswerState.UNGRADED, UngradedReason.UNAVAILABLE)
    assert len(world.slack.texts("pending:")) == 1
    [shown] = world.slack.texts("grade:")
    assert "not graded" in shown
    assert "the model is down" in shown
    assert await world.scores() == []
    assert "Nobody has points yet" in await world.told("leaderboard")
    assert world.slack.reactions[reply.message][-1] is Reaction.UNGRADED


async def test_a_grade_that_can_not_be_made_says_why_and_costs_nothing(world: World) -> None:
    asked = await world.ask()
    await world.reply(asked, REPLY)
    before = await world.scores()
    world.grader.script.append(
        Ungraded(reason=UngradedReason.REFUSED, detail="The model declined to judge this.")
    )
    await world.reply(asked, SECOND)
    shown = world.slack.texts("grade:")[-1]
    assert "not graded. The model declined to judge this." in shown
    assert await world.scores() == before


async def test_a_judgement_that_leaves_a_criterion_out_is_no_grade(world: World) -> None:
    full = a_judgement(a_question(), quote="queue")
    world.grader.script.append(full.model_copy(update={"verdicts": full.verdicts[1:]}))
    answer = await world.answered(await world.ask(), REPLY)
    assert answer.reason is UngradedReason.MALFORMED
    assert await world.scores() == []


@pytest.mark.parametrize("pending_note_after", [0.0])
async def test_a_slow_grader_is_announced_and_then_graded(world: World) -> None:
    asked = await world.ask()
    world.grader.thinking.clear()
    await world.receive(world.message(asked, REPLY))
    note = await world.slack.wait_for("your answer is safe")
    assert note.to == asked.thread
    assert world.slack.texts("grade:") == []

    world.grader.thinking.set()
    await world.jobs.settle()
    assert len(world.slack.texts("pending:")) == len(world.slack.texts("grade:")) == 1
    assert world.grader.judged == [REPLY]


@pytest.mark.parametrize("pending_note_after", [0.0])
async def test_a_note_that_can_not_be_said_does_not_keep_the_grade_back(world: World) -> None:
    asked = await world.ask()
    world.grader.thinking.clear()
    world.slack.fail("pending:")
    await world.receive(world.message(asked, REPLY))
    world.grader.thinking.set()
    await world.jobs.settle()
    assert len(world.slack.texts("grade:")) == 1


async def test_a_grade_whose_posting_had_no_response_is_looked_up_before_it_is_said_again(
    world: World,
) -> None:
    asked = await world.ask()
    world.slack.fail("grade:", accepted=True)
    await world.reply(asked, REPLY)
    assert world.slack.tries("grade:") == [False, True]
    assert len(world.slack.texts("grade:")) == 1
    assert world.grader.judged == [REPLY]


async def test_a_grade_that_the_platform_refuses_is_kept_and_shown_later(world: World) -> None:
    asked = await world.ask()
    world.slack.fail("grade:", times=3)
    world.slack.fail("grade:", retry_after=33.0)
    await world.reply(asked, REPLY)
    assert len(world.slack.texts("grade:")) == 1
    assert world.jobs.delays == [2.0, 5.0, 33.0]
    assert world.grader.judged == [REPLY]
    assert len(await world.scores()) == 1


async def test_a_grade_whose_channel_is_gone_is_kept_and_not_tried_again(world: World) -> None:
    asked = await world.ask()
    reply = world.message(asked, REPLY)
    world.slack.gone[CHANNEL] = "the channel was deleted"
    await world.receive(reply)
    await world.jobs.settle()
    answer = await world.answer_to(reply)
    assert answer is not None
    assert answer.state is AnswerState.GRADED
    assert len(await world.scores()) == 1
    assert world.jobs.delays == []
    assert world.slack.reactions[reply.message] == [Reaction.RECEIVED]


async def test_a_grade_for_a_platform_that_does_not_run_waits_for_it(world: World) -> None:
    reply = world.message(await world.ask(), REPLY)
    await world.jobs.stop()
    await world.receive(reply)
    answer = await world.answer_to(reply)
    assert answer is not None
    elsewhere = ThreadRef(channel=replace(CHANNEL, platform=Platform.DISCORD), id="1")
    async with world.storage() as work:
        await work.answers.update(replace(answer, show_in=elsewhere))
    assert await world.run(GRADE_ANSWER, answer.id) is None
    assert [job.kind for job in world.jobs.waiting][-1] == SHOW_GRADE
    assert await world.run(SHOW_GRADE, answer.id) == Again(2.0)
    assert len(await world.scores()) == 1


async def test_two_jobs_of_one_answer_one_after_the_other_make_one_grade(world: World) -> None:
    reply = world.message(await world.ask(), REPLY)
    await world.jobs.stop()
    await world.receive(reply)
    answer = await world.answer_to(reply)
    assert answer is not None
    for _ in range(2):
        assert await world.run(GRADE_ANSWER, answer.id) is None
    assert world.grader.judged == [REPLY]
    assert len(world.slack.texts("grade:")) == 1
    assert len(await world.scores()) == 1


async def test_two_jobs_of_one_answer_at_once_store_one_grade(world: World) -> None:
    reply = world.message(await world.ask(), REPLY)
    await world.jobs.stop()
    await world.receive(reply)
    answer = await world.answer_to(reply)
    assert answer is not None
    question = a_question()
    world.grader.script += [
        a_judgement(question, quote="queue"),
        a_judgement(question, *[Verdict.MISSED] * 4, quote=""),
    ]
    await asyncio.gather(*(world.run(GRADE_ANSWER, answer.id) for _ in range(2)))
    grade = await world.grade_of(answer)
    [entry] = await world.scores()
    assert grade is not None
    assert grade.score == entry.score
    assert f"{grade.score}/5" in world.slack.texts("grade:")[0]
    assert len(set(world.slack.texts("grade:"))) == 1


@pytest.mark.parametrize("fuse", range(7))
async def test_storage_that_fails_anywhere_in_the_job_costs_no_answer_and_shows_one_grade(
    world: World, fuse: int
) -> None:
    reply = world.message(await world.ask(), REPLY)
    await world.jobs.stop()
    await world.receive(reply)
    answer = await world.answer_to(reply)
    assert answer is not None
    world.storage.fuse = fuse
    with pytest.raises(StorageUnavailable):
        await world.run(GRADE_ANSWER, answer.id)
    world.storage.fuse = None
    await world.run(GRADE_ANSWER, answer.id, 2)
    assert len(world.slack.texts("grade:")) == 1
    assert len(await world.scores()) == 1
    assert len(world.grader.judged) <= 2


async def test_a_job_whose_answer_is_gone_ends(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    assert await world.run(GRADE_ANSWER, "nobody") is None
    assert "answer nobody or its question is gone" in caplog.text


async def test_an_answer_whose_job_is_given_up_on_is_told_so_and_may_be_sent_again(
    world: World,
) -> None:
    reply = world.message(await world.ask(), REPLY)
    world.grader.script.extend([RuntimeError("a bug")] * MAX_FAILURES)
    await world.receive(reply)
    await world.jobs.settle()
    answer = await world.answer_to(reply)
    assert answer is not None
    assert answer.state is AnswerState.UNGRADED
    assert answer.reason is UngradedReason.INTERNAL
    [said] = world.slack.texts("grade:")
    assert "Something went wrong on my side (number " in said
    assert await world.scores() == []
    again = await world.receive(world.message(await newest(world), "Look at the chunks first."))
    assert again.stored


async def newest(world: World) -> Occurrence:
    found = await world.newest()
    assert found is not None
    return found
