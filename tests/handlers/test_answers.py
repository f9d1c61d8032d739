"""An answer's way in: what is taken, what is refused, and what is none of our business."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from handlers.actions import Action, ActionKind
from handlers.answers.submit import AnswerIntake
from handlers.channels.sight import Sight
from handlers.daily.post import POST_QUESTION
from handlers.dispatch import NotStored, Reception
from handlers.message import OpenForm
from handlers.ports import Reaction
from handlers.records import AnswerSource, AnswerState
from handlers.refs import ThreadRef
from questions.grading import MAX_REPLY_CHARACTERS
from questions.role import Role
from tests.factory import CHANNEL
from tests.handlers.conftest import REPLY, World, a_caller, in_direct_message

SECOND = (
    "A second try: I would first measure how old the queue's oldest message is, then the index."
)
STORED = Reception(stored=True)
IGNORED = Reception(stored=False)


async def test_a_reply_in_the_thread_is_stored_graded_and_its_grade_shown_there(
    world: World,
) -> None:
    asked = await world.ask()
    reply = world.message(asked, REPLY)
    assert await world.receive(reply) == STORED
    await world.jobs.settle()

    answer = await world.answer_to(reply)
    assert answer is not None
    assert (answer.state, answer.source) == (AnswerState.GRADED, AnswerSource.MESSAGE)
    assert (answer.text, answer.occurrence_id) == (REPLY, asked.id)
    grade = await world.grade_of(answer)
    assert grade is not None
    assert (grade.score, grade.grader) == (5.0, "fake")
    [shown] = [said for said in world.slack.said if said.key == f"grade:{answer.id}"]
    assert shown.to == asked.thread
    assert shown.text.startswith("Ada: 5.0/5")
    assert world.slack.reactions[reply.message] == [Reaction.RECEIVED, Reaction.GRADED]
    [entry] = await world.scores()
    assert (entry.member_name, entry.points) == ("Ada", 35)


async def test_the_same_message_delivered_again_changes_nothing(world: World) -> None:
    reply = world.message(await world.ask(), REPLY)
    for _ in range(2):
        assert await world.receive(reply) == STORED
        await world.jobs.settle()
    assert len(world.slack.texts("grade:")) == 1
    assert world.grader.judged == [REPLY]


async def test_a_short_answer_delivered_again_is_not_mistaken_for_talk(world: World) -> None:
    reply = world.message(await world.ask(), "Look at the queue.")
    assert [await world.receive(reply) for _ in range(2)] == [STORED, STORED]


async def test_the_same_message_delivered_five_times_at_once_is_one_answer(world: World) -> None:
    reply = world.message(await world.ask(), REPLY)
    assert await asyncio.gather(*(world.receive(reply) for _ in range(5))) == [STORED] * 5
    await world.jobs.settle()
    assert world.grader.judged == [REPLY]
    assert len(world.slack.texts("grade:")) == 1
    assert len(await world.scores()) == 1


async def test_five_people_who_answer_at_once_get_a_grade_each(world: World) -> None:
    asked = await world.ask()
    names = ["Ada", "Bob", "Cyd", "Dan", "Eve"]
    await asyncio.gather(*(world.receive(world.message(asked, REPLY, by=name)) for name in names))
    await world.jobs.settle()
    assert sorted(text.split(":")[0] for text in world.slack.texts("grade:")) == names


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("  \n ", "empty"),
        ("🤔 …", "empty"),
        ("yes", "One word"),
        ("GIF89a \x00\x01\x02 body", "binary"),
        ("a " * (MAX_REPLY_CHARACTERS // 2) + "b", "40,001 characters"),
    ],
)
async def test_what_can_not_be_graded_is_refused_at_once_and_not_stored(
    world: World, text: str, words: str
) -> None:
    reply = world.message(await world.ask(), text)
    reception = await world.receive(reply)
    await world.jobs.settle()
    assert reception.message is not None
    assert words in reception.message.plain_text
    assert "\n" not in reception.message.plain_text
    assert not reception.stored
    assert await world.answer_to(reply) is None
    assert world.grader.judged == []


async def test_the_longest_answer_is_taken_whole(world: World) -> None:
    text = "a " * (MAX_REPLY_CHARACTERS // 2 - 1) + "bc"
    assert len(text) == MAX_REPLY_CHARACTERS
    assert await world.reply(await world.ask(), text) == STORED
    assert world.grader.judged == [text]


async def test_a_refused_message_is_no_answer_so_the_next_one_is(world: World) -> None:
    asked = await world.ask()
    await world.reply(asked, "yes")
    assert await world.reply(asked, "yes, the queue") == STORED


async def test_talk_after_an_answer_is_left_alone(world: World) -> None:
    asked = await world.ask()
    await world.reply(asked, REPLY)
    assert await world.reply(asked, "thanks, that helps!") == IGNORED
    assert await world.reply(asked, "👍") == IGNORED
    assert await world.reply(asked, "a short answer", by="Bob") == STORED
    assert world.grader.judged == [REPLY, "a short answer"]


async def test_a_longer_second_message_is_a_second_attempt_that_counts_once(world: World) -> None:
    asked = await world.ask()
    await world.reply(asked, REPLY)
    assert await world.reply(asked, SECOND) == STORED
    assert len(world.slack.texts("grade:")) == 2
    assert "35 points · 1 answer" in await world.told("leaderboard")


async def test_a_thread_of_no_question_is_left_alone(world: World) -> None:
    await world.ask()
    stranger = ThreadRef(channel=CHANNEL, id="somebody-else")
    assert await world.receive(world.message_in(stranger, REPLY)) == IGNORED


async def test_a_reply_that_overtakes_the_posting_is_taken_once_the_thread_is_known(
    world: World,
) -> None:
    world.slack.answering.clear()
    await world.told("today")
    shown = await world.slack.wait_for("About ai-")
    assert shown.posted.thread is not None
    receiving = asyncio.create_task(world.receive(world.message_in(shown.posted.thread, REPLY)))
    world.slack.answering.set()
    assert await receiving == STORED
    await world.jobs.settle()
    assert len(world.slack.texts("grade:")) == 1


async def test_a_reply_to_a_question_that_stays_unknown_must_be_delivered_again(
    world: World,
) -> None:
    intake = AnswerIntake(world.storage, world.clock, Sight({}), posting_pause=0)
    await world.jobs.stop()
    await world.told("today")
    [claimed] = await world.occurrences()
    reply = world.message_in(ThreadRef(channel=CHANNEL, id="post-1"), REPLY)
    with pytest.raises(NotStored):
        await intake.reply(reply)

    await world.run(POST_QUESTION, claimed.id)
    assert await world.receive(reply) == STORED


async def test_a_direct_message_answers_the_newest_question_of_the_conversation(
    world: World,
) -> None:
    ada = in_direct_message()
    for role in (Role.AI_ENGINEER, Role.ML_ENGINEER):
        await world.told("today", by=ada, role=role.value)
        await world.jobs.settle()
    message = world.direct_message(REPLY, by=ada)
    assert await world.receive(message) == STORED
    await world.jobs.settle()
    answer = await world.answer_to(message)
    assert answer is not None
    assert answer.question_id.startswith("ml-")
    assert world.slack.said[-1].to == ada.channel
    assert world.slack.said[-1].text.startswith("Ada: 5.0/5")


async def test_a_direct_message_in_a_thread_is_graded_in_that_thread(world: World) -> None:
    ada = in_direct_message()
    await world.told("today", by=ada)
    await world.jobs.settle()
    thread = ThreadRef(channel=ada.channel, id="opened-by-ada")
    message = world.direct_message(REPLY, by=ada)
    message = replace(message, message=replace(message.message, thread_id=thread.id))
    assert await world.receive(message) == STORED
    await world.jobs.settle()
    assert world.slack.said[-1].to == thread


async def test_a_direct_message_without_a_question_is_told_how_to_get_one(world: World) -> None:
    reception = await world.receive(world.direct_message(REPLY, by=in_direct_message()))
    assert reception.message is not None
    assert "/prep today" in reception.message.plain_text
    assert not reception.stored


async def test_somebody_of_no_known_team_is_told_how_to_join_one(world: World) -> None:
    stranger = in_direct_message("Zed", workspace=None)
    assert "I don't know your team yet" in await world.told("today", by=stranger)
    assert world.jobs.waiting == []


async def test_an_account_without_a_workspace_practises_with_the_team_it_joined(
    world: World,
) -> None:
    await world.told("leaderboard", by=a_caller("Ada"))
    ada = in_direct_message("Ada", workspace=None)
    await world.told("today", by=ada)
    await world.jobs.settle()
    assert await world.receive(world.direct_message(REPLY, by=ada)) == STORED
    await world.jobs.settle()
    assert [entry.member_name for entry in await world.scores()] == ["Ada"]


async def test_the_answer_button_opens_a_form_whose_answer_is_graded_in_the_thread(
    world: World,
) -> None:
    asked = await world.ask()
    form = await world.click(Action(ActionKind.ANSWER, asked.id))
    assert isinstance(form, OpenForm)
    assert "index is stale" in form.intro.plain_text
    for _ in range(2):
        receipt = await world.send_form(form.action, {"answer": REPLY}, id_="f1")
        assert receipt.accepted
        assert "Got it" in receipt.message.plain_text
        await world.jobs.settle()
    [shown] = world.slack.texts("grade:")
    assert REPLY in shown
    assert world.slack.said[-1].to == asked.thread


async def test_a_form_that_is_refused_is_not_taken_and_may_be_sent_again(world: World) -> None:
    action = Action(ActionKind.ANSWER, (await world.ask()).id)
    for values in ({}, {"answer": " "}):
        refused = await world.send_form(action, values, id_="f1")
        assert not refused.accepted
        assert "empty" in refused.message.plain_text
    assert (await world.send_form(action, {"answer": REPLY}, id_="f1")).accepted
    await world.jobs.settle()
    assert world.grader.judged == [REPLY]


async def test_the_button_of_a_question_that_is_gone_says_so(world: World) -> None:
    action = Action(ActionKind.ANSWER, "none")
    assert "no longer open" in await world.told_after_click(action)
    sent = await world.send_form(action, {"answer": REPLY}, id_="f1")
    assert not sent.accepted
    assert "no longer open" in sent.message.plain_text


async def test_the_answer_command_takes_its_text_or_opens_the_form(world: World) -> None:
    assert "no open question" in await world.told("answer", text=REPLY)
    asked = await world.ask()
    form = await world.command("answer")
    assert isinstance(form, OpenForm)
    assert form.action.subject == asked.id
    assert "Got it" in await world.told("answer", text=REPLY)
    await world.jobs.settle()
    assert world.slack.said[-1].to == asked.thread
    assert REPLY in world.slack.texts("grade:")[0]


async def test_the_answer_command_in_a_thread_means_that_threads_question(world: World) -> None:
    first = await world.ask(role=Role.AI_ENGINEER)
    await world.ask(role=Role.ML_ENGINEER)
    await world.told("answer", text=REPLY, by=a_caller(thread=first.thread))
    await world.jobs.settle()
    assert world.slack.said[-1].to == first.thread


async def test_talk_in_a_direct_message_is_not_graded_and_says_how_to_answer_again(
    world: World,
) -> None:
    ada = in_direct_message()
    await world.told("today", by=ada)
    await world.jobs.settle()
    await world.receive(world.direct_message(REPLY, by=ada))
    await world.jobs.settle()
    said = await world.receive(world.direct_message("thanks, that helps!", by=ada))
    assert not said.stored
    assert said.message is not None
    assert "/prep answer" in said.message.plain_text
    assert len(world.slack.texts("grade:")) == 1
