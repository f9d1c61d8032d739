"""Criteria out of a reference answer, for data that comes without a rubric."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from questions.local.sentence import split_sentences
from questions.local.words import content_words
from questions.question import MAX_CRITERIA

# A stretch with fewer words that carry a meaning makes no point of its own.
_FEWEST_CONTENT_WORDS: Final = 3
_NUMBERS: Final = ("one", "two", "three", "four", "five", "six", "seven")
_MARK: Final = re.compile(r"^(?:[-*•●○▪◦]+|\(?\d{1,2}[.)](?=[^\d\s]))\s*")
# "State at least 4 of the differences", "NAME and DESCRIBE two challenges"; not "name the 2
# phases", which are all of them, and not "give 1 advantage", which is one wish among several.
_WANTED: Final = re.compile(
    r"\b(?:name|state|list|give|mention|describe|provide|identify|explain)\s+(?:and\s+\w+\s+)?"
    rf"(?:at\s+least\s+|any\s+)?(?P<count>[2-7]|{'|'.join(_NUMBERS[1:])})\b",
    re.IGNORECASE,
)


def derive_points(reference: str) -> tuple[str, ...]:
    """Cut a reference answer into 1 to 7 points.

    Its sentences, bullets and lines are the points. A heading and anything of fewer than three
    content words joins what follows it (the last one what precedes it); while there are more than
    seven, the two neighbours that are shortest together become one.

    Args:
        reference: the answer, with at least one character that is not blank.
    """
    points = _join_tiny([_MARK.sub("", span.text) for span in split_sentences(reference)])
    while len(points) > MAX_CRITERIA:
        sizes = [len(a) + len(b) for a, b in pairwise(points)]
        at = sizes.index(min(sizes))
        points[at : at + 2] = [f"{points[at]} {points[at + 1]}"]
    return tuple(points) or (reference.strip(),)


def points_wanted(question: str, available: int) -> int:
    """Return how many of ``available`` points make a full answer.

    All of them, unless the question asks for some, as in "state at least 4 objectives" or
    "name two challenges".
    """
    found = _WANTED.search(question)
    if found is None:
        return available
    written = found["count"].casefold()
    count = int(written) if written.isdigit() else _NUMBERS.index(written) + 1
    return min(count, available)


def _join_tiny(pieces: list[str]) -> list[str]:
    points: list[str] = []
    waiting = ""
    for piece in pieces:
        text = f"{waiting} {piece}".strip()
        is_heading = piece.endswith(":")
        if is_heading or len(content_words(text)) < _FEWEST_CONTENT_WORDS:
            waiting = text
            continue
        points.append(text)
        waiting = ""
    if waiting and points:
        points[-1] = f"{points[-1]} {waiting}"
    elif waiting:
        points.append(waiting)
    return points
