from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from questions.evaluation.statistics import (
    macro_f1,
    mean_absolute_error,
    mean_bias,
    pearson,
    quadratic_kappa,
    rmse,
    spearman,
)

SCORE = st.floats(0, 5).map(lambda x: round(x, 1))
PAIRS = st.lists(st.tuples(SCORE, SCORE), min_size=2, max_size=40)


def test_pearson_by_hand() -> None:
    # Deviations -2, -1, 0, 1, 2 and -1.6, 0.4, -0.6, 1.4, 0.4: 5 / sqrt(10 * 5.2).
    assert pearson([1, 2, 3, 4, 5], [1, 3, 2, 4, 3]) == pytest.approx(5 / math.sqrt(52))


def test_spearman_gives_equal_scores_their_mean_rank() -> None:
    # Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: 4.5 / sqrt(4.5 * 5).
    assert spearman([1, 2, 2, 5], [0, 1, 2, 3]) == pytest.approx(4.5 / math.sqrt(22.5))


def test_errors_by_hand() -> None:
    assert rmse([1, 2, 3], [1, 4, 0]) == pytest.approx(math.sqrt(13 / 3))
    assert mean_absolute_error([1, 2, 3], [1, 4, 0]) == pytest.approx(5 / 3)
    assert mean_bias([1, 2, 3], [1, 4, 0]) == pytest.approx(1 / 3)


def test_kappa_by_hand() -> None:
    # Seen: squared gaps 0, 1, 0, 1, sum 2. By chance, over all 16 pairs and divided by 4: gaps of
    # {0, 1, 2, 3} and {0, 2, 2, 4} squared sum to 56, so 14 are expected.
    assert quadratic_kappa([0, 1, 2, 3], [0, 2, 2, 4]) == pytest.approx(1 - 2 / 14)


def test_kappa_rounds_halves_upwards() -> None:
    assert quadratic_kappa([0.5, 2.4, 4.5], [1, 2, 5]) == 1


def test_macro_f1_by_hand() -> None:
    # Right: 2 of 3 found and 2 of 2 true, F1 4/5; wrong: 1 of 1 and 1 of 2, F1 2/3.
    assert macro_f1([2.5, 5, 2.4, 3], [5, 5, 0, 0]) == pytest.approx((4 / 5 + 2 / 3) / 2)


@pytest.mark.parametrize("measure", [pearson, spearman, quadratic_kappa, rmse, macro_f1, mean_bias])
def test_nothing_measured_is_none(measure: object) -> None:
    assert callable(measure)
    assert measure([], []) is None


@pytest.mark.parametrize("measure", [pearson, spearman])
def test_what_does_not_vary_has_no_correlation(measure: object) -> None:
    assert callable(measure)
    assert measure([3, 3, 3], [1, 2, 3]) is None
    assert measure([1.1, 1.1, 1.1], [2.2, 2.2, 2.2]) is None
    assert measure([1], [2]) is None


def test_lists_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        pearson([1, 2], [1])


@given(PAIRS)
def test_measures_stay_in_their_bounds_and_are_symmetric(pairs: list[tuple[float, float]]) -> None:
    x, y = [a for a, _ in pairs], [b for _, b in pairs]
    for measure in (pearson, spearman, quadratic_kappa, rmse):
        one, other = measure(x, y), measure(y, x)
        assert (one is None) is (other is None)
        if one is not None and other is not None:
            assert one == pytest.approx(other)
            assert one <= 1 + 1e-9 or measure is rmse
            assert one >= (0 if measure is rmse else -1 - 1e-9) or measure is quadratic_kappa


@given(PAIRS, st.floats(0.1, 3), st.floats(-2, 2))
def test_a_rising_line_changes_no_correlation(
    pairs: list[tuple[float, float]], slope: float, shift: float
) -> None:
    x, y = [a for a, _ in pairs], [b for _, b in pairs]
    assume(len(set(x)) > 1)
    assume(len(set(y)) > 1)
    moved = [slope * a + shift for a in x]
    assert pearson(moved, y) == pytest.approx(pearson(x, y), abs=1e-6)


@given(st.lists(SCORE, min_size=1, max_size=30))
def test_agreeing_fully_is_the_best_there_is(scores: list[float]) -> None:
    assert rmse(scores, scores) == 0
    assert macro_f1(scores, scores) == 1
    assert quadratic_kappa(scores, scores) in {None, 1.0}
    if len(set(scores)) > 1:
        assert spearman(scores, scores) == pytest.approx(1)
