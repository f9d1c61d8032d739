"""What judging costs, whatever comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.llm.config import LlmConfig
from bot.llm.grader import OpenAIGrader
from bot.llm.instructions import JUDGE_VERSION
from bot.llm.tally import PaidInVain
from questions.grading import Judgement, Ungraded, UngradedReason, Usage
from questions.ports import GraderUnavailable
from questions.question import Question
from tests.bot.llm.question_factory import STRONG
from tests.wire import model_behaviour as does
from tests.wire.fake_model import FakeModel


async def test_the_price_list_gives_the_cost(
    model: FakeModel, config: LlmConfig, question: Question
) -> None:
    grader = OpenAIGrader(replace(config, input_usd_per_mtok=0.25, output_usd_per_mtok=2.0))
    usage = (await grader.judge(question, STRONG, ())).usage
    await grader.close()

    assert usage.cost_usd == pytest.approx(
        (usage.input_tokens * 0.25 + usage.output_tokens * 2.0) / 1_000_000
    )
    assert usage.cost_usd > 0


async def test_without_a_price_list_nothing_is_counted_as_cost(
    grader: OpenAIGrader, question: Question
) -> None:
    usage = (await grader.judge(question, STRONG, ())).usage

    assert usage.tokens > 0
    assert usage.cost_usd == 0


@pytest.mark.parametrize(
    ("behaviour", "reason", "requests"),
    [
        (does.refuses, UngradedReason.REFUSED, 1),
        (does.filtered, UngradedReason.REFUSED, 1),
        (does.truncated, UngradedReason.TRUNCATED, 2),
        (does.prose, UngradedReason.MALFORMED, 2),
    ],
)
async def test_a_try_without_a_judgement_is_paid_all_the_same(
    model: FakeModel,
    config: LlmConfig,
    question: Question,
    behaviour: Callable[[], does.Behaviour],
    reason: UngradedReason,
    requests: int,
) -> None:
    model.default = behaviour()
    grader = OpenAIGrader(replace(config, input_usd_per_mtok=1.0, output_usd_per_mtok=1.0))
    outcome = await grader.judge(question, STRONG, ())
    await grader.close()

    assert isinstance(outcome, Ungraded)
    assert outcome.reason is reason
    assert outcome.usage.model == "fake-1"
    assert outcome.usage.prompt_version == JUDGE_VERSION
    sent = sum(len(request.text) // 4 for request in model.requests)
    assert len(model.requests) == requests
    assert outcome.usage.input_tokens == sent
    assert outcome.usage.cost_usd == pytest.approx(outcome.usage.tokens / 1_000_000)


async def test_what_is_never_sent_costs_nothing(grader: OpenAIGrader, question: Question) -> None:
    outcome = await grader.judge(question, " ", ())

    assert outcome.usage == Usage()
    assert not isinstance(outcome, Judgement)


@pytest.mark.parametrize(("samples", "paid"), [(1, 1), (3, 2)])
async def test_what_was_written_before_the_model_went_out_of_reach_is_told(
    model: FakeModel, config: LlmConfig, question: Question, samples: int, paid: int
) -> None:
    model.queue(*[does.prose()] * paid)
    model.default = does.rate_limited(retry_after="4")
    grader = OpenAIGrader(replace(config, samples=samples))
    with pytest.raises(PaidInVain) as unavailable:
        await grader.judge(question, STRONG, ())
    await grader.close()

    assert isinstance(unavailable.value, GraderUnavailable)
    assert unavailable.value.retry_after == 4
    assert "busy" in unavailable.value.reason
    sent = sum(len(request.text) // 4 for request in model.requests[:paid])
    assert unavailable.value.usage.input_tokens == sent > 0
