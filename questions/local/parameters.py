"""The numbers that turn features into verdicts, read from the data file that the fit writes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from math import exp
from typing import Annotated, Final

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from questions.local.features import FEATURES, Features
from questions.local.topic import Gate
from questions.question import MAX_SCORE, Verdict

MINILM: Final = "minilm"
LEXICAL: Final = "lexical"
_FILE: Final = "parameters.json"
# Beyond this the logistic curve is flat.
_STEEP: Final = 30.0


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _is_feature(name: str) -> str:
    if name not in FEATURES:
        raise ValueError(f"there is no feature {name}")
    return name


_Feature = Annotated[str, AfterValidator(_is_feature)]


class Curve(_Value):
    """A logistic curve over a weighted sum.

    Attributes:
        weights: what each feature weighs.
        bias: what is added.
        low: height of the curve, 0 to 1, up to which a criterion earns nothing.
        high: height from which on it earns everything.
    """

    weights: dict[_Feature, float]
    bias: float
    low: float
    high: float

    def degree(self, features: Features) -> float:
        """Return the share of a criterion's weight that it earns, 0 to 1."""
        total = self.bias + sum(
            weight * getattr(features, name) for name, weight in self.weights.items()
        )
        height = 1 / (1 + exp(-min(max(total, -_STEEP), _STEEP)))
        return min(max((height - self.low) / (self.high - self.low), 0.0), 1.0)


class Leaf(_Value):
    """The end of a branch.

    Attributes:
        value: what it adds.
    """

    value: float


class Split(_Value):
    """A fork in a tree.

    Attributes:
        feature: what is looked at.
        at: up to and including this value the way is left.
        left: where it goes on.
        right: where it goes on for larger values.
    """

    feature: _Feature
    at: float
    left: Split | Leaf
    right: Split | Leaf

    def leaf(self, features: Features) -> float:
        """Return the value of the leaf that the features lead to."""
        node: Split | Leaf = self
        while isinstance(node, Split):
            node = node.left if getattr(features, node.feature) <= node.at else node.right
        return node.value


class Forest(_Value):
    """A sum over many small trees (gradient boosting).

    Attributes:
        trees: the trees; what they add up to is a degree.
        stretch: what the sum is multiplied by: boosting shrinks towards the mean.
        least: a smaller degree is none.
    """

    trees: tuple[Split, ...]
    stretch: Annotated[float, Field(gt=0)]
    least: float

    def degree(self, features: Features) -> float:
        """Return the share of a criterion's weight that it earns, 0 to 1."""
        degree = self.stretch * sum(tree.leaf(features) for tree in self.trees)
        return min(degree, 1.0) if degree >= self.least else 0.0


class Levels(_Value):
    """Which score a reply deserves, by what the degrees of its criteria come to.

    Attributes:
        points: pairs of scores, 0 to 5: what they come to and what is deserved; between two
            of them the way is straight.
    """

    points: tuple[tuple[float, float], ...] = ((0, 0), (MAX_SCORE, MAX_SCORE))

    def apply(self, degrees: Sequence[float], weights: Sequence[float]) -> list[float]:
        """Return the degrees, raised or lowered alike so that they come to what is deserved."""
        parts = (weight * degree for weight, degree in zip(weights, degrees, strict=True))
        score = MAX_SCORE * sum(parts) / sum(weights)
        if score <= 0:
            return list(degrees)
        before, after = zip(*self.points, strict=True)
        factor = float(np.interp(score, before, after)) / score
        return [min(degree * factor, 1.0) for degree in degrees]


class Parameters(_Value):
    """Everything that is fitted for one encoder.

    Attributes:
        rubric_gate: how close a sentence must be to a question with a rubric.
        reference_gate: the same for a question with a reference answer only, where people
            answer in a word or two.
        rubric: for criteria that say what counts as met.
        reference: for criteria that are pieces of a reference answer, which holds more than
            people who score expect.
        levels: what replies to a rubric deserve.
        partial_at: degree from which on a criterion is partly met.
        met_at: degree from which on it is met.
    """

    rubric_gate: Gate
    reference_gate: Gate
    rubric: Forest
    reference: Curve
    levels: Levels = Levels()
    partial_at: Annotated[float, Field(gt=0, lt=1)] = 0.08
    met_at: Annotated[float, Field(gt=0, le=1)] = 0.65

    def degrees(
        self, features: Sequence[Features], weights: Sequence[float], *, is_reference: bool
    ) -> list[float]:
        """Return how far each criterion is met, 0 to 1.

        Args:
            features: what is measured of each criterion.
            weights: what each is worth.
            is_reference: whether the criteria are pieces of a reference answer.
        """
        if is_reference:
            return [self.reference.degree(one) for one in features]
        return self.levels.apply([self.rubric.degree(one) for one in features], weights)

    def verdict(self, degree: float) -> Verdict:
        """Return the verdict that a degree stands for."""
        if degree >= self.met_at:
            return Verdict.MET
        return Verdict.PARTIAL if degree >= self.partial_at else Verdict.MISSED


class ParametersFile(_Value):
    """What the data file holds: the parameters of each encoder."""

    encoders: dict[str, Parameters]


@cache
def load_parameters(encoder: str = MINILM) -> Parameters:
    """Read the parameters that were fitted for an encoder.

    Args:
        encoder: `MINILM` or `LEXICAL`.

    Raises:
        KeyError: none were fitted for it.
    """
    text = files("questions.local").joinpath(_FILE).read_text(encoding="utf-8")
    return ParametersFile.model_validate_json(text).encoders[encoder]
