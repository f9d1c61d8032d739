"""Taking out of a text what a person can't see and a model can read."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# One emoji or text presentation selector after a character is ordinary writing; runs of
# selectors, and the rarer ones, can carry a hidden message.
_SELECTORS: Final = re.compile(
    r"[\ufe00-\ufe0d\U000e0100-\U000e01ef]+|(?<=[\ufe0e\ufe0f])[\ufe0e\ufe0f]+"
)
_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
_JOINER: Final = "\u034f"
_LINE_BREAKS: Final = frozenset("\u2028\u2029\u0085\v\f")
# Control, format (zero-width, direction marks, tags), surrogate, private use, unassigned.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def strip_hidden(text: str) -> str:
    """Return ``text`` without invisible characters; unusual line breaks become plain ones."""
    seen = "".join(_shown(char) for char in text)
    return _SELECTORS.sub("", seen)


def _shown(char: str) -> str:
    if char in "\n\t":
        return char
    if char in _LINE_BREAKS:
        return "\n"
    if char in _BLANK_LETTERS:
        return " "
    return "" if char == _JOINER or unicodedata.category(char) in _UNSEEN else char
