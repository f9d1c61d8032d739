"""How able somebody is and how hard a question is, estimated from grades on one scale (Elo).

After A. E. Elo, "The Rating of Chessplayers, Past and Present" (1978), as used for learners and
items by R. Pelánek, "Applications of the Elo rating system in adaptive educational systems",
Computers & Education 98 (2016): an answer is a match between a person and a question, and its
grade is the share of the match that the person won.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from questions.question import MAX_SCORE

# Where a person begins, and a question of the middle difficulty.
START: Final = 1200.0
# How far apart two neighbouring difficulties (1 to 5) begin.
STEP: Final = 120.0
# A lead of this much is worth odds of ten to one.
SPREAD: Final = 400.0
# One grade moves a rating by at most this much at first, and later by at most `SETTLED`.
FRESH: Final = 96.0
SETTLED: Final = 24.0
# The share of a question's points that is worth practising for: neither given nor out of reach.
WORTHWHILE: Final = 0.65
_MIDDLE: Final = 3
MAX_DIFFICULTY: Final = 5


@dataclass(frozen=True)
class Rating:
    """An estimate.

    Attributes:
        value: on the scale on which people and questions meet.
        count: the grades that it rests on.
    """

    value: float = START
    count: int = 0

    def moved(self, by: float) -> Rating:
        """Return the estimate after one more grade."""
        return Rating(self.value + by, self.count + 1)


@dataclass(frozen=True, kw_only=True)
class Match:
    """A graded answer, as far as ratings go.

    Attributes:
        score: the grade, 0 to 5.
        difficulty: the question's declared difficulty, 1 to 5.
    """

    member_id: str
    question_id: str
    score: float
    difficulty: int


@dataclass(frozen=True)
class Standing:
    """Everybody's and every question's rating after some matches."""

    members: Mapping[str, Rating] = field(default_factory=dict)
    questions: Mapping[str, Rating] = field(default_factory=dict)


def fresh_question(difficulty: int) -> Rating:
    """Return what a question is taken for before anybody has answered it."""
    return Rating(START + STEP * (difficulty - _MIDDLE))


def expected_share(member: Rating, question: Rating) -> float:
    """Return the share of a question's points, 0 to 1, that a person is expected to earn."""
    return float(1 / (1 + 10 ** ((question.value - member.value) / SPREAD)))


def after_match(member: Rating, question: Rating, score: float) -> tuple[Rating, Rating]:
    """Return both ratings after an answer.

    What the person gains the question loses, weighed by how unsettled each estimate is.

    Args:
        member: who answered.
        question: what was answered.
        score: the grade, 0 to 5.

    Raises:
        ValueError: the score is none.
    """
    if not 0 <= score <= MAX_SCORE:
        raise ValueError(f"a score lies between 0 and {MAX_SCORE}, not at {score}")
    surprise = score / MAX_SCORE - expected_share(member, question)
    return (
        member.moved(_weight(member) * surprise),
        question.moved(-_weight(question) * surprise),
    )


def rate(matches: Iterable[Match]) -> Standing:
    """Return the ratings after all matches, in the order in which they were given."""
    members: dict[str, Rating] = {}
    questions: dict[str, Rating] = {}
    for match in matches:
        members[match.member_id], questions[match.question_id] = after_match(
            members.get(match.member_id, Rating()),
            questions.get(match.question_id, fresh_question(match.difficulty)),
            match.score,
        )
    return Standing(members, questions)


def level_of(member: Rating) -> float:
    """Return the difficulty, 1 to 5, at which a person earns the share that is `WORTHWHILE`."""
    wanted = member.value + SPREAD * math.log10((1 - WORTHWHILE) / WORTHWHILE)
    return min(max(_MIDDLE + (wanted - START) / STEP, 1.0), float(MAX_DIFFICULTY))


def _weight(rating: Rating) -> float:
    """Return how far one grade may move a rating: less with every grade that it rests on."""
    return SETTLED + (FRESH - SETTLED) / (1 + rating.count / 4)
