"""Which question an interview asks next: of the role, near the level, following how it goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from handlers.practice.record import Level, PracticeSession, PracticeTurn, TurnKind
from handlers.reviews.choose import next_for
from handlers.storage import UnitOfWork
from questions.selection import QuestionCard

_HARDEST: Final = 5
_WELL: Final = 4.0
_BADLY: Final = 2.0
# So many answers decide whether it goes well or badly.
_LATEST: Final = 2


def difficulties(level: Level, scores: Sequence[float]) -> range:
    """Return the difficulties, 1 to 5, that are asked at a level.

    The window is three wide around the level's own; it moves up by one where the last answers
    went well, and down where they went badly.

    Args:
        level: what is interviewed for.
        scores: the session's grades so far, 0 to 5, one a question.
    """
    middle = level.difficulty
    latest = scores[-_LATEST:]
    if len(latest) == _LATEST:
        mean = sum(latest) / _LATEST
        middle += (mean >= _WELL) - (mean < _BADLY)
    middle = min(max(middle, 2), _HARDEST - 1)
    return range(middle - 1, middle + 2)


async def pick_card(
    work: UnitOfWork, session: PracticeSession, turns: Sequence[PracticeTurn], now: datetime
) -> QuestionCard | None:
    """Return the question that a session asks next, or ``None`` where every one was asked."""
    cards = await work.questions.cards(session.team_id, session.role)
    asked = {turn.question_id for turn in turns if turn.question_id is not None}
    wanted = difficulties(session.level, _scores(turns))
    fitting = [card for card in cards if card.difficulty in wanted]
    for some in (fitting, cards):
        card = await next_for(
            work,
            team_id=session.team_id,
            member_id=session.member_id,
            cards=some,
            asked=asked,
            now=now,
            zone=session.zone,
            seed=session.id,
        )
        if card is not None:
            return card
    return None


def _scores(turns: Sequence[PracticeTurn]) -> list[float]:
    newest: dict[str, float] = {}
    for turn in turns:
        if turn.kind in {TurnKind.QUESTION, TurnKind.FOLLOW_UP} and turn.grade is not None:
            newest[turn.question_id or ""] = turn.grade.score
    return list(newest.values())
