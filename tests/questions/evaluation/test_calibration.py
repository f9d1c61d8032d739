from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.evaluation.agreement import Observation
from questions.evaluation.calibration import Calibration, choose_calibrators, fit_calibration
from questions.evaluation.statistics import rmse
from tests.questions.evaluation.builder import observed

SCORE = st.floats(0, 5).map(lambda x: round(x, 1))
GRID = [n / 20 for n in range(101)]


def fitted(pairs: list[tuple[float, float]], worthless: list[float]) -> Calibration:
    return fit_calibration([p for p, _ in pairs], [h for _, h in pairs], worthless)


@given(st.lists(st.tuples(SCORE, SCORE), max_size=30), st.lists(SCORE, max_size=10))
def test_the_map_is_monotone_stays_on_the_scale_and_lifts_nothing_worthless(
    pairs: list[tuple[float, float]], worthless: list[float]
) -> None:
    calibration = fitted(pairs, worthless)
    mapped = [calibration(score) for score in GRID]
    assert all(a <= b + 1e-9 for a, b in pairwise(mapped))
    assert all(0 <= score <= 5 for score in mapped)
    assert calibration.slope >= 0
    anchor = min(max(worthless, default=0.0), 1.0)
    assert all(calibration(score) <= score + 1e-9 for score in GRID if score <= anchor)
    assert calibration(0) == 0


def test_without_graded_answers_it_is_the_identity() -> None:
    calibration = fitted([], [])
    assert [calibration(score) for score in GRID] == pytest.approx(GRID)


def test_a_line_is_found_again() -> None:
    x = np.linspace(1, 4, 200)
    calibration = fitted([(float(p), float(0.5 * p + 2)) for p in x], [0.0, 0.3])
    assert calibration.slope == pytest.approx(0.5, abs=0.06)
    assert calibration(3) == pytest.approx(3.5, abs=0.06)


def test_few_answers_pull_only_a_little() -> None:
    one = fitted([(2.0, 4.0)], [])
    assert 2 < one(2) < 4
    assert one.slope == pytest.approx(0.6)


def test_scores_that_run_against_people_s_are_flattened_not_turned() -> None:
    calibration = fitted([(float(p), 5.0 - p) for p in np.linspace(0.5, 5, 100)], [])
    assert calibration.slope == 0


def test_it_lowers_the_error_of_a_grader_that_is_too_strict() -> None:
    chance = np.random.default_rng(1)
    human = chance.uniform(1, 5, 300)
    given_ = np.clip(human * 0.6 - 0.3 + chance.normal(0, 0.3, 300), 0, 5)
    calibration = fit_calibration(given_[:20].tolist(), human[:20].tolist(), [0.2])
    before = rmse(given_[20:], human[20:])
    after = rmse([calibration(g) for g in given_[20:]], human[20:])
    assert before is not None
    assert after is not None
    assert after < before / 2


def observations() -> list[Observation]:
    return [
        observed(2.0, human, qid=f"q{q}", answer=f"Answer number {n} to question {q}.")
        for q in range(4)
        for n, human in enumerate([0, 1, 2, 3, 4, 5, 5, 5])
    ]


def test_the_chosen_are_spread_over_questions_and_scores() -> None:
    chosen, rest = choose_calibrators(observations(), 12)
    assert len(chosen) == 12
    assert len(rest) == 20
    assert {o.row.qid for o in chosen} == {"q0", "q1", "q2", "q3"}
    by_question = [sum(o.row.qid == f"q{q}" for o in chosen) for q in range(4)]
    assert by_question == [3, 3, 3, 3]
    assert min(o.row.human for o in chosen) <= 1
    assert max(o.row.human for o in chosen) == 5
    assert len({o.row.human for o in chosen}) >= 4


def test_the_choice_depends_on_the_rows_not_on_their_order() -> None:
    rows = observations()
    one, _ = choose_calibrators(rows, 9)
    other, _ = choose_calibrators(rows[::-1], 9)
    assert {o.row.answer for o in one} == {o.row.answer for o in other}


def test_blank_and_ungraded_answers_are_never_chosen() -> None:
    rows = [observed(0.0, 0, answer="No submission"), observed(None, 5), observed(1.0, 2)]
    chosen, rest = choose_calibrators(rows, 3)
    assert [o.row.human for o in chosen] == [2]
    assert len(rest) == 2
