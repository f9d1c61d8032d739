"""Points and boards: what a grade earns, what counts, and who stands where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from handlers.records import ScoreEntry

MAX_COUNTED_A_DAY: Final = 3

TIE_ORDER: Final = "Ties: higher average grade first, then who got there earlier, then by name."


class Period(StrEnum):
    """A board's window."""

    WEEK = "week"
    MONTH = "month"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A member's line on a board.

    Attributes:
        rank: from 1; no two members share one.
        points: the sum over what counts.
        answers: how many answers count.
        average: their mean grade, 0 to 5.
    """

    rank: int
    member_id: str
    name: str
    points: int
    answers: int
    average: float


def points_for(score: float, difficulty: int) -> int:
    """Return the points of a grade: ``score × (4 + difficulty)``, halves up, 0 to 45.

    Args:
        score: the grade, 0 to 5.
        difficulty: the question's, 1 to 5.
    """
    # Scores are tenths: whole tenths keep 24.5 from becoming 24.499….
    tenths = round(score * 10) * (4 + difficulty)
    return (tenths + 5) // 10


def window_start(period: Period, today: date) -> date | None:
    """Return the first local date of a board's window, or ``None`` for all time.

    A week begins on Monday.
    """
    match period:
        case Period.WEEK:
            return today - timedelta(days=today.weekday())
        case Period.MONTH:
            return today.replace(day=1)
        case Period.ALL:
            return None


def counted(entries: Iterable[ScoreEntry]) -> list[ScoreEntry]:
    """Return the entries that count, oldest first.

    Of several answers to one question only a member's best counts (the earliest of equals), and
    of one day only the best `MAX_COUNTED_A_DAY`, so that neither repeats nor a burst climb a board.
    """
    best: dict[tuple[str, str], ScoreEntry] = {}
    for entry in sorted(entries, key=lambda e: (e.earned_at, e.answer_id)):
        key = (entry.member_id, entry.question_id)
        if key not in best or entry.points > best[key].points:
            best[key] = entry
    days: dict[tuple[str, date], list[ScoreEntry]] = defaultdict(list)
    for entry in best.values():
        days[entry.member_id, entry.earned_on].append(entry)
    kept = [
        entry
        for day in days.values()
        for entry in sorted(day, key=lambda e: (-e.points, e.earned_at, e.answer_id))[
            :MAX_COUNTED_A_DAY
        ]
    ]
    return sorted(kept, key=lambda e: (e.earned_at, e.answer_id))


def rank(entries: Sequence[ScoreEntry]) -> list[Standing]:
    """Return the board of a window's entries, first place first; see `TIE_ORDER` for ties."""
    by_member: dict[str, list[ScoreEntry]] = defaultdict(list)
    for entry in counted(entries):
        by_member[entry.member_id].append(entry)
    lines = sorted(
        (
            -sum(e.points for e in own),
            -sum(e.score for e in own) / len(own),
            max(e.earned_at for e in own),
            own[-1].member_name.casefold(),
            member_id,
        )
        for member_id, own in by_member.items()
    )
    return [
        Standing(
            rank=place,
            member_id=member_id,
            name=by_member[member_id][-1].member_name,
            points=-negative_points,
            answers=len(by_member[member_id]),
            average=round(-negative_average, 1),
        )
        for place, (negative_points, negative_average, _, _, member_id) in enumerate(lines, 1)
    ]
