"""Small words that every form of a report shares."""

from __future__ import annotations


def counted(number: int, thing: str) -> str:
    """Return a number with what is counted, for example ``1 minute`` or ``3 minutes``."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def sentence(text: str) -> str:
    """Return a text that ends like a sentence."""
    return text if text[-1:] in ".!?:" else f"{text}."
