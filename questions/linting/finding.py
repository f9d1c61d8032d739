"""Something in a pack file that should be otherwise, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Finding:
    """Something in a pack file that should be otherwise.

    Attributes:
        path: the file.
        line: counted from 1.
        message: what is wrong, one sentence.
    """

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def line_of_place(text: str, place: str) -> int:
    """Return the line of a section's title, a front-matter key or a criterion's id.

    Args:
        text: the pack file's text.
        place: the title, key or id.
    """
    title = re.escape(place)
    head = re.compile(rf"^(#+ {title}\s*|{title}:.*|\s*-? ?id: {title})$")
    return _first(text, head)


def line_of_words(text: str, words: str) -> int:
    """Return the first line in which ``words`` stand, whatever their case."""
    return _first(text, re.compile(rf"(?<!\w){re.escape(words)}(?!\w)", re.IGNORECASE))


def _first(text: str, pattern: re.Pattern[str]) -> int:
    lines = text.split("\n")
    return next((number for number, line in enumerate(lines, 1) if pattern.search(line)), 1)
