"""Everything that belongs to one appeal, read together."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.appeals.record import Appeal
from handlers.records import Answer
from handlers.storage import UnitOfWork
from questions.grading import Grade
from questions.question import Question


@dataclass(frozen=True, kw_only=True)
class Case:
    """An appeal with what it is about.

    Attributes:
        grade: the newest grade of the answer: the one appealed against, until it is overridden.
        name: what the answer's author is called.
    """

    appeal: Appeal
    answer: Answer
    question: Question
    grade: Grade
    name: str


async def read_case(work: UnitOfWork, appeal: Appeal | None) -> Case | None:
    """Return an appeal's case; ``None`` where a part of it is gone."""
    answer = None if appeal is None else await work.answers.get(appeal.answer_id)
    if appeal is None or answer is None:
        return None
    question = await work.questions.get(answer.team_id, answer.question_id, answer.question_version)
    grade = await work.answers.grade(answer.id)
    if question is None or grade is None:
        return None
    return Case(
        appeal=appeal,
        answer=answer,
        question=question,
        grade=grade,
        name=await work.answers.member_name(answer),
    )
