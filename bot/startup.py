"""The one way an adapter says that it can't start."""

from __future__ import annotations


class StartupError(Exception):
    """Something outside is missing or wrong; the text is one sentence that says what to do."""


class OutOfReach(StartupError):
    """Something outside does not answer just now; trying again later may help."""
