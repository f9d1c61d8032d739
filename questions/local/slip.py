"""Slips of the pen: words of a reply that are a letter away from a word of the question's texts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from questions.local.sentence import Span
from questions.local.words import WORD, find_words, fold

# Shorter words are too often a letter away from another one.
_SHORTEST: Final = 6


def long_words(texts: Collection[str]) -> frozenset[str]:
    """Return the long words of some texts, which a reply may mean."""
    return frozenset(word for text in texts for word in find_words(text) if _is_long(word))


def mend_slips(spans: Sequence[Span], known: Collection[str]) -> list[Span]:
    """Return the sentences as they were meant; where they stand does not change.

    A long word that is no known one becomes the known one with the same first letter that is one
    letter or one swap of neighbours away.

    Args:
        spans: sentences of a reply.
        known: see `long_words`.
    """
    by_letter: dict[str, list[str]] = {}
    for word in sorted(known):
        by_letter.setdefault(word[0], []).append(word)

    def meant(word: str) -> str:
        folded = fold(word)
        if folded in known or not _is_long(folded):
            return word
        found = process.extractOne(
            folded, by_letter.get(folded[0], ()), scorer=OSA.distance, score_cutoff=1
        )
        return word if found is None else found[0]

    return [
        replace(span, text=WORD.sub(lambda match: meant(match.group()), span.text))
        for span in spans
    ]


def _is_long(word: str) -> bool:
    return len(word) >= _SHORTEST and word.isalpha()
