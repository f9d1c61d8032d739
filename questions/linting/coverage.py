"""What a grader makes of a question's own texts: its model answer and its exemplars.

A model answer must meet every criterion and an exemplar score in its band. Where a grader says
otherwise, of text and rubric one does not say what it means, or the grader can not tell this
question's answers apart: either way people who answer it would be graded wrongly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from questions.evaluation.judging import Advance, for_each, grade_reply
from questions.grading import Grade, Ungraded
from questions.lint import BAND_SCORES, exemplar_score
from questions.linting.finding import Finding, line_of_place
from questions.ports import Grader
from questions.question import Band, Exemplar, Question, Verdict

_MODEL_ANSWER: Final = "Model answer"


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """What a grader made of a bank's own texts.

    Attributes:
        grader: its name.
        criteria: how many criteria the model answers were held against.
        met: how many of them they meet.
        exemplars: how many exemplars there are.
        in_band: how many of them score in their band.
        findings: the others, by file and line, and what was not graded.
    """

    grader: str
    criteria: int
    met: int
    exemplars: int
    in_band: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Covered:
    """One question's part."""

    met: int
    in_band: int
    findings: tuple[tuple[str, str], ...]


async def check_coverage(
    grader: Grader,
    read: Sequence[tuple[Path, Question]],
    *,
    at_once: int = 1,
    advance: Advance | None = None,
) -> Coverage:
    """Grade every model answer and exemplar.

    Args:
        grader: any grader.
        read: the questions with their files.
        at_once: how many questions at a time.
        advance: told how many questions of how many are done.
    """
    covered = await for_each(
        [question for _, question in read],
        lambda question: _cover(grader, question),
        at_once=at_once,
        advance=advance,
    )
    findings = [
        finding
        for (path, _), part in zip(read, covered, strict=True)
        for finding in _placed(path, part.findings)
    ]
    return Coverage(
        grader=grader.name,
        criteria=sum(len(question.rubric.criteria) for _, question in read),
        met=sum(part.met for part in covered),
        exemplars=sum(len(question.exemplars) for _, question in read),
        in_band=sum(part.in_band for part in covered),
        findings=tuple(sorted(findings)),
    )


def band_of(score: float) -> Band:
    """Return the band that ``score``, 0 to 5, is in or nearest to."""
    return min(BAND_SCORES, key=lambda band: _distance(score, BAND_SCORES[band]))


async def _cover(grader: Grader, question: Question) -> _Covered:
    graded = await grade_reply(grader, question, question.model_answer)
    findings = list(_unmet(graded))
    met = 0
    if isinstance(graded, Grade):
        met = sum(criterion.verdict is Verdict.MET for criterion in graded.criteria)
    in_band = 0
    for exemplar in question.exemplars:
        finding = _off_band(question, exemplar, await grade_reply(grader, question, exemplar.text))
        if finding is None:
            in_band += 1
        else:
            findings.append((exemplar.band.capitalize(), finding))
    return _Covered(met, in_band, tuple(findings))


def _unmet(graded: Grade | Ungraded) -> Iterator[tuple[str, str]]:
    if isinstance(graded, Ungraded):
        yield _MODEL_ANSWER, f"not graded, because {graded.detail}"
        return
    for criterion in graded.criteria:
        if criterion.verdict is not Verdict.MET:
            yield criterion.id, f"the model answer is judged to have it {criterion.verdict.value}"


def _off_band(question: Question, exemplar: Exemplar, graded: Grade | Ungraded) -> str | None:
    if isinstance(graded, Ungraded):
        return f"not graded, because {graded.detail}"
    if band_of(graded.score) is exemplar.band:
        return None
    known = exemplar_score(question, exemplar)
    return (
        f"judged to score {graded.score:.1f}, which is {band_of(graded.score)}; known {known:.1f}"
    )


def _placed(path: Path, findings: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    text = path.read_text(encoding="utf-8")
    for place, message in findings:
        yield Finding(path, line_of_place(text, place), f"{place}: {message}")


def _distance(score: float, limits: tuple[float, float]) -> float:
    low, high = limits
    return max(low - score, score - high, 0.0)
