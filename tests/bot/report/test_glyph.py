"""Emoji in a document whose fonts have none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.report.glyph import UNKNOWN, in_words

LATIN = frozenset(range(0x20, 0x180))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Ship it 🚀!", "Ship it (rocket)!"),
        ("👩‍🔬 and 👍🏽", "(woman, microscope) and (thumbs up sign)"),
        ("🇩🇪🇫🇷", "(flag DE)(flag FR)"),
        ("7️⃣ of 9", "7 of 9"),
        ("✅ yes\n❌ no", "(white heavy check mark) yes\n(cross mark) no"),
        ("naïve\u00a0cache\x07", "naïve cache"),
        ("日本", UNKNOWN * 2),
    ],
)
def test_an_emoji_is_read_by_its_name(written: str, read: str) -> None:
    assert in_words(written, LATIN) == read


def test_a_font_that_has_it_shows_it() -> None:
    assert in_words("☺ ok", LATIN | {ord("☺")}) == "☺ ok"


@given(st.text())
def test_only_what_the_font_has_is_left(text: str) -> None:
    printed = in_words(text, LATIN)
    assert all(ord(ch) in LATIN or ch in {"\n", UNKNOWN} for ch in printed)


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert in_words(text, LATIN) == text
