"""The numbers that turn features into verdicts, read from the data file that the fit writes."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from math import exp
from typing import Annotated, Final, Protocol

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from questions.local.features import FEATURES, Features
from questions.local.topic import Gate
from questions.question import Verdict

MINILM: Final = "minilm"
LEXICAL: Final = "lexical"
_FILE: Final = "parameters.json"
# Beyond this the logistic curve is flat.
_STEEP: Final = 30.0


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Scale(Protocol):
    """Turns what is measured of a criterion into how far it is met."""

    def degree(self, features: Features) -> float:
        """Return the share of a criterion's weight that it earns, 0 to 1."""


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


class Parameters(_Value):
    """Everything that is fitted for one encoder.

    Attributes:
        rubric_gate: how close a sentence must be to a question with a rubric.
        reference_gate: the same for a question with a reference answer only, where people
            answer in a word or two.
        rubric: for criteria that say what counts as met.
        reference: for criteria that are pieces of a reference answer, which holds more than
            people who score expect.
        partial_at: degree from which on a criterion is partly met.
        met_at: degree from which on it is met.
    """

    rubric_gate: Gate
    reference_gate: Gate
    rubric: Forest
    reference: Curve
    partial_at: Annotated[float, Field(gt=0, lt=1)] = 0.08
    met_at: Annotated[float, Field(gt=0, le=1)] = 0.65

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
