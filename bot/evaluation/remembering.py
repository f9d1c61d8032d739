"""A model whose vectors are made once for each text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.retrieval.minilm import MiniLM
from questions.ports import TokenStates, Vectors


class RememberingEncoder:
    """Gives ``model``'s vectors, and keeps them for as long as it lives.

    Args:
        model: makes the vectors; the caller closes it.
    """

    def __init__(self, model: MiniLM) -> None:
        self._model = model
        self._known: dict[str, Vectors] = {}

    @property
    def name(self) -> str:
        """The embedding's slug."""
        return self._model.name

    @property
    def dimensions(self) -> int:
        """The vectors' length."""
        return self._model.dimensions

    def close(self) -> None:
        """Forget the vectors."""
        self._known.clear()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return ``(len(texts), dimensions)`` unit vectors (a zero row for an empty text)."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._model.embed(new), strict=True))
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return np.stack([self._known[text] for text in texts])

    def encode_pairs(self, pairs: Sequence[tuple[str, str]]) -> list[TokenStates]:
        """Encode each pair as the model does."""
        return self._model.encode_pairs(pairs)
