"""What the schedules will post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.daily.due import wall_instant
from handlers.records import Schedule


@dataclass(frozen=True, kw_only=True)
class Upcoming:
    """A post to come.

    Attributes:
        instant: when, in UTC.
    """

    schedule: Schedule
    local_date: date
    instant: datetime


def upcoming(
    schedules: Sequence[tuple[Schedule, date | None]], now: datetime, days: int
) -> list[Upcoming]:
    """Return the posts of the next ``days`` days, soonest first.

    Args:
        schedules: each with the latest local date that it has claimed.
        now: this instant, aware.
        days: how many days to look ahead.
    """
    found = []
    for schedule, last in schedules:
        if schedule.paused is not None:
            continue
        today = now.astimezone(ZoneInfo(schedule.zone)).date()
        for offset in range(days + 1):
            day = today + timedelta(days=offset)
            instant = wall_instant(day, schedule.at, schedule.zone)
            fresh = last is None or day > last
            in_time = now < instant <= now + timedelta(days=days)
            if day.weekday() in schedule.weekdays and fresh and in_time:
                found.append(Upcoming(schedule=schedule, local_date=day, instant=instant))
    return sorted(found, key=lambda item: (item.instant, item.schedule.id))


def next_due(schedule: Schedule, last: date | None, now: datetime) -> datetime | None:
    """Return the next instant at which the schedule posts, in UTC, or ``None`` if it never does."""
    found = upcoming([(schedule, last)], now, days=15)
    return found[0].instant if found else None
