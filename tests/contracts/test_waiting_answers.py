"""How many grades an answer has, and which messages wait for theirs, on every database."""

from __future__ import annotations

from dataclasses import replace

from handlers.records import AnswerState
from handlers.refs import MessageRef
from questions.grading import Grade
from tests.contracts.conftest import Store
from tests.contracts.record import an_answer, an_occurrence
from tests.factory import CHANNEL

GRADE = Grade(score=2.5, criteria=(), grader="first")
ODD = replace(CHANNEL, id="C_1%")


async def test_grades_are_counted(store: Store) -> None:
    async with store.open() as work:
        await work.occurrences.claim(an_occurrence())
        await work.answers.add(an_answer())
        counts = [await work.answers.grades("id-a1")]
        for _ in range(3):
            await work.answers.add_grade(an_answer(), GRADE)
            counts.append(await work.answers.grades("id-a1"))

    assert counts == [0, 1, 2, 3]
    async with store.open(read_only=True) as work:
        assert await work.answers.grades("another") == 0


async def test_a_channels_waiting_messages_are_found_in_threads_too(store: Store) -> None:
    async def put(number: int, channel: str, thread_id: str | None, state: AnswerState) -> None:
        message = MessageRef(
            channel=replace(CHANNEL, id=channel), id=f"17.{number}", thread_id=thread_id
        )
        answer = replace(
            an_answer(), id=f"a{number}", key=f"k{number}", message=message, state=state
        )
        async with store.open() as work:
            assert await work.answers.add(answer)

    async with store.open() as work:
        await work.occurrences.claim(an_occurrence())
    await put(1, CHANNEL.id, "17.0", AnswerState.PENDING)
    await put(2, CHANNEL.id, None, AnswerState.PENDING)
    await put(3, CHANNEL.id, "17.0", AnswerState.GRADED)
    await put(4, f"{CHANNEL.id}0", "17.0", AnswerState.PENDING)
    await put(5, ODD.id, None, AnswerState.PENDING)

    async with store.open(read_only=True) as work:
        here = await work.answers.waiting_messages(CHANNEL)
        odd = await work.answers.waiting_messages(ODD)
        nowhere = await work.answers.waiting_messages(replace(CHANNEL, id="CX1Y"))

    assert {(each.id, each.thread_id) for each in here} == {("17.1", "17.0"), ("17.2", None)}
    assert [each.channel for each in odd] == [ODD]
    assert nowhere == []
