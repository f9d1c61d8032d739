"""The local grader: verdicts without a language model, labelled an estimate."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter
from typing import Final

import numpy as np

from questions.grading import (
    CriterionVerdict,
    FactualError,
    Judgement,
    Ungraded,
    Usage,
    refuse_reply,
)
from questions.local.comment import disclose, explain
from questions.local.conflict import find_errors
from questions.local.evidence import Evidence, weigh_evidence
from questions.local.language import refuse_code, refuse_language
from questions.local.parameters import Parameters, Scale, load_parameters
from questions.local.prepare import Subject, prepare_reply, prepare_subject
from questions.local.reading import Reading, read_reply
from questions.ports import GraderUnavailable, RelatedAnswer, RetrievalUnavailable, TokenEncoder
from questions.question import Criterion, Question, Verdict

_SUBJECTS_KEPT: Final = 64
_VERSION: Final = "local-2"


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
        return Judgement(verdicts=tuple(verdicts), errors=tuple(errors), usage=usage)

    def _weigh(
        self, question: Question, reading: Reading
    ) -> tuple[list[CriterionVerdict], list[FactualError]]:
        criteria = question.rubric.criteria
        fitted = self._parameters
        is_reference = question.rubric.is_reference
        scale, gate = (
            (fitted.reference, fitted.reference_gate)
            if is_reference
            else (fitted.rubric, fitted.rubric_gate)
        )
        subject = self._subject(question)
        reply = reading.spans and prepare_reply(
            self._encoder, subject, reading.spans, reading.worth, gate, in_context=is_reference
        )
        if not reply:
            return [_missed(criterion) for criterion in criteria], []
        quotes = tuple(reading.quote(place) for place in reply.places)
        errors = find_errors(subject, reply, quotes)
        # What is wrong speaks for nothing.
        right = [index not in errors for index in range(len(reply.spans))]
        reply = replace(reply, worth=reply.worth * np.array(right, dtype=np.float32))
        verdicts = [
            self._judge_criterion(criterion, evidence, scale, quotes, is_salad=reading.is_salad)
            for criterion, evidence in zip(criteria, weigh_evidence(subject, reply), strict=True)
        ]
        if reading.left_out:
            note = f"{verdicts[0].comment} {disclose(reading.left_out)}"
            verdicts[0] = verdicts[0].model_copy(update={"comment": note})
        return verdicts, list(errors.values())

    def _judge_criterion(
        self,
        criterion: Criterion,
        evidence: Evidence,
        scale: Scale,
        quotes: Sequence[str],
        *,
        is_salad: bool,
    ) -> CriterionVerdict:
        degree = scale.degree(evidence.features) / (2 if is_salad else 1)
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
        mets = tuple(criterion.met for criterion in question.rubric.criteria)
        mistakes = question.common_mistakes
        key = (question.prompt, question.model_answer, *mets, "", *mistakes)
        with self._lock:
            if key in self._subjects:
                self._subjects.move_to_end(key)
                return self._subjects[key]
        subject = prepare_subject(
            self._encoder, question.prompt, question.model_answer, mets, mistakes
        )
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
