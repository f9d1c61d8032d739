from __future__ import annotations

import numpy as np
import pytest

from questions.local.topic import Gate

GATE = Gate(own_low=0.1, own_high=0.2, around_low=0.33, around_high=0.4, around_least=0.3)


def weigh(*closeness: float, gate: Gate = GATE) -> list[float]:
    weighed = gate.weigh(np.array(closeness, dtype=np.float32))
    return [float(weight) for weight in weighed]


def test_talk_about_nothing_in_particular_changes_nothing_beside_it() -> None:
    alone = weigh(0.45, 0.5)
    padded = weigh(0.29, 0.3, 0.25, 0.45, 0.5, 0.28, 0.3)

    assert padded[3:5] == pytest.approx(alone)


def test_sentences_that_stand_among_such_talk_count_nothing() -> None:
    assert weigh(0.29, 0.3, 0.25) == [0, 0, 0]


def test_a_short_sentence_counts_beside_ones_on_the_subject() -> None:
    assert weigh(0.6, 0.2, 0.5)[1] == pytest.approx(1)


def test_without_a_least_a_single_sentence_stands_for_itself() -> None:
    gate = Gate(own_low=0.1, own_high=0.2, around_low=0.33, around_high=0.4)

    assert weigh(0.4, gate=gate) == pytest.approx([1])
