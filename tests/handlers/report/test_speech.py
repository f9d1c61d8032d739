"""What is measured of an answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.report.speech import TARGET_WORDS, WORDS_PER_MINUTE, Length, count_words, measure


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("p99 is 1.5 s, isn't it?", 6), ("end-to-end latency", 2), ("— … !", 0)],
)
def test_words_are_counted_as_they_are_spoken(text: str, words: int) -> None:
    assert count_words(text) == words


@pytest.mark.parametrize(
    ("words", "length"),
    [
        (WORDS_PER_MINUTE - 1, Length.SHORT),
        (WORDS_PER_MINUTE, Length.FITS),
        (TARGET_WORDS[0], Length.FITS),
        (TARGET_WORDS[1], Length.FITS),
        (TARGET_WORDS[1] + 1, Length.LONG),
    ],
)
def test_a_written_answer_is_measured_against_three_minutes(words: int, length: Length) -> None:
    assert measure("word " * words).length is length


def test_a_spoken_answer_is_measured_by_the_clock() -> None:
    words = "word " * 300

    assert measure(words, 30).length is Length.SHORT
    assert measure(words, 150).length is Length.FITS
    assert measure(words, 400).length is Length.LONG
    assert measure(words, 150).pace == 120
    assert measure(words).pace is None


def test_hedges_and_fillers_are_found_as_they_stand() -> None:
    speech = measure("I think it is, um, maybe fine. You know, basically it works. It holds.", 10)

    assert speech.hedges == ("I think", "maybe")
    assert speech.fillers == ("um", "You know", "basically")
    assert speech.hedged == "I think it is, um, maybe fine."


def test_what_is_plainly_said_has_neither() -> None:
    speech = measure("We measured recall. It rose by ten points.")

    assert (speech.hedges, speech.hedged, speech.fillers) == ((), "", ())


def test_hook_core_and_punchline_are_the_parts_of_an_answer() -> None:
    shape = measure(
        "I would measure recall before I touch the index. First I would sample a hundred queries, "
        "because averages hide the tail. So without measured recall the index stays as it is."
    ).shape

    assert shape.hook == "I would measure recall before I touch the index."
    assert shape.core == (
        "First I would sample a hundred queries, because averages hide the tail.",
    )
    assert shape.punchline == "So without measured recall the index stays as it is."
    assert shape.parts == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Maybe it is the cache.",
        "Well " + "very " * 31 + "long. It depends on things.",
    ],
)
def test_an_answer_without_parts_has_none(text: str) -> None:
    assert measure(text).shape.parts == 0


def test_long_sentences_are_named_the_longest_first() -> None:
    shorter, longer = "word " * 31 + "end.", "word " * 35 + "end."
    speech = measure(f"{shorter} Short one. {longer}")

    assert speech.long_sentences == (longer, shorter)


@given(st.text(max_size=400), st.none() | st.floats(0.1, 1000))
def test_everything_that_is_kept_stands_in_the_answer(text: str, seconds: float | None) -> None:
    speech = measure(text, seconds)
    kept = [*speech.sentences, *speech.hedges, *speech.fillers, *speech.signposted]
    kept += [speech.hedged, speech.shape.hook, *speech.shape.core, speech.shape.punchline]

    assert all(part in text for part in kept)
    assert speech.minutes >= 0
    assert speech.words_a_sentence >= 0
