"""Observations and graders of known behaviour."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from questions.evaluation.agreement import Observation
from questions.evaluation.judging import Outcome
from questions.evaluation.row import Row
from questions.grading import CriterionVerdict, Judgement, Ungraded, UngradedReason
from questions.ports import RelatedAnswer
from questions.question import MAX_SCORE, Question, Verdict

WORDS = "A cache keeps the results that it has computed before."


def a_row(answer: str = WORDS, score: float = 5.0, qid: str = "q1", **change: str) -> Row:
    values = {
        "question": f"What does a cache do, case {qid}?",
        "reference": f"It keeps computed results close for {qid}. Nothing is computed twice then.",
        **change,
    }
    return Row(qid=qid, answer=answer, score=score, max_score=MAX_SCORE, **values)


def observed(
    given: float | None,
    human: float,
    *,
    qid: str = "q1",
    answer: str = WORDS,
    reason: UngradedReason | None = None,
) -> Observation:
    return Observation(a_row(answer, human, qid), Outcome(given, reason))


class ScriptedGrader:
    """Gives every criterion the share that a rule says, for replies that it can see.

    Args:
        share: the rule: of the question and the reply, 0 to 1; ``None`` refuses as foreign.
    """

    name = "scripted"
    is_estimate = True

    def __init__(self, share: Callable[[Question, str], float | None]) -> None:
        self._share = share
        self.judged: list[tuple[str, str]] = []

    async def judge(
        self, question: Question, reply: str, related: Sequence[RelatedAnswer]
    ) -> Judgement | Ungraded:
        self.judged.append((question.id, reply))
        share = self._share(question, reply)
        if share is None:
            return Ungraded(reason=UngradedReason.LANGUAGE, detail="Send it in English.")
        quote = next((word for word in reply.split() if len(word) > 3 and word.isalnum()), "")
        return Judgement(
            verdicts=tuple(
                CriterionVerdict(
                    criterion_id=criterion.id,
                    verdict=Verdict.PARTIAL if share else Verdict.MISSED,
                    degree=min(share, 1.0),
                    quote=quote,
                )
                for criterion in question.rubric.criteria
            )
        )
