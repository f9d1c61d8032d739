"""The settings reach the grader."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core import open_judging
from bot.settings import Settings
from questions.grading import Judgement
from questions.question import Question
from tests.bot.llm.question_factory import STRONG
from tests.wire.fake_model import FakeModel


async def test_samples_and_prices_are_set_in_the_environment(
    model: FakeModel, question: Question, tmp_path: Path
) -> None:
    settings = Settings(
        _env_file=None,
        openai_base_url=model.base_url,
        grader="openai",
        embeddings="lexical",
        data_dir=tmp_path,
        grader_samples=3,
        price_input=1.0,
        price_output=8.0,
    )
    judging = open_judging(settings)
    judged = await judging.grader.judge(question, STRONG, ())
    await judging.close()

    assert isinstance(judged, Judgement)
    assert len(judged.samples) == len(model.requests) == 3
    usage = judged.usage
    paid = usage.input_tokens + 8 * usage.output_tokens
    assert usage.cost_usd == pytest.approx(paid / 1_000_000)
