"""How far two lists of scores agree. Scores are 0 to 5; numpy alone does the arithmetic."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from questions.question import MAX_SCORE

Scores = NDArray[np.float64]
# From here an answer counts as right where people only said right or wrong.
PASS_MARK: Final = MAX_SCORE / 2
_FEWEST: Final = 2
_FLAT: Final = 1e-12


def pearson(predicted: ArrayLike, human: ArrayLike) -> float | None:
    """Return Pearson's r, or ``None`` where one side does not vary or there are under two."""
    x, y = _pair(predicted, human)
    if len(x) < _FEWEST:
        return None
    x, y = x - x.mean(), y - y.mean()
    scale = float(np.sqrt((x @ x) * (y @ y)))
    if scale <= _FLAT:
        return None
    return float(np.clip(x @ y / scale, -1, 1))


def spearman(predicted: ArrayLike, human: ArrayLike) -> float | None:
    """Return Spearman's rho: Pearson's r of the ranks, equal scores sharing their mean rank."""
    x, y = _pair(predicted, human)
    return pearson(_ranks(x), _ranks(y))


def rmse(predicted: ArrayLike, human: ArrayLike) -> float | None:
    """Return the root of the mean squared difference, in points; ``None`` for no scores."""
    x, y = _pair(predicted, human)
    return float(np.sqrt(np.mean((x - y) ** 2))) if len(x) else None


def mean_absolute_error(predicted: ArrayLike, human: ArrayLike) -> float | None:
    """Return the mean absolute difference, in points; ``None`` for no scores."""
    x, y = _pair(predicted, human)
    return float(np.mean(np.abs(x - y))) if len(x) else None


def mean_bias(predicted: ArrayLike, human: ArrayLike) -> float | None:
    """Return by how many points the prediction lies above people's scores on average."""
    x, y = _pair(predicted, human)
    return float(np.mean(x - y)) if len(x) else None


def quadratic_kappa(predicted: ArrayLike, human: ArrayLike) -> float | None:
    """Return Cohen's kappa with quadratic weights over the six whole scores 0, 1, … 5.

    Both lists are rounded to the nearest whole score, halves upwards. ``None`` where both lists
    hold one and the same whole score throughout, so that chance alone agrees fully.
    """
    x, y = (np.floor(scores + 0.5).astype(np.int64) for scores in _pair(predicted, human))
    if not len(x):
        return None
    count = MAX_SCORE + 1
    seen = np.zeros((count, count))
    np.add.at(seen, (x, y), 1)
    grid = np.arange(count)
    weights = (grid[:, None] - grid[None, :]) ** 2
    chance = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / len(x)
    expected = float((weights * chance).sum())
    if expected <= _FLAT:
        return None
    return 1 - float((weights * seen).sum()) / expected


def macro_f1(predicted: ArrayLike, human: ArrayLike) -> float | None:
    """Return the mean of the F1 of "right" and of "wrong", each from `PASS_MARK` upwards.

    A class that neither list holds is left out; ``None`` for no scores.
    """
    x, y = (scores >= PASS_MARK for scores in _pair(predicted, human))
    found = [
        _f1(x == side, y == side)
        for side in (True, False)
        if (x == side).any() or (y == side).any()
    ]
    return float(np.mean(found)) if found else None


def _f1(x: NDArray[np.bool_], y: NDArray[np.bool_]) -> float:
    both = int((x & y).sum())
    return 2 * both / int(x.sum() + y.sum())


def _ranks(scores: Scores) -> Scores:
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    mean: Scores = last - (counts - 1) / 2
    return mean[place]


def _pair(predicted: ArrayLike, human: ArrayLike) -> tuple[Scores, Scores]:
    x, y = np.asarray(predicted, dtype=np.float64), np.asarray(human, dtype=np.float64)
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(f"the lists differ in length: {x.shape} and {y.shape}")
    return x, y
