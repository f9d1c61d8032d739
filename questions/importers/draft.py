"""A draft: what an import proposes, before a lead has approved, edited or dropped it."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated

from pydantic import Field

from questions.importers.card import Footing
from questions.question import Criterion, Frozen, Kind, Question, SpeakingBlueprint
from questions.role import Role


class Remark(Frozen):
    """Something that a lead should know of a draft.

    Attributes:
        place: the part of the question that it is about, for example ``prompt``.
        message: one clause.
    """

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class ScoredSample(Frozen):
    """Somebody's answer.

    Attributes:
        score: what they got, 0 to 5; ``None`` where nobody scored it.
        stated: the score in the source's own words, such as ``4/5``; empty without one.
        remark: why, in the words of whoever scored it.
    """

    text: str
    score: Annotated[float, Field(ge=0, le=5)] | None = None
    stated: str = ""
    remark: str = ""


class Draft(Frozen):
    """An imported question that waits for a lead.

    Attributes:
        digest: the same for the same question and answer, wherever they stand.
        origin: the file, and the part of it.
        line: where it begins there, counted from 1; 0 where no line can be told.
        role: whose question it is; ``None`` where nothing tells.
        role_named: the role as the source names it.
        role_footing: whether the source says the role or it was guessed from the words.
        topic: in words, as the source has it.
        tests: what it tests.
        criteria: the rubric, complete enough to be approved; empty where there is no answer.
        proposed: the parts that were made here rather than found.
        confidence: 0 to 1, see `questions.importers.confidence`.
        remarks: what to look at before approving.
        edited: the question as a lead wrote it; it takes the place of everything else.
    """

    digest: str
    origin: str
    line: int = 0
    role: Role | None = None
    role_named: str = ""
    role_footing: Footing = Footing.PROPOSED
    topic: str = ""
    title: str = ""
    kind: Kind = Kind.CONCEPT
    difficulty: Annotated[int, Field(ge=1, le=5)] = 3
    skills: tuple[str, ...] = ()
    tests: str = ""
    overview: str = ""
    prompt: str = ""
    prompt_footing: Footing = Footing.STATED
    model_answer: str = ""
    criteria: tuple[Criterion, ...] = ()
    blueprint: SpeakingBlueprint | None = None
    follow_ups: tuple[str, ...] = ()
    common_mistakes: tuple[str, ...] = ()
    samples: tuple[ScoredSample, ...] = ()
    reading: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()
    confidence: Annotated[float, Field(ge=0, le=1)] = 0.0
    remarks: tuple[Remark, ...] = ()
    edited: Question | None = None


def digest_of(prompt: str, answer: str, samples: tuple[str, ...] = ()) -> str:
    """Return what two drafts share if they are the same question with the same answer.

    Only letters and digits count, so that other line breaks or another export change nothing.
    """
    plain = (
        "".join(re.findall(r"[^\W_]+", text.casefold())) for text in (prompt, answer, *samples)
    )
    return hashlib.sha256("\0".join(plain).encode()).hexdigest()[:32]
