"""A reply as vectors, ready to be compared with a question.

It is read sentence by sentence, and what is not about the question is left out. Answers to a
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
    find_content,
    find_stems,
    locate_pieces,
)
from questions.local.claim import Claim, find_claim
from questions.local.polarity import find_denied, is_denied
from questions.local.sentence import Span
from questions.local.slip import mend_slips
from questions.local.subject import Subject, find_means
from questions.local.topic import Gate
from questions.ports import TokenEncoder, Vectors

# Words of a reply that are read in one context; encoders cut what is much longer.
_CONTEXT_WORDS: Final = 170
_NEARLY_ALL: Final = 0.75
_FEWEST_SENTENCES: Final = 4
_COUNTED: Final = 0.5
# A sentence that counts less is left out before the rest is read in its context.
_LEFT_OUT: Final = 0.3


@dataclass(frozen=True)
class Reply:
    """A reply made ready for comparing, without what is not about the question.

    Attributes:
        spans: its sentences, slips of the pen mended.
        places: (sentences,) where each stood among the sentences that were given.
        worth: (sentences,) how much each counts as evidence, 0 to 1.
        claims: what each sentence claims.
        claimed: (sentences, d) the mean vector of each claim, read by itself.
        pieces: (pieces, d) token vectors.
        sentence_of: (pieces,) the sentence each belongs to.
        denied: (pieces,) whether the piece is denied where it stands.
        words: content words, each with its pieces.
        stems: (sentences,) the stems of each one's words.
    """

    spans: tuple[Span, ...]
    places: tuple[int, ...]
    worth: Floats
    claims: tuple[Claim, ...]
    claimed: Vectors
    pieces: Vectors
    sentence_of: Indices
    denied: Floats
    words: tuple[Word, ...]
    stems: tuple[frozenset[str], ...]


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
    alone = find_means([state.vectors for state in states])
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
    claims = [find_claim(span.text) for span in chosen]
    counting = np.array([worth[i] for i in kept], dtype=np.float32) * topical[kept]
    scopes = _reply_scopes([span.text for span in chosen], counting)
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
        worth=counting,
        claims=tuple(claims),
        claimed=_claimed(encoder, claims, alone[kept]),
        pieces=np.concatenate(vectors),
        sentence_of=np.array(sentence_of, dtype=np.int64),
        denied=np.array(denied, dtype=np.float32),
        words=tuple(words),
        stems=tuple(find_stems(span.text) for span in chosen),
    )


def _claimed(encoder: TokenEncoder, claims: Sequence[Claim], alone: Vectors) -> Vectors:
    """Return (sentences, d): the vectors of the sentences, those with a lead read without it."""
    led = [i for i, claim in enumerate(claims) if claim.lead]
    if not led:
        return alone
    states = encoder.encode_pairs([("", claims[i].text) for i in led])
    claimed = alone.copy()
    claimed[led] = find_means([state.vectors for state in states])
    return claimed


def _reply_scopes(sentences: Sequence[str], worth: Floats) -> list[list[tuple[int, int]]]:
    """Return what each sentence denies: all of it where nearly every sentence denies something.

    Good answers deny something in one sentence of four; where nearly all do, the point of each
    is the denial. Only sentences that count as evidence are counted.
    """
    scopes = [find_denied(sentence) for sentence in sentences]
    counted = [bool(found) for found, one in zip(scopes, worth, strict=True) if one >= _COUNTED]
    share = sum(counted) / max(len(counted), 1)
    if len(counted) < _FEWEST_SENTENCES or share < _NEARLY_ALL:
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
