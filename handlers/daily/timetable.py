"""Reads and words a schedule's parts: a wall time, weekdays, a time zone."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from datetime import time
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from handlers.command import UsageError

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORKING_DAYS: Final = frozenset(range(5))
_NAMED: Final = {
    "weekdays": WORKING_DAYS,
    "workdays": WORKING_DAYS,
    "daily": frozenset(range(7)),
    "everyday": frozenset(range(7)),
    "weekends": frozenset({5, 6}),
}


def parse_time(text: str) -> time:
    """Read a wall time: ``9:00``, ``09.30``, ``9am`` or ``9:30 pm``.

    Raises:
        UsageError: it is none.
    """
    match = re.fullmatch(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?", text.strip().casefold())
    if match:
        hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "pm" else 0)
        elif half:
            hour = 24
        if hour < 24 and minute < 60 and (half or match[2] or len(match[1]) == 2):
            return time(hour, minute)
    raise UsageError(f"“{text}” is no time of day: write it like 09:00.")


def parse_days(text: str) -> frozenset[int]:
    """Read weekdays: ``mon-fri``, ``mon,wed,fri``, ``weekdays`` or ``daily``.

    A range may pass the week's end: ``fri-mon``.

    Returns:
        0 (Monday) to 6 (Sunday).

    Raises:
        UsageError: it names no days.
    """
    days: set[int] = set()
    for part in filter(None, re.split(r"[,\s]+", text.strip().casefold())):
        if part in _NAMED:
            days |= _NAMED[part]
            continue
        first, dash, last = part.replace("–", "-").partition("-")
        start = _day(first, text)
        end = _day(last, text) if dash else start
        days |= {(start + step) % 7 for step in range((end - start) % 7 + 1)}
    if not days:
        raise UsageError(f"“{text}” names no days: write them like mon-fri or mon,wed,fri.")
    return frozenset(days)


def parse_zone(text: str) -> str:
    """Read an IANA time zone such as ``Europe/Berlin``; case does not matter.

    Raises:
        UsageError: there is none of this name; offers near ones.
    """
    wanted = text.strip().replace(" ", "_").casefold()
    by_name = {zone.casefold(): zone for zone in available_timezones()}
    by_city = {zone.rpartition("/")[2].casefold(): zone for zone in sorted(by_name.values())}
    known = by_city | by_name
    if wanted in known:
        return ZoneInfo(known[wanted]).key
    near = difflib.get_close_matches(wanted, known, n=1, cutoff=0.7)
    hint = (
        f"Did you mean {known[near[0]]}?"
        if near
        else "Write one like Europe/Berlin or America/New_York."
    )
    raise UsageError(f"There is no time zone “{text}”. {hint}")


def format_days(weekdays: Iterable[int]) -> str:
    """Word weekdays, for example ``Mon–Fri`` or ``Mon, Wed``."""
    days = sorted(weekdays)
    if days == list(range(7)):
        return "every day"
    names = [DAYS[day].capitalize() for day in days]
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{names[0]}–{names[-1]}"
    return ", ".join(names)


def _day(name: str, text: str) -> int:
    for index, day in enumerate(DAYS):
        if len(name) >= 2 and (name.startswith(day) or day.startswith(name)):
            return index
    raise UsageError(f"“{text}” names no days: write them like mon-fri or mon,wed,fri.")
