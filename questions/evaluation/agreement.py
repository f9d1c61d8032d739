"""How well a grader's scores agree with people's, over all rows and by question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from questions.evaluation.judging import Outcome
from questions.evaluation.row import Row
from questions.evaluation.statistics import (
    macro_f1,
    mean_bias,
    pearson,
    quadratic_kappa,
    rmse,
    spearman,
)
from questions.question import MAX_SCORE


@dataclass(frozen=True)
class Observation:
    """A row and what the grader made of it."""

    row: Row
    outcome: Outcome


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """The measures, over the observations that have a score.

    Attributes:
        n: how many observations there are.
        graded: how many have a score; the measures are over these.
        share_ungraded: the share without a score, 0 to 1.
        ungraded: how many were left out for each reason.
        counted_as_zero: how many refusals of empty and one-word answers count as 0.
        pearson: Pearson's r, as all measures ``None`` where it is undefined.
        spearman: Spearman's rho.
        rmse: root mean squared error, in points of 0 to 5.
        qwk: kappa with quadratic weights over the whole scores 0 to 5, halves rounded upwards.
        mean_bias: by how many points the grader is above people on average.
        macro_f1: the mean F1 of right and wrong from 2.5 upwards, where people gave only 0 and
            the most.
    """

    n: int
    graded: int
    share_ungraded: float
    ungraded: dict[str, int]
    counted_as_zero: dict[str, int]
    pearson: float | None
    spearman: float | None
    rmse: float | None
    qwk: float | None
    mean_bias: float | None
    macro_f1: float | None


def measure(
    observations: Sequence[Observation], adjust: Callable[[float], float] | None = None
) -> Agreement:
    """Return the measures of ``observations``.

    Args:
        observations: any number.
        adjust: what becomes of each of the grader's scores first, such as a calibration.
    """
    scored = [
        (o.outcome.score if adjust is None else adjust(o.outcome.score), o.row.human)
        for o in observations
        if o.outcome.score is not None
    ]
    predicted, human = [p for p, _ in scored], [h for _, h in scored]
    left_out = [o.outcome for o in observations if o.outcome.score is None]
    zero = [o.outcome for o in observations if o.outcome.score is not None and o.outcome.reason]
    return Agreement(
        n=len(observations),
        graded=len(scored),
        share_ungraded=len(left_out) / len(observations) if observations else 0.0,
        ungraded=_by_reason(left_out),
        counted_as_zero=_by_reason(zero),
        pearson=pearson(predicted, human),
        spearman=spearman(predicted, human),
        rmse=rmse(predicted, human),
        qwk=quadratic_kappa(predicted, human),
        mean_bias=mean_bias(predicted, human),
        macro_f1=macro_f1(predicted, human) if _is_right_or_wrong(observations) else None,
    )


def without_blanks(observations: Sequence[Observation]) -> list[Observation]:
    """Return the observations of more than two words: blanks flatter a correlation."""
    return [o for o in observations if not o.row.is_blank]


def by_question(observations: Sequence[Observation]) -> dict[str, list[Observation]]:
    """Return the observations of each question, in the order of first mention."""
    groups: dict[str, list[Observation]] = {}
    for observation in observations:
        groups.setdefault(observation.row.qid, []).append(observation)
    return groups


def _is_right_or_wrong(observations: Sequence[Observation]) -> bool:
    return {o.row.human for o in observations} == {0.0, float(MAX_SCORE)}


def _by_reason(outcomes: Sequence[Outcome]) -> dict[str, int]:
    counts = Counter(o.reason.value for o in outcomes if o.reason is not None)
    return dict(counts.most_common())
