"""Fitting a grader's scores to a team's own, without lifting what earns nothing.

Rank order carries over from one set of questions to another; where the scale starts and how wide
it is does not. A straight line fitted to a few graded answers mends that, but by itself it lifts
empty, echoed and off-topic replies to wherever poor answers lie. So the map is anchored: replies
that are known to deserve nothing are graded too, and up to the highest of their scores it is the
identity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zlib import crc32

import numpy as np

from questions.evaluation.agreement import Observation, by_question
from questions.question import MAX_SCORE

# How many answers' worth of belief there is in the grader's level, and in the slope that people's
# scores have over a grader's: both corpora it was measured on have about this one.
_LEVEL_WEIGHT: Final = 1.0
_SLOPE_WEIGHT: Final = 20.0
_SLOPE: Final = 0.6
# What one point of slope is worth in squared points, so that its weight counts in answers.
_SPREAD: Final = 1.5
# Over how many points the map climbs from the identity to the line.
_RAMP: Final = 1.0
# An odd piece of rubbish that scored high must not switch the calibration off.
_HIGHEST_ANCHOR: Final = 1.0
# Its multiples, less their whole parts, fill the space between 0 and 1 evenly.
_GOLDEN: Final = 0.618034


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """A monotone map of scores, 0 to 5.

    Attributes:
        intercept: the line's height at 0.
        slope: its slope, at least 0.
        anchor: the score up to which nothing is lifted.
    """

    intercept: float
    slope: float
    anchor: float

    def __call__(self, score: float) -> float:
        """Return the calibrated score.

        Up to the anchor nothing rises; over the next point the map climbs to the line, and
        follows it from there, never beyond 5.
        """
        low = min(self.anchor, self._line(self.anchor))
        if score <= self.anchor:
            return low * score / self.anchor if self.anchor > 0 else low
        top = self.anchor + _RAMP
        if score >= top:
            return self._line(score)
        return low + (self._line(top) - low) * (score - self.anchor) / _RAMP

    def _line(self, score: float) -> float:
        return min(max(self.intercept + self.slope * score, 0.0), float(MAX_SCORE))


def fit_calibration(
    predicted: Sequence[float], human: Sequence[float], worthless: Sequence[float]
) -> Calibration:
    """Fit the map to graded answers.

    The line is a ridge regression towards a slope below 1, because scores that agree only in part
    are spread too far: with few answers, or ones that all scored alike, it stays close to it.

    Args:
        predicted: the grader's scores of the answers, 0 to 5.
        human: people's scores of them.
        worthless: the grader's scores of replies that deserve 0.
    """
    anchor = min(max(worthless, default=0.0), _HIGHEST_ANCHOR)
    pairs = [(p, h) for p, h in zip(predicted, human, strict=True) if p > anchor]
    x = np.array([p for p, _ in pairs], dtype=np.float64)
    off = np.array([h - p for p, h in pairs], dtype=np.float64)
    if not len(x):
        return Calibration(intercept=0.0, slope=1.0, anchor=anchor)
    centre = float(x.mean())
    level = float(off.sum()) / (len(x) + _LEVEL_WEIGHT)
    spread = x - centre
    squares = float(spread @ spread)
    steeper = float(spread @ off) + (1 - _SLOPE) * squares
    slope = max(_SLOPE + steeper / (squares + _SLOPE_WEIGHT * _SPREAD**2), 0.0)
    # The line passes through the answers' centre, shifted by the level.
    return Calibration(intercept=centre + level - slope * centre, slope=slope, anchor=anchor)


def choose_calibrators(
    observations: Sequence[Observation], count: int
) -> tuple[list[Observation], list[Observation]]:
    """Choose answers to calibrate by, spread over questions and over people's scores.

    The questions take turns, and each gives its answers from ever new places of the order of
    people's scores, so that the chosen are distributed as all are. Equals are ordered by a
    checksum of their words, so that a file's order has no part in it. Blank and ungraded answers
    are never chosen.

    Returns:
        The chosen and the rest.
    """
    usable = [o for o in observations if o.outcome.score is not None and not o.row.is_blank]
    groups = sorted(by_question(usable).values(), key=lambda g: _checksum(g[0].row.qid))
    queues = [_spread(group, index * _GOLDEN) for index, group in enumerate(groups)]
    turns = [q[turn] for turn in range(len(usable)) for q in queues if turn < len(q)]
    chosen = {id(observation) for observation in turns[:count]}
    return (
        [o for o in observations if id(o) in chosen],
        [o for o in observations if id(o) not in chosen],
    )


def _spread(group: Sequence[Observation], start: float) -> list[Observation]:
    """Return the group in an order of which every beginning is spread over people's scores."""
    left = sorted(group, key=lambda o: (o.row.human, _checksum(o.row.answer)))
    order = []
    for turn in range(len(group)):
        place = (start + turn * _GOLDEN) % 1
        order.append(left.pop(int(place * len(left))))
    return order


def _checksum(text: str) -> int:
    return crc32(text.encode())
