"""Objections to grades on every database: one undecided at a time, each decided once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from handlers.appeals.record import Appeal, AppealState
from questions.grading import Grade, GradedCriterion
from questions.question import Verdict
from tests.contracts.conftest import NOW, Store
from tests.contracts.record import an_answer, an_occurrence


async def an_appeal(store: Store, key: str = "p1", **changes: object) -> Appeal:
    """Store an answer, where it isn't there yet, and return a fresh appeal against its grade."""
    async with store.open() as work:
        await work.occurrences.claim(an_occurrence())
        await work.answers.add(an_answer())
    fresh = Appeal(
        id=f"id-{key}",
        team_id="team",
        answer_id="id-a1",
        member_id="ada",
        reason="I said “so”.\nTwice.",
        first_score=2.9,
        created_at=NOW,
    )
    return replace(fresh, **changes)  # type: ignore[arg-type]


async def test_an_answer_has_one_undecided_appeal_and_any_number_of_decided_ones(
    store: Store,
) -> None:
    first, second = await an_appeal(store), await an_appeal(store, "p2")
    async with store.open() as work:
        assert await work.appeals.undecided_of("id-a1") is None
        assert await work.appeals.add(first)
        assert not await work.appeals.add(first)
        assert not await work.appeals.add(second)
        assert await work.appeals.undecided_of("id-a1") == first
        read = replace(first, state=AppealState.RECONSIDERED)
        assert await work.appeals.advance(read, since=AppealState.OPEN)
        assert not await work.appeals.add(second)
        upheld = replace(read, state=AppealState.UPHELD, decided_by="ada")
        assert await work.appeals.advance(upheld, since=AppealState.RECONSIDERED)
        assert await work.appeals.undecided_of("id-a1") is None
        assert await work.appeals.add(second)
        assert not await work.appeals.add(first)
        assert await work.appeals.get("none") is None


async def test_an_appeal_keeps_its_second_reading_and_the_decision(store: Store) -> None:
    second = Grade(
        score=4.5,
        criteria=(GradedCriterion(id="c1", verdict=Verdict.MET, weight=2, quote="look first"),),
        grader="test, second reading",
    )
    first = await an_appeal(store)
    read = replace(first, state=AppealState.RECONSIDERED, second=second, no_second="not yet")
    decided = replace(
        read,
        state=AppealState.OVERRIDDEN,
        decided_by="ada",
        decided_score=4.0,
        decision_reason="It stands there.",
    )
    async with store.open() as work:
        await work.appeals.add(first)
        assert await work.appeals.advance(read, since=AppealState.OPEN)
        assert await work.appeals.get(first.id) == read
        assert await work.appeals.advance(decided, since=AppealState.RECONSIDERED)
    async with store.open(read_only=True) as work:
        assert await work.appeals.get(first.id) == replace(decided, decider="Ada")


async def test_undecided_appeals_are_read_by_team_oldest_first(store: Store) -> None:
    later = await an_appeal(store, "p0", created_at=NOW + timedelta(hours=1), answer_id="id-a2")
    earlier = await an_appeal(store, "p1")
    done = await an_appeal(store, "p2", answer_id="id-a3", state=AppealState.UPHELD)
    async with store.open() as work:
        for key in ("a2", "a3"):
            await work.answers.add(an_answer(key))
        for appeal in (later, earlier, done):
            assert await work.appeals.add(appeal)
    async with store.open(read_only=True) as work:
        assert await work.appeals.undecided("team") == [earlier, later]
        assert await work.appeals.undecided("others") == []


async def test_of_those_who_decide_at_once_one_wins(store: Store) -> None:
    read = await an_appeal(store, state=AppealState.RECONSIDERED)
    async with store.open() as work:
        await work.appeals.add(read)

    async def override(score: float) -> bool:
        decided = replace(read, state=AppealState.OVERRIDDEN, decided_score=score)
        async with store.open() as work:
            await work.appeals.get(read.id)
            return await work.appeals.advance(decided, since=AppealState.RECONSIDERED)

    won = await asyncio.gather(*(override(float(score)) for score in range(5)))
    assert sorted(won) == [False] * 4 + [True]
    async with store.open(read_only=True) as work:
        stored = await work.appeals.get(read.id)
    assert stored is not None
    assert stored.decided_score == float(won.index(True))
