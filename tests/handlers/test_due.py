from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.daily.due import GRACE, Fate, due_dates, wall_instant
from handlers.daily.preview import next_due, upcoming
from tests.factory import a_schedule

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Cairo")
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
times = st.times(max_value=time(23, 59)).map(lambda t: t.replace(second=0, microsecond=0))
zones = st.sampled_from(ZONES)


@given(days, times, zones)
def test_the_instant_is_the_first_valid_one_at_or_after_the_wall_time(
    day: date, at: time, zone: str
) -> None:
    instant = wall_instant(day, at, zone)
    local = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert local >= datetime.combine(day, at)
    earlier = (instant - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert earlier < datetime.combine(day, at)


def test_a_time_that_comes_twice_means_its_first_coming() -> None:
    assert wall_instant(date(2026, 10, 25), time(2, 30), "Europe/Berlin") == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_a_time_that_does_not_exist_means_the_end_of_the_gap() -> None:
    assert wall_instant(date(2026, 3, 29), time(2, 30), "Europe/Berlin") == datetime(
        2026, 3, 29, 1, 0, tzinfo=UTC
    )


@given(days, times, zones, st.integers(5, 240))
def test_each_local_date_is_posted_once_however_often_we_tick(
    first: date, at: time, zone: str, minutes: int
) -> None:
    start = datetime.combine(first, time(0), tzinfo=UTC)
    schedule = a_schedule(at=at, zone=zone, effective_from=start)
    now, last, posted = start, None, []
    while now < start + timedelta(days=4):
        for due in due_dates(schedule, last, now):
            last = due.local_date
            if due.fate is Fate.POST:
                posted.append(due.local_date)
        now += timedelta(minutes=min(minutes, int(GRACE.total_seconds() // 60)))
    assert len(posted) == len(set(posted))
    assert 3 <= len(posted) <= 5


@given(days, times, zones, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_after_a_stop_at_most_one_question_is_posted_and_only_inside_the_grace_window(
    first: date, at: time, zone: str, down: timedelta
) -> None:
    start = datetime.combine(first, time(12), tzinfo=UTC)
    schedule = a_schedule(at=at, zone=zone, effective_from=start)
    found = list(due_dates(schedule, None, start + down))
    posts = [due for due in found if due.fate is Fate.POST]
    assert len(posts) <= 1
    assert all(due.late <= GRACE for due in posts)
    assert all(due == found[-1] for due in posts)
    assert len({due.key for due in found}) == len(found)


def test_down_over_nine_is_posted_late_inside_the_grace_window_and_skipped_after() -> None:
    schedule = a_schedule(at=time(9), zone="UTC")
    yesterday = date(2026, 5, 4)
    [late] = due_dates(schedule, yesterday, datetime(2026, 5, 5, 11, 0, tzinfo=UTC))
    assert (late.fate, late.late) == (Fate.POST, timedelta(hours=2))
    [missed] = due_dates(schedule, yesterday, datetime(2026, 5, 5, 13, 0, tzinfo=UTC))
    assert missed.fate is Fate.SKIP


@pytest.mark.parametrize(
    ("weekdays", "expected"), [(frozenset({0}), [date(2026, 5, 4)]), (frozenset({6}), [])]
)
def test_only_the_named_weekdays_are_due(weekdays: frozenset[int], expected: list[date]) -> None:
    schedule = a_schedule(at=time(9), zone="UTC", weekdays=weekdays)
    now = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)  # a Monday
    found = due_dates(schedule, date(2026, 5, 3), now)
    assert [due.local_date for due in found] == expected


def test_a_paused_schedule_is_never_due() -> None:
    schedule = a_schedule(paused="on holiday")
    assert list(due_dates(schedule, None, datetime(2026, 5, 4, 12, tzinfo=UTC))) == []
    assert next_due(schedule, None, datetime(2026, 5, 4, 12, tzinfo=UTC)) is None


def test_a_schedule_set_after_its_time_waits_for_the_next_day() -> None:
    now = datetime(2026, 5, 4, 10, tzinfo=UTC)
    schedule = a_schedule(at=time(9), zone="UTC", effective_from=now)
    assert list(due_dates(schedule, None, now)) == []
    assert next_due(schedule, None, now) == datetime(2026, 5, 5, 9, tzinfo=UTC)


@given(days, times, zones)
def test_the_next_instant_is_when_it_becomes_due(day: date, at: time, zone: str) -> None:
    now = datetime.combine(day, time(12), tzinfo=UTC)
    schedule = a_schedule(at=at, zone=zone, effective_from=now)
    following = next_due(schedule, None, now)
    assert following is not None
    earlier = list(due_dates(schedule, None, following - timedelta(seconds=1)))
    *passed, due = due_dates(schedule, None, following)
    assert [item.local_date for item in passed] == [item.local_date for item in earlier]
    assert (due.fate, due.late) == (Fate.POST, timedelta(0))


def test_a_preview_lists_what_comes_soonest_first() -> None:
    now = datetime(2026, 5, 4, 8, tzinfo=UTC)
    early = a_schedule(at=time(9), zone="UTC", id_="early")
    late = a_schedule(at=time(17), zone="UTC", id_="late", weekdays=frozenset({0}))
    found = upcoming([(late, None), (early, date(2026, 5, 4))], now, days=2)
    assert [(item.schedule.id, item.local_date.day) for item in found] == [
        ("late", 4),
        ("early", 5),
    ]
