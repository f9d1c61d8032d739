"""What grading has used, and what it keeps, on every database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import sqlalchemy as sa

from bot.storage.tables import judgements
from handlers.answers.judge import Judged
from handlers.metering.budget import (
    Amount,
    DayUse,
    Limits,
    Payer,
    Reservation,
    Use,
    obstacle,
)
from handlers.records import Member, Team
from handlers.storage import UnitOfWork
from questions.grading import CriterionVerdict, Judgement, Usage
from questions.question import Verdict
from tests.contracts.conftest import NOW, USER, WORKSPACE, Store


def a_judged(comment: str) -> Judged:
    verdict = CriterionVerdict(
        criterion_id="c1", verdict=Verdict.MET, quote="“q” ✓", comment=comment
    )
    usage = Usage(model="m", prompt_version="p", input_tokens=9, cost_usd=0.001)
    return Judged(judgement=Judgement(verdicts=(verdict,), usage=usage), related=("q2",))


async def test_a_judgement_is_kept_for_its_team_and_replaced(store: Store) -> None:
    async with store.open() as work:
        await work.teams.add(
            Team(id="other", name="Other", zone="UTC"), replace(WORKSPACE, id="T2")
        )
        await work.judgements.put("team", "k", a_judged("first"), NOW)
        await work.judgements.put("team", "k", a_judged("second"), NOW)
        await work.judgements.put("other", "k", a_judged("theirs"), NOW)
    async with store.open(read_only=True) as work:
        assert await work.judgements.get("team", "k") == a_judged("second")
        assert await work.judgements.get("other", "k") == a_judged("theirs")
        assert await work.judgements.get("team", "none") is None


async def test_a_judgement_in_an_older_releases_form_is_as_if_it_were_not_kept(
    store: Store,
) -> None:
    async with store.open() as work:
        await work.judgements.put("team", "k", a_judged("first"), NOW)
    async with store.engine.begin() as connection:
        await connection.execute(sa.update(judgements).values(body='{"verdicts": []}'))
    async with store.open() as work:
        assert await work.judgements.get("team", "k") is None
        await work.judgements.put("team", "k", a_judged("anew"), NOW)
        assert await work.judgements.get("team", "k") == a_judged("anew")


DAY = date(2026, 3, 2)


def a_reservation(key: str, amount: Amount, member: str = "ada", **changes: object) -> Reservation:
    fresh = Reservation(
        payer=Payer(team_id="team", member_id=member, key=key),
        day=DAY,
        amount=amount,
        expires_at=NOW + timedelta(minutes=15),
    )
    return replace(fresh, **changes)  # type: ignore[arg-type]


async def test_what_is_spent_adds_up_by_member_team_and_day(store: Store) -> None:
    async with store.open() as work:
        await work.teams.add_member(
            Member(id="bob", team_id="team", name="Bob"), replace(USER, id="U2")
        )
        assert await work.spending.used("team", "ada", DAY) == DayUse()
        # More than fits into 32 bits.
        await work.spending.add("team", "ada", DAY, Amount(3_000_000_000, 5_000_000_000))
        await work.spending.add("team", "ada", DAY, Amount(1, 2))
        await work.spending.add("team", "bob", DAY, Amount(10, 20))
        await work.spending.add("team", "ada", date(2026, 3, 3), Amount(100, 200))
        await work.spending.reserve(a_reservation("a", Amount(7, 8)))
        await work.spending.reserve(a_reservation("b", Amount(40, 50), "bob"))
        await work.spending.reserve(a_reservation("c", Amount(70, 80), day=date(2026, 3, 3)))
    async with store.open(read_only=True) as work:
        assert await work.spending.used("team", "ada", DAY) == DayUse(
            person=Use(spent=Amount(3_000_000_001, 5_000_000_002), reserved=Amount(7, 8)),
            team=Use(spent=Amount(3_000_000_011, 5_000_000_022), reserved=Amount(47, 58)),
        )
        assert await work.spending.used("others", "ada", DAY) == DayUse()


async def test_a_reservation_is_replaced_released_and_expires(store: Store) -> None:
    first, later = a_reservation("a", Amount(7)), a_reservation("b", Amount(9))
    later = replace(later, expires_at=NOW + timedelta(minutes=20))

    async def reserved(work: UnitOfWork) -> int:
        return (await work.spending.used("team", "ada", DAY)).person.reserved.tokens

    async with store.open() as work:
        await work.spending.reserve(first)
        await work.spending.reserve(replace(first, amount=Amount(5)))
        await work.spending.reserve(later)
        assert await reserved(work) == 14
        await work.spending.release_expired("others", later.expires_at)
        await work.spending.release_expired("team", first.expires_at - timedelta(seconds=1))
        assert await reserved(work) == 14
        await work.spending.release_expired("team", first.expires_at)
        assert await reserved(work) == 9
        await work.spending.release(first.payer)
        assert await reserved(work) == 9
        await work.spending.release(later.payer)
        assert await reserved(work) == 0


async def test_those_who_reserve_at_once_never_take_the_last_of_a_budget_twice(
    store: Store,
) -> None:
    limits = Limits(team_tokens=30)

    async def reserve(number: int) -> bool:
        async with store.open() as work:
            await work.spending.lock("team")
            used = await work.spending.used("team", "ada", DAY)
            if obstacle(limits, used, Amount(10)) is not None:
                return False
            await work.spending.reserve(a_reservation(f"r{number}", Amount(10)))
            return True

    assert sum(await asyncio.gather(*(reserve(number) for number in range(8)))) == 3
