"""How a robustness run is shown, as JSON and for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from questions.evaluation.exemplar import EXEMPLAR_FLOOR, ExemplarReport
from questions.evaluation.robustness import Finding, RobustnessReport

_DIGITS: Final = 4


def robustness_json(report: RobustnessReport) -> dict[str, object]:
    """Return the report as JSON values."""
    return {
        "keeps_floors": report.keeps_floors,
        "unreachable": report.unreachable,
        "relations": [
            {
                "relation": r.relation.name.lower().replace("_", "-"),
                "claim": r.relation.value,
                "total": r.total,
                "held": r.held,
                "share_broken": round(r.share_broken, _DIGITS),
                "floor": r.relation.floor,
                "keeps_floor": r.keeps_floor,
                "worst": [
                    {"question": f.question_id, "case": f.case, "scores": list(f.scores)}
                    for f in r.worst
                ],
            }
            for r in report.relations
        ],
        "exemplars": exemplars_json(report.exemplars),
    }


def robustness_lines(report: RobustnessReport) -> Iterator[str]:
    """Yield the report for people; what breaks a floor is marked."""
    yield "   broken    held  relation"
    for r in report.relations:
        mark = " " if r.keeps_floor else "!"
        yield f"{mark} {r.share_broken:>6.1%} {r.held:>4}/{r.total:<5} {r.relation.value}"
        for finding in r.worst:
            yield f"{'':<20}{_example(finding)}"
    if report.unreachable:
        yield f"! {report.unreachable} replies could not be put to the grader"
    yield ""
    yield from exemplars_lines(report.exemplars)


def exemplars_json(report: ExemplarReport) -> dict[str, object]:
    """Return the sample answers' report as JSON values."""
    return {
        "n": report.n,
        "ungraded": report.ungraded,
        "mae": _round(report.mae),
        "rmse": _round(report.rmse),
        "rmse_floor": EXEMPLAR_FLOOR,
        "ordered": report.ordered,
        "questions": [
            {
                "question": q.question_id,
                "known": list(q.known),
                "given": list(q.given),
                "ordered": q.is_ordered,
            }
            for q in report.questions
        ],
    }


def exemplars_lines(report: ExemplarReport) -> Iterator[str]:
    """Yield the sample answers' report for people."""
    mark = " " if report.keeps_floor else "!"
    yield (
        f"{mark} exemplars: {report.n} graded, {report.ungraded} refused, mean absolute error "
        f"{_show(report.mae)}, RMSE {_show(report.rmse)} (at most {EXEMPLAR_FLOOR}), "
        f"{report.ordered} of {len(report.questions)} questions in order"
    )
    for q in report.questions:
        if not q.is_ordered:
            yield f"{'':<4}{q.question_id}: {_scores(q.given)} for {_scores(q.known)}"


def _example(finding: Finding) -> str:
    return f"{finding.question_id}: {finding.case}: {_scores(finding.scores)}"


def _scores(scores: tuple[float | None, ...]) -> str:
    return ", ".join("refused" if s is None else f"{s:.1f}" for s in scores)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def _show(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
