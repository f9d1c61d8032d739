"""Keeps the collection of garbage short while people wait."""

from __future__ import annotations

import gc


def spare_what_stays() -> None:
    """Leave everything that was made so far out of later collections.

    A full collection looks at every object there is and lets nothing else run meanwhile: with the
    libraries, the questions and the index's model in memory that takes a fifth of a second.
    Call it once all of that is loaded. It takes as long itself, once.
    """
    gc.collect()
    gc.freeze()
