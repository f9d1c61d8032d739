"""The paraphrase queries, and the measures of how well they find their questions."""

from __future__ import annotations

import math
import re
from collections import Counter

import pytest

from questions.evaluation.retrieval import Miss, Query, rank_of, score_ranks, shipped_queries
from questions.packs import shipped_bank

RUN = 4
WORDS = (12, 30)
WORD = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?")
BANK = {question.id: question for question in shipped_bank()}


def runs(text: str) -> set[tuple[str, ...]]:
    words = WORD.findall(text.casefold())
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def test_every_shipped_question_has_one_query() -> None:
    assert Counter(query.question for query in shipped_queries()) == dict.fromkeys(BANK, 1)


@pytest.mark.parametrize("query", shipped_queries(), ids=lambda query: query.question)
def test_a_query_has_words_of_its_own(query: Query) -> None:
    question = BANK[query.question]
    low, high = WORDS

    assert low <= len(query.text.split()) <= high
    assert not runs(query.text) & (runs(question.prompt) | runs(question.title))


def test_the_measures_of_known_ranks() -> None:
    score = score_ranks("some", [1, 2, 5, 6, 11, 0])

    assert score.queries == 6
    assert score.recall == pytest.approx(3 / 6)
    gains = [1, 1 / math.log2(3), 1 / math.log2(6), 1 / math.log2(7)]
    assert score.gain == pytest.approx(sum(gains) / 6)
    assert score.reciprocal_rank == pytest.approx((1 + 1 / 2 + 1 / 5 + 1 / 6 + 1 / 11) / 6)


def test_no_query_has_no_measure() -> None:
    with pytest.raises(ValueError, match="no query"):
        score_ranks("some", [])


def test_a_rank_counts_from_one_and_nought_is_missing() -> None:
    assert [rank_of(wanted, ["a", "b"]) for wanted in "abc"] == [1, 2, 0]


def test_a_miss_names_what_came_first() -> None:
    query = Query(text="Anything.", question="wanted")
    others = ["a", "b", "c", "d", "e"]

    assert Miss.of(query, [*others[:4], "wanted"]) is None
    assert Miss.of(query, [*others, "wanted"]) == Miss(query=query, rank=6, first="a")
    assert Miss.of(query, []) == Miss(query=query, rank=0, first="")
