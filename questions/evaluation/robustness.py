"""Running the checks against a grader and counting which relations it keeps."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from questions.evaluation.exemplar import (
    ExemplarReport,
    QuestionExemplars,
    compare_exemplars,
    sum_up_exemplars,
)
from questions.evaluation.judging import Advance, Outcome, for_each, grade_reply, outcome_of
from questions.evaluation.relation import SLACK, Attempt, Check, Relation
from questions.evaluation.suite import checks_for, texts_of
from questions.ports import Grader
from questions.question import Question


@dataclass(frozen=True, kw_only=True)
class Finding:
    """How a check came out.

    Attributes:
        question_id: the question.
        relation: which relation.
        case: what was tried.
        scores: the scores that were compared; ``None`` stands for a refusal.
        excess: by how many points the relation is broken; 0 or less where it holds.
    """

    question_id: str
    relation: Relation
    case: str
    scores: tuple[float | None, ...]
    excess: float

    @property
    def is_held(self) -> bool:
        """Whether the relation holds."""
        return self.excess <= SLACK


@dataclass(frozen=True, kw_only=True)
class RelationReport:
    """One relation over all questions.

    Attributes:
        relation: which.
        total: how many checks were made.
        held: how many hold.
        worst: the ones that are broken most, at most `_WORST`.
    """

    relation: Relation
    total: int
    held: int
    worst: tuple[Finding, ...]

    @property
    def share_broken(self) -> float:
        """The share that is broken, 0 to 1."""
        return 1 - self.held / self.total

    @property
    def keeps_floor(self) -> bool:
        """Whether no more is broken than may be."""
        return self.share_broken <= self.relation.floor + SLACK


@dataclass(frozen=True, kw_only=True)
class RobustnessReport:
    """Everything that a run found.

    Attributes:
        relations: each relation that was checked.
        exemplars: how close the sample answers' scores are.
        unreachable: how many replies could not be put to the grader; a report with any of these
            says nothing of the grader.
    """

    relations: tuple[RelationReport, ...]
    exemplars: ExemplarReport
    unreachable: int

    @property
    def keeps_floors(self) -> bool:
        """Whether every floor is kept."""
        return (
            self.unreachable == 0
            and self.exemplars.keeps_floor
            and all(relation.keeps_floor for relation in self.relations)
        )


_WORST: Final = 3


async def check_robustness(
    grader: Grader,
    questions: Sequence[Question],
    bank: Sequence[Question],
    *,
    at_once: int = 1,
    only: Collection[Relation] = tuple(Relation),
    advance: Advance | None = None,
) -> RobustnessReport:
    """Grade the variants of every question and compare.

    Args:
        grader: any grader.
        questions: the questions to check.
        bank: where answers to other questions come from.
        at_once: how many replies are graded together.
        only: the relations to check.
        advance: told how many replies of how many are graded.
    """
    plans = [_plan(question, bank, only) for question in questions]
    jobs = [(plan, attempt) for plan in plans for attempt in plan.attempts]

    async def grade(job: tuple[_Plan, Attempt]) -> Outcome:
        plan, attempt = job
        graded = await grade_reply(grader, attempt.question(plan.question), attempt.reply)
        return outcome_of(graded, lambda grade: grade.score)

    outcomes = await for_each(jobs, grade, at_once=at_once, advance=advance)
    scores: dict[tuple[str, Attempt], float | None] = {
        (plan.question.id, attempt): outcome.score
        for (plan, attempt), outcome in zip(jobs, outcomes, strict=True)
    }
    return RobustnessReport(
        relations=_sum_up([finding for plan in plans for finding in _find(plan, scores)], only),
        exemplars=sum_up_exemplars([_exemplars(plan.question, scores) for plan in plans]),
        unreachable=sum(o.is_unreachable for o in outcomes),
    )


@dataclass(frozen=True)
class _Plan:
    """A question's checks, and each reply that they need, once."""

    question: Question
    checks: tuple[Check, ...]
    attempts: tuple[Attempt, ...]


def _plan(question: Question, bank: Sequence[Question], only: Collection[Relation]) -> _Plan:
    checks = tuple(c for c in checks_for(texts_of(question, bank)) if c.relation in only)
    wanted = [attempt for check in checks for attempt in check.attempts]
    wanted += [Attempt(exemplar.text) for exemplar in question.exemplars]
    return _Plan(question, checks, tuple(dict.fromkeys(wanted)))


def _find(plan: _Plan, scores: dict[tuple[str, Attempt], float | None]) -> list[Finding]:
    found = []
    for check in plan.checks:
        compared = tuple(scores[plan.question.id, attempt] for attempt in check.attempts)
        found.append(
            Finding(
                question_id=plan.question.id,
                relation=check.relation,
                case=check.case,
                scores=compared,
                excess=check.judge(compared),
            )
        )
    return found


def _exemplars(
    question: Question, scores: dict[tuple[str, Attempt], float | None]
) -> QuestionExemplars:
    texts = [exemplar.text for exemplar in question.exemplars]
    return compare_exemplars(question, {t: scores[question.id, Attempt(t)] for t in texts})


def _sum_up(findings: Sequence[Finding], only: Collection[Relation]) -> tuple[RelationReport, ...]:
    reports = []
    for relation in Relation:
        of_it = [f for f in findings if f.relation is relation]
        if relation not in only or not of_it:
            continue
        broken = sorted((f for f in of_it if not f.is_held), key=lambda f: -f.excess)
        reports.append(
            RelationReport(
                relation=relation,
                total=len(of_it),
                held=len(of_it) - len(broken),
                worst=tuple(broken[:_WORST]),
            )
        )
    return tuple(reports)
