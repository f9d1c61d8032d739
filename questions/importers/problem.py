"""What is wrong with a file that can't be imported."""

from __future__ import annotations

from typing import Final

NOTHING_FOUND: Final = "no question was found in it"
"""Said of a text that is fine and holds no question of a known shape."""


class ImportProblem(Exception):
    """A file, or a part of it, can't be imported; the others go on.

    Attributes:
        origin: the file, and the part of it, as a person would name it.
        reason: what is wrong, in one sentence without a full stop.
        line: where, counted from 1; 0 where no line can be told.
    """

    def __init__(self, origin: str, reason: str, line: int = 0) -> None:
        place = f"{origin}:{line}" if line else origin
        super().__init__(f"{place}: {reason}")
        self.origin = origin
        self.reason = reason
        self.line = line
