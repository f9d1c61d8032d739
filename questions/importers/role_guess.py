"""Whose question it is, told from its words: the role whose shipped questions share them most."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from questions.question import Question
from questions.role import Role

_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_MOST: Final = 400
_SMOOTHING: Final = 0.5
# What the question's words count against the answer's.
_ASKED: Final = 0.7


@dataclass(frozen=True)
class _Profile:
    counts: Counter[str]
    total: int


class RoleGuess:
    """Naive Bayes over the words of a bank, every role taken as equally likely.

    Args:
        bank: questions whose roles are known.
    """

    def __init__(self, bank: Sequence[Question]) -> None:
        counts: dict[Role, Counter[str]] = {}
        for question in bank:
            text = " ".join(
                (question.title, question.title, question.topic, question.prompt,
                 question.model_answer, question.tests, *question.skills)
            )  # fmt: skip
            counts.setdefault(question.role, Counter()).update(_words(text))
        self._words = len({word for each in counts.values() for word in each}) or 1
        self._profiles = {role: _Profile(c, c.total()) for role, c in counts.items()}

    def of(self, asked: str, answer: str) -> Role | None:
        """Return the likeliest role; ``None`` where the words tell nothing.

        Args:
            asked: the question, and what leads up to it. It says more of who is asked.
            answer: the model answer.
        """
        question, said = self._known(asked), self._known(answer)[:_MOST]
        if len(question) + len(said) < 3:
            return None
        return max(
            self._profiles,
            key=lambda role: (
                _ASKED * self._mean(role, question) + (1 - _ASKED) * self._mean(role, said)
            ),
        )

    def _known(self, text: str) -> list[str]:
        return [w for w in _words(text) if any(w in p.counts for p in self._profiles.values())]

    def _mean(self, role: Role, words: list[str]) -> float:
        """Return a word's mean log-likelihood."""
        profile = self._profiles[role]
        total = profile.total + _SMOOTHING * self._words
        told = sum(math.log((profile.counts[word] + _SMOOTHING) / total) for word in words)
        return told / max(1, len(words))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
