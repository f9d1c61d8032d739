"""The local grader against people's scores, where the development data are at hand."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.retrieval.minilm import MiniLM
from questions.evaluation.agreement import Observation, measure, without_blanks
from questions.evaluation.benchmark import Benchmark
from questions.evaluation.row import read_rows
from questions.local.grader import LocalGrader

DATA = Path(__file__).parents[4] / "shared" / "data"

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not DATA.is_dir(), reason="the development data are not here"),
]


@pytest.fixture(scope="module")
def encoder() -> Iterator[MiniLM]:
    made = MiniLM()
    yield made
    made.close()


def observe(encoder: MiniLM, name: str) -> list[Observation]:
    with (DATA / name).open("rb") as file:
        data = read_rows(file)
    assert data.faults == ()
    return asyncio.run(Benchmark(LocalGrader(encoder), at_once=2).observe(data.rows))


def test_longer_answers(encoder: MiniLM) -> None:
    agreement = measure(without_blanks(observe(encoder, "saf-en.jsonl")))
    assert agreement.share_ungraded < 0.02
    assert agreement.pearson is not None
    assert agreement.pearson >= 0.48, agreement


def test_short_answers(encoder: MiniLM) -> None:
    agreement = measure(observe(encoder, "semeval-train.jsonl"))
    assert agreement.share_ungraded < 0.05
    assert agreement.macro_f1 is not None
    assert agreement.macro_f1 >= 0.72, agreement
