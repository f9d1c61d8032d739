"""Drawing a grader's scores against people's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from questions.question import MAX_SCORE

_INCHES: Final = 6.0
_DOTS_PER_INCH: Final = 120
# Points of equal scores lie on one another; this much is added at most, in points of 0 to 5.
_JITTER: Final = 0.12
_EDGE: Final = 0.25


def draw_scores(
    path: Path, predicted: Sequence[float], human: Sequence[float], *, title: str
) -> None:
    """Write a PNG with a dot for each answer and the line on which both agree.

    Args:
        path: the file to write.
        predicted: the grader's scores, 0 to 5.
        human: people's scores, in the same order.
        title: what stands above.

    Raises:
        OSError: the file can't be written.
    """
    figure = Figure(figsize=(_INCHES, _INCHES), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    noise = np.random.default_rng(0).uniform(-_JITTER, _JITTER, size=(2, len(predicted)))
    axes.plot([0, MAX_SCORE], [0, MAX_SCORE], color="#999999", linewidth=1)
    axes.scatter(
        np.asarray(human) + noise[0],
        np.asarray(predicted) + noise[1],
        s=12,
        alpha=0.35,
        color="#1f5fa8",
        linewidths=0,
    )
    axes.set(
        xlim=(-_EDGE, MAX_SCORE + _EDGE),
        ylim=(-_EDGE, MAX_SCORE + _EDGE),
        xlabel="people's score (0 to 5)",
        ylabel="grader's score (0 to 5)",
        title=title,
        aspect="equal",
    )
    figure.savefig(path, format="png", dpi=_DOTS_PER_INCH)
