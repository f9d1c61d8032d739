"""The picture of somebody's progress: one dot an interview."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from handlers.report.content import Earlier
from questions.band import BANDS
from questions.question import MAX_SCORE

_SIZE: Final = (8.0, 4.0)
_DOTS_PER_INCH: Final = 120
_FEWEST: Final = 2
_BLUE: Final = "#1f5fa8"
_GREY: Final = "#999999"
_ROOM: Final = 0.25


def draw_progress(progress: Sequence[Earlier]) -> bytes | None:
    """Return a PNG of the sessions' averages over time, or ``None`` where there is only one.

    Args:
        progress: the sessions, oldest first.
    """
    if len(progress) < _FEWEST:
        return None
    figure = Figure(figsize=_SIZE, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    numbers = range(1, len(progress) + 1)
    averages = [session.average for session in progress]
    for band in BANDS[1:]:
        axes.axhline(band.from_score, color=_GREY, linewidth=0.5, linestyle=":")
        axes.annotate(
            band.name, (1.01, band.from_score), xycoords=("axes fraction", "data"),
            color=_GREY, fontsize=8, va="center",
        )  # fmt: skip
    axes.plot(numbers, averages, color=_BLUE, linewidth=1.5, marker="o")
    for number, average in zip(numbers, averages, strict=True):
        axes.annotate(
            f"{average:.1f}", (number, average), textcoords="offset points", xytext=(0, 7),
            ha="center", fontsize=9, color=_BLUE,
        )  # fmt: skip
    axes.set(
        ylim=(-_ROOM, MAX_SCORE + _ROOM),
        xlim=(1 - _ROOM, len(progress) + _ROOM),
        ylabel=f"average, of {MAX_SCORE}",
        title="Your interviews",
    )
    axes.set_xticks(list(numbers), [f"{s.on:%d %b}" for s in progress], rotation=30, ha="right")
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=_DOTS_PER_INCH)
    return written.getvalue()
