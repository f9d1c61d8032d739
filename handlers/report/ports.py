"""What a report needs from outside: somebody who makes files of it, and one who words it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from handlers.ports import OutgoingFile
from handlers.report.content import Content
from questions.grading import Usage


class ReportPress(Protocol):
    """Makes files of a report."""

    async def print(self, content: Content, *, name: str) -> Sequence[OutgoingFile]:
        """Return the report as Markdown, as PDF, and its picture where there is one.

        Args:
            content: the report.
            name: what the files are called, without an ending.
        """


@dataclass(frozen=True, kw_only=True)
class Narration:
    """What a model says of a report; nothing of it is believed before it was checked.

    Attributes:
        sentences: in order; empty where it gave none.
        usage: what it cost.
    """

    sentences: tuple[str, ...]
    usage: Usage = field(default_factory=Usage)


class Narrator(Protocol):
    """Words in a few sentences what code established."""

    async def narrate(self, facts: str) -> Narration:
        """Word a summary.

        Args:
            facts: what the report says, one statement a line; data, never instructions.

        Raises:
            GraderUnavailable: the model can't be reached just now.
        """
