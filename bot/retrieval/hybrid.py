"""Vectors of meaning and of words side by side, in one collection.

Cosine of such a vector is the weighted mean of the two cosines, so one nearest-neighbour search
ranks by both: what is meant, and the rare word that only the right answer has.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np

from questions.ports import Embedder, TokenEncoder, TokenStates, Vectors

# Chosen on the shipped queries of four roles: .4 to .7 find within .02 of one another there.
MEANING: Final = 0.5


class _Encoder(Embedder, TokenEncoder, Protocol):
    """What gives vectors of a text and of its tokens."""

    def close(self) -> None:
        """Let go of the weights."""


class HybridEmbedder:
    """See the module.

    Args:
        meaning: gives vectors of meaning, and the token states.
        words: gives vectors of words.
        share: how much meaning counts, 0 to 1.
    """

    def __init__(self, meaning: _Encoder, words: Embedder, *, share: float = MEANING) -> None:
        self._meaning = meaning
        self._words = words
        self._weights = (math.sqrt(share), math.sqrt(1 - share))
        self._share = share

    @property
    def name(self) -> str:
        """The embedding's slug, with what it is made of."""
        return f"hybrid-{self._share:.0%}-{self._meaning.name}-{self._words.name}".replace("%", "")

    @property
    def dimensions(self) -> int:
        """The vectors' length."""
        return self._meaning.dimensions + self._words.dimensions

    @property
    def encoder(self) -> _Encoder:
        """What gives the vectors of meaning."""
        return self._meaning

    def close(self) -> None:
        """Let go of the weights."""
        self._meaning.close()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return ``(len(texts), dimensions)`` unit vectors (a zero row for an empty text)."""
        parts = (self._meaning.embed(texts), self._words.embed(texts))
        joined = np.hstack([w * part for w, part in zip(self._weights, parts, strict=True)])
        norms = np.linalg.norm(joined, axis=1, keepdims=True)
        unit: Vectors = (joined / np.where(norms > 0, norms, 1.0)).astype(np.float32)
        return unit

    def encode_pairs(self, pairs: Sequence[tuple[str, str]]) -> list[TokenStates]:
        """Encode each pair as the vectors of meaning do."""
        return self._meaning.encode_pairs(pairs)
