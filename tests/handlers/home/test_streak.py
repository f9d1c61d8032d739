"""A streak: days with a question that were answered in a row."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.home.streak import excused, local_days, streak

TODAY = date(2026, 3, 6)


def days(*back: int) -> set[date]:
    return {TODAY - timedelta(days=n) for n in back}


@pytest.mark.parametrize(
    ("asked", "answered", "expected"),
    [
        ((), (), 0),
        ((0,), (), 0),
        ((0,), (0,), 1),
        ((0, 1, 2), (0, 1, 2), 3),
        # Today breaks nothing before it is over.
        ((0, 1, 2), (1, 2), 2),
        ((0, 1, 2), (0, 2), 1),
        # A free day neither counts nor breaks.
        ((0, 3), (0, 3), 2),
        ((0, 3), (0, 1, 2, 3), 2),
        ((1, 4), (4,), 0),
    ],
)
def test_a_streak(asked: tuple[int, ...], answered: tuple[int, ...], expected: int) -> None:
    assert streak(days(*asked), days(*answered), TODAY) == expected


some_days = st.sets(st.integers(0, 60)).map(lambda back: days(*back))


@given(some_days, some_days)
def test_it_counts_days_that_had_a_question_and_an_answer(
    asked: set[date], answered: set[date]
) -> None:
    assert 0 <= streak(asked, answered, TODAY) <= len(asked & answered)


@given(some_days)
def test_whoever_answers_every_day_that_had_a_question_counts_them_all(asked: set[date]) -> None:
    assert streak(asked, asked, TODAY) == len(asked)


@given(some_days, some_days)
def test_a_day_without_a_question_changes_nothing(asked: set[date], answered: set[date]) -> None:
    assert streak(asked, answered, TODAY) == streak(asked, answered & asked, TODAY)


@given(some_days, some_days, st.integers(0, 60))
def test_one_more_answer_never_shortens_it(
    asked: set[date], answered: set[date], back: int
) -> None:
    more = answered | days(back)
    assert streak(asked, more, TODAY) >= streak(asked, answered, TODAY)


@given(some_days, some_days)
def test_answering_today_adds_exactly_one(asked: set[date], answered: set[date]) -> None:
    before = streak(asked | days(0), answered - days(0), TODAY)
    assert streak(asked | days(0), answered | days(0), TODAY) == before + 1


@given(some_days, some_days, st.integers(1, 60))
def test_a_missed_day_cuts_it_there(asked: set[date], answered: set[date], back: int) -> None:
    later = {day for day in asked if day > TODAY - timedelta(days=back)}
    assert streak(asked | days(back), answered - days(back), TODAY) <= len(later)


def test_days_are_a_persons_own() -> None:
    late = datetime(2026, 3, 5, 23, 30, tzinfo=UTC)

    assert local_days([late], "Europe/Berlin") == {date(2026, 3, 6)}
    assert local_days([late], "America/New_York") == {date(2026, 3, 5)}


def test_a_day_with_a_repeated_hour_is_one_day() -> None:
    twice = [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)]

    assert local_days(twice, "Europe/Berlin") == {date(2026, 10, 25)}


@given(some_days, some_days, some_days)
def test_a_skip_never_makes_a_streak_longer_than_what_was_answered(
    asked: set[date], answered: set[date], skipped: set[date]
) -> None:
    plain = streak(asked, answered, TODAY)
    held = streak(asked, answered, TODAY, skipped)
    assert plain <= held <= len(asked & answered)


@given(some_days)
def test_skips_alone_are_no_streak(asked: set[date]) -> None:
    assert streak(asked, set(), TODAY, asked) == 0


@given(some_days)
def test_of_any_seven_days_a_skip_holds_one(skipped: set[date]) -> None:
    held = excused(skipped)
    assert held <= skipped
    for day in held:
        week = {day + timedelta(days=n) for n in range(7)}
        assert len(held & week) == 1
    for day in skipped - held:
        assert held & {day - timedelta(days=n) for n in range(1, 7)}


@given(some_days, st.integers(0, 60))
def test_a_later_skip_takes_nothing_from_an_earlier_one(skipped: set[date], back: int) -> None:
    day = TODAY - timedelta(days=back)
    earlier = {each for each in skipped if each < day}
    assert excused(earlier) == {each for each in excused(earlier | {day}) if each < day}


@given(some_days, some_days, some_days)
def test_a_skip_of_a_day_that_was_answered_changes_nothing(
    asked: set[date], answered: set[date], skipped: set[date]
) -> None:
    both = skipped | answered
    assert streak(asked, answered, TODAY, both) == streak(asked, answered, TODAY, skipped)
