"""The numbers that turn evidence into verdicts, fitted on answers with known verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Final

import numpy as np

from questions.local.alignment import Floats
from questions.local.evidence import Evidence
from questions.question import Verdict

# Good answers say what they would not do: so much denial of a criterion's words is normal.
_DENIED_IN_PASSING: Final = 0.28


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """A logistic curve over the evidence, and where its value becomes a verdict.

    Attributes:
        bias: the curve's offset.
        near: weight of what the best window of sentences carries.
        whole: weight of what the whole reply carries.
        relation: weight of the closest sentence's cosine, relative to the other criteria.
        denied: how much it costs that the reply denies more than a part of what it carries.
        topic_low: topicality at which evidence counts nothing.
        topic_high: topicality from which on it counts in full.
        partial_at: value from which on a criterion is half met.
        met_at: value from which on it is called met.
        full_at: value from which on it earns everything.
    """

    bias: float
    near: float
    whole: float
    relation: float
    denied: float
    topic_low: float
    topic_high: float
    partial_at: float
    met_at: float
    full_at: float

    def gate(self, topicality: Floats) -> Floats:
        """Return how much sentences count, 0 to 1, for how far they are about the question."""
        span = self.topic_high - self.topic_low
        gate: Floats = np.clip((topicality - self.topic_low) / span, 0, 1, dtype=np.float32)
        return gate

    def value(self, evidence: Evidence) -> float:
        """Return how far a criterion is met, 0 to 1."""
        score = (
            self.bias
            + self.near * evidence.near
            + self.whole * evidence.whole
            + self.relation * evidence.relation
            - self.denied * max(evidence.denied - _DENIED_IN_PASSING, 0.0)
        )
        return 1 / (1 + exp(-score))

    def verdict(self, value: float) -> Verdict:
        """Return the verdict that a value stands for."""
        if value >= self.met_at:
            return Verdict.MET
        return Verdict.PARTIAL if value >= self.partial_at else Verdict.MISSED

    def degree(self, value: float) -> float:
        """Return the share of a criterion's weight that a value earns, 0 to 1."""
        return min(value / self.full_at, 1.0) if value >= self.partial_at else 0.0


MINILM: Final = Parameters(
    bias=-2.9,
    near=4.6,
    whole=6.8,
    relation=2.3,
    denied=13.0,
    topic_low=0.34,
    topic_high=0.46,
    partial_at=0.15,
    met_at=0.62,
    full_at=0.8,
)
# Spelling alone does not tell what a reply is about, so nothing depends on its topicality.
LEXICAL: Final = Parameters(
    bias=-3.0,
    near=12.5,
    whole=0.0,
    relation=0.0,
    denied=13.0,
    topic_low=-2.0,
    topic_high=-1.0,
    partial_at=0.15,
    met_at=0.62,
    full_at=0.8,
)
