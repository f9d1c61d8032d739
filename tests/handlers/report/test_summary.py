"""A report's summary in a model's words: paid for, checked, and done without."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime

from handlers.metering.account import Account
from handlers.metering.budget import UNLIMITED, Budget, Limits, Payer
from handlers.records import Member
from handlers.report.compose import compose
from handlers.report.ports import Narration
from handlers.report.summary import Summariser, estimate
from questions.grading import Usage
from questions.ports import GraderUnavailable
from tests.handlers.conftest import World
from tests.handlers.report.session import an_interview
from tests.handlers.report.test_report_job import ada
from tests.handlers.report.test_sentence_check import GOOD

CONTENT = compose(an_interview().material())
USAGE = Usage(model="m", input_tokens=700, output_tokens=80)


class FakeNarrator:
    """Says what its script says."""

    def __init__(self, *script: Narration | Exception) -> None:
        self.script = deque(script)
        self.facts: list[str] = []

    async def narrate(self, facts: str) -> Narration:
        self.facts.append(facts)
        outcome = self.script.popleft()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


async def summary(
    world: World, narrator: FakeNarrator, budget: Budget = UNLIMITED
) -> tuple[tuple[str, ...], Member]:
    member = await ada(world)
    payer = Payer(team_id=member.team_id, member_id=member.id, key="report:1")
    account = Account(world.storage, world.clock, budget)
    return await Summariser(narrator, account).summarise(CONTENT, payer), member


async def spent(world: World, member: Member) -> int:
    async with world.storage(read_only=True) as work:
        used = await work.spending.used(
            member.team_id, member.id, datetime(2026, 3, 2, tzinfo=UTC).date()
        )
    assert used.person.reserved.tokens == 0
    return used.person.spent.tokens


async def test_what_the_report_bears_out_is_kept_and_paid_for(world: World) -> None:
    narrator = FakeNarrator(Narration(sentences=(*GOOD, "You built Rome in 1 day."), usage=USAGE))
    said, member = await summary(world, narrator)

    assert said == GOOD
    assert "“An alert on the queue's age”" in narrator.facts[0]
    assert await spent(world, member) == USAGE.tokens


async def test_a_model_out_of_reach_is_done_without(world: World) -> None:
    said, member = await summary(world, FakeNarrator(GraderUnavailable("it is down")))

    assert said == ()
    assert await spent(world, member) == 0


async def test_a_server_that_tells_no_tokens_was_not_free(world: World) -> None:
    _, member = await summary(world, FakeNarrator(Narration(sentences=GOOD)))

    assert await spent(world, member) > 1_000


async def test_over_the_budget_no_model_is_asked(world: World) -> None:
    narrator = FakeNarrator()
    budget = Budget(limits=Limits(person_tokens=100), tariff=UNLIMITED.tariff)
    said, member = await summary(world, narrator, budget)

    assert (said, narrator.facts) == ((), [])
    assert await spent(world, member) == 0


def test_the_estimate_grows_with_what_is_sent() -> None:
    assert estimate("x" * 30_000, UNLIMITED.tariff).tokens > estimate("", UNLIMITED.tariff).tokens
