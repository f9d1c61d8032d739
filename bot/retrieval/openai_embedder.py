"""Vectors from any endpoint that speaks OpenAI's ``/embeddings``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from openai import AuthenticationError, NotFoundError, OpenAI, OpenAIError, RateLimitError

from bot.retrieval.unavailable import EmbedderUnavailable
from questions.ports import Vectors

OPENAI_URL: Final = "https://api.openai.com/v1"
TIMEOUT_SECONDS: Final = 60.0
# Small enough for the slow local servers that also speak this protocol.
BATCH_TEXTS: Final = 64
# About 6 000 tokens: models take 8 191 and refuse a longer text instead of cutting it.
MAX_CHARACTERS: Final = 20_000


class OpenAIEmbedder:
    """Embedder over HTTP. Blocking, one attempt a batch: the caller decides about retries.

    Args:
        api_key: the endpoint's key.
        base_url: the endpoint, up to and including ``/v1``; ``None`` for OpenAI's own.
        model: the embedding model.
    """

    def __init__(self, *, api_key: str, base_url: str | None, model: str) -> None:
        self._client = OpenAI(
            api_key=api_key,
            # Said outright, since the client would else look into the environment.
            base_url=base_url or OPENAI_URL,
            timeout=TIMEOUT_SECONDS,
            max_retries=0,
        )
        self._model = model
        self._dimensions: int | None = None

    @property
    def name(self) -> str:
        """The embedding's slug, with the model's name in it."""
        return "openai-" + re.sub(r"[^a-z0-9]+", "-", self._model.casefold()).strip("-")

    @property
    def dimensions(self) -> int:
        """The vectors' length; asks the endpoint where nothing was embedded yet.

        Raises:
            EmbedderUnavailable: the endpoint can't be used.
        """
        if self._dimensions is None:
            self.embed(["length"])
        if self._dimensions is None:
            raise EmbedderUnavailable("The embedding endpoint sent no vector.")
        return self._dimensions

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return ``(len(texts), dimensions)`` unit vectors; an empty text's row is zero.

        Raises:
            EmbedderUnavailable: the endpoint can't be reached or answers amiss.
        """
        worded = [i for i, text in enumerate(texts) if text.strip()]
        found: list[Vectors] = []
        for start in range(0, len(worded), BATCH_TEXTS):
            batch = [texts[i][:MAX_CHARACTERS] for i in worded[start : start + BATCH_TEXTS]]
            found.extend(self._request(batch))
        if not found and texts:
            return np.zeros((len(texts), self.dimensions), dtype=np.float32)
        vectors = np.zeros((len(texts), self._dimensions or 0), dtype=np.float32)
        for i, row in zip(worded, found, strict=True):
            vectors[i] = row
        return vectors

    def _request(self, batch: list[str]) -> list[Vectors]:
        try:
            reply = self._client.embeddings.create(model=self._model, input=batch)
            rows = {item.index: item.embedding for item in reply.data}
            vectors = [np.asarray(rows[i], dtype=np.float32) for i in range(len(batch))]
        except OpenAIError as error:
            raise EmbedderUnavailable(_explain(error)) from error
        # A compatible server may send anything: the client checks neither shapes nor types.
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise EmbedderUnavailable(_AMISS) from error
        return [self._checked(row) for row in vectors]

    def _checked(self, row: Vectors) -> Vectors:
        norm = float(np.linalg.norm(row))
        if row.ndim != 1 or not np.isfinite(norm) or norm == 0:
            raise EmbedderUnavailable(_AMISS)
        if self._dimensions is None:
            self._dimensions = row.size
        if row.size != self._dimensions:
            raise EmbedderUnavailable("The embedding endpoint changed its vectors' length.")
        return (row / norm).astype(np.float32)


_AMISS: Final = "The embedding endpoint sent something that is no list of vectors."


def _explain(error: OpenAIError) -> str:
    if isinstance(error, AuthenticationError):
        return "The embedding endpoint refused the API key."
    if isinstance(error, NotFoundError):
        return "The embedding endpoint does not know the embedding model."
    if isinstance(error, RateLimitError):
        return "The embedding endpoint is over its limit."
    return "The embedding endpoint can't be reached or failed."
