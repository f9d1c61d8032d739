"""Questions that ask nearly the same as another, in its words or in others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from rapidfuzz import fuzz, process

from questions.linting.finding import Finding
from questions.ports import Embedder
from questions.question import Question

# rapidfuzz token-set ratio, 0 to 100, from which two prompts count as the same question.
NEAR_DUPLICATE: Final = 88
# Cosine of two prompts' hybrid vectors, half meaning and half words, from which they count as the
# same question. The nearest two of the shipped prompts have .49; six of them told again in other
# words have .50 to .74 with their originals, five of the six more than this.
NEAR_MEANING: Final = 0.53

Progress = Callable[[int, int], None]
"""Told how many of how many prompts are embedded."""

_BATCH: Final = 32


def repeated_texts(read: Sequence[tuple[Path, Question]]) -> Iterator[Finding]:
    """Yield the questions whose id or wording is an earlier one's."""
    seen: dict[str, Path] = {}
    for path, question in read:
        if question.id in seen:
            yield Finding(path, 2, f"the id {question.id!r} is taken by {seen[question.id]}")
        seen.setdefault(question.id, path)
    prompts = [question.prompt for _, question in read]
    alike = process.cdist(
        prompts, prompts, scorer=fuzz.token_set_ratio, score_cutoff=NEAR_DUPLICATE
    )
    for late, early in np.argwhere(np.tril(alike, k=-1) > 0):
        path, question = read[late]
        other_path, other = read[early]
        if question.id != other.id:
            yield Finding(path, 2, f"asks nearly the same as {other_path}")


def repeated_meanings(
    read: Sequence[tuple[Path, Question]], embedder: Embedder, advance: Progress
) -> Iterator[Finding]:
    """Yield the questions that mean what an earlier one does, in words of their own.

    Args:
        read: the questions with their files.
        embedder: gives hybrid vectors, half meaning and half words.
        advance: told how far it is.
    """
    prompts = [question.prompt for _, question in read]
    rows = []
    for start in range(0, len(prompts), _BATCH):
        rows.append(embedder.embed(prompts[start : start + _BATCH]))
        advance(min(start + _BATCH, len(prompts)), len(prompts))
    if not rows:
        return
    vectors = np.concatenate(rows)
    close = np.tril(vectors @ vectors.T, k=-1)
    for late, early in np.argwhere(close >= NEAR_MEANING):
        path, question = read[late]
        other_path, other = read[early]
        # Said already, by their texts.
        if fuzz.token_set_ratio(question.prompt, other.prompt) >= NEAR_DUPLICATE:
            continue
        yield Finding(
            path, 2, f"means nearly the same as {other_path} (cosine {close[late, early]:.2f})"
        )
