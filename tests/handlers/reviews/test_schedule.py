"""What comes back when, and which question is practised next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.reviews.choose import choose
from handlers.reviews.record import Outcome
from handlers.reviews.schedule import MISSED_BELOW, Review, due_reviews, plan_reviews
from questions.rating import Rating, fresh_question
from questions.role import Role
from questions.selection import QuestionCard

NOW = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)


def an_outcome(score: float, *, question: str = "q1", days: float = 0) -> Outcome:
    return Outcome(
        team_id="team",
        member_id="ada",
        question_id=question,
        question_version=1,
        source=f"answer:{question}-{days}",
        number=1,
        score=score,
        difficulty=3,
        missed=("c1",),
        at=NOW + timedelta(days=days),
    )


def a_card(id_: str, difficulty: int = 3) -> QuestionCard:
    return QuestionCard(id=id_, version=1, role=Role.AI_ENGINEER, difficulty=difficulty)


def days_until(outcomes: list[Outcome]) -> int:
    [review] = plan_reviews(outcomes)
    return (review.due - outcomes[-1].at).days


def test_what_was_answered_well_from_the_start_does_not_come_back() -> None:
    assert plan_reviews([an_outcome(MISSED_BELOW), an_outcome(5.0, days=1)]) == []


def test_what_was_missed_comes_back_the_next_day() -> None:
    assert days_until([an_outcome(1.0)]) == 1


def test_it_comes_back_at_growing_distances_while_it_goes_well_and_soon_after_a_miss() -> None:
    well = [an_outcome(1.0)]
    distances = [days_until(well)]
    for _ in range(3):
        well.append(an_outcome(4.6, days=sum(distances)))
        distances.append(days_until(well))
    assert distances == sorted(set(distances))
    assert distances[-1] > 10

    well.append(an_outcome(0.5, days=sum(distances)))
    assert days_until(well) < distances[-1] / 3


@given(st.lists(st.tuples(st.integers(0, 50), st.floats(0.01, 90)), min_size=1, max_size=12))
def test_every_review_lies_ahead_of_its_last_answer_and_within_a_year(
    history: list[tuple[int, float]],
) -> None:
    outcomes, at = [], 0.0
    for tenths, pause in history:
        at += pause
        outcomes.append(an_outcome(tenths / 10, days=at))

    for review in plan_reviews(outcomes):
        assert review.last == outcomes[-1]
        assert timedelta(days=1) <= review.due - outcomes[-1].at <= timedelta(days=366)


def test_reviews_are_listed_by_when_they_are_due() -> None:
    outcomes = [an_outcome(4.0 - n, question=f"q{n}", days=n) for n in (1, 2, 3)]

    assert [r.question_id for r in plan_reviews(outcomes)] == ["q1", "q2", "q3"]


@pytest.mark.parametrize(
    ("zone", "hours", "is_due"),
    [
        ("UTC", 0, False),
        ("UTC", 4, True),  # past midnight, long before the hour of the last answer
        ("Europe/Berlin", 2, False),
        ("Europe/Berlin", 3, True),
        ("America/New_York", 8, False),
    ],
)
def test_a_review_is_due_all_of_its_local_day(zone: str, hours: int, is_due: bool) -> None:
    reviews = plan_reviews([an_outcome(1.0)])

    assert bool(due_reviews(reviews, NOW + timedelta(hours=hours), zone)) is is_due


def choose_from(
    cards: list[QuestionCard],
    *,
    member: float = 1200,
    ratings: dict[str, Rating] | None = None,
    due: list[Review] | None = None,
    answered: set[str] | None = None,
    asked: set[str] | None = None,
) -> str | None:
    card = choose(
        cards,
        member=Rating(member),
        ratings=ratings or {},
        due=due or [],
        answered=answered or set(),
        asked=asked or set(),
        seed="s",
    )
    return None if card is None else card.id


def test_what_is_due_longest_comes_first_unless_it_was_asked_or_is_of_another_role() -> None:
    cards = [a_card("a"), a_card("b"), a_card("c")]
    due = [Review(last=an_outcome(1, question=q), due=NOW) for q in ("elsewhere", "c", "b")]

    assert choose_from(cards, due=due) == "c"
    assert choose_from(cards, due=due, asked={"c"}) == "b"
    assert choose_from(cards, due=due, asked={"b", "c"}) == "a"
    assert choose_from(cards, due=due, asked={"a", "b", "c"}) is None


def test_the_stronger_somebody_is_the_harder_the_next_question() -> None:
    cards = [a_card(f"d{n}", n) for n in range(1, 6)]
    chosen = [choose_from(cards, member=value) for value in (900, 1200, 1350, 1600)]

    assert chosen == ["d1", "d2", "d3", "d5"]


def test_a_questions_own_rating_outweighs_its_declared_difficulty() -> None:
    cards = [a_card("declared-easy", 2), a_card("fits", 5)]
    ratings = {"declared-easy": Rating(1700, 9), "fits": replace(fresh_question(2), count=9)}

    assert choose_from(cards, ratings=ratings) == "fits"


def test_what_was_never_answered_comes_before_a_better_fit_that_was() -> None:
    cards = [a_card("known", 2), a_card("new", 5)]

    assert choose_from(cards, answered={"known"}) == "new"
