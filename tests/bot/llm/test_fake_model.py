"""The model server that other tests rely on, driven by the real client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import cast

import numpy as np
import pytest
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionMessageParam

from bot.llm.grader import OpenAIGrader
from bot.llm.prompt import build_messages
from questions.grading import Judgement
from questions.packs import SHIPPED, read_pack
from questions.question import Question, Verdict
from tests.bot.llm.question_factory import STRONG, WEAK
from tests.wire import model_behaviour as does
from tests.wire.fake_model import FakeModel


@pytest.fixture
async def client(model: FakeModel) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(api_key="k", base_url=model.base_url, max_retries=0) as made:
        yield made


async def test_embeddings_are_the_same_as_base64_and_as_numbers(
    model: FakeModel, client: AsyncOpenAI
) -> None:
    texts = ["Entries expire in the cache.", "A cached entry expires.", "Bananas ripen slowly."]
    as_text = await client.embeddings.create(model="e", input=texts)
    as_numbers = await client.embeddings.create(model="e", input=texts, encoding_format="float")
    a, b, far = (np.array(d.embedding) for d in as_text.data)

    assert [r.body["encoding_format"] for r in model.embedding_requests] == ["base64", "float"]
    np.testing.assert_allclose([a, b, far], [d.embedding for d in as_numbers.data], atol=1e-6)
    assert np.linalg.norm(a) == pytest.approx(1)
    assert a @ b > a @ far


async def test_models_are_listed(client: AsyncOpenAI) -> None:
    assert [m.id async for m in client.models.list()] == ["fake"]


async def test_a_conversation_without_a_rubric_gets_a_friendly_sentence(
    client: AsyncOpenAI,
) -> None:
    said = await client.chat.completions.create(
        model="m", messages=[{"role": "user", "content": "Hello"}]
    )

    assert said.choices[0].message.content


async def test_the_script_runs_out_into_the_default(
    model: FakeModel, grader: OpenAIGrader, question: Question
) -> None:
    model.queue(does.refuses())
    refused = await grader.judge(question, STRONG, ())
    judged = await grader.judge(question, STRONG, ())

    assert not isinstance(refused, Judgement)
    assert isinstance(judged, Judgement)


async def test_waiting_for_a_request_that_never_comes_ends(model: FakeModel) -> None:
    with pytest.raises(TimeoutError):
        await model.wait_for_request(1, timeout=0.05)


async def test_a_held_request_waits_for_its_event(
    model: FakeModel, grader: OpenAIGrader, question: Question
) -> None:
    gate = asyncio.Event()
    model.queue(does.held(gate))
    running = asyncio.create_task(grader.judge(question, STRONG, ()))
    await model.wait_for_request()

    assert not running.done()
    gate.set()
    assert isinstance(await running, Judgement)


@pytest.mark.parametrize("reason", [None, "I said so."])
@pytest.mark.parametrize("reply", [STRONG, WEAK])
async def test_honest_judging_keeps_to_the_form_that_is_asked_for(
    client: AsyncOpenAI, question: Question, reply: str, reason: str | None
) -> None:
    messages = build_messages(question, reply, (), boundary="b", reason=reason)
    said = await client.chat.completions.create(
        model="m", messages=cast("list[ChatCompletionMessageParam]", messages)
    )
    judgement = json.loads(said.choices[0].message.content or "")

    assert list(judgement) == ["verdicts", "errors", "rewording"]
    assert [set(v) for v in judgement["verdicts"]] == [{"id", "quote", "comment", "verdict"}] * 4
    assert judgement["errors"] == []
    if reply == STRONG:
        assert judgement["rewording"]["original"] in STRONG
        assert judgement["rewording"]["stronger"]
    else:
        assert judgement["rewording"] is None


async def test_behaviours_in_turn_come_round_again(
    model: FakeModel, grader: OpenAIGrader, question: Question
) -> None:
    model.default = does.in_turn(does.rules("met"), does.rules("partial"))
    judged = [await grader.judge(question, STRONG, ()) for _ in range(3)]

    assert [j.verdicts[0].verdict for j in judged if isinstance(j, Judgement)] == [
        Verdict.MET,
        Verdict.PARTIAL,
        Verdict.MET,
    ]


async def test_honest_judging_tells_the_banks_answers_apart(
    grader: OpenAIGrader,
) -> None:
    for path in sorted(SHIPPED.glob("*/*.md"))[::6]:
        question = read_pack(path)
        earned = []
        for reply in (question.exemplars[0].text, question.model_answer):
            judgement = await grader.judge(question, reply, ())
            assert isinstance(judgement, Judgement)
            earned.append(sum(v.verdict.share for v in judgement.verdicts))
        assert earned[0] < earned[1], question.id
