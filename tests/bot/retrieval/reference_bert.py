"""all-MiniLM-L6-v2 in plain numpy, as slow and as literal as the paper, to check the graph by."""

from __future__ import annotations

from math import erf, sqrt

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_gelu = np.vectorize(lambda x: x * 0.5 * (1.0 + erf(x / sqrt(2.0))), otypes=[np.float64])


def last_hidden_state(weights: dict[str, Array], ids: list[int], types: list[int]) -> Array:
    """Return the (tokens, 384) states of one text without padding."""
    w = weights
    hidden = (
        w["embeddings.word_embeddings.weight"][ids]
        + w["embeddings.position_embeddings.weight"][: len(ids)]
        + w["embeddings.token_type_embeddings.weight"][types]
    )
    hidden = _norm(w, "embeddings.LayerNorm", hidden)
    for layer in range(6):
        at = f"encoder.layer.{layer}"
        q, k, v = (
            _heads(_dense(w, f"{at}.attention.self.{part}", hidden))
            for part in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 2, 1) / sqrt(32)
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        context = (shares @ v).transpose(1, 0, 2).reshape(len(ids), 384)
        mixed = _dense(w, f"{at}.attention.output.dense", context) + hidden
        mixed = _norm(w, f"{at}.attention.output.LayerNorm", mixed)
        wide = _gelu(_dense(w, f"{at}.intermediate.dense", mixed))
        hidden = _dense(w, f"{at}.output.dense", wide) + mixed
        hidden = _norm(w, f"{at}.output.LayerNorm", hidden)
    return hidden


def _dense(w: dict[str, Array], at: str, x: Array) -> Array:
    return x @ w[f"{at}.weight"].T + w[f"{at}.bias"]


def _heads(x: Array) -> Array:
    return x.reshape(len(x), 12, 32).transpose(1, 0, 2)


def _norm(w: dict[str, Array], at: str, x: Array) -> Array:
    centred = x - x.mean(axis=-1, keepdims=True)
    scaled: Array = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
    return scaled * w[f"{at}.weight"] + w[f"{at}.bias"]
