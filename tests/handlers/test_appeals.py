"""From the Appeal button to a lead's last word, whatever happens on the way."""

from __future__ import annotations

import asyncio
import shutil
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.bootstrap import assemble
from bot.core import Database
from bot.jobs.attempt import MAX_FAILURES
from bot.storage.engine import create_engine, database_url
from handlers.actions import Action, ActionKind
from handlers.answers.judge import AnswerGrader
from handlers.appeals.button import FIELD, MAX_REASON
from handlers.appeals.decide import REASON, SCORE
from handlers.appeals.job import RECONSIDER, TELL_DECISION, TELL_READING
from handlers.appeals.record import Appeal, AppealState
from handlers.appeals.score import NotAScore, parse_score
from handlers.appeals.second import SecondReader
from handlers.invocation import Caller
from handlers.message import Button, Buttons, Message, OpenForm, Response
from handlers.records import Answer
from handlers.refs import Platform
from handlers.storage import StorageUnavailable
from questions.grading import Grade, Judgement, Ungraded, UngradedReason
from questions.ports import GraderUnavailable, RelatedAnswer
from questions.question import Question, Verdict
from tests.bot.fake_clock import FakeClock
from tests.factory import a_question
from tests.handlers.conftest import REPLY, WORKSPACE, World, a_caller, in_direct_message
from tests.handlers.fakes import (
    FakeGrader,
    FakePlatform,
    FakeRetriever,
    StumblingStorage,
    WatchedJobs,
    a_judgement,
)

QUESTION = a_question()
MET, PARTIAL, MISSED = Verdict.MET, Verdict.PARTIAL, Verdict.MISSED
# The weights are 3, 2, 1, 1: 3 and half of 2 of 7, of 5; then all but the last.
FIRST, SECOND = "2.9/5", "4.3/5"
WHY = "I do compare the index with the source, which is the third point."
MIA = a_caller("Mia", leads=True)
NOA = a_caller("Noa", leads=True)


class ReconsideringGrader(FakeGrader):
    """Can also give a second opinion, by a script of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.second: deque[Judgement | Ungraded | Exception] = deque()
        self.reasons: list[str] = []

    async def reconsider(
        self, question: Question, reply: str, related: Sequence[RelatedAnswer], *, reason: str
    ) -> Judgement | Ungraded:
        self.reasons.append(reason)
        outcome = self.second.popleft() if self.second else None
        if isinstance(outcome, Exception):
            raise outcome
        return outcome or a_judgement(question, MET, MET, MET, MISSED, quote="the index")


@pytest.fixture
def grader() -> FakeGrader:
    """One that gives second opinions, unless a test says otherwise."""
    return ReconsideringGrader()


@pytest.fixture
async def world(tmp_path: Path, template: Path, grader: FakeGrader) -> AsyncIterator[World]:
    path = shutil.copy(template, tmp_path / "prepbot.db")
    engine = create_engine(database_url(f"sqlite:///{path}"))
    jobs, clock, slack = WatchedJobs(), FakeClock(), FakePlatform()
    retriever, storage = FakeRetriever(), StumblingStorage(engine, jobs)
    app = assemble(
        database=Database(engine=engine, unit_of_work=storage),
        answer_grader=AnswerGrader(grader, retriever),
        jobs=jobs,
        platforms={Platform.SLACK: slack},
        clock=clock,
        second_reader=SecondReader(grader, retriever),
    )
    await jobs.start()
    yield World(
        clock=clock,
        slack=slack,
        grader=grader,
        retriever=retriever,
        jobs=jobs,
        storage=storage,
        app=app,
    )
    await jobs.stop()
    await engine.dispose()


async def graded(world: World) -> Answer:
    """Have Ada's answer graded 2.9."""
    asked = await world.newest() or await world.ask()
    world.grader.script.append(a_judgement(QUESTION, MET, PARTIAL, MISSED, MISSED, quote="queue"))
    reply = world.message(asked, REPLY)
    await world.receive(reply)
    await world.jobs.settle()
    answer = await world.answer_to(reply)
    assert answer is not None
    return answer


def appeal_button(answer: Answer) -> Action:
    return Action(ActionKind.APPEAL, answer.id)


async def send_appeal(
    world: World, answer: Answer, why: str = WHY, *, id_: str = "form-1", by: Caller | None = None
) -> Response:
    return await world.send_form(appeal_button(answer), {FIELD: why}, id_=id_, by=by)


async def appealed(world: World) -> Appeal:
    """Have Ada appeal, and her answer read again."""
    answer = await graded(world)
    assert (await send_appeal(world, answer)).accepted
    await world.jobs.settle()
    return await undecided(world, answer)


async def undecided(world: World, answer: Answer) -> Appeal:
    async with world.storage(read_only=True) as work:
        found = await work.appeals.undecided_of(answer.id)
    assert found is not None
    return found


async def stored(world: World, appeal: Appeal) -> Appeal:
    async with world.storage(read_only=True) as work:
        found = await work.appeals.get(appeal.id)
    assert found is not None
    return found


async def newest_grade(world: World, appeal: Appeal) -> Grade:
    async with world.storage(read_only=True) as work:
        grade = await work.answers.grade(appeal.answer_id)
    assert grade is not None
    return grade


async def listed(world: World, by: Caller = MIA) -> Message:
    outcome = await world.command("appeals", by=by)
    assert isinstance(outcome, Response)
    return outcome.message


def buttons(message: Message) -> list[Button]:
    return [b for block in message.blocks if isinstance(block, Buttons) for b in block.buttons]


async def uphold(world: World, appeal: Appeal, by: Caller = MIA) -> str:
    return await world.told_after_click(Action(ActionKind.UPHOLD, appeal.id), by=by)


async def override(
    world: World,
    appeal: Appeal,
    score: str = "4.0",
    why: str = "The third point stands there.",
    *,
    by: Caller = MIA,
    id_: str = "override-1",
) -> Response:
    values = {SCORE: score, REASON: why}
    return await world.send_form(Action(ActionKind.OVERRIDE, appeal.id), values, id_=id_, by=by)


def told(world: World, kind: str) -> list[str]:
    return world.slack.texts(f"{kind}:")


async def test_the_button_under_a_grade_opens_a_form_that_asks_why(world: World) -> None:
    answer = await graded(world)
    [grade] = [said for said in world.slack.said if said.key.startswith("grade:")]
    [button] = buttons(grade.message)
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
    assert "Uphold 1" in [button.label for button in buttons(await listed(world))]


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
    assert [(b.label, b.action) for b in buttons(message)] == [
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
    assert len(buttons(message)) == 6
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
    assert buttons(message) == []
    assert message.plain_text.endswith("so somebody else decides on it.")
    assert "your own" in await uphold(world, appeal, ada)
    assert not (await override(world, appeal, by=ada)).accepted
    assert (await stored(world, appeal)).state is AppealState.RECONSIDERED


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
