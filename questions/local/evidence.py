"""How much of each criterion a reply carries, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from questions.local.alignment import Floats, by_word, closest_by_group, spelt_alike
from questions.local.prepare import Reference, Reply, Subject
from questions.ports import Vectors

WINDOW: Final = 3
_CARRIED: Final = 0.5
# Gains in similarity over the question's own words that count as nothing and as the word itself.
_GAIN_LOW: Final = 0.1
_GAIN_HIGH: Final = 0.6
_AROUND: Final = 3


@dataclass(frozen=True)
class Evidence:
    """What speaks for one criterion.

    Attributes:
        near: coverage of its words by the best window of sentences, 0 to 1.
        whole: coverage of its words by the whole reply, 0 to 1.
        relation: the closest sentence's cosine to it, less the mean over all criteria.
        best: the sentence that speaks for it most, or ``None``.
        found: its words that the reply carries.
        lacking: its words that the reply lacks, the heaviest first.
        denied: the share of what was found that the reply denies.
    """

    near: float
    whole: float
    relation: float
    best: int | None
    found: tuple[str, ...]
    lacking: tuple[str, ...]
    denied: float


def topicality(subject: Subject, reply: Reply) -> Floats:
    """Return (sentences,): how far the reply is about the question around each sentence.

    A sentence is as close to the question as its cosine to the closest sentence of the prompt or
    the model answer. One alone says little, since people type "Router." and mean a lot, so its
    neighbours count as much as it does; padding further away does not.
    """
    closeness = (reply.meanings @ subject.meanings.T).max(axis=1)
    return np.array(
        [closeness[max(0, i - _AROUND) : i + _AROUND + 1].mean() for i in range(len(closeness))],
        dtype=np.float32,
    )


def weigh_evidence(subject: Subject, reply: Reply, topical: Floats) -> list[Evidence]:
    """Return what the reply holds for each of the subject's criteria.

    Args:
        subject: the question.
        reply: at least one sentence.
        topical: (sentences,) how much each sentence counts for being about the question, 0 to 1.
    """
    cosines = np.stack([reply.meanings @ ref.meaning for ref in subject.references])
    closest = (cosines * topical).max(axis=1)
    worth = reply.worth * topical
    return [
        _weigh(reference, reply, worth, float(near - closest.mean()))
        for reference, near in zip(subject.references, closest, strict=True)
    ]


def _weigh(reference: Reference, reply: Reply, worth: Floats, relation: float) -> Evidence:
    carried, denied = _carried(reference, reply, worth)
    share = reference.weights / max(float(reference.weights.sum()), 1e-6)
    count = len(reply.spans)
    windows = [carried[:, i : i + WINDOW].max(axis=1) for i in range(count)]
    whole = carried.max(axis=1)
    total = float(share @ whole)
    affirmed = (carried * (1 - denied)).max(axis=1)
    by_sentence = share @ carried
    order = sorted(range(len(share)), key=lambda i: (-share[i], i))
    return Evidence(
        near=max(float(share @ window) for window in windows),
        whole=total,
        relation=relation,
        best=int(by_sentence.argmax()) if total > 0 else None,
        found=tuple(reference.words[i].text for i in order if whole[i] >= _CARRIED),
        lacking=tuple(reference.words[i].text for i in order if whole[i] < _CARRIED),
        denied=1 - float(share @ affirmed) / total if total > 0 else 0.0,
    )


def _carried(reference: Reference, reply: Reply, worth: Floats) -> tuple[Floats, Floats]:
    """Return (words, sentences): how far each word is carried, and whether it is denied there.

    A word is carried by its meaning as far as the closest token is closer than anything in the
    question: saying the question again carries nothing.
    """
    count = len(reply.spans)
    similar = by_word(reference.pieces @ reply.pieces.T, reference.words)
    plain, denied = (
        closest_by_group(similar, np.where(reply.denied == flag, reply.sentence_of, -1), count)
        for flag in (0, 1)
    )
    best = np.maximum(plain, denied)
    asked = by_word(_closest(reference.pieces, reply.question), reference.words)[:, None]
    gain = np.clip((best - asked) / (1 - asked + 1e-3), 0, 1)
    meant = np.clip((gain - _GAIN_LOW) / (_GAIN_HIGH - _GAIN_LOW), 0, 1)
    spelt = spelt_alike([w.stem for w in reference.words], [s.text for s in reply.spans])
    carried: Floats = np.maximum(meant, spelt) * worth
    # What both deny, both say.
    opposed = (denied > plain) & (reference.denied[:, None] == 0)
    return carried, opposed.astype(np.float32)


def _closest(pieces: Vectors, others: Vectors) -> Floats:
    if not len(others):
        return np.zeros(len(pieces), dtype=np.float32)
    closest: Floats = (pieces @ others.T).max(axis=1)
    return closest
