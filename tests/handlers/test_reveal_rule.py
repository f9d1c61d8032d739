"""When a blind question is revealed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.daily.due import wall_instant
from handlers.reveal.rule import (
    OPEN_AT_LEAST,
    REVEAL_GRACE,
    RevealFate,
    fate_of_reveal,
    reveal_instant,
)

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Cairo")
instants = st.integers(0, 15 * 365 * 24 * 60).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
times = st.times(max_value=time(23, 59)).map(lambda t: t.replace(second=0, microsecond=0))
zones = st.sampled_from(ZONES)


@given(instants, times, zones, st.none() | st.timedeltas(timedelta(0), timedelta(days=8)))
def test_a_question_stays_open_for_an_hour_and_for_two_days_at_most(
    posted: datetime, at: time, zone: str, until_next: timedelta | None
) -> None:
    following = None if until_next is None else posted + until_next
    instant = reveal_instant(posted, at, zone, following)
    assert posted + OPEN_AT_LEAST <= instant <= posted + timedelta(days=2, hours=2)


@given(instants, times, zones)
def test_it_is_the_first_coming_of_the_wall_time_that_leaves_an_hour(
    posted: datetime, at: time, zone: str
) -> None:
    instant = reveal_instant(posted, at, zone, None)
    day = instant.astimezone(ZoneInfo(zone)).date()
    assert instant == wall_instant(day, at, zone)
    before = wall_instant(day - timedelta(days=1), at, zone)
    assert before < posted + OPEN_AT_LEAST


@given(instants, times, zones, st.timedeltas(OPEN_AT_LEAST, timedelta(days=8)))
def test_it_never_comes_after_the_next_question(
    posted: datetime, at: time, zone: str, until_next: timedelta
) -> None:
    assert reveal_instant(posted, at, zone, posted + until_next) <= posted + until_next


@pytest.mark.parametrize(
    ("posted", "following", "revealed"),
    [
        ("08:00", None, (2, "17:00")),
        ("16:00", None, (2, "17:00")),
        ("16:01", None, (3, "17:00")),
        ("18:00", (3, "09:00"), (3, "09:00")),
        # A question that follows at once does not close this one at once.
        ("18:00", (2, "18:30"), (3, "17:00")),
    ],
)
def test_examples(
    posted: str, following: tuple[int, str] | None, revealed: tuple[int, str]
) -> None:
    def instant(day: int, wall: str) -> datetime:
        return wall_instant(date(2026, 3, day), time.fromisoformat(wall), "Europe/Berlin")

    after = None if following is None else instant(*following)
    assert reveal_instant(instant(2, posted), time(17), "Europe/Berlin", after) == instant(
        *revealed
    )


@given(instants, st.timedeltas(timedelta(days=-3), timedelta(days=3)))
def test_a_reveal_is_due_at_its_time_and_skipped_after_a_day(
    reveal_at: datetime, late: timedelta
) -> None:
    fate = fate_of_reveal(reveal_at, reveal_at + late)
    if late < timedelta(0):
        assert fate is None
    else:
        assert fate is (RevealFate.REVEAL if late <= REVEAL_GRACE else RevealFate.SKIP)


def test_a_question_that_is_not_blind_is_never_due() -> None:
    assert fate_of_reveal(None, datetime(2026, 3, 2, tzinfo=UTC)) is None
