"""From samples to scales. All fits are ridge-like: features are put on one footing first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import exp
from typing import Any, Final

import lightgbm
import numpy as np

from questions.local.features import FEATURES
from questions.local.parameters import Curve, Forest, Leaf, Split
from tests.fitting.sample import Kind, Matrix, Sample

REFERENCE_FEATURES: Final = (
    "coverage", "ownness", "margin", "gain", "reversed", "reply_length", "reply_precision",
    "reply_denial",
)  # fmt: skip
# A length tells weak sample answers from strong ones, and people from people who pad; so does
# how much of a reply is to the point.
RUBRIC_FEATURES: Final = tuple(
    name for name in FEATURES if name not in {"reply_length", "reply_precision"}
)
# More of these never lowers a degree, and more of those never raises it.
_RAISING: Final = frozenset(
    ["coverage", "coverage_sentence", "coverage_window", "gain", "alignment", "spelling",
     "likeness", "ownness", "margin", "precision", "titled", "told", "centred", "beyond"]
)  # fmt: skip
_LOWERING: Final = frozenset(["conflict", "contradicted", "reply_conflict", "reply_denial"])
_REFERENCE_PENALTY: Final = 10.0
# People who score against a reference answer give half of the points for a quarter of it.
_REFERENCE_STEEPNESS: Final = 6.5
_REFERENCE_CENTRE: Final = 0.35
# How much each kind of reply counts. People's own words count most.
_COUNTS: Final = {
    Kind.EXEMPLAR: 9.0,
    Kind.ANSWER: 9.0,
    Kind.MODEL_ANSWER: 3.0,
    Kind.PART: 4.0,
    Kind.PERSONS_PART: 10.0,
    Kind.PIECE: 1.0,
    Kind.PERSONS_PIECE: 2.0,
    Kind.STRETCHED: 1.5,
    Kind.OPPOSED: 1.0,
    Kind.OFF_TOPIC: 5.0,
    Kind.NOTHING: 1.0,
}
_ROUNDS: Final = 300
_BOOSTING: Final = {
    "learning_rate": 0.05,
    "num_leaves": 8,
    "min_child_samples": 40,
    "subsample": 0.7,
    "subsample_freq": 1,
    "colsample_bytree": 0.6,
    "reg_lambda": 5.0,
    "monotone_constraints_method": "advanced",
    "seed": 0,
    "num_threads": 1,
    "deterministic": True,
    "verbose": -1,
}
_STRETCH: Final = 1.1
_LEAST: Final = 0.1
_DIGITS: Final = 4
_MOST: Final = 5.0


def fit_reference(samples: Sequence[Sample]) -> Curve:
    """Fit the scale for criteria that are pieces of a reference answer.

    Only differences between answers to the same question are fitted: how hard a question is, or
    how mild who scored it, does not carry over to another one.
    """
    columns = [FEATURES.index(name) for name in REFERENCE_FEATURES]
    rows = np.array([_best(sample, columns) for sample in samples])
    scores = np.array([sample.score for sample in samples])
    spread = rows.std(axis=0) + 1e-9
    x, y = _within(rows / spread, samples), _within(scores[:, None], samples)[:, 0]
    penalty = _REFERENCE_PENALTY * np.eye(len(columns))
    counted = x.T * np.array([sample.counts for sample in samples])
    weights = np.linalg.solve(counted @ x + penalty, counted @ y) / spread / _MOST
    steep, centre = _REFERENCE_STEEPNESS, _REFERENCE_CENTRE
    return Curve(
        weights={
            name: round(float(steep * weight), _DIGITS)
            for name, weight in zip(REFERENCE_FEATURES, weights, strict=True)
        },
        bias=-steep * centre,
        low=round(_logistic(-steep * centre), _DIGITS),
        high=round(_logistic(steep * (1 - centre)), _DIGITS),
    )


def fit_rubric(samples: Sequence[Sample]) -> Forest:
    """Fit the scale for criteria that say what counts as met, by gradient boosting."""
    columns = [FEATURES.index(name) for name in RUBRIC_FEATURES]
    known = [(s, s.degrees) for s in samples if s.degrees is not None]
    data = lightgbm.Dataset(
        np.concatenate([sample.features[:, columns] for sample, _ in known]),
        np.concatenate([degrees for _, degrees in known]),
        weight=np.repeat([_COUNTS[sample.kind] for sample, _ in known], [len(d) for _, d in known]),
        params={"verbose": -1},
    )
    directions = [(name in _RAISING) - (name in _LOWERING) for name in RUBRIC_FEATURES]
    booster = lightgbm.train(
        {**_BOOSTING, "monotone_constraints": directions}, data, num_boost_round=_ROUNDS
    )
    trees = booster.dump_model()["tree_info"]
    return Forest(
        trees=tuple(
            _grow(tree["tree_structure"])
            for tree in trees
            if "split_feature" in tree["tree_structure"]
        ),
        stretch=_STRETCH,
        least=_LEAST,
    )


def _grow(node: Mapping[str, Any]) -> Split | Leaf:
    """Turn LightGBM's description of a tree into ours."""
    if "leaf_value" in node:
        return Leaf(value=round(node["leaf_value"], _DIGITS))
    return Split(
        feature=RUBRIC_FEATURES[node["split_feature"]],
        at=round(node["threshold"], _DIGITS),
        left=_grow(node["left_child"]),
        right=_grow(node["right_child"]),
    )


def _best(sample: Sample, columns: Sequence[int]) -> Matrix:
    """Return the mean of the wanted number of best criteria, feature by feature."""
    best: Matrix = np.sort(sample.features[:, columns], axis=0)[::-1][: sample.wanted].mean(axis=0)
    return best


def _within(values: Matrix, samples: Sequence[Sample]) -> Matrix:
    """Return the values less their question's mean."""
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for index, sample in enumerate(samples):
        groups[sample.group].append(index)
    result = values.copy()
    for members in groups.values():
        result[members] -= values[members].mean(axis=0)
    return result


def _logistic(value: float) -> float:
    return 1 / (1 + exp(-value))
