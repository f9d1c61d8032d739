"""What happens with servers that speak less of the protocol, or are in trouble."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.llm.config import LlmConfig
from bot.llm.grader import OpenAIGrader
from bot.llm.outcome import TRUNCATED
from bot.startup import StartupError
from questions.grading import Judgement
from questions.ports import GraderUnavailable
from questions.question import Question, Verdict
from tests.bot.llm.outcome import unpaid
from tests.bot.llm.question_factory import STRONG
from tests.wire import model_behaviour as does
from tests.wire.fake_model import FakeModel


async def _met(grader: OpenAIGrader, question: Question) -> bool:
    outcome = await grader.judge(question, STRONG, ())
    assert isinstance(outcome, Judgement), outcome
    return {v.verdict for v in outcome.verdicts} == {Verdict.MET}


@pytest.mark.parametrize("code", [400, 404, 422])
@pytest.mark.parametrize(
    ("lacking", "tried"),
    [
        (("json_schema",), ["json_schema", "json_object"]),
        (("json_object",), ["json_schema"]),
        (("json_schema", "json_object"), ["json_schema", "json_object", None]),
        (("response_format",), ["json_schema", "json_object", None]),
    ],
)
async def test_formats_fall_back_and_what_works_is_remembered(
    model: FakeModel,
    grader: OpenAIGrader,
    question: Question,
    lacking: tuple[str, ...],
    tried: list[str | None],
    code: int,
) -> None:
    model.default = does.lacks(*lacking, code=code)

    assert await _met(grader, question)
    assert [r.response_format for r in model.requests] == tried
    assert await _met(grader, question)
    assert [r.response_format for r in model.requests] == [*tried, tried[-1]]


@pytest.mark.parametrize(
    ("lacking", "fields"),
    [
        (("max_completion_tokens",), {"max_tokens"}),
        (("max_completion_tokens", "max_tokens"), set()),
    ],
)
async def test_servers_without_a_token_limit_field_get_the_other_or_none(
    model: FakeModel,
    grader: OpenAIGrader,
    question: Question,
    lacking: tuple[str, ...],
    fields: set[str],
) -> None:
    model.default = does.lacks(*lacking)

    assert await _met(grader, question)
    limits = {"max_tokens", "max_completion_tokens"}
    assert limits & set(model.requests[-1].body) == fields
    assert model.requests[-1].response_format == "json_schema"


async def test_a_server_that_knows_neither_new_field_is_still_used(
    model: FakeModel, grader: OpenAIGrader, question: Question
) -> None:
    model.default = does.lacks("max_completion_tokens", "json_schema", "json_object")

    assert await _met(grader, question)
    assert len(model.requests) == 4
    assert await _met(grader, question)
    assert len(model.requests) == 5


async def test_a_server_that_overlooks_the_limit_gets_the_older_field(
    model: FakeModel, grader: OpenAIGrader, question: Question
) -> None:
    model.queue(does.truncated(output_tokens=100))

    assert await _met(grader, question)
    assert model.requests[1].body["max_tokens"] == 16384
    assert "max_completion_tokens" not in model.requests[1].body


async def test_a_validators_echo_of_the_request_is_no_objection_to_its_format(
    model: FakeModel, grader: OpenAIGrader, question: Question
) -> None:
    echoed = {"response_format": {"type": "json_schema"}}
    echo = {"detail": [{"loc": ["body", "model"], "msg": "unknown", "input": echoed}]}
    model.default = does.answers(json.dumps(echo), code=422)

    with pytest.raises(GraderUnavailable):
        await grader.judge(question, STRONG, ())
    assert len(model.requests) == 1


async def test_a_context_too_small_for_the_limit_is_asked_without_one(
    model: FakeModel, grader: OpenAIGrader, question: Question
) -> None:
    model.queue(does.status(400, "maximum context length is 8192 tokens; you asked for 9000"))

    assert await _met(grader, question)
    assert not {"max_tokens", "max_completion_tokens"} & set(model.requests[1].body)


async def _unavailable(grader: OpenAIGrader, question: Question) -> GraderUnavailable:
    with pytest.raises(GraderUnavailable) as caught:
        await grader.judge(question, STRONG, ())
    return caught.value


@pytest.mark.parametrize(
    ("behaviour", "named"),
    [
        (does.status(401, "Incorrect API key: sk-secret-key"), ("OPENAI_API_KEY",)),
        (does.status(403, "sk-secret-key may not"), ("OPENAI_API_KEY", "PREPBOT_MODEL")),
        (does.status(404, "The model does not exist"), ("PREPBOT_MODEL",)),
        (does.status(402), ("credit",)),
        (does.status(429, error_code="insufficient_quota"), ("credit",)),
        (does.status(429), ("busy",)),
        (does.status(408), ("time",)),
        (does.status(500), ("500",)),
        (does.status(503), ("503",)),
        (does.status(400, "something else"), ("400",)),
        (does.status(418), ("418",)),
        (does.drops(), ("reached",)),
        (does.drops(midway=True), ("reached",)),
        (does.answers("<html>proxy</html>", "text/html"), ("no completion",)),
        (does.answers("{'no': json"), ("no completion",)),
        (does.answers('{"choices": []}'), ("no completion",)),
        (does.answers('{"error": {"message": "overloaded", "code": 502}}'), ("no completion",)),
        (does.answers('{"choices": [{"message": 3}]}'), ("no completion",)),
    ],
)
async def test_trouble_is_one_request_and_a_clause_without_secrets(
    model: FakeModel,
    grader: OpenAIGrader,
    question: Question,
    behaviour: does.Behaviour,
    named: tuple[str, ...],
    caplog: pytest.LogCaptureFixture,
) -> None:
    model.queue(behaviour)
    with caplog.at_level(logging.DEBUG, logger="bot"):
        error = await _unavailable(grader, question)

    assert all(name in error.reason for name in named), error.reason
    assert "sk-secret" not in error.reason + caplog.text
    assert "127.0.0.1" not in error.reason
    assert not error.reason.endswith(".")
    assert error.__suppress_context__ or error.__context__ is None
    assert len(model.requests) == 1
    assert await _met(grader, question)


@pytest.mark.parametrize(
    ("behaviour", "seconds"),
    [
        (does.rate_limited(), None),
        (does.rate_limited(retry_after="7"), 7),
        (does.rate_limited(retry_after="7", retry_after_ms="1500"), 1.5),
        (does.rate_limited(retry_after="soon"), None),
        (does.status(503, headers={"Retry-After": "12"}), 12),
    ],
)
async def test_the_wait_that_was_asked_for_is_passed_on(
    model: FakeModel,
    grader: OpenAIGrader,
    question: Question,
    behaviour: does.Behaviour,
    seconds: float | None,
) -> None:
    model.queue(behaviour)

    assert (await _unavailable(grader, question)).retry_after == seconds


async def test_a_date_to_wait_for_becomes_seconds(
    model: FakeModel, grader: OpenAIGrader, question: Question
) -> None:
    date = datetime.now(UTC) + timedelta(seconds=90)
    model.queue(does.rate_limited(retry_after=format_datetime(date, usegmt=True)))
    wait = (await _unavailable(grader, question)).retry_after

    assert wait is not None
    assert 80 < wait <= 91


@pytest.mark.parametrize("slow", [does.held(asyncio.Event()), does.drips()])
async def test_a_slow_endpoint_is_given_up_on_after_the_timeout(
    model: FakeModel, question: Question, slow: does.Behaviour
) -> None:
    model.default = slow
    grader = OpenAIGrader(LlmConfig(base_url=model.base_url, model="m", timeout=0.2))
    async with asyncio.timeout(4):
        error = await _unavailable(grader, question)
    await grader.close()

    assert error.reason == "the model did not answer within 0.2 seconds"
    assert len(model.requests) == 1


async def test_nobody_at_the_address(question: Question) -> None:
    async with FakeModel() as gone:
        address = gone.base_url
    grader = OpenAIGrader(LlmConfig(base_url=address, model="m"))
    error = await _unavailable(grader, question)
    await grader.close()

    assert error.reason == "the model endpoint could not be reached"


async def test_a_local_server_needs_no_key(model: FakeModel, question: Question) -> None:
    grader = OpenAIGrader(LlmConfig(base_url=model.base_url, model="m"))
    try:
        assert await _met(grader, question)
    finally:
        await grader.close()


async def test_white_space_around_a_pasted_key_is_dropped(
    model: FakeModel, question: Question
) -> None:
    grader = OpenAIGrader(LlmConfig(base_url=model.base_url, model="m", api_key=" sk-1\n"))
    await _met(grader, question)
    await grader.close()

    assert model.requests[0].headers["Authorization"] == "Bearer sk-1"


@pytest.mark.parametrize("key", ["sk-“quoted”", "two words", "a\nb"])
def test_an_impossible_key_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(StartupError, match="OPENAI_API_KEY") as caught:
        OpenAIGrader(LlmConfig(model="m", api_key=key))
    assert key not in str(caught.value)


@pytest.mark.parametrize("address", ["", "localhost:1234/v1", "ftp://x/v1", "http://", "http://[x"])
def test_an_impossible_address_is_refused(address: str) -> None:
    with pytest.raises(StartupError, match="OPENAI_BASE_URL"):
        OpenAIGrader(LlmConfig(model="m", base_url=address))


def test_a_config_does_not_show_its_key() -> None:
    assert "sk-" not in repr(LlmConfig(model="m", api_key="sk-secret-key"))


async def test_a_limit_too_large_for_the_model_still_ends_truncated(
    model: FakeModel, grader: OpenAIGrader, question: Question
) -> None:
    model.queue(
        does.truncated(),
        does.status(400, "max_tokens is too large: 16384"),
        does.status(400, "max_tokens is too large: 16384"),
        does.truncated(),
    )

    assert unpaid(await grader.judge(question, STRONG, ())) == TRUNCATED
