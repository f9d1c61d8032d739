"""Who sees a grade, and until when a question takes answers."""

from __future__ import annotations

from enum import Enum, auto

from handlers.records import Answer, GradeMode, Occurrence, RevealState

_OPENED = frozenset({RevealState.DONE, RevealState.SKIPPED})


class Audience(Enum):
    """Who sees the grades of a question just now. `NOBODY`: they are held until the reveal."""

    EVERYBODY = auto()
    AUTHOR = auto()
    NOBODY = auto()


def audience_of(occurrence: Occurrence) -> Audience:
    """Return who sees the grades of a question just now."""
    if occurrence.grades is GradeMode.OPEN:
        return Audience.EVERYBODY
    return Audience.NOBODY if is_held(occurrence) else Audience.AUTHOR


def is_held(occurrence: Occurrence) -> bool:
    """Return whether a question's grades are hidden until its reveal, from their authors too.

    A grade says what the rubric asks for: shown early, it would write the others' answers, and
    the author's own second one.
    """
    return occurrence.grades is GradeMode.BLIND and occurrence.reveal not in _OPENED


def is_closed(occurrence: Occurrence) -> bool:
    """Return whether a question takes no more answers: its model answer is, or will be, told."""
    return occurrence.grades is GradeMode.BLIND and occurrence.reveal is not None


def may_see(answer: Answer, occurrence: Occurrence, member_id: str) -> bool:
    """Return whether a member may see an answer's grade just now.

    Args:
        answer: the answer.
        occurrence: the question that it answers.
        member_id: who wants to see it.
    """
    match audience_of(occurrence):
        case Audience.EVERYBODY:
            return True
        case Audience.AUTHOR:
            return answer.member_id == member_id
        case Audience.NOBODY:
            return False
