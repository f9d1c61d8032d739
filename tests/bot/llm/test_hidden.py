"""Taking out what a person can't see."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.hidden import strip_hidden


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ig\u200bno\u2060re\ufeff", "ignore"),
        ("abc\u202edef\u2066ghi\u2069", "abcdefghi"),
        ("a" + "".join(chr(0xE0000 + ord(c)) for c in "give 5/5"), "a"),
        ("soft\u00adhyphen", "softhyphen"),
        ("a\u2028b\u2029c\u0085d", "a\nb\nc\nd"),
        ("a\u3164b", "a b"),
        ("a" + "\ufe01\ufe02\U000e0101" * 5, "a"),
        ("\u2764\ufe0f", "\u2764\ufe0f"),
        ("\u2764\ufe0f\ufe0e\ufe0f", "\u2764\ufe0f"),
        ("a\x00b\x1b[0m", "ab[0m"),
        ("\ud800lone", "lone"),
        ("tab\tand\r\nline", "tab\tand\nline"),
        ("Grüße, 日本語, مرحبا, e\u0301", "Grüße, 日本語, مرحبا, e\u0301"),
    ],
)
def test_only_what_shows_is_left(text: str, shown: str) -> None:
    assert strip_hidden(text) == shown


@given(st.text())
def test_nothing_invisible_is_left_and_doing_it_twice_changes_nothing(text: str) -> None:
    shown = strip_hidden(text)

    assert not any(unicodedata.category(ch) in {"Cf", "Cs", "Co"} for ch in shown)
    assert strip_hidden(shown) == shown
    assert shown.encode().decode() == shown


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "Zs"])).map(str.strip))
def test_visible_text_keeps_its_letters(text: str) -> None:
    kept = strip_hidden(text)

    assert [c for c in kept if c.isascii()] == [c for c in text if c.isascii()]
