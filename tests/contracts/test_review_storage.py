"""The ledger of grades, the ratings that follow from it, and reminders, on every database."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from handlers.records import Member, OccurrenceState
from handlers.refs import Platform, UserRef
from handlers.reviews.note import note
from handlers.reviews.record import Outcome, Reminder
from handlers.storage import UnitOfWork
from questions.grading import Grade
from questions.rating import Rating, rate
from tests.contracts.conftest import NOW, USER, Store
from tests.contracts.record import an_answer, an_occurrence


def an_outcome(source: str = "answer:1", **changes: object) -> Outcome:
    fresh = Outcome(
        team_id="team",
        member_id="ada",
        question_id="q1",
        question_version=1,
        source=source,
        number=1,
        score=2.0,
        difficulty=3,
        missed=("c2", "c1"),
        at=NOW,
    )
    return replace(fresh, **changes)  # type: ignore[arg-type]


def a_reminder(**changes: object) -> Reminder:
    fresh = Reminder(
        member_id="ada",
        team_id="team",
        user=USER,
        at=time(7, 30),
        zone="Europe/Berlin",
        weekdays=frozenset({0, 4}),
        effective_from=NOW,
    )
    return replace(fresh, **changes)  # type: ignore[arg-type]


async def test_a_line_is_kept_once_and_the_highest_number_counts(store: Store) -> None:
    first = an_outcome()
    changed = an_outcome(number=2, score=4.5, missed=())
    other = an_outcome("turn:1", at=NOW + timedelta(hours=1))
    async with store.open() as work:
        added = [
            await work.outcomes.add(o) for o in (other, changed, first, replace(first, score=1.0))
        ]

    async with store.open(read_only=True) as work:
        assert added == [True, True, True, False]
        assert await work.outcomes.of_team("team") == [changed, other]
        assert await work.outcomes.of_member("team", "ada") == [changed, other]
        assert await work.outcomes.of_member("team", "bob") == []
        assert await work.outcomes.latest("team") == other.order
        assert await work.outcomes.latest("else") is None


@pytest.mark.parametrize("seed", range(4))
async def test_ratings_follow_from_the_ledger_in_whatever_order_it_was_written(
    store: Store, seed: int
) -> None:
    chance = random.Random(seed)
    ledger = [
        an_outcome(
            f"answer:{n}",
            member_id=chance.choice(["ada", "bob"]),
            question_id=chance.choice(["q1", "q2"]),
            score=chance.randrange(51) / 10,
            at=NOW + timedelta(hours=n),
        )
        for n in range(6)
    ]
    regraded = replace(ledger[2], number=2, score=5.0)
    written = chance.sample([*ledger, regraded, ledger[0]], k=8)
    async with store.open() as work:
        await work.teams.add_member(
            Member(id="bob", team_id="team", name="Bob"),
            UserRef(platform=Platform.SLACK, realm="T1", id="U2"),
        )
    for outcome in written:
        async with store.open() as work:
            await note(work, outcome)

    truth = rate(o.match for o in [*ledger[:2], regraded, *ledger[3:]])
    async with store.open(read_only=True) as work:
        assert await _members(work) == pytest.approx({m: r.value for m, r in truth.members.items()})
        kept = await work.outcomes.question_ratings("team", ["q1", "q2", "q3"])
        assert {id_: r.count for id_, r in kept.items()} == {
            id_: r.count for id_, r in truth.questions.items()
        }
        assert {id_: r.value for id_, r in kept.items()} == pytest.approx(
            {id_: r.value for id_, r in truth.questions.items()}
        )
        assert await work.outcomes.rating("team", "nobody") == Rating()


async def _members(work: UnitOfWork) -> dict[str, float]:
    found = {m: await work.outcomes.rating("team", m) for m in ("ada", "bob")}
    return {m: rating.value for m, rating in found.items() if rating.count}


async def test_the_grades_of_an_answer_are_counted(store: Store) -> None:
    async with store.open() as work:
        await work.occurrences.claim(an_occurrence(state=OccurrenceState.POSTED))
        await work.answers.add(an_answer())
        counts = [await work.outcomes.grades_of("id-a1")]
        for _ in range(2):
            await work.answers.add_grade(an_answer(), Grade(score=1.0, criteria=(), grader="g"))
            counts.append(await work.outcomes.grades_of("id-a1"))

    assert counts == [0, 1, 2]


async def test_a_reminder_is_kept_changed_and_removed(store: Store) -> None:
    later = a_reminder(at=time(20), last=date(2026, 3, 2))
    async with store.open() as work:
        assert await work.reminders.get("ada") is None
        await work.reminders.put(a_reminder())
        assert await work.reminders.get("ada") == a_reminder()
        await work.reminders.put(later)
        assert await work.reminders.all() == [later]
        assert [await work.reminders.remove("ada") for _ in range(2)] == [True, False]


async def test_a_date_is_claimed_once_and_never_one_before_it(store: Store) -> None:
    days = [date(2026, 3, day) for day in (2, 2, 3, 2)]
    async with store.open() as work:
        await work.reminders.put(a_reminder())
        claims = [await work.reminders.claim(a_reminder(), day) for day in days]
        reminder = await work.reminders.get("ada")

    assert claims == [True, False, True, False]
    assert reminder == a_reminder(last=date(2026, 3, 3))
