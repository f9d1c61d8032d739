from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from questions.local.comment import disclose, explain
from questions.local.evidence import Evidence
from questions.local.parameters import LEXICAL, MINILM, Parameters
from questions.question import Verdict

SOME = Evidence(
    near=0.3,
    whole=0.4,
    relation=0.0,
    best=0,
    found=("prefix", "cache"),
    lacking=("timestamps", "prefill", "byte", "tokens", "history"),
    denied=0.0,
)
FIELDS = [MINILM, LEXICAL]


@pytest.mark.parametrize("parameters", FIELDS)
def test_more_evidence_is_worth_more_and_denial_less(parameters: Parameters) -> None:
    value = parameters.value(SOME)

    assert parameters.value(dataclasses.replace(SOME, near=0.4, whole=0.5)) > value
    assert parameters.value(dataclasses.replace(SOME, denied=0.9)) < value / 4
    assert parameters.value(dataclasses.replace(SOME, denied=0.1)) == value


@pytest.mark.parametrize("parameters", FIELDS)
def test_no_evidence_earns_nothing_and_all_of_it_everything(parameters: Parameters) -> None:
    none = parameters.value(dataclasses.replace(SOME, near=0.0, whole=0.0))
    full = parameters.value(dataclasses.replace(SOME, near=0.8, whole=0.9))

    assert (parameters.verdict(none), parameters.degree(none)) == (Verdict.MISSED, 0.0)
    assert (parameters.verdict(full), parameters.degree(full)) == (Verdict.MET, 1.0)


@pytest.mark.parametrize("value", [0.0, 0.1, 0.149, 0.15, 0.4, 0.62, 0.8, 1.0])
def test_verdict_and_degree_agree(value: float) -> None:
    degree = MINILM.degree(value)

    assert 0 <= degree <= 1
    assert (degree == 0) is (MINILM.verdict(value) is Verdict.MISSED)
    assert (MINILM.verdict(value) is Verdict.MET) <= (degree >= 0.75)


def test_sentences_off_the_topic_count_nothing() -> None:
    gate = MINILM.gate(np.array([0.2, 0.4, 0.6], dtype=np.float32))

    assert gate == pytest.approx([0.0, 0.5, 1.0])


def test_comments_name_what_was_found_and_what_was_missing() -> None:
    assert explain(Verdict.MET, SOME) == "You cover this: prefix and cache."
    assert explain(Verdict.PARTIAL, SOME) == (
        "You touch on prefix and cache, but I found little on timestamps, prefill, byte and tokens."
    )
    assert explain(Verdict.MISSED, SOME).startswith("I found nothing on timestamps")


def test_a_denied_point_is_called_the_opposite() -> None:
    opposed = dataclasses.replace(SOME, denied=0.9)

    assert "the opposite" in explain(Verdict.MISSED, opposed)
    assert "the opposite" not in explain(Verdict.MET, opposed)


def test_what_was_not_read_is_said_in_words() -> None:
    assert disclose(5200) == "Your answer is very long, so 5,200 of its words were not read."
