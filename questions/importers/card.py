"""What a reader finds of one question, as it stands in the source, before anything is inferred."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Footing(StrEnum):
    """How sure it is that a text is what it is taken for.

    `STATED`: the source says so. `SHAPED`: its shape says so, as a heading that asks something.
    `PROPOSED`: made here from other fields.
    """

    STATED = "stated"
    SHAPED = "shaped"
    PROPOSED = "proposed"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """An answer that somebody gave.

    Attributes:
        text: their words.
        score: what they got for it, 0 to ``scale``; ``None`` where nobody scored it.
        scale: the most they could get.
        remark: why, in the words of whoever scored it.
    """

    text: str
    score: float | None = None
    scale: float = 5.0
    remark: str = ""


@dataclass(kw_only=True)
class Card:
    """One question as a reader found it; what the source does not say is empty.

    Attributes:
        origin: the file, and the part of it.
        line: where it begins, counted from 1; 0 where no line can be told.
        role: the role as the source names it.
        level: its difficulty as the source names it.
        tests: what it tests, one entry a point.
        criteria: what an answer should say, where the source lists it apart from the answer.
        overview: what leads up to the question.
        notes: what else stands with it.
        remarks: what a person should know of how it was read.
        prompt_footing: how sure it is that the prompt is the question.
    """

    origin: str
    line: int = 0
    title: str = ""
    role: str = ""
    topic: str = ""
    level: str = ""
    kind: str = ""
    prompt: str = ""
    answer: str = ""
    overview: str = ""
    hook: str = ""
    core: str = ""
    punchline: str = ""
    tests: list[str] = field(default_factory=list)
    skills: list[str] = field(default_factory=list)
    criteria: list[str] = field(default_factory=list)
    follow_ups: list[str] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    reading: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    prompt_footing: Footing = Footing.STATED


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """Text of a source that is in no draft.

    Attributes:
        origin: where it stands.
        reason: why, for example ``navigation``.
        text: the text.
    """

    origin: str
    reason: str
    text: str


@dataclass(kw_only=True)
class Reading:
    """What a reader made of one text."""

    cards: list[Card] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def leave(self, origin: str, reason: str, text: str) -> None:
        """Note that a text is in no draft; blank text need not be noted."""
        if text.strip():
            self.left_out.append(LeftOut(origin=origin, reason=reason, text=text))

    def add(self, other: Reading) -> None:
        """Take over what another reading found."""
        self.cards += other.cards
        self.left_out += other.left_out
