"""How a reply stands to what counts as partly met: is what it says that, or more than that?"""

from __future__ import annotations

from typing import Final

import numpy as np

from questions.local.alignment import Floats, spelt_alike
from questions.local.coverage import covered, share_of
from questions.local.prepare import Reply
from questions.local.subject import Reference, Subject

# Where a criterion has no word that its partial text lacks.
_NOTHING_BEYOND: Final = -1.0


def view_partly(subject: Subject, reply: Reply, said: Floats) -> list[dict[str, float]]:
    """Return the features of each criterion that look at its partial text and at mistakes.

    Args:
        subject: the question.
        reply: the reply.
        said: (sentences, d) the mean vector of each sentence.
    """
    if not subject.partials:
        return [{} for _ in subject.references]
    likeness = said @ subject.meanings.T
    worth = reply.worth[:, None]
    partly = (said @ subject.partial_meanings.T * worth).max(axis=0)
    carried = _carried(subject.partials, reply)
    mistaken = _mistaken(subject, said)
    closest = (likeness * worth).argmax(axis=0)
    devoted = _devoted(likeness.argmax(axis=1), reply, len(subject.references))
    return [
        {
            "partly": float(partly[index]),
            "partial_coverage": carried[index],
            "mistaken": float(mistaken[closest[index]]),
            "devoted": float(devoted[index]),
        }
        for index in range(len(subject.references))
    ]


def weigh_beyond(reference: Reference, carried: Floats) -> float:
    """Return the share of a criterion's words beyond its partial text that a reply carries.

    Args:
        reference: the criterion.
        carried: (words, sentences) how far each sentence carries each word.
    """
    beyond = reference.beyond
    if not beyond.any():
        return _NOTHING_BEYOND
    return float(share_of(reference.weights[beyond]) @ carried[beyond].max(axis=1))


def _carried(partials: tuple[Reference, ...], reply: Reply) -> list[float]:
    """Return the share of each partial text's words that the reply carries."""
    vectors = np.concatenate([partial.vectors for partial in partials])
    stems = [word.stem for partial in partials for word in partial.words]
    by_sentence = np.stack(
        [
            (vectors @ reply.pieces[reply.sentence_of == index].T).max(axis=1, initial=0)
            for index in range(len(reply.spans))
        ],
        axis=1,
    )
    best = (covered(by_sentence, spelt_alike(stems, reply.stems)) * reply.worth).max(axis=1)
    ends = np.cumsum([len(partial.words) for partial in partials])
    return [
        float(share_of(partial.weights) @ part)
        for partial, part in zip(partials, np.split(best, ends[:-1]), strict=True)
    ]


def _mistaken(subject: Subject, said: Floats) -> Floats:
    """Return (sentences,): the cosine of each to the closest common mistake."""
    if not subject.mistakes:
        return np.zeros(len(said), dtype=np.float32)
    closest: Floats = (said @ subject.mistake_meanings.T).max(axis=1)
    return closest


def _devoted(nearest: Floats, reply: Reply, count: int) -> Floats:
    """Return (criteria,): the logarithm of how many words stand in sentences closest to each."""
    sizes = np.zeros(len(reply.spans))
    for word in reply.words:
        sizes[reply.sentence_of[word.pieces[0]]] += 1
    devoted: Floats = np.log1p(np.bincount(nearest, sizes * reply.worth, minlength=count))
    return devoted
