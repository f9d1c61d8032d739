"""What the doctor hears about an endpoint."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.llm.check import check_endpoint
from bot.llm.config import LlmConfig
from tests.wire import model_behaviour as does
from tests.wire.fake_model import FakeModel


@pytest.mark.parametrize(
    "behaviour",
    [
        does.says("ready"),
        does.says(""),
        does.truncated(),
        does.lacks("max_completion_tokens"),
    ],
)
async def test_a_usable_endpoint_has_nothing_to_say(
    model: FakeModel, config: LlmConfig, behaviour: does.Behaviour
) -> None:
    model.default = behaviour

    assert await check_endpoint(config) is None
    assert len(model.requests) <= 2
    assert model.requests[0].response_format is None


@pytest.mark.parametrize(
    ("behaviour", "named"),
    [
        (does.status(401, "sk-secret-key"), "OPENAI_API_KEY"),
        (does.status(404), "PREPBOT_MODEL"),
        (does.status(400, "filtered", error_code="content_filter"), "PREPBOT_MODEL"),
        (does.status(500), "HTTP 500"),
        (does.drops(), "reached"),
    ],
)
async def test_an_unusable_endpoint_is_one_sentence(
    model: FakeModel, config: LlmConfig, behaviour: does.Behaviour, named: str
) -> None:
    model.queue(behaviour)
    problem = await check_endpoint(config)

    assert problem is not None
    assert named in problem
    assert problem.endswith(".")
    assert "fake-1" in problem
    assert "sk-secret" not in problem


async def test_an_impossible_address_is_said_not_raised(config: LlmConfig) -> None:
    problem = await check_endpoint(replace(config, base_url="localhost"))

    assert problem is not None
    assert "OPENAI_BASE_URL" in problem
