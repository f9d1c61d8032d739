"""Vectors from words and their letters alone: the last resort, where no model is at hand.

It finds texts that share words or spellings, never paraphrases, and its name says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from zlib import crc32

import numpy as np

from questions.local.words import content_words, find_words
from questions.ports import TokenStates, Vectors

_LETTERS: Final = (3, 4, 5)
_LETTERS_SHARE: Final = 0.5


class LexicalEmbedder:
    """Hashed word and letter counts; needs no files, no network and no loading.

    Args:
        dimensions: the vectors' length; features are folded into it by a hash with a sign.
    """

    def __init__(self, dimensions: int = 1024) -> None:
        self._dimensions = dimensions

    @property
    def name(self) -> str:
        """The embedding's slug, which says that it knows no meaning."""
        return f"lexical-{self._dimensions}"

    @property
    def dimensions(self) -> int:
        """The vectors' length."""
        return self._dimensions

    def close(self) -> None:
        """Nothing is held."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return ``(len(texts), dimensions)`` unit vectors; a wordless text's row is zero."""
        rows = [self._text(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self._dimensions), dtype=np.float32)

    def encode_pairs(self, pairs: Sequence[tuple[str, str]]) -> list[TokenStates]:
        """Encode words by their letters: alike spellings are close, context plays no part."""
        return [self._pair(first, second) for first, second in pairs]

    def _text(self, text: str) -> Vectors:
        words = content_words(text) or find_words(text)
        by_word = self._fold(Counter(words))
        by_letters = self._fold(Counter(part for word in words for part in _parts(word)))
        return _unit(by_word + _LETTERS_SHARE * by_letters)

    def _pair(self, first: str, second: str) -> TokenStates:
        before, after = find_words(first), find_words(second)
        words = (*before, *after)
        seen = {word: _unit(self._fold(Counter(_parts(word)))) for word in set(words)}
        empty = np.zeros((0, self._dimensions), dtype=np.float32)
        return TokenStates(
            tokens=words,
            vectors=np.stack([seen[word] for word in words]) if words else empty,
            segment=np.repeat(np.array([0, 1], dtype=np.int64), [len(before), len(after)]),
        )

    def _fold(self, counts: Counter[str]) -> Vectors:
        """Return the unit vector of features, each weighing 1 + log of its count."""
        row = np.zeros(self._dimensions, dtype=np.float32)
        for feature, count in counts.items():
            hashed = crc32(feature.encode())
            sign = 1.0 if hashed & 1 else -1.0
            row[(hashed >> 1) % self._dimensions] += sign * (1.0 + np.log(count))
        return _unit(row)


def _parts(word: str) -> Iterator[str]:
    framed = f"<{word}>"
    yield framed
    for size in _LETTERS:
        yield from _slices(framed, size)


def _slices(text: str, size: int) -> Iterable[str]:
    return (text[i : i + size] for i in range(len(text) - size + 1))


def _unit(row: Vectors) -> Vectors:
    norm = float(np.linalg.norm(row))
    return (row / norm).astype(np.float32) if norm > 0 else row
