"""Which share of some words a reply carries."""

from __future__ import annotations

from typing import Final

import numpy as np

from questions.local.alignment import Floats

# Cosines of two words that count as nothing in common and as the same meaning.
_SIMILAR: Final = (0.335, 0.755)


def ramp(values: Floats, bounds: tuple[float, float]) -> Floats:
    """Return 0 for values up to the lower bound, 1 from the upper one on, straight between."""
    low, high = bounds
    scaled: Floats = np.clip((values - low) / (high - low), 0, 1).astype(np.float32)
    return scaled


def covered(closest: Floats, spelt: Floats) -> Floats:
    """Return how far words are carried, 0 to 1, by meaning or by spelling.

    Args:
        closest: the largest cosine of each word to what a text says.
        spelt: how far the text spells it, 0 to 1; of the same shape.
    """
    carried: Floats = np.maximum(ramp(closest, _SIMILAR), spelt)
    return carried


def share_of(weights: Floats) -> Floats:
    """Return the weights so that they sum to 1; unless all are 0."""
    share: Floats = weights / max(float(weights.sum()), 1e-6)
    return share
