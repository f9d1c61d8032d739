"""What came of a judgement, without what differs from run to run."""

from __future__ import annotations

from bot.llm.grader import OpenAIGrader
from questions.grading import Grade, Judgement, Ungraded, Usage, assemble_grade
from questions.question import Question


def unpaid(outcome: Judgement | Ungraded) -> Judgement | Ungraded:
    """Return the outcome without its usage."""
    return outcome.model_copy(update={"usage": Usage()})


def graded(
    judged: Judgement | Ungraded, grader: OpenAIGrader, question: Question, reply: str
) -> Grade:
    """Return the grade that a judgement comes to."""
    assert isinstance(judged, Judgement), judged
    grade = assemble_grade(
        question.rubric, judged, reply, grader=grader.name, is_estimate=grader.is_estimate
    )
    assert isinstance(grade, Grade)
    return grade
