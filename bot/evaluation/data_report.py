"""How a data set's evaluation is shown, as JSON and for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Final

from questions.evaluation.agreement import (
    Agreement,
    Observation,
    by_question,
    measure,
    without_blanks,
)
from questions.evaluation.benchmark import Calibrated

NOTES: Final = (
    "All scores are on 0 to 5. Ungraded answers are counted and left out of every measure.",
    "Empty and one-word answers, which the grader refuses, count as 0.",
    "qwk: quadratic weighted kappa of the scores rounded to 0, 1, ... 5, halves upwards.",
    "macro_f1: right or wrong from 2.5 upwards, only where people gave nothing but 0 and the most.",
    "non_blank: answers of more than two words.",
)
_MEASURES: Final = ("pearson", "spearman", "rmse", "qwk", "mean_bias", "macro_f1")
_DIGITS: Final = 4


@dataclass(frozen=True, kw_only=True)
class DataReport:
    """What was measured on a data set.

    Attributes:
        grader: the grader's name.
        is_estimate: whether its grades are estimates.
        observations: every row with what the grader made of it.
        malformed: how many lines were no rows.
        seconds: how long the grading took.
        calibrated: what a calibration brought, where one was asked for.
    """

    grader: str
    is_estimate: bool
    observations: Sequence[Observation]
    malformed: int
    seconds: float
    calibrated: Calibrated | None = None

    @property
    def rows_per_second(self) -> float:
        """How many answers were graded in a second."""
        return len(self.observations) / max(self.seconds, 1e-6)

    def as_json(self) -> dict[str, object]:
        """Return the report as JSON values; an undefined measure is ``None``."""
        return {
            "grader": self.grader,
            "is_estimate": self.is_estimate,
            **_rounded(measure(self.observations)),
            "malformed": self.malformed,
            "rows_per_second": round(self.rows_per_second, 2),
            "median_latency_ms": self._latency(),
            "non_blank": _rounded(measure(without_blanks(self.observations))),
            "by_question": [
                {"qid": qid, **_rounded(measure(group))}
                for qid, group in by_question(self.observations).items()
            ],
            "calibration": self._calibration(),
            "notes": list(NOTES),
        }

    def lines(self) -> Iterator[str]:
        """Yield the report for people."""
        whole = measure(self.observations)
        mark = " (estimates)" if self.is_estimate else ""
        yield f"{self.grader}{mark}: {whole.n} answers, {self.rows_per_second:.1f} a second"
        if self.malformed:
            yield f"{self.malformed} malformed lines skipped"
        yield f"ungraded {whole.share_ungraded:.1%}{_reasons(whole.ungraded)}"
        if whole.counted_as_zero:
            yield f"counted as 0{_reasons(whole.counted_as_zero)}"
        yield ""
        columns = {"all": whole, "non-blank": measure(without_blanks(self.observations))}
        if self.calibrated is not None:
            columns |= {
                "rest": self.calibrated.before,
                "calibrated": self.calibrated.after,
                "and non-blank": self.calibrated.after_non_blank,
            }
        yield _row("", columns)
        yield _row("n", [column.n for column in columns.values()])
        for name in _MEASURES:
            yield _row(name, [getattr(column, name) for column in columns.values()])
        yield ""
        width = max(len(qid) for qid in by_question(self.observations))
        yield f"{'question':<{width}}     n  pearson   rmse    bias"
        for qid, group in by_question(self.observations).items():
            one = measure(group)
            shown = f"{_show(one.pearson):>7}{_show(one.rmse):>7}{_show(one.mean_bias):>8}"
            yield f"{qid:<{width}} {one.n:>5}  {shown}"
        yield ""
        yield from NOTES

    def _latency(self) -> float | None:
        taken = [o.outcome.latency_ms for o in self.observations if o.outcome.latency_ms > 0]
        return median(taken) if taken else None

    def _calibration(self) -> dict[str, object] | None:
        fitted = self.calibrated
        if fitted is None:
            return None
        return {
            "used": fitted.used,
            **{k: round(v, _DIGITS) for k, v in asdict(fitted.calibration).items()},
            "before": _rounded(fitted.before),
            "after": _rounded(fitted.after),
            "after_non_blank": _rounded(fitted.after_non_blank),
        }


def _rounded(agreement: Agreement) -> dict[str, object]:
    return {
        name: round(value, _DIGITS) if isinstance(value, float) else value
        for name, value in asdict(agreement).items()
    }


def _row(name: str, values: Iterator[object] | Sequence[object] | dict[str, Agreement]) -> str:
    return f"{name:<10}" + "".join(f"{_show(value):>14}" for value in values)


def _show(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _reasons(counts: dict[str, int]) -> str:
    return f" ({', '.join(f'{reason} {n}' for reason, n in counts.items())})" if counts else ""
