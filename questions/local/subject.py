"""A question as vectors, ready to be compared with replies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from questions.local.alignment import (
    Floats,
    Indices,
    Word,
    by_word,
    find_content,
    locate_pieces,
)
from questions.local.polarity import find_denied, is_denied
from questions.local.sentence import split_sentences
from questions.local.slip import long_words
from questions.local.words import content_words, stem
from questions.ports import TokenEncoder, TokenStates, Vectors
from questions.question import Question

# What a word of the question weighs in a criterion that repeats it.
_ASKED_WEIGHT: Final = 0.1


@dataclass(frozen=True)
class Reference:
    """A criterion's `met` text, made ready for comparing.

    Attributes:
        text: the text.
        words: its content words.
        weights: (words,) how much each counts.
        vectors: (words, d) the mean of each word's token vectors.
        pieces: (pieces, d) its token vectors.
        asked: (words,) the closest cosine of each word to a token of the question.
        denied: (words,) whether the text itself denies the word.
        beyond: (words,) whether what counts as partly met lacks the word.
    """

    text: str
    words: tuple[Word, ...]
    weights: Floats
    vectors: Vectors
    pieces: Vectors
    asked: Floats
    denied: Floats
    beyond: NDArray[np.bool_]


@dataclass(frozen=True)
class Subject:
    """What a question is about.

    Attributes:
        references: one for each criterion.
        meanings: (criteria, d) the mean vector of each criterion.
        topics: (criteria + 2, d) the same, and the mean vectors of model answer and prompt.
        titles: (criteria, d) the mean vector of what each criterion is called; no rows where
            the criteria are pieces of a reference answer.
        partials: what counts as partly met, one for each criterion; none where the criteria are
            pieces of a reference answer.
        partial_meanings: (criteria, d) their mean vectors; no rows where there are none.
        told: (sentences, d) the sentences of the model answer.
        told_of: (sentences,) the criterion that each of them is closest to.
        statements: the sentences of the model answer and the criteria.
        statement_meanings: (statements, d) their mean vectors.
        mistakes: what people commonly get wrong here.
        mistake_meanings: (mistakes, d) their mean vectors.
        asked: stems of the prompt's content words.
        known: the long words of all its texts.
        length: how many words the model answer has.
    """

    references: tuple[Reference, ...]
    meanings: Vectors
    topics: Vectors
    titles: Vectors
    partials: tuple[Reference, ...]
    partial_meanings: Vectors
    told: Vectors
    told_of: Indices
    statements: tuple[str, ...]
    statement_meanings: Vectors
    mistakes: tuple[str, ...]
    mistake_meanings: Vectors
    asked: frozenset[str]
    known: frozenset[str]
    length: int

    @property
    def is_reference(self) -> bool:
        """Whether the criteria are pieces of a reference answer, in the question's words too."""
        return not len(self.titles)


def prepare_subject(encoder: TokenEncoder, question: Question) -> Subject:
    """Encode a question's prompt, model answer, criteria and common mistakes."""
    criteria = [criterion.met for criterion in question.rubric.criteria]
    rubric = () if question.rubric.is_reference else question.rubric.criteria
    told = [span.text for span in split_sentences(question.model_answer)]
    statements = [*told, *(s.text for met in criteria for s in split_sentences(met))]
    parts = (
        criteria, [question.model_answer, question.prompt], [c.partial for c in rubric],
        [c.text for c in rubric], statements, question.common_mistakes,
    )  # fmt: skip
    states = encoder.encode_pairs([("", text) for part in parts for text in part])
    ends = list(accumulate(len(part) for part in parts))
    means = _split(find_means([state.vectors for state in states]), ends)
    asked = frozenset(stem(word) for word in content_words(question.prompt))
    asked_pieces = states[ends[1] - 1].vectors
    met_means, topic_means, partial_means, title_means, statement_means, mistake_means = means
    told_means = statement_means[: len(told)]
    return Subject(
        references=tuple(
            _reference(criterion.met, state, asked, asked_pieces, partial=criterion.partial)
            for criterion, state in zip(question.rubric.criteria, states, strict=False)
        ),
        meanings=met_means,
        topics=np.concatenate([met_means, topic_means]),
        titles=title_means,
        partials=tuple(
            _reference(criterion.partial, state, asked, asked_pieces)
            for criterion, state in zip(rubric, states[ends[1] :], strict=False)
        ),
        partial_meanings=partial_means,
        told=told_means,
        told_of=(told_means @ met_means.T).argmax(axis=1),
        statements=tuple(statements),
        statement_meanings=statement_means,
        mistakes=question.common_mistakes,
        mistake_meanings=mistake_means,
        asked=asked,
        known=long_words(
            [question.prompt, question.model_answer, *criteria, *question.common_mistakes]
        ),
        length=len(question.model_answer.split()),
    )


def _split(rows: Vectors, ends: Sequence[int]) -> list[Vectors]:
    return np.split(rows, ends[:-1])


def _reference(
    text: str,
    state: TokenStates,
    asked: frozenset[str],
    asked_pieces: Vectors,
    *,
    partial: str = "",
) -> Reference:
    words = tuple(find_content(text, state.tokens))
    vectors = by_word(state.vectors, words)
    places = locate_pieces(text, state.tokens)
    scopes = _denied_positions(text)
    denied = [is_denied(places[word.pieces[0]][0], scopes) for word in words]
    partial_stems = {stem(word) for word in content_words(partial)}
    weights = [_ASKED_WEIGHT if word.stem in asked else 1.0 for word in words]
    return Reference(
        text=text,
        words=words,
        weights=np.array(weights, dtype=np.float32),
        vectors=vectors,
        pieces=state.vectors,
        asked=_closest(vectors @ asked_pieces.T),
        denied=np.array(denied, dtype=np.float32),
        beyond=np.array([word.stem not in partial_stems for word in words], dtype=np.bool_),
    )


def find_means(vectors: Sequence[Vectors]) -> Vectors:
    """Return (texts, d): the mean of each text's token vectors, with length 1."""
    if not vectors:
        return np.zeros((0, 0), dtype=np.float32)
    rows: Vectors = np.stack([v.sum(axis=0) for v in vectors])
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return rows


def _closest(similarity: Floats) -> Floats:
    if similarity.shape[1] == 0:
        return np.zeros(similarity.shape[0], dtype=np.float32)
    closest: Floats = similarity.max(axis=1)
    return closest


def _denied_positions(text: str) -> list[tuple[int, int]]:
    return [
        (span.start + start, span.start + end)
        for span in split_sentences(text)
        for start, end in find_denied(span.text)
    ]
