"""Small things about words that every feature shares."""

from __future__ import annotations

import unicodedata


def counted(number: int, thing: str) -> str:
    """Return a number with what is counted, for example ``1 minute`` or ``3 minutes``."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def legible(text: str) -> str:
    """Drop control characters, which a database may refuse and nobody can read.

    Line breaks and tabs stay; white space around the text does not.
    """
    kept = (ch for ch in text if ch in "\n\t" or unicodedata.category(ch) not in {"Cc", "Cs"})
    return "".join(kept).strip()
