"""How each question of a session went, and what that adds up to. Code decides, by stated rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from handlers.practice.record import PracticeTurn, TurnKind, TurnState
from handlers.report.content import (
    Claim,
    Point,
    QuestionResult,
    Recommendation,
    Standing,
)
from handlers.report.evidence import Record
from questions.grading import Grade, GradedCriterion
from questions.question import Question, Verdict

_STANDINGS: Final = {
    TurnState.UNGRADED: Standing.UNGRADED,
    TurnState.SKIPPED: Standing.SKIPPED,
    TurnState.TIMED_OUT: Standing.TIMED_OUT,
}
# An answer that was asked for and not given shows nothing, which is what it is worth.
_WORTH_NOTHING: Final = frozenset({Standing.SKIPPED, Standing.TIMED_OUT})
_FEWEST: Final = 2
_STRONG, _PASS, _CORE, _LITTLE = 4.5, 3.5, 2.5, 1.5


def results_of(
    turns: Sequence[PracticeTurn], questions: Mapping[str, Question], record: Record
) -> tuple[QuestionResult, ...]:
    """Return how each question went, in the order in which they were asked.

    Args:
        turns: the session's turns, in order.
        questions: the questions that were asked, by id.
        record: what may be quoted.
    """
    asked = [turn for turn in turns if turn.kind is TurnKind.QUESTION and turn.question_id]
    found: list[QuestionResult] = []
    for first in asked:
        question = questions.get(first.question_id or "")
        if question is not None:
            about = [turn for turn in turns if turn.question_id == first.question_id]
            found.append(_result(len(found) + 1, question, about, record))
    return tuple(found)


def average_of(results: Sequence[QuestionResult]) -> float | None:
    """Return the mean score in tenths; ``None`` where no question has one."""
    scores = [result.score for result in results if result.score is not None]
    return round(sum(scores) / len(scores), 1) if scores else None


def recommend(results: Sequence[QuestionResult]) -> Recommendation:
    """Return what the scores come to; the rule is `handlers.report.content.SCALE`."""
    scores = [result.score for result in results if result.score is not None]
    average = average_of(results)
    if average is None or len(scores) < _FEWEST:
        return Recommendation.NONE
    if average < _CORE:
        return Recommendation.NO
    if average < _PASS or min(scores) < _LITTLE:
        return Recommendation.NOT_YET
    if average >= _STRONG and min(scores) >= _PASS:
        return Recommendation.STRONG_YES
    return Recommendation.YES


def _result(
    number: int, question: Question, turns: Sequence[PracticeTurn], record: Record
) -> QuestionResult:
    graded = next((turn for turn in reversed(turns) if turn.grade is not None), None)
    common = QuestionResult(
        number=number,
        question_id=question.id,
        title=question.title,
        difficulty=question.difficulty,
        standing=Standing.GRADED,
        score=None,
        follow_ups=sum(turn.kind is TurnKind.FOLLOW_UP for turn in turns),
        hints=sum(turn.hints for turn in turns),
    )
    if graded is None or graded.grade is None:
        return _without_grade(common, turns)
    grade = graded.grade
    return common.model_copy(
        update={
            "score": grade.score,
            "points": _points(grade, question, turns, record),
            "corrections": _corrections(grade, turns, record),
            "is_estimate": grade.is_estimate,
            "low_confidence": grade.low_confidence,
        }
    )


def _without_grade(result: QuestionResult, turns: Sequence[PracticeTurn]) -> QuestionResult:
    said = [turn for turn in turns if turn.answer.strip()]
    decisive = said[-1] if said else turns[-1]
    standing = _STANDINGS.get(decisive.state, Standing.UNANSWERED)
    if said:
        # Whatever became of it, there was an answer: it has no grade, which is no zero.
        standing = Standing.UNGRADED
    return result.model_copy(
        update={
            "standing": standing,
            "score": 0.0 if standing in _WORTH_NOTHING else None,
            "reason": decisive.detail or "",
            "ungraded": decisive.reason,
        }
    )


def _points(
    grade: Grade, question: Question, turns: Sequence[PracticeTurn], record: Record
) -> tuple[Point, ...]:
    texts = {criterion.id: criterion.text for criterion in question.rubric.criteria}
    heaviest = sorted(grade.criteria, key=lambda c: -c.weight)
    points = (_point(c, texts[c.id], turns, record) for c in heaviest if c.id in texts)
    return tuple(point for point in points if point is not None)


def _point(
    graded: GradedCriterion, text: str, turns: Sequence[PracticeTurn], record: Record
) -> Point | None:
    """Return a criterion with the words that show it; ``None`` where there are none."""
    if graded.verdict is Verdict.MISSED:
        evidence = record.asked(turns[0].number)
    else:
        evidence = record.yours(graded.quote, [turn.number for turn in turns])
    if evidence is None:
        return None
    return Point(
        verdict=graded.verdict,
        claim=Claim(text=text, evidence=evidence),
        # Of what is not there a grader says the same each time.
        comment="" if graded.verdict is Verdict.MISSED else graded.comment,
    )


def _corrections(grade: Grade, turns: Sequence[PracticeTurn], record: Record) -> tuple[Claim, ...]:
    numbers = [turn.number for turn in turns]
    found = ((error.correction, record.yours(error.quote, numbers)) for error in grade.errors)
    return tuple(
        Claim(text=correction, evidence=evidence)
        for correction, evidence in found
        if evidence is not None and correction.strip()
    )
