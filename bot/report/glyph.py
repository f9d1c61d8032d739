"""What a font has no picture of, in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from typing import Final

# Shown for letters of scripts that the fonts lack.
UNKNOWN: Final = "\ufffd"
_FIRST_FLAG: Final = 0x1F1E6
# What joins or colours the picture before it, and is nothing by itself.
_JOINERS: Final = "\u200d\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f"
_FLAGS: Final = "\U0001f1e6-\U0001f1ff"
_SPACES: Final = re.compile(r"[^\S\n]")
_HIDDEN: Final = re.compile(rf"[{_JOINERS}]")
_PICTURES: Final = re.compile(
    rf"[{_FLAGS}]{{2}}|[^{_JOINERS}](?:\u200d[^{_JOINERS}]|[{_JOINERS}])*"
)


def in_words(text: str, glyphs: Container[int]) -> str:
    """Return a text that can be printed: an emoji without a glyph by its name, in brackets.

    Args:
        text: what somebody wrote.
        glyphs: the code points that the fonts have.
    """
    spaced = _SPACES.sub(" ", text)
    return _PICTURES.sub(lambda found: _shown(found[0], glyphs), spaced)


def _shown(picture: str, glyphs: Container[int]) -> str:
    plain = _HIDDEN.sub("", picture)
    if plain == "\n" or all(ord(ch) in glyphs and ch.isprintable() for ch in plain):
        return plain
    if len(plain) == 2 and all(_is_flag(ch) for ch in plain):
        return f"(flag {''.join(chr(ord(ch) - _FIRST_FLAG + ord('A')) for ch in plain)})"
    if all(_is_picture(ch) for ch in plain):
        return f"({', '.join(unicodedata.name(ch, 'symbol').lower() for ch in plain)})"
    return "".join(
        ch if ord(ch) in glyphs else UNKNOWN for ch in plain if ch == "\n" or ch.isprintable()
    )


def _is_flag(character: str) -> bool:
    return _FIRST_FLAG <= ord(character) < _FIRST_FLAG + 26


def _is_picture(character: str) -> bool:
    return unicodedata.category(character) in {"So", "Sk", "Sm"}
