"""Question and reply as vectors, ready to be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
        scopes = [scope for span in split_sentences(text) for scope in _scopes(span)]
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
    encoder: TokenEncoder, prompt: str, text: str, spans: Sequence[Span], worth: Sequence[float]
) -> Reply:
    """Encode a reply's sentences in the question's context and by themselves."""
    chunks = _contexts(spans)
    pairs = [(prompt, text[chunk[0].start : chunk[-1].end]) for chunk in chunks]
    vectors: list[Vectors] = []
    sentence_of: list[int] = []
    denied: list[bool] = []
    scopes = _reply_scopes(spans)
    starts = np.array([span.start for span in spans])
    ends = np.array([span.end for span in spans])
    states = encoder.encode_pairs(pairs)
    for chunk, state in zip(chunks, states, strict=True):
        tokens, pieces = second_text(state)
        vectors.append(pieces)
        offset = chunk[0].start
        for start, _ in locate_pieces(text[offset : chunk[-1].end], tokens):
            at = int(np.searchsorted(starts, offset + start, side="right")) - 1
            sentence_of.append(at if at >= 0 and offset + start < ends[at] else -1)
            denied.append(is_denied(offset + start, scopes))
    return Reply(
        spans=tuple(spans),
        worth=np.array(worth, dtype=np.float32),
        pieces=np.concatenate(vectors),
        sentence_of=np.array(sentence_of, dtype=np.int64),
        denied=np.array(denied, dtype=np.float32),
        question=first_vectors(states[0]),
        meanings=sentence_vectors(encoder, [span.text for span in spans]),
    )


def _scopes(span: Span) -> list[tuple[int, int]]:
    return [(span.start + start, span.start + end) for start, end in find_denied(span.text)]


def _reply_scopes(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Return what a reply denies: whole sentences where nearly all of them deny something.

    Good answers deny something in one sentence of four; where nearly all do, the point of each
    is the denial.
    """
    scopes = [_scopes(span) for span in spans]
    denying = [span for span, found in zip(spans, scopes, strict=True) if found]
    if len(spans) >= _FEWEST_SENTENCES and len(denying) >= _NEARLY_ALL * len(spans):
        return [(span.start, span.end) for span in denying]
    return [scope for found in scopes for scope in found]


def _contexts(spans: Sequence[Span]) -> list[list[Span]]:
    """Group sentences that are read in one context."""
    groups: list[list[Span]] = []
    room = 0
    for span in spans:
        words = len(span.text.split())
        if words > room:
            groups.append([])
            room = _CONTEXT_WORDS
        groups[-1].append(span)
        room -= words
    return groups
