"""How much of each criterion a reply carries, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log
from typing import Final

import numpy as np

from questions.local.alignment import Floats, by_word, closest_by_group, spelt_alike
from questions.local.coverage import covered, ramp, share_of
from questions.local.features import Features
from questions.local.opposites import has_opposite
from questions.local.partly import view_partly, weigh_beyond
from questions.local.polarity import find_denied
from questions.local.prepare import Reply
from questions.local.subject import Reference, Subject

WINDOW: Final = 3
_CARRIED: Final = 0.5
# Gains over the question's own words that count as nothing and as the word itself.
_GAIN: Final = (0.1, 0.6)
# How sharply a sentence's likeness to several criteria is shared out among them.
_SHARING: Final = 12.0
# A sentence that carries this much of what the best one does may be the one that contradicts.
_NEARLY_BEST: Final = 0.6
# Good answers say what they would not do: so much denial is normal.
_CONFLICT_IN_PASSING: Final = 0.2
_DENIAL_IN_PASSING: Final = 0.45
# What two unrelated words' cosine is at most, usually.
_UNRELATED: Final = 0.4
# Word pieces a word, on average; and the most that a longer reply may count for.
_PIECES: Final = 1.3
_LONGEST: Final = 0.5


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What speaks for one criterion.

    Attributes:
        features: what is measured.
        best: the sentence that speaks for it most, or ``None``.
        found: its words that the reply carries, the heaviest first.
        lacking: its words that the reply lacks.
    """

    features: Features
    best: int | None
    found: tuple[str, ...]
    lacking: tuple[str, ...]


def weigh_evidence(subject: Subject, reply: Reply) -> list[Evidence]:
    """Return what the reply holds for each of the subject's criteria."""
    said = _sentence_means(reply)
    likeness: Floats = said @ subject.meanings.T
    similar = np.concatenate([r.vectors for r in subject.references]) @ reply.pieces.T
    ends = np.cumsum([len(r.words) for r in subject.references])
    weighed = [
        _weigh(subject, index, reply, rows, likeness) if reference.words else _NOTHING
        for index, (reference, rows) in enumerate(
            zip(subject.references, np.split(similar, ends[:-1]), strict=True)
        )
    ]
    whole = _of_reply(subject, reply, [evidence.features for evidence in weighed])
    return [
        replace(e, features=_beside(replace(e.features, **whole, **view, **partly)))
        for e, view, partly in zip(
            weighed, _views(subject, reply, said), view_partly(subject, reply, said), strict=True
        )
    ]


_NOTHING: Final = Evidence(features=Features(), best=None, found=(), lacking=())


def _sentence_means(reply: Reply) -> Floats:
    """Return (sentences, d): the mean vector of each sentence as it was read."""
    sums = np.zeros((len(reply.spans), reply.pieces.shape[1]), dtype=np.float32)
    np.add.at(sums, reply.sentence_of, reply.pieces)
    return _to_length_one(sums)


def _views(subject: Subject, reply: Reply, said: Floats) -> list[dict[str, float]]:
    """Return the features of each criterion that look at it from elsewhere."""
    count = len(subject.references)
    titled = said @ subject.titles.T if len(subject.titles) else np.zeros((len(said), count))
    told = np.zeros((len(said), count))
    for index, own in enumerate(subject.told_of):
        told[:, own] = np.maximum(told[:, own], said @ subject.told[index])
    shared = subject.meanings.mean(axis=0)
    centred = _to_length_one(said - shared) @ _to_length_one(subject.meanings - shared).T
    best = {
        name: (np.asarray(view) * reply.worth[:, None]).max(axis=0)
        for name, view in (("titled", titled), ("told", told), ("centred", centred))
    }
    return [{name: float(row[i]) for name, row in best.items()} for i in range(count)]


def _to_length_one(rows: Floats) -> Floats:
    scaled: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return scaled


def _weigh(
    subject: Subject, index: int, reply: Reply, similar: Floats, likeness: Floats
) -> Evidence:
    reference = subject.references[index]
    share = share_of(reference.weights)
    plain, denied = (
        closest_by_group(
            similar, np.where(reply.denied == flag, reply.sentence_of, -1), len(reply.spans)
        )
        for flag in (0, 1)
    )
    best = np.maximum(plain, denied)
    spelt = spelt_alike([w.stem for w in reference.words], reply.stems)
    asked = reference.asked[:, None]
    gain = np.maximum(ramp((best - asked) / (1 - asked + 1e-3), _GAIN), spelt) * reply.worth
    carried_by = covered(best, spelt) * reply.worth
    by_sentence: Floats = (share @ gain).astype(np.float32)
    chosen = int(by_sentence.argmax())
    carried = float(by_sentence[chosen])
    parts = share * gain[:, chosen]
    opposed = (denied > plain)[:, chosen] & (reference.denied == 0)
    unopposed = (plain >= denied)[:, chosen] & (reference.denied == 1)
    conflict = max(_part(parts, opposed), _says_opposite(reference, reply, by_sentence, chosen))
    own = likeness[:, index]
    found = gain.max(axis=1)
    order = sorted(range(len(share)), key=lambda i: (-share[i], i))
    features = Features(
        coverage=float(share @ carried_by.max(axis=1)),
        coverage_sentence=_best_window(share, carried_by, 1),
        coverage_window=_best_window(share, carried_by, WINDOW),
        gain=carried,
        alignment=float(share @ (best * reply.worth).max(axis=1)),
        spelling=_best_window(share, spelt * reply.worth, WINDOW),
        likeness=float((own * reply.worth).max()),
        ownness=float((_shared_out(likeness)[:, index] * own * reply.worth).max()),
        margin=float((_margin(likeness, index) * reply.worth).max()),
        precision=_precision(reference, reply, chosen),
        contradicted=conflict * carried,
        reversed=_part(parts, unopposed) * carried,
        conflict=conflict,
        beyond=weigh_beyond(reference, carried_by),
    )
    return Evidence(
        features=features,
        best=_speaker(by_sentence, share @ carried_by if subject.is_reference else by_sentence),
        found=tuple(reference.words[i].text for i in order if found[i] >= _CARRIED),
        lacking=tuple(reference.words[i].text for i in order if found[i] < _CARRIED),
    )


def _speaker(gain: Floats, coverage: Floats) -> int | None:
    """Return the sentence that speaks for a criterion most: by what is new in it, if anything."""
    worth = gain if gain.max() > 0 else coverage
    return int(worth.argmax()) if worth.max() > 0 else None


def _says_opposite(reference: Reference, reply: Reply, by_sentence: Floats, chosen: int) -> float:
    """Return 1 where one of the two best sentences has the opposite of a word, else 0."""
    nearly = by_sentence[chosen] * _NEARLY_BEST
    best = [int(i) for i in np.argsort(-by_sentence)[:2] if by_sentence[i] > nearly]
    return float(any(has_opposite(reply.spans[i].text, reference.text) for i in best))


def _best_window(share: Floats, carried: Floats, size: int) -> float:
    """Return the coverage by the best ``size`` neighbouring sentences."""
    starts = range(max(carried.shape[1] - size + 1, 1))
    return max(float(share @ carried[:, i : i + size].max(axis=1)) for i in starts)


def _shared_out(likeness: Floats) -> Floats:
    """Return (sentences, criteria): each sentence shared out among the criteria it is like."""
    powers = np.exp(_SHARING * likeness)
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _margin(likeness: Floats, index: int) -> Floats:
    """Return (sentences,): how much closer each is to a criterion than to the next best one."""
    others = np.delete(likeness, index, axis=1)
    if not others.shape[1]:
        return np.zeros(len(likeness), dtype=np.float32)
    margin: Floats = likeness[:, index] - others.max(axis=1)
    return margin


def _precision(reference: Reference, reply: Reply, chosen: int) -> float:
    """Return how close the words of the chosen sentence are to the criterion, on average."""
    words = [w for w in reply.words if reply.sentence_of[w.pieces[0]] == chosen]
    if not words:
        return 0.0
    return float((by_word(reply.pieces, words) @ reference.pieces.T).max(axis=1).mean())


def _of_reply(subject: Subject, reply: Reply, of_criteria: Sequence[Features]) -> dict[str, float]:
    """Return the features that all criteria share."""
    gains = np.array([f.gain for f in of_criteria])
    conflicts = np.array(
        [max(f.conflict, f.reversed / f.gain if f.gain else 0.0) for f in of_criteria]
    )
    conflict = float(gains @ conflicts / gains.sum()) if gains.sum() > 0 else 0.0
    sizes = np.bincount(reply.sentence_of, minlength=len(reply.spans)) * reply.worth
    denying = np.array([bool(find_denied(span.text)) for span in reply.spans])
    denial = _part(sizes, denying)
    new = [w for w in reply.words if w.stem not in subject.asked]
    precision = 0.0
    if new:
        references = np.concatenate([r.pieces for r in subject.references])
        closest = (by_word(reply.pieces, new) @ references.T).max(axis=1)
        precision = float(np.maximum(closest - _UNRELATED, 0).mean())
    length = log((len(reply.pieces) + 3) / (_PIECES * subject.length + 3))
    return {
        "reply_conflict": max(conflict - _CONFLICT_IN_PASSING, 0.0),
        "reply_denial": max(denial - _DENIAL_IN_PASSING, 0.0),
        "reply_length": min(length, _LONGEST),
        "reply_precision": precision,
        "reply_coverage": float(np.mean([f.coverage for f in of_criteria])),
        "best_coverage": max(f.coverage for f in of_criteria),
        "best_gain": float(gains.max()),
    }


def _beside(features: Features) -> Features:
    return replace(
        features,
        coverage_beside=features.coverage - features.reply_coverage,
        gain_beside=features.gain - features.best_gain,
    )


def _part(weights: Floats, chosen: Floats) -> float:
    """Return the share of the weights that are chosen."""
    total = float(weights.sum())
    return float(weights[chosen].sum()) / total if total > 0 else 0.0
