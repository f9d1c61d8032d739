"""An interview from its first word to its last, between fakes of everything outside."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.actions import Action, ActionKind
from handlers.invocation import Attachment, CommandInvocation
from handlers.message import OpenForm, Response
from handlers.practice.ports import DocumentReader, Unreadable
from handlers.practice.record import Mode, Phase, SessionState, TurnKind, TurnState
from handlers.refs import UserRef
from questions.grading import Ungraded, UngradedReason
from questions.question import Verdict
from tests.handlers.conftest import BANK, World, a_caller, in_direct_message
from tests.handlers.fakes import a_judgement
from tests.handlers.practice.interview import ADA, ANSWER, Interview, labels


async def test_a_study_interview_goes_from_welcome_to_goodbye(world: World) -> None:
    interview = Interview(world)
    assert "begins" in await interview.begin(length="2")
    assert "Mock interview: AI Engineer, intermediate" in interview.last()
    assert "Which project of yours" in interview.last()
    await interview.write("I built a search service for a bank, and owned its index.")
    assert "Question 1 of 2" in interview.last()
    assert "why the index is stale" in interview.last()
    await interview.write(ANSWER)
    assert any("5.0/5, strong pass" in said for said in interview.said())
    assert any("A model answer" in said for said in interview.said())
    assert "Question 2 of 2" in interview.last()
    await interview.write(ANSWER)
    assert "Do you have one for me?" in interview.last()
    await interview.write("No, thank you.")
    assert "That was the interview." in interview.last()
    session = await interview.session()
    assert (session.state, session.phase) == (SessionState.COMPLETED, Phase.CLOSE)
    kinds = [turn.kind for turn in await interview.turns()]
    assert kinds == [
        TurnKind.OPENING,
        TurnKind.QUESTION,
        TurnKind.QUESTION,
        TurnKind.INVITATION,
        TurnKind.CLOSE,
    ]


async def test_a_middling_answer_is_probed_and_judged_with_what_is_added(world: World) -> None:
    question = BANK[0]
    world.grader.script.extend(
        [
            a_judgement(question, Verdict.MISSED, Verdict.MISSED, quote="queue"),
            a_judgement(question, quote="queue"),
        ]
    )
    interview = Interview(world)
    await interview.begin()
    await interview.write("A search service.")
    await interview.write(ANSWER)
    follow_up = await interview.turn()
    assert follow_up.kind is TurnKind.FOLLOW_UP
    assert follow_up.probes in ANSWER
    assert f"“{follow_up.probes}”" in interview.last()
    assert not any("A model answer" in said for said in interview.said())
    await interview.write("And the queue again.")
    assert world.grader.judged[-1] == f"{ANSWER}\n\nAnd the queue again."
    assert any("A model answer" in said for said in interview.said())
    turns = await interview.turns()
    assert [t.grade.score for t in turns if t.grade is not None] == [1.4, 5.0]


async def test_in_real_mode_nothing_is_graded_aloud(world: World) -> None:
    interview = Interview(world)
    await interview.begin(mode="real")
    await interview.write("A search service.")
    assert "You have 9 minutes." in interview.last()
    assert "no hints" in await interview.told("hint")
    await interview.write(ANSWER)
    await interview.answer_until(TurnKind.INVITATION)
    await interview.write("no")
    assert not any("/5" in said or "odel answer" in said for said in interview.said())
    graded = [turn for turn in await interview.turns() if turn.grade is not None]
    assert graded


async def test_own_questions_are_answered_from_the_description_or_not_known(world: World) -> None:
    interview = Interview(world)
    await interview.begin(background="We are in Leeds. The team has six engineers.")
    await interview.answer_until(TurnKind.INVITATION)
    assert "up to two" in interview.last()
    await interview.write("How many engineers are in the team?")
    assert "“The team has six engineers”" in interview.last()
    assert "one more thing" in interview.last()
    await interview.write("What is the salary?")
    said = interview.said()
    assert "I don't know that" in said[-2]
    assert "one more thing" not in said[-2]
    assert "That was the interview." in said[-1]


async def test_skip_pause_resume_and_quit_by_word(world: World) -> None:
    interview = Interview(world)
    await interview.begin(length="2")
    await interview.told("skip")
    assert "Question 1 of 2" in interview.last()
    first = await interview.turn()
    assert "Hint 1" in await interview.told("hint")
    assert "model answer" in await interview.told("skip")
    assert (await interview.turns())[1].state is TurnState.SKIPPED
    assert "Question 2 of 2" in interview.last()
    assert "Paused" in await interview.told("pause")
    assert (await interview.session()).state is SessionState.PAUSED
    resumed = await interview.told("resume")
    assert "Welcome back" in resumed
    assert "Question 2 of 2" in resumed
    pressed = await interview.press(ActionKind.PRACTICE_SKIP, first.id)
    assert "earlier question" in pressed.plain_text
    assert "ended" in await interview.told("quit")
    assert (await interview.session()).state is SessionState.QUIT


async def test_a_redelivered_skip_skips_once(world: World) -> None:
    interview = Interview(world)
    await interview.begin(length="2")
    await interview.write("A search service.")
    skip = world.direct_message("skip", by=ADA)
    await world.receive(skip)
    await world.jobs.settle()
    await world.receive(skip)
    await world.jobs.settle()
    assert [t.state for t in await interview.turns() if t.kind is TurnKind.QUESTION] == [
        TurnState.SKIPPED,
        TurnState.ASKED,
    ]


async def test_restart_begins_anew_and_keeps_what_was(world: World) -> None:
    interview = Interview(world)
    await interview.begin(mode="real", level="senior")
    await interview.write("A search service.")
    await interview.press(ActionKind.PRACTICE_RESTART)
    new, old = await interview.sessions()
    assert (old.state, new.state) == (SessionState.QUIT, SessionState.OPEN)
    assert (new.mode, new.level) == (Mode.REAL, old.level)
    assert [turn.kind for turn in await interview.turns()] == [TurnKind.OPENING]


async def test_one_open_session_a_person(world: World) -> None:
    interview = Interview(world)
    await interview.begin()
    told = await interview.begin(role="ml-engineer")
    assert "Your interview for AI Engineer" in told
    assert len(await interview.sessions()) == 1


async def test_a_call_in_a_channel_goes_on_in_a_direct_message(world: World) -> None:
    told = await world.told("practice", by=a_caller(), role="ai-engineer")
    await world.jobs.settle()
    assert "direct message" in told
    session = await Interview(world).session()
    assert session.place == ADA.channel
    assert session.origin == a_caller().channel
    assert {said.to for said in world.slack.said} == {ADA.channel}


async def test_without_a_role_a_form_asks_and_the_same_form_begins_once(world: World) -> None:
    form = await world.command("practice", by=ADA)
    assert isinstance(form, OpenForm)
    assert [field.name for field in form.fields] == [
        "role",
        "level",
        "length",
        "mode",
        "background",
    ]
    values = {"role": "ml-engineer", "level": "junior", "length": "2", "mode": "real"}
    for _ in range(2):
        await world.send_form(form.action, values, id_="view:1", by=ADA)
        await world.jobs.settle()
    session = await Interview(world).session()
    assert (session.role, session.length, session.mode) == ("ml-engineer", 2, Mode.REAL)
    assert len(world.slack.said) == 1


async def test_asked_for_in_a_message_a_button_leads_to_the_form(world: World) -> None:
    invocation = CommandInvocation(caller=ADA, name="practice", id="message:1")
    outcome = await world.app.router.command(invocation)
    assert isinstance(outcome, Response)
    assert labels(outcome.message) == ["Set it up"]
    assert isinstance(await world.click(Action(ActionKind.PRACTICE), by=ADA), OpenForm)


async def test_a_question_back_is_met_once_and_costs_no_turn(world: World) -> None:
    interview = Interview(world)
    await interview.begin()
    await interview.write("A search service.")
    assert "say what you assume" in await interview.told("What do you mean by stale?")
    assert (await interview.turn()).state is TurnState.ASKED
    await interview.write("Do you mean the index is stale for everybody?")
    assert (await interview.turns())[1].answer.startswith("Do you mean the index")


async def test_an_answer_without_a_grade_does_not_stop_the_interview(world: World) -> None:
    world.grader.script.append(
        Ungraded(reason=UngradedReason.REFUSED, detail="The model would not judge this.")
    )
    interview = Interview(world)
    await interview.begin()
    await interview.write("A search service.")
    await interview.write(ANSWER)
    assert any("Not graded. The model would not judge this." in said for said in interview.said())
    assert (await interview.turns())[1].state is TurnState.UNGRADED
    assert (await interview.turn()).kind is TurnKind.INVITATION


async def test_one_word_is_no_answer_and_costs_nothing(world: World) -> None:
    interview = Interview(world)
    await interview.begin()
    await interview.write("A search service.")
    assert "One word" in await interview.told("yes")
    assert (await interview.turn()).state is TurnState.ASKED


async def test_commands_and_other_peoples_messages_go_past_the_interview(world: World) -> None:
    interview = Interview(world)
    await interview.begin()
    assert "on its way" in await world.told("today", by=ADA, role="ml-engineer")
    await world.jobs.settle()
    bob = in_direct_message("Bob")
    assert (await world.receive(world.direct_message(ANSWER, by=bob))).stored is False
    assert (await interview.turn()).answer == ""


async def test_a_question_of_the_day_in_a_thread_is_answered_during_an_interview(
    world: World,
) -> None:
    occurrence = await world.ask()
    await Interview(world).begin()
    assert (await world.reply(occurrence, ANSWER)).stored
    assert (await world.scores())[0].points > 0


async def test_a_paused_session_leaves_messages_to_the_question_of_the_day(world: World) -> None:
    interview = Interview(world)
    await interview.begin()
    await interview.told("pause")
    await world.told("today", by=ADA, role="ml-engineer")
    await world.jobs.settle()
    await interview.write(ANSWER)
    assert len(await world.scores()) == 1
    assert (await interview.turn()).answer == ""


async def test_an_edit_before_judging_replaces_the_answer_and_later_changes_nothing(
    world: World,
) -> None:
    world.grader.thinking.clear()
    interview = Interview(world)
    await interview.begin()
    await interview.write("A search service.")
    answer = world.direct_message(ANSWER, by=ADA)
    await world.receive(answer)
    await world.grader.busy.wait()
    world.grader.thinking.set()
    await world.edit(answer, "Something else entirely, said much later.")
    assert (await interview.turns())[1].answer == ANSWER
    assert world.grader.judged == [ANSWER]


async def test_a_description_can_be_pasted_during_the_interview(world: World) -> None:
    interview = Interview(world)
    await interview.begin()
    said = await interview.told("Job description: the team has six engineers.")
    assert "I have read that" in said
    assert (await interview.session()).background == "the team has six engineers."
    assert (await interview.turn()).state is TurnState.ASKED


async def test_a_recording_without_anybody_to_listen_is_said_to_be_of_no_use(
    world: World,
) -> None:
    interview = Interview(world)
    await interview.begin()
    clip = Attachment(name="clip.m4a", media_type="audio/mp4", size=9, url="http://x/clip")
    await interview.write("", clip)
    assert "can't listen to recordings" in interview.last()
    assert (await interview.turn()).state is TurnState.ASKED
    await interview.write("A search service.")
    assert (await interview.turn()).kind is TurnKind.QUESTION


FILE = Attachment(name="job.txt", media_type="text/plain", size=9, url="http://x/job")


async def test_a_file_that_can_not_be_fetched_is_said_to_be_so(world: World) -> None:
    interview = Interview(world)
    await interview.begin()
    assert "reading that file" in (await interview.write("", FILE)).message.plain_text  # type: ignore[union-attr]
    assert "I could not fetch that file" in interview.last()


class _Reader:
    """Reads every file as the same text, but for one."""

    async def read(self, document: Attachment, owner: UserRef) -> str | Unreadable:
        if document.name == "scan.pdf":
            return Unreadable(detail="That PDF holds pictures only.")
        return "The team has six engineers."


class TestFiles:
    @pytest.fixture
    def document_reader(self) -> DocumentReader:
        return _Reader()

    async def test_a_file_becomes_the_background(self, world: World) -> None:
        interview = Interview(world)
        await interview.begin()
        await interview.write("here is the job", FILE)
        assert "I have read your file: 5 words." in interview.last()
        session = await interview.session()
        assert (session.background, session.document) == ("The team has six engineers.", "")

    async def test_a_file_that_can_not_be_read_leaves_the_background_alone(
        self, world: World
    ) -> None:
        interview = Interview(world)
        await interview.begin(background="Leeds.")
        await interview.write("", replace(FILE, name="scan.pdf", media_type="application/pdf"))
        assert "holds pictures only" in interview.last()
        assert (await interview.session()).background == "Leeds."
