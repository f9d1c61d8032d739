"""Elo ratings of people and questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.rating import (
    FRESH,
    WORTHWHILE,
    Match,
    Rating,
    after_match,
    expected_share,
    fresh_question,
    level_of,
    rate,
)

ratings = st.builds(Rating, st.floats(0, 3000), st.integers(0, 500))
scores = st.integers(0, 50).map(lambda tenths: tenths / 10)


def a_match(
    score: float, *, member: str = "ada", question: str = "q", difficulty: int = 3
) -> Match:
    return Match(member_id=member, question_id=question, score=score, difficulty=difficulty)


@given(ratings, ratings)
def test_what_one_is_expected_to_win_the_other_is_expected_to_lose(a: Rating, b: Rating) -> None:
    assert expected_share(a, b) + expected_share(b, a) == pytest.approx(1)


def test_equals_share_and_a_lead_of_the_spread_is_ten_to_one() -> None:
    assert expected_share(Rating(1200), Rating(1200)) == 0.5
    assert expected_share(Rating(1600), Rating(1200)) == pytest.approx(10 / 11)


@given(ratings, ratings, scores)
def test_a_grade_moves_both_apart_and_never_far(
    member: Rating, question: Rating, score: float
) -> None:
    new_member, new_question = after_match(member, question, score)

    gained = new_member.value - member.value
    assert gained * (new_question.value - question.value) <= 0
    assert abs(gained) <= FRESH
    assert (new_member.count, new_question.count) == (member.count + 1, question.count + 1)


@given(ratings, ratings, scores, scores)
def test_a_better_grade_never_leaves_somebody_lower(
    member: Rating, question: Rating, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    assert (
        after_match(member, question, low)[0].value <= after_match(member, question, high)[0].value
    )


def test_a_settled_estimate_moves_less_than_a_fresh_one() -> None:
    fresh, _ = after_match(Rating(1200, 0), Rating(1200, 9), 5)
    settled, _ = after_match(Rating(1200, 100), Rating(1200, 9), 5)

    assert 0 < settled.value - 1200 < (fresh.value - 1200) / 2


@pytest.mark.parametrize("score", [-0.1, 5.1])
def test_what_is_no_score_is_refused(score: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 5"):
        after_match(Rating(), Rating(), score)


def test_a_harder_question_begins_higher_and_is_expected_to_earn_less() -> None:
    begins = [fresh_question(difficulty).value for difficulty in range(1, 6)]

    assert begins == sorted(set(begins))
    assert begins[2] == Rating().value


def test_steady_strong_answers_settle_at_a_harder_level_than_weak_ones() -> None:
    strong = rate(a_match(4.8, question=f"q{n}", difficulty=4) for n in range(20))
    weak = rate(a_match(0.8, question=f"q{n}", difficulty=2) for n in range(20))

    assert level_of(strong.members["ada"]) > 3.5
    assert level_of(weak.members["ada"]) < 1.5


@given(st.floats(0, 3000))
def test_the_level_is_where_practice_is_worthwhile(value: float) -> None:
    level = level_of(Rating(value))

    assert 1 <= level <= 5
    if 1 < level < 5:
        below, above = (fresh_question(int(level) + step) for step in (0, 1))
        assert expected_share(Rating(value), above) <= WORTHWHILE + 1e-9
        assert expected_share(Rating(value), below) >= WORTHWHILE - 1e-9


@given(
    st.lists(
        st.builds(
            Match,
            member_id=st.sampled_from("ab"),
            question_id=st.sampled_from("qr"),
            score=scores,
            difficulty=st.integers(1, 5),
        ),
        max_size=30,
    )
)
def test_ratings_follow_from_the_matches_one_by_one(matches: list[Match]) -> None:
    standing = rate(matches)

    assert sum(r.count for r in standing.members.values()) == len(matches)
    assert sum(r.count for r in standing.questions.values()) == len(matches)
    if matches:
        before, last = rate(matches[:-1]), matches[-1]
        member, question = after_match(
            before.members.get(last.member_id, Rating()),
            before.questions.get(last.question_id, fresh_question(last.difficulty)),
            last.score,
        )
        assert standing.members[last.member_id] == member
        assert standing.questions[last.question_id] == question
