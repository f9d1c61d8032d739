"""A second reading of an answer, with other words, where the grader can give one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeGuard

from handlers.answers.judge import AnswerGrader
from questions.grading import Judgement, Ungraded
from questions.ports import Grader, RelatedAnswer, Retriever, SecondOpinion
from questions.question import Question


class _Reconsidering(Grader, SecondOpinion, Protocol):
    """A grader that can also give a second opinion."""


class SecondReader:
    """Gives second readings.

    Args:
        grader: what judged first; one that can't give a second opinion gives no readings.
        retriever: finds related answers.
    """

    def __init__(self, grader: Grader, retriever: Retriever) -> None:
        self._grader = grader
        self._retriever = retriever

    def reading(self, reason: str) -> AnswerGrader | None:
        """Return what reads an answer once more, knowing why its author appeals.

        ``None`` where the grader can't.
        """
        if not _can_reconsider(self._grader):
            return None
        return AnswerGrader(_SecondGrader(self._grader, reason), self._retriever)


def _can_reconsider(grader: Grader) -> TypeGuard[_Reconsidering]:
    return hasattr(grader, "reconsider")


class _SecondGrader:
    """A second opinion in the form of a grader, so that it is checked, summed and paid alike."""

    def __init__(self, opinion: _Reconsidering, reason: str) -> None:
        self._opinion = opinion
        self._reason = reason

    @property
    def name(self) -> str:
        return f"{self._opinion.name}, second reading"

    @property
    def is_estimate(self) -> bool:
        return self._opinion.is_estimate

    async def judge(
        self, question: Question, reply: str, related: Sequence[RelatedAnswer]
    ) -> Judgement | Ungraded:
        return await self._opinion.reconsider(question, reply, related, reason=self._reason)
