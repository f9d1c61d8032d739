"""People edit and delete their answers, before, while and after they are graded."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from handlers.answers.submit import GRADE_ANSWER
from handlers.dispatch import NotStored
from handlers.invocation import IncomingDeletion, IncomingEdit, IncomingReply
from handlers.ports import Reaction
from handlers.records import Answer, AnswerState
from questions.grading import Grade, Ungraded, UngradedReason
from questions.question import Verdict
from tests.factory import a_question
from tests.handlers.conftest import REPLY, World, a_caller, in_direct_message
from tests.handlers.fakes import PATIENCE, a_judgement

BETTER = "I would measure the lag of the queue, alert on it, and rebuild the index from its source."
WEAK = a_judgement(
    a_question(), Verdict.MISSED, Verdict.MISSED, Verdict.MISSED, Verdict.PARTIAL, quote="queue"
)


async def stored(world: World, reply: IncomingReply) -> Answer:
    answer = await world.answer_to(reply)
    assert answer is not None
    return answer


async def ledger(world: World, answer: Answer) -> list[float]:
    """The scores of an answer's grades, oldest first."""
    from sqlalchemy import text

    async with world.app.database.engine.connect() as connection:
        rows = await connection.execute(
            text("SELECT score FROM grades WHERE answer_id = :id ORDER BY seq"), {"id": answer.id}
        )
        return [row.score for row in rows]


async def answered(world: World) -> IncomingReply:
    """Have Ada's weak answer graded."""
    asked = await world.newest() or await world.ask()
    world.grader.script.append(WEAK)
    reply = world.message(asked, REPLY)
    await world.receive(reply)
    await world.jobs.settle()
    return reply


async def being_graded(world: World) -> IncomingReply:
    """Have Ada's answer in the grader's hands."""
    reply = world.message(await world.ask(), REPLY)
    world.grader.thinking.clear()
    await world.receive(reply)
    await asyncio.wait_for(world.grader.busy.wait(), PATIENCE)
    return reply


async def test_an_edit_within_the_window_is_graded_once_more_and_both_grades_are_kept(
    world: World,
) -> None:
    reply = await answered(world)
    answer = await stored(world, reply)
    world.clock.move(minutes=10)
    await world.edit(reply, BETTER)

    assert world.grader.judged == [REPLY, BETTER]
    assert await ledger(world, answer) == [0.4, 5.0]
    first, second = world.slack.texts(f"grade:{answer.id}")
    assert "0.4/5" in first
    assert "5.0/5" in second
    assert "once more after your edit" in second
    edited = await stored(world, reply)
    assert (edited.state, edited.round) == (AnswerState.GRADED, 2)
    assert (edited.text, edited.first_text) == (BETTER, REPLY)
    [entry] = await world.scores()
    assert entry.score == 5.0
    assert entry.earned_at == answer.created_at


async def test_only_the_first_edit_is_graded_and_the_author_is_told_once(world: World) -> None:
    reply = await answered(world)
    await world.edit(reply, BETTER)
    await world.edit(reply, f"{BETTER} And one more thing.")
    await world.edit(reply, f"{BETTER} And yet one more thing.")
    assert world.grader.judged == [REPLY, BETTER]
    [notice] = world.slack.said_to(in_direct_message().channel)
    assert "I grade an edited answer once more" in notice.text
    assert "https://chat.test/" in notice.text
    assert (await stored(world, reply)).text == BETTER


async def test_an_edit_after_the_window_leaves_the_grade_and_says_why_once(world: World) -> None:
    reply = await answered(world)
    world.clock.move(minutes=10, seconds=1)
    for text in (BETTER, REPLY, BETTER):
        await world.edit(reply, text)
    assert world.grader.judged == [REPLY]
    [notice] = world.slack.said_to(in_direct_message().channel)
    assert "up to 10 minutes" in notice.text


async def test_a_late_delivery_of_an_edit_in_time_counts(world: World) -> None:
    reply = await answered(world)
    in_time = world.clock.now() + timedelta(minutes=9)
    world.clock.move(hours=2)
    await world.edit(reply, BETTER, edited_at=in_time)
    assert world.grader.judged == [REPLY, BETTER]


@pytest.mark.parametrize("minutes", ["off", "0"])
async def test_a_channel_can_grade_answers_as_they_were_sent(world: World, minutes: str) -> None:
    await world.settings(edits=minutes)
    reply = await answered(world)
    world.clock.move(seconds=1)
    await world.edit(reply, BETTER)
    assert world.grader.judged == [REPLY]
    assert "as they were sent" in world.slack.said[-1].text


async def test_a_mended_slip_is_no_edit(world: World) -> None:
    reply = await answered(world)
    await world.edit(reply, REPLY.replace("source.", "source"))
    await world.edit(reply, REPLY)
    assert world.grader.judged == [REPLY]
    assert not world.slack.texts("notice:")


async def test_the_same_edit_delivered_twice_is_graded_once(world: World) -> None:
    reply = await answered(world)
    await world.edit(reply, BETTER, edited_at=world.clock.now())
    await world.edit(reply, BETTER, edited_at=world.clock.now())
    assert world.grader.judged == [REPLY, BETTER]
    assert not world.slack.texts("notice:")


async def test_an_edit_before_grading_begins_is_what_is_graded(world: World) -> None:
    reply = world.message(await world.ask(), REPLY)
    await world.jobs.stop()
    await world.receive(reply)
    await world.app.router.edited(
        IncomingEdit(caller=reply.caller, message=reply.message, text=BETTER)
    )
    await world.jobs.start()
    await world.jobs.settle()
    assert world.grader.judged == [BETTER]
    assert (await stored(world, reply)).round == 1


async def test_edits_that_come_in_the_wrong_order_leave_the_newest_text(world: World) -> None:
    reply = world.message(await world.ask(), REPLY)
    await world.jobs.stop()
    await world.receive(reply)
    start = world.clock.now()
    world.clock.move(minutes=1)
    for seconds, text in ((20, BETTER), (10, "An edit that was made before the other one.")):
        await world.app.router.edited(
            IncomingEdit(
                caller=reply.caller,
                message=reply.message,
                text=text,
                edited_at=start + timedelta(seconds=seconds),
            )
        )
    await world.jobs.start()
    await world.jobs.settle()
    assert world.grader.judged == [BETTER]


async def test_an_edit_that_overtakes_its_message_is_the_answer(world: World) -> None:
    reply = world.message(await world.ask(), REPLY)
    await world.edit(reply, BETTER)
    await world.receive(reply)
    await world.jobs.settle()
    assert world.grader.judged == [BETTER]
    assert len(await world.scores()) == 1


async def test_a_message_that_was_no_answer_can_become_one(world: World) -> None:
    reply = world.message(await world.ask(), "hm")
    reception = await world.receive(reply)
    assert reception.message is not None
    await world.edit(reply, BETTER)
    assert world.grader.judged == [BETTER]


async def test_an_edit_of_talk_elsewhere_is_nobodys_business(world: World) -> None:
    asked = await world.ask()
    assert asked.thread is not None
    elsewhere = world.message(asked, REPLY).message
    stray = IncomingReply(
        caller=a_caller(),
        message=type(elsewhere)(channel=elsewhere.channel, id="9", thread_id="unknown"),
        text=REPLY,
    )
    await world.edit(stray, BETTER)
    assert world.grader.judged == []
    assert len(world.slack.said) == 1


async def test_an_edit_during_grading_waits_and_only_its_grade_is_shown(world: World) -> None:
    reply = await being_graded(world)
    world.grader.script.append(WEAK)
    await world.app.router.edited(
        IncomingEdit(caller=reply.caller, message=reply.message, text=BETTER)
    )
    world.grader.thinking.set()
    await world.jobs.settle()
    answer = await stored(world, reply)
    assert world.grader.judged == [REPLY, BETTER]
    assert len(await ledger(world, answer)) == 2
    [shown] = world.slack.texts("grade:")
    assert "5.0/5" in shown


async def test_an_edit_that_is_taken_back_during_grading_changes_nothing(world: World) -> None:
    reply = await being_graded(world)
    for text in (BETTER, REPLY):
        await world.app.router.edited(
            IncomingEdit(caller=reply.caller, message=reply.message, text=text)
        )
    world.grader.thinking.set()
    await world.jobs.settle()
    assert world.grader.judged == [REPLY]
    assert len(world.slack.texts("grade:")) == 1


async def test_a_job_that_is_run_again_judges_the_text_that_was_pinned(world: World) -> None:
    reply = await being_graded(world)
    await world.app.router.edited(
        IncomingEdit(caller=reply.caller, message=reply.message, text=BETTER)
    )
    answer = await stored(world, reply)
    assert (answer.text, answer.waiting_text, answer.begun) == (REPLY, BETTER, True)
    world.grader.thinking.set()
    await world.run(GRADE_ANSWER, answer.id)
    await world.jobs.settle()
    assert world.grader.judged.count(BETTER) == 1


async def test_an_edit_that_can_not_be_graded_leaves_the_first_grade(world: World) -> None:
    reply = await answered(world)
    answer = await stored(world, reply)
    world.grader.script.append(
        Ungraded(reason=UngradedReason.REFUSED, detail="The model would not judge it.")
    )
    await world.edit(reply, BETTER)
    kept = await stored(world, reply)
    assert (kept.state, kept.text) == (AnswerState.GRADED, REPLY)
    assert await ledger(world, answer) == [0.4]
    [said] = world.slack.texts(f"grade:{answer.id}.2")
    assert said == (
        "Ada: your first grade stands, 0.4/5. I could not grade your edited answer. "
        "The model would not judge it."
    )
    [entry] = await world.scores()
    assert entry.score == 0.4


async def test_an_ungraded_answer_can_be_mended_by_an_edit(world: World) -> None:
    world.grader.script.append(Ungraded(reason=UngradedReason.REFUSED, detail="No."))
    reply = world.message(await world.ask(), REPLY)
    await world.receive(reply)
    await world.jobs.settle()
    await world.edit(reply, BETTER)
    mended = await stored(world, reply)
    assert mended.state is AnswerState.GRADED
    assert mended.reason is None
    assert world.slack.reactions[reply.message][-1] is Reaction.GRADED


async def test_a_grade_that_was_appealed_against_is_not_changed_by_an_edit(world: World) -> None:
    from tests.handlers.appeals.court import send_appeal

    reply = await answered(world)
    assert (await send_appeal(world, await stored(world, reply))).accepted
    await world.jobs.settle()
    await world.edit(reply, BETTER)
    assert world.grader.judged == [REPLY]
    assert "none once it is appealed" in world.slack.said[-1].text


async def test_an_appeal_waits_until_the_edit_is_graded(world: World) -> None:
    from tests.handlers.appeals.court import appeal_button

    reply = await answered(world)
    await world.jobs.stop()
    await world.app.router.edited(
        IncomingEdit(caller=reply.caller, message=reply.message, text=BETTER)
    )
    answer = await stored(world, reply)
    assert "being graded again" in await world.told_after_click(appeal_button(answer))
    await world.jobs.start()


@pytest.mark.parametrize("knows_thread", [True, False])
async def test_an_answer_deleted_before_grading_is_withdrawn(
    world: World, knows_thread: bool
) -> None:
    reply = world.message(await world.ask(), REPLY)
    await world.jobs.stop()
    await world.receive(reply)
    message = reply.message
    if not knows_thread:
        message = type(message)(channel=message.channel, id=message.id)
    await world.app.router.deleted(IncomingDeletion(message=message))
    await world.jobs.start()
    await world.jobs.settle()
    answer = await stored(world, reply)
    assert (answer.state, answer.text) == (AnswerState.WITHDRAWN, "")
    assert world.grader.judged == []
    assert len(world.slack.said) == 1
    assert await world.scores() == []


async def test_an_answer_deleted_during_grading_gets_no_grade(world: World) -> None:
    reply = await being_graded(world)
    await world.app.router.deleted(IncomingDeletion(message=reply.message))
    world.grader.thinking.set()
    await world.jobs.settle()
    assert (await stored(world, reply)).state is AnswerState.WITHDRAWN
    assert world.slack.texts("grade:") == []
    assert await world.scores() == []
    again = world.message(await world.ask(), BETTER)
    await world.receive(again)
    await world.jobs.settle()
    assert (await stored(world, again)).state is AnswerState.GRADED


async def test_an_answer_deleted_before_its_second_grade_keeps_the_first(world: World) -> None:
    reply = await answered(world)
    await world.jobs.stop()
    await world.app.router.edited(
        IncomingEdit(caller=reply.caller, message=reply.message, text=BETTER)
    )
    await world.app.router.deleted(IncomingDeletion(message=reply.message))
    await world.jobs.start()
    await world.jobs.settle()
    answer = await stored(world, reply)
    assert (answer.state, answer.text, answer.round) == (AnswerState.GRADED, REPLY, 1)
    assert world.grader.judged == [REPLY]
    assert len(world.slack.texts("grade:")) == 1


async def test_a_grade_outlives_its_message(world: World) -> None:
    reply = await answered(world)
    await world.delete(reply)
    answer = await stored(world, reply)
    assert (answer.state, answer.text) == (AnswerState.GRADED, REPLY)
    assert isinstance(await world.grade_of(answer), Grade)
    assert len(await world.scores()) == 1


@pytest.mark.parametrize("knows_thread", [True, False])
async def test_a_deletion_that_overtakes_its_message_is_obeyed(
    world: World, knows_thread: bool
) -> None:
    reply = world.message(await world.ask(), REPLY)
    await world.delete(reply, knows_thread=knows_thread)
    assert (await world.receive(reply)).message is None
    await world.edit(reply, BETTER)
    assert world.grader.judged == []
    assert await world.answer_to(reply) is None


async def test_a_change_is_delivered_again_while_the_database_is_away(world: World) -> None:
    reply = await answered(world)
    world.storage.fuse = 0
    with pytest.raises(NotStored):
        await world.edit(reply, BETTER)
    with pytest.raises(NotStored):
        await world.delete(reply)
    world.storage.fuse = None
    await world.edit(reply, BETTER)
    assert world.grader.judged == [REPLY, BETTER]
