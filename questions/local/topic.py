"""How far the sentences of a reply are about the question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from questions.local.alignment import Floats

# Sentences before and after one that say what it is about: people type "Router." and mean a lot.
_AROUND: Final = 3
# As many of these as are closest count, so that an aside next to them takes nothing away.
_CLOSEST: Final = 3


@dataclass(frozen=True, kw_only=True)
class Gate:
    """Between which cosines a sentence begins to count as being about the question.

    Attributes:
        own_low: a sentence less close than this counts nothing.
        own_high: from here on it counts in full, as far as it is concerned.
        around_low: the same for the mean of the closest three of it and its neighbours.
        around_high: from here on they count in full.
        around_least: what a neighbour counts for that is less close or is not there, so that
            talk about nothing in particular speaks for no sentence beside it; ``None`` for no
            such least.
    """

    own_low: float
    own_high: float
    around_low: float
    around_high: float
    around_least: float | None = None

    def weigh(self, closeness: Floats) -> Floats:
        """Return (sentences,): how much each counts, 0 to 1.

        Args:
            closeness: (sentences,) the cosine of each to the closest of criteria, prompt and
                model answer.
        """
        beside = closeness
        if self.around_least is not None:
            beside = np.maximum(np.pad(closeness, _CLOSEST, constant_values=-1), self.around_least)
        off = (len(beside) - len(closeness)) // 2
        around = [
            float(np.sort(beside[max(0, i - _AROUND) : i + _AROUND + 1])[-_CLOSEST:].mean())
            for i in range(off, off + len(closeness))
        ]
        gate: Floats = _ramp(closeness, self.own_low, self.own_high) * _ramp(
            np.array(around, dtype=np.float32), self.around_low, self.around_high
        )
        return gate


def _ramp(values: Floats, low: float, high: float) -> Floats:
    ramp: Floats = np.clip((values - low) / (high - low), 0, 1).astype(np.float32)
    return ramp
