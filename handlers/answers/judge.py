"""Judging one reply with what is known of its question, without any storing or showing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from questions.grading import Grade, Judgement, Ungraded, assemble_grade, refuse_reply
from questions.ports import Grader, RelatedAnswer, RetrievalUnavailable, Retriever
from questions.question import Frozen, Question

_LOG = logging.getLogger(__name__)
RELATED: Final = 3


class Judged(Frozen):
    """A judgement, and what it drew on.

    Attributes:
        judgement: what the grader said.
        related: ids of the questions whose model answers it was shown.
    """

    judgement: Judgement
    related: tuple[str, ...] = ()


class AnswerGrader:
    """Judges replies: refuses what can't be graded, finds related answers, asks the grader."""

    def __init__(self, grader: Grader, retriever: Retriever) -> None:
        self._grader = grader
        self._retriever = retriever

    @property
    def is_estimate(self) -> bool:
        """Whether grades are estimates, which cost nothing but time."""
        return self._grader.is_estimate

    def cache_key(self, question: Question, reply: str) -> str | None:
        """Return what a judgement of ``reply`` may be kept under; see `Cacheable`.

        ``None`` where the grader's judgements are not to be kept.
        """
        key: Callable[[Question, str], str] | None = getattr(self._grader, "cache_key", None)
        return None if key is None else key(question, reply)

    async def grade(
        self, question: Question, reply: str, *, team: str | None = None
    ) -> Grade | Ungraded:
        """Grade one reply.

        Args:
            question: the question with its rubric.
            reply: what the person wrote.
            team: the team whose own answers may credit points, besides the shipped ones.

        Raises:
            GraderUnavailable: the grader can't be reached; try again later.
        """
        refusal = refuse_reply(reply)
        if refusal is not None:
            return refusal
        judged = await self.judge(question, reply, team=team)
        return judged if isinstance(judged, Ungraded) else self.assemble(question, reply, judged)

    async def judge(
        self, question: Question, reply: str, *, team: str | None = None
    ) -> Judged | Ungraded:
        """Ask the grader for its verdicts on a reply that is not refused; see `grade`.

        Raises:
            GraderUnavailable: the grader can't be reached; try again later.
        """
        related = await self._related(question, reply, team)
        judged = await self._grader.judge(question, reply, related)
        if isinstance(judged, Ungraded):
            return judged
        return Judged(judgement=judged, related=tuple(a.question_id for a in related))

    def assemble(self, question: Question, reply: str, judged: Judged) -> Grade | Ungraded:
        """Check the verdicts against the reply and sum them; see `assemble_grade`."""
        return assemble_grade(
            question.rubric,
            judged.judgement,
            reply,
            grader=self._grader.name,
            is_estimate=self._grader.is_estimate,
            related=judged.related,
        )

    async def _related(
        self, question: Question, reply: str, team: str | None
    ) -> tuple[RelatedAnswer, ...]:
        try:
            return await self._retriever.related(question, reply, limit=RELATED, team=team)
        except RetrievalUnavailable as error:
            _LOG.warning("grading without related answers: %s", error)
            return ()
