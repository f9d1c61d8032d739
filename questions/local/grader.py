"""The local grader: verdicts without a language model, labelled an estimate."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Sequence
from time import perf_counter
from typing import Final

from questions.grading import (
    CriterionVerdict,
    FactualError,
    Judgement,
    Ungraded,
    Usage,
    refuse_reply,
)
from questions.local.comment import disclose, explain
from questions.local.evidence import Evidence
from questions.local.language import refuse_code, refuse_language
from questions.local.parameters import Parameters, load_parameters
from questions.local.reading import Reading, read_reply
from questions.local.subject import Subject, prepare_subject
from questions.local.weighing import weigh_reply
from questions.ports import GraderUnavailable, RelatedAnswer, RetrievalUnavailable, TokenEncoder
from questions.question import Criterion, Question, Verdict

_SUBJECTS_KEPT: Final = 64
_VERSION: Final = "local-3"


class LocalGrader:
    """Judges by comparing the reply's sentences with each criterion's `met` text.

    Args:
        encoder: gives the token vectors; called in a thread.
        parameters: the numbers fitted for that encoder; MiniLM's if ``None``.
    """

    def __init__(self, encoder: TokenEncoder, *, parameters: Parameters | None = None) -> None:
        self._encoder = encoder
        self._parameters = parameters or load_parameters()
        self._subjects: OrderedDict[tuple[str, ...], Subject] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """What made the judgement."""
        return "local"

    @property
    def is_estimate(self) -> bool:
        """Grades must be labelled an estimate."""
        return True

    async def judge(
        self,
        question: Question,
        reply: str,
        related: Sequence[RelatedAnswer],  # noqa: ARG002
    ) -> Judgement | Ungraded:
        """Judge ``reply``; related answers are not used.

        Raises:
            GraderUnavailable: the encoder can't be loaded.
        """
        try:
            return await asyncio.to_thread(self._judge, question, reply)
        except RetrievalUnavailable as error:
            raise GraderUnavailable("the local grader's model can't be loaded") from error

    def _judge(self, question: Question, reply: str) -> Judgement | Ungraded:
        began = perf_counter()
        reading = read_reply(reply, question)
        refused = (
            refuse_reply(reply)
            or refuse_reply(reading.visible.text)
            or refuse_language(reading.text)
            or refuse_code(reading.text, question)
        )
        if refused is not None:
            return refused
        verdicts, errors = self._weigh(question, reading)
        usage = Usage(
            model="local",
            prompt_version=_VERSION,
            latency_ms=round(1000 * (perf_counter() - began)),
        )
        return Judgement(verdicts=tuple(verdicts), errors=errors, usage=usage)

    def _weigh(
        self, question: Question, reading: Reading
    ) -> tuple[list[CriterionVerdict], tuple[FactualError, ...]]:
        criteria = question.rubric.criteria
        fitted = self._parameters
        is_reference = question.rubric.is_reference
        gate = fitted.reference_gate if is_reference else fitted.rubric_gate
        subject = self._subject(question)
        weighed = weigh_reply(self._encoder, subject, reading, gate, is_reference=is_reference)
        if weighed is None:
            return [_missed(criterion) for criterion in criteria], ()
        degrees = fitted.degrees(
            [evidence.features for evidence in weighed.evidence],
            [criterion.weight for criterion in criteria],
            is_reference=is_reference,
        )
        verdicts = [
            self._judge_criterion(
                criterion, evidence, degree / (2 if reading.is_salad else 1), weighed.quotes
            )
            for criterion, evidence, degree in zip(criteria, weighed.evidence, degrees, strict=True)
        ]
        if reading.left_out:
            note = f"{verdicts[0].comment} {disclose(reading.left_out)}"
            verdicts[0] = verdicts[0].model_copy(update={"comment": note})
        return verdicts, weighed.errors

    def _judge_criterion(
        self, criterion: Criterion, evidence: Evidence, degree: float, quotes: Sequence[str]
    ) -> CriterionVerdict:
        verdict = self._parameters.verdict(degree)
        if verdict is Verdict.MISSED or evidence.best is None:
            return CriterionVerdict(
                criterion_id=criterion.id,
                verdict=Verdict.MISSED,
                degree=0.0,
                comment=explain(Verdict.MISSED, evidence),
            )
        return CriterionVerdict(
            criterion_id=criterion.id,
            verdict=verdict,
            degree=round(degree, 2),
            quote=quotes[evidence.best],
            comment=explain(verdict, evidence),
        )

    def _subject(self, question: Question) -> Subject:
        """Return the question made ready, kept for the next replies to it."""
        texts = (text for c in question.rubric.criteria for text in (c.text, c.met))
        key = (question.prompt, question.model_answer, *texts, "", *question.common_mistakes)
        with self._lock:
            if key in self._subjects:
                self._subjects.move_to_end(key)
                return self._subjects[key]
        subject = prepare_subject(self._encoder, question)
        with self._lock:
            self._subjects[key] = subject
            while len(self._subjects) > _SUBJECTS_KEPT:
                self._subjects.popitem(last=False)
        return subject


def _missed(criterion: Criterion) -> CriterionVerdict:
    return CriterionVerdict(
        criterion_id=criterion.id,
        verdict=Verdict.MISSED,
        degree=0.0,
        comment="I found no sentence that answers the question.",
    )
