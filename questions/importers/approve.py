"""From a draft to a question of the team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pydantic import ValidationError

from questions.grading import weighted_score
from questions.importers.draft import Draft, ScoredSample
from questions.importers.propose import rubric_of, slug_of
from questions.lint import BAND_SCORES
from questions.question import Band, Criterion, Exemplar, Question, Verdict

_MAX_ID: Final = 48


class NotReady(Exception):
    """A draft lacks what a question must have.

    Attributes:
        missing: the parts, for a person to read.
    """

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(", ".join(missing))
        self.missing = tuple(missing)


def question_of(draft: Draft, question_id: str = "") -> Question:
    """Return the question that a draft becomes, its first version.

    Args:
        draft: the draft; where a lead has edited it, that counts.
        question_id: the id it gets; made of its title where none is given.

    Raises:
        NotReady: something is missing that nobody could propose.
    """
    if draft.edited is not None:
        update = {"id": question_id or draft.edited.id, "version": 1}
        return draft.edited.model_copy(update=update)
    wanted = {
        "a role": draft.role,
        "a prompt": draft.prompt.strip(),
        "a model answer": draft.model_answer.strip(),
        "a rubric": draft.criteria,
        "a speaking blueprint": draft.blueprint,
        "what it tests": draft.tests.strip(),
    }
    missing = [name for name, value in wanted.items() if not value]
    if missing or draft.role is None or draft.blueprint is None:
        raise NotReady(missing)
    try:
        return Question(
            id=question_id or free_id(draft, ()),
            version=1,
            role=draft.role,
            topic=slug_of(draft.topic or draft.title),
            title=draft.title,
            kind=draft.kind,
            difficulty=draft.difficulty,
            skills=draft.skills or (draft.topic or draft.title,),
            tests=draft.tests,
            prompt=draft.prompt,
            rubric=rubric_of(draft.criteria),
            model_answer=draft.model_answer,
            blueprint=draft.blueprint,
            follow_ups=draft.follow_ups,
            common_mistakes=draft.common_mistakes,
            exemplars=tuple(_exemplars(draft)),
            reading=draft.reading,
        )
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the question"
        raise NotReady([f"{place.replace('_', ' ')} ({first['msg'].lower()})"]) from error


def free_id(draft: Draft, taken: Sequence[str] | frozenset[str]) -> str:
    """Return an id for a draft's question that is not among ``taken``."""
    base = slug_of(draft.title or draft.prompt, "question", _MAX_ID)
    if base not in taken:
        return base
    return f"{base[: _MAX_ID - 7].rstrip('-')}-{draft.digest[:6]}"


def _exemplars(draft: Draft) -> list[Exemplar]:
    """Return the scored samples whose score lies in a band, at most one a band."""
    found: dict[Band, Exemplar] = {}
    for sample in draft.samples:
        band = _band(sample)
        if band is not None and band not in found:
            verdicts = verdicts_for(draft.criteria, sample.score or 0.0)
            found[band] = Exemplar(band=band, text=sample.text, verdicts=verdicts)
    return [found[band] for band in Band if band in found]


def _band(sample: ScoredSample) -> Band | None:
    if sample.score is None or not sample.text.strip():
        return None
    return next(
        (band for band, (low, high) in BAND_SCORES.items() if low <= sample.score <= high), None
    )


def verdicts_for(criteria: Sequence[Criterion], score: float) -> dict[str, Verdict]:
    """Return verdicts whose score comes as near to a known one as whole and half points allow.

    Who scored the sample judged it as a whole, so which criterion earned what is a proposal: the
    rubric is filled from its beginning.
    """
    verdicts = {criterion.id: Verdict.MISSED for criterion in criteria}
    reached = _score(criteria, verdicts)
    for criterion in criteria:
        for verdict in (Verdict.MET, Verdict.PARTIAL):
            tried = {**verdicts, criterion.id: verdict}
            value = _score(criteria, tried)
            if abs(value - score) < abs(reached - score):
                verdicts, reached = tried, value
                break
    return verdicts


def _score(criteria: Sequence[Criterion], verdicts: dict[str, Verdict]) -> float:
    return weighted_score([(c.weight, verdicts[c.id].share) for c in criteria])
