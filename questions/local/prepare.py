"""Question and reply as vectors, ready to be compared.

A reply is read sentence by sentence, and what is not about the question is left out. Answers to a
reference are then read once more in their context, which tells more about short sentences.
Answers to a rubric are not: so what stands around a sentence changes nothing about it.
"""

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
    by_word,
    find_content,
    find_stems,
    locate_pieces,
)
from questions.local.polarity import find_denied, is_denied
from questions.local.sentence import Span, split_sentences
from questions.local.slip import long_words, mend_slips
from questions.local.topic import Gate
from questions.local.words import content_words, stem
from questions.ports import TokenEncoder, Vectors

# What a word of the question weighs in a criterion that repeats it.
_ASKED_WEIGHT: Final = 0.1
# Words of a reply that are read in one context; encoders cut what is much longer.
_CONTEXT_WORDS: Final = 170
_NEARLY_ALL: Final = 0.75
_FEWEST_SENTENCES: Final = 4
# A sentence that counts less is left out before the rest is read in its context.
_LEFT_OUT: Final = 0.3


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
    """

    text: str
    words: tuple[Word, ...]
    weights: Floats
    vectors: Vectors
    pieces: Vectors
    asked: Floats
    denied: Floats


@dataclass(frozen=True)
class Subject:
    """What a question is about.

    Attributes:
        references: one for each criterion.
        meanings: (criteria, d) the mean vector of each criterion.
        topics: (criteria + 2, d) the same, and the mean vectors of model answer and prompt.
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
    statements: tuple[str, ...]
    statement_meanings: Vectors
    mistakes: tuple[str, ...]
    mistake_meanings: Vectors
    asked: frozenset[str]
    known: frozenset[str]
    length: int


@dataclass(frozen=True)
class Reply:
    """A reply made ready for comparing, without what is not about the question.

    Attributes:
        spans: its sentences, slips of the pen mended.
        places: (sentences,) where each stood among the sentences that were given.
        worth: (sentences,) how much each counts as evidence, 0 to 1.
        alone: (sentences, d) mean vectors, each sentence read by itself.
        pieces: (pieces, d) token vectors.
        sentence_of: (pieces,) the sentence each belongs to.
        denied: (pieces,) whether the piece is denied where it stands.
        words: content words, each with its pieces.
        stems: (sentences,) the stems of each one's words.
    """

    spans: tuple[Span, ...]
    places: tuple[int, ...]
    worth: Floats
    alone: Vectors
    pieces: Vectors
    sentence_of: Indices
    denied: Floats
    words: tuple[Word, ...]
    stems: tuple[frozenset[str], ...]


def prepare_subject(
    encoder: TokenEncoder,
    prompt: str,
    model_answer: str,
    criteria: Sequence[str],
    mistakes: Sequence[str] = (),
) -> Subject:
    """Encode a question's prompt, model answer, criteria and common mistakes."""
    asked = frozenset(stem(word) for word in content_words(prompt))
    statements = [s.text for text in (model_answer, *criteria) for s in split_sentences(text)]
    texts = [*criteria, model_answer, prompt, *statements, *mistakes]
    states = encoder.encode_pairs([("", text) for text in texts])
    means = _means([state.vectors for state in states])
    count = len(criteria)
    question = states[count + 1].vectors
    references = []
    for text, state in zip(criteria, states[:count], strict=True):
        words = tuple(find_content(text, state.tokens))
        vectors = by_word(state.vectors, words)
        places = locate_pieces(text, state.tokens)
        scopes = _denied_positions(text)
        denied = [is_denied(places[word.pieces[0]][0], scopes) for word in words]
        references.append(
            Reference(
                text=text,
                words=words,
                weights=np.array(
                    [_ASKED_WEIGHT if word.stem in asked else 1.0 for word in words],
                    dtype=np.float32,
                ),
                vectors=vectors,
                pieces=state.vectors,
                asked=_closest(vectors @ question.T),
                denied=np.array(denied, dtype=np.float32),
            )
        )
    first_mistake = count + 2 + len(statements)
    return Subject(
        references=tuple(references),
        meanings=means[:count],
        topics=means[: count + 2],
        statements=tuple(statements),
        statement_meanings=means[count + 2 : first_mistake],
        mistakes=tuple(mistakes),
        mistake_meanings=means[first_mistake:],
        asked=asked,
        known=long_words([prompt, model_answer, *criteria, *mistakes]),
        length=len(model_answer.split()),
    )


def prepare_reply(
    encoder: TokenEncoder,
    subject: Subject,
    spans: Sequence[Span],
    worth: Sequence[float],
    gate: Gate,
    *,
    in_context: bool,
) -> Reply | None:
    """Encode the sentences of a reply that are about the question; ``None`` where none is.

    Args:
        encoder: gives the token vectors.
        subject: the question.
        spans: the sentences that may be evidence, at least one.
        worth: how much each counts.
        gate: how close a sentence must be to the question.
        in_context: whether what is left is read once more in its context.
    """
    spans = mend_slips(spans, subject.known)
    states = encoder.encode_pairs([("", span.text) for span in spans])
    alone = _means([state.vectors for state in states])
    topical = gate.weigh((alone @ subject.topics.T).max(axis=1))
    kept = [i for i, weight in enumerate(topical) if weight > _LEFT_OUT]
    if not kept:
        return None
    chosen = [spans[i] for i in kept]
    if in_context:
        contexts = _contexts([span.text for span in chosen])
        states = encoder.encode_pairs([("", context.text) for context in contexts])
    else:
        contexts = [_Context(i, span.text, (0,)) for i, span in enumerate(chosen)]
        states = [states[i] for i in kept]
    scopes = _reply_scopes([span.text for span in chosen])
    sentence_of: list[int] = []
    denied: list[bool] = []
    words: list[Word] = []
    vectors: list[Vectors] = []
    for context, state in zip(contexts, states, strict=True):
        offset = len(sentence_of)
        vectors.append(state.vectors)
        words += [
            Word(word.text, word.stem, tuple(piece + offset for piece in word.pieces))
            for word in find_content(context.text, state.tokens)
        ]
        for position, _ in locate_pieces(context.text, state.tokens):
            row = bisect_right(context.starts, position) - 1
            sentence = context.first + row
            sentence_of.append(sentence)
            denied.append(is_denied(position - context.starts[row], scopes[sentence]))
    return Reply(
        spans=tuple(chosen),
        places=tuple(kept),
        worth=np.array([worth[i] for i in kept], dtype=np.float32) * topical[kept],
        alone=alone[kept],
        pieces=np.concatenate(vectors),
        sentence_of=np.array(sentence_of, dtype=np.int64),
        denied=np.array(denied, dtype=np.float32),
        words=tuple(words),
        stems=tuple(find_stems(span.text) for span in chosen),
    )


def _means(vectors: Sequence[Vectors]) -> Vectors:
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
