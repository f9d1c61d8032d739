"""What a judgement over HTTP comes to, for everything a model may write."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest

from bot.llm.config import LlmConfig
from bot.llm.grader import OpenAIGrader
from bot.llm.instructions import JUDGE_VERSION
from bot.llm.outcome import MALFORMED, REFUSED, TOO_LONG, TRUNCATED
from questions.grading import Grade, Judgement, Ungraded, UngradedReason
from questions.ports import Grader
from questions.question import Question, Verdict
from tests.bot.llm.outcome import graded, unpaid
from tests.bot.llm.question_factory import IDS, STRONG, WEAK, caching_question
from tests.wire import model_behaviour as does
from tests.wire.fake_model import FakeModel


async def _grade(grader: OpenAIGrader, question: Question, reply: str) -> Grade:
    return graded(await grader.judge(question, reply, ()), grader, question, reply)


async def test_a_strong_reply_is_judged_with_quotes_that_stand(
    grader: OpenAIGrader, question: Question
) -> None:
    grade = await _grade(grader, question, STRONG)

    assert grade.score == 5
    assert [c.id for c in grade.criteria] == list(IDS)
    assert all(c.quote in STRONG and c.quote for c in grade.criteria)
    assert (await _grade(grader, question, WEAK)).score == 0


async def test_it_is_a_grader_named_after_its_model(grader: OpenAIGrader) -> None:
    port: Grader = grader

    assert port.name == "openai:fake-1"
    assert port.is_estimate is False


async def test_usage_sums_every_request(
    model: FakeModel, grader: OpenAIGrader, question: Question
) -> None:
    once = await grader.judge(question, STRONG, ())
    model.queue(does.prose())
    twice = await grader.judge(question, STRONG, ())

    assert isinstance(once, Judgement)
    assert isinstance(twice, Judgement)
    assert once.usage.model == "fake-1"
    assert once.usage.prompt_version == JUDGE_VERSION
    assert twice.usage.input_tokens > 2 * once.usage.input_tokens > 0
    assert twice.usage.output_tokens > once.usage.output_tokens > 0
    assert once.usage.latency_ms >= 0


async def test_the_client_asks_for_no_temperature_and_limits_tokens(
    model: FakeModel, grader: OpenAIGrader, question: Question
) -> None:
    await grader.judge(question, STRONG, ())
    body = model.requests[0].body

    assert body["max_completion_tokens"] == 4096
    assert not {"temperature", "top_p", "max_tokens", "seed"} & set(body)
    assert body["response_format"]["json_schema"]["strict"] is True


@pytest.mark.parametrize("wrapped", [does.fenced, does.surrounded])
async def test_json_in_wrapping_is_read_at_once(
    model: FakeModel,
    grader: OpenAIGrader,
    question: Question,
    wrapped: Callable[[], does.Behaviour],
) -> None:
    model.queue(wrapped())

    assert (await _grade(grader, question, STRONG)).score == 5
    assert len(model.requests) == 1


_MALFORMED = [
    does.prose,
    does.empty,
    does.wrong_types,
    does.out_of_range,
    does.unknown_id,
    does.duplicate_id,
    does.missing_id,
]


@pytest.mark.parametrize("malformed", _MALFORMED)
async def test_an_unreadable_judgement_is_mended_once(
    model: FakeModel,
    grader: OpenAIGrader,
    question: Question,
    malformed: Callable[[], does.Behaviour],
) -> None:
    model.queue(malformed())

    assert (await _grade(grader, question, STRONG)).score == 5
    assert len(model.requests) == 2
    first, second = model.requests
    assert second.response_format == first.response_format == "json_schema"
    assert second.messages[:3] == first.messages
    assert "can't be used" in second.messages[-1]["content"]
    assert all(m["content"] for m in second.messages)


@pytest.mark.parametrize("malformed", _MALFORMED)
async def test_a_judgement_unreadable_twice_is_no_grade(
    model: FakeModel,
    grader: OpenAIGrader,
    question: Question,
    malformed: Callable[[], does.Behaviour],
) -> None:
    model.queue(malformed(), malformed())

    assert unpaid(await grader.judge(question, STRONG, ())) == MALFORMED
    assert len(model.requests) == 2


async def test_invented_quotes_earn_nothing(
    model: FakeModel, grader: OpenAIGrader, question: Question
) -> None:
    model.queue(does.invents_quotes())

    assert (await _grade(grader, question, STRONG)).score == 0


@pytest.mark.parametrize(
    "refusing",
    [
        does.refuses(),
        does.filtered(),
        does.status(400, "The response was filtered", error_code="content_filter"),
    ],
)
async def test_a_refusal_is_a_stated_reason(
    model: FakeModel, grader: OpenAIGrader, question: Question, refusing: does.Behaviour
) -> None:
    model.queue(refusing)

    assert unpaid(await grader.judge(question, STRONG, ())) == REFUSED
    assert len(model.requests) == 1


async def test_a_truncated_judgement_gets_more_room_once(
    model: FakeModel, grader: OpenAIGrader, question: Question
) -> None:
    model.queue(does.truncated())

    assert (await _grade(grader, question, STRONG)).score == 5
    assert [r.body["max_completion_tokens"] for r in model.requests] == [4096, 16384]


async def test_truncated_twice_is_a_stated_reason(
    model: FakeModel, grader: OpenAIGrader, question: Question
) -> None:
    model.queue(does.truncated(), does.truncated())

    assert unpaid(await grader.judge(question, STRONG, ())) == TRUNCATED
    assert len(model.requests) == 2


async def test_a_complete_object_in_a_truncated_completion_is_not_trusted(
    model: FakeModel, grader: OpenAIGrader, question: Question
) -> None:
    draft = json.dumps(
        {"verdicts": [{"id": id_, "quote": STRONG[:40], "verdict": "met"} for id_ in IDS]}
    )
    model.queue(*[does.says(f"<think>{draft}", finish="length")] * 2)

    assert unpaid(await grader.judge(question, STRONG, ())) == TRUNCATED


async def test_a_reply_beyond_the_models_context_is_too_long(
    model: FakeModel, grader: OpenAIGrader, question: Question
) -> None:
    model.default = does.status(
        400, "This model's maximum context length is 4096", error_code="context_length_exceeded"
    )

    assert unpaid(await grader.judge(question, STRONG, ())) == TOO_LONG


@pytest.mark.parametrize("reply", ["", "   \n", "\u200b\u2060", "\U000e0041\U000e0042 \U000e0043"])
async def test_nothing_visible_is_never_sent(
    model: FakeModel, grader: OpenAIGrader, question: Question, reply: str
) -> None:
    outcome = await grader.judge(question, reply, ())

    assert isinstance(outcome, Ungraded)
    assert outcome.reason is UngradedReason.EMPTY
    assert model.requests == []


async def test_forty_thousand_characters_are_judged_whole(
    model: FakeModel, grader: OpenAIGrader, question: Question
) -> None:
    filler = "And some more about something else altogether here. " * 800
    reply = (filler + STRONG)[-40_000:]

    assert (await _grade(grader, question, reply)).score == 5
    assert model.requests[0].reply == reply


async def test_eight_judgements_run_at_once_and_keep_apart(
    model: FakeModel, grader: OpenAIGrader, question: Question
) -> None:
    gate = asyncio.Event()
    model.default = does.held(gate)
    replies = [STRONG if n % 2 else WEAK for n in range(8)]
    running = [asyncio.create_task(grader.judge(question, r, ())) for r in replies]
    await model.wait_for_request(8)
    gate.set()

    outcomes = await asyncio.gather(*running)
    for reply, outcome in zip(replies, outcomes, strict=True):
        assert isinstance(outcome, Judgement)
        met = {v.verdict for v in outcome.verdicts} == {Verdict.MET}
        assert met is (reply == STRONG)
    assert len({r.messages[-1]["content"].splitlines()[0] for r in model.requests}) == 8


async def test_a_cancelled_judgement_stops(
    model: FakeModel, grader: OpenAIGrader, question: Question
) -> None:
    model.default = does.held(asyncio.Event())
    running = asyncio.create_task(grader.judge(question, STRONG, ()))
    await model.wait_for_request()
    running.cancel()

    with pytest.raises(asyncio.CancelledError):
        await running


async def test_weights_do_not_reach_the_model(model: FakeModel, config: LlmConfig) -> None:
    grader = OpenAIGrader(config, boundary=lambda: "0123456789ab")
    for weights in ((1, 1, 1, 1), (5, 4, 3, 2)):
        await grader.judge(caching_question(weights), STRONG, ())
    await grader.close()

    light, heavy = model.requests
    assert light.body == heavy.body


@pytest.mark.parametrize("outcome", [REFUSED, TRUNCATED, MALFORMED, TOO_LONG])
def test_each_reason_is_one_sentence_that_says_what_to_do(outcome: Ungraded) -> None:
    assert outcome.detail.endswith(".")
    assert outcome.detail.count(".") == 1
    assert "send" in outcome.detail
