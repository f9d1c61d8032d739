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
        return self.source[self.origins[start] : self.origins[end - 1] + 1]


def reveal(source: str) -> Visible:
    """Leave out zero-width, direction, tag and variation characters."""
    kept = tuple(i for i, char in enumerate(source) if not _is_hidden(char))
    return Visible(text="".join(source[i] for i in kept), origins=kept, source=source)


def unmask(text: str) -> str:
    """Replace look-alike letters in words that also have Latin ones; the length stays."""
    return text.translate(_LOOKALIKES)


def _is_hidden(char: str) -> bool:
    return unicodedata.category(char) == "Cf" or ord(char) in _MARKS or ord(char) in _TAGS
