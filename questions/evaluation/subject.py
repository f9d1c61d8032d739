"""A row's question as the graders know questions."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from questions.evaluation.points import derive_points, points_wanted
from questions.evaluation.row import Point, Row
from questions.grading import ERROR_COST, Grade
from questions.question import (
    MAX_SCORE,
    Criterion,
    Kind,
    Question,
    Rubric,
    SpeakingBlueprint,
)
from questions.role import Role

_PARTIAL: Final = "Says part of this, or says it vaguely."
# Points such as 0.25 become whole weights without losing their proportion.
_UNITS: Final = 1000
_TITLE_CHARACTERS: Final = 80


@dataclass(frozen=True)
class Subject:
    """A question of a data set.

    Attributes:
        question: what graders are given.
        wanted: how many of its criteria make a full answer.
    """

    question: Question
    wanted: int

    def score(self, grade: Grade) -> float:
        """Return the grade's score, 0 to 5, where some of the criteria may be enough.

        Where fewer than all are wanted, as many as are wanted earn everything, and factual errors
        cost what they cost in `assemble_grade`.
        """
        if self.wanted >= len(grade.criteria):
            return grade.score
        earned = MAX_SCORE * min(sum(c.share for c in grade.criteria) / self.wanted, 1.0)
        return max(earned - ERROR_COST * len(grade.errors), earned / 2)


def subject_of(row: Row) -> Subject:
    """Build the question of a row.

    A shipped rubric has 4 to 7 criteria whose weights are 1 to 5. Data sets have any number of
    any worth, so both are built without that check; nothing that sums or judges depends on it.
    """
    points = row.criteria or [Point(text=t, points=1) for t in derive_points(row.reference)]
    question = Question(
        id=_identity(row),
        role=Role.SOFTWARE_ENGINEER_AI_LEADERSHIP,
        topic="data",
        title=" ".join(row.question.split())[:_TITLE_CHARACTERS],
        kind=Kind.CONCEPT,
        difficulty=3,
        skills=("data",),
        tests="Whether the answer says what the reference says.",
        prompt=row.question,
        rubric=Rubric.model_construct(criteria=_criteria(points)),
        model_answer=row.reference,
        blueprint=SpeakingBlueprint(hook=row.reference, core=(row.reference,), punchline="."),
    )
    # What the points are worth is known where they are given: then all of them count.
    wanted = len(points) if row.criteria else points_wanted(row.question, len(points))
    return Subject(question=question, wanted=wanted)


def _criteria(points: Sequence[Point]) -> tuple[Criterion, ...]:
    return tuple(
        Criterion.model_construct(
            id=f"point-{number}",
            weight=max(1, round(_UNITS * point.points)),
            text=point.text,
            met=point.text,
            partial=_PARTIAL,
        )
        for number, point in enumerate(points, start=1)
    )


def _identity(row: Row) -> str:
    """Name the question by its content, so that a store of grades never takes one for another."""
    parts = [row.question, row.reference, *(f"{c.text}{c.points}" for c in row.criteria or ())]
    return f"data-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:24]}"
