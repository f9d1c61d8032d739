"""Question and reply as vectors, ready to be compared."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np

from questions.local.alignment import (
    Floats,
    Indices,
    Word,
    find_content,
    first_vectors,
    locate_pieces,
    second_text,
)
from questions.local.polarity import find_denied, is_denied
from questions.local.sentence import Span, split_sentences
from questions.local.words import content_words, stem
from questions.ports import TokenEncoder, Vectors

# What a word of the question weighs in a criterion that repeats it.
_ASKED_WEIGHT: Final = 0.1
# Words of a reply that are read in one context; the question takes up the rest of it.
_CONTEXT_WORDS: Final = 170
_NEARLY_ALL: Final = 0.75
_FEWEST_SENTENCES: Final = 4


@dataclass(frozen=True)
class Reference:
    """A criterion's `met` text, made ready for comparing.

    Attributes:
        words: its content words.
        weights: (words,) how much each counts.
        pieces: (pieces, d) its token vectors in the question's context.
        denied: (words,) whether the text itself denies the word.
        meaning: (d,) its sentence vector.
    """

    words: tuple[Word, ...]
    weights: Floats
    pieces: Vectors
    denied: Floats
    meaning: Vectors


@dataclass(frozen=True)
class Subject:
    """What a question is about: its criteria, and how its prompt and model answer sound.

    Attributes:
        references: one for each criterion.
        meanings: (sentences, d) sentence vectors of prompt and model answer.
    """

    references: tuple[Reference, ...]
    meanings: Vectors


@dataclass(frozen=True)
class Reply:
    """A reply made ready for comparing.

    Attributes:
        spans: its sentences.
        worth: (sentences,) how much each counts as evidence, 0 to 1.
        pieces: (pieces, d) token vectors in the question's context.
        sentence_of: (pieces,) the sentence each belongs to.
        denied: (pieces,) whether the piece is denied where it stands.
        question: (pieces, d) token vectors of the question beside the reply's beginning.
        meanings: (sentences, d) sentence vectors.
    """

    spans: tuple[Span, ...]
    worth: Floats
    pieces: Vectors
    sentence_of: Indices
    denied: Floats
    question: Vectors
    meanings: Vectors


def sentence_vectors(encoder: TokenEncoder, texts: Sequence[str]) -> Vectors:
    """Return (texts, d) unit vectors: the mean of the token vectors, without a context."""
    states = encoder.encode_pairs([("", text) for text in texts])
    rows: Vectors = np.stack([s.vectors.sum(axis=0) for s in states])
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return rows


def prepare_subject(
    encoder: TokenEncoder, prompt: str, model_answer: str, criteria: Sequence[str]
) -> Subject:
    """Encode a question's criteria, prompt and model answer."""
    asked = {stem(word) for word in content_words(prompt)}
    states = encoder.encode_pairs([(prompt, text) for text in criteria])
    meanings = sentence_vectors(encoder, criteria)
    references = []
    for text, state, meaning in zip(criteria, states, meanings, strict=True):
        tokens, pieces = second_text(state)
        words = tuple(find_content(text, tokens))
        places = locate_pieces(text, tokens)
        scopes = _denied_positions(text)
        denied = [is_denied(places[word.pieces[0]][0], scopes) for word in words]
        weights = [_ASKED_WEIGHT if word.stem in asked else 1.0 for word in words]
        references.append(
            Reference(
                words=words,
                weights=np.array(weights, dtype=np.float32),
                pieces=pieces,
                denied=np.array(denied, dtype=np.float32),
                meaning=meaning,
            )
        )
    sentences = [span.text for text in (prompt, model_answer) for span in split_sentences(text)]
    return Subject(tuple(references), sentence_vectors(encoder, [prompt, *sentences]))


def prepare_reply(
    encoder: TokenEncoder, prompt: str, spans: Sequence[Span], worth: Sequence[float]
) -> Reply:
    """Encode a reply's sentences in the question's context and by themselves.

    Args:
        encoder: gives the token vectors.
        prompt: the question.
        spans: the sentences that may be evidence, at least one; what stood between them has no
            part in their context.
        worth: how much each counts.
    """
    contexts = _contexts([span.text for span in spans])
    states = encoder.encode_pairs([(prompt, context.text) for context in contexts])
    scopes = _reply_scopes([span.text for span in spans])
    sentence_of: list[int] = []
    denied: list[bool] = []
    vectors: list[Vectors] = []
    for context, state in zip(contexts, states, strict=True):
        tokens, pieces = second_text(state)
        vectors.append(pieces)
        for position, _ in locate_pieces(context.text, tokens):
            row = bisect_right(context.starts, position) - 1
            sentence = context.first + row
            sentence_of.append(sentence)
            denied.append(is_denied(position - context.starts[row], scopes[sentence]))
    return Reply(
        spans=tuple(spans),
        worth=np.array(worth, dtype=np.float32),
        pieces=np.concatenate(vectors),
        sentence_of=np.array(sentence_of, dtype=np.int64),
        denied=np.array(denied, dtype=np.float32),
        question=first_vectors(states[0]),
        meanings=sentence_vectors(encoder, [span.text for span in spans]),
    )


def _denied_positions(text: str) -> list[tuple[int, int]]:
    return [
        (span.start + start, span.start + end)
        for span in split_sentences(text)
        for start, end in find_denied(span.text)
    ]


def _reply_scopes(sentences: Sequence[str]) -> list[list[tuple[int, int]]]:
    """Return what each sentence denies: all of it where nearly every sentence denies something.

    Good answers deny something in one sentence of four; where nearly all do, the point of each
    is the denial.
    """
    scopes = [find_denied(sentence) for sentence in sentences]
    share = sum(map(bool, scopes)) / len(scopes)
    if len(scopes) < _FEWEST_SENTENCES or share < _NEARLY_ALL:
        return scopes
    return [
        [(0, len(text))] if found else [] for text, found in zip(sentences, scopes, strict=True)
    ]


@dataclass(frozen=True)
class _Context:
    """Sentences that are read together: their joined text, and where each starts in it."""

    first: int
    text: str
    starts: tuple[int, ...]


def _contexts(sentences: Sequence[str]) -> list[_Context]:
    groups: list[list[int]] = []
    room = 0
    for index, sentence in enumerate(sentences):
        size = len(sentence.split())
        if not groups or size > room:
            groups.append([])
            room = _CONTEXT_WORDS
        groups[-1].append(index)
        room -= size
    return [
        _Context(
            first=group[0],
            text="\n".join(sentences[i] for i in group),
            starts=tuple(accumulate((len(sentences[i]) + 1 for i in group[:-1]), initial=0)),
        )
        for group in groups
    ]
