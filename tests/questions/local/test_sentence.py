from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.local.sentence import MAX_WORDS, split_sentences


def _texts(text: str) -> list[str]:
    return [span.text for span in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("lower case. goes on", ["lower case.", "goes on"]),
        ("Use v1.2 and 0.5, e.g. for p95. Then stop.", None),
        ("first; second", ["first;", "second"]),
        ("- a bullet\n* another\n2) third\n(b) fourth", None),
        ("> quoted line", ["quoted line"]),
        ("## A heading\ntext", ["A heading", "text"]),
        ('He said "stop." Then left.', ['He said "stop."', "Then left."]),
        ("---\n...\n🙂\n", []),
        ("", []),
    ],
)
def test_text_is_cut_where_people_pause(text: str, sentences: list[str] | None) -> None:
    expected = {
        "Use v1.2 and 0.5, e.g. for p95. Then stop.": [
            "Use v1.2 and 0.5, e.g. for p95.",
            "Then stop.",
        ],
        "- a bullet\n* another\n2) third\n(b) fourth": [
            "a bullet",
            "another",
            "third",
            "fourth",
        ],
    }

    assert _texts(text) == (expected[text] if sentences is None else sentences)


def test_a_run_on_is_cut_at_joining_words() -> None:
    text = "i would look at the logs and then the traces " * 12

    pieces = _texts(text)

    assert len(pieces) > 3
    assert all(len(piece.split()) <= MAX_WORDS for piece in pieces)
    assert " ".join(pieces).split() == text.split()


def test_code_in_fences_is_marked() -> None:
    spans = split_sentences("Like this:\n```py\nx = 1\ny = 2\n```\nand so on")

    assert [(span.text, span.is_code) for span in spans] == [
        ("Like this:", False),
        ("x = 1", True),
        ("y = 2", True),
        ("and so on", False),
    ]


def test_an_unclosed_fence_runs_to_the_end() -> None:
    assert all(span.is_code for span in split_sentences("```\na = 1\nb = 2"))


@given(st.text(alphabet="ab1.!?;, \n-*`()", max_size=400))
def test_spans_are_stretches_of_the_text_in_order(text: str) -> None:
    spans = split_sentences(text)

    assert all(text[span.start : span.end] == span.text for span in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))


@given(st.text(alphabet="ab.!?;, \n*", max_size=400))
def test_no_letter_is_lost(text: str) -> None:
    kept = "".join(span.text for span in split_sentences(text))

    assert [ch for ch in kept if ch.isalpha()] == [ch for ch in text if ch.isalpha()]


def test_forty_thousand_characters_without_a_stop_are_split_quickly() -> None:
    spans = split_sentences("word " * 8000)

    assert sum(len(span.text.split()) for span in spans) == 8000
