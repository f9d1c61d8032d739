from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.leaderboard.board import (
    MAX_COUNTED_A_DAY,
    Period,
    counted,
    points_for,
    rank,
    window_start,
)
from handlers.records import ScoreEntry
from tests.factory import an_entry

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
entries = st.lists(
    st.builds(
        lambda member, question, tenths, hours: an_entry(
            member,
            question=f"q{question}",
            score=tenths / 10,
            points=points_for(tenths / 10, 3),
            at=START + timedelta(hours=hours),
        ),
        st.sampled_from(["ada", "bob", "cyd"]),
        st.integers(1, 8),
        st.integers(0, 50),
        st.integers(0, 100),
    ),
    max_size=30,
    unique_by=lambda entry: entry.answer_id,
)


@pytest.mark.parametrize(
    ("score", "difficulty", "points"),
    [(0, 5, 0), (5, 5, 45), (5, 1, 25), (3.5, 3, 25), (2.5, 1, 13), (0.1, 1, 1)],
)
def test_points_are_the_grade_times_four_plus_difficulty(
    score: float, difficulty: int, points: int
) -> None:
    assert points_for(score, difficulty) == points


@given(st.integers(0, 49), st.integers(1, 5))
def test_a_better_grade_or_a_harder_question_never_earns_less(tenths: int, level: int) -> None:
    assert points_for((tenths + 1) / 10, level) >= points_for(tenths / 10, level)
    assert points_for(tenths / 10, min(level + 1, 5)) >= points_for(tenths / 10, level)


@given(entries, st.randoms())
def test_a_board_does_not_depend_on_the_order_of_its_entries(
    found: list[ScoreEntry], random: object
) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rank(shuffled) == rank(found)


@given(entries)
def test_a_board_adds_up_and_falls(found: list[ScoreEntry]) -> None:
    board = rank(found)
    assert sum(line.points for line in board) == sum(entry.points for entry in counted(found))
    assert [line.rank for line in board] == list(range(1, len(board) + 1))
    assert all(a.points >= b.points for a, b in itertools.pairwise(board))


@given(entries)
def test_a_question_counts_once_and_a_day_three_times(found: list[ScoreEntry]) -> None:
    kept = counted(found)
    assert len({(e.member_id, e.question_id) for e in kept}) == len(kept)
    for entry in kept:
        same_day = [
            e for e in kept if (e.member_id, e.earned_on) == (entry.member_id, entry.earned_on)
        ]
        assert len(same_day) <= MAX_COUNTED_A_DAY


@given(entries, st.data())
def test_one_more_answer_never_costs_its_author_points_on_its_own_day(
    found: list[ScoreEntry], data: st.DataObject
) -> None:
    if not found:
        return
    entry = data.draw(st.sampled_from(found))
    without = [e for e in found if e is not entry and e.earned_on == entry.earned_on]
    with_it = [*without, entry]

    def total(of: list[ScoreEntry]) -> int:
        return sum(line.points for line in rank(of) if line.member_id == entry.member_id)

    assert total(with_it) >= total(without)


def test_ties_go_to_the_better_average_then_the_earlier_then_by_name() -> None:
    board = rank(
        [
            an_entry("zoe", points=20, score=4.0, at=START),
            an_entry("bob", points=10, score=2.0, at=START),
            an_entry("bob", question="q2", points=10, score=2.0, at=START + timedelta(hours=1)),
            an_entry("amy", points=20, score=4.0, at=START + timedelta(hours=2)),
            an_entry("eve", points=20, score=4.0, at=START),
        ]
    )
    assert [line.name for line in board] == ["Eve", "Zoe", "Amy", "Bob"]


def test_windows_begin_on_monday_and_on_the_first() -> None:
    sunday = date(2026, 3, 8)
    assert window_start(Period.WEEK, sunday) == date(2026, 3, 2)
    assert window_start(Period.WEEK, date(2026, 3, 2)) == date(2026, 3, 2)
    assert window_start(Period.MONTH, sunday) == date(2026, 3, 1)
    assert window_start(Period.ALL, sunday) is None
