"""What grading needs from outside: a judge, related answers, and vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from questions.grading import Judgement, Ungraded, Usage
from questions.question import Question

Vectors = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class RelatedAnswer:
    """A model answer of another question that is close to the reply.

    Attributes:
        question_id: the question it answers.
        prompt: that question's prompt.
        text: the model answer.
        similarity: cosine similarity to the reply, -1 to 1.
    """

    question_id: str
    prompt: str
    text: str
    similarity: float


class GraderUnavailable(Exception):
    """The judge can't be reached just now; trying again later may help.

    Attributes:
        reason: one clause that a person may read, without secrets or addresses.
        retry_after: seconds that the endpoint asked us to wait, if it did.
        usage: what it took until the judge was lost.
    """

    def __init__(
        self, reason: str, retry_after: float | None = None, *, usage: Usage | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after
        self.usage = usage or Usage()


class Grader(Protocol):
    """Judges a reply criterion by criterion. It never sums: `questions.grading` does."""

    @property
    def name(self) -> str:
        """What made the judgement, for example ``local`` or ``openai:gpt-5-mini``."""

    @property
    def is_estimate(self) -> bool:
        """Whether grades must be labelled an estimate."""

    async def judge(
        self, question: Question, reply: str, related: Sequence[RelatedAnswer]
    ) -> Judgement | Ungraded:
        """Judge ``reply``.

        Args:
            question: the question with its rubric.
            reply: what the person wrote, as it came.
            related: model answers of other questions that may credit valid points.

        Returns:
            A verdict for every criterion, or why no grade is possible.

        Raises:
            GraderUnavailable: nothing was judged; the caller may try again.
        """


class SecondOpinion(Protocol):
    """Judges once more, with other words, a reply whose grade is appealed against."""

    async def reconsider(
        self, question: Question, reply: str, related: Sequence[RelatedAnswer], *, reason: str
    ) -> Judgement | Ungraded:
        """Judge ``reply`` afresh.

        Args:
            question: the question with its rubric.
            reply: what the person wrote, as it came.
            related: model answers of other questions that may credit valid points.
            reason: why the person appeals. It is data and no evidence: only what stands in the
                reply counts.

        Returns:
            A verdict for every criterion, or why no grade is possible.

        Raises:
            GraderUnavailable: nothing was judged; the caller may try again.
        """


class Cacheable(Protocol):
    """A grader whose judgements may be kept and used again."""

    def cache_key(self, question: Question, reply: str) -> str:
        """Return a text that is the same only where the judgement may be.

        Args:
            question: the question with its rubric.
            reply: what the person wrote, as it came.
        """


class RetrievalUnavailable(Exception):
    """The index of related answers can't be used; grading goes on without it."""


class Retriever(Protocol):
    """Finds model answers that are close in meaning to a text."""

    async def related(
        self, question: Question, text: str, *, limit: int, team: str | None = None
    ) -> tuple[RelatedAnswer, ...]:
        """Return up to ``limit`` related answers, closest first, without ``question``'s own.

        Args:
            question: the question that was asked.
            text: the reply.
            limit: how many at most.
            team: the team whose own answers are searched besides the shipped ones; ``None`` for
                the shipped ones alone.

        Raises:
            RetrievalUnavailable: the index is missing, broken or owned by another process.
        """


@dataclass(frozen=True)
class TokenStates:
    """A text as contextual token vectors.

    Attributes:
        tokens: ``n`` word pieces, special tokens left out.
        vectors: ``(n, d)`` unit rows, one a word piece.
        segment: ``(n,)`` 0 for pieces of the first text of a pair, 1 for the second.
    """

    tokens: tuple[str, ...]
    vectors: Vectors
    segment: NDArray[np.int64]


class Embedder(Protocol):
    """Turns texts into vectors. Blocking: call it off the event loop."""

    @property
    def name(self) -> str:
        """A slug that changes whenever the vectors would, for example ``minilm-l6-v2``."""

    @property
    def dimensions(self) -> int:
        """The vectors' length."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return ``(len(texts), dimensions)`` unit vectors (a zero row for an empty text)."""


class TokenEncoder(Protocol):
    """Gives the token states of a (question, text) pair, for the local grader."""

    def encode_pairs(self, pairs: Sequence[tuple[str, str]]) -> list[TokenStates]:
        """Encode each (first, second) pair together, truncating the second where too long."""
