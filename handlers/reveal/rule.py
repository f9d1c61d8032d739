"""When a blind question is revealed: pure rules."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from enum import Enum, auto
from typing import Final
from zoneinfo import ZoneInfo

from handlers.daily.due import wall_instant
from handlers.records import Occurrence

# Less time than this is not enough for everybody to answer.
OPEN_AT_LEAST: Final = timedelta(hours=1)
# A reveal that is later than this is nobody's any more.
REVEAL_GRACE: Final = timedelta(hours=24)


class RevealFate(Enum):
    """What to do about a reveal whose time has come."""

    REVEAL = auto()
    SKIP = auto()


def reveal_instant(
    posted: datetime, at: time, zone: str, next_question: datetime | None
) -> datetime:
    """Return when a question is revealed, in UTC.

    That is the first coming of a wall time after the question has been open for
    `OPEN_AT_LEAST`: the same day, or the next. Where the channel's next question comes before
    that, the reveal comes with it.

    Args:
        posted: when the question is posted, aware.
        at: the local wall time of reveals, naive.
        zone: an IANA time zone.
        next_question: when the channel's next question is due, aware; ``None`` if never.
    """
    earliest = posted.astimezone(UTC) + OPEN_AT_LEAST
    day = posted.astimezone(ZoneInfo(zone)).date()
    days = (day + timedelta(days=offset) for offset in range(4))
    instant = next(i for i in (wall_instant(d, at, zone) for d in days) if i >= earliest)
    if next_question is not None and next_question >= earliest:
        return min(instant, next_question.astimezone(UTC))
    return instant


def fate_of_reveal(reveal_at: datetime | None, now: datetime) -> RevealFate | None:
    """Return what to do about a reveal now; ``None`` before its time."""
    if reveal_at is None or now < reveal_at:
        return None
    return RevealFate.REVEAL if now - reveal_at <= REVEAL_GRACE else RevealFate.SKIP


def format_reveal(occurrence: Occurrence) -> str:
    """Return when a question is revealed, as its channel tells the time."""
    if occurrence.reveal_at is None:
        return "the reveal"
    local = occurrence.reveal_at.astimezone(ZoneInfo(occurrence.zone))
    day = "" if local.date() == occurrence.local_date else f" on {local:%A}"
    return f"{local:%H:%M}{day} ({occurrence.zone})"
