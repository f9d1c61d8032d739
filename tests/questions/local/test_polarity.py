from __future__ import annotations

import pytest

from questions.local.polarity import find_denied, is_denied


def _denied(sentence: str, word: str) -> bool:
    return is_denied(sentence.index(word), find_denied(sentence))


@pytest.mark.parametrize(
    ("sentence", "word", "expected"),
    [
        ("I would not cache the prefix.", "prefix", True),
        ("I’d never cache the prefix.", "prefix", True),
        ("You don't need a reranker here.", "reranker", True),
        ("There is no need to measure it.", "measure", True),
        ("Answer without retrieval first.", "retrieval", True),
        ("Use summaries instead of history.", "history", True),
        ("Use summaries instead of history.", "summaries", False),
        ("I would not guess, I would measure.", "measure", False),
        ("It isn't slow because the index fits.", "index", False),
        ("Not only the cache matters.", "cache", False),
        ("It is not true that the cache helps, or that it is cheap.", "cheap", True),
        ("Caching is a myth.", "Caching", True),
        ("I cache the prefix.", "prefix", False),
        ("Nothing is gained by a cache.", "cache", True),
    ],
)
def test_a_negation_reaches_to_the_end_of_its_clause(
    sentence: str, word: str, expected: bool
) -> None:
    assert _denied(sentence, word) is expected


def test_a_negation_reaches_nine_words_at_most() -> None:
    sentence = "not one two three four five six seven eight nine ten eleven"

    assert _denied(sentence, "nine")
    assert not _denied(sentence, "eleven")
