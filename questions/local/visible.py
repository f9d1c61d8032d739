"""What a reader sees of a text: without the characters that hide, and knowing where each was."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

# Letters of other alphabets that look like Latin ones, small and capital.
_LOOKALIKES: Final = str.maketrans(
    "аеорсухіјѕһԁԛԝАВЕКМНОРСТХІЈЅαοερτυνικΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijshdqwABEKMHOPCTXIJSaoeptuvikABEZHIKMNOPTYX",
)
# Right-to-left override, and what ends it.
_OVERRIDE: Final = "\u202e"
_OVERRIDE_ENDS: Final = "\u202c\u2029"
_MARKS: Final = range(0xFE00, 0xFE10)
_TAGS: Final = range(0xE0000, 0xE0200)


@dataclass(frozen=True)
class Visible:
    """A text without hidden characters.

    Attributes:
        text: what is seen.
        origins: for each character, where it stands in the source.
        source: the text as it came.
    """

    text: str
    origins: tuple[int, ...]
    source: str

    def quote(self, start: int, end: int) -> str:
        """Return the stretch of the source that is seen as ``text[start:end]``."""
        places = self.origins[start:end]
        return self.source[min(places) : max(places) + 1]


def reveal(source: str) -> Visible:
    """Leave out zero-width, direction, tag and variation characters.

    What stands behind a right-to-left override is seen backwards, and so it is read.
    """
    kept: list[int] = []
    turned: list[int] | None = None
    for index, char in enumerate(source):
        if turned is not None and (char in _OVERRIDE_ENDS or char == "\n"):
            kept += reversed(turned)
            turned = None
        if char == _OVERRIDE and turned is None:
            turned = []
        if not _is_hidden(char):
            (kept if turned is None else turned).append(index)
    kept += reversed(turned or ())
    return Visible(text="".join(source[i] for i in kept), origins=tuple(kept), source=source)


def unmask(text: str) -> str:
    """Replace look-alike letters in words that also have Latin ones; the length stays."""
    return text.translate(_LOOKALIKES)


def _is_hidden(char: str) -> bool:
    return unicodedata.category(char) == "Cf" or ord(char) in _MARKS or ord(char) in _TAGS
