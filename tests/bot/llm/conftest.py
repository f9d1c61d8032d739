from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.llm.config import LlmConfig
from bot.llm.grader import OpenAIGrader
from questions.question import Question
from tests.bot.llm.question_factory import caching_question
from tests.wire.fake_model import FakeModel


@pytest.fixture
async def model() -> AsyncIterator[FakeModel]:
    async with FakeModel() as server:
        yield server


@pytest.fixture
def config(model: FakeModel) -> LlmConfig:
    return LlmConfig(api_key="sk-secret-key", base_url=model.base_url, model="fake-1", timeout=10)


@pytest.fixture
async def grader(config: LlmConfig) -> AsyncIterator[OpenAIGrader]:
    made = OpenAIGrader(config)
    yield made
    await made.close()


@pytest.fixture
def question() -> Question:
    return caching_question()
