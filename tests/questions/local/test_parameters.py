from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.local.comment import disclose, explain
from questions.local.evidence import Evidence
from questions.local.features import FEATURES, Features
from questions.local.parameters import (
    LEXICAL,
    MINILM,
    Levels,
    Parameters,
    ParametersFile,
    load_parameters,
)
from questions.local.topic import Gate
from questions.question import Verdict

ENCODERS = [MINILM, LEXICAL]
SOME = Features(
    coverage=0.4,
    coverage_sentence=0.3,
    coverage_window=0.35,
    gain=0.3,
    alignment=0.5,
    likeness=0.5,
    precision=0.4,
)
ALL = Features(**dict.fromkeys(FEATURES[: FEATURES.index("conflict")], 1.0))
EVIDENCE = Evidence(
    features=SOME,
    best=0,
    found=("prefix", "cache"),
    lacking=("timestamps", "prefill", "byte", "tokens", "history"),
)
MORE = ("coverage", "gain", "alignment", "spelling", "likeness", "ownness", "margin", "precision")
LESS = ("conflict", "contradicted", "reply_conflict", "reply_denial")
measures = st.builds(
    Features,
    **{name: st.floats(-1 if name.endswith(("beside", "length")) else 0, 1) for name in FEATURES},
)


@pytest.fixture(params=ENCODERS)
def parameters(request: pytest.FixtureRequest) -> Parameters:
    return load_parameters(request.param)


@given(features=measures, name=st.sampled_from(MORE), more=st.floats(0, 1))
def test_more_of_a_point_never_earns_less(features: Features, name: str, more: float) -> None:
    rubric = load_parameters().rubric
    grown = dataclasses.replace(features, **{name: getattr(features, name) + more})

    assert rubric.degree(grown) >= rubric.degree(features)


@given(features=measures, name=st.sampled_from(LESS), more=st.floats(0, 1))
def test_contradicting_a_point_never_earns_more(features: Features, name: str, more: float) -> None:
    rubric = load_parameters().rubric
    grown = dataclasses.replace(features, **{name: getattr(features, name) + more})

    assert rubric.degree(grown) <= rubric.degree(features)


@given(features=measures)
def test_a_degree_lies_between_nothing_and_everything(features: Features) -> None:
    for encoder in ENCODERS:
        parameters = load_parameters(encoder)
        for scale in (parameters.rubric, parameters.reference):
            assert 0 <= scale.degree(features) <= 1


def test_nothing_earns_nothing_and_all_of_it_nearly_everything(parameters: Parameters) -> None:
    for scale in (parameters.rubric, parameters.reference):
        none, full = scale.degree(Features()), scale.degree(ALL)

        assert none <= 0.07
        assert parameters.verdict(none) is Verdict.MISSED
        assert parameters.verdict(full) is Verdict.MET


@pytest.mark.parametrize("degree", [0.0, 0.07, 0.08, 0.4, 0.64, 0.65, 1.0])
def test_a_larger_degree_is_never_a_lower_verdict(parameters: Parameters, degree: float) -> None:
    shares = [parameters.verdict(value).share for value in (degree / 2, degree, (1 + degree) / 2)]

    assert shares == sorted(shares)


def test_a_feature_that_does_not_exist_is_refused() -> None:
    text = ParametersFile(encoders={MINILM: load_parameters()}).model_dump_json()

    with pytest.raises(ValueError, match="there is no feature covered"):
        ParametersFile.model_validate_json(text.replace('"coverage"', '"covered"'))


def test_sentences_off_the_topic_count_nothing() -> None:
    gate = Gate(own_low=0.1, own_high=0.3, around_low=-1, around_high=-0.5)

    assert gate.weigh(np.array([0.05, 0.2, 0.6], dtype=np.float32)) == pytest.approx([0, 0.5, 1])


def test_a_sentence_counts_for_what_its_neighbours_are_about() -> None:
    gate = Gate(own_low=-1, own_high=-0.5, around_low=0.2, around_high=0.4)
    close, far = [0.5] * 4, [0.0] * 8

    weights = gate.weigh(np.array([*close, *far], dtype=np.float32))

    # Three close neighbours are as good as seven; two are not.
    assert weights[:5] == pytest.approx(1)
    assert 0 < weights[5] < 1
    assert weights[8:] == pytest.approx(0)


def test_comments_name_what_was_found_and_what_was_missing() -> None:
    assert explain(Verdict.MET, EVIDENCE) == "You cover this: prefix and cache."
    assert explain(Verdict.PARTIAL, EVIDENCE) == (
        "You touch on prefix and cache, but I found little on timestamps, prefill, byte and tokens."
    )
    assert explain(Verdict.MISSED, EVIDENCE).startswith("I found nothing on timestamps")


def test_a_denied_point_is_called_the_opposite() -> None:
    opposed = dataclasses.replace(EVIDENCE, features=dataclasses.replace(SOME, conflict=0.9))

    assert "the opposite" in explain(Verdict.MISSED, opposed)
    assert "the opposite" not in explain(Verdict.MET, opposed)


def test_what_was_not_read_is_said_in_words() -> None:
    assert disclose(5200) == "Your answer is very long, so 5,200 of its words were not read."


def test_levels_raise_and_lower_all_criteria_alike() -> None:
    levels = Levels(points=((0, 0), (1, 2), (5, 5)))

    raised = levels.apply([0.3, 0.1], [1, 1])

    assert raised == pytest.approx([0.6, 0.2])
    assert levels.apply([1.0, 1.0], [3, 1]) == pytest.approx([1.0, 1.0])
    assert levels.apply([0.0, 0.0], [3, 1]) == [0.0, 0.0]


def test_the_shipped_levels_rise() -> None:
    before, after = zip(*load_parameters().levels.points, strict=True)

    assert (min(before), max(before), min(after), max(after)) == (0, 5, 0, 5)
    assert list(before) == sorted(set(before))
    assert list(after) == sorted(set(after))
