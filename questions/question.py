"""A question and everything that belongs to it, as frozen values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from questions.role import Role

MIN_CRITERIA: Final = 4
MAX_CRITERIA: Final = 7
MAX_SCORE: Final = 5

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=48)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Frozen(BaseModel):
    """A value: compared by its fields, never changed, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Kind(StrEnum):
    """What sort of question it is."""

    CONCEPT = "concept"
    SYSTEM_DESIGN = "system-design"
    DEBUGGING = "debugging"
    TRADE_OFF = "trade-off"
    BEHAVIOURAL = "behavioural"
    METRIC_DESIGN = "metric-design"
    CODE_READING = "code-reading"


class Verdict(StrEnum):
    """How far an answer meets one criterion."""

    MET = "met"
    PARTIAL = "partial"
    MISSED = "missed"

    @property
    def share(self) -> float:
        """The share of the criterion's weight that the verdict earns: 1, 0.5 or 0."""
        return _SHARES[self]


_SHARES: Final[dict[Verdict, float]] = {
    Verdict.MET: 1.0,
    Verdict.PARTIAL: 0.5,
    Verdict.MISSED: 0.0,
}


class Criterion(Frozen):
    """One thing a good answer does, with what counts as met and as half met."""

    id: Slug
    weight: Annotated[int, Field(ge=1, le=5)]
    text: Text
    met: Text
    partial: Text


class Rubric(Frozen):
    """The 4 to 7 weighted criteria by which an answer is graded."""

    criteria: Annotated[
        tuple[Criterion, ...], Field(min_length=MIN_CRITERIA, max_length=MAX_CRITERIA)
    ]

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        repeated = [id_ for id_, n in Counter(c.id for c in self.criteria).items() if n > 1]
        if repeated:
            raise ValueError(f"criterion ids repeat: {', '.join(repeated)}")
        return self

    @property
    def ids(self) -> tuple[str, ...]:
        """The criteria's ids, in the rubric's order."""
        return tuple(c.id for c in self.criteria)

    @property
    def is_reference(self) -> bool:
        """Whether the criteria are pieces of a reference answer, with nothing said about them."""
        return all(criterion.met == criterion.text for criterion in self.criteria)

    @property
    def total_weight(self) -> int:
        """The sum of the criteria's weights."""
        return sum(c.weight for c in self.criteria)


class SpeakingBlueprint(Frozen):
    """How to say the answer in three minutes."""

    hook: Text
    core: Annotated[tuple[Text, ...], Field(min_length=1)]
    punchline: Text


class Band(StrEnum):
    """Where an exemplar stands."""

    WEAK = "weak"
    MIDDLING = "middling"
    STRONG = "strong"


class Exemplar(Frozen):
    """A sample answer whose verdicts, and so its score, are known."""

    band: Band
    text: Text
    verdicts: Mapping[str, Verdict]


class Question(Frozen):
    """An interview question with its rubric, model answer and teaching material."""

    id: Slug
    version: Annotated[int, Field(ge=1)] = 1
    role: Role
    topic: Slug
    title: Annotated[Text, StringConstraints(max_length=80)]
    kind: Kind
    difficulty: Annotated[int, Field(ge=1, le=5)]
    skills: Annotated[tuple[Text, ...], Field(min_length=1)]
    tests: Text
    prompt: Text
    rubric: Rubric
    model_answer: Text
    blueprint: SpeakingBlueprint
    follow_ups: tuple[Text, ...] = ()
    common_mistakes: tuple[Text, ...] = ()
    exemplars: tuple[Exemplar, ...] = ()
    reading: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _exemplars_judge_every_criterion(self) -> Self:
        for exemplar in self.exemplars:
            if set(exemplar.verdicts) != set(self.rubric.ids):
                wrong = sorted(set(exemplar.verdicts) ^ set(self.rubric.ids))
                raise ValueError(
                    f"the {exemplar.band} exemplar must judge each criterion once; "
                    f"look at: {', '.join(wrong)}"
                )
        return self
