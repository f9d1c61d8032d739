from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from bot.retrieval.minilm_files import find_model
from questions.local.alignment import (
    closest_by_group,
    find_content,
    find_stems,
    locate_pieces,
    spelt_alike,
)
from questions.local.words import fold


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    made = Tokenizer.from_file(str(find_model().tokenizer))
    made.no_padding()
    made.no_truncation()
    return made


@pytest.mark.parametrize(
    "text",
    [
        "Tokenisation of naïve “quotes”, p95=0.5 and C++!",
        "数据 and ﬁne-tuning — 🙂 done",
        "UPPER lower MiXed ½ cup…",
    ],
)
def test_pieces_are_found_where_they_stand(tokenizer: Tokenizer, text: str) -> None:
    pieces = tokenizer.encode(text, add_special_tokens=False).tokens
    places = locate_pieces(text, pieces)

    assert len(places) == len(pieces)
    for piece, (start, end) in zip(pieces, places, strict=True):
        spelt = piece.removeprefix("##")
        if spelt.isascii() and spelt.isalpha():
            assert fold(text[start:end]) == spelt


@given(text=st.text(max_size=200))
def test_places_lie_in_the_text_and_never_go_back(tokenizer: Tokenizer, text: str) -> None:
    pieces = tokenizer.encode(text, add_special_tokens=False).tokens
    places = locate_pieces(text, pieces)

    assert all(0 <= start <= end <= len(text) for start, end in places)
    assert [start for start, _ in places] == sorted(start for start, _ in places)


def test_content_words_know_their_pieces(tokenizer: Tokenizer) -> None:
    text = "We keep the tokenisation byte-identical"
    pieces = tokenizer.encode(text, add_special_tokens=False).tokens
    words = find_content(text, pieces)

    assert [word.text for word in words] == ["tokenisation", "byte", "identical"]
    spelt = ["".join(pieces[i].removeprefix("##") for i in word.pieces) for word in words]
    assert spelt == ["tokenisation", "byte", "identical"]


def test_the_closest_of_each_group_is_kept() -> None:
    similarity = np.array([[0.1, 0.9, 0.3, 0.8]], dtype=np.float32)
    groups = np.array([0, 0, 2, -1])

    assert closest_by_group(similarity, groups, 3) == pytest.approx(np.array([[0.9, 0.0, 0.3]]))


def test_a_stem_is_found_in_other_forms_and_with_a_slip() -> None:
    found = spelt_alike(
        ["timestamp", "98", "cach"],
        [*map(find_stems, ["The timestamps move", "timestmap goes", "97 percent", "nothing here"])],
    )

    assert found[0] == pytest.approx([1.0, 0.8, 0.0, 0.0])
    assert not found[1].any()
    assert not found[2].any()
