from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.chunk import MAX_WORDS, split_chunks


def test_short_paragraphs_share_a_piece_and_long_ones_are_split() -> None:
    text = "one two\n\nthree four\n\n" + "word " * (MAX_WORDS + 30)

    chunks = split_chunks(text, limit=9)

    assert chunks[0] == "one two\n\nthree four"
    assert [len(chunk.split()) for chunk in chunks] == [4, MAX_WORDS, 30]


def test_the_limit_leaves_out_the_end() -> None:
    text = "\n\n".join("word " * MAX_WORDS for _ in range(5))

    assert len(split_chunks(text, limit=2)) == 2


@given(st.text(alphabet="ab \n", max_size=2000))
def test_no_word_is_lost_or_moved_and_no_piece_is_too_long(text: str) -> None:
    chunks = split_chunks(text, limit=10_000)

    assert " ".join(chunks).split() == text.split()
    assert all(0 < len(chunk.split()) <= MAX_WORDS for chunk in chunks)
