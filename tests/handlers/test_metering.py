"""Grading on an account: judged once, paid once, and within the limits."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from bot.llm.config import LlmConfig
from bot.llm.grader import OpenAIGrader
from bot.llm.tally import PaidInVain
from handlers.answers.judge import AnswerGrader
from handlers.answers.submit import GRADE_ANSWER
from handlers.metering.budget import (
    OUTPUT_TOKENS,
    RESERVED_FOR,
    UNLIMITED,
    Amount,
    Budget,
    DayUse,
    Limits,
    Payer,
    Tariff,
    Use,
    estimate,
)
from handlers.metering.metered import MeteredGrader
from handlers.records import AnswerState, Member, Team
from handlers.refs import UserRef
from handlers.storage import StorageUnavailable
from questions.grading import Grade, Judgement, Ungraded, UngradedReason, Usage
from questions.packs import shipped_bank
from questions.ports import GraderUnavailable, RelatedAnswer
from questions.question import Question
from tests.factory import a_question
from tests.handlers.conftest import REPLY, WORKSPACE, World
from tests.handlers.fakes import FakeGrader, FakeRetriever, a_judgement
from tests.wire.fake_model import FakeModel

QUESTION = a_question("ai-1")
OTHER_REPLY = "I would measure how old the oldest message in the queue is, and then look inside."
USAGE = Usage(
    model="m-1", prompt_version="p-1", input_tokens=900, output_tokens=100, cost_usd=0.002
)
PAID = Amount(1000, 2000)
DAY = date(2026, 3, 2)
ADA, BOB = "ada", "bob"


class PaidGrader(FakeGrader):
    """A grader whose judgements cost something and can be kept."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()

    def cache_key(self, question: Question, reply: str) -> str:
        return hashlib.sha256(f"{question.id} {question.version} {reply}".encode()).hexdigest()

    async def judge(
        self, question: Question, reply: str, related: Sequence[RelatedAnswer]
    ) -> Judgement | Ungraded:
        self.asked.set()
        judged = await super().judge(question, reply, related)
        if isinstance(judged, Judgement) and judged.usage == Usage():
            return judged.model_copy(update={"usage": USAGE})
        return judged


@pytest.fixture
def grader() -> FakeGrader:
    return PaidGrader()


@pytest.fixture
async def accounts(world: World) -> World:
    """The world with two teams: Ada and Bob in one, Cyd in another."""
    elsewhere = replace(WORKSPACE, id="T2")
    async with world.storage() as work:
        await work.teams.add(Team(id="team", name="Team", zone="UTC"), WORKSPACE)
        await work.teams.add(Team(id="other", name="Other", zone="UTC"), elsewhere)
        for name, team in ((ADA, "team"), (BOB, "team"), ("cyd", "other")):
            await work.teams.add_member(
                Member(id=name, team_id=team, name=name),
                UserRef(platform=WORKSPACE.platform, realm="T", id=name),
            )
    return world


def metered(world: World, limits: Limits = UNLIMITED.limits) -> MeteredGrader:
    return MeteredGrader(
        AnswerGrader(world.grader, world.retriever),
        world.storage,
        world.clock,
        Budget(limits=limits),
    )


def payer(member: str = ADA, key: str = "1", *, team: str = "team") -> Payer:
    return Payer(team_id=team, member_id=member, key=f"{team}-{key}")


async def used(world: World, member: str = ADA, day: date = DAY) -> DayUse:
    async with world.storage() as work:
        return await work.spending.used("team", member, day)


async def judging(world: World) -> None:
    """Wait until the grader is asked."""
    assert isinstance(world.grader, PaidGrader)
    await asyncio.wait_for(world.grader.asked.wait(), 20)


WANTED = estimate(QUESTION, REPLY, Tariff()).tokens


async def test_the_same_reply_is_judged_once_a_team_and_costs_nothing_again(
    accounts: World,
) -> None:
    near = RelatedAnswer(question_id="q9", prompt="?", text="Look.", similarity=0.9)
    accounts.retriever.answers = (near,)
    grader = metered(accounts)
    first = await grader.grade(QUESTION, REPLY, payer())
    accounts.retriever.answers = ()
    second = await grader.grade(QUESTION, REPLY, payer(BOB, "2"))
    assert isinstance(first, Grade)
    assert isinstance(second, Grade)
    assert first.usage == USAGE
    assert second.usage == Usage(model="m-1", prompt_version="p-1")
    assert second.model_copy(update={"usage": USAGE}) == first
    assert second.related == ("q9",)
    assert accounts.grader.judged == [REPLY]
    assert (await used(accounts)).person == Use(spent=PAID)
    assert (await used(accounts, BOB)).person == Use()

    await grader.grade(QUESTION, REPLY, payer("cyd", team="other"))
    assert accounts.grader.judged == [REPLY, REPLY]


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        (QUESTION, OTHER_REPLY),
        (QUESTION.model_copy(update={"version": 2}), REPLY),
        (a_question("ai-2"), REPLY),
    ],
)
async def test_another_reply_or_question_is_judged_anew(
    accounts: World, question: Question, reply: str
) -> None:
    grader = metered(accounts)
    await grader.grade(QUESTION, REPLY, payer())
    await grader.grade(question, reply, payer())
    assert len(accounts.grader.judged) == 2
    assert (await used(accounts)).person == Use(spent=PAID + PAID)


@pytest.mark.parametrize(
    "outcome",
    [
        Ungraded(reason=UngradedReason.REFUSED, detail="No.", usage=USAGE),
        a_judgement(QUESTION, quote="queue").model_copy(update={"verdicts": (), "usage": USAGE}),
    ],
)
async def test_what_is_no_grade_is_paid_for_and_not_kept(
    accounts: World, outcome: Judgement | Ungraded
) -> None:
    accounts.grader.script.append(outcome)
    grader = metered(accounts)
    assert isinstance(await grader.grade(QUESTION, REPLY, payer()), Ungraded)
    assert (await used(accounts)).person == Use(spent=PAID)
    assert isinstance(await grader.grade(QUESTION, REPLY, payer()), Grade)
    assert len(accounts.grader.judged) == 2


@pytest.mark.parametrize(
    ("error", "spent"),
    [
        (GraderUnavailable("the model is down"), Amount()),
        (PaidInVain(GraderUnavailable("the model is down"), USAGE), PAID),
    ],
)
async def test_an_unreachable_grader_gives_back_what_was_reserved_and_not_used(
    accounts: World, error: GraderUnavailable, spent: Amount
) -> None:
    accounts.grader.script.append(error)
    with pytest.raises(GraderUnavailable, match="the model is down"):
        await metered(accounts).grade(QUESTION, REPLY, payer())
    assert (await used(accounts)).person == Use(spent=spent)


async def test_a_grader_that_does_not_say_what_it_took_is_counted_as_estimated(
    accounts: World,
) -> None:
    accounts.grader.script.append(
        a_judgement(QUESTION, quote="queue").model_copy(update={"usage": Usage(model="m-1")})
    )
    await metered(accounts).grade(QUESTION, REPLY, payer())
    assert (await used(accounts)).person.spent.tokens == WANTED


async def test_an_estimate_costs_nothing_and_knows_no_limit(accounts: World) -> None:
    accounts.grader.is_estimate = True
    grader = metered(accounts, Limits(person_tokens=1))
    for _ in range(2):
        assert isinstance(await grader.grade(QUESTION, REPLY, payer()), Grade)
    assert len(accounts.grader.judged) == 2
    assert await used(accounts) == DayUse()


async def test_what_can_not_be_graded_reserves_nothing(accounts: World) -> None:
    accounts.storage.fuse = 0
    refused = await metered(accounts).grade(QUESTION, " ", payer())
    assert isinstance(refused, Ungraded)
    assert refused.reason is UngradedReason.EMPTY


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(person_tokens=WANTED + 999), "your grading budget is used up"),
        (Limits(team_tokens=WANTED + 999), "its grading budget is used up"),
        (Limits(person_tokens=WANTED - 1), "more than your whole budget for a day"),
    ],
)
async def test_over_a_limit_the_grader_is_not_asked(
    accounts: World, limits: Limits, words: str
) -> None:
    async with accounts.storage() as work:
        await work.spending.add("team", ADA, DAY, Amount(1000))
    refused = await metered(accounts, limits).grade(QUESTION, REPLY, payer())
    assert isinstance(refused, Ungraded)
    assert refused.reason is UngradedReason.OVER_BUDGET
    assert words in refused.detail
    assert accounts.grader.judged == []
    assert (await used(accounts)).person == Use(spent=Amount(1000))


async def test_a_persons_limit_is_theirs_alone_and_the_teams_is_everybodys(
    accounts: World,
) -> None:
    async with accounts.storage() as work:
        await work.spending.add("team", ADA, DAY, Amount(1000))
    for_person = metered(accounts, Limits(person_tokens=WANTED + 999))
    assert isinstance(await for_person.grade(QUESTION, REPLY, payer(BOB)), Grade)
    for_team = metered(accounts, Limits(team_tokens=WANTED + 999))
    assert isinstance(await for_team.grade(QUESTION, OTHER_REPLY, payer(BOB)), Ungraded)
    assert isinstance(
        await for_team.grade(QUESTION, OTHER_REPLY, payer("cyd", team="other")), Grade
    )


async def test_what_is_known_already_is_graded_whatever_the_budget(accounts: World) -> None:
    await metered(accounts).grade(QUESTION, REPLY, payer())
    again = await metered(accounts, Limits(person_tokens=1)).grade(QUESTION, REPLY, payer(BOB))
    assert isinstance(again, Grade)


async def test_a_budget_held_by_others_is_waited_for(accounts: World) -> None:
    grader = metered(accounts, Limits(team_tokens=WANTED + 1500))
    accounts.grader.thinking.clear()
    first = asyncio.create_task(grader.grade(QUESTION, REPLY, payer()))
    await judging(accounts)
    assert (await used(accounts)).team == Use(reserved=Amount(WANTED))
    with pytest.raises(GraderUnavailable, match="hold the rest of today's budget"):
        await grader.grade(QUESTION, OTHER_REPLY, payer(BOB, "2"))
    assert accounts.grader.judged == [REPLY]
    accounts.grader.thinking.set()
    assert isinstance(await first, Grade)
    assert isinstance(await grader.grade(QUESTION, OTHER_REPLY, payer(BOB, "2")), Grade)
    assert (await used(accounts)).team == Use(spent=PAID + PAID)


async def test_a_second_try_takes_over_what_a_crash_left_reserved(accounts: World) -> None:
    grader = metered(accounts, Limits(person_tokens=WANTED))
    accounts.grader.script.append(RuntimeError("killed"))
    with pytest.raises(RuntimeError):
        await grader.grade(QUESTION, REPLY, payer())
    assert (await used(accounts)).person == Use(reserved=Amount(WANTED))
    with pytest.raises(GraderUnavailable):
        await grader.grade(QUESTION, OTHER_REPLY, payer(key="another"))
    assert isinstance(await grader.grade(QUESTION, REPLY, payer()), Grade)
    assert (await used(accounts)).person == Use(spent=PAID)


async def test_what_a_crash_left_reserved_is_free_after_a_while(accounts: World) -> None:
    grader = metered(accounts, Limits(person_tokens=WANTED + 100))
    accounts.grader.script.append(RuntimeError("killed"))
    with pytest.raises(RuntimeError):
        await grader.grade(QUESTION, REPLY, payer())
    accounts.clock.move(seconds=RESERVED_FOR.total_seconds() - 1)
    with pytest.raises(GraderUnavailable):
        await grader.grade(QUESTION, REPLY, payer(key="another"))
    accounts.clock.move(seconds=1)
    assert isinstance(await grader.grade(QUESTION, REPLY, payer(key="another")), Grade)


async def test_a_judgement_counts_for_the_day_on_which_it_was_begun(accounts: World) -> None:
    accounts.clock.move(hours=15, minutes=59)
    accounts.grader.thinking.clear()
    grading = asyncio.create_task(metered(accounts).grade(QUESTION, REPLY, payer()))
    await judging(accounts)
    accounts.clock.move(minutes=2)
    accounts.grader.thinking.set()
    await grading
    assert (await used(accounts)).person == Use(spent=PAID)
    assert await used(accounts, day=date(2026, 3, 3)) == DayUse()


async def test_a_job_that_dies_before_its_grade_is_stored_does_not_pay_twice(world: World) -> None:
    reply = world.message(await world.ask(), REPLY)
    await world.jobs.stop()
    await world.receive(reply)
    answer = await world.answer_to(reply)
    assert answer is not None
    world.storage.fuse = 3  # reading, reserving, settling; then the grade can't be stored
    with pytest.raises(StorageUnavailable):
        await world.run(GRADE_ANSWER, answer.id)
    world.storage.fuse = None
    await world.run(GRADE_ANSWER, answer.id, 2)
    assert world.grader.judged == [REPLY]
    assert len(await world.scores()) == 1


@pytest.mark.parametrize("budget", [Budget(limits=Limits(person_tokens=WANTED + 200))])
async def test_over_budget_is_said_kept_off_the_board_and_over_by_the_next_day(
    world: World, budget: Budget
) -> None:
    asked = await world.ask()
    async with world.storage() as work:
        team = await work.teams.of_workspace(WORKSPACE)
        assert team is not None
        await work.teams.set_zone(team.id, "Asia/Kolkata")  # 13:30 there
    await world.reply(asked, REPLY)
    before = await world.scores()
    refused = world.message(asked, OTHER_REPLY)
    await world.receive(refused)
    await world.jobs.settle()

    answer = await world.answer_to(refused)
    assert answer is not None
    assert (answer.state, answer.reason) == (AnswerState.UNGRADED, UngradedReason.OVER_BUDGET)
    said = world.slack.texts("grade:")[-1]
    assert "Ada: not graded. You have practised a lot today" in said
    assert "00:00 on Tuesday 3 March (Asia/Kolkata)" in said
    assert "Your answer is kept" in said
    assert world.grader.judged == [REPLY]
    assert await world.scores() == before
    assert world.jobs.delays == []

    world.clock.move(hours=10, minutes=29)
    await world.reply(asked, f"{OTHER_REPLY} Again.")
    assert world.grader.judged == [REPLY]
    world.clock.move(minutes=1)
    await world.reply(asked, OTHER_REPLY)
    assert world.grader.judged == [REPLY, OTHER_REPLY]
    assert "/5" in world.slack.texts("grade:")[-1]


async def test_an_estimate_covers_what_is_really_sent() -> None:
    longest = max(shipped_bank(), key=lambda q: len(q.model_dump_json()))
    related = tuple(
        RelatedAnswer(question_id=q.id, prompt=q.prompt, text=q.model_answer, similarity=0.5)
        for q in shipped_bank()[:3]
    )
    retriever = FakeRetriever()
    retriever.answers = related
    reply = f"{REPLY} " * 50
    async with FakeModel() as model:
        grader = OpenAIGrader(LlmConfig(model="fake", base_url=model.base_url))
        try:
            outcome = await AnswerGrader(grader, retriever).grade(longest, reply)
        finally:
            await grader.close()
    assert isinstance(outcome, Grade)
    assert outcome.usage.input_tokens > 1000
    wanted = estimate(longest, reply, Tariff()).tokens
    assert outcome.usage.input_tokens <= wanted - OUTPUT_TOKENS <= 2 * outcome.usage.input_tokens
    assert outcome.usage.tokens <= wanted
