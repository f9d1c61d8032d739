"""The five bands of a grade, as interviewers use them. This is the one place that defines them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Band:
    """A band of the rubric guide.

    Attributes:
        level: 1 to 5.
        name: what an interviewer would call it.
        meaning: what an answer in it shows, one sentence.
        from_score: the lowest score, 0 to 5, that belongs to it.
    """

    level: int
    name: str
    meaning: str
    from_score: float


BANDS: Final = (
    Band(
        level=1,
        name="no evidence yet",
        meaning="Little or nothing of what the question asks for is there.",
        from_score=0.0,
    ),
    Band(
        level=2,
        name="below the bar",
        meaning="Some right ideas, but the points that matter most are missing or vague.",
        from_score=1.5,
    ),
    Band(
        level=3,
        name="borderline",
        meaning="The core is there; an interviewer would have to probe for depth.",
        from_score=2.5,
    ),
    Band(
        level=4,
        name="clear pass",
        meaning="The main points are made and backed; small gaps remain.",
        from_score=3.5,
    ),
    Band(
        level=5,
        name="strong pass",
        meaning="Complete, specific and well argued: an interviewer would remember it.",
        from_score=4.5,
    ),
)


def band_of(score: float) -> Band:
    """Return the band that a score, 0 to 5, belongs to."""
    return next(band for band in reversed(BANDS) if score >= band.from_score or band.level == 1)
