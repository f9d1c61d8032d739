"""What a check of the settings found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a check went. Only a failure keeps Prepbot from starting."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True)
class Finding:
    """What was found of one thing.

    Attributes:
        subject: what was looked at, in a word or two.
        detail: one sentence; for anything but `State.OK` it says what to do.
    """

    subject: str
    state: State
    detail: str


def ok(subject: str, detail: str) -> Finding:
    """Return that it works."""
    return Finding(subject, State.OK, detail)


def warning(subject: str, detail: str) -> Finding:
    """Return that it works, but less well than it could."""
    return Finding(subject, State.WARNING, detail)


def failed(subject: str, detail: str) -> Finding:
    """Return that it does not work."""
    return Finding(subject, State.FAILED, detail)
