"""Pieces of work on every database: kept whole, or undone alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest

from bot.storage.unit_of_work import SqlUnitOfWorkFactory, open_storage
from handlers.ports import Job
from handlers.records import Answer, OccurrenceState
from handlers.storage import UnitOfWork
from tests.contracts.conftest import Store
from tests.contracts.record import an_answer, an_occurrence

MANY = 30


@pytest.fixture
async def storage(store: Store) -> AsyncIterator[SqlUnitOfWorkFactory]:
    async with store.open() as work:
        await work.occurrences.claim(an_occurrence(state=OccurrenceState.POSTED))
    storage = open_storage(store.engine, lambda _connection, job: store.jobs.append(job))
    yield storage
    await storage.close()


async def take(answer: Answer, work: UnitOfWork) -> bool:
    if not await work.answers.add(answer):
        return False
    await work.enqueue(Job(kind="grade", subject=answer.id))
    return True


async def stored(store: Store) -> set[str]:
    async with store.open(read_only=True) as work:
        return {answer.key for answer in await work.answers.of_occurrence("id-k1")}


async def test_a_burst_is_stored_whole_with_its_jobs(
    store: Store, storage: SqlUnitOfWorkFactory
) -> None:
    answers = [an_answer(f"a{n}") for n in range(MANY)]
    taken = await asyncio.gather(*(storage.urgent.run(partial(take, it)) for it in answers))
    assert taken == [True] * MANY
    assert await stored(store) == {answer.key for answer in answers}
    assert {job.subject for job in store.jobs} == {answer.id for answer in answers}


async def test_a_reply_that_comes_twice_in_a_burst_is_stored_once(
    store: Store, storage: SqlUnitOfWorkFactory
) -> None:
    twice = [an_answer("a", id=f"id{n}") for n in range(MANY)]
    taken = await asyncio.gather(*(storage.run(partial(take, it)) for it in twice))
    assert sum(taken) == 1
    assert await stored(store) == {"a"}
    assert len(store.jobs) == 1


async def test_what_raises_is_undone_and_the_rest_is_kept(
    store: Store, storage: SqlUnitOfWorkFactory
) -> None:
    async def take_and_fail(answer: Answer, work: UnitOfWork) -> bool:
        await take(answer, work)
        raise LookupError(answer.key)

    pieces = [
        partial(take_and_fail if n % 3 == 0 else take, an_answer(f"a{n}")) for n in range(MANY)
    ]
    outcomes = await asyncio.gather(*(storage.run(it) for it in pieces), return_exceptions=True)
    for n, outcome in enumerate(outcomes):
        assert isinstance(outcome, LookupError if n % 3 == 0 else bool)
    assert await stored(store) == {f"a{n}" for n in range(MANY) if n % 3}


async def test_pieces_and_units_of_work_do_not_lock_each_other_out(
    store: Store, storage: SqlUnitOfWorkFactory
) -> None:
    async def with_a_unit(answer: Answer) -> bool:
        async with storage() as work:
            return await take(answer, work)

    writes = [
        with_a_unit(an_answer(f"a{n}")) if n % 2 else storage.run(partial(take, an_answer(f"a{n}")))
        for n in range(MANY)
    ]
    assert await asyncio.gather(*writes) == [True] * MANY
    assert await stored(store) == {f"a{n}" for n in range(MANY)}
