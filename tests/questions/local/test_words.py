from __future__ import annotations

import pytest

from questions.local.words import content_words, find_words, fold, stem


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don’t panic", ["don't", "panic"]),
        ("p95 is 0.5, 1,200 or 5%", ["p95", "is", "0.5", "1,200", "or", "5%"]),
        ("fine-tuning C++ and naïve Bayes", ["fine", "tuning", "c++", "and", "naive", "bayes"]),
        ("— … !", []),
    ],
)
def test_words_are_found_as_people_read_them(text: str, words: list[str]) -> None:
    assert find_words(text) == words


def test_frequent_words_carry_nothing() -> None:
    assert content_words("We would not use the cache as it is") == ["cache"]


@pytest.mark.parametrize(
    "forms",
    [
        ("retries", "retried", "retry"),
        ("optimise", "optimised", "optimising", "optimisation"),
        ("cache", "caches", "cached", "caching"),
        ("evaluation", "evaluations"),
    ],
)
def test_forms_of_a_word_share_most_of_it(forms: tuple[str, ...]) -> None:
    stems = {stem(form) for form in forms}

    assert len(stems) <= len(forms) - 1
    assert all(len(s) >= 4 for s in stems)


def test_short_words_stay_whole() -> None:
    assert [stem(word) for word in ("bus", "use", "ids")] == ["bus", "use", "ids"]


def test_folding_takes_case_accents_and_curly_apostrophes() -> None:
    assert fold("Ça n’Est") == "ca n'est"
