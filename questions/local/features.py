"""What is measured of a reply, criterion by criterion."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Features:
    """What is measured of one criterion in one reply; the fit weighs these.

    Someone who repeats the model answer and someone in other words carry different shares of a
    point's words; how a criterion stands beside the others tells both alike.

    Attributes:
        coverage: share of its words that the whole reply carries, by meaning or spelling.
        coverage_sentence: the same for the best sentence.
        coverage_window: the same for the best three neighbours.
        gain: the best sentence's coverage beyond what the question says already.
        alignment: mean closest cosine of its words.
        spelling: share of its words spelt out by the best three neighbours.
        likeness: cosine of the closest sentence.
        ownness: the same, as far as the sentence is not closer to other criteria.
        margin: how much closer the closest sentence is to it than to any other criterion.
        precision: mean closest cosine of the best sentence's words to it.
        conflict: how far the best sentence contradicts it, 0 to 1.
        contradicted: the same, weighed by what that sentence carries.
        reversed: how far it denies what the best sentence affirms, weighed likewise.
        reply_conflict: `conflict` over all criteria, beyond what is normal.
        reply_denial: share of the reply that stands in denying sentences, beyond what is normal.
        reply_length: logarithm of the reply's length over the model answer's, capped.
        reply_precision: how close the reply's new words are to any criterion.
        reply_coverage: the mean `coverage` of all criteria.
        best_coverage: the largest.
        best_gain: the largest `gain` of all criteria.
        coverage_beside: `coverage` less `reply_coverage`: how it stands beside the others.
        gain_beside: `gain` less `best_gain`.
        titled: cosine of the closest sentence to what the criterion is called.
        told: the same to the sentences of the model answer that are about it.
        centred: cosine of the closest sentence once what all criteria share is taken away.
        partly: cosine of the closest sentence to what counts as partly met.
        partial_coverage: share of the words of what counts as partly met that the reply carries.
        beyond: share of its words beyond those that the reply carries; -1 where there are none.
        mistaken: cosine of the sentence that is closest to it to the closest common mistake.
        devoted: logarithm of how many words stand in sentences that are closest to it.
    """

    coverage: float = 0.0
    coverage_sentence: float = 0.0
    coverage_window: float = 0.0
    gain: float = 0.0
    alignment: float = 0.0
    spelling: float = 0.0
    likeness: float = 0.0
    ownness: float = 0.0
    margin: float = 0.0
    precision: float = 0.0
    conflict: float = 0.0
    contradicted: float = 0.0
    reversed: float = 0.0
    reply_conflict: float = 0.0
    reply_denial: float = 0.0
    reply_length: float = 0.0
    reply_precision: float = 0.0
    reply_coverage: float = 0.0
    best_coverage: float = 0.0
    best_gain: float = 0.0
    coverage_beside: float = 0.0
    gain_beside: float = 0.0
    titled: float = 0.0
    told: float = 0.0
    centred: float = 0.0
    partly: float = 0.0
    partial_coverage: float = 0.0
    beyond: float = 0.0
    mistaken: float = 0.0
    devoted: float = 0.0


FEATURES: Final = tuple(field.name for field in fields(Features))
