from __future__ import annotations

import pytest

from questions.local.copied import is_copy
from questions.packs import SHIPPED, read_pack

BANK = [read_pack(path) for path in sorted(SHIPPED.rglob("*.md"))]


@pytest.mark.parametrize("question", BANK, ids=lambda q: q.id)
def test_a_pasted_model_answer_is_told_from_people_s_own_words(question: object) -> None:
    assert isinstance(question, type(BANK[0]))
    answer = question.model_answer
    words = answer.split()

    assert is_copy(answer, answer)
    assert is_copy(answer.upper().replace("\n", " "), answer)
    assert is_copy(" ".join(words[: len(words) // 2]), answer)
    assert is_copy("\u200b".join(answer), answer)
    assert not any(is_copy(exemplar.text, answer) for exemplar in question.exemplars)


def test_a_short_reply_is_no_copy() -> None:
    assert not is_copy("Measure first.", "Measure first. Then cut the prompt.")
    assert not is_copy("", "")
