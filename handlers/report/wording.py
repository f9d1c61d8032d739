"""Small things about words that every form of a report shares."""

from __future__ import annotations


def sentence(text: str) -> str:
    """Return a text that ends like a sentence."""
    return text if text[-1:] in ".!?:" else f"{text}."
