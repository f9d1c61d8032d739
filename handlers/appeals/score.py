"""A score as a lead types it."""

from __future__ import annotations

import re
from typing import Final

from questions.question import MAX_SCORE

_SCORE: Final = re.compile(r"([0-9]+)(?:[.,]([0-9]))?(?:\s*/\s*5)?")


class NotAScore(ValueError):
    """What was typed is no score; the text says, to a person, what would be."""


def parse_score(text: str) -> float:
    """Read a score from 0 to 5 in tenths, such as ``3.5``, ``3,5`` or ``4/5``.

    Raises:
        NotAScore: it is something else.
    """
    typed = text.strip()
    match = _SCORE.fullmatch(typed)
    if match is None:
        shown = f"“{typed[:20]}” is not a score" if typed else "The score is missing"
        raise NotAScore(f"{shown}: type a number from 0 to {MAX_SCORE}, such as 3.5.")
    score = float(f"{match[1]}.{match[2] or 0}")
    if score > MAX_SCORE:
        raise NotAScore(f"{MAX_SCORE} is the most: type a number from 0 to {MAX_SCORE}.")
    return score
