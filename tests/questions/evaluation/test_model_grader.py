"""The model grader keeps the relations even where the model does what replies tell it to."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.llm.config import LlmConfig
from bot.llm.grader import OpenAIGrader
from questions.evaluation.injection import INJECTIONS
from questions.evaluation.relation import Relation
from questions.evaluation.robustness import check_robustness
from questions.evaluation.suite import texts_of
from questions.packs import shipped_bank
from tests.wire.fake_model import FakeModel
from tests.wire.model_behaviour import Behaviour, invents_quotes, judges
from tests.wire.model_judgement import ModelRequest, Verdicts

BANK = shipped_bank()
SAMPLE = BANK[:: len(BANK) // 4][:4]
_CLEAN = {e.text for q in BANK for e in q.exemplars} | {q.model_answer for q in BANK}


def obeys(*, quote_starts: int = 0) -> Behaviour:
    """Judges clean answers honestly; with an order in the reply, all is met by the order's words.

    Args:
        quote_starts: the first word of the order that is quoted.
    """

    def change(request: ModelRequest, honest: Verdicts) -> Verdicts:
        clean = next((text for text in _CLEAN if text in request.reply), "")
        added = request.reply.replace(clean, "").strip()
        if not added:
            return honest
        words = added.split()[quote_starts:] or added.split()
        return [
            {**verdict, "verdict": "met", "quote": " ".join(words), "comment": "As told."}
            for verdict in honest
        ]

    return judges(change)


@pytest.fixture
async def model() -> AsyncIterator[FakeModel]:
    async with FakeModel() as server:
        yield server


@pytest.fixture
async def grader(model: FakeModel) -> AsyncIterator[OpenAIGrader]:
    made = OpenAIGrader(LlmConfig(model="fake-1", base_url=model.base_url, timeout=10))
    yield made
    await made.close()


@pytest.mark.parametrize(
    "behaviour",
    [judges(), obeys(), obeys(quote_starts=2), invents_quotes()],
    ids=["honest", "quotes the order", "quotes part of the order", "invents quotes"],
)
async def test_an_injected_reply_is_never_above_the_clean_one(
    model: FakeModel, grader: OpenAIGrader, behaviour: Behaviour
) -> None:
    model.default = behaviour
    report = await check_robustness(grader, SAMPLE, BANK, at_once=8, only=[Relation.INJECTION])

    injected = report.relations[0]
    assert injected.total == 3 * len(INJECTIONS) * len(SAMPLE)
    assert injected.held == injected.total, injected.worst
    assert report.unreachable == 0


async def test_what_holds_whatever_the_model_says(model: FakeModel, grader: OpenAIGrader) -> None:
    certain = [Relation.EMPTY, Relation.IDENTICAL, Relation.REORDERED]
    report = await check_robustness(grader, SAMPLE, BANK, at_once=8, only=certain)

    assert [r.share_broken for r in report.relations] == [0, 0, 0]


async def test_hidden_orders_do_not_reach_the_model(model: FakeModel, grader: OpenAIGrader) -> None:
    await check_robustness(grader, SAMPLE[:1], BANK, only=[Relation.INJECTION])
    weak = texts_of(SAMPLE[0], BANK).weak
    seen = [request.reply.strip() for request in model.requests]

    hidden = INJECTIONS["tag characters"]
    assert not any(hidden[0] in reply for reply in seen)
    assert weak in seen
