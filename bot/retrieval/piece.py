"""The stretches of text by which a question is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.retrieval.chunk import split_chunks
from questions.question import Question

MAX_ANSWER_CHUNKS: Final = 12
# Besides its answer's chunks, a question has its prompt and what it is about.
MAX_PIECES: Final = MAX_ANSWER_CHUNKS + 2


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of a question, as it is stored."""

    question: Question
    number: int
    text: str

    @property
    def id(self) -> str:
        """Its id, which changes with what is stored under it."""
        content = (self.question.prompt, self.question.model_answer, self.text)
        return f"{self.question.id}.{self.question.version}.{self.number}.{digest(content)}"

    @property
    def metadata(self) -> dict[str, str | int]:
        """What a hit needs to become a related answer."""
        return {
            "question_id": self.question.id,
            "version": self.question.version,
            "prompt": self.question.prompt,
            "answer": self.question.model_answer,
        }


def pieces_of(question: Question) -> Iterator[Piece]:
    """Yield the question's prompt, what it is about, and its model answer in chunks.

    The prompt tells a story and the answer gives facts; what somebody looking for the question
    would type is nearer to what it is about.
    """
    texts = (
        f"{question.title}\n\n{question.prompt}",
        _subject(question),
        *split_chunks(question.model_answer, limit=MAX_ANSWER_CHUNKS),
    )
    for number, text in enumerate(texts):
        yield Piece(question=question, number=number, text=text)


def digest(content: object) -> str:
    """Return a short text that differs wherever ``content``, which JSON can hold, does."""
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]


def _subject(question: Question) -> str:
    topic = question.topic.replace("-", " ")
    skills = ", ".join(question.skills)
    asked = " ".join(criterion.text for criterion in question.rubric.criteria)
    return f"{question.title}. {topic}. {question.tests} {skills}. {asked}"
