"""How many days in a row somebody has kept at it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo


def local_days(instants: Iterable[datetime], zone: str) -> set[date]:
    """Return the local dates of some instants.

    Args:
        instants: aware.
        zone: an IANA time zone.
    """
    tz = ZoneInfo(zone)
    return {instant.astimezone(tz).date() for instant in instants}


def streak(asked: Collection[date], answered: Collection[date], today: date) -> int:
    """Return how many days with a question were answered in a row, up to today.

    A day without a question neither counts nor breaks: nobody has to practise on a free day. Today
    breaks nothing before it is over.

    Args:
        asked: the person's local dates on which there was a question.
        answered: their local dates on which they answered.
        today: their local date.
    """
    days = 0
    for day in sorted(set(asked), reverse=True):
        if day > today:
            continue
        if day in answered:
            days += 1
        elif day != today:
            break
    return days
