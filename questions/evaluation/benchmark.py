"""Grading a data set, and the worthless replies that a calibration is anchored by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Final

from questions.evaluation.agreement import Agreement, Observation, measure, without_blanks
from questions.evaluation.calibration import Calibration, choose_calibrators, fit_calibration
from questions.evaluation.injection import INJECTIONS
from questions.evaluation.judging import Advance, Outcome, for_each, grade_reply, outcome_of
from questions.evaluation.row import Row
from questions.evaluation.subject import Subject, subject_of
from questions.evaluation.wording import FILLER
from questions.ports import Grader

# So many questions' worthless replies anchor a calibration.
_ANCHORED: Final = 20


@dataclass(frozen=True, kw_only=True)
class Calibrated:
    """What a calibration brings, measured on the answers that it was not fitted to.

    Attributes:
        used: how many graded answers it was fitted to.
        calibration: the map.
        before: the rest's agreement without it.
        after: the rest's agreement with it.
        after_non_blank: the same for answers of more than two words.
    """

    used: int
    calibration: Calibration
    before: Agreement
    after: Agreement
    after_non_blank: Agreement


class Benchmark:
    """Grades the rows of a data set with one grader.

    Args:
        grader: any grader.
        at_once: how many replies are graded together.
    """

    def __init__(self, grader: Grader, *, at_once: int = 1) -> None:
        self._grader = grader
        self._at_once = at_once

    async def observe(
        self, rows: Sequence[Row], advance: Advance | None = None
    ) -> list[Observation]:
        """Grade every row's answer; the rows keep their order."""
        subjects = _subjects(rows)

        async def grade(row: Row) -> Outcome:
            return await self._outcome(subjects[_key(row)], row.answer)

        # A question's rows come together, so that a grader makes the question ready once.
        order = sorted(range(len(rows)), key=lambda i: _key(rows[i]))
        outcomes = await for_each(
            [rows[i] for i in order], grade, at_once=self._at_once, advance=advance
        )
        placed = dict(zip(order, outcomes, strict=True))
        return [Observation(row, placed[i]) for i, row in enumerate(rows)]

    async def calibrate(
        self, observations: Sequence[Observation], count: int, advance: Advance | None = None
    ) -> Calibrated:
        """Fit a calibration to ``count`` of the answers and measure it on the others.

        Raises:
            ValueError: fewer than ``count`` answers can be used, or none would be left.
        """
        chosen, rest = choose_calibrators(observations, count)
        if len(chosen) < count or not rest:
            raise ValueError(f"{len(chosen)} answers can be used to calibrate")
        calibration = fit_calibration(
            [o.outcome.score for o in chosen if o.outcome.score is not None],
            [o.row.human for o in chosen],
            await self._worthless([o.row for o in chosen], advance),
        )
        return Calibrated(
            used=len(chosen),
            calibration=calibration,
            before=measure(rest),
            after=measure(rest, calibration),
            after_non_blank=measure(without_blanks(rest), calibration),
        )

    async def _worthless(self, rows: Sequence[Row], advance: Advance | None) -> list[float]:
        """Return the scores of replies to the rows' questions that deserve 0."""
        subjects = list(_subjects(rows).values())[:_ANCHORED]
        references = [s.question.model_answer for s in subjects]
        orders = cycle(INJECTIONS.values())
        replies = [
            (subject, reply)
            for i, subject in enumerate(subjects)
            for reply in (
                subject.question.prompt,
                FILLER,
                f"{subject.question.prompt} {FILLER}",
                next(orders),
                *references[i - 1 : i or None][: len(references) - 1],
            )
        ]

        async def grade(item: tuple[Subject, str]) -> Outcome:
            return await self._outcome(*item)

        outcomes = await for_each(replies, grade, at_once=self._at_once, advance=advance)
        return [o.score for o in outcomes if o.score is not None]

    async def _outcome(self, subject: Subject, reply: str) -> Outcome:
        return outcome_of(await grade_reply(self._grader, subject.question, reply), subject.score)


def _subjects(rows: Sequence[Row]) -> dict[str, Subject]:
    found: dict[str, Subject] = {}
    for row in rows:
        key = _key(row)
        if key not in found:
            found[key] = subject_of(row)
    return found


def _key(row: Row) -> str:
    """Name what a row's answer is judged by."""
    return "\0".join([row.qid, row.question, row.reference, str(row.criteria)])
