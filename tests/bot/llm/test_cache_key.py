"""Which judgements may be used again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm import cache_key as module
from bot.llm.cache_key import cache_key
from bot.llm.config import LlmConfig
from bot.llm.grader import OpenAIGrader
from questions.ports import Cacheable
from tests.bot.llm.question_factory import STRONG, caching_question

_CONFIG = LlmConfig(model="m")
_KEY = cache_key(_CONFIG, caching_question(), STRONG)


async def test_the_grader_gives_the_key_of_its_settings() -> None:
    grader = OpenAIGrader(_CONFIG)
    port: Cacheable = grader

    assert port.cache_key(caching_question(), STRONG) == _KEY
    assert len(_KEY) == 64
    await grader.close()


@pytest.mark.parametrize(
    "same",
    [
        f"  {STRONG}\n\n",
        STRONG.replace(" ", "  "),
        STRONG.replace(" ", "\u00a0\t"),
        STRONG.replace("cache", "ca\u200bche"),
        STRONG.replace("A lock", "\U000e0041A lock"),
    ],
)
def test_what_no_reader_sees_makes_no_other_reply(same: str) -> None:
    assert cache_key(_CONFIG, caching_question(), same) == _KEY


def test_composed_and_decomposed_letters_are_the_same() -> None:
    one, other = (
        cache_key(_CONFIG, caching_question(), text) for text in ("caf\u00e9", "cafe\u0301")
    )

    assert one == other


@pytest.mark.parametrize(
    "other",
    [
        "",
        STRONG[:-2],
        STRONG.upper(),
        STRONG.replace(". ", ".\n"),
        STRONG.replace("ten", "1\u2070"),
    ],
)
def test_other_words_letters_or_lines_are_another_reply(other: str) -> None:
    assert cache_key(_CONFIG, caching_question(), other) != _KEY


@pytest.mark.parametrize(
    "changes",
    [{"id": "cache-other"}, {"version": 2}, {"prompt": "How?"}, {"model_answer": "Do not."}],
)
def test_another_question_or_version_has_another_key(changes: dict[str, object]) -> None:
    question = caching_question().model_copy(update=changes)

    assert cache_key(_CONFIG, question, STRONG) != _KEY


@pytest.mark.parametrize("changes", [{"model": "n"}, {"samples": 3}])
def test_another_model_or_number_of_samples_has_another_key(changes: dict[str, object]) -> None:
    config = replace(_CONFIG, **changes)  # type: ignore[arg-type]

    assert cache_key(config, caching_question(), STRONG) != _KEY


def test_another_prompt_has_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "JUDGE_VERSION", "judge-3")

    assert cache_key(_CONFIG, caching_question(), STRONG) != _KEY


def test_where_it_is_asked_and_what_it_costs_do_not_matter() -> None:
    config = replace(_CONFIG, api_key="k", timeout=1.0, input_usd_per_mtok=2.0)

    assert cache_key(config, caching_question(), STRONG) == _KEY


@given(st.text())
def test_every_text_has_a_key_that_normalising_keeps(reply: str) -> None:
    key = cache_key(_CONFIG, caching_question(), reply)

    assert cache_key(_CONFIG, caching_question(), module._normalised(reply)) == key
