from __future__ import annotations

import pytest

from questions.grading import UngradedReason
from questions.local.language import refuse_code, refuse_language
from questions.packs import SHIPPED, read_pack
from questions.question import Kind, Question

QUESTIONS = [read_pack(path) for path in sorted(SHIPPED.rglob("*.md"))]


@pytest.mark.parametrize(
    "text",
    [
        "Ich würde zuerst messen, wo die Zeit bleibt, und dann den Cache für das Präfix bauen.",
        "Je commencerais par mesurer le coût de chaque appel, puis je mettrais en cache le début.",
        "Primero mediría dónde se va el dinero y después pondría el prefijo en la caché.",
        "Eu mediria primeiro onde o dinheiro vai e depois guardaria o prefixo em cache para isso.",
        "Сначала я бы измерил, куда уходит время, а потом добавил кэш.",
        "まず、どこで時間がかかっているかを測定します。",
        "首先我会测量时间花在哪里,然后再加缓存。",
    ],
)
def test_other_languages_are_left_to_a_model(text: str) -> None:
    refused = refuse_language(text)

    assert refused is not None
    assert refused.reason is UngradedReason.LANGUAGE
    assert "English" in refused.detail


def test_shipped_answers_pass_for_english() -> None:
    texts = [text for q in QUESTIONS for text in (q.model_answer, *(e.text for e in q.exemplars))]

    assert [text for text in texts if refuse_language(text) is not None] == []


@pytest.mark.parametrize(
    "text",
    [
        "cache it",
        "caching, prefix, timestamps, history, streaming, tokens, latency, router",
        "We use the Elasticsearch índice called «datos» and müssen re-index it nightly.",
    ],
)
def test_short_or_mixed_english_passes(text: str) -> None:
    assert refuse_language(text) is None


CODE = (
    "def cache(prefix):\n    if prefix in store:\n        return store[prefix]\n    x = compute()"
)


@pytest.mark.parametrize("text", [CODE, f"```python\n{CODE}\n```", f"Here:\n```\n{CODE}\n```"])
def test_code_alone_is_not_graded(text: str) -> None:
    refused = refuse_code(text, _a_question(Kind.CONCEPT))

    assert refused is not None
    assert refused.reason is UngradedReason.NOT_TEXT


def test_prose_beside_one_line_of_data_is_no_code() -> None:
    text = 'With ten steps the errors add up, so I would cap them:\n{"limit": 10, "retries": 2}'

    assert refuse_code(text, _a_question(Kind.CONCEPT)) is None


def test_code_is_graded_where_the_question_is_about_code() -> None:
    assert refuse_code(CODE, _a_question(Kind.CODE_READING)) is None


def test_code_with_an_explanation_is_graded() -> None:
    text = f"I'd look the prefix up before computing anything:\n```\n{CODE}\n```"

    assert refuse_code(text, _a_question(Kind.CONCEPT)) is None


def test_shipped_answers_are_not_taken_for_code() -> None:
    question = _a_question(Kind.CONCEPT)
    texts = [text for q in QUESTIONS for text in (q.model_answer, *(e.text for e in q.exemplars))]

    assert [text for text in texts if refuse_code(text, question) is not None] == []


def _a_question(kind: Kind) -> Question:
    return QUESTIONS[0].model_copy(update={"kind": kind})
