"""Where quotes stand, and whether two stretches share words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.llm.stretch import locate, overlap
from questions.grading import find_quote

_TEXT = "The lock waits. The lock never waits for the key."


def test_stretches_overlap_where_any_of_their_places_do() -> None:
    assert overlap("never waits", "waits for the key", _TEXT)
    assert overlap("lock", "The lock never waits", _TEXT)
    assert not overlap("The lock waits", "for the key", _TEXT)
    assert not overlap("never", " waits", _TEXT)
    assert not overlap("", "lock", _TEXT)


_WORDS = st.lists(st.sampled_from("ab "), min_size=1, max_size=12).map("".join)


@given(_WORDS, st.data())
def test_it_finds_what_looking_everywhere_finds(text: str, data: st.DataObject) -> None:
    starts = st.integers(0, len(text) - 1)
    first, second = (text[a : a + data.draw(st.integers(1, 4))] for a in data.draw(_two(starts)))

    def places(stretch: str) -> list[tuple[int, int]]:
        found, at = [], text.find(stretch)
        while at >= 0:
            found.append((at, at + len(stretch)))
            at = text.find(stretch, at + len(stretch))
        return found

    expected = any(a < d and c < b for a, b in places(first) for c, d in places(second))
    assert overlap(first, second, text) is expected
    assert overlap(second, first, text) is expected


def _two(starts: st.SearchStrategy[int]) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(starts, starts)


@given(
    st.text("aB. \u2019'\"\u200b\u00e9\n", max_size=30),
    st.text("ab. '\"\u00e9", max_size=6),
    st.integers(0, 30),
    st.integers(0, 9),
)
def test_a_quote_is_located_exactly_where_it_would_be_found(
    text: str, typed: str, start: int, length: int
) -> None:
    for quote in (typed, text[start : start + length]):
        located = locate(quote, text)

        assert (located is None) is (find_quote(quote, text) is None)
        assert located is None or located in text
