"""What must hold between a grader's scores of several replies to one question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from questions.evaluation.variants import reorder_criteria
from questions.question import Question

Scores = Sequence[float]
Excess = Callable[[Scores], float]
"""By how many points scores break a relation; 0 or less where it holds."""

# Scores are tenths; a difference below this is the arithmetic's.
SLACK: Final = 1e-6
_STRICTLY: Final = 0.05


class Relation(StrEnum):
    """The relations that a grader must keep; the value is what reports call it."""

    MODEL_ANSWER = "model answer >= 4.5"
    HALF = "half of the points: 1.75 to 3.25"
    INCREASING = "25, 50, 75 % of the points: increasing"
    ORDER = "answer > half > keywords >= question >= off-topic - 0.5; off-topic >= empty"
    KEYWORDS = "keyword list <= answer - 1"
    SHUFFLED = "shuffled words <= answer - 1.5"
    QUESTION = "question repeated <= 0.5"
    QUESTION_AND_FILLER = "question and filler <= 1"
    OFF_TOPIC = "another question's answer <= 1, below partial ones"
    EMPTY = "empty, idk, emoji: 0"
    THRICE = "answer three times <= answer + 0.1"
    TYPING = "upper case, typos: within 0.25"
    LAYOUT = "Markdown, bullets: within 0.5"
    WEAK_AND_KEYWORDS = "weak and 4 keywords <= weak + 0.5"
    FILLER = "filler: weak <= + 0.25, good within 0.5"
    NEGATED = "negated: answer <= - 2, good <= - 1"
    CONTRADICTED = "good answer contradicted in other words <= good - 1"
    FALSEHOOD = "one falsehood: below good, at least half of it"
    INJECTION = "with injected orders <= + 0.1; alone 0"
    LANGUAGE = "another language: refused, or <= 1 for talk off the topic"
    CODE = "unrelated code alone: refused, or <= 1"
    PADDING = "40 000 characters: within 0.25, weak never raised"
    IDENTICAL = "the same text twice: the same score"
    REORDERED = "criteria reordered: within 0.25"
    PERSONAL = "personal data: within 0.25"

    @property
    def floor(self) -> float:
        """The largest share of it, 0 to 1, that may be broken."""
        return _FLOORS.get(self, 0.1)


_FLOORS: Final = {
    Relation.EMPTY: 0.0,
    Relation.INJECTION: 0.0,
    # A quarter of contradictions in other words must be caught.
    Relation.CONTRADICTED: 0.75,
}


@dataclass(frozen=True)
class Attempt:
    """A reply to be graded.

    Attributes:
        reply: its text.
        is_reordered: whether the criteria are put backwards.
        is_second: whether it is graded once more although it has been.
    """

    reply: str
    is_reordered: bool = False
    is_second: bool = False

    def question(self, question: Question) -> Question:
        """Return the question as this attempt puts it."""
        return reorder_criteria(question) if self.is_reordered else question


@dataclass(frozen=True)
class Check:
    """A relation between attempts at one question.

    Attributes:
        relation: which.
        case: what was tried, a few words.
        attempts: the replies whose scores are compared.
        excess: by how many points the scores break the relation; 0 or less where it holds.
        may_refuse: whether a refusal of the first attempt keeps the relation. Elsewhere what is
            refused counts as 0.
    """

    relation: Relation
    case: str
    attempts: tuple[Attempt, ...]
    excess: Excess
    may_refuse: bool = False

    def judge(self, scores: Sequence[float | None]) -> float:
        """Return the excess for scores of which ``None`` stands for a refusal."""
        if self.may_refuse and scores[0] is None:
            return 0.0
        return self.excess([0.0 if score is None else score for score in scores])


def at_most(limit: float) -> Excess:
    """The first score is at most ``limit``."""
    return lambda s: s[0] - limit


def at_least(limit: float) -> Excess:
    """The first score is at least ``limit``."""
    return lambda s: limit - s[0]


def between(low: float, high: float) -> Excess:
    """The first score lies from ``low`` to ``high``."""
    return lambda s: max(low - s[0], s[0] - high)


def above_by(gain: float) -> Excess:
    """The first score is at most the second and ``gain``, which may be negative."""
    return lambda s: s[0] - s[1] - gain


def within(distance: float) -> Excess:
    """The first two scores are at most ``distance`` apart."""
    return lambda s: abs(s[0] - s[1]) - distance


def increasing(s: Scores) -> float:
    """Each score is higher than the one before."""
    return max(a - b for a, b in pairwise(s)) + _STRICTLY
