"""How close a grader comes to the known scores of the bank's sample answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from questions.evaluation.statistics import mean_absolute_error, rmse
from questions.lint import exemplar_score
from questions.question import Band, Question

# The largest root mean squared error that a grader may have.
EXEMPLAR_FLOOR: Final = 0.9


@dataclass(frozen=True)
class QuestionExemplars:
    """One question's sample answers, from weak to strong.

    Attributes:
        question_id: the question.
        known: their scores by their verdicts, 0 to 5.
        given: the grader's scores; ``None`` where it refused.
    """

    question_id: str
    known: tuple[float, ...]
    given: tuple[float | None, ...]

    @property
    def is_ordered(self) -> bool:
        """Whether the grader's scores rise as the known ones do."""
        given = [score for score in self.given if score is not None]
        rising = all(a < b for a, b in pairwise(given))
        return len(given) == len(self.given) and rising


@dataclass(frozen=True, kw_only=True)
class ExemplarReport:
    """All sample answers together.

    Attributes:
        n: how many were graded.
        ungraded: how many were refused.
        mae: mean absolute error, in points of 0 to 5; ``None`` where none was graded.
        rmse: root mean squared error.
        ordered: how many questions' samples come out in order.
        questions: each question.
    """

    n: int
    ungraded: int
    mae: float | None
    rmse: float | None
    ordered: int
    questions: tuple[QuestionExemplars, ...]

    @property
    def keeps_floor(self) -> bool:
        """Whether the error is small enough."""
        return self.rmse is not None and self.rmse <= EXEMPLAR_FLOOR


def compare_exemplars(question: Question, scores: Mapping[str, float | None]) -> QuestionExemplars:
    """Return a question's samples with the grader's ``scores``, by their texts."""
    samples = sorted(question.exemplars, key=lambda e: list(Band).index(e.band))
    return QuestionExemplars(
        question_id=question.id,
        known=tuple(exemplar_score(question, e) for e in samples),
        given=tuple(scores[e.text] for e in samples),
    )


def sum_up_exemplars(questions: Sequence[QuestionExemplars]) -> ExemplarReport:
    """Return the report on several questions."""
    pairs = [(g, k) for q in questions for g, k in zip(q.given, q.known, strict=True)]
    graded = [(given, known) for given, known in pairs if given is not None]
    given, known = [g for g, _ in graded], [k for _, k in graded]
    return ExemplarReport(
        n=len(graded),
        ungraded=len(pairs) - len(graded),
        mae=mean_absolute_error(given, known),
        rmse=rmse(given, known),
        ordered=sum(q.is_ordered for q in questions),
        questions=tuple(questions),
    )
