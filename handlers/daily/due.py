"""When a daily question is due: once a local date, whatever the clocks do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from handlers.records import Schedule

GRACE: Final = timedelta(hours=3)
# How many days back a missed date is still recorded after a long stop.
_MAX_RECORDED: Final = timedelta(days=14)
# What was claimed longer ago does not matter any more; two days more for the zones' sake.
LONGEST_LOOK_BACK: Final = _MAX_RECORDED + timedelta(days=2)


class Fate(StrEnum):
    """What to do about a date that is due."""

    POST = "post"
    SKIP = "skip"


@dataclass(frozen=True, kw_only=True)
class Due:
    """A schedule's local date whose time has come.

    Attributes:
        late: how long after its wall time it is.
    """

    schedule: Schedule
    local_date: date
    late: timedelta
    fate: Fate

    @property
    def key(self) -> str:
        """The occurrence's idempotency key: the schedule and the date, never the instant."""
        return occurrence_key(self.schedule.id, self.local_date)


def occurrence_key(schedule_id: str, local_date: date) -> str:
    """Return the idempotency key of a schedule's occurrence."""
    return f"schedule:{schedule_id}:{local_date.isoformat()}"


def wall_instant(day: date, at: time, zone: str) -> datetime:
    """Return the first valid instant at or after a wall time, in UTC.

    A time that comes twice (clocks go back) means its first coming; one that does not exist
    (clocks go forward) means the moment the gap ends.

    Args:
        day: the local date.
        at: the wall time, naive.
        zone: an IANA time zone.
    """
    tz = ZoneInfo(zone)
    naive = datetime.combine(day, at)
    instant = naive.replace(tzinfo=tz, fold=0).astimezone(UTC)
    if instant.astimezone(tz).replace(tzinfo=None) == naive:
        return instant
    before = naive.replace(tzinfo=tz, fold=1).astimezone(UTC)
    return _gap_end(before, instant, tz)


def due_dates(schedule: Schedule, last: date | None, now: datetime) -> Iterator[Due]:
    """Yield what is due of one schedule, oldest first: at most one date is to be posted.

    Args:
        schedule: the schedule; a paused one is never due.
        last: the latest local date claimed so far.
        now: this instant, aware.
    """
    if schedule.paused is not None:
        return
    tz = ZoneInfo(schedule.zone)
    today = now.astimezone(tz).date()
    first = max(schedule.effective_from.astimezone(tz).date(), today - _MAX_RECORDED)
    if last is not None:
        first = max(first, last + timedelta(days=1))
    passed = []
    for offset in range((today - first).days + 1):
        day = first + timedelta(days=offset)
        instant = wall_instant(day, schedule.at, schedule.zone)
        if day.weekday() in schedule.weekdays and schedule.effective_from <= instant <= now:
            passed.append((day, now - instant))
    for index, (day, late) in enumerate(passed):
        newest = index == len(passed) - 1
        fate = Fate.POST if newest and late <= GRACE else Fate.SKIP
        yield Due(schedule=schedule, local_date=day, late=late, fate=fate)


def _gap_end(before: datetime, after: datetime, tz: ZoneInfo) -> datetime:
    """Return the instant between two UTC instants at which the zone's offset changes."""
    low, high = int(before.timestamp()), int(after.timestamp())
    offset = before.astimezone(tz).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, tz).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)
