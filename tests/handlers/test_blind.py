"""Blind questions: answered out of sight, revealed once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from handlers.actions import Action, ActionKind
from handlers.answers.command import FIELD
from handlers.invocation import Caller
from handlers.message import Button, Message, Response
from handlers.records import AnswerState, Occurrence, RevealState
from handlers.reveal.claim import RevealClaims
from handlers.reveal.job import POST_REVEAL, REVEAL
from questions.grading import Ungraded, UngradedReason
from questions.question import Verdict
from questions.role import Role
from tests.factory import a_question
from tests.handlers.conftest import REPLY, World, a_caller, buttons_of, in_direct_message
from tests.handlers.fakes import PATIENCE, a_judgement

ADA, BOB = in_direct_message("Ada"), in_direct_message("Bob")
BOBS = "I would start with what changed last, and roll that back before I look any further."
HALF = a_judgement(
    a_question(), Verdict.MET, Verdict.MISSED, Verdict.MISSED, Verdict.MISSED, quote="I would"
)


@pytest.fixture
async def asked(world: World) -> Occurrence:
    """A blind question, posted at 08:00, to be revealed at 17:00."""
    await world.settings(grades="blind")
    return await world.ask()


def thread(world: World, asked: Occurrence) -> list[str]:
    assert asked.thread is not None
    return [said.text for said in world.slack.said_to(asked.thread)]


def only_button(message: Message) -> Button:
    [button] = buttons_of(message)
    return button


async def send(
    world: World, asked: Occurrence, text: str = REPLY, *, by: str = "Ada", id_: str = "1"
) -> Response:
    """Answer with the form and let the jobs finish."""
    sent = await world.send_form(
        Action(ActionKind.ANSWER, asked.id), {FIELD: text}, id_=f"{by}-{id_}", by=a_caller(by)
    )
    await world.jobs.settle()
    return sent


async def again(world: World, asked: Occurrence) -> Occurrence:
    async with world.storage(read_only=True) as work:
        found = await work.occurrences.get(asked.id)
    assert found is not None
    return found


async def five_o_clock(world: World) -> None:
    world.at(world.clock.now().replace(hour=17, minute=0, second=0))
    await world.tick()


async def test_the_question_says_when_it_is_revealed(world: World, asked: Occurrence) -> None:
    assert asked.reveal_at is not None
    assert (asked.reveal_at.hour, asked.reveal_at.minute) == (17, 0)
    assert "hidden until 17:00 (UTC)" in world.slack.said[0].text


async def test_nothing_is_seen_before_the_reveal(world: World, asked: Occurrence) -> None:
    sent = await send(world, asked)
    assert "Your grade comes at 17:00 (UTC)" in sent.message.plain_text
    assert world.grader.judged == [REPLY]
    assert thread(world, asked) == []
    assert world.slack.said_to(ADA.channel) == []
    assert await world.scores() == []
    assert "Nobody has points yet" in await world.told("leaderboard")


async def test_the_reveal_tells_grades_model_answer_and_phrasing_but_no_texts(
    world: World, asked: Occurrence
) -> None:
    world.grader.script.append(HALF)
    await send(world, asked, BOBS, by="Bob")
    await send(world, asked, REPLY, by="Ada")
    await five_o_clock(world)

    [reveal] = thread(world, asked)
    assert reveal.index("Ada: 5.0/5") < reveal.index("Bob: 2.1/5")
    assert "First look at the queue. Then look at the index." in reveal
    assert "open with “Look.”" in reveal
    assert REPLY not in reveal
    assert BOBS not in reveal
    assert (await again(world, asked)).reveal is RevealState.DONE

    [to_ada], [to_bob] = world.slack.said_to(ADA.channel), world.slack.said_to(BOB.channel)
    assert "5.0/5" in to_ada.text
    assert "2.1/5" in to_bob.text
    assert {entry.member_name for entry in await world.scores()} == {"Ada", "Bob"}


async def test_a_text_is_shown_only_if_its_author_agreed(world: World, asked: Occurrence) -> None:
    share = only_button((await send(world, asked)).message)
    await send(world, asked, BOBS, by="Bob")
    assert "among yours" in await world.told_after_click(share.action, by=a_caller("Bob"))
    agreed = await world.click(share.action)
    assert isinstance(agreed, Response)
    assert "with your answer and your name" in agreed.message.plain_text
    await five_o_clock(world)
    [reveal] = thread(world, asked)
    assert "Ada's answer" in reveal
    assert REPLY in reveal
    assert "Best said: “" in reveal
    assert BOBS not in reveal


async def test_an_agreement_can_be_taken_back_until_the_reveal(
    world: World, asked: Occurrence
) -> None:
    share = only_button((await send(world, asked)).message)
    agreed = await world.click(share.action)
    assert isinstance(agreed, Response)
    keep = only_button(agreed.message)
    assert "but not your answer" in await world.told_after_click(keep.action)
    await five_o_clock(world)
    assert REPLY not in thread(world, asked)[0]
    assert "can't be changed any more" in await world.told_after_click(share.action)


async def test_a_reply_in_the_thread_is_not_graded_and_its_author_told_how_once(
    world: World, asked: Occurrence
) -> None:
    for text in (REPLY, BOBS):
        reception = await world.reply(asked, text)
        assert not reception.stored
        assert reception.message is None
    assert world.grader.judged == []
    assert thread(world, asked) == []
    [notice] = world.slack.said_to(ADA.channel)
    assert "stay hidden until 17:00 (UTC)" in notice.text
    assert only_button(notice.message).action == Action(ActionKind.ANSWER, asked.id)


async def test_who_has_answered_may_talk_in_the_thread(world: World, asked: Occurrence) -> None:
    await send(world, asked)
    await world.reply(asked, "Good luck, everybody!")
    assert world.slack.said_to(ADA.channel) == []


async def test_a_direct_message_answers_the_teams_open_question(
    world: World, asked: Occurrence
) -> None:
    reception = await world.receive(world.direct_message(REPLY, by=ADA))
    await world.jobs.settle()
    assert reception.stored
    assert reception.message is not None
    assert "17:00" in reception.message.plain_text
    assert world.grader.judged == [REPLY]
    assert world.slack.said_to(ADA.channel) == []
    await five_o_clock(world)
    [grade] = world.slack.said_to(ADA.channel)
    assert "5.0/5" in grade.text


@pytest.mark.parametrize("text", ["hello", "hi there, how does this work?"])
async def test_a_greeting_is_no_answer(world: World, asked: Occurrence, text: str) -> None:
    reception = await world.receive(world.direct_message(text, by=ADA))
    assert not reception.stored
    assert reception.message is not None
    assert world.grader.judged == []


async def test_of_several_open_questions_the_button_says_which(
    world: World, asked: Occurrence
) -> None:
    await world.ask(role=Role.ML_ENGINEER)
    reception = await world.receive(world.direct_message(REPLY, by=ADA))
    assert reception.message is not None
    assert "More than one question" in reception.message.plain_text
    await send(world, asked)
    assert (await world.receive(world.direct_message(BOBS, by=ADA))).stored


async def test_a_conversations_own_newer_question_comes_first(
    world: World, asked: Occurrence
) -> None:
    world.clock.move(minutes=1)
    await world.command("today", by=ADA)
    await world.jobs.settle()
    own = await world.newest(ADA.channel)
    assert own is not None
    assert (await world.receive(world.direct_message(REPLY, by=ADA))).stored
    await world.jobs.settle()
    assert "5.0/5" in world.slack.said_to(ADA.channel)[-1].text


async def test_a_stranger_in_a_direct_message_is_asked_for_no_question(world: World) -> None:
    stranger: Caller = in_direct_message("Eve", workspace=None)
    reception = await world.receive(world.direct_message(REPLY, by=stranger))
    assert not reception.stored


async def test_why_an_answer_is_not_graded_is_told_at_once_and_privately(
    world: World, asked: Occurrence
) -> None:
    world.grader.script.append(Ungraded(reason=UngradedReason.REFUSED, detail="No."))
    await send(world, asked)
    assert "not graded" in world.slack.said_to(ADA.channel)[0].text
    await five_o_clock(world)
    assert "Ada: not graded" in thread(world, asked)[0]


async def test_why_an_answer_is_not_graded_reaches_who_can_not_be_written_to(
    world: World, asked: Occurrence
) -> None:
    world.slack.unwritable[ADA.user] = "direct messages are off"
    world.grader.script.append(Ungraded(reason=UngradedReason.REFUSED, detail="No."))
    await send(world, asked)
    [note] = [said for said in world.slack.said if said.key.startswith("unreachable:")]
    show = only_button(note.message)
    assert "not graded" in await world.told_after_click(show.action)
    assert "stay hidden" in await world.told_after_click(show.action, by=a_caller("Bob"))


async def test_a_button_shows_no_grade_that_is_held(world: World, asked: Occurrence) -> None:
    await send(world, asked)
    async with world.storage(read_only=True) as work:
        [answer] = await work.answers.of_occurrence(asked.id)
    show = Action(ActionKind.SHOW_GRADE, answer.id)
    assert "stay hidden" in await world.told_after_click(show)
    await five_o_clock(world)
    assert "5.0/5" in await world.told_after_click(show)


async def test_a_members_best_answer_stands_for_them(world: World, asked: Occurrence) -> None:
    world.grader.script.append(HALF)
    await send(world, asked, BOBS, id_="1")
    await send(world, asked, REPLY, id_="2")
    await five_o_clock(world)
    [reveal] = thread(world, asked)
    assert "Ada: 5.0/5" in reveal
    assert "2.1/5" not in reveal


async def test_nobody_answered(world: World, asked: Occurrence) -> None:
    await five_o_clock(world)
    [reveal] = thread(world, asked)
    assert "Nobody answered" in reveal
    assert "First look at the queue." in reveal


async def test_after_the_reveal_answers_no_longer_count(world: World, asked: Occurrence) -> None:
    await five_o_clock(world)
    late = await send(world, asked)
    assert not late.accepted
    assert "was revealed" in late.message.plain_text
    assert "was revealed" in await world.told_after_click(Action(ActionKind.ANSWER, asked.id))
    assert not (await world.reply(asked, REPLY)).stored
    assert world.slack.said_to(ADA.channel) == []
    assert world.grader.judged == []


async def test_an_edit_after_the_reveal_is_not_graded(world: World, asked: Occurrence) -> None:
    world.at(world.clock.now().replace(hour=16, minute=58))
    reply = world.direct_message(REPLY, by=ADA)
    await world.receive(reply)
    await five_o_clock(world)
    await world.edit(reply, BOBS)
    assert world.grader.judged == [REPLY]
    assert "revealed before you did" in world.slack.said_to(ADA.channel)[-1].text


async def test_a_question_is_revealed_once_however_many_tick(
    world: World, asked: Occurrence
) -> None:
    await send(world, asked)
    await world.jobs.stop()
    world.clock.move(hours=9)
    now = world.clock.now()
    claims = await asyncio.gather(*(RevealClaims(world.storage).claim(now) for _ in range(4)))
    assert sum(claims) == 1
    assert [job.kind for job in world.jobs.waiting] == [REVEAL]
    await world.jobs.start()
    for _ in range(3):
        await world.tick()
    assert len(thread(world, asked)) == 1
    assert len(world.slack.said_to(ADA.channel)) == 1


async def test_every_step_of_a_reveal_may_run_twice(world: World, asked: Occurrence) -> None:
    await send(world, asked)
    await five_o_clock(world)
    for kind in (REVEAL, POST_REVEAL):
        await world.run(kind, asked.id)
    await world.jobs.settle()
    assert len(thread(world, asked)) == 1
    assert len(world.slack.said_to(ADA.channel)) == 1


async def test_a_reveal_whose_response_is_lost_stands_once(world: World, asked: Occurrence) -> None:
    world.slack.fail("reveal:", times=2, accepted=True)
    await five_o_clock(world)
    assert len(thread(world, asked)) == 1
    assert world.slack.tries("reveal:") == [False, True, True]


async def test_grades_under_way_are_waited_for(world: World, asked: Occurrence) -> None:
    world.grader.thinking.clear()
    await world.send_form(Action(ActionKind.ANSWER, asked.id), {FIELD: REPLY}, id_="1")
    await asyncio.wait_for(world.grader.busy.wait(), PATIENCE)
    async with world.storage() as work:
        await work.occurrences.advance_reveal(asked.id, RevealState.CLAIMED, since=None)
    assert await world.run(REVEAL, asked.id) is not None
    assert thread(world, asked) == []
    world.grader.thinking.set()
    await world.jobs.settle()
    assert await world.run(REVEAL, asked.id) is None
    await world.jobs.settle()
    assert "Ada: 5.0/5" in thread(world, asked)[0]


async def test_a_grade_that_comes_after_the_reveal_is_told_by_itself(
    world: World, asked: Occurrence
) -> None:
    world.grader.thinking.clear()
    await world.send_form(Action(ActionKind.ANSWER, asked.id), {FIELD: REPLY}, id_="1")
    await asyncio.wait_for(world.grader.busy.wait(), PATIENCE)
    world.clock.move(hours=9)
    await world.app.ticker.tick()
    await world.slack.wait_for("still being graded")
    world.grader.thinking.set()
    await world.jobs.settle()
    assert thread(world, asked)[1:] == ["One more grade: Ada: 5.0/5, strong pass"]
    assert len(world.slack.said_to(ADA.channel)) == 1


async def test_a_reveal_a_day_late_is_skipped_and_authors_still_get_their_grades(
    world: World, asked: Occurrence
) -> None:
    await send(world, asked)
    assert asked.reveal_at is not None
    world.at(asked.reveal_at + timedelta(hours=24, seconds=1))
    await world.tick()
    assert (await again(world, asked)).reveal is RevealState.SKIPPED
    assert thread(world, asked) == []
    assert len(world.slack.said_to(ADA.channel)) == 1
    assert len(await world.scores()) == 1


async def test_a_reveal_that_is_given_up_on_hides_no_grade(world: World, asked: Occurrence) -> None:
    await send(world, asked)
    await world.jobs.stop()
    world.clock.move(hours=9)
    await world.app.ticker.tick()
    async with world.storage() as work:
        assert (await work.answers.of_occurrence(asked.id))[0].state is AnswerState.GRADED
    world.jobs.broken.add(REVEAL)
    await world.jobs.start()
    await world.jobs.settle()
    assert (await again(world, asked)).reveal is RevealState.SKIPPED
    assert len(world.slack.said_to(ADA.channel)) == 1


async def test_a_channel_that_is_gone_keeps_nobody_from_their_grade(
    world: World, asked: Occurrence
) -> None:
    await send(world, asked)
    world.slack.gone[asked.channel] = "the channel was archived"
    await five_o_clock(world)
    assert len(world.slack.said_to(ADA.channel)) == 1
