"""How many days in a row somebody has kept at it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

SKIP_EVERY: Final = timedelta(days=7)
LONGEST: Final = timedelta(days=366)
"""A longer streak than a year is counted as one of a year."""


def local_days(instants: Iterable[datetime], zone: str) -> set[date]:
    """Return the local dates of some instants.

    Args:
        instants: aware.
        zone: an IANA time zone.
    """
    tz = ZoneInfo(zone)
    return {instant.astimezone(tz).date() for instant in instants}


def excused(skipped: Iterable[date]) -> set[date]:
    """Return the days on which a skip holds the streak: one in any seven days.

    Of several skips within seven days the first one holds it, so that a later one takes nothing
    away.

    Args:
        skipped: the person's local dates whose question they skipped.
    """
    held: list[date] = []
    for day in sorted(set(skipped)):
        if not held or day - held[-1] >= SKIP_EVERY:
            held.append(day)
    return set(held)


def streak(
    asked: Collection[date],
    answered: Collection[date],
    today: date,
    skipped: Iterable[date] = (),
) -> int:
    """Return how many days with a question were answered in a row, up to today.

    A day without a question neither counts nor breaks: nobody has to practise on a free day. Nor
    does a day whose question was skipped, as far as it is `excused`. Today breaks nothing before
    it is over.

    Args:
        asked: the person's local dates on which there was a question.
        answered: their local dates on which they answered.
        today: their local date.
        skipped: their local dates whose question they skipped.
    """
    # A day that was answered after all needs no excuse and uses none up.
    free = excused(set(skipped) - set(answered))
    days = 0
    for day in sorted(set(asked), reverse=True):
        if day > today:
            continue
        if day in answered:
            days += 1
        elif day != today and day not in free:
            break
    return days
